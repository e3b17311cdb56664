package body

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestPlacesAreReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]Coord{
		"trunk h T1.2 az 146":         {Trunk, [3]float64{1.2, 146}},
		"trunk az 146 h T1.2":         {Trunk, [3]float64{1.2, 146}},
		"trunk h C6.7 az 10":          {Trunk, [3]float64{-0.3, 10}},
		"trunk h L3 az 180":           {Trunk, [3]float64{15, 180}},
		"trunk h S2 az 150":           {Trunk, [3]float64{19, 150}},
		"trunk h Co az 180":           {Trunk, [3]float64{22, 180}},
		"trunk h 9 az 62":             {Trunk, [3]float64{9, 62}},
		"upper-arm t 0.10 theta 14":   {UpperArm, [3]float64{0.1, 14}},
		"head az 114 el -6":           {Head, [3]float64{114, -6}},
		"hand ray 1 seg 0.6 phi 100":  {Hand, [3]float64{1, 0.6, 100}},
		"foot len 0.1 side 0.5 phi 9": {Foot, [3]float64{0.1, 0.5, 9}},
	} {
		got, err := ParseCoord(text)
		if err != nil {
			t.Errorf("ParseCoord(%q): %v", text, err)
			continue
		}
		for i := range got.V {
			if got.Part != want.Part || math.Abs(got.V[i]-want.V[i]) > 1e-9 {
				t.Errorf("ParseCoord(%q) = %v, want %v", text, got, want)
				break
			}
		}
	}
}

func TestBrokenPlacesAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "tail az 3", "head", "head az", "head az 3", "head az 3 el", "head az x el 2", "head az 3 az 4",
		"trunk h Q2 az 3", "trunk h T az 3", "trunk h NaN az 3", "head az 1e9 el 0", "hand ray 1 seg 2",
		"head az 3 el 4 theta 2",
	} {
		if c, err := ParseCoord(text); err == nil {
			t.Errorf("ParseCoord(%q) = %v, want an error", text, c)
		}
	}
}

func TestPlacesSurviveARoundTrip(t *testing.T) {
	s := Skin()
	rapid.Check(t, func(t *rapid.T) {
		c := s.Coord(CellID(rapid.IntRange(0, s.Len()-1).Draw(t, "cell")))
		back, err := ParseCoord(c.String())
		if err != nil {
			t.Fatal(err)
		}
		if c.Part == Trunk {
			back.V[2] = c.V[2]
		}
		if back.Part != c.Part || c.Gap(back) > 0.04 {
			t.Fatalf("%v is read back as %v", c, back)
		}
	})
}

func TestAtIsTheNearestPlace(t *testing.T) {
	s := Skin()
	rapid.Check(t, func(t *rapid.T) {
		p := Part(rapid.IntRange(0, int(NumParts)-1).Draw(t, "part"))
		like := s.Coord(s.index[p][rapid.IntRange(0, len(s.index[p])-1).Draw(t, "like")])
		for i := range like.V {
			like.V[i] += rapid.Float64Range(-0.3, 0.3).Draw(t, "shift") * like.V[i]
		}
		got := s.At(like, Right)
		for _, c := range s.index[p] {
			if s.Coord(c).Gap(like) < s.Coord(got).Gap(like)-1e-9 {
				t.Fatalf("At(%v) = %v, but %v is nearer", like, s.Coord(got), s.Coord(c))
			}
		}
		if l := s.At(like, Left); l != s.Mirror(got) {
			t.Fatalf("At(%v) gives %d on the right and %d on the left", like, got, l)
		}
	})
}

func TestAPlaceBeyondTheCrownIsFoundOnTheOtherSide(t *testing.T) {
	s := Skin()
	for _, id := range s.index[Head] {
		c := s.Coord(id)
		over := Coord{Part: Head, V: [3]float64{c.V[0] + 180, 180 - c.V[1]}}
		if got := s.Coord(s.At(over, Right)); got.Gap(c) > 1e-6 {
			t.Fatalf("At(%v) = %v, want %v", over, got, c)
		}
	}
}

func FuzzParseCoord(f *testing.F) {
	for _, seed := range []string{"trunk h T1.2 az 146", "hand ray 1 seg 0.6 phi 100", "head az 114 el -6", "trunk h Co az 3", "neck h - az"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCoord(text)
		if err != nil {
			return
		}
		back, err := ParseCoord(c.String())
		if err != nil {
			t.Fatalf("%q reads as %q, which does not read: %v", text, c, err)
		}
		if back.String() != c.String() {
			t.Fatalf("%q reads as %q, then as %q", text, c, back)
		}
		Skin().At(c, Left)
	})
}
