package trial

import (
	"math"
	"math/bits"
	"testing"
)

// TestNoOrderIsBelowReach tries all orders of a few points.
func TestNoOrderIsBelowReach(t *testing.T) {
	tr := standard()
	m := tr.pressing()
	const top = 6
	tight := 0
	for _, c := range tr.Clients(Worlds()[0], 12, 5) {
		list := tr.order(tr.rank(c, nil))
		if len(list) < top {
			continue
		}
		h := m.Case()
		h.Draw(c.Drawing)
		found := make([]float64, 1<<top) // F of each set
		for set := 1; set < len(found); set++ {
			last := bits.Len(uint(set)) - 1
			var silent []int
			for i := range last {
				if set>>i&1 != 0 {
					silent = append(silent, list[i])
				}
			}
			found[set] = grown(found[set&^(1<<last)], tr.answers(h, silent, list[last]))
		}
		all := found[len(found)-1]
		best := make([]float64, len(found)) // checks expected until so many are pressed
		for set := 1; set < len(found); set++ {
			best[set] = math.Inf(1)
			for i := range top {
				if before := set &^ (1 << i); before != set {
					best[set] = min(best[set], best[before]+1-found[before]/all)
				}
			}
		}
		r, least := tr.reach(m, c, top), best[len(best)-1]
		const near = 0.01 // weights are right within 0.001
		if r.Least > least+near || least > r.Greedy+near || least > r.List+near || r.Least < 1 {
			t.Errorf("of all orders of %d points the best takes %.4f checks; said to be: no fewer than %.4f, greedily %.4f, down the list %.4f", top, least, r.Least, r.Greedy, r.List)
		}
		if r.Greedy > least+near {
			t.Errorf("the likeliest after each answer takes %.4f checks, and another order %.4f", r.Greedy, least)
		}
		if r.Least > 0.9*least {
			tight++
		}
	}
	if tight < 8 {
		t.Errorf("the limit is near the best order for %d clients only", tight)
	}
}
