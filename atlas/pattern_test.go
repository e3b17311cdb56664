package atlas

import (
	"slices"
	"strings"
	"testing"

	"knead/body"
)

func TestPatternsStandInTheOrderOfTheirKinds(t *testing.T) {
	a, err := parseOne(small + pattern("kind: nerve", "kind: other") + pattern("pattern p", "pattern q") +
		pattern("pattern p", "pattern r", "kind: nerve", "kind: nerve root") + pattern("pattern p", "pattern s"))
	if err != nil {
		t.Fatal(err)
	}
	var got []PatternID
	for _, p := range a.Patterns {
		got = append(got, p.ID)
	}
	if want := []PatternID{"r", "q", "s", "p"}; !slices.Equal(got, want) {
		t.Errorf("Patterns are %v, want %v: by kind, then as written", got, want)
	}
}

func TestAPatternSaysHowItIsKnown(t *testing.T) {
	text := small + pattern("0.5; chosen: few", "0.25; chosen; as ever")
	a, err := parseOne(text)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := a.Pattern("p")
	if !ok || p.Recalled() || p.Ratio != 0.25 || p.RatioWhy != "chosen; as ever" || !slices.Equal(p.Quality, []body.Quality{body.Numb}) {
		t.Errorf("Pattern gave %+v, %t", p, ok)
	}
	a, err = parseOne(strings.Replace(text, "  id: url:https://example.org/a#b\n  seen: secondary", "  seen: recalled", 1))
	if err != nil {
		t.Fatal(err)
	}
	if p := a.Patterns[0]; !p.Recalled() {
		t.Errorf("%s has only a recalled source and Recalled() is false", p.ID)
	}
}

// What a pattern says is a therapist's next question, not what a client has.
func TestNoPatternIsADiagnosis(t *testing.T) {
	for _, p := range Standard().Patterns {
		for _, text := range append(append([]string{p.Client, p.Lay}, p.Ask...), p.Refer...) {
			for _, phrase := range []string{"you have a", "you are suffering", "this is a pinched", "diagnos"} {
				if strings.Contains(strings.ToLower(text), phrase) {
					t.Errorf("%s: %s says %q: %q", p.Place, p.ID, phrase, text)
				}
			}
		}
		if len(p.Screening) == 0 {
			t.Errorf("%s: %s names no question of the screening", p.Place, p.ID)
		}
	}
}

func TestThePatternOfTheLeftMirrorsTheRight(t *testing.T) {
	skin := body.Skin()
	for _, p := range Standard().Patterns {
		right, left := p.Zone(body.Right), p.Zone(body.Left)
		if len(right.Essential) != len(left.Essential) || len(right.Spillover) != len(left.Spillover) {
			t.Errorf("%s: %d and %d cells on the right, %d and %d on the left", p.ID, len(right.Essential), len(right.Spillover), len(left.Essential), len(left.Spillover))
			continue
		}
		for _, c := range right.Essential {
			mirror := body.Weighted{Cell: skin.Mirror(c.Cell), W: c.W}
			if !slices.Contains(left.Essential, mirror) {
				t.Errorf("%s: cell %d is felt on the right and its mirror not on the left", p.ID, c.Cell)
				break
			}
		}
	}
}
