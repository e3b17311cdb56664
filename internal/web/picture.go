package web

import (
	"fmt"
	"math"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
)

// picture is one view of the body on a page of the atlas: the clay from its own
// address, which all pages share, and the book's lines over it.
type picture struct {
	ID                 string // unique on the page
	W, H               int    // of the whole view
	Box                string // the window
	BoxW, BoxH         int
	Cut                string // classes: the edges at which the body goes on
	Clay               string // address of the body's picture
	Outline, Landmarks string
	Muscle             string
	Layers             []pictureLayer
	Hatch, HatchA      float64
	HatchB, HatchW     float64
	HatchV, DotR, DotW float64
	Alt, Title         string
	Unit               float64 // of the view, for a pixel of the page at which crosses are drawn
}

type pictureLayer struct {
	N                int // 0 all points together, else the number of a point
	Often, Sometimes string
	Crosses          []pictureCross
}

type pictureCross struct {
	N            int // 0 when there is one point only, which needs no number
	X, Y         float64
	TextX, TextY int // of the number, in pixels from the cross
}

// The room that the style sheet gives to the first picture of a page, in pixels.
const pictureWide, pictureHigh = 420.0, 480.0

// pictureOf lays a figure of package chart over the clay.
func (s *site) pictureOf(f chart.Figure, id, alt string) (picture, error) {
	v, err := s.figures.view(body.Neutral, f.View.Name)
	if err != nil {
		return picture{}, err
	}
	p := picture{
		ID: id, W: v.W, H: v.H, Box: fmt.Sprintf("%g %g %g %g", round2(f.X), round2(f.Y), round2(f.W), round2(f.H)),
		BoxW: int(f.W), BoxH: int(f.H), Clay: v.url("jpg"), Outline: v.Outline(), Landmarks: v.Landmarks(),
		Muscle: f.Muscle, Alt: alt, Title: s.words.say("view." + f.View.Name),
	}
	for _, edge := range f.Cuts() {
		p.Cut += " " + edge
	}
	p.hatch(max(f.W, f.H) / 44)
	p.Unit = round2(max(f.W/pictureWide, f.H/pictureHigh))
	for i, l := range f.Layers {
		layer := pictureLayer{N: i, Often: l.Often, Sometimes: l.Sometimes}
		for _, c := range l.Crosses {
			n := c.Point
			if len(f.Layers) == 1 {
				n = 0
			}
			layer.Crosses = append(layer.Crosses, pictureCross{N: n, X: round2(c.X), Y: round2(c.Y)})
		}
		layer.number(p.Unit)
		p.Layers = append(p.Layers, layer)
	}
	return p, nil
}

// number puts the number of each cross into the corner that is farthest from the other
// crosses and numbers. unit is a pixel in view units.
func (l *pictureLayer) number(unit float64) {
	taken := make([][2]float64, 0, 2*len(l.Crosses))
	for _, c := range l.Crosses {
		taken = append(taken, [2]float64{c.X, c.Y})
	}
	for i := range l.Crosses {
		c, best := &l.Crosses[i], -1.0
		for _, corner := range [][2]int{{11, -10}, {11, 11}, {-11, -10}, {-11, 11}} {
			x, y := c.X+float64(corner[0])*unit, c.Y+float64(corner[1])*unit
			room := math.Inf(1)
			for j, t := range taken {
				if j != i {
					room = min(room, math.Hypot(t[0]-x, t[1]-y))
				}
			}
			if room > best {
				best, c.TextX, c.TextY = room, corner[0], corner[1]
			}
		}
		taken = append(taken, [2]float64{c.X + float64(c.TextX)*unit, c.Y + float64(c.TextY)*unit})
	}
}

// hatch sets the pattern by the distance of its lines.
func (p *picture) hatch(step float64) {
	p.Hatch = round2(step)
	p.HatchA, p.HatchB = round2(step*0.3), round2(step*0.62)
	p.HatchW, p.HatchV = round2(step*0.24), round2(step*0.18)
	p.DotR, p.DotW = round2(step*0.17), round2(step*0.1)
}

// musclePictures draws a muscle in the views that show it, the best first.
func (s *site) musclePictures(m *atlas.Muscle, alt string) ([]picture, error) {
	var out []picture
	for _, f := range chart.MuscleFigures(m) {
		if m.Refer != "" { // nothing to press
			for i := range f.Layers {
				f.Layers[i].Crosses = nil
			}
		}
		p, err := s.pictureOf(f, "v-"+f.View.Name, s.words.say("picture.alt", s.words.say("view."+f.View.Name), alt))
		if err != nil {
			return nil, err
		}
		if len(out) > 0 {
			p.Unit = round2(p.Unit * 1.7) // the others are drawn smaller
		}
		out = append(out, p)
	}
	return out, nil
}

// placesPictures draws places in the views that show them, the best first.
func (s *site) placesPictures(places []body.RegionID, alt string) ([]picture, error) {
	var out []picture
	for _, f := range chart.RegionFigures(places...) {
		p, err := s.pictureOf(f, "v-"+f.View.Name, s.words.say("picture.alt-places", s.words.say("view."+f.View.Name), alt))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// tapPicture is a view on which every place leads to its page.
type tapPicture struct {
	picture
	Places []tapPlace
}

type tapPlace struct {
	link
	Paths []string // of both sides
}

// tapPictures are the views of the index.
func (s *site) tapPictures(names ...string) ([]tapPicture, error) {
	var out []tapPicture
	for _, name := range names {
		v, err := body.LoadView(body.Neutral, name)
		if err != nil {
			return nil, fmt.Errorf("figure: %w", err)
		}
		p, err := s.pictureOf(chart.Figure{View: v, W: float64(v.W), H: float64(v.H)}, "tap-"+name, "")
		if err != nil {
			return nil, err
		}
		t := tapPicture{picture: p}
		at := map[body.RegionID]int{}
		for _, r := range chart.RegionPaths(v) {
			i, known := at[r.Region]
			if !known {
				i = len(t.Places)
				at[r.Region] = i
				t.Places = append(t.Places, tapPlace{link: s.placeLink(r.Region)})
			}
			t.Places[i].Paths = append(t.Places[i].Paths, r.Path)
		}
		out = append(out, t)
	}
	return out, nil
}

func (s *site) placeLink(id body.RegionID) link {
	r, ok := s.shelf().region[id]
	if !ok {
		return link{href("places", string(id)), string(id)}
	}
	return link{href("places", string(id)), r.Lay}
}

func lowerFirst(text string) string {
	if text == "" || strings.HasPrefix(text, "Achilles") { // the one place that has a person's name
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}
