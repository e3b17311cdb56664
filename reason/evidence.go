package reason

import (
	"cmp"
	"math"
	"slices"

	"knead/body"
)

// paint is a drawing cell by cell.
type paint struct {
	cells  []body.CellID // painted and visible, rising
	counts []float64     // by place in cells: how much the cell counts, in (0, 1]
}

// read takes the marks of a drawing together. A cell counts by its level against the
// highest of the drawing, and less where the pain is of a kind that nerves make.
// Levels outside 1-10 and cells that cannot be seen are left out.
func (m *Model) read(d body.Drawing) paint {
	var all body.Set
	peak := uint8(0)
	for _, mark := range d.Marks {
		for c, level := range mark.Levels {
			if m.paintable(c, level) {
				all.Add(c)
				peak = max(peak, level)
			}
		}
	}
	p := paint{cells: slices.Collect(all.All)}
	p.counts = make([]float64, len(p.cells))
	for _, mark := range d.Marks {
		kind, floor := 1.0, m.numbers.LevelFloor
		if nerveQuality(mark.Quality) {
			kind = m.numbers.NerveLike
		}
		for c, level := range mark.Levels {
			if m.paintable(c, level) {
				i, _ := slices.BinarySearch(p.cells, c)
				p.counts[i] = max(p.counts[i], kind*(floor+(1-floor)*float64(level)/float64(peak)))
			}
		}
	}
	return p
}

func (m *Model) paintable(c body.CellID, level uint8) bool {
	return level >= 1 && level <= 10 && int(c) < m.skin.Len() && !m.skin.Hidden(c)
}

// mirrored is the same paint on the other side. Right cells stand before left ones.
func (p paint) mirrored(s *body.Surface) paint {
	n := p.rights(s)
	out := paint{
		cells:  slices.Concat(p.cells[n:], p.cells[:n]),
		counts: slices.Concat(p.counts[n:], p.counts[:n]),
	}
	for i, c := range out.cells {
		out.cells[i] = s.Mirror(c)
	}
	return out
}

// rights counts the cells on the right.
func (p paint) rights(s *body.Surface) int {
	n, _ := slices.BinarySearch(p.cells, body.CellID(s.Len()/2))
	return n
}

// heavier is 1 when more is painted on the right at the first place where the sides
// differ, -1 when more is on the left, and 0 when the sides are mirror images.
func (p paint) heavier(s *body.Surface) int {
	n := p.rights(s)
	right, left := 0, n
	for right < n || left < len(p.cells) {
		switch {
		case left == len(p.cells):
			return 1
		case right == n:
			return -1
		}
		if d := cmp.Compare(s.Mirror(p.cells[left]), p.cells[right]); d != 0 {
			return d
		}
		if d := cmp.Compare(p.counts[right], p.counts[left]); d != 0 {
			return d
		}
		right, left = right+1, left+1
	}
	return 0
}

func nerveQuality(q body.Quality) bool {
	return q == body.Burning || q == body.Tingling || q == body.Numb
}

// observations is how much each painted cell counts in all, in whole observations.
// In each area of the body, paint counts as the square root of its size in patches,
// but at least as one observation: two hundred square centimetres painted in one sweep
// are not so many witnesses, and a small mark is a mark.
func (m *Model) observations(p paint) []float64 {
	full := make([]float64, m.areas.count)
	for _, c := range p.cells {
		full[m.areas.of[m.fine.of[c]]] += m.patches(c)
	}
	out := make([]float64, len(p.cells))
	for i, c := range p.cells {
		f := full[m.areas.of[m.fine.of[c]]]
		out[i] = p.counts[i] * m.patches(c) * math.Sqrt(max(f, 1)) / f
	}
	return out
}

// patches is the size of a cell in patches.
func (m *Model) patches(c body.CellID) float64 {
	return m.skin.Area(c) / patchCM2[m.skin.Coord(c).Part]
}

// site is a painted patch of skin.
type site struct {
	weight   float64   // observations, > 0
	strength []float64 // by cause: the chance that it makes a client paint here
}

// sites reads the paint through the finest grid on which it touches at most maxSites
// patches.
func (m *Model) sites(p paint) []site {
	weight := m.observations(p)
	inPatch := make([]float64, m.fine.count)
	for i, c := range p.cells {
		inPatch[m.fine.of[c]] += weight[i]
	}
	at, sites := m.grids[0].sites(inPatch)
	for i := 1; i < len(m.grids) && len(sites) > maxSites; i++ {
		at, sites = m.grids[i].sites(inPatch)
	}
	strength := make([]float64, len(sites)*len(m.causes))
	for i := range sites {
		sites[i].strength = strength[i*len(m.causes):][:len(m.causes)]
	}
	for i, c := range p.cells {
		s := &sites[at[m.fine.of[c]]]
		for _, r := range m.at(c) {
			s.strength[r.cause] += weight[i] * float64(r.strength) / s.weight
		}
	}
	for patch, w := range inPatch {
		if w == 0 {
			continue
		}
		s := &sites[at[patch]]
		for _, j := range m.around[patch] {
			s.strength[j] += w * m.numbers.AnyhowPainted / s.weight
		}
	}
	return sites
}

// sites gathers fine patches with these weights; at gives the site of each.
func (g grid) sites(weight []float64) (at []int32, sites []site) {
	number := make([]int32, g.count) // by patch: its site + 1
	at = make([]int32, len(weight))
	for p, w := range weight {
		if w == 0 {
			continue
		}
		q := g.of[p]
		if number[q] == 0 {
			sites = append(sites, site{})
			number[q] = int32(len(sites))
		}
		at[p] = number[q] - 1
		sites[at[p]].weight += w
	}
	return at, sites
}

// clearFactors is by how much the clear skin of its zone multiplies each cause's odds.
func (m *Model) clearFactors(p paint) []float64 {
	often, sometimes := make([]float64, len(m.causes)), make([]float64, len(m.causes))
	for _, c := range p.cells {
		for _, r := range m.at(c) {
			often[r.cause] += float64(r.often)
			sometimes[r.cause] += float64(r.sometimes)
		}
	}
	logOftenClear, logSometimesClear := math.Log(m.numbers.OftenClear), math.Log(m.numbers.SometimesClear)
	factors := often
	for j := range factors {
		loss := logOftenClear * (1 - min(often[j]/m.numbers.EnoughPainted, 1))
		if len(m.causes[j].zone.Spillover) > 0 {
			loss += logSometimesClear * (1 - min(sometimes[j]/m.numbers.EnoughPainted, 1))
		}
		factors[j] = math.Exp(loss)
	}
	return factors
}

// net ties the causes to the painted sites. A site of weight 1 has the chance leak of
// being painted for another reason, and a cause of strength w alone raises its odds by
// the factor 1 + w*(1/leak - 1). A site of weight u counts as the u-th power of that:
// its leak is leak^u, and its edges follow. So a piece of paint says the same about a
// cause, however the grid cuts it, up to heaviest.
func (m *Model) net(sites []site, odds []float64) *net {
	leak := m.numbers.Leak
	n := &net{odds: odds, edges: make([][]edge, len(odds))}
	for _, s := range sites {
		n.quiet = append(n.quiet, 1-math.Pow(leak, min(s.weight, heaviest)))
	}
	store := make([]edge, 0, len(odds)*len(sites))
	for j := range odds {
		first := len(store)
		for i, s := range sites {
			if w := s.strength[j]; w > 0 {
				gain := math.Pow(1+w*(1/leak-1), min(s.weight, heaviest))
				store = append(store, edge{int32(i), 1 - (gain-1)*(1-n.quiet[i])/n.quiet[i]})
			}
		}
		n.edges[j] = store[first:]
	}
	return n
}
