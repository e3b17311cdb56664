package web

import (
	"fmt"
	"math"

	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
	"knead/plan"
)

// sessionView is the clay of one view with the client's paint: drawn once for all steps.
type sessionView struct {
	viewOnPage
	ID string
}

// stepPicture is the window through which a step is seen.
type stepPicture struct {
	name       string // of the view
	View       string // its id on the page
	Box        string
	BoxW, BoxH int
	Area       string // outline of what is worked
	Often      string // zones of the point that is pressed
	Some       string
	X, Y       float64 // of the cross, in view units
	Cross      bool
	Unit       float64 // view units for the arm of a cross
	Hatch      hatching
}

type hatching struct{ Step, A, B, W, V, R, D float64 }

// sessionFigures draws the steps of a session and collects the views that they need.
type sessionFigures struct {
	site    *site
	figure  body.Figure
	drawing body.Drawing
	views   []sessionView
	seen    map[string]int
}

// viewsLying are the views in which a client is worked as they lie, the usual one first.
var viewsLying = map[atlas.Position][]string{
	atlas.Prone:     {"back", "head-back", "left", "right", "foot-plantar"},
	atlas.Supine:    {"front", "head-front", "left", "right", "head-left", "head-right", "hand-palmar", "hand-dorsal", "foot-dorsal"},
	atlas.SideLying: {"left", "right", "back", "front"},
	atlas.Seated:    {"back", "front", "head-back", "left", "right"},
}

// draw gives the picture of a step and notes which view it needs.
func (f *sessionFigures) draw(x plan.Step) (stepPicture, error) {
	key := fmt.Sprint(f.figure, x.Position, x.Regions, string(sidesOf(x)))
	if x.Point != nil {
		key += string(x.Point.ID)
	}
	if known, ok := f.site.figures.steps.Load(key); ok {
		if p, ok := known.(stepPicture); ok {
			_, err := f.view(p.name)
			return p, err
		}
	}
	p, err := f.make(x)
	if err == nil {
		f.site.figures.steps.Store(key, p) // the areas of the planner are few
	}
	return p, err
}

// make draws it: the view in which most of the area is seen, and a window about it.
func (f *sessionFigures) make(x plan.Step) (stepPicture, error) {
	area := stepCells(x)
	names := viewsLying[x.Position]
	if len(names) == 0 {
		names = []string{"back", "front"}
	}
	best, most := names[0], 0.0
	for i, name := range names {
		v, err := f.site.figures.view(f.figure, name)
		if err != nil {
			return stepPicture{}, err
		}
		score := float64(shownOf(v.View, area))
		if i == 0 {
			score *= 1.5 // chosen: as the therapist stands, unless another view shows far more
		}
		if score > most {
			best, most = name, score
		}
	}
	view, err := f.view(best)
	if err != nil {
		return stepPicture{}, err
	}
	p := stepPicture{View: view.ID, name: best}
	box := window{float64(view.W-view.H) / 2, 0, float64(view.H), float64(view.H)} // the whole figure, in a square like the others
	if most > 0 {
		p.Area = chart.ZonePaths(view.View, weigh(area))
		box = windowOf(view.View, area)
	}
	if x.Point != nil && x.Side != nil {
		zone := x.Point.Zone(*x.Side)
		p.Area, p.Often, p.Some = "", chart.ZonePaths(view.View, zone.Essential), chart.ZonePaths(view.View, zone.Spillover)
		p.X, p.Y, p.Cross = chart.Marker(view.View, x.Point.Cell(*x.Side))
	}
	p.Box, p.BoxW, p.BoxH = fmt.Sprintf("%g %g %g %g", round2(box.x), round2(box.y), round2(box.w), round2(box.h)), int(box.w), int(box.h)
	p.Unit = round2(max(box.w, box.h) / 34)
	h := max(box.w, box.h) / 30
	p.Hatch = hatching{round2(h), round2(h * 0.3), round2(h * 0.62), round2(h * 0.24), round2(h * 0.18), round2(h * 0.17), round2(h * 0.1)}
	return p, nil
}

func (f *sessionFigures) view(name string) (sessionView, error) {
	if i, ok := f.seen[name]; ok {
		return f.views[i], nil
	}
	v, err := f.site.viewOnPage(f.figure, name, f.drawing, "client")
	if err != nil {
		return sessionView{}, err
	}
	if f.seen == nil {
		f.seen = map[string]int{}
	}
	f.seen[name] = len(f.views)
	f.views = append(f.views, sessionView{v, "v-" + name})
	return f.views[len(f.views)-1], nil
}

// stepCells is the skin that a step works.
func stepCells(x plan.Step) body.Set {
	var set body.Set
	for _, id := range x.Regions {
		for _, side := range sidesOf(x) {
			set = set.Union(body.Skin().RegionCells(id, side))
		}
	}
	return set
}

func sidesOf(x plan.Step) []body.Side {
	if x.Side != nil {
		return []body.Side{*x.Side}
	}
	return []body.Side{body.Right, body.Left}
}

func weigh(set body.Set) []body.Weighted {
	var cells []body.Weighted
	for c := range set.All {
		cells = append(cells, body.Weighted{Cell: c, W: 1})
	}
	return cells
}

// shownOf counts the steps of a view's map that show any of the cells.
func shownOf(v *body.View, set body.Set) (n int) {
	for _, c := range v.Map() {
		if c > 0 && set.Has(body.CellID(c-1)) {
			n++
		}
	}
	return n
}

type window struct{ x, y, w, h float64 }

// windowOf is a square about the cells with some body around it, within the view.
func windowOf(v *body.View, set body.Set) window {
	x0, y0, x1, y1 := v.MapW, v.MapH, 0, 0
	for i, c := range v.Map() {
		if c > 0 && set.Has(body.CellID(c-1)) {
			x, y := i%v.MapW, i/v.MapW
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x+1), max(y1, y+1)
		}
	}
	unit := float64(v.W) / float64(v.MapW)
	wide, high := float64(x1-x0)*unit, float64(y1-y0)*unit
	side := max(wide, high) * 1.5
	side = min(max(side, 0.5*float64(min(v.W, v.H))), float64(v.H)) // chosen: never closer than half the body's width
	cx, cy := (float64(x0)*unit+float64(x1)*unit)/2, (float64(y0)*unit+float64(y1)*unit)/2
	w := window{cx - side/2, cy - side/2, side, side}
	w.y = math.Max(0, math.Min(w.y, float64(v.H)-side))
	return w
}
