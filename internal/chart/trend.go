package chart

import (
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"knead/outcome"
)

// Trend is how measures went over time: panels below each other that share one line of
// time, with the sessions as ticks below. It shows what was answered and when, never
// what caused it. All words are the caller's.
type Trend struct {
	ID       string // unique on the page
	Title    string // for those who cannot see the picture
	Summary  string // the same
	Missing  string // what stands in the table where there is no answer: "no answer"
	Session  string // explains the ticks: "session"
	Panels   []TrendPanel
	Sessions []TrendTime
	Least    int64 // the least time that the width stands for, in microseconds: minutes are not drawn as wide as months
}

// TrendTime is a point in time with its words, such as a date.
type TrendTime struct {
	At    int64 // microseconds
	Words string
}

// TrendPanel is one scale with its lines.
type TrendPanel struct {
	Label     string // stands above it: "Pain now"
	Better    string // stands beside it: "lower is better"
	Low, High float64
	Lines     []TrendLine // at most three can be told apart
	Band      *TrendBand  // nil where nothing is known about what matters
}

// TrendLine is one measure.
type TrendLine struct {
	Label  string // stands at its end where a panel has several
	Points []TrendPoint
}

// TrendPoint is one answer, or the lack of one.
type TrendPoint struct {
	TrendTime

	Value float64
	Known bool
	Text  string // the value in words; made from Value when empty
}

// TrendBand is what is no change that matters, around a first value.
type TrendBand struct {
	Small, Large           outcome.Range // no change that matters; unclear (holds Small)
	SmallWords, LargeWords string
}

// InstrumentPanel is the panel of one instrument: its range, and the band of the smallest
// change that matters around the first answer.
func InstrumentPanel(in *outcome.Instrument, label, better, small, large string, points []TrendPoint) TrendPanel {
	p := TrendPanel{Label: label, Better: better, Low: in.Range.Low, High: in.Range.High, Lines: []TrendLine{{Label: label, Points: points}}}
	for _, pt := range inOrder(points) {
		if pt.Known {
			if a, b, ok := in.Around(pt.Value); ok {
				p.Band = &TrendBand{a, b, small, large}
			}
			break
		}
	}
	return p
}

// TrendTable is a trend as a table: one row for each time, one column for each line.
type TrendTable struct {
	Head []string // of the columns, without that of the times
	Rows []TrendRow
}

// TrendRow is one time; a cell is the value in words, the word for a missing answer, or
// empty where nothing was asked.
type TrendRow struct {
	When  string
	Cells []string
}

// Table gives the numbers of the picture, for those who read rather than look.
func (t Trend) Table() TrendTable {
	var out TrendTable
	when := map[int64]string{}
	cells := map[int64]map[int]string{}
	for _, panel := range t.Panels {
		for _, l := range panel.Lines {
			column := len(out.Head)
			head := panel.Label
			if l.Label != "" && l.Label != panel.Label { // one of several lines in one panel
				head += ": " + l.Label
			}
			out.Head = append(out.Head, head)
			for _, p := range l.Points {
				if cells[p.At] == nil {
					cells[p.At] = map[int]string{}
				}
				when[p.At] = cmp.Or(when[p.At], p.Words)
				cells[p.At][column] = p.text(t.Missing)
			}
		}
	}
	for _, at := range slices.Sorted(maps.Keys(cells)) {
		row := TrendRow{When: when[at], Cells: make([]string, len(out.Head))}
		for column, text := range cells[at] {
			row.Cells[column] = text
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func (p TrendPoint) text(missing string) string {
	if !p.Known {
		return missing
	}
	return cmp.Or(p.Text, number(p.Value))
}

// The two widths in which a trend is drawn, in pixels of the page: for a phone, and for
// everything else. The style sheet shows the one that fits.
const (
	trendNarrow = 288
	trendWide   = 700
)

// HTML draws the trend as SVG in two widths, of which the style sheet shows one. Every
// text is escaped.
func (t Trend) HTML() (template.HTML, error) {
	narrow, err := t.SVG(trendNarrow)
	if err != nil {
		return "", err
	}
	wide, err := t.SVG(trendWide)
	if err != nil {
		return "", err
	}
	return `<div class="trend-box">` + narrow + wide + `</div>`, nil
}

// SVG draws the trend at a width in pixels of the page.
func (t Trend) SVG(width int) (template.HTML, error) {
	f, err := newFonts()
	if err != nil {
		return "", err
	}
	return drawn("trend", t.lay(width, ruler{f.small}))
}

//go:embed svg.html
var svgText string

var svgTemplates = sync.OnceValues(func() (*template.Template, error) {
	return template.New("svg").Parse(svgText)
})

// Sizes in pixels of the page; chosen by eye. Text is never smaller than 15 px.
const (
	trendText   = 15
	trendLineH  = 20 // of a line of text
	trendPlot   = 116
	numberGap   = 8  // beside the numbers of the scale
	trendEdge   = 16 // between the frame and the first and last point
	trendGap    = 22 // between panels
	trendAbove  = 14 // between the words and the plot, for the number of an answer at the top
	trendSwatch = 26
)

// What the template draws, in pixels.
type trendDrawing struct {
	ID, Title, Summary string
	Class              string
	W, H               int
	Panels             []panelDrawing
	Ticks              []tickDrawing
	TickY              float64
	Session            string
	SessionY           float64
	SessionTickY       float64
	Explain            bool // the ticks
}

type panelDrawing struct {
	Label, Better []textDrawing
	X0, X1        float64
	Top, Bottom   float64
	Grid          []gridDrawing
	Sessions      []float64
	Large, Small  *bandDrawing
	Lines         []lineDrawing
	Notes         []noteDrawing
	Key           []keyDrawing
	Values        []textDrawing
}

func (p panelDrawing) Width() float64   { return p.X1 - p.X0 }
func (p panelDrawing) NumberX() float64 { return p.X0 - numberGap + 1 }

type gridDrawing struct {
	Y, TextY float64
	Text     string
}

type bandDrawing struct{ Y, H, Y2 float64 }

type lineDrawing struct {
	Class string
	Paths string
	Dots  []dotDrawing
	Ends  []textDrawing
}

type dotDrawing struct {
	Shape string
	X, Y  float64
	text  string
}

type textDrawing struct {
	X, Y float64
	Text string
}

// noteDrawing explains a band below the panel.
type noteDrawing struct {
	Class string
	Y     float64 // of the swatch
	Texts []textDrawing
}

// keyDrawing names a line by its own stroke.
type keyDrawing struct {
	Class string
	X, Y  float64
	Dot   dotDrawing
	Text  string
	TextX float64
	TextY float64
}

type tickDrawing struct {
	X, TextX float64
	Text     string
	Anchor   string
}

// ruler measures text of the page. The page's own font is not known here: the Go font is
// near to it, and a tenth is added for those who fall back on a wider one (chosen).
type ruler struct{ face typeface }

func (r ruler) width(s string) float64 { return 1.1 * float64(r.face.width(s)) }

func (r ruler) wrap(s string, width float64) []string { return r.face.wrap(s, int(width/1.1)) }

// trendShapes are the ends by which lines are told apart beside their strokes.
var trendShapes = []string{"disc", "square", "wedge"}

func (t Trend) lay(width int, face ruler) trendDrawing {
	d := trendDrawing{ID: fmt.Sprintf("%s-%d", t.ID, width), Title: t.Title, Summary: t.Summary, Class: "wide", W: width, Session: t.Session}
	if width < trendNarrow*3/2 {
		d.Class = "narrow"
	}
	x0, x1 := 0.0, float64(width)-2
	for _, p := range t.Panels {
		for _, v := range gridOf(p.Low, p.High) {
			x0 = max(x0, math.Ceil(face.width(number(v)))+numberGap)
		}
	}
	scale := t.times(x0+trendEdge, x1-trendEdge)
	y := 0.0
	for _, p := range t.Panels {
		var pd panelDrawing
		pd, y = t.layPanel(p, x0, x1, y, scale, face)
		d.Panels = append(d.Panels, pd)
		y += trendGap
	}
	d.TickY = y - trendGap/2
	d.Ticks = ticks(t.Sessions, scale, face, x1)
	d.H = int(d.TickY) + trendLineH + 14
	if d.Explain = t.Session != "" && len(t.Sessions) > 0; d.Explain {
		d.SessionY, d.SessionTickY = d.TickY+2*trendLineH+8, d.TickY+2*trendLineH-3
		d.H += trendLineH + 4
	}
	return d
}

// times brings points in time to the width.
func (t Trend) times(x0, x1 float64) func(int64) float64 {
	var all []int64
	for _, s := range t.Sessions {
		all = append(all, s.At)
	}
	for _, p := range t.Panels {
		for _, l := range p.Lines {
			for _, pt := range l.Points {
				all = append(all, pt.At)
			}
		}
	}
	if len(all) == 0 {
		return func(int64) float64 { return x0 }
	}
	lo, hi := slices.Min(all), slices.Max(all)
	if lo == hi {
		return func(int64) float64 { return (x0 + x1) / 2 }
	}
	if more := t.Least - (hi - lo); more > 0 {
		lo, hi = lo-more/2, hi+more/2
	}
	return func(at int64) float64 { return half(x0 + (x1-x0)*(float64(at-lo)/float64(hi-lo))) }
}

func (t Trend) layPanel(p TrendPanel, x0, x1, y float64, scale func(int64) float64, face ruler) (panelDrawing, float64) {
	d := panelDrawing{X0: x0, X1: x1}
	label := face.wrap(p.Label, x1)
	for i, text := range label {
		d.Label = append(d.Label, textDrawing{0, y + trendText, text})
		if i == len(label)-1 && face.width(text)+face.width(p.Better)+12 < x1 {
			d.Better = []textDrawing{{x1, y + trendText, p.Better}}
		}
		y += trendLineH
	}
	if d.Better == nil && p.Better != "" {
		for _, text := range face.wrap(p.Better, x1) {
			d.Notes = append(d.Notes, noteDrawing{Texts: []textDrawing{{0, y + trendText, text}}})
			y += trendLineH
		}
	}
	if len(p.Lines) > 1 {
		d.Key, y = layKey(p.Lines, y, x1, face)
	}
	y += trendAbove
	d.Top, d.Bottom = y, y+trendPlot
	level := func(v float64) float64 {
		v = min(max(v, p.Low), p.High)
		return half(d.Bottom - (v-p.Low)/(p.High-p.Low)*(d.Bottom-d.Top))
	}
	for _, v := range gridOf(p.Low, p.High) {
		d.Grid = append(d.Grid, gridDrawing{level(v), level(v) + 5, number(v)})
	}
	for _, s := range t.Sessions {
		d.Sessions = append(d.Sessions, scale(s.At))
	}
	y = d.Bottom + 8
	if b := p.Band; b != nil {
		d.Small, d.Large = bandOf(level, b.Small), bandOf(level, b.Large)
		for _, n := range []struct{ class, words string }{{"small", b.SmallWords}, {"large", b.LargeWords}} {
			if n.words == "" || n.class == "large" && b.Large == b.Small {
				continue
			}
			note := noteDrawing{Class: n.class, Y: y + 4}
			for _, text := range face.wrap(n.words, x1-trendSwatch-8) {
				note.Texts = append(note.Texts, textDrawing{trendSwatch + 8, y + trendText, text})
				y += trendLineH
			}
			d.Notes = append(d.Notes, note)
		}
	}
	for i, l := range p.Lines {
		shape := min(i, len(trendShapes)-1)
		ld := lineDrawing{Class: trendShapes[shape]}
		points := inOrder(l.Points)
		ld.Paths = linePath(points, scale, level)
		for _, pt := range points {
			if pt.Known {
				ld.Dots = append(ld.Dots, dotDrawing{trendShapes[shape], scale(pt.At), level(pt.Value), pt.text("")})
			}
		}
		d.Lines = append(d.Lines, ld)
	}
	d.Values = p.values(d.Lines, d.Top, d.Bottom, face)
	return d, y
}

// layKey names lines by their strokes, as many in a row as there is room for.
func layKey(lines []TrendLine, y, x1 float64, face ruler) ([]keyDrawing, float64) {
	var out []keyDrawing
	x := 0.0
	for i, l := range lines {
		shape := trendShapes[min(i, len(trendShapes)-1)]
		wide := trendSwatch + 10 + face.width(l.Label) + 16
		if x > 0 && x+wide > x1 {
			x, y = 0, y+trendLineH
		}
		out = append(out, keyDrawing{
			Class: shape, X: x, Y: y + 10, Dot: dotDrawing{Shape: shape, X: x + trendSwatch/2, Y: y + 10},
			Text: l.Label, TextX: x + trendSwatch + 8, TextY: y + trendText,
		})
		x += wide
	}
	return out, y + trendLineH
}

// number writes the number of a scale, with a real minus sign.
func number(x float64) string {
	return strings.Replace(strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64), "-", "\u2212", 1)
}

// gridOf is the ends of a scale and what lies between them.
func gridOf(low, high float64) []float64 {
	if low < 0 && high > 0 {
		return []float64{low, 0, high}
	}
	return []float64{low, (low + high) / 2, high}
}

func bandOf(level func(float64) float64, r outcome.Range) *bandDrawing {
	top, bottom := level(r.High), level(r.Low)
	return &bandDrawing{top, bottom - top, bottom}
}

func inOrder(points []TrendPoint) []TrendPoint {
	out := slices.Clone(points)
	slices.SortStableFunc(out, func(a, b TrendPoint) int { return cmp.Compare(a.At, b.At) })
	return out
}

// linePath joins answers that follow each other; a missing one is a gap.
func linePath(points []TrendPoint, scale func(int64) float64, level func(float64) float64) string {
	var b []byte
	joined := false
	for i, p := range points {
		if !p.Known {
			joined = false
			continue
		}
		next := i+1 < len(points) && points[i+1].Known
		if joined || next { // a lone answer is a dot
			command := byte('M')
			if joined {
				command = 'L'
			}
			b = pair(append(b, command), point{scale(p.At), level(p.Value)})
		}
		joined = true
	}
	return string(b)
}

// box is a rectangle that something takes up.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) hits(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

// values sets the number of an answer above its dot, or below in a valley and where there
// is no room above. The first and the last answer of each line go first; a number that
// finds no room is left to the table.
func (p TrendPanel) values(lines []lineDrawing, top, bottom float64, face ruler) []textDrawing {
	const dot, high, gap = 6.0, 12.0, 3.0
	var taken []box
	for _, l := range lines {
		for _, d := range l.Dots {
			taken = append(taken, box{d.X - dot, d.Y - dot, d.X + dot, d.Y + dot})
		}
	}
	var out []textDrawing
	set := func(l lineDrawing, i int) {
		d := l.Dots[i]
		w := face.width(d.text)/2 + gap
		valley := len(l.Dots) > 1 && (i == 0 || l.Dots[i-1].Y < d.Y) && (i == len(l.Dots)-1 || l.Dots[i+1].Y < d.Y)
		above, below := d.Y-10, d.Y+10+high
		order := []float64{above, below}
		if valley {
			order = []float64{below, above}
		}
		for _, y := range order {
			b := box{d.X - w, y - high, d.X + w, y}
			if b.y0 < top-high-4 || b.y1 > bottom+4 || slices.ContainsFunc(taken, b.hits) {
				continue
			}
			taken = append(taken, b)
			out = append(out, textDrawing{d.X, y, d.text})
			return
		}
	}
	for _, l := range lines {
		if n := len(l.Dots); n > 0 {
			set(l, n-1)
			if n > 1 {
				set(l, 0)
			}
		}
	}
	for _, l := range lines {
		for i := 1; i < len(l.Dots)-1; i++ {
			set(l, i)
		}
	}
	return out
}

// ticks are the sessions; the words stand where there is room, at the ends first.
func ticks(sessions []TrendTime, scale func(int64) float64, face ruler, x1 float64) []tickDrawing {
	sorted := slices.Clone(sessions)
	slices.SortStableFunc(sorted, func(a, b TrendTime) int { return cmp.Compare(a.At, b.At) })
	out := make([]tickDrawing, len(sorted))
	type span struct{ from, to float64 }
	var taken []span
	set := func(i int) {
		x, w := scale(sorted[i].At), face.width(sorted[i].Words)
		from, at, anchor := x-w/2, x, "middle"
		if from < 0 {
			from, at, anchor = 0, 0, "start"
		}
		if from+w > x1 {
			from, at, anchor = x1-w, x1, "end"
		}
		for _, s := range taken {
			if from < s.to+12 && from+w > s.from-12 {
				return
			}
		}
		taken = append(taken, span{from, from + w})
		out[i].Text, out[i].TextX, out[i].Anchor = sorted[i].Words, at, anchor
	}
	for i := range sorted {
		out[i].X = scale(sorted[i].At)
	}
	if n := len(sorted); n > 0 {
		set(0)
		set(n - 1)
		for i := 1; i < n-1; i++ {
			set(i)
		}
	}
	return out
}

// half rounds to half a pixel, which is as fine as a line is drawn.
func half(x float64) float64 { return math.Round(x*2) / 2 }
