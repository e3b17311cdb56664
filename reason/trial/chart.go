package trial

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// line is one series of a chart.
type line struct {
	name   string
	points []point
}

// point is a place of a line; margin is how far it can be off, up and down.
type point struct{ x, y, margin float64 }

// chart draws lines over numbers, or dots over names where names are given. Lines differ
// by colour, dash and shape, so that no one of them is needed to tell them apart; the
// colours follow the reader's theme. The same figures stand in a table beside it.
type chart struct {
	title, says string
	xName       string
	yName       string
	xMax, yMax  float64
	names       []string // of the places 0, 1, 2 ... of the x axis
	diagonal    bool     // where what is said is what is
	lines       []line
}

// The size of a chart and of the plot in it, in px.
const (
	chartW, chartH     = 720, 400
	plotX, plotY       = 62, 20
	plotW, plotH       = 470, 300
	legendX, legendRow = 556, 22
)

const chartStyle = `text{font:13px system-ui,sans-serif;fill:#2b2622}.soft{fill:#5c534b}.axis{stroke:#5c534b;fill:none}.grid{stroke:#d8cfc4;fill:none}` +
	`.c0{--c:#0b6a66}.c1{--c:#a3361f}.c2{--c:#4b4aa8}.c3{--c:#7a5a00}.c4{--c:#6b2a63}.l{stroke:var(--c);fill:none;stroke-width:2}.p{fill:var(--c)}` +
	`@media(prefers-color-scheme:dark){text{fill:#efe9e1}.soft{fill:#c3b9ad}.axis{stroke:#c3b9ad}.grid{stroke:#4a433c}` +
	`.c0{--c:#6fd0c8}.c1{--c:#f0977f}.c2{--c:#b3b2f5}.c3{--c:#e0bf5a}.c4{--c:#dc9ad2}}`

var dashes = [...]string{"", "7 4", "2 4", "9 3 2 3", "1 2"}

// svg writes the chart.
func (c chart) svg() string {
	var w strings.Builder
	put := func(format string, args ...any) { fmt.Fprintf(&w, format+"\n", args...) }
	put(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="t d">`, chartW, chartH)
	put(`<title id="t">%s</title><desc id="d">%s</desc><style>%s</style>`, html.EscapeString(c.title), html.EscapeString(c.says), chartStyle)
	x := func(v float64) float64 { return plotX + v/c.xMax*plotW }
	if c.names != nil {
		x = func(v float64) float64 { return plotX + (v+0.5)/float64(len(c.names))*plotW }
	}
	y := func(v float64) float64 { return plotY + plotH*(1-v/c.yMax) }
	for v := 0.0; v < c.yMax+0.01; v += 0.2 {
		put(`<path class="grid" d="M%d %.1fh%d"/><text class="soft" x="%d" y="%.1f" text-anchor="end">%.0f %%</text>`, plotX, y(v), plotW, plotX-8, y(v)+4, 100*v)
	}
	if c.names != nil {
		for i, name := range c.names {
			put(`<path class="grid" d="M%.1f %dv%d"/>`, x(float64(i)+0.5), plotY, plotH)
			put(`<text x="%.1f" y="%d" text-anchor="end" transform="rotate(-28 %.1f %d)">%s</text>`, x(float64(i))+6, plotY+plotH+16, x(float64(i))+6, plotY+plotH+16, html.EscapeString(name))
		}
	} else {
		for i := range 6 {
			v := c.xMax * float64(i) / 5
			put(`<text class="soft" x="%.1f" y="%d" text-anchor="middle">%.4g</text>`, x(v), plotY+plotH+18, v)
		}
		put(`<text x="%d" y="%d" text-anchor="middle">%s</text>`, plotX+plotW/2, plotY+plotH+42, html.EscapeString(c.xName))
	}
	put(`<path class="axis" d="M%d %dv%dh%d"/>`, plotX, plotY, plotH, plotW)
	put(`<text x="14" y="%d" text-anchor="middle" transform="rotate(-90 14 %d)">%s</text>`, plotY+plotH/2, plotY+plotH/2, html.EscapeString(c.yName))
	if c.diagonal {
		end := min(c.xMax, c.yMax)
		put(`<path class="axis" stroke-dasharray="1 5" d="M%.1f %.1fL%.1f %.1f"/>`, x(0), y(0), x(end), y(end))
	}
	for i, l := range c.lines {
		var path strings.Builder
		for k, p := range l.points {
			fmt.Fprintf(&path, "%c%.1f %.1f", "ML"[min(k, 1)], x(p.x), y(p.y))
		}
		put(`<g class="c%d">`, i%5)
		if c.names == nil {
			put(`<path class="l" stroke-dasharray="%s" d="%s"/>`, dashes[i%5], path.String())
		}
		for _, p := range l.points {
			at := x(p.x)
			if c.names != nil {
				at += 0.8 * plotW / float64(len(c.names)) * (float64(i) - float64(len(c.lines)-1)/2) / float64(len(c.lines))
			}
			if p.margin > 0 {
				put(`<path class="l" style="stroke-width:1" d="M%.1f %.1fV%.1f"/>`, at, y(max(p.y-p.margin, 0)), y(min(p.y+p.margin, c.yMax)))
			}
			if len(l.points) < 15 {
				put(`%s`, shape(i, at, y(min(p.y, c.yMax))))
			}
		}
		put(`<path class="l" stroke-dasharray="%s" d="M%d %dh24"/>%s<text x="%d" y="%d">%s</text></g>`, dashes[i%5], legendX, plotY+10+i*legendRow,
			shape(i, legendX+12, float64(plotY+10+i*legendRow)), legendX+32, plotY+14+i*legendRow, html.EscapeString(l.name))
	}
	put(`</svg>`)
	return w.String()
}

// shape is the mark of a line: a disc, a square, a triangle, a diamond or a cross.
func shape(i int, x, y float64) string {
	const r = 4.0
	switch i % 5 {
	case 0:
		return fmt.Sprintf(`<circle class="p" cx="%.1f" cy="%.1f" r="%.1f"/>`, x, y, r)
	case 1:
		return fmt.Sprintf(`<path class="p" d="M%.1f %.1fh%.1fv%.1fh-%.1fz"/>`, x-r, y-r, 2*r, 2*r, 2*r)
	case 2:
		return fmt.Sprintf(`<path class="p" d="M%.1f %.1fl%.1f %.1fh-%.1fz"/>`, x, y-r-1, r+1, 2*r, 2*r+2)
	case 3:
		return fmt.Sprintf(`<path class="p" d="M%.1f %.1fl%.1f %.1fl-%.1f %.1fl-%.1f -%.1fz"/>`, x, y-r-1.5, r+1.5, r+1.5, r+1.5, r+1.5, r+1.5, r+1.5)
	}
	return fmt.Sprintf(`<path class="l" d="M%.1f %.1fl%.1f %.1fm0 -%.1fl-%.1f %.1f"/>`, x-r, y-r, 2*r, 2*r, 2*r, 2*r, 2*r)
}

// nice is the least of 0.2, 0.4, 0.6, 0.8 and 1 that is not below a share.
func nice(share float64) float64 { return min(math.Ceil(share*5)/5, 1) }
