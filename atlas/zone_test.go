package atlas

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"knead/body"
)

func TestZonesAreMirrorImagesAndNoCellStandsTwice(t *testing.T) {
	skin := body.Skin()
	for _, p := range Standard().Points() {
		right, left := p.Zone(body.Right), p.Zone(body.Left)
		if d := cmp.Diff(right, Zone{mirrored(skin, left.Essential), mirrored(skin, left.Spillover)}); d != "" {
			t.Errorf("%s: right and left zone differ:\n%s", p.ID, d)
		}
		seen := map[body.CellID]bool{}
		for _, list := range [][]body.Weighted{right.Essential, right.Spillover} {
			for i, c := range list {
				if c.W <= 0 || c.W > 1 {
					t.Errorf("%s: cell %d weighs %g", p.ID, c.Cell, c.W)
				}
				if i > 0 && list[i-1].Cell >= c.Cell {
					t.Errorf("%s: cells are not in order", p.ID)
				}
				if seen[c.Cell] {
					t.Errorf("%s: cell %d stands twice", p.ID, c.Cell)
				}
				seen[c.Cell] = true
			}
		}
	}
}

func TestEssentialWinsInsideItsEdge(t *testing.T) {
	z := split(
		[]body.Weighted{{Cell: 1, W: 1}, {Cell: 2, W: 0.6}, {Cell: 3, W: 0.2}, {Cell: 4, W: 0.3}},
		[]body.Weighted{{Cell: 1, W: 1}, {Cell: 2, W: 0.9}, {Cell: 3, W: 0.9}, {Cell: 4, W: 0.1}, {Cell: 5, W: 1}},
	)
	want := Zone{
		Essential: []body.Weighted{{Cell: 1, W: 1}, {Cell: 2, W: 0.6}, {Cell: 4, W: 0.3}},
		Spillover: []body.Weighted{{Cell: 3, W: 0.9}, {Cell: 5, W: 1}},
	}
	if d := cmp.Diff(want, z); d != "" {
		t.Errorf("split: %s", d)
	}
}

func TestZonesMayBeAskedForAtTheSameTime(t *testing.T) {
	a, err := parseOne(small)
	if err != nil {
		t.Fatal(err)
	}
	p := a.Points()[0]
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if len(p.Zone(body.Side(i%2)).Essential) == 0 {
				t.Error("an empty zone")
			}
		})
	}
	all.Wait()
}
