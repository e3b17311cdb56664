package reason

import (
	"cmp"
	"math"
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
	causes  []cause // points, then patterns; right before left: mirror is j^1
	points  int     // how many of the causes are points
	pointAt map[atlas.PointID]int
	region  []int16           // by cell: the number of its region and side
	regions []body.RegionSide // by that number
	names   map[body.RegionID]string
	area    float64 // of the whole skin, cm2

	fine  grid            // patches of cells
	cells [][]body.CellID // by fine patch, rising
	size  []float64       // by cell: its size in patches
	grids []grid          // of fine patches, the first only takes together what no cause tells apart
	areas grid            // of fine patches: in which paint counts together

	around      []int32 // the causes that reach fine patch p are around[aroundFirst[p]:aroundFirst[p+1]]
	aroundFirst []int32
	reachFirst  []int32 // the causes that reach cell c are reach[reachFirst[c]:reachFirst[c+1]]
	reach       []reach

	press press

	fits [likenesses][feelings]float64 // how much paint of each feeling counts for a cause of each likeness

	logOftenClear     float64 // what clear skin does to the log odds: of the whole essential zone
	logSometimesClear float64 // and of the whole spillover zone
	allClear          float64 // and to the odds, of both

	spare sync.Pool // of *Case
}

// cause is a trigger point or a pattern on a side: one of the two is set.
type cause struct {
	point     *atlas.Point
	pattern   *atlas.Pattern
	side      body.Side
	odds      float64 // that it is active, before anything is known of the client
	studied   bool
	sensitive bool  // the point lies where a touch needs asking twice
	mates     []int // the muscle's other points on the same side
	zone      atlas.Zone
	core      []int16 // regions that hold a good part of its essential zone
	like      likeness
}

// reach is what a cause does to one cell.
type reach struct {
	cause    int16
	slot     int16   // where the cause stands among those around the cell's patch
	strength float32 // the chance that it makes a client paint here
	share    float32 // the cell's share of the zone of its manner; 0 where it is felt locally
	manner   manner
	heart    bool     // it hurts here as in the heart of a zone, and not as at its edge
	like     likeness // that of the cause
}

// NewModel builds the model of an atlas on a surface with some numbers.
func NewModel(a *atlas.Atlas, s *body.Surface, n Numbers) *Model {
	m := &Model{numbers: n, atlas: a, skin: s, press: newPress(n.Familiar), pointAt: map[atlas.PointID]int{}}
	m.logOftenClear, m.logSometimesClear = math.Log(n.OftenClear), math.Log(n.SometimesClear)
	m.allClear = math.Exp(m.logOftenClear + m.logSometimesClear)
	m.fits = [likenesses][feelings]float64{
		muscleLike: {nerveFeeling: n.NerveLike, noFeeling: 1, sharpFeeling: 1, otherFeeling: 1},
		nerveLike:  {nerveFeeling: 1, noFeeling: n.NerveUnsaid, sharpFeeling: n.NerveUnlike, otherFeeling: n.NerveUnlike},
		sharpNerve: {nerveFeeling: 1, noFeeling: n.NerveUnsaid, sharpFeeling: 1, otherFeeling: n.NerveUnlike},
	}
	m.name()
	m.addPoints(n.priors(a.Studies))
	m.addPatterns()
	m.build()
	return m
}

// addPoints makes the trigger points causes. They are expected to be ExpectedActive
// together, and share that by their priors.
func (m *Model) addPoints(known map[atlas.MuscleID]prior) {
	sum := 0.0
	for i, p := range m.atlas.Points() {
		m.pointAt[p.ID] = i
		pr, ok := known[p.Muscle.ID]
		if !ok {
			pr.ratio = 1
		}
		if p.Muscle.Present > 0 {
			pr.ratio *= float64(p.Muscle.Present) / 100
		}
		for _, side := range sides {
			m.causes = append(m.causes, cause{
				point: p, side: side, odds: pr.ratio, studied: pr.studied,
				sensitive: sensitive(m.skin.Region(p.Cell(side))), zone: p.Zone(side), core: m.core(p.Zone(side)),
				like: muscleLike,
			})
			sum += pr.ratio
		}
	}
	m.points = len(m.causes)
	for j := range m.causes {
		m.causes[j].odds = oddsOf(m.numbers.ExpectedActive * m.causes[j].odds / sum)
		for _, p := range m.causes[j].point.Muscle.Points {
			if k := m.cause(p, m.causes[j].side); k != j {
				m.causes[j].mates = append(m.causes[j].mates, k)
			}
		}
	}
}

// addPatterns makes the patterns of nerves and joints causes, each as common as its
// ratio to the mean trigger point says.
func (m *Model) addPatterns() {
	mean := m.numbers.ExpectedActive / float64(m.points)
	for i := range m.atlas.Patterns {
		p := m.atlas.Patterns[i]
		like := likenessOf(p.Quality)
		for _, side := range sides {
			m.causes = append(m.causes, cause{
				pattern: p, side: side, odds: oddsOf(mean * p.Ratio), zone: p.Zone(side), core: m.core(p.Zone(side)), like: like,
			})
		}
	}
}

var sides = [2]body.Side{body.Right, body.Left}

// oddsOf are the odds of a probability, which counts as one half at most.
func oddsOf(p float64) float64 {
	p = min(p, 0.5)
	return p / (1 - p)
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

// build lays the reach of the causes on the skin and cuts it into grids.
func (m *Model) build() {
	m.size = make([]float64, m.skin.Len())
	for c := range m.size {
		m.size[c] = m.skin.Area(body.CellID(c)) / patchCM2[m.skin.Coord(body.CellID(c)).Part]
	}
	m.fine = cutSkin(m.skin, 1)
	m.cells = make([][]body.CellID, m.fine.count)
	for c, p := range m.fine.of {
		if p >= 0 {
			m.cells[p] = append(m.cells[p], body.CellID(c))
		}
	}
	m.lay()
	m.grids = []grid{m.merged(m.fine.near(m.skin))}
	for _, scale := range coarser {
		m.grids = append(m.grids, cutSkin(m.skin, scale).over(m.fine))
	}
	m.areas = cutSkin(m.skin, areaScale).over(m.fine)
}

// lay writes down what each cause does to each cell, and which causes are around in each
// patch: those that reach one of its cells. The causes around a patch stand in the order of their mirror images around its
// mirror image.
func (m *Model) lay() {
	cells := make([][]reach, m.skin.Len())
	half := m.fine.count / 2
	around := make([][]int32, half)
	shapes := map[*atlas.Muscle][]body.Weighted{}
	for j := 0; j < len(m.causes); j += 2 {
		right, left := int32(j), int32(j+1)
		reached := make([]bool, m.fine.count)
		var shape []body.Weighted
		if p := m.causes[j].point; p != nil {
			if _, ok := shapes[p.Muscle]; !ok {
				shapes[p.Muscle] = atlas.Cells(m.skin, p.Muscle.Shape, body.Right)
			}
			shape = shapes[p.Muscle]
		}
		for c, r := range m.reachOf(&m.causes[j], shape) {
			r.cause, r.like = int16(right), m.causes[j].like
			cells[c] = append(cells[c], r)
			r.cause = int16(left)
			cells[m.skin.Mirror(c)] = append(cells[m.skin.Mirror(c)], r)
			if p := m.fine.of[c]; p >= 0 {
				reached[p] = true
			}
		}
		for p := range around {
			if reached[p] {
				around[p] = append(around[p], right)
			}
			if reached[p+half] {
				around[p] = append(around[p], left)
			}
		}
	}
	m.around, m.aroundFirst = m.around[:0], make([]int32, 1, m.fine.count+1)
	for p := range m.fine.count {
		for _, j := range around[p%half] {
			if p >= half {
				j ^= 1
			}
			m.around = append(m.around, j)
		}
		m.aroundFirst = append(m.aroundFirst, int32(len(m.around)))
	}
	m.reachFirst = make([]int32, m.skin.Len()+1)
	for c, rs := range cells {
		if p := m.fine.of[c]; p >= 0 {
			for i := range rs {
				rs[i].slot = int16(slices.Index(m.aroundPatch(p), int32(rs[i].cause)))
			}
		}
		slices.SortFunc(rs, func(a, b reach) int { return cmp.Compare(a.slot, b.slot) })
		m.reach = append(m.reach, rs...)
		m.reachFirst[c+1] = int32(len(m.reach))
	}
}

// reachOf works out what a cause on the right does to each cell: in its zones, over its
// muscle and around the point itself.
func (m *Model) reachOf(c *cause, muscle []body.Weighted) map[body.CellID]reach {
	out := map[body.CellID]reach{}
	essential, spillover := m.weight(c.zone.Essential), m.weight(c.zone.Spillover)
	n := &m.numbers
	for _, w := range c.zone.Essential {
		share := float32(w.W * m.skin.Area(w.Cell) / essential)
		out[w.Cell] = reach{strength: float32(n.OftenPainted * w.W), heart: true, manner: often, share: share}
	}
	for _, w := range c.zone.Spillover {
		share := float32(w.W * m.skin.Area(w.Cell) / spillover)
		out[w.Cell] = reach{strength: float32(n.SometimesPainted * w.W), manner: seldom, share: share}
	}
	if c.point == nil {
		return out
	}
	atLeast := func(cell body.CellID, strength float64, heart bool) {
		r, felt := out[cell]
		if !felt {
			r.manner = locally
		}
		if float32(strength) > r.strength {
			r.strength, r.heart = float32(strength), heart
			out[cell] = r
		}
	}
	for _, w := range muscle {
		atLeast(w.Cell, n.OverPainted*w.W, false)
	}
	spot := c.point.Cell(body.Right)
	for _, cell := range m.skin.Near(m.skin.Centre(spot), n.NearPointCM) {
		if facing(m.skin.Normal(cell), m.skin.Normal(spot)) {
			atLeast(cell, n.NearPainted, true)
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

// aroundPatch lists the causes that reach a cell of a fine patch.
func (m *Model) aroundPatch(p int32) []int32 {
	return m.around[m.aroundFirst[p]:m.aroundFirst[p+1]]
}
