package reason

import "slices"

// net is a two-layer noisy-OR net with the evidence of one drawing folded in.
//
// Above are the causes: active trigger points, each with the odds that clear skin
// and the therapist's findings leave it. Below are the painted sites. A site is
// painted unless everything that could have made it so failed:
//
//	P(drawing | active causes) ~ product over sites of 1 - quiet * product of miss
//
// Clear skin needs no sites: its likelihood is a product over causes and is part
// of the odds already.
type net struct {
	odds  []float64 // by cause, >= 0
	edges [][]edge  // by cause, sites in rising order
	quiet []float64 // by site: the chance that nothing off the list painted it, 0 <= quiet < 1
}

// edge ties a cause to a site that it can make hurt.
type edge struct {
	site int32
	miss float64 // chance that the active cause leaves the site alone, 0 < miss <= 1
}

// belief is the weight of a cause and how far it can be from the exact one.
type belief struct {
	weight float64 // in [0, 1]
	bound  float64 // |exact - weight| <= bound
}

// rounding is what adding and multiplying doubles may do to an exact answer. The
// longest sums have some 1e6 terms of one sign, each with a relative error of
// 1e-16 times the depth of the products.
const rounding = 1e-9

// solve gives each cause its weight. It spends at most about budget nodes, shared
// among the independent pieces of the net; what a piece cannot settle within its
// share comes back with a wider bound. The same net and budget give the same bits.
func (n *net) solve(budget int) (beliefs []belief, nodes int) {
	beliefs = make([]belief, len(n.odds))
	for j, o := range n.odds {
		beliefs[j] = belief{o / (1 + o), rounding} // holds for causes without a site
	}
	pieces := n.pieces()
	for i, p := range pieces {
		share := max((budget-nodes)/(len(pieces)-i), 1)
		found, spent := p.eliminate(share)
		if found == nil {
			found, spent = p.enumerate(share)
		}
		nodes += spent
		for k, j := range p.causes {
			beliefs[j] = found[k]
		}
	}
	return beliefs, nodes
}

// piece is a part of a net that shares no site with the rest.
type piece struct {
	net

	causes []int32 // the number of each cause in the whole net
}

// pieces cuts a net into its independent parts, smallest first so that they leave
// what they do not need to the larger ones. Causes without a site are in none.
func (n *net) pieces() []piece {
	root := make([]int32, len(n.quiet))
	for s := range root {
		root[s] = int32(s)
	}
	find := func(s int32) int32 {
		for root[s] != s {
			root[s] = root[root[s]]
			s = root[s]
		}
		return s
	}
	edges := 0
	for _, es := range n.edges {
		for _, e := range es {
			a, b := find(es[0].site), find(e.site)
			root[max(a, b)] = min(a, b)
		}
		edges += len(es)
	}
	var pieces []piece
	at := make([]int32, len(n.quiet))    // root site -> its piece
	local := make([]int32, len(n.quiet)) // site -> its number in its piece
	for s := range n.quiet {
		r := find(int32(s))
		if r == int32(s) {
			at[r] = int32(len(pieces))
			pieces = append(pieces, piece{})
		}
		p := &pieces[at[r]]
		local[s] = int32(len(p.quiet))
		p.quiet = append(p.quiet, n.quiet[s])
	}
	store := make([]edge, 0, edges)
	for j, es := range n.edges {
		if len(es) == 0 {
			continue
		}
		first := len(store)
		for _, e := range es {
			store = append(store, edge{local[e.site], e.miss})
		}
		p := &pieces[at[find(es[0].site)]]
		p.odds = append(p.odds, n.odds[j])
		p.edges = append(p.edges, store[first:])
		p.causes = append(p.causes, int32(j))
	}
	slices.SortStableFunc(pieces, func(a, b piece) int {
		return len(a.causes)*len(a.quiet) - len(b.causes)*len(b.quiet)
	})
	return pieces
}
