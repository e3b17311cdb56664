package chart

import (
	"fmt"
	"html/template"
	"image/color"
	"math"

	"knead/body"
)

// PaintedFigure is what was painted, on one view of the body, as a picture that stands by
// itself: it needs no style sheet and nothing from elsewhere, prints, and can lie in a
// file of its own or in a page.
type PaintedFigure struct {
	ID      string // unique on the page
	Alt     string // what is seen, in words
	View    *body.View
	Drawing body.Drawing
}

// PaintedViews chooses the views that together show a drawing, the one that shows most
// first; none when nothing was painted.
func PaintedViews(d body.Drawing) []*body.View {
	cells := map[body.CellID]bool{}
	for _, m := range d.Marks {
		for c := range m.Levels {
			cells[c] = true
		}
	}
	if len(cells) == 0 {
		return nil
	}
	return tellingViews(cells)
}

type paintedDrawing struct {
	ID, Alt, Box       string
	BoxW, BoxH         int
	Outline, Landmarks string
	Clay, Rim, Ink     string
	OnPaint            string
	Line               float64
	Paint              []paintedLevel
	Pills              []paintedPill
}

type paintedLevel struct{ Path, Fill string }

type paintedPill struct {
	X, Y, W, H, R, TextX, TextY, Size, Line float64
	Text, Rim                               string
}

// SVG draws the figure.
func (f PaintedFigure) SVG() (template.HTML, error) {
	v := f.View
	var about []ring
	for _, m := range f.Drawing.Marks {
		for c := range m.Cells().All {
			if x, y, seen := seenAt(v, c); seen {
				about = append(about, ring{{x, y}})
			}
		}
	}
	frame := Figure{View: v}
	frame.frame(about)
	const wide = 340 // pixels of the page across; chosen: two stand side by side on A4
	unit := max(frame.W, frame.H) / wide
	d := paintedDrawing{
		ID: f.ID, Alt: f.Alt, Box: fmt.Sprintf("%.1f %.1f %.1f %.1f", frame.X, frame.Y, frame.W, frame.H),
		BoxW: int(frame.W / unit), BoxH: int(frame.H / unit), Outline: v.Outline(), Landmarks: v.Landmarks(),
		Clay: hexOf(clay), Rim: hexOf(paintRim), Ink: hexOf(ink), OnPaint: hexOf(onPaint), Line: oneDigit(unit),
	}
	for _, p := range DrawingPaths(v, f.Drawing) {
		d.Paint = append(d.Paint, paintedLevel{p.Path, hexOf(painLevel[min(p.Level, 10)])})
	}
	const halfW, halfH = 19.0, 10.5 // of a pill, in pixels
	for _, l := range Labels(v, f.Drawing, halfW*unit, halfH*unit) {
		d.Pills = append(d.Pills, paintedPill{
			X: oneDigit(l.X - halfW*unit), Y: oneDigit(l.Y - halfH*unit), W: oneDigit(2 * halfW * unit), H: oneDigit(2 * halfH * unit), R: oneDigit(halfH * unit),
			TextX: oneDigit(l.X), TextY: oneDigit(l.Y + 4.6*unit), Size: oneDigit(13 * unit), Line: oneDigit(2.5 * unit),
			Text: fmt.Sprintf("%s %d", MarkLetter(l.Mark), l.Level), Rim: hexOf(painLevel[min(l.Level, 10)]),
		})
	}
	return drawn("painted", d)
}

func hexOf(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func oneDigit(x float64) float64 { return math.Round(10*x) / 10 }
