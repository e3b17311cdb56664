package atlas

import (
	"cmp"
	"slices"
	"sync"

	"knead/body"
)

// sometimes is what skin counts that is felt sometimes, beside 1 for skin that is
// felt often. Chosen: half.
const sometimes = 0.5

// Neighbour is a muscle whose points are felt in much the same places as another's,
// so that pain there does not tell the two apart.
type Neighbour struct {
	Muscle *Muscle
	Share  float64 // of the skin that either is felt in, weighted, what both are felt in: 0..1
}

// Neighbours lists the muscles that share most of their referral zones with a muscle,
// the nearest first. Muscles that share less than least of the skin are left out.
// Skin that is felt sometimes counts half.
func (a *Atlas) Neighbours(m *Muscle, least float64) []Neighbour {
	return slices.DeleteFunc(a.around(m.felt(), least), func(n Neighbour) bool { return n.Muscle == m })
}

// MusclesAround lists the muscles that are felt in much the same places as a pattern,
// as [Atlas.Neighbours] does for a muscle.
func (a *Atlas) MusclesAround(p *Pattern, least float64) []Neighbour {
	return a.around(felt(p.Zone(body.Right)), least)
}

// around lists the muscles that share most of some skin, the nearest first.
func (a *Atlas) around(own []body.Weighted, least float64) []Neighbour {
	skin := body.Skin()
	var out []Neighbour
	for _, m := range a.Muscles {
		if s := overlap(skin, own, m.felt()); s > 0 && s >= least {
			out = append(out, Neighbour{m, s})
		}
	}
	slices.SortStableFunc(out, func(a, b Neighbour) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

// feltSkin is worked out when it is first asked for.
type feltSkin struct {
	once  sync.Once
	cells []body.Weighted
}

// felt is the skin in which any point of the muscle is felt, of the right side's
// points, sorted by cell. It must not be changed.
func (m *Muscle) felt() []body.Weighted {
	m.skin.once.Do(func() {
		zones := make([]Zone, len(m.Points))
		for i, p := range m.Points {
			zones[i] = p.Zone(body.Right)
		}
		m.skin.cells = felt(zones...)
	})
	return m.skin.cells
}

// felt is the skin of several zones, sorted by cell.
func felt(zones ...Zone) []body.Weighted {
	weight := map[body.CellID]float64{}
	for _, zone := range zones {
		for _, c := range zone.Essential {
			weight[c.Cell] = max(weight[c.Cell], c.W)
		}
		for _, c := range zone.Spillover {
			weight[c.Cell] = max(weight[c.Cell], sometimes*c.W)
		}
	}
	return sorted(weight)
}

// overlap is the weighted area that two lists of cells share, as a share of what they
// cover together (the Jaccard index with weights).
func overlap(skin *body.Surface, a, b []body.Weighted) float64 {
	var both, either float64
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Cell < b[0].Cell:
			either += a[0].W * skin.Area(a[0].Cell)
			a = a[1:]
		case len(a) == 0 || b[0].Cell < a[0].Cell:
			either += b[0].W * skin.Area(b[0].Cell)
			b = b[1:]
		default:
			area := skin.Area(a[0].Cell)
			both += min(a[0].W, b[0].W) * area
			either += max(a[0].W, b[0].W) * area
			a, b = a[1:], b[1:]
		}
	}
	if either == 0 {
		return 0
	}
	return both / either
}
