package chart

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
)

// Weeks is a course of sessions on one line of time, with weeks as columns: rows of dots
// as large as the sessions are long, and above them how strong the pain was. All words are
// the caller's; whoever does not see the picture reads the list beside it.
type Weeks struct {
	ID      string // unique on the page
	Title   string // for those who cannot see the picture
	Summary string // the same
	Week    string // stands before the number of the first week: "Week"
	Pain    string // stands above the curve: "Pain on arrival, 0 to 10"
	Levels  []WeekLevel
	Rows    []WeekRow
	Today   float64 // in days from the beginning; below zero: not drawn
	Now     string  // stands at that line: "today"
}

// WeekLevel is one answer to how strong the pain is.
type WeekLevel struct {
	Day   float64 // from the beginning
	Level int     // 0-10
}

// WeekRow is one row of dots.
type WeekRow struct {
	Label string
	Dots  []WeekDot
	End   *WeekEnd // what comes after the last one; nil for nothing
}

// WeekDot is one session.
type WeekDot struct {
	Day     float64 // from the beginning
	Minutes int
	Kind    DotKind
	N       int  // stands below it
	Review  bool // a flag stands on it
}

// DotKind is how a dot is drawn.
type DotKind string

// The kinds: a session that was had is filled, one to come is a ring, one that was planned
// at the beginning a broken ring.
const (
	DotHad     DotKind = "had"
	DotToCome  DotKind = "to-come"
	DotPlanned DotKind = "planned"
)

// WeekEnd is what stands at the end of a row: a stop, or a look again.
type WeekEnd struct {
	Day   float64
	Kind  string // refer or finish
	Words string
}

// HTML draws the weeks as SVG in two widths, of which the style sheet shows one. Every
// text is escaped.
func (w Weeks) HTML() (template.HTML, error) {
	f, err := newFonts()
	if err != nil {
		return "", err
	}
	var both template.HTML
	for _, width := range []int{trendNarrow, trendWide} {
		one, err := drawn("weeks", w.lay(width, ruler{f.small}))
		if err != nil {
			return "", err
		}
		both += one
	}
	return `<div class="trend-box">` + both + `</div>`, nil
}

// Sizes in pixels of the page; chosen by eye.
const (
	weekEdge    = 20 // between the frame and the first and last dot
	weekPlot    = 84 // height of the curve
	weekRow     = 74 // height of a row of dots, without its label
	weekFlag    = 22 // above the middle of a dot
	weekNumber  = 32 // below the middle of a dot
	weekMark    = 14 // half of the mark at the end, with some air
	weekNarrow  = 26 // a column below this has its number left out
	minutesDot  = 1.2
	smallestDot = 4.5
)

type weeksDrawing struct {
	ID, Title, Summary, Class string
	W, H                      int
	Shades                    []bandColumn // every second week
	Top, Bottom               float64      // of the columns
	Heads                     []textDrawing
	HeadY                     float64
	Pain                      *curveDrawing
	Rows                      []rowDrawing
	NowX, NowY                float64
	Now                       string
	NowAnchor                 string
}

type bandColumn struct{ X, W float64 }

type curveDrawing struct {
	Label  textDrawing
	Grid   []gridDrawing
	X0, X1 float64
	Path   string
	Dots   []dotDrawing
	Values []textDrawing
}

type rowDrawing struct {
	Label string
	Y     float64 // of the label
	Gaps  []gapDrawing
	Dots  []weekDotDrawing
	End   *endDrawing
}

type gapDrawing struct {
	X0, X1, Y, TextX, TextY float64
	Text                    string
}

type weekDotDrawing struct {
	Kind    DotKind
	X, Y, R float64
	N       int
	TextY   float64
	Flag    string // path; empty for none
}

type endDrawing struct {
	Kind, Words, Anchor string
	X, Y, TextX, TextY  float64
}

// span is how many weeks are drawn.
func (w Weeks) span() int {
	last := w.Today
	for _, l := range w.Levels {
		last = max(last, l.Day)
	}
	for _, r := range w.Rows {
		for _, d := range r.Dots {
			last = max(last, d.Day)
		}
		if r.End != nil {
			last = max(last, r.End.Day)
		}
	}
	return max(1, int(math.Floor((last+0.5)/7))+1) // a few hours before the day count as the day
}

func (w Weeks) lay(width int, face ruler) weeksDrawing {
	d := weeksDrawing{ID: fmt.Sprintf("%s-%d", w.ID, width), Title: w.Title, Summary: w.Summary, Class: "wide", W: width}
	if width < trendNarrow*3/2 {
		d.Class = "narrow"
	}
	weeks := w.span()
	x0, x1 := 0.0, float64(width)
	if len(w.Levels) > 0 {
		x0 = math.Ceil(face.width("10")) + numberGap
	}
	column := (x1 - x0) / float64(weeks)
	inset := min(weekEdge, column/2)
	right := inset
	if slices.ContainsFunc(w.Rows, func(r WeekRow) bool { return r.End != nil }) {
		right = max(inset, weekMark) // where columns are narrow the mark would stand before the last dot
	}
	x := func(day float64) float64 { return half(x0 + inset + (x1-x0-inset-right)*day/(7*float64(weeks))) }
	y := 0.0
	if w.Pain != "" && len(w.Levels) > 0 {
		d.Pain = w.curve(x0, x1, y, x)
		y += trendLineH + trendAbove + weekPlot + trendGap
	}
	for _, r := range w.Rows {
		d.Rows = append(d.Rows, r.lay(y, x, x1, face))
		y += weekRow
		if r.Label != "" {
			y += trendLineH
		}
	}
	d.Bottom = y
	for i := range weeks {
		if from, to := x(float64(7*i))-inset, x(float64(7*i+7))-inset; i%2 == 0 {
			d.Shades = append(d.Shades, bandColumn{from, to - from})
		}
	}
	d.HeadY = y + trendLineH
	d.heads(w, weeks, column, x, inset, face)
	d.H = int(y) + trendLineH + 8
	if w.Today >= 0 && w.Now != "" {
		d.NowX, d.NowY, d.Now, d.NowAnchor = x(w.Today), y+2*trendLineH, w.Now, "middle"
		if half := face.width(w.Now) / 2; d.NowX < half {
			d.NowAnchor = "start"
		} else if d.NowX+half > x1 {
			d.NowAnchor = "end"
		}
		d.H += trendLineH
	}
	return d
}

// heads numbers the weeks, as many as there is room for.
func (d *weeksDrawing) heads(w Weeks, weeks int, column float64, x func(float64) float64, inset float64, face ruler) {
	first := w.Week + " 1"
	d.Heads = append(d.Heads, textDrawing{x(0) - inset + 4, d.HeadY, first})
	free := x(0) - inset + 4 + face.width(first) + 8
	step := max(1, int(math.Ceil(weekNarrow/column)))
	for i := step; i < weeks; i += step {
		if at := x(float64(7*i)) - inset + 4; at >= free {
			d.Heads = append(d.Heads, textDrawing{at, d.HeadY, strconv.Itoa(i + 1)})
		}
	}
}

func (w Weeks) curve(x0, x1, y float64, x func(float64) float64) *curveDrawing {
	c := &curveDrawing{Label: textDrawing{0, y + trendText, w.Pain}, X0: x0, X1: x1}
	top := y + trendLineH + trendAbove
	level := func(v float64) float64 { return half(top + weekPlot*(1-v/10)) }
	for _, v := range []float64{0, 5, 10} {
		c.Grid = append(c.Grid, gridDrawing{level(v), level(v) + 5, number(v)})
	}
	last := math.Inf(-1)
	for i, l := range w.Levels {
		px, py := x(l.Day), level(float64(l.Level))
		command := "L"
		if i == 0 {
			command = "M"
		}
		c.Path += fmt.Sprintf("%s%g %g", command, px, py)
		c.Dots = append(c.Dots, dotDrawing{Shape: "disc", X: px, Y: py})
		if px-last >= 22 || i == 0 {
			c.Values = append(c.Values, textDrawing{px, py - 10, strconv.Itoa(l.Level)})
			last = px
		}
	}
	return c
}

func (r WeekRow) lay(y float64, x func(float64) float64, x1 float64, face ruler) rowDrawing {
	d := rowDrawing{Label: r.Label, Y: y + trendText}
	if r.Label != "" {
		y += trendLineH
	}
	middle := y + weekFlag + 12
	for i, dot := range r.Dots {
		one := weekDotDrawing{Kind: dot.Kind, X: x(dot.Day), Y: middle, R: dotRadius(dot.Minutes), N: dot.N, TextY: middle + weekNumber}
		if dot.Review {
			one.Flag = fmt.Sprintf("M%g %gv%gm0 0l11 4.5l-11 4.5z", one.X, one.Y-one.R-1, -float64(weekFlag)+one.R-7)
		}
		d.Dots = append(d.Dots, one)
		if i == 0 {
			continue
		}
		before := d.Dots[i-1]
		g := gapDrawing{X0: before.X + before.R + 3, X1: one.X - one.R - 3, Y: middle}
		if days := strconv.Itoa(int(math.Round(dot.Day - r.Dots[i-1].Day))); g.X1-g.X0 > face.width(days)+8 {
			g.Text, g.TextX, g.TextY = days, (before.X+one.X)/2, middle-6
		}
		if g.X1 > g.X0 {
			d.Gaps = append(d.Gaps, g)
		}
	}
	if e := r.End; e != nil {
		at := x(e.Day)
		if n := len(d.Dots); n > 0 {
			at = max(at, d.Dots[n-1].X+d.Dots[n-1].R+weekMark)
		}
		at = min(at, x1-weekMark)
		d.End = &endDrawing{Kind: e.Kind, Words: e.Words, X: at, Y: middle, TextX: at, TextY: middle + weekNumber, Anchor: "middle"}
		wide := face.width(e.Words)
		from := at - wide/2
		if from+wide > x1 {
			d.End.TextX, d.End.Anchor, from = x1, "end", x1-wide
		}
		if n := len(d.Dots); n > 0 && from < d.Dots[n-1].X+4 { // the number of the last session stands there
			d.End.TextY = middle - weekMark
		}
	}
	return d
}

// dotRadius makes the area of a dot grow with the minutes.
func dotRadius(minutes int) float64 {
	return max(smallestDot, math.Round(10*minutesDot*math.Sqrt(float64(minutes)))/10)
}
