package body

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
)

// The compact form of a drawing is base64url without padding of
//
//	byte    form: 1 plain, 2 deflated (RFC 1951)
//	byte    version of the cells, see Version
//	numbers count of marks; for each mark: quality, depth (their places in the lists),
//	        count of levels; for each level, rising: the level, count of runs; for each
//	        run of cells with ids that follow each other: ids skipped since the run
//	        before, length - 1
//
// A number is written in half bytes, low ones first: three bits of it and, in the top
// bit, whether more follow. The first half byte is the low half of the first byte; an
// unused last half is 0. In form 2 the numbers are deflated as bytes; the encoder takes
// the shorter form, and a page may always write form 1.
const (
	plainForm    = 1
	deflatedForm = 2
	maxText      = 96 << 10  // bytes of text, chosen: a whole skin in random levels
	maxInflated  = 256 << 10 // bytes
)

// Encode writes the drawing as short text. Only a drawing that passes [Drawing.Check]
// can be read again.
func (d Drawing) Encode() string {
	var w halves
	w.put(len(d.Marks))
	for _, m := range d.Marks {
		w.put(max(0, slices.Index(qualities, m.Quality)))
		w.put(max(0, slices.Index(depths, m.Depth)))
		var byLevel [MaxLevel + 1][]run
		levels := 0
		for l := range byLevel {
			if byLevel[l] = m.runs(uint8(l)); len(byLevel[l]) > 0 {
				levels++
			}
		}
		w.put(levels)
		for l, list := range byLevel {
			if len(list) == 0 {
				continue
			}
			w.put(l)
			w.put(len(list))
			end := 0
			for _, r := range list {
				w.put(r.first - end)
				w.put(r.length - 1)
				end = r.first + r.length
			}
		}
	}
	form, data := byte(plainForm), w.b
	if z := deflate(data); len(z) < len(data) {
		form, data = deflatedForm, z
	}
	return base64.RawURLEncoding.EncodeToString(append([]byte{form, Version}, data...))
}

// deflate squeezes bytes; writing to memory cannot fail.
func deflate(b []byte) []byte {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// ErrDrawing is wrapped by every error of DecodeDrawing.
var ErrDrawing = errors.New("this is not a drawing")

func badDrawing(format string, a ...any) error {
	return fmt.Errorf("%w: %s", ErrDrawing, fmt.Sprintf(format, a...))
}

// DecodeDrawing reads what Encode wrote. It is strict: a drawing has one plain text.
func DecodeDrawing(s string) (Drawing, error) {
	if len(s) > maxText {
		return Drawing{}, badDrawing("it has %d letters, at most %d are allowed", len(s), maxText)
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return Drawing{}, badDrawing("it is not base64url text")
	}
	if len(b) < 3 {
		return Drawing{}, badDrawing("it is cut short")
	}
	move, err := migration(int(b[1]))
	if err != nil {
		return Drawing{}, err
	}
	data := b[2:]
	switch b[0] {
	case plainForm:
	case deflatedForm:
		in := bytes.NewReader(data)
		z := flate.NewReader(in)
		if data, err = io.ReadAll(io.LimitReader(z, maxInflated+1)); err != nil || in.Len() > 0 {
			return Drawing{}, badDrawing("its deflated part is damaged")
		}
		if len(data) > maxInflated {
			return Drawing{}, badDrawing("it is too large")
		}
	default:
		return Drawing{}, badDrawing("form %d is not known; was it saved by a newer Knead?", b[0])
	}
	r := reader{b: data}
	d := r.drawing(move)
	if r.err != nil {
		return Drawing{}, r.err
	}
	return d, nil
}

// migration turns cells of an older version into today's; a cell may be gone. There is
// one version so far; the next one adds its table here.
func migration(version int) (func(CellID) (CellID, bool), error) {
	if version == Version {
		return func(c CellID) (CellID, bool) { return c, true }, nil
	}
	return nil, badDrawing("its cells have version %d, this Knead knows version %d", version, Version)
}

// halves writes numbers in half bytes.
type halves struct {
	b   []byte
	odd bool
}

func (w *halves) put(n int) {
	for {
		h := byte(n & 7)
		if n >>= 3; n > 0 {
			h |= 8
		}
		if w.odd {
			w.b[len(w.b)-1] |= h << 4
		} else {
			w.b = append(w.b, h)
		}
		w.odd = !w.odd
		if n == 0 {
			return
		}
	}
}

// reader reads numbers in half bytes; after the first error it gives zeros.
type reader struct {
	b   []byte
	at  int // in half bytes
	err error
}

// number reads a number of at most limit; what names it in an error.
func (r *reader) number(limit int, what string) int {
	n := 0
	for shift := 0; r.err == nil; shift += 3 {
		if r.at >= 2*len(r.b) || shift > 21 {
			r.err = badDrawing("it is cut short")
			break
		}
		h := int(r.b[r.at/2]>>(4*(r.at%2))) & 15
		r.at++
		n |= (h & 7) << shift
		if h&8 == 0 {
			if h == 0 && shift > 0 {
				r.err = badDrawing("a number is padded")
			}
			break
		}
	}
	if r.err == nil && n > limit {
		r.err = badDrawing("%s %d is more than %d", what, n, limit)
	}
	if r.err != nil {
		return 0
	}
	return n
}

func (r *reader) drawing(move func(CellID) (CellID, bool)) Drawing {
	var d Drawing
	skin := Skin().Len()
	left := maxCells()
	for range r.number(MaxMarks, "count of marks") {
		m := Mark{
			Quality: qualities[r.number(len(qualities)-1, "quality")],
			Depth:   depths[r.number(len(depths)-1, "depth")],
		}
		last := 0
		for range r.number(MaxLevel, "count of levels") {
			level := r.number(MaxLevel, "level")
			if r.err == nil && level <= last {
				r.err = badDrawing("levels do not rise")
			}
			last = level
			runs := r.number(skin, "count of runs")
			if r.err == nil && runs == 0 {
				r.err = badDrawing("level %d is empty", level)
			}
			end := 0
			for i := 0; i < runs && r.err == nil; i++ {
				skip := r.number(skin, "skipped cells")
				length := r.number(skin, "length of a run") + 1
				first := end + skip
				end = first + length
				switch {
				case r.err != nil:
				case i > 0 && skip == 0:
					r.err = badDrawing("two runs are one")
				case end > skin:
					r.err = badDrawing("cell %d does not exist", end-1)
				case length > left:
					r.err = badDrawing("it has too many painted cells")
				default:
					left -= length
					r.paint(&m, first, end, uint8(level), move)
				}
			}
		}
		if r.err != nil {
			return Drawing{}
		}
		d.Marks = append(d.Marks, m)
	}
	if r.err == nil && (r.at+1)/2 != len(r.b) || r.at%2 == 1 && r.b[r.at/2]>>4 != 0 {
		r.err = badDrawing("something follows its end")
	}
	return d
}

func (r *reader) paint(m *Mark, first, end int, level uint8, move func(CellID) (CellID, bool)) {
	if m.Levels == nil {
		m.Levels = map[CellID]uint8{}
	}
	for id := first; id < end; id++ {
		c, ok := move(CellID(id))
		if !ok {
			continue
		}
		if m.Levels[c] != 0 {
			r.err = badDrawing("cell %d has two levels in one mark", c)
			return
		}
		m.Levels[c] = level
	}
}
