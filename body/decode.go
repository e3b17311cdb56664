package body

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
)

//go:embed surface.bin.gz
var surfaceFile []byte

// SurfaceMagic begins the surface file, which holds the right side only, gzipped: this line,
// the count of cells (uint32), then one column after another, each number as the
// step from the number before it (little endian, wrapping):
//
//	centre x, y, z      int16   1/100 cm
//	normal u, v         int16   octahedral, 1/32767
//	area                uint16  1/10000 cm2
//	coordinates 1, 2, 3 int16   1/100 of a degree, level or cm; 1/10000 of a share (axisScale)
//	part and hidden     uint8   no steps; hidden is bit 7
//	neighbour count     uint8   no steps
//	neighbours          uint16  steps from the cell's own id; ids of both sides
//
// What is written here is the truth: nothing is worked out again from the mesh.
const SurfaceMagic = "knead skin 1\n"

// axisScale is the number of file units in one unit of each coordinate.
var axisScale = [NumParts][3]float64{
	Head: {100, 100, 100}, Neck: {10000, 100, 100}, Trunk: {1000, 100, 100},
	UpperArm: {10000, 100, 100}, Forearm: {10000, 100, 100}, Hand: {1000, 1000, 100},
	Thigh: {10000, 100, 100}, Leg: {10000, 100, 100}, Foot: {10000, 10000, 100},
}

// AxisScale is the number of units of the surface file in one unit of a part's
// coordinate; the generator writes with it.
func AxisScale(p Part, axis int) float64 { return axisScale[p][axis] }

// columns reads the numbers of the file one column at a time.
type columns struct {
	b   []byte
	err error
}

func (c *columns) take(n int) []byte {
	if c.err != nil || len(c.b) < n {
		c.err = errors.New("body: the embedded surface is cut short; run make body")
		return make([]byte, n)
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *columns) steps(n int) []int16 {
	raw := c.take(2 * n)
	out := make([]int16, n)
	var v uint16
	for i := range out {
		v += binary.LittleEndian.Uint16(raw[2*i:])
		out[i] = int16(v)
	}
	return out
}

func decodeSurface(file []byte) (*Surface, error) {
	zr, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("body: embedded surface: %w", err)
	}
	raw, err := io.ReadAll(zr)
	if err != nil {
		return nil, fmt.Errorf("body: embedded surface: %w", err)
	}
	if !bytes.HasPrefix(raw, []byte(SurfaceMagic)) {
		return nil, errors.New("body: the embedded surface has an unknown form; run make body")
	}
	col := &columns{b: raw[len(SurfaceMagic):]}
	n := int(binary.LittleEndian.Uint32(col.take(4)))
	if n > math.MaxUint16/2 {
		return nil, fmt.Errorf("body: %d cells on one side do not fit the ids", n)
	}
	s := &Surface{
		half: n, centre: make([]Vec, 2*n), normal: make([]Vec, 2*n),
		area: make([]float64, n), coord: make([]Coord, n), hidden: make([]bool, n),
	}
	for axis := range 3 {
		for i, v := range col.steps(n) {
			s.centre[i][axis] = float64(v) / 100
		}
	}
	u, v := col.steps(n), col.steps(n)
	for i := range n {
		s.normal[i] = unfold(u[i], v[i])
	}
	for i, a := range col.steps(n) {
		s.area[i] = float64(uint16(a)) / 10000
	}
	var at [3][]int16
	for axis := range at {
		at[axis] = col.steps(n)
	}
	for i, b := range col.take(n) {
		p := Part(b & 0x7f)
		if p >= NumParts {
			return nil, fmt.Errorf("body: cell %d lies in no part; run make body", i)
		}
		s.hidden[i] = b&0x80 != 0
		s.coord[i].Part = p
		for axis := range at {
			s.coord[i].V[axis] = float64(at[axis][i]) / axisScale[p][axis]
		}
		if !s.hidden[i] {
			s.index[p] = append(s.index[p], CellID(i))
		}
	}
	s.nbFirst = make([]uint32, n+1)
	for i, k := range col.take(n) {
		s.nbFirst[i+1] = s.nbFirst[i] + uint32(k)
	}
	s.nb = make([]CellID, s.nbFirst[n])
	steps := col.take(2 * len(s.nb))
	for i := range n {
		for k := s.nbFirst[i]; k < s.nbFirst[i+1]; k++ {
			s.nb[k] = CellID(i) + CellID(binary.LittleEndian.Uint16(steps[2*k:]))
			if int(s.nb[k]) >= 2*n {
				return nil, fmt.Errorf("body: cell %d has a neighbour that does not exist; run make body", i)
			}
		}
	}
	if col.err != nil {
		return nil, col.err
	}
	for i := range n { // the left side
		c, m := s.centre[i], s.normal[i]
		s.centre[n+i], s.normal[n+i] = Vec{-c[0], c[1], c[2]}, Vec{-m[0], m[1], m[2]}
	}
	for p := range s.index {
		ax := sortAxis(Part(p))
		slices.SortStableFunc(s.index[p], func(a, b CellID) int {
			x, y := s.coord[a].V[ax], s.coord[b].V[ax]
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		})
		if len(s.index[p]) == 0 {
			return nil, fmt.Errorf("body: %s has no cells; run make body", Part(p))
		}
	}
	s.grid = makeGrid(s.centre)
	return s, nil
}

// unfold turns the two octahedral numbers of a normal into a unit vector.
func unfold(u, v int16) Vec {
	x, y := float64(u)/32767, float64(v)/32767
	z := 1 - math.Abs(x) - math.Abs(y)
	if z < 0 {
		x, y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
	}
	l := math.Sqrt(x*x + y*y + z*z)
	return Vec{x / l, y / l, z / l}
}
