package reason

import (
	"cmp"
	"slices"

	"knead/atlas"
	"knead/body"
)

// place is the paint of one mark in one region on one side.
type place struct {
	mark int
	body.RegionSide
	area float64 // cm2
}

// explainer knows where the paint of a drawing lies.
type explainer struct {
	m       *Model
	places  []place
	cells   []body.Set               // by place
	painted map[body.RegionSide]bool // regions with enough paint to count as marked
}

// What counts in words (chosen, for reading only; the weights do not depend on it).
const (
	placeLeast   = 0.08 // of a mark's paint: less in a region is a slip of the brush
	explainLeast = 0.25 // of a place's paint in the zone: less is not called explained
	notFeltLeast = 0.20 // of an essential zone in a region, to miss it there
)

func (m *Model) explainer(d body.Drawing, p paint) *explainer {
	e := &explainer{m: m, painted: map[body.RegionSide]bool{}}
	for k, mark := range d.Marks {
		at := map[body.RegionSide]int{}
		from, total := len(e.places), 0.0
		var cells body.Set
		for c := range mark.Levels {
			if m.visible(c) && p.cells.Has(c) {
				cells.Add(c)
			}
		}
		for c := range cells.All {
			rs := body.RegionSide{Region: m.skin.Region(c), Side: m.skin.Side(c)}
			i, ok := at[rs]
			if !ok {
				i = len(e.places)
				at[rs] = i
				e.places = append(e.places, place{mark: k, RegionSide: rs})
				e.cells = append(e.cells, body.Set{})
			}
			e.places[i].area += m.skin.Area(c)
			total += m.skin.Area(c)
			e.cells[i].Add(c)
		}
		kept := from
		for i := from; i < len(e.places); i++ {
			e.painted[e.places[i].RegionSide] = true
			if e.places[i].area >= placeLeast*total {
				e.places[kept], e.cells[kept] = e.places[i], e.cells[i]
				kept++
			}
		}
		e.places, e.cells = e.places[:kept], e.cells[:kept]
	}
	return e
}

// explain adds to each candidate what it explains, what it does not, and why.
func (e *explainer) explain(list []Candidate, hands []signs) {
	share := make([][]float64, len(e.places)) // by place and candidate
	slot := make([]int, len(e.m.causes))      // by cause: its candidate + 1
	for i, c := range list {
		slot[e.m.cause(c.Point, c.Side)] = i + 1
	}
	for k := range e.places {
		share[k] = make([]float64, len(list))
		for c := range e.cells[k].All {
			for _, r := range e.m.at(c) {
				if i := slot[r.cause]; i > 0 {
					share[k][i-1] += inZone(r) * e.m.skin.Area(c) / e.places[k].area
				}
			}
		}
	}
	for i := range list {
		c := &list[i]
		for k, pl := range e.places {
			if share[k][i] < explainLeast {
				continue
			}
			only := true
			for o := range list {
				only = only && (o == i || list[o].Band == AlsoPossible || share[k][o] < explainLeast)
			}
			c.Explains = append(c.Explains, Explains{
				Region: pl.Region, Side: pl.Side, Mark: pl.mark, Share: min(share[k][i], 1), Only: only,
			})
		}
		slices.SortStableFunc(c.Explains, func(a, b Explains) int {
			return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Mark, b.Mark), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Side, b.Side))
		})
		j := e.m.cause(c.Point, c.Side)
		for _, rs := range e.m.causes[j].core {
			if !e.painted[rs] {
				c.NotFelt = append(c.NotFelt, rs)
			}
		}
		c.Why = why(c, hands[j])
	}
}

// inZone is how far a cell lies in the skin where a cause is felt: 0 for skin that
// it reaches only because no zone is sharp, 1 for spillover and more.
func inZone(r reach) float64 {
	return min(max((float64(r.strength)-anyhowPainted)/(sometimesPainted-anyhowPainted), 0), 1)
}

// core lists the regions that hold a good part of an essential zone, the largest
// part first.
func core(s *body.Surface, z atlas.Zone) []body.RegionSide {
	part, total := map[body.RegionSide]float64{}, 0.0
	for _, w := range z.Essential {
		a := w.W * s.Area(w.Cell)
		part[body.RegionSide{Region: s.Region(w.Cell), Side: s.Side(w.Cell)}] += a
		total += a
	}
	var out []body.RegionSide
	for rs, a := range part {
		if a >= notFeltLeast*total {
			out = append(out, rs)
		}
	}
	slices.SortFunc(out, func(a, b body.RegionSide) int {
		return cmp.Or(cmp.Compare(part[b], part[a]), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Side, b.Side))
	})
	return out
}
