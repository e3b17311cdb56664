package reason

import (
	"math"
	"testing"

	"knead/body"
)

func TestRankAnswersEvenWhenTheWholeBodyIsPainted(t *testing.T) {
	for _, level := range []uint8{1, 5, 10} {
		m := body.Mark{Levels: map[body.CellID]uint8{}}
		for c := range body.Skin().Len() {
			m.Levels[body.CellID(c)] = level
		}
		r, err := Standard().Rank(body.Drawing{Marks: []body.Mark{m}}, nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !(r.Other.Weight >= 0 && r.Other.Weight <= 1) {
			t.Errorf("level %d everywhere: something else weighs %v, want 0 to 1", level, r.Other.Weight)
		}
		for _, c := range r.Candidates {
			if math.IsNaN(c.Weight) || c.Weight < 0 || c.Weight > 1 || math.IsNaN(c.Bound) {
				t.Fatalf("level %d everywhere: %s %s weighs %v +- %v", level, c.Point.ID, c.Side, c.Weight, c.Bound)
			}
		}
	}
}
