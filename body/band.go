package body

import (
	"math"
	"slices"
	"sort"
	"sync"
)

// Weighted is a cell with the strength at which a shape holds there, 0 < W <= 1.
type Weighted struct {
	Cell CellID
	W    float64
}

// faint is the weight below which a cell is left out (chosen: invisible on a chart).
const faint = 0.05

// Cells gives the visible cells of the shape on one side, in rising order, with a
// soft edge. A shape that names an unknown region has none.
func (sh Shape) Cells(s *Surface, side Side) []Weighted {
	var out []Weighted
	if sh.kind == bandShape {
		out = sh.bandCells(s)
	} else {
		out = s.soften(sh.hardCells(s))
	}
	if side == Left {
		for i := range out {
			out[i].Cell = s.Mirror(out[i].Cell)
		}
		sort.Slice(out, func(i, j int) bool { return out[i].Cell < out[j].Cell })
	}
	return out
}

// hardCells gives the visible right-side cells of a shape that is no band.
func (sh *Shape) hardCells(s *Surface) Set {
	if sh.kind == regionShape {
		return s.RegionCells(sh.region, Right)
	}
	var out Set
	for _, c := range s.index[sh.part] {
		if sh.holds(s.coord[c].V) {
			out.Add(c)
		}
	}
	return out
}

// soften blurs the border of a right-side set by about one cell on either side. The
// midline is no border: what lies across it counts as the mirror image.
func (s *Surface) soften(set Set) []Weighted {
	w := map[CellID]float64{}
	for c := range set.All {
		w[c] = 1
	}
	for range 2 {
		next := make(map[CellID]float64, len(w))
		blur := func(c CellID) {
			if _, done := next[c]; done || s.hidden[c] {
				return
			}
			sum, n := 0.0, 0.0
			for _, k := range s.nb[s.nbFirst[c]:s.nbFirst[c+1]] {
				sum, n = sum+w[s.right(k)], n+1
			}
			next[c] = (w[c] + sum/max(n, 1)) / 2
		}
		for c := range w {
			blur(c)
			for _, k := range s.nb[s.nbFirst[c]:s.nbFirst[c+1]] {
				blur(s.right(k))
			}
		}
		w = next
	}
	out := make([]Weighted, 0, len(w))
	for c, v := range w {
		if v >= faint {
			out = append(out, Weighted{c, min(v, 1)})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Cell < out[j].Cell })
	return out
}

// bandCells lays the line of a band (or the place of a spot) on the right side.
func (sh *Shape) bandCells(s *Surface) []Weighted {
	var line []Vec
	var seeds []CellID
	for i, place := range sh.line {
		c := s.At(place, Right)
		if i > 0 && c != seeds[len(seeds)-1] {
			way := s.path(SetOf(seeds[len(seeds)-1]), SetOf(c), nil)
			seeds = append(seeds, way[1:]...)
			line = append(line, s.iron(way)[1:]...)
			continue
		}
		seeds, line = append(seeds, c), append(line, s.centre[c])
	}
	return s.ribbon(line, seeds, sh.radius)
}

// ribbon gives the cells around a line on the skin: full weight near it, none beyond
// 1.3 radii. Only skin that hangs together with the line within that reach counts,
// so that a ribbon on the arm does not show on the ribs beside it.
func (s *Surface) ribbon(line []Vec, seeds []CellID, radius float64) []Weighted {
	seen := map[CellID]bool{}
	var out []Weighted
	todo := slices.Clone(seeds)
	for _, c := range seeds {
		seen[c] = true
	}
	for len(todo) > 0 {
		c := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		w := 1.0
		if d := fromLine(s.centre[c], line); d > 0.5*radius {
			x := max(0, (1.3*radius-d)/(0.8*radius))
			w = x * x * (3 - 2*x)
		}
		if w < faint && !slices.Contains(seeds, c) || s.Hidden(c) {
			continue
		}
		out = append(out, Weighted{c, max(w, faint)})
		s.eachNeighbour(c, func(k CellID) {
			if !seen[k] {
				seen[k] = true
				todo = append(todo, k)
			}
		})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Cell < out[j].Cell })
	return out
}

// fromLine is the distance of a place from a line through space, in cm.
func fromLine(p Vec, line []Vec) float64 {
	best := distance(p, line[0])
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		ab, ap := sub(b, a), sub(p, a)
		t := 0.0
		if l := dot(ab, ab); l > 0 {
			t = min(1, max(0, dot(ap, ab)/l))
		}
		best = min(best, distance(p, Vec{a[0] + t*ab[0], a[1] + t*ab[1], a[2] + t*ab[2]}))
	}
	return best
}

func sub(a, b Vec) Vec          { return Vec{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
func dot(a, b Vec) float64      { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }
func distance(a, b Vec) float64 { d := sub(a, b); return math.Sqrt(dot(d, d)) }
func between(a, b Vec, t float64) Vec {
	d := sub(b, a)
	return Vec{a[0] + t*d[0], a[1] + t*d[1], a[2] + t*d[2]}
}

// eachNeighbour visits the cells that share an edge with c.
func (s *Surface) eachNeighbour(c CellID, visit func(CellID)) {
	r := s.right(c)
	for _, k := range s.nb[s.nbFirst[r]:s.nbFirst[r+1]] {
		if c != r {
			k = s.Mirror(k)
		}
		visit(k)
	}
}

// path finds a short way over visible skin from one set of cells to another; the
// first cell lies in from, the last in to. It is empty when a set is. Skin may be dear
// (cost above 1), so that the way goes round it.
func (s *Surface) path(from, to Set, cost func(CellID) float64) []CellID {
	if from.Len() == 0 || to.Len() == 0 {
		return nil
	}
	goal, spread := s.middle(to)
	ahead := func(c CellID) float64 { return max(0, distance(s.centre[c], goal)-spread) }
	t := newTrail(s.Len())
	defer trails.Put(t)
	var open cellQueue
	for c := range from.All {
		t.reach(c, c, 0)
		open.push(queued{c, ahead(c)})
	}
	for len(open) > 0 {
		c := open.pop().cell
		if t.closed[c] == t.turn {
			continue
		}
		t.closed[c] = t.turn
		if to.Has(c) {
			way := []CellID{c}
			for !from.Has(c) {
				c = t.came[c]
				way = append(way, c)
			}
			slices.Reverse(way)
			return way
		}
		step := func(k CellID) {
			if k == c || t.closed[k] == t.turn || s.Hidden(k) {
				return
			}
			d := distance(s.centre[c], s.centre[k])
			if cost != nil {
				d *= cost(k)
			}
			if g := t.best[c] + d; t.reach(k, c, g) {
				open.push(queued{k, g + ahead(k)})
			}
		}
		s.eachNeighbour(c, func(k CellID) { // two steps at once, for straighter ways
			step(k)
			if !s.Hidden(k) {
				s.eachNeighbour(k, step)
			}
		})
	}
	return nil
}

// trail is the memory of one search over the cells. Trails are used again, since a way
// looks at few of the cells; what is not of this turn is forgotten.
type trail struct {
	turn            uint32
	reached, closed []uint32 // the turn in which it happened
	best            []float64
	came            []CellID
}

var trails sync.Pool

func newTrail(cells int) *trail {
	t, ok := trails.Get().(*trail)
	if !ok || len(t.best) != cells || t.turn == math.MaxUint32 {
		t = &trail{
			reached: make([]uint32, cells), closed: make([]uint32, cells),
			best: make([]float64, cells), came: make([]CellID, cells),
		}
	}
	t.turn++
	return t
}

// reach notes a way to a cell and tells whether it is the best so far.
func (t *trail) reach(c, from CellID, length float64) bool {
	if t.reached[c] == t.turn && length >= t.best[c] {
		return false
	}
	t.reached[c], t.best[c], t.came[c] = t.turn, length, from
	return true
}

// middle is the mean place of a set and how far its farthest cell lies from it.
func (s *Surface) middle(set Set) (mid Vec, reach float64) {
	n := float64(set.Len())
	for c := range set.All {
		for a := range mid {
			mid[a] += s.centre[c][a] / n
		}
	}
	for c := range set.All {
		reach = max(reach, distance(mid, s.centre[c]))
	}
	return mid, reach
}

// queued is a cell that waits for its turn, the smallest rank first; ties go by id, so
// that every run finds the same way.
type queued struct {
	cell CellID
	rank float64
}

func (a queued) before(b queued) bool {
	return a.rank < b.rank || a.rank == b.rank && a.cell < b.cell
}

// cellQueue is a binary heap.
type cellQueue []queued

func (q *cellQueue) push(x queued) {
	h := append(*q, x)
	for i := len(h) - 1; i > 0 && h[i].before(h[(i-1)/2]); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
	*q = h
}

func (q *cellQueue) pop() queued {
	h := *q
	top, n := h[0], len(h)-1
	h[0] = h[n]
	h = h[:n]
	for i := 0; ; {
		least := i
		for _, k := range [2]int{2*i + 1, 2*i + 2} {
			if k < n && h[k].before(h[least]) {
				least = k
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	*q = h
	return top
}

// iron turns the zigzag of a path over cells into a smooth line near the skin.
func (s *Surface) iron(way []CellID) []Vec {
	line := make([]Vec, len(way))
	for i, c := range way {
		line[i] = s.centre[c]
	}
	for range 2 * len(way) {
		for i := 1; i+1 < len(line); i++ {
			m := between(line[i-1], line[i+1], 0.5)
			m = between(line[i], m, 0.5)
			// stay on the skin: keep the height over the nearest cell of the way
			n := s.normal[way[i]]
			h := dot(sub(m, s.centre[way[i]]), n)
			line[i] = Vec{m[0] - h*n[0], m[1] - h*n[1], m[2] - h*n[2]}
		}
	}
	return line
}
