package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// step is a Step in the making.
type step struct {
	Step
	minutes int
	strand  *strand // nil for steps of the whole body
	pose    pose
}

// write writes the steps of a choice in the order of working, with the frame around them
// and a turn between poses.
func (s *session) write(c choice) []*step {
	poses := c.poses
	if len(poses) == 0 {
		poses = []pose{{position: atlas.Seated}}
	}
	steps := []*step{s.frame(Arrive, poses[0], s.arriveMinutes(c.minutes))}
	strong := s.strongMinutes(c)
	for i, p := range poses {
		if i > 0 {
			steps = append(steps, turn(i, s.turnMinutes(i), p))
		}
		for _, st := range c.strands { // what was worked in an earlier pose and is stretched in this one
			if st.pose != p && st.stretch != nil && *st.stretch == p && st.has(st.minutes).stretch {
				steps = append(steps, s.stretchStep(st, s.adder(st)))
			}
		}
		begin := len(steps)
		for _, st := range s.inOrder(c, p) {
			steps = append(steps, s.strandSteps(st, strong)...)
		}
		if c.minutes >= restsFrom {
			steps = s.pause(steps, begin, i, p)
		}
	}
	s.unstretched(c)
	return append(steps, s.frame(Close, poses[len(poses)-1], s.closeMinutes(c.minutes)))
}

// inOrder are the strands of a pose in the order of working: what lay under the pack
// first, then by order.txt.
func (s *session) inOrder(c choice, p pose) []*strand {
	list := slices.DeleteFunc(slices.Clone(c.strands), func(st *strand) bool { return st.pose != p })
	packed := func(st *strand) int { return number(!st.has(st.minutes).heat) }
	var first *area
	for _, st := range list {
		if packed(st) == 0 {
			first = st.area
		}
	}
	slices.SortStableFunc(list, func(a, b *strand) int {
		return cmp.Or(number(a.area != first)-number(b.area != first), a.area.place-b.area.place, packed(a)-packed(b))
	})
	return list
}

// strongMinutes shares out the minutes of strong work: so many on one area with what is
// pressed there, and of the session no more than a therapist's hands should bear.
func (s *session) strongMinutes(c choice) map[*strand]int {
	strongest := slices.Clone(c.strands)
	slices.SortStableFunc(strongest, func(a, b *strand) int { return b.weight - a.weight })
	all, onArea := c.minutes/strongShare, map[*area]int{}
	for _, st := range c.strands {
		for _, d := range st.points {
			onArea[st.area] += d.minutes
		}
	}
	minutes := map[*strand]int{}
	for _, st := range strongest {
		if st.strongly() {
			minutes[st] = max(0, min(maxStrongMinutes-onArea[st.area], all, 3*maxStrongRun))
			onArea[st.area] += minutes[st]
			all -= minutes[st]
		}
	}
	return minutes
}

// pause takes a minute of stillness out of the last work in a pose in which points were
// pressed.
func (s *session) pause(steps []*step, begin, i int, p pose) []*step {
	pressed := 0
	var last *step
	for _, x := range steps[begin:] {
		pressed += number(x.Hold != (Hold{}))
		if _, pinned := s.pins[x.ID]; x.Kind == Work && x.Point == nil && x.minutes > restMinutes+1 && !pinned {
			last = x
		}
	}
	pin := s.pins[fmt.Sprintf("rest.%d", i)]
	if pressed < 2 || last == nil || pin.Drop {
		return steps
	}
	n := restMinutes
	if pin.Minutes > 0 {
		n = min(pin.Minutes, last.minutes-2)
	}
	last.minutes -= n
	return append(steps, rest(i, n, p))
}

func (s *session) frame(kind Kind, p pose, minutes int) *step {
	x := &step{minutes: minutes, pose: p}
	x.Step = Step{ID: string(kind), Kind: kind, Position: p.position, Source: habit}
	if kind == Arrive {
		settle(x, p)
		x.Reason = "A calm start, and a figure to compare with at the end."
	} else {
		x.Words = "Calming strokes, then rise slowly and sit a moment; test the movement again and ask for pain from 0 to 10"
		x.Reason = "Nobody gets dizzy, and both see what has changed."
	}
	return x
}

// settle makes a step the beginning of the session in a pose.
func settle(x *step, p pose) {
	x.pose, x.Position = p, p.position
	x.Words = "Settle " + lying(p) + ", cover, agree on what is worked and how hard; ask for pain from 0 to 10"
}

func turn(i, minutes int, p pose) *step {
	x := &step{minutes: minutes, pose: p}
	x.Step = Step{
		ID: fmt.Sprintf("turn.%d", i), Kind: Turn, Position: p.position, Words: "Turn: " + lying(p),
		Reason: "What comes next is reached from here; turns are as few as possible.", Source: habit,
	}
	return x
}

func rest(i, minutes int, p pose) *step {
	x := &step{minutes: minutes, pose: p}
	x.Step = Step{
		ID: fmt.Sprintf("rest.%d", i), Kind: Rest, Position: p.position, Words: "Hands still: let the client breathe and feel",
		Reason: "A pause after pressing.", Source: habit,
	}
	return x
}

func lying(p pose) string {
	switch p.position {
	case atlas.Prone:
		return "face down"
	case atlas.Supine:
		return "on the back"
	case atlas.SideLying:
		return fmt.Sprintf("on the side, %s side up", p.up)
	default:
		return "seated"
	}
}

// style gives the technique and the pressure for general work under a limit: the
// preferred one if it can be that gentle. A therapist may have pinned the pressure.
func (s *session) style(limit, pinned int) (*atlas.Technique, int) {
	want := s.wanted()
	if pinned > 0 {
		want = pinned
	}
	want = min(want, limit)
	for _, t := range s.styles {
		if t.PressureMin <= want && (pinned == 0 || want <= t.PressureMax) {
			return t, min(want, t.PressureMax)
		}
	}
	t := s.styles[len(s.styles)-1]
	return t, max(1, min(limit, t.PressureMin))
}

// broad gives the technique for warming and smoothing: the gentlest there is.
func (s *session) broad(limit int) (*atlas.Technique, int) {
	most := broadPressure
	if s.prefs.Pressure > 0 {
		most = min(most, s.prefs.Pressure)
	}
	found := s.styles[0]
	if s.dry() && found.PressureMin <= min(most, limit) {
		return found, min(most, limit)
	}
	for _, t := range s.styles {
		if t.PressureMin < found.PressureMin {
			found = t
		}
	}
	return found, max(1, min(most, limit))
}

// strandSteps writes the steps of one strand: warm, work from broad to narrow, points
// with broad strokes between, stretch.
func (s *session) strandSteps(st *strand, strong map[*strand]int) []*step {
	add := s.adder(st)
	x := st.has(st.minutes)
	shares, _ := st.shares(st.minutes, strong[st], x)
	var steps []*step
	stretch := false
	for _, share := range shares {
		switch share.name {
		case "warm":
			steps = append(steps, s.warm(st, add, share.minutes))
		case "heat":
			steps = append(steps, s.pack(add, share.minutes))
		case "stretch":
			stretch = *st.stretch == st.pose
		default:
			steps = append(steps, s.generalWork(st, add, share))
		}
	}
	for i, d := range st.points {
		steps = append(steps, s.pointStep(add, d))
		if i%2 == 1 || i == len(st.points)-1 {
			if y := s.ease(st, add, i/2); y.minutes > 0 {
				steps = append(steps, y)
			}
		}
	}
	if stretch {
		steps = append(steps, s.stretchStep(st, add))
	}
	return steps
}

type adder func(kind Kind, name string, t *atlas.Technique, pressure, minutes int) *step

// adder makes steps of a strand.
func (s *session) adder(st *strand) adder {
	id := st.id()
	region, regions, place := st.region(), st.regions(), st.words()
	return func(kind Kind, name string, t *atlas.Technique, pressure, minutes int) *step {
		x := &step{minutes: minutes, strand: st, pose: st.pose}
		x.Step = Step{
			ID: name + "." + id, Kind: kind, Region: region, Regions: regions, Place: place, Side: st.side, Technique: t.ID,
			Position: st.pose.position, Pressure: pressure, Source: firstSource(t),
		}
		return x
	}
}

func (s *session) warm(st *strand, add adder, minutes int) *step {
	gentle, light := s.broad(st.limit)
	x := add(Warm, "warm", gentle, light, minutes)
	x.Ask = true
	x.Strokes = s.broadStrokes(gentle)
	x.Words = "Warm up: " + s.broadWords() + ", " + x.Place
	x.Reason = "Warm before deep. " + st.reason(s.relaxed)
	x.Source = habit
	return x
}

// ease is the broad strokes after points.
func (s *session) ease(st *strand, add adder, i int) *step {
	gentle, light := s.broad(st.limit)
	minutes := 1
	if pin, ok := st.pins[easeName(i)]; ok {
		minutes = max(1, pin.Minutes) * number(!pin.Drop)
	}
	x := add(Work, easeName(i), gentle, light, minutes)
	x.Strokes = s.broadStrokes(gentle)
	x.Words = capital(s.broadWords()) + ", " + x.Place
	x.Reason = "Pressing and broad strokes take turns."
	x.Source = habit
	return x
}

// generalWork writes one of the steps that work a strand as a whole. Strong work takes
// turns with broad strokes, and what is beyond its dose is of medium strength.
func (s *session) generalWork(st *strand, add adder, share share) *step {
	gentle, light := s.broad(st.limit)
	switch {
	case strings.HasPrefix(share.name, "smooth"):
		x := add(Work, share.name, gentle, light, share.minutes)
		x.Strokes = s.broadStrokes(gentle)
		x.Words = capital(s.broadWords()) + ", " + x.Place
		x.Reason = fmt.Sprintf("Broad strokes after no more than %d minutes of strong work.", maxStrongRun)
		x.Source = habit
		return x
	case share.name == "knead":
		style, pressure := s.style(min(usualPressure, st.limit), 0)
		x := add(Work, share.name, style, pressure, share.minutes)
		x.Strokes = s.strokes(style, "petrissage", "effleurage", "compression")
		x.Words = s.medium() + ", " + x.Place
		x.Reason = fmt.Sprintf("No more than %d minutes of strong work on one area, and no more than half of a session for the therapist's hands.", maxStrongMinutes)
		return x
	case st.strongly():
		x := add(Work, share.name, st.style, st.pressure, share.minutes)
		x.Strokes = s.strokes(st.style, "petrissage", "friction", "compression")
		x.Words = s.verb(st.style, st, st.pressure) + " " + x.Place + ", slowly along the fibres"
		x.Reason = fmt.Sprintf("The client wants pressure %d. Nothing shows that stronger is better: step down at any guarding.", s.wanted())
		return x
	default:
		x := add(Work, share.name, st.style, st.pressure, share.minutes)
		wanted := []atlas.Stroke{"petrissage", "effleurage", "hold", "compression"}
		if st.pressure == 1 && !s.dry() {
			wanted = []atlas.Stroke{"effleurage", "hold"}
		}
		if s.stretches(st) {
			wanted = append(wanted, "stretch")
		}
		x.Strokes = s.strokes(st.style, wanted...)
		x.Words = s.verb(st.style, st, st.pressure) + " " + x.Place + ", from broad to narrow, " + s.between()
		x.Reason = st.reason(s.relaxed)
		return x
	}
}

// pointStep presses a point, or strokes it where pressing is not for today.
func (s *session) pointStep(add adder, d dosed) *step {
	t, side, point := d.target, d.target.candidate.Side, d.target.candidate.Point
	var x *step
	if t.why == "" && s.press != nil {
		pressure := max(s.press.PressureMin, min(s.wanted(), s.press.PressureMax, t.piece.area.pressure, t.limit))
		x = add(Work, "", s.press, pressure, d.minutes)
		x.Hold = holdFor(d.minutes)
		x.Strokes = s.strokes(s.press, "compression", "hold", "effleurage")
		x.Words = pointWords(point, side) + ": " + howToPress(t)
		x.Reason = t.candidate.Why
	} else {
		style, pressure := s.style(min(t.limit, gentleOnly), 0)
		x = add(Work, "", style, pressure, d.minutes)
		x.Strokes = s.strokes(style, "effleurage", "hold", "rocking")
		x.Words = pointWords(point, side) + ": " + s.gently()
		x.Reason = capital(t.why) + ". " + t.candidate.Why
	}
	x.ID = pointStep(point.ID, side)
	x.Region = body.Skin().Region(point.Cell(side))
	x.Regions, x.Place = []body.RegionID{x.Region}, pointWords(point, side)
	x.Muscle, x.Point, x.Side = point.Muscle, point, &side
	if len(point.Sources) > 0 {
		x.Source = point.Sources[0]
	}
	return x
}
