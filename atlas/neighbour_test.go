package atlas_test

import (
	"math"
	"testing"

	"knead/atlas"
)

func TestNeighboursShareTheirZonesBothWays(t *testing.T) {
	a := atlas.Standard()
	share := map[[2]atlas.MuscleID]float64{}
	for _, m := range a.Muscles {
		before := 1.0
		for _, n := range a.Neighbours(m, 0) {
			if n.Muscle == m {
				t.Errorf("%s is its own neighbour", m.ID)
			}
			if n.Share <= 0 || n.Share > 1 || n.Share > before {
				t.Errorf("%s and %s share %g after %g, want 0..1 and falling", m.ID, n.Muscle.ID, n.Share, before)
			}
			before = n.Share
			share[[2]atlas.MuscleID{m.ID, n.Muscle.ID}] = n.Share
		}
	}
	for pair, s := range share {
		if back := share[[2]atlas.MuscleID{pair[1], pair[0]}]; math.Abs(back-s) > 1e-9 {
			t.Errorf("%s shares %g with %s, and %g the other way round", pair[0], s, pair[1], back)
		}
	}
}

func TestNeighboursAreThoseWithTheSamePain(t *testing.T) {
	a := atlas.Standard()
	infraspinatus, _ := a.Muscle("infraspinatus")
	masseter, _ := a.Muscle("masseter-superficial")
	for _, n := range a.Neighbours(infraspinatus, 0) {
		if n.Muscle == masseter {
			t.Error("infraspinatus and masseter share no skin")
		}
	}
	carpal, _ := a.Pattern("median-nerve-wrist")
	around := a.MusclesAround(carpal, 0.1)
	if len(around) == 0 {
		t.Error("no muscle is felt where the median nerve at the wrist is")
	}
	for _, n := range around {
		if n.Muscle == masseter || n.Share < 0.1 {
			t.Errorf("%s is said to share %g of the skin of the median nerve at the wrist", n.Muscle.ID, n.Share)
		}
	}
	none := a.Neighbours(infraspinatus, 1.1)
	if len(none) != 0 {
		t.Errorf("nobody shares more than everything, got %d", len(none))
	}
}
