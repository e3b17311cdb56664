package plan

import (
	"cmp"
	"fmt"
	"slices"

	"knead/atlas"
	"knead/body"
)

// step is a Step with what is needed to give it minutes.
type step struct {
	Step
	least, most int // minutes
	minutes     int
	weight      float64 // share of the minutes to give away
	keep        float64 // the lowest goes first when time is short; a frame never goes
	frame       bool    // arrive and close
	block       *block
	pose        pose
}

// block is one area in one pose.
type block struct {
	area    *area
	pose    pose
	strands []*strand
	score   float64
	filling bool // there because time was left
	alone   bool // the first to fill its pose: it makes the turn worth while

	stretched *block // what is only stretched here, and was worked in an earlier pose
}

// strand is what is worked with the same hands: one side, or both alike.
type strand struct {
	side   *body.Side // nil for both
	pieces []*piece
	limit  int
	points []*target
	along  bool // the other side of what hurts
	only   bool // only its points are worked here; the area has its work elsewhere
}

// layOut puts the chosen pieces into poses and areas, in the order of working.
func (s *session) layOut(pieces []*piece, poses []pose) []*step {
	return s.write(s.blocks(pieces, poses), poses)
}

func (s *session) blocks(pieces []*piece, poses []pose) []*block {
	var blocks []*block
	for _, pose := range poses {
		for _, a := range s.order.areas {
			b := &block{area: a, pose: pose}
			var here []*piece
			for _, p := range pieces {
				if p.area != a {
					continue
				}
				point := slices.ContainsFunc(p.points, func(t *target) bool { return t.pose == pose })
				if point || p.housed && p.home == pose {
					here = append(here, p)
					b.score += p.score
				}
			}
			if len(here) == 0 {
				continue
			}
			b.strands = s.strands(b, here)
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// strands joins the two sides where they may be worked alike, and takes along the side
// that does not hurt where that costs no turn.
func (s *session) strands(b *block, here []*piece) []*strand {
	only := func(p *piece) bool { return !p.housed || p.home != b.pose }
	if len(here) == 1 && !only(here[0]) && b.pose.position != atlas.SideLying && (b.area.both || s.relaxed || b.filling) {
		other := s.pieces[b.area.place][here[0].side.Other()]
		if len(other.open) > 0 && (!other.housed || other.home == b.pose) { // not worked in another pose
			other.home, other.housed = b.pose, true
			here = append(here, other)
		}
	}
	slices.SortFunc(here, func(a, b *piece) int { return cmp.Compare(a.side, b.side) })
	var strands []*strand
	for _, p := range here {
		st := &strand{side: &p.side, pieces: []*piece{p}, limit: s.limit(p), along: p.score == 0, only: only(p)}
		for _, t := range p.points {
			if t.pose == b.pose {
				st.points = append(st.points, t)
			}
		}
		strands = append(strands, st)
	}
	if len(strands) == 2 {
		r, l := strands[0], strands[1]
		if r.limit == l.limit && r.only == l.only && slices.Equal(r.pieces[0].open, l.pieces[0].open) {
			return []*strand{{pieces: append(r.pieces, l.pieces...), limit: r.limit, points: append(r.points, l.points...), only: r.only}}
		}
		if r.along { // what hurts comes first
			strands[0], strands[1] = l, r
		}
	}
	return strands
}

// limit is the highest pressure on what is open of a piece.
func (s *session) limit(p *piece) int {
	var cells body.Set
	for _, id := range p.open {
		cells = cells.Union(body.Skin().RegionCells(id, p.side))
	}
	highest, _ := s.clear.MaxPressure(cells)
	return min(highest, p.area.pressure)
}

// write writes the steps of all blocks, with the frame around them and a turn between
// poses. Nothing has minutes yet.
func (s *session) write(blocks []*block, poses []pose) []*step {
	if len(poses) == 0 {
		poses = []pose{{position: atlas.Seated}}
	}
	used := slices.DeleteFunc(slices.Clone(poses), func(p pose) bool {
		work := slices.ContainsFunc(blocks, func(b *block) bool { return b.pose == p })
		return !work && len(s.laterStretches(blocks, p)) == 0
	})
	if len(used) == 0 {
		used = poses[:1]
	}
	steps := []*step{s.frame(Arrive, used[0], arriveMinutes(s.minutes))}
	main := mainArea(blocks)
	blocks = s.packFirst(blocks, used[0], main)
	var before []*block // of earlier poses
	for i, pose := range used {
		if i > 0 {
			steps = append(steps, turn(i, pose))
		}
		pressed := 0
		steps = append(steps, s.laterStretches(before, pose)...)
		for _, b := range blocks {
			if b.pose != pose {
				continue
			}
			before = append(before, b)
			for _, st := range b.strands {
				part := s.strandSteps(b, st, b.area == main)
				for _, x := range part {
					if x.Hold != (Hold{}) {
						pressed++
					}
				}
				steps = append(steps, part...)
			}
		}
		if pressed >= 2 && s.minutes >= restsFrom {
			steps = append(steps, rest(i, pose))
		}
	}
	s.unstretched(before, used)
	return append(steps, s.frame(Close, used[len(used)-1], closeMinutes(s.minutes)))
}

func mainArea(blocks []*block) *area {
	var best *block
	for _, b := range blocks {
		if best == nil || b.score > best.score {
			best = b
		}
	}
	if best == nil {
		return nil
	}
	return best.area
}

func (s *session) frame(kind Kind, p pose, minutes int) *step {
	x := &step{least: minutes, most: minutes, frame: true, pose: p}
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

func turn(i int, p pose) *step {
	x := &step{least: turnMinutes, most: turnMinutes, pose: p}
	x.Step = Step{
		ID: fmt.Sprintf("turn.%d", i), Kind: Turn, Position: p.position, Words: "Turn: " + lying(p),
		Reason: "What comes next is reached from here; turns are as few as possible.", Source: habit,
	}
	return x
}

func rest(i int, p pose) *step {
	x := &step{least: restMinutes, most: restMinutes, keep: 0.001, pose: p}
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
// preferred one if it can be that gentle.
func (s *session) style(limit int) (*atlas.Technique, int) {
	want := min(s.wanted(), limit)
	for _, t := range s.styles {
		if t.PressureMin <= want {
			return t, min(want, t.PressureMax)
		}
	}
	t := s.styles[len(s.styles)-1]
	return t, min(limit, t.PressureMin)
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

// strandSteps writes the steps of one strand: warm, work from broad to narrow, points,
// smooth.
func (s *session) strandSteps(b *block, st *strand, main bool) []*step {
	w := weightOf(b, st)
	most := maxOtherMinutes
	switch {
	case main && !st.along:
		most = maxAreaMinutes
	case b.filling || st.along:
		most = maxFillMinutes
	}
	add := s.adder(b, st)
	gentle, light := s.broad(st.limit)
	highest := st.limit
	if b.filling || st.along { // no dose where nothing hurts
		highest = min(highest, usualPressure)
	}
	style, pressure := s.style(highest)
	place := st.words(b)

	warm := add(Warm, "warm", gentle, light, 1, 4, w*0.4, w+100)
	warm.Ask = true
	warm.Strokes = s.broadStrokes(gentle)
	warm.Words = "Warm up: " + s.broadWords() + ", " + place
	warm.Reason = "Warm before deep. " + st.reason(b, s.relaxed)
	warm.Source = habit
	steps := []*step{warm}
	if b == s.packed && st == b.strands[0] {
		steps = []*step{s.pack(add, place)} // what was under the pack is warm
	}

	switch {
	case st.only:
	case pressure >= strong:
		steps = append(steps, s.strongWork(add, b, st, style, gentle, pressure, light, w, main, place)...)
	default:
		work := add(Work, "work", style, pressure, 2, most-4, w, w+50)
		if b.alone {
			work.least, work.most = 4, maxFillMinutes
		}
		wanted := []atlas.Stroke{"petrissage", "effleurage", "hold", "compression"}
		if pressure == 1 && !s.dry() {
			wanted = []atlas.Stroke{"effleurage", "hold"}
		}
		if s.stretches(b) {
			wanted = append(wanted, "stretch")
		}
		work.Strokes = s.strokes(style, wanted...)
		work.Words = s.verb(style, b, pressure) + " " + place + ", from broad to narrow, " + s.between()
		work.Reason = st.reason(b, s.relaxed)
		steps = append(steps, work)
	}
	steps = append(steps, s.pointSteps(st, add, gentle, light, w, place)...)
	if s.stretchable(b, st) && slices.Contains(b.area.stretch, b.pose.position) {
		if x := s.stretch(add, b, w, place); x != nil {
			steps = append(steps, x)
		}
	}
	return steps
}

// adder makes steps of a strand.
func (s *session) adder(b *block, st *strand) adder {
	id := b.id(st)
	return func(kind Kind, name string, t *atlas.Technique, pressure, least, most int, weight, keep float64) *step {
		x := &step{least: least, most: most, weight: weight, keep: keep, block: b, pose: b.pose}
		x.Step = Step{
			ID: name + "." + id, Kind: kind, Region: st.region(), Regions: st.regions(), Place: st.words(b), Side: st.side, Technique: t.ID,
			Position: b.pose.position, Pressure: pressure, Source: firstSource(t),
		}
		return x
	}
}

type adder func(kind Kind, name string, t *atlas.Technique, pressure, least, most int, weight, keep float64) *step

// strongWork alternates strong work with broad strokes, no run longer than the doses
// allow; fit holds their sum.
func (s *session) strongWork(add adder, b *block, st *strand, style, gentle *atlas.Technique, pressure, light int, w float64, main bool, place string) []*step {
	runs := 1
	if main && s.minutes >= shortSession && !st.along {
		runs = 3
	}
	var steps []*step
	for i := range runs {
		name := "work"
		if i > 0 {
			name = fmt.Sprintf("work%d", i+1)
		}
		x := add(Work, name, style, pressure, 2, maxStrongRun, w, w+50-float64(40*i))
		x.Strokes = s.strokes(style, "petrissage", "friction", "compression")
		x.Words = s.verb(style, b, pressure) + " " + place + ", slowly along the fibres"
		x.Reason = fmt.Sprintf("The client wants pressure %d. Nothing shows that stronger is better: step down at any guarding.", s.wanted())
		y := add(Work, "smooth"+name[len("work"):], gentle, light, 1, maxStrongRun, w*0.5, w+49-float64(40*i))
		y.Strokes = s.broadStrokes(gentle)
		y.Words = capital(s.broadWords()) + ", " + place
		y.Reason = fmt.Sprintf("Broad strokes after no more than %d minutes of strong work.", maxStrongRun)
		y.Source = habit
		steps = append(steps, x, y)
	}
	if style.PressureMin <= usualPressure {
		x := add(Work, "knead", style, min(usualPressure, pressure), 1, maxStrongMinutes, w*0.5, w)
		x.Strokes = s.strokes(style, "petrissage", "effleurage", "compression")
		x.Words = s.medium() + ", " + place
		x.Reason = fmt.Sprintf("No more than %d minutes of strong work on one area.", maxStrongMinutes)
		steps = append(steps, x)
	}
	return steps
}

// pointSteps presses the points, or strokes them where pressing is not for today, with
// broad strokes after every second one.
func (s *session) pointSteps(st *strand, add adder, gentle *atlas.Technique, light int, w float64, place string) []*step {
	longest := maxPointMinutes - 1
	if len(st.points) > 2 {
		longest = usualPointMinutes
	}
	var steps []*step
	for i, t := range st.points {
		side := t.candidate.Side
		point := t.candidate.Point
		var x *step
		if t.why == "" && s.press != nil {
			pressure := max(s.press.PressureMin, min(s.wanted(), s.press.PressureMax, t.piece.area.pressure, t.limit))
			x = add(Work, "", s.press, pressure, minPointMinutes, longest, w*0.6, 10+t.candidate.Weight)
			x.Hold = holdFor(minPointMinutes)
			x.Strokes = s.strokes(s.press, "compression", "hold", "effleurage")
			x.Words = pointWords(point, side) + ": " + howToPress(t)
			x.Reason = t.candidate.Why
		} else {
			style, pressure := s.style(min(t.limit, gentleOnly))
			x = add(Work, "", style, pressure, 1, 2, w*0.3, 5+t.candidate.Weight)
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
		steps = append(steps, x)
		if i%2 == 1 || i == len(st.points)-1 {
			y := add(Work, fmt.Sprintf("ease%d", i/2+1), gentle, light, 1, 2, w*0.2, 1+w/10)
			y.Strokes = s.broadStrokes(gentle)
			y.Words = capital(s.broadWords()) + ", " + place
			y.Reason = "Pressing and broad strokes take turns."
			y.Source = habit
			steps = append(steps, y)
		}
	}
	return steps
}

func weightOf(b *block, st *strand) float64 {
	switch {
	case b.alone:
		return 0.4
	case st.along || b.filling:
		return 0.15
	default:
		return 0.2 + b.score
	}
}
