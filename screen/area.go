package screen

import (
	"slices"

	"knead/body"
)

// area is a named piece of skin, on both sides.
type area struct {
	name    string
	words   string
	regions []body.RegionID
	parts   []body.Part
	shapes  []body.Shape
	index   int // among all areas and sites

	// of a site only
	why, source string
}

func (b *book) readArea(r *record, f fields) error {
	a := &area{name: r.id, words: f.one("words"), index: len(b.areas)}
	for _, id := range items(f.may("regions")) {
		if _, ok := body.RegionByID(body.RegionID(id)); !ok {
			f.failf("regions", "%q is no region of the skin", id)
		}
		a.regions = append(a.regions, body.RegionID(id))
	}
	for _, name := range items(f.may("parts")) {
		i := slices.Index(partNames[:], name)
		if i < 0 {
			f.failf("parts", "%q is no part of the skin", name)
			continue
		}
		a.parts = append(a.parts, body.Part(i))
	}
	if len(a.regions)+len(a.parts) == 0 {
		return r.errorf("area %s is empty: give it regions or parts", r.id)
	}
	b.areas = append(b.areas, a)
	b.area[r.id] = a
	return f.done("words", "regions", "parts")
}

// partNames are the parts of the skin as the file writes them.
var partNames = [body.NumParts]string{"head", "neck", "trunk", "upper-arm", "forearm", "hand", "thigh", "leg", "foot"}

func (b *book) readSite(r *record, f fields) error {
	a := &area{name: r.id, words: f.one("words"), why: f.one("why"), source: f.one("source")}
	for _, line := range f.all["shape"] {
		shape, err := body.ParseShape(line.text)
		if err != nil {
			return r.errorAt(line, "%v", err)
		}
		a.shapes = append(a.shapes, shape)
	}
	if len(a.shapes) == 0 {
		return r.errorf("site %s has no shape", r.id)
	}
	b.sites = append(b.sites, a)
	return f.done("words", "why", "shape", "source")
}

// siteWeight is from how far inside a soft-edged shape a cell belongs to a site
// (chosen: the middle of the edge).
const siteWeight = 0.5

// skinOf is the areas as cells, worked out once.
type skinOf struct {
	areas []body.Set
	sites []body.Set
	all   body.Set
	limbs [4]body.Set // right arm, left arm, right leg, left leg
}

// onSkin gives the areas as cells.
func (b *book) onSkin() *skinOf {
	b.skinOnce.Do(func() {
		skin := body.Skin()
		s := &skinOf{}
		parts := [body.NumParts]body.Set{}
		for c := range body.CellID(skin.Len()) {
			part := skin.Coord(c).Part
			s.all.Add(c)
			parts[part].Add(c)
			if i, ok := limbOf(part, skin.Side(c)); ok {
				s.limbs[i].Add(c)
			}
		}
		for _, a := range b.areas {
			var cells body.Set
			for _, id := range a.regions {
				cells = cells.Union(bothSides(skin, id))
			}
			for _, p := range a.parts {
				cells = cells.Union(parts[p])
			}
			s.areas = append(s.areas, cells)
		}
		for _, a := range b.sites {
			var cells body.Set
			for _, shape := range a.shapes {
				for _, side := range []body.Side{body.Right, body.Left} {
					for _, w := range shape.Cells(skin, side) {
						if w.W >= siteWeight {
							cells.Add(w.Cell)
						}
					}
				}
			}
			s.sites = append(s.sites, cells)
		}
		b.skin = s
	})
	return b.skin
}

func bothSides(skin *body.Surface, id body.RegionID) body.Set {
	return skin.RegionCells(id, body.Right).Union(skin.RegionCells(id, body.Left))
}

// limbOf gives the limb that a part on a side belongs to.
func limbOf(p body.Part, side body.Side) (int, bool) {
	switch p {
	case body.UpperArm, body.Forearm, body.Hand:
		return int(side), true
	case body.Thigh, body.Leg, body.Foot:
		return 2 + int(side), true
	default:
		return 0, false
	}
}

// whole fills paint up to the whole regions it lies in, on the painted side.
func whole(painted body.Set) body.Set {
	skin := body.Skin()
	var filled body.Set
	for c := range painted.All {
		if int(c) >= skin.Len() || filled.Has(c) {
			continue
		}
		filled.Add(c)
		if id := skin.Region(c); id != "" {
			filled = filled.Union(skin.RegionCells(id, skin.Side(c)))
		}
	}
	return filled
}

// limbs gives the whole limbs that the cells touch; what lies on no limb stays as it is.
func (s *skinOf) wholeLimbs(cells body.Set) body.Set {
	out := cells
	for _, limb := range s.limbs {
		if limb.Intersect(cells).Len() > 0 {
			out = out.Union(limb)
		}
	}
	return out
}
