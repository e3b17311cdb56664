// Package chart draws what is known about a body: zones, muscles, drawings and
// rankings over the views of package body, as SVG path data for pages and print
// and as PNG sheets.
//
// It decides nothing and reads nothing but its arguments. Paint is the client's
// (filled), line is the book's (hatched where a point is often felt, dotted where
// sometimes), a cross is where to press.
//
// Start at [ZonePaths] and [DrawingPaths] for the web, at [MuscleSheet] for a picture, at
// [Trend] for answers over time, at [DifferenceFigure] and [Strip] for drawings over time.
package chart

import (
	"strings"

	"knead/body"
)

// ZonePaths gives the outline of weighted cells in a view as smooth SVG path data
// in view units, "" when nothing of it is visible. Clip it with the view's outline.
func ZonePaths(v *body.View, cells []body.Weighted) string {
	return pathData(zoneRings(v, cells))
}

func zoneRings(v *body.View, cells []body.Weighted) []ring {
	return outline(v, cells, zoneSoft, zoneEdge)
}

// outline gives the rings of weights in view units.
func outline(v *body.View, cells []body.Weighted, softness float64, edge float32) []ring {
	f, ok := weights(v, cells, softness)
	if !ok {
		return nil
	}
	return toView(v, f.contour(edge))
}

// toView brings rings from samples of the map to view units and thins them out.
func toView(v *body.View, rings []ring) []ring {
	const eps = 0.2 // samples; chosen: not seen
	sx, sy := float64(v.W)/float64(v.MapW), float64(v.H)/float64(v.MapH)
	for i, r := range rings {
		r = r.simplify(eps)
		for j, p := range r {
			r[j] = point{p.x * sx, p.y * sy}
		}
		rings[i] = r
	}
	return rings
}

// LevelPath is the skin of one mark that was painted at one level or above.
type LevelPath struct {
	Mark  int // index in the drawing
	Level uint8
	Path  string // SVG path data in view units
}

// DrawingPaths gives what was painted, mark by mark, the lowest level first; each
// level's path holds the higher levels too, so that painting them in order covers.
func DrawingPaths(v *body.View, d body.Drawing) []LevelPath {
	var out []LevelPath
	for i, m := range d.Marks {
		for _, l := range levels(m) {
			if rings := levelRings(v, m, l); len(rings) > 0 {
				out = append(out, LevelPath{i, l, pathData(rings)})
			}
		}
	}
	return out
}

// levels lists the levels of a mark, the lowest first.
func levels(m body.Mark) []uint8 {
	var used [256]bool
	for _, l := range m.Levels {
		used[l] = true
	}
	var out []uint8
	for l, yes := range used {
		if yes && l > 0 {
			out = append(out, uint8(l))
		}
	}
	return out
}

func levelRings(v *body.View, m body.Mark, from uint8) []ring {
	cells := make([]body.Weighted, 0, len(m.Levels))
	for c, l := range m.Levels {
		if l >= from {
			cells = append(cells, body.Weighted{Cell: c, W: 1})
		}
	}
	return outline(v, cells, paintSoft, paintEdge)
}

// Marker gives the place of a cell in a view; false when it is turned away. A cell
// that falls between the samples of the map is where its neighbours are.
func Marker(v *body.View, c body.CellID) (x, y float64, visible bool) {
	if x, y, visible = seenAt(v, c); visible {
		return x, y, true
	}
	return seenAt(v, body.Skin().Neighbours(c)...)
}

// seenAt is the middle of the samples that show any of the cells.
func seenAt(v *body.View, cells ...body.CellID) (x, y float64, visible bool) {
	var sx, sy, n float64
	seen := samplesOf(v)
	for _, c := range cells {
		for _, i := range seen.of(c) {
			sx, sy, n = sx+float64(int(i)%v.MapW), sy+float64(int(i)/v.MapW), n+1
		}
	}
	if n == 0 {
		return 0, 0, false
	}
	return (sx/n + 0.5) * float64(v.W) / float64(v.MapW), (sy/n + 0.5) * float64(v.H) / float64(v.MapH), true
}

// RegionPath is a region of one side as it is seen in a view.
type RegionPath struct {
	Region body.RegionID
	Side   body.Side
	Title  string // "Right shoulder blade"
	Path   string // SVG path data in view units
}

// RegionPaths gives the regions of a view as tap targets, in the order of
// [body.Regions], right before left. Neighbours fit without gap.
func RegionPaths(v *body.View) []RegionPath {
	skin, regions := body.Skin(), body.Regions()
	label := make(map[body.RegionID]int32, len(regions))
	for i, r := range regions {
		label[r.ID] = int32(2*i) + 1
	}
	labels := make([]int32, v.MapW*v.MapH)
	for i, id := range v.Map() {
		if id == 0 {
			continue
		}
		c := body.CellID(id - 1)
		if l := label[skin.Region(c)]; l > 0 {
			labels[i] = l + int32(skin.Side(c))
		}
	}
	traced := body.Trace(labels, v.MapW, v.MapH, 0.4)
	sx, sy := float64(v.W)/float64(v.MapW), float64(v.H)/float64(v.MapH)
	var out []RegionPath
	for i, r := range regions {
		for _, side := range []body.Side{body.Right, body.Left} {
			rings := traced[int32(2*i)+1+int32(side)]
			if len(rings) == 0 {
				continue
			}
			out = append(out, RegionPath{r.ID, side, sideTitle(side, r.Lay), straight(rings, sx, sy)})
		}
	}
	return out
}

// sideTitle is "Right shoulder blade" for the right side of "Shoulder blade".
func sideTitle(side body.Side, lay string) string {
	title := "Right "
	if side == body.Left {
		title = "Left "
	}
	return title + strings.ToLower(lay[:1]) + lay[1:]
}

// straight writes traced rings, whose last point repeats the first, with straight sides.
func straight(rings [][][2]float64, sx, sy float64) string {
	var b []byte
	for _, r := range rings {
		for i, p := range r[:len(r)-1] {
			b = append(b, "ML"[min(i, 1)])
			b = pair(b, point{p[0] * sx, p[1] * sy})
		}
		b = append(b, 'Z')
	}
	return string(b)
}
