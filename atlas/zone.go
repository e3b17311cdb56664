package atlas

import (
	"cmp"
	"slices"
	"sync"

	"knead/body"
)

// Zone is the skin where a point or a pattern is felt on one side: cells with weights, sorted
// by cell. No cell stands in both lists.
type Zone struct {
	Essential []body.Weighted
	Spillover []body.Weighted
}

// zones are worked out when they are first asked for.
type zones struct {
	once [2]sync.Once
	side [2]Zone
}

// Zone gives the point's referral zone on the side of the point. The left zone is
// the mirror image of the right one. It must not be changed.
func (p *Point) Zone(side body.Side) Zone { return p.zones.on(side, p.Essential, p.Spillover) }

// on gives the zone of shapes on a side.
func (z *zones) on(side body.Side, essential, spillover []body.Shape) Zone {
	z.once[side].Do(func() {
		skin := body.Skin()
		if side == body.Left {
			right := z.on(body.Right, essential, spillover)
			z.side[side] = Zone{mirrored(skin, right.Essential), mirrored(skin, right.Spillover)}
			return
		}
		z.side[side] = split(Cells(skin, essential, side), Cells(skin, spillover, side))
	})
	return z.side[side]
}

// Cell gives the cell of the point itself.
func (p *Point) Cell(side body.Side) body.CellID { return body.Skin().At(p.At, side) }

// Cells lays several shapes over each other: the strongest holds in each cell.
func Cells(skin *body.Surface, shapes []body.Shape, side body.Side) []body.Weighted {
	weight := map[body.CellID]float64{}
	for _, sh := range shapes {
		for _, c := range sh.Cells(skin, side) {
			weight[c.Cell] = max(weight[c.Cell], c.W)
		}
	}
	return sorted(weight)
}

// split lets each cell stand in one list only. Essential wins inside its half-way
// edge; in its soft rim the stronger of the two holds, so that a spillover that
// begins under the rim leaves no gap.
func split(essential, spillover []body.Weighted) Zone {
	const inside = 0.5 // chosen: where the drawn edge of a soft shape runs
	often, sometimes := map[body.CellID]float64{}, map[body.CellID]float64{}
	for _, c := range essential {
		often[c.Cell] = c.W
	}
	for _, c := range spillover {
		if w := often[c.Cell]; w < inside && w < c.W {
			delete(often, c.Cell)
			sometimes[c.Cell] = c.W
		}
	}
	return Zone{Essential: sorted(often), Spillover: sorted(sometimes)}
}

func sorted(weight map[body.CellID]float64) []body.Weighted {
	out := make([]body.Weighted, 0, len(weight))
	for c, w := range weight {
		out = append(out, body.Weighted{Cell: c, W: w})
	}
	slices.SortFunc(out, func(a, b body.Weighted) int { return cmp.Compare(a.Cell, b.Cell) })
	return out
}

func mirrored(skin *body.Surface, cells []body.Weighted) []body.Weighted {
	out := slices.Clone(cells)
	for i := range out {
		out[i].Cell = skin.Mirror(out[i].Cell)
	}
	slices.SortFunc(out, func(a, b body.Weighted) int { return cmp.Compare(a.Cell, b.Cell) })
	return out
}
