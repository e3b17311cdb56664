package body

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryVisibleCellLiesInOneRegionAndOneSegment(t *testing.T) {
	s := Skin()
	count := map[CellID]int{}
	for _, r := range Regions() {
		for _, side := range []Side{Right, Left} {
			for c := range s.RegionCells(r.ID, side).All {
				count[c]++
				if s.Side(c) != side || s.Region(c) != r.ID {
					t.Fatalf("cell %d of %s %s says %s %s", c, side, r.ID, s.Side(c), s.Region(c))
				}
			}
		}
	}
	for c := range CellID(s.Len()) {
		want := 1
		if s.Hidden(c) {
			want = 0
		}
		if count[c] != want || (s.Region(c) == "") != s.Hidden(c) || (s.CHOIR(c) == 0) != s.Hidden(c) {
			t.Fatalf("cell %d at %v (hidden %v) lies in %d regions, region %q, segment %d",
				c, s.Coord(c), s.Hidden(c), count[c], s.Region(c), s.CHOIR(c))
		}
	}
}

func TestRegionsAreManyAndNoneIsEmpty(t *testing.T) {
	m := regionMap()
	if len(m.regions) < 107 {
		t.Errorf("%d regions a side, want at least 107", len(m.regions))
	}
	for i, r := range m.regions {
		if m.area[i] < 3 {
			t.Errorf("region %s has %.1f cm2", r.ID, m.area[i])
		}
		if r.Lay == "" || r.Name == "" || r.Group == "" || !isRightCHOIR(r.CHOIRRight) || r.CHOIRLeft != otherCHOIR(r.CHOIRRight) {
			t.Errorf("region %s lacks something: %+v", r.ID, r)
		}
		if got, ok := RegionByID(r.ID); !ok || got.Lay != r.Lay {
			t.Errorf("RegionByID(%q) = %v, %v", r.ID, got, ok)
		}
	}
	if _, ok := RegionByID("nowhere"); ok || Skin().RegionCells("nowhere", Left).Len() != 0 {
		t.Error("the unknown region is known")
	}
}

// A region is one piece of skin: a border drawn wrongly leaves islands.
func TestRegionsHangTogether(t *testing.T) {
	s := Skin()
	for i, r := range regionMap().regions {
		cells := regionMap().cells[i]
		largest := 0.0
		seen := map[CellID]bool{}
		for c := range cells.All {
			if seen[c] {
				continue
			}
			var piece Set
			for todo := []CellID{c}; len(todo) > 0; {
				k := todo[len(todo)-1]
				todo = todo[:len(todo)-1]
				if seen[k] || !cells.Has(k) {
					continue
				}
				seen[k] = true
				piece.Add(k)
				todo = append(todo, s.Neighbours(k)...)
			}
			largest = max(largest, s.areaOf(piece))
		}
		if all := s.areaOf(cells); largest < 0.8*all {
			t.Errorf("region %s: the largest piece has %.1f of %.1f cm2", r.ID, largest, all)
		}
	}
}

func TestMidlineRegionsReachTheMidline(t *testing.T) {
	s := Skin()
	for _, r := range Regions() {
		nearest := 100.0
		for c := range s.RegionCells(r.ID, Right).All {
			nearest = min(nearest, abs(s.Centre(c)[0]))
		}
		if r.Midline && nearest > 6 {
			t.Errorf("midline region %s begins %.1f cm from the midline", r.ID, nearest)
		}
	}
}

func TestPlacesThatCanBeFeltFallIntoTheirRegions(t *testing.T) {
	s := Skin()
	for place, want := range map[string]string{
		"head az 98 el 5":               "ear mastoid",
		"head az 110 el 0":              "mastoid",
		"head az 56 el 30":              "temple",
		"head az 2 el 45":               "forehead",
		"head az 178 el 12":             "occiput",
		"head az 60 el -20":             "jaw",
		"neck h 0.9 az 160":             "suboccipital",
		"neck h 0.4 az 170":             "nape",
		"neck h 0.6 az 75":              "scm",
		"trunk h C7 az 178":             "neck-base",
		"trunk h T3.5 az 178":           "thoracic-spine-upper",
		"trunk h T4.5 az 140":           "infraspinous",
		"trunk h T1 az 140":             "supraspinous",
		"trunk h T7 az 147":             "infraspinous",
		"trunk h T5 az 160":             "interscapular-lower",
		"trunk h T2 az 160":             "interscapular-upper",
		"trunk h C6.9 az 112":           "upper-trapezius",
		"trunk h L3 az 178":             "lumbar-spine",
		"trunk h L3 az 162":             "lumbar-paraspinal",
		"trunk h L2 az 135":             "flank",
		"trunk h L4.2 az 118":           "iliac-crest",
		"trunk h S2 az 164":             "si-joint",
		"trunk h S4.6 az 93":            "trochanter",
		"trunk h T4 az 2":               "sternum",
		"trunk h T1.05 az 42":           "collarbone",
		"trunk h T12 az 2":              "upper-abdomen-middle",
		"trunk h L3 az 2":               "navel",
		"trunk h T10 az 45":             "front-ribs",
		"trunk h T11 az 90":             "side-ribs-lower",
		"upper-arm t -0.1 theta 70":     "acromion",
		"upper-arm t 0.2 theta 10":      "front-deltoid",
		"upper-arm t 0.6 theta 0":       "biceps",
		"upper-arm t 0.985 theta 172":   "elbow-tip",
		"upper-arm t 0.95 theta 90":     "elbow-outside",
		"forearm t 0.3 theta 0":         "forearm-front-upper",
		"forearm t 0.95 theta 0":        "wrist-front",
		"hand ray 1 seg 1 phi 40":       "thenar",
		"hand ray 3 seg 0.5 phi 170":    "hand-back",
		"hand ray 5 seg 3 phi 90":       "little-finger",
		"thigh t 0.2 theta 178":         "thigh-back-upper",
		"thigh t 0.965 theta 4":         "knee-front",
		"leg t 0.05 theta 180":          "knee-back",
		"leg t 0.3 theta 200":           "calf-inner",
		"leg t 0.9 theta 178":           "achilles",
		"leg t 0.97 theta 95":           "ankle-outside",
		"foot len 0.1 side 0.5 phi 175": "heel-pad",
		"foot len 0.95 side 0.2 phi 20": "big-toe",
		"foot len 0.7 side 0.5 phi 175": "sole-front",
	} {
		c, err := ParseCoord(place)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Region(s.At(c, Left)); !slices.Contains(strings.Fields(want), string(got)) {
			t.Errorf("%s lies in %s, want %s", place, got, want)
		}
	}
}

// The composition of segments by regions, front and back, as published for the CHOIR
// body map and read from its image map.
func TestRegionsComposeToCHOIRSegments(t *testing.T) {
	for ids, want := range map[string][]int{
		"temple forehead crown":                      {101, 202},
		"jaw tmj cheek lower-jaw":                    {103},
		"mastoid suboccipital occiput":               {204},
		"nape neck-side-back":                        {206},
		"scm neck-side throat":                       {105},
		"upper-trapezius":                            {107, 210, 209},
		"infraspinous interscapular-upper":           {209},
		"flank lumbar-paraspinal lumbar-spine":       {219},
		"gluteal-upper gluteal-lower":                {224},
		"gluteal-side trochanter":                    {225, 120},
		"hip-front":                                  {120},
		"biceps triceps":                             {111, 214},
		"elbow-tip elbow-crease":                     {216, 113},
		"wrist-front wrist-back":                     {119, 226},
		"palm thenar hand-back":                      {125, 230},
		"thigh-front thigh-back":                     {126, 229},
		"knee-front knee-back":                       {129, 232},
		"shin calf-lower leg-outside":                {131, 234},
		"ankle-front achilles ankle-inside":          {133, 236},
		"foot-top sole-front":                        {135, 238},
		"abdomen-upper navel pubic":                  {116, 121},
		"sternum upper-chest breast side-ribs-upper": {108, 213},
	} {
		s := Skin()
		for _, id := range strings.Fields(ids) {
			for c := range s.RegionCells(RegionID(id), Right).All {
				if !slices.Contains(want, s.CHOIR(c)) {
					t.Errorf("region %s, cell at %v: segment %d, want one of %v", id, s.Coord(c), s.CHOIR(c), want)
					break
				}
				if l := s.CHOIR(s.Mirror(c)); l != otherCHOIR(s.CHOIR(c)) || l == s.CHOIR(c) {
					t.Errorf("the mirror of segment %d is %d", s.CHOIR(c), l)
				}
			}
		}
	}
	for id, want := range map[RegionID][2]int{"temple": {101, 102}, "occiput": {204, 203}, "upper-trapezius": {209, 208}, "biceps": {111, 112}, "palm": {125, 128}, "sole-front": {238, 237}, "breast": {108, 109}} {
		if r, ok := RegionByID(id); !ok || r.CHOIRRight != want[0] || r.CHOIRLeft != want[1] {
			t.Errorf("%s has main segments %d and %d, want %v", id, r.CHOIRRight, r.CHOIRLeft, want)
		}
	}
	var have Set
	for c := range CellID(Skin().Len()) {
		have.Add(CellID(Skin().CHOIR(c)))
	}
	for n := 101; n <= 238; n++ {
		if want := n <= 136 || n >= 201; have.Has(CellID(n)) != want {
			t.Errorf("segment %d has skin: %v, want %v", n, !want, want)
		}
	}
}

func TestBrokenRegionFilesAreRefused(t *testing.T) {
	ok := "region a | A | a\n group: G\n choir: 101 202\n skin head rest\n"
	if _, err := parseRegions(ok); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"two names":      "region a | A\n",
		"no region":      "skin head rest\n",
		"twice":          ok + ok,
		"no skin":        "region a | A | a\n group: G\n choir: 101\n",
		"no group":       "region a | A | a\n choir: 101\n skin head rest\n",
		"left segment":   strings.Replace(ok, "101", "102", 1),
		"no segment":     strings.Replace(ok, "101 202", "x", 1),
		"three segments": strings.Replace(ok, "101 202", "101 202 101", 1),
		"unknown word":   ok + " colour: red\n",
		"broken shape":   strings.Replace(ok, "rest", "toes", 1),
		"broken part":    strings.Replace(ok, "101 202", "101 in head", 1),
		"a spot":         strings.Replace(ok, "skin head rest", "spot r 2: head az 0 el 0", 1),
	} {
		if _, err := parseRegions(text); err == nil || !strings.Contains(err.Error(), "regions.txt") {
			t.Errorf("%s: error %v, want one with its place in the file", name, err)
		}
	}
}

func BenchmarkLayRegions(b *testing.B) {
	regions, err := parseRegions(regionsFile)
	if err != nil {
		b.Fatal(err)
	}
	s := Skin()
	for b.Loop() {
		s.lay(regions)
	}
}

func BenchmarkRegionCells(b *testing.B) {
	s := Skin()
	for b.Loop() {
		s.RegionCells("infraspinous", Left)
	}
}
