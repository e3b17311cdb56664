package reason

import (
	"math"

	"knead/atlas"
)

// Numbers in words. A table maps ranges to words, and where a number is known within a
// bound, the word is that of the end which claims less: words are never more certain
// than the numbers. The ranges are chosen, for reading only.

// scale is a table of words: each holds from a number up to the next.
type scale []struct {
	from float64
	word string // part of a key in words.txt
}

var (
	// shareScale is for shares, from 0 to 1.
	shareScale = scale{{0, "hardly"}, {0.05, "little"}, {0.15, "part"}, {0.4, "half"}, {0.6, "most"}, {0.9, "nearly-all"}}
	// factorScale is for factors on odds, turned so that they are at least 1.
	factorScale = scale{{1, "hardly"}, {1.2, "little"}, {2, "clearly"}, {5, "strongly"}}
	// boundScale is for the bound of a weight: more is less sure.
	boundScale = scale{{0, "exact"}, {1e-6, "thousandth"}, {1e-3, "hundredth"}, {1e-2, "twentieth"}, {5e-2, "rough"}}
	// priorScale is for how often a muscle was counted, against the average one.
	priorScale = scale{{0, "less"}, {0.8, "same"}, {1.25, "more"}}
)

// ShareWord puts a share, from 0 to 1, into words, and gives the step of the scale: 0 for
// hardly any of it to 5 for nearly all of it.
func ShareWord(share float64) (step int, word string) {
	key := shareScale.of(share)
	for shareScale[step].word != key {
		step++
	}
	return step, say("share." + key)
}

// of gives the word for a number; below the first range it is that of the first.
func (s scale) of(x float64) string {
	word := s[0].word
	for _, step := range s[1:] {
		if x < step.from {
			break
		}
		word = step.word
	}
	return word
}

// span is a number that lies between two ends.
type span struct{ low, mid, high float64 }

// odds turns a weight and its bound into odds.
func (b belief) odds() span {
	of := func(w float64) float64 { return max(w, 0) / max(1-w, rounding) }
	return span{of(b.weight - b.bound), of(b.weight), of(b.weight + b.bound)}
}

// over divides two numbers. Where nothing can be said, the ends are 0 and infinity.
func (a span) over(b span) span {
	div := func(x, y float64) float64 {
		if y == 0 {
			if x == 0 {
				return 1
			}
			return math.Inf(1)
		}
		return x / y
	}
	return span{div(a.low, b.high), div(a.mid, b.mid), div(a.high, b.low)}
}

// sure is the factor that certainly holds: the end nearer to 1, or 1 itself where the
// number may lie on either side of it.
func (a span) sure() float64 {
	switch {
	case a.low > 1:
		return a.low
	case a.high < 1:
		return a.high
	}
	return 1
}

// direction tells whether a factor speaks for a candidate or against it.
func direction(factor float64) string {
	if factor < 1 {
		return "against"
	}
	return "for"
}

// strengthOf is the word for a factor on odds, whichever way it points.
func strengthOf(factor float64) string { return factorScale.of(max(factor, 1/max(factor, rounding))) }

// atLeast rounds a factor down to one that is easily read: 2 to 9, tens, or 100.
func atLeast(factor float64) int {
	switch {
	case factor >= 100:
		return 100
	case factor >= 10:
		return int(factor/10) * 10
	}
	return int(factor)
}

// liftWords compares odds with those of a client of whom nothing is known.
func liftWords(lift float64) string {
	switch n := atLeast(lift); {
	case n >= 2:
		return say("lift.times", "n", n)
	case lift >= 1.2:
		return say("lift.more")
	case lift > 1/1.2:
		return say("lift.same")
	}
	return say("lift.less")
}

// certainty says how sure a candidate is and why: what its band means, how exactly it
// was worked out, what it rests on and what nobody looked at.
func (m *Model) certainty(c *Candidate, j int) []string {
	lift := belief{c.Weight, c.Bound}.odds().over(span{m.causes[j].odds, m.causes[j].odds, m.causes[j].odds})
	out := []string{
		say("band." + bandWords[c.Band]),
		liftWords(lift.sure()),
		say("bound." + boundScale.of(c.Bound)),
	}
	if s := m.sourceWords(c.Point); s != "" {
		out = append(out, s)
	}
	return append(out, m.priorWords(j))
}

var bandWords = map[Band]string{CheckFirst: "first", CheckNext: "next", AlsoPossible: "also"}

// sourceWords says how the sources of a point were seen.
func (m *Model) sourceWords(p *atlas.Point) string {
	if p.Recalled() {
		return say("why.recalled")
	}
	count := map[atlas.Seen]int{}
	for _, id := range p.Sources {
		if s, ok := m.atlas.Source(id); ok {
			count[s.Seen]++
		}
	}
	var parts []string
	for _, seen := range []atlas.Seen{atlas.Paper, atlas.Abstract, atlas.Secondary, atlas.Recalled} {
		if n := count[seen]; n > 0 {
			parts = append(parts, catalogue().Count("source."+string(seen), n))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return say("sources", "sources", catalogue().List(parts))
}

// priorFactor is how often a point is counted on before anything is painted, against the mean
// of all points.
func (m *Model) priorFactor(j int) float64 {
	sum := 0.0
	for _, c := range m.causes[:m.points] {
		sum += c.odds
	}
	return m.causes[j].odds * float64(m.points) / sum
}

func (m *Model) priorWords(j int) string {
	if !m.causes[j].studied {
		return say("why.not-studied")
	}
	return say("prior." + priorScale.of(m.priorFactor(j)))
}
