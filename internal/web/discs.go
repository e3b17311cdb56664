package web

import (
	"cmp"
	"math"
	"slices"

	"knead/body"
)

// disc is the number beside a mark: its level for the client, letter and level for
// the therapist. X and Y are percent of the view, so that the disc keeps its size
// while the figure grows.
type disc struct {
	X, Y   float64
	Level  int
	Letter string

	Mark  int     // which mark of the drawing
	Bar   bool    // with a bar below: how much of the mark a candidate accounts for
	Width float64 // of the bar, 0 to 100
}

// markLetter names a mark for the therapist: A, B, C ...
func markLetter(i int) string { return string(rune('A' + i%26)) }

// discs places a disc beside each mark that is seen in the view, never on it.
func discs(v *body.View, d body.Drawing) []disc {
	spots := spotsOf(v, d)
	out := make([]disc, 0, len(spots))
	for _, s := range spots {
		out = append(out, disc{
			X: round2(100 * s.x / float64(v.MapW)), Y: round2(100 * s.y / float64(v.MapH)),
			Level: topLevel(d.Marks[s.mark]),
		})
	}
	return out
}

func round2(x float64) float64 { return math.Round(x*100) / 100 }

// spot is where the disc of a mark stands, in steps of the cell map.
type spot struct {
	mark   int
	x, y   float64
	pixels int
}

func spotsOf(v *body.View, d body.Drawing) []spot {
	if len(d.Marks) == 0 {
		return nil
	}
	mark := make([]int, body.Skin().Len()+1) // by number in the cell map: the mark plus one
	for i, m := range d.Marks {
		for c := range m.Levels {
			mark[c+1] = i + 1
		}
	}
	type extent struct{ x0, x1, sx, sy, n int }
	seen := map[int]*extent{}
	cells := v.Map()
	for y := range v.MapH {
		for x, c := range cells[y*v.MapW : (y+1)*v.MapW] {
			i := mark[c] - 1
			if i < 0 {
				continue
			}
			e := seen[i]
			if e == nil {
				e = &extent{x0: x, x1: x}
				seen[i] = e
			}
			e.x0, e.x1, e.sx, e.sy, e.n = min(e.x0, x), max(e.x1, x), e.sx+x, e.sy+y, e.n+1
		}
	}
	var spots []spot
	gap := 0.045 * float64(v.MapW) // about half a disc on a phone
	for i, e := range seen {
		cx, cy := float64(e.sx)/float64(e.n), float64(e.sy)/float64(e.n)
		x := float64(e.x1) + gap
		if cx < float64(v.MapW)/2 {
			x = float64(e.x0) - gap
		}
		spots = append(spots, spot{mark: i, x: min(max(x, gap), float64(v.MapW)-gap), y: cy, pixels: e.n})
	}
	slices.SortFunc(spots, func(a, b spot) int { return cmp.Or(cmp.Compare(a.y, b.y), cmp.Compare(a.mark, b.mark)) })
	for i := range spots { // one disc never hides another
		for j := range i {
			if math.Abs(spots[i].x-spots[j].x) < 2*gap && spots[i].y-spots[j].y < 2*gap {
				spots[i].y = spots[j].y + 2*gap
			}
		}
	}
	return spots
}

// closeUps are views in which a place is drawn larger; they win when they show as much.
var closeUps = map[string]bool{
	"head-front": true, "head-back": true, "head-left": true, "head-right": true,
	"hand-palmar": true, "hand-dorsal": true, "foot-dorsal": true, "foot-plantar": true,
	"hand-palmar-mirrored": true, "hand-dorsal-mirrored": true, "foot-dorsal-mirrored": true, "foot-plantar-mirrored": true,
}

// bestView is the view that shows most of a drawing; the front if nothing is painted.
func (f *figures) bestView(d body.Drawing) string { return f.viewsOf(d)[0] }

// viewsOf gives the views that show a drawing: first the one in which most marks are
// seen, then those that show what is not seen yet; of equals the one that shows more.
func (f *figures) viewsOf(d body.Drawing) []string {
	type show struct {
		name   string
		cells  []int // seen, by mark
		pixels []float64
	}
	var shows []show
	pixels := make([]int32, body.Skin().Len()+1)
	most := make([]int, len(d.Marks)) // the most cells of a mark that one view shows
	for _, name := range viewNames {
		v, err := f.view(body.Neutral, name)
		if err != nil || name == "inner-leg" || name == "right-no-arm" {
			continue
		}
		clear(pixels)
		for _, c := range v.Map() {
			pixels[c]++
		}
		one := show{name, make([]int, len(d.Marks)), make([]float64, len(d.Marks))}
		for i, m := range d.Marks {
			for c := range m.Levels {
				if n := pixels[c+1]; n > 0 {
					one.cells[i]++
					one.pixels[i] += float64(n)
				}
			}
			most[i] = max(most[i], one.cells[i])
			if closeUps[name] {
				one.pixels[i] *= 1.08
			}
		}
		if slices.Max(append(one.cells, 0)) > 0 {
			shows = append(shows, one)
		}
	}
	names := make([]string, 0, len(shows)+1)
	left := slices.Repeat([]bool{true}, len(d.Marks)) // the marks that no view so far shows well
	for len(shows) > 0 {
		all := !slices.Contains(left, true)
		next, marks, more := 0, -1, 0.0
		for i, one := range shows {
			n, sum := 0, 0.0
			for m := range left {
				if all || left[m] {
					sum += one.pixels[m]
				}
				if left[m] && 2*one.cells[m] >= most[m] {
					n++
				}
			}
			if n > marks || n == marks && sum > more {
				next, marks, more = i, n, sum
			}
		}
		for m := range left {
			left[m] = left[m] && 2*shows[next].cells[m] < most[m]
		}
		names = append(names, shows[next].name)
		shows = slices.Delete(shows, next, next+1)
	}
	if len(names) == 0 {
		return []string{"front"}
	}
	return names
}
