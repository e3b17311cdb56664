package reason

import (
	"testing"

	"knead/body"
)

// BenchmarkExplain says why about a fifth of the drawings of the atlas.
func BenchmarkExplain(b *testing.B) {
	m := Standard()
	drawings := atlasDrawings(b, m)
	spread(b, len(drawings)/5, func(int) {}, func(job int) {
		if _, err := m.Explain(drawings[5*job], nil, Options{}); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkWhyNot asks about one muscle for the same drawings.
func BenchmarkWhyNot(b *testing.B) {
	m := Standard()
	drawings := atlasDrawings(b, m)
	spread(b, len(drawings)/5, func(int) {}, func(job int) {
		if _, err := m.WhyNot(drawings[5*job], nil, "infraspinatus", body.Right, Options{}); err != nil {
			b.Fatal(err)
		}
	})
}
