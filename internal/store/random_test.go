package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/store"
	"knead/internal/store/db"
)

// hostile are texts that have broken programs before.
var hostile = []string{
	"", "plain", "O'Brien-สมชาย", `"quoted" 'twice' \ back`, "<script>alert('x')</script>", "=1+1", "\u202bعربى\u202c \u200f", "👩🏽‍⚕️🤲",
	"a\r\nb\tc", "'; DROP TABLE clients; --", "$1 $2 ?1 :a @b", "NULL", "e\u0301 is not \u00e9", "\u2028\ufeff", strings.Repeat("long ", 2000),
}

// allowed are the values that the tables allow, by column.
func allowed() (map[string][]string, error) {
	texts, err := migrationTexts()
	if err != nil {
		return nil, err
	}
	values := map[string][]string{}
	for _, text := range texts {
		tokens, err := lex(text)
		if err != nil {
			return nil, err
		}
		for i := range tokens { // CHECK ( role IN ( 'owner' , ...
			if !tokens[i].is("CHECK") || !tokens[i+3].is("IN") {
				continue
			}
			for _, v := range tokens[i+4 : closing(tokens, i+1)] {
				if v.kind == literal {
					values[tokens[i+2].text] = append(values[tokens[i+2].text], strings.Trim(v.text, "'"))
				}
			}
		}
	}
	return values, nil
}

// values draws parameters from small sets, so that calls meet each other.
type values struct {
	practice knead.PracticeID
	allowed  map[string][]string
}

func (v values) draw(t *rapid.T, statement, name string, kind reflect.Type) reflect.Value {
	out := reflect.New(kind).Elem()
	switch {
	case kind.Kind() == reflect.Pointer:
		if rapid.Bool().Draw(t, name+" is there") {
			out.Set(reflect.New(kind.Elem()))
			out.Elem().Set(v.draw(t, statement, name, kind.Elem()))
		}
	case kind == reflect.TypeFor[knead.PracticeID]():
		out.SetString(string(v.practice) + rapid.SampledFrom([]string{"", "", "", "", "", "", "2", "nowhere"}).Draw(t, name))
	case kind == reflect.TypeFor[string]() && allowedFor(v.allowed, name) != nil:
		out.SetString(rapid.SampledFrom(allowedFor(v.allowed, name)).Draw(t, name))
	case statement == "FindClients" && kind.Kind() == reflect.String:
		out.SetString(rapid.SampledFrom([]string{"%", "%a%", "%!%%", "_", "%สมชาย%"}).Draw(t, "pattern"))
	case name == "Search":
		out.SetString(rapid.SampledFrom([]string{"", "a", "a%b", "o'brien สมชาย"}).Draw(t, name))
	case kind.Kind() == reflect.String && (kind != reflect.TypeFor[string]() || name == "ID" || name == "Secret" || name == "Subject"):
		// Ids are short; those of members, clients and visits that exist come first.
		out.SetString(rapid.SampledFrom([]string{"1", "1", "2", "2", "3", "9"}).Draw(t, name))
	case kind.Kind() == reflect.String && name == "": // by its place: an id or a text
		out.SetString(rapid.SampledFrom(append(hostile, "1", "2", "1", "2", "start")).Draw(t, "text"))
	case kind.Kind() == reflect.String:
		out.SetString(rapid.SampledFrom(hostile).Draw(t, name))
	case kind.Kind() == reflect.Int32:
		out.SetInt(int64(rapid.SampledFrom([]int{1, 2, 100}).Draw(t, "limit")))
	case kind.Kind() == reflect.Int64:
		out.SetInt(rapid.SampledFrom([]int64{0, 1, 1, 2, 3, 1 << 60, -1}).Draw(t, name))
	case kind.Kind() == reflect.Bool:
		out.SetBool(rapid.Bool().Draw(t, name))
	case kind.Kind() == reflect.Slice:
		out.Set(reflect.ValueOf(rapid.SampledFrom([][]byte{nil, {}, {0, 0xff, '%'}}).Draw(t, name)))
	default:
		t.Fatalf("%s takes a %s: say what to draw for it", statement, kind)
	}
	return out
}

func allowedFor(allowed map[string][]string, name string) []string {
	if name == "ID" || name == "" {
		return nil
	}
	return allowed[strings.ToLower(name)]
}

func (v values) call(t *rapid.T, names []string) call {
	n := 0
	for range 10 { // bit by bit: rapid likes the first of a list best, and each is to have its turn
		n *= 2
		if rapid.Bool().Draw(t, "bit") {
			n++
		}
	}
	c := call{name: names[n%len(names)]}
	c.method = statements()[c.name]
	for i := 2; i < c.method.Type.NumIn(); i++ {
		kind := c.method.Type.In(i)
		if kind.Kind() != reflect.Struct {
			c.args = append(c.args, v.draw(t, c.name, "", kind))
			continue
		}
		params := reflect.New(kind).Elem()
		for j := range kind.NumField() {
			params.Field(j).Set(v.draw(t, c.name, kind.Field(j).Name, kind.Field(j).Type))
		}
		c.args = append(c.args, params)
	}
	return c
}

func (c call) String() string {
	var args []string
	for _, a := range c.args {
		args = append(args, row(a))
	}
	return c.name + " " + strings.Join(args, " ")
}

// begin makes a practice and its neighbour with some members, clients and visits.
func begin(t *rapid.T, s *store.Store, p knead.PracticeID) {
	ctx := t.Context()
	err := s.Write(ctx, func(q *db.Queries) error {
		for _, p := range []knead.PracticeID{p, p + "2"} {
			errs := []error{q.AddPractice(ctx, db.AddPracticeParams{PracticeID: p, Name: "Clay", Zone: "UTC"})}
			for _, id := range []string{"1", "2"} {
				errs = append(errs,
					q.AddMember(ctx, db.AddMemberParams{PracticeID: p, ID: knead.MemberID(id), Email: id, Role: "therapist"}),
					q.AddClient(ctx, db.AddClientParams{PracticeID: p, ID: knead.ClientID(id), Name: id, Search: "a"}),
					q.AddVisit(ctx, db.AddVisitParams{PracticeID: p, ID: knead.VisitID(id), ClientID: "1", TherapistID: "1", Zone: "UTC", State: "ended"}),
				)
			}
			if err := errors.Join(errs...); err != nil {
				return err
			}
		}
		return q.AddAuditHead(ctx, p, "start")
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestAnyCallsGiveTheSameOnEachDatabase draws transactions of any statements with any
// parameters, right and wrong ones, and asks both databases.
func TestAnyCallsGiveTheSameOnEachDatabase(t *testing.T) {
	onSQLite := kneadtest.Open(t, store.Options{Dir: t.TempDir()})
	// What is compared is what they answer, not what outlives a crash.
	onPostgres := kneadtest.Open(t, store.Options{DSN: kneadtest.PostgresRecord(t) + "&synchronous_commit=off"})
	var names []string
	for name := range statements() {
		if everyPractice[name] == "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	inOrder := map[string]bool{} // all others give rows as they find them
	for _, q := range readQueries(t) {
		inOrder[q.name] = q.tokens[0].is("SELECT")
	}
	few, err := allowed()
	if err != nil {
		t.Fatal(err)
	}
	v := values{allowed: few}
	round, made := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		round++
		v := v
		v.practice = knead.PracticeID(fmt.Sprintf("p%d-", round))
		for _, s := range []*store.Store{onSQLite, onPostgres} {
			begin(t, s, v.practice)
		}
		for range rapid.IntRange(5, 25).Draw(t, "transactions") {
			calls := []call{}
			for range rapid.IntRange(1, 3).Draw(t, "statements") {
				calls = append(calls, v.call(t, names))
			}
			var answers [2][]string
			for i, s := range []*store.Store{onSQLite, onPostgres} {
				err := s.Write(t.Context(), func(q *db.Queries) error {
					answers[i] = nil
					for _, c := range calls {
						made[c.name]++
						answer, err := c.on(t.Context(), q)
						if err != nil {
							return err
						}
						lines := words(answer, nil)
						if !inOrder[c.name] {
							slices.Sort(lines)
						}
						answers[i] = append(answers[i], lines...)
					}
					return nil
				})
				if err != nil {
					answers[i] = append(answers[i], words(nil, err)...)
					if knead.KindOf(err) == "" {
						t.Errorf("%v: an error of no kind: %v", calls, err)
					}
				}
			}
			if d := cmp.Diff(answers[0], answers[1]); d != "" {
				t.Fatalf("%v\nSQLite (-) and PostgreSQL (+) differ:\n%s", calls, d)
			}
		}
	})
	for _, name := range names {
		if made[name] == 0 && !t.Failed() {
			t.Errorf("%s was never called", name)
		}
	}
}
