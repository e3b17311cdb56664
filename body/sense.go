package body

import (
	"math"
	"slices"
	"sort"
)

// What phrases mean on the skin. Everything but a way between two places is worked out
// on the right side and mirrored.

// cells gives the skin of a chain: its items and the ways between them.
func (c *chain) cells(s *Surface) Set {
	var out Set
	for i, it := range c.items {
		right := it.right(s)
		if right.Len() == 0 {
			return Set{}
		}
		out = out.Union(s.onSides(right, it.on))
		if i == 0 {
			continue
		}
		before := c.items[i-1]
		from := before.right(s)
		if both := before.on & it.on; both != 0 {
			out = out.Union(s.onSides(s.way(from, right), both))
			continue
		}
		out = out.Union(s.way(s.onSides(from, before.on), s.onSides(right, it.on)))
	}
	return out
}

// onSides puts a right-side set on the sides wanted.
func (s *Surface) onSides(right Set, on sides) Set {
	var out Set
	if on&onRight != 0 {
		out = out.Union(right)
	}
	if on&onLeft != 0 {
		out = out.Union(s.mirrored(right))
	}
	return out
}

// wayRadius is the half width of a line of pain between two places, in cm (chosen:
// three fingers).
const wayRadius = 3.0

// way gives a ribbon of skin from one set to another.
func (s *Surface) way(from, to Set) Set {
	cells := s.path(from, to, s.dear)
	var out Set
	if len(cells) == 0 {
		return out
	}
	for _, w := range s.ribbon(s.iron(cells), cells, wayRadius) {
		if w.W >= 0.5 {
			out.Add(w.Cell)
		}
	}
	return out
}

// dear makes some skin a detour for the line of a pain (factors chosen): the inner side
// of the limbs, since clients who point along an arm or a leg point at its front, outside
// or back; the flat of chest and back, since from the neck to the arm they point over the
// shoulder; the ears.
func (s *Surface) dear(c CellID) float64 {
	r := s.right(c)
	switch at := s.coord[r]; at.Part {
	case UpperArm, Forearm, Thigh, Leg:
		if s.normal[r][0] > 0.3 {
			return 1.6
		}
	case Trunk:
		if s.normal[r][1] < 0.4 {
			return 3
		}
	case Head:
		if at.V[0] > 74 && at.V[0] < 104 && at.V[1] < 35 {
			return 2
		}
	}
	return 1
}

// right gives the item's skin on the right side: what its parts share. "Near" narrows
// what there is to the nearest third when the two do not touch.
func (it *item) right(s *Surface) Set {
	var out Set
	first := true
	for _, pt := range it.parts {
		if pt.rel == near && len(it.parts) > 1 {
			continue
		}
		if right := pt.right(s); first {
			out, first = right, false
		} else {
			out = out.Intersect(right)
		}
	}
	for _, pt := range it.parts {
		if pt.rel != near || len(it.parts) == 1 {
			continue
		}
		at := pt.right(s)
		if first {
			out, first = at, false
			continue
		}
		if both := out.Intersect(at); both.Len() > 0 {
			out = both
			continue
		}
		mid, _ := s.middle(at)
		out = s.most(out, 1./3, func(c CellID) float64 { return -distance(s.centre[c], mid) })
	}
	return out
}

func (pt *part) right(s *Surface) Set {
	out := pt.place.right()
	if pt.rel != noRelation {
		out = s.related(pt.rel, out, pt.other)
	}
	return s.portion(out, pt.edges, pt.share)
}

// Distances of relations, in cm (chosen: a hand's breadth below or above, three fingers
// beside, two around).
const (
	belowCM  = 7.0
	besideCM = 4.0
	nearCM   = 3.0
	aroundCM = 2.0
)

// related gives the skin that stands in a relation to a place.
func (s *Surface) related(r relation, set Set, other *place) Set {
	switch r {
	case inFront, behind:
		return s.portion(set, []edge{map[relation]edge{inFront: frontEdge, behind: backEdge}[r]}, 0)
	case near, around:
		reach := nearCM
		if r == around {
			reach = aroundCM
		}
		out := set
		for c := range s.spread(set, reach) {
			out = out.Union(SetOf(c))
		}
		return out
	case above, below, beside:
		reach := belowCM
		if r == beside {
			reach = besideCM
		}
		var out Set
		for c, from := range s.spread(set, reach) {
			d := sub(s.centre[c], s.centre[from])
			up := d[1] / math.Sqrt(dot(d, d))
			if r == above && up > 0.6 || r == below && up < -0.6 || r == beside && abs(up) < 0.6 {
				out.Add(c)
			}
		}
		return out
	case amid:
		return s.amid(set, other)
	}
	return set
}

// amid gives the skin between two places, or between a place and its mirror image.
func (s *Surface) amid(set Set, other *place) Set {
	to := s.mirrored(set)
	if other != nil {
		to = other.right()
	}
	cells := s.path(set, to, nil)
	var out Set
	if len(cells) == 0 {
		return out
	}
	line := s.iron(cells)
	length := 0.0
	for i := 1; i < len(line); i++ {
		length += distance(line[i-1], line[i])
	}
	for _, w := range s.ribbon(line, cells, min(wayRadius, max(1.5, length/3))) {
		if w.W >= 0.5 && s.Side(w.Cell) == Right && (length < 3 || !set.Has(w.Cell) && !to.Has(w.Cell)) {
			out.Add(w.Cell)
		}
	}
	return out
}

// spread flows over the visible right-side skin around a set, up to so many cm, and
// gives for each cell reached the cell of the set that it was reached from.
func (s *Surface) spread(set Set, reach float64) map[CellID]CellID {
	from := map[CellID]CellID{}
	far := map[CellID]float64{}
	var open cellQueue
	for c := range set.All {
		far[c], from[c] = 0, c
		open.push(queued{c, 0})
	}
	for len(open) > 0 {
		q := open.pop()
		if q.rank > far[q.cell] {
			continue
		}
		s.eachNeighbour(q.cell, func(k CellID) {
			d := distance(s.centre[k], s.centre[from[q.cell]])
			if s.Hidden(k) || s.Side(k) == Left || d > reach {
				return
			}
			if old, ok := far[k]; ok && old <= d {
				return
			}
			far[k], from[k] = d, from[q.cell]
			open.push(queued{k, max(d, q.rank)})
		})
	}
	for c := range set.All {
		delete(from, c)
	}
	return from
}

// portion takes the edges named of a set: "outer", "lower front", "upper half". One
// edge takes a third, two take half each way; on what goes round a limb, front, back,
// inner and outer are the skin that faces there.
func (s *Surface) portion(set Set, edges []edge, percent uint8) Set {
	edges = slices.Clone(edges)
	slices.Sort(edges)
	edges = slices.Compact(edges)
	border := slices.Contains(edges, rim)
	if border && len(edges) > 1 {
		edges = slices.DeleteFunc(edges, func(e edge) bool { return e == rim })
	}
	share := float64(percent) / 100
	switch {
	case percent > 0:
	case border:
		share = 0.25
	case len(edges) > 1:
		share = 0.5
	default:
		share = 1. / 3
	}
	if percent > 0 && len(edges) == 0 {
		return set // "half of my back": no word on which half
	}
	out := set
	for _, e := range edges {
		out = out.Intersect(s.toward(set, e, share))
	}
	if out.Len() == 0 { // two edges that do not meet: the last one within the first
		out = set
		for _, e := range edges {
			out = s.toward(out, e, share)
		}
	}
	return out
}

// direction of an edge on the right side of the figure.
var direction = map[edge]Vec{
	upper: {0, 1, 0}, lower: {0, -1, 0}, frontEdge: {0, 0, 1}, backEdge: {0, 0, -1},
	inner: {1, 0, 0}, outer: {-1, 0, 0},
}

func (s *Surface) toward(set Set, e edge, share float64) Set {
	switch e {
	case rim:
		return s.borderOf(set)
	case middleEdge:
		return s.middleOf(set)
	case tip, base:
		return s.farEnd(set, e, share)
	}
	dir := direction[e]
	if dir[1] == 0 && s.wraps(set, dir) {
		var out Set
		for c := range set.All {
			if dot(s.normal[c], dir) > 0.4 {
				out.Add(c)
			}
		}
		return out
	}
	if dir[1] != 0 && s.wraps(set, Vec{0, 0, 1}) || dir[2] != 0 {
		return s.most(set, share, func(c CellID) float64 { return dot(s.centre[c], dir) })
	}
	return s.strip(set, dir, share)
}

// wraps tells whether a set has skin that faces both ways along a direction.
func (s *Surface) wraps(set Set, dir Vec) bool {
	var with, against, all float64
	for c := range set.All {
		a := s.Area(c)
		all += a
		if d := dot(s.normal[c], dir); d > 0.5 {
			with += a
		} else if d < -0.5 {
			against += a
		}
	}
	return with > 0.08*all && against > 0.08*all
}

// most takes the share of a set's area that ranks highest.
func (s *Surface) most(set Set, share float64, rank func(CellID) float64) Set {
	type ranked struct {
		c CellID
		v float64
	}
	var list []ranked
	all := 0.0
	for c := range set.All {
		list = append(list, ranked{c, rank(c)})
		all += s.Area(c)
	}
	sort.Slice(list, func(i, j int) bool {
		return list[i].v > list[j].v || list[i].v == list[j].v && list[i].c < list[j].c
	})
	var out Set
	sum := 0.0
	for _, r := range list {
		if sum > 0 && sum+s.Area(r.c)/2 > share*all {
			break
		}
		sum += s.Area(r.c)
		out.Add(r.c)
	}
	return out
}

// strip takes the share of each row across a set that lies farthest along a direction,
// so that the strip follows the set's border.
func (s *Surface) strip(set Set, dir Vec, share float64) Set {
	const rowCM = 1.5 // chosen: wider than a cell
	across := 1       // rows are counted by height, or sideways for upper and lower
	if dir[1] != 0 {
		across = 0
	}
	row := func(c CellID) int { return int(math.Floor(s.centre[c][across] / rowCM)) }
	ends := map[int][2]float64{}
	for c := range set.All {
		v := dot(s.centre[c], dir)
		r, ok := ends[row(c)]
		if !ok {
			r = [2]float64{v, v}
		}
		ends[row(c)] = [2]float64{min(r[0], v), max(r[1], v)}
	}
	var out Set
	for c := range set.All {
		r := ends[row(c)]
		if wide := r[1] - r[0]; wide < 1e-9 || dot(s.centre[c], dir)-r[0] >= (1-share)*wide {
			out.Add(c)
		}
	}
	return out
}

// borderOf takes the cells within about 1 cm of the set's border.
func (s *Surface) borderOf(set Set) Set {
	var out Set
	for c := range set.All {
		s.eachNeighbour(c, func(k CellID) {
			if !set.Has(s.right(k)) && !s.Hidden(k) {
				out.Add(c)
			}
		})
	}
	for c := range s.spread(out, 1) {
		if set.Has(c) {
			out.Add(c)
		}
	}
	return out
}

// middleOf takes the middle third of a set along its longer way; of what reaches the
// midline it takes what is near it.
func (s *Surface) middleOf(set Set) Set {
	lo, hi := Vec{math.Inf(1), math.Inf(1), math.Inf(1)}, Vec{math.Inf(-1), math.Inf(-1), math.Inf(-1)}
	for c := range set.All {
		for a, v := range s.centre[c] {
			lo[a], hi[a] = min(lo[a], v), max(hi[a], v)
		}
	}
	axis := 1
	if hi[0] > -1.2 && (hi[1]-lo[1]) < 2*2*(hi[0]-lo[0]) { // on the midline and not a long strip
		return s.most(set, 0.4, func(c CellID) float64 { return s.centre[c][0] })
	}
	if hi[0]-lo[0] > hi[1]-lo[1] {
		axis = 0
	}
	mid, third := (lo[axis]+hi[axis])/2, (hi[axis]-lo[axis])/6
	var out Set
	for c := range set.All {
		if abs(s.centre[c][axis]-mid) <= third {
			out.Add(c)
		}
	}
	return out
}

// farEnd takes the tip or the base: along the finger, the foot, or downwards.
func (s *Surface) farEnd(set Set, e edge, share float64) Set {
	along := func(c CellID) float64 {
		at := s.coord[c]
		switch at.Part {
		case Hand:
			return at.V[1] * 3
		case Foot:
			return at.V[0] * 25
		case Head:
			return s.centre[c][2]
		}
		return -s.centre[c][1]
	}
	if e == base {
		return s.most(set, share, func(c CellID) float64 { return -along(c) })
	}
	return s.most(set, share, along)
}
