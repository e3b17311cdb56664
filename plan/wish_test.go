package plan

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

func aCap(t *rapid.T) Cap {
	return Cap{Place: aPlace(t), Max: rapid.IntRange(1, screen.MaxPressure).Draw(t, "at most")}
}

// someWishes draws places to be gentler on, and techniques that are never wanted.
func someWishes(t *rapid.T) (caps []Cap, never []atlas.TechniqueID) {
	for range rapid.SampledFrom([]int{0, 0, 1, 3}).Draw(t, "caps") {
		caps = append(caps, aCap(t))
	}
	var ids []atlas.TechniqueID
	for _, x := range atlas.Standard().Techniques {
		ids = append(ids, x.ID)
	}
	n := rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "never")
	return caps, rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 0, n, rapid.ID[atlas.TechniqueID]).Draw(t, "techniques never")
}

// gentler draws a wish for a place that the plan works, and the plan with it.
func gentler(t *rapid.T, s sitting) (Cap, Plan) {
	var worked []Step
	for _, x := range s.plan.Steps {
		if x.Region != "" {
			worked = append(worked, x)
		}
	}
	if len(worked) == 0 {
		t.Skip("nothing is worked")
	}
	x := rapid.SampledFrom(worked).Draw(t, "where it is worked")
	c := aCap(t)
	side := body.Side(rapid.IntRange(0, 1).Draw(t, "on"))
	if x.Side != nil {
		side = *x.Side
	}
	c.Place = body.Place{Words: side.String() + " " + string(x.Region), Cells: body.Skin().RegionCells(x.Region, side)}
	prefs := s.prefs
	prefs.Caps = append(slices.Clone(prefs.Caps), c)
	p, err := Rebuild(s.earlier, s.ranking, s.clearance, s.minutes, prefs, s.pins...)
	if err != nil {
		t.Fatal(err)
	}
	return c, p
}

// A gentler wish for one place leaves the session as it is, and no step and no skin gets
// more pressure than before.
func TestAGentlerWishForAPlaceRaisesPressureNowhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		_, got := gentler(t, s)
		if got.Worked != s.plan.Worked {
			t.Fatalf("%d minutes are worked, %d without the wish", got.Worked, s.plan.Worked)
		}
		before := map[string]int{}
		for _, x := range s.plan.Steps {
			before[x.ID] = x.Pressure
		}
		for _, x := range got.Steps {
			if most, known := before[x.ID]; !known || x.Pressure > most || x.Limit > 0 && x.Pressure > x.Limit {
				t.Fatalf("%s has pressure %d of %d; without the wish it had %d (%v)", x.ID, x.Pressure, x.Limit, most, known)
			}
		}
		for region, most := range pressureBySkin(s.plan) {
			if now := pressureBySkin(got)[region]; now > most {
				t.Fatalf("%v: pressure %d, and %d without the wish", region, now, most)
			}
		}
	})
}

func pressureBySkin(p Plan) map[body.RegionSide]int {
	most := map[body.RegionSide]int{}
	for _, x := range p.Steps {
		for _, id := range x.Regions {
			for _, side := range []body.Side{body.Right, body.Left} {
				if x.Side == nil || *x.Side == side {
					at := body.RegionSide{Region: id, Side: side}
					most[at] = max(most[at], x.Pressure)
				}
			}
		}
	}
	return most
}

func TestNoStepPassesWhatTheClientWantsThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		c, p := gentler(t, s)
		for _, x := range p.Steps {
			if x.Pressure > c.Max && skinOf(x).Intersect(c.Place.Cells).Len() > 0 {
				t.Fatalf("%s has pressure %d, the client wants at most %d on %s", x.ID, x.Pressure, c.Max, c.Place.Words)
			}
			if technique, _ := atlas.Standard().Technique(x.Technique); x.Hold != (Hold{}) && x.Pressure < technique.PressureMin {
				t.Fatalf("%s presses with %d", x.ID, x.Pressure)
			}
		}
	})
}

func TestATechniqueNeverWantedIsInNoStepAndNoAdvice(t *testing.T) {
	kinds := map[atlas.TechniqueID][]atlas.ExerciseKind{"stretching": {"stretch"}, "self-massage": {"self-release"}, "trigger-point": {"self-release"}}
	rapid.Check(t, func(t *rapid.T) {
		s := aSitting(t)
		for _, id := range s.prefs.Never {
			for _, x := range s.plan.Steps {
				if x.Technique == id || slices.Contains(x.Strokes, atlas.Stroke(id)) || id == "stretching" && slices.Contains(x.Strokes, "stretch") {
					t.Fatalf("%s: %s with %v, and the client never wants %s", x.ID, x.Technique, x.Strokes, id)
				}
			}
			for _, a := range s.plan.Advice {
				for _, e := range atlas.Standard().Exercises {
					if a.Kind == AdviceExercise && strings.HasPrefix(a.Words, e.Name+". ") && slices.Contains(kinds[id], e.Kind) {
						t.Fatalf("%s is advised, and the client never wants %s", e.Name, id)
					}
				}
				if string(a.Kind) == string(id) {
					t.Fatalf("advice on %s, which the client never wants: %s", id, a.Words)
				}
			}
			if technique, _ := atlas.Standard().Technique(id); !slices.Contains(s.plan.LeftOut, LeftOut{technique.Name, neverWanted}) {
				t.Fatalf("%s is left out and nobody says so: %v", id, s.plan.LeftOut)
			}
		}
	})
}

func TestBuildRefusesWishesThatCannotBeMeant(t *testing.T) {
	ok := allNo(body.Set{}, screen.Client{Age: 40})
	for name, p := range map[string]Preferences{
		"no pressure":       {Caps: []Cap{{Max: 0}}},
		"too much pressure": {Caps: []Cap{{Max: 6}}},
		"no such technique": {Never: []atlas.TechniqueID{"magic"}},
	} {
		if _, err := Build(reason.Ranking{}, ok, 60, p); !errors.Is(err, ErrPreferences) {
			t.Errorf("%s: %v, want %v", name, err, ErrPreferences)
		}
	}
}
