package knead_test

import (
	"math"
	"strings"
	"testing"

	"knead"
	"knead/body"
)

const stiffNeck = `{"marks":[{"where":"right side of the neck","level":6}],"answers":"all-no"}`

func assessed(t *testing.T, text string) knead.Assessment {
	t.Helper()
	v, err := knead.ReadVisit([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	a, err := knead.Assess(v)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestWhyNotTakesNamesAsPeopleSayThem(t *testing.T) {
	a := assessed(t, stiffNeck)
	for name, want := range map[string][]body.Side{
		"left levator scapulae":   {body.Left},
		"Levator-Scapulae, right": {body.Right},
		"levator scapulae (left)": {body.Left},
		"levator scapulae":        {body.Right, body.Left}, // the painted side first
		"both levator scapulae":   {body.Right, body.Left},
		"levator-scapulae-2 left": {body.Left},
	} {
		got, err := a.WhyNot(name)
		if err != nil || len(got) != len(want) {
			t.Errorf("%q: %d answers, %v", name, len(got), err)
			continue
		}
		for i, w := range got {
			if w.Side != want[i] || w.Point.Muscle.ID != "levator-scapulae" || strings.Contains(name, "-2") && w.Point.ID != "levator-scapulae-2" {
				t.Errorf("%q: answer %d is about %s %s", name, i, w.Point.ID, w.Side)
			}
		}
	}
	for name, want := range map[string]string{"left levater scapular": `"levator scapulae"`, "left": "the nearest", "levator scapulae\x1b[2J": "levator scapulae"} {
		if _, err := a.WhyNot(name); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}

func TestPublishedSharesAddUp(t *testing.T) {
	x, err := assessed(t, stiffNeck).Explain()
	if err != nil {
		t.Fatal(err)
	}
	r := knead.NewExplanationReport(x)
	if len(r.Places) == 0 || len(r.Candidates) == 0 {
		t.Fatalf("%+v", r)
	}
	for i, p := range r.Places {
		sum := p.Others + p.SomethingElse
		for _, c := range r.Candidates {
			sum += c.Shares[i].Share
		}
		if math.Abs(sum-1) > 1e-5 {
			t.Errorf("%s: %v", p.Words, sum)
		}
	}
	for _, c := range r.Candidates {
		for i := range x.Ranking.Candidates {
			if w := x.Ranking.Candidates[i]; w.Point.ID == c.Point && w.Side.String() == c.Side {
				odds := w.Weight / (1 - w.Weight)
				if got := c.Odds.Prior * c.Odds.Clear * c.Odds.Findings * c.Odds.Paint; math.Abs(got/odds-1) > 1e-4 {
					t.Errorf("%s: %v, want %v", c.Point, got, odds)
				}
			}
		}
	}
}
