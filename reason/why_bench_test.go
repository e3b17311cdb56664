package reason

import (
	"testing"

	"knead/body"
)

// BenchmarkAtlasExplain says why about a fifth of the drawings of the atlas.
func BenchmarkAtlasExplain(b *testing.B) {
	m := Standard()
	drawings := atlasDrawings(b, m)
	spread(b, len(drawings)/5, func(int) {}, func(job int) {
		if _, err := m.Explain(drawings[5*job], nil, Options{}); err != nil {
			b.Fatal(err)
		}
	})
}

// BenchmarkAtlasWhyNot asks about one muscle for the same drawings.
func BenchmarkAtlasWhyNot(b *testing.B) {
	m := Standard()
	drawings := atlasDrawings(b, m)
	spread(b, len(drawings)/5, func(int) {}, func(job int) {
		if _, err := m.WhyNot(drawings[5*job], nil, "infraspinatus", body.Right, Options{}); err != nil {
			b.Fatal(err)
		}
	})
}
