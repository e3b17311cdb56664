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

// withoutBareBlocks takes out warming and easing where nothing is left to work, and
// turns to poses in which nothing is left.
func withoutBareBlocks(steps []*step) []*step {
	// left tells whether a block has something else on a side that is worth it.
	left := func(x *step, worth func(*step) bool) bool {
		return slices.ContainsFunc(steps, func(y *step) bool {
			same := y.block == x.block || x.block != nil && y.block != nil && y.block.stretched == x.block
			return y != x && same && worth(y) && (x.Side == nil || y.Side == nil || *x.Side == *y.Side)
		})
	}
	work := func(y *step) bool { return y.Kind == Work && !easing(y) }
	// What was to be stretched later and is not worked is not stretched either.
	steps = slices.DeleteFunc(steps, func(x *step) bool {
		return x.block != nil && x.block.stretched != nil && !x.Pinned && !slices.ContainsFunc(steps, func(y *step) bool {
			return y.block == x.block.stretched && work(y)
		})
	})
	steps = slices.DeleteFunc(steps, func(x *step) bool { return easing(x) && !x.Pinned && !left(x, work) })
	hands := func(y *step) bool { return y.Kind == Work }
	steps = slices.DeleteFunc(steps, func(x *step) bool { return x.Kind == Warm && !x.Pinned && !left(x, hands) })
	used := func(p pose) bool {
		return slices.ContainsFunc(steps, func(x *step) bool { return x.pose == p && x.block != nil })
	}
	steps = slices.DeleteFunc(steps, func(x *step) bool { return (x.Kind == Turn || x.Kind == Rest) && !used(x.pose) })
	// If nothing is left in the first pose, the session begins in the next.
	if len(steps) > 2 && steps[1].Kind == Turn {
		settle(steps[0], steps[1].pose)
		steps = slices.Delete(steps, 1, 2)
	}
	if n := len(steps); n > 1 {
		steps[n-1].pose, steps[n-1].Position = steps[n-2].pose, steps[n-2].Position
	}
	return steps
}

// easing tells whether a step only smooths after others.
func easing(x *step) bool {
	return strings.HasPrefix(x.ID, "ease") || strings.HasPrefix(x.ID, "smooth")
}

// fit gives every step its minutes so that the session has its length: what the steps
// do not need at least is given away by weight, minute by minute.
func (s *session) fit(steps []*step) []*step {
	for _, x := range steps {
		x.minutes = x.least
	}
	given := map[*step]int{}
	for range s.minutes - total(steps) {
		var next *step
		best := 0.0
		for _, x := range steps {
			if x.minutes >= x.most || !s.roomIn(steps, x) {
				continue
			}
			if share := x.weight / float64(given[x]+1); next == nil || share > best {
				next, best = x, share
			}
		}
		if next == nil {
			break
		}
		next.minutes++
		given[next]++
	}
	return steps
}

func total(steps []*step) (n int) {
	for _, x := range steps {
		n += max(x.minutes, x.least)
	}
	return n
}

// roomIn tells whether one more minute of a step keeps to the doses of its area.
func (s *session) roomIn(steps []*step, x *step) bool {
	if x.block == nil {
		return true
	}
	area, hard := 0, 0
	for _, y := range steps {
		if y.block == nil || y.block.area != x.block.area {
			continue
		}
		area += y.minutes
		if y.Pressure >= strong {
			hard += y.minutes
		}
	}
	return area < maxAreaMinutes && (x.Pressure < strong || hard < maxStrongMinutes)
}

// squeeze leaves out what does not fit.
func (s *session) squeeze(steps []*step) []*step {
	for {
		steps = s.weaken(steps)
		full := overfull(steps)
		if full == nil && total(steps) <= s.minutes {
			return steps
		}
		drop := -1
		for i, x := range steps {
			if full != nil && (x.block == nil || x.block.area != full) {
				continue
			}
			if !x.frame && x.Kind != Turn && !x.Pinned && x.Kind != Warm && (drop < 0 || x.keep < steps[drop].keep) {
				drop = i
			}
		}
		if drop < 0 {
			steps = s.shorten(steps, full)
			continue
		}
		if x := steps[drop]; x.Kind == Work && !easing(x) {
			why := "no time is left for it"
			if full != nil {
				why = fmt.Sprintf("%d minutes are the most for one area", maxAreaMinutes)
			}
			s.leave(x.Words, why)
		}
		steps = withoutBareBlocks(slices.Delete(steps, drop, drop+1))
	}
}

// overfull gives an area that has more than its minutes even if every step has the
// least it needs.
func overfull(steps []*step) *area {
	minutes := map[*area]int{}
	for _, x := range steps {
		if x.block == nil {
			continue
		}
		minutes[x.block.area] += x.least
		if minutes[x.block.area] > maxAreaMinutes {
			return x.block.area
		}
	}
	return nil
}

// weaken leaves out strong steps beyond what one area may have.
func (s *session) weaken(steps []*step) []*step {
	hard := map[*area]int{}
	out := steps[:0]
	// Pinned steps have the first claim.
	for _, x := range steps {
		if x.Pinned && x.block != nil && x.Pressure >= strong {
			hard[x.block.area] += x.least
		}
	}
	for _, x := range steps {
		if x.block != nil && x.Pressure >= strong {
			if !x.Pinned {
				hard[x.block.area] += x.least
			}
			if over := hard[x.block.area] - maxStrongMinutes; over > 0 {
				hard[x.block.area] -= x.least
				s.leave(x.Words, fmt.Sprintf("more than %d minutes of strong work on one area", maxStrongMinutes))
				continue
			}
		}
		out = append(out, x)
	}
	return withoutBareBlocks(out)
}

// shorten takes a minute from the longest step that is pinned, in one area or (nil) in
// all of the session; where nothing can be shortened the last work goes.
func (s *session) shorten(steps []*step, in *area) []*step {
	here := func(x *step) bool { return in == nil || x.block != nil && x.block.area == in }
	var longest *step
	last := -1
	for i, x := range steps {
		if here(x) && (longest == nil || x.least > longest.least) {
			longest = x
		}
		if here(x) && x.Kind == Work {
			last = i
		}
	}
	if longest.least > 1 {
		longest.least--
		longest.most = longest.least
		why := fmt.Sprintf("the session has %d minutes", s.minutes)
		if in != nil {
			why = fmt.Sprintf("%d minutes are the most for one area", maxAreaMinutes)
		}
		s.leave("some of the pinned minutes", why)
		return steps
	}
	s.leave(steps[last].Words, "no time is left for it")
	return withoutBareBlocks(slices.Delete(steps, last, last+1))
}

// fill adds areas nearby while more minutes are left than the doses allow where it
// hurts.
func (s *session) fill(steps []*step) []*step {
	if len(s.styles) == 0 || s.minutes < shortSession && !s.relaxed {
		return steps
	}
	spare := slices.Clone(s.order.areas)
	// What lies in the region that is worked comes first.
	near := map[string]bool{}
	for _, x := range steps {
		if x.block != nil {
			near[x.block.area.region] = true
		}
	}
	slices.SortStableFunc(spare, func(a, b *area) int {
		return cmp.Or(cmp.Compare(number(near[b.region]), number(near[a.region])), cmp.Compare(b.relax, a.relax))
	})
	for _, a := range spare {
		poses, waiting := s.inUse(steps)
		full := s.capacity(steps) >= s.minutes
		if full && len(waiting) == 0 {
			break
		}
		if !full {
			waiting = slices.Concat(poses, waiting)
		}
		if a.relax > 0 {
			steps = s.addFilling(steps, a, slices.DeleteFunc(waiting, func(p pose) bool { return inHand(steps, a, p) }))
		}
	}
	return steps
}

// inHand tells whether an area is worked already as far as a pose can reach it: lying on
// the side that is one half of it.
func inHand(steps []*step, a *area, p pose) bool {
	return slices.ContainsFunc(steps, func(x *step) bool {
		here := x.block != nil && x.block.area == a
		return here && (!a.both || x.pose.position != atlas.SideLying || p.position != atlas.SideLying || x.pose == p)
	})
}

// inUse gives the poses in which something is done and those that were chosen and still
// wait for something to do.
func (s *session) inUse(steps []*step) (used, waiting []pose) {
	for _, x := range steps {
		if !slices.Contains(used, x.pose) {
			used = append(used, x.pose)
		}
	}
	if !s.turns() {
		return used, nil
	}
	return used, slices.DeleteFunc(slices.Clone(s.planned), func(p pose) bool { return slices.Contains(used, p) })
}

// toPose makes a turn to a pose that is not used yet, in the order of the chosen poses.
func (s *session) toPose(steps []*step, p pose) []*step {
	if slices.ContainsFunc(steps, func(x *step) bool { return x.pose == p }) {
		return steps
	}
	n := 1
	for slices.ContainsFunc(steps, func(x *step) bool { return x.ID == fmt.Sprintf("turn.%d", n) }) {
		n++
	}
	if first := steps[0].pose; s.packed == nil && slices.Index(s.planned, p) < slices.Index(s.planned, first) {
		settle(steps[0], p)
		return slices.Insert(steps, 1, turn(n, first))
	}
	end := steps[len(steps)-1]
	end.pose, end.Position = p, p.position
	return slices.Insert(steps, len(steps)-1, turn(n, p))
}

// capacity is the most minutes that the steps may have.
func (s *session) capacity(steps []*step) (n int) {
	area := map[*area]int{}
	for _, x := range steps {
		if x.block == nil {
			n += x.most
			continue
		}
		before := min(area[x.block.area], maxAreaMinutes)
		area[x.block.area] += x.most
		n += min(area[x.block.area], maxAreaMinutes) - before
	}
	return n
}

func (s *session) addFilling(steps []*step, a *area, poses []pose) []*step {
	for _, position := range a.positions {
		// Lying on the side, what is filled in on one side is filled in on the other too.
		here := slices.DeleteFunc(slices.Clone(poses), func(p pose) bool { return p.position != position })
		var blocks []*block
		for _, p := range here {
			if b := s.filling(steps, a, p); b != nil && (len(blocks) == 0 || position == atlas.SideLying) {
				blocks = append(blocks, b)
			}
		}
		if len(blocks) == 0 {
			continue
		}
		more := 0
		added := map[*block][]*step{}
		for _, b := range blocks {
			for _, st := range b.strands {
				added[b] = append(added[b], s.strandSteps(b, st, false)...)
			}
			more += total(added[b])
			if !slices.ContainsFunc(steps, func(x *step) bool { return x.pose == b.pose }) {
				more += turnMinutes
			}
		}
		if total(steps)+more > s.minutes || overfull(slices.Concat(append(slices.Collect(maps.Values(added)), steps)...)) != nil {
			return steps
		}
		for _, b := range blocks {
			steps = s.toPose(steps, b.pose)
			steps = slices.Insert(steps, s.placeFor(steps, b), added[b]...)
		}
		return steps
	}
	return steps
}

// filling makes the block of an area that fills time in a pose; nil where none of it can be
// worked there.
func (s *session) filling(steps []*step, a *area, p pose) *block {
	side := body.Right
	if p.position == atlas.SideLying {
		side = p.up
	}
	here := s.pieces[a.place][side]
	if len(here.open) == 0 {
		here = s.pieces[a.place][side.Other()]
	}
	if _, ok := p.reaches(a.positions, here.side); !ok || len(here.open) == 0 {
		return nil
	}
	here.home, here.housed = p, true
	alone := !slices.ContainsFunc(steps, func(x *step) bool { return x.pose == p && x.block != nil })
	other := slices.ContainsFunc(steps, func(x *step) bool { return x.block != nil && x.block.area == a })
	b := &block{area: a, pose: p, filling: !other, alone: alone}
	b.strands = s.strands(b, []*piece{here})
	return b
}

// placeFor is where a block belongs: in its pose, in the order of areas.
func (s *session) placeFor(steps []*step, b *block) int {
	at := len(steps) - 1
	for i, x := range steps {
		if x.pose != b.pose {
			continue
		}
		if x.Kind == Turn || x.Kind == Arrive || x.block != nil && x.block == s.packed {
			at = i + 1
			continue
		}
		if x.block == nil || x.block.area.place > b.area.place {
			return i
		}
		at = i + 1
	}
	return min(at, len(steps)-1)
}
