package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

// made draws a ranking from a seed: places that hurt, and points that may explain them,
// with weights that fall as those of a ranking do.
func made(seed uint64) reason.Ranking {
	random := rand.New(rand.NewPCG(seed, 1))
	points, regions := atlas.Standard().Points(), body.Regions()
	var r reason.Ranking
	for mark := range 1 + random.IntN(8) {
		region := regions[random.IntN(len(regions))]
		r.Sites = append(r.Sites, reason.Site{Region: region.ID, Side: body.Side(random.IntN(2)), Mark: mark, Level: 5, Words: string(region.ID)})
	}
	for i := range 3 + random.IntN(22) {
		site := r.Sites[random.IntN(len(r.Sites))]
		c := reason.Candidate{
			Point: points[random.IntN(len(points))], Side: body.Side(random.IntN(2)), Band: reason.CheckFirst, Why: "why",
			Weight:   0.9 * random.Float64() / (1 + 0.2*float64(i)),
			Explains: []reason.Explains{{Region: site.Region, Side: site.Side, Share: 1}},
		}
		if i >= 5 {
			c.Band = reason.CheckNext
		}
		if !slices.ContainsFunc(r.Candidates, func(x reason.Candidate) bool { return x.Point == c.Point && x.Side == c.Side }) {
			r.Candidates = append(r.Candidates, c)
		}
	}
	return r
}

// BenchmarkPlan plans sessions of each length for many made-up rankings, some of them
// for clients with wishes. A therapist feels the slowest answer and not the mean.
func BenchmarkPlan(b *testing.B) {
	clearance := allNo(body.Set{}, screen.Client{Age: 40})
	wishes := []Preferences{
		{},
		{Pressure: 5},
		{Techniques: []atlas.TechniqueID{"heat", "stretching"}},
		{Positions: []atlas.Position{atlas.SideLying, atlas.Seated, atlas.Supine}},
	}
	for _, minutes := range []int{15, 30, 45, 60, 75, 90, 105, 120} {
		b.Run(fmt.Sprint(minutes), func(b *testing.B) {
			var took, again []time.Duration
			timed := func(took *[]time.Duration, earlier []Planned, r reason.Ranking, wishes Preferences) Plan {
				start := time.Now()
				p, err := Rebuild(earlier, r, clearance, minutes, wishes)
				if err != nil {
					b.Fatal(err)
				}
				*took = append(*took, time.Since(start))
				return p
			}
			for b.Loop() {
				i := len(took)
				r := made(uint64(i))
				p := timed(&took, nil, r, wishes[i%len(wishes)])
				r.Candidates = r.Candidates[1:] // a finding made its point unlikely
				timed(&again, p.Planned, r, wishes[i%len(wishes)])
			}
			for what, took := range map[string][]time.Duration{"": took, "again-": again} {
				slices.Sort(took)
				for _, p := range []int{50, 90, 99} {
					b.ReportMetric(float64(took[len(took)*p/100].Nanoseconds())/1000, fmt.Sprintf("%sp%d-us", what, p))
				}
			}
		})
	}
}
