package chart

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// Figure is one view of the body with what the atlas knows there, as SVG path data in
// view units, and the window that shows it.
type Figure struct {
	View       *body.View
	X, Y, W, H float64 // the window
	Muscle     string  // the muscle as it lies under the skin
	Layers     []FigureLayer
}

// FigureLayer is what can be shown at a time: first all points together, then each by
// itself if there are several.
type FigureLayer struct {
	Often, Sometimes string
	Crosses          []Cross
}

// Cross is where to press: the number of a point from 1 on, and its place.
type Cross struct {
	Point int
	X, Y  float64
}

// MuscleFigures draws a muscle of the right side with all its points, in the views
// that together show it and its zones; the view that shows most comes first.
func MuscleFigures(m *atlas.Muscle) []Figure {
	shape := atlas.Cells(body.Skin(), m.Shape, body.Right)
	zones := make([]atlas.Zone, len(m.Points), len(m.Points)+1)
	cells := map[body.CellID]bool{}
	var places []body.CellID
	see := func(list []body.Weighted) {
		for _, c := range list {
			if c.W >= zoneEdge {
				cells[c.Cell] = true
			}
		}
	}
	for i, p := range m.Points {
		zones[i] = p.Zone(body.Right)
		see(zones[i].Essential)
		see(zones[i].Spillover)
		places = append(places, p.Cell(body.Right))
	}
	see(shape)
	var out []Figure
	for _, v := range tellingViews(cells, places...) {
		out = append(out, muscleFigure(v, m, shape, zones))
	}
	return out
}

func muscleFigure(v *body.View, m *atlas.Muscle, shape []body.Weighted, zones []atlas.Zone) Figure {
	muscle := zoneRings(v, shape)
	about := slices.Clone(muscle)
	f := Figure{View: v, Muscle: pathData(muscle)}
	layer := func(zone atlas.Zone, points []int) {
		often, some := zoneRings(v, zone.Essential), zoneRings(v, zone.Spillover)
		about = append(append(about, often...), some...)
		l := FigureLayer{Often: pathData(often), Sometimes: pathData(some)}
		for _, i := range points {
			if x, y, seen := Marker(v, m.Points[i].Cell(body.Right)); seen {
				l.Crosses = append(l.Crosses, Cross{i + 1, x, y})
				about = append(about, ring{{x, y}})
			}
		}
		f.Layers = append(f.Layers, l)
	}
	all := make([]int, len(zones))
	for i := range zones {
		all[i] = i
	}
	layer(together(zones), all)
	if len(zones) > 1 {
		for i, z := range zones {
			layer(z, []int{i})
		}
	}
	f.frame(about)
	return f
}

// PatternFigures draws where a pattern of the right side is felt, in the views that
// together show it; the view that shows most comes first.
func PatternFigures(p *atlas.Pattern) []Figure {
	zone := p.Zone(body.Right)
	var out []Figure
	for _, v := range tellingViews(cellsOf(zone)) {
		often, some := zoneRings(v, zone.Essential), zoneRings(v, zone.Spillover)
		f := Figure{View: v, Layers: []FigureLayer{{Often: pathData(often), Sometimes: pathData(some)}}}
		f.frame(append(often, some...))
		out = append(out, f)
	}
	return out
}

// together is the zone of several points: often where any is often felt.
func together(zones []atlas.Zone) atlas.Zone {
	often, some := map[body.CellID]float64{}, map[body.CellID]float64{}
	for _, z := range zones {
		for _, c := range z.Essential {
			often[c.Cell] = max(often[c.Cell], c.W)
		}
		for _, c := range z.Spillover {
			some[c.Cell] = max(some[c.Cell], c.W)
		}
	}
	for c, w := range some {
		if often[c] >= zoneEdge || often[c] >= w {
			delete(some, c)
		}
	}
	return atlas.Zone{Essential: weighted(often), Spillover: weighted(some)}
}

func weighted(weight map[body.CellID]float64) []body.Weighted {
	out := make([]body.Weighted, 0, len(weight))
	for c, w := range weight {
		out = append(out, body.Weighted{Cell: c, W: w})
	}
	slices.SortFunc(out, func(a, b body.Weighted) int { return cmp.Compare(a.Cell, b.Cell) })
	return out
}

// RegionFigures draws regions of the right side in the views that show them, as the
// path of [FigureLayer.Often]; those on the midline are drawn whole.
func RegionFigures(ids ...body.RegionID) []Figure {
	var set body.Set
	for _, id := range ids {
		set = set.Union(body.Skin().RegionCells(id, body.Right))
		if r, ok := body.RegionByID(id); ok && r.Midline {
			set = set.Union(body.Skin().RegionCells(id, body.Left))
		}
	}
	cells := map[body.CellID]bool{}
	var list []body.Weighted
	for c := range set.All {
		cells[c] = true
		list = append(list, body.Weighted{Cell: c, W: 1})
	}
	var out []Figure
	for _, v := range tellingViews(cells) {
		rings := zoneRings(v, list)
		if len(rings) == 0 {
			continue
		}
		f := Figure{View: v, Layers: []FigureLayer{{Often: pathData(rings)}}}
		f.frame(rings)
		out = append(out, f)
	}
	return out
}

// frame sets the window so that what is drawn is seen with some body around it.
func (f *Figure) frame(about []ring) {
	if len(about) == 0 {
		f.W, f.H = float64(f.View.W), float64(f.View.H)
		return
	}
	lo, hi := window(f.View, about)
	f.X, f.Y, f.W, f.H = lo.x, lo.y, hi.x-lo.x, hi.y-lo.y
}

// tellingViews are the best views, the one that shows most first, without those that
// show next to nothing new: a page has less room than a sheet.
func tellingViews(cells map[body.CellID]bool, places ...body.CellID) []*body.View {
	const news = 0.12   // of all; chosen: less is seen well enough beside the others
	const closer = 1.15 // a close view counts a little more, because it shows the same larger; chosen
	skin := body.Skin()
	shows := map[*body.View]map[body.CellID]bool{}
	rank := map[*body.View]float64{}
	for _, s := range allViews(cells) {
		shows[s.v] = s.cells
		rank[s.v] = areaOf(skin, s.cells)
		if closeUp(s.v) {
			rank[s.v] *= closer
		}
		rank[s.v] = math.Round(100 * rank[s.v]) // so that the order never hangs on rounding
	}
	views := bestViews(cells, places...)
	slices.SortStableFunc(views, func(a, b *body.View) int { return cmp.Compare(rank[b], rank[a]) })
	total := areaOf(skin, cells)
	known := map[body.CellID]bool{}
	var out []*body.View
	for _, v := range views {
		fresh := maps.Clone(shows[v])
		maps.DeleteFunc(fresh, func(c body.CellID, _ bool) bool { return known[c] })
		needed := slices.ContainsFunc(places, func(c body.CellID) bool {
			return marks(v, c) && !slices.ContainsFunc(out, func(o *body.View) bool { return marks(o, c) })
		})
		if len(out) > 0 && !needed && areaOf(skin, fresh) < news*total {
			continue
		}
		out = append(out, v)
		maps.Copy(known, shows[v])
	}
	return out
}

func marks(v *body.View, c body.CellID) bool {
	_, _, seen := Marker(v, c)
	return seen
}

// Cuts names the edges of the window at which the body goes on, as the classes that let
// it fade out there: cut-t, cut-b, cut-l, cut-r.
func (f Figure) Cuts() (out []string) {
	const hair = 1 // view units
	onward := goesOn(f.View.Name)
	for _, edge := range []struct {
		class string
		cut   bool
	}{
		{"cut-t", f.Y > hair},
		{"cut-b", f.Y+f.H < float64(f.View.H)-hair},
		{"cut-l", f.X > hair},
		{"cut-r", f.X+f.W < float64(f.View.W)-hair},
	} {
		if edge.cut || slices.Contains(onward, edge.class) {
			out = append(out, edge.class)
		}
	}
	return out
}

// goesOn names the edges of a view at which the body goes on: a head has shoulders, a
// hand an arm.
func goesOn(view string) []string {
	switch kind, _, _ := strings.Cut(view, "-"); {
	case view == "head-front" || view == "head-back":
		return []string{"cut-b", "cut-l", "cut-r"}
	case kind == "head":
		return []string{"cut-b"}
	case kind == "hand" || view == innerLeg:
		return []string{"cut-t"}
	}
	return nil
}
