package body

import (
	"slices"
	"strings"
)

// element is a stretch of words with its meaning.
type element struct {
	kind        kind
	value       uint8 // side, edge, relation, percent
	text        string
	place       *place
	dual        *function // the words are also this ("back" of the hand, my "back")
	plural      bool
	unsure      bool // "right" that may mean "just": right behind the ear
	sideOf      bool // "left side": as good as an edge when the place has a side of its own
	first, last int  // its tokens
}

// longestName is the number of words that a name can have.
const longestName = 10

// elements reads the tokens from..to, always the longest stretch that means something;
// the name of a place wins over a small word. Clauses about when or why are left out.
func (p *parser) elements(from, to int, clauses bool) ([]element, error) {
	var out []element
	for i := from; i < to; {
		t := p.toks[i]
		switch t.kind {
		case commaToken:
			out = append(out, element{kind: comma, first: i, last: i + 1})
			i++
			continue
		case stopToken:
			out = append(out, element{kind: stop, first: i, last: i + 1})
			i++
			continue
		}
		fn, fnEnd := p.function(i, to)
		if fn != nil && fn.kind == fillerWord && fnEnd == i+1 {
			i++
			continue
		}
		pl, plEnd, between := p.placeAt(i, to)
		if fn != nil && pl.place != nil && plEnd > fnEnd && fnEnd < to {
			// "front of the shoulder blade": not the front of the shoulder, and a blade
			if _, end, _ := p.placeAt(p.skipSides(fnEnd, to), to); end > plEnd {
				pl.place = nil
			}
		}
		// "right" before a relation may mean "just": "right above my left elbow"
		if t.norm == "right" && fnEnd == i+1 {
			if next, _ := p.function(i+1, to); next != nil && next.kind == relationWord {
				out = append(out, element{kind: sideWord, value: uint8(onRight), unsure: true, text: "right", first: i, last: i + 1})
				i++
				continue
			}
		}
		switch {
		case pl.place != nil && plEnd >= fnEnd:
			k := i // the name may begin after small words: "the back"
			for k+1 < plEnd && p.lex.isFiller(p.toks[k]) {
				k++
			}
			if f, end := p.function(k, to); end == plEnd {
				pl.dual = f
			}
			out = append(append(out, between...), pl)
			i = plEnd
		case fn != nil && fn.kind == asideWord && clauses:
			i = p.clauseEnd(i, to, out)
		case fn != nil:
			if fn.kind != fillerWord && fn.kind != softWord && fn.kind != asideWord {
				e := element{kind: fn.kind, value: fn.value, text: textOf(p.toks[i:fnEnd]), first: i, last: fnEnd}
				e.sideOf = fn.kind == sideWord && strings.Contains(e.text, "side") && !strings.Contains(e.text, "hand")
				for _, t := range p.toks[i:fnEnd] {
					e.plural = e.plural || t.plural && fn.kind == edgeWord
				}
				out = append(out, e)
			}
			i = fnEnd
		default:
			return nil, p.unknown(t.text)
		}
	}
	return out, nil
}

func textOf(toks []token) string {
	var f []string
	for _, t := range toks {
		f = append(f, t.text)
	}
	return strings.Join(f, " ")
}

// function finds the longest small word or words at token i.
func (p *parser) function(i, to int) (*function, int) {
	var key strings.Builder
	var best *function
	end := i
	for j := i; j < min(to, i+longestName) && p.toks[j].kind == wordToken; j++ {
		key.WriteString(p.toks[j].norm)
		if f, ok := p.lex.functions[key.String()]; ok {
			best, end = &f, j+1
		}
	}
	return best, end
}

// placeAt finds the longest name of a place at token i; sides and fillers may stand
// within it ("back of my left hand") and sides are handed back.
func (p *parser) placeAt(i, to int) (best element, end int, between []element) {
	var key strings.Builder
	var skipped []element
	end = i
	plurals, n := 0, 0
	for j := i; j < to && n < longestName && p.toks[j].kind == wordToken; {
		t := p.toks[j]
		f, fEnd := p.function(j, to)
		switch {
		case f != nil && f.kind == sideWord && n == 0:
			// a side before the place is an element of its own, but "either side of the spine"
			return p.sidedPlace(i, to)
		case f != nil && f.kind == sideWord && t.norm != "two" && t.norm != "each":
			skipped = append(skipped, element{kind: sideWord, value: f.value, text: textOf(p.toks[j:fEnd]), first: j, last: fEnd})
			j = fEnd
			continue
		case p.lex.isFiller(t):
			j++
			continue
		case f != nil && (f.kind == joinWord || f.kind == exceptWord) && n > 0 && !p.lex.joins[key.String()+t.norm]:
			return best, end, between
		}
		key.WriteString(t.norm)
		n++
		if t.plural {
			plurals++
		}
		j++
		if e, ok := p.lex.places[key.String()]; ok {
			best = element{kind: placeWord, place: e.place, plural: plurals > e.plurals, text: textOf(p.toks[i:j]), first: i, last: j}
			end, between = j, slices.Clone(skipped)
		}
	}
	return best, end, between
}

// skipSides gives the first token from i on that is no side and no filler.
func (p *parser) skipSides(i, to int) int {
	for i < to {
		f, end := p.function(i, to)
		if f == nil || f.kind != sideWord && f.kind != fillerWord {
			break
		}
		i = end
	}
	return i
}

// sidedPlace finds a name that has a side in it; it means both sides.
func (p *parser) sidedPlace(i, to int) (best element, end int, between []element) {
	var key strings.Builder
	end = i
	for j := i; j < min(to, i+longestName) && p.toks[j].kind == wordToken; j++ {
		if p.lex.isFiller(p.toks[j]) {
			continue
		}
		key.WriteString(p.toks[j].norm)
		if e, ok := p.lex.places[key.String()]; ok && e.fixed == 0 {
			best = element{kind: placeWord, place: e.place, plural: true, text: textOf(p.toks[i : j+1]), first: i, last: j + 1}
			end = j + 1
		}
	}
	return best, end, nil
}

// clauseEnd finds where a clause such as "when I lift my arm" ends: at the end of its
// sentence, or where a comma, "and", or (when no place came before it) "in" is followed
// by a place that can be understood by itself.
func (p *parser) clauseEnd(i, to int, before []element) int {
	placed := slices.ContainsFunc(before, isPlace)
	for j := i + 1; j < to; j++ {
		t := p.toks[j]
		if t.kind == stopToken {
			return j
		}
		f, next := p.function(j, to)
		if !(t.kind == commaToken || f != nil && f.kind == joinWord ||
			!placed && (t.norm == "in" || t.norm == "on" || t.norm == "at")) {
			continue
		}
		from := max(next, j+1)
		end := from
		for end < to && p.toks[end].kind == wordToken {
			if g, _ := p.function(end, to); g != nil && (g.kind == joinWord || g.kind == asideWord) {
				break
			}
			end++
		}
		if els, err := p.elements(from, end, false); err == nil && slices.ContainsFunc(els, isPlace) {
			if list, err := p.list(els); err == nil && len(list) > 0 {
				return j
			}
		}
	}
	return to
}

func isPlace(e element) bool { return e.kind == placeWord }
