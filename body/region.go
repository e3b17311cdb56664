package body

import (
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// RegionID names a region of the skin, without a side: "infraspinous", "upper-trapezius".
type RegionID string

// Region is a named piece of skin, the same on both sides.
type Region struct {
	ID      RegionID
	Lay     string   // the name a client reads: "Shoulder blade"
	Name    string   // the anatomical name: "infraspinous region"
	Aliases []string // other words that mean it
	Group   string   // heading in a list of regions: "Upper back"
	// CHOIRRight and CHOIRLeft are the segments of the CHOIR body map (male/standard
	// numbering) that hold most of the region; single cells may differ, see [Surface.CHOIR].
	CHOIRRight, CHOIRLeft int
	FMA, UBERON           string // ids in these ontologies, empty when none was seen
	Midline               bool   // its halves are one place: without a side it means both

	skin  []Shape
	choir []choirRule
}

// RegionSide is a region on one side.
type RegionSide struct {
	Region RegionID
	Side   Side
}

//go:embed regions.txt
var regionsFile string

// Regions gives all regions in the order of the file, from head to toes. The slice
// is the caller's.
func Regions() []Region { return slices.Clone(regionMap().regions) }

// RegionByID finds a region by its id.
func RegionByID(id RegionID) (*Region, bool) {
	m := regionMap()
	i, ok := m.byID[id]
	if !ok {
		return nil, false
	}
	r := m.regions[i]
	return &r, true
}

// Region names the region of a cell; "" for a hidden cell.
func (s *Surface) Region(c CellID) RegionID {
	m := regionMap()
	if i := m.of[s.right(c)]; i >= 0 {
		return m.regions[i].ID
	}
	return ""
}

// CHOIR gives the cell's segment of the CHOIR body map, 101-136 or 201-238 in the
// male/standard numbering; 0 for a hidden cell.
func (s *Surface) CHOIR(c CellID) int {
	n := int(regionMap().choir[s.right(c)])
	if s.Side(c) == Left {
		return otherCHOIR(n)
	}
	return n
}

// RegionCells gives the cells of a region on one side; none for an unknown region.
func (s *Surface) RegionCells(id RegionID, side Side) Set {
	m := regionMap()
	i, ok := m.byID[id]
	if !ok {
		return Set{}
	}
	if side == Left {
		return s.mirrored(m.cells[i])
	}
	return m.cells[i].Union(Set{})
}

// mirrored gives the mirror image of a set.
func (s *Surface) mirrored(set Set) Set {
	var out Set
	for c := range set.All {
		out.Add(s.Mirror(c))
	}
	return out
}

// regions of the embedded surface, worked out once.
type regionTable struct {
	regions []Region
	byID    map[RegionID]int
	of      []int16   // right cells: index into regions, -1 for hidden
	choir   []uint8   // right cells: segment of the CHOIR map, 0 for hidden
	cells   []Set     // per region, right side
	area    []float64 // per region, cm2 of one side
}

var regionMap = sync.OnceValue(func() *regionTable {
	regions, err := parseRegions(regionsFile)
	if err != nil {
		panic(err) // the embedded file is broken; a test holds it
	}
	return Skin().lay(regions)
})

// lay works out which region and which CHOIR segment each cell belongs to.
func (s *Surface) lay(regions []Region) *regionTable {
	m := &regionTable{
		regions: regions, byID: make(map[RegionID]int, len(regions)),
		of: make([]int16, s.half), choir: make([]uint8, s.half),
		cells: make([]Set, len(regions)), area: make([]float64, len(regions)),
	}
	type clause struct {
		*Shape
		region int
	}
	var clauses [NumParts][]clause
	for i := range regions {
		m.byID[regions[i].ID] = i
		for k := range regions[i].skin {
			sh := &regions[i].skin[k]
			clauses[sh.part] = append(clauses[sh.part], clause{sh, i})
		}
	}
	share := make([]map[uint8]float64, len(regions))
	for c := range CellID(s.half) {
		m.of[c] = -1
		if s.hidden[c] {
			continue
		}
		at := s.coord[c]
		for _, cl := range clauses[at.Part] {
			if cl.holds(at.V) {
				m.of[c] = int16(cl.region)
				break
			}
		}
		i := m.of[c]
		if i < 0 {
			continue
		}
		m.cells[i].Add(c)
		m.area[i] += s.area[c]
		m.choir[c] = uint8(regions[i].segment(at, s.normal[c]))
		if share[i] == nil {
			share[i] = map[uint8]float64{}
		}
		share[i][m.choir[c]] += s.area[c]
	}
	for i := range regions {
		best := 0.0
		for n := range 256 { // in rising order, so that ties are settled alike each time
			if a := share[i][uint8(n)]; a > best {
				best, regions[i].CHOIRRight = a, n
			}
		}
		regions[i].CHOIRLeft = otherCHOIR(regions[i].CHOIRRight)
	}
	return m
}

// dataLines yields the lines of a data file that say something, trimmed and without
// their comments, with their number from 1.
func dataLines(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(text) {
			n++
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" && !yield(n, line) {
				return
			}
		}
	}
}

// parseRegions reads the region file; its head says how it is written.
func parseRegions(text string) ([]Region, error) {
	var out []Region
	seen := map[RegionID]bool{}
	for n, line := range dataLines(text) {
		if head, ok := strings.CutPrefix(line, "region "); ok {
			f := strings.Split(head, "|")
			if len(f) != 3 {
				return nil, fmt.Errorf("regions.txt:%d: write region ID | Lay name | anatomical name", n)
			}
			r := Region{ID: RegionID(strings.TrimSpace(f[0])), Lay: strings.TrimSpace(f[1]), Name: strings.TrimSpace(f[2])}
			if r.ID == "" || r.Lay == "" || r.Name == "" || seen[r.ID] {
				return nil, fmt.Errorf("regions.txt:%d: region %q is there twice or lacks a name", n, r.ID)
			}
			seen[r.ID] = true
			out = append(out, r)
			continue
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("regions.txt:%d: %q stands before the first region", n, line)
		}
		if err := out[len(out)-1].read(line); err != nil {
			return nil, fmt.Errorf("regions.txt:%d: %w", n, err)
		}
	}
	for _, r := range out {
		if len(r.skin) == 0 || len(r.choir) == 0 || r.Group == "" {
			return nil, fmt.Errorf("regions.txt: region %s needs group, choir and skin", r.ID)
		}
	}
	return out, nil
}

// read takes one line below the head of a region.
func (r *Region) read(line string) error {
	if clause, ok := strings.CutPrefix(line, "skin "); ok {
		sh, err := parseClause(strings.Fields(clause))
		r.skin = append(r.skin, sh)
		return err
	}
	if line == "midline" {
		r.Midline = true
		return nil
	}
	key, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if !ok || value == "" {
		return fmt.Errorf("%q: write also, group, choir, fma, uberon, midline or skin", line)
	}
	switch key {
	case "also":
		for a := range strings.SplitSeq(value, ",") {
			r.Aliases = append(r.Aliases, strings.TrimSpace(a))
		}
	case "group":
		r.Group = value
	case "fma":
		r.FMA = value
	case "uberon":
		r.UBERON = value
	case "choir":
		rule, err := parseCHOIRRule(value)
		r.choir = append(r.choir, rule)
		return err
	default:
		return fmt.Errorf("unknown word %q: write also, group, choir, fma, uberon, midline or skin", key)
	}
	return nil
}

// choirRule gives segments of the right side for a region or a part of it.
type choirRule struct {
	front, back int
	in          *Shape // nil: everywhere
}

func parseCHOIRRule(s string) (choirRule, error) {
	numbers, clause, limited := strings.Cut(s, " in ")
	var r choirRule
	if limited {
		sh, err := parseClause(strings.Fields(clause))
		if err != nil {
			return r, err
		}
		r.in = &sh
	}
	f := strings.Fields(numbers)
	if len(f) < 1 || len(f) > 2 {
		return r, fmt.Errorf("choir %q: write one number, or two for front and back", s)
	}
	for i, w := range f {
		n, err := strconv.Atoi(w)
		if err != nil || !isRightCHOIR(n) {
			return r, fmt.Errorf("choir %q: %q is not a segment of the right side", s, w)
		}
		if i == 0 {
			r.front = n
		}
		r.back = n
	}
	return r, nil
}

// segment picks the CHOIR segment of a right-side cell of the region.
func (r *Region) segment(at Coord, normal Vec) int {
	for _, rule := range r.choir {
		if rule.in != nil && (rule.in.part != at.Part || !rule.in.holds(at.V)) {
			continue
		}
		if facesFront(at, normal) {
			return rule.front
		}
		return rule.back
	}
	return 0
}

// facesFront tells on which of the two CHOIR pictures a cell is: by the angle, and near
// the side seam (within 15 degrees of it, chosen) by where the skin faces.
func facesFront(at Coord, normal Vec) bool {
	var angle float64
	switch at.Part {
	case Head:
		angle = at.V[0]
	case Hand:
		return at.V[2] < 90
	case Foot: // the front picture shows the top, the back one the sole
		return at.V[2] < 90
	default:
		angle = at.V[1]
	}
	angle = abs(turnedOnce(angle))
	if abs(angle-90) < 15 {
		return normal[2] >= 0
	}
	return angle < 90
}

// turnedOnce brings an angle into -180..180.
func turnedOnce(a float64) float64 {
	for a > 180 {
		a -= 360
	}
	for a < -180 {
		a += 360
	}
	return a
}

func abs(x float64) float64 { return max(x, -x) }

// choirPairs lists the segments of the CHOIR body map, right and left, in the
// male/standard numbering (the female map numbers 112-117 differently). Names and
// numbers as in the image map of the REDCap external module by ctsit.
var choirPairs = [][2]int{
	{101, 102},
	{103, 104},
	{105, 106},
	{107, 110},
	{108, 109},
	{111, 112},
	{113, 114},
	{115, 118},
	{116, 117},
	{119, 124},
	{120, 123},
	{121, 122},
	{125, 128},
	{126, 127},
	{129, 130},
	{131, 132},
	{133, 134},
	{135, 136},
	{202, 201},
	{204, 203},
	{206, 205},
	{210, 207},
	{209, 208},
	{214, 211},
	{213, 212},
	{216, 215},
	{220, 217},
	{219, 218},
	{226, 221},
	{225, 222},
	{224, 223},
	{230, 227},
	{229, 228},
	{232, 231},
	{234, 233},
	{236, 235},
	{238, 237},
}

func isRightCHOIR(n int) bool {
	return slices.ContainsFunc(choirPairs, func(p [2]int) bool { return p[0] == n })
}

// otherCHOIR gives the same segment on the other side, 0 for none.
func otherCHOIR(n int) int {
	for _, p := range choirPairs {
		switch n {
		case p[0]:
			return p[1]
		case p[1]:
			return p[0]
		}
	}
	return 0
}
