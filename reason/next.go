package reason

import (
	"math"
	"slices"

	"knead/atlas"
	"knead/body"
)

// next picks the candidate to press next, asking whether that is the pain: the one most
// likely to be the cause for the effort of getting there. Of two neighbours in an order,
// with chances p, q and efforts a, b, putting the first before the second saves p*b and
// costs q*a; so the order by p/a finds a cause with the least effort to be expected. The
// entropy of one answer would choose alike up to a weight of a half, and above it send
// hands away from the very point that is likely to be it. What was pressed already is not
// asked again.
func (m *Model) next(list []Candidate, hands []signs) *NextCheck {
	var best *NextCheck
	most := 0.0
	for i := range list {
		c := &list[i]
		j := m.cause(c.Point, c.Side)
		if hands[j].familiar != NotChecked {
			continue
		}
		effort := 1.0
		if len(list[0].Point.Access) > 0 && !sharesPosition(c.Point, list[0].Point) {
			effort += effortTurn
		}
		if m.causes[j].sensitive {
			effort += effortSensitive
		}
		if worth := c.Weight / effort; worth > most {
			most = worth
			best = &NextCheck{Point: c.Point, Side: c.Side, Gain: m.press.information(c.Weight)}
			if best.Why = say("next.near"); i == 0 {
				best.Why = say("next.leads")
			}
		}
	}
	return best
}

// press is what asking for familiar pain at a point is worth.
type press struct {
	sign              Sign
	active, otherwise float64 // the entropy of the answer at an active point, and at another one
}

func newPress(s Sign) press { return press{s, entropy(s.Sensitivity), entropy(s.Specificity)} }

// information is what the answer at a point of this weight is expected to tell, in bits.
func (p *press) information(weight float64) float64 {
	yes := weight*p.sign.Sensitivity + (1-weight)*(1-p.sign.Specificity)
	return max(entropy(yes)-weight*p.active-(1-weight)*p.otherwise, 0)
}

// entropy of a yes that comes with chance p, in bits.
func entropy(p float64) float64 {
	if p <= 0 || p >= 1 {
		return 0
	}
	return -p*math.Log2(p) - (1-p)*math.Log2(1-p)
}

func sharesPosition(a, b *atlas.Point) bool {
	return slices.ContainsFunc(a.Access, func(p atlas.Position) bool { return slices.Contains(b.Access, p) })
}

// sensitive tells whether a region is one where a touch needs asking twice.
func sensitive(r body.RegionID) bool {
	switch r {
	case "armpit", "throat", "under-chin", "mouth", "breast", "groin", "pubic", "coccyx", "gluteal-lower":
		return true
	}
	return false
}
