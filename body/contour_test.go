package body

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestTraceKeepsAreasAndLeavesNoGaps(t *testing.T) {
	const w, h = 40, 30
	labels := make([]int32, w*h)
	for y := range h {
		for x := range w {
			switch {
			case math.Hypot(float64(x)-20, float64(y)-15) > 13:
			case x < 18:
				labels[y*w+x] = 1
			case y < 12:
				labels[y*w+x] = 2
			default:
				labels[y*w+x] = 3
			}
		}
	}
	var whole float64
	for l, rings := range Trace(labels, w, h, 0.3) {
		if len(rings) != 1 {
			t.Errorf("label %d has %d rings, want 1", l, len(rings))
		}
		for _, r := range rings {
			if r[0] != r[len(r)-1] {
				t.Errorf("label %d: ring from %v to %v is open", l, r[0], r[len(r)-1])
			}
			whole += ringArea(r)
		}
	}
	if want := math.Pi * 13 * 13; math.Abs(whole-want) > 0.04*want {
		t.Errorf("the labels cover %.0f samples, want about %.0f", whole, want)
	}
}

func TestTraceNeighboursShareTheirBorder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const w, h = 12, 9
		labels := make([]int32, w*h)
		for i := range labels {
			labels[i] = int32(rapid.IntRange(0, 3).Draw(t, "label"))
		}
		labels = Settle(labels, w, h, 1)
		// Whatever the labels: rings close, and no point leaves the picture.
		for l, rings := range Trace(labels, w, h, 0.5) {
			for _, r := range rings {
				if r[0] != r[len(r)-1] {
					t.Fatalf("label %d: open ring %v", l, r)
				}
				for _, p := range r {
					if p[0] < 0 || p[1] < 0 || p[0] > w || p[1] > h {
						t.Fatalf("label %d: %v lies outside", l, p)
					}
				}
			}
		}
	})
}

func TestSettleTakesTeethOffABorder(t *testing.T) {
	const w, h = 24, 24
	labels := make([]int32, w*h)
	for y := range h {
		for x := range w {
			labels[y*w+x] = 1
			if x >= 12 && (x > 12 || y%5 > 0) { // a border with teeth one sample deep
				labels[y*w+x] = 2
			}
		}
	}
	got := Settle(Settle(labels, w, h, 3), w, h, 3)
	for y := 6; y < 18; y++ {
		if got[y*w+10] != 1 || got[y*w+14] != 2 {
			t.Errorf("row %d: far from the border labels changed", y)
		}
		if got[y*w+12] != got[(y+1)*w+12] {
			t.Errorf("rows %d and %d still differ at the border", y, y+1)
		}
	}
}

func TestTraceOfNothingIsNothing(t *testing.T) {
	if got := Trace(nil, 0, 0, 1); len(got) != 0 {
		t.Errorf("Trace(nil) = %v", got)
	}
	if got := Trace(make([]int32, 6), 3, 2, 1); len(got) != 0 {
		t.Errorf("Trace of paper = %v", got)
	}
}
