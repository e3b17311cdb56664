package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/store"
	"knead/internal/store/db"
)

// testdata/record.txt is a story of calls, one a line, each followed by its answer:
//
//	AddGrant PracticeID=p ID=g1 MemberID=m2 ClientID=c1
//		ok
//	Grants p m2
//		ID=g1 MemberID=m2 ClientID=c1
//
// A statement with many parameters takes them by name, one with few in their order. Each
// call is a transaction of its own. `go test -run Story -update` writes the answers;
// then read them.
const storyFile = "testdata/record.txt"

// step is one call of the story with its answer.
type step struct {
	line   int
	call   string
	answer []string
}

func readStory(t testing.TB) []step {
	t.Helper()
	text, err := os.ReadFile(storyFile)
	if err != nil {
		t.Fatal(err)
	}
	return parseStory(string(text))
}

func parseStory(text string) (steps []step) {
	for i, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "\t"):
			last := &steps[len(steps)-1]
			last.answer = append(last.answer, line[1:])
		case line != "" && !strings.HasPrefix(line, "#"):
			steps = append(steps, step{line: i + 1, call: line})
		}
	}
	return steps
}

func writeStory(t *testing.T, answers map[int][]string) {
	t.Helper()
	text, err := os.ReadFile(storyFile)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if strings.HasPrefix(line, "\t") {
			continue
		}
		b.WriteString(line + "\n")
		for _, a := range answers[i+1] {
			b.WriteString("\t" + a + "\n")
		}
	}
	if err := os.WriteFile(storyFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// call is one statement with its parameters.
type call struct {
	name   string
	method reflect.Method
	args   []reflect.Value // without the receiver and the context
}

// statements are the methods of package db that the story must tell of.
func statements() map[string]reflect.Method {
	all := map[string]reflect.Method{}
	queries := reflect.TypeFor[*db.Queries]()
	for i := range queries.NumMethod() {
		if m := queries.Method(i); m.Name != "WithTx" {
			all[m.Name] = m
		}
	}
	return all
}

func parseCall(text string) (call, error) {
	words, err := cutWords(text)
	if err != nil {
		return call{}, err
	}
	method, ok := statements()[words[0]]
	if !ok {
		return call{}, fmt.Errorf("there is no statement %s", words[0])
	}
	c := call{name: words[0], method: method}
	for i := 2; i < method.Type.NumIn(); i++ {
		c.args = append(c.args, reflect.New(method.Type.In(i)).Elem())
	}
	byName := len(c.args) == 1 && c.args[0].Kind() == reflect.Struct
	if !byName && len(words)-1 != len(c.args) {
		return call{}, fmt.Errorf("%s takes %d parameters", words[0], len(c.args))
	}
	for i, w := range words[1:] {
		var target reflect.Value
		if byName {
			name, value, _ := strings.Cut(w, "=")
			if target = c.args[0].FieldByName(name); !target.IsValid() {
				return call{}, fmt.Errorf("%s has no parameter %s", words[0], name)
			}
			w = value
		} else {
			target = c.args[i]
		}
		if err := setValue(target, w); err != nil {
			return call{}, fmt.Errorf("%s: %s: %w", words[0], w, err)
		}
	}
	return c, nil
}

// cutWords cuts at spaces. A word or a value that starts with a quote is a Go string.
func cutWords(text string) ([]string, error) {
	var words []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeft(text, " ") {
		end := strings.IndexByte(text+" ", ' ')
		start := strings.IndexByte(text[:end], '=') + 1
		if !strings.HasPrefix(text[start:], `"`) {
			start = 0
		}
		if !strings.HasPrefix(text[start:], `"`) {
			words, text = append(words, text[:end]), text[end:]
			continue
		}
		q, err := strconv.QuotedPrefix(text[start:])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", text[start:], err)
		}
		value, err := strconv.Unquote(q)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q, err)
		}
		words, text = append(words, text[:start]+value), text[start+len(q):]
	}
	return words, nil
}

func setValue(v reflect.Value, text string) (err error) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return setValue(v.Elem(), text)
	case reflect.String:
		v.SetString(text)
	case reflect.Slice:
		v.SetBytes([]byte(text))
	case reflect.Bool:
		var b bool
		b, err = strconv.ParseBool(text)
		v.SetBool(b)
	case reflect.Int32, reflect.Int64:
		var n int64
		n, err = strconv.ParseInt(text, 10, 64)
		v.SetInt(n)
	default:
		err = fmt.Errorf("the story knows no values of type %s", v.Type())
	}
	return err
}

// inPractice is the same call in another practice.
func (c call) inPractice(p knead.PracticeID) call {
	args := slices.Clone(c.args)
	for i, a := range args {
		copied := reflect.New(a.Type()).Elem()
		copied.Set(a)
		if a.Kind() == reflect.Struct {
			copied.FieldByName("PracticeID").Set(reflect.ValueOf(p))
		} else if i == 0 {
			copied.Set(reflect.ValueOf(p))
		}
		args[i] = copied
	}
	c.args = args
	return c
}

// on calls the statement. The answer is nil where the statement gives only an error.
func (c call) on(ctx context.Context, q *db.Queries) (any, error) {
	in := append([]reflect.Value{reflect.ValueOf(q), reflect.ValueOf(ctx)}, c.args...)
	out := c.method.Func.Call(in)
	err, _ := out[len(out)-1].Interface().(error)
	if err != nil || len(out) == 1 {
		return nil, err
	}
	return out[0].Interface(), nil
}

// run makes the call in a transaction of its own.
func (c call) run(ctx context.Context, s *store.Store) (answer any, err error) {
	err = s.Write(ctx, func(q *db.Queries) (err error) {
		answer, err = c.on(ctx, q)
		return err
	})
	return answer, err
}

var errTakeBack = errors.New("take back")

// tryOnly makes the call and takes back what it did.
func (c call) tryOnly(ctx context.Context, s *store.Store) (answer any, err error) {
	err = s.Write(ctx, func(q *db.Queries) error {
		if answer, err = c.on(ctx, q); err != nil {
			return err
		}
		return errTakeBack
	})
	if errors.Is(err, errTakeBack) {
		err = nil
	}
	return answer, err
}

// words writes an answer as it stands in the story.
func words(answer any, err error) []string {
	if err != nil {
		if kind := knead.KindOf(err); kind != "" {
			return []string{string(kind)}
		}
		return []string{"error: " + err.Error()}
	}
	switch v := reflect.ValueOf(answer); {
	case answer == nil:
		return []string{"ok"}
	case v.Kind() == reflect.Slice:
		lines := []string{}
		for i := range v.Len() {
			lines = append(lines, row(v.Index(i)))
		}
		if len(lines) == 0 {
			return []string{"nothing"}
		}
		return lines
	default:
		return []string{row(v)}
	}
}

// row writes one row: the fields that are not zero, but for the practice.
func row(v reflect.Value) string {
	if v.Kind() != reflect.Struct {
		return plain(v)
	}
	var fields []string
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "PracticeID" && !v.Field(i).IsZero() {
			fields = append(fields, name+"="+plain(v.Field(i)))
		}
	}
	return strings.Join(fields, " ")
}

func plain(v reflect.Value) string {
	var text string
	switch v.Kind() {
	case reflect.Pointer:
		return plain(v.Elem())
	case reflect.Slice:
		text = string(v.Bytes())
	case reflect.String:
		text = v.String()
	default:
		return fmt.Sprint(v.Interface())
	}
	if text == "" || strings.ContainsAny(text, " \"\n\t\\") || strconv.Quote(text) != `"`+text+`"` {
		return strconv.Quote(text)
	}
	return text
}

// inserts are the statements that put something in, which is no leak between practices.
func inserts(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, q := range readQueries(t) {
		all[q.name] = q.tokens[0].is("INSERT")
	}
	return all
}

// TestTheStoryOfTheRecordIsTheSameOnEachDatabase tells the story, and before each call
// makes the same call for a practice that has nothing: it must find and change nothing.
func TestTheStoryOfTheRecordIsTheSameOnEachDatabase(t *testing.T) {
	insert := inserts(t)
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		err := s.Write(ctx, func(q *db.Queries) error {
			return q.AddPractice(ctx, db.AddPracticeParams{PracticeID: "stranger", Name: "Elsewhere", Zone: "UTC"})
		})
		if err != nil {
			t.Fatal(err)
		}
		answers := map[int][]string{}
		for _, step := range readStory(t) {
			c, err := parseCall(step.call)
			if err != nil {
				t.Fatalf("%s:%d: %v", storyFile, step.line, err)
			}
			if !insert[c.name] && everyPractice[c.name] == "" && c.name != "Practice" && c.name != "ChangePractice" {
				strange := strings.Join(words(c.inPractice("stranger").tryOnly(ctx, s)), "\n")
				if !slices.Contains([]string{"0", "nothing", string(knead.NotFound)}, strange) {
					t.Errorf("%s:%d: %s: another practice gets %s", storyFile, step.line, step.call, strange)
				}
			}
			got := words(c.run(ctx, s))
			answers[step.line] = got
			if d := cmp.Diff(step.answer, got); d != "" && !*update {
				t.Errorf("%s:%d: %s: the story (-) and the answer (+) differ:\n%s", storyFile, step.line, step.call, d)
			}
		}
		if *update {
			writeStory(t, answers)
			*update = false // the other databases must answer as the first one
		}
	})
}

// TestTheStoryTellsOfEachStatement asks that each statement is called, and that it did or
// found something at least once.
func TestTheStoryTellsOfEachStatement(t *testing.T) {
	told, worked := map[string]bool{}, map[string]bool{}
	for _, step := range readStory(t) {
		name, _, _ := strings.Cut(step.call, " ")
		told[name] = true
		if len(step.answer) > 0 && !slices.Contains([]string{"0", "nothing", "conflict", "invalid", "not-found"}, step.answer[0]) {
			worked[name] = true
		}
	}
	var missing, idle []string
	for name := range statements() {
		switch {
		case !told[name]:
			missing = append(missing, name)
		case !worked[name]:
			idle = append(idle, name)
		}
	}
	slices.Sort(missing)
	slices.Sort(idle)
	if missing != nil {
		t.Errorf("%s does not call %s", storyFile, strings.Join(missing, ", "))
	}
	if idle != nil {
		t.Errorf("%s calls %s and never finds or changes anything by it", storyFile, strings.Join(idle, ", "))
	}
}
