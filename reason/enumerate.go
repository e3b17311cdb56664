package reason

import "math"

// tolerance is when the search stops by itself: what is still open is less than
// this share of the whole. Chosen: a weight is never shown with more than two digits.
const tolerance = 1e-3

// slip is how far off the doubles may have an interaction bound that is below 1: a few
// 2^-53 for each of some 1e4 edges. What is left of it to 1 may be as small.
const slip = 1e-11

// search is the anytime method, for drawings that are too wide to be solved
// exactly. It searches over which causes are active, always splitting the part of
// the search whose mass is least certain, and it brackets the mass of what it does
// not split.
//
// The bracket: let w be the weight of a part in which some causes are fixed and the
// others free, R the gain of switching on one free cause, Q the chance that a site
// is still unexplained, a = hit/(1-Q+Q*hit). Gains only fall as causes are added
// (two causes explain the same site), so w * product(1+R) is never too low. Switching
// on i and k together gives exactly the share 1 - Q*ai*ak of the product of their
// gains at a site, and for more causes the loss is at most the sum over pairs. So
// with p = R/(1+R) and
//
//	I = sum over sites, pairs i < k of Q * pi*ai * pk*ak
//
// the mass lies in [1-I, 1] times w * product(1+R); and the same holds for the mass
// with a free cause j on, with D = sum over sites, k != j of Q * aj * pk*ak:
//
//	on:  [1 - I - (1-pj)*D, 1] * pj * ...    off:  [1 - I + pj*D, 1] * (1-pj) * ...
//
// Sets of no or one free cause are also counted exactly, which is the better lower
// bound where gains are large. Sums of brackets over all parts bracket every weight.
//
// One value serves net after net, and allocates only while the nets still grow.
type search struct {
	net *net

	tree      []decision
	open      parts
	low, high total // of open

	// The fields below describe the part that was looked at last.

	fixed   []int8    // by cause: 0 free, 1 on, -1 off
	done    []float64 // by site: 1-Q, the chance that it is explained already
	weight  float64   // w
	gain    []float64 // by cause: R
	p, rest []float64 // by cause: p = R/(1+R), and 1-p
	a       []float64 // by edge
	sum1    []float64 // by site: sum of p*a over free causes
	clash   []float64 // by cause: D
	inter   float64   // I
	plus1   float64   // 1 + sum of R

	on, off []mass // by cause
}

// run gives each cause its weight within what the budget of nodes allows; it tells
// whether it was cancelled.
func (s *search) run(n *net, budget int, out []belief, cancel <-chan struct{}) (nodes int, cancelled bool) {
	s.begin(n)
	s.add(-1, -1, false)
	for s.uncertain() && len(s.tree)+2 <= budget {
		if stopped(cancel) {
			return len(s.tree), true
		}
		p := s.open.pop()
		s.low.add(-p.mass.low)
		s.high.add(-p.mass.high)
		s.add(p.node, p.split, true)
		s.add(p.node, p.split, false)
	}
	return len(s.tree), s.sum(out, cancel)
}

// uncertain tells whether what is open may be worth another split.
func (s *search) uncertain() bool {
	low, high := s.low.value(), s.high.value()
	return s.open[0].split >= 0 && high-low > tolerance*low
}

// total is a running sum that keeps what rounding would take from it (Neumaier 1974):
// parts may outweigh by far what is left once they are split.
type total struct{ sum, lost float64 }

func (t *total) add(x float64) {
	sum := t.sum + x
	if math.Abs(t.sum) >= math.Abs(x) {
		t.lost += t.sum - sum + x
	} else {
		t.lost += x - sum + t.sum
	}
	t.sum = sum
}

func (t *total) value() float64 { return t.sum + t.lost }

// mass is an amount of probability, not normalised: it lies in [low, high], and mid
// is the best single guess.
type mass struct{ low, mid, high float64 }

func (m *mass) add(o mass) { m.low += o.low; m.mid += o.mid; m.high += o.high }

// decision is a node of the search tree: a cause was switched on or off.
type decision struct {
	parent, cause int32
	on            bool
}

// part is a leaf of the search tree.
type part struct {
	node  int32
	split int32 // the free cause to decide next, -1 when the mass is exact
	mass  mass
}

// before orders parts: the least certain first, and of equals the older.
func (p *part) before(q *part) bool {
	a, b := p.mass.high-p.mass.low, q.mass.high-q.mass.low
	return a > b || a == b && p.node < q.node
}

// parts is a heap of parts.
type parts []part

func (h *parts) push(p part) {
	*h = append(*h, p)
	for i := len(*h) - 1; i > 0; {
		up := (i - 1) / 2
		if !(*h)[i].before(&(*h)[up]) {
			return
		}
		(*h)[i], (*h)[up] = (*h)[up], (*h)[i]
		i = up
	}
}

func (h *parts) pop() part {
	old := *h
	first, last := old[0], len(old)-1
	old[0] = old[last]
	*h = old[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down+1 < last && old[down+1].before(&old[down]) {
			down++
		}
		if down >= last || !old[down].before(&old[i]) {
			return first
		}
		old[i], old[down] = old[down], old[i]
		i = down
	}
}

func (s *search) begin(n *net) {
	causes, sites := len(n.odds), len(n.leak)
	s.net = n
	s.tree, s.open, s.low, s.high = s.tree[:0], s.open[:0], total{}, total{}
	s.fixed = sized(s.fixed, causes)
	s.gain, s.p, s.rest, s.clash = sized(s.gain, causes), sized(s.p, causes), sized(s.rest, causes), sized(s.clash, causes)
	s.done, s.sum1 = sized(s.done, sites), sized(s.sum1, sites)
	s.a = sized(s.a, len(n.edges))
}

// add grows the tree by one decision and looks at the part below it.
func (s *search) add(parent, cause int32, on bool) {
	node := int32(len(s.tree))
	s.tree = append(s.tree, decision{parent, cause, on})
	m, split := s.look(node)
	s.low.add(m.low)
	s.high.add(m.high)
	s.open.push(part{node, split, m})
}

// look works out the bracket of the part below a node, and the free cause whose
// decision would narrow it most.
func (s *search) look(node int32) (m mass, split int32) {
	n := s.net
	s.place(node)
	clear(s.sum1)
	high := s.weight
	s.plus1 = 1
	for j, fixed := range s.fixed {
		if fixed != 0 {
			continue
		}
		r := n.odds[j]
		for i := n.first[j]; i < n.first[j+1]; i++ {
			e := &n.edges[i]
			done := s.done[e.site]
			with := done + (1-done)*e.hit
			r *= with / done
			s.a[i] = e.hit / with
		}
		p := r / (1 + r)
		s.gain[j], s.p[j], s.rest[j] = r, p, 1/(1+r)
		high *= 1 + r
		s.plus1 += r
		for i := n.first[j]; i < n.first[j+1]; i++ {
			s.sum1[n.edges[i].site] += p * s.a[i]
		}
	}
	split, worst := -1, 0.0
	s.inter = 0
	for j, fixed := range s.fixed {
		if fixed != 0 {
			continue
		}
		d := 0.0
		for i := n.first[j]; i < n.first[j+1]; i++ {
			site := n.edges[i].site
			d += (1 - s.done[site]) * s.a[i] * max(s.sum1[site]-s.p[j]*s.a[i], 0)
		}
		s.clash[j] = d
		s.inter += s.p[j] * d / 2
		if narrows := s.p[j] * d; narrows > worst {
			split, worst = int32(j), narrows
		}
	}
	if split < 0 {
		return mass{high, high, high}, -1
	}
	low := max(high*(1-s.inter-slip), s.weight*s.plus1)
	return mass{low, max(high*math.Exp(-s.inter), low), high}, split
}

// place sets the causes decided on the way from the root to a node.
func (s *search) place(node int32) {
	clear(s.fixed)
	copy(s.done, s.net.leak)
	s.weight = 1
	for i := node; i > 0; i = s.tree[i].parent {
		d := s.tree[i]
		if !d.on {
			s.fixed[d.cause] = -1
			continue
		}
		s.fixed[d.cause] = 1
		s.weight *= s.net.odds[d.cause]
		for _, e := range s.net.of(int(d.cause)) {
			done := s.done[e.site]
			with := done + (1-done)*e.hit
			s.weight *= with / done
			s.done[e.site] = with
		}
	}
}

// sum adds up the parts into one weight and bound for each cause; it tells whether it
// was cancelled.
func (s *search) sum(out []belief, cancel <-chan struct{}) (cancelled bool) {
	s.on, s.off = zeroed(s.on, len(out)), zeroed(s.off, len(out))
	for _, part := range s.open {
		if stopped(cancel) {
			return true
		}
		m, _ := s.look(part.node)
		for j, fixed := range s.fixed {
			switch fixed {
			case 1:
				s.on[j].add(m)
			case -1:
				s.off[j].add(m)
			default:
				p, rest, d := s.p[j], s.rest[j], s.clash[j]
				s.on[j].add(bracket(m.high*p, s.inter+rest*d, s.weight*s.gain[j]))
				s.off[j].add(bracket(m.high*rest, s.inter-p*d, s.weight*(s.plus1-s.gain[j])))
			}
		}
	}
	for j := range out {
		if !(s.on[j].high+s.off[j].high <= math.MaxFloat64) { // beyond the doubles: nothing is known
			out[j] = nothing
			continue
		}
		low := s.on[j].low / (s.on[j].low + s.off[j].high)
		high := s.on[j].high / (s.on[j].high + s.off[j].low)
		mid := min(max(s.on[j].mid/(s.on[j].mid+s.off[j].mid), low), high)
		out[j] = belief{mid, max(high-mid, mid-low) + rounding}
	}
	return false
}

// bracket is the mass of a part whose product form is high, whose causes take at
// most the share clash from each other, and of which least was counted exactly.
func bracket(high, clash, least float64) mass {
	clash = max(clash, 0)
	low := min(max(high*(1-clash-slip), least), high)
	return mass{low, min(max(high*math.Exp(-clash), low), high), high}
}
