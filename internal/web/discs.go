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

// viewsOf gives the views that show a drawing, the one that shows most first.
func (f *figures) viewsOf(d body.Drawing) []string {
	if len(d.Marks) == 0 {
		return []string{"front"}
	}
	const isPainted, isSeen = 1, 2
	cells := make([]uint8, body.Skin().Len()+1)
	type show struct {
		name  string
		score float64
	}
	var shows []show
	for _, name := range viewNames {
		v, err := f.view(body.Neutral, name)
		if err != nil || name == "inner-leg" || name == "right-no-arm" {
			continue
		}
		for _, m := range d.Marks {
			for c := range m.Levels {
				cells[c+1] = isPainted
			}
		}
		score := 0.0
		for _, c := range v.Map() {
			if cells[c] == isPainted {
				cells[c] = isSeen
				score++
			}
		}
		if closeUps[name] {
			score *= 1.08
		}
		if score > 0 {
			shows = append(shows, show{name, score})
		}
	}
	slices.SortStableFunc(shows, func(a, b show) int { return cmp.Compare(b.score, a.score) })
	var names []string
	for _, s := range shows {
		names = append(names, s.name)
	}
	if len(names) == 0 {
		return []string{"front"}
	}
	return names
}
