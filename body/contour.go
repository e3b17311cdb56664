package body

import (
	"cmp"
	"math"
	"slices"
)

// Trace turns a picture of labels (row by row, 0 is no label) into closed paths,
// in units of samples, y down. Borders run through the middles of sample edges. A
// border between two labels is smoothed and simplified once, to within eps
// samples, and used by both, so that neighbours fit without gap or overlap.
// Outer rings run clockwise as seen, holes counter-clockwise; the last point of a
// ring repeats the first. Rings of less than six samples are left out.
func Trace(labels []int32, w, h int, eps float64) map[int32][][][2]float64 {
	if w <= 0 || h <= 0 || len(labels) < w*h {
		return nil
	}
	t := tracer{labels: labels, w: w, h: h, eps: eps, nodes: map[lattice]bool{}, arcs: map[arcKey][][2]float64{}}
	edges := t.edges()
	names := make([]int32, 0, len(edges))
	for l := range edges {
		names = append(names, l)
	}
	slices.Sort(names)
	out := map[int32][][][2]float64{}
	for _, l := range names {
		for _, ring := range t.rings(edges[l]) {
			if p := t.path(ring); len(p) > 3 && math.Abs(ringArea(p)) >= 6 {
				out[l] = append(out[l], p)
			}
		}
	}
	return out
}

// Settle gives each labelled sample the label that is most common within a radius
// (samples), the smaller label where two are: borders that follow the edges of
// cells lose their teeth. Samples without a label (0) stay as they are.
func Settle(labels []int32, w, h, radius int) []int32 {
	out := slices.Clone(labels)
	type tally struct {
		label int32
		n     int
	}
	var count []tally
	for y := range h {
		for x := range w {
			own := labels[y*w+x]
			if own == 0 {
				continue
			}
			count = append(count[:0], tally{own, 0})
			for v := max(0, y-radius); v <= min(h-1, y+radius); v++ {
			row:
				for u := max(0, x-radius); u <= min(w-1, x+radius); u++ {
					l := labels[v*w+u]
					if l == 0 || (u-x)*(u-x)+(v-y)*(v-y) > radius*radius+1 {
						continue
					}
					for i := range count {
						if count[i].label == l {
							count[i].n++
							continue row
						}
					}
					count = append(count, tally{l, 1})
				}
			}
			best := count[0]
			for _, c := range count[1:] {
				if c.n > best.n || c.n == best.n && c.label < best.label {
					best = c
				}
			}
			out[y*w+x] = best.label
		}
	}
	return out
}

// lattice is a corner of the samples.
type lattice struct{ x, y int32 }

func compareLattice(a, b lattice) int {
	return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.x, b.x))
}

// arcKey tells arcs apart: two arcs with the same ends differ in their first step.
type arcKey struct{ from, next, to lattice }

type tracer struct {
	labels []int32
	w, h   int
	eps    float64
	nodes  map[lattice]bool // corners where three or four borders meet
	arcs   map[arcKey][][2]float64
}

func (t *tracer) at(x, y int) int32 {
	if x < 0 || y < 0 || x >= t.w || y >= t.h {
		return 0
	}
	return t.labels[y*t.w+x]
}

// edges lists, label by label, the steps round its samples with the label on the
// right hand, and notes the nodes.
func (t *tracer) edges() map[int32]map[lattice][]lattice {
	out := map[int32]map[lattice][]lattice{}
	add := func(l int32, a, b lattice) {
		if l == 0 {
			return
		}
		if out[l] == nil {
			out[l] = map[lattice][]lattice{}
		}
		out[l][a] = append(out[l][a], b)
	}
	for y := 0; y <= t.h; y++ {
		for x := 0; x <= t.w; x++ {
			here, left, up, corner := t.at(x, y), t.at(x-1, y), t.at(x, y-1), t.at(x-1, y-1)
			if [3]int32{left, up, corner} == [3]int32{here, here, here} {
				continue
			}
			p := lattice{int32(x), int32(y)}
			if here != left {
				q := lattice{p.x, p.y + 1}
				add(left, p, q)
				add(here, q, p)
			}
			if here != up {
				q := lattice{p.x + 1, p.y}
				add(here, p, q)
				add(up, q, p)
			}
			meet := 0
			for _, differ := range [4]bool{here != left, here != up, up != corner, left != corner} {
				if differ {
					meet++
				}
			}
			if meet > 2 {
				t.nodes[p] = true
			}
		}
	}
	return out
}

// rings walks the steps of one label into closed rings, beginning at nodes where
// there are any, so that a ring is made of whole arcs.
func (t *tracer) rings(next map[lattice][]lattice) [][]lattice {
	starts := make([]lattice, 0, len(next))
	for p := range next {
		starts = append(starts, p)
	}
	slices.SortFunc(starts, func(a, b lattice) int {
		if na, nb := t.nodes[a], t.nodes[b]; na != nb {
			if na {
				return -1
			}
			return 1
		}
		return compareLattice(a, b)
	})
	var out [][]lattice
	for _, s := range starts {
		for len(next[s]) > 0 {
			ring, p := []lattice{s}, s
			for {
				k := 0
				if n := len(ring); n > 1 && len(next[p]) > 1 { // at a crossing turn right: the label stays in one piece
					in := lattice{p.x - ring[n-2].x, p.y - ring[n-2].y}
					k = max(0, slices.Index(next[p], lattice{p.x - in.y, p.y + in.x}))
				}
				q := next[p][k]
				next[p] = slices.Delete(next[p], k, k+1)
				ring = append(ring, q)
				if p = q; p == s {
					break
				}
			}
			out = append(out, ring)
		}
	}
	return out
}

// path cuts a ring at the nodes and joins its simplified arcs.
func (t *tracer) path(ring []lattice) [][2]float64 {
	var out [][2]float64
	last := 0
	for i := 1; i < len(ring); i++ {
		if !t.nodes[ring[i]] && i < len(ring)-1 {
			continue
		}
		a := t.arc(ring[last:i+1], !t.nodes[ring[i]])
		if len(out) > 0 {
			a = a[1:]
		}
		out = append(out, a...)
		last = i
	}
	return out
}

// arc smooths and simplifies one piece of border, the same way for both of its
// labels: it is always worked out in one direction and turned if need be.
func (t *tracer) arc(a []lattice, loop bool) [][2]float64 {
	n := len(a)
	back := cmp.Or(compareLattice(a[n-1], a[0]), compareLattice(a[n-2], a[1])) < 0
	if loop {
		return t.simplify(a, true)
	}
	if back {
		a = slices.Clone(a)
		slices.Reverse(a)
	}
	key := arcKey{a[0], a[1], a[n-1]}
	s, ok := t.arcs[key]
	if !ok {
		s = t.simplify(a, false)
		t.arcs[key] = s
	}
	if back {
		s = slices.Clone(s)
		slices.Reverse(s)
	}
	return s
}

func (t *tracer) simplify(a []lattice, loop bool) [][2]float64 {
	f := make([][2]float64, 0, len(a)+1)
	if !loop {
		f = append(f, [2]float64{float64(a[0].x), float64(a[0].y)})
	}
	for i := 0; i+1 < len(a); i++ {
		f = append(f, [2]float64{float64(a[i].x+a[i+1].x) / 2, float64(a[i].y+a[i+1].y) / 2})
	}
	if loop {
		f = turnTo(f)
	} else {
		e := a[len(a)-1]
		f = append(f, [2]float64{float64(e.x), float64(e.y)})
	}
	for range 5 { // gentle rounds take the stairs out of slanted borders
		g := slices.Clone(f)
		for i := 1; i+1 < len(f); i++ {
			for c := range g[i] {
				g[i][c] = (f[i-1][c] + 2*f[i][c] + f[i+1][c]) / 4
			}
		}
		f = g
	}
	return Thin(f, t.eps)
}

// turnTo closes a free ring and lets it begin at its highest, leftmost point, so
// that the ring round a label and the hole it fills are simplified alike.
func turnTo(f [][2]float64) [][2]float64 {
	k := 0
	for i, p := range f {
		if p[1] < f[k][1] || p[1] == f[k][1] && p[0] < f[k][0] {
			k = i
		}
	}
	out := append(slices.Clone(f[k:]), f[:k]...)
	return append(out, out[0])
}

func ringArea(p [][2]float64) (a float64) {
	for i := range p {
		q := p[(i+1)%len(p)]
		a += p[i][0]*q[1] - q[0]*p[i][1]
	}
	return a / 2
}

// Thin simplifies a line of points (Ramer-Douglas-Peucker): it keeps the ends and
// the points that are farther than eps from the line between those kept.
func Thin(p [][2]float64, eps float64) [][2]float64 {
	if len(p) < 3 {
		return p
	}
	a, b := p[0], p[len(p)-1]
	dx, dy := b[0]-a[0], b[1]-a[1]
	l := math.Hypot(dx, dy)
	far, at := -1.0, 0
	for i := 1; i < len(p)-1; i++ {
		d := math.Hypot(p[i][0]-a[0], p[i][1]-a[1])
		if l > 1e-9 {
			d = math.Abs(dx*(p[i][1]-a[1])-dy*(p[i][0]-a[0])) / l
		}
		if d > far {
			far, at = d, i
		}
	}
	if far <= eps {
		return [][2]float64{a, b}
	}
	left := Thin(p[:at+1], eps)
	return append(slices.Clone(left), Thin(p[at:], eps)[1:]...)
}
