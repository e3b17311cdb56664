package body

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// understood checks that chips say where the paint is, in words that Find knows.
func understood(t reporter, painted Set, chips []PlaceWords) {
	s := Skin()
	var said Set
	for _, c := range chips {
		p, err := Find(c.Words)
		if err != nil {
			t.Errorf("chip %q is not understood: %v", c.Words, err)
			continue
		}
		if c.Cells.Minus(painted).Len() > 0 || c.Cells.Intersect(said).Len() > 0 || c.Cells.Len() == 0 {
			t.Errorf("chip %q stands for cells that are not painted, or said already", c.Words)
		}
		said = said.Union(c.Cells)
		for side := range Side(2) {
			on := func(set Set) (n int) {
				for k := range set.All {
					if s.Side(k) == side {
						n++
					}
				}
				return n
			}
			if (on(c.Cells) > 0) != (on(p.Cells) > 0) {
				t.Errorf("chip %q has %d cells on the %s, its words have %d", c.Words, on(c.Cells), side, on(p.Cells))
			}
		}
		if words := len(strings.Fields(c.Words)); words > 12 {
			t.Errorf("chip %q has %d words", c.Words, words)
		}
	}
	if len(chips) > maxChips {
		t.Errorf("%d chips", len(chips))
	}
}

func TestDescribeSaysWhatWasFound(t *testing.T) {
	for phrase, want := range map[string]string{
		"left shoulder":                          "left shoulder",
		"both temples":                           "both temples",
		"front of both shoulders":                "front of both shoulders",
		"between the shoulder blades":            "between the shoulder blades",
		"lower back":                             "lower back",
		"right lower back":                       "right side of the lower back",
		"inside edge of the left shoulder blade": "inner edge of the left shoulder blade",
		"back of the right hand":                 "back of the right hand",
		"right foot":                             "right foot",
		"neck and right temple":                  "neck; right temple",
		"left knee and left ankle":               "left knee; left ankle",
		"everywhere":                             "whole body",
	} {
		p, err := Find(phrase)
		if err != nil {
			t.Fatal(err)
		}
		chips := Describe(p.Cells)
		understood(t, p.Cells, chips)
		var got []string
		for _, c := range chips {
			got = append(got, c.Words)
		}
		if said := strings.Join(got, "; "); said != want {
			t.Errorf("Describe(%q) says %q, want %q", phrase, said, want)
		}
	}
	if chips := Describe(Set{}); len(chips) != 0 {
		t.Errorf("nothing is described as %v", chips)
	}
}

func TestDescribeSaysPaintedDrawings(t *testing.T) {
	d := fourSites()
	chips := Describe(d.Cells())
	understood(t, d.Cells(), chips)
	said := 0.0
	for _, c := range chips {
		said += c.Area
	}
	if said < 0.9*d.Area() {
		t.Errorf("%.0f of %.0f cm2 are said", said, d.Area())
	}
	for i, m := range d.Marks {
		if chips := Describe(m.Cells()); len(chips) < 1 || len(chips) > 6 {
			t.Errorf("mark %d has %d chips", i+1, len(chips))
		}
	}
}

func TestDescribeWordsAreUnderstood(t *testing.T) {
	s := Skin()
	rapid.Check(t, func(t *rapid.T) {
		var cells Set
		for range rapid.IntRange(1, 4).Draw(t, "spots") {
			mid := CellID(rapid.IntRange(0, s.Len()-1).Draw(t, "cell"))
			for _, c := range s.Near(s.Centre(mid), rapid.Float64Range(0.5, 8).Draw(t, "radius")) {
				if !s.Hidden(c) {
					cells.Add(c)
				}
			}
		}
		understood(t, cells, Describe(cells))
	})
}

func BenchmarkDescribe(b *testing.B) {
	cells := fourSites().Cells()
	for b.Loop() {
		Describe(cells)
	}
}
