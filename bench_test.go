package knead_test

import (
	"slices"
	"testing"
	"time"

	"knead"
	"knead/body"
	"knead/plan"
	"knead/screen"
)

// visitsToTime are visits of growing width.
var visitsToTime = []struct{ name, file string }{
	{"relaxation", `{"answers":"all-no"}`},
	{"one-place", `{"marks":[{"where":"inside edge of the right shoulder blade","level":6}],"answers":"all-no"}`},
	{"four-places", `{"marks":[{"where":"base of the skull","level":5},{"where":"both shoulders","level":4},
		{"where":"outer side of the left elbow","level":6},{"where":"between the shoulder blades","level":3}],"answers":"all-no","minutes":90}`},
}

// spread times each run and reports how the times are spread, since a therapist
// feels the slowest answer and not the mean.
func spread(b *testing.B, run func() error) {
	b.Helper()
	if err := run(); err != nil { // builds what is built once
		b.Fatal(err)
	}
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := run(); err != nil {
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
}

func read(b *testing.B, file string) knead.Visit {
	b.Helper()
	v, err := knead.ReadVisit([]byte(file))
	if err != nil {
		b.Fatal(err)
	}
	return v
}

// BenchmarkAssess runs a visit from marks to plan.
func BenchmarkAssess(b *testing.B) {
	for _, visit := range visitsToTime {
		b.Run(visit.name, func(b *testing.B) {
			v := read(b, visit.file)
			spread(b, func() error { _, err := knead.Assess(v); return err })
		})
	}
}

// BenchmarkPlan plans the same visits, screening and ranking done before.
func BenchmarkPlan(b *testing.B) {
	for _, visit := range visitsToTime {
		b.Run(visit.name, func(b *testing.B) {
			v := read(b, visit.file)
			a, err := knead.Assess(v)
			if err != nil {
				b.Fatal(err)
			}
			clearance, ok := a.Screening.Clearance()
			if !ok {
				b.Fatal("not cleared")
			}
			spread(b, func() error { _, err := plan.Build(a.Ranking, clearance, v.Minutes, v.Preferences); return err })
		})
	}
}

// BenchmarkBody looks up a place: from words to cells, and from cells to what must be asked.
func BenchmarkBody(b *testing.B) {
	for name, phrase := range map[string]string{"place": "right temple", "edge": "inside edge of the left shoulder blade", "way": "right arm down to the thumb"} {
		b.Run("words/"+name, func(b *testing.B) {
			spread(b, func() error { _, err := body.Find(phrase); return err })
		})
	}
	b.Run("questions", func(b *testing.B) {
		place, err := body.Find("both shoulders")
		if err != nil {
			b.Fatal(err)
		}
		spread(b, func() error { screen.Questions(place.Cells, screen.Client{}); return nil })
	})
}

// BenchmarkReadVisit is the cost of words to places.
func BenchmarkReadVisit(b *testing.B) {
	in := []byte(`{"marks":[{"where":"inside edge of the right shoulder blade","level":6},{"where":"right arm down to the thumb","level":4}],"answers":"all-no"}`)
	spread(b, func() error { _, err := knead.ReadVisit(in); return err })
}

// A session screen works out where it is each second, from the whole log.
func BenchmarkRunSession(b *testing.B) {
	p := planOf(b, deskBack)
	l := workedToTheMinute(p)
	for b.Loop() {
		knead.RunSession(p, l.events).At(at(600))
	}
}

func BenchmarkComposeNote(b *testing.B) {
	v, err := knead.ReadVisit([]byte(deskBack))
	if err != nil {
		b.Fatal(err)
	}
	a, err := knead.Assess(v)
	if err != nil {
		b.Fatal(err)
	}
	in := knead.NoteInput{Assessment: a, Session: knead.RunSession(*a.Plan, workedToTheMinute(*a.Plan).events)}
	for b.Loop() {
		knead.ComposeNote(in)
	}
}
