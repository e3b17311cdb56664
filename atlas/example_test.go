package atlas_test

import (
	"errors"
	"fmt"

	"knead/atlas"
	"knead/body"
)

// The embedded atlas knows a muscle by any of its names.
func ExampleAtlas_MuscleByName() {
	a := atlas.Standard()
	m, ok := a.MuscleByName("shoulder blade lifter")
	if !ok {
		fmt.Println("no such muscle")
		return
	}
	fmt.Println(m.Name + ", " + m.Latin)
	fmt.Println("from", m.From)
	for _, p := range m.Points {
		fmt.Printf("%s: %s (%s)\n", p.ID, p.Where, p.Depth)
	}
	source, _ := a.Source(m.Points[0].Sources[0])
	fmt.Println("a source was read as:", source.Seen)
	// Output:
	// levator scapulae, musculus levator scapulae
	// from posterior tubercles of the transverse processes of C1 to C4
	// levator-scapulae-1: angle of the neck, where the muscle comes out from under the trapezius (middle)
	// levator-scapulae-2: just above the upper inner corner of the shoulder blade (middle)
	// a source was read as: secondary
}

// A zone is a list of cells with weights. Which regions does it lie in most?
func ExamplePoint_Zone() {
	p, _ := atlas.Standard().Point("levator-scapulae-2")
	skin := body.Skin()
	area := map[body.RegionID]float64{}
	best := body.RegionID("")
	for _, c := range p.Zone(body.Left).Essential {
		r := skin.Region(c.Cell)
		area[r] += c.W * skin.Area(c.Cell)
		if area[r] > area[best] {
			best = r
		}
	}
	region, _ := body.RegionByID(best)
	fmt.Println("felt most in the region:", region.Lay)

	spot := p.Cell(body.Left)
	fmt.Println("the point lies on the", skin.Side(spot), "side, at", skin.Region(spot))
	// Output:
	// felt most in the region: Top of the shoulder
	// the point lies on the left side, at supraspinous
}

// ParseText reads an atlas of one's own, strictly: every mistake has its place.
func ExampleParseText() {
	_, err := atlas.ParseText("mine.txt", "muscle biceps\n  layer: 9\n")
	if all, ok := errors.AsType[atlas.Errors](err); ok {
		fmt.Println(all[len(all)-1])
	}
	// Output:
	// mine.txt:2:10: layer: "9": write a whole number from 1 to 4
}
