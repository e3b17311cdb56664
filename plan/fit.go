package plan

import (
	"cmp"
	"fmt"
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
			return y != x && y.block == x.block && worth(y) && (x.Side == nil || y.Side == nil || *x.Side == *y.Side)
		})
	}
	work := func(y *step) bool { return y.Kind == Work && !easing(y) }
	steps = slices.DeleteFunc(steps, func(x *step) bool { return easing(x) && !x.Pinned && !left(x, work) })
	hands := func(y *step) bool { return y.Kind == Work }
	steps = slices.DeleteFunc(steps, func(x *step) bool { return x.Kind == Warm && !x.Pinned && !left(x, hands) })
	used := func(p pose) bool {
		return slices.ContainsFunc(steps, func(x *step) bool { return x.pose == p && x.block != nil })
	}
	steps = slices.DeleteFunc(steps, func(x *step) bool { return (x.Kind == Turn || x.Kind == Rest) && !used(x.pose) })
	// If nothing is left in the first pose, the session begins in the next.
	if len(steps) > 2 && steps[1].Kind == Turn {
		next := steps[1].pose
		steps[0].pose, steps[0].Position = next, next.position
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
	used := map[*area]bool{}
	var poses []pose
	for _, x := range steps {
		if x.block != nil {
			used[x.block.area] = true
		}
		if !slices.Contains(poses, x.pose) {
			poses = append(poses, x.pose)
		}
	}
	spare := slices.Clone(s.order.areas)
	slices.SortStableFunc(spare, func(a, b *area) int { return cmp.Compare(b.relax, a.relax) })
	for _, a := range spare {
		if s.capacity(steps) >= s.minutes {
			break
		}
		if used[a] || a.relax == 0 {
			continue
		}
		steps = s.addFilling(steps, a, poses)
	}
	return steps
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
		for _, p := range poses {
			if p.position != position {
				continue
			}
			side := body.Right
			if p.position == atlas.SideLying {
				side = p.up
			}
			here := s.pieces[a.place][side]
			if len(here.open) == 0 {
				here = s.pieces[a.place][side.Other()]
			}
			if _, ok := p.reaches(a.positions, here.side); !ok || len(here.open) == 0 {
				continue
			}
			here.home, here.housed = p, true
			b := &block{area: a, pose: p, filling: true}
			b.strands = s.strands(b, []*piece{here})
			var added []*step
			for _, st := range b.strands {
				added = append(added, s.strandSteps(b, st, false)...)
			}
			if total(steps)+total(added) > s.minutes {
				return steps
			}
			return slices.Insert(steps, s.placeFor(steps, b), added...)
		}
	}
	return steps
}

// placeFor is where a block belongs: in its pose, in the order of areas.
func (s *session) placeFor(steps []*step, b *block) int {
	at := len(steps) - 1
	for i, x := range steps {
		if x.pose != b.pose || x.Kind == Turn || x.Kind == Arrive {
			continue
		}
		if x.block == nil || x.block.area.place > b.area.place {
			return i
		}
		at = i + 1
	}
	return min(at, len(steps)-1)
}
