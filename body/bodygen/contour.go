package main

import (
	"math"

	"knead/body"
)

// outline is the figure's edge as SVG path data, accurate to about a tenth of a
// view unit: the covered samples are blurred a little and the line of half cover
// is followed between them.
func outline(buf []Frag, c *Camera, ss int) string {
	w, h := c.W*ss, c.H*ss
	cover := make([]float32, w*h)
	for i := range buf {
		if buf[i].Face >= 0 {
			cover[i] = 1
		}
	}
	for range 6 {
		cover = blurred(cover, w, h)
	}
	var out [][][2]float64
	for _, ring := range halfLines(cover, w, h) {
		if ring = thin(ring, 0.11*float64(ss)); len(ring) > 3 && math.Abs(area(ring)) > 12*float64(ss*ss) {
			out = append(out, ring)
		}
	}
	return pathOf(out, float64(ss), true)
}

// blurred is a mean over 3 x 3 samples, weights 1 2 1.
func blurred(a []float32, w, h int) []float32 {
	b, c := make([]float32, len(a)), make([]float32, len(a))
	for y := range h {
		for x := range w {
			i := y*w + x
			b[i] = (a[i-min(x, 1)] + 2*a[i] + a[i+min(w-1-x, 1)]) / 4
		}
	}
	for y := range h {
		for x := range w {
			i := y*w + x
			c[i] = (b[i-w*min(y, 1)] + 2*b[i] + b[i+w*min(h-1-y, 1)]) / 4
		}
	}
	return c
}

// halfLines follows the line of value one half (marching squares). Samples sit in
// the middle of their squares; beyond the picture everything is 0.
func halfLines(a []float32, w, h int) [][][2]float64 {
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= w || y >= h {
			return 0
		}
		return float64(a[y*w+x])
	}
	// An edge between two samples is named by its first sample and its direction.
	type edge struct {
		x, y int
		down bool
	}
	next := map[edge]edge{}
	var order []edge
	for y := -1; y < h; y++ {
		for x := -1; x < w; x++ {
			v := [4]float64{at(x, y), at(x+1, y), at(x+1, y+1), at(x, y+1)}
			e := [4]edge{{x, y, false}, {x + 1, y, true}, {x, y + 1, false}, {x, y, true}}
			// The inside lies on the right hand: enter where it goes from out to in.
			var enter, leave []edge
			for k := range 4 {
				a, b := v[k] > 0.5, v[(k+1)&3] > 0.5
				if a && !b {
					enter = append(enter, e[k])
				} else if !a && b {
					leave = append(leave, e[k])
				}
			}
			if len(enter) == 2 && (v[0]+v[1]+v[2]+v[3])/4 <= 0.5 {
				enter[0], enter[1] = enter[1], enter[0]
			}
			for k := range enter {
				next[enter[k]] = leave[k]
				order = append(order, enter[k])
			}
		}
	}
	point := func(e edge) [2]float64 {
		dx, dy := 1, 0
		if e.down {
			dx, dy = 0, 1
		}
		p, q := at(e.x, e.y), at(e.x+dx, e.y+dy)
		t := (0.5 - p) / (q - p)
		return [2]float64{float64(e.x) + 0.5 + t*float64(dx), float64(e.y) + 0.5 + t*float64(dy)}
	}
	var out [][][2]float64
	for _, s := range order {
		if _, ok := next[s]; !ok {
			continue
		}
		ring := [][2]float64{point(s)}
		for e := s; ; {
			n := next[e]
			delete(next, e)
			ring = append(ring, point(n))
			if e = n; e == s {
				break
			}
		}
		out = append(out, ring)
	}
	return out
}

func area(p [][2]float64) (a float64) {
	for i := range p {
		q := p[(i+1)%len(p)]
		a += p[i][0]*q[1] - q[0]*p[i][1]
	}
	return a / 2
}

// thin keeps the points that are farther than eps from the line between those kept.
func thin(p [][2]float64, eps float64) [][2]float64 { return body.Thin(p, eps) }

// landmarks draws the visible parts of the named lines of both sides.
func (md *Model) landmarks(c *Camera, buf []Frag, ss int) string {
	var out [][][2]float64
	for i := range md.Lines {
		l := &md.Lines[i]
		if l.Name == "" {
			continue
		}
		p := make([]Vec, len(l.P))
		for k, v := range l.Vertex {
			p[k] = md.M.P[v].Add(l.Off[k])
		}
		p = ironed(p, 3, l.P[0] == l.P[len(l.P)-1])
		for side := range 2 {
			if side == 1 && l.Midline {
				break
			}
			var run [][2]float64
			for k, q := range p {
				rest, n := md.Rest[l.Vertex[k]], md.N[l.Vertex[k]]
				if side == 1 {
					q, rest, n = q.MirrorX(), rest.MirrorX(), n.MirrorX()
				}
				x, y, z := c.Project(q)
				xi, yi := int(x*float64(ss)), int(y*float64(ss))
				seen := n.Dot(c.Dir) < -0.08 && (c.Keep == nil || c.Keep(rest)) &&
					xi >= 0 && yi >= 0 && xi < c.W*ss && yi < c.H*ss
				if seen {
					f := &buf[yi*c.W*ss+xi]
					seen = f.Face >= 0 && float64(f.Z) > z-0.12
				}
				if seen {
					run = append(run, [2]float64{x, y})
				}
				if (!seen || k == len(p)-1) && len(run) > 0 {
					if len(run) > 3 {
						out = append(out, thin(run, 0.25))
					}
					run = nil
				}
			}
		}
	}
	return pathOf(out, 1, false)
}
