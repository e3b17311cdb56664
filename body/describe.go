package body

import (
	"slices"
	"sort"
	"sync"
)

// PlaceWords is one chip of a drawing read back in words that [Find] understands.
type PlaceWords struct {
	Words   string // "both shoulders", "left shoulder blade, upper part"
	Regions []RegionSide
	Cells   Set     // the cells of the drawing that the words stand for
	Area    float64 // of these cells, cm2
}

// Bounds of a description (chosen, so that it can be read at a glance).
const (
	maxChips  = 8
	leftShare = 0.03 // painted skin that may go unsaid, of all
	leftCM2   = 3.0  // and at most
)

// Describe puts a set of cells into words, the largest place first. It takes the place
// that says most of what is painted with the least that is not, until almost all is
// said; a small patch is said as a part of its region.
func Describe(cells Set) []PlaceWords {
	s, x := Skin(), placesByCell()
	d := description{s: s, x: x, set: cells, left: cells}
	d.count()
	total := s.areaOf(cells)
	var chips []chip
	for len(chips) < 2*maxChips && s.areaOf(d.left) > min(leftShare*total, leftCM2) {
		c, ok := d.next()
		if !ok {
			break
		}
		chips = append(chips, c)
	}
	return d.say(d.absorb(chips))
}

// absorb gives fringes to the larger chip they hang on: where a stroke runs a little
// over a border, less than a quarter of the neighbour and of the larger chip (chosen).
func (d *description) absorb(chips []chip) []chip {
	sort.SliceStable(chips, func(i, j int) bool { return d.s.areaOf(chips[i].cells) > d.s.areaOf(chips[j].cells) })
	var out []chip
	for _, c := range chips {
		area := d.s.areaOf(c.cells)
		host := -1
		if area < d.s.areaOf(c.place.right())/4 {
			host = slices.IndexFunc(out, func(o chip) bool {
				return o.on == c.on && area < d.s.areaOf(o.cells)/4 && d.s.touch(c.cells, o.cells)
			})
		}
		if host < 0 {
			out = append(out, c)
			continue
		}
		out[host].cells = out[host].cells.Union(c.cells)
	}
	return out
}

// touch tells whether two sets have cells side by side.
func (s *Surface) touch(a, b Set) bool {
	for c := range a.All {
		hit := false
		s.eachNeighbour(c, func(k CellID) { hit = hit || b.Has(k) })
		if hit {
			return true
		}
	}
	return false
}

// chip is a part of a place on one side.
type chip struct {
	part
	on    sides
	cells Set
}

// description holds the painted area of every place, per side, as it is said bit by bit.
type description struct {
	s         *Surface
	x         *placeIndex
	set, left Set
	painted   [2][]float64 // cm2 of each place that are painted
	unsaid    [2][]float64 // ... and not said yet
}

func (d *description) count() {
	for side := range d.painted {
		d.painted[side] = make([]float64, len(d.x.places))
		d.unsaid[side] = make([]float64, len(d.x.places))
	}
	for c := range d.set.All {
		r := d.s.right(c)
		for _, p := range d.x.of[d.x.first[r]:d.x.first[r+1]] {
			d.painted[d.s.Side(c)][p] += d.s.Area(c)
			d.unsaid[d.s.Side(c)][p] += d.s.Area(c)
		}
	}
}

// next picks the place that gains most: new painted skin less skin that is not painted.
func (d *description) next() (chip, bool) {
	best, at, side := 0.0, -1, Right
	for sd := range d.unsaid {
		for p, unsaid := range d.unsaid[sd] {
			if unsaid <= 0 {
				continue
			}
			gain := unsaid - 1.2*(d.x.area[p]-d.painted[sd][p])
			if gain > best+1e-9 {
				best, at, side = gain, p, Side(sd)
			}
		}
	}
	if at >= 0 {
		return d.take(part{place: d.x.places[at], rel: noRelation}, side), true
	}
	return d.patch()
}

// patch says what is left in the region that has most of it, as a part of the region.
func (d *description) patch() (chip, bool) {
	best, at, side := 0.0, -1, Right
	for sd := range d.unsaid {
		for p, unsaid := range d.unsaid[sd] {
			if d.x.region[p] && unsaid > best+1e-9 {
				best, at, side = unsaid, p, Side(sd)
			}
		}
	}
	if at < 0 {
		return chip{}, false
	}
	whole := part{place: d.x.places[at], rel: noRelation}
	painted := d.set
	if side == Left {
		painted = d.s.mirrored(d.set)
	}
	painted = painted.Intersect(whole.place.right())
	likeness := func(pt part) float64 {
		cells := pt.right(d.s)
		return d.s.areaOf(cells.Intersect(painted)) / d.s.areaOf(cells.Union(painted))
	}
	choice, like := whole, 1.3*likeness(whole)
	round := d.s.wraps(whole.place.right(), direction[frontEdge])
	for e := upper; e <= outer; e++ {
		if (e == frontEdge || e == backEdge) && !round {
			continue
		}
		pt := part{place: whole.place, rel: noRelation, edges: []edge{e}}
		if l := likeness(pt); l > like && words().places[words().key(pt.edgeWords()+" "+pt.place.name)].place == nil {
			choice, like = pt, l
		}
	}
	c := d.take(whole, side) // all of the region's paint is said by it
	c.edges = choice.edges
	return c, true
}

// take marks the painted cells of a part as said.
func (d *description) take(pt part, side Side) chip {
	cells := pt.place.right()
	c := chip{part: pt, on: onRight}
	if side == Left {
		cells, c.on = d.s.mirrored(cells), onLeft
	}
	c.cells = d.left.Intersect(cells)
	d.left = d.left.Minus(cells)
	for k := range c.cells.All {
		r := d.s.right(k)
		for _, p := range d.x.of[d.x.first[r]:d.x.first[r+1]] {
			d.unsaid[side][p] -= d.s.Area(k)
		}
	}
	for p := range d.unsaid[side] { // sums of areas leave dust
		if d.unsaid[side][p] < 1e-9 {
			d.unsaid[side][p] = 0
		}
	}
	return c
}

// say joins right and left of one place and puts the chips in order.
func (d *description) say(chips []chip) []PlaceWords {
	var out []PlaceWords
	var joined []chip
	for _, c := range chips {
		i := slices.IndexFunc(joined, func(o chip) bool { return o.place == c.place && slices.Equal(o.edges, c.edges) })
		if i < 0 {
			joined = append(joined, c)
			continue
		}
		joined[i].on |= c.on
		joined[i].cells = joined[i].cells.Union(c.cells)
	}
	for _, c := range joined {
		out = append(out, PlaceWords{
			Words: c.words(c.on), Regions: d.s.regionsOf(c.cells), Cells: c.cells, Area: d.s.areaOf(c.cells),
		})
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Area > out[j].Area+1e-6 })
	return out[:min(len(out), maxChips)]
}

// placeIndex lists for each right-side cell the places used in descriptions.
type placeIndex struct {
	places []*place
	region []bool    // the place is a single region
	area   []float64 // cm2 of one side
	first  []uint32
	of     []uint16
}

var placesByCell = sync.OnceValue(func() *placeIndex {
	s := Skin()
	x := &placeIndex{first: make([]uint32, s.half+1)}
	var sets []Set
	for i, p := range words().all {
		if p.quiet || p.fixed != 0 {
			continue
		}
		x.places = append(x.places, p)
		x.region = append(x.region, i < len(regionMap().regions))
		x.area = append(x.area, s.areaOf(p.right()))
		sets = append(sets, p.right())
	}
	for _, set := range sets {
		for c := range set.All {
			x.first[c+1]++
		}
	}
	for c := range s.half {
		x.first[c+1] += x.first[c]
	}
	x.of = make([]uint16, x.first[s.half])
	next := slices.Clone(x.first)
	for p, set := range sets {
		for c := range set.All {
			x.of[next[c]] = uint16(p)
			next[c]++
		}
	}
	return x
})
