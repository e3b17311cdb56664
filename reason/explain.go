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
	told bool    // large enough to be told
}

// explainer knows where the paint of a drawing lies.
type explainer struct {
	m       *Model
	places  []place
	cells   []body.CellID // painted, mark by mark
	at      []int         // by place in cells: its place in places
	painted []bool        // by region: something is painted there
}

// What counts in words (chosen, for reading only; the weights do not depend on it).
const (
	placeLeast   = 0.08 // of a mark's paint: less in a region is a slip of the brush
	explainLeast = 0.25 // of a place's paint in the zone: less is not called explained
	notFeltLeast = 0.20 // of an essential zone in a region, to miss it there
)

func (m *Model) explainer(d body.Drawing) *explainer {
	e := &explainer{m: m, painted: make([]bool, len(m.regions))}
	number := make([]int, len(m.regions)) // by region: its place in this mark + 1
	for k, mark := range d.Marks {
		var cells body.Set
		for c, level := range mark.Levels {
			if m.paintable(c, level) {
				cells.Add(c)
			}
		}
		clear(number)
		from, total := len(e.places), 0.0
		for c := range cells.All {
			r := m.region[c]
			if number[r] == 0 {
				e.painted[r] = true
				e.places = append(e.places, place{mark: k, RegionSide: m.regions[r]})
				number[r] = len(e.places)
			}
			e.cells = append(e.cells, c)
			e.at = append(e.at, number[r]-1)
			e.places[number[r]-1].area += m.skin.Area(c)
			total += m.skin.Area(c)
		}
		for i := from; i < len(e.places); i++ {
			e.places[i].told = e.places[i].area >= placeLeast*total
		}
	}
	return e
}

// explain adds to each candidate what it explains, what it does not, and why.
func (e *explainer) explain(list []Candidate, hands []signs) {
	share := make([][]float64, len(e.places)) // by place and candidate
	for k := range share {
		share[k] = make([]float64, len(list))
	}
	slot := make([]int, len(e.m.causes)) // by cause: its candidate + 1
	for i, c := range list {
		slot[e.m.cause(c.Point, c.Side)] = i + 1
	}
	for i, c := range e.cells {
		pl := e.at[i]
		part := e.m.skin.Area(c) / e.places[pl].area
		for _, r := range e.m.at(c) {
			if k := slot[r.cause]; k > 0 {
				share[pl][k-1] += part * inZone(r)
			}
		}
	}
	for i := range list {
		c := &list[i]
		for k, pl := range e.places {
			if !pl.told || share[k][i] < explainLeast {
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
		for _, r := range e.m.causes[j].core {
			if !e.painted[r] {
				c.NotFelt = append(c.NotFelt, e.m.regions[r])
			}
		}
		c.Why = why(c, hands[j])
	}
}

// inZone is how far a cell lies in the skin where a cause is felt: 1 for spillover and
// more, less over the muscle itself and in soft edges.
func inZone(r reach) float64 { return min(float64(r.strength)/sometimesPainted, 1) }

// core lists the regions that hold a good part of an essential zone, the largest
// part first.
func (m *Model) core(z atlas.Zone) []int16 {
	part, total := map[int16]float64{}, 0.0
	for _, w := range z.Essential {
		a := w.W * m.skin.Area(w.Cell)
		part[m.region[w.Cell]] += a
		total += a
	}
	var out []int16
	for r, a := range part {
		if a >= notFeltLeast*total {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b int16) int { return cmp.Or(cmp.Compare(part[b], part[a]), cmp.Compare(a, b)) })
	return out
}
