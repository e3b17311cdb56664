package knead

import (
	"testing"

	"knead/body"
)

// What a client wants left alone is kept as words: no cell may be lost on the way.
func TestEveryRegionHasWordsThatMeanAllOfIt(t *testing.T) {
	for _, region := range body.Regions() {
		for _, side := range []body.Side{body.Left, body.Right} {
			whole := body.Skin().RegionCells(region.ID, side)
			if whole.Len() == 0 {
				continue
			}
			var held body.Set
			for _, place := range WholePlaces(whole) {
				again, err := body.Find(place.Words)
				if err != nil {
					t.Fatalf("Find(%q) for the %s %s: %v", place.Words, side, region.ID, err)
				}
				held = held.Union(again.Cells)
			}
			if lost := whole.Minus(held).Len(); lost > 0 {
				t.Errorf("WholePlaces(%s %s) loses %d of %d cells", side, region.ID, lost, whole.Len())
			}
			if held.Len() > 12*whole.Len()+400 {
				t.Errorf("WholePlaces(%s %s) takes %d cells for %d", side, region.ID, held.Len(), whole.Len())
			}
		}
	}
}

func TestBothSidesAreOnePlace(t *testing.T) {
	skin := body.Skin()
	for _, id := range []body.RegionID{"groin", "breast", "knee-front"} {
		both := skin.RegionCells(id, body.Left).Union(skin.RegionCells(id, body.Right))
		places := WholePlaces(both)
		if len(places) != 1 || both.Minus(places[0].Cells).Len() > 0 {
			t.Errorf("both sides of %s are %d places: %v", id, len(places), places)
		}
	}
}
