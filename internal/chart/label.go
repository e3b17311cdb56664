package chart

import (
	"math"

	"knead/body"
)

// Label is the place of a mark's level disc in a view: beside the paint, never on it.
type Label struct {
	Mark  int   // index in the drawing
	Level uint8 // the highest level of the mark
	X, Y  float64
}

// Labels finds a place for the disc of every mark that is seen in a view. Half
// width and height are those of the disc, in view units. No disc covers paint or
// another disc; where a view is too full for that, the disc with the least room
// stands in a corner.
func Labels(v *body.View, d body.Drawing, halfWidth, halfHeight float64) []Label {
	grid := newCrowd(v)
	for _, m := range d.Marks {
		for c := range m.Levels {
			grid.painted[c] = true
		}
	}
	grid.count()
	var out []Label
	for i, m := range d.Marks {
		cx, cy, ok := grid.heart(m)
		if !ok {
			continue
		}
		x, y := grid.place(cx, cy, halfWidth, halfHeight, out)
		var top uint8
		for _, l := range m.Levels {
			top = max(top, l)
		}
		out = append(out, Label{i, top, x, y})
	}
	return out
}

// crowd knows how much paint lies in any rectangle of a view.
type crowd struct {
	v       *body.View
	painted map[body.CellID]bool
	sum     []int32 // (MapW+1) x (MapH+1), paint above and left of a sample
	sx, sy  float64 // view units a sample
}

func newCrowd(v *body.View) *crowd {
	return &crowd{
		v: v, painted: map[body.CellID]bool{}, sum: make([]int32, (v.MapW+1)*(v.MapH+1)),
		sx: float64(v.W) / float64(v.MapW), sy: float64(v.H) / float64(v.MapH),
	}
}

func (g *crowd) count() {
	w := g.v.MapW + 1
	for y := range g.v.MapH {
		for x := range g.v.MapW {
			var one int32
			if c, ok := g.v.Cell(x, y); ok && g.painted[c] {
				one = 1
			}
			g.sum[(y+1)*w+x+1] = one + g.sum[y*w+x+1] + g.sum[(y+1)*w+x] - g.sum[y*w+x]
		}
	}
}

// paint counts the painted samples in a rectangle of view units.
func (g *crowd) paint(x0, y0, x1, y1 float64) int32 {
	w := g.v.MapW + 1
	column := func(x float64) int { return min(max(int(x/g.sx), 0), g.v.MapW) }
	row := func(y float64) int { return min(max(int(y/g.sy), 0), g.v.MapH) }
	a, b, c, d := column(x0), row(y0), column(x1)+1, row(y1)+1
	c, d = min(c, g.v.MapW), min(d, g.v.MapH)
	return g.sum[d*w+c] - g.sum[b*w+c] - g.sum[d*w+a] + g.sum[b*w+a]
}

// heart is the middle of what is seen of a mark.
func (g *crowd) heart(m body.Mark) (x, y float64, ok bool) {
	var sx, sy, n float64
	seen := samplesOf(g.v)
	for c := range m.Levels {
		for _, i := range seen.of(c) {
			sx, sy, n = sx+float64(int(i)%g.v.MapW), sy+float64(int(i)/g.v.MapW), n+1
		}
	}
	if n == 0 {
		return 0, 0, false
	}
	return (sx/n + 0.5) * g.sx, (sy/n + 0.5) * g.sy, true
}

// place is the free place nearest to the heart of a mark.
func (g *crowd) place(cx, cy, halfW, halfH float64, taken []Label) (x, y float64) {
	const step, gap = 4.0, 4.0 // view units; chosen: fine enough, and a hair of skin between
	best := math.Inf(1)
	x, y = halfW+gap, halfH+gap
	for py := halfH + gap; py <= float64(g.v.H)-halfH-gap; py += step {
		for px := halfW + gap; px <= float64(g.v.W)-halfW-gap; px += step {
			d := math.Hypot(px-cx, py-cy)
			if d >= best || g.paint(px-halfW-gap, py-halfH-gap, px+halfW+gap, py+halfH+gap) > 0 {
				continue
			}
			free := true
			for _, l := range taken {
				free = free && (math.Abs(l.X-px) > 2*halfW+gap || math.Abs(l.Y-py) > 2*halfH+gap)
			}
			if free {
				best, x, y = d, px, py
			}
		}
	}
	return x, y
}
