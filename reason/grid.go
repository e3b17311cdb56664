package reason

import (
	"math"
	"slices"

	"knead/body"
)

// grid is the skin cut into patches: at what resolution a drawing is read. Right
// patches come first; the mirror of patch i is i plus half of all.
type grid struct {
	of    []int32 // the patch of each cell (-1 for a hidden one) or of each finer patch
	count int
}

// coarser are the sizes of the coarser grids, as multiples of patchCM2; the coarsest
// makes some eighteen patches of a whole body. areaScale is the size of the areas in
// which paint counts together, about that of a thigh's front or half a face.
var coarser = []float64{3, 9, 40}

const areaScale = 9

// cutSkin cuts the skin into patches of about scale*patchCM2 that keep to the borders
// of parts and, at scale 1, to those of regions.
func cutSkin(skin *body.Surface, scale float64) grid {
	g := grid{of: make([]int32, skin.Len())}
	type piece struct {
		region body.RegionID
		part   body.Part
	}
	var order []piece // by their first cell
	cells := map[piece][]body.CellID{}
	for c := range body.CellID(skin.Len()) {
		g.of[c] = -1
		if skin.Side(c) != body.Right || skin.Hidden(c) {
			continue
		}
		key := piece{part: skin.Coord(c).Part}
		if scale == 1 {
			key.region = skin.Region(c)
		}
		if cells[key] == nil {
			order = append(order, key)
		}
		cells[key] = append(cells[key], c)
	}
	for _, key := range order {
		g.count += cut(skin, cells[key], scale*patchCM2[key.part], g.of, int32(g.count))
	}
	for c := range body.CellID(skin.Len()) {
		if r := skin.Mirror(c); skin.Side(c) == body.Left && g.of[r] >= 0 {
			g.of[c] = g.of[r] + int32(g.count)
		}
	}
	g.count *= 2
	return g
}

// over makes a coarser grid of whole patches of a finer one: each goes where its
// first cell lies.
func (g grid) over(fine grid) grid {
	out := grid{of: make([]int32, fine.count), count: g.count}
	for i := range out.of {
		out.of[i] = -1
	}
	for c, p := range fine.of {
		if p >= 0 && out.of[p] < 0 {
			out.of[p] = g.of[c]
		}
	}
	return out
}

// near lists for each patch those that share an edge with it, rising.
func (g grid) near(skin *body.Surface) [][]int32 {
	near := make([][]int32, g.count)
	for c := range body.CellID(skin.Len()) {
		p := g.of[c]
		if p < 0 {
			continue
		}
		for _, d := range skin.Neighbours(c) {
			if q := g.of[d]; q >= 0 && q != p && !slices.Contains(near[p], q) {
				near[p] = append(near[p], q)
			}
		}
	}
	for _, n := range near {
		slices.Sort(n)
	}
	return near
}

// cut gives some cells patches of about a size, numbered from first, and says how
// many. It starts from cells that lie far apart, and three times moves each to the
// middle of the cells that are nearest to it.
func cut(skin *body.Surface, cells []body.CellID, size float64, of []int32, first int32) int {
	area := 0.0
	for _, c := range cells {
		area += skin.Area(c)
	}
	middle := farApart(skin, cells, min(max(1, int(math.Round(area/size))), len(cells)))
	nearest := func(c body.CellID) int {
		best, gap := 0, math.Inf(1)
		for k := range middle {
			if d := distance2(skin.Centre(c), middle[k]); d < gap {
				best, gap = k, d
			}
		}
		return best
	}
	for range 3 {
		sum, weight := make([]body.Vec, len(middle)), make([]float64, len(middle))
		for _, c := range cells {
			k, p, a := nearest(c), skin.Centre(c), skin.Area(c)
			weight[k] += a
			for x := range p {
				sum[k][x] += a * p[x]
			}
		}
		for k := range middle {
			for x := range sum[k] {
				if weight[k] > 0 {
					middle[k][x] = sum[k][x] / weight[k]
				}
			}
		}
	}
	number := make(map[int]int32, len(middle)) // a middle may have lost all its cells
	for _, c := range cells {
		k := nearest(c)
		if _, ok := number[k]; !ok {
			number[k] = first + int32(len(number))
		}
		of[c] = number[k]
	}
	return len(number)
}

// farApart picks so many cells, each as far as can be from those picked before, and
// gives their centres.
func farApart(skin *body.Surface, cells []body.CellID, count int) []body.Vec {
	picked := []body.Vec{skin.Centre(cells[0])}
	gap := make([]float64, len(cells))
	for i := range gap {
		gap[i] = math.Inf(1)
	}
	for len(picked) < count {
		far := 0
		for i, c := range cells {
			gap[i] = min(gap[i], distance2(skin.Centre(c), picked[len(picked)-1]))
			if gap[i] > gap[far] {
				far = i
			}
		}
		picked = append(picked, skin.Centre(cells[far]))
	}
	return picked
}

func distance2(a, b body.Vec) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return x*x + y*y + z*z
}

// merged takes together neighbouring patches of one region that no cause tells apart:
// paint on either says the same.
func (m *Model) merged(near [][]int32) grid {
	half := m.fine.count / 2
	strength := m.strengths()
	region := make([]int16, half)
	for c, p := range m.fine.of {
		if p >= 0 && int(p) < half {
			region[p] = m.region[c]
		}
	}
	into := make([]int32, half) // the patch that stands for each
	out := grid{of: make([]int32, m.fine.count)}
	for p := range into {
		into[p] = int32(p)
		for _, q := range near[p] {
			if int(q) < p && region[q] == region[p] && alike(strength[p], strength[into[q]]) {
				into[p] = into[q]
				break
			}
		}
		if int(into[p]) == p {
			out.of[p] = int32(out.count)
			out.count++
		} else {
			out.of[p] = out.of[into[p]]
		}
	}
	for p := range into {
		out.of[half+p] = out.of[p] + int32(out.count)
	}
	out.count *= 2
	return out
}

// strengths gives, for each right patch, the mean strength of each cause.
func (m *Model) strengths() [][]float64 {
	out := make([][]float64, m.fine.count/2)
	area := make([]float64, len(out))
	for p := range out {
		out[p] = make([]float64, len(m.causes))
	}
	for c, p := range m.fine.of {
		if p < 0 || int(p) >= len(out) {
			continue
		}
		a := m.skin.Area(body.CellID(c))
		area[p] += a
		for _, r := range m.at(body.CellID(c)) {
			out[p][r.cause] += a * float64(r.strength)
		}
	}
	for p := range out {
		for j := range out[p] {
			out[p][j] /= area[p]
		}
	}
	return out
}

func alike(a, b []float64) bool {
	for j := range a {
		if math.Abs(a[j]-b[j]) >= distinct {
			return false
		}
	}
	return true
}
