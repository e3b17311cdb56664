package body

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// brush paints as a finger does: discs of a radius along a line over the skin.
func brush(m *Mark, from, to string, radius float64, level uint8) {
	s := Skin()
	at := func(p string) Set {
		c, err := ParseCoord(p)
		if err != nil {
			panic(err)
		}
		return SetOf(s.At(c, Right))
	}
	for _, c := range s.path(at(from), at(to), nil) {
		for _, k := range s.Near(s.Centre(c), radius) {
			if !s.Hidden(k) && dot(s.Normal(k), s.Normal(c)) > 0.2 {
				m.Paint(SetOf(k), level)
			}
		}
	}
}

// fourSites is a drawing as clients make it: a temple, the side of the neck, the inner
// edge of a shoulder blade and a whole shoulder, with darker middles.
func fourSites() Drawing {
	var d Drawing
	temple := Mark{Quality: Throbbing}
	brush(&temple, "head az 50 el 22", "head az 66 el 38", 2, 5)
	brush(&temple, "head az 56 el 30", "head az 58 el 32", 1, 8)
	neck := Mark{Quality: Tight, Depth: Deep}
	brush(&neck, "neck h 0.9 az 140", "trunk h C6.5 az 120", 2, 6)
	blade := Mark{Quality: Aching, Depth: Deep}
	brush(&blade, "trunk h T2 az 150", "trunk h T7 az 148", 2, 4)
	brush(&blade, "trunk h T3 az 150", "trunk h T4 az 150", 1, 7)
	shoulder := Mark{Quality: Sharp}
	place, err := Find("right shoulder")
	if err != nil {
		panic(err)
	}
	shoulder.Paint(place.Cells, 3)
	brush(&shoulder, "upper-arm t 0.1 theta 20", "upper-arm t 0.4 theta 40", 2, 8)
	d.Marks = []Mark{temple, neck, blade, shoulder}
	return d
}

func TestDrawingOfFourSitesIsUnderOneKilobyte(t *testing.T) {
	d := fourSites()
	text := d.Encode()
	t.Logf("%d cells, %.0f cm2: %d letters", d.Cells().Len(), d.Area(), len(text))
	if len(text) >= 1024 {
		t.Errorf("four sites take %d letters, want fewer than 1024", len(text))
	}
	back, err := DecodeDrawing(text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, back); diff != "" {
		t.Error(diff)
	}
}

func anyDrawing(t *rapid.T) Drawing {
	var d Drawing
	n := Skin().Len()
	for range rapid.IntRange(0, 4).Draw(t, "marks") {
		m := Mark{
			Quality: rapid.SampledFrom(qualities).Draw(t, "quality"),
			Depth:   rapid.SampledFrom(depths).Draw(t, "depth"),
		}
		for range rapid.IntRange(0, 12).Draw(t, "strokes") {
			first := rapid.IntRange(0, n-1).Draw(t, "first")
			level := rapid.Uint8Range(0, MaxLevel).Draw(t, "level")
			var cells Set
			for c := first; c < min(n, first+rapid.IntRange(1, 300).Draw(t, "length")); c++ {
				cells.Add(CellID(c))
			}
			m.Paint(cells, level)
		}
		if len(m.Levels) == 0 {
			m.Levels = nil
		}
		d.Marks = append(d.Marks, m)
	}
	return d
}

func TestDrawingRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDrawing(t)
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		back, err := DecodeDrawing(d.Encode())
		if err != nil {
			t.Fatalf("DecodeDrawing(Encode(%v)): %v", d, err)
		}
		if diff := cmp.Diff(d, back); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestDecodeDrawingRefusesWhatItDidNotWrite(t *testing.T) {
	whole := fourSites().Encode()
	for name, text := range map[string]string{
		"nothing":       "",
		"words":         "left shoulder",
		"cut short":     whole[:len(whole)/2],
		"longer":        whole + "AA",
		"other version": "AQIB",
		"other form":    "CQEB",
		"huge":          strings.Repeat("A", maxText+1),
		"17 marks":      base64Of(1, Version, 0x29),
		"padded":        base64Of(1, Version, 0x08),
		"level 11":      base64Of(1, Version, 0x01, 0x10, 0x1b, 0x01, 0x00),
		"no such cell":  base64Of(1, Version, 0x01, 0x10, 0x11, 0xff, 0xff, 0xff, 0x07, 0x00),
	} {
		d, err := DecodeDrawing(text)
		if !errors.Is(err, ErrDrawing) {
			t.Errorf("%s: DecodeDrawing gave %d marks and error %v, want ErrDrawing", name, len(d.Marks), err)
		}
	}
}

func base64Of(b ...byte) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var out strings.Builder
	acc, n := 0, 0
	for _, x := range b {
		acc, n = acc<<8|int(x), n+8
		for n >= 6 {
			n -= 6
			out.WriteByte(letters[acc>>n&63])
		}
	}
	if n > 0 {
		out.WriteByte(letters[acc<<(6-n)&63])
	}
	return out.String()
}

func TestCheckRefusesBadLevelsAndWords(t *testing.T) {
	for name, d := range map[string]Drawing{
		"level 0":    {[]Mark{{Levels: map[CellID]uint8{1: 0}}}},
		"level 11":   {[]Mark{{Levels: map[CellID]uint8{1: 11}}}},
		"no cell":    {[]Mark{{Levels: map[CellID]uint8{65535: 1}}}},
		"quality":    {[]Mark{{Quality: "purple"}}},
		"depth":      {[]Mark{{Depth: "purple"}}},
		"many marks": {make([]Mark, MaxMarks+1)},
	} {
		if d.Check() == nil {
			t.Errorf("%s: Check found nothing wrong", name)
		}
	}
}

func TestPaintEraseAndLevels(t *testing.T) {
	var d Drawing
	temple, _ := Find("right temple")
	forehead, _ := Find("forehead")
	d.Marks = []Mark{{}, {}}
	d.Marks[0].Paint(temple.Cells, 4)
	d.Marks[1].Paint(forehead.Cells.Union(temple.Cells), 7)
	if got := d.Cells().Len(); got != temple.Cells.Len()+forehead.Cells.Len() {
		t.Errorf("%d painted cells", got)
	}
	regions := d.Regions()
	if len(regions) != 3 || regions[0].Region != "temple" || regions[0].Max != 7 || abs(regions[0].Share-1) > 1e-9 {
		t.Errorf("Regions() = %+v", regions)
	}
	d.Erase(temple.Cells)
	if got := d.Cells(); got.Intersect(temple.Cells).Len() != 0 || got.Len() != forehead.Cells.Len() {
		t.Error("Erase left cells")
	}
	if got, want := d.Area(), Skin().areaOf(forehead.Cells); abs(got-want) > 1e-9 {
		t.Errorf("Area() = %g, want %g", got, want)
	}
}

func FuzzDecodeDrawing(f *testing.F) {
	f.Add(fourSites().Encode())
	f.Add(Drawing{}.Encode())
	f.Add(Drawing{Marks: []Mark{{Quality: Numb}, {Depth: Deep, Levels: map[CellID]uint8{0: 1, 9: 10}}}}.Encode())
	f.Add(base64Of(1, Version, 0x01, 0x10, 0x11, 0x00, 0x00))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := DecodeDrawing(text)
		if err != nil {
			return
		}
		if err := d.Check(); err != nil {
			t.Fatalf("decoded drawing fails Check: %v", err)
		}
		back, err := DecodeDrawing(d.Encode())
		if err != nil {
			t.Fatal(err)
		}
		for i := range d.Marks {
			if !maps.Equal(d.Marks[i].Levels, back.Marks[i].Levels) {
				t.Fatal("round trip changed a mark")
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	d := fourSites()
	for b.Loop() {
		d.Encode()
	}
}

func BenchmarkDecodeDrawing(b *testing.B) {
	text := fourSites().Encode()
	for b.Loop() {
		if _, err := DecodeDrawing(text); err != nil {
			b.Fatal(err)
		}
	}
}
