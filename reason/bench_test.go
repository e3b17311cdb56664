package reason

import (
	"math/rand"
	"slices"
	"testing"
	"time"

	"knead/body"
)

// clientDrawings makes drawings as clients might: one to four points are active, and
// a part of the zones of each is painted with a brush some five centimetres wide.
func clientDrawings(count int) []body.Drawing {
	m, rng := Standard(), rand.New(rand.NewSource(1))
	var out []body.Drawing
	for len(out) < count {
		var d body.Drawing
		for range 1 + rng.Intn(4) {
			c := &m.causes[rng.Intn(len(m.causes))]
			zone := c.zone.Essential
			if rng.Intn(4) == 0 {
				zone = c.zone.Spillover
			}
			if len(zone) == 0 {
				continue
			}
			mark := body.Mark{Levels: map[body.CellID]uint8{}}
			level := uint8(1 + rng.Intn(10))
			for range 1 + rng.Intn(4) {
				at := zone[rng.Intn(len(zone))].Cell
				for _, c := range m.skin.Near(m.skin.Centre(at), 2+2*rng.Float64()) {
					if facing(m.skin.Normal(c), m.skin.Normal(at)) {
						mark.Levels[c] = level
					}
				}
			}
			d.Marks = append(d.Marks, mark)
		}
		out = append(out, d)
	}
	return out
}

// BenchmarkRank ranks what clients might draw and reports how the times are spread.
func BenchmarkRank(b *testing.B) {
	m, drawings := Standard(), clientDrawings(500)
	times := make([]float64, 0, len(drawings))
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range drawings {
			from := time.Now()
			if _, err := m.Rank(d, nil, Options{}); err != nil {
				b.Fatal(err)
			}
			times = append(times, time.Since(from).Seconds()*1e3)
		}
	}
	slices.Sort(times)
	for _, p := range []struct {
		name string
		part float64
	}{{"p50-ms", 0.5}, {"p90-ms", 0.9}, {"p99-ms", 0.99}, {"max-ms", 1}} {
		b.ReportMetric(times[int(p.part*float64(len(times)-1))], p.name)
	}
}
