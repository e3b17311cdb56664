package web

import (
	"fmt"
	"slices"

	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
	"knead/reason"
)

// assessView is one view with paint and one layer of zones for each candidate.
type assessView struct {
	viewOnPage
	Short                      string
	Box                        string
	BoxW, BoxH                 int
	Cropped                    bool
	Hatch, HatchA, HatchB      float64
	HatchW, HatchV, DotR, DotW float64
	Layers                     []layer
	Places                     []placePath
	Touch                      []touchLayer
}

type layer struct {
	Key         string
	Often, Some string
	X, Y        float64
	Seen        bool // the point itself is seen in this view
}

// assessViews draws the views in which paint or zones are seen, best first.
func (s *site) assessViews(w work, cands []reason.Candidate, like []reason.LikePattern) ([]assessView, error) {
	names := s.figures.viewsOf(w.visit.Drawing)
	if len(names) > 4 {
		names = names[:4]
	}
	for _, always := range []string{"front", "back"} {
		if !slices.Contains(names, always) {
			names = append(names, always)
		}
	}
	views := make([]assessView, 0, len(names))
	for _, name := range names {
		page, err := s.viewOnPage(w.figure, name, w.visit.Drawing, "client")
		if err != nil {
			return nil, err
		}
		v := assessView{viewOnPage: page, Short: s.words.say("view." + name)}
		v.Alt = s.words.say("assess.alt", page.Title)
		low := 0.0
		for i, c := range cands {
			l := zoneLayer(page.View, fmt.Sprintf("c%d", i), c.Point.Zone(c.Side))
			var x, y float64
			if x, y, l.Seen = chart.Marker(page.View, c.Point.Cell(c.Side)); l.Seen {
				l.X, l.Y = x, y
				low = max(low, y)
			}
			v.add(l)
		}
		for i, l := range like {
			v.add(zoneLayer(page.View, likeKey(i), l.Pattern.Zone(l.Side)))
		}
		v.crop(low, w.visit.Drawing)
		views = append(views, v)
	}
	return views, nil
}

func zoneLayer(v *body.View, key string, zone atlas.Zone) layer {
	return layer{Key: key, Often: chart.ZonePaths(v, zone.Essential), Some: chart.ZonePaths(v, zone.Spillover)}
}

// add keeps a layer of which something is seen.
func (v *assessView) add(l layer) {
	if l.Often != "" || l.Some != "" || l.Seen {
		v.Layers = append(v.Layers, l)
	}
}

// crop shows the upper body alone when everything lies there, twice as large.
func (v *assessView) crop(low float64, d body.Drawing) {
	x, y, wide, high := 0.0, 0.0, float64(v.W), float64(v.H)
	spots := spotsOf(v.View, d)
	step := float64(v.W) / float64(v.MapW)
	for _, s := range spots {
		low = max(low, s.y*step)
	}
	if viewKind(v.Name) == "body" && v.H > v.W && low < 0.40*high && len(spots) > 0 {
		y, high = 0.02*high, 0.46*high
		side := 0.14 * wide
		x, wide = side, wide-2*side
		v.Cropped = true
	}
	v.Discs = v.Discs[:0]
	for _, s := range spots {
		px := min(max(s.x*step, x+0.06*wide), x+0.94*wide)
		v.Discs = append(v.Discs, disc{
			X: round2(100 * (px - x) / wide), Y: round2(100 * (s.y*step - y) / high),
			Level: topLevel(d.Marks[s.mark]), Letter: markLetter(s.mark), Mark: s.mark,
		})
	}
	for i := range v.Layers {
		v.Layers[i].X, v.Layers[i].Y = round2(100*(v.Layers[i].X-x)/wide), round2(100*(v.Layers[i].Y-y)/high)
	}
	v.Box = fmt.Sprintf("%g %g %g %g", x, y, wide, high)
	v.BoxW, v.BoxH = int(wide), int(high)
	v.Hatch = round2(wide / 40)
	v.HatchA, v.HatchB = round2(v.Hatch*0.3), round2(v.Hatch*0.62)
	v.HatchW, v.HatchV = round2(v.Hatch*0.24), round2(v.Hatch*0.18)
	v.DotR, v.DotW = round2(v.Hatch*0.17), round2(v.Hatch*0.1)
}
