package plan

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"knead/body"
	"knead/outcome"
	"knead/reason"
	"knead/screen"
)

// regionPlace is a whole region of one side.
func regionPlace(id body.RegionID, side body.Side) body.Place {
	return body.Place{
		Words: side.String() + " " + string(id), Cells: body.Skin().RegionCells(id, side),
		Regions: []body.RegionSide{{Region: id, Side: side}},
	}
}

// regions on which sessions of the tests work.
var worked = []body.RegionID{"neck-side-back", "supraspinous", "lumbar"}

func maybe(t *rapid.T, high int, name string) *int {
	if rapid.Bool().Draw(t, name+" asked") {
		n := rapid.IntRange(0, high).Draw(t, name)
		return &n
	}
	return nil
}

// aHistory draws up to eight sessions of one course.
func aHistory(t *rapid.T) History {
	h := History{
		Pain:   maybe(t, 10, "pain now"),
		Wishes: Wishes{Every: rapid.SampledFrom([]int{0, 0, 2, 3, 10}).Draw(t, "every"), Sessions: rapid.IntRange(0, 6).Draw(t, "sessions")},
	}
	ago := Hours(rapid.IntRange(1, 20).Draw(t, "days")) * Day
	for range rapid.IntRange(0, 8).Draw(t, "sessions had") {
		d := Done{
			Ago: ago, Minutes: rapid.SampledFrom([]int{0, 30, 60, 90}).Draw(t, "minutes"),
			Before: maybe(t, 10, "before"), After: maybe(t, 10, "after"), Soreness24: maybe(t, 10, "24 h"), Soreness72: maybe(t, 10, "72 h"),
			Marked: rapid.IntRange(0, 9).Draw(t, "mark") == 0,
			Since:  rapid.SampledFrom([]outcome.Direction{"", "", outcome.ToBetter, outcome.ToSame, outcome.ToWorse}).Draw(t, "since"),
		}
		for _, id := range worked {
			if rapid.Bool().Draw(t, "worked") {
				d.Work = append(d.Work, Worked{
					Place: regionPlace(id, body.Right), Pressure: rapid.IntRange(1, 5).Draw(t, "pressure"), Pressed: rapid.Bool().Draw(t, "pressed"),
				})
			}
		}
		if rapid.Bool().Draw(t, "said where") {
			d.Sore = []body.Place{regionPlace(rapid.SampledFrom(worked).Draw(t, "where"), body.Right)}
		}
		h.Done = append(h.Done, d)
		ago += Hours(rapid.IntRange(1, 30).Draw(t, "days between")) * Day
	}
	return h
}

// backPlan is a session on a painted neck and its ranking.
func backPlan(t testing.TB) (Plan, reason.Ranking, screen.Clearance) {
	t.Helper()
	painted := body.Skin().RegionCells("neck-side-back", body.Right).Union(body.Skin().RegionCells("supraspinous", body.Right))
	mark := body.Mark{}
	mark.Paint(painted, 6)
	r, err := reason.Standard().Rank(body.Drawing{Marks: []body.Mark{mark}}, nil, reason.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := allNo(painted, screen.Client{Age: 40})
	p, err := Build(r, c, 60, Preferences{Pressure: 4})
	if err != nil {
		t.Fatal(err)
	}
	return p, r, c
}

// everyCourse checks a law on many histories, planned with a client here and without.
func everyCourse(t *testing.T, law func(*rapid.T, History, func(History) Course)) {
	p, r, c := backPlan(t)
	for name, build := range map[string]func(History) Course{
		"with a plan": func(h History) Course {
			k, err := BuildCourse(h, p, r, c)
			if err != nil {
				t.Fatal(err)
			}
			return k
		},
		"from the past alone": Ahead,
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { law(t, aHistory(t), build) })
		})
	}
}

func TestSessionsAreNeverNearerThanTheirRest(t *testing.T) {
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		k := build(h)
		last, rest := -Hours(1<<40), Hours(0)
		if n := len(k.Done); n > 0 {
			last, rest = -k.Done[n-1].Ago, afterLight
			d := k.Done[n-1]
			if slices.ContainsFunc(d.Work, func(w Worked) bool { return w.Pressure >= 4 || w.Pressed }) {
				rest = 48
			}
			if d.Soreness24 != nil && *d.Soreness24 >= 4 || d.Soreness72 != nil && *d.Soreness72 > 0 {
				rest = 72
			}
		}
		for _, s := range k.Sessions {
			if s.At < s.From || s.From < 0 || s.At < last+rest {
				t.Fatalf("session %d at %v, from %v; the one before ended at %v and needs %v", s.N, s.At, s.From, last, rest)
			}
			last, rest = s.At+Hours(s.Minutes+59)/60, 24
			if s.Pressure >= 4 {
				rest = 48
			}
		}
	})
}

func TestMoreSorenessNeverComesSoonerAndNeverPressesHarder(t *testing.T) {
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		if len(h.Done) == 0 {
			t.Skip("nothing was done")
		}
		more := h
		more.Done = slices.Clone(h.Done)
		d := &more.Done[rapid.IntRange(0, len(h.Done)-1).Draw(t, "after which")]
		raise := func(n *int) *int {
			if n == nil {
				return nil
			}
			up := rapid.IntRange(*n, 10).Draw(t, "sorer")
			return &up
		}
		d.Soreness24, d.Soreness72 = raise(d.Soreness24), raise(d.Soreness72)
		a, b := build(h), build(more)
		if len(a.Sessions) != len(b.Sessions) || b.Rest < a.Rest || a.Wait && !b.Wait {
			t.Fatalf("sorer: %d sessions after %v became %d after %v", len(a.Sessions), a.Rest, len(b.Sessions), b.Rest)
		}
		for i := range a.Sessions {
			x, y := a.Sessions[i], b.Sessions[i]
			if y.At < x.At || y.From < x.From || y.Pressure > x.Pressure {
				t.Fatalf("sorer: %+v became %+v", x, y)
			}
			if i > 0 && y.At-b.Sessions[i-1].At < x.At-a.Sessions[i-1].At {
				t.Fatalf("sorer: the gap before session %d became shorter", x.N)
			}
		}
		for _, c := range a.Caps {
			i := slices.IndexFunc(b.Caps, func(x Cap) bool { return x.Place.Words == c.Place.Words })
			if i < 0 || b.Caps[i].Max > c.Max {
				t.Fatalf("sorer: %+v became %+v", a.Caps, b.Caps)
			}
		}
	})
}

func TestNoPressureIsAboveWhatWasSore(t *testing.T) {
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		k := build(h)
		for _, d := range k.Done {
			if d.Soreness24 == nil || *d.Soreness24 < 4 || len(d.Sore) > 0 {
				continue
			}
			for _, w := range d.Work {
				if got := k.capped(w.Place, 5); got > max(1, w.Pressure-1) {
					t.Fatalf("pressure %d where %d was sore", got, w.Pressure)
				}
			}
		}
		for _, f := range k.Focus {
			for _, s := range k.Sessions {
				if f.Pressure > s.Pressure {
					t.Fatalf("focus %s at %d in a session of at most %d", f.Place, f.Pressure, s.Pressure)
				}
			}
		}
	})
}

func TestWorseTwiceAlwaysRefers(t *testing.T) {
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		if len(h.Done) < 2 {
			t.Skip("too few sessions")
		}
		for _, i := range rapid.Permutation([]int{0, 1, len(h.Done) - 1}[:2]).Draw(t, "which") {
			h.Done[i].Since = outcome.ToWorse
		}
		k := build(h)
		if len(k.Done) >= 2 && (k.Way != Refer || k.Why != WorseTwice || len(k.Sessions) > 0) {
			t.Fatalf("worse after %d of %d sessions: %s, %d sessions to come", k.Worse, len(k.Done), k.Way, len(k.Sessions))
		}
	})
}

func TestNoChangeByTheSixthSessionAlwaysRefers(t *testing.T) {
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		level := rapid.IntRange(1, 10).Draw(t, "level")
		for i := range h.Done {
			h.Done[i].Before = &level
		}
		asked := 0
		if h.Pain = nil; rapid.Bool().Draw(t, "here") {
			h.Pain, asked = &level, 1 // the sixth session is the one that begins now
		}
		k := build(h)
		if len(k.Done) > 0 && len(k.Done)+asked >= 6 && (k.Way != Refer || len(k.Sessions) > 0) {
			t.Fatalf("pain %d at all of %d sessions: %s, %d to come", level, len(k.Done)+asked, k.Way, len(k.Sessions))
		}
	})
}

func TestSessionsToComeAreGentlerWhereItWasSore(t *testing.T) {
	p, r, c := backPlan(t)
	sore := 6
	d := Done{Ago: 7 * Day, Soreness24: &sore}
	for _, x := range p.Steps {
		if x.Pressure > 0 {
			place := x.place()
			place.Words, place.Cells = x.ID, skinOfStep(x)
			d.Work = append(d.Work, Worked{Place: place, Pressure: 4})
		}
	}
	k, err := BuildCourse(History{Done: []Done{d}}, p, r, c)
	if err != nil || len(k.Sessions) == 0 || len(k.Focus) == 0 {
		t.Fatalf("BuildCourse = %d sessions, %d places, %v", len(k.Sessions), len(k.Focus), err)
	}
	for _, s := range k.Sessions {
		if s.Pressure > 3 {
			t.Errorf("session %d is planned at %d; all of it was sore after 4", s.N, s.Pressure)
		}
	}
	for _, f := range k.Focus {
		if f.Pressure > 3 {
			t.Errorf("%s is planned at %d; it was sore after 4", f.Place, f.Pressure)
		}
	}
}

func TestImprovingNeverAddsSessions(t *testing.T) {
	goesOn := func(k Course) bool { return k.Way != Refer && k.Way != Measure && k.Way != Closed }
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		better := h
		better.Done = slices.Clone(h.Done)
		lower := func(n *int) *int {
			if n == nil {
				return nil
			}
			down := rapid.IntRange(0, *n).Draw(t, "lower")
			return &down
		}
		for i := range better.Done { // the first day stays: it is what the others are compared with
			if i < len(h.Done)-1 {
				better.Done[i].Before = lower(h.Done[i].Before)
			}
		}
		better.Pain = lower(h.Pain)
		a, b := build(h), build(better)
		if a.First != b.First && (a.First == nil || b.First == nil || *a.First != *b.First) {
			t.Skip("another first day")
		}
		if goesOn(a) && goesOn(b) && len(b.Sessions) > len(a.Sessions) {
			t.Fatalf("better: %s with %d sessions became %s with %d", a.Way, len(a.Sessions), b.Way, len(b.Sessions))
		}
	})
}

func TestNoCourseGoesBeyondItsReview(t *testing.T) {
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		k := build(h)
		for i, s := range k.Sessions {
			last := i == len(k.Sessions)-1
			if s.N != len(k.Done)+i+1 || s.N > k.Review || k.Review > MaxSessions || s.Review != last {
				t.Fatalf("session %d (review %t) of %d, review at %d, way %s", s.N, s.Review, len(k.Sessions), k.Review, k.Way)
			}
		}
		if len(k.Sessions) > 0 && len(k.Ask) == 0 {
			t.Fatalf("%s: nothing is asked at the review", k.Way)
		}
	})
}

func TestTheSameHistoryGivesTheSameCourse(t *testing.T) {
	everyCourse(t, func(t *rapid.T, h History, build func(History) Course) {
		shuffled := h
		shuffled.Done = rapid.Permutation(h.Done).Draw(t, "order")
		if a, b := build(h), build(shuffled); !reflect.DeepEqual(a, b) {
			t.Fatalf("the order in which sessions are read changes the course: %+v, %+v", a, b)
		}
	})
}

func TestNoCourseWithoutAScreening(t *testing.T) {
	p, r, _ := backPlan(t)
	if _, err := BuildCourse(History{}, p, r, screen.Clearance{}); !errors.Is(err, ErrNotCleared) {
		t.Errorf("BuildCourse without a clearance = %v, want ErrNotCleared", err)
	}
}

func TestNoCourseWhereWhatHurtsIsLeftAlone(t *testing.T) {
	p, r, c := backPlan(t)
	p.Steps = slices.DeleteFunc(slices.Clone(p.Steps), func(x Step) bool { return x.Kind == Work })
	k, err := BuildCourse(History{}, p, r, c)
	if err != nil || k.Way != Closed || k.Why != Masked || len(k.Sessions) > 0 {
		t.Errorf("nothing that hurts is worked: %s %s, %d sessions, %v", k.Way, k.Why, len(k.Sessions), err)
	}
}

func TestOneThingIsChangedAndItNeverPressesHarder(t *testing.T) {
	p, r, c := backPlan(t)
	six := 6
	history := func(change func(*Done)) History {
		h := History{Pain: &six}
		for i := range 4 {
			d := Done{Ago: Hours(i+1) * 7 * Day, Minutes: 60, Before: &six}
			change(&d)
			h.Done = append(h.Done, d)
		}
		return h
	}
	likely := slices.DeleteFunc(slices.Clone(r.Candidates), func(x reason.Candidate) bool { return x.Band == reason.AlsoPossible })
	workAll := func(d *Done) {
		for _, x := range likely {
			d.Work = append(d.Work, Worked{Muscle: x.Point.Muscle.ID, Technique: "swedish", Pressure: 3})
		}
	}
	short := p
	short.Worked = 30
	for _, tt := range []struct {
		name   string
		plan   Plan
		change func(*Done)
		right  func(Swap) bool
	}{
		{"sessions of half an hour", short, func(*Done) {}, func(s Swap) bool { return s.Kind == SwapDose && s.Minutes == 60 }},
		{"nothing of the list was worked", p, func(*Done) {}, func(s Swap) bool { return s.Kind == SwapPlace && s.Point == likely[0].Point }},
		{"the first was not familiar", p, func(d *Done) {
			d.Findings = []reason.Finding{{Muscle: likely[0].Point.Muscle.ID, Side: likely[0].Side, Familiar: reason.No}}
		}, func(s Swap) bool { return s.Kind == SwapPlace && s.Point.Muscle != likely[0].Point.Muscle }},
		{"all of it was worked", p, workAll, func(s Swap) bool {
			return s.Kind == SwapStyle && s.Technique != nil && s.Technique.ID == "myofascial-release"
		}},
	} {
		k, err := BuildCourse(history(tt.change), tt.plan, r, c)
		if err != nil || k.Way != ChangeOne || k.Change == nil || !tt.right(*k.Change) {
			t.Errorf("%s: %s, change %+v, %v", tt.name, k.Way, k.Change, err)
			continue
		}
		for _, s := range k.Sessions {
			if s.Pressure > k.strongest(tt.plan) {
				t.Errorf("%s: session %d at pressure %d", tt.name, s.N, s.Pressure)
			}
		}
	}
}
