package atlas

import "knead/body"

// Reach is how a muscle and a region of the skin meet: the share of the region, 0..1,
// in which its points are often felt, in which they are sometimes felt, and under
// which it lies. Left and right are taken together. For a pattern it is where that is
// felt.
type Reach struct {
	Muscle    *Muscle // nil for a pattern
	Region    body.RegionID
	Often     float64
	Sometimes float64 // and not often
	Lies      float64
	OfZone    float64 // the share of all the skin in which it is felt that lies in the region
}

// Felt is the share of the region in which the muscle is felt at all.
func (r Reach) Felt() float64 { return r.Often + r.Sometimes }

// Reaches lists every meeting of a muscle and a region, in the order of the muscles
// and then of [body.Regions].
func (a *Atlas) Reaches() []Reach {
	skin := body.Skin()
	size := sizes(skin)
	var out []Reach
	for _, m := range a.Muscles {
		var often, some, lies body.Set
		for _, p := range m.Points {
			zone := p.Zone(body.Right)
			inked(skin, &often, zone.Essential)
			inked(skin, &some, zone.Spillover)
		}
		inked(skin, &lies, Cells(skin, m.Shape, body.Right))
		for _, r := range meetings(skin, size, often, some.Minus(often), lies) {
			r.Muscle = m
			out = append(out, r)
		}
	}
	return out
}

// Reaches lists where the pattern is felt, in the order of [body.Regions].
func (p *Pattern) Reaches() []Reach {
	skin, zone := body.Skin(), p.Zone(body.Right)
	var often, some body.Set
	inked(skin, &often, zone.Essential)
	inked(skin, &some, zone.Spillover)
	return meetings(skin, sizes(skin), often, some.Minus(often), body.Set{})
}

// sizes are the areas of the regions on one side, in cm2.
func sizes(skin *body.Surface) map[body.RegionID]float64 {
	size := map[body.RegionID]float64{}
	for _, r := range body.Regions() {
		for c := range skin.RegionCells(r.ID, body.Right).All {
			size[r.ID] += skin.Area(c)
		}
	}
	return size
}

// meetings are the shares of the regions that lie in three sets of cells.
func meetings(skin *body.Surface, size map[body.RegionID]float64, often, some, lies body.Set) []Reach {
	oftenIn, someIn, liesIn := byRegion(skin, often), byRegion(skin, some), byRegion(skin, lies)
	var whole float64
	for _, r := range body.Regions() {
		whole += oftenIn[r.ID] + someIn[r.ID]
	}
	var out []Reach
	for _, r := range body.Regions() {
		felt := oftenIn[r.ID] + someIn[r.ID]
		if felt+liesIn[r.ID] == 0 {
			continue
		}
		one := Reach{
			Region: r.ID,
			Often:  oftenIn[r.ID] / size[r.ID], Sometimes: someIn[r.ID] / size[r.ID], Lies: liesIn[r.ID] / size[r.ID],
		}
		if whole > 0 {
			one.OfZone = felt / whole
		}
		out = append(out, one)
	}
	return out
}

// inked adds the cells that lie inside the edge that is drawn, all as cells of the
// right side.
func inked(skin *body.Surface, set *body.Set, cells []body.Weighted) {
	const edge = 0.5 // where a soft shape's line is drawn
	for _, c := range cells {
		if c.W < edge {
			continue
		}
		if skin.Side(c.Cell) == body.Left {
			c.Cell = skin.Mirror(c.Cell)
		}
		set.Add(c.Cell)
	}
}

func byRegion(skin *body.Surface, cells body.Set) map[body.RegionID]float64 {
	area := map[body.RegionID]float64{}
	for c := range cells.All {
		if id := skin.Region(c); id != "" {
			area[id] += skin.Area(c)
		}
	}
	return area
}
