package screen

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead/body"
)

// sets are compared as lists of cells.
var sameSets = cmp.Comparer(func(a, b body.Set) bool { return slices.Equal(slices.Collect(a.All), slices.Collect(b.All)) })

// aCase draws a client, paint and answers; some are left out, some lack their place.
func aCase(t *rapid.T) (body.Set, map[QuestionID]Answer, Client) {
	var painted body.Set
	regions := body.Regions()
	for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(regions)-1), 0, 4).Draw(t, "paint") {
		painted = painted.Union(body.Skin().RegionCells(regions[i].ID, body.Side(rapid.IntRange(0, 1).Draw(t, "side"))))
	}
	c := Client{
		Age:           rapid.SampledFrom([]int{0, 8, 12, 17, 18, 34, 50, 51, 64, 65, 90}).Draw(t, "age"),
		PregnantWeeks: rapid.SampledFrom([]int{0, 0, 0, 8, 30}).Draw(t, "weeks"),
		Medicines:     rapid.SliceOfN(rapid.SampledFrom([]string{"warfarin", "aspirin", "prednisone", "vitamin d", "x"}), 0, 2).Draw(t, "medicines"),
	}
	answers := map[QuestionID]Answer{}
	share := rapid.IntRange(0, 10).Draw(t, "trouble")
	for _, q := range standard().questions {
		if rapid.IntRange(0, 40).Draw(t, "luck") >= share {
			answers[q.ID] = Answer{Value: No}
			continue
		}
		answers[q.ID] = anAnswer(t)
	}
	return painted, answers, c
}

func anAnswer(t *rapid.T) Answer {
	a := Answer{Value: Value(rapid.IntRange(0, 3).Draw(t, "value"))}
	a.Detail = rapid.SampledFrom([]string{"", "", "over", "surgery", "serious", "birth", "20 weeks", "bruise", "alcohol"}).Draw(t, "detail")
	if rapid.Bool().Draw(t, "placed") {
		region := rapid.SampledFrom(body.Regions()).Draw(t, "where")
		a.Where = []body.Place{{Words: region.Lay, Cells: body.Skin().RegionCells(region.ID, body.Left)}}
	}
	return a
}

func TestMoreYesNeverLowersTheLevel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, answers, c := aCase(t)
		q := rapid.SampledFrom(standard().questions).Draw(t, "question")
		if answers[q.ID].Value == Unanswered || q.Alarm != Yes {
			t.Skip("only an answer that was given can turn into a yes")
		}
		calm, unsure, alarmed := maps.Clone(answers), maps.Clone(answers), maps.Clone(answers)
		calm[q.ID], unsure[q.ID], alarmed[q.ID] = Answer{Value: No}, Answer{Value: NotSure}, Answer{Value: Yes, Where: answers[q.ID].Where}
		low, middle, high := Run(painted, calm, c), Run(painted, unsure, c), Run(painted, alarmed, c)
		if low.Level.Rank() > middle.Level.Rank() || middle.Level.Rank() > high.Level.Rank() {
			t.Fatalf("%s: no gives %s, not sure %s, yes %s", q.ID, low.Level, middle.Level, high.Level)
		}
		_, before := low.Clearance()
		if _, after := high.Clearance(); after && !before {
			t.Fatalf("%s: a yes cleared what a no did not", q.ID)
		}
	})
}

func TestMoreYesNeverLoosensALimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, answers, c := aCase(t)
		q := rapid.SampledFrom(standard().questions).Draw(t, "question")
		if q.Alarm != Yes {
			t.Skip("a consent is not a limit")
		}
		calm, alarmed := maps.Clone(answers), maps.Clone(answers)
		calm[q.ID], alarmed[q.ID] = Answer{Value: No}, Answer{Value: Yes, Where: answers[q.ID].Where}
		low, high := Run(painted, calm, c), Run(painted, alarmed, c)
		if lost := masks(low, "").Minus(masks(high, "")); lost.Len() > 0 {
			t.Fatalf("%s: a yes unmasked %d cells", q.ID, lost.Len())
		}
		for _, x := range low.Limits.Removed {
			if !slices.ContainsFunc(high.Limits.Removed, func(y Removal) bool { return y.Technique == x.Technique }) {
				t.Fatalf("%s: a yes brought back %s", q.ID, x.Technique)
			}
		}
	})
}

func TestAMissingAnswerNeverClears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, answers, c := aCase(t)
		asked := slices.DeleteFunc(Questions(painted, c), func(q Question) bool { return q.Only != "" })
		q := rapid.SampledFrom(asked).Draw(t, "left out")
		delete(answers, q.ID)
		r := Run(painted, answers, c)
		if _, ok := r.Clearance(); ok || r.Level.Rank() < NotCleared.Rank() || !slices.Contains(r.Missing, q.ID) {
			t.Fatalf("without %s: level %s, missing %v", q.ID, r.Level, r.Missing)
		}
	})
}

func TestOneEmergencyYesDecidesWhateverElseIsMissing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, answers, c := aCase(t)
		for id := range answers {
			if rapid.Bool().Draw(t, "forgotten") {
				delete(answers, id)
			}
		}
		urgent := slices.DeleteFunc(slices.Clone(standard().questions), func(q *question) bool { return q.Level != Emergency })
		answers[rapid.SampledFrom(urgent).Draw(t, "question").ID] = Answer{Value: rapid.SampledFrom([]Value{Yes, NotSure}).Draw(t, "answer")}
		r := Run(painted, answers, c)
		if _, ok := r.Clearance(); ok || r.Level != Emergency || len(r.Say) == 0 || r.Say[0] != standard().levels[Emergency].say {
			t.Fatalf("level %s, says %q", r.Level, r.Say)
		}
	})
}

func TestTheStrictestRuleWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, answers, c := aCase(t)
		r := Run(painted, answers, c)
		want := NoFlags
		for _, f := range r.Fired {
			want = stricter(want, f.Level)
		}
		if len(r.Missing) > 0 {
			want = stricter(want, NotCleared)
		}
		if r.Level != want {
			t.Fatalf("level %s, the strictest is %s", r.Level, want)
		}
		clearance, ok := r.Clearance()
		if !ok {
			return
		}
		skin := body.Skin()
		cell := body.CellID(rapid.IntRange(0, skin.Len()-1).Draw(t, "cell"))
		pressure, _ := clearance.MaxPressure(body.SetOf(cell))
		for _, x := range r.Limits.Caps {
			if x.Cells.Has(cell) && x.Max < pressure {
				t.Fatalf("cell %d: pressure %d in spite of %s %d", cell, pressure, x.Rule, x.Max)
			}
		}
	})
}

func TestTheOrderOfAnswersAndAskingTwiceChangeNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, answers, c := aCase(t)
		shuffled := map[QuestionID]Answer{}
		ids := rapid.Permutation(slices.Sorted(maps.Keys(answers))).Draw(t, "order")
		for _, id := range ids {
			shuffled[id] = answers[id]
		}
		first, second := Run(painted, answers, c), Run(painted, shuffled, c)
		if diff := cmp.Diff(first, second, sameSets, cmp.AllowUnexported(Result{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestEveryQuestionIsAskedOnceAndEmergenciesFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, _, c := aCase(t)
		seen := map[QuestionID]bool{}
		urgent := true
		for _, q := range Questions(painted, c) {
			if seen[q.ID] {
				t.Fatalf("%s is asked twice", q.ID)
			}
			seen[q.ID] = true
			if q.Level == Emergency && !urgent {
				t.Fatalf("%s may be an emergency and comes late", q.ID)
			}
			urgent = urgent && q.Level == Emergency
		}
	})
}

func TestAnsweringNoToEverythingAskedClears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		painted, _, c := aCase(t)
		answers := map[QuestionID]Answer{}
		for _, q := range Questions(painted, c) {
			answers[q.ID] = Answer{Value: No}
			if q.Alarm == No {
				answers[q.ID] = Answer{Value: Yes}
			}
		}
		r := Run(painted, answers, c)
		if _, ok := r.Clearance(); !ok {
			t.Fatalf("level %s, missing %v", r.Level, r.Missing)
		}
	})
}

func TestTheZeroClearanceAllowsNothing(t *testing.T) {
	var c Clearance
	if _, ok := (Result{}).Clearance(); ok {
		t.Error("the zero Result gives a clearance")
	}
	if _, ok := (Result{Level: NoFlags}).Clearance(); ok {
		t.Error("a Result that no Run made gives a clearance")
	}
	pressure, _ := c.MaxPressure(body.SetOf(1))
	swedish, _ := c.Allows("swedish")
	seated, _ := c.AllowsPosition("seated")
	if c.OK() || pressure != 0 || swedish || seated {
		t.Errorf("zero Clearance: OK %v, pressure %d, swedish %v, seated %v", c.OK(), pressure, swedish, seated)
	}
}

func TestOnlyQuestionsOfPaintedPlacesAreAsked(t *testing.T) {
	sets := func(s body.Set, c Client) map[byte]bool {
		out := map[byte]bool{}
		for _, q := range Questions(s, c) {
			out[q.ID[0]] = true
		}
		return out
	}
	for _, tt := range []struct{ region, sets string }{
		{"", "gx"},
		{"forehead", "gxh"},
		{"nape", "gxn"},
		{"front-deltoid", "gxsn"},
		{"upper-chest", "gxst"},
		{"interscapular-lower", "gxst"},
		{"lumbar-spine", "gxl"},
		{"abdomen-upper", "gxal"},
		{"trochanter", "gxhl"},
		{"knee-front", "gxkul"},
		{"calf-outer", "gxcul"},
		{"ankle-outside", "gxful"},
		{"thumb", "gxun"},
		{"jaw", "gxj"},
	} {
		got := sets(body.Skin().RegionCells(body.RegionID(tt.region), body.Right), Client{Age: 30})
		delete(got, 'p')
		if tt.region != "forehead" && tt.region != "trochanter" {
			delete(got, 'h') // h7 waits for g11
		}
		var want [256]bool
		for _, x := range []byte(tt.sets) {
			want[x] = true
		}
		for x := range 256 {
			if want[x] != got[byte(x)] {
				t.Errorf("%q: set %c asked: %v, want %v", tt.region, x, got[byte(x)], want[x])
			}
		}
	}
}

func TestEveryRegionBelongsToASetOfQuestions(t *testing.T) {
	b := standard()
	var asked body.Set
	for _, q := range b.questions {
		for _, a := range q.areas {
			asked = asked.Union(b.onSkin().areas[a.index])
		}
	}
	for _, region := range body.Regions() {
		if bothSides(body.Skin(), region.ID).Minus(asked).Len() > 0 {
			t.Errorf("region %s has no questions of its own", region.ID)
		}
	}
}

func TestEverySiteHasSkinOnBothSides(t *testing.T) {
	b := standard()
	skin := body.Skin()
	for i, s := range b.sites {
		var right, left int
		for c := range b.onSkin().sites[i].All {
			if skin.Side(c) == body.Left {
				left++
			} else {
				right++
			}
		}
		if right == 0 || right != left {
			t.Errorf("site %s: %d cells on the right, %d on the left", s.name, right, left)
		}
	}
}

func TestTheQuestionIdsAreStable(t *testing.T) {
	var ids []string
	for _, q := range standard().questions {
		ids = append(ids, string(q.ID))
	}
	slices.Sort(ids)
	want := []string{
		"a1", "a2", "a3", "a4", "a5", "c1", "c2", "ch1", "ch2", "ch3", "ch4", "f1", "f2", "f3", "f4", "f5",
		"g1", "g10", "g11", "g12", "g13", "g14", "g15", "g16", "g17", "g18", "g19", "g2", "g20", "g21", "g22", "g23", "g24", "g25",
		"g26", "g27", "g28", "g29", "g3", "g30", "g4", "g5", "g6", "g7", "g8", "g9",
		"h1", "h10", "h11", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "hp1", "hp2", "hp3",
		"j1", "j2", "j3", "j4", "j5", "j6", "k1", "k2", "l1", "l2", "l3", "l4", "l5", "l6", "l7",
		"n1", "n10", "n11", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "p1", "p2", "p3", "p4",
		"s1", "s2", "s3", "s4", "s5", "t1", "t2", "t3", "t4", "t5", "u1", "x1",
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("stored answers carry these ids (-want +got):\n%s", diff)
	}
}

func BenchmarkRun(b *testing.B) {
	painted := body.Skin().RegionCells("upper-trapezius", body.Right).Union(body.Skin().RegionCells("nape", body.Right))
	answers := map[QuestionID]Answer{"g12": {Value: Yes}}
	for _, q := range Questions(painted, Client{Age: 40}) {
		if q.ID != "g12" {
			answers[q.ID] = Answer{Value: No}
		}
	}
	for b.Loop() {
		Run(painted, answers, Client{Age: 40})
	}
}

func BenchmarkQuestions(b *testing.B) {
	painted := body.Skin().RegionCells("upper-trapezius", body.Right)
	for b.Loop() {
		Questions(painted, Client{Age: 40})
	}
}

func TestTightestTellsTheLowestCapAndNothingThatItCovers(t *testing.T) {
	everywhere, arm := setFrom(0, 100), setFrom(10, 20)
	r := Result{
		Fired: []Fired{{Rule: "a"}, {Rule: "b"}, {Rule: "c"}},
		Limits: Limits{Caps: []Cap{
			{Cells: everywhere, Max: 3, Rule: "a"},
			{Cells: arm, Max: 2, Rule: "b"},
			{Cells: everywhere, Max: 3, Rule: "c"},
			{Cells: arm, Max: 1, Rule: "site-arm"},
		}},
	}
	got := r.Tightest()
	if len(got) != 2 || got[0].Rule != "b" || got[1].Rule != "a" {
		t.Errorf("Tightest = %+v, want b and then a", got)
	}
}

// setFrom gives the cells from first to last.
func setFrom(first, last body.CellID) body.Set {
	var s body.Set
	for c := first; c <= last; c++ {
		s.Add(c)
	}
	return s
}
