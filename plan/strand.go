package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// strand is what is worked with the same hands in one position: one side of an area, or
// both alike.
type strand struct {
	area    *area
	pose    pose
	side    *body.Side // nil for both
	pieces  []*piece
	limit   int       // the highest pressure
	targets []*target // the points that may be worked here
	along   bool      // the other side of what hurts
	only    bool      // only its points are worked here; the area has its work elsewhere
	filling bool      // nothing hurts here
	even    bool      // worked on both sides or not at all
	longest int       // minutes of pressing: what may be strong is shared by the strands of an area

	weight   int // of broad work
	seen     int // what it is worth that it is worked at all
	pressure int // of general work, with what style
	style    *atlas.Technique
	heat     bool            // a warm pack may stand for the first strokes
	stretch  *pose           // where it may be stretched; nil for nowhere
	extras   []extra         // that it may have, the plainest first
	pins     map[string]Pin  // by the name of a step: "work", "ease1"
	bit      uint8           // of its pose
	after    uint8           // the pose of the side that hurts
	least    int             // minutes of general work, where no point is worked
	cap      int             // minutes of general work
	had      int             // minutes of general work in the earlier plan, where what stays of it counts
	hadOn    map[*target]int // likewise, on its points

	pressing *tally // of its points
	general  []int  // what minutes of general work gain, with a point

	// What the session has of it.
	minutes int // of general work
	points  []dosed
}

// dosed is a point with its minutes.
type dosed struct {
	target  *target
	minutes int
}

// strands are what may be worked of an area in some poses. Both sides are joined where
// they may be worked alike; the side that does not hurt is taken along where that costs
// no turn.
func (s *session) strands(a *area, poses []pose, likeliest []*target, near bool) (list []*strand) {
	both := s.pieces[a.place]
	filling := !slices.ContainsFunc(both[:], func(p *piece) bool { return s.wants(p) && len(p.open) > 0 })
	if filling && (a.relax == 0 || s.relaxed) {
		return nil
	}
	for i, pose := range poses {
		var here []*strand
		for _, p := range both {
			if len(p.open) == 0 || !filling && !s.wants(p) {
				continue
			}
			home, housed := homeOf(poses, p)
			st := &strand{
				area: a, pose: pose, bit: 1 << i, side: &p.side, pieces: []*piece{p}, limit: p.limit,
				only: !housed || home != i, filling: filling || !p.hurts() && !s.relaxed,
			}
			for _, t := range likeliest {
				if t.piece == p && t.poseIn(poses, home, housed) == i {
					st.targets = append(st.targets, t)
				}
			}
			if !st.only || len(st.targets) > 0 {
				here = append(here, st)
			}
		}
		if !filling { // else the other side has a strand of its own
			here = s.withOtherSide(here)
		}
		list = append(list, s.joined(here)...)
	}
	list = s.evenOnTheSide(list, poses)
	s.givePins(list)
	longest := maxStrongMinutes / pressedApart(both, poses, list)
	for _, st := range list {
		st.longest = longest
		s.value(st, poses, near)
	}
	return list
}

// pressedApart counts the strands of an area that can have points, also those that this
// session has no room for: with more minutes no strand gets less.
func pressedApart(both [2]*piece, poses []pose, list []*strand) int {
	type place struct {
		pose   int
		joined bool
		side   body.Side
	}
	places := map[place]bool{}
	for _, p := range both {
		home, housed := homeOf(poses, p)
		for _, t := range p.targets {
			at := place{pose: t.poseIn(poses, home, housed), side: p.side}
			if at.pose < 0 {
				continue
			}
			if slices.ContainsFunc(list, func(st *strand) bool { return st.pose == poses[at.pose] && len(st.pieces) == 2 }) {
				at.joined, at.side = true, 0
			}
			places[at] = true
		}
	}
	return max(1, len(places))
}

// homeOf gives the pose in which the general work on a piece is done: the most suitable
// of those chosen; for the area that comes last, the last.
func homeOf(poses []pose, p *piece) (home int, ok bool) {
	return bestPose(poses, p.area.positions, p.side, p.area.id == last)
}

func bestPose(poses []pose, positions []atlas.Position, side body.Side, latest bool) (found int, ok bool) {
	best := len(positions)
	for i, p := range poses {
		if rank, reached := p.reaches(positions, side); reached && (rank < best || latest) {
			found, best, ok = i, rank, true
		}
	}
	return found, ok
}

// poseIn gives the pose in which a point is worked: where its area is if it can be
// reached there, else the most suitable; -1 for none.
func (t *target) poseIn(poses []pose, home int, housed bool) int {
	if housed {
		if _, ok := poses[home].reaches(t.access, t.candidate.Side); ok {
			return home
		}
	}
	if i, ok := bestPose(poses, t.access, t.candidate.Side, false); ok {
		return i
	}
	return -1
}

// wants tells whether one side of an area is worked for its own sake.
func (s *session) wants(p *piece) bool { return p.hurts() || p.named || s.relaxed && p.area.relax > 0 }

// withOtherSide takes the other side along where nobody turns for it.
func (s *session) withOtherSide(here []*strand) []*strand {
	if len(here) != 1 || here[0].only || here[0].pose.lyingOnSide() || !here[0].area.both && !s.relaxed {
		return here
	}
	st := here[0]
	other := s.pieces[st.area.place][st.pieces[0].side.Other()]
	if len(other.open) == 0 || s.wants(other) {
		return here
	}
	along := &strand{
		area: st.area, pose: st.pose, bit: st.bit, side: &other.side, pieces: []*piece{other}, limit: other.limit,
		along: true, filling: true, after: st.bit,
	}
	return append(here, along)
}

// joined makes one strand of two sides that may be worked alike.
func (s *session) joined(here []*strand) []*strand {
	if len(here) != 2 {
		return here
	}
	a, b := here[0], here[1]
	if a.limit == b.limit && a.only == b.only && slices.Equal(a.pieces[0].open, b.pieces[0].open) {
		if b.pieces[0].side < a.pieces[0].side {
			a, b = b, a
		}
		targets := slices.Concat(a.targets, b.targets)
		slices.SortFunc(targets, func(a, b *target) int { return a.rank - b.rank })
		return []*strand{{
			area: a.area, pose: a.pose, bit: a.bit, limit: a.limit, only: a.only, filling: a.filling && b.filling,
			pieces: append(a.pieces, b.pieces...), targets: targets,
		}}
	}
	if a.filling && !b.filling { // what hurts comes first
		return []*strand{b, a}
	}
	return here
}

// evenOnTheSide takes the other side along for who lies on the side and turns anyway.
func (s *session) evenOnTheSide(list []*strand, poses []pose) []*strand {
	if len(list) != 1 || list[0].only || !list[0].pose.lyingOnSide() || !list[0].area.both && !list[0].filling && !s.relaxed {
		return list
	}
	st := list[0]
	other := s.pieces[st.area.place][st.pieces[0].side.Other()]
	if home, ok := homeOf(poses, other); ok && len(other.open) > 0 && poses[home].lyingOnSide() {
		list = append(list, &strand{
			area: st.area, pose: poses[home], bit: 1 << home, side: &other.side, pieces: []*piece{other}, limit: other.limit,
			along: true, filling: true, after: st.bit,
		})
		slices.SortStableFunc(list, func(a, b *strand) int { return cmp.Compare(a.after, b.after) })
	}
	return list
}

// value works out what a strand is worth.
func (s *session) value(st *strand, poses []pose, near bool) {
	rank, _ := st.pose.reaches(st.area.positions, st.pieces[0].side)
	for _, p := range st.pieces {
		st.weight += p.brings()
		switch {
		case p.painted:
			st.seen += seenWorth
		case p.linked != "":
			st.seen += linkWorth
		}
	}
	st.weight = max(st.weight, s.calms(st.area, near || st.along))
	st.weight = suited(st.weight, max(0, rank))
	if st.along {
		st.seen = evenWorth
	}
	st.least, st.cap = leastAreaMinutes, maxAreaMinutes
	switch {
	case st.only:
		st.cap = 1
	case len(st.pins) > 0:
		st.least = 1 // as little as the therapist likes
	case s.relaxed:
		st.least = relaxedAreaMinutes
	case st.filling:
		st.cap = maxOtherMinutes
		if !st.along {
			st.least = fillMinutes
		}
	}
	highest := st.limit
	if st.filling { // no dose where nothing hurts
		highest = min(highest, usualPressure)
	}
	if s.staying {
		s.remember(st)
	}
	st.style, st.pressure = s.style(highest, st.pins["work"].Pressure)
	st.bendPins(min(maxAreaMinutes, s.minutes-s.frameMinutes(s.minutes, len(poses)-1)))
	st.even = st.pose.lyingOnSide() && (st.filling || s.relaxed) && !st.along
	if s.stretchable(st) {
		st.stretch = stretchPose(st, poses)
	}
}

// remember notes what the earlier plan has of a strand.
func (s *session) remember(st *strand) {
	if had, ok := s.had(st.id(), st.pose.position); ok {
		st.had = had.Minutes
	}
	for _, t := range st.targets {
		if had, ok := s.had(t.step(), st.pose.position); ok {
			if st.hadOn == nil {
				st.hadOn = map[*target]int{}
			}
			st.hadOn[t] = had.Minutes
		}
	}
}

// reckon works out what a strand gains with each number of minutes. Its points are taken
// in their order, the likeliest first.
func (st *strand) reckon(d *desk, minutes int) lot {
	st.extras = st.mayHave()
	lots := make([]lot, len(st.targets))
	for i, t := range st.targets {
		lots[i] = lot{ways: []way{{gain: t.gains(d, st)}}, must: true}
	}
	st.pressing = d.fill(lots, min(st.longest, minutes), exactly)
	w := way{gain: d.row(minutes + 1)}
	if !st.only {
		w.poses = st.bit
		copy(w.gain, st.gains(d, minutes, false))
	}
	st.general = st.gains(d, minutes, true)
	for n := 1; n <= len(lots); n++ {
		ease, kept := st.easing(n)
		for press, gain := range st.pressing.layers[n][0] {
			if from := press + ease; gain > impossible/2 && from <= minutes {
				raise(w.gain[from:], st.general, []int{gain + kept})
			}
		}
	}
	settled(w.gain)
	return lot{ways: []way{w}, must: st.even, after: st.after}
}

// take gives a strand its part of the session: of divisions that are worth as much, the
// one with the fewest points.
func (st *strand) take(minutes int) {
	best := impossible
	points, pressing := 0, 0
	try := func(n, press, general, gain int) {
		if gain > best {
			best, points, pressing, st.minutes = gain, n, press, general
		}
	}
	if !st.only {
		if gain, ok := st.best(minutes, false); ok {
			try(0, 0, minutes, gain)
		}
	}
	for n := 1; n <= len(st.targets); n++ {
		ease, kept := st.easing(n)
		for press, gain := range st.pressing.layers[n][0] {
			if general := minutes - ease - press; general >= 0 && gain > impossible/2 && st.general[general] != impossible {
				try(n, press, general, gain+kept+st.general[general])
			}
		}
	}
	st.points = nil
	for i, x := range st.pressing.pick(points, 0, pressing) {
		st.points = append(st.points, dosed{target: st.targets[i], minutes: x.minutes})
	}
	slices.SortStableFunc(st.points, func(a, b dosed) int { return a.target.place - b.target.place })
}

// gains is what minutes of general work on the strand are worth: the warm strokes, the
// work, a pack and a stretch for those who like them, and pins.
func (st *strand) gains(d *desk, minutes int, points bool) []int {
	gains := d.row(minutes + 1)
	for m := range gains {
		if gain, ok := st.best(m, points); ok {
			gains[m] = gain
		}
	}
	return gains
}

// best is the most that so many minutes are worth, whatever extras they have.
func (st *strand) best(minutes int, points bool) (best int, ok bool) {
	for _, x := range st.extras {
		if gain, can := st.gain(minutes, points, x); can && (!ok || gain > best) {
			best, ok = gain, true
		}
	}
	return best, ok
}

// extra is what a strand has besides hands.
type extra struct{ heat, stretch bool }

// mayHave are the extras that a strand may have, the plainest first.
func (st *strand) mayHave() []extra {
	list := []extra{{}}
	if st.stretch != nil {
		list = append(list, extra{stretch: true})
	}
	if st.heat {
		list = append(list, extra{heat: true})
	}
	if st.heat && st.stretch != nil {
		list = append(list, extra{heat: true, stretch: true})
	}
	return list
}

// has gives the extras with which so many minutes gain the most.
func (st *strand) has(minutes int) (found extra) {
	best := impossible
	for _, x := range st.extras {
		if gain, ok := st.gain(minutes, len(st.points) > 0, x); ok && gain > best {
			found, best = x, gain
		}
	}
	return found
}

// gain is what so many minutes with some extras are worth; false where it cannot be.
func (st *strand) gain(minutes int, points bool, x extra) (int, bool) {
	worked, worth := minutes, 0
	if x.heat {
		worked -= minHeatMinutes - 1
		worth += heatWorth
	}
	if x.stretch {
		worked -= st.stretchMinutes()
		worth += st.weight * stretchShare
	}
	least := st.least
	switch {
	case x.stretch:
		least = stretchFrom
	case points:
		least = 1
	}
	if worked < least || worked > st.cap && len(st.pins) == 0 {
		return 0, false
	}
	worth += stay(st.had, minutes)
	if !st.only {
		worth += st.weight * areaGain[worked]
		if worked >= leastAreaMinutes {
			worth += st.seen
		}
	}
	if len(st.pins) == 0 {
		return worth, true
	}
	shares, ok := st.shares(minutes, maxStrongMinutes, x)
	if !ok || !points && !slices.ContainsFunc(shares, func(x share) bool { return isWork(x.name) }) {
		return 0, false
	}
	for _, x := range shares {
		worth += st.pinned(x.name)
	}
	return worth, true
}

// easing is the minutes of broad strokes between and after so many points, and what
// their pins are worth.
func (st *strand) easing(points int) (minutes, worth int) {
	for i := range (points + 1) / 2 {
		pin, pinned := st.pins[easeName(i)]
		switch {
		case !pinned:
			minutes++
		case !pin.Drop:
			minutes += max(1, pin.Minutes)
			worth += st.pinned(easeName(i))
		}
	}
	return minutes, worth
}

func easeName(i int) string { return fmt.Sprintf("ease%d", i+1) }

func isWork(name string) bool { return strings.HasPrefix(name, "work") || name == "knead" }

// gains is what minutes on a point are worth, where it is worked in a strand.
func (t *target) gains(d *desk, st *strand) []int {
	gains := d.row(maxPointMinutes + 1)
	rank, _ := st.pose.reaches(t.access, t.candidate.Side)
	weight := suited(t.weight, rank)
	for m := range gains {
		usual := m >= minPointMinutes && m < maxPointMinutes
		if t.pin != nil && t.pin.Minutes > 0 {
			usual = m == min(t.pin.Minutes, maxPointMinutes)
		}
		if usual {
			gains[m] = weight*pointGain[m] + stay(st.hadOn[t], m)
			if t.pin != nil {
				gains[m] += 2 * pinWorth
			}
		}
	}
	return gains
}

// share is the minutes of one step of a strand, by the step's name.
type share struct {
	name    string
	minutes int
}

// shares divides minutes of general work among the steps of a strand: pins first, then
// warming, then work; strong work no longer than strong minutes and in runs, with broad
// strokes between. It tells whether the minutes come out.
func (st *strand) shares(minutes, strong int, x extra) (list []share, ok bool) {
	left := minutes
	give := func(name string, n int) int {
		if pin, pinned := st.pins[name]; pinned {
			switch {
			case pin.Drop && name != "warm":
				n = 0
			case pin.Minutes > 0:
				n = 0 // given before
			}
		}
		n = max(0, min(n, left))
		left -= n
		list = append(list, share{name, n})
		return n
	}
	for name, pin := range st.pins {
		if st.hasStep(name, x) && !pin.Drop {
			left -= pin.Minutes
		}
	}
	if left < 0 {
		return nil, false
	}
	stretching := 0
	if x.stretch && st.pins["stretch"].Minutes == 0 {
		stretching = min(1, left)
		left -= stretching
	}
	first := "warm"
	if x.heat {
		first = "heat"
		give("heat", minHeatMinutes)
	} else {
		n := min(max(1, minutes/4), maxWarmMinutes)
		if left-n == 1 { // nobody works for one minute
			n++
		}
		give("warm", n)
	}
	if !st.strongly() {
		if !st.only {
			give("work", left)
		}
	} else {
		for _, run := range []string{"", "2", "3"} {
			n := min(maxStrongRun, strong, left)
			if n < leastRun {
				n = 0
			}
			n = give("work"+run, n)
			strong -= n
			smooth := min(1, n)
			if n > 0 && left == 2 { // nobody works for one minute
				smooth = 2
			}
			give("smooth"+run, smooth)
		}
		give("knead", left)
	}
	if left > 0 && st.pins[first].Minutes == 0 && !st.pins[first].Drop {
		for i := range list {
			if list[i].name == first && first == "warm" && list[i].minutes < maxWarmMinutes {
				n := min(left, maxWarmMinutes-list[i].minutes)
				list[i].minutes += n
				left -= n
			}
		}
	}
	if x.stretch {
		list = append(list, share{"stretch", stretching})
	}
	for i := range list {
		if pin := st.pins[list[i].name]; !pin.Drop && pin.Minutes > 0 {
			list[i].minutes = pin.Minutes
		}
	}
	list = slices.DeleteFunc(list, func(x share) bool { return x.minutes == 0 })
	return list, left == 0 && len(list) > 0 && list[0].name == first
}

// strongly tells whether the general work of a strand is strong.
func (st *strand) strongly() bool { return st.pressure >= strong && !st.only }

// hasStep tells whether the general work of a strand may have a step of that name.
func (st *strand) hasStep(name string, x extra) bool {
	switch name {
	case "warm":
		return !x.heat
	case "heat":
		return x.heat
	case "stretch":
		return x.stretch
	case "work":
		return !st.only
	case "work2", "work3", "smooth", "smooth2", "smooth3", "knead":
		return st.strongly()
	default:
		return false
	}
}

func (st *strand) stretchMinutes() int { return max(1, st.pins["stretch"].Minutes) }
