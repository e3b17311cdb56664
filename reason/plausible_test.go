package reason

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"knead/body"
)

// TestCommonComplaintsNameTheUsualMuscles reads testdata/plausible.txt.
func TestCommonComplaintsNameTheUsualMuscles(t *testing.T) {
	text, err := os.ReadFile("testdata/plausible.txt")
	if err != nil {
		t.Fatal(err)
	}
	var story string
	var r Ranking
	for n, line := range strings.Split(string(text), "\n") {
		line = strings.TrimSpace(line)
		where := fmt.Sprintf("line %d, %s", n+1, story)
		switch key, rest, _ := strings.Cut(line, ": "); {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "story "):
			story = strings.TrimPrefix(line, "story ")
		case key == "paint":
			r = rank(t, paintRegions(t, rest), nil, Options{})
		case strings.HasPrefix(key, "first "):
			count, names, ok := strings.Cut(strings.TrimPrefix(rest, "at least "), " of ")
			first, err1 := strconv.Atoi(strings.TrimPrefix(key, "first "))
			least, err2 := strconv.Atoi(count)
			if !ok || err1 != nil || err2 != nil {
				t.Fatalf("%s: cannot read %q", where, line)
			}
			got := muscles(r.Candidates[:min(first, len(r.Candidates))])
			hits := 0
			for name := range strings.SplitSeq(names, ", ") {
				known(t, where, name)
				if slices.Contains(got, name) {
					hits++
				}
			}
			if hits < least {
				t.Errorf("%s: the first %d are %v, want at least %d of %s", where, first, got, least, names)
			}
		case strings.HasPrefix(key, "band "):
			var got []string
			for _, c := range r.Candidates {
				if string(c.Band) == strings.TrimPrefix(key, "band ") {
					got = append(got, string(c.Point.Muscle.ID))
				}
			}
			names := strings.Split(strings.TrimPrefix(rest, "one of "), ", ")
			if !slices.ContainsFunc(names, func(name string) bool { known(t, where, name); return slices.Contains(got, name) }) {
				t.Errorf("%s: %s are %v, want one of %v", where, key, got, names)
			}
		case key == "other":
			how, number, _ := strings.Cut(rest, " ")
			limit, err := strconv.ParseFloat(number, 64)
			if err != nil {
				t.Fatalf("%s: cannot read %q", where, line)
			}
			if (how == "above") != (r.Other.Weight > limit) {
				t.Errorf("%s: something else has weight %.2f, want %s %v", where, r.Other.Weight, how, limit)
			}
		default:
			t.Fatalf("%s: cannot read %q", where, line)
		}
	}
}

func known(t *testing.T, where, muscle string) {
	if !slices.ContainsFunc(Standard().causes, func(c cause) bool { return string(c.point.Muscle.ID) == muscle }) {
		t.Errorf("%s: the atlas has no muscle %q", where, muscle)
	}
}

func muscles(list []Candidate) []string {
	var out []string
	for _, c := range list {
		if id := string(c.Point.Muscle.ID); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// fataler is a *testing.T or a *rapid.T.
type fataler interface {
	Fatalf(format string, args ...any)
}

// paintRegions paints whole regions, one mark each: "temple right, jaw both".
func paintRegions(t fataler, text string) body.Drawing {
	var d body.Drawing
	for place := range strings.SplitSeq(text, ", ") {
		region, side, _ := strings.Cut(place, " ")
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		for _, s := range []body.Side{body.Right, body.Left} {
			if side != s.String() && side != "both" {
				continue
			}
			for c := range body.Skin().RegionCells(body.RegionID(region), s).All {
				mark.Levels[c] = 6
			}
		}
		if len(mark.Levels) == 0 {
			t.Fatalf("cannot paint %q", place)
		}
		d.Marks = append(d.Marks, mark)
	}
	return d
}
