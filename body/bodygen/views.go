package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"knead/body"
)

// mapStep is the size of a step of the cell map in view units.
const mapStep = 2

// record is what is written about a view beside picture and map; body/view.go
// reads it.
type record struct {
	Title, RightOn     string
	W, H, MapW, MapH   int
	Scale              float64 // view units per cm
	Outline, Landmarks string
}

// writeView draws one view with ss x ss samples a pixel and writes its files.
func (md *Model) writeView(c *Camera, ss int, dir string) error {
	buf := Raster(md.M, c, ss, md.Rest)
	pic, err := jpegOf(md.picture(c, buf, ss), 78)
	if err != nil {
		return err
	}
	ids := md.cellMap(c)
	r := record{
		Title: c.Title, RightOn: c.RightOn, W: c.W, H: c.H, MapW: c.W / mapStep, MapH: c.H / mapStep,
		Scale: math.Round(c.Scale*100) / 1000, Outline: outline(buf, c, ss),
	}
	rec, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	m := mapFile(ids, r.MapW)
	fmt.Printf("%-14s picture %6d, map %6d, outline %5d bytes\n", c.Name, len(pic), len(m), len(r.Outline))
	for ext, data := range map[string][]byte{"jpg": pic, "map.gz": m, "json": append(rec, '\n')} {
		if err := os.WriteFile(filepath.Join(dir, c.Name+"."+ext), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// cellMap gives the cell plus one at the middle of every step, 0 for paper and
// for the inside of a cut. Opposite views are mirror images to the last cell.
func (md *Model) cellMap(c *Camera) []uint16 {
	if c.RightOn == "none" { // a left side is the mirrored right side
		twin := *c
		twin.RightOn, twin.Right, twin.Dir = "all", c.Right.Mul(-1), c.Dir.Mul(-1)
		return md.mirrored(md.cellMap(&twin), c.W/mapStep)
	}
	small := *c
	small.W, small.H, small.Scale = c.W/mapStep, c.H/mapStep, c.Scale/mapStep
	buf := Raster(md.M, &small, 1, md.Rest)
	out := make([]uint16, len(buf))
	for i := range buf {
		if f := &buf[i]; f.Face >= 0 && !f.Back {
			out[i] = uint16(md.Cell[f.Face]) + 1
		}
	}
	if c.Even {
		twin := md.mirrored(out, small.W)
		for i := range out {
			if i%small.W >= small.W/2 {
				out[i] = twin[i]
			}
		}
	}
	return out
}

// mirrored turns a map into that of the opposite side.
func (md *Model) mirrored(ids []uint16, w int) []uint16 {
	out := make([]uint16, len(ids))
	half := uint16(md.Half)
	for i, n := range ids {
		switch {
		case n > half:
			n -= half
		case n > 0:
			n += half
		}
		out[i-i%w+w-1-i%w] = n
	}
	return out
}

// outline is the figure's edge to a tenth of a view unit.
func outline(buf []Frag, c *Camera, ss int) string {
	labels := make([]int32, len(buf))
	for i := range buf {
		if buf[i].Face >= 0 {
			labels[i] = 1
		}
	}
	rings := body.Trace(labels, c.W*ss, c.H*ss, 0.30*float64(ss))
	return pathOf(rings[1], float64(ss), true)
}

// pathOf writes polygons as SVG path data, relative steps in tenths of a unit.
func pathOf(polys [][][2]float64, unit float64, closed bool) string {
	var s strings.Builder
	for _, p := range polys {
		if closed {
			p = p[:len(p)-1]
		}
		var px, py int
		first := true
		for i, q := range p {
			x, y := int(math.Round(q[0]/unit*10)), int(math.Round(q[1]/unit*10))
			switch {
			case i == 0:
				s.WriteString("M" + tenth(x) + " " + tenth(y))
			case x == px && y == py:
				continue
			default:
				dx, dy := tenth(x-px), tenth(y-py)
				if first {
					s.WriteByte('l')
					first = false
				} else if dx[0] != '-' {
					s.WriteByte(' ')
				}
				s.WriteString(dx)
				if dy[0] != '-' {
					s.WriteByte(' ')
				}
				s.WriteString(dy)
			}
			px, py = x, y
		}
		if closed {
			s.WriteByte('z')
		}
	}
	return s.String()
}

// tenth writes n/10 as short as SVG allows.
func tenth(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	switch {
	case n%10 == 0:
		return fmt.Sprintf("%s%d", sign, n/10)
	case n < 10:
		return fmt.Sprintf("%s.%d", sign, n)
	}
	return fmt.Sprintf("%s%d.%d", sign, n/10, n%10)
}

// wanted tells whether a name is in a comma separated list; an empty list wants all.
func wanted(list, name string) bool {
	return list == "" || slices.Contains(strings.Split(list, ","), name)
}
