package reason

import "math"

// flopsPerNode makes the work of the exact method and of the search comparable:
// evaluating one node of the search costs about as much as so many entries of an
// elimination table (measured).
const flopsPerNode = 1024

// eliminate is the exact method. It takes the causes one by one and keeps a table
// over the sites that some cause seen and some cause to come both touch: the chance
// of each pattern of explained and unexplained sites. All terms are positive, so
// nothing cancels. A backward pass gives every weight.
//
// The table doubles with every open site; eliminate gives nil beliefs when it would
// cost more than the budget.
func (n *net) eliminate(budget int) (beliefs []belief, nodes int) {
	order, cost := n.order()
	nodes = 1 + cost/flopsPerNode
	if nodes > budget {
		return nil, 0
	}
	left := make([]int, len(n.quiet)) // causes to come, by site
	for _, es := range n.edges {
		for _, e := range es {
			left[e.site]++
		}
	}
	type step struct {
		before []float64 // the table that the cause meets
		opened []int32   // sites opened for it
		bits   []int     // the table bit of each of its sites
		closed []int     // bits removed after it, one after the other
	}
	steps := make([]step, len(order))
	bit := make([]int, len(n.quiet))
	for s := range bit {
		bit[s] = -1
	}
	var open []int32 // site by bit
	table := []float64{1}
	for t, j := range order {
		st := &steps[t]
		for _, e := range n.edges[j] {
			if bit[e.site] < 0 {
				bit[e.site] = len(open)
				open = append(open, e.site)
				st.opened = append(st.opened, e.site)
				table = withBit(table, n.quiet[e.site])
			}
		}
		st.before = table
		p := n.odds[j] / (1 + n.odds[j])
		on := append([]float64(nil), table...)
		for _, e := range n.edges[j] {
			st.bits = append(st.bits, bit[e.site])
			explain(on, bit[e.site], e.miss)
		}
		for x := range on {
			on[x] = (1-p)*table[x] + p*on[x]
		}
		table = on
		for _, e := range n.edges[j] {
			if left[e.site]--; left[e.site] == 0 {
				b := bit[e.site]
				table = explained(table, b)
				st.closed = append(st.closed, b)
				open = append(open[:b], open[b+1:]...)
				for i, s := range open {
					bit[s] = i
				}
			}
		}
	}
	total := table[0]

	beliefs = make([]belief, len(n.odds))
	back := []float64{1} // the chance that the rest explains what a pattern leaves
	for t := len(order) - 1; t >= 0; t-- {
		st, j := &steps[t], order[t]
		for k := len(st.closed) - 1; k >= 0; k-- {
			back = insertBit(back, st.closed[k])
		}
		on := append([]float64(nil), back...)
		for k := len(st.bits) - 1; k >= 0; k-- {
			explainBack(on, st.bits[k], n.edges[j][k].miss)
		}
		p := n.odds[j] / (1 + n.odds[j])
		sum := 0.0
		for x := range on {
			sum += st.before[x] * on[x]
		}
		beliefs[j] = belief{min(p*sum/total, 1), rounding}
		for x := range on {
			on[x] = (1-p)*back[x] + p*on[x]
		}
		back = on
		for k := len(st.opened) - 1; k >= 0; k-- {
			back = withoutBit(back, n.quiet[st.opened[k]])
		}
	}
	return beliefs, nodes
}

// order puts the causes in a row so that few sites are open at once: next comes the
// cause that opens the fewest, then the one that closes the most, then the first.
// It also counts the table entries that the row will touch.
func (n *net) order() (order []int, cost int) {
	left := make([]int, len(n.quiet))
	for _, es := range n.edges {
		for _, e := range es {
			left[e.site]++
		}
	}
	open := make([]bool, len(n.quiet))
	done := make([]bool, len(n.odds))
	width := 0
	for range n.odds {
		best, bestScore := -1, math.MaxInt
		for j, es := range n.edges {
			if done[j] {
				continue
			}
			score := 0
			for _, e := range es {
				if !open[e.site] {
					score += 4
				}
				if left[e.site] == 1 {
					score -= 3
				}
			}
			if score < bestScore {
				best, bestScore = j, score
			}
		}
		done[best] = true
		order = append(order, best)
		for _, e := range n.edges[best] {
			if !open[e.site] {
				open[e.site] = true
				width++
			}
		}
		if width > 30 {
			return nil, math.MaxInt32
		}
		cost += (2 + 2*len(n.edges[best])) << width
		for _, e := range n.edges[best] {
			if left[e.site]--; left[e.site] == 0 {
				width--
			}
		}
	}
	return order, cost
}

// withBit opens a site as the highest bit: unexplained with chance quiet.
func withBit(table []float64, quiet float64) []float64 {
	out := make([]float64, 2*len(table))
	for x, v := range table {
		out[x], out[x+len(table)] = v*quiet, v*(1-quiet)
	}
	return out
}

// withoutBit is withBit on the way back.
func withoutBit(table []float64, quiet float64) []float64 {
	half := len(table) / 2
	out := make([]float64, half)
	for x := range out {
		out[x] = quiet*table[x] + (1-quiet)*table[x+half]
	}
	return out
}

// explain moves to the explained half what an active cause does not miss.
func explain(table []float64, bit int, miss float64) {
	h := 1 << bit
	for base := 0; base < len(table); base += 2 * h {
		for x := base; x < base+h; x++ {
			v := table[x]
			table[x] = miss * v
			table[x+h] += (1 - miss) * v
		}
	}
}

// explainBack is explain on the way back.
func explainBack(table []float64, bit int, miss float64) {
	h := 1 << bit
	for base := 0; base < len(table); base += 2 * h {
		for x := base; x < base+h; x++ {
			table[x] = miss*table[x] + (1-miss)*table[x+h]
		}
	}
}

// explained keeps the patterns in which a site is explained and removes its bit.
func explained(table []float64, bit int) []float64 {
	h := 1 << bit
	out := make([]float64, 0, len(table)/2)
	for base := 0; base < len(table); base += 2 * h {
		out = append(out, table[base+h:base+2*h]...)
	}
	return out
}

// insertBit is explained on the way back: an unexplained site has no chance.
func insertBit(table []float64, bit int) []float64 {
	h := 1 << bit
	out := make([]float64, 2*len(table))
	for from, to := 0, 0; from < len(table); from, to = from+h, to+2*h {
		copy(out[to+h:to+2*h], table[from:from+h])
	}
	return out
}
