package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

// aRanking draws a ranking out of the atlas: any points on any side, in any band.
func aRanking(t *rapid.T) reason.Ranking {
	var r reason.Ranking
	points := atlas.Standard().Points()
	regions := body.Regions()
	bands := []reason.Band{reason.CheckFirst, reason.CheckNext, reason.AlsoPossible}
	for range rapid.IntRange(0, 9).Draw(t, "candidates") {
		c := reason.Candidate{
			Point: rapid.SampledFrom(points).Draw(t, "point"), Side: body.Side(rapid.IntRange(0, 1).Draw(t, "side")),
			Band: rapid.SampledFrom(bands).Draw(t, "band"), Weight: rapid.Float64Range(0, 1).Draw(t, "weight"), Why: "why",
		}
		if slices.ContainsFunc(r.Candidates, func(x reason.Candidate) bool { return x.Point == c.Point && x.Side == c.Side }) {
			continue
		}
		for range rapid.IntRange(0, 2).Draw(t, "explains") {
			c.Explains = append(c.Explains, reason.Explains{Region: rapid.SampledFrom(regions).Draw(t, "region").ID, Side: c.Side, Share: 1})
		}
		r.Candidates = append(r.Candidates, c)
	}
	if len(r.Candidates) > 0 {
		r.Sites = []reason.Site{{Words: "somewhere"}}
	}
	return r
}

func aPlace(t *rapid.T) body.Place {
	region := rapid.SampledFrom(body.Regions()).Draw(t, "where")
	side := body.Side(rapid.IntRange(0, 1).Draw(t, "on"))
	return body.Place{Words: side.String() + " " + string(region.ID), Cells: body.Skin().RegionCells(region.ID, side)}
}

// aClearance draws a client whom the screening lets through, with all sorts of limits.
func aClearance(t *rapid.T) screen.Clearance {
	var painted body.Set
	for range rapid.IntRange(0, 2).Draw(t, "painted") {
		painted = painted.Union(aPlace(t).Cells)
	}
	c := screen.Client{
		Age:           rapid.SampledFrom([]int{0, 15, 40, 58, 70}).Draw(t, "age"),
		PregnantWeeks: rapid.SampledFrom([]int{0, 0, 0, 10, 28}).Draw(t, "weeks"),
		Medicines:     rapid.SliceOfN(rapid.SampledFrom([]string{"warfarin", "aspirin", "prednisone", "ciprofloxacin", "codeine"}), 0, 1).Draw(t, "medicines"),
	}
	answers := map[screen.QuestionID]screen.Answer{}
	for _, q := range screen.Questions(painted, c) {
		answers[q.ID] = screen.Answer{Value: screen.No}
		if q.Alarm == screen.No {
			answers[q.ID] = screen.Answer{Value: screen.Yes}
		}
	}
	limiting := []screen.QuestionID{"g10", "g12", "g13", "g14", "g16", "g20", "g25", "g27", "g28", "n1", "n6", "n7", "n8", "h8", "s5"}
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(limiting), 0, 3, rapid.ID[screen.QuestionID]).Draw(t, "limits") {
		answers[id] = screen.Answer{Value: screen.Yes, Where: []body.Place{aPlace(t)}}
	}
	clearance, ok := screen.Run(painted, answers, c).Clearance()
	if !ok {
		t.Skip("not cleared")
	}
	return clearance
}

func somePreferences(t *rapid.T) Preferences {
	ids := []atlas.TechniqueID{"swedish", "deep-tissue", "sports", "myofascial-release", "trigger-point", "thai", "heat", "stretching", "traction", "self-massage", "friction"}
	var p Preferences
	p.Pressure = rapid.IntRange(0, 5).Draw(t, "pressure")
	p.Techniques = rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, 3, rapid.ID[atlas.TechniqueID]).Draw(t, "techniques")
	p.Positions = rapid.SliceOfNDistinct(rapid.SampledFrom(atlas.Positions), 0, 2, rapid.ID[atlas.Position]).Draw(t, "positions")
	for range rapid.IntRange(0, 2).Draw(t, "avoid") {
		p.Avoid = append(p.Avoid, aPlace(t))
	}
	p.Caps, p.Never = someWishes(t)
	for _, e := range rapid.SliceOfNDistinct(rapid.SampledFrom(atlas.Standard().Exercises), 0, 3, rapid.ID[*atlas.Exercise]).Draw(t, "not home") {
		p.NotHome = append(p.NotHome, e.ID)
	}
	return p
}

// somePins draws pins of steps of an earlier plan, and some of no plan at all.
func somePins(t *rapid.T, p Plan) []Pin {
	ids := []string{"point.levator-scapulae-1.right", "work.neck", "work.back.left", "nonsense"}
	for _, x := range p.Steps {
		ids = append(ids, x.ID)
	}
	var pins []Pin
	for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, 5, rapid.ID[string]).Draw(t, "pins") {
		pins = append(pins, Pin{
			Step: id, Minutes: rapid.SampledFrom([]int{0, 0, 1, 3, 7, 40, 120}).Draw(t, "minutes"),
			Pressure: rapid.IntRange(0, 5).Draw(t, "pin pressure"), Order: rapid.SampledFrom([]int{0, 0, 1, 2, 5, 30}).Draw(t, "order"),
			Drop: rapid.IntRange(0, 4).Draw(t, "drop") == 0,
		})
	}
	return pins
}

// sitting is one drawn session.
type sitting struct {
	ranking   reason.Ranking
	clearance screen.Clearance
	minutes   int
	prefs     Preferences
	pins      []Pin
	earlier   []Planned
	plan      Plan
}

func aSitting(t *rapid.T) sitting {
	s := sitting{ranking: aRanking(t), clearance: aClearance(t), minutes: rapid.IntRange(MinMinutes, MaxMinutes).Draw(t, "minutes"), prefs: somePreferences(t)}
	first, err := Build(s.ranking, s.clearance, s.minutes, s.prefs)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "again") {
		s.earlier = someEarlier(t, s)
	}
	if rapid.Bool().Draw(t, "pinned") {
		s.pins = somePins(t, first)
	}
	s.plan, err = Rebuild(s.earlier, s.ranking, s.clearance, s.minutes, s.prefs, s.pins...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// someEarlier draws what stood there before: the plan of a like ranking, other minutes or
// other wishes, and some of no plan at all.
func someEarlier(t *rapid.T, s sitting) []Planned {
	r := s.ranking
	r.Candidates = slices.Clone(r.Candidates)
	for i := range r.Candidates {
		r.Candidates[i].Weight *= rapid.Float64Range(0, 1).Draw(t, "was")
	}
	minutes, prefs := s.minutes, s.prefs
	if rapid.Bool().Draw(t, "other minutes") {
		minutes = rapid.IntRange(MinMinutes, MaxMinutes).Draw(t, "were")
	}
	if rapid.Bool().Draw(t, "other wishes") {
		prefs = somePreferences(t)
	}
	p, err := Build(r, s.clearance, minutes, prefs)
	if err != nil {
		t.Fatal(err)
	}
	return append(p.Planned, Planned{What: "nonsense", Position: atlas.Prone, Minutes: 7}, Planned{What: "neck", Position: atlas.Prone, Minutes: 100})
}

// skinOf is the skin that a step works.
func skinOf(x Step) (cells body.Set) {
	skin := body.Skin()
	if x.Point != nil {
		return body.SetOf(x.Point.Cell(*x.Side))
	}
	for _, side := range []body.Side{body.Right, body.Left} {
		if x.Region != "" && (x.Side == nil || *x.Side == side) {
			cells = cells.Union(skin.RegionCells(x.Region, side))
		}
	}
	return cells
}

func TestWorkedAndUnusedMinutesAreThoseAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		sum := 0
		for _, x := range s.plan.Steps {
			if x.Seconds <= 0 || x.Seconds%60 != 0 {
				t.Fatalf("%s has %d seconds", x.ID, x.Seconds)
			}
			sum += x.Seconds / 60
		}
		p := s.plan
		if sum != p.Worked || p.Worked+p.Unused != s.minutes || p.Minutes != s.minutes || p.Unused < 0 {
			t.Fatalf("steps %d, worked %d, unused %d, asked %d", sum, p.Worked, p.Unused, s.minutes)
		}
		if (p.Unused > 0) != (p.UnusedWhy != "") {
			t.Fatalf("unused %d, why %q", p.Unused, p.UnusedWhy)
		}
		if most := s.clearance.Limits().Minutes; most > 0 && p.Worked > most {
			t.Fatalf("worked %d, the screening allows %d", p.Worked, most)
		}
	})
}

func TestNoPlanTouchesMaskedOrAvoidedSkin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		var closed body.Set
		for _, m := range s.clearance.Limits().Masked {
			if !strings.HasPrefix(string(m.Rule), "site-") {
				closed = closed.Union(m.Cells)
			}
		}
		for _, place := range s.prefs.Avoid {
			closed = closed.Union(place.Cells)
		}
		for _, x := range s.plan.Steps {
			if hit := skinOf(x).Intersect(closed); hit.Len() > 0 {
				t.Fatalf("%s works %d cells that are left alone", x.ID, hit.Len())
			}
			if x.Point != nil && s.clearance.Masked().Has(x.Point.Cell(*x.Side)) {
				t.Fatalf("%s lies in an endangerment site", x.ID)
			}
		}
	})
}

func TestEachStepSaysWhatOfTheBodyItWorks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		for _, x := range s.plan.Steps {
			if works := x.Region != ""; works != (x.Place != "") || works != slices.Contains(x.Regions, x.Region) {
				t.Fatalf("%s: region %q, place %q, regions %v", x.ID, x.Region, x.Place, x.Regions)
			}
		}
	})
}

func TestNoPointIsWorkedForPainThatAClinicianSeesFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		var first body.Set
		for _, m := range s.clearance.Limits().Masked {
			if m.First {
				first = first.Union(m.Cells)
			}
		}
		for _, x := range s.plan.Steps {
			for _, c := range s.ranking.Candidates {
				if x.Point != c.Point || x.Side == nil || *x.Side != c.Side || len(c.Explains) == 0 {
					continue
				}
				other := slices.ContainsFunc(c.Explains, func(e reason.Explains) bool {
					cells := body.Skin().RegionCells(e.Region, e.Side)
					return 2*cells.Intersect(first).Len() <= cells.Len()
				})
				if !other {
					t.Fatalf("%s is worked, and all that it explains is for a clinician first", x.ID)
				}
			}
		}
	})
}

func TestNoPressurePassesItsLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		for _, x := range s.plan.Steps {
			limit, _ := s.clearance.MaxPressure(skinOf(x))
			if x.Limit < x.Pressure || x.Limit > limit {
				t.Fatalf("%s has pressure %d and says that %d is allowed; the screening allows %d", x.ID, x.Pressure, x.Limit, limit)
			}
			if x.Pressure > limit || x.Pressure < 0 || x.Pressure > s.plan.Limit {
				t.Fatalf("%s has pressure %d, allowed are %d here and %d anywhere", x.ID, x.Pressure, limit, s.plan.Limit)
			}
			if x.Point != nil && x.Point.Muscle.Pressure > 0 {
				limit = min(limit, x.Point.Muscle.Pressure)
			}
			if x.Point != nil && (x.Pressure > limit || limit < leastOnPoint) {
				t.Fatalf("%s has pressure %d, the muscle bears %d", x.ID, x.Pressure, limit)
			}
			if limit <= gentleOnly && x.Hold != (Hold{}) {
				t.Fatalf("%s presses a point where pressure is at most %d", x.ID, limit)
			}
			if x.Technique == "" {
				continue
			}
			technique, ok := atlas.Standard().Technique(x.Technique)
			if !ok || x.Pressure < 1 || x.Pressure > technique.PressureMax {
				t.Fatalf("%s: pressure %d with %s (up to %d)", x.ID, x.Pressure, x.Technique, technique.PressureMax)
			}
		}
	})
}

func TestNoStepUsesWhatWasTakenOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		for _, x := range s.plan.Steps {
			if ok, rule := s.clearance.Allows(string(x.Technique)); !ok {
				t.Fatalf("%s uses %s, taken out by %s", x.ID, x.Technique, rule)
			}
			for _, stroke := range x.Strokes {
				if ok, rule := s.clearance.Allows(string(stroke)); !ok {
					t.Fatalf("%s uses %s, taken out by %s", x.ID, stroke, rule)
				}
				if technique, _ := atlas.Standard().Technique(x.Technique); !slices.Contains(technique.Strokes, stroke) {
					t.Fatalf("%s: %s is no stroke of %s", x.ID, stroke, x.Technique)
				}
			}
			if ok, rule := s.clearance.AllowsPosition(string(x.Position)); !ok {
				t.Fatalf("%s is done %s, ruled out by %s", x.ID, x.Position, rule)
			}
		}
	})
}

func TestWhatAStepMayBecomeKeepsItsPlaceAndItsDose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		for _, x := range s.plan.Steps {
			for _, y := range x.Instead {
				most := min(x.Pressure, usualPressure)
				if x.Technique == "heat" {
					most = min(broadPressure, x.Limit)
				}
				technique, _ := atlas.Standard().Technique(y.Technique)
				if y.Pressure > most || y.Pressure < technique.PressureMin || y.Pressure > technique.PressureMax || y.Limit > x.Limit || y.Hold != (Hold{}) {
					t.Fatalf("%s with %s has pressure %d and hold %v instead of %s and %d", x.ID, y.Technique, y.Pressure, y.Hold, x.Technique, x.Pressure)
				}
				if y.Seconds > x.Seconds || y.Seconds < 60 || x.Technique == "heat" && y.Seconds > 60*maxWarmMinutes {
					t.Fatalf("%s has %d seconds instead of %d of %s", y.ID, y.Seconds, x.Seconds, x.Technique)
				}
				if y.Kind != x.Kind || y.Place != x.Place || y.Position != x.Position || y.Point != x.Point || !slices.Equal(y.Regions, x.Regions) || y.Side != x.Side {
					t.Fatalf("%s is not where %s is", y.ID, x.ID)
				}
				if ok, rule := s.clearance.Allows(string(y.Technique)); !ok || y.Technique == x.Technique || slices.Contains(s.prefs.Never, y.Technique) {
					t.Fatalf("%s instead of %s, taken out by %q", y.Technique, x.Technique, rule)
				}
				for _, stroke := range y.Strokes {
					if ok, rule := s.clearance.Allows(string(stroke)); !ok || !slices.Contains(technique.Strokes, stroke) {
						t.Fatalf("%s with %s, taken out by %q", y.ID, stroke, rule)
					}
				}
				if _, ok := atlas.Standard().Source(y.Source); !ok || y.Words == "" || y.Reason == "" {
					t.Fatalf("%s: source %q, words %q, reason %q", y.ID, y.Source, y.Words, y.Reason)
				}
			}
		}
	})
}

func TestTheClientTurnsOncePerPosition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		turns, poses := 0, []string{lyingIn(s.plan.Steps[0])}
		position := s.plan.Steps[0].Position
		for _, x := range s.plan.Steps {
			if x.Kind == Turn {
				turns++
				poses = append(poses, strings.TrimPrefix(x.Words, "Turn: "))
				position = x.Position
			}
			if x.Position != position {
				t.Fatalf("%s is done %s without a turn from %s", x.ID, x.Position, position)
			}
		}
		slices.Sort(poses)
		if n := len(slices.Compact(poses)); turns != n-1 {
			t.Fatalf("%d turns for %d positions", turns, n)
		}
		if last := s.plan.Steps[len(s.plan.Steps)-1]; last.Kind != Close {
			t.Fatalf("the session ends with %s", last.ID)
		}
		for i, x := range s.plan.Steps {
			if x.Kind == Turn && (s.plan.Steps[i+1].Kind == Close || s.plan.Steps[i+1].Kind == Turn) {
				t.Fatalf("%s turns the client for nothing", x.ID)
			}
		}
	})
}

func lyingIn(x Step) string {
	_, words, _ := strings.Cut(x.Words, "Settle ")
	words, _, _ = strings.Cut(words, ", cover")
	return words
}

func TestDosesAreNeverPassed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		points, muscles := map[string]int{}, map[string]int{}
		hard, area := map[string]int{}, map[string]int{}
		run := 0
		for _, x := range s.plan.Steps {
			minutes := x.Seconds / 60
			if x.Pressure >= strong && x.Point == nil {
				run += minutes
			} else {
				run = 0
			}
			if run > maxStrongRun {
				t.Fatalf("%s: %d minutes of strong work without a broad stroke", x.ID, run)
			}
			if x.Region != "" {
				a := standard().of[x.Region].id
				area[a] += minutes
				if x.Pressure >= strong {
					hard[a] += minutes
				}
			}
			if x.Point == nil {
				continue
			}
			points[fmt.Sprint(x.Point.ID, x.Side)] += minutes
			muscles[fmt.Sprint(x.Muscle.ID, *x.Side)]++
			h := x.Hold
			if h == (Hold{}) {
				continue
			}
			if h.Seconds < minHold || h.Seconds > maxHold || h.Repeats < 1 || h.Repeats > maxRepeats || h.Rest < minPause || h.Rest > maxPause {
				t.Fatalf("%s: hold %+v", x.ID, h)
			}
			if x.Seconds > 60*maxPointMinutes || h.Seconds*h.Repeats+h.Rest*(h.Repeats-1) > x.Seconds {
				t.Fatalf("%s: %+v in %d seconds", x.ID, h, x.Seconds)
			}
		}
		if len(points) > pointsIn(s.minutes) {
			t.Fatalf("%d points in %d minutes", len(points), s.minutes)
		}
		for m, n := range muscles {
			if n > maxPointsAMuscle {
				t.Fatalf("%d points in %s", n, m)
			}
		}
		for a, n := range hard {
			if n > maxStrongMinutes {
				t.Fatalf("%d minutes of strong work on %s", n, a)
			}
		}
		for a, n := range area {
			if n > maxAreaMinutes {
				t.Fatalf("%d minutes on %s", n, a)
			}
		}
	})
}

func TestWarmComesBeforeDeepAndTheClientIsAsked(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		warm, before := map[string]bool{}, map[string]bool{}
		for _, x := range s.plan.Steps {
			if x.Kind == Turn {
				clear(warm)
			}
			if x.Region == "" {
				continue
			}
			a := standard().of[x.Region].id
			if x.Kind == Warm {
				if x.Pressure > broadPressure || !x.Ask {
					t.Fatalf("%s: pressure %d, asks %v", x.ID, x.Pressure, x.Ask)
				}
				warm[a], before[a] = true, true
			}
			if !warm[a] && !(x.Technique == "stretching" && before[a]) { // a stretch may follow the turn
				t.Fatalf("%s comes before %s is warm", x.ID, a)
			}
		}
	})
}

func TestPinsAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		first, err := Rebuild(s.earlier, s.ranking, s.clearance, s.minutes, s.prefs)
		if err != nil {
			t.Fatal(err)
		}
		var works []Step
		for _, x := range first.Steps {
			if x.Kind == Work {
				works = append(works, x)
			}
		}
		if len(works) == 0 {
			t.Skip("nothing to pin")
		}
		x := rapid.SampledFrom(works).Draw(t, "step")
		pin := Pin{Step: x.ID, Minutes: min(x.Seconds/60+rapid.IntRange(-1, 1).Draw(t, "more"), maxStrongRun), Pressure: min(x.Pressure, 2)}
		pin.Minutes = max(pin.Minutes, 1)
		second, err := Rebuild(s.earlier, s.ranking, s.clearance, s.minutes, s.prefs, pin)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(second.Steps, func(y Step) bool { return y.ID == x.ID })
		if i < 0 {
			t.Fatalf("%s was pinned and is gone: %+v", x.ID, second.LeftOut)
		}
		got := second.Steps[i]
		if !got.Pinned || got.Seconds != 60*pin.Minutes && got.Hold == (Hold{}) || got.Pressure > max(pin.Pressure, 1) {
			t.Fatalf("pinned %+v, got %d minutes, pressure %d", pin, got.Seconds/60, got.Pressure)
		}
	})
}

func TestTheSameInputGivesTheSamePlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		again, err := Rebuild(s.earlier, s.ranking, s.clearance, s.minutes, s.prefs, s.pins...)
		if err != nil {
			t.Fatal(err)
		}
		same := cmp.Comparer(func(a, b *atlas.Point) bool { return a == b })
		muscle := cmp.Comparer(func(a, b *atlas.Muscle) bool { return a == b })
		if diff := cmp.Diff(s.plan, again, same, muscle); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEverySourceOfAPlanIsInTheAtlas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		for _, x := range s.plan.Steps {
			if _, ok := atlas.Standard().Source(x.Source); !ok || x.Words == "" || x.Reason == "" {
				t.Fatalf("%s: source %q, words %q, reason %q", x.ID, x.Source, x.Words, x.Reason)
			}
		}
		for _, a := range s.plan.Advice {
			if slices.Contains(s.prefs.NotHome, a.Exercise) {
				t.Fatalf("%s is proposed although it made it worse", a.Exercise)
			}
			if _, ok := atlas.Standard().Source(a.Source); !ok && a.Kind != AdviceDoctor {
				t.Fatalf("advice %s: source %q", a.Kind, a.Source)
			}
		}
	})
}

func TestStepIDsAreUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seen := map[string]bool{}
		for _, x := range aSitting(t).plan.Steps {
			for _, y := range append([]Step{x}, x.Instead...) {
				if seen[y.ID] {
					t.Fatalf("two steps %s", y.ID)
				}
				seen[y.ID] = true
			}
		}
	})
}

func TestBuildRefusesWhatCannotBeMeant(t *testing.T) {
	ok := allNo(body.Set{}, screen.Client{Age: 40})
	for _, tt := range []struct {
		name      string
		clearance screen.Clearance
		minutes   int
		prefs     Preferences
		pins      []Pin
		want      error
	}{
		{"zero clearance", screen.Clearance{}, 60, Preferences{}, nil, ErrNotCleared},
		{"too short", ok, 14, Preferences{}, nil, ErrMinutes},
		{"too long", ok, 121, Preferences{}, nil, ErrMinutes},
		{"far too long", ok, math.MaxInt, Preferences{}, nil, ErrMinutes},
		{"pressure", ok, 60, Preferences{Pressure: 6}, nil, ErrPreferences},
		{"technique", ok, 60, Preferences{Techniques: []atlas.TechniqueID{"magic"}}, nil, ErrPreferences},
		{"position", ok, 60, Preferences{Positions: []atlas.Position{"upside-down"}}, nil, ErrPreferences},
		{"pin", ok, 60, Preferences{}, []Pin{{Step: "work.neck", Minutes: -1}}, ErrPin},
		{"pins", ok, 60, Preferences{}, []Pin{{Step: "work.neck"}, {Step: "work.neck"}}, ErrPin},
	} {
		if _, err := Build(reason.Ranking{}, tt.clearance, tt.minutes, tt.prefs, tt.pins...); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

// allNo is the clearance of somebody who answered no to everything.
func allNo(painted body.Set, c screen.Client) screen.Clearance {
	answers := map[screen.QuestionID]screen.Answer{}
	for _, q := range screen.Questions(painted, c) {
		answers[q.ID] = screen.Answer{Value: screen.No}
	}
	clearance, _ := screen.Run(painted, answers, c).Clearance()
	return clearance
}

func TestBroadStrokesSmoothOnlyWhatWasStrong(t *testing.T) {
	st := &strand{pressure: strong}
	for minutes := leastAreaMinutes; minutes <= maxAreaMinutes; minutes++ {
		for left := range maxStrongMinutes + 1 {
			list, ok := st.shares(minutes, left, extra{})
			for i, x := range list {
				if strings.HasPrefix(x.name, "smooth") && !strings.HasPrefix(list[i-1].name, "work") {
					t.Errorf("%d minutes, %d of them may be strong: %v", minutes, left, list)
				}
			}
			if !ok {
				t.Errorf("%d minutes, %d of them may be strong: %v does not come out", minutes, left, list)
			}
		}
	}
}

// A side that is worked in a position of its own is not taken along with the other one.
func TestASessionForRestWorksEachSideOnce(t *testing.T) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	for _, region := range body.Regions() {
		avoid := body.Place{Words: region.Lay, Cells: body.Skin().RegionCells(region.ID, body.Left)}
		for _, positions := range [][]atlas.Position{{atlas.SideLying, atlas.Seated}, {atlas.SideLying, atlas.Prone}} {
			p, err := Build(reason.Ranking{}, clearance, MaxMinutes, Preferences{Positions: positions, Avoid: []body.Place{avoid}})
			if err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for _, x := range p.Steps {
				if seen[x.ID] {
					t.Errorf("without the left %s, %v: two steps %s", region.ID, positions, x.ID)
				}
				seen[x.ID] = true
			}
		}
	}
}
