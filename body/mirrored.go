package body

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"strconv"
	"strings"
)

// Mirrored gives the same view of the other side: the left hand for the right. The
// cells are the mirror partners, picture and paths are turned over.
func (v *View) Mirrored() (*View, error) {
	picture, err := mirrorPicture(v.picture)
	if err != nil {
		return nil, fmt.Errorf("mirror view %s: %w", v.Name, err)
	}
	out := *v
	out.Title = strings.Replace(v.Title, "right", "left", 1)
	out.RightOn = map[string]string{"left": "right", "right": "left", "all": "none", "none": "all"}[v.RightOn]
	out.cells = mirrorMap(v.cells, v.MapW)
	out.picture, out.svg = picture, nil
	if out.outline, err = mirrorPath(v.outline, float64(v.W)); err != nil {
		return nil, fmt.Errorf("mirror outline of %s: %w", v.Name, err)
	}
	if out.landmarks, err = mirrorPath(v.landmarks, float64(v.W)); err != nil {
		return nil, fmt.Errorf("mirror landmarks of %s: %w", v.Name, err)
	}
	return &out, nil
}

func mirrorPicture(jpg []byte) ([]byte, error) {
	src, err := jpeg.Decode(bytes.NewReader(jpg))
	if err != nil {
		return nil, err
	}
	b := src.Bounds()
	dst := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			dst.Set(b.Dx()-1-x, y, src.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, dst, &jpeg.Options{Quality: 85})
	return out.Bytes(), err
}

// mirrorPath turns SVG path data over in a picture of width w. It knows the commands
// that straight lines and curves need, absolute and relative, but no arcs.
func mirrorPath(path string, w float64) (string, error) {
	var out strings.Builder
	command, nth := byte(0), 0
	for rest := strings.TrimLeft(path, " ,\n"); rest != ""; rest = strings.TrimLeft(rest, " ,\n") {
		if c := rest[0]; c >= 'A' && c <= 'z' {
			if !strings.ContainsRune("MmLlHhVvCcSsQqTtZz", rune(c)) {
				return "", fmt.Errorf("path command %q", c)
			}
			command, nth, rest = c, 0, rest[1:]
			out.WriteByte(c)
			continue
		}
		n := numberLen(rest)
		x, err := strconv.ParseFloat(rest[:n], 64)
		if err != nil || command == 0 {
			return "", fmt.Errorf("path number %q", rest[:max(n, 1)])
		}
		across := nth%2 == 0 && command|0x20 != 'v' || command|0x20 == 'h'
		switch {
		case across && command >= 'a':
			x = -x
		case across:
			x = w - x
		}
		if nth > 0 {
			out.WriteByte(' ')
		}
		out.WriteString(strconv.FormatFloat(x, 'f', -1, 32))
		nth, rest = nth+1, rest[n:]
	}
	return out.String(), nil
}

// numberLen is the length of the number at the start of path data, where "1-2" and
// "1.5.5" are two numbers.
func numberLen(s string) int {
	dot := false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '-' && i == 0:
		case c == '.' && !dot:
			dot = true
		default:
			return i
		}
	}
	return len(s)
}
