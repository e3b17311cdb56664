package reason

import (
	"math"

	"knead/body"
)

// paint is a drawing cell by cell: how much each painted cell counts.
type paint struct {
	cells  body.Set
	counts []float64 // by cell, in (0, 1] where painted
}

// read takes the marks of a drawing together. A cell counts by its level against the
// highest of the drawing, and less where the pain is of a kind that nerves make.
// Levels outside 1-10 and cells that do not exist are left out.
func (m *Model) read(d body.Drawing) paint {
	p := paint{counts: make([]float64, m.skin.Len())}
	peak := uint8(0)
	for _, mark := range d.Marks {
		for c, level := range mark.Levels {
			if m.visible(c) && level <= 10 {
				peak = max(peak, level)
			}
		}
	}
	for _, mark := range d.Marks {
		kind := 1.0
		if nerveQuality(mark.Quality) {
			kind = nerveLike
		}
		for c, level := range mark.Levels {
			if !m.visible(c) || level < 1 || level > 10 {
				continue
			}
			p.cells.Add(c)
			p.counts[c] = max(p.counts[c], kind*(levelFloor+(1-levelFloor)*float64(level)/float64(peak)))
		}
	}
	return p
}

func nerveQuality(q body.Quality) bool {
	return q == body.Burning || q == body.Tingling || q == body.Numb
}

func (m *Model) visible(c body.CellID) bool { return int(c) < m.skin.Len() && !m.skin.Hidden(c) }

// mirrored is the same paint on the other side.
func (p paint) mirrored(s *body.Surface) paint {
	out := paint{counts: make([]float64, len(p.counts))}
	for c := range p.cells.All {
		out.cells.Add(s.Mirror(c))
		out.counts[s.Mirror(c)] = p.counts[c]
	}
	return out
}

// observations is how much each painted cell counts in all, in whole observations.
// In each area of the body, paint counts as the square root of its size in patches,
// but at least as one observation: twenty square centimetres painted in one sweep are
// not twenty witnesses, and a small mark is a mark.
func (m *Model) observations(p paint) []float64 {
	full := make([]float64, m.areas.count)
	for c := range p.cells.All {
		full[m.areas.of[c]] += m.patches(c)
	}
	out := make([]float64, m.skin.Len())
	for c := range p.cells.All {
		f := full[m.areas.of[c]]
		out[c] = p.counts[c] * m.patches(c) * math.Sqrt(max(f, 1)) / f
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
	var at []int32 // by patch: its site + 1
	var g *grid
	n := int32(0)
	for i := range m.grids {
		g, n = &m.grids[i], 0
		at = make([]int32, g.count)
		for c := range p.cells.All {
			if q := g.of[c]; at[q] == 0 {
				n++
				at[q] = n
			}
		}
		if n <= maxSites {
			break
		}
	}
	sites := make([]site, n)
	for i := range sites {
		sites[i].strength = make([]float64, len(m.causes))
	}
	weight := m.observations(p)
	for c := range p.cells.All {
		s := &sites[at[g.of[c]]-1]
		s.weight += weight[c]
		for _, r := range m.at(c) {
			s.strength[r.cause] += weight[c] * float64(r.strength)
		}
	}
	for i := range sites {
		for j := range sites[i].strength {
			sites[i].strength[j] /= sites[i].weight
		}
	}
	return sites
}

// clearFactor is by how much the clear skin of its zone multiplies each cause's odds.
func (m *Model) clearFactor(p paint) []float64 {
	often, sometimes := make([]float64, len(m.causes)), make([]float64, len(m.causes))
	for c := range p.cells.All {
		for _, r := range m.at(c) {
			often[r.cause] += float64(r.often)
			sometimes[r.cause] += float64(r.sometimes)
		}
	}
	for j := range often {
		missing := 1 - min(often[j]/enoughPainted, 1)
		missingToo := 1 - min(sometimes[j]/enoughPainted, 1)
		if len(m.causes[j].zone.Spillover) == 0 {
			missingToo = 0
		}
		often[j] = math.Pow(oftenClear, missing) * math.Pow(sometimesClear, missingToo)
	}
	return often
}

// net ties the causes to the painted sites. A site of weight 1 has the chance leak of
// being painted for another reason, and a cause of strength w alone raises its odds by
// the factor 1 + w*(1/leak - 1). A site of weight u counts as the u-th power of that:
// its leak is leak^u, and its edges follow. So a piece of paint says the same about a
// cause, however the grid cuts it.
func (m *Model) net(sites []site, odds []float64) *net {
	n := &net{odds: odds, edges: make([][]edge, len(odds))}
	for i, s := range sites {
		l := math.Pow(leak, s.weight)
		n.quiet = append(n.quiet, 1-l)
		for j, w := range s.strength {
			if w > 0 {
				gain := math.Pow(1+w*(1/leak-1), s.weight)
				n.edges[j] = append(n.edges[j], edge{int32(i), 1 - (gain-1)/(1/l-1)})
			}
		}
	}
	return n
}
