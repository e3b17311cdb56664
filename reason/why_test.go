package reason

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead/atlas"
	"knead/body"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func reasons(t fataler, d body.Drawing, f []Finding, o Options) Explanation {
	x, err := Standard().Explain(d, f, o)
	if err != nil {
		t.Fatalf("Explain: %v", err)
	}
	return x
}

// someNodes is the default budget, or one so small that bounds stay wide.
func someNodes(t *rapid.T) Options {
	return Options{Nodes: rapid.SampledFrom([]int{0, 1, 40}).Draw(t, "nodes")}
}

func TestSharesOfAPlaceAddUpToOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, f, o := someDrawing(t), someFindings(t), someNodes(t)
		q, err := Standard().inquire(d, f, o)
		if err != nil {
			t.Fatal(err)
		}
		for k, c := range q.credits(q.is.beliefs) {
			sum := c.other.mid
			for j, s := range c.causes {
				if s < 0 || c.low[j] < 0 || c.low[j] > s+1e-12 {
					t.Fatalf("%s: a share of %v, at least %v", q.m.causes[j].point.ID, s, c.low[j])
				}
				sum += s
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Fatalf("the shares of %v add up to %v", q.places[k].RegionSide, sum)
			}
		}
		x := reasons(t, d, f, o)
		for i, p := range x.Places {
			sum := p.Other + p.Rest
			for _, why := range x.Reasons {
				sum += why.Shares[i].Share
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Fatalf("what is told of %v adds up to %v", p.Words, sum)
			}
		}
	})
}

// asked is an inquiry about a drawing, which nobody closes.
func asked(t fataler, d body.Drawing) *inquiry {
	q, err := Standard().inquire(d, nil, Options{})
	if err != nil {
		t.Fatalf("inquire: %v", err)
	}
	return q
}

// By hand: the leak of 0.05 against one cause that is active for certain.
func TestCreditIsDividedByWhatEachCanDo(t *testing.T) {
	m := Standard()
	q := asked(t, paintRegions(t, "temple right"))
	beliefs := make([]belief, len(m.causes))
	p, _ := m.atlas.Point("temporalis-2")
	j := m.cause(p, body.Right)
	beliefs[j].weight = 1
	part, strength := map[int32]float64{}, map[int32]float64{} // by patch
	for i, c := range q.cells {
		p := m.fine.of[c]
		part[p] += q.part(i)
		if slices.Contains(m.aroundPatch(p), int32(j)) {
			strength[p] += q.part(i) * 0.025
		}
		for _, r := range m.at(c) {
			if int(r.cause) == j {
				strength[p] += q.part(i) * float64(r.strength)
			}
		}
	}
	want := 0.0
	for p := range part {
		s := strength[p] / part[p]
		want += part[p] * s / (0.05 + s)
	}
	got := q.credits(beliefs)[0]
	if math.Abs(got.causes[j]-want) > 1e-9 || math.Abs(got.causes[j]+got.other.mid-1) > 1e-12 || want < 0.5 {
		t.Errorf("the only cause accounts for %v, want %v; something else %v", got.causes[j], want, got.other)
	}
	beliefs[j^1].weight, beliefs[j].weight = 1, 0 // the same point on the other side is not felt here
	if got := q.credits(beliefs)[0]; math.Abs(got.other.mid-1) > 1e-12 || got.causes[j] != 0 {
		t.Errorf("a cause that is not felt here leaves %v to something else", got.other)
	}
}

func TestWhatOnlyACandidateExplainsIsPartOfItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := reasons(t, someDrawing(t), someFindings(t), someNodes(t))
		for i, why := range x.Reasons {
			for k, s := range why.Shares {
				if s.Only < 0 || s.Only > s.Share || s.OnlyLow > s.Only || s.OnlyLow > s.Low || s.OnlyLow < 0 {
					t.Fatalf("%s at %s: %+v", x.Ranking.Candidates[i].Point.ID, x.Places[k].Words, s)
				}
			}
		}
	})
}

func TestTheFactorsMakeTheOdds(t *testing.T) {
	m := Standard()
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		x := reasons(t, d, f, Options{})
		going := m.Case()
		going.Draw(d)
		going.touch()
		hands, _ := m.hands(f)
		copy(going.hands, hands)
		for i, why := range x.Reasons {
			c := &x.Ranking.Candidates[i]
			j, o := m.cause(c.Point, c.Side), why.Odds
			odds := belief{c.Weight, 0}.odds().mid
			if got := o.Prior * o.Clear * o.Hands * o.Paint; math.Abs(got/odds-1) > 1e-6 {
				t.Fatalf("%s: %+v make %v, not %v", c.Point.ID, o, got, odds)
			}
			if got := odds / going.odds(j); math.Abs(o.Paint/got-1) > 1e-4 {
				t.Fatalf("%s: %+v, but the paint makes the odds %v times what they are without it", c.Point.ID, o, got)
			}
			want := m.clearFactor(&m.causes[j], going.often[j], going.sometime[j])
			if hands[j].familiar == Yes {
				want = 1
			}
			if math.Abs(o.Clear/want-1) > 1e-4 {
				t.Fatalf("%s: the regions make %v of clear skin, the model %v", c.Point.ID, o.Clear, want)
			}
			for _, bare := range why.Clear {
				if bare.Factor <= 0 || bare.Factor >= 1 {
					t.Fatalf("%s: %+v", c.Point.ID, bare)
				}
			}
		}
	})
}

func TestAFindingMovesWhatItsAbsenceMovesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		if len(f) > 0 && rapid.Bool().Draw(t, "the first is said twice") {
			f = append(f, f[0])
		}
		x := reasons(t, d, f, Options{})
		for k := range f {
			less := rank(t, d, slices.DeleteFunc(slices.Clone(f), func(o Finding) bool { return o == f[k] }), Options{})
			for i, c := range x.Ranking.Candidates {
				before, ok := find(less, c.Point.ID, c.Side)
				if !ok {
					continue // it is on the list for this finding
				}
				want := belief{c.Weight, 0}.odds().mid / belief{before.Weight, 0}.odds().mid
				got := 1.0
				for _, m := range x.Reasons[i].Findings {
					if m.Finding == f[k] {
						got = m.Factor
					}
					if math.Abs(math.Log(m.Sure)) > math.Abs(math.Log(m.Factor))+1e-12 {
						t.Fatalf("%s: certainly %v, but %v", c.Point.ID, m.Sure, m.Factor)
					}
				}
				if math.Abs(math.Log(got/want)) > log1Percent+1e-9 {
					t.Fatalf("%s %s: %+v moved it by %v, want %v", c.Point.ID, c.Side, f[k], got, want)
				}
			}
		}
	})
}

// What is said to bring another point to the top does so when it comes about.
func TestAChangeHoldsWhenItComesAbout(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		x := reasons(t, d, f, someNodes(t))
		told := slices.Clone(x.Changes)
		for i, why := range x.Reasons {
			if why.Change == nil {
				continue
			}
			told = append(told, *why.Change)
			leads := same(&why.Change.Leader, &x.Ranking.Candidates[i])
			if leads == (i == 0) {
				t.Fatalf("number %d: %s", i+1, why.Change.Words)
			}
		}
		q, _ := Standard().inquire(d, f, Options{})
		for _, c := range told {
			then, found := d, slices.Clone(f)
			switch c.Kind {
			case IfPainted:
				then = q.withPaint(c.Region)
			case IfClear:
				then = q.withoutPaint(c.Region)
			case IfFamiliar, IfNotFamiliar:
				said := map[ChangeKind]Check{IfFamiliar: Yes, IfNotFamiliar: No}[c.Kind]
				at := slices.IndexFunc(found, func(o Finding) bool { return o.Point == c.Point.ID && o.Side == c.Side })
				if at < 0 {
					at, found = len(found), append(found, Finding{Point: c.Point.ID, Side: c.Side})
				}
				found[at].Familiar = said
			}
			r := rank(t, then, found, Options{})
			if len(r.Candidates) == 0 || !same(&r.Candidates[0], &c.Leader) || same(&x.Ranking.Candidates[0], &c.Leader) || !c.Leads {
				t.Fatalf("%s: it leads %v", c.Words, r.Candidates[0].Point.ID)
			}
		}
	})
}

// Where the bounds leave doubt who would lead, nobody is said to.
func TestAChangeInDoubtIsNotTold(t *testing.T) {
	d := paintRegions(t, wide)
	r := rank(t, d, nil, Options{Nodes: 1})
	q, err := Standard().inquire(d, nil, Options{Nodes: 1})
	if err != nil {
		t.Fatal(err)
	}
	doubts := 0
	for _, try := range q.tries(r) {
		first := try.list[0]
		for _, c := range try.list[1:] {
			if first.Weight-first.Bound > c.Weight+c.Bound || first.Weight+first.Bound < c.Weight-c.Bound {
				continue
			}
			doubts++
			if try.change.Leads {
				t.Fatalf("%s: but %s weighs %v +- %v against %v +- %v", try.change.Words, c.Point.ID, c.Weight, c.Bound, first.Weight, first.Bound)
			}
		}
	}
	if doubts == 0 {
		t.Fatal("nothing is in doubt: choose a wider drawing")
	}
}

// wide is a drawing that needs more than a node.
const wide = "thigh-back both, calf-inner both, calf-outer both, gluteal-upper both, lumbar-paraspinal both"

func TestExplanationsAreTheSameEveryTimeAndMirror(t *testing.T) {
	skin := body.Skin()
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		a, b := reasons(t, d, f, Options{}), reasons(t, d, f, Options{})
		if diff := cmp.Diff(a, b, samePoint); diff != "" {
			t.Fatal(diff)
		}
		md := body.Drawing{}
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
		type at struct {
			point  atlas.PointID
			side   body.Side
			region body.RegionID
			on     body.Side
			mark   int
		}
		shares := func(x Explanation, turn bool) map[at]float64 {
			side := func(s body.Side) body.Side {
				if turn {
					return s.Other()
				}
				return s
			}
			out := map[at]float64{}
			for i, why := range x.Reasons {
				c := x.Ranking.Candidates[i]
				for k, s := range why.Shares {
					p := x.Places[k]
					out[at{c.Point.ID, side(c.Side), p.Region, side(p.Side), p.Mark}] = s.Share
				}
			}
			return out
		}
		if len(a.Reasons) == listMax {
			return // which of two equal ones is cut off may differ
		}
		there, back := shares(a, false), shares(reasons(t, md, mf, Options{}), true)
		if len(there) != len(back) {
			t.Fatalf("%d shares, mirrored %d", len(there), len(back))
		}
		for k, s := range there {
			if o, ok := back[k]; !ok || math.Abs(s-o) > 1e-9 {
				t.Fatalf("%+v: %v, mirrored %v", k, s, o)
			}
		}
	})
}

func TestWordsAreNeverMoreCertainThanNumbers(t *testing.T) {
	place := func(s scale, word string) int {
		for i := range s {
			if s[i].word == word {
				return i
			}
		}
		return -1
	}
	for name, s := range map[string]scale{"share": shareScale, "factor": factorScale, "bound": boundScale, "prior": priorScale} {
		for i := range s {
			if i > 0 && s[i].from <= s[i-1].from {
				t.Errorf("%s: %v stands below %v", name, s[i], s[i-1])
			}
			if s.of(s[i].from) != s[i].word || i > 0 && s.of(s[i].from-1e-9) != s[i-1].word {
				t.Errorf("%s: the range of %q does not begin at %v", name, s[i].word, s[i].from)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		weight, bound := rapid.Float64Range(0, 1).Draw(t, "weight"), rapid.Float64Range(0, 0.5).Draw(t, "bound")
		now, before := belief{weight, bound}, belief{rapid.Float64Range(0.01, 0.99).Draw(t, "before"), bound}
		f := now.odds().over(before.odds())
		if f.low > f.mid || f.mid > f.high {
			t.Fatalf("%+v", f)
		}
		said := place(factorScale, strengthOf(f.sure()))
		// Anywhere within the bounds the factor is at least as strong as the word.
		a := rapid.Float64Range(max(weight-bound, 0), min(weight+bound, 1)).Draw(t, "really")
		b := rapid.Float64Range(max(before.weight-bound, 0), min(before.weight+bound, 1)).Draw(t, "really before")
		if b == 0 || b == 1 || a == 1 || a == 0 {
			return
		}
		really := a / (1 - a) / (b / (1 - b))
		if said > place(factorScale, strengthOf(really)) && said > 0 {
			t.Fatalf("%q for a factor of %v", strengthOf(f.sure()), really)
		}
		if said > 0 && direction(f.sure()) != direction(really) {
			t.Fatalf("%s, but %v", direction(f.sure()), really)
		}
		if n := atLeast(really); float64(n) > really {
			t.Fatalf("at least %d for %v", n, really)
		}
	})
}

func TestAWideBoundMakesWordsWeaker(t *testing.T) {
	d := paintRegions(t, wide)
	x := reasons(t, d, nil, Options{Nodes: 1})
	if x.Ranking.Bound < 0.05 {
		t.Fatalf("the bound is only %v: choose a wider drawing", x.Ranking.Bound)
	}
	rough := 0
	for i, why := range x.Reasons {
		if strings.Contains(strings.Join(why.Sure, " "), say("bound.rough")) {
			rough++
		}
		for k, s := range why.Shares {
			if s.Low > s.Share || s.Word != say("share."+shareScale.of(s.Low)) {
				t.Errorf("%s, %s: %+v", x.Ranking.Candidates[i].Point.ID, x.Places[k].Words, s)
			}
		}
	}
	if rough == 0 {
		t.Error("no candidate says that its weight is rough")
	}
}

// Whatever the weights really are within their bounds, no share is below its least.
func TestNoShareIsBelowItsLeast(t *testing.T) {
	m := Standard()
	rapid.Check(t, func(t *rapid.T) {
		q := asked(t, someDrawing(t))
		said, really := make([]belief, len(m.causes)), make([]belief, len(m.causes))
		draw := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for j := range said {
			said[j] = belief{draw.Float64(), 0.3 * draw.Float64()}
			really[j].weight = min(max(said[j].weight+(2*draw.Float64()-1)*said[j].bound, 0), 1)
		}
		is := q.credits(really)
		for k, c := range q.credits(said) {
			if o := is[k].other.mid; o < c.other.low-1e-12 || o > c.other.high+1e-12 {
				t.Fatalf("something else has a share of %v, and %v was claimed", o, c.other)
			}
			for j, low := range c.low {
				if is[k].causes[j] < low-1e-12 {
					t.Fatalf("cause %d has a share of %v, and at least %v was claimed", j, is[k].causes[j], low)
				}
			}
		}
	})
}

// An answer that stopped early claims no more than the full one knows.
func TestAnExplanationCutShortClaimsNoMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, f := someDrawing(t), someFindings(t)
		full := reasons(t, d, f, Options{})
		if full.Ranking.Bound > 1e-6 {
			return
		}
		short := reasons(t, d, f, Options{Nodes: rapid.IntRange(1, 40).Draw(t, "nodes")})
		for i, why := range short.Reasons {
			c := &short.Ranking.Candidates[i]
			at := slices.IndexFunc(full.Ranking.Candidates, func(o Candidate) bool { return same(&o, c) })
			if at < 0 {
				continue
			}
			exact := full.Reasons[at]
			for k, s := range why.Shares {
				e := exact.Shares[k]
				if s.Low > e.Share+1e-6 || e.Only-e.OnlyLow < 1e-6 && s.OnlyLow > e.Only+1e-6 {
					t.Fatalf("%s at %s: %+v was claimed, %+v is so", c.Point.ID, short.Places[k].Words, s, e)
				}
			}
			if l := why.Lift; l > 1 && l > exact.Lift+1e-6 || l < 1 && l < exact.Lift-1e-6 {
				t.Fatalf("%s: a lift of %v was claimed, %v is so", c.Point.ID, l, exact.Lift)
			}
			for _, m := range why.Findings {
				is := 1.0
				for _, o := range exact.Findings {
					if o.Finding == m.Finding {
						is = o.Factor
					}
				}
				if m.Sure > max(is, 1.01)+1e-6 || m.Sure < min(is, 1/1.01)-1e-6 {
					t.Fatalf("%s: %s: a factor of %v was claimed, %v is so", c.Point.ID, m.Words, m.Sure, is)
				}
			}
		}
	})
}

func TestWhyNotAnswersForEveryPoint(t *testing.T) {
	m := Standard()
	d := paintRegions(t, "neck-side-back right, interscapular-upper right")
	f := []Finding{{Muscle: "levator-scapulae", Side: body.Right, Familiar: No}}
	r := rank(t, d, f, Options{})
	for _, p := range m.atlas.Points() {
		for _, side := range []body.Side{body.Right, body.Left} {
			w, err := m.WhyNotPoint(d, f, p.ID, side, Options{})
			if err != nil {
				t.Fatal(err)
			}
			c, listed := find(r, p.ID, side)
			if listed != (w.Place > 0) || listed && (w.Band != c.Band || w.Weight != c.Weight || !same(&r.Candidates[w.Place-1], &c)) {
				t.Fatalf("%s %s: %+v, on the list %v", p.ID, side, w, listed)
			}
			if !listed && !strings.Contains(w.Words, "Not on the list") {
				t.Errorf("%s %s: %s", p.ID, side, w.Words)
			}
			if len(w.Painted) == 0 && c.Weight > 0.02 {
				t.Errorf("%s %s weighs %v and nothing is painted where it is felt", p.ID, side, c.Weight)
			}
		}
	}
}

func TestWhyNotSaysWhatExplainsItBetter(t *testing.T) {
	d := paintRegions(t, "neck-side-back right, interscapular-upper right")
	m := Standard()
	pressed := []Finding{{Muscle: "levator-scapulae", Side: body.Right, Familiar: Yes}}
	before, err := m.WhyNot(d, nil, "splenius-cervicis", body.Right, Options{})
	if err != nil {
		t.Fatal(err)
	}
	after, err := m.WhyNot(d, pressed, "splenius-cervicis", body.Right, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if after.Weight >= before.Weight || after.Alone <= after.Weight || len(after.Rivals) == 0 || after.Rivals[0].Point.Muscle.ID != "levator-scapulae" {
		t.Errorf("weight %v, was %v, alone %v, rivals %+v", after.Weight, before.Weight, after.Alone, after.Rivals)
	}
	if !strings.Contains(after.Words, "The same paint is explained better by levator scapulae (right).") {
		t.Error(after.Words)
	}
	for _, r := range after.Rivals {
		if r.Factor < rivalLeast {
			t.Errorf("rival %+v", r)
		}
	}
	if _, err := m.WhyNot(d, nil, "appendix", body.Right, Options{}); err == nil {
		t.Error("a muscle that is not there was toldDrawings")
	}
	if w, err := m.WhyNot(body.Drawing{}, nil, "soleus", body.Left, Options{}); err != nil || !strings.Contains(w.Words, "Nothing was painted") {
		t.Errorf("an empty drawing: %q, %v", w.Words, err)
	}
}

// toldDrawings are the drawings of testdata/explanations.txt.
var toldDrawings = []struct {
	name, paint string
	findings    []Finding
	whyNot      string
}{
	{"stiff neck", "neck-side-back right, interscapular-upper right", nil, "splenius-cervicis right"},
	{"stiff neck, the levator pressed", "neck-side-back right, interscapular-upper right", []Finding{{Muscle: "levator-scapulae", Side: body.Right, Familiar: Yes}}, "splenius-cervicis right"},
	{"stiff neck, the levator pressed in vain", "neck-side-back right, interscapular-upper right", []Finding{{Muscle: "levator-scapulae", Side: body.Right, Familiar: No, Tender: Yes}}, "levator-scapulae right"},
	{"headache on both sides", "temple both, suboccipital both", nil, "temporalis left"},
	{"elbow", "elbow-outside left", []Finding{{Point: "supinator-1", Side: body.Left, Limited: Yes, Resisted: No}}, "supinator left"},
	{"one place far from the muscle", "elbow-outside left", nil, "soleus left"},
	{"shoulder and arm", "front-deltoid right, biceps right, forearm-front-upper right", nil, "infraspinatus right"},
	{"both legs", "thigh-back both, calf-inner both, calf-outer both", nil, "soleus right"},
	{"nothing painted, one finding", "", []Finding{{Muscle: "levator-scapulae", Side: body.Left, Familiar: Yes}}, "levator-scapulae left"},
	{"nothing at all", "", nil, "levator-scapulae left"},
}

// The sentences as they are read. -update writes them; read the difference.
func TestExplanationsReadAsTheyDid(t *testing.T) {
	var b strings.Builder
	for _, tt := range toldDrawings {
		var d body.Drawing
		if tt.paint != "" {
			d = paintRegions(t, tt.paint)
		}
		x := reasons(t, d, tt.findings, Options{})
		fmt.Fprintf(&b, "# %s: %s\n", tt.name, tt.paint)
		for i, why := range x.Reasons[:min(3, len(x.Reasons))] {
			c := &x.Ranking.Candidates[i]
			fmt.Fprintf(&b, "%d. %s, %s\n", i+1, pointName(c.Point, c.Side), c.Band)
			for _, s := range slices.Concat([]string{c.Why}, why.Accounts, why.Words, why.Sure) {
				fmt.Fprintf(&b, "   %s\n", s)
			}
		}
		for _, c := range x.Changes {
			fmt.Fprintf(&b, "what would change this: %s\n", c.Words)
		}
		muscle, side, _ := strings.Cut(tt.whyNot, " ")
		on, err := body.ParseSide(side)
		if err != nil {
			t.Fatal(err)
		}
		w, err := Standard().WhyNot(d, tt.findings, atlas.MuscleID(muscle), on, Options{})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "why not %s: %s\n\n", tt.whyNot, w.Words)
	}
	b.WriteString(reasons(t, body.Drawing{}, nil, Options{}).Sure + "\n")
	const golden = "testdata/explanations.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("%s reads otherwise; look, and -update if it is right:\n%s", golden, diff)
	}
	if left := regexp.MustCompile(`\{\w*\}|\b[a-z]+\.[a-z-]+(\.[a-z-]+)*\b`).FindAllString(b.String(), -1); len(left) > 0 {
		t.Errorf("keys or placeholders are left: %v", left)
	}
}

// Every text of words.txt is there because something says it: its key, or the text that
// its key begins with, stands in the program.
func TestEverySentenceIsUsed(t *testing.T) {
	var source strings.Builder
	for _, file := range []string{"words.go", "sentences.go", "sure.go", "change.go", "why.go", "whynot.go", "explain.go", "other.go", "rank.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(text)
	}
	said := source.String()
	for key := range catalogue() {
		used := strings.HasPrefix(key, "list.")
		for whole := key; !used; {
			used = strings.Contains(said, `"`+whole+`"`) || strings.Contains(said, `"`+whole+`."`)
			dot := strings.LastIndex(whole, ".")
			if dot < 0 {
				break
			}
			whole = whole[:dot]
		}
		if !used {
			t.Errorf("words.txt: nothing says %s", key)
		}
	}
	for _, s := range shareScale {
		for _, group := range []string{"share.", "account.", "only."} {
			if _, ok := catalogue()[group+s.word]; !ok && s.word != shareScale[0].word {
				t.Errorf("words.txt has no %s", group+s.word)
			}
		}
	}
	for _, s := range factorScale {
		for _, key := range []string{"clear." + s.word, "partly." + s.word, "moved.for." + s.word, "moved.against." + s.word} {
			if _, ok := catalogue()[key]; !ok && !(s.word == factorScale[0].word && strings.HasPrefix(key, "moved")) {
				t.Errorf("words.txt has no %s", key)
			}
		}
	}
	for prefix, s := range map[string]scale{"bound.": boundScale, "prior.": priorScale} {
		for _, step := range s {
			if _, ok := catalogue()[prefix+step.word]; !ok {
				t.Errorf("words.txt has no %s", prefix+step.word)
			}
		}
	}
}
