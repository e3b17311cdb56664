package body

import (
	"math"
	"testing"
)

func TestEveryCellHasItsMirrorOnTheOtherSide(t *testing.T) {
	s := Skin()
	for i := range s.Len() {
		c := CellID(i)
		m := s.Mirror(c)
		if s.Mirror(m) != c || s.Side(m) == s.Side(c) {
			t.Fatalf("cell %d: mirror %d, whose mirror is %d", c, m, s.Mirror(m))
		}
		a, b := s.Centre(c), s.Centre(m)
		if a[0] != -b[0] || a[1] != b[1] || a[2] != b[2] {
			t.Fatalf("cell %d at %v, its mirror at %v", c, a, b)
		}
		if s.Side(c) == Right && a[0] > 0 {
			t.Errorf("right cell %d lies on the left at %v", c, a)
		}
	}
}

func TestCellsAreSmallAndCoverTheSkin(t *testing.T) {
	s := Skin()
	var total float64
	for i := range s.Len() {
		c := CellID(i)
		if a := s.Area(c); a <= 0 || a > 1.2 {
			t.Errorf("cell %d has %.4f cm2, want at most 1.2", c, a)
		}
		if n := s.Normal(c); math.Abs(n[0]*n[0]+n[1]*n[1]+n[2]*n[2]-1) > 1e-9 {
			t.Errorf("cell %d: normal %v is not a unit vector", c, n)
		}
		if !s.Hidden(c) {
			total += s.Area(c)
		}
	}
	if total < 14000 || total > 18000 { // 1.4 to 1.8 m2, a grown person
		t.Errorf("the skin measures %.0f cm2", total)
	}
}

func TestAtFindsEveryVisibleCellByItsOwnPlace(t *testing.T) {
	s := Skin()
	missed := 0
	for i := range s.Len() {
		c := CellID(i)
		if s.Hidden(c) {
			continue
		}
		got := s.At(s.Coord(c), s.Side(c))
		if a, b := s.Centre(got), s.Centre(c); got != c && math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2]) > 1.5 {
			missed++
			if missed < 30 {
				t.Logf("cell %d %v at %v; got %d %v at %v", c, s.Coord(c), b, got, s.Coord(got), a)
			}
		}
	}
	if missed > 0 {
		t.Errorf("%d cells are not found by their own place", missed)
	}
}

func TestNeighboursAreMutual(t *testing.T) {
	s := Skin()
	for i := range s.Len() {
		n := s.Neighbours(CellID(i))
		if len(n) < 3 {
			t.Fatalf("cell %d has the neighbours %v", i, n)
		}
		for _, k := range n {
			found := false
			for _, b := range s.Neighbours(k) {
				found = found || b == CellID(i)
			}
			if !found {
				t.Fatalf("cell %d is beside %d, but not the other way round", i, k)
			}
		}
	}
}

func BenchmarkSkinLoad(b *testing.B) {
	for b.Loop() {
		if _, err := decodeSurface(surfaceFile); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAt(b *testing.B) {
	s := Skin()
	for i := 0; b.Loop(); i++ {
		s.At(s.Coord(CellID(i*97%s.Len())), Right)
	}
}

func BenchmarkNear(b *testing.B) {
	s := Skin()
	for i := 0; b.Loop(); i++ {
		s.Near(s.Centre(CellID(i*97%s.Len())), 3)
	}
}
