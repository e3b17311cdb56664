package plan

import (
	"slices"

	"knead/atlas"
	"knead/reason"
	"knead/screen"
)

// Planned is what a plan has of one area or one point: what a plan that takes its place
// should keep where nothing is gained by changing it.
type Planned struct {
	What     string // "back", "neck.left", "point.levator-scapulae-1.right"
	Position atlas.Position
	Minutes  int  // of general work, or on the point
	Heat     bool // begins with a warm pack
}

// Rebuild plans like [Build] where the therapist has a plan before them already, such as
// that of the same visit before a finding. What they have stays as it is where a change
// would gain little (benefit.go says how little); nothing that Build keeps to is given up
// for it. Without an earlier plan it is Build.
func Rebuild(earlier []Planned, r reason.Ranking, c screen.Clearance, minutes int, p Preferences, pins ...Pin) (Plan, error) {
	return build(earlier, r, c, minutes, p, pins)
}

// planned is what a choice has.
func (c choice) planned() (list []Planned) {
	for _, st := range c.strands {
		list = append(list, Planned{What: st.id(), Position: st.pose.position, Minutes: st.minutes, Heat: st.has(st.minutes).heat})
		for _, d := range st.points {
			list = append(list, Planned{What: d.target.step(), Position: st.pose.position, Minutes: d.minutes})
		}
	}
	return list
}

// had is what the earlier plan had of something; false where it did not have it in that
// position.
func (s *session) had(what string, position atlas.Position) (Planned, bool) {
	i := slices.IndexFunc(s.earlier, func(x Planned) bool { return x.What == what && x.Position == position })
	if i < 0 {
		return Planned{}, false
	}
	return s.earlier[i], true
}

// settle finds the session of so many minutes that changes the earlier plan least for its
// benefit. It is never worth less than the best session of a minute less: so more minutes
// never lower the benefit, whatever stood there before.
func (s *session) settle(minutes int) choice {
	if len(s.earlier) == 0 {
		return s.choose(minutes)
	}
	s.staying = true
	kept := s.choose(minutes)
	s.staying = false
	if worth := kept.worth - kept.stays; s.better(minutes-1, worth).worth > worth {
		return s.choose(minutes)
	}
	return kept
}

// stay is what it is worth that minutes stay as they were planned.
func stay(had, minutes int) int {
	switch had {
	case 0:
		return 0
	case minutes:
		return sameWorth
	default:
		return stillWorth
	}
}

// holdPlace moves the points of the earlier plan before others that are about as likely.
func (s *session) holdPlace() {
	planned := func(t *target) bool {
		return slices.ContainsFunc(s.earlier, func(x Planned) bool { return x.What == t.step() })
	}
	for i, t := range s.targets {
		if !planned(t) {
			continue
		}
		for ; i > 0; i-- {
			before := s.targets[i-1]
			if before.pin != nil || planned(before) || !hardlyMore(before.weight, t.weight) || !hardlyMore(t.weight, before.weight) {
				break
			}
			s.targets[i-1], s.targets[i] = t, before
		}
	}
}

// hardlyMore tells whether a weight is less than another, or nearly as little.
func hardlyMore(weight, than int) bool { return (100-nearPercent)*weight <= 100*than }
