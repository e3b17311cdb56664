package body

import "testing"

func TestEveryVisibleCellLiesInOneRegion(t *testing.T) {
	s := Skin()
	bad := 0
	for c := range CellID(s.Len()) {
		if s.Hidden(c) != (s.Region(c) == "") {
			if bad++; bad < 20 {
				t.Errorf("cell %d at %v: hidden %v, region %q", c, s.Coord(c), s.Hidden(c), s.Region(c))
			}
		}
		if s.Hidden(c) != (s.CHOIR(c) == 0) {
			t.Fatalf("cell %d: CHOIR %d", c, s.CHOIR(c))
		}
	}
	m := regionMap()
	for i, r := range m.regions {
		t.Logf("%-28s %4d cells %6.1f cm2 %d %d", r.ID, m.cells[i].Len(), m.area[i], r.CHOIRRight, r.CHOIRLeft)
		if m.area[i] < 2 {
			t.Errorf("region %s has %.2f cm2", r.ID, m.area[i])
		}
	}
}
