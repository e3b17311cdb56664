package body_test

import (
	"errors"
	"fmt"

	"knead/body"
)

// A phrase becomes cells, and can be read back to the person.
func ExampleFind() {
	for _, phrase := range []string{
		"inside edge of the left shoulder blade",
		"my neck and shoulders when I sit",
		"right arm down to the thumb",
		"shoulder",
		"left sholder",
	} {
		place, err := body.Find(phrase)
		var noSide *body.NoSideError
		switch {
		case errors.As(err, &noSide):
			fmt.Println("which", noSide.Place+"?")
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println(place.Words)
		}
	}
	// Output:
	// inner edge of the left shoulder blade
	// neck; both shoulders
	// from right arm to right thumb
	// which shoulder?
	// "sholder" in "left sholder" is not a place Knead knows; the nearest are "shoulder", "top of the shoulder" and "shoulder blade"
}

// What was painted is said in a handful of places.
func ExampleDescribe() {
	var mark body.Mark
	for _, phrase := range []string{"both temples", "back of the neck"} {
		place, err := body.Find(phrase)
		if err != nil {
			panic(err)
		}
		mark.Paint(place.Cells, 6)
	}
	for _, chip := range body.Describe(mark.Cells()) {
		fmt.Println(chip.Words)
	}
	// Output:
	// back of the neck
	// both temples
}

// A drawing travels as a line of text.
func ExampleDrawing_Encode() {
	place, err := body.Find("right temple")
	if err != nil {
		panic(err)
	}
	mark := body.Mark{Quality: body.Throbbing}
	mark.Paint(place.Cells, 7)
	text := body.Drawing{Marks: []body.Mark{mark}}.Encode()

	back, err := body.DecodeDrawing(text)
	if err != nil {
		panic(err)
	}
	fmt.Println(back.Marks[0].Quality, back.Regions()[0].Region, back.Regions()[0].Max)
	// Output:
	// throbbing temple 7
}

// A place in surface coordinates is a cell; its mirror image is the same place on the
// other side.
func ExampleSurface_At() {
	skin := body.Skin()
	place, err := body.ParseCoord("trunk h T3 az 165")
	if err != nil {
		fmt.Println(err)
		return
	}
	right, left := skin.At(place, body.Right), skin.At(place, body.Left)
	fmt.Println(skin.Region(right), skin.Side(left), skin.Mirror(right) == left)
	// Output:
	// interscapular-upper left true
}

// A shape becomes cells with weights, soft at the edge; a region becomes a set.
func ExampleShape_Cells() {
	shape, err := body.ParseShape("spot r 3: trunk h T3 az 165")
	if err != nil {
		fmt.Println(err)
		return
	}
	skin := body.Skin()
	region := skin.RegionCells("interscapular-upper", body.Right)
	inside, all := 0.0, 0.0
	for _, c := range shape.Cells(skin, body.Right) {
		all += c.W * skin.Area(c.Cell)
		if region.Has(c.Cell) {
			inside += c.W * skin.Area(c.Cell)
		}
	}
	fmt.Println("most of it lies between the shoulder blades:", inside > all/2)
	// Output:
	// most of it lies between the shoulder blades: true
}
