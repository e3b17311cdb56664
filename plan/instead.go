package plan

import (
	"fmt"
	"slices"

	"knead/atlas"
)

// instead gives a step with each other technique that may do it, in the order in which the
// planner would take them. It is the same place in the same position, never harder,
// never strong and never longer, so that whatever of it is worked keeps the doses of the plan. A stretch has
// none: nothing else is one.
func (s *session) instead(x *step) (others []Step) {
	if x.Technique == "" || x.strand == nil || x.Technique == "stretching" {
		return nil
	}
	name := string(x.Technique)
	if t, ok := atlas.Standard().Technique(x.Technique); ok {
		name = t.Name
	}
	o := *s // the session as it is without that technique
	o.styles = slices.DeleteFunc(slices.Clone(s.styles), func(t *atlas.Technique) bool { return t.ID == x.Technique })
	for len(o.styles) > 0 {
		t := o.styles[0]
		most := min(x.Pressure, usualPressure)
		switch {
		case x.Technique == "heat":
			most = min(broadPressure, x.Limit)
		case x.Point != nil:
			most = min(most, gentleOnly)
		}
		if t.PressureMin <= most {
			y := x.Step
			y.ID += "." + string(t.ID)
			y.Seconds = 60 * min(x.minutes, o.longestInstead(x))
			y.Pinned = false
			y.Pressure = min(most, t.PressureMax)
			o.handOver(&y, t, y.Pressure)
			y.Reason = fmt.Sprintf("Instead of %s, which the client no longer wants.", name)
			others = append(others, y)
		}
		o.styles = o.styles[1:]
	}
	return others
}

// longestInstead is the most minutes of hands where a step was: a pack lies longer than
// anybody warms.
func (s *session) longestInstead(x *step) int {
	if x.Technique != "heat" {
		return x.minutes
	}
	st := x.strand
	worked := st.minutes - (minHeatMinutes - 1)
	if st.has(st.minutes).stretch {
		worked -= st.stretchMinutes()
	}
	return max(1, min(maxWarmMinutes, 1+st.cap-worked))
}
