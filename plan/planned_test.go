package plan

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

// lines are the steps in their order, with minutes.
func lines(p Plan) (list []string) {
	for _, x := range p.Steps {
		list = append(list, fmt.Sprintf("%s %d", x.ID, x.Seconds/60))
	}
	return list
}

func TestAPlanThatIsMadeAgainIsThePlanBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		again, err := Rebuild(s.plan.Planned, s.ranking, s.clearance, s.minutes, s.prefs, s.pins...)
		if err != nil {
			t.Fatal(err)
		}
		if s.earlier == nil && (again.Benefit != s.plan.Benefit || !slices.Equal(lines(again), lines(s.plan))) {
			t.Fatalf("benefit %d, again %d\n%v\n%v", s.plan.Benefit, again.Benefit, lines(s.plan), lines(again))
		}
		third, err := Rebuild(again.Planned, s.ranking, s.clearance, s.minutes, s.prefs, s.pins...)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(lines(third), lines(again)) {
			t.Fatalf("a third time it is another plan\n%v\n%v", lines(again), lines(third))
		}
	})
}

// TestWhatStaysCostsLessThanAMinute holds the second rule: what is given up to keep an
// earlier plan is no more than what stays is worth, and no more than the session gains by
// its last minute.
func TestWhatStaysCostsLessThanAMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := aSitting(t)
		s := ready(x.earlier, x.ranking, x.clearance, x.minutes, x.prefs.liked())
		got := s.settle(x.minutes)
		worth, best, shorter := got.worth-got.stays, s.choose(x.minutes).worth, s.choose(x.minutes-1).worth
		if worth < shorter || worth < best-got.stays {
			t.Fatalf("%d minutes: worth %d where %d can be had, and %d in a minute less; what stays is worth %d", x.minutes, worth, best, shorter, got.stays)
		}
	})
}

// ranked puts the likeliest first.
func ranked(r reason.Ranking) {
	slices.SortStableFunc(r.Candidates, func(a, b reason.Candidate) int { return cmp.Compare(b.Weight, a.Weight) })
}

// TestAPlanStaysWhereLittleIsGained changes weights by some percent, or takes away the
// likeliest point. With the plan before at hand all plans stay to the minute where only
// weights move a little, and fewer steps change where something has to.
func TestAPlanStaysWhereLittleIsGained(t *testing.T) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	build := func(earlier []Planned, r reason.Ranking, minutes int) Plan {
		p, err := Rebuild(earlier, r, clearance, minutes, Preferences{})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	gone := func(was, is []string) (n int) {
		for _, line := range was {
			n += number(!slices.Contains(is, line))
		}
		return n
	}
	const each = 100
	for what, change := range map[string]struct {
		by            float64
		without, stay int // points taken away; plans that stay
	}{"weights by 3 %": {0.03, 0, each}, "weights by 10 %": {0.1, 0, 93}, "a point less": {0, 1, 0}} {
		stayed, changed := [2]int{}, [2]int{}
		for seed := range uint64(each) {
			random := rand.New(rand.NewPCG(seed, 3))
			r, minutes := made(seed), MinMinutes+random.IntN(MaxMinutes-MinMinutes)
			ranked(r)
			was := build(nil, r, minutes)
			r.Candidates = slices.Clone(r.Candidates[change.without:])
			for i := range r.Candidates {
				r.Candidates[i].Weight *= 1 + 2*change.by*(random.Float64()-0.5)
			}
			ranked(r)
			for i, earlier := range [][]Planned{nil, was.Planned} {
				n := gone(lines(was), lines(build(earlier, r, minutes)))
				stayed[i] += number(n == 0)
				changed[i] += n
			}
		}
		t.Logf("%s: of %d plans %d stay when they are made anew, %d when they are made again; %d and %d steps change", what, each, stayed[0], stayed[1], changed[0], changed[1])
		if stayed[1] < change.stay || changed[1] >= changed[0] {
			t.Errorf("%s: %d of %d plans stay, %d steps change; anew %d", what, stayed[1], each, changed[1], changed[0])
		}
	}
}

func TestTheWarmPackStaysWhereItIs(t *testing.T) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	prefs := Preferences{Techniques: []atlas.TechniqueID{"heat"}}
	for _, pair := range [][2]atlas.PointID{{"infraspinatus-1", "gluteus-maximus-1"}, {"gluteus-maximus-1", "infraspinatus-1"}} {
		plan := func(earlier []Planned, first, second float64) Plan {
			var r reason.Ranking
			for i, id := range pair {
				p, ok := atlas.Standard().Point(id)
				if !ok {
					t.Fatalf("no point %s", id)
				}
				r.Candidates = append(r.Candidates, reason.Candidate{Point: p, Side: body.Right, Band: reason.CheckFirst, Weight: []float64{first, second}[i], Why: "why"})
			}
			p, err := Rebuild(earlier, r, clearance, 60, prefs)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		packed := func(p Plan) string {
			for _, x := range p.Steps {
				if x.Technique == "heat" {
					return x.ID
				}
			}
			return ""
		}
		was := plan(nil, 0.6, 0.59)
		if anew, again := plan(nil, 0.59, 0.6), plan(was.Planned, 0.59, 0.6); packed(was) == packed(anew) || packed(again) != packed(was) || !slices.Equal(lines(was), lines(again)) {
			t.Errorf("%v: the pack was %s, anew %s, again %s\n%v\n%v", pair, packed(was), packed(anew), packed(again), lines(was), lines(again))
		}
		if far := plan(was.Planned, 0.2, 0.9); packed(far) == packed(was) {
			t.Errorf("%v: the pack stays at %s where another area hurts much more", pair, packed(was))
		}
	}
}
