package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// pinWorth is what it is worth to keep a pinned step: more than all else together, so
// that the search keeps as many as the limits allow.
const pinWorth = 1_000_000_000

// givePins gives the strands of an area the pins of their steps: by id or, where the
// client now lies so that both sides are worked alike (or no longer), by kind and area.
// What no dose allows is bent here, and pinned says so.
func (s *session) givePins(strands []*strand) {
	if len(s.pins) == 0 || len(strands) == 0 {
		return
	}
	for _, id := range s.pinIDs() {
		name, rest, _ := strings.Cut(id, ".")
		areaID, _, _ := strings.Cut(rest, ".")
		if areaID != strands[0].area.id || slices.Contains([]string{"point", "turn", "rest"}, name) {
			continue
		}
		i := slices.IndexFunc(strands, func(st *strand) bool { return st.id() == rest })
		if i < 0 {
			i = slices.IndexFunc(strands, func(st *strand) bool { _, has := st.pins[name]; return !has })
		}
		if i < 0 {
			continue
		}
		if strands[i].pins == nil {
			strands[i].pins = map[string]Pin{}
		}
		strands[i].pins[name] = s.pins[id]
	}
}

// pinned is what it is worth to keep a step of general work: twice as much as it was
// pinned as for its area worked on another side, so that a pin does not make the client
// lie otherwise.
func (st *strand) pinned(name string) int {
	pin, ok := st.pins[name]
	switch {
	case !ok || pin.Drop:
		return 0
	case pin.Step == name+"."+st.id():
		return 2 * pinWorth
	default:
		return pinWorth
	}
}

// bendPins shortens pinned minutes to what a step, and then an area, may have.
func (st *strand) bendPins(most int) {
	sum := func() (n int, longest string) {
		for _, name := range slices.Sorted(maps.Keys(st.pins)) {
			if pin := st.pins[name]; !pin.Drop {
				n += pin.Minutes
				if pin.Minutes > st.pins[longest].Minutes {
					longest = name
				}
			}
		}
		return n, longest
	}
	for name, pin := range st.pins {
		pin.Minutes = min(pin.Minutes, st.longestStep(name))
		st.pins[name] = pin
	}
	for {
		n, longest := sum()
		if n < most || longest == "" {
			return
		}
		pin := st.pins[longest]
		pin.Minutes--
		st.pins[longest] = pin
	}
}

// longestStep is the most minutes of one step of general work.
func (st *strand) longestStep(name string) int {
	switch {
	case name == "stretch":
		return maxStretchMinutes
	case name == "heat":
		return maxHeatMinutes
	case strings.HasPrefix(name, "work") && st.strongly():
		return maxStrongRun
	default:
		return maxAreaMinutes
	}
}

// pinned marks the steps that the therapist pinned, gives them their pressure, and says
// which pins were bent.
func (s *session) pinned(steps []*step) []*step {
	found := map[string]bool{}
	for _, x := range steps {
		id, pin := s.pinOf(x)
		if id == "" {
			continue
		}
		found[id] = true
		x.Pinned = true
		if pin.Drop && x.Kind == Warm {
			s.leave("leaving out: "+x.Words, "an area is warmed before it is worked")
			x.Pinned = false
			continue
		}
		if wanted := pin.Minutes; wanted > x.minutes {
			s.leave(fmt.Sprintf("%d minutes: %s", wanted, x.Words), fmt.Sprintf("%d minutes are the most for this step here", x.minutes))
		}
		s.pinPressure(x, pin.Pressure)
	}
	for _, id := range s.pinIDs() {
		if !s.pins[id].Drop && !found[id] {
			s.leave("pinned step "+id, "it has no place in this plan, or no time is left for it")
		}
	}
	return steps
}

// pinOf gives the pin of a step, and the id that it was pinned by.
func (s *session) pinOf(x *step) (string, Pin) {
	if pin, ok := s.pins[x.ID]; ok {
		return x.ID, pin
	}
	if x.strand == nil || x.Point != nil {
		return "", Pin{}
	}
	name, _, _ := strings.Cut(x.ID, ".")
	if _, ok := x.strand.pins[name]; !ok {
		return "", Pin{}
	}
	for _, id := range s.pinIDs() {
		if strings.HasPrefix(id, name+"."+x.strand.area.id) {
			return id, s.pins[id]
		}
	}
	return "", Pin{}
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
		style, pressure := s.style(got, 0)
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
	if got >= strong && x.Point == nil && x.minutes > maxStrongRun {
		got = usualPressure
	}
	if got < wanted {
		s.leave(fmt.Sprintf("pressure %d: %s", wanted, x.Words), fmt.Sprintf("%d is the most that is allowed there", got))
	}
	x.Pressure = got
}

// calm lowers strong work that pins have brought beyond its doses: next to other strong
// work, where broad strokes come between, or more than an area may have.
func (s *session) calm(steps []*step) []*step {
	hard := func(x *step) bool { return x.Pressure >= strong && x.Point == nil }
	onArea := map[*area]int{}
	for _, x := range steps {
		if x.Point != nil && x.Pressure >= strong {
			onArea[x.strand.area] += x.minutes
		}
	}
	for i, x := range steps {
		switch {
		case !hard(x):
			continue
		case i > 0 && hard(steps[i-1]):
			s.leave("strong pressure: "+x.Words, fmt.Sprintf("after %d minutes of strong work come broad strokes", maxStrongRun))
		case onArea[x.strand.area]+x.minutes > maxStrongMinutes:
			s.leave("strong pressure: "+x.Words, fmt.Sprintf("more than %d minutes of strong work on one area", maxStrongMinutes))
		default:
			onArea[x.strand.area] += x.minutes
			continue
		}
		x.Pressure = usualPressure
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
	if x.strand == nil {
		return 0
	}
	return x.strand.limit
}

// maxFrameMinutes bounds what a pin may make of arriving, turning and closing (chosen).
const maxFrameMinutes = 10

func (s *session) frameStep(id string, usual int) int {
	if pin := s.pins[id]; pin.Minutes > 0 {
		return min(pin.Minutes, maxFrameMinutes)
	}
	return usual
}

func (s *session) arriveMinutes(minutes int) int {
	return s.frameStep(string(Arrive), arriveMinutes(minutes))
}

func (s *session) closeMinutes(minutes int) int {
	return min(s.frameStep(string(Close), closeMinutes(minutes)), minutes-s.arriveMinutes(minutes))
}

func (s *session) turnMinutes(i int) int { return s.frameStep(fmt.Sprintf("turn.%d", i), turnMinutes) }

// frameMinutes is the time that a session has for other things than work.
func (s *session) frameMinutes(minutes, turns int) int {
	n := s.arriveMinutes(minutes) + s.closeMinutes(minutes)
	for i := range turns {
		n += s.turnMinutes(i + 1)
	}
	return n
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
			if y.Kind == Work && y.strand == x.strand && (x.Side == nil || y.Side == nil || *x.Side == *y.Side) {
				copy(steps[j+1:i+1], steps[j:i])
				steps[j] = x
				break
			}
		}
	}
}
