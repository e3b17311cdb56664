package web

import (
	"encoding/binary"
	"testing"

	"knead/body"
)

// From behind, the jaw shows beside the neck: the picture must be torn there, and
// nowhere on the open back.
func TestPicturesAreTornWhereSkinLiesBehindSkin(t *testing.T) {
	v, err := body.LoadView(body.Neutral, "back")
	if err != nil {
		t.Fatal(err)
	}
	tears := tearsOf(v.Map(), v.MapW)
	torn := map[body.RegionID]int{}
	skin := body.Skin()
	for i, c := range v.Map() {
		word := binary.LittleEndian.Uint16(tears[i/8*2:])
		if c != 0 && word>>(2*(i%8))&3 != 0 {
			torn[skin.Region(body.CellID(c-1))]++
		}
	}
	if torn["nape"]+torn["neck-side-back"]+torn["neck-side"]+torn["lower-jaw"]+torn["jaw"]+torn["scm"] == 0 {
		t.Errorf("the edge of the neck before the jaw is not torn; torn are %v", torn)
	}
	for _, whole := range []body.RegionID{"interscapular-lower", "lower-trapezius", "lumbar-paraspinal"} {
		if torn[whole] > 0 {
			t.Errorf("%s is torn %d times", whole, torn[whole])
		}
	}
}
