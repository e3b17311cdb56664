package trial

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"knead/atlas"
	"knead/body"
)

func TestTheSameSeedGivesTheSameClients(t *testing.T) {
	tr := standard()
	for _, w := range Worlds() {
		a, b := tr.Clients(w, 3, 7), tr.Clients(w, 3, 7)
		if diff := cmp.Diff(a, b, cmp.AllowUnexported(Client{}), cmp.Comparer(samePattern)); diff != "" {
			t.Errorf("%s: %s", w.Name, diff)
		}
		other := tr.Clients(w, 3, 8)
		if cmp.Equal(a[0].Drawing, other[0].Drawing) {
			t.Errorf("%s: another seed gives the same drawing", w.Name)
		}
	}
}

func samePattern(a, b *atlas.Pattern) bool { return a == b }

func TestWhatHurtsLiesWhereTheActivePointsAreFelt(t *testing.T) {
	tr := standard()
	for _, c := range tr.Clients(World{}, 50, 3) {
		if len(c.Active) == 0 {
			continue // only stray pain is left
		}
		for i, j := range c.Active { // the marks stand in the order of the causes
			for _, f := range tr.felt[j] {
				c.Drawing.Marks[i].Erase(tr.patches[f.patch])
			}
			if left := len(c.Drawing.Marks[i].Levels); left > 0 {
				t.Errorf("%s makes %d cells hurt that it does not reach", tr.Causes[j].Point.ID, left)
			}
		}
	}
}

func TestSomeFourPointsAreActiveInAClient(t *testing.T) {
	tr := standard()
	rng := rand.New(rand.NewPCG(1, 1))
	for _, w := range []World{{}, {Tilt: -1}, {Tilt: -2}} {
		sum := 0
		for range 500 {
			sum += len(tr.active(w, rng))
		}
		if mean := float64(sum) / 500; mean < 3.7 || mean > 4.3 {
			t.Errorf("priors to the power of %v: %v points are active, want about 4", 1+w.Tilt, mean)
		}
	}
}

func TestAZoneIsMovedAsFarAsItShould(t *testing.T) {
	tr := standard()
	rng := rand.New(rand.NewPCG(1, 1))
	middle := func(s body.Set) (m body.Vec) {
		for c := range s.All {
			for i, x := range tr.skin.Centre(c) {
				m[i] += x / float64(s.Len())
			}
		}
		return m
	}
	for _, by := range []float64{2, 4} {
		sum := 0.0
		const tries = 60
		for range tries {
			disc := tr.disc(tr.somewhere(rng), 3)
			sum += distance(middle(disc), middle(tr.moved(disc, by, rng))) / tries
		}
		if sum < 0.7*by || sum > 1.1*by {
			t.Errorf("moved by %v cm, a disc lies %.2f cm off on average", by, sum)
		}
	}
}

func TestATherapistIsAsOftenRightAsTheNumbersSay(t *testing.T) {
	tr := standard()
	n := tr.Numbers.Familiar
	var yes, no Share
	for _, c := range tr.Clients(World{}, 400, 5) {
		for j := 0; j < len(tr.Causes); j += 29 {
			if !slices.Contains(c.Active, j) {
				no.count(tr.press(c, j))
			}
		}
		for _, j := range c.Active {
			yes.count(tr.press(c, j))
			if tr.press(c, j) != tr.press(c, j) {
				t.Fatal("pressed again, a point says something else")
			}
		}
	}
	if math.Abs(yes.Part()-n.Sensitivity) > 0.06 || math.Abs(1-no.Part()-n.Specificity) > 0.02 {
		t.Errorf("%v of the active points and %v of the others bring on the pain; want %+v", yes, no, n)
	}
}

func TestClumsyClientsLoseAndSwapMarks(t *testing.T) {
	tr := standard()
	var gone, swapped Share
	for i := range 300 {
		rng := rand.New(rand.NewPCG(9, uint64(i)))
		disc := tr.disc(tr.skin.At(body.Coord{Part: body.Thigh, V: [3]float64{0.5, 90, 0}}, body.Right), 4)
		c := Client{Drawing: body.Drawing{Marks: []body.Mark{mark(disc, "", rng)}}}
		tr.paintClumsily(&c, rng)
		gone.count(len(c.Drawing.Marks) == 0)
		for cell := range c.Drawing.Cells().All {
			swapped.count(tr.skin.Side(cell) == body.Left)
			break
		}
	}
	if math.Abs(gone.Part()-lost) > 0.06 || math.Abs(swapped.Part()-wrongSide) > 0.05 {
		t.Errorf("%v of the marks are missing and %v on the wrong side", gone, swapped)
	}
}

func TestTauIsOneForTheSameOrderAndMinusOneForTheOther(t *testing.T) {
	order := []muscle{{"a", 0}, {"b", 0}, {"b", 1}, {"c", 0}}
	turned := slices.Clone(order)
	slices.Reverse(turned)
	swapped := []muscle{order[1], order[0], order[2], order[3]}
	for _, x := range []struct {
		a, b []muscle
		want float64
	}{{order, order, 1}, {order, turned, -1}, {order, swapped, 4.0 / 6}, {order[:2], order[2:], -1}, {nil, nil, 1}} {
		if got := tau(x.a, x.b); math.Abs(got-x.want) > 1e-12 {
			t.Errorf("tau(%v, %v) = %v, want %v", x.a, x.b, got, x.want)
		}
	}
}

func TestEveryNumberIsVaried(t *testing.T) {
	tr := standard()
	halved := tr.Halved()
	for i := 0; i < len(halved); i += 2 {
		low, high := halved[i], halved[i+1]
		if low.Name != high.Name || low.Numbers == tr.Numbers || low.Numbers == high.Numbers {
			t.Errorf("%s and %s are not a number halved and raised", low.Name, high.Name)
		}
	}
	if len(halved) < 40 {
		t.Errorf("%d variants", len(halved))
	}
}

func TestMargins(t *testing.T) {
	for _, x := range []struct {
		s    Share
		want float64
	}{{Share{50, 100}, 0.096}, {Share{0, 20}, 0.0805}, {Share{0, 0}, 0.397}} {
		if got := x.s.Margin(); math.Abs(got-x.want) > 0.002 {
			t.Errorf("%v: margin %.4f, want %.4f", x.s, got, x.want)
		}
	}
}
