package reason

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// brute adds up all 2^causes sets. It is the oracle for small nets.
func (n *net) brute() []float64 {
	on, total := make([]float64, len(n.odds)), 0.0
	for set := range 1 << len(n.odds) {
		w := 1.0
		still := slices.Clone(n.quiet)
		for j, es := range n.edges {
			if set>>j&1 == 1 {
				w *= n.odds[j]
				for _, e := range es {
					still[e.site] *= e.miss
				}
			}
		}
		for _, q := range still {
			w *= 1 - q
		}
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
	n := &net{quiet: rapid.SliceOfN(rapid.Float64Range(0, 0.999), 1, sites).Draw(t, "quiet")}
	for range rapid.IntRange(1, causes).Draw(t, "causes") {
		n.odds = append(n.odds, math.Exp(rapid.Float64Range(-9, 4).Draw(t, "log odds")))
		var es []edge
		for s := range n.quiet {
			if rapid.IntRange(0, 2).Draw(t, "edge") == 0 {
				es = append(es, edge{int32(s), rapid.Float64Range(0.02, 1).Draw(t, "miss")})
			}
		}
		n.edges = append(n.edges, es)
	}
	return n
}

func TestEveryWeightLiesWithinItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := someNet(t, 9, 7)
		want := n.brute()
		budget := rapid.IntRange(1, 60).Draw(t, "budget")
		solved, _ := n.solve(budget)
		searched, _ := n.enumerate(budget)
		exact, _ := n.eliminate(math.MaxInt)
		for j := range want {
			for name, b := range map[string]belief{"solve": solved[j], "enumerate": searched[j], "eliminate": exact[j]} {
				if !(math.Abs(b.weight-want[j]) <= b.bound) || !(b.weight >= 0 && b.weight <= 1) {
					t.Fatalf("%s with %d nodes: cause %d has weight %v +- %v, exactly %v", name, budget, j, b.weight, b.bound, want[j])
				}
			}
			if exact[j].bound > 1e-6 {
				t.Fatalf("eliminate: cause %d has bound %v", j, exact[j].bound)
			}
		}
	})
}

func TestTheSearchReachesItsToleranceWhenItMay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := someNet(t, 9, 7)
		found, _ := n.enumerate(1 << 12)
		for j, b := range found {
			if b.bound > 2*tolerance {
				t.Fatalf("cause %d has bound %v", j, b.bound)
			}
		}
	})
}

func TestTheSameNetAndBudgetGiveTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, budget := someNet(t, 12, 8), rapid.IntRange(1, 200).Draw(t, "budget")
		a, nodesA := n.solve(budget)
		b, nodesB := n.solve(budget)
		if !slices.Equal(a, b) || nodesA != nodesB {
			t.Fatalf("solve(%d) gave %v and %v", budget, a, b)
		}
	})
}

// bodyLike makes a net with the size and density of a whole body's drawing: each
// cause covers a few neighbouring sites on a ring of skin.
func bodyLike(rng *rand.Rand, causes, sites int) *net {
	n := &net{}
	for range sites {
		n.quiet = append(n.quiet, 1-math.Pow(0.05, 0.3+0.7*rng.Float64()))
	}
	for range causes {
		n.odds = append(n.odds, 0.015*math.Exp(-2.5*rng.Float64()))
		from, size := rng.Intn(sites), 1+rng.Intn(5)
		var es []edge
		for s := range sites {
			if (s-from+sites)%sites < size {
				es = append(es, edge{int32(s), 1 - (0.05 + 0.6*rng.Float64())})
			}
		}
		n.edges = append(n.edges, es)
	}
	return n
}

func TestExactAndSearchAgreeOnBodySizedNets(t *testing.T) {
	rng := rand.New(rand.NewSource(3))
	for range 20 {
		n := bodyLike(rng, 20+rng.Intn(60), 3+rng.Intn(8))
		exact, _ := n.eliminate(math.MaxInt)
		found, nodes := n.enumerate(3000)
		for j := range exact {
			if math.Abs(exact[j].weight-found[j].weight) > found[j].bound+exact[j].bound {
				t.Fatalf("cause %d: exactly %v, searched %v with %d nodes", j, exact[j].weight, found[j], nodes)
			}
		}
	}
}
