package reason

import (
	"math"
	"slices"
)

// A group of painted patches becomes a net in three steps: resolve chooses how finely it is
// read, measure adds up the sites, tie turns strengths and levels into chances.

// resolve reads the group through the finest grids on which elimination is affordable. It
// starts with the finest everywhere; while that is too much, the areas of the body with
// the most sites are read on the next coarser grid, right and left alike. It leaves a
// plan of the elimination, or is not ok where even the coarsest grid is too much.
func (c *Case) resolve() (work int, ok bool) {
	for _, p := range c.inGroup {
		c.level[c.areaOf(p)] = 0
	}
	for {
		sites := c.number()
		coarser := c.mostSites()
		work, ok = 0, false
		if sites <= 64 {
			c.mark()
			if coarser == 0 || c.solver.exact.leastWidth(sites) <= comfortable {
				if work, ok = c.solver.exact.arrange(sites); ok && work <= affordable {
					return work, true
				}
			}
		}
		if coarser == 0 {
			return work, ok
		}
		for _, p := range c.inGroup {
			if a := c.areaOf(p); c.inArea[a] == coarser && int(c.level[a]) < len(c.m.grids)-1 {
				c.level[a]++
				c.inArea[a] = 0
			}
		}
	}
}

// mostSites is the most sites that an area has of those that can be read on a coarser
// grid; 0 when there is none.
func (c *Case) mostSites() (most int32) {
	for _, p := range c.inGroup {
		if a := c.areaOf(p); int(c.level[a]) < len(c.m.grids)-1 {
			most = max(most, c.inArea[a])
		}
	}
	return most
}

// mark tells the elimination which sites each cause of the group touches.
func (c *Case) mark() {
	mask := zeroed(c.solver.exact.mask, len(c.groups[len(c.groups)-1].causes))
	for i, p := range c.inGroup {
		for _, j := range c.m.aroundPatch(p) {
			mask[c.local[j]-1] |= 1 << c.bit[i]
		}
	}
	c.solver.exact.mask = mask
}

// areaOf is the area of the body in which a patch lies, the same for right and left.
func (c *Case) areaOf(p int32) int32 {
	return c.m.areas.of[p] % int32(c.m.areas.count/2)
}

// number gives each patch of the group its site, and counts the sites in each area.
func (c *Case) number() (sites int) {
	m := c.m
	for _, p := range c.inGroup {
		a := c.areaOf(p)
		c.inArea[a] = 0
		g := c.level[a]
		c.siteOf[g][m.grids[g].of[p]] = 0
	}
	c.bit = c.bit[:0]
	for _, p := range c.inGroup {
		a := c.areaOf(p)
		g := c.level[a]
		s := &c.siteOf[g][m.grids[g].of[p]]
		if *s == 0 {
			sites++
			*s = int32(sites)
			c.inArea[a]++
		}
		c.bit = append(c.bit, *s-1)
	}
	return sites
}

// measure adds up the sites of the group: how many observations they count as, and how
// strongly each cause makes a client paint them.
func (c *Case) measure() {
	m := c.m
	g := &c.groups[len(c.groups)-1]
	causes, sites := len(g.causes), int(slices.Max(c.bit))+1
	g.endSite = g.firstSite + sites
	c.heart = zeroed(c.heart, sites*causes)
	from := len(c.shares)
	c.shares = append(c.shares, c.heart...)
	for s := range sites {
		c.sites = append(c.sites, site{strength: c.shares[from+s*causes:][:causes]})
	}
	for i, p := range c.inGroup {
		scale, sum := c.scale[m.areas.of[p]], &c.read.patches[p]
		s := &c.sites[g.firstSite+int(c.bit[i])]
		s.weight += scale * sum.size
		s.level += scale * sum.level
		heart := c.heart[int(c.bit[i])*causes:][:causes]
		around := c.read.around(p)
		for k, j := range m.aroundPatch(p) {
			local := c.local[j] - 1
			s.strength[local] += scale * around[k].strength
			heart[local] += scale * around[k].heart
		}
	}
	for i := range sites {
		s := &c.sites[g.firstSite+i]
		s.level /= s.weight
		for k := range causes {
			s.strength[k] /= s.weight
			c.heart[i*causes+k] /= s.weight
		}
	}
}

// tie makes the net of the group.
//
// Levels follow noisy-MAX: every cause makes a client paint a site in some grade, or not
// at all, and what is painted is the highest of these. The chance that a site has just
// the grade g is the chance that nothing goes above g, which is a product over causes
// and goes to their odds, times the chance that not everything stays below g, which is
// the noisy-OR of the net.
//
// A site of weight 1 has the chance leak of being painted for another reason; a site of
// weight u counts as the u-th power of that: its odds and its leak are u-th powers, and
// its edges follow. So a piece of paint says the same about a cause, however the grid
// cuts it, up to heaviest.
func (c *Case) tie() {
	g := &c.groups[len(c.groups)-1]
	causes := len(g.causes)
	graded := c.read.graded()
	c.net.reset()
	c.bases = c.bases[:0]
	for s := g.firstSite; s < g.endSite; s++ {
		x := &c.sites[s]
		grade := 0
		if graded {
			grade = gradeOf(x.level, c.read.peak)
		}
		b := c.m.numbers.baseOf(min(x.weight, heaviest), grade)
		c.bases = append(c.bases, b)
		c.net.leak = append(c.net.leak, b.whole)
	}
	for k, j := range g.causes {
		stayed := 0.0
		for i := range c.bases {
			if w := c.sites[g.firstSite+i].strength[k]; w > 0 {
				stays, hit := c.bases[i].effect(w, c.heart[i*causes+k])
				stayed += stays
				c.net.edges = append(c.net.edges, edge{int32(i), hit})
			}
		}
		odds := c.given[j]
		if stayed < 0 {
			odds *= math.Exp(stayed)
		}
		c.net.add(odds)
	}
}

// base is what is the same for all causes of a site.
type base struct {
	observations float64
	leak         float64 // chance that one observation has its grade for another reason, given that none goes above
	whole        float64 // chance that the whole site is painted for another reason
	grade        int     // of its paint, 1 to 3; 0 where the drawing has no grades

	// The chances that pain of the heart and of the edge of a zone, if it is painted, is
	// above the grade, and that it is in or above it.
	heartAbove, heartFrom, edgeAbove, edgeFrom float64
}

// baseOf is the base of a site that counts as so many observations of a grade.
func (n *Numbers) baseOf(observations float64, grade int) base {
	b := base{observations: observations, grade: grade, leak: n.Leak}
	if grade > 0 {
		b.heartAbove, b.heartFrom = tail(&n.HeartAbove, b.grade), tail(&n.HeartAbove, b.grade-1)
		b.edgeAbove, b.edgeFrom = tail(&n.EdgeAbove, b.grade), tail(&n.EdgeAbove, b.grade-1)
		b.leak = 1 - (1-n.Leak*tail(&n.LeakAbove, b.grade-1))/(1-n.Leak*tail(&n.LeakAbove, b.grade))
	}
	b.whole = math.Pow(b.leak, b.observations)
	return b
}

// effect is what a cause of a strength, of which a part hurts as the heart of a zone
// does, means to the site: the log of the factor by which its odds fall because it did not
// make the site hurt more than it does, and its chance to make the client paint the site.
func (b *base) effect(strength, heart float64) (stayed, hit float64) {
	below := 1 - strength // the chance to stay below the grade, given that it does not go above
	if b.grade > 0 {
		stays := 1 - heart*b.heartAbove - (strength-heart)*b.edgeAbove
		below = (1 - heart*b.heartFrom - (strength-heart)*b.edgeFrom) / stays
		if b.grade < 3 {
			stayed = b.observations * math.Log(stays)
		}
	}
	more := math.Expm1(b.observations * math.Log((1-below*(1-b.leak))/b.leak)) // by which the cause multiplies its odds, less 1
	return stayed, min(more*b.whole/(1-b.whole), 1)
}

// tail is the chance to be above a grade, given that it is painted.
func tail(above *[2]float64, grade int) float64 {
	switch grade {
	case 0:
		return 1
	case 3:
		return 0
	}
	return above[grade-1]
}
