package reason

import (
	"math"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"knead/atlas"
	"knead/body"
)

func find(r Ranking, p atlas.PointID, s body.Side) (Candidate, bool) {
	for _, c := range r.Candidates {
		if c.Point.ID == p && c.Side == s {
			return c, true
		}
	}
	return Candidate{}, false
}

func TestNothingPaintedHasNoCandidates(t *testing.T) {
	r := rank(t, body.Drawing{}, nil, Options{})
	if len(r.Candidates) != 0 || r.Next != nil || r.Other.Weight != 1 {
		t.Errorf("Rank of an empty drawing = %+v", r)
	}
}

func TestAFindingAloneIsRanked(t *testing.T) {
	r := rank(t, body.Drawing{}, []Finding{{Point: "levator-scapulae-1", Side: body.Left, Familiar: Yes}}, Options{})
	if len(r.Candidates) != 1 || r.Candidates[0].Point.ID != "levator-scapulae-1" || r.Candidates[0].Side != body.Left {
		t.Errorf("Rank = %+v", r.Candidates)
	}
}

func TestFamiliarPainMovesAPointUpAndItsAbsenceDown(t *testing.T) {
	d := paintRegions(t, "neck-side-back right, interscapular-upper right")
	place := func(f ...Finding) int {
		r := rank(t, d, f, Options{})
		return slices.IndexFunc(r.Candidates, func(c Candidate) bool {
			return c.Point.ID == "rhomboid-minor-1" && c.Side == body.Right
		})
	}
	plain := place()
	yes := place(Finding{Muscle: "rhomboid-minor", Side: body.Right, Familiar: Yes})
	no := place(Finding{Muscle: "rhomboid-minor", Side: body.Right, Familiar: No})
	if !(yes < plain && (plain < no || no == -1)) || yes == -1 || plain == -1 {
		t.Errorf("place with familiar pain %d, unchecked %d, without %d", yes, plain, no)
	}
}

func TestAFindingAtAPointGoesBeforeThatOfItsMuscle(t *testing.T) {
	m := Standard()
	hands, err := m.hands([]Finding{
		{Muscle: "levator-scapulae", Side: body.Right, Familiar: No, Tender: Yes},
		{Point: "levator-scapulae-1", Side: body.Right, Familiar: Yes},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, _ := m.atlas.Point("levator-scapulae-1")
	if got := hands[m.cause(p, body.Right)]; got.familiar != Yes || got.tender != Yes {
		t.Errorf("signs at the point are %+v", got)
	}
	if got := hands[m.cause(p, body.Left)]; got != (signs{}) {
		t.Errorf("signs on the other side are %+v", got)
	}
}

func TestUnusableFindingsSayWhatToDo(t *testing.T) {
	for name, f := range map[string][]Finding{
		"no such point":  {{Point: "elbow-9", Familiar: Yes}},
		"no such muscle": {{Muscle: "appendix", Familiar: Yes}},
		"neither":        {{Familiar: Yes}},
		"both":           {{Point: "levator-scapulae-1", Muscle: "levator-scapulae", Familiar: Yes}},
		"unknown side":   {{Point: "levator-scapulae-1", Side: 7, Familiar: Yes}},
		"unknown check":  {{Point: "levator-scapulae-1", Familiar: 9}},
		"contradiction":  {{Point: "levator-scapulae-1", Tender: Yes}, {Point: "levator-scapulae-1", Tender: No}},
	} {
		if r, err := Standard().Rank(body.Drawing{}, f, Options{}); err == nil {
			t.Errorf("%s: Rank(%+v) = %+v, want an error", name, f, r)
		}
	}
}

func TestAFindingWithoutADrawingHasItsReason(t *testing.T) {
	for _, f := range []Finding{{Familiar: Yes}, {Tender: Yes}, {Limited: Yes}, {Resisted: Yes}, {Familiar: No, Tender: Yes}} {
		for _, p := range atlas.Standard().Points() {
			f.Point = p.ID
			for _, c := range rank(t, body.Drawing{}, []Finding{f}, Options{}).Candidates {
				if c.Why == "" {
					t.Errorf("nothing painted, %+v: %s is listed without a reason", f, c.Point.ID)
				}
			}
		}
	}
}

func TestRecalledTeachingIsNotCheckedFirstByItself(t *testing.T) {
	for _, p := range atlas.Standard().Points() {
		if !p.Recalled() {
			continue
		}
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		for _, w := range p.Zone(body.Right).Essential {
			mark.Levels[w.Cell] = 8
		}
		c, ok := find(rank(t, body.Drawing{Marks: []body.Mark{mark}}, nil, Options{}), p.ID, body.Right)
		if !ok || c.Band == CheckFirst || !strings.Contains(c.Why, "no source was seen") {
			t.Errorf("%s, its whole zone painted: found %v, band %q, why %q", p.ID, ok, c.Band, c.Why)
		}
	}
}

func TestEachPointIsListedWhenItsWholeZoneIsPainted(t *testing.T) {
	for _, p := range atlas.Standard().Points() {
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		for _, w := range p.Zone(body.Left).Essential {
			mark.Levels[w.Cell] = 5
		}
		r := rank(t, body.Drawing{Marks: []body.Mark{mark}}, nil, Options{})
		c, ok := find(r, p.ID, body.Left)
		if !ok || len(c.Explains) == 0 {
			t.Errorf("%s is not listed with what it explains; the list begins with %v", p.ID, muscles(r.Candidates))
		}
	}
}

func TestPainEverywhereIsSomethingElse(t *testing.T) {
	mark := body.Mark{Levels: map[body.CellID]uint8{}}
	for c := range body.CellID(body.Skin().Len()) {
		mark.Levels[c] = 5
	}
	r := rank(t, body.Drawing{Marks: []body.Mark{mark}}, nil, Options{})
	if r.Other.Weight < 0.9 || !strings.Contains(r.Other.Why, "so many places") {
		t.Errorf("something else = %+v", r.Other)
	}
}

func TestBandsStandInOrderAndAreShort(t *testing.T) {
	rank := rank(t, paintRegions(t, "front-deltoid both, biceps both, suboccipital both, temple left"), nil, Options{})
	order := map[Band]int{CheckFirst: 0, CheckNext: 1, AlsoPossible: 2}
	var size [3]int
	last := 0
	for _, c := range rank.Candidates {
		if order[c.Band] < last {
			t.Fatalf("%s stands below %v", c.Point.ID, last)
		}
		last = order[c.Band]
		size[last]++
	}
	if size[0] < 1 || size[0] > 6 || size[1] > 14 || size[0]+size[1]+size[2] < 10 {
		t.Errorf("sizes of the bands are %v", size)
	}
}

func TestABandIsARangeOfWeights(t *testing.T) {
	for _, x := range []struct {
		weight, best float64
		want         int
	}{
		{0.02, 0.02, 0}, // the best leads even a list of little
		{0.01, 0.01, 2}, // but not one of next to nothing
		{0.1, 0.16, 0},
		{0.09, 0.14, 1},
		{0.3, 0.5, 0},
		{0.29, 0.5, 1},
		{0.06, 0.5, 1},
		{0.05, 0.5, 2},
		{0.014, 0.1, 2},
		{0.9, 0.3, 0}, // of one that may not lead by itself; see candidates
	} {
		if got := band(x.weight, x.best); got != x.want {
			t.Errorf("band(%v, %v) = %d, want %d", x.weight, x.best, got, x.want)
		}
	}
}

func TestEqualWeightsShareABand(t *testing.T) {
	place := map[Band]int{CheckFirst: 0, CheckNext: 1, AlsoPossible: 2}
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		if rapid.Bool().Draw(t, "both sides") { // many equal weights
			for _, mark := range d.Marks {
				for c, level := range mark.Levels {
					mark.Levels[body.Skin().Mirror(c)] = level
				}
			}
		}
		list := rank(t, d, f, Options{}).Candidates
		for _, a := range list {
			for _, b := range list {
				recalled := a.Point.Recalled() || b.Point.Recalled() // kept out of 'check first'
				if a.Weight >= b.Weight && place[a.Band] > place[b.Band] && !recalled {
					t.Fatalf("%s %s weighs %v and is to be %s; %s %s weighs %v and is to be %s",
						a.Point.ID, a.Side, a.Weight, a.Band, b.Point.ID, b.Side, b.Weight, b.Band)
				}
			}
		}
	})
}

func TestTheNextCheckIsOneThatWasNotMade(t *testing.T) {
	d := paintRegions(t, "neck-side-back right, interscapular-upper right")
	var f []Finding
	seen := map[atlas.PointID]bool{}
	for range 4 {
		r := rank(t, d, f, Options{})
		if r.Next == nil {
			t.Fatal("no next check")
		}
		if seen[r.Next.Point.ID] || r.Next.Gain <= 0 || r.Next.Gain > 1 || r.Next.Why == "" {
			t.Fatalf("next check %+v after %v", r.Next, f)
		}
		seen[r.Next.Point.ID] = true
		f = append(f, Finding{Point: r.Next.Point.ID, Side: r.Next.Side, Familiar: No})
	}
}

func TestInformationIsWhatTheJointDistributionSays(t *testing.T) {
	n := Chosen()
	p := newPress(n.Familiar)
	for _, w := range []float64{0, 0.01, 0.3, 0.5, 0.99, 1} {
		miss, hit := n.Familiar.Specificity, n.Familiar.Sensitivity
		want := 0.0
		for _, x := range []struct{ joint, cause, sign float64 }{
			{w * hit, w, w*hit + (1-w)*(1-miss)},
			{w * (1 - hit), w, w*(1-hit) + (1-w)*miss},
			{(1 - w) * (1 - miss), 1 - w, w*hit + (1-w)*(1-miss)},
			{(1 - w) * miss, 1 - w, w*(1-hit) + (1-w)*miss},
		} {
			if x.joint > 0 {
				want += x.joint * math.Log2(x.joint/(x.cause*x.sign))
			}
		}
		if got := p.information(w); math.Abs(got-want) > 1e-12 {
			t.Errorf("information(%v) = %v, want %v", w, got, want)
		}
	}
}

func TestPriorsFollowTheStudiesAndShrink(t *testing.T) {
	n := Chosen()
	got := n.priors([]atlas.Study{{N: 72, Active: true, Control: true, Percent: map[atlas.MuscleID]float64{"a": 60, "b": 20}}})
	// Not checked figures count half: n = 30, ratios 1.5 and 0.5 of the mean.
	if a, want := got["a"].ratio, (40+30*1.5)/(40+30.0); math.Abs(a-want) > 1e-12 {
		t.Errorf("a = %v, want %v", a, want)
	}
	if b, want := got["b"].ratio, (40+30*0.5)/(40+30.0); math.Abs(b-want) > 1e-12 {
		t.Errorf("b = %v, want %v", b, want)
	}
	if _, ok := got["c"]; ok {
		t.Error("a muscle that nobody examined has a prior of its own")
	}
}

func TestSomeFourPointsAreExpectedInAll(t *testing.T) {
	sum := 0.0
	for _, c := range Standard().causes[:Standard().points] {
		sum += c.odds / (1 + c.odds)
	}
	if sum < 3 || sum > 5 {
		t.Errorf("%v points are expected to be active", sum)
	}
}

func TestPatchesMirrorAndFollowTheirSize(t *testing.T) {
	m := Standard()
	if n := m.grids[0].count; n < 250 || n > 450 {
		t.Errorf("the finest grid has %d patches", n)
	}
	mirror := func(g grid, p int32) int32 {
		if p < 0 {
			return p
		}
		return int32((int(p) + g.count/2) % g.count)
	}
	for c := range body.CellID(m.skin.Len()) {
		if a, b := m.fine.of[c], m.fine.of[m.skin.Mirror(c)]; mirror(m.fine, a) != b {
			t.Fatalf("cell %d lies in patch %d, its mirror in %d", c, a, b)
		}
	}
	for i, g := range slices.Concat(m.grids, []grid{m.areas}) {
		for p := range int32(m.fine.count) {
			if a, b := g.of[p], g.of[mirror(m.fine, p)]; a < 0 || mirror(g, a) != b {
				t.Fatalf("grid %d: patch %d lies in %d, its mirror in %d", i, p, a, b)
			}
		}
	}
}

func TestTheModelIsBuiltTheSameEveryTime(t *testing.T) {
	a, b := Standard(), NewModel(atlas.Standard(), body.Skin(), Chosen())
	if !slices.Equal(a.reach, b.reach) || !slices.Equal(a.reachFirst, b.reachFirst) {
		t.Error("the reach of causes differs")
	}
	for i := range a.grids {
		if !slices.Equal(a.grids[i].of, b.grids[i].of) {
			t.Errorf("grid %d differs", i)
		}
	}
	if !slices.Equal(a.around, b.around) || !slices.Equal(a.aroundFirst, b.aroundFirst) {
		t.Error("patches have other causes around")
	}
	for j := range a.causes {
		if a.causes[j].odds != b.causes[j].odds || !slices.Equal(a.causes[j].core, b.causes[j].core) {
			t.Errorf("cause %d differs", j)
		}
	}
}

func TestWhatMadeThePaintIsUsuallyNearTheTop(t *testing.T) {
	m, rng := Standard(), rand.New(rand.NewSource(2))
	top5, top10, all := 0, 0, 0
	for j := range m.points {
		zone := m.causes[j].zone.Essential
		at := zone[rng.Intn(len(zone))].Cell
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		for _, w := range zone { // the half of the zone that lies around one of its cells
			if distance2(m.skin.Centre(w.Cell), m.skin.Centre(at)) < 6*6 {
				mark.Levels[w.Cell] = 6
			}
		}
		r := rank(t, body.Drawing{Marks: []body.Mark{mark}}, nil, Options{})
		place := slices.Index(muscles(r.Candidates), string(m.causes[j].point.Muscle.ID))
		if place >= 0 && place < 5 {
			top5++
		}
		if place >= 0 && place < 10 {
			top10++
		}
		all++
	}
	t.Logf("of %d points, %d name their muscle among the first 5 muscles, %d among the first 10", all, top5, top10)
	if 10*top5 < 7*all || 10*top10 < 9*all {
		t.Errorf("of %d points, only %d name their muscle among the first 5 muscles, %d among the first 10", all, top5, top10)
	}
}

func TestSomethingElseRisesWhenNothingReproducesThePain(t *testing.T) {
	d := paintRegions(t, "elbow-outside right")
	before := rank(t, d, nil, Options{})
	var f []Finding
	for _, c := range before.Candidates {
		f = append(f, Finding{Point: c.Point.ID, Side: c.Side, Familiar: No, Tender: No})
	}
	after := rank(t, d, f, Options{})
	if after.Other.Weight <= before.Other.Weight {
		t.Errorf("something else went from %v to %v", before.Other.Weight, after.Other.Weight)
	}
}
