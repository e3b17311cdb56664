package reason

import (
	"errors"
	"maps"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"knead/atlas"
	"knead/body"
)

// someDrawing paints one to four discs on the upper body.
func someDrawing(t *rapid.T) body.Drawing {
	skin := body.Skin()
	var d body.Drawing
	for range rapid.IntRange(1, 4).Draw(t, "marks") {
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		mark.Quality = rapid.SampledFrom([]body.Quality{"", body.Aching, body.Tingling}).Draw(t, "quality")
		middle := body.CellID(rapid.IntRange(0, skin.Len()-1).Draw(t, "middle"))
		level := uint8(rapid.IntRange(1, 10).Draw(t, "level"))
		for _, c := range skin.Near(skin.Centre(middle), rapid.Float64Range(0.5, 7).Draw(t, "radius")) {
			if !skin.Hidden(c) && facing(skin.Normal(c), skin.Normal(middle)) {
				mark.Levels[c] = level
			}
		}
		d.Marks = append(d.Marks, mark)
	}
	return d
}

// someFindings draws findings that do not contradict each other.
func someFindings(t *rapid.T) []Finding {
	var out []Finding
	points := atlas.Standard().Points()
	check := rapid.SampledFrom([]Check{NotChecked, Yes, No})
	for range rapid.IntRange(0, 3).Draw(t, "findings") {
		p := rapid.SampledFrom(points).Draw(t, "point")
		f := Finding{
			Point: p.ID, Side: body.Side(rapid.IntRange(0, 1).Draw(t, "side")),
			Familiar: check.Draw(t, "familiar"), Tender: check.Draw(t, "tender"),
			Limited: check.Draw(t, "limited"), Resisted: check.Draw(t, "resisted"),
		}
		if !slices.ContainsFunc(out, func(o Finding) bool { return o.Point == f.Point && o.Side == f.Side }) {
			out = append(out, f)
		}
	}
	return out
}

func rank(t fataler, d body.Drawing, f []Finding, o Options) Ranking {
	r, err := Standard().Rank(d, f, o)
	if err != nil {
		t.Fatalf("Rank: %v", err)
	}
	return r
}

// samePoint lets cmp treat the atlas's points as the ids that they are.
var samePoint = cmp.Options{
	cmp.Comparer(func(a, b *atlas.Point) bool { return a == b }),
	cmp.Comparer(func(a, b *atlas.Pattern) bool { return a == b }),
}

func TestWeightsAndBoundsAreProbabilities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDrawing(t)
		r := rank(t, d, someFindings(t), Options{Nodes: rapid.SampledFrom([]int{0, 1, 50}).Draw(t, "nodes")})
		in := func(x float64) bool { return x >= 0 && x <= 1 }
		if !in(r.Other.Weight) || r.Other.Why == "" || r.Bound < 0 {
			t.Fatalf("something else %+v, bound %v", r.Other, r.Bound)
		}
		for _, c := range r.Candidates {
			if !in(c.Weight) || c.Bound < 0 || c.Bound > r.Bound || c.Why == "" {
				t.Fatalf("%+v with the ranking's bound %v", c, r.Bound)
			}
			for _, x := range c.Explains {
				if !(x.Share > 0 && x.Share <= 1) || x.Mark >= len(d.Marks) {
					t.Fatalf("%s explains %+v", c.Point.ID, x)
				}
			}
		}
	})
}

func TestCappedAnswersCarryBoundsThatHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := someDrawing(t)
		full, capped := rank(t, d, nil, Options{}), rank(t, d, nil, Options{Nodes: rapid.IntRange(1, 80).Draw(t, "nodes")})
		exact := map[atlas.PointID][2]float64{}
		bound := map[atlas.PointID][2]float64{}
		for _, c := range full.Candidates {
			x, b := exact[c.Point.ID], bound[c.Point.ID]
			x[c.Side], b[c.Side] = c.Weight, c.Bound
			exact[c.Point.ID], bound[c.Point.ID] = x, b
		}
		for _, c := range capped.Candidates {
			b := bound[c.Point.ID][c.Side]
			if want := exact[c.Point.ID][c.Side]; b > 0 && math.Abs(c.Weight-want) > c.Bound+b {
				t.Fatalf("%s %s: %v +- %v with %d nodes, %v with all", c.Point.ID, c.Side, c.Weight, c.Bound, capped.Nodes, want)
			}
		}
	})
}

func TestTheSameCaseGivesTheSameAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		a, b := rank(t, d, f, Options{}), rank(t, d, f, Options{})
		if diff := cmp.Diff(a, b, samePoint); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestTheOrderOfMarksAndFindingsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		a := rank(t, d, f, Options{})
		slices.Reverse(d.Marks)
		slices.Reverse(f)
		b := rank(t, d, f, Options{})
		// What each explains is told mark by mark; everything else must be equal.
		told := cmpopts.IgnoreFields(Candidate{}, "Explains", "Why")
		if diff := cmp.Diff(a, b, samePoint, told, cmpopts.IgnoreFields(Ranking{}, "Sites")); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMirrorImageInMirrorImageOut(t *testing.T) {
	skin := body.Skin()
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		if rapid.Bool().Draw(t, "painted alike on both sides") { // so that the findings alone tell them apart
			for _, mark := range d.Marks {
				for c, l := range maps.Clone(mark.Levels) {
					mark.Levels[skin.Mirror(c)] = l
				}
			}
		}
		var md body.Drawing
		for _, mark := range d.Marks {
			levels := map[body.CellID]uint8{}
			for c, l := range mark.Levels {
				levels[skin.Mirror(c)] = l
			}
			mark.Levels = levels
			md.Marks = append(md.Marks, mark)
		}
		mf := slices.Clone(f)
		for i := range mf {
			mf[i].Side = mf[i].Side.Other()
		}
		type key struct {
			Point atlas.PointID
			Side  body.Side
		}
		type seen struct {
			Weight, Bound float64
			Explained     int
			NotFelt       int
		}
		gather := func(r Ranking, turn bool) map[key]seen {
			out := map[key]seen{}
			for _, c := range r.Candidates {
				side := c.Side
				if turn {
					side = side.Other()
				}
				out[key{c.Point.ID, side}] = seen{c.Weight, c.Bound, len(c.Explains), len(c.NotFelt)}
			}
			return out
		}
		a, b := rank(t, d, f, Options{}), rank(t, md, mf, Options{})
		if a.Other.Weight != b.Other.Weight || a.Nodes != b.Nodes {
			t.Fatalf("something else %v and %v, nodes %d and %d", a.Other.Weight, b.Other.Weight, a.Nodes, b.Nodes)
		}
		if len(a.Candidates) == listMax {
			return // which of two equal ones is cut off may differ
		}
		if diff := cmp.Diff(gather(a, false), gather(b, true)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// weightOf is the weight of one cause on the full model, listed or not.
func weightOf(c *Case, d body.Drawing, hands []signs, j int) float64 {
	c.Draw(d)
	copy(c.hands, hands)
	if err := c.weigh(DefaultNodes); err != nil {
		panic(err)
	}
	return c.beliefs[j].weight
}

func TestAPositiveFindingNeverLowersAndANegativeNeverRaises(t *testing.T) {
	m := Standard()
	rapid.Check(t, func(t *rapid.T) {
		d, c := someDrawing(t), m.Case()
		j := rapid.IntRange(0, m.points-1).Draw(t, "cause")
		hands := make([]signs, len(m.causes))
		hands[j].tender = rapid.SampledFrom([]Check{NotChecked, Yes, No}).Draw(t, "tender")
		before := weightOf(c, d, hands, j)
		hands[j].familiar = Yes
		yes := weightOf(c, d, hands, j)
		hands[j].familiar = No
		no := weightOf(c, d, hands, j)
		if yes < before-rounding || no > before+rounding {
			t.Fatalf("%s: %v before, %v with the familiar pain, %v without it", m.causes[j].point.ID, before, yes, no)
		}
	})
}

func TestClearSkinNeverRaisesTheOddsOfItsOwnCauses(t *testing.T) {
	m := Standard()
	share := rapid.Float64Range(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		c := &m.causes[rapid.IntRange(0, len(m.causes)-1).Draw(t, "cause")]
		often, sometimes := share.Draw(t, "often"), share.Draw(t, "sometimes")
		full := m.clearFactor(c, often, sometimes)
		less := m.clearFactor(c, often*share.Draw(t, "of it"), sometimes*share.Draw(t, "of it, too"))
		if less > full || less <= 0 || full > 1 {
			t.Fatalf("factor %v with more clear skin, %v with less", less, full)
		}
	})
}

// TestAStrokeGivesTheBitsOfANewCase draws and finds step by step on one case: every
// answer is that of a new case, whatever was cancelled or refused before.
func TestAStrokeGivesTheBitsOfANewCase(t *testing.T) {
	m := Standard()
	rapid.Check(t, func(t *rapid.T) {
		going := m.Case()
		cancel := make(chan struct{})
		close(cancel)
		var d body.Drawing
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0:
				d = someDrawing(t)
			case 1:
				d.Marks = append(slices.Clone(d.Marks), someDrawing(t).Marks...)
			case 2:
				d.Marks = d.Marks[:len(d.Marks)/2]
			}
			if rapid.Bool().Draw(t, "cancelled") {
				going.Draw(body.Drawing{Marks: append(someDrawing(t).Marks, d.Marks...)})
				going.ruledOut[0] = true
				_, _, _ = going.Weigh(Options{Cancel: cancel}) // what was solved before need not be cancelled
				going.ruledOut[0] = false
				if err := going.Find([]Finding{{Muscle: "appendix"}}); err == nil {
					t.Fatal("there is no muscle of the appendix")
				}
			}
			f, o := someFindings(t), Options{Nodes: rapid.SampledFrom([]int{0, 1, 40}).Draw(t, "nodes")}
			fresh := m.Case()
			for _, c := range []*Case{going, fresh} {
				c.Draw(d)
				if err := c.Find(f); err != nil {
					t.Fatal(err)
				}
				if _, _, err := c.Weigh(o); err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(going.beliefs, fresh.beliefs) || going.nodes != fresh.nodes || going.other != fresh.other {
				t.Fatalf("%d nodes and something else %v, in a new case %d and %v", going.nodes, going.other, fresh.nodes, fresh.other)
			}
		}
	})
}

// few is the standard model with some of its causes, each on both sides.
func few(causes ...int) *Model {
	full := Standard()
	m := &Model{
		numbers: full.numbers, skin: full.skin, fine: full.fine, cells: full.cells, size: full.size, fits: full.fits,
		grids: full.grids, areas: full.areas,
		logOftenClear: full.logOftenClear, logSometimesClear: full.logSometimesClear, allClear: full.allClear,
	}
	for _, j := range causes {
		m.causes = append(m.causes, full.causes[j&^1], full.causes[j|1])
		if j < full.points {
			m.points += 2
		}
	}
	m.lay()
	return m
}

func TestPaintingMoreOfAZoneNeverLowersItsOnlyCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := few(rapid.IntRange(0, Standard().points-1).Draw(t, "point"))
		var core []body.CellID // where the zone is full and the point of the other side is not felt
		for _, w := range m.causes[0].zone.Essential {
			if w.W == 1 && len(m.aroundPatch(m.fine.of[w.Cell])) == 1 {
				core = append(core, w.Cell)
			}
		}
		if len(core) == 0 {
			return
		}
		from := rapid.SampledFrom(core).Draw(t, "from")
		slices.SortStableFunc(core, func(a, b body.CellID) int {
			da := distance2(m.skin.Centre(a), m.skin.Centre(from))
			db := distance2(m.skin.Centre(b), m.skin.Centre(from))
			switch {
			case da < db:
				return -1
			case da > db:
				return 1
			}
			return 0
		})
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		last, hands, going := 0.0, make([]signs, 2), m.Case()
		for len(core) > 0 {
			n := min(1+len(core)/4, len(core))
			for _, c := range core[:n] {
				mark.Levels[c] = 6
			}
			core = core[n:]
			w := weightOf(going, body.Drawing{Marks: []body.Mark{mark}}, hands, 0)
			if w < last-rounding {
				t.Fatalf("%s fell from %v to %v", m.causes[0].point.ID, last, w)
			}
			last = w
		}
	})
}

// TestTheDefaultBudgetSettles holds the answers of ordinary drawings to a bound of 1e-3.
func TestTheDefaultBudgetSettles(t *testing.T) {
	m := Standard()
	drawings, c, settled := clientDrawings(m, 500, 12), m.Case(), 0
	for _, d := range drawings {
		c.Draw(d)
		if bound, _, err := c.Weigh(Options{}); err != nil {
			t.Fatal(err)
		} else if bound <= 1e-3 {
			settled++
		}
	}
	if 100*settled < 98*len(drawings) {
		t.Errorf("%d of %d drawings are settled", settled, len(drawings))
	}
}

func TestManyMayRankAtOnce(t *testing.T) {
	m := Standard()
	drawings := clientDrawings(m, 24, 6)
	want := make([]Ranking, len(drawings))
	for i, d := range drawings {
		want[i] = rank(t, d, nil, Options{})
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for i, d := range drawings {
				got, err := m.Rank(d, nil, Options{})
				if diff := cmp.Diff(want[i], got, samePoint); err != nil || diff != "" {
					t.Errorf("drawing %d: %v %s", i, err, diff)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestACancelledRankingSaysSo(t *testing.T) {
	cancel := make(chan struct{})
	close(cancel)
	_, err := Standard().Rank(clientDrawings(Standard(), 1, 3)[0], nil, Options{Cancel: cancel})
	if !errors.Is(err, ErrCancelled) {
		t.Errorf("the error is %v", err)
	}
}

// TestFaintPaintSpeaksForTheEdgeOfAZone compares the same place painted strongly and
// faintly, beside a strong mark elsewhere: the faint one favours those who are felt there
// sometimes over those who are felt there often.
func TestFaintPaintSpeaksForTheEdgeOfAZone(t *testing.T) {
	m := Standard()
	faint, all := 0, 0
	for j := 0; j < m.points; j += 2 {
		c := &m.causes[j]
		if len(c.zone.Spillover) == 0 {
			continue
		}
		strong := body.Mark{Levels: map[body.CellID]uint8{}}
		for _, w := range c.zone.Essential {
			strong.Levels[w.Cell] = 9
		}
		weight := func(level uint8) float64 {
			edge := body.Mark{Levels: map[body.CellID]uint8{}}
			for _, w := range c.zone.Spillover {
				if _, taken := strong.Levels[w.Cell]; !taken {
					edge.Levels[w.Cell] = level
				}
			}
			g := m.Case()
			g.Draw(body.Drawing{Marks: []body.Mark{strong, edge}})
			if _, _, err := g.Weigh(Options{}); err != nil {
				t.Fatal(err)
			}
			return g.beliefs[j].weight
		}
		if all++; weight(2) >= weight(9) {
			faint++
		}
	}
	t.Logf("%d of %d points gain by a faint edge", faint, all)
	if 10*faint < 9*all {
		t.Errorf("%d of %d points gain by a faint edge", faint, all)
	}
}

// TestGradesFollowNoisyMax makes a net of one site for each grade and compares it with
// noisy-MAX by its definition: each cause makes the site hurt in some grade or not at all,
// and the highest is what is painted.
func TestGradesFollowNoisyMax(t *testing.T) {
	numbers := Chosen()
	rapid.Check(t, func(t *rapid.T) {
		grade := rapid.IntRange(1, 3).Draw(t, "grade")
		b := numbers.baseOf(1, grade)
		n := new(net)
		n.reset()
		n.leak = append(n.leak, b.whole)
		type cause struct{ odds, strength, heart float64 }
		var causes []cause
		for range rapid.IntRange(1, 5).Draw(t, "causes") {
			c := cause{odds: rapid.Float64Range(0.001, 3).Draw(t, "odds"), strength: rapid.Float64Range(0.01, 0.95).Draw(t, "strength")}
			c.heart = c.strength * rapid.Float64Range(0, 1).Draw(t, "heart")
			causes = append(causes, c)
			stayed, hit := b.effect(c.strength, c.heart)
			n.edges = append(n.edges, edge{0, hit})
			n.add(c.odds * math.Exp(stayed))
		}
		upTo := func(above *[2]float64, strength float64, grade int) float64 { return 1 - strength*tail(above, grade) }
		on, total := make([]float64, len(causes)), 0.0
		for set := range 1 << len(causes) {
			weight := 1.0
			at, below := upTo(&numbers.LeakAbove, numbers.Leak, grade), upTo(&numbers.LeakAbove, numbers.Leak, grade-1)
			for j, c := range causes {
				if set>>j&1 == 1 {
					weight *= c.odds
					mixed := func(grade int) float64 {
						return 1 - c.heart*tail(&numbers.HeartAbove, grade) - (c.strength-c.heart)*tail(&numbers.EdgeAbove, grade)
					}
					at, below = at*mixed(grade), below*mixed(grade-1)
				}
			}
			weight *= at - below
			total += weight
			for j := range causes {
				if set>>j&1 == 1 {
					on[j] += weight
				}
			}
		}
		for j, got := range n.brute() {
			if want := on[j] / total; math.Abs(got-want) > 1e-9 {
				t.Fatalf("cause %d weighs %v in the net, %v by the definition", j, got, want)
			}
		}
	})
}
