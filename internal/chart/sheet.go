package chart

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// Sizes of a sheet in pixels; chosen by eye for a screen and for A4 across.
const (
	edgeSpace   = 48
	panelHeight = 460
	panelGap    = 20
	textColumn  = 330
	leastWidth  = 1180
)

// row is one line of a sheet: words at the left, pictures beside them.
type row struct {
	words  []styled
	panels []*panel
}

// styled is a paragraph.
type styled struct {
	face typeface
	soft bool
	text string
}

// sheet is what a PNG shows.
type sheet struct {
	fonts

	title, under string
	rows         []row
	key          []keyItem
	foot         string
}

// keyItem explains one kind of shape.
type keyItem struct {
	text string
	draw func(p *panel, r []ring)
}

func (s *sheet) write(w io.Writer) error {
	width := max(leastWidth, 2*edgeSpace+s.body.width(s.under))
	for _, r := range s.rows {
		x := 2*edgeSpace + textColumn
		for _, p := range r.panels {
			x += panelGap + p.Bounds().Dx()
		}
		width = max(width, x)
	}
	top := 132
	height := top + len(s.rows)*(panelHeight+64) + 96
	c := newCanvas(width, height)
	c.fillAll(paper)
	c.text(s.fonts.title, edgeSpace, 74, ink, s.title)
	c.text(s.body, edgeSpace, 106, inkSoft, s.under)
	y := top
	for _, r := range s.rows {
		draw.Draw(c.RGBA, image.Rect(edgeSpace, y, width-edgeSpace, y+1), image.NewUniform(line), image.Point{}, draw.Src)
		s.drawRow(c, r, y+16)
		y += panelHeight + 64
	}
	draw.Draw(c.RGBA, image.Rect(edgeSpace, y, width-edgeSpace, y+1), image.NewUniform(line), image.Point{}, draw.Src)
	if len(s.key) > 0 {
		s.drawKey(c, edgeSpace, y+38)
		y += 38
	}
	c.text(s.small, edgeSpace, y+38, inkSoft, s.foot)
	return png.Encode(w, c.RGBA)
}

func (s *sheet) drawRow(c canvas, r row, top int) {
	y := top + 22
	for _, p := range r.words {
		col := ink
		if p.soft {
			col = inkSoft
		}
		for _, l := range p.face.wrap(p.text, textColumn-24) {
			c.text(p.face, edgeSpace, y, col, l)
			y += p.face.height
		}
		y += 8
	}
	x := edgeSpace + textColumn
	for _, p := range r.panels {
		at := image.Rect(x, top, x+p.Bounds().Dx(), top+panelHeight)
		draw.Draw(c.RGBA, at, p.RGBA, image.Point{}, draw.Over)
		c.text(s.small, x+(p.Bounds().Dx()-s.small.width(p.v.Title))/2, top+panelHeight+22, inkSoft, p.v.Title)
		x += p.Bounds().Dx() + panelGap
	}
}

// drawKey draws each kind of shape on a small piece of clay.
func (s *sheet) drawKey(c canvas, x, y int) {
	for _, k := range s.key {
		p := &panel{canvas: newCanvas(52, 30), scale: 1, skin: image.NewAlpha(image.Rect(0, 0, 52, 30))}
		p.fillAll(paper)
		whole := circle(point{26, 15}, 13)
		for i := range whole {
			whole[i].x = 26 + (whole[i].x-26)*1.8
		}
		p.skin = p.mask([]ring{whole})
		p.fill([]ring{whole}, clay)
		inner := circle(point{26, 15}, 9)
		for i := range inner {
			inner[i].x = 26 + (inner[i].x-26)*1.9
		}
		k.draw(p, []ring{inner})
		draw.Draw(c.RGBA, image.Rect(x, y-20, x+52, y+10), p.RGBA, image.Point{}, draw.Over)
		c.text(s.body, x+62, y+1, ink, k.text)
		x += 62 + s.body.width(k.text) + 36
	}
}

// MuscleSheet writes a PNG with a row for each trigger point of a muscle: all views
// in which the point or its referral zone is seen, for the right side.
func MuscleSheet(w io.Writer, m *atlas.Muscle) error {
	f, err := newFonts()
	if err != nil {
		return err
	}
	cross := "where to press"
	if m.Refer != "" {
		cross = "where it lies: not pressed"
	}
	s := sheet{
		fonts: f,
		title: capital(m.Name),
		under: fmt.Sprintf("%s (%s), %s. Right side; the left is its mirror image.", capital(m.TA2), m.Latin, m.Lay),
		key: []keyItem{
			{"often felt here", (*panel).often},
			{"sometimes", (*panel).sometimes},
			{cross, func(p *panel, _ []ring) { p.cross(point{26, 15}, 6) }},
			{"the muscle", (*panel).muscle},
		},
		foot: "Typical areas from the literature, not diagnostic: people differ. Knead atlas, version " + atlas.Version + ", CC BY 4.0.",
	}
	shape := atlas.Cells(body.Skin(), m.Shape, body.Right)
	for i, pt := range m.Points {
		r, err := s.pointRow(i+1, pt, shape)
		if err != nil {
			return err
		}
		s.rows = append(s.rows, r)
	}
	return s.write(w)
}

func (s *sheet) pointRow(number int, pt *atlas.Point, shape []body.Weighted) (row, error) {
	r := row{words: []styled{
		{s.head, false, fmt.Sprintf("%d. %s", number, capital(pt.Where))},
		{s.small, true, fmt.Sprintf("%s, %s; %s", pt.ID, pt.Depth, strings.Join(words(pt.Access), ", "))},
	}}
	if pt.Note != "" {
		r.words = append(r.words, styled{s.body, false, pt.Note})
	}
	if pt.Recalled() {
		r.words = append(r.words, styled{s.strong, false, "Common teaching; no source was seen."})
	}
	r.words = append(r.words, styled{s.small, true, "Sources: " + strings.Join(words(pt.Sources), ", ")})
	zone := pt.Zone(body.Right)
	for _, v := range pointViews(zone, pt) {
		p, err := pointPanel(v, pt, zone, shape)
		if err != nil {
			return row{}, err
		}
		r.panels = append(r.panels, p...)
	}
	return r, nil
}

// pointPanel draws a point and its zone in a view; nothing when only a sliver is seen.
func pointPanel(v *body.View, pt *atlas.Point, zone atlas.Zone, shape []body.Weighted) ([]*panel, error) {
	often, sometimes := zoneRings(v, zone.Essential), zoneRings(v, zone.Spillover)
	muscle := zoneRings(v, shape)
	x, y, seen := Marker(v, pt.Cell(body.Right))
	about := append(append([]ring{}, often...), sometimes...)
	if seen {
		about = append(about, ring{{x, y}})
	}
	if len(about) == 0 {
		return nil, nil
	}
	lo, hi := window(v, about)
	p, err := newPanel(v, lo, hi, panelHeight)
	if err != nil {
		return nil, err
	}
	p.muscle(muscle)
	p.sometimes(sometimes)
	p.often(often)
	if seen {
		p.cross(p.at(point{x, y}), 7)
	}
	return []*panel{p}, nil
}

// PatternSheet writes a PNG of where a pattern is felt: all views in which its zone is
// seen, for the right side.
func PatternSheet(w io.Writer, p *atlas.Pattern) error {
	f, err := newFonts()
	if err != nil {
		return err
	}
	s := sheet{
		fonts: f,
		title: capital(p.Name),
		under: fmt.Sprintf("%s: %s. Right side; the left is its mirror image.", capital(string(p.Kind)), p.Lay),
		key:   []keyItem{{"often felt here", (*panel).often}, {"sometimes", (*panel).sometimes}},
		foot:  "Typical areas from the literature, not diagnostic: people differ. Knead atlas, version " + atlas.Version + ", CC BY 4.0.",
	}
	r := row{words: []styled{{s.small, true, string(p.ID)}}}
	for _, ask := range p.Ask {
		r.words = append(r.words, styled{s.body, false, ask})
	}
	if p.Note != "" {
		r.words = append(r.words, styled{s.body, true, p.Note})
	}
	if p.Recalled() {
		r.words = append(r.words, styled{s.strong, false, "Common teaching; no source was seen."})
	}
	r.words = append(r.words, styled{s.small, true, "Sources: " + strings.Join(words(p.Sources), ", ")})
	zone := p.Zone(body.Right)
	for _, v := range bestViews(cellsOf(zone)) {
		often, sometimes := zoneRings(v, zone.Essential), zoneRings(v, zone.Spillover)
		about := append(slices.Clone(often), sometimes...)
		if len(about) == 0 {
			continue
		}
		lo, hi := window(v, about)
		panel, err := newPanel(v, lo, hi, panelHeight)
		if err != nil {
			return err
		}
		panel.sometimes(sometimes)
		panel.often(often)
		r.panels = append(r.panels, panel)
	}
	s.rows = []row{r}
	return s.write(w)
}

func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
