package chart

import (
	"bytes"
	"fmt"
	"html/template"
	"math"

	"knead/body"
)

// ChangePath is the skin of one kind of change in a view.
type ChangePath struct {
	Kind body.ChangeKind
	Path string // SVG path data in view units
}

// DifferencePaths gives the outlines of what changed in a view, kind by kind; a kind that
// is not seen there is left out.
func DifferencePaths(v *body.View, c body.Changes) []ChangePath {
	var out []ChangePath
	for _, k := range body.ChangeKinds() {
		if rings := changeRings(v, c.Cells(k)); len(rings) > 0 {
			out = append(out, ChangePath{k, pathData(rings)})
		}
	}
	return out
}

func changeRings(v *body.View, set body.Set) []ring {
	cells := make([]body.Weighted, 0, set.Len())
	for c := range set.All {
		cells = append(cells, body.Weighted{Cell: c, W: 1})
	}
	return outline(v, cells, paintSoft, paintEdge)
}

// DifferenceViews chooses the views that together show a difference, the one that shows
// most first; none when nothing was painted.
func DifferenceViews(c body.Changes) []*body.View {
	cells := map[body.CellID]bool{}
	for cell := range c.All().All {
		cells[cell] = true
	}
	if len(cells) == 0 {
		return nil
	}
	return tellingViews(cells)
}

// DifferenceFigure is what changed from one drawing to another, on one view of the body.
// Kinds are told apart by their pattern, so that grey paper is enough: what is gone is a
// dotted line around dots, what is new is filled with rings, what eased has few fine
// lines, what got worse many strong ones that cross, what is the same is plain.
type DifferenceFigure struct {
	ID     string // unique on the page
	Alt    string // what is seen, in words
	Clay   string // address of the view's picture; the figure is flat when it is empty
	View   *body.View
	Change body.Changes
}

// changePatterns is what a kind of change is filled with; the sizes are those of one tile.
type changePatterns struct {
	ID   string
	Tile float64
}

// Scaled gives a length in tiles, for the template.
func (p changePatterns) Scaled(x float64) float64 { return math.Round(p.Tile*x*100) / 100 }

type differenceDrawing struct {
	changePatterns

	Alt, Clay, Box     string
	Cuts               []string
	W, H, BoxW, BoxH   int
	Outline, Landmarks string
	Kinds              []ChangePath
}

// SVG draws the figure.
func (f DifferenceFigure) SVG() (template.HTML, error) {
	v := f.View
	var about []ring
	for c := range f.Change.All().All {
		if x, y, seen := seenAt(v, c); seen {
			about = append(about, ring{{x, y}})
		}
	}
	frame := Figure{View: v}
	frame.frame(about)
	const tiles = 62 // across the picture; chosen by eye
	return drawn("difference", differenceDrawing{
		changePatterns: changePatterns{f.ID, max(frame.W, frame.H) / tiles},
		Alt:            f.Alt, Clay: f.Clay, Box: fmt.Sprintf("%.1f %.1f %.1f %.1f", frame.X, frame.Y, frame.W, frame.H),
		Cuts: frame.Cuts(), W: v.W, H: v.H, BoxW: int(frame.W), BoxH: int(frame.H),
		Outline: v.Outline(), Landmarks: v.Landmarks(), Kinds: DifferencePaths(v, f.Change),
	})
}

// KeyRow is one kind of change with its words.
type KeyRow struct {
	Kind  body.ChangeKind
	Words string
}

// DifferenceKey explains the patterns as a list; id is unique on the page, label names
// the list.
func DifferenceKey(id, label string, rows []KeyRow) (template.HTML, error) {
	return drawn("difference-key", struct {
		changePatterns

		Label string
		Rows  []KeyRow
	}{changePatterns{id, 9}, label, rows})
}

// Strip is drawings over time: a small front and back for each visit, in the order given.
type Strip struct {
	ID     string // unique on the page
	Label  string // names the list
	Visits []StripVisit
}

// StripVisit is one drawing with its words.
type StripVisit struct {
	Date    string
	Note    string // stands below the date: "worst 6, 90 cm2"; may be empty
	Alt     string // where is painted, in words
	Drawing body.Drawing
}

type stripDrawing struct {
	ID, Label string
	Views     []stripView
	W, H      int
	Visits    []stripFigure
}

type stripView struct {
	ID, Outline string
	X           int
}

type stripFigure struct {
	Date, Note, Alt string
	Views           []stripPaint
}

type stripPaint struct {
	stripView

	Paint []LevelPath
}

// HTML draws the strip as a list of figures. The body is written once and used by all.
func (s Strip) HTML() (template.HTML, error) {
	d := stripDrawing{ID: s.ID, Label: s.Label}
	const between = 40 // view units; chosen by eye
	var views []*body.View
	for _, name := range []string{"front", "back"} {
		v, err := body.LoadView(body.Neutral, name)
		if err != nil {
			return "", fmt.Errorf("draw the strip: %w", err)
		}
		if d.W > 0 {
			d.W += between
		}
		views = append(views, v)
		d.Views = append(d.Views, stripView{s.ID + "-" + name, v.Outline(), d.W})
		d.W, d.H = d.W+v.W, max(d.H, v.H)
	}
	for _, visit := range s.Visits {
		f := stripFigure{Date: visit.Date, Note: visit.Note, Alt: visit.Alt}
		for i, v := range views {
			f.Views = append(f.Views, stripPaint{d.Views[i], DrawingPaths(v, visit.Drawing)})
		}
		d.Visits = append(d.Visits, f)
	}
	return drawn("strip", d)
}

// drawn fills a template of svg.html. Every text in it is escaped by html/template.
func drawn(name string, data any) (template.HTML, error) {
	tmpl, err := svgTemplates()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	if err := tmpl.ExecuteTemplate(&out, name, data); err != nil {
		return "", fmt.Errorf("draw the %s: %w", name, err)
	}
	return template.HTML(out.String()), nil //nolint:gosec // html/template has escaped every text in it
}
