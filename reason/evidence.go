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

// site is a painted patch, or several that are read as one.
type site struct {
	patch    int32
	weight   float64   // how much of an observation it is, in (0, 1]
	area     float64   // painted, cm2
	strength []float64 // by cause: mean over the painted cells
}

// sites reads the paint through the finest grid on which it touches at most maxSites
// patches. A site weighs as much as its patch is filled; but paint that hangs
// together is never less than one observation, however small it is.
func (m *Model) sites(p paint) []site {
	var sites []site
	var at []int32 // by patch: its site + 1
	var g *grid
	for i := range m.grids {
		g = &m.grids[i]
		sites, at = sites[:0], make([]int32, len(g.area))
		for c := range p.cells.All {
			if q := g.of[c]; at[q] == 0 {
				sites = append(sites, site{patch: q})
				at[q] = int32(len(sites))
			}
		}
		if len(sites) <= maxSites {
			break
		}
	}
	for i := range sites {
		sites[i].strength = make([]float64, len(m.causes))
	}
	for c := range p.cells.All {
		s := &sites[at[g.of[c]]-1]
		a := m.skin.Area(c)
		s.area += a
		s.weight += a * p.counts[c]
		for _, r := range m.at(c) {
			s.strength[r.cause] += a * float64(r.strength)
		}
	}
	for i := range sites {
		s := &sites[i]
		s.weight /= s.area // mean count, to be multiplied by how full the patch is
		for j := range s.strength {
			s.strength[j] /= s.area
		}
	}
	fill(sites, at, g)
	return sites
}

// fill multiplies the weights of sites by how full their patches are. Sites that
// touch each other together make at least one whole patch.
func fill(sites []site, at []int32, g *grid) {
	seen := make([]bool, len(sites))
	for i := range sites {
		if seen[i] {
			continue
		}
		seen[i] = true
		group, full := []int{i}, 0.0
		for k := 0; k < len(group); k++ {
			s := sites[group[k]]
			full += min(s.area/g.area[s.patch], 1)
			for _, q := range g.near[s.patch] {
				if n := at[q] - 1; n >= 0 && !seen[n] {
					seen[n] = true
					group = append(group, int(n))
				}
			}
		}
		for _, k := range group {
			s := &sites[k]
			s.weight *= min(s.area/g.area[s.patch], 1) / min(full, 1)
		}
	}
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

// net ties the causes to the painted sites. The leak of a site is leak^weight: a
// faint or half-filled site may well have been painted for another reason.
func (m *Model) net(sites []site, odds []float64) *net {
	n := &net{odds: odds, edges: make([][]edge, len(odds))}
	for i, s := range sites {
		n.quiet = append(n.quiet, 1-math.Pow(leak, s.weight))
		for j, w := range s.strength {
			if w > 0 {
				n.edges[j] = append(n.edges[j], edge{int32(i), 1 - w})
			}
		}
	}
	return n
}
