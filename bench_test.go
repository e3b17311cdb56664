package knead_test

import (
	"slices"
	"testing"
	"time"

	"knead"
)

// BenchmarkAssess runs a visit from words to plan and reports how the time is
// spread, since a therapist feels the slowest answer and not the mean.
func BenchmarkAssess(b *testing.B) {
	for _, visit := range []struct{ name, file string }{
		{"relaxation", `{"answers":"all-no"}`},
		{"one-place", `{"marks":[{"where":"inside edge of the right shoulder blade","level":6}],"answers":"all-no"}`},
		{"four-places", `{"marks":[{"where":"base of the skull","level":5},{"where":"both shoulders","level":4},
			{"where":"outer side of the left elbow","level":6},{"where":"between the shoulder blades","level":3}],"answers":"all-no","minutes":90}`},
	} {
		b.Run(visit.name, func(b *testing.B) {
			v, err := knead.ReadVisit([]byte(visit.file))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := knead.Assess(v); err != nil { // builds the model once
				b.Fatal(err)
			}
			took := make([]time.Duration, 0, b.N)
			for b.Loop() {
				start := time.Now()
				if _, err := knead.Assess(v); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			for _, p := range []struct {
				unit  string
				share float64
			}{{"p50-ms", 0.50}, {"p90-ms", 0.90}, {"p99-ms", 0.99}} {
				at := min(int(p.share*float64(len(took))), len(took)-1)
				b.ReportMetric(float64(took[at])/float64(time.Millisecond), p.unit)
			}
		})
	}
}

// BenchmarkReadVisit is the cost of words to places.
func BenchmarkReadVisit(b *testing.B) {
	in := []byte(`{"marks":[{"where":"inside edge of the right shoulder blade","level":6},{"where":"right arm down to the thumb","level":4}],"answers":"all-no"}`)
	for b.Loop() {
		if _, err := knead.ReadVisit(in); err != nil {
			b.Fatal(err)
		}
	}
}
