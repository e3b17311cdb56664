package body

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"
)

func eachView(t *testing.T, f func(t *testing.T, fig Figure, v *View)) {
	t.Helper()
	for fig := range numFigures {
		for _, name := range Views() {
			v, err := LoadView(fig, name)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(fig.String()+"/"+name, func(t *testing.T) { f(t, fig, v) })
		}
	}
}

func TestEveryViewHasPictureMapOutlineAndDrawing(t *testing.T) {
	eachView(t, func(t *testing.T, _ Figure, v *View) {
		img, err := jpeg.DecodeConfig(bytes.NewReader(v.Picture()))
		if err != nil || img.Width != v.W || img.Height != v.H {
			t.Errorf("picture %d x %d (%v), want %d x %d", img.Width, img.Height, err, v.W, v.H)
		}
		if len(v.Map()) != v.MapW*v.MapH || v.W%v.MapW != 0 || v.W/v.MapW != v.H/v.MapH {
			t.Errorf("map %d x %d with %d samples for a view of %d x %d", v.MapW, v.MapH, len(v.Map()), v.W, v.H)
		}
		if !strings.HasPrefix(v.Outline(), "M") || !strings.HasSuffix(v.Outline(), "z") {
			t.Errorf("outline %.40q is no closed path", v.Outline())
		}
		if v.Scale <= 0 || v.Title == "" {
			t.Errorf("scale %g, title %q", v.Scale, v.Title)
		}
		for _, want := range []string{"<svg ", "<title>", `class="landmarks"`, v.Outline()} {
			if !bytes.Contains(v.SVG(), []byte(want)) {
				t.Errorf("the drawing lacks %.30q; run make body", want)
			}
		}
	})
}

func TestMapsShowOnlyVisibleCells(t *testing.T) {
	s := Skin()
	eachView(t, func(t *testing.T, _ Figure, v *View) {
		ink := 0
		for i, n := range v.Map() {
			if n == 0 {
				continue
			}
			ink++
			if int(n) > s.Len() {
				t.Fatalf("sample %d names cell %d of %d", i, n-1, s.Len())
			}
		}
		if share := float64(ink) / float64(len(v.Map())); share < 0.05 || share > 0.7 {
			t.Errorf("%.0f %% of the map is figure", 100*share)
		}
	})
}

// A cell deep in a fold can hide from every camera; nearly all must be reachable
// by paint, and what is not must lie beside one that is.
func TestNearlyEveryVisibleCellAppearsInSomeView(t *testing.T) {
	s := Skin()
	var seen Set
	for _, name := range Views() {
		v, err := LoadView(Neutral, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range v.Map() {
			if n > 0 {
				seen.Add(CellID(n - 1))
				seen.Add(s.Mirror(CellID(n - 1))) // hand, foot and leg are drawn once, for both sides
			}
		}
	}
	var all, lost, area float64
	for c := range CellID(s.Len()) {
		if s.Hidden(c) {
			continue
		}
		all++
		if !seen.Has(c) {
			lost++
			area += s.Area(c)
		}
	}
	t.Logf("%.0f of %.0f visible cells (%.1f cm2) are in no view", lost, all, area)
	if lost/all > 0.15 || area > 400 {
		t.Errorf("%.0f of %.0f visible cells (%.1f cm2) are in no view", lost, all, area)
	}
}

func TestOppositeSidesAreMirrorImages(t *testing.T) {
	s := Skin()
	for fig := range numFigures {
		for _, pair := range [][2]string{{"front", "front"}, {"back", "back"}, {"head-front", "head-front"}, {"left", "right"}, {"head-left", "head-right"}} {
			a, err := LoadView(fig, pair[0])
			if err != nil {
				t.Fatal(err)
			}
			b, err := LoadView(fig, pair[1])
			if err != nil {
				t.Fatal(err)
			}
			for y := range a.MapH {
				for x := range a.MapW {
					c, in := a.Cell(x, y)
					d, on := b.Cell(a.MapW-1-x, y)
					if in != on || in && s.Mirror(c) != d {
						t.Fatalf("%s %s (%d, %d): cell %d %v, in %s the mirror place has %d %v", fig, pair[0], x, y, c, in, pair[1], d, on)
					}
				}
			}
		}
	}
}

func TestTheRightOfTheFigureIsWhereTheViewSays(t *testing.T) {
	s := Skin()
	eachView(t, func(t *testing.T, _ Figure, v *View) {
		var count [2][2]int // half of the picture, side
		for i, n := range v.Map() {
			if n > 0 {
				count[i%v.MapW/(v.MapW/2)][s.Side(CellID(n-1))]++
			}
		}
		right, left := count[0][Right]+count[1][Right], count[0][Left]+count[1][Left]
		ok := false
		switch v.RightOn {
		case "left":
			ok = count[0][Left] == 0 && count[1][Right] == 0
		case "right":
			ok = count[0][Right] == 0 && count[1][Left] == 0
		case "all":
			ok = right > 9*left
		case "none":
			ok = left > 9*right
		}
		if !ok {
			t.Errorf("right on %q, but the halves show %v", v.RightOn, count)
		}
	})
}

func TestUnknownViewsAreRefused(t *testing.T) {
	if _, err := LoadView(Neutral, "above"); err == nil {
		t.Error("view above: no error")
	}
	if _, err := LoadView(Figure(9), "front"); err == nil {
		t.Error("figure 9: no error")
	}
}

func BenchmarkLoadView(b *testing.B) {
	Skin()
	for b.Loop() {
		if _, err := readView(Neutral, "front"); err != nil {
			b.Fatal(err)
		}
	}
}
