package reason

import (
	"strings"

	"knead/body"
)

// Pain in many places at once is seldom a matter of single muscles (chosen: the arms,
// the back or the front of the trunk alone are less than the first, all of them
// together are more than the second).
const (
	widespread = 0.20 // share of the skin
	everywhere = 0.60
)

// other weighs what no candidate explains, and says why it may be so.
func (m *Model) other(v verdict, d body.Drawing, p paint) Other {
	var s []string
	o := Other{Weight: v.other}

	painted := 0.0
	for _, c := range p.cells {
		painted += m.skin.Area(c)
	}
	if spread := (painted/m.area - widespread) / (everywhere - widespread); spread > 0 {
		o.Weight = max(o.Weight, min(spread, 1))
		s = append(s, "Pain in so many places at once is seldom a matter of single muscles.")
	}
	for _, mark := range d.Marks {
		if nerveQuality(mark.Quality) && len(mark.Levels) > 0 {
			s = append(s, "Burning, tingling or numbness can come from a nerve.")
			break
		}
	}
	switch {
	case len(p.cells) == 0:
		s = append(s, "Nothing was painted.")
	case v.other > 0.8:
		s = append(s, "Hardly anything in the atlas is known to be felt where it is painted.")
	case v.other > 0.4:
		s = append(s, "Part of the paint is not explained well by any point on the list.")
	}
	s = append(s, "A joint, a nerve, an organ or a muscle that is not in the atlas can hurt in the same places.")
	o.Why = strings.Join(s, " ")
	return o
}
