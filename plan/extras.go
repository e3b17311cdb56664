package plan

import (
	"fmt"
	"slices"

	"knead/atlas"
	"knead/screen"
)

// What a client may like besides hands: a warm pack at the beginning, and stretches where
// the position allows them.

// placeHeat lets the area that hurts most begin with a warm pack, if the client likes
// one and the area is in reach at the beginning. No pack lies near the eyes.
func (s *session) placeHeat(offers []*offer, first pose) {
	if ok, _ := s.clear.Allows("heat"); !ok || !s.likes("heat") {
		return
	}
	var packed, before *strand
	for _, o := range offers {
		st := o.strands[0]
		if st.pose != first || st.only || o.area.region == "head" {
			continue
		}
		if packed == nil || st.weight > packed.weight {
			packed = st
		}
		if had, _ := s.had(st.id(), st.pose.position); had.Heat {
			before = st
		}
	}
	if before != nil && hardlyMore(packed.weight, before.weight) {
		packed = before
	}
	if packed != nil {
		packed.heat = true
	}
}

// withoutHeat says why a client who likes a warm pack has none.
func (s *session) withoutHeat() {
	t, known := atlas.Standard().Technique("heat")
	if !known || !s.likes(t.ID) {
		return
	}
	if ok, rule := s.clear.Allows("heat"); !ok {
		s.leave(t.Name, s.removal(rule))
	} else if s.minutes < heatFrom {
		s.leave(t.Name, fmt.Sprintf("no time for a pack in less than %d minutes: see the advice", heatFrom))
	}
}

// pack is the warm pack; it stands for the warming strokes.
func (s *session) pack(add adder, minutes int) *step {
	t, _ := atlas.Standard().Technique("heat")
	x := add(Warm, "heat", t, 1, minutes)
	x.Ask = true
	x.Strokes = s.strokes(t, "heat")
	x.Words = "Warm pack through several layers of towel, " + x.Place + "; look at the skin after 5 minutes, then begin with long strokes"
	x.Reason = "The client likes heat. That it should come before deeper work is habit."
	x.Source = "mpft-heat"
	return x
}

// stretchable tells whether a strand is stretched, for those who like it.
func (s *session) stretchable(st *strand) bool {
	free, _ := s.mayStretch(st.area)
	return free && s.likes("stretching") && !st.along && !st.only && !st.filling && !st.pins["stretch"].Drop
}

// stretchPose is where a strand can be stretched: where it is worked, or in a later pose,
// as the back of the legs face up; nil for nowhere.
func stretchPose(st *strand, poses []pose) *pose {
	for i := slices.Index(poses, st.pose); i < len(poses); i++ {
		p := poses[i]
		if slices.Contains(st.area.stretch, p.position) && (!p.lyingOnSide() || st.side != nil && *st.side == p.up) {
			return &poses[i]
		}
	}
	return nil
}

// unstretched says what would have been stretched in another position, and what may not be.
func (s *session) unstretched(c choice) {
	if !s.likes("stretching") {
		return
	}
	for _, st := range c.strands {
		if free, rule := s.mayStretch(st.area); !free {
			s.leave("stretching: "+st.area.words, "not today: "+s.removal(rule))
		} else if len(st.area.stretch) > 0 && s.stretchable(st) && st.stretch == nil {
			s.leave("stretching: "+st.area.words, "cannot be stretched "+lying(st.pose))
		}
	}
}

// mayStretch tells whether the screening leaves stretching an area open, and if not,
// which rule closes it.
func (s *session) mayStretch(a *area) (bool, screen.RuleID) {
	names := []string{"stretching", "end-range"}
	if a.region == "neck and shoulders" {
		names = append(names, "neck-stretch")
	}
	for _, name := range names {
		if free, rule := s.clear.Allows(name); !free {
			return false, rule
		}
	}
	return true, ""
}

// stretches tells whether general work in a strand may have stretches in it.
func (s *session) stretches(st *strand) bool {
	free, _ := s.mayStretch(st.area)
	return free && slices.Contains(st.area.stretch, st.pose.position)
}

// stretchStep is the step for those who like to be stretched.
func (s *session) stretchStep(st *strand, add adder) *step {
	t, _ := atlas.Standard().Technique("stretching")
	x := add(Work, "stretch", t, 1, st.stretchMinutes())
	x.pose, x.Position = *st.stretch, st.stretch.position
	x.Strokes = s.strokes(t, "stretch", "hold")
	x.Words = "Stretch slowly to mild tightness, 10 to 30 seconds, 2 to 4 times, " + x.Place
	x.Reason = "The client likes stretching."
	return x
}
