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
	numFigures
)

var figureNames = [numFigures]string{"neutral", "feminine", "masculine"}

func (f Figure) String() string {
	if int(f) < len(figureNames) {
		return figureNames[f]
	}
	return fmt.Sprintf("figure %d", uint8(f))
}

// ParseFigure reads "neutral", "feminine" or "masculine".
func ParseFigure(s string) (Figure, error) {
	if i := slices.Index(figureNames[:], s); i >= 0 {
		return Figure(i), nil
	}
	return Neutral, fmt.Errorf("figure %q: write %s", s, strings.Join(figureNames[:], ", "))
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

const numViews = 14

// viewNames are in the order in which they are offered.
var viewNames = [numViews]string{
	"front", "back", "left", "right",
	"head-front", "head-back", "head-left", "head-right",
	"hand-palmar", "hand-dorsal", "foot-dorsal", "foot-plantar",
	"inner-leg", "right-no-arm",
}

// Views names the views in the order in which they are offered.
func Views() []string { return slices.Clone(viewNames[:]) }

// LoadView gives one view of a figure; it is decoded once.
func LoadView(fig Figure, name string) (*View, error) {
	i := slices.Index(viewNames[:], name)
	if i < 0 {
		return nil, fmt.Errorf("no view %q: there are %s", name, strings.Join(viewNames[:], ", "))
	}
	if int(fig) >= len(figureNames) {
		return nil, fmt.Errorf("no %s: there are %s", fig, strings.Join(figureNames[:], ", "))
	}
	l := &loaded[fig][i]
	l.once.Do(func() { l.view, l.err = readView(fig, name) })
	return l.view, l.err
}

// loaded keeps what was decoded, by figure and view.
var loaded [numFigures][numViews]struct {
	once sync.Once
	view *View
	err  error
}

//go:embed views
var viewFiles embed.FS

// viewRecord is what the generator writes about a view beside picture and map.
type viewRecord struct {
	Title     string  `json:"title"`
	RightOn   string  `json:"right_on"`
	W         int     `json:"w"`
	H         int     `json:"h"`
	MapW      int     `json:"map_w"`
	MapH      int     `json:"map_h"`
	Scale     float64 `json:"scale"`
	Even      bool    `json:"even"`      // the map is its own mirror image: only its left half is kept
	MirrorOf  string  `json:"mirror_of"` // the map is the mirror image of this view's
	Outline   string  `json:"outline"`
	Landmarks string  `json:"landmarks"`
}

func viewPath(fig Figure, name, ext string) string {
	return "views/" + fig.String() + "/" + name + "." + ext
}

func readView(fig Figure, name string) (*View, error) {
	v, err := readViewFiles(fig, name)
	if err != nil {
		return nil, fmt.Errorf("view %s of the %s figure: %w; run make body", name, fig, err)
	}
	return v, nil
}

func readViewFiles(fig Figure, name string) (*View, error) {
	rec, err := viewFiles.ReadFile(viewPath(fig, name, "json"))
	if err != nil {
		return nil, err
	}
	var r viewRecord
	if err := json.Unmarshal(rec, &r); err != nil {
		return nil, err
	}
	v := &View{
		Name: name, Title: r.Title, W: r.W, H: r.H, Scale: r.Scale, RightOn: r.RightOn,
		MapW: r.MapW, MapH: r.MapH, outline: r.Outline, landmarks: r.Landmarks,
	}
	if r.MirrorOf != "" {
		twin, err := LoadView(fig, r.MirrorOf)
		if err != nil {
			return nil, err
		}
		v.cells = mirrorMap(twin.cells, v.MapW)
	} else {
		packed, err := viewFiles.ReadFile(viewPath(fig, name, "map.gz"))
		if err != nil {
			return nil, err
		}
		if v.cells, err = unpackMap(packed, v.MapW, v.MapH, r.Even); err != nil {
			return nil, err
		}
	}
	if v.picture, err = viewFiles.ReadFile(viewPath(fig, name, "jpg")); err != nil {
		return nil, err
	}
	v.svg, _ = viewFiles.ReadFile(viewPath(fig, name, "svg")) // made last, from the rest; a test holds that it is there
	return v, nil
}

// unpackMap reads a cell map: rows of uint16 (little endian), each the step from
// the sample above, gzipped. Of an even map the left half of each row is kept.
func unpackMap(packed []byte, w, h int, even bool) ([]uint16, error) {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("cell map: %w", err)
	}
	raw, err := io.ReadAll(zr)
	if err != nil {
		return nil, fmt.Errorf("cell map: %w", err)
	}
	kept := w
	if even {
		kept = w / 2
	}
	if len(raw) != 2*kept*h {
		return nil, fmt.Errorf("cell map: %d bytes, want %d", len(raw), 2*kept*h)
	}
	out := make([]uint16, w*h)
	above := make([]uint16, kept)
	for y := range h {
		for x := range above {
			above[x] += binary.LittleEndian.Uint16(raw[2*(y*kept+x):])
		}
		copy(out[y*w:], above)
	}
	if even {
		for i, n := range mirrorMap(out, w) {
			if i%w >= kept {
				out[i] = n
			}
		}
	}
	return out, nil
}

// mirrorMap turns a cell map into that of the opposite view.
func mirrorMap(cells []uint16, w int) []uint16 {
	out, s := make([]uint16, len(cells)), Skin()
	for i, n := range cells {
		if n > 0 {
			n = uint16(s.Mirror(CellID(n-1))) + 1
		}
		out[i-i%w+w-1-i%w] = n
	}
	return out
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
