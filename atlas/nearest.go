package atlas

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"knead/body"
)

// NearestMuscles names the muscles whose names are most like some words, at most so
// many, the most alike first.
func (a *Atlas) NearestMuscles(name string, most int) []string {
	said := strings.Fields(plainName(name))
	type scored struct {
		name string
		far  float64
	}
	list := make([]scored, len(a.Muscles))
	for i, m := range a.Muscles {
		list[i] = scored{m.Name, math.Inf(1)}
		for _, own := range m.ownNames() {
			list[i].far = min(list[i].far, farFrom(strings.Fields(plainName(own)), said))
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(a.far, b.far) })
	var out []string
	for _, s := range list[:min(most, len(list))] {
		out = append(out, s.name)
	}
	return out
}

// farFrom is how far words are from a name: each from the word of the name that is most
// like it, from 0 to 1, and a little for each word too many or too few.
func farFrom(name, said []string) float64 {
	sum := 0.2 * math.Abs(float64(len(name)-len(said)))
	for _, w := range said {
		best := 1.0
		for _, n := range name {
			best = min(best, float64(body.EditDistance(w, n))/float64(max(len(w), len(n))))
		}
		sum += best
	}
	return sum
}
