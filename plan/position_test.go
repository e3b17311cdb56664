package plan

import (
	"slices"
	"strings"
	"testing"

	"knead/atlas"
	"knead/body"
	"knead/screen"
)

func positionsOf(p Plan) (list []atlas.Position) {
	for _, x := range p.Steps {
		if len(list) == 0 || list[len(list)-1] != x.Position {
			list = append(list, x.Position)
		}
	}
	return list
}

func TestALongSessionTurnsOnceAndNobodyLiesFaceDownAllAlong(t *testing.T) {
	neck := client{regions: []body.RegionID{"nape"}, known: screen.Client{Age: 40}}
	for _, minutes := range []int{75, 90, 120} {
		p := neck.plan(t, minutes, Preferences{})
		if got := positionsOf(p); !slices.Equal(got, []atlas.Position{atlas.Prone, atlas.Supine}) || p.Unused != 0 {
			t.Errorf("%d minutes: %v, unused %d", minutes, got, p.Unused)
		}
		for _, x := range p.Steps {
			if x.Region != "" && x.Position == atlas.Prone && slices.Contains([]string{"head", "feet", "forearms"}, standard().of[x.Region].id) {
				t.Errorf("%d minutes: %s face down", minutes, x.ID)
			}
		}
	}
}

func TestAnHourOfRestHasAFrontAndABack(t *testing.T) {
	p := client{known: screen.Client{Age: 35}}.plan(t, 60, Preferences{})
	if got := positionsOf(p); !slices.Equal(got, []atlas.Position{atlas.Prone, atlas.Supine}) {
		t.Errorf("positions %v", got)
	}
}

func TestTemplesAreReachedFromTheFront(t *testing.T) {
	c := client{regions: []body.RegionID{"temple", "occiput"}, known: screen.Client{Age: 40}}
	for _, minutes := range []int{30, 60, 90} {
		for _, x := range c.plan(t, minutes, Preferences{}).Steps {
			if x.Region != "" && standard().of[x.Region].id == "head" && x.Position == atlas.Prone {
				t.Errorf("%d minutes: %s is worked face down", minutes, x.ID)
			}
		}
	}
}

func TestAPaintedPlaceIsNotMissedForTheSakeOfATurn(t *testing.T) {
	for _, c := range []client{
		{regions: []body.RegionID{"temple", "nape", "neck-side-back"}, known: screen.Client{Age: 37}},
		{regions: []body.RegionID{"upper-chest", "interscapular-lower"}, known: screen.Client{Age: 37}},
		{regions: []body.RegionID{"jaw", "lumbar-paraspinal"}, known: screen.Client{Age: 37}},
	} {
		p := c.plan(t, 60, Preferences{})
		for _, id := range c.regions {
			if a := standard().of[id].id; !slices.Contains(areasOf(p), a) {
				t.Errorf("%v: no %s in %v", c.regions, a, areasOf(p))
			}
		}
	}
}

func TestATennisElbowIsWorkedOnTheBack(t *testing.T) {
	c := client{regions: []body.RegionID{"elbow-outside", "forearm-back-upper"}, known: screen.Client{Age: 44}}
	for _, minutes := range []int{30, 60} {
		if got := positionsOf(c.plan(t, minutes, Preferences{})); !slices.Equal(got, []atlas.Position{atlas.Supine}) {
			t.Errorf("%d minutes: %v", minutes, got)
		}
	}
}

func TestWhoLikesStrongOrThaiWorkHasPointsPressed(t *testing.T) {
	for _, prefs := range []Preferences{
		{Pressure: 5, Techniques: []atlas.TechniqueID{"deep-tissue"}},
		{Techniques: []atlas.TechniqueID{"thai"}},
		{Techniques: []atlas.TechniqueID{"swedish", "sports"}},
	} {
		if pressed(stiffNeck.plan(t, 60, prefs)) == 0 {
			t.Errorf("%v: nothing is pressed", prefs)
		}
	}
	gentle := Preferences{Techniques: []atlas.TechniqueID{"swedish", "myofascial-release"}}
	if n := pressed(stiffNeck.plan(t, 60, gentle)); n != 0 {
		t.Errorf("only gentle work is liked, and %d points are pressed", n)
	}
}

func TestThroughClothesNothingGlides(t *testing.T) {
	c := client{regions: []body.RegionID{"interscapular-lower", "neck-side-back"}, known: screen.Client{Age: 40}}
	for _, x := range c.plan(t, 90, Preferences{Techniques: []atlas.TechniqueID{"thai"}}).Steps {
		if x.Point == nil && slices.Contains(x.Strokes, "effleurage") || strings.Contains(x.Words, "oad strokes") || strings.Contains(x.Words, "Knead") {
			t.Errorf("%s: %s %v", x.ID, x.Words, x.Strokes)
		}
	}
}

func TestASoreJawBringsInTheNeckAndNotTheArms(t *testing.T) {
	c := client{regions: []body.RegionID{"jaw"}, known: screen.Client{Age: 33}}
	got := areasOf(c.plan(t, 60, Preferences{}))
	for _, want := range []string{"neck", "side-of-neck", last} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if slices.Contains(got, "arms") || slices.Contains(got, "forearms") {
		t.Errorf("arms in %v", got)
	}
}

func TestWhatThePreferredPositionHidesIsSaidSo(t *testing.T) {
	c := client{regions: []body.RegionID{"upper-chest", "infraspinous"}, known: screen.Client{Age: 40}}
	p := c.plan(t, 60, Preferences{Positions: []atlas.Position{atlas.Prone}})
	said := false
	for _, l := range p.LeftOut {
		said = said || strings.Contains(l.Words, "chest") && strings.Contains(l.Why, "positions that were asked for")
		if strings.Contains(l.Why, "another turn") {
			t.Errorf("%s: %s", l.Words, l.Why)
		}
	}
	if !said {
		t.Errorf("left out: %v", p.LeftOut)
	}
}

func TestAnAreaThatIsMostlyClosedIsNotWorked(t *testing.T) {
	c := client{regions: []body.RegionID{"nape", "infraspinous"}, known: screen.Client{Age: 40}}
	back, err := body.Find("back of the neck, both sides")
	if err != nil {
		t.Fatal(err)
	}
	p := c.plan(t, 60, Preferences{Avoid: []body.Place{back}})
	if slices.Contains(areasOf(p), "neck") || !slices.ContainsFunc(p.LeftOut, func(l LeftOut) bool { return strings.Contains(l.Why, "most or all of it") }) {
		t.Errorf("areas %v, left out %v", areasOf(p), p.LeftOut)
	}
}

func TestStretchesFitThePositionAndHeatComesFirstAndOnce(t *testing.T) {
	c := client{regions: []body.RegionID{"lumbar-paraspinal", "interscapular-lower"}, known: screen.Client{Age: 40}}
	p := c.plan(t, 60, Preferences{Techniques: []atlas.TechniqueID{"stretching", "heat"}})
	if p.Steps[1].Technique != "heat" {
		t.Errorf("heat does not come first: %s", p.Steps[1].ID)
	}
	warmed := map[string]int{}
	stretched := 0
	for _, x := range p.Steps {
		if x.Region == "" {
			continue
		}
		a := standard().of[x.Region]
		if x.Kind == Warm {
			warmed[a.id]++
		}
		if x.Technique == "stretching" {
			stretched++
			if !slices.Contains(a.stretch, x.Position) {
				t.Errorf("%s %s", x.ID, x.Position)
			}
		}
	}
	for id, n := range warmed {
		if n > 1 {
			t.Errorf("%s is warmed %d times", id, n)
		}
	}
	if stretched == 0 {
		t.Error("the client likes stretching and gets none")
	}
}

func TestThaiWorkStretchesNoNeckThatMayNotBeStretched(t *testing.T) {
	c := client{regions: []body.RegionID{"neck-side", "jaw"}, known: screen.Client{Age: 40}}
	c.yes = map[screen.QuestionID]screen.Answer{"n7": {Value: screen.Yes}}
	for _, liked := range []atlas.TechniqueID{"thai", "sports", "stretching"} {
		for _, x := range c.plan(t, 90, Preferences{Techniques: []atlas.TechniqueID{liked}}).Steps {
			if x.Region == "" || standard().of[x.Region].region != "neck and shoulders" {
				continue
			}
			if slices.Contains(x.Strokes, "stretch") || strings.Contains(x.Words, "tretch") {
				t.Errorf("%s: %s %v", x.ID, x.Words, x.Strokes)
			}
		}
	}
}

func TestOnTheSideWhatHurtsIsWorkedAlongOnTheOtherSide(t *testing.T) {
	c := client{regions: []body.RegionID{"lumbar-paraspinal"}, known: screen.Client{Age: 31, PregnantWeeks: 24}}
	p := c.plan(t, 120, Preferences{})
	sides := map[body.Side]bool{}
	for _, x := range p.Steps {
		if x.Side != nil && x.Kind == Work && standard().of[x.Region].id == "low-back" {
			sides[*x.Side] = true
		}
	}
	if !sides[body.Right] || !sides[body.Left] {
		t.Errorf("the low back is worked on %v", sides)
	}
}

func TestAPinnedStretchStaysAStretch(t *testing.T) {
	p := client{}.plan(t, 45, Preferences{Techniques: []atlas.TechniqueID{"stretching"}}, Pin{Step: "stretch.low-back", Pressure: 3})
	i := slices.IndexFunc(p.Steps, func(x Step) bool { return x.ID == "stretch.low-back" })
	if i < 0 || p.Steps[i].Technique != "stretching" || p.Steps[i].Pressure > 2 {
		t.Errorf("steps %+v", p.Steps)
	}
}

func TestAPinLeavesNoMoreThanItsMinutesForTheOtherSide(t *testing.T) {
	c := client{regions: []body.RegionID{"interscapular-lower"}, known: screen.Client{PregnantWeeks: 10}}
	p := c.plan(t, 75, Preferences{}, Pin{Step: "work.back.right", Minutes: 40})
	minutes := 0
	for _, x := range p.Steps {
		if x.Region != "" && standard().of[x.Region].id == "back" {
			minutes += x.Seconds / 60
		}
	}
	if minutes > maxAreaMinutes {
		t.Errorf("%d minutes on the back", minutes)
	}
}

func TestFillingStaysNearAndOnTheSideItIsEven(t *testing.T) {
	legs := client{regions: []body.RegionID{"shin", "calf-outer"}, known: screen.Client{Age: 30}}
	near := []string{"buttocks", "back-of-legs", "front-of-legs", "feet"} // the buttock's points are felt in the leg
	for _, got := range areasOf(legs.plan(t, 60, Preferences{})) {
		if !slices.Contains(near, got) {
			t.Errorf("legs hurt, and %s is worked", got)
		}
	}
	bones := client{regions: []body.RegionID{"interscapular-lower"}, known: screen.Client{Age: 72, Medicines: []string{"Fosamax"}}}
	count := map[body.Side]map[string]int{body.Right: {}, body.Left: {}}
	for _, x := range bones.plan(t, 90, Preferences{}).Steps {
		if x.Side != nil && x.Kind == Warm {
			count[*x.Side][standard().of[x.Region].id]++
		}
	}
	if right, left := count[body.Right], count[body.Left]; len(left) > 0 && len(right) != len(left) {
		t.Errorf("right %v, left %v", right, left)
	}
}

func TestNoSideIsWorkedInTwoPositions(t *testing.T) {
	nape := body.Place{Words: "nape, right", Cells: body.Skin().RegionCells("nape", body.Right)}
	p := client{}.plan(t, 45, Preferences{
		Techniques: []atlas.TechniqueID{"stretching"}, Avoid: []body.Place{nape},
		Positions: []atlas.Position{atlas.SideLying, atlas.Seated},
	})
	seen := map[string]bool{}
	for _, x := range p.Steps {
		if seen[x.ID] {
			t.Errorf("two steps %s", x.ID)
		}
		seen[x.ID] = true
	}
}

func TestWhoWantsNearlyNothingTouchedIsNotTurnedForNothing(t *testing.T) {
	for _, left := range []string{"", "back", "head"} {
		var avoid []body.Place
		for _, r := range body.Regions() {
			if standard().of[r.ID].id != left {
				avoid = append(avoid, body.Place{Words: string(r.ID), Cells: body.Skin().RegionCells(r.ID, body.Right).Union(body.Skin().RegionCells(r.ID, body.Left))})
			}
		}
		p := client{known: screen.Client{Age: 40}}.plan(t, 90, Preferences{Avoid: avoid})
		if got := areasOf(p); left == "" && len(got) > 0 || left != "" && !slices.Equal(got, []string{left}) {
			t.Errorf("only %q is open: %v", left, got)
		}
		if got := positionsOf(p); len(got) != 1 || p.Unused == 0 {
			t.Errorf("only %q is open: positions %v, %d minutes unused", left, got, p.Unused)
		}
	}
}

func TestPointsOfAnAreaStandFromTheHeadDown(t *testing.T) {
	c := client{regions: []body.RegionID{"interscapular-upper", "interscapular-lower"}, known: screen.Client{Age: 40}}
	height, area, pairs := 0.0, "", 0
	for _, x := range c.plan(t, 90, Preferences{}).Steps {
		if x.Point == nil {
			continue
		}
		h := body.Skin().Centre(x.Point.Cell(*x.Side))[1]
		if a := standard().of[x.Region].id; a == area {
			pairs++
			if h > height+1e-9 {
				t.Errorf("%s stands below a point that is lower", x.ID)
			}
		} else {
			area = a
		}
		height = h
	}
	if pairs < 2 {
		t.Error("no area has three points: the test looks at nothing")
	}
}
