package reason

import "slices"

// net is a two-layer noisy-OR net with the evidence of one drawing folded in.
//
// Above are the causes: active trigger points, each with the odds that clear skin
// and the therapist's findings leave it. Below are the painted sites. A site is
// painted unless everything that could have made it so failed:
//
//	P(drawing | active causes) ~ product over sites of 1 - (1-leak) * product of 1-hit
//
// Leaks and hits are kept, and not what is left of them to 1: the small ones count, and
// 1-x would lose their digits.
//
// Clear skin needs no sites: its likelihood is a product over causes and is part
// of the odds already.
type net struct {
	odds  []float64 // by cause, >= 0
	first []int32   // the edges of cause j are edges[first[j]:first[j+1]]
	edges []edge    // by cause, sites in rising order
	leak  []float64 // by site: the chance that something off the list painted it, 0 < leak <= 1
}

// edge ties a cause to a site that it can make hurt.
type edge struct {
	site int32
	hit  float64 // chance that the active cause makes a client paint the site, 0 <= hit <= 1
}

// of gives the edges of a cause.
func (n *net) of(j int) []edge { return n.edges[n.first[j]:n.first[j+1]] }

// reset empties a net and keeps its memory.
func (n *net) reset() {
	n.odds, n.edges, n.leak = n.odds[:0], n.edges[:0], n.leak[:0]
	n.first = append(n.first[:0], 0)
}

// add ends the edges appended since the last cause: they are those of the next one.
func (n *net) add(odds float64) {
	n.odds = append(n.odds, odds)
	n.first = append(n.first, int32(len(n.edges)))
}

// equals tells whether two nets are the same to the last bit.
func (n *net) equals(o *net) bool {
	return slices.Equal(n.odds, o.odds) && slices.Equal(n.leak, o.leak) && slices.Equal(n.first, o.first) && slices.Equal(n.edges, o.edges)
}

// copy makes the net the same as another and keeps its memory.
func (n *net) copy(o *net) {
	n.odds, n.first = append(n.odds[:0], o.odds...), append(n.first[:0], o.first...)
	n.edges, n.leak = append(n.edges[:0], o.edges...), append(n.leak[:0], o.leak...)
}

// belief is the weight of a cause and how far it can be from the exact one.
type belief struct {
	weight float64 // in [0, 1]
	bound  float64 // |exact - weight| <= bound
}

// nothing is what is known of a weight where numbers leave the doubles.
var nothing = belief{0.5, 0.5}

// rounding is what adding and multiplying doubles may do to an exact answer. All terms
// are positive, so a sum of n of them errs by n*2^-53 of itself at most: 1.9e-9 for the
// widest table that is planned, some 1e-11 for all that is done to one entry. A weight
// w = on/(on+off) errs by w*(1-w) <= 1/4 times the errors of the two sums.
const rounding = 1e-9

// solver works out nets one after the other and keeps its memory from one to the next.
// It is for one goroutine at a time.
type solver struct {
	exact  elimination
	search search
	cancel <-chan struct{} // closed to end the work early; nil for never
}

// solve gives each cause its weight, for at most about budget nodes of work; what it
// cannot settle comes back with a wider bound. The same net and budget give the same
// bits. It tells whether it was cancelled: out then holds nothing of use.
//
// Elimination goes first wherever the budget pays for it: on the nets of the atlas it is
// the quicker by far, and leaves no bound but rounding (measured: docs/performance.md).
func (s *solver) solve(n *net, budget int, out []belief) (nodes int, cancelled bool) {
	work, planned := s.exact.plan(n)
	return s.settle(n, work, planned, budget, out)
}

// settle is solve after the elimination was planned, if it could be.
func (s *solver) settle(n *net, work int, planned bool, budget int, out []belief) (nodes int, cancelled bool) {
	if nodes = nodesOf(work); planned && nodes <= budget {
		return nodes, s.exact.run(n, out, s.cancel)
	}
	return s.search.run(n, budget, out, s.cancel)
}

// nodesOf is what an elimination costs in nodes.
func nodesOf(work int) int { return 1 + work/entriesPerNode }

// stopped tells whether somebody closed the channel; nil is never closed.
func stopped(cancel <-chan struct{}) bool {
	select {
	case <-cancel:
		return true
	default:
		return false
	}
}

// sized gives a slice of a length, with what memory there is; its values are whatever
// they were.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}

// zeroed is sized with all values zero.
func zeroed[T any](s []T, n int) []T {
	s = sized(s, n)
	clear(s)
	return s
}
