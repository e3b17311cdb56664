package body

import (
	"math"
	"slices"
	"sort"
)

// reach says how far, in cm, one unit of each coordinate carries on the skin of
// the neutral figure (chosen: middle values measured on it). It only serves to
// compare distances between near places.
var reach = [NumParts][3]float64{
	Head: {0.15, 0.15}, Neck: {9, 0.1}, Trunk: {2.4, 0.26, 0},
	UpperArm: {28, 0.08}, Forearm: {24, 0.065}, Hand: {2.2, 3, 0.02},
	Thigh: {40, 0.13}, Leg: {38, 0.09}, Foot: {25, 9, 0.03},
}

// sortAxis is the coordinate by which a part's cells are kept sorted.
func sortAxis(p Part) int {
	if p == Head {
		return 1
	}
	return 0
}

// turns tells whether an axis is an angle that comes round.
func turns(p Part, axis int) bool {
	return axis == 1 && (p == Neck || p == Trunk || p == UpperArm || p == Forearm || p == Thigh || p == Leg)
}

// Gap is about the distance in cm over the skin between two places of one part,
// good for telling which of two near places is nearer; places of different parts
// are infinitely far apart.
func (c Coord) Gap(d Coord) float64 {
	if c.Part != d.Part || c.Part >= NumParts {
		return math.Inf(1)
	}
	return math.Sqrt(gap2(c.Part, c.V, d.V))
}

// gap2 is about the square of the distance in cm between two places of a part.
func gap2(p Part, a, b [3]float64) float64 {
	if p == Head { // on a ball, so that the crown is no seam
		u, v := onBall(a), onBall(b)
		r := reach[Head][0] * 180 / math.Pi
		dx, dy, dz := u[0]-v[0], u[1]-v[1], u[2]-v[2]
		return r * r * (dx*dx + dy*dy + dz*dz)
	}
	var sum float64
	for i, k := range reach[p] {
		d := a[i] - b[i]
		if turns(p, i) {
			d = math.Remainder(d, 360)
		}
		sum += k * k * d * d
	}
	return sum
}

func onBall(azEl [3]float64) Vec {
	sa, ca := math.Sincos(azEl[0] * math.Pi / 180)
	se, ce := math.Sincos(azEl[1] * math.Pi / 180)
	return Vec{ce * sa, se, ce * ca}
}

// At gives the visible cell nearest to a place, on the side asked for.
func (s *Surface) At(c Coord, side Side) CellID {
	if c.Part >= NumParts {
		c.Part = Trunk
	}
	list, ax := s.index[c.Part], sortAxis(c.Part)
	at := c.V[ax]
	if c.Part == Head { // beyond the crown it goes down again
		at = math.Asin(math.Sin(at*math.Pi/180)) * 180 / math.Pi
	}
	from := sort.Search(len(list), func(i int) bool { return s.coord[list[i]].V[ax] >= at })
	best, bestGap := list[min(from, len(list)-1)], math.Inf(1)
	// Walk away from the place in both directions until the sorted axis alone is
	// farther than the best cell found. On the ball a chord is shorter than the
	// arc by at most pi/2, hence the 0.6.
	try := func(i int) bool {
		id := list[i]
		d := (s.coord[id].V[ax] - at) * reach[c.Part][ax] * 0.6
		if d*d > bestGap {
			return false
		}
		if g := gap2(c.Part, s.coord[id].V, c.V); g < bestGap || g == bestGap && id < best {
			best, bestGap = id, g
		}
		return true
	}
	for i := from; i < len(list) && try(i); i++ {
	}
	for i := from - 1; i >= 0 && try(i); i-- {
	}
	if side == Left {
		return s.Mirror(best)
	}
	return best
}

// gridCM is the size of a grid box: most questions are about places 1 to 5 cm apart.
const gridCM = 3.0

// grid keeps the cells of the whole figure by boxes of space.
type grid struct {
	lo    Vec
	n     [3]int
	first []uint32
	cells []CellID
}

func (g *grid) box(p Vec, axis int) int {
	return min(max(int(math.Floor((p[axis]-g.lo[axis])/gridCM)), 0), g.n[axis]-1)
}

func makeGrid(centre []Vec) grid {
	g := grid{lo: centre[0]}
	hi := centre[0]
	for _, p := range centre {
		for a := range p {
			g.lo[a], hi[a] = min(g.lo[a], p[a]), max(hi[a], p[a])
		}
	}
	for a := range g.n {
		g.n[a] = int((hi[a]-g.lo[a])/gridCM) + 1
	}
	at := make([]uint32, len(centre))
	g.first = make([]uint32, g.n[0]*g.n[1]*g.n[2]+1)
	for i, p := range centre {
		at[i] = uint32((g.box(p, 1)*g.n[2]+g.box(p, 2))*g.n[0] + g.box(p, 0))
		g.first[at[i]+1]++
	}
	for i := 1; i < len(g.first); i++ {
		g.first[i] += g.first[i-1]
	}
	next := slices.Clone(g.first)
	g.cells = make([]CellID, len(centre))
	for i := range centre {
		g.cells[next[at[i]]] = CellID(i)
		next[at[i]]++
	}
	return g
}

// Near lists the cells whose centre lies within a radius (cm) of a place, in
// rising order. Hidden cells are among them.
func (s *Surface) Near(p Vec, radiusCM float64) []CellID {
	if !(radiusCM >= 0) {
		return nil
	}
	g, r := &s.grid, Vec{radiusCM, radiusCM, radiusCM}
	var lo, hi [3]int
	for a := range p {
		if p[a]+r[a] < g.lo[a] || p[a]-r[a] > g.lo[a]+float64(g.n[a])*gridCM {
			return nil
		}
		lo[a] = g.box(Vec{p[0] - r[0], p[1] - r[1], p[2] - r[2]}, a)
		hi[a] = g.box(Vec{p[0] + r[0], p[1] + r[1], p[2] + r[2]}, a)
	}
	var out []CellID
	for y := lo[1]; y <= hi[1]; y++ {
		for z := lo[2]; z <= hi[2]; z++ {
			row := (y*g.n[2] + z) * g.n[0]
			for _, c := range g.cells[g.first[row+lo[0]]:g.first[row+hi[0]+1]] {
				q := s.centre[c]
				dx, dy, dz := q[0]-p[0], q[1]-p[1], q[2]-p[2]
				if dx*dx+dy*dy+dz*dz <= radiusCM*radiusCM {
					out = append(out, c)
				}
			}
		}
	}
	sortCells(out)
	return out
}

func sortCells(c []CellID) { slices.Sort(c) }
