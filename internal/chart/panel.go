package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"slices"
	"sync"

	xdraw "golang.org/x/image/draw"

	"knead/body"
)

// panel is a window of a view, drawn at a size.
type panel struct {
	canvas

	v      *body.View
	lo, hi point   // the window in view units
	scale  float64 // pixels per view unit
	skin   *image.Alpha
}

// window grows the bounds of what is shown until one sees where on the body it is.
// Views of a head, a hand or a foot are shown whole.
func window(v *body.View, rings []ring) (lo, hi point) {
	whole := point{float64(v.W), float64(v.H)}
	if !slices.Contains([]string{"front", "back", "left", "right", "right-no-arm"}, v.Name) {
		return point{}, whole
	}
	const around, least = 8.0, 46.0 // cm; chosen by eye
	lo, hi = whole, point{}
	for _, r := range rings {
		for _, p := range r {
			lo = point{min(lo.x, p.x), min(lo.y, p.y)}
			hi = point{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	grow := func(a, b, end float64) (float64, float64) {
		a, b = a-around*v.Scale, b+around*v.Scale
		if short := least*v.Scale - (b - a); short > 0 {
			a, b = a-short/2, b+short/2
		}
		if a < 0 {
			a, b = 0, b-a
		}
		if b > end {
			a, b = max(a-(b-end), 0), end
		}
		return a, b
	}
	lo.x, hi.x = grow(lo.x, hi.x, whole.x)
	lo.y, hi.y = grow(lo.y, hi.y, whole.y)
	return lo, hi
}

// newPanel draws the clay figure of a window at a height in pixels.
func newPanel(v *body.View, lo, hi point, height int) (*panel, error) {
	scale := float64(height) / (hi.y - lo.y)
	p := &panel{v: v, lo: lo, hi: hi, scale: scale}
	p.canvas = newCanvas(int((hi.x-lo.x)*scale), height)
	p.fillAll(paper)
	skin, err := readPath(v.Outline())
	if err != nil {
		return nil, fmt.Errorf("outline of %s: %w", v.Name, err)
	}
	p.skin = p.mask(p.rings(skin))
	p.fadeCuts()
	picture, err := clayPicture(v)
	if err != nil {
		return nil, err
	}
	clay := image.NewRGBA(p.Bounds())
	from := image.Rect(int(lo.x), int(lo.y), int(hi.x+0.5), int(hi.y+0.5))
	xdraw.CatmullRom.Scale(clay, clay.Bounds(), picture, from, draw.Src, nil)
	draw.DrawMask(p.RGBA, p.Bounds(), clay, image.Point{}, p.skin, image.Point{}, draw.Over)
	if err := p.landmarks(); err != nil {
		return nil, err
	}
	return p, nil
}

var pictures sync.Map // *body.View -> image.Image

func clayPicture(v *body.View) (image.Image, error) {
	if known, ok := pictures.Load(v); ok {
		if img, ok := known.(image.Image); ok {
			return img, nil
		}
	}
	img, err := jpeg.Decode(bytes.NewReader(v.Picture()))
	if err != nil {
		return nil, fmt.Errorf("picture of %s: %w", v.Name, err)
	}
	pictures.Store(v, img)
	return img, nil
}

// fadeCuts lets the skin fade out where the edge of the window cuts through it.
func (p *panel) fadeCuts() {
	const soft = 36 // pixels; chosen
	b := p.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			if near := min(x, y, b.Dx()-1-x, b.Dy()-1-y); near < soft {
				i := p.skin.PixOffset(x, y)
				p.skin.Pix[i] = uint8(int(p.skin.Pix[i]) * near / soft)
			}
		}
	}
}

func (p *panel) landmarks() error {
	open, err := readPath(p.v.Landmarks())
	if err != nil {
		return fmt.Errorf("landmarks of %s: %w", p.v.Name, err)
	}
	p.onSkin(func(c canvas) {
		s := c.strokes()
		for _, r := range p.rings(open) {
			for i := 1; i < len(r); i++ {
				s.segment(r[i-1], r[i], 1.2)
			}
		}
		s.onto(c, faded(ink, 0.22))
	})
	return nil
}

// at brings a place from view units to pixels.
func (p *panel) at(q point) point {
	return point{(q.x - p.lo.x) * p.scale, (q.y - p.lo.y) * p.scale}
}

func (p *panel) rings(in []ring) []ring {
	out := make([]ring, len(in))
	for i, r := range in {
		out[i] = make(ring, len(r))
		for j, q := range r {
			out[i][j] = p.at(q)
		}
	}
	return out
}

// smooth rounds the corners of rings as pathData does.
func smooth(in []ring) []ring {
	out := make([]ring, 0, len(in))
	for _, r := range in {
		if len(r) < 3 {
			continue
		}
		pr := pathReader{}
		pr.line(middle(r[len(r)-1], r[0]))
		for i, q := range r {
			pr.curve(pr.at, q, q, middle(q, r[(i+1)%len(r)]), true)
		}
		out = append(out, pr.ring)
	}
	return out
}

// onSkin draws on a layer of its own that shows on the skin only.
func (p *panel) onSkin(f func(canvas)) {
	layer := newCanvas(p.Bounds().Dx(), p.Bounds().Dy())
	f(layer)
	draw.DrawMask(p.RGBA, p.Bounds(), layer.RGBA, image.Point{}, p.skin, image.Point{}, draw.Over)
}

// often, sometimes and muscle draw the three kinds of shapes.
func (p *panel) often(rings []ring) {
	r := smooth(p.rings(rings))
	p.onSkin(func(c canvas) {
		c.hatch(r, 7, 1.7, zone)
		c.stroke(r, 5, zoneHalo)
		c.stroke(r, 2.2, zone)
	})
}

func (p *panel) sometimes(rings []ring) {
	r := smooth(p.rings(rings))
	p.onSkin(func(c canvas) {
		c.dots(r, 9, 1.5, zone)
		c.stroke(r, 5, faded(zoneHalo, 0.85))
		c.dotted(r, 1.5, 5.5, zone)
	})
}

func (p *panel) muscle(rings []ring) {
	r := smooth(p.rings(rings))
	p.onSkin(func(c canvas) {
		c.fill(r, faded(zoneHalo, 0.22))
		c.stroke(r, 1.2, faded(ink, 0.55))
	})
}

// paint fills what a client drew.
func (p *panel) paint(rings []ring, col color.Color) {
	r := smooth(p.rings(rings))
	p.onSkin(func(c canvas) { c.fill(r, col) })
}

func (p *panel) rim(rings []ring) {
	r := smooth(p.rings(rings))
	p.onSkin(func(c canvas) { c.stroke(r, 1.6, faded(paintRim, 0.75)) })
}
