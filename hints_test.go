package knead_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"knead"
	"knead/body"
	"knead/outcome"
	"knead/plan"
	"knead/screen"
)

// past is a session on the back in which every step had one pressure.
func past(t testing.TB, day, pressure int) knead.PastSession {
	t.Helper()
	p := planOf(t, deskBack)
	var l tape
	second := 0
	for _, x := range p.Steps {
		l.on(second, knead.EventBegin, x.ID)
		if x.Technique != "" {
			l.add(second, knead.SessionEvent{Kind: knead.EventPressure, Step: x.ID, Value: pressure})
		}
		second += x.Seconds
	}
	l.on(second, knead.EventEnd, "")
	s := knead.RunSession(p, l.events)
	return knead.PastSession{Ended: nine.Add(time.Duration(day) * 24 * time.Hour), Steps: s.Steps}
}

// withoutPoints leaves out the steps that press a point.
func withoutPoints(p knead.PastSession) knead.PastSession {
	p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(a knead.Actual) bool { return a.Step.Hold != plan.Hold{} })
	return p
}

func kinds(h knead.Hints) (found []knead.HintKind) {
	for _, x := range h.Hints {
		found = append(found, x.Kind)
	}
	return found
}

func TestSorenessLowersThePressureWhereItIsSoreAndNowhereElse(t *testing.T) {
	p := past(t, 0, 4)
	p.After.Soreness24 = soreness(4)
	neck, err := body.Find("back of the neck")
	if err != nil {
		t.Fatal(err)
	}
	foot, err := body.Find("left foot")
	if err != nil {
		t.Fatal(err)
	}
	p.After.Sore = []body.Place{neck, foot}
	h := knead.NextPlanHints([]knead.PastSession{p})
	if len(h.Hints) != 1 || h.Hints[0].Place.Words != neck.Words || h.Hints[0].Max != 3 || !h.Hints[0].Chosen {
		t.Errorf("hints: %+v, want pressure 3 at the neck; the foot was not worked", h.Hints)
	}
	p.After.Sore = nil
	for _, x := range knead.NextPlanHints([]knead.PastSession{p}).Hints {
		if x.Kind != knead.HintLower || x.Max != 3 {
			t.Errorf("hint %+v, want pressure 3 wherever it was worked", x)
		}
	}
	p.After.Soreness24 = soreness(3)
	if got := knead.NextPlanHints([]knead.PastSession{p}).Hints; len(got) != 0 {
		t.Errorf("soreness 3 a day later: %+v", got)
	}
	p.After.Effects = []knead.SideEffect{knead.EffectBruise}
	if got := kinds(knead.NextPlanHints([]knead.PastSession{p})); !slices.Contains(got, knead.HintLower) {
		t.Errorf("after a bruise: %v", got)
	}
}

func TestWhatWasSoreStaysGentlerForTheWholeCourse(t *testing.T) {
	sore, silent := past(t, 0, 4), past(t, 7, 3)
	sore.After.Soreness24 = soreness(6)
	if got := knead.NextPlanHints([]knead.PastSession{silent, sore}).Hints; len(got) == 0 || got[0].Max != 3 {
		t.Errorf("hints: %+v, want pressure 3, from the session before", got)
	}
	silent.After.Soreness24 = soreness(0)
	if got := knead.NextPlanHints([]knead.PastSession{silent, sore}).Hints; len(got) == 0 || got[0].Max != 3 {
		t.Errorf("hints: %+v, want pressure 3: what was sore once stays gentler for the course", got)
	}
	silent.Ended = sore.Ended.Add(70 * 24 * time.Hour)
	if got := knead.NextPlanHints([]knead.PastSession{silent, sore}).Hints; len(got) != 0 {
		t.Errorf("hints: %+v, want none: ten weeks later another course begins", got)
	}
}

func TestTheWindowOpensLaterAfterDeepWorkAndSoreness(t *testing.T) {
	for _, tt := range []struct {
		name     string
		pressure int
		after    knead.FollowUp
		points   bool
		hours    int
		wait     bool
	}{
		{"light", 2, knead.FollowUp{}, false, 24, false},
		{"deep", 4, knead.FollowUp{}, false, 48, false},
		{"points that are pressed", 3, knead.FollowUp{}, true, 48, false},
		{"a little sore", 2, knead.FollowUp{Soreness24: soreness(3)}, false, 24, false},
		{"sore", 2, knead.FollowUp{Soreness24: soreness(4)}, false, 72, false},
		{"still sore", 2, knead.FollowUp{Soreness24: soreness(2), Soreness72: soreness(1)}, false, 72, true},
	} {
		p := past(t, 0, tt.pressure)
		if !tt.points {
			p = withoutPoints(p)
		}
		p.After = tt.after
		w := knead.NextPlanHints([]knead.PastSession{p}).Window
		if w == nil || w.From.Sub(p.Ended) != time.Duration(tt.hours)*time.Hour || w.Wait != tt.wait || w.Until <= w.From {
			t.Errorf("%s: %+v, want %d hours, wait %v", tt.name, w, tt.hours, tt.wait)
		}
	}
	if h := knead.NextPlanHints(nil); h.Window != nil || len(h.Hints) != 0 {
		t.Errorf("without a session: %+v", h)
	}
}

func TestSomebodyElseLooksWhenNothingChanges(t *testing.T) {
	history := func(levels ...int) (all []knead.PastSession) {
		for i, level := range levels {
			p := knead.PastSession{Ended: nine.Add(time.Duration(7*i) * 24 * time.Hour)}
			if level >= 0 {
				p.Before = &level
			}
			all = append(all, p)
		}
		return all
	}
	for _, tt := range []struct {
		name   string
		levels []int
		want   []knead.HintKind
	}{
		{"three sessions are too few to tell", []int{6, 6, 6}, nil},
		{"four without a change", []int{6, 6, 6, 6}, []knead.HintKind{knead.HintChange}},
		{"six without a change", []int{6, 5, 6, 6, 6, 6}, []knead.HintKind{knead.HintRefer}},
		{"six, and worse", []int{5, 5, 5, 6, 7, 8}, []knead.HintKind{knead.HintRefer}},
		{"six, and two points better", []int{6, 6, 6, 5, 5, 4}, nil},
		{"six, one figure", []int{6, -1, -1, -1, -1, -1}, nil},
	} {
		if got := kinds(knead.NextPlanHints(history(tt.levels...))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	twice := history(6, 4)
	twice[0].After.Change, twice[1].After.Change = outcome.ToWorse, outcome.ToWorse
	if got := kinds(knead.NextPlanHints(twice)); !slices.Equal(got, []knead.HintKind{knead.HintRefer}) {
		t.Errorf("worse twice: %v", got)
	}
}

func TestSideEffectsReachSomebodyTheMostUrgentFirst(t *testing.T) {
	p := past(t, 0, 2)
	p.After.Effects = []knead.SideEffect{knead.EffectNumbWeak, knead.EffectCalfSwelling, knead.EffectTired, knead.EffectDarkUrine}
	var levels []screen.Level
	for _, x := range knead.NextPlanHints([]knead.PastSession{p}).Hints {
		if x.Kind == knead.HintAlert {
			levels = append(levels, x.Urgency)
		}
	}
	if want := []screen.Level{screen.Emergency, screen.SameDay, screen.Refer}; !slices.Equal(levels, want) {
		t.Errorf("alerts: %v, want %v and nothing for tiredness", levels, want)
	}
	p.After = knead.FollowUp{Soreness72: soreness(2)}
	if got := kinds(knead.NextPlanHints([]knead.PastSession{p})); !slices.Contains(got, knead.HintSore) {
		t.Errorf("sore after three days: %v", got)
	}
}

// Hints bind the places that were sore and nothing else, and only ever more tightly.
func TestHintsBindWhatWasSoreAndNothingElse(t *testing.T) {
	p := past(t, 0, 5)
	shin, err := body.Find("left upper shin")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		wished := plan.Preferences{Pressure: rapid.IntRange(0, 5).Draw(t, "wished")}
		if rapid.Bool().Draw(t, "a wish for a place") {
			wished.Caps = []plan.Cap{{Place: shin, Max: rapid.IntRange(1, 5).Draw(t, "there")}}
		}
		p.After.Soreness24 = soreness(rapid.IntRange(0, 10).Draw(t, "soreness"))
		h := knead.NextPlanHints([]knead.PastSession{p})
		got := h.Apply(wished)
		if got.Pressure != wished.Pressure {
			t.Fatalf("the pressure of the session became %d, it was %d", got.Pressure, wished.Pressure)
		}
		for _, c := range wished.Caps {
			if most := mostOn(got.Caps, c.Place.Cells); most > c.Max {
				t.Fatalf("the wish for %s was %d, and now is %d", c.Place.Words, c.Max, most)
			}
		}
		for _, x := range h.Hints {
			if x.Kind == knead.HintLower && mostOn(got.Caps, x.Place.Cells) > x.Max {
				t.Fatalf("%v, and at most %d at %s", got.Caps, x.Max, x.Place.Words)
			}
		}
		if again := h.Apply(got); len(again.Caps) != len(got.Caps) {
			t.Fatalf("taken over twice, %d bounds became %d", len(got.Caps), len(again.Caps))
		}
	})
}

// mostOn gives the pressure that bounds all of the cells: that of the loosest of those
// which together cover them; 5 where something is free.
func mostOn(caps []plan.Cap, cells body.Set) int {
	for most := 1; most < 5; most++ {
		left := cells
		for _, c := range caps {
			if c.Max <= most {
				left = left.Minus(c.Place.Cells)
			}
		}
		if left.Len() == 0 {
			return most
		}
	}
	return 5
}

func TestNoHintNamesADiseaseOrACause(t *testing.T) {
	p := past(t, 0, 5)
	p.After = knead.FollowUp{Soreness24: soreness(9), Soreness72: soreness(9), Effects: knead.SideEffects, Change: outcome.ToWorse}
	for _, history := range [][]knead.PastSession{{p}, {p, p}, {p, p, p, p, p, p}} {
		for _, x := range knead.NextPlanHints(history).Hints {
			for _, word := range banned {
				if strings.Contains(strings.ToLower(x.Words), word) {
					t.Errorf("a hint says %q: %s", word, x.Words)
				}
			}
		}
	}
}
