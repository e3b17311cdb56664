package reason

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"knead/body"
)

// grown is the standard model with so many times the points, the further ones felt some
// centimetres away, and with zones of so many times the size. It is for finding out how
// the work grows.
func grown(points, zones int) *Model {
	full := Standard()
	m := &Model{
		numbers: full.numbers, atlas: full.atlas, skin: full.skin, area: full.area, fits: full.fits,
		logOftenClear: full.logOftenClear, logSometimesClear: full.logSometimesClear, allClear: full.allClear,
		points: full.points * points, region: full.region, regions: full.regions, names: full.names,
	}
	rng := rand.New(rand.NewSource(4))
	for k := range points {
		for j := 0; j < full.points; j += 2 {
			right := full.causes[j]
			if k > 0 {
				away := body.Vec{rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()}
				right.point = nil
				right.zone.Essential = moved(m.skin, right.zone.Essential, away)
				right.zone.Spillover = moved(m.skin, right.zone.Spillover, away)
			}
			right.zone.Essential = widened(m.skin, right.zone.Essential, zones)
			right.zone.Spillover = widened(m.skin, right.zone.Spillover, zones)
			left := right
			left.side = body.Left
			m.causes = append(m.causes, right, left)
		}
	}
	m.causes = append(m.causes, full.causes[full.points:]...)
	m.build()
	return m
}

// moved shifts skin by eight cells in a direction, as far as there is skin on its side.
func moved(skin *body.Surface, zone []body.Weighted, away body.Vec) []body.Weighted {
	weight := map[body.CellID]float64{}
	for _, w := range zone {
		c := w.Cell
		for range 8 {
			best, most := c, 0.0
			for _, n := range skin.Neighbours(c) {
				gain := 0.0
				for x := range away {
					gain += away[x] * (skin.Centre(n)[x] - skin.Centre(c)[x])
				}
				if gain > most && skin.Side(n) == body.Right && !skin.Hidden(n) {
					best, most = n, gain
				}
			}
			c = best
		}
		weight[c] = max(weight[c], w.W)
	}
	return sortedZone(weight)
}

// widened grows skin outwards until it has so many times the cells.
func widened(skin *body.Surface, zone []body.Weighted, times int) []body.Weighted {
	weight := map[body.CellID]float64{}
	var edge []body.CellID
	for _, w := range zone {
		weight[w.Cell] = w.W
		edge = append(edge, w.Cell)
	}
	for want := times * len(zone); len(weight) < want && len(edge) > 0; {
		var next []body.CellID
		for _, c := range edge {
			for _, n := range skin.Neighbours(c) {
				if _, in := weight[n]; !in && len(weight) < want && skin.Side(n) == body.Right && !skin.Hidden(n) {
					weight[n] = weight[c]
					next = append(next, n)
				}
			}
		}
		edge = next
	}
	return sortedZone(weight)
}

func sortedZone(weight map[body.CellID]float64) []body.Weighted {
	out := make([]body.Weighted, 0, len(weight))
	for c, w := range weight {
		out = append(out, body.Weighted{Cell: c, W: w})
	}
	slices.SortFunc(out, func(a, b body.Weighted) int { return int(a.Cell) - int(b.Cell) })
	return out
}

// BenchmarkAtlasGrowth weighs new drawings on larger atlases, and larger drawings.
func BenchmarkAtlasGrowth(b *testing.B) {
	weigh := func(m *Model, drawings []body.Drawing, findings int) func(*testing.B) {
		return func(b *testing.B) {
			c := m.Case()
			rng := rand.New(rand.NewSource(1))
			for range findings {
				c.hands[rng.Intn(m.points)].familiar = Check(1 + rng.Intn(2))
			}
			exact, all, sites := 0, 0, 0
			spread(b, len(drawings), func(int) { c.Draw(body.Drawing{}); c.solved = c.solved[:0] }, func(i int) {
				c.Draw(drawings[i])
				bound, _ := weighed(b, c, Options{})
				all++
				sites += len(c.sites)
				if bound <= 1e-3 {
					exact++
				}
			})
			b.ReportMetric(100*float64(exact)/float64(all), "%-within-1e-3")
			b.ReportMetric(float64(sites)/float64(all), "sites/op")
			b.ReportMetric(float64(len(m.around))/float64(m.fine.count), "causes/patch")
		}
	}
	m := Standard()
	usual := clientDrawings(m, 300, 12)
	for _, times := range []int{1, 2, 4} {
		b.Run(fmt.Sprintf("points-x%d", times), weigh(grown(times, 1), usual, 0))
	}
	for _, times := range []int{2, 4} {
		b.Run(fmt.Sprintf("zones-x%d", times), weigh(grown(1, times), usual, 0))
	}
	b.Run("points-x4-zones-x4", weigh(grown(4, 4), usual[:100], 0))
	for _, marks := range []int{1, 2, 4, 8, body.MaxMarks} {
		drawings := slices.DeleteFunc(clientDrawings(m, 100*body.MaxMarks, marks), func(d body.Drawing) bool { return len(d.Marks) < marks })
		b.Run(fmt.Sprintf("marks-%d", marks), weigh(m, drawings[:min(100, len(drawings))], 0))
	}
	whole := body.Mark{Levels: map[body.CellID]uint8{}}
	for c := range body.CellID(m.skin.Len()) {
		whole.Levels[c] = 5
	}
	b.Run("whole-body", weigh(m, []body.Drawing{{Marks: []body.Mark{whole}}}, 0))
	for _, findings := range []int{4, 16, 64} {
		b.Run(fmt.Sprintf("findings-%d", findings), weigh(m, usual, findings))
	}
}

// BenchmarkMethods solves the nets of the drawings by each method alone.
func BenchmarkMethods(b *testing.B) {
	m := Standard()
	var nets []net
	for _, d := range clientDrawings(m, 200, 12) {
		c := m.Case()
		c.Draw(d)
		weighed(b, c, Options{})
		for i := range c.solved {
			nets = append(nets, c.solved[i].net)
		}
	}
	out := make([]belief, len(m.causes))
	b.Run("elimination", func(b *testing.B) {
		var e elimination
		spread(b, len(nets), func(int) {}, func(i int) {
			if _, ok := e.plan(&nets[i]); ok {
				e.run(&nets[i], out[:len(nets[i].odds)], nil)
			}
		})
	})
	b.Run("search", func(b *testing.B) {
		var s search
		settled, all := 0, 0
		spread(b, len(nets), func(int) {}, func(i int) {
			beliefs := out[:len(nets[i].odds)]
			s.run(&nets[i], DefaultNodes, beliefs, nil)
			all++
			if !slices.ContainsFunc(beliefs, func(b belief) bool { return b.bound > 1e-3 }) {
				settled++
			}
		})
		b.ReportMetric(100*float64(settled)/float64(all), "%-within-1e-3")
	})
}
