package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// pinned holds the steps that the therapist pinned, within what the doses and the
// screening allow.
func (s *session) pinned(steps []*step) []*step {
	found := map[string]bool{}
	kept := steps[:0]
	for _, x := range steps {
		pin, ok := s.pinOf(x, steps)
		if !ok {
			kept = append(kept, x)
			continue
		}
		found[pin.Step] = true
		if pin.Drop && x.Kind == Warm {
			s.leave("leaving out: "+x.Words, "an area is warmed before it is worked")
			kept = append(kept, x)
			continue
		}
		if pin.Drop && x.Kind != Turn && !x.frame {
			s.leave(x.Words, "the therapist left it out")
			continue
		}
		x.Pinned = true
		s.pinPressure(x, pin.Pressure)
		s.pinMinutes(x, pin.Minutes)
		kept = append(kept, x)
	}
	for _, id := range s.pinIDs() {
		pin := s.pins[id]
		if pin.Drop || found[id] {
			continue
		}
		s.leave("pinned step "+id, "it has no place in this plan")
	}
	return withoutBareBlocks(kept)
}

// pinOf gives the pin of a step: by its id or, where the client now lies so that both
// sides are worked alike (or no longer), by its kind and area.
func (s *session) pinOf(x *step, steps []*step) (Pin, bool) {
	if pin, ok := s.pins[x.ID]; ok {
		return pin, true
	}
	if x.block == nil || x.Point != nil {
		return Pin{}, false
	}
	stem := stemOf(x.ID)
	if i := slices.IndexFunc(steps, func(y *step) bool { return stemOf(y.ID) == stem }); steps[i] != x {
		return Pin{}, false
	}
	for _, id := range s.pinIDs() {
		if stemOf(id) == stem && !slices.ContainsFunc(steps, func(y *step) bool { return y.ID == id }) {
			return s.pins[id], true
		}
	}
	return Pin{}, false
}

// stemOf is the kind and the area of a step's id.
func stemOf(id string) string {
	parts := strings.SplitN(id, ".", 3)
	if len(parts) < 2 {
		return id
	}
	return parts[0] + "." + parts[1]
}

func (s *session) pinIDs() []string {
	ids := make([]string, 0, len(s.pins))
	for id := range s.pins {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (s *session) pinPressure(x *step, wanted int) {
	if wanted == 0 || x.Pressure == 0 || wanted == x.Pressure {
		return
	}
	t, _ := atlas.Standard().Technique(x.Technique)
	limit := s.stepLimit(x)
	got := min(wanted, limit)
	switch {
	case x.Kind == Warm:
		got = min(got, broadPressure, t.PressureMax) // warm before deep
	case x.Point != nil && x.Hold != (Hold{}) && got < t.PressureMin:
		style, pressure := s.style(got)
		x.Technique, x.Hold, x.Source = style.ID, Hold{}, firstSource(style)
		x.Strokes = s.strokes(style, "effleurage", "hold", "rocking")
		x.Words = pointWords(x.Point, *x.Side) + ": " + s.gently()
		got = min(got, pressure)
	case x.Technique == "stretching":
		got = min(got, t.PressureMax)
	case x.Point != nil && x.Hold == (Hold{}):
		got = min(got, gentleOnly, t.PressureMax)
	case got > t.PressureMax || got < t.PressureMin:
		t, got = s.other(t, got)
		x.Technique = t.ID
		x.Strokes = s.strokes(t, "petrissage", "effleurage", "compression", "hold")
	}
	if got < wanted {
		s.leave(fmt.Sprintf("pressure %d: %s", wanted, x.Words), fmt.Sprintf("%d is the most that is allowed there", got))
	}
	x.Pressure = got
	if got >= strong && x.Hold == (Hold{}) {
		x.least, x.most = min(x.least, maxStrongRun), min(x.most, maxStrongRun)
	}
}

// calm lowers strong work that a pin has moved next to other strong work: broad strokes
// come between.
func (s *session) calm(steps []*step) []*step {
	hard := func(x *step) bool { return x.Pressure >= strong && x.Point == nil }
	for i, x := range steps {
		if i > 0 && hard(x) && hard(steps[i-1]) {
			x.Pressure = usualPressure
			s.leave("strong pressure: "+x.Words, fmt.Sprintf("after %d minutes of strong work come broad strokes", maxStrongRun))
		}
	}
	return steps
}

// other finds an allowed technique for general work that can give the pressure; if
// none can, it stays and gives the nearest.
func (s *session) other(t *atlas.Technique, pressure int) (*atlas.Technique, int) {
	for _, id := range general {
		o, known := atlas.Standard().Technique(id)
		if ok, _ := s.clear.Allows(string(id)); ok && known && o.PressureMin <= pressure && pressure <= o.PressureMax {
			return o, pressure
		}
	}
	return t, max(min(pressure, t.PressureMax), min(pressure, t.PressureMin))
}

// allowed is the highest pressure that the screening, the muscle and the area allow where
// a step works, whatever the client likes.
func (s *session) allowed(x *step) int {
	if x.Point != nil {
		return s.onPoint(x)
	}
	return s.stepLimit(x)
}

func (s *session) onPoint(x *step) int {
	skin := body.Skin()
	limit, _ := s.clear.MaxPressure(body.SetOf(skin.Near(skin.Centre(x.Point.Cell(*x.Side)), fingertip)...))
	if most := x.Point.Muscle.Pressure; most > 0 {
		limit = min(limit, most)
	}
	return limit
}

// stepLimit is the highest pressure that they allow a step, as it is worked.
func (s *session) stepLimit(x *step) int {
	if x.Point != nil {
		limit := s.onPoint(x)
		if x.Hold != (Hold{}) {
			return limit
		}
		return min(limit, gentleOnly)
	}
	if x.block == nil {
		return 0
	}
	for _, st := range x.block.strands {
		if st.side == x.Side || st.side != nil && x.Side != nil && *st.side == *x.Side {
			return st.limit
		}
	}
	return 1
}

// frameMinutes bounds what a pin may make of arriving, turning, resting and closing
// (chosen).
const frameMinutes = 10

func (s *session) pinMinutes(x *step, wanted int) {
	if wanted == 0 {
		if x.block != nil {
			x.keep += 1000
		}
		return
	}
	most := frameMinutes
	switch {
	case x.Hold != (Hold{}):
		most = maxPointMinutes
	case x.Pressure >= strong:
		most = maxStrongRun
	case x.block != nil:
		most = maxAreaMinutes
	}
	got := min(wanted, most)
	if got < wanted {
		s.leave(fmt.Sprintf("%d minutes: %s", wanted, x.Words), fmt.Sprintf("%d minutes are the most for one step of this kind", most))
	}
	x.least, x.most = got, got
	x.keep += 1000
}

// reorder moves pinned work steps to the place that the therapist gave them, within
// their pose: a turn more would cost the client's rest. Warming moves along.
func (s *session) reorder(steps []*step) []*step {
	offset := 0
	for start := 0; start < len(steps); {
		end := start
		for end < len(steps) && steps[end].pose == steps[start].pose && (end == start || steps[end].Kind != Turn) {
			end++
		}
		offset += s.reorderPose(steps[start:end], offset)
		start = end
	}
	return steps
}

func (s *session) reorderPose(steps []*step, offset int) (n int) {
	var slots []int
	var works []*step
	for i, x := range steps {
		if x.Kind == Work {
			slots, works = append(slots, i), append(works, x)
		}
	}
	n = len(works)
	moved := slices.DeleteFunc(slices.Clone(works), func(x *step) bool { return s.pins[x.ID].Order == 0 })
	if len(moved) == 0 {
		return n
	}
	slices.SortStableFunc(moved, func(a, b *step) int { return cmp.Compare(s.pins[a.ID].Order, s.pins[b.ID].Order) })
	placed := make([]*step, n)
	for _, x := range moved {
		at := min(max(s.pins[x.ID].Order-1-offset, 0), n-1)
		for placed[at] != nil {
			at = (at + 1) % n
		}
		placed[at] = x
	}
	at := 0
	for _, x := range works {
		if slices.Contains(moved, x) {
			continue
		}
		for placed[at] != nil {
			at++
		}
		placed[at] = x
	}
	for i, slot := range slots {
		steps[slot] = placed[i]
	}
	warmFirst(steps)
	return n
}

// warmFirst moves each warming step before the first work on its area.
func warmFirst(steps []*step) {
	for i, x := range steps {
		if x.Kind != Warm {
			continue
		}
		for j := range i {
			y := steps[j]
			if y.Kind == Work && y.block == x.block && (x.Side == nil || y.Side == nil || *x.Side == *y.Side) {
				copy(steps[j+1:i+1], steps[j:i])
				steps[j] = x
				break
			}
		}
	}
}
