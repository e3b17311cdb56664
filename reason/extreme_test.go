package reason

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"knead/body"
)

// digits are the bits with which the oracle reckons: 1 less a chance of 1e-40 keeps as
// many digits as a double has.
const digits = 256

func precise(x float64) *big.Float { return new(big.Float).SetPrec(digits).SetFloat64(x) }

// exactly is brute in so many digits that nothing is lost.
func (n *net) exactly() []float64 {
	one, total, on := precise(1), precise(0), make([]*big.Float, len(n.odds))
	for j := range on {
		on[j] = precise(0)
	}
	for set := range 1 << len(n.odds) {
		w, still := precise(1), make([]*big.Float, len(n.leak))
		for i, leak := range n.leak {
			still[i] = precise(0).Sub(one, precise(leak))
		}
		for j, odds := range n.odds {
			if set>>j&1 == 1 {
				w.Mul(w, precise(odds))
				for _, e := range n.of(j) {
					still[e.site].Mul(still[e.site], precise(0).Sub(one, precise(e.hit)))
				}
			}
		}
		for _, q := range still {
			w.Mul(w, q.Sub(one, q))
		}
		total.Add(total, w)
		for j := range on {
			if set>>j&1 == 1 {
				on[j].Add(on[j], w)
			}
		}
	}
	out := make([]float64, len(on))
	for j := range on {
		out[j], _ = on[j].Quo(on[j], total).Float64()
	}
	return out
}

// extremeNet draws a net whose chances lie next to 0 and next to 1, and whose odds from
// next to nothing to certain.
func extremeNet(rng *rand.Rand, causes, sites int) *net {
	n := new(net)
	n.reset()
	chance := func() float64 {
		small := math.Pow(10, -16*rng.Float64())
		return [...]float64{small, small, 1 - small, rng.Float64(), 1}[rng.IntN(5)]
	}
	for range 1 + rng.IntN(sites) {
		n.leak = append(n.leak, chance())
	}
	for range 1 + rng.IntN(causes) {
		for s := range n.leak {
			if rng.IntN(3) > 0 {
				n.edges = append(n.edges, edge{int32(s), chance()})
			}
		}
		n.add([...]float64{0, 0.01, math.Pow(10, -40+52*rng.Float64()), math.Pow(10, -40+52*rng.Float64())}[rng.IntN(4)])
	}
	return n
}

func TestExtremeNetsKeepTheirBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	hold := func(n *net) (unknown int) {
		want, budget := n.exactly(), 1+rng.IntN(40)
		searched, _ := n.searched(budget)
		exact := n.eliminated(t)
		for j := range want {
			for name, b := range map[string]belief{"search": searched[j], "elimination": exact[j]} {
				if !(math.Abs(b.weight-want[j]) <= b.bound) || !(b.weight >= 0 && b.weight <= 1) {
					t.Fatalf("%s with %d nodes: cause %d has weight %v +- %v, exactly %v\n%+v", name, budget, j, b.weight, b.bound, want[j], n)
				}
			}
			if exact[j].bound > rounding {
				unknown++
			}
		}
		return unknown
	}
	for range 1000 {
		if unknown := hold(extremeNet(rng, 8, 7)); unknown > 0 {
			t.Fatalf("elimination knows nothing of %d causes", unknown)
		}
	}
	unknown := 0
	for range 4 { // evidence too unlikely for doubles
		n := extremeNet(rng, 3, 1)
		for len(n.leak) < 20 {
			n.leak = append(n.leak, 1e-18*rng.Float64())
		}
		for s := range n.leak {
			n.edges = append(n.edges, edge{int32(s), 1e-18 * rng.Float64()})
		}
		n.add(0.01)
		unknown += hold(n)
	}
	if unknown == 0 {
		t.Error("all is known of evidence that has no double")
	}
}

// extremeDrawing paints a cell, a disc, or the whole body, in one level or in all.
func extremeDrawing(rng *rand.Rand, near body.CellID) body.Drawing {
	skin := body.Skin()
	var d body.Drawing
	for range 1 + rng.IntN(3) {
		mark := body.Mark{Levels: map[body.CellID]uint8{}}
		if rng.IntN(3) == 0 {
			mark.Quality = body.Tingling
		}
		cells := []body.CellID{near}
		switch rng.IntN(4) {
		case 0:
			for c := range body.CellID(skin.Len()) {
				cells = append(cells, c)
			}
		case 1, 2:
			cells = skin.Near(skin.Centre(near), 12*rng.Float64())
		}
		level, mixed := uint8(1+rng.IntN(body.MaxLevel)), rng.IntN(2) == 0
		for _, c := range cells {
			if mixed {
				level = uint8(1 + rng.IntN(body.MaxLevel))
			}
			mark.Levels[c] = level
		}
		d.Marks = append(d.Marks, mark)
	}
	return d
}

// byDefinition works out the weights of the last group of a case from the strengths of its
// sites, by what noisy-MAX and the counting of observations mean, and in many digits.
func (c *Case) byDefinition() []float64 {
	g := c.groups[len(c.groups)-1]
	n := new(net)
	n.reset()
	numbers := &c.m.numbers
	upTo := func(above *[2]float64, strength float64, grade int) float64 { return 1 - strength*tail(above, grade) }
	grades := make([]int, 0, len(c.sites))
	for _, s := range c.sites[g.firstSite:g.endSite] {
		grade := 0
		if c.read.graded() {
			grade = gradeOf(s.level, c.read.peak)
		}
		grades = append(grades, grade)
	}
	leak := func(grade int) float64 {
		if grade == 0 {
			return numbers.Leak
		}
		return (upTo(&numbers.LeakAbove, numbers.Leak, grade) - upTo(&numbers.LeakAbove, numbers.Leak, grade-1)) / upTo(&numbers.LeakAbove, numbers.Leak, grade)
	}
	for i, s := range c.sites[g.firstSite:g.endSite] {
		n.leak = append(n.leak, math.Pow(leak(grades[i]), min(s.weight, heaviest)))
	}
	for k, j := range g.causes {
		odds := c.given[j]
		for i, s := range c.sites[g.firstSite:g.endSite] {
			if s.strength[k] == 0 {
				continue
			}
			u, heart := min(s.weight, heaviest), c.heart[i*len(g.causes)+k]
			quiet := func(grade int) float64 {
				return 1 - heart*tail(&numbers.HeartAbove, grade) - (s.strength[k]-heart)*tail(&numbers.EdgeAbove, grade)
			}
			atMost, below := 1.0, 1-s.strength[k]
			if grades[i] > 0 {
				atMost = quiet(grades[i])
				below = quiet(grades[i]-1) / atMost
			}
			odds *= math.Pow(atMost, u)
			l := leak(grades[i])
			gain := math.Pow((1-(1-l)*below)/l, u) // P(painted | cause) over P(painted | none)
			n.edges = append(n.edges, edge{int32(i), min((gain-1)*n.leak[i]/(1-n.leak[i]), 1)})
		}
		n.add(odds)
	}
	return n.exactly()
}

// TestExtremeDrawingsKeepTheirBounds weighs drawings of a cell, of the whole body and
// between, with findings of all kinds and few causes, of points and of patterns.
func TestExtremeDrawingsKeepTheirBounds(t *testing.T) {
	full, rng := Standard(), rand.New(rand.NewPCG(2, 2))
	for range 80 {
		causes := []int{rng.IntN(full.points), rng.IntN(full.points), full.points + rng.IntN(len(full.causes)-full.points)}
		slices.Sort(causes)
		m := few(slices.CompactFunc(causes, func(a, b int) bool { return a|1 == b|1 })...)
		for _, s := range []*Sign{&m.numbers.Familiar, &m.numbers.Tender, &m.numbers.Limited, &m.numbers.Resisted} {
			if rng.IntN(4) == 0 {
				*s = Sign{float64(rng.IntN(2)), float64(rng.IntN(2))}
			}
		}
		m.grids = m.grids[rng.IntN(len(m.grids)):] // as coarse as many causes would have it
		zone := m.causes[rng.IntN(len(m.causes))].zone.Essential
		c := m.Case()
		c.Draw(extremeDrawing(rng, zone[rng.IntN(len(zone))].Cell))
		for j := range m.points {
			check := func() Check { return Check(rng.IntN(3)) }
			c.hands[j] = signs{check(), check(), check(), check()}
		}
		o := Options{Nodes: []int{0, 1, 7, 40, math.MaxInt}[rng.IntN(5)]}
		if _, _, err := c.Weigh(o); err != nil {
			t.Fatal(err)
		}
		if len(c.groups) == 0 {
			continue
		}
		want := c.byDefinition()
		for k, j := range c.groups[len(c.groups)-1].causes {
			if b := c.beliefs[j]; !(math.Abs(b.weight-want[k]) <= b.bound) || !(b.weight >= 0 && b.weight <= 1) {
				t.Fatalf("%+v: cause %d of %d, with %d sites, weighs %v +- %v, by definition %v", o, k, len(want), len(c.sites), b.weight, b.bound, want[k])
			}
		}
	}
}
