package main

import (
	"bytes"
	"math"
	"testing"

	"knead/body"
)

func TestDrawingsFollowTheRegions(t *testing.T) {
	for f := range figureOrder {
		for _, name := range body.Views() {
			v, err := body.LoadView(body.Figure(f), name)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal([]byte(drawing(v)), v.SVG()) {
				t.Fatalf("%s of the %s figure: the drawing is older than regions.txt; run go run ./body/bodygen -svg", name, body.Figure(f))
			}
		}
	}
}

func TestNormalsSurviveFolding(t *testing.T) {
	for _, n := range []Vec{{1, 0, 0}, {0, -1, 0}, {0, 0, -1}, Vec{1, 2, -3}.Norm(), Vec{-0.2, 0.1, -0.9}.Norm()} {
		f := fold(n)
		z := 1 - math.Abs(f[0]) - math.Abs(f[1])
		x, y := f[0], f[1]
		if z < 0 {
			x, y = math.Copysign(1-math.Abs(y), x), math.Copysign(1-math.Abs(x), y)
		}
		if got := (Vec{x, y, z}).Norm(); got.Dist(n) > 1e-12 {
			t.Errorf("%v folds and unfolds to %v", n, got)
		}
	}
}

func TestHalfLinesFollowACircle(t *testing.T) {
	const w, r = 64, 20.0
	cover := make([]float32, w*w)
	for i := range cover {
		d := math.Hypot(float64(i%w)+0.5-w/2, float64(i/w)+0.5-w/2)
		cover[i] = float32(Clamp(r-d+0.5, 0, 1))
	}
	rings := halfLines(cover, w, w)
	if len(rings) != 1 {
		t.Fatalf("%d rings, want 1", len(rings))
	}
	for _, p := range rings[0] {
		if d := math.Hypot(p[0]-w/2, p[1]-w/2); math.Abs(d-r) > 0.1 {
			t.Fatalf("%v lies %.2f from the middle, want %.0f", p, d, r)
		}
	}
	if a := area(rings[0]); math.Abs(a-math.Pi*r*r) > 5 {
		t.Errorf("area %.0f, want %.0f, clockwise as seen", a, math.Pi*r*r)
	}
}

func TestPathsAreShort(t *testing.T) {
	got := pathOf([][][2]float64{{{1, 2}, {1.5, 2}, {1.5, 1.25}, {1, 2}}}, 1, true)
	if want := "M1 2l.5 0 0-.7z"; got != want {
		t.Errorf("pathOf = %q, want %q", got, want)
	}
}

func TestTheMiddleOfTheClayIsThatOfThePalette(t *testing.T) {
	got, want := material(0, 0), oklch(clayL, clayC, clayH)
	for k := range got {
		if math.Abs(got[k]-want[k]) > 1e-6 {
			t.Errorf("material(0, 0) = %v, want %v", got, want)
		}
	}
	last := -1.0
	for tone := -0.4; tone < 0.15; tone += 0.01 {
		if g := material(tone, 0)[1]; g <= last {
			t.Errorf("tone %.2f is not lighter than the one below", tone)
		} else {
			last = g
		}
	}
}

func TestColourFlowsBeyondTheEdge(t *testing.T) {
	const w, h = 17, 9
	col, has := make([]rgb, w*h), make([]bool, w*h)
	col[4*w+8], has[4*w+8] = rgb{0.5, 0.4, 0.3}, true
	flow(col, has, w, h)
	for i, c := range col {
		if math.Abs(c[0]-0.5) > 1e-9 || math.Abs(c[2]-0.3) > 1e-9 {
			t.Fatalf("pixel %d has %v", i, c)
		}
	}
}

func TestRefiningKeepsASurfaceClosed(t *testing.T) {
	cube := &Mesh{
		P: []Vec{{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}},
		Q: [][4]int32{{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}},
	}
	fine := cube.Refine().Refine()
	if len(fine.Q) != 6*16 {
		t.Fatalf("%d faces, want %d", len(fine.Q), 6*16)
	}
	count := map[[2]int32]int{}
	for _, q := range fine.Q {
		for k := range q {
			count[[2]int32{q[k], q[(k+1)&3]}]++
		}
	}
	for e, n := range count {
		if n != 1 || count[[2]int32{e[1], e[0]}] != 1 {
			t.Fatalf("edge %v is used %d times", e, n)
		}
	}
}
