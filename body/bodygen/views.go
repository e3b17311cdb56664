package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	mapStep     = 2  // size of a step of the cell map in view units
	jpegQuality = 75 // clay has no edges but the cloth's; more shows no more
)

// record is what is written about a view beside picture and map; body/view.go
// reads it.
type record struct {
	Title     string  `json:"title"`
	RightOn   string  `json:"right_on"`
	W         int     `json:"w"`
	H         int     `json:"h"`
	MapW      int     `json:"map_w"`
	MapH      int     `json:"map_h"`
	Scale     float64 `json:"scale"` // view units per cm
	Even      bool    `json:"even,omitempty"`
	MirrorOf  string  `json:"mirror_of,omitempty"`
	Outline   string  `json:"outline"`
	Landmarks string  `json:"landmarks"`
}

// writeView draws one view with ss x ss samples a pixel and writes its files.
func (md *Model) writeView(c *Camera, ss int, dir string) error {
	buf := Raster(md.M, c, ss, md.Rest)
	pic, err := jpegOf(md.picture(c, buf, ss), jpegQuality)
	if err != nil {
		return err
	}
	r := record{
		Title: c.Title, RightOn: c.RightOn, W: c.W, H: c.H, MapW: c.W / mapStep, MapH: c.H / mapStep,
		Scale: math.Round(c.Scale*100) / 1000, Even: c.Even, MirrorOf: c.MirrorOf,
		Outline: outline(buf, c, ss), Landmarks: md.landmarks(c, buf, ss),
	}
	rec, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	files := map[string][]byte{"jpg": pic, "json": append(rec, '\n')}
	if c.MirrorOf == "" {
		kept := r.MapW
		if c.Even {
			kept /= 2
		}
		files["map.gz"] = mapFile(md.cellMap(c), r.MapW, kept)
	}
	fmt.Printf("%-14s picture %6d, map %6d, record %5d bytes\n", c.Name, len(pic), len(files["map.gz"]), len(rec))
	for ext, data := range files {
		if err := os.WriteFile(filepath.Join(dir, c.Name+"."+ext), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// cellMap gives the cell plus one at the middle of every step, 0 for paper and
// for the inside of a cut.
func (md *Model) cellMap(c *Camera) []uint16 {
	small := *c
	small.W, small.H, small.Scale = c.W/mapStep, c.H/mapStep, c.Scale/mapStep
	buf := Raster(md.M, &small, 1, md.Rest)
	out := make([]uint16, len(buf))
	for i := range buf {
		if f := &buf[i]; f.Face >= 0 && !f.Back {
			out[i] = uint16(md.Cell[f.Face]) + 1
		}
	}
	return out
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
