package atlas_test

import (
	"testing"

	"knead/atlas"
)

func TestReachesAreSharesOfTheRegion(t *testing.T) {
	ofZone := map[atlas.MuscleID]float64{}
	found := false
	for _, r := range atlas.Standard().Reaches() {
		if r.Often < 0 || r.Sometimes < 0 || r.Lies < 0 || r.Felt() > 1.0001 || r.Lies > 1.0001 {
			t.Errorf("%s in %s: %+v, want shares from 0 to 1", r.Muscle.ID, r.Region, r)
		}
		ofZone[r.Muscle.ID] += r.OfZone
		if r.Muscle.ID == "levator-scapulae" && r.Region == "neck-side-back" {
			found = r.Often > 0.1 && r.Lies > 0.1
		}
	}
	for id, sum := range ofZone {
		if sum > 1.0001 || sum > 0 && sum < 0.9999 {
			t.Errorf("the regions hold %g of the zone of %s, want all of it", sum, id)
		}
	}
	for _, p := range atlas.Standard().Patterns {
		sum := 0.0
		for _, r := range p.Reaches() {
			if r.Muscle != nil || r.Lies > 0 || r.Felt() <= 0 || r.Felt() > 1.0001 {
				t.Errorf("%s in %s: %+v, want a share from 0 to 1 in which it is felt", p.ID, r.Region, r)
			}
			sum += r.OfZone
		}
		if sum < 0.9999 || sum > 1.0001 {
			t.Errorf("the regions hold %g of the zone of %s, want all of it", sum, p.ID)
		}
	}
	if !found {
		t.Error("levator scapulae is not found at the side of the neck, where it lies and is felt")
	}
}
