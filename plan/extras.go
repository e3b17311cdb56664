package plan

import (
	"fmt"
	"slices"

	"knead/atlas"
	"knead/screen"
)

// What a client may like besides hands: a warm pack at the beginning, and stretches where
// the position allows them.

// packFirst chooses where the warm pack goes, for those who like one: at the beginning of
// the session, on what hurts most if it is in reach there. That area is then worked first.
func (s *session) packFirst(blocks []*block, first pose, main *area) []*block {
	t, known := atlas.Standard().Technique("heat")
	if !known || !slices.Contains(s.prefs.Techniques, t.ID) {
		return blocks
	}
	ok, rule := s.clear.Allows("heat")
	switch {
	case !ok:
		s.leave(t.Name, s.removal(rule))
		return blocks
	case s.minutes < heatFrom:
		s.leave(t.Name, fmt.Sprintf("no time for a pack in less than %d minutes: see the advice", heatFrom))
		return blocks
	}
	for _, b := range blocks {
		fits := b.pose == first && b.area.region != "head" && !b.strands[0].only // no pack near the eyes
		if fits && (s.packed == nil || b.area == main) {
			s.packed = b
		}
	}
	if i := slices.Index(blocks, s.packed); i > 0 {
		blocks = slices.Insert(slices.Delete(blocks, i, i+1), 0, s.packed)
	}
	return blocks
}

// pack is the warm pack; it stands for the warming strokes.
func (s *session) pack(add adder, place string) *step {
	t, _ := atlas.Standard().Technique("heat")
	x := add(Warm, "heat", t, 1, minHeatMinutes, maxHeatMinutes, 0, 3)
	x.Ask = true
	x.Strokes = s.strokes(t, "heat")
	x.Words = "Warm pack through several layers of towel, " + place + "; look at the skin after 5 minutes, then begin with long strokes"
	x.Reason = "The client likes heat. That it should come before deeper work is habit."
	x.Source = "mpft-heat"
	return x
}

// stretchable tells whether a strand is stretched, for those who like it.
func (s *session) stretchable(b *block, st *strand) bool {
	return slices.Contains(s.prefs.Techniques, "stretching") && !st.along && !st.only && !b.filling
}

// laterStretches stretches what was worked in an earlier pose in which it cannot be
// stretched, as the back cannot be face down.
func (s *session) laterStretches(before []*block, p pose) (steps []*step) {
	for _, b := range before {
		if slices.Contains(b.area.stretch, b.pose.position) || !slices.Contains(b.area.stretch, p.position) {
			continue
		}
		for _, st := range b.strands {
			if !s.stretchable(b, st) || p.position == atlas.SideLying && (st.side == nil || *st.side != p.up) {
				continue
			}
			later := &block{area: b.area, pose: p, strands: b.strands, score: b.score, stretched: b}
			add := s.adder(later, st)
			if x := s.stretch(add, later, weightOf(b, st), st.words(b)); x != nil {
				steps = append(steps, x)
			}
		}
	}
	return steps
}

// unstretched says what would have been stretched in another position.
func (s *session) unstretched(blocks []*block, used []pose) {
	for _, b := range blocks {
		can := slices.ContainsFunc(used, func(p pose) bool { return slices.Contains(b.area.stretch, p.position) })
		if !can && len(b.area.stretch) > 0 && s.stretchable(b, b.strands[0]) {
			s.leave("stretching: "+b.area.words, "cannot be stretched "+lying(b.pose))
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

// stretches tells whether general work in a block may have stretches in it.
func (s *session) stretches(b *block) bool {
	free, _ := s.mayStretch(b.area)
	return free && slices.Contains(b.area.stretch, b.pose.position)
}

// stretch is the step for those who like to be stretched.
func (s *session) stretch(add adder, b *block, w float64, place string) *step {
	t, ok := atlas.Standard().Technique("stretching")
	if !ok {
		return nil
	}
	if free, rule := s.mayStretch(b.area); !free {
		s.leave("stretching: "+b.area.words, "not today: "+s.removal(rule))
		return nil
	}
	x := add(Work, "stretch", t, 1, 1, 2, w*0.2, 2+w/10)
	x.Strokes = s.strokes(t, "stretch", "hold")
	x.Words = "Stretch slowly to mild tightness, 10 to 30 seconds, 2 to 4 times, " + place
	x.Reason = "The client likes stretching."
	return x
}
