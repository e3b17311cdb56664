package chart

import (
	"maps"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// pointViews chooses the views of a point's row: those that show a fair part of its
// zone, and at least one that shows the point.
func pointViews(zone atlas.Zone, pt *atlas.Point) []*body.View {
	return bestViews(cellsOf(zone), pt.Cell(body.Right))
}

// cellsOf are the cells within the drawn edge of a zone.
func cellsOf(zone atlas.Zone) map[body.CellID]bool {
	cells := map[body.CellID]bool{}
	for _, list := range [][]body.Weighted{zone.Essential, zone.Spillover} {
		for _, c := range list {
			if c.W >= zoneEdge {
				cells[c.Cell] = true
			}
		}
	}
	return cells
}

// shown is what a view shows of a set of cells.
type shown struct {
	v     *body.View
	cells map[body.CellID]bool
}

// bestViews chooses the views that together show a set of cells well: close views
// of head, hand and foot for what lies there, and views of the whole body for what
// no close view shows. Each of the places must be seen in one of them, if it can be.
func bestViews(cells map[body.CellID]bool, places ...body.CellID) []*body.View {
	const fair = 0.1 // of the area; chosen: less is a sliver at the edge
	skin := body.Skin()
	total := areaOf(skin, cells)
	var detail, far []shown
	for _, s := range allViews(cells) {
		if closeUp(s.v) {
			own := maps.Clone(s.cells)
			maps.DeleteFunc(own, func(c body.CellID, _ bool) bool { return !belongs(s.v.Name, skin.Coord(c).Part) })
			if areaOf(skin, own) >= fair*total {
				detail = append(detail, s)
			}
			continue
		}
		far = append(far, s)
	}
	far = withInnerLeg(skin, withOrWithoutArm(skin, far), fair*total)
	var out []shown
	for _, s := range far {
		news := maps.Clone(s.cells)
		maps.DeleteFunc(news, func(c body.CellID, _ bool) bool { return seenIn(detail, c) })
		if areaOf(skin, news) >= fair*total {
			out = append(out, s)
		}
	}
	out = append(out, detail...)
	for _, c := range places {
		if !markedIn(out, c) {
			out = append(out, nearest(c, skin.Coord(c).Part)...)
		}
	}
	views := make([]*body.View, len(out))
	for i, s := range out {
		views[i] = s.v
	}
	return views
}

// nearest is the view that shows a cell best: a close one made for its part, else
// the first of the whole body; none if it is seen from nowhere.
func nearest(c body.CellID, part body.Part) []shown {
	var best []shown
	for _, s := range allViews(map[body.CellID]bool{c: true}) {
		if detail := closeUp(s.v); detail && belongs(s.v.Name, part) || !detail && len(best) == 0 {
			best = []shown{s}
		}
	}
	return best
}

// allViews looks at the cells from everywhere. A cell that is seen from the edge
// only, so that little of it shows, does not count.
func allViews(cells map[body.CellID]bool) []shown {
	const flat = 0.3 // of its area must show; chosen
	skin := body.Skin()
	var out []shown
	for _, name := range body.Views() {
		v, err := body.LoadView(body.Neutral, name)
		if err != nil {
			continue
		}
		side := float64(v.W) / float64(v.MapW) / v.Scale // cm, of a sample
		s := shown{v, map[body.CellID]bool{}}
		seen := samplesOf(v)
		for c := range cells {
			if float64(len(seen.of(c)))*side*side >= flat*skin.Area(c) {
				s.cells[c] = true
			}
		}
		if len(s.cells) > 0 {
			out = append(out, s)
		}
	}
	return out
}

// closeUp tells a view of a head, a hand or a foot from one of the whole body.
func closeUp(v *body.View) bool {
	return strings.Contains(v.Name, "-") && v.Name != "right-no-arm" && v.Name != innerLeg
}

// belongs tells whether a close view was made for a part of the body.
func belongs(view string, part body.Part) bool {
	switch view[:strings.IndexByte(view, '-')] {
	case "head":
		return part == body.Head || part == body.Neck
	case "hand":
		return part == body.Hand
	}
	return part == body.Foot
}

// withOrWithoutArm keeps one of the two views from the right: the arm hides the ribs,
// and without it the arm itself is missing.
func withOrWithoutArm(skin *body.Surface, far []shown) []shown {
	with, without := -1, -1
	for i, s := range far {
		switch s.v.Name {
		case "right":
			with = i
		case "right-no-arm":
			without = i
		}
	}
	if without < 0 {
		return far
	}
	const better = 1.5 // chosen: the arm is taken off for a good reason only
	drop := without
	if with < 0 || areaOf(skin, far[without].cells) > better*areaOf(skin, far[with].cells) {
		drop = with
	}
	var out []shown
	for i, s := range far {
		if i != drop {
			out = append(out, s)
		}
	}
	return out
}

// innerLeg is the view of the right leg from the other leg's side, without that leg.
const innerLeg = "inner-leg"

// withInnerLeg keeps the view of the inner leg where enough is seen in it and in no
// other view: front and back show the same skin from the edge.
func withInnerLeg(skin *body.Surface, far []shown, enough float64) []shown {
	at := slices.IndexFunc(far, func(s shown) bool { return s.v.Name == innerLeg })
	if at < 0 {
		return far
	}
	others := slices.Delete(slices.Clone(far), at, at+1)
	news := maps.Clone(far[at].cells)
	maps.DeleteFunc(news, func(c body.CellID, _ bool) bool { return seenIn(others, c) })
	if areaOf(skin, news) >= enough {
		return far
	}
	return others
}

func areaOf(skin *body.Surface, cells map[body.CellID]bool) (sum float64) {
	for c := range cells {
		sum += skin.Area(c)
	}
	return sum
}

func seenIn(views []shown, c body.CellID) bool {
	for _, s := range views {
		if s.cells[c] {
			return true
		}
	}
	return false
}

func markedIn(views []shown, c body.CellID) bool {
	for _, s := range views {
		if _, _, ok := Marker(s.v, c); ok {
			return true
		}
	}
	return false
}
