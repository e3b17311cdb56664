package reason

import (
	"cmp"
	"slices"
	"sync"

	"knead/atlas"
	"knead/body"
)

// Model is everything about ranking that does not depend on the client: the causes
// with their priors, and what each does to each cell of the skin. It never changes
// and may be shared.
type Model struct {
	numbers Numbers
	atlas   *atlas.Atlas
	skin    *body.Surface
	causes  []cause // point by point, right before left: mirror is j^1
	pointAt map[atlas.PointID]int
	region  []int16           // by cell: the number of its region and side
	regions []body.RegionSide // by that number
	names   map[body.RegionID]string
	area    float64 // of the whole skin, cm2

	fine   grid      // patches of cells
	grids  []grid    // of fine patches, the first only takes together what no cause tells apart
	areas  grid      // of fine patches: in which paint counts together
	around [][]int32 // by fine patch: the causes that reach it or a patch beside it

	reachFirst []int32 // the causes that reach cell c are reach[reachFirst[c]:reachFirst[c+1]]
	reach      []reach
}

// cause is a trigger point on a side.
type cause struct {
	point     *atlas.Point
	side      body.Side
	odds      float64 // that it is active, before anything is known of the client
	studied   bool
	sensitive bool  // the point lies where a touch needs asking twice
	mates     []int // the muscle's other points on the same side
	zone      atlas.Zone
	core      []int16 // regions that hold a good part of its essential zone
}

// reach is what a cause does to one cell.
type reach struct {
	cause     int32
	strength  float32 // the chance that it makes a client paint here
	often     float32 // the cell's share of the essential zone
	sometimes float32 // the cell's share of the spillover zone
}

// NewModel builds the model of an atlas on a surface with some numbers.
func NewModel(a *atlas.Atlas, s *body.Surface, n Numbers) *Model {
	m := &Model{numbers: n, atlas: a, skin: s, pointAt: map[atlas.PointID]int{}}
	m.name()
	known := n.priors(a.Studies)
	for i, p := range a.Points() {
		m.pointAt[p.ID] = i
		pr, ok := known[p.Muscle.ID]
		if !ok {
			pr.ratio = 1
		}
		if p.Muscle.Present > 0 {
			pr.ratio *= float64(p.Muscle.Present) / 100
		}
		for _, side := range []body.Side{body.Right, body.Left} {
			m.causes = append(m.causes, cause{
				point: p, side: side, odds: pr.ratio, studied: pr.studied,
				sensitive: sensitive(s.Region(p.Cell(side))), zone: p.Zone(side), core: m.core(p.Zone(side)),
			})
		}
	}
	for j := range m.causes {
		for _, p := range m.causes[j].point.Muscle.Points {
			if k := m.cause(p, m.causes[j].side); k != j {
				m.causes[j].mates = append(m.causes[j].mates, k)
			}
		}
	}
	m.build()
	return m
}

// Standard gives the model of the standard atlas, built on first use.
func Standard() *Model { return standard() }

var standard = sync.OnceValue(func() *Model { return NewModel(atlas.Standard(), body.Skin(), Chosen()) })

// name notes the region of each cell.
func (m *Model) name() {
	m.names = map[body.RegionID]string{}
	number := map[body.RegionSide]int16{}
	for c := range body.CellID(m.skin.Len()) {
		rs := body.RegionSide{Region: m.skin.Region(c), Side: m.skin.Side(c)}
		if _, ok := number[rs]; !ok {
			number[rs] = int16(len(m.regions))
			m.regions = append(m.regions, rs)
			m.names[rs.Region] = layName(rs.Region)
		}
		m.region = append(m.region, number[rs])
		m.area += m.skin.Area(c)
	}
}

// build scales the prior odds, lays the reach of the causes on the skin and cuts it
// into grids.
func (m *Model) build() {
	sum := 0.0
	for _, c := range m.causes {
		sum += c.odds
	}
	for j := range m.causes {
		p := min(m.numbers.ExpectedActive*m.causes[j].odds/sum, 0.5)
		m.causes[j].odds = p / (1 - p)
	}
	m.fine = cutSkin(m.skin, 1)
	near := m.fine.near(m.skin)
	m.lay(near)
	m.grids = []grid{m.merged(near)}
	for _, scale := range coarser {
		m.grids = append(m.grids, cutSkin(m.skin, scale).over(m.fine))
	}
	m.areas = cutSkin(m.skin, areaScale).over(m.fine)
}

// lay writes down what each cause does to each cell, and which causes are around.
func (m *Model) lay(near [][]int32) {
	cells := make([][]reach, m.skin.Len())
	m.around = make([][]int32, m.fine.count)
	half := m.fine.count / 2
	shapes := map[*atlas.Muscle][]body.Weighted{}
	for j := 0; j < len(m.causes); j += 2 {
		right, left := int32(j), int32(j+1)
		around := make([]bool, m.fine.count)
		muscle := m.causes[j].point.Muscle
		if _, ok := shapes[muscle]; !ok {
			shapes[muscle] = atlas.Cells(m.skin, muscle.Shape, body.Right)
		}
		for c, r := range m.reachOf(&m.causes[j], shapes[muscle]) {
			r.cause = right
			cells[c] = append(cells[c], r)
			r.cause = left
			cells[m.skin.Mirror(c)] = append(cells[m.skin.Mirror(c)], r)
			if p := m.fine.of[c]; p >= 0 {
				around[p] = true
				for _, q := range near[p] {
					around[q] = true
				}
			}
		}
		for p := range around {
			if around[p] {
				m.around[p] = append(m.around[p], right)
			}
			if around[(p+half)%m.fine.count] {
				m.around[p] = append(m.around[p], left)
			}
		}
	}
	m.reachFirst = make([]int32, m.skin.Len()+1)
	for c, rs := range cells {
		slices.SortFunc(rs, func(a, b reach) int { return cmp.Compare(a.cause, b.cause) })
		m.reach = append(m.reach, rs...)
		m.reachFirst[c+1] = int32(len(m.reach))
	}
}

// reachOf works out what a cause on the right does to each cell: in its zones, over its
// muscle and around the point itself.
func (m *Model) reachOf(c *cause, muscle []body.Weighted) map[body.CellID]reach {
	out := map[body.CellID]reach{}
	often, sometimes := m.weight(c.zone.Essential), m.weight(c.zone.Spillover)
	for _, w := range c.zone.Essential {
		out[w.Cell] = reach{strength: float32(m.numbers.OftenPainted * w.W), often: float32(w.W * m.skin.Area(w.Cell) / often)}
	}
	for _, w := range c.zone.Spillover {
		out[w.Cell] = reach{strength: float32(m.numbers.SometimesPainted * w.W), sometimes: float32(w.W * m.skin.Area(w.Cell) / sometimes)}
	}
	atLeast := func(cell body.CellID, strength float64) {
		r := out[cell]
		r.strength = max(r.strength, float32(strength))
		out[cell] = r
	}
	for _, w := range muscle {
		atLeast(w.Cell, m.numbers.OverPainted*w.W)
	}
	spot := c.point.Cell(body.Right)
	for _, cell := range m.skin.Near(m.skin.Centre(spot), m.numbers.NearPointCM) {
		if facing(m.skin.Normal(cell), m.skin.Normal(spot)) {
			atLeast(cell, m.numbers.NearPainted)
		}
	}
	return out
}

// facing tells whether two pieces of skin look the same way, so that near the one is
// not through the limb to the other.
func facing(a, b body.Vec) bool { return a[0]*b[0]+a[1]*b[1]+a[2]*b[2] > 0 }

// weight is the area of a zone, its soft edge counted in part.
func (m *Model) weight(zone []body.Weighted) (area float64) {
	for _, w := range zone {
		area += w.W * m.skin.Area(w.Cell)
	}
	return area
}

// at lists the causes that reach a cell.
func (m *Model) at(c body.CellID) []reach { return m.reach[m.reachFirst[c]:m.reachFirst[c+1]] }
