package chart

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
)

// The size of a card: what services show beside a shared link.
const (
	CardWidth  = 1200
	CardHeight = 630
)

// Sizes on a card; chosen by eye, so that it is read at a third of its size.
const (
	cardEdge   = 64
	cardFigure = 520 // width of the figure at the right
)

// Card is a picture for a shared link: a title beside a figure.
type Card struct {
	Title, Under, Foot string
	Figure             *Figure // nil where there is none
	Places             bool    // the figure shows places, not the zones of a muscle
}

// WritePNG draws the card with few colours, so that it stays small.
func (k Card) WritePNG(w io.Writer) error {
	c := newCanvas(CardWidth, CardHeight)
	c.fillAll(paper)
	text := CardWidth - 2*cardEdge
	if k.Figure != nil {
		text -= cardFigure
		if err := k.figure(c); err != nil {
			return err
		}
	}
	if err := k.words(c, text); err != nil {
		return err
	}
	return png.Encode(w, fewColours(c.RGBA))
}

func (k Card) words(c canvas, width int) error {
	title, under, foot, err := cardFonts()
	if err != nil {
		return err
	}
	lines := title.wrap(k.Title, width)
	more := under.wrap(k.Under, width)
	more = more[:min(len(more), 4)]
	const gap = 28
	y := (CardHeight-56-len(lines)*title.height-gap-len(more)*under.height)/2 + title.height*4/5
	y = max(y, cardEdge+title.height/2)
	for _, l := range lines {
		c.text(title, cardEdge, y, ink, l)
		y += title.height
	}
	y += gap - title.height/2 + under.height/2
	for _, l := range more {
		c.text(under, cardEdge, y, inkSoft, l)
		y += under.height
	}
	c.fill([]ring{circle(point{cardEdge + 14, CardHeight - cardEdge - 9}, 14)}, clay)
	c.text(foot, cardEdge+42, CardHeight-cardEdge, ink, k.Foot)
	return nil
}

func cardFonts() (title, under, foot typeface, err error) {
	parsed, err := parsedFonts()
	if err != nil {
		return title, under, foot, err
	}
	for _, want := range []struct {
		at   *typeface
		bold int
		size float64
	}{{&title, 1, 62}, {&under, 0, 31}, {&foot, 1, 27}} {
		face, err := opentype.NewFace(parsed[want.bold], &opentype.FaceOptions{Size: want.size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return title, under, foot, err
		}
		*want.at = typeface{face, int(want.size*1.22 + 0.5)}
	}
	return title, under, foot, nil
}

func (k Card) figure(c canvas) error {
	f := k.Figure
	lo, hi := fit(f, float64(cardFigure)/CardHeight)
	p, err := newPanel(f.View, lo, hi, CardHeight)
	if err != nil {
		return err
	}
	if err := k.shapes(p); err != nil {
		return err
	}
	x := CardWidth - cardEdge/2 - (cardFigure+p.Bounds().Dx())/2
	at := image.Rect(x, 0, x+p.Bounds().Dx(), CardHeight)
	draw.Draw(c.RGBA, at, p.RGBA, image.Point{}, draw.Over)
	return nil
}

// placeFill is the accent of the page, half covering.
var placeFill = faded(oklch(0.42, 0.07, 192), 0.5)

func (k Card) shapes(p *panel) error {
	muscle, err := readPath(k.Figure.Muscle)
	if err != nil {
		return err
	}
	p.muscle(muscle)
	if len(k.Figure.Layers) == 0 {
		return nil
	}
	l := k.Figure.Layers[0] // all together
	sometimes, err := readPath(l.Sometimes)
	if err != nil {
		return err
	}
	often, err := readPath(l.Often)
	if err != nil {
		return err
	}
	if k.Places {
		r := smooth(p.rings(often))
		p.onSkin(func(c canvas) {
			c.fill(r, placeFill)
			c.stroke(r, 6, zoneHalo)
			c.stroke(r, 3, zone)
		})
		return nil
	}
	p.sometimes(sometimes)
	p.often(often)
	for _, x := range l.Crosses {
		p.cross(p.at(point{x.X, x.Y}), 9)
	}
	return nil
}

// fit grows the window of a figure to a shape, width by height, within its view; it
// cuts the window where the view is too small.
func fit(f *Figure, shape float64) (lo, hi point) {
	w, h := f.W, f.H
	if w/h < shape {
		w = h * shape
	} else {
		h = w / shape
	}
	whole := point{float64(f.View.W), float64(f.View.H)}
	w, h = min(w, whole.x), min(h, whole.y)
	h = max(h, min(w/shape, whole.y))
	x := min(max(f.X+f.W/2-w/2, 0), whole.x-w)
	y := min(max(f.Y+f.H/2-h/2, 0), whole.y-h)
	return point{x, y}, point{x + w, y + h}
}

// fewColours keeps the colours that are used most, and gives each other pixel the
// nearest of them.
func fewColours(img *image.RGBA) *image.Paletted {
	type bucket struct{ r, g, b, n int }
	const bits = 6 // of each channel tell colours apart
	key := func(i int) int {
		return int(img.Pix[i]>>(8-bits))<<(2*bits) | int(img.Pix[i+1]>>(8-bits))<<bits | int(img.Pix[i+2]>>(8-bits))
	}
	used := make([]bucket, 1<<(3*bits))
	var keys []int
	for i := 0; i < len(img.Pix); i += 4 {
		k := key(i)
		b := &used[k]
		if b.n == 0 {
			keys = append(keys, k)
		}
		b.r, b.g, b.b, b.n = b.r+int(img.Pix[i]), b.g+int(img.Pix[i+1]), b.b+int(img.Pix[i+2]), b.n+1
	}
	slices.SortFunc(keys, func(x, y int) int { return cmp.Or(cmp.Compare(used[y].n, used[x].n), cmp.Compare(x, y)) })
	var palette color.Palette
	for _, k := range keys[:min(len(keys), 256)] {
		b := used[k]
		palette = append(palette, color.RGBA{uint8(b.r / b.n), uint8(b.g / b.n), uint8(b.b / b.n), 255})
	}
	nearest := make([]uint8, len(used))
	for _, k := range keys {
		b := used[k]
		nearest[k] = uint8(palette.Index(color.RGBA{uint8(b.r / b.n), uint8(b.g / b.n), uint8(b.b / b.n), 255}))
	}
	out := image.NewPaletted(img.Bounds(), palette)
	for i := 0; i < len(img.Pix); i += 4 {
		out.Pix[i/4] = nearest[key(i)]
	}
	return out
}
