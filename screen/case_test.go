package screen

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"knead/body"
)

// A story is one line of testdata: what was painted and said, and what must come out.
type story struct {
	name    string
	at      string
	painted body.Set
	answers map[QuestionID]Answer
	client  Client
	wants   [][]string
}

// given are the items that are input; all others are expectations.
var given = []string{"paint", "age", "weeks", "medicine", "yes", "no", "unsure", "leave"}

func readStories(t *testing.T, file string) []story {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var stories []story
	for lines, n := bufio.NewScanner(f), 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, ok := strings.Cut(line, ": ")
		if !ok {
			t.Fatalf("%s:%d: write \"name: items\"", file, n)
		}
		s := story{name: name, at: file + ":" + strconv.Itoa(n), answers: map[QuestionID]Answer{}}
		for _, item := range strings.Split(rest, ";") {
			words := strings.Fields(item)
			if !slices.Contains(given, words[0]) {
				s.wants = append(s.wants, words)
				continue
			}
			s.give(t, words)
		}
		for _, q := range Questions(s.painted, s.client) {
			if _, said := s.answers[q.ID]; !said && (q.Only == "" || !strings.HasPrefix(string(q.ID), "p") && q.ID != "h7") {
				s.answers[q.ID] = Answer{Value: No}
			}
		}
		stories = append(stories, s)
	}
	return stories
}

func (s *story) give(t *testing.T, words []string) {
	t.Helper()
	id := QuestionID(words[1])
	switch words[0] {
	case "paint":
		s.painted = s.painted.Union(skinAt(t, words[1:]))
	case "age":
		s.client.Age = number(t, words[1])
	case "weeks":
		s.client.PregnantWeeks = number(t, words[1])
	case "medicine":
		s.client.Medicines = append(s.client.Medicines, strings.Join(words[1:], " "))
	case "no":
		s.answers[id] = Answer{Value: No}
	case "unsure":
		s.answers[id] = Answer{Value: NotSure}
	case "leave":
		s.answers[id] = Answer{}
	case "yes":
		if !Known(id) {
			t.Fatalf("%s: no question %s", s.at, id)
		}
		a := Answer{Value: Yes}
		if i := slices.Index(words, "="); i > 0 {
			a.Detail = strings.Join(words[i+1:], " ")
			words = words[:i]
		}
		if i := slices.Index(words, "@"); i > 0 {
			a.Where = []body.Place{{Words: strings.Join(words[i+1:], " "), Cells: skinAt(t, words[i+1:])}}
		}
		s.answers[id] = a
	}
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// skinAt gives the skin of "left nape".
func skinAt(t *testing.T, words []string) body.Set {
	t.Helper()
	side, err := body.ParseSide(words[0])
	if err != nil {
		t.Fatal(err)
	}
	cells := body.Skin().RegionCells(body.RegionID(words[1]), side)
	if cells.Len() == 0 {
		t.Fatalf("no region %q", words[1])
	}
	return cells
}

// check holds a result against one expectation.
func check(t *testing.T, s story, r Result, words []string) {
	t.Helper()
	rest := strings.Join(words[1:], " ")
	bad := func(got any) {
		t.Helper()
		t.Errorf("%s %s: want %s, got %v", s.at, s.name, strings.Join(words, " "), got)
	}
	clearance, cleared := r.Clearance()
	fired := func(id string) bool {
		return slices.ContainsFunc(r.Fired, func(f Fired) bool { return string(f.Rule) == id })
	}
	contains := func(texts []string) bool {
		return slices.ContainsFunc(texts, func(x string) bool { return strings.Contains(x, rest) })
	}
	switch words[0] {
	case "level":
		if string(r.Level) != rest {
			bad(r.Level)
		}
	case "go", "stop":
		if cleared != (words[0] == "go") {
			bad(r.Level)
		}
	case "fired":
		if !fired(rest) {
			bad(r.Fired)
		}
	case "quiet":
		if fired(rest) {
			bad(r.Fired)
		}
	case "masked":
		if left := skinAt(t, words[1:]).Minus(masks(r, "")); left.Len() > 0 {
			bad(left.Len())
		}
	case "free":
		if hit := skinAt(t, words[1:]).Intersect(masks(r, "site-")); hit.Len() > 0 {
			bad(hit.Len())
		}
	case "cap":
		n := number(t, words[1])
		if !cleared {
			t.Fatalf("%s: a cap needs a clearance", s.at)
		}
		if got, _ := clearance.MaxPressure(skinAt(t, words[2:])); got != n {
			bad(got)
		}
	case "removed", "kept":
		if ok := slices.ContainsFunc(r.Limits.Removed, func(x Removal) bool { return x.Technique == rest }); ok != (words[0] == "removed") {
			bad(r.Limits.Removed)
		}
	case "not":
		if !slices.ContainsFunc(r.Limits.Positions, func(x PositionOut) bool { return x.Position == rest }) {
			bad(r.Limits.Positions)
		}
	case "missing":
		if !slices.Contains(r.Missing, QuestionID(rest)) {
			bad(r.Missing)
		}
	case "minutes":
		if r.Limits.Minutes != number(t, rest) {
			bad(r.Limits.Minutes)
		}
	case "says":
		if !contains(r.Say) {
			bad(r.Say)
		}
	case "note":
		if !contains(r.Limits.Notes) {
			bad(r.Limits.Notes)
		}
	default:
		t.Fatalf("%s: %q is no expectation", s.at, words[0])
	}
}

// masks joins the masked skin but for rules with the prefix.
func masks(r Result, without string) (cells body.Set) {
	for _, m := range r.Limits.Masked {
		if without == "" || !strings.HasPrefix(string(m.Rule), without) {
			cells = cells.Union(m.Cells)
		}
	}
	return cells
}

func TestEachStoryComesOutAsWritten(t *testing.T) {
	for _, file := range []string{"each.txt", "ordinary.txt"} {
		for _, s := range readStories(t, file) {
			r := Run(s.painted, s.answers, s.client)
			for _, words := range s.wants {
				check(t, s, r, words)
			}
		}
	}
}

func TestEachQuestionAndRuleHasAStoryInWhichItFires(t *testing.T) {
	fired := map[RuleID]bool{"always": true} // has effects, no finding: its story checks them
	for _, s := range readStories(t, "each.txt") {
		for _, f := range Run(s.painted, s.answers, s.client).Fired {
			for _, words := range s.wants {
				if words[0] == "fired" && words[1] == string(f.Rule) {
					fired[f.Rule] = true
				}
			}
		}
	}
	for _, rule := range standard().rules {
		if !fired[rule.id] {
			t.Errorf("rule %s fires in no story of testdata/each.txt", rule.id)
		}
	}
}

func TestOrdinaryPeopleAreNotStopped(t *testing.T) {
	stories := readStories(t, "ordinary.txt")
	if len(stories) < 30 {
		t.Errorf("only %d stories of ordinary people", len(stories))
	}
	for _, s := range stories {
		r := Run(s.painted, s.answers, s.client)
		if _, ok := r.Clearance(); !ok {
			t.Errorf("%s %s: stopped with %s: %v", s.at, s.name, r.Level, r.Fired)
		}
	}
}
