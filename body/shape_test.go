package body

import (
	"strings"
	"testing"
)

var goodShapes = []string{
	"skin trunk h T3..T9 az 62..122",
	"skin trunk poly h az: C6 80, C6 166, T1 150, 2.5 100",
	"skin trunk ellipse h az: S2.2 164 r 2.1 6.5",
	"skin head rest",
	"skin region infraspinous",
	"skin upper-arm t 0.1..0.4 theta 130..230",
	"skin hand ray 1.5..2.5",
	"spot r 1.8: head az 56 el 28",
	"band r 2.6: neck h 0.42 az 134 > neck h 0.1 az 130 > trunk h C6.6 az 138",
	"band r 1.2: upper-arm t 0.8 theta 35 > forearm t 0.12 theta 60 > hand ray 1 seg 0.6 phi 100",
}

func TestShapesReadAndWrite(t *testing.T) {
	s := Skin()
	for _, text := range goodShapes {
		sh, err := ParseShape(text)
		if err != nil {
			t.Errorf("ParseShape(%q): %v", text, err)
			continue
		}
		again, err := ParseShape(sh.String())
		if err != nil || again.String() != sh.String() {
			t.Errorf("%q is written %q, which gives %v, %v", text, sh.String(), again, err)
		}
		right, left := sh.Cells(s, Right), sh.Cells(s, Left)
		if len(right) == 0 || len(right) != len(left) {
			t.Fatalf("%q has %d cells right and %d left", text, len(right), len(left))
		}
		full := false
		mirror := map[CellID]float64{}
		for i, w := range left {
			mirror[s.Mirror(w.Cell)] = w.W
			if i > 0 && left[i-1].Cell >= w.Cell {
				t.Fatalf("%q: left cells are not in order", text)
			}
		}
		for i, w := range right {
			full = full || w.W > 0.95
			if !(w.W > 0 && w.W <= 1) || s.Hidden(w.Cell) || i > 0 && right[i-1].Cell >= w.Cell || mirror[w.Cell] != w.W {
				t.Fatalf("%q: cell %d has weight %g", text, w.Cell, w.W)
			}
		}
		if !full {
			t.Errorf("%q holds nowhere fully", text)
		}
		if again.Cells(s, Right)[0] != right[0] {
			t.Errorf("%q: written and read again it takes other cells", text)
		}
	}
}

func TestBrokenShapesAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "skin", "skin head", "skin toe rest", "skin head rest now", "skin head az", "skin head az 1", "skin head az 2..1",
		"skin head az 1..2 az 3..4", "skin head t 0..1", "skin head az x..2", "skin head az 1..", "blob r 2: head az 0 el 0",
		"skin trunk poly h az 1 2, 3 4, 5 6", "skin trunk poly h: 1 2", "skin trunk poly h h: 1 2, 3 4, 5 6", "skin trunk poly h az: 1 2, 3 4",
		"skin trunk poly h az: 1 2, 3 4, 5", "skin trunk ellipse h az: 1 2 r 1", "skin trunk ellipse h az: 1 2 r 0 1", "skin trunk ellipse h az: 1 2 3 4 5",
		"spot r 2 head az 0 el 0", "spot r -1: head az 0 el 0", "spot r 31: head az 0 el 0", "spot r NaN: head az 0 el 0", "spot r 2: head az 0",
		"spot r 2: head az 0 el 0 > head az 1 el 1", "band r 2: head az 0 el 0", "band q 2: head az 0 el 0 > head az 1 el 1", "spot r 2:",
		"skin trunk poly h az: " + strings.Repeat("1 2, ", 100) + "1 2", "band r 2: head az 0 el 0" + strings.Repeat(" > head az 0 el 0", 100),
	} {
		if sh, err := ParseShape(text); err == nil {
			t.Errorf("ParseShape(%.60q) gave %v, want an error", text, sh)
		}
	}
}

func TestUnknownRegionHasNoCells(t *testing.T) {
	sh, err := ParseShape("skin region nowhere")
	if err != nil || len(sh.Cells(Skin(), Left)) != 0 {
		t.Errorf("%v, %v", sh, err)
	}
}

// A ribbon along the arm must not colour the ribs beside it, however wide it is.
func TestBandsStayOnTheSkinTheyLieOn(t *testing.T) {
	s := Skin()
	for text, far := range map[string][]RegionID{
		"band r 4: upper-arm t 0.5 theta -90 > upper-arm t 0.85 theta -90":        {"side-ribs-upper", "side-ribs-lower", "waist"},
		"band r 2: hand ray 2 seg 2 phi 90 > hand ray 2 seg 3.8 phi 90":           {"middle-finger", "ring-finger"},
		"band r 5: thigh t 0.4 theta -90 > thigh t 0.9 theta -90":                 {"calf-inner"},
		"band r 2.6: trunk h C6.6 az 142 > trunk h T2 az 151 > trunk h T4 az 154": {"sternum", "throat", "collarbone"},
	} {
		sh, err := ParseShape(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range sh.Cells(s, Right) {
			for _, id := range far {
				if s.Region(w.Cell) == id {
					t.Errorf("%q colours %s", text, id)
					return
				}
			}
			if s.Side(w.Cell) == Left && s.Coord(w.Cell).Part != Trunk {
				t.Errorf("%q colours the other limb", text)
				return
			}
		}
	}
}

// The line of a band is nearly the shortest way: no detours over the mesh.
func TestPathsAreShort(t *testing.T) {
	s := Skin()
	for _, ends := range [][2]string{
		{"neck h 0.05 az 122", "upper-arm t 0.1 theta 90"},
		{"head az 114 el -6", "head az 56 el 28"},
		{"thigh t 0.3 theta 0", "thigh t 0.3 theta 150"},
		{"trunk h T2 az 150", "trunk h L4 az 150"},
	} {
		a, _ := ParseCoord(ends[0])
		b, _ := ParseCoord(ends[1])
		from, to := s.At(a, Right), s.At(b, Right)
		line := s.iron(s.path(SetOf(from), SetOf(to), nil))
		length := 0.0
		for i := 1; i < len(line); i++ {
			length += distance(line[i-1], line[i])
		}
		if straight := distance(s.Centre(from), s.Centre(to)); length > 1.75*straight || length < straight*0.95 {
			t.Errorf("from %s to %s: %.1f cm over the skin, %.1f cm through the air", ends[0], ends[1], length, straight)
		}
	}
	if way := s.path(Set{}, SetOf(1), nil); way != nil {
		t.Errorf("a way from nowhere: %v", way)
	}
}

func FuzzParseShape(f *testing.F) {
	for _, text := range goodShapes {
		f.Add(text)
	}
	f.Add("skin head az 1e-9..2e-9")
	f.Add("skin trunk h -0.3..1 az 0..1")
	f.Fuzz(func(t *testing.T, text string) {
		sh, err := ParseShape(text)
		if err != nil {
			return
		}
		again, err := ParseShape(sh.String())
		if err != nil || again.String() != sh.String() {
			t.Errorf("ParseShape(%q) is written %q, which gives %q, %v", text, sh.String(), again.String(), err)
		}
	})
}

func BenchmarkShapeCells(b *testing.B) {
	for _, text := range []string{goodShapes[0], goodShapes[7], goodShapes[8]} {
		sh, err := ParseShape(text)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(strings.Fields(text)[0], func(b *testing.B) {
			for b.Loop() {
				sh.Cells(Skin(), Right)
			}
		})
	}
}
