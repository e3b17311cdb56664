package reason

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"knead/body"
)

// A publishedCase is one entry of testdata/cases.txt.
type publishedCase struct {
	name    string
	kind    string
	known   bool // the atlas knows the source
	drawing body.Drawing
	sides   [2]bool // by body.Side: where the muscle is looked for
	muscles []string
}

func publishedCases(t testing.TB) []publishedCase {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []publishedCase
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if name, ok := strings.CutPrefix(line, "case "); ok {
			out = append(out, publishedCase{name: name})
			continue
		}
		c := &out[len(out)-1]
		switch key, rest, _ := strings.Cut(line, ": "); key {
		case "source":
		case "kind":
			c.kind = rest
		case "atlas":
			c.known = true
		case "paint":
			for phrase := range strings.SplitSeq(rest, " | ") {
				place, err := body.Find(phrase)
				if err != nil {
					t.Fatalf("line %d: %v", n+1, err)
				}
				var mark body.Mark
				mark.Paint(place.Cells, 6)
				c.drawing.Marks = append(c.drawing.Marks, mark)
				for _, r := range place.Regions {
					c.sides[r.Side] = true
				}
			}
		case "muscle":
			c.muscles = strings.Split(rest, ", ")
		case "side":
			side, err := body.ParseSide(rest)
			if err != nil {
				t.Fatalf("line %d: %v", n+1, err)
			}
			c.sides = [2]bool{}
			c.sides[side] = true
		default:
			t.Fatalf("line %d: cannot read %q", n+1, line)
		}
	}
	return out
}

// place tells where the first of the case's muscles stands in the list of muscles; 0
// where none is listed. A muscle on both sides of a two-sided drawing is one muscle.
func (c publishedCase) place(r Ranking) (int, []string) {
	type muscle struct {
		id   string
		side body.Side
	}
	var seen []muscle
	var names []string
	first := 0
	for _, k := range r.Candidates {
		m := muscle{string(k.Point.Muscle.ID), k.Side}
		if c.sides[body.Right] && c.sides[body.Left] {
			m.side = body.Right
		}
		if slices.Contains(seen, m) {
			continue
		}
		seen = append(seen, m)
		names = append(names, m.id)
		if first == 0 && c.sides[k.Side] && slices.Contains(c.muscles, m.id) {
			first = len(seen)
		}
	}
	return first, names
}

// The least shares of the published cases with a named muscle among the first one,
// three, five and ten muscles: what was measured, less some slack for better data that
// moves single cases the wrong way. docs/reasoning.md has the measured shares.
var caseFloors = []struct {
	first int
	share float64
}{{1, 0.38}, {3, 0.62}, {5, 0.80}, {10, 0.90}}

// TestPublishedCases ranks the drawings of testdata/cases.txt. It fails when too few of
// all are found, never for a single one; go test -v tells which are missed.
func TestPublishedCases(t *testing.T) {
	cases := publishedCases(t)
	if len(cases) < 40 {
		t.Fatalf("%d cases", len(cases))
	}
	hits := func(list []publishedCase, places []int) string {
		var out []string
		for _, f := range caseFloors {
			found := 0
			for _, p := range places {
				if p > 0 && p <= f.first {
					found++
				}
			}
			out = append(out, fmt.Sprintf("first %d: %d of %d (%.0f %%)", f.first, found, len(list), 100*float64(found)/float64(max(1, len(list)))))
		}
		return strings.Join(out, ", ")
	}
	groups := map[string][]publishedCase{}
	places := map[string][]int{}
	for _, c := range cases {
		if len(c.drawing.Marks) == 0 || len(c.muscles) == 0 {
			t.Fatalf("%s: nothing painted or expected", c.name)
		}
		for _, m := range c.muscles {
			known(t, c.name, m)
		}
		r := rank(t, c.drawing, nil, Options{})
		p, names := c.place(r)
		of := "source new to the atlas"
		if c.known {
			of = "source known to the atlas"
		}
		for _, g := range []string{"all", "kind " + c.kind, of} {
			groups[g] = append(groups[g], c)
			places[g] = append(places[g], p)
		}
		if p == 0 || p > 5 {
			t.Logf("missed: %s: place %d of %v; first are %v; something else %.2f", c.name, p, c.muscles, names[:min(8, len(names))], r.Other.Weight)
		}
	}
	var names []string
	for g := range groups {
		names = append(names, g)
	}
	slices.Sort(names)
	for _, g := range names {
		t.Logf("%s: %s", g, hits(groups[g], places[g]))
	}
	for _, f := range caseFloors {
		found := 0
		for _, p := range places["all"] {
			if p > 0 && p <= f.first {
				found++
			}
		}
		if share := float64(found) / float64(len(cases)); share < f.share {
			t.Errorf("a named muscle is among the first %d in %.2f of the cases, want %.2f", f.first, share, f.share)
		}
	}
}

// TestBandsHoldPublishedMuscles counts in which band the first named muscle of each
// published case stands. docs/reasoning.md has the shares.
func TestBandsHoldPublishedMuscles(t *testing.T) {
	found := map[Band]int{}
	cases := publishedCases(t)
	for _, c := range cases {
		for _, k := range rank(t, c.drawing, nil, Options{}).Candidates { // bands stand in order
			if c.sides[k.Side] && slices.Contains(c.muscles, string(k.Point.Muscle.ID)) {
				found[k.Band]++
				break
			}
		}
	}
	t.Logf("of %d cases: %v", len(cases), found)
	first, early := found[CheckFirst], found[CheckFirst]+found[CheckNext]
	if 100*first < 38*len(cases) || 100*early < 82*len(cases) {
		t.Errorf("of %d cases a named muscle is to be checked first in %d, and first or next in %d; want 38 and 82 in 100", len(cases), first, early)
	}
}

// TestPointsAreFoundByTheRegionsOfTheirZones paints for each point, whole, the regions
// that hold its essential zone, as a client does who tells places in words.
func TestPointsAreFoundByTheRegionsOfTheirZones(t *testing.T) {
	m := Standard()
	points, found := 0, 0
	for j := 0; j < m.points; j += 2 {
		c := &m.causes[j]
		zone, held := 0.0, map[body.RegionSide]float64{}
		for _, w := range c.zone.Essential {
			area := w.W * m.skin.Area(w.Cell)
			held[body.RegionSide{Region: m.skin.Region(w.Cell), Side: m.skin.Side(w.Cell)}] += area
			zone += area
		}
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		for rs, area := range held {
			cells, whole := m.skin.RegionCells(rs.Region, rs.Side), 0.0
			for cell := range cells.All {
				whole += m.skin.Area(cell)
			}
			if area > zone/5 || area > whole/2 {
				for cell := range cells.All {
					mark.Levels[cell] = 6
				}
			}
		}
		names := muscles(rank(t, body.Drawing{Marks: []body.Mark{mark}}, nil, Options{}).Candidates)
		points++
		if slices.Contains(names[:min(5, len(names))], string(c.point.Muscle.ID)) {
			found++
		} else {
			t.Logf("missed: %s; first are %v", c.point.ID, names[:min(5, len(names))])
		}
	}
	t.Logf("%d of %d points have their muscle among the first five", found, points)
	if float64(found) < 0.88*float64(points) {
		t.Errorf("%d of %d points have their muscle among the first five, want 88 %%", found, points)
	}
}
