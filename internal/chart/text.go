package chart

import (
	"image"
	"image/color"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// typeface is one size of the Go fonts (BSD licence), which are part of the module.
// A face keeps state, so that each canvas that writes takes its own.
type typeface struct {
	face   font.Face
	height int // from line to line
}

var parsedFonts = sync.OnceValues(func() ([2]*opentype.Font, error) {
	regular, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return [2]*opentype.Font{}, err
	}
	bold, err := opentype.Parse(gobold.TTF)
	return [2]*opentype.Font{regular, bold}, err
})

// fonts are the sizes that a sheet writes in.
type fonts struct{ small, body, strong, head, title typeface }

func newFonts() (fonts, error) {
	parsed, err := parsedFonts()
	if err != nil {
		return fonts{}, err
	}
	var f fonts
	for _, want := range []struct {
		at   *typeface
		bold int
		size float64
	}{{&f.small, 0, 15}, {&f.body, 0, 17}, {&f.strong, 1, 17}, {&f.head, 1, 21}, {&f.title, 1, 36}} {
		face, err := opentype.NewFace(parsed[want.bold], &opentype.FaceOptions{Size: want.size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return fonts{}, err
		}
		*want.at = typeface{face, int(want.size*1.4 + 0.5)}
	}
	return f, nil
}

// text writes one line; y is its base line.
func (c canvas) text(f typeface, x, y int, col color.Color, s string) {
	d := font.Drawer{Dst: c.RGBA, Src: image.NewUniform(col), Face: f.face, Dot: fixed.P(x, y)}
	d.DrawString(s)
}

func (f typeface) width(s string) int { return font.MeasureString(f.face, s).Ceil() }

// wrap breaks text into lines of at most width pixels; a long word stands alone.
func (f typeface) wrap(s string, width int) []string {
	var out []string
	line := ""
	for w := range strings.FieldsSeq(s) {
		switch {
		case line == "":
			line = w
		case f.width(line+" "+w) <= width:
			line += " " + w
		default:
			out = append(out, line)
			line = w
		}
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}
