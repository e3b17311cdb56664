package reason

import (
	"math/rand"
	"slices"
	"testing"
	"time"

	"knead/body"
)

// clientDrawings makes drawings as clients might: one to most marks, each of one to three
// strokes with a brush some five centimetres wide in the zone of a point.
func clientDrawings(m *Model, count, most int) []body.Drawing {
	rng := rand.New(rand.NewSource(1))
	var out []body.Drawing
	for len(out) < count {
		var d body.Drawing
		for range 1 + rng.Intn(most) {
			c := &m.causes[rng.Intn(m.points)]
			zone := c.zone.Essential
			if len(c.zone.Spillover) > 0 && rng.Intn(4) == 0 {
				zone = c.zone.Spillover
			}
			mark := body.Mark{Levels: map[body.CellID]uint8{}}
			level := uint8(1 + rng.Intn(body.MaxLevel))
			for range 1 + rng.Intn(3) {
				dab(m, rng, &mark, zone, level)
			}
			d.Marks = append(d.Marks, mark)
		}
		out = append(out, d)
	}
	return out
}

// dab paints a disc of two to three centimetres around a cell of a zone.
func dab(m *Model, rng *rand.Rand, mark *body.Mark, zone []body.Weighted, level uint8) {
	at := zone[rng.Intn(len(zone))].Cell
	for _, c := range m.skin.Near(m.skin.Centre(at), 2+rng.Float64()) {
		if facing(m.skin.Normal(c), m.skin.Normal(at)) {
			mark.Levels[c] = level
		}
	}
}

// atlasDrawings are 500 made-up drawings of 1 to 12 marks and those of the published
// cases.
func atlasDrawings(b *testing.B, m *Model) []body.Drawing {
	out := clientDrawings(m, 500, 12)
	for _, c := range publishedCases(b) {
		out = append(out, c.drawing)
	}
	return out
}

// spread runs each job of a list again and again, and reports how the times of the jobs
// are spread. A job's time is the least of three runs, so that what else the machine does
// counts for little. before is not timed.
func spread(b *testing.B, jobs int, before, run func(job int)) {
	times := make([]time.Duration, 0, jobs)
	b.ReportAllocs()
	for b.Loop() {
		for i := range jobs {
			least := time.Hour
			for range 3 {
				before(i)
				from := time.Now()
				run(i)
				least = min(least, time.Since(from))
			}
			times = append(times, least)
		}
	}
	slices.Sort(times)
	at := func(part float64) float64 {
		return float64(times[int(part*float64(len(times)-1))].Nanoseconds()) / 1e3
	}
	b.ReportMetric(at(0.5), "p50-us")
	b.ReportMetric(at(0.9), "p90-us")
	b.ReportMetric(at(0.99), "p99-us")
	b.ReportMetric(at(1), "max-us")
}

func weighed(b *testing.B, c *Case, o Options) (bound float64, nodes int) {
	bound, nodes, err := c.Weigh(o)
	if err != nil {
		b.Fatal(err)
	}
	return bound, nodes
}

// BenchmarkAtlasWeigh reads a new drawing and works out the weight of every cause.
func BenchmarkAtlasWeigh(b *testing.B) {
	m := Standard()
	drawings, c := atlasDrawings(b, m), m.Case()
	settled, all, nodes := 0, 0, 0
	spread(b, len(drawings), func(int) { c.Draw(body.Drawing{}); c.solved = c.solved[:0] }, func(i int) {
		c.Draw(drawings[i])
		bound, n := weighed(b, c, Options{})
		nodes += n
		all++
		if bound <= 1e-3 {
			settled++
		}
	})
	b.ReportMetric(float64(nodes)/float64(all), "nodes/op")
	b.ReportMetric(100*float64(settled)/float64(all), "%-within-1e-3")
}

// BenchmarkAtlasFirst is BenchmarkAtlasWeigh with the work of a first answer.
func BenchmarkAtlasFirst(b *testing.B) {
	m := Standard()
	drawings, c := atlasDrawings(b, m), m.Case()
	settled, all := 0, 0
	spread(b, len(drawings), func(int) { c.Draw(body.Drawing{}); c.solved = c.solved[:0] }, func(i int) {
		c.Draw(drawings[i])
		bound, _ := weighed(b, c, Options{Nodes: 400})
		all++
		if bound <= 1e-3 {
			settled++
		}
	})
	b.ReportMetric(100*float64(settled)/float64(all), "%-within-1e-3")
}

// BenchmarkAtlasStroke paints one more mark on a drawing and weighs again.
func BenchmarkAtlasStroke(b *testing.B) {
	m := Standard()
	drawings, c := atlasDrawings(b, m), m.Case()
	before := func(i int) {
		d := drawings[i]
		d.Marks = d.Marks[:len(d.Marks)-1]
		c.Draw(d)
		weighed(b, c, Options{})
	}
	spread(b, len(drawings), before, func(i int) {
		c.Draw(drawings[i])
		weighed(b, c, Options{})
	})
}

// BenchmarkAtlasFinding notes one finding at the likeliest point and weighs again.
func BenchmarkAtlasFinding(b *testing.B) {
	m := Standard()
	drawings, c := atlasDrawings(b, m), m.Case()
	first := 0
	before := func(i int) {
		clear(c.hands)
		c.Draw(drawings[i])
		weighed(b, c, Options{})
		first = 0
		for j := range c.m.points {
			if c.beliefs[j].weight > c.beliefs[first].weight {
				first = j
			}
		}
	}
	spread(b, len(drawings), before, func(int) {
		c.hands[first].familiar = No
		weighed(b, c, Options{})
	})
}

// BenchmarkAtlasNextChecks works out what 300 checks would tell.
func BenchmarkAtlasNextChecks(b *testing.B) {
	m := Standard()
	drawings, c := atlasDrawings(b, m), m.Case()
	told := 0.0
	before := func(i int) {
		c.Draw(drawings[i])
		weighed(b, c, Options{})
	}
	spread(b, len(drawings), before, func(int) {
		for j := range 300 {
			told += m.press.information(c.beliefs[j].weight)
		}
	})
	if told <= 0 {
		b.Fatal("no check tells anything")
	}
}

// BenchmarkRank is the whole answer with its reasons in words, drawings as above.
func BenchmarkRank(b *testing.B) {
	m := Standard()
	drawings := atlasDrawings(b, m)
	spread(b, len(drawings), func(int) {}, func(i int) {
		if _, err := m.Rank(drawings[i], nil, Options{}); err != nil {
			b.Fatal(err)
		}
	})
}
