package reason_test

import (
	"fmt"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// A stiff neck: pain at the corner of the neck and beside the upper shoulder blade.
// The therapist presses what leads the list, and the client knows the pain.
func ExampleModel_Rank() {
	mark := body.Mark{Quality: body.Aching, Levels: map[body.CellID]uint8{}}
	for _, region := range []body.RegionID{"neck-side-back", "interscapular-upper"} {
		for cell := range body.Skin().RegionCells(region, body.Right).All {
			mark.Levels[cell] = 6
		}
	}
	drawing := body.Drawing{Marks: []body.Mark{mark}}

	ranking, err := reason.Standard().Rank(drawing, nil, reason.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	first := ranking.Candidates[0]
	fmt.Println(first.Band+":", first.Side, first.Point.Muscle.Name)

	pressed := []reason.Finding{{Point: first.Point.ID, Side: first.Side, Familiar: reason.Yes}}
	again, err := reason.Standard().Rank(drawing, pressed, reason.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("more likely now:", again.Candidates[0].Weight > first.Weight)
	fmt.Println("less is left for something else:", again.Other.Weight < ranking.Other.Weight)

	// Output:
	// check first: right levator scapulae
	// more likely now: true
	// less is left for something else: true
}

// How much of what hurts lies in a zone is a start, and not the ranking: that also
// knows how common a point is, what else would be felt, and that it may be something
// else. Both are shown here for a pain in the temple.
func Example_overlap() {
	skin := body.Skin()
	painted := skin.RegionCells("temple", body.Right)

	best, most := "", 0.0
	for _, p := range atlas.Standard().Points() {
		zone, both := 0.0, 0.0
		for _, c := range p.Zone(body.Right).Essential {
			zone += c.W * skin.Area(c.Cell)
			if painted.Has(c.Cell) {
				both += c.W * skin.Area(c.Cell)
			}
		}
		if share := both / max(zone, 1); share > most {
			best, most = p.Muscle.Name, share
		}
	}
	fmt.Println("most of its zone is painted:", best)

	mark := body.Mark{}
	mark.Paint(painted, 5)
	ranking, err := reason.Standard().Rank(body.Drawing{Marks: []body.Mark{mark}}, nil, reason.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	first := ranking.Candidates[0]
	fmt.Println(first.Band+":", first.Side, first.Point.Muscle.Name)
	fmt.Println("something else is always in the list:", ranking.Other.Weight > 0)
	// Output:
	// most of its zone is painted: temporalis
	// check first: right temporalis
	// something else is always in the list: true
}
