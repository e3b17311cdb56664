package chart

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// canvas is a picture that lines and areas are drawn on, in its own pixels.
type canvas struct{ *image.RGBA }

func newCanvas(w, h int) canvas { return canvas{image.NewRGBA(image.Rect(0, 0, w, h))} }

func (c canvas) fillAll(col color.Color) {
	draw.Draw(c.RGBA, c.Bounds(), image.NewUniform(col), image.Point{}, draw.Src)
}

// fill covers the inside of rings, holes left out.
func (c canvas) fill(rings []ring, col color.Color) {
	draw.DrawMask(c.RGBA, c.Bounds(), image.NewUniform(col), image.Point{}, c.mask(rings), image.Point{}, draw.Over)
}

// mask is where rings cover the canvas.
func (c canvas) mask(rings []ring) *image.Alpha {
	b := c.Bounds()
	z := vector.NewRasterizer(b.Dx(), b.Dy())
	for _, r := range rings {
		addRing(z, r)
	}
	m := image.NewAlpha(b)
	z.Draw(m, b, image.Opaque, image.Point{})
	return m
}

func addRing(z *vector.Rasterizer, r ring) {
	for i, p := range r {
		if i == 0 {
			z.MoveTo(float32(p.x), float32(p.y))
		} else {
			z.LineTo(float32(p.x), float32(p.y))
		}
	}
	z.ClosePath()
}

// strokes are drawn with one mask, so that a see-through colour covers once. All
// their rings turn the same way round, or they would cancel where they overlap.
type strokes struct{ z *vector.Rasterizer }

func (c canvas) strokes() strokes {
	return strokes{vector.NewRasterizer(c.Bounds().Dx(), c.Bounds().Dy())}
}

func (s strokes) segment(a, b point, width float64) {
	d := math.Hypot(b.x-a.x, b.y-a.y)
	if d > 0 {
		nx, ny := -(b.y-a.y)/d*width/2, (b.x-a.x)/d*width/2
		addRing(s.z, ring{{a.x + nx, a.y + ny}, {b.x + nx, b.y + ny}, {b.x - nx, b.y - ny}, {a.x - nx, a.y - ny}})
	}
	s.disc(b, width/2)
}

func (s strokes) disc(at point, r float64) { addRing(s.z, circle(at, r)) }

func circle(at point, r float64) ring {
	n := 8 + int(2*r)
	out := make(ring, n)
	for i := range out {
		sin, cos := math.Sincos(-2 * math.Pi * float64(i) / float64(n))
		out[i] = point{at.x + r*cos, at.y + r*sin}
	}
	return out
}

func (s strokes) onto(c canvas, col color.Color) {
	s.z.Draw(c.RGBA, c.Bounds(), image.NewUniform(col), image.Point{})
}

// stroke draws closed lines of a width with round corners.
func (c canvas) stroke(rings []ring, width float64, col color.Color) {
	s := c.strokes()
	for _, r := range rings {
		for i, p := range r {
			s.segment(p, r[(i+1)%len(r)], width)
		}
	}
	s.onto(c, col)
}

// dotted sets dots along closed lines.
func (c canvas) dotted(rings []ring, radius, gap float64, col color.Color) {
	s := c.strokes()
	for _, r := range rings {
		left := 0.0
		for i, a := range r {
			b := r[(i+1)%len(r)]
			d := math.Hypot(b.x-a.x, b.y-a.y)
			for ; left < d; left += gap {
				t := left / d
				s.disc(point{a.x + (b.x-a.x)*t, a.y + (b.y-a.y)*t}, radius)
			}
			left -= d
		}
	}
	s.onto(c, col)
}

// cross is an x in a halo: where to press.
func (c canvas) cross(at point, size float64) {
	for _, pen := range []struct {
		width float64
		col   color.Color
	}{{size * 0.95, zoneHalo}, {size * 0.42, zone}} {
		s := c.strokes()
		for _, d := range [2]float64{1, -1} {
			a, b := point{at.x - size, at.y - d*size}, point{at.x + size, at.y + d*size}
			s.disc(a, pen.width/2)
			s.segment(a, b, pen.width)
		}
		s.onto(c, pen.col)
	}
}

// hatch fills rings with slanting lines, dots with a grid of dots.
func (c canvas) hatch(rings []ring, gap, width float64, col color.NRGBA) {
	c.pattern(rings, col, func(x, y float64) float64 {
		d := math.Mod((x+y)/math.Sqrt2, gap)
		return width/2 - min(d, gap-d) + 0.5
	})
}

func (c canvas) dots(rings []ring, gap, radius float64, col color.NRGBA) {
	c.pattern(rings, col, func(x, y float64) float64 {
		row := math.Floor(y / gap)
		x += gap / 2 * math.Mod(row, 2)
		dx, dy := math.Mod(x, gap)-gap/2, math.Mod(y, gap)-gap/2
		return radius - math.Hypot(dx, dy) + 0.5
	})
}

// pattern fills rings where cover, in pixels from the edge of a mark, is positive.
func (c canvas) pattern(rings []ring, col color.NRGBA, cover func(x, y float64) float64) {
	m := c.mask(rings)
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		row := m.Pix[m.PixOffset(m.Rect.Min.X, y) : m.PixOffset(m.Rect.Max.X-1, y)+1]
		for x, a := range row {
			if a > 0 {
				row[x] = uint8(float64(a) * min(max(cover(float64(x)+0.5, float64(y)+0.5), 0), 1))
			}
		}
	}
	draw.DrawMask(c.RGBA, c.Bounds(), image.NewUniform(col), image.Point{}, m, image.Point{}, draw.Over)
}
