package reason

import (
	"cmp"
	"slices"
	"strings"
)

// Pain in many places at once is seldom a matter of single muscles (chosen: the arms,
// the back or the front of the trunk alone are less than the first, all of them
// together are more than the second).
const (
	widespread = 0.20 // share of the skin
	everywhere = 0.60
)

// somethingElse weighs what no candidate explains, and says why it may be so.
func (c *Case) somethingElse() Other {
	var s []string
	o := Other{Weight: c.other, Patterns: c.patterns()}

	if spread := (c.read.area()/c.m.area - widespread) / (everywhere - widespread); spread > 0 {
		o.Weight = max(o.Weight, min(spread, 1))
		s = append(s, say("else.widespread"))
	}
	for _, mark := range c.drawing.Marks {
		if nerveQuality(mark.Quality) && len(mark.Levels) > 0 {
			s = append(s, say("else.nerve"))
			break
		}
	}
	switch {
	case len(c.touched) == 0:
		s = append(s, say("else.nothing"))
	case o.Leads():
		s = append(s, say("else.like"))
	case c.other > 0.8 && len(o.Patterns) > 0:
		s = append(s, say("else.little"))
	case c.other > 0.8:
		s = append(s, say("else.unknown"))
	case c.other > 0.4:
		s = append(s, say("else.part"))
	}
	s = append(s, say("else.always"))
	o.Why = strings.Join(s, " ")
	return o
}

// Leads tells that a nerve or a joint is likelier than not, and comes before the points.
func (o Other) Leads() bool { return len(o.Patterns) > 0 && o.Patterns[0].Weight >= 0.5 }

// patterns lists the nerves and joints that the paint speaks for, the likeliest first:
// those whose odds the drawing raised, to at least patternLeast.
func (c *Case) patterns() []LikePattern {
	var out []LikePattern
	for j := c.m.points; j < len(c.m.causes); j++ {
		cause, b := &c.m.causes[j], c.beliefs[j]
		if !c.reached[j] || b.weight < patternLeast || b.weight <= cause.odds/(1+cause.odds) {
			continue
		}
		out = append(out, LikePattern{Pattern: cause.pattern, Side: cause.side, Weight: b.weight, Bound: b.bound})
	}
	slices.SortStableFunc(out, func(a, b LikePattern) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Pattern.ID, b.Pattern.ID))
	})
	return out[:min(len(out), patternsMax)]
}
