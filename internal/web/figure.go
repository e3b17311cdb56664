package web

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"strings"
	"sync"

	"knead/body"
	"knead/internal/server"
)

// figures are the pictures and cell maps of the body as the browser fetches them.
// Each view is made once, when it is first asked for.
type figures struct {
	views map[string]func() (*viewFiles, error) // by figure and name: "neutral/front"
	cells func() *file                          // region of every cell, for tapping
	steps sync.Map                              // of the session screen, drawn alike for everybody: see [sessionFigures.draw]
}

// viewFiles are the files of one view, with the hash of their content. Each file is
// made when it is first fetched.
type viewFiles struct {
	*body.View
	figure  body.Figure
	version string
	smallW  int
	files   map[string]func() (*file, error) // by what: jpg, small, shape, map
}

// url is where a file of the view is served; what is jpg, small, shape or map.
func (v *viewFiles) url(what string) string {
	return fmt.Sprintf("/body/%s/%s/%s/%s", v.version, v.figure, v.Name, what)
}

// leftSuffix marks the views of the left hand and foot: mirror images of the right.
const leftSuffix = "-mirrored"

// viewNames are the views of the page, in the order in which they are offered.
var viewNames = func() []string {
	var names []string
	for _, name := range body.Views() {
		names = append(names, name)
		if kind := viewKind(name); kind == "hand" || kind == "foot" {
			names = append(names, name+leftSuffix)
		}
	}
	return names
}()

func newFigures() *figures {
	f := &figures{views: map[string]func() (*viewFiles, error){}}
	for _, fig := range []body.Figure{body.Neutral, body.Feminine, body.Masculine} {
		for _, name := range viewNames {
			f.views[fig.String()+"/"+name] = sync.OnceValues(func() (*viewFiles, error) { return makeView(fig, name) })
		}
	}
	f.cells = sync.OnceValue(regionOfCells)
	return f
}

// view gives a view of a figure; a figure that has none of its own shows the neutral one.
func (f *figures) view(fig body.Figure, name string) (*viewFiles, error) {
	load, ok := f.views[fig.String()+"/"+name]
	if !ok {
		return nil, &server.StatusError{Status: http.StatusNotFound, Err: fmt.Errorf("no view %q", name)}
	}
	v, err := load()
	if err != nil && fig != body.Neutral {
		return f.view(body.Neutral, name)
	}
	return v, err
}

func makeView(fig body.Figure, name string) (*viewFiles, error) {
	right, isLeft := strings.CutSuffix(name, leftSuffix)
	v, err := body.LoadView(fig, right)
	if err == nil && isLeft {
		v, err = v.Mirrored()
	}
	if err != nil {
		return nil, fmt.Errorf("figure: %w", err)
	}
	if isLeft {
		named := *v
		named.Name = name
		v = &named
	}
	shape, err := json.Marshal(map[string]string{"outline": v.Outline(), "landmarks": v.Landmarks()})
	if err != nil {
		return nil, fmt.Errorf("shape of %s: %w", name, err)
	}
	cells := append(stepsOf(v.Map(), v.MapW), tearsOf(v.Map(), v.MapW)...)
	once := sync.OnceValues[*file, error]
	return &viewFiles{
		View: v, figure: fig, version: shortHash(v.Picture(), cells, shape), smallW: smallWidth(v),
		files: map[string]func() (*file, error){
			"jpg":   once(func() (*file, error) { return newFile("image/jpeg", v.Picture()), nil }),
			"map":   once(func() (*file, error) { return newFile("application/octet-stream", cells), nil }),
			"shape": once(func() (*file, error) { return newFile("application/json", shape), nil }),
			"small": once(func() (*file, error) { return shrink(v) }),
		},
	}, nil
}

// stepsOf writes a cell map as the steps from the row above, which packs to a third
// of the cells themselves.
func stepsOf(cells []uint16, w int) []byte {
	out := make([]byte, 0, 2*len(cells))
	for i, c := range cells {
		if i >= w {
			c -= cells[i-w]
		}
		out = binary.LittleEndian.AppendUint16(out, c)
	}
	return out
}

// tearCM is the distance on the body, in cm, beyond which two neighbours in a picture
// are no neighbours on the skin. Chosen: three times the width of the largest cell.
const tearCM = 3.5

// tearsOf tells where a picture tears the skin, as at the edge of the jaw before the
// neck: two bits for each step of the map, eight steps to a word, the lower bit for a
// tear to the right and the upper for one below. A brush does not cross a tear.
func tearsOf(cells []uint16, w int) []byte {
	skin := body.Skin()
	torn := func(a, b uint16) bool {
		if a == 0 || b == 0 || int(a) > skin.Len() || int(b) > skin.Len() {
			return false
		}
		p, q := skin.Centre(body.CellID(a-1)), skin.Centre(body.CellID(b-1))
		x, y, z := p[0]-q[0], p[1]-q[1], p[2]-q[2]
		return x*x+y*y+z*z > tearCM*tearCM
	}
	words := make([]uint16, (len(cells)+7)/8)
	for i, c := range cells {
		var bits uint16
		if (i+1)%w != 0 && torn(c, cells[i+1]) {
			bits = 1
		}
		if i+w < len(cells) && torn(c, cells[i+w]) {
			bits |= 2
		}
		words[i/8] |= bits << (2 * (i % 8))
	}
	out := make([]byte, 0, 2*len(words))
	for _, word := range words {
		out = binary.LittleEndian.AppendUint16(out, word)
	}
	return out
}

// smallHeight is the height of the pictures on the view buttons, in pixels: three
// times what is shown, for sharp screens.
const smallHeight = 132

func smallWidth(v *body.View) int { return max(1, v.W*smallHeight/v.H) }

// shrink makes the small picture of a view: a PNG with a palette of clay tones,
// clear where the cell map shows paper.
func shrink(v *body.View) (*file, error) {
	src, err := jpeg.Decode(bytes.NewReader(v.Picture()))
	if err != nil {
		return nil, err
	}
	const tones, steps = 48, 4
	width := smallWidth(v)
	type mean struct{ r, g, b, n uint32 }
	pixels := make([]mean, width*smallHeight)
	skin := make([]int, len(pixels)) // 0 paper .. steps-1 all skin
	var ramp [tones]mean
	for y := range smallHeight {
		for x := range width {
			i := y*width + x
			seen := 0
			const grid = 4
			for k := range grid * grid {
				fx, fy := (float64(x)+(float64(k%grid)+0.5)/grid)/float64(width), (float64(y)+(float64(k/grid)+0.5)/grid)/smallHeight
				if _, ok := v.Cell(int(fx*float64(v.MapW)), int(fy*float64(v.MapH))); !ok {
					continue
				}
				seen++
				r, g, b, _ := src.At(int(fx*float64(v.W)), int(fy*float64(v.H))).RGBA()
				p := &pixels[i]
				p.r, p.g, p.b, p.n = p.r+r>>8, p.g+g>>8, p.b+b>>8, p.n+1
			}
			skin[i] = (seen*(steps-1) + grid*grid/2) / (grid * grid)
			if p := pixels[i]; p.n > 0 {
				t := &ramp[tone(p.r/p.n, p.g/p.n, p.b/p.n, tones)]
				t.r, t.g, t.b, t.n = t.r+p.r/p.n, t.g+p.g/p.n, t.b+p.b/p.n, t.n+1
			}
		}
	}
	palette := color.Palette{color.NRGBA{}}
	for a := 1; a < steps; a++ {
		for _, t := range ramp {
			n := max(t.n, 1)
			palette = append(palette, color.NRGBA{R: uint8(t.r / n), G: uint8(t.g / n), B: uint8(t.b / n), A: uint8(255 * a / (steps - 1))})
		}
	}
	dst := image.NewPaletted(image.Rect(0, 0, width, smallHeight), palette)
	for i, p := range pixels {
		if skin[i] > 0 && p.n > 0 {
			dst.Pix[i] = uint8(1 + (skin[i]-1)*tones + tone(p.r/p.n, p.g/p.n, p.b/p.n, tones))
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, dst); err != nil {
		return nil, err
	}
	return newFile("image/png", out.Bytes()), nil
}

// tone is the place of a colour on a ramp from dark to light.
func tone(r, g, b uint32, tones int) int { return int(r*3+g*6+b) * tones / 2560 }

// regionOfCells gives, for every cell, twice the place of its region in
// body.Regions plus its side, as uint16; 65535 for a hidden cell.
func regionOfCells() *file {
	skin := body.Skin()
	index := map[body.RegionID]uint16{}
	for i, r := range body.Regions() {
		index[r.ID] = uint16(2 * i)
	}
	out := make([]byte, 0, 2*skin.Len())
	for c := range body.CellID(skin.Len()) {
		n := uint16(0xffff)
		if i, ok := index[skin.Region(c)]; ok {
			n = i
			if skin.Side(c) == body.Left {
				n++
			}
		}
		out = binary.LittleEndian.AppendUint16(out, n)
	}
	return newFile("application/octet-stream", out)
}

func (f *figures) cellsURL() string { return "/body/cells/" + shortHash(f.cells().plain) }

func (f *figures) serveCells(w http.ResponseWriter, r *http.Request) error {
	return f.cells().serve(w, r)
}

func (f *figures) serveView(w http.ResponseWriter, r *http.Request) error {
	fig, err := body.ParseFigure(r.PathValue("figure"))
	if err != nil {
		return &server.StatusError{Status: http.StatusNotFound, Err: err}
	}
	v, err := f.view(fig, r.PathValue("view"))
	if err != nil {
		return err
	}
	what, ok := v.files[r.PathValue("what")]
	if !ok || r.PathValue("version") != v.version {
		return &server.StatusError{Status: http.StatusNotFound, Err: fmt.Errorf("no such file of view %s", v.Name)}
	}
	content, err := what()
	if err != nil {
		return fmt.Errorf("%s of view %s: %w", r.PathValue("what"), v.Name, err)
	}
	return content.serve(w, r)
}

// viewKind is the family of a view. Of a family only the first is offered until one
// of it is open; the whole body from front and back stand for themselves.
func viewKind(name string) string {
	kind, _, _ := strings.Cut(name, "-")
	switch kind {
	case "head", "hand", "foot":
		return kind
	case "front", "back":
		return "body"
	}
	return "side"
}
