package body

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
)

// Figure is the shape in which the body is drawn. All figures share the cells, so
// what was painted on one is right on every other.
type Figure uint8

// The figures.
const (
	Neutral Figure = iota
	Feminine
	Masculine
)

var figureNames = []string{"neutral", "feminine", "masculine"}

func (f Figure) String() string {
	if int(f) < len(figureNames) {
		return figureNames[f]
	}
	return fmt.Sprintf("figure %d", uint8(f))
}

// ParseFigure reads "neutral", "feminine" or "masculine".
func ParseFigure(s string) (Figure, error) {
	if i := slices.Index(figureNames, s); i >= 0 {
		return Figure(i), nil
	}
	return Neutral, fmt.Errorf("figure %q: write %s", s, strings.Join(figureNames, ", "))
}

// View is one picture of a figure with its map of cells. Sizes and paths are in
// view units, one pixel of the picture each.
type View struct {
	Name    string  // "front", "hand-palmar"
	Title   string  // "Front", "Palm of the right hand"
	W, H    int     // size in view units
	Scale   float64 // view units per cm
	RightOn string  // where the figure's right is seen: "left" or "right" edge; "all" or "none" where one side fills the view
	MapW    int     // size of the cell map; W/MapW view units lie in one of its steps
	MapH    int

	cells     []uint16
	picture   []byte
	svg       []byte
	outline   string
	landmarks string
}

// viewNames are in the order in which they are offered.
var viewNames = []string{
	"front", "back", "left", "right",
	"head-front", "head-back", "head-left", "head-right",
	"hand-palmar", "hand-dorsal", "foot-dorsal", "foot-plantar",
	"inner-leg", "right-no-arm",
}

// Views names the views in the order in which they are offered.
func Views() []string { return slices.Clone(viewNames) }

// LoadView gives one view of a figure; it is decoded once.
func LoadView(fig Figure, name string) (*View, error) {
	i := slices.Index(viewNames, name)
	if i < 0 {
		return nil, fmt.Errorf("no view %q: there are %s", name, strings.Join(viewNames, ", "))
	}
	if int(fig) >= len(figureNames) {
		return nil, fmt.Errorf("no %s: there are %s", fig, strings.Join(figureNames, ", "))
	}
	return loaded[fig][i]()
}

var loaded = func() (all [3][]func() (*View, error)) {
	for f := range all {
		for _, n := range viewNames {
			all[f] = append(all[f], sync.OnceValues(func() (*View, error) { return readView(Figure(f), n) }))
		}
	}
	return all
}()

//go:embed views
var viewFiles embed.FS

// viewRecord is what the generator writes about a view beside picture and map.
type viewRecord struct {
	Title, RightOn     string
	W, H, MapW, MapH   int
	Scale              float64
	Outline, Landmarks string
}

func readView(fig Figure, name string) (*View, error) {
	path := func(ext string) string { return "views/" + fig.String() + "/" + name + "." + ext }
	rec, err := viewFiles.ReadFile(path("json"))
	if err != nil {
		return nil, fmt.Errorf("view %s of the %s figure: %w", name, fig, err)
	}
	var r viewRecord
	if err := json.Unmarshal(rec, &r); err != nil {
		return nil, fmt.Errorf("view %s: %w", name, err)
	}
	v := &View{Name: name, Title: r.Title, W: r.W, H: r.H, Scale: r.Scale, RightOn: r.RightOn,
		MapW: r.MapW, MapH: r.MapH, outline: r.Outline, landmarks: r.Landmarks}
	packed, err := viewFiles.ReadFile(path("map.gz"))
	if err != nil {
		return nil, fmt.Errorf("view %s: %w", name, err)
	}
	if v.cells, err = unpackMap(packed, v.MapW, v.MapH); err != nil {
		return nil, fmt.Errorf("view %s: %w", name, err)
	}
	if v.picture, err = viewFiles.ReadFile(path("jpg")); err != nil {
		return nil, fmt.Errorf("view %s: %w", name, err)
	}
	if v.svg, err = viewFiles.ReadFile(path("svg")); err != nil {
		return nil, fmt.Errorf("view %s: %w", name, err)
	}
	return v, nil
}

// unpackMap reads a cell map: rows of uint16 (little endian), each the step from
// the sample on its left, gzipped.
func unpackMap(packed []byte, w, h int) ([]uint16, error) {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("cell map: %w", err)
	}
	raw, err := io.ReadAll(zr)
	if err != nil {
		return nil, fmt.Errorf("cell map: %w", err)
	}
	if len(raw) != 2*w*h {
		return nil, fmt.Errorf("cell map: %d bytes, want %d; run make body", len(raw), 2*w*h)
	}
	out := make([]uint16, w*h)
	for y := range h {
		var v uint16
		for x := range w {
			v += binary.LittleEndian.Uint16(raw[2*(y*w+x):])
			out[y*w+x] = v
		}
	}
	return out, nil
}

// Cell gives the cell seen at a place of the map, 0 <= x < MapW, 0 <= y < MapH;
// false on paper.
func (v *View) Cell(x, y int) (CellID, bool) {
	if x < 0 || y < 0 || x >= v.MapW || y >= v.MapH {
		return 0, false
	}
	n := v.cells[y*v.MapW+x]
	return CellID(n - 1), n > 0
}

// Map is the whole cell map, row by row: 0 is paper, any other number is a CellID
// plus one. It must not be changed.
func (v *View) Map() []uint16 { return v.cells }

// Picture is the clay figure as a JPEG of W x H. Its clay goes on beyond the
// outline: clip it with Outline and it stands on any ground.
func (v *View) Picture() []byte { return v.picture }

// Outline is the figure's edge as SVG path data (fill rule nonzero).
func (v *View) Outline() string { return v.outline }

// Landmarks are faint lines that help to find a place, as SVG path data: spine,
// shoulder blade, collarbone, hip bone, kneecap.
func (v *View) Landmarks() string { return v.landmarks }

// SVG is the view as a drawing of its own, without the picture: outline,
// landmarks and one path per region and side, for print and for tapping.
func (v *View) SVG() []byte { return v.svg }
