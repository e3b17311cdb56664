package body

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// Quality is how a pain feels; empty when it was not said.
type Quality string

// Depth is how deep a pain feels; empty when it was not said.
type Depth string

// The qualities and depths a mark can have.
const (
	Aching    Quality = "aching"
	Sharp     Quality = "sharp"
	Burning   Quality = "burning"
	Tingling  Quality = "tingling"
	Numb      Quality = "numb"
	Throbbing Quality = "throbbing"
	Stabbing  Quality = "stabbing"
	Tight     Quality = "tight"

	AtSurface Depth = "surface"
	Deep      Depth = "deep"
)

// qualities and depths are stored by their place here: only add at the end.
var (
	qualities = []Quality{"", Aching, Sharp, Burning, Tingling, Numb, Throbbing, Stabbing, Tight}
	depths    = []Depth{"", AtSurface, Deep}
)

// IsSharp tells whether it is sharp or stabbing.
func (q Quality) IsSharp() bool { return q == Sharp || q == Stabbing }

// Qualities lists the words for how a pain feels.
func Qualities() []Quality { return slices.Clone(qualities[1:]) }

// Depths lists the words for how deep a pain feels.
func Depths() []Depth { return slices.Clone(depths[1:]) }

// MaxLevel is the worst pain; a painted cell has a level of 1 to MaxLevel.
const MaxLevel = 10

// MaxMarks bounds the marks of a drawing (chosen: more than anybody tells apart).
const MaxMarks = 16

// Mark is one pain that a client drew.
type Mark struct {
	Quality Quality
	Depth   Depth
	Levels  map[CellID]uint8 // 1 (hardly there) to 10 (worst); a cell that is not in it is clear
}

// Drawing is what a client painted: a list of marks, each a level per cell.
type Drawing struct{ Marks []Mark }

// Paint gives all cells of a set the level, 1-10, whatever they had. Level 0 erases.
func (m *Mark) Paint(cells Set, level uint8) {
	if level == 0 {
		m.Erase(cells)
		return
	}
	if m.Levels == nil {
		m.Levels = make(map[CellID]uint8, cells.Len())
	}
	for c := range cells.All {
		m.Levels[c] = level
	}
}

// Erase clears the cells of a set.
func (m *Mark) Erase(cells Set) {
	for c := range cells.All {
		delete(m.Levels, c)
	}
}

// Cells gives the painted cells.
func (m Mark) Cells() Set {
	var out Set
	for c := range m.Levels {
		out.Add(c)
	}
	return out
}

// Area is the painted skin in cm2 on the neutral figure.
func (m Mark) Area() float64 { return Skin().areaOf(m.Cells()) }

// Erase clears the cells of a set in every mark.
func (d *Drawing) Erase(cells Set) {
	for i := range d.Marks {
		d.Marks[i].Erase(cells)
	}
}

// Cells gives the cells painted in any mark.
func (d Drawing) Cells() Set {
	var out Set
	for _, m := range d.Marks {
		out = out.Union(m.Cells())
	}
	return out
}

// Level is the highest level of a cell in any mark, 0 when it is clear.
func (d Drawing) Level(c CellID) (level uint8) {
	for _, m := range d.Marks {
		level = max(level, m.Levels[c])
	}
	return level
}

// Area is the skin painted in any mark, in cm2 on the neutral figure; what two marks
// share counts once.
func (d Drawing) Area() float64 { return Skin().areaOf(d.Cells()) }

func (s *Surface) areaOf(set Set) (cm2 float64) {
	for c := range set.All {
		cm2 += s.Area(c)
	}
	return cm2
}

// RegionLevel says how a region is painted.
type RegionLevel struct {
	RegionSide
	Max   uint8   // highest level
	Mean  float64 // mean level of the painted skin, by area
	Area  float64 // painted skin, cm2
	Share float64 // painted part of the region, 0-1
}

// Regions lists the painted regions, from head to toes, right before left.
func (d Drawing) Regions() []RegionLevel {
	s, m := Skin(), regionMap()
	byRegion := map[RegionSide]*RegionLevel{}
	for c := range d.Cells().All {
		i := m.of[s.right(c)]
		if i < 0 {
			continue
		}
		at := RegionSide{m.regions[i].ID, s.Side(c)}
		r := byRegion[at]
		if r == nil {
			r = &RegionLevel{RegionSide: at}
			byRegion[at] = r
		}
		l, a := d.Level(c), s.Area(c)
		r.Max = max(r.Max, l)
		r.Mean += float64(l) * a
		r.Area += a
		r.Share += a / m.area[i]
	}
	out := make([]RegionLevel, 0, len(byRegion))
	for _, r := range byRegion {
		r.Mean /= r.Area
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b RegionLevel) int {
		return cmp.Or(cmp.Compare(m.byID[a.Region], m.byID[b.Region]), cmp.Compare(a.Side, b.Side))
	})
	return out
}

// Check tells what is wrong with a drawing that did not come from DecodeDrawing.
func (d Drawing) Check() error {
	if len(d.Marks) > MaxMarks {
		return fmt.Errorf("drawing: %d marks; at most %d are allowed", len(d.Marks), MaxMarks)
	}
	cells := 0
	for i, m := range d.Marks {
		switch {
		case !slices.Contains(qualities, m.Quality):
			return fmt.Errorf("drawing: mark %d: quality %q: write one of %v", i+1, m.Quality, qualities[1:])
		case !slices.Contains(depths, m.Depth):
			return fmt.Errorf("drawing: mark %d: depth %q: write surface or deep", i+1, m.Depth)
		}
		for _, c := range slices.Sorted(maps.Keys(m.Levels)) {
			if l := m.Levels[c]; l < 1 || l > MaxLevel {
				return fmt.Errorf("drawing: mark %d: level %d of cell %d: write 1 to %d", i+1, l, c, MaxLevel)
			}
			if int(c) >= Skin().Len() {
				return fmt.Errorf("drawing: mark %d: there is no cell %d", i+1, c)
			}
		}
		cells += len(m.Levels)
	}
	if most := maxCells(); cells > most {
		return fmt.Errorf("drawing: %d painted cells; at most %d are allowed", cells, most)
	}
	return nil
}

// maxCells bounds the painted cells of all marks together (chosen: the whole skin twice).
func maxCells() int { return 2 * Skin().Len() }

// run is a stretch of cells with ids that follow each other.
type run struct{ first, length int }

// runs cuts the cells of one level into stretches.
func (m Mark) runs(level uint8) []run {
	var ids []int
	for c, l := range m.Levels {
		if l == level {
			ids = append(ids, int(c))
		}
	}
	sort.Ints(ids)
	var out []run
	for _, id := range ids {
		if n := len(out); n > 0 && out[n-1].first+out[n-1].length == id {
			out[n-1].length++
			continue
		}
		out = append(out, run{id, 1})
	}
	return out
}
