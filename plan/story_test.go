package plan

import (
	"slices"
	"strings"
	"testing"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

// client is somebody with pain on the right, and what the answers gave.
type client struct {
	regions []body.RegionID
	known   screen.Client
	yes     map[screen.QuestionID]screen.Answer
}

func (c client) see(t *testing.T) (reason.Ranking, screen.Clearance) {
	t.Helper()
	var painted body.Set
	mark := body.Mark{Levels: map[body.CellID]uint8{}}
	for _, id := range c.regions {
		cells := body.Skin().RegionCells(id, body.Right)
		painted = painted.Union(cells)
		for cell := range cells.All {
			mark.Levels[cell] = 6
		}
	}
	var d body.Drawing
	if len(c.regions) > 0 {
		d.Marks = []body.Mark{mark}
	}
	r, err := reason.Standard().Rank(d, nil, reason.Options{})
	if err != nil {
		t.Fatal(err)
	}
	answers := map[screen.QuestionID]screen.Answer{}
	for _, q := range screen.Questions(painted, c.known) {
		answers[q.ID] = screen.Answer{Value: screen.No}
	}
	for id, a := range c.yes {
		answers[id] = a
	}
	result := screen.Run(painted, answers, c.known)
	clearance, ok := result.Clearance()
	if !ok {
		t.Fatalf("not cleared: %s %v", result.Level, result.Missing)
	}
	return r, clearance
}

func (c client) plan(t *testing.T, minutes int, p Preferences, pins ...Pin) Plan {
	t.Helper()
	r, clearance := c.see(t)
	plan, err := Build(r, clearance, minutes, p, pins...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func areasOf(p Plan) (list []string) {
	for _, x := range p.Steps {
		if x.Region == "" {
			continue
		}
		if a := standard().of[x.Region].id; len(list) == 0 || list[len(list)-1] != a {
			list = append(list, a)
		}
	}
	return list
}

func pressed(p Plan) (n int) {
	for _, x := range p.Steps {
		if x.Hold != (Hold{}) {
			n++
		}
	}
	return n
}

func advised(p Plan, kind AdviceKind) (list []Advice) {
	for _, a := range p.Advice {
		if a.Kind == kind {
			list = append(list, a)
		}
	}
	return list
}

var stiffNeck = client{regions: []body.RegionID{"neck-side-back", "supraspinous"}, known: screen.Client{Age: 40}}

func TestAnHourForAStiffNeckIsSwedishWithPointsAndOnePosition(t *testing.T) {
	p := stiffNeck.plan(t, 60, Preferences{})
	if p.Unused != 0 || pressed(p) == 0 || pressed(p) > maxPoints {
		t.Errorf("unused %d, %d points pressed", p.Unused, pressed(p))
	}
	for _, x := range p.Steps {
		if x.Kind == Turn {
			t.Errorf("a turn: %s", x.Words)
		}
		if x.Point == nil && x.Technique != "" && x.Technique != "swedish" || x.Pressure > usualPressure {
			t.Errorf("%s: %s with pressure %d", x.ID, x.Technique, x.Pressure)
		}
	}
	if got := areasOf(p); !slices.Contains(got, "neck") || !slices.Contains(got, "shoulders") || slices.Index(got, "shoulders") > slices.Index(got, "neck") {
		t.Errorf("areas %v", got)
	}
}

func TestAShortSessionStaysWithinOneRegionAndSaysWhy(t *testing.T) {
	c := client{regions: []body.RegionID{"interscapular-lower", "forehead"}, known: screen.Client{Age: 40}}
	p := c.plan(t, 30, Preferences{})
	region := ""
	for _, x := range p.Steps {
		if x.Region == "" {
			continue
		}
		if r := standard().of[x.Region].region; region == "" {
			region = r
		} else if r != region {
			t.Errorf("%s lies in %s, the session in %s", x.ID, r, region)
		}
	}
	if len(advised(p, AdviceDose)) != 1 {
		t.Error("no word on what 30 minutes can do")
	}
}

func TestAHeadacheIsWorkedNeckFirstAndBaseOfTheSkullLastAndLightly(t *testing.T) {
	c := client{regions: []body.RegionID{"temple", "forehead"}, known: screen.Client{Age: 40}}
	p := c.plan(t, 60, Preferences{Pressure: 5})
	got := areasOf(p)
	if !slices.Contains(got, "neck") || slices.Index(got, "neck") > slices.Index(got, "head") || got[len(got)-1] != last {
		t.Errorf("areas in order: %v", got)
	}
	for _, x := range p.Steps {
		if x.Region != "" && standard().of[x.Region].region == "head" && x.Pressure > 2 {
			t.Errorf("%s has pressure %d", x.ID, x.Pressure)
		}
	}
}

func TestAPregnantClientLiesOnTheSideAllThrough(t *testing.T) {
	c := client{regions: []body.RegionID{"interscapular-lower"}, known: screen.Client{Age: 31, PregnantWeeks: 26}}
	p := c.plan(t, 60, Preferences{Techniques: []atlas.TechniqueID{"heat", "swedish"}})
	for _, x := range p.Steps {
		if x.Position != atlas.SideLying || x.Technique == "heat" || x.Pressure > usualPressure {
			t.Errorf("%s: %s, %s, pressure %d", x.ID, x.Position, x.Technique, x.Pressure)
		}
	}
	if p.Worked != 60 {
		t.Errorf("worked %d: %s", p.Worked, p.UnusedWhy)
	}
}

func TestWhoMayNotLieAsPreferredLiesAsIsAllowed(t *testing.T) {
	for _, tt := range []struct {
		name   string
		client client
		wants  []atlas.Position
	}{
		{"pregnant, week 8", client{known: screen.Client{Age: 31, PregnantWeeks: 8}}, []atlas.Position{atlas.Prone, atlas.Supine}},
		{"pregnant, week 26", client{known: screen.Client{Age: 31, PregnantWeeks: 26}}, []atlas.Position{atlas.Prone, atlas.Supine}},
		{"pregnant, week 40", client{known: screen.Client{Age: 31, PregnantWeeks: 40}}, []atlas.Position{atlas.Prone, atlas.Supine}},
		{"weak bones", client{known: screen.Client{Age: 58, Medicines: []string{"denosumab"}}}, []atlas.Position{atlas.Prone}},
	} {
		tt.client.regions = []body.RegionID{"interscapular-lower"}
		p := tt.client.plan(t, 60, Preferences{Positions: tt.wants})
		for _, x := range p.Steps {
			if x.Position != atlas.SideLying {
				t.Errorf("%s: %s is %s", tt.name, x.ID, x.Position)
			}
		}
		if !slices.ContainsFunc(p.LeftOut, func(l LeftOut) bool { return strings.Contains(l.Words, "prefers") && l.Why != "" }) {
			t.Errorf("%s: nothing says why: %v", tt.name, p.LeftOut)
		}
	}
}

func TestAtPressureOneNothingIsStronger(t *testing.T) {
	for _, x := range stiffNeck.plan(t, 60, Preferences{Pressure: 1}).Steps {
		if x.Pressure > 1 {
			t.Errorf("%s has pressure %d", x.ID, x.Pressure)
		}
		if slices.Contains(x.Strokes, "petrissage") || strings.HasPrefix(x.Words, "Knead") {
			t.Errorf("%s kneads at pressure 1", x.ID)
		}
	}
}

func TestFromSixtyFiveNoDeepTissueIsPlanned(t *testing.T) {
	c := stiffNeck
	c.known.Age = 85
	p := c.plan(t, 60, Preferences{Techniques: []atlas.TechniqueID{"deep-tissue"}})
	for _, x := range p.Steps {
		if x.Technique == "deep-tissue" {
			t.Errorf("%s is deep-tissue work", x.ID)
		}
	}
	if !slices.ContainsFunc(p.LeftOut, func(l LeftOut) bool { return strings.Contains(l.Why, "change with age") }) {
		t.Errorf("nothing says why: %v", p.LeftOut)
	}
}

func TestSignsOfANerveLeaveNothingOfTheLegPainToBeTreatedFromElsewhere(t *testing.T) {
	c := client{
		regions: []body.RegionID{"lumbar-paraspinal", "thigh-back", "nape"}, known: screen.Client{Age: 45},
		yes: map[screen.QuestionID]screen.Answer{"l5": {Value: screen.Yes}},
	}
	p := c.plan(t, 60, Preferences{})
	for _, x := range p.Steps {
		if x.Point != nil && (x.Muscle.ID == "psoas-major" || x.Muscle.ID == "longissimus-thoracis") {
			t.Errorf("%s is worked for pain of the low back", x.ID)
		}
	}
	if !slices.ContainsFunc(p.LeftOut, func(l LeftOut) bool { return strings.Contains(l.Why, "for a clinician to see first") }) {
		t.Errorf("nothing says why: %v", p.LeftOut)
	}
	if got := areasOf(p); !slices.Contains(got, "neck") {
		t.Errorf("the neck, which hurts as well, is not worked: %v", got)
	}
}

func TestNoExerciseOnTheBackGoesHomeWithAPregnantClient(t *testing.T) {
	count := func(weeks int) (onTheBack, all int) {
		for _, id := range []body.RegionID{"lumbar-paraspinal", "gluteal-upper", "thigh-back", "thigh-inside", "nape"} {
			p := client{regions: []body.RegionID{id}, known: screen.Client{Age: 30, PregnantWeeks: weeks}}.plan(t, 60, Preferences{})
			for _, a := range p.Advice {
				for _, e := range atlas.Standard().Exercises {
					if a.Kind == AdviceExercise && strings.HasPrefix(a.Words, e.Name+".") {
						all++
						onTheBack += number(e.Position == atlas.Supine)
					}
				}
			}
		}
		return onTheBack, all
	}
	if onTheBack, _ := count(0); onTheBack == 0 {
		t.Error("nobody gets an exercise on the back: the test looks at nothing")
	}
	if onTheBack, all := count(30); onTheBack > 0 || all < 5 {
		t.Errorf("at 30 weeks %d exercises, %d of them on the back", all, onTheBack)
	}
}

func TestAHeadacheForAClinicianBringsNoNeckIn(t *testing.T) {
	p := client{
		regions: []body.RegionID{"temple", "forehead", "lumbar-paraspinal"}, known: screen.Client{Age: 60},
		yes: map[screen.QuestionID]screen.Answer{"h1": {Value: screen.Yes}},
	}.plan(t, 60, Preferences{})
	if got := areasOf(p); slices.Contains(got, "neck") || slices.Contains(got, "skull-base") {
		t.Errorf("worked for a headache that is new after 50: %v", got)
	}
}

func TestUnderTheBellyNothingIsPressedInPregnancyOrUnderABloodThinner(t *testing.T) {
	for name, known := range map[string]screen.Client{
		"30 weeks": {Age: 30, PregnantWeeks: 30}, "apixaban": {Age: 50, Medicines: []string{"apixaban"}},
	} {
		for _, id := range []body.RegionID{"lumbar-paraspinal", "abdomen-lower", "thigh-front-upper", "groin"} {
			for _, x := range (client{regions: []body.RegionID{id}, known: known}).plan(t, 60, Preferences{}).Steps {
				if x.Point != nil && slices.Contains([]atlas.MuscleID{"psoas-major", "psoas-minor", "iliacus", "rectus-abdominis"}, x.Muscle.ID) {
					t.Errorf("%s, %s hurts: %s", name, id, x.Words)
				}
				if area := standard().of[x.Region]; x.Region != "" && area.id == "belly" && x.Pressure > 1 {
					t.Errorf("%s, %s hurts: pressure %d: %s", name, id, x.Pressure, x.Words)
				}
			}
		}
	}
}

func TestOverTheLungNobodyPressesHard(t *testing.T) {
	p := client{regions: []body.RegionID{"side-ribs-upper"}, known: screen.Client{Age: 40}}.plan(t, 60, Preferences{Pressure: 5})
	worked := false
	for _, x := range p.Steps {
		if x.Muscle != nil && x.Muscle.ID == "intercostals" {
			worked = true
			if x.Pressure > 2 || x.Hold != (Hold{}) {
				t.Errorf("pressure %d, hold %v: %s", x.Pressure, x.Hold, x.Words)
			}
		}
	}
	if !worked {
		t.Error("no step works the muscles between the ribs: the test looks at nothing")
	}
}

func TestUnderABloodThinnerPointsAreStroked(t *testing.T) {
	c := stiffNeck
	c.known.Medicines = []string{"warfarin"}
	p := c.plan(t, 60, Preferences{Pressure: 5, Techniques: []atlas.TechniqueID{"deep-tissue", "trigger-point"}})
	points := 0
	for _, x := range p.Steps {
		if x.Point != nil {
			points++
		}
	}
	if points == 0 || pressed(p) != 0 || p.Limit != 3 {
		t.Errorf("%d points, %d pressed, limit %d", points, pressed(p), p.Limit)
	}
	if !slices.ContainsFunc(p.LeftOut, func(l LeftOut) bool { return strings.Contains(l.Why, "thinner") }) {
		t.Errorf("nothing says why: %v", p.LeftOut)
	}
}

func TestNothingPaintedIsABalancedSession(t *testing.T) {
	p := client{known: screen.Client{Age: 35}}.plan(t, 60, Preferences{})
	got := areasOf(p)
	for _, want := range []string{"back", "neck", "arms", "shoulders"} {
		if !slices.Contains(got, want) {
			t.Errorf("no %s in %v", want, got)
		}
	}
	if pressed(p) != 0 || p.Unused != 0 || got[0] != "back" {
		t.Errorf("%d points, unused %d, begins with %s", pressed(p), p.Unused, got[0])
	}
}

func TestAChildHasHalfAnHour(t *testing.T) {
	c := client{regions: []body.RegionID{"nape"}, known: screen.Client{Age: 14}, yes: map[screen.QuestionID]screen.Answer{"ch1": {Value: screen.Yes}}}
	p := c.plan(t, 60, Preferences{})
	if p.Worked != 30 || p.Unused != 30 || !strings.Contains(p.UnusedWhy, "30 minutes") || pressed(p) != 0 {
		t.Errorf("worked %d, unused %d: %q, %d points pressed", p.Worked, p.Unused, p.UnusedWhy, pressed(p))
	}
}

func TestPinsMoveDropAndDoseSteps(t *testing.T) {
	base := stiffNeck.plan(t, 60, Preferences{})
	point := slices.IndexFunc(base.Steps, func(x Step) bool { return x.Point != nil })
	drop, keep := base.Steps[point].ID, "work.neck"
	p := stiffNeck.plan(t, 60, Preferences{}, Pin{Step: drop, Drop: true}, Pin{Step: keep, Minutes: 5, Pressure: 2, Order: 1})
	var works []Step
	for _, x := range p.Steps {
		if x.ID == drop {
			t.Errorf("%s was dropped and is there", drop)
		}
		if x.Kind == Work {
			works = append(works, x)
		}
	}
	if x := works[0]; x.ID != keep || x.Seconds != 300 || x.Pressure != 2 || !x.Pinned {
		t.Errorf("first is %s with %d seconds, pressure %d, pinned %v", x.ID, x.Seconds, x.Pressure, x.Pinned)
	}
	if p.Worked != 60 {
		t.Errorf("worked %d", p.Worked)
	}
}

func TestAPinCannotPassTheScreening(t *testing.T) {
	c := stiffNeck
	c.known.Age = 70 // pressure 3 at most
	p := c.plan(t, 60, Preferences{}, Pin{Step: "work.shoulders", Pressure: 5, Minutes: 120})
	i := slices.IndexFunc(p.Steps, func(x Step) bool { return x.ID == "work.shoulders" })
	if x := p.Steps[i]; x.Pressure != 3 || x.Seconds > 60*maxAreaMinutes {
		t.Errorf("pressure %d, %d seconds", x.Pressure, x.Seconds)
	}
	if !slices.ContainsFunc(p.LeftOut, func(l LeftOut) bool { return strings.Contains(l.Words, "pressure 5") }) {
		t.Errorf("nothing says that 5 is too much: %v", p.LeftOut)
	}
}

func TestAdviceHasHeatExercisesNextDateDoctorAndTraction(t *testing.T) {
	p := stiffNeck.plan(t, 60, Preferences{})
	if n := len(advised(p, AdviceExercise)); n < 2 || n > maxExercises {
		t.Errorf("%d exercises", n)
	}
	for _, a := range advised(p, AdviceExercise) {
		if a.Dose == "" || a.Source == "" {
			t.Errorf("%s: dose %q, source %q", a.Words, a.Dose, a.Source)
		}
	}
	next := advised(p, AdviceNext)
	if len(next) != 1 || !strings.Contains(next[0].Dose, "48") {
		t.Errorf("next: %v", next)
	}
	if a := advised(p, AdviceTraction); len(a) != 1 || a[0].Source != "wegner-2013" || !strings.Contains(a[0].Words, "not supported") {
		t.Errorf("traction: %v", a)
	}
	if len(advised(p, AdviceDoctor)) == 0 || len(advised(p, AdviceHeat)) != 1 {
		t.Error("no word on the doctor or on heat")
	}
}

func TestNoHeatIsAdvisedWhereSkinIsNumb(t *testing.T) {
	c := stiffNeck
	c.yes = map[screen.QuestionID]screen.Answer{"g14": {Value: screen.Yes, Where: []body.Place{{Words: "left thumb", Cells: body.Skin().RegionCells("thumb", body.Left)}}}}
	a := advised(c.plan(t, 60, Preferences{}), AdviceHeat)
	if len(a) != 1 || !strings.HasPrefix(a[0].Words, "No heat") {
		t.Errorf("heat: %v", a)
	}
}

func TestSwedishAloneStrokesThePointsAndHeatAloneDoesNot(t *testing.T) {
	swedish := stiffNeck.plan(t, 60, Preferences{Techniques: []atlas.TechniqueID{"swedish"}})
	warm := stiffNeck.plan(t, 60, Preferences{Techniques: []atlas.TechniqueID{"heat"}})
	if pressed(swedish) != 0 || pressed(warm) == 0 {
		t.Errorf("swedish presses %d points, heat %d", pressed(swedish), pressed(warm))
	}
	if !slices.ContainsFunc(warm.Steps, func(x Step) bool { return x.Technique == "heat" && x.Seconds >= 600 }) {
		t.Error("the client likes heat and gets none")
	}
}

func TestALooseNeckIsNotStretched(t *testing.T) {
	c := stiffNeck
	c.yes = map[screen.QuestionID]screen.Answer{"n6": {Value: screen.Yes}}
	p := c.plan(t, 60, Preferences{Techniques: []atlas.TechniqueID{"stretching", "swedish"}})
	for _, x := range p.Steps {
		if x.Technique == "stretching" && standard().of[x.Region].region == "neck and shoulders" {
			t.Errorf("%s stretches the neck", x.ID)
		}
	}
	for _, a := range advised(p, AdviceExercise) {
		if strings.Contains(a.Words, "Side bend of the neck") {
			t.Errorf("advice: %s", a.Words)
		}
	}
}

func TestEveryRegionBelongsToOneArea(t *testing.T) {
	for _, r := range body.Regions() {
		if standard().of[r.ID] == nil {
			t.Errorf("region %s belongs to no area of order.txt", r.ID)
		}
	}
}

func TestEveryTechniqueOfTheAtlasIsPlannedOrSaysWhyNot(t *testing.T) {
	planned := append(slices.Clone(general), pressing, "heat", "stretching")
	for _, technique := range atlas.Standard().Techniques {
		if slices.Contains(planned, technique.ID) {
			continue
		}
		p := stiffNeck.plan(t, 60, Preferences{Techniques: []atlas.TechniqueID{technique.ID}})
		if !slices.ContainsFunc(p.LeftOut, func(l LeftOut) bool { return l.Words == technique.Name && l.Why != "" }) {
			t.Errorf("%s is in no plan, and nothing says why", technique.ID)
		}
	}
}

func TestEveryTechniqueNamedHereIsInTheAtlas(t *testing.T) {
	for _, id := range append(slices.Clone(general), pressing, "heat", "stretching", "traction", "rub") {
		if _, ok := atlas.Standard().Technique(id); !ok {
			t.Errorf("technique %s is not in the atlas", id)
		}
	}
}

func TestABrokenOrderSaysWhere(t *testing.T) {
	for _, text := range []string{"neck\n", "area neck\narea neck\n", "area neck\n  colour: red\n", "area neck\n  regions: moon\n", "area neck\n  pressure: 9\n", "area neck\n"} {
		if _, err := parseOrder("o.txt", text); err == nil || !strings.HasPrefix(err.Error(), "o.txt:") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParseOrder(f *testing.F) {
	f.Add("area neck\n  words: neck\n  region: neck\n  regions: nape\n  positions: prone\n  pressure: 3\n")
	f.Add(orderText)
	f.Fuzz(func(t *testing.T, text string) {
		if o, err := parseOrder("o.txt", text); err == nil && o == nil {
			t.Fatal("neither an order nor an error")
		}
	})
}
