package reason

import (
	"knead/atlas"
	"knead/body"
)

// Cause is a trigger point on one side, as the model has it before anything is known
// of the client.
type Cause struct {
	Point *atlas.Point
	Side  body.Side
	Prior float64         // the chance that it is active, in [0, 1]
	Felt  []body.Weighted // where it is felt: W is the chance that a client paints there
}

// Causes lists every trigger point on both sides. It is for those who try the ranking
// out on clients of their own making; see package trial.
func (m *Model) Causes() []Cause {
	out := make([]Cause, m.points)
	for j, c := range m.causes[:m.points] {
		out[j] = Cause{Point: c.point, Side: c.side, Prior: c.odds / (1 + c.odds)}
	}
	for c := range body.CellID(m.skin.Len()) {
		for _, r := range m.at(c) {
			if int(r.cause) >= m.points {
				continue
			}
			out[r.cause].Felt = append(out[r.cause].Felt, body.Weighted{Cell: c, W: float64(r.strength)})
		}
	}
	return out
}

// Patches gives the pieces of skin that a drawing is read in, where it is small enough
// not to be read more coarsely.
func (m *Model) Patches() []body.Set {
	out := make([]body.Set, m.grids[0].count)
	for c, p := range m.fine.of {
		if p >= 0 {
			out[m.grids[0].of[p]].Add(body.CellID(c))
		}
	}
	return out
}
