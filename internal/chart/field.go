package chart

import (
	"math"

	"knead/body"
)

// point is a place in a view, in view units.
type point struct{ x, y float64 }

// ring is a closed line; the last point is joined to the first.
type ring []point

// How far, in cm, the steps of the cells are blurred before an edge is drawn, and
// the weight at which it is drawn. Chosen by eye: half a cell of the back, so that
// edges are smooth; less for paint, so that a dab of the smallest brush stays.
const (
	zoneSoft, zoneEdge   = 0.45, 0.5
	paintSoft, paintEdge = 0.32, 0.45
)

// field is a weight for each sample of a window of a view's cell map.
type field struct {
	x0, y0 int // place of the window in the map; may lie outside it
	w, h   int
	v      []float32
}

// weights spreads the weights of cells over the samples in which they are seen,
// blurred within the skin. On paper beside the skin the weight goes on a little, so
// that an edge meets the outline instead of bending away from it.
func weights(v *body.View, cells []body.Weighted, softness float64) (field, bool) {
	seen := samplesOf(v)
	lo, hi := [2]int{v.MapW, v.MapH}, [2]int{-1, -1}
	for _, c := range cells {
		for _, i := range seen.of(c.Cell) {
			x, y := int(i)%v.MapW, int(i)/v.MapW
			lo[0], hi[0] = min(lo[0], x), max(hi[0], x)
			lo[1], hi[1] = min(lo[1], y), max(hi[1], y)
		}
	}
	if hi[0] < 0 {
		return field{}, false
	}
	sigma := softness * v.Scale * float64(v.MapW) / float64(v.W)
	kernel := gauss(sigma)
	margin := len(kernel) + 1
	f := field{x0: lo[0] - margin, y0: lo[1] - margin, w: hi[0] - lo[0] + 1 + 2*margin, h: hi[1] - lo[1] + 1 + 2*margin}
	f.v = make([]float32, f.w*f.h)
	skin := make([]float32, f.w*f.h)
	for y := range f.h {
		for x := range f.w {
			if _, ok := v.Cell(f.x0+x, f.y0+y); ok {
				skin[y*f.w+x] = 1
			}
		}
	}
	for _, c := range cells {
		for _, i := range seen.of(c.Cell) {
			f.v[(int(i)/v.MapW-f.y0)*f.w+int(i)%v.MapW-f.x0] = float32(c.W)
		}
	}
	blur(f.v, f.w, f.h, kernel)
	blur(skin, f.w, f.h, kernel)
	for i, s := range skin {
		if s > 0.02 {
			f.v[i] /= s
		} else {
			f.v[i] = 0
		}
	}
	return f, true
}

// gauss is the right half of a bell curve, the middle first.
func gauss(sigma float64) []float32 {
	k := make([]float32, int(math.Ceil(2.5*sigma))+1)
	var sum float64
	for i := range k {
		g := math.Exp(-float64(i*i) / (2 * sigma * sigma))
		k[i] = float32(g)
		if sum += g; i > 0 {
			sum += g
		}
	}
	for i := range k {
		k[i] /= float32(sum)
	}
	return k
}

func blur(v []float32, w, h int, kernel []float32) {
	line := make([]float32, max(w, h))
	pass := func(start, step, n int) {
		for i := range n {
			line[i] = v[start+i*step]
		}
		for i := range n {
			sum := kernel[0] * line[i]
			for k := 1; k < len(kernel); k++ {
				if i >= k {
					sum += kernel[k] * line[i-k]
				}
				if i+k < n {
					sum += kernel[k] * line[i+k]
				}
			}
			v[start+i*step] = sum
		}
	}
	for y := range h {
		pass(y*w, 1, w)
	}
	for x := range w {
		pass(x, w, h)
	}
}
