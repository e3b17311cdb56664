package plan

import (
	"testing"

	"knead/body"
	"knead/reason"
	"knead/screen"
)

func BenchmarkBuild(b *testing.B) {
	painted := body.Skin().RegionCells("neck-side-back", body.Right).Union(body.Skin().RegionCells("supraspinous", body.Right))
	mark := body.Mark{Levels: map[body.CellID]uint8{}}
	for c := range painted.All {
		mark.Levels[c] = 6
	}
	r, err := reason.Standard().Rank(body.Drawing{Marks: []body.Mark{mark}}, nil, reason.Options{})
	if err != nil {
		b.Fatal(err)
	}
	c := allNo(painted, screen.Client{Age: 40})
	for b.Loop() {
		if _, err := Build(r, c, 60, Preferences{}); err != nil {
			b.Fatal(err)
		}
	}
}
