package chart

import (
	"fmt"
	"io"
	"strings"

	"knead/body"
)

// pill is the half width and half height of a level disc, in pixels.
const pillW, pillH = 26.0, 14.0

// DrawingSheet writes a PNG of all views in which something was painted, with a
// disc beside each mark that names it (A, B ..) and gives its highest level.
func DrawingSheet(w io.Writer, d body.Drawing) error {
	f, err := newFonts()
	if err != nil {
		return err
	}
	s := sheet{fonts: f, title: "Drawing", under: "As painted by the client, level 1 (hardly there) to 10 (worst)."}
	painted := map[body.CellID]bool{}
	r := row{}
	for i, m := range d.Marks {
		for c := range m.Levels {
			painted[c] = true
		}
		r.words = append(r.words, s.markWords(i, m)...)
	}
	if len(d.Marks) == 0 {
		r.words = []styled{{f.body, false, "Nothing was painted."}}
	}
	for _, v := range bestViews(painted) {
		p, err := drawingPanel(f, v, d)
		if err != nil {
			return err
		}
		r.panels = append(r.panels, p)
	}
	s.rows = []row{r}
	s.foot = "The letter names the mark, the number is its highest level."
	return s.write(w)
}

func (s *sheet) markWords(i int, m body.Mark) []styled {
	var cells body.Set
	var top uint8
	for c, l := range m.Levels {
		cells.Add(c)
		top = max(top, l)
	}
	var places []string
	for _, p := range body.Describe(cells) {
		places = append(places, p.Words)
	}
	out := []styled{{s.head, false, fmt.Sprintf("%s, level %d", MarkLetter(i), top)}}
	if len(places) > 0 {
		out = append(out, styled{s.body, false, capital(strings.Join(places, "; "))})
	}
	var how []string
	for _, word := range []string{string(m.Quality), string(m.Depth)} {
		if word != "" {
			how = append(how, word)
		}
	}
	if len(how) > 0 {
		out = append(out, styled{s.small, true, capital(strings.Join(how, ", "))})
	}
	return out
}

// MarkLetter names the marks of a drawing: A, B .. Z, AA, AB ..
func MarkLetter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return MarkLetter(i/26-1) + string(rune('A'+i%26))
}

func drawingPanel(f fonts, v *body.View, d body.Drawing) (*panel, error) {
	var all []ring
	for _, m := range d.Marks {
		all = append(all, levelRings(v, m, 1)...)
	}
	lo, hi := window(v, all)
	p, err := newPanel(v, lo, hi, panelHeight)
	if err != nil {
		return nil, err
	}
	for _, m := range d.Marks {
		for _, l := range levels(m) {
			p.paint(levelRings(v, m, l), painLevel[min(l, 10)])
		}
		p.rim(levelRings(v, m, 1))
	}
	for _, l := range Labels(v, d, pillW/p.scale, pillH/p.scale) {
		p.pill(f, p.at(point{l.X, l.Y}), l)
	}
	return p, nil
}

// pill is the disc of a mark: "A 6" in a rim of the level's colour.
func (p *panel) pill(f fonts, at point, l Label) {
	text := fmt.Sprintf("%s %d", MarkLetter(l.Mark), l.Level)
	for _, pen := range []struct {
		grow  float64
		level bool
	}{{0, true}, {-3, false}} {
		col := onPaint
		if pen.level {
			col = painLevel[min(l.Level, 10)]
		}
		s := p.strokes()
		a, b := point{at.x - pillW + pillH, at.y}, point{at.x + pillW - pillH, at.y}
		s.disc(a, pillH+pen.grow)
		s.segment(a, b, 2*(pillH+pen.grow))
		s.onto(p.canvas, col)
	}
	p.text(f.strong, int(at.x)-f.strong.width(text)/2, int(at.y)+6, ink, text)
}
