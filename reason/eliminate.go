package reason

import (
	"math/bits"
	"slices"
)

// entriesPerNode makes the work of the exact method and of the search comparable:
// looking at one node of the search takes about as long as so many table entries of
// the elimination (measured).
const entriesPerNode = 1024

// widest is the number of open sites beyond which elimination is not even tried: a
// table would have sixteen million entries.
const widest = 24

// eliminate is the exact method. It takes the causes one by one and keeps a table
// over the open sites, those that both a cause seen and a cause to come touch: the
// chance of each pattern of explained and unexplained sites. All terms are positive,
// so nothing cancels. A pass back gives every weight.
//
// The table doubles with every open site; eliminate gives nil beliefs when it would
// cost more than the budget.
func (n *net) eliminate(budget int) (beliefs []belief, nodes int) {
	row, ok := n.row()
	if nodes = 1 + row.work/entriesPerNode; !ok || nodes > budget {
		return nil, 0
	}
	type step struct {
		before []float64 // the table that the cause meets
		bits   []int     // the bit of each of its sites
		opened []int32   // sites opened for it, as the highest bits
		closed []int     // bits removed after it, one after the other
	}
	steps := make([]step, len(row.causes))
	store := make([]float64, row.kept) // holds the before of all steps
	bitStore := make([]int, 0, row.edges)
	table := append(make([]float64, 0, 1<<row.width), 1)
	spare := make([]float64, 0, 1<<row.width)

	var open []int32 // site by bit
	left := n.causesPerSite()
	for t, j := range row.causes {
		st, p := &steps[t], n.odds[j]/(1+n.odds[j])
		first := len(bitStore)
		for _, e := range n.edges[j] {
			b := slices.Index(open, e.site)
			if b < 0 {
				b = len(open)
				open = append(open, e.site)
				st.opened = append(st.opened, e.site)
				table = withBit(table, n.quiet[e.site])
			}
			bitStore = append(bitStore, b)
		}
		st.bits = bitStore[first:]
		st.before, store = store[:len(table)], store[len(table):]
		copy(st.before, table)
		for k, e := range n.edges[j] {
			explain(table, st.bits[k], e.miss)
		}
		for x, off := range st.before {
			table[x] = (1-p)*off + p*table[x]
		}
		for _, e := range n.edges[j] {
			if left[e.site]--; left[e.site] == 0 {
				b := slices.Index(open, e.site)
				open = slices.Delete(open, b, b+1)
				st.closed = append(st.closed, b)
				table = explained(table, b)
			}
		}
	}
	total := table[0]

	beliefs = make([]belief, len(n.odds))
	back := table[:1] // the chance that the causes to come explain what a pattern leaves
	back[0] = 1
	for t, j := range slices.Backward(row.causes) {
		st, p := &steps[t], n.odds[j]/(1+n.odds[j])
		for _, b := range slices.Backward(st.closed) {
			back, spare = insertBit(spare, back, b), back
		}
		on := spare[:len(back)]
		copy(on, back)
		for k, e := range slices.Backward(n.edges[j]) {
			explainBack(on, st.bits[k], e.miss)
		}
		sum := 0.0
		for x, v := range st.before {
			sum += v * on[x]
		}
		beliefs[j] = belief{min(p*sum/total, 1), rounding}
		for x := range back {
			back[x] = (1-p)*back[x] + p*on[x]
		}
		for _, s := range slices.Backward(st.opened) {
			back = withoutBit(back, n.quiet[s])
		}
	}
	return beliefs, nodes
}

// row is an order in which to take the causes, and what it will cost.
type row struct {
	causes []int
	width  int // the most sites open at once
	kept   int // table entries kept for the way back
	edges  int
	work   int // table entries touched
}

// row finds an order that keeps few sites open. It closes site after site, next the
// one that brings the fewest others along; a site is closed by taking all its causes,
// those that open the least first.
func (n *net) row() (r row, ok bool) {
	if len(n.quiet) > 64 {
		return r, false
	}
	mask := make([]uint64, len(n.odds))    // by cause: its sites
	joined := make([]uint64, len(n.quiet)) // by site: the sites of all its causes
	bySite := make([][]int, len(n.quiet))
	for j, es := range n.edges {
		for _, e := range es {
			mask[j] |= 1 << e.site
			bySite[e.site] = append(bySite[e.site], j)
		}
		for _, e := range es {
			joined[e.site] |= mask[j]
		}
		r.edges += len(es)
		if len(es) == 0 {
			r.causes = append(r.causes, j)
			r.kept, r.work = r.kept+1, r.work+2
		}
	}
	left := n.causesPerSite()
	taken := make([]bool, len(n.odds))
	var open, closed uint64
	for range n.quiet {
		next, fewest := -1, 65
		for s := range joined {
			if w := bits.OnesCount64(open | joined[s]&^closed); closed>>s&1 == 0 && w < fewest {
				next, fewest = s, w
			}
		}
		slices.SortStableFunc(bySite[next], func(a, b int) int {
			return bits.OnesCount64(mask[a]&^open) - bits.OnesCount64(mask[b]&^open)
		})
		for _, j := range bySite[next] {
			if taken[j] {
				continue
			}
			taken[j] = true
			r.causes = append(r.causes, j)
			open |= mask[j]
			w := bits.OnesCount64(open)
			if w > widest {
				return r, false
			}
			r.width = max(r.width, w)
			r.kept += 1 << w
			r.work += (2 + 2*len(n.edges[j])) << w
			for _, e := range n.edges[j] {
				if left[e.site]--; left[e.site] == 0 {
					open &^= 1 << e.site
				}
			}
		}
		closed |= 1 << next
	}
	return r, true
}

func (n *net) causesPerSite() []int {
	count := make([]int, len(n.quiet))
	for _, es := range n.edges {
		for _, e := range es {
			count[e.site]++
		}
	}
	return count
}

// withBit opens a site as the highest bit: unexplained with chance quiet.
func withBit(table []float64, quiet float64) []float64 {
	half := len(table)
	table = table[:2*half]
	for x := range half {
		table[x], table[x+half] = table[x]*quiet, table[x]*(1-quiet)
	}
	return table
}

// withoutBit is withBit on the way back.
func withoutBit(table []float64, quiet float64) []float64 {
	half := len(table) / 2
	for x := range half {
		table[x] = quiet*table[x] + (1-quiet)*table[x+half]
	}
	return table[:half]
}

// explain moves to the explained half what an active cause does not miss.
func explain(table []float64, bit int, miss float64) {
	h := 1 << bit
	for base := 0; base < len(table); base += 2 * h {
		off, on := table[base:base+h], table[base+h:base+2*h]
		for x, v := range off {
			off[x] = miss * v
			on[x] += (1 - miss) * v
		}
	}
}

// explainBack is explain on the way back.
func explainBack(table []float64, bit int, miss float64) {
	h := 1 << bit
	for base := 0; base < len(table); base += 2 * h {
		off, on := table[base:base+h], table[base+h:base+2*h]
		for x := range off {
			off[x] = miss*off[x] + (1-miss)*on[x]
		}
	}
}

// explained keeps the patterns in which a site is explained and removes its bit.
func explained(table []float64, bit int) []float64 {
	h := 1 << bit
	for from, to := h, 0; from < len(table); from, to = from+2*h, to+h {
		copy(table[to:to+h], table[from:from+h])
	}
	return table[:len(table)/2]
}

// insertBit is explained on the way back: an unexplained site has no chance.
func insertBit(out, table []float64, bit int) []float64 {
	h := 1 << bit
	out = out[:2*len(table)]
	for from, to := 0, 0; from < len(table); from, to = from+h, to+2*h {
		clear(out[to : to+h])
		copy(out[to+h:to+2*h], table[from:from+h])
	}
	return out
}
