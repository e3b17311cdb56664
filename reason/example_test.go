package reason_test

import (
	"fmt"

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
