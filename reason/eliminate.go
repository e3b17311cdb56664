package reason

import (
	"math/bits"
	"slices"
)

// entriesPerNode makes the work of the exact method and of the search comparable:
// looking at one node of the search takes about as long as so many table entries of
// the elimination (measured).
const entriesPerNode = 1024

// widest is the number of open sites beyond which elimination is not even planned: a
// table would have sixteen million entries.
const widest = 24

// elimination is the exact method. It takes the causes step by step and keeps a table
// over the open sites, those that both a cause seen and a cause to come touch: the
// chance of each pattern of explained and unexplained sites. All terms are positive,
// so nothing cancels. A pass back gives every weight.
//
// The table doubles with every open site. Causes with the same sites are one step
// where that is cheaper: their joint effect is worked out in a small table of their
// own, over their sites alone, and meets the large one once. So the cost grows with
// how many different sets of sites there are, and hardly with how many causes.
//
// One value serves net after net, and allocates only while the nets still grow.
type elimination struct {
	mask             []uint64 // by cause: its sites
	sorted           []int32  // the causes that have sites, bundle by bundle
	at               []int32  // by cause: its bundle; -1 without a site
	slots            []int32  // hash table of the bundles, + 1
	bundles          []bundle
	joined           [64]uint64 // by site: the sites of all its causes
	left             [64]int32  // by site: bundles still to come
	steps            []step
	arena            []int8  // of the steps' lists
	todo             []int32 // while planning: bundles of a site
	open             []int8  // while planning: site by bit
	isOpen, isClosed uint64  // while planning: sites
	width            int     // the most sites open at once
	kept             int     // entries of the tables that the way back needs
	work             int     // table entries touched

	least  float64 // the least chance of the evidence that a step had in its tables
	shrunk float64 // the smallest that the largest entry of a table became before it was rescaled

	table, spare []float64
	store        []float64 // the tables that the steps met
	prefix       []float64 // of one step: its small table before each of its causes, and after the last
	small, on    []float64 // of one step
	offset       []int32   // of one step: where its small patterns lie in the large table
}

// bundle is the causes with one set of sites: sorted[first:end].
type bundle struct {
	mask       uint64
	first, end int32
	taken      bool
}

// step is causes of one set of sites that are taken at once: sorted[first:end].
type step struct {
	first, end int32
	bits       []int8 // the bit of each of its sites
	opened     []int8 // sites opened for it, as the highest bits
	closed     []int8 // bits removed after it, one after the other
}

// plan finds an order that keeps few sites open, and says how many table entries will
// be touched. It is not ok when a table would be too wide.
func (e *elimination) plan(n *net) (work int, ok bool) {
	if len(n.leak) > 64 {
		return 0, false
	}
	e.mask = zeroed(e.mask, len(n.odds))
	for j := range n.odds {
		for _, x := range n.of(j) {
			e.mask[j] |= 1 << x.site
		}
	}
	return e.arrange(len(n.leak))
}

// arrange plans for the causes whose sites are in mask. It closes site after site, next
// the one that brings the fewest others along; a site is closed by taking all its
// causes, those that open the least first.
func (e *elimination) arrange(sites int) (work int, ok bool) {
	e.bundle(sites)
	e.steps, e.arena, e.open = e.steps[:0], e.arena[:0], e.open[:0]
	e.width, e.kept, e.work = 0, 0, 0
	for {
		next, fewest := -1, 65
		for s := range sites {
			if w := bits.OnesCount64(e.isOpen | e.joined[s]&^e.isClosed); e.left[s] > 0 && w < fewest {
				next, fewest = s, w
			}
		}
		if next < 0 {
			return e.work, true
		}
		if fewest > widest {
			return 0, false
		}
		e.close(next)
	}
}

// close takes all bundles of a site, those that open the least first.
func (e *elimination) close(site int) {
	e.todo = e.todo[:0]
	for i := range e.bundles {
		if b := &e.bundles[i]; !b.taken && b.mask>>site&1 == 1 {
			e.todo = append(e.todo, int32(i))
		}
	}
	for len(e.todo) > 0 {
		next, fewest := 0, 65
		for i, k := range e.todo {
			if w := bits.OnesCount64(e.bundles[k].mask &^ e.isOpen); w < fewest {
				next, fewest = i, w
			}
		}
		e.take(&e.bundles[e.todo[next]])
		e.todo = slices.Delete(e.todo, next, next+1)
	}
}

// leastWidth is a number of sites that any order has open at once, at least: those that
// share a cause with the site that shares the fewest.
func (e *elimination) leastWidth(sites int) int {
	clear(e.joined[:sites])
	for _, mask := range e.mask {
		for m := mask; m != 0; m &= m - 1 {
			e.joined[bits.TrailingZeros64(m)] |= mask
		}
	}
	least := 65
	for _, joined := range e.joined[:sites] {
		least = min(least, bits.OnesCount64(joined))
	}
	return least
}

// bundle gathers the causes by their sites, the bundles in the order in which the causes
// name them.
func (e *elimination) bundle(sites int) {
	e.bundles, e.isOpen, e.isClosed = e.bundles[:0], 0, 0
	clear(e.joined[:sites])
	clear(e.left[:sites])
	e.slots = zeroed(e.slots, 2<<bits.Len(uint(len(e.mask))))
	e.at = sized(e.at, len(e.mask))
	for j, mask := range e.mask {
		e.at[j] = -1
		if mask != 0 {
			e.at[j] = e.bundleOf(mask)
			e.bundles[e.at[j]].end++
		}
	}
	from := int32(0)
	for i := range e.bundles {
		b := &e.bundles[i]
		b.first, b.end, from = from, from, from+b.end
	}
	e.sorted = sized(e.sorted, int(from))
	for j, i := range e.at {
		if i >= 0 {
			b := &e.bundles[i]
			e.sorted[b.end] = int32(j)
			b.end++
		}
	}
}

// bundleOf finds the bundle of a set of sites, or begins it. Slots is a hash table with
// at least twice as many places as there are causes.
func (e *elimination) bundleOf(mask uint64) int32 {
	h := mask * 0x9e3779b97f4a7c15 // 2^64 over the golden ratio spreads the bits
	for h >>= 64 - bits.TrailingZeros(uint(len(e.slots))); ; h = (h + 1) % uint64(len(e.slots)) {
		i := e.slots[h] - 1
		if i >= 0 && e.bundles[i].mask == mask {
			return i
		}
		if i < 0 {
			break
		}
	}
	e.bundles = append(e.bundles, bundle{mask: mask})
	e.slots[h] = int32(len(e.bundles))
	for m := mask; m != 0; m &= m - 1 {
		s := bits.TrailingZeros64(m)
		e.joined[s] |= mask
		e.left[s]++
	}
	return int32(len(e.bundles) - 1)
}

// take adds the steps of a bundle.
func (e *elimination) take(b *bundle) {
	b.taken = true
	opened := b.mask &^ e.isOpen
	e.isOpen |= b.mask
	w, k, m := bits.OnesCount64(e.isOpen), bits.OnesCount64(b.mask), int(b.end-b.first)
	e.width = max(e.width, w)
	openedFrom := len(e.arena)
	for ; opened != 0; opened &= opened - 1 {
		s := int8(bits.TrailingZeros64(opened))
		e.open = append(e.open, s)
		e.arena = append(e.arena, s)
	}
	bitsFrom := len(e.arena)
	for mask := b.mask; mask != 0; mask &= mask - 1 {
		e.arena = append(e.arena, int8(slices.Index(e.open, int8(bits.TrailingZeros64(mask)))))
	}
	closedFrom := len(e.arena)
	for mask := b.mask; mask != 0; mask &= mask - 1 {
		s := bits.TrailingZeros64(mask)
		if e.left[s]--; e.left[s] == 0 {
			bit := slices.Index(e.open, int8(s))
			e.open = slices.Delete(e.open, bit, bit+1)
			e.isOpen &^= 1 << s
			e.isClosed |= 1 << s
			e.arena = append(e.arena, int8(bit))
		}
	}
	st := step{b.first, b.end, e.arena[bitsFrom:closedFrom], e.arena[openedFrom:bitsFrom], e.arena[closedFrom:]}
	if alone := 6 + 2*k; m == 1 || joint<<k > m*alone {
		e.kept += m << w
		e.work += m * alone << w
		for i := b.first; i < b.end; i++ {
			one := step{first: i, end: i + 1, bits: st.bits}
			if i == b.first {
				one.opened = st.opened
			}
			if i == b.end-1 {
				one.closed = st.closed
			}
			e.steps = append(e.steps, one)
		}
		return
	}
	e.kept += 1 << w
	e.work += joint<<(k+w) + m*(6+2*k)<<k
	e.steps = append(e.steps, st)
}

// joint is how often a step of several causes touches each entry of the large table, for
// each pattern of its own: once on the way there, twice on the way back.
const joint = 3

// faintest is the least chance of the evidence, in the units of any table, at which
// what the smallest doubles swallow (5e-324 an entry, of at most 1e11) is still nothing.
const faintest = 1e-290

// run gives each cause its weight, as planned; it tells whether it was cancelled. Where
// the evidence is next to impossible, so that chances are lost below the doubles, it
// claims nothing.
func (e *elimination) run(n *net, out []belief, cancel <-chan struct{}) (cancelled bool) {
	for j := range out {
		out[j] = belief{n.odds[j] / (1 + n.odds[j]), rounding} // holds for causes without a site
	}
	e.least, e.shrunk = 1, 1
	e.table, e.spare = sized(e.table, 1<<e.width), sized(e.spare, 1<<e.width)
	e.store = sized(e.store, e.kept)
	if e.forth(n, cancel) || e.back(n, out, cancel) {
		return true
	}
	if !(e.least*e.shrunk >= faintest) {
		for _, j := range e.sorted {
			out[j] = nothing
		}
	}
	return false
}

// forth fills the store with the table that each step meets.
func (e *elimination) forth(n *net, cancel <-chan struct{}) (cancelled bool) {
	table, spare, store := e.table[:1], e.spare, e.store
	table[0] = 1
	for i := range e.steps {
		if stopped(cancel) {
			return true
		}
		st := &e.steps[i]
		for _, s := range st.opened {
			table = withBit(table, n.leak[s])
		}
		met := store[:len(table)]
		store = store[len(table):]
		copy(met, table)
		if st.end-st.first > 1 {
			e.smallTables(n, st)
			spare = spare[:len(table)]
			join(spare, table, e.prefix[len(e.prefix)-1<<len(st.bits):], e.offset)
			table, spare = spare, table
		} else {
			j := int(e.sorted[st.first])
			p := n.odds[j] / (1 + n.odds[j])
			for t, x := range n.of(j) {
				explain(table, st.bits[t], x.hit)
			}
			for x, off := range met {
				table[x] = (1-p)*off + p*table[x]
			}
		}
		for _, b := range st.closed {
			table = explained(table, b)
		}
		if len(st.closed) > 0 {
			e.rescale(table)
		}
	}
	return false
}

// back works out the weights, from the last step to the first. Its table is the chance
// that the causes to come explain what a pattern leaves.
func (e *elimination) back(n *net, out []belief, cancel <-chan struct{}) (cancelled bool) {
	table, spare, store := e.table[:1], e.spare, e.store[:e.kept]
	table[0] = 1
	for i := range slices.Backward(e.steps) {
		if stopped(cancel) {
			return true
		}
		st := &e.steps[i]
		for _, b := range slices.Backward(st.closed) {
			spare = spare[:2*len(table)]
			insertBit(spare, table, b)
			table, spare = spare, table
		}
		met := store[len(store)-len(table):]
		store = store[:len(store)-len(table)]
		spare = spare[:len(table)]
		if st.end-st.first > 1 {
			e.smallTables(n, st)
			e.small = zeroed(e.small, 1<<len(st.bits))
			joinBack(spare, e.small, table, met, e.prefix[len(e.prefix)-len(e.small):], e.offset)
			table, spare = spare, table
			e.smallBack(n, st, out)
		} else {
			j := int(e.sorted[st.first])
			copy(spare, table)
			for t, x := range slices.Backward(n.of(j)) {
				explainBack(spare, st.bits[t], x.hit)
			}
			out[j] = e.mix(met, table, spare, n.odds[j])
		}
		for _, s := range slices.Backward(st.opened) {
			table = withoutBit(table, n.leak[s])
		}
		if len(st.closed) > 0 {
			e.rescale(table)
		}
	}
	return false
}

// smallTables fills prefix with the chances of each pattern of a step's own sites: that
// none of its causes has explained any, then after the first cause, after the second, up
// to all of them.
func (e *elimination) smallTables(n *net, st *step) {
	size := 1 << len(st.bits)
	e.prefix = sized(e.prefix, int(st.end-st.first+1)*size)
	from := e.prefix[:size]
	clear(from)
	from[0] = 1
	for i, j := range e.sorted[st.first:st.end] {
		to := e.prefix[(i+1)*size:][:size]
		copy(to, from)
		for t, x := range n.of(int(j)) {
			explain(to, int8(t), x.hit)
		}
		p := n.odds[j] / (1 + n.odds[j])
		for g, off := range from {
			to[g] = (1-p)*off + p*to[g]
		}
		from = to
	}
	e.offset = sized(e.offset, size)
	e.offset[0] = 0
	for g := 1; g < size; g++ {
		e.offset[g] = e.offset[g&(g-1)] | 1<<st.bits[bits.TrailingZeros(uint(g))]
	}
}

// smallBack gives the causes of a step their weights. small holds, for each pattern of
// its sites, the chance of all the rest if the step leaves just this pattern.
func (e *elimination) smallBack(n *net, st *step, out []belief) {
	size := len(e.small)
	e.on = sized(e.on, size)
	for i := st.end - 1; i >= st.first; i-- {
		j := int(e.sorted[i])
		copy(e.on, e.small)
		for t, x := range slices.Backward(n.of(j)) {
			explainBack(e.on, int8(t), x.hit)
		}
		out[j] = e.mix(e.prefix[int(i-st.first)*size:][:size], e.small, e.on, n.odds[j])
	}
}

// mix gives the weight of a cause: met is the chance of each pattern before it, off and
// on what comes of each pattern without and with it. It leaves in off what comes of a
// pattern when the cause is unknown.
func (e *elimination) mix(met, off, on []float64, odds float64) belief {
	p, sumOff, sumOn := odds/(1+odds), 0.0, 0.0
	for x, v := range met {
		sumOff += v * off[x]
		sumOn += v * on[x]
		off[x] = (1-p)*off[x] + p*on[x]
	}
	sumOff, sumOn = (1-p)*sumOff, p*sumOn
	e.least = min(e.least, sumOn+sumOff)
	return belief{sumOn / (sumOn + sumOff), rounding}
}

// join combines a table with the independent chances of the patterns of some of its
// sites: a site is explained when either explains it. offset says where the patterns of
// these sites lie in the table.
func join(out, table, small []float64, offset []int32) {
	clear(out)
	own := int(offset[len(offset)-1])
	for x := 0; x < len(table); x = (x | own + 1) &^ own {
		for a, at := range offset {
			v := table[x+int(at)]
			for b, p := range small {
				out[x+int(offset[a|b])] += v * p
			}
		}
	}
}

// joinBack is join on the way back: out gets what comes of each pattern before the step,
// sum what comes of each pattern of its own sites.
func joinBack(out, sum, table, met, small []float64, offset []int32) {
	own := int(offset[len(offset)-1])
	for x := 0; x < len(table); x = (x | own + 1) &^ own {
		for a, at := range offset {
			v, all := met[x+int(at)], 0.0
			for b, p := range small {
				r := table[x+int(offset[a|b])]
				sum[b] += v * r
				all += p * r
			}
			out[x+int(at)] = all
		}
	}
}

// rescale keeps a table away from the smallest doubles. Weights are ratios, so a common
// factor does not matter.
func (e *elimination) rescale(table []float64) {
	if most := slices.Max(table); most < 1e-60 {
		e.shrunk = min(e.shrunk, most)
		for x := range table {
			table[x] /= most
		}
	}
}

// withBit opens a site as the highest bit: explained with chance leak.
func withBit(table []float64, leak float64) []float64 {
	half := len(table)
	table = table[:2*half]
	for x := range half {
		table[x], table[x+half] = table[x]*(1-leak), table[x]*leak
	}
	return table
}

// withoutBit is withBit on the way back.
func withoutBit(table []float64, leak float64) []float64 {
	half := len(table) / 2
	for x := range half {
		table[x] = (1-leak)*table[x] + leak*table[x+half]
	}
	return table[:half]
}

// explain moves to the explained half what an active cause hits.
func explain(table []float64, bit int8, hit float64) {
	h := 1 << bit
	for base := 0; base < len(table); base += 2 * h {
		off, on := table[base:base+h], table[base+h:base+2*h]
		for x, v := range off {
			off[x] = (1 - hit) * v
			on[x] += hit * v
		}
	}
}

// explainBack is explain on the way back.
func explainBack(table []float64, bit int8, hit float64) {
	h := 1 << bit
	for base := 0; base < len(table); base += 2 * h {
		off, on := table[base:base+h], table[base+h:base+2*h]
		for x := range off {
			off[x] = (1-hit)*off[x] + hit*on[x]
		}
	}
}

// explained keeps the patterns in which a site is explained and removes its bit.
func explained(table []float64, bit int8) []float64 {
	h := 1 << bit
	for from, to := h, 0; from < len(table); from, to = from+2*h, to+h {
		copy(table[to:to+h], table[from:from+h])
	}
	return table[:len(table)/2]
}

// insertBit is explained on the way back: an unexplained site has no chance.
func insertBit(out, table []float64, bit int8) {
	h := 1 << bit
	for from, to := 0, 0; from < len(table); from, to = from+h, to+2*h {
		clear(out[to : to+h])
		copy(out[to+h:to+2*h], table[from:from+h])
	}
}
