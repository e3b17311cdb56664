package reason

import (
	"iter"
	"math"
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sets gives all 2^causes sets, bit by cause, each with what it weighs. It is what the
// oracles for small nets add up.
func (n *net) sets() iter.Seq2[int, float64] {
	return func(yield func(int, float64) bool) {
		done := make([]float64, len(n.leak))
		for set := range 1 << len(n.odds) {
			w := 1.0
			copy(done, n.leak)
			for j := range n.odds {
				if set>>j&1 == 1 {
					w *= n.odds[j]
					for _, e := range n.of(j) {
						done[e.site] += (1 - done[e.site]) * e.hit
					}
				}
			}
			for _, d := range done {
				w *= d
			}
			if !yield(set, w) {
				return
			}
		}
	}
}

// brute adds up what each cause is on in.
func (n *net) brute() []float64 {
	on, total := make([]float64, len(n.odds)), 0.0
	for set, w := range n.sets() {
		total += w
		for j := range on {
			if set>>j&1 == 1 {
				on[j] += w
			}
		}
	}
	for j := range on {
		on[j] /= total
	}
	return on
}

// someNet draws a small net, from easy to nasty.
func someNet(t *rapid.T, causes, sites int) *net {
	n := new(net)
	n.reset()
	n.leak = rapid.SliceOfN(rapid.Float64Range(0.001, 1), 1, sites).Draw(t, "leak")
	var mask uint64
	for range rapid.IntRange(1, causes).Draw(t, "causes") {
		if rapid.IntRange(0, 2).Draw(t, "other sites than the cause before") > 0 {
			mask = rapid.Uint64().Draw(t, "sites")
		}
		for s := range n.leak {
			if mask>>s&1 == 1 {
				n.edges = append(n.edges, edge{int32(s), rapid.Float64Range(0, 1).Draw(t, "hit")})
			}
		}
		n.add(math.Exp(rapid.Float64Range(-9, 4).Draw(t, "log odds")))
	}
	return n
}

// answer is what a method makes of a net.
func (n *net) solved(budget int) ([]belief, int) {
	out := make([]belief, len(n.odds))
	nodes, _ := new(solver).solve(n, budget, out)
	return out, nodes
}

func (n *net) searched(budget int) ([]belief, int) {
	out := make([]belief, len(n.odds))
	nodes, _ := new(search).run(n, budget, out, nil)
	return out, nodes
}

func (n *net) eliminated(t fataler) []belief {
	out := make([]belief, len(n.odds))
	var e elimination
	if _, ok := e.plan(n); !ok {
		t.Fatalf("no plan for %d sites", len(n.leak))
	}
	e.run(n, out, nil)
	return out
}

func TestEveryWeightLiesWithinItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := someNet(t, 9, 7)
		want := n.brute()
		budget := rapid.IntRange(1, 60).Draw(t, "budget")
		solved, _ := n.solved(budget)
		searched, _ := n.searched(budget)
		exact := n.eliminated(t)
		for j := range want {
			for name, b := range map[string]belief{"solve": solved[j], "search": searched[j], "elimination": exact[j]} {
				if !(math.Abs(b.weight-want[j]) <= b.bound) || !(b.weight >= 0 && b.weight <= 1) {
					t.Fatalf("%s with %d nodes: cause %d has weight %v +- %v, exactly %v", name, budget, j, b.weight, b.bound, want[j])
				}
			}
			if exact[j].bound > 1e-6 {
				t.Fatalf("elimination: cause %d has bound %v", j, exact[j].bound)
			}
		}
	})
}

func TestTheSearchReachesItsToleranceWhenItMay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found, _ := someNet(t, 9, 7).searched(1 << 12)
		for j, b := range found {
			if b.bound > 2*tolerance {
				t.Fatalf("cause %d has bound %v", j, b.bound)
			}
		}
	})
}

// TestNothingIsLeftOfTheNetBefore solves nets one after the other with one solver: each
// gets the bits that it gets alone, whatever came before.
func TestNothingIsLeftOfTheNetBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s solver
		for range rapid.IntRange(1, 4).Draw(t, "nets") {
			n, budget := someNet(t, 12, 8), rapid.IntRange(1, 200).Draw(t, "budget")
			got := make([]belief, len(n.odds))
			gotNodes, _ := s.solve(n, budget, got)
			if want, nodes := n.solved(budget); !slices.Equal(got, want) || gotNodes != nodes {
				t.Fatalf("solve with %d nodes gave %v, alone %v", budget, got, want)
			}
		}
	})
}

func TestCancelledWorkStops(t *testing.T) {
	cancel := make(chan struct{})
	close(cancel)
	n := bodyLike(rand.New(rand.NewSource(1)), 60, 8)
	out := make([]belief, len(n.odds))
	for name, budget := range map[string]int{"elimination": 1 << 30, "search": 8} {
		s := solver{cancel: cancel}
		if nodes, cancelled := s.solve(n, budget, out); !cancelled {
			t.Errorf("%s was not cancelled, and spent %d nodes", name, nodes)
		}
	}
}

// bodyLike makes a net with the size and density of a whole body's drawing: each
// cause covers a few neighbouring sites on a ring of skin.
func bodyLike(rng *rand.Rand, causes, sites int) *net {
	n := new(net)
	n.reset()
	for range sites {
		n.leak = append(n.leak, math.Pow(0.05, 0.3+0.7*rng.Float64()))
	}
	for range causes {
		from, size := rng.Intn(sites), 1+rng.Intn(5)
		for s := range sites {
			if (s-from+sites)%sites < size {
				n.edges = append(n.edges, edge{int32(s), 0.05 + 0.6*rng.Float64()})
			}
		}
		n.add(0.015 * math.Exp(-2.5*rng.Float64()))
	}
	return n
}

func TestExactAndSearchAgreeOnBodySizedNets(t *testing.T) {
	rng := rand.New(rand.NewSource(3))
	for range 20 {
		n := bodyLike(rng, 20+rng.Intn(60), 3+rng.Intn(8))
		exact := n.eliminated(t)
		found, nodes := n.searched(3000)
		for j := range exact {
			if math.Abs(exact[j].weight-found[j].weight) > found[j].bound+exact[j].bound {
				t.Fatalf("cause %d: exactly %v, searched %v with %d nodes", j, exact[j].weight, found[j], nodes)
			}
		}
	}
}

// TestTenThousandAnswersLieWithinTheirBounds solves random nets with a random budget
// against adding up all sets of causes, and the nets of random drawings by search against
// elimination: 10,000 in all, and not one may leave its bound.
func TestTenThousandAnswersLieWithinTheirBounds(t *testing.T) {
	rng := rand.New(rand.NewSource(6))
	hold := func(n *net, want []float64, slack float64, budget int) {
		for name, solve := range map[string]func(int) ([]belief, int){"solve": n.solved, "search": n.searched} {
			found, _ := solve(budget)
			for j, b := range found {
				if !(math.Abs(b.weight-want[j]) <= b.bound+slack) {
					t.Fatalf("%s with %d nodes: cause %d of %d has weight %v +- %v, exactly %v", name, budget, j, len(want), b.weight, b.bound, want[j])
				}
			}
		}
	}
	const fromNets, fromDrawings = 9000, 1000
	for range fromNets {
		n := bodyLike(rng, 1+rng.Intn(9), 1+rng.Intn(6))
		hold(n, n.brute(), 0, 1+rng.Intn(60))
	}
	m := Standard()
	for _, d := range clientDrawings(m, fromDrawings, 6) {
		c := m.Case()
		c.Draw(d)
		if _, _, err := c.Weigh(Options{}); err != nil {
			t.Fatal(err)
		}
		n := &c.solved[rng.Intn(len(c.solved))].net
		want := make([]float64, len(n.odds))
		for j, b := range n.eliminated(t) {
			want[j] = b.weight
		}
		hold(n, want, rounding, 1+rng.Intn(60))
	}
}

func TestATotalKeepsWhatOutlivesALargePart(t *testing.T) {
	var sum total
	for _, x := range []float64{1e17, 1, 3e-9, -1e17, -1} {
		sum.add(x)
	}
	if got := sum.value(); math.Abs(got-3e-9) > 1e-15 {
		t.Errorf("3e-9 is left, the total says %v", got)
	}
}
