package body

import (
	"math"
	"slices"
	"sort"
)

// nearest names the three known places whose names are most like some words; the
// unknown word, if any, says most.
func (l *lexicon) nearest(said []token, unknown string) [3]string {
	type scored struct {
		name  string
		p     *place
		score float64
	}
	far := make([][]float64, len(said)) // of each word said, to each word known
	for i, w := range said {
		far[i] = make([]float64, len(l.vocabulary))
		weight := 1.0
		if w.text == unknown {
			weight = 3
		}
		for n, v := range l.vocabulary {
			far[i][n] = weight * min(1, float64(EditDistance(w.norm, v))/float64(max(len(w.norm), len(v))))
		}
	}
	list := make([]scored, 0, len(l.names))
	for i, name := range l.names {
		toks := l.nameWords[i]
		score := 0.2 * abs(float64(len(toks)-len(said)))
		for _, d := range far {
			best := math.Inf(1)
			for _, n := range toks {
				best = min(best, d[n])
			}
			score += best
		}
		list = append(list, scored{name, l.nameOf[i], score})
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].score < list[j].score })
	var out [3]string
	var seen []*place
	for _, c := range list {
		if n := len(seen); n < 3 && !slices.Contains(seen, c.p) {
			out[n] = c.name
			seen = append(seen, c.p)
		}
	}
	return out
}

// EditDistance counts the letters to insert, drop, change or swap with their neighbour
// that lead from one word to another, both in small letters. Of a word longer than any
// we know only the beginning is looked at.
func EditDistance(a, b string) int {
	const longest = 24
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	var rows [3][longest + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
