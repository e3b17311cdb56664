package body

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"testing"
)

// surfaceSum is the truth about the committed cells. It changes only together with
// `make body`; when ids change their meaning, Version must change too.
const surfaceSum = "413bc88561d879dffb34db30d6d23a7d4c590167dc746f56ca0700895a322ae5"

func TestTheSurfaceIsTheCommittedOne(t *testing.T) {
	sum := sha256.Sum256(surfaceFile)
	if got := hex.EncodeToString(sum[:]); got != surfaceSum {
		t.Errorf("surface.bin.gz has the sha256 %s, want %s", got, surfaceSum)
	}
}

// skinAt gives the visible right cell whose centre is nearest to a place, and how
// far it is; x is counted from the midline to the right.
func skinAt(x, y, z float64) (CellID, float64) {
	s := Skin()
	best, gap := CellID(0), math.Inf(1)
	for c := range CellID(s.Len() / 2) {
		p := s.Centre(c)
		if d := math.Hypot(math.Hypot(p[0]+x, p[1]-y), p[2]-z); d < gap && !s.Hidden(c) {
			best, gap = c, d
		}
	}
	return best, gap
}

// The places were found on the figure by the joints of the source and by eye, not
// by the coordinates; the coordinates must agree with them.
func TestLandmarksFallWhereTheyMust(t *testing.T) {
	s := Skin()
	for _, k := range []struct {
		name    string
		x, y, z float64 // cm: from the midline, above the soles, forward
		want    Coord   // V within tol
		tol     [3]float64
		regions []RegionID
	}{
		{"mastoid tip", 6.2, 152.7, 2.2, Coord{Head, [3]float64{108, -8}}, [3]float64{6, 6}, []RegionID{"mastoid"}},
		{"ear hole", 7.5, 155.6, 4.4, Coord{Head, [3]float64{92, 13}}, [3]float64{6, 6}, []RegionID{"ear"}},
		{"jaw joint", 6.2, 154.7, 7, Coord{Head, [3]float64{68, 6}}, [3]float64{5, 5}, []RegionID{"tmj"}},
		{"acromion", 16.6, 139.4, 2, Coord{UpperArm, [3]float64{-0.2, 85}}, [3]float64{0.06, 30}, []RegionID{"acromion"}},
		{"notch above the breastbone", 0.2, 134.4, 9.7, Coord{Trunk, [3]float64{2.2, 1}}, [3]float64{0.5, 3}, []RegionID{"sternum"}},
		{"C7", 0.2, 139.3, -4.5, Coord{Trunk, [3]float64{0, 178}}, [3]float64{0.4, 6}, []RegionID{"neck-base"}},
		{"T12", 0.2, 110.8, -4, Coord{Trunk, [3]float64{12, 179}}, [3]float64{0.4, 3}, []RegionID{"thoracic-spine-lower"}},
		{"lower tip of the shoulder blade", 7.5, 121.7, -6.2, Coord{Trunk, [3]float64{7.5, 150}}, [3]float64{0.6, 6}, nil},
		{"navel", 0.3, 101.6, 13.5, Coord{Trunk, [3]float64{15, 1}}, [3]float64{0.6, 3}, []RegionID{"navel"}},
		{"top of the iliac crest", 14.2, 98.2, 2, Coord{Trunk, [3]float64{16, 97}}, [3]float64{0.5, 12}, []RegionID{"iliac-crest", "waist"}},
		{"dimple of the low back", 4.5, 94.5, -7.2, Coord{Trunk, [3]float64{17.5, 163}}, [3]float64{0.8, 6}, []RegionID{"si-joint"}},
		{"greater trochanter", 16, 87, 0.3, Coord{Trunk, [3]float64{21.4, 94}}, [3]float64{0.9, 10}, []RegionID{"trochanter"}},
		{"kneecap", 11.8, 48.7, 9.4, Coord{Thigh, [3]float64{0.99, 0}}, [3]float64{0.03, 12}, []RegionID{"knee-front"}},
		{"hollow of the knee", 11.8, 48.2, -2, Coord{Leg, [3]float64{0, 180}}, [3]float64{0.03, 400}, []RegionID{"knee-back"}},
		{"lateral malleolus", 16.4, 7.4, 2.2, Coord{Leg, [3]float64{0.99, 90}}, [3]float64{0.03, 15}, []RegionID{"ankle-outside"}},
		{"point of the elbow", 22.9, 110.1, -2.8, Coord{UpperArm, [3]float64{1.02, 180}}, [3]float64{0.05, 400}, []RegionID{"elbow-tip"}},
		{"heel", 12.8, 3, -2.9, Coord{Foot, [3]float64{0, 0.5, 90}}, [3]float64{0.05, 0.3, 30}, []RegionID{"heel"}},
	} {
		t.Run(k.name, func(t *testing.T) {
			c, far := skinAt(k.x, k.y, k.z)
			got := s.Coord(c)
			if far > 2 {
				t.Errorf("the skin is %.1f cm away", far)
			}
			if got.Part != k.want.Part {
				t.Fatalf("lies on %v, want %v", got, k.want)
			}
			for i := range k.tol { // an axis without tolerance is not looked at
				if k.tol[i] > 0 && math.Abs(got.V[i]-k.want.V[i]) > k.tol[i] {
					t.Errorf("lies at %v, want %v within %v", got, k.want, k.tol)
					break
				}
			}
			if r := s.Region(c); len(k.regions) > 0 && !slices.Contains(k.regions, r) {
				t.Errorf("lies in the region %s, want one of %v", r, k.regions)
			}
		})
	}
}
