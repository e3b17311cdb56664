package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math"

	"knead/body"
)

// packed gzips bytes the same way every time.
func packed(raw []byte) []byte {
	var out bytes.Buffer
	zw, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	if _, err := zw.Write(raw); err != nil {
		panic(err) // a buffer takes everything
	}
	if err := zw.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// surfaceFile writes the cells in the form that body/decode.go describes.
func surfaceFile(cells []Cell) ([]byte, error) {
	b := []byte(body.SurfaceMagic)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(cells)))
	var err error
	column := func(lo, hi float64, of func(c *Cell) float64) {
		var last uint16
		for i := range cells {
			x := math.Round(of(&cells[i]))
			if x < lo || x > hi || math.IsNaN(x) {
				err = fmt.Errorf("cell %d: %g does not fit its column", i, x)
				return
			}
			v := uint16(int32(x))
			b = binary.LittleEndian.AppendUint16(b, v-last)
			last = v
		}
	}
	signed := func(of func(c *Cell) float64) { column(math.MinInt16, math.MaxInt16, of) }
	for axis := range 3 {
		signed(func(c *Cell) float64 { return c.Centre[axis] * 100 })
	}
	for k := range 2 {
		signed(func(c *Cell) float64 { return fold(c.Normal)[k] * 32767 })
	}
	column(0, math.MaxUint16, func(c *Cell) float64 { return c.Area * 10000 })
	for axis := range 3 {
		signed(func(c *Cell) float64 { return c.At.V[axis] * body.AxisScale(c.At.Part, axis) })
	}
	for i := range cells {
		p := byte(cells[i].At.Part)
		if cells[i].Hidden {
			p |= 0x80
		}
		b = append(b, p)
	}
	for i := range cells {
		b = append(b, byte(len(cells[i].Neighbours)))
	}
	for i := range cells {
		for _, n := range cells[i].Neighbours {
			b = binary.LittleEndian.AppendUint16(b, uint16(n)-uint16(i))
		}
	}
	return packed(b), err
}

// fold lays a unit vector on the octahedron.
func fold(n Vec) [2]float64 {
	s := math.Abs(n[0]) + math.Abs(n[1]) + math.Abs(n[2])
	x, y := n[0]/s, n[1]/s
	if n[2] < 0 {
		x, y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
	}
	return [2]float64{x, y}
}

// mapFile writes the first kept columns of a cell map in the form that
// body/view.go describes.
func mapFile(ids []uint16, w, kept int) []byte {
	raw := make([]byte, 0, 2*len(ids))
	for i, v := range ids {
		if i%w >= kept {
			continue
		}
		if i >= w {
			v -= ids[i-w]
		}
		raw = binary.LittleEndian.AppendUint16(raw, v)
	}
	return packed(raw)
}
