package knead_test

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// TestStories runs every story of testdata/visits; README.md there has the language.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/visits/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories found: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { runStory(t, file) })
	}
}

func runStory(t *testing.T, file string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := newStory()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := s.line(line); err != nil {
			t.Errorf("%s:%d: %s\n\t%v", file, n, line, err)
		}
	}
	if s.expectations == 0 {
		t.Errorf("%s: the story expects nothing", file)
	}
}

func newStory() *story {
	return &story{visit: knead.Visit{Minutes: knead.DefaultMinutes, Answers: map[screen.QuestionID]screen.Answer{}}}
}

type story struct {
	visit        knead.Visit
	result       *knead.Assessment
	expectations int
}

func (s *story) line(line string) error {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "client":
		return s.client(rest)
	case "mark":
		return s.mark(rest)
	case "answer":
		return s.answer(rest)
	case "finding":
		return s.finding(rest)
	case "minutes":
		return number(rest, &s.visit.Minutes)
	case "prefer":
		return s.prefer(rest)
	case "avoid":
		place, err := body.Find(rest)
		s.visit.Preferences.Avoid = append(s.visit.Preferences.Avoid, place)
		return err
	case "lift":
		return s.lift(rest)
	case "past":
		return s.past(rest)
	case "course":
		return s.wish(rest)
	case "expect":
		s.expectations++
		if s.result == nil {
			a, err := knead.Assess(s.visit)
			if err != nil {
				return fmt.Errorf("Assess: %w", err)
			}
			s.result = &a
		}
		return s.expect(rest)
	}
	return fmt.Errorf("a line begins with client, mark, answer, finding, minutes, prefer, avoid, lift, past, course or expect")
}

// lift lets a therapist treat although the rules that fire now stop the session.
func (s *story) lift(rest string) error {
	by, reason, ok := strings.Cut(rest, ": ")
	if !ok {
		return fmt.Errorf("lift NAME: REASON")
	}
	a, err := knead.Assess(s.visit)
	if err != nil {
		return fmt.Errorf("Assess: %w", err)
	}
	s.visit.Lift = &screen.Lift{By: by, Reason: reason, Rules: a.Screening.Stopping()}
	return nil
}

func number(word string, n *int) (err error) {
	*n, err = strconv.Atoi(strings.TrimSpace(word))
	return err
}

func (s *story) client(rest string) error {
	word, rest, _ := strings.Cut(rest, " ")
	switch word {
	case "age":
		return number(rest, &s.visit.Client.Age)
	case "pregnant":
		return number(strings.TrimSuffix(rest, " weeks"), &s.visit.Client.PregnantWeeks)
	case "takes":
		s.visit.Client.Medicines = append(s.visit.Client.Medicines, rest)
		return nil
	}
	return fmt.Errorf("client age N, client pregnant N weeks, client takes MEDICINE")
}

func (s *story) mark(rest string) error {
	cut := strings.LastIndex(rest, ",")
	if cut < 0 {
		return fmt.Errorf("mark PLACE, LEVEL [quality] [depth]")
	}
	place, err := body.Find(rest[:cut])
	if err != nil {
		return err
	}
	words := strings.Fields(rest[cut+1:])
	var level int
	if err := number(words[0], &level); err != nil {
		return err
	}
	m := body.Mark{}
	for _, w := range words[1:] {
		if w == string(body.AtSurface) || w == string(body.Deep) {
			m.Depth = body.Depth(w)
		} else {
			m.Quality = body.Quality(w)
		}
	}
	m.Paint(place.Cells, uint8(level))
	s.visit.Drawing.Marks = append(s.visit.Drawing.Marks, m)
	return nil
}

func (s *story) answer(rest string) error {
	if rest == "all no" {
		s.visit.AllNo = true
		return nil
	}
	rest, where, placed := strings.Cut(rest, " at ")
	rest, detail, _ := strings.Cut(rest, ", ")
	id, word, _ := strings.Cut(rest, " ")
	a := screen.Answer{Detail: detail}
	switch word {
	case "yes":
		a.Value = screen.Yes
	case "no":
		a.Value = screen.No
	case "not sure":
		a.Value = screen.NotSure
	case "missing":
		a.Value = screen.Unanswered
	default:
		return fmt.Errorf("answer ID yes|no|not sure|missing[, DETAIL][ at PLACE]")
	}
	if placed {
		place, err := body.Find(where)
		if err != nil {
			return err
		}
		a.Where = []body.Place{place}
	}
	s.visit.Answers[screen.QuestionID(id)] = a
	return nil
}

func (s *story) finding(rest string) error {
	who, signs, _ := strings.Cut(rest, ":")
	m, side, err := muscleAndSide(strings.Replace(who, ",", "", 1))
	if err != nil {
		return err
	}
	g := reason.Finding{Muscle: m.ID, Side: side}
	for _, sign := range strings.Split(signs, ",") {
		name, word, _ := strings.Cut(strings.TrimSpace(sign), " ")
		c := reason.No
		if word == "yes" {
			c = reason.Yes
		}
		switch name {
		case "familiar":
			g.Familiar = c
		case "tender":
			g.Tender = c
		case "limited":
			g.Limited = c
		case "resisted":
			g.Resisted = c
		default:
			return fmt.Errorf("finding MUSCLE, SIDE: familiar|tender|limited|resisted yes|no, ...")
		}
	}
	s.visit.Findings = append(s.visit.Findings, g)
	return nil
}

func muscleAndSide(words string) (*atlas.Muscle, body.Side, error) {
	words = strings.TrimSpace(words)
	cut := strings.LastIndex(words, " ")
	side, err := body.ParseSide(words[cut+1:])
	if err != nil {
		return nil, side, err
	}
	m, ok := atlas.Standard().MuscleByName(words[:max(cut, 0)])
	if !ok {
		return nil, side, fmt.Errorf("no muscle %q in the atlas", words[:max(cut, 0)])
	}
	return m, side, nil
}

func (s *story) prefer(rest string) error {
	word, rest, _ := strings.Cut(rest, " ")
	p := &s.visit.Preferences
	switch word {
	case "pressure":
		return number(rest, &p.Pressure)
	case "technique":
		p.Techniques = append(p.Techniques, atlas.TechniqueID(rest))
	case "position":
		p.Positions = append(p.Positions, atlas.Position(rest))
	default:
		return fmt.Errorf("prefer pressure|technique|position ...")
	}
	return nil
}

func (s *story) expect(rest string) error {
	r := s.result
	word, rest, _ := strings.Cut(rest, " ")
	switch word {
	case "level":
		if string(r.Screening.Level) != rest {
			return fmt.Errorf("the level is %s: %s", r.Screening.Level, fired(r.Screening))
		}
	case "rule":
		if !hasRule(r.Screening, rest) {
			return fmt.Errorf("fired: %s", fired(r.Screening))
		}
	case "say":
		if said := strings.Join(r.Screening.Say, " "); !strings.Contains(strings.ToLower(said), strings.ToLower(rest)) {
			return fmt.Errorf("said: %s", said)
		}
	case "lifted":
		if l := r.Lifted; l == nil || l.By != rest {
			return fmt.Errorf("lifted: %+v", l)
		}
	case "missing":
		if !slices.Contains(r.Screening.Missing, screen.QuestionID(rest)) {
			return fmt.Errorf("missing: %v", r.Screening.Missing)
		}
	case "within":
		return s.within(rest, true)
	case "band":
		return s.band(rest)
	case "check":
		return s.check(rest)
	case "like":
		return s.like(rest)
	case "else":
		return s.otherShare(rest)
	case "no":
		switch {
		case rest == "plan":
			if r.Plan != nil {
				return fmt.Errorf("there is a plan of %d steps", len(r.Plan.Steps))
			}
		case rest == "lift":
			if r.Lifted != nil {
				return fmt.Errorf("lifted by %s", r.Lifted.By)
			}
		case strings.HasPrefix(rest, "rule "):
			if hasRule(r.Screening, strings.TrimPrefix(rest, "rule ")) {
				return fmt.Errorf("fired: %s", fired(r.Screening))
			}
		default:
			return fmt.Errorf("expect no plan, expect no lift, expect no rule ID")
		}
	case "not":
		return s.within(strings.TrimPrefix(rest, "within "), false)
	case "course":
		return s.course(rest)
	case "plan":
		if r.Plan == nil {
			return fmt.Errorf("there is no plan: %s", r.NoPlan)
		}
		return s.plan(rest)
	default:
		return fmt.Errorf("nothing can be expected of %q", word)
	}
	return nil
}

func hasRule(r screen.Result, id string) bool {
	return slices.ContainsFunc(r.Fired, func(f screen.Fired) bool { return string(f.Rule) == id })
}

func fired(r screen.Result) string {
	words := []string{}
	for _, f := range r.Fired {
		words = append(words, fmt.Sprintf("%s (%s)", f.Rule, f.Level))
	}
	return fmt.Sprintf("rules %v, missing %v", words, r.Missing)
}

func (s *story) within(rest string, want bool) error {
	count, names, _ := strings.Cut(rest, ":")
	var n int
	if err := number(count, &n); err != nil {
		return err
	}
	got := s.result.Ranking.Candidates
	got = got[:min(n, len(got))]
	for _, name := range strings.Split(names, "|") {
		m, side, err := muscleAndSide(name)
		if err != nil {
			return err
		}
		has := slices.ContainsFunc(got, func(c reason.Candidate) bool { return c.Point.Muscle == m && c.Side == side })
		if has && want {
			return nil
		}
		if has {
			return fmt.Errorf("%s is there: %s", name, first(got))
		}
	}
	if want {
		return fmt.Errorf("the first %d are: %s", n, first(got))
	}
	return nil
}

func first(cs []reason.Candidate) string {
	words := []string{}
	for _, c := range cs {
		words = append(words, fmt.Sprintf("%s %s (%s %.2f)", c.Point.ID, c.Side, c.Band, c.Weight))
	}
	return strings.Join(words, ", ")
}

func (s *story) band(rest string) error {
	band, name, _ := strings.Cut(rest, ":")
	m, side, err := muscleAndSide(name)
	if err != nil {
		return err
	}
	for _, c := range s.result.Ranking.Candidates {
		if c.Point.Muscle == m && c.Side == side {
			if string(c.Band) != strings.TrimSpace(band) {
				return fmt.Errorf("its band is %q", c.Band)
			}
			return nil
		}
	}
	return fmt.Errorf("it is not in the ranking")
}

// like expects the first nerve or joint of the list to be one of these.
func (s *story) like(rest string) error {
	all := make([]string, 0, len(s.result.Ranking.Other.Patterns))
	for _, p := range s.result.Ranking.Other.Patterns {
		all = append(all, fmt.Sprintf("%s %s", p.Pattern.ID, p.Side))
	}
	switch {
	case rest == "nothing" && len(all) == 0:
		return nil
	case len(all) > 0 && slices.Contains(strings.Split(rest, " | "), all[0]):
		return nil
	}
	return fmt.Errorf("it is felt like: %s", strings.Join(all, ", "))
}

// otherShare expects how much is left to something else, in percent.
func (s *story) otherShare(rest string) error {
	got := int(math.Round(100 * s.result.Ranking.Other.Weight))
	word, n, _ := strings.Cut(strings.TrimPrefix(rest, "at "), " ")
	var want int
	if err := number(n, &want); err != nil || word != "least" && word != "most" {
		return fmt.Errorf("expect else at least N, or expect else at most N")
	}
	if word == "least" && got < want || word == "most" && got > want {
		return fmt.Errorf("something else has %d percent", got)
	}
	return nil
}

func (s *story) check(rest string) error {
	n := s.result.Ranking.Next
	if n == nil {
		return fmt.Errorf("there is no next check")
	}
	for _, name := range strings.Split(strings.TrimPrefix(rest, "next:"), "|") {
		m, side, err := muscleAndSide(name)
		if err != nil {
			return err
		}
		if n.Point.Muscle == m && n.Side == side {
			return nil
		}
	}
	return fmt.Errorf("the next check is %s %s", n.Point.ID, n.Side)
}

func (s *story) plan(rest string) error {
	p := s.result.Plan
	total := 0
	for _, step := range p.Steps {
		total += step.Seconds
	}
	if total != p.Worked*60 || p.Worked+p.Unused != s.visit.Minutes {
		return fmt.Errorf("the steps last %d s, worked %d, unused %d, asked %d minutes", total, p.Worked, p.Unused, s.visit.Minutes)
	}
	if rest == "" {
		return nil
	}
	each := func(bad func(plan.Step) bool) error {
		for _, step := range p.Steps {
			if bad(step) {
				return fmt.Errorf("step %s: %s (%s, %s, pressure %d)", step.ID, step.Words, step.Technique, step.Position, step.Pressure)
			}
		}
		return nil
	}
	switch {
	case strings.HasPrefix(rest, "position only "):
		return each(func(x plan.Step) bool {
			return x.Kind != plan.Turn && string(x.Position) != rest[len("position only "):]
		})
	case strings.HasPrefix(rest, "no position "):
		return each(func(x plan.Step) bool { return string(x.Position) == rest[len("no position "):] })
	case strings.HasPrefix(rest, "pressure at most "):
		var n int
		if err := number(rest[len("pressure at most "):], &n); err != nil {
			return err
		}
		return each(func(x plan.Step) bool { return x.Pressure > n })
	case strings.HasPrefix(rest, "gently at "): // PLACE: at most N
		where, most, _ := strings.Cut(rest[len("gently at "):], ": at most ")
		place, err := body.Find(where)
		if err != nil {
			return err
		}
		var n int
		if err := number(most, &n); err != nil {
			return err
		}
		return each(func(x plan.Step) bool { return x.Pressure > n && touches(x, place.Cells) })
	case strings.HasPrefix(rest, "no technique "):
		return each(func(x plan.Step) bool { return string(x.Technique) == rest[len("no technique "):] })
	case strings.HasPrefix(rest, "never at "):
		place, err := body.Find(rest[len("never at "):])
		if err != nil {
			return err
		}
		return each(func(x plan.Step) bool { return touches(x, place.Cells) })
	case strings.HasPrefix(rest, "never works "):
		m, side, err := muscleAndSide(rest[len("never works "):])
		if err != nil {
			return err
		}
		return each(func(x plan.Step) bool { return x.Muscle == m && (x.Side == nil || *x.Side == side) })
	case strings.HasPrefix(rest, "works "):
		m, side, err := muscleAndSide(rest[len("works "):])
		if err != nil {
			return err
		}
		for _, x := range p.Steps {
			if x.Muscle == m && (x.Side == nil || *x.Side == side) {
				return nil
			}
		}
		return fmt.Errorf("no step works it; steps: %s", stepWords(p))
	case strings.HasPrefix(rest, "first position "):
		for _, x := range p.Steps {
			if x.Kind == plan.Warm || x.Kind == plan.Work {
				if string(x.Position) != rest[len("first position "):] {
					return fmt.Errorf("it is %s", x.Position)
				}
				return nil
			}
		}
		return fmt.Errorf("nothing is worked")
	case strings.HasPrefix(rest, "turns at most "):
		var n int
		if err := number(rest[len("turns at most "):], &n); err != nil {
			return err
		}
		turns := 0
		for _, x := range p.Steps {
			if x.Kind == plan.Turn {
				turns++
			}
		}
		if turns > n {
			return fmt.Errorf("%d turns: %s", turns, stepWords(p))
		}
		return nil
	}
	return fmt.Errorf("nothing can be expected of a plan's %q", rest)
}

// touches tells whether a step works on the place: by its point, or by its region
// when it has no point.
func touches(x plan.Step, place body.Set) bool {
	if x.Kind != plan.Work && x.Kind != plan.Warm {
		return false
	}
	for _, side := range []body.Side{body.Right, body.Left} {
		if x.Side != nil && *x.Side != side {
			continue
		}
		switch {
		case x.Point != nil:
			if place.Has(x.Point.Cell(side)) {
				return true
			}
		case x.Region != "":
			cells := body.Skin().RegionCells(x.Region, side)
			if n := cells.Len(); n > 0 && 2*cells.Intersect(place).Len() > n {
				return true
			}
		}
	}
	return false
}

func stepWords(p *plan.Plan) string {
	words := []string{}
	for _, x := range p.Steps {
		words = append(words, x.Words)
	}
	return strings.Join(words, " / ")
}
