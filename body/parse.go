package body

import (
	"slices"
	"strings"
)

// The grammar of phrases. Words become elements; commas, "and" and full stops cut them
// into items; "to" ties items into a chain; each item has places, edges and sides in any
// order:
//
//	phrase = list { stop list }
//	list   = chain { ("and" | "," | "except") chain }
//	chain  = ["from"] item { "to" item }
//	item   = { side | edge | share | relation place | place }

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

// chain is a way from place to place; mostly it is one item.
type chain struct {
	items []*item
	taken bool // "except ..."
}

// item is one place with what is said about it.
type item struct {
	parts []part
	on    sides
	late  bool // the side was said after the place: "neck and shoulder on the left"
}

// part is a place, or the skin near one, or a portion of it.
type part struct {
	place *place
	rel   relation
	other *place // "between the place and the other"
	edges []edge
	said  []string // the words of the edges
	share uint8    // percent, 0 when not said
}

type parser struct {
	lex    *lexicon
	phrase string
	toks   []token
}

// unknown makes the error for a word, or for a phrase without a place, with the names
// most like the words around it.
func (p *parser) unknown(word string) error {
	var ws []token
	for _, t := range p.toks {
		if f, ok := p.lex.functions[t.norm]; t.kind == wordToken && (!ok || f.kind == edgeWord) && len(ws) < 12 {
			ws = append(ws, t)
		}
	}
	for i, t := range ws {
		if t.text == word {
			ws = ws[max(0, i-1):min(len(ws), i+3)]
			break
		}
	}
	return &UnknownPlaceError{Phrase: clip(p.phrase), Word: clip(word), Nearest: p.lex.nearest(ws, word)}
}

func (p *parser) contradiction(why string) error {
	return &ContradictionError{clip(p.phrase), why}
}

func (p *parser) parse() ([][]*chain, error) {
	p.toks = p.lex.tokens(p.phrase)
	els, err := p.elements(0, len(p.toks), true)
	if err != nil {
		return nil, err
	}
	var lists [][]*chain
	for _, part := range cut(els, stop) {
		if len(part) == 0 {
			continue
		}
		list, err := p.list(part)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			lists = append(lists, list)
		}
	}
	if len(lists) == 0 {
		return nil, p.unknown("")
	}
	for _, list := range lists {
		for _, c := range list {
			for _, it := range c.items {
				if err := p.finish(it); err != nil {
					return nil, err
				}
			}
		}
		if err := p.settle(list); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

// finish names the parts of an item and drops what says nothing more: the hand in
// "fingers of the hand".
func (p *parser) finish(it *item) error {
	edged := 0
	for i := range it.parts {
		pt := &it.parts[i]
		pt.tidy()
		if p.named(pt); i > 0 && pt.rel == noRelation {
			pt.rel = within
		}
		if pt.share > 0 && len(pt.edges) == 0 {
			if !pt.place.midline || it.on == 0 || it.on == onBoth || pt.share != 50 {
				return p.contradiction("says how much, but not which part: write upper, lower, inner, outer, left or right")
			}
			pt.share = 0 // "left half of the face"
		}
		if pt.comma() {
			edged++
		}
	}
	if edged > 1 {
		return p.contradiction("says too much at once: name one edge of one place")
	}
	for i := len(it.parts) - 1; i > 0 && len(it.parts) > 1; i-- {
		a, b := &it.parts[0], &it.parts[i]
		if b.rel != within {
			continue
		}
		switch small, large := a.place.right(), b.place.right(); {
		case b.bare() && a.rel == noRelation && small.Minus(large).Len() == 0:
			it.parts = slices.Delete(slices.Clone(it.parts), i, i+1)
		case a.bare() && a.rel == noRelation && large.Minus(small).Len() == 0:
			b.rel = noRelation
			it.parts = slices.Delete(slices.Clone(it.parts), 0, 1)
		}
	}
	return nil
}

// bare tells whether a part takes the whole of its place.
func (pt *part) bare() bool { return len(pt.edges) == 0 && pt.share == 0 }

// cut splits elements at those of one kind.
func cut(els []element, k kind) [][]element {
	var out [][]element
	from := 0
	for i, e := range els {
		if e.kind == k {
			out = append(out, els[from:i])
			from = i + 1
		}
	}
	return append(out, els[from:])
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
			if plEnd == fnEnd {
				pl.dual = fn
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
	key := ""
	end = i
	for j := i; j < min(to, i+longestName) && p.toks[j].kind == wordToken; j++ {
		if p.lex.isFiller(p.toks[j]) {
			continue
		}
		key += p.toks[j].norm
		if e, ok := p.lex.places[key]; ok && e.fixed == 0 {
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

// list reads chains between joining words.
func (p *parser) list(els []element) ([]*chain, error) {
	b := listReader{parser: p, commas: true}
	from := 0
	open := false // within "between A and B"
	for i, e := range els {
		switch e.kind {
		case relationWord:
			open = open || relation(e.value) == amid
		case comma, joinWord, exceptWord:
			if open && e.kind == joinWord && i > from && els[i-1].kind == placeWord {
				open = false
				continue
			}
			if err := b.group(els[from:i]); err != nil {
				return nil, err
			}
			from, open = i+1, false
			b.commas, b.apart = b.commas && e.kind == comma, b.apart && e.kind == comma
			if e.kind == exceptWord {
				if len(b.out) == 0 {
					return nil, p.unknown(strings.Fields(e.text)[0])
				}
				b.taken = true
			}
		}
	}
	if err := b.group(els[from:]); err != nil {
		return nil, err
	}
	return b.end()
}

// listReader gathers the chains of a list.
type listReader struct {
	*parser
	out    []*chain
	loose  [][]element // edges and sides that wait for their place
	taken  bool        // after "except"
	apart  bool        // the group before was an edge or a side by itself
	commas bool        // nothing but commas so far
}

func (b *listReader) group(group []element) error {
	if len(group) == 0 {
		return nil
	}
	apart := b.apart
	if e := &group[0]; apart && len(group) == 1 && e.dual != nil && e.dual.kind == edgeWord {
		e.kind, e.value, e.place = edgeWord, e.dual.value, nil // "thigh, left, back"
	}
	b.apart = !slices.ContainsFunc(group, isPlace)
	if !slices.ContainsFunc(group, isPlace) {
		// "left shoulder blade, inner edge": what has no place belongs to the one before
		if n := len(b.out); n > 0 && (!b.taken || b.out[n-1].taken) {
			last := b.out[n-1]
			return b.attach(last.items[len(last.items)-1], group)
		}
		if on := sides(sidesIn(group)); b.taken && on != 0 && len(group) == 1 { // "... but not the right"
			same := &chain{taken: true}
			for _, it := range b.out[len(b.out)-1].items {
				same.items = append(same.items, &item{parts: it.parts, on: on})
			}
			b.out = append(b.out, same)
			return nil
		}
		b.loose = append(b.loose, group)
		return nil
	}
	if i := slices.IndexFunc(group, func(e element) bool { return e.kind == toWord }); i >= 0 && len(b.out) > 0 && !b.taken &&
		!slices.ContainsFunc(group[:i], isPlace) {
		return b.goOn(group[:i], group[i+1:]) // "from the neck, down the left arm, to the elbow"
	}
	for _, loose := range b.loose {
		switch {
		case !slices.ContainsFunc(loose, func(e element) bool { return e.kind != sideWord }):
			// "left and right shoulder"
			both := element{kind: sideWord, value: sidesIn(loose) | sidesIn(group), text: "both"}
			group = append([]element{both}, without(group, sideWord)...)
		case b.leading(group) == nil:
			group = append(slices.Clone(loose), group...)
		default: // "front and back of the left shoulder"
			whole := append(slices.Clone(b.toks[loose[0].first:loose[len(loose)-1].last]), b.leading(group)...)
			sub := &parser{lex: b.lex, phrase: b.phrase, toks: whole}
			els, err := sub.elements(0, len(whole), false)
			if err != nil {
				return err
			}
			if err := b.add(els); err != nil {
				return err
			}
		}
	}
	b.loose = nil
	return b.add(group)
}

// goOn adds more legs to the chain before, after edges of its last place.
func (b *listReader) goOn(edges, legs []element) error {
	last := b.out[len(b.out)-1]
	if err := b.attach(last.items[len(last.items)-1], edges); err != nil {
		return err
	}
	more, err := b.chains(legs)
	if err != nil {
		return err
	}
	last.items = append(last.items, more[0].items...)
	b.out = append(b.out, more[1:]...)
	return nil
}

// narrow reads "right hand, palm" as the palm: a part of the place before, after nothing
// but a comma and without a side of its own.
func (b *listReader) narrow() {
	if len(b.out) != 2 || !b.commas || b.taken {
		return
	}
	whole, detail := b.out[0].items, b.out[1].items
	if len(whole) != 1 || len(detail) != 1 || len(whole[0].parts) != 1 || detail[0].on != 0 {
		return
	}
	if w, d := whole[0].parts[0], detail[0].parts[0]; w.bare() && w.rel == noRelation &&
		d.place != w.place && d.place.right().Minus(w.place.right()).Len() == 0 {
		detail[0].on = whole[0].on
		b.out = b.out[1:]
	}
}

// leading gives the words of a group after the edge it begins with; nil without one.
func (b *listReader) leading(group []element) []token {
	from, to := group[0].first, 0
	for _, e := range group {
		from, to = min(from, e.first), max(to, e.last)
	}
	for i := from; i < to; {
		f, end := b.function(i, to)
		switch {
		case f != nil && f.kind == edgeWord && end < to:
			return b.toks[end:to]
		case f == nil || f.kind != fillerWord:
			return nil
		}
		i = end
	}
	return nil
}

func (b *listReader) add(group []element) error {
	cs, err := b.chains(group)
	for _, c := range cs {
		c.taken = b.taken
	}
	b.out = append(b.out, cs...)
	return err
}

func (b *listReader) end() ([]*chain, error) {
	if len(b.loose) == 0 {
		b.narrow()
		return b.out, nil
	}
	loose := slices.Concat(b.loose...)
	// "my right side": nothing but a side
	if len(b.out) == 0 && !slices.ContainsFunc(loose, func(e element) bool { return !e.sideOf }) {
		side := &item{parts: []part{{place: b.lex.places["side"].place, rel: noRelation}}, on: sides(sidesIn(loose))}
		return []*chain{{items: []*item{side}}}, nil
	}
	return nil, b.unknown(firstWord(loose))
}

func firstWord(els []element) string {
	for _, e := range els {
		if e.kind != sideWord && e.text != "" {
			return e.text
		}
	}
	return ""
}

func sidesIn(els []element) (on uint8) {
	for _, e := range els {
		if e.kind == sideWord {
			on |= e.value
		}
	}
	return on
}

func without(els []element, k kind) []element {
	return slices.DeleteFunc(slices.Clone(els), func(e element) bool { return e.kind == k })
}

// attach adds edges and sides that stand apart to an item.
func (p *parser) attach(it *item, els []element) error {
	for _, e := range els {
		last := &it.parts[len(it.parts)-1]
		switch e.kind {
		case sideWord:
			it.on |= sides(e.value)
			it.late = true
		case edgeWord:
			last.edges = append(last.edges, edge(e.value))
			last.said = append(last.said, e.text)
			if e.plural && it.on == 0 {
				it.on = onBoth
			}
		case shareWord:
			last.share = e.value
		case relationWord, toWord, fromWord:
			if e.kind != relationWord {
				continue // "... and down": leads nowhere, takes nothing
			}
			ed, ok := loneRelation[relation(e.value)]
			if !ok {
				return p.unknown(e.text)
			}
			last.edges = append(last.edges, ed)
		}
	}
	return nil
}

// loneRelation reads a relation without a place as an edge: "shoulder, underneath".
var loneRelation = map[relation]edge{above: upper, below: lower, inFront: frontEdge, behind: backEdge}

// chains reads one group of elements; two places with a side each are two chains.
func (p *parser) chains(els []element) ([]*chain, error) {
	var out []*chain
	c := &chain{}
	for i, leg := range cut(els, toWord) {
		leg = without(leg, fromWord)
		if !slices.ContainsFunc(leg, isPlace) {
			if to := toAt(els, i); len(leg) == 0 && len(c.items) > 0 && to != "down" && to != "up" {
				return nil, p.unknown(to)
			}
			if len(c.items) > 0 {
				if err := p.attach(c.items[len(c.items)-1], leg); err != nil {
					return nil, err
				}
			} else if i == 0 && len(leg) > 0 { // "down the left arm", "left, down the arm"
				if next := cut(els, toWord); len(next) > 1 {
					els2 := append(slices.Clone(leg), slices.Concat(next[1:]...)...)
					if len(next) == 2 {
						return p.chains(els2)
					}
				}
				return nil, p.unknown(firstWord(leg))
			}
			continue
		}
		for k, group := range splitBySides(leg) {
			it, err := p.item(group)
			if err != nil {
				return nil, err
			}
			if k > 0 {
				out = append(out, c)
				c = &chain{}
			}
			c.items = append(c.items, it.apart()...)
		}
	}
	if len(c.items) > 1 && !slices.ContainsFunc(els, func(e element) bool { return e.kind == toWord }) {
		for _, it := range c.items {
			out = append(out, &chain{items: []*item{it}})
		}
		return out, nil
	}
	return append(out, c), nil
}

// toAt gives the words before the i-th leg of a chain.
func toAt(els []element, i int) string {
	for _, e := range els {
		if e.kind == toWord {
			if i--; i == 0 {
				return e.text
			}
		}
	}
	return ""
}

// splitBySides cuts "left shoulder right knee" before the second side.
func splitBySides(els []element) [][]element {
	var out [][]element
	from, placed := 0, false
	var on uint8
	for i, e := range els {
		switch {
		case e.kind == placeWord:
			placed = true
		case e.kind == sideWord && placed && on != 0 && e.value != on &&
			slices.ContainsFunc(els[i:], isPlace):
			out = append(out, els[from:i])
			from, placed, on = i, false, 0
		}
		if e.kind == sideWord && !e.unsure {
			on |= e.value
		}
	}
	return append(out, els[from:])
}

// item reads places with their edges and sides.
func (p *parser) item(els []element) (*item, error) {
	it := &item{}
	solid := 0 // places that are nothing else
	for _, e := range els {
		if e.kind == placeWord && e.dual == nil {
			solid++
		}
	}
	var pending part
	pending.rel = noRelation
	var sideEls []element
	plural, waiting := false, false // waiting: a relation that has no place yet
	for i, e := range els {
		if e.kind == placeWord && e.dual != nil && (solid > 0 || slices.ContainsFunc(els[i+1:], isPlace)) {
			if e.dual.kind == fillerWord || e.dual.kind == softWord {
				continue
			}
			e.kind, e.value, e.place = e.dual.kind, e.dual.value, nil
		}
		switch e.kind {
		case sideWord:
			if len(it.parts) > 0 && it.on == 0 {
				it.late = true
			}
			it.on |= sides(e.value)
			sideEls = append(sideEls, e)
		case edgeWord:
			plural = plural || e.plural
			pending.edges = append(pending.edges, edge(e.value))
			pending.said = append(pending.said, e.text)
		case shareWord:
			pending.share = e.value
		case relationWord:
			pending.rel, waiting = relation(e.value), true
		case joinWord: // within "between A and B"
		case placeWord:
			if last := len(it.parts) - 1; last >= 0 && it.parts[last].rel == amid && it.parts[last].other == nil &&
				slices.ContainsFunc(els[:i], func(e element) bool { return e.kind == joinWord }) && !waiting {
				it.parts[last].other = e.place
			} else {
				pending.place = e.place
				it.parts = append(it.parts, pending)
			}
			plural = plural || e.plural
			if e.place.fixed != 0 {
				it.on |= e.place.fixed
				sideEls = append(sideEls, element{kind: sideWord, value: uint8(e.place.fixed)})
			}
			pending, waiting = part{rel: noRelation}, false
		}
	}
	if len(it.parts) == 0 {
		return nil, p.unknown(firstWord(els))
	}
	last := &it.parts[len(it.parts)-1]
	if waiting {
		ed, ok := loneRelation[pending.rel]
		if !ok {
			return nil, p.unknown(relationNames[pending.rel])
		}
		pending.edges = append(pending.edges, ed)
	}
	last.edges = append(last.edges, pending.edges...)
	last.said = append(last.said, pending.said...)
	last.share = max(last.share, pending.share)
	if err := p.sides(it, sideEls, plural); err != nil {
		return nil, err
	}
	return it, nil
}

// apart cuts an item that names two places side by side ("neck shoulder") in two; a place
// that lies in the other ("fingers of the hand") is narrowed to it instead.
func (it *item) apart() []*item {
	out := []*item{{parts: it.parts[:1], on: it.on, late: it.late}}
	for _, pt := range it.parts[1:] {
		last := out[len(out)-1]
		if pt.rel == noRelation {
			if !overlap(last.parts[0].place.right(), pt.place.right()) {
				out = append(out, &item{parts: []part{pt}, on: it.on, late: it.late})
				continue
			}
			pt.rel = within
		}
		last.parts = append(slices.Clone(last.parts), pt)
	}
	return out
}

// overlap tells whether the smaller of two sets lies, but for a tenth, in the larger.
func overlap(a, b Set) bool {
	return a.Intersect(b).Len()*10 >= 9*min(a.Len(), b.Len())
}

// named puts a place that has a name of its own for place and edges: "shoulder blade,
// inner edge", "leg, lower".
func (p *parser) named(pt *part) {
	if pt.place.fixed != 0 {
		return
	}
	if pt.rel != noRelation && pt.rel != within { // "under the arm", "between thumb and index finger"
		name := relationPhrases[pt.rel] + " " + pt.place.name
		if pt.other != nil {
			name += " and " + pt.other.name
		}
		if e, ok := p.lex.places[p.lex.key(name)]; ok {
			pt.place, pt.other, pt.rel = e.place, nil, noRelation
		}
	}
	if len(pt.edges) == 0 || pt.share > 0 || pt.rel != noRelation && pt.rel != within {
		return
	}
	pt.tidy()
	var bare []string
	for _, e := range pt.edges {
		bare = append(bare, edgeNames[e])
	}
	for _, said := range []string{strings.Join(pt.said, " "), strings.Join(bare, " "), pt.edgeWords()} {
		if e, ok := p.lex.places[p.lex.key(said+" "+pt.place.name)]; ok {
			pt.place, pt.edges = e.place, nil
			return
		}
	}
}

// tidy brings edges into one order.
func (pt *part) tidy() {
	slices.Sort(pt.edges)
	pt.edges = slices.Compact(pt.edges)
}

// sides settles what the side words of one item mean together.
func (p *parser) sides(it *item, els []element, plural bool) error {
	sure := sides(0)
	for _, e := range els {
		if !e.unsure {
			sure |= sides(e.value)
		}
	}
	it.on = sure // "right above the elbow": right is no side
	var distinct []element
	for _, e := range els {
		if !e.unsure && !slices.ContainsFunc(distinct, func(d element) bool { return d.value == e.value }) {
			distinct = append(distinct, e)
		}
	}
	if len(distinct) == 2 && distinct[0].value|distinct[1].value == uint8(onBoth) {
		// "right side of the left knee" is its inner side
		for i, d := range distinct {
			o := distinct[1-i]
			if d.sideOf && !o.sideOf && d.value != uint8(onBoth) && o.value != uint8(onBoth) {
				it.on = sides(o.value)
				last := &it.parts[len(it.parts)-1]
				last.edges = append(last.edges, inner)
				return nil
			}
		}
		return p.contradiction("says left and right of one place: write one, or both")
	}
	if it.on == 0 && plural {
		it.on = onBoth
	}
	return nil
}

// midline tells whether the item needs no side.
func (it *item) midline() bool { return it.parts[0].place.midline }

// settle gives every item its sides: its own, those of its chain, those said once for
// a list ("neck and shoulder on the left", "left arm and hand"); a midline place
// without a side has both.
func (p *parser) settle(list []*chain) error {
	for i, c := range list {
		last := c.items[len(c.items)-1]
		if !last.late || last.on == 0 || last.on == onBoth {
			continue
		}
		for k := i - 1; k >= 0 && list[k].on() == 0; k-- {
			for _, it := range list[k].items {
				it.on = last.on
			}
		}
	}
	before := sides(0)
	agreed := true
	for _, c := range list {
		on := c.on()
		if on != 0 {
			agreed = agreed && (before == 0 || before == on)
			before = on
		}
		for _, it := range c.items {
			if it.on == 0 && len(c.items) > 1 {
				it.on = on
			}
			if it.on != 0 {
				continue
			}
			switch {
			case it.midline():
				it.on = onBoth
			case before != 0 && agreed:
				it.on = before
			default:
				return &NoSideError{Phrase: clip(p.phrase), Place: it.parts[0].place.name, as: it.parts[0].sidedName(onLeft)}
			}
		}
	}
	return nil
}

// on is the side said anywhere in a chain, both when each is.
func (c *chain) on() (on sides) {
	for _, it := range c.items {
		on |= it.on
	}
	return on
}

// words says the chain so that Find reads the same.
func (c *chain) words() string {
	var f []string
	for _, it := range c.items {
		f = append(f, it.words())
	}
	if len(f) == 1 {
		return f[0]
	}
	return "from " + strings.Join(f, " to ")
}

// words puts the part with an edge last, so that the edge is read as its own.
func (it *item) words() string {
	parts := slices.Clone(it.parts)
	slices.SortStableFunc(parts, func(a, b part) int {
		switch {
		case a.comma() == b.comma():
			return 0
		case a.comma():
			return 1
		}
		return -1
	})
	var f []string
	for i, pt := range parts {
		w := pt.words(it.on)
		if i > 0 && pt.rel != within {
			if w = "within " + w; !strings.HasPrefix(w, "within both ") {
				w = "within the " + strings.TrimPrefix(w, "within ")
			}
		}
		f = append(f, w)
	}
	return strings.Join(f, " ")
}

func (pt *part) words(on sides) string {
	name := pt.sidedName(on)
	if pt.rel != noRelation {
		name = relationPhrases[pt.rel] + " " + name
		if !strings.HasPrefix(pt.sidedName(on), "both ") {
			name = relationPhrases[pt.rel] + " the " + pt.sidedName(on)
		}
	}
	if said := pt.edgeWords(); said != "" {
		name += ", " + said
	}
	return name
}

// comma tells whether the words of a part end in a remark after a comma.
func (pt *part) comma() bool {
	return len(pt.edges) > 0 || pt.share > 0 || strings.Contains(pt.sidedName(onBoth)+pt.sidedName(onLeft), ", ")
}

// sidedName puts the side where a person would: "back of the left hand", "both
// temples", "left corner of the neck".
func (pt *part) sidedName(on sides) string {
	name := pt.place.name
	switch {
	case pt.place.fixed != 0 || pt.place.midline && on == onBoth && pt.other == nil:
		return name
	case pt.place.midline && pt.other == nil:
		return sideNames[on-1] + " side of the " + name
	case pt.other != nil:
		return sideNames[on-1] + " " + name + " and " + pt.other.name
	}
	i := strings.LastIndex(name, " the ")
	switch {
	case on == onBoth && strings.Contains(name, " and "):
		return name + ", both sides"
	case i < 0 && on == onBoth:
		return "both " + manyOf(name)
	case i < 0:
		return sideNames[on-1] + " " + name
	}
	head, noun := name[:i], name[i+5:]
	if e, ok := words().places[words().key(noun)]; !ok || !e.midline {
		if on == onBoth {
			return head + " both " + manyOf(noun)
		}
		return head + " the " + sideNames[on-1] + " " + noun
	}
	switch {
	case head == "side of" && on == onBoth: // "left side of the neck" is half the neck
		return name + ", both sides"
	case head == "side of":
		return name + ", " + sideNames[on-1]
	case on == onBoth && strings.HasSuffix(head, " of"):
		return "both " + manyOf(strings.TrimSuffix(head, " of")) + " of the " + noun
	case on == onBoth:
		return name + ", both sides"
	}
	return sideNames[on-1] + " " + name
}

// manyOf is the plural of a name, for reading aloud.
func manyOf(name string) string {
	for one, many := range map[string]string{"calf": "calves", "foot": "feet", "half": "halves"} {
		if w, ok := strings.CutSuffix(name, one); ok {
			return w + many
		}
	}
	if w, plural := singular(name); plural || w != name || strings.HasSuffix(name, "s") || strings.HasSuffix(name, "teeth") {
		return name
	}
	return name + "s"
}

var (
	edgePhrases     = []string{"upper part", "lower part", "front part", "back part", "inner part", "outer part", "middle", "tip", "base", "edge"}
	relationPhrases = []string{"above", "below", "in front of", "behind", "beside", "near", "around", "between", "within"}
	sharePhrases    = map[uint8]string{50: "half", 33: "third", 25: "quarter"}
)

// edgeWords says the edges: "inner edge", "back part lower part", "upper half".
func (pt *part) edgeWords() string {
	var f []string
	strip := len(pt.edges) > 1 && slices.Contains(pt.edges, rim)
	say := func(e edge) {
		switch {
		case strip && e == rim:
		case e != backEdge && (strip || pt.share > 0): // "back" alone would be a place
			f = append(f, edgeNames[e])
		default:
			f = append(f, edgePhrases[e])
		}
	}
	if slices.Contains(pt.edges, backEdge) { // first, since "upper back" is a place too
		say(backEdge)
	}
	for _, e := range pt.edges {
		if e != backEdge {
			say(e)
		}
	}
	if strip {
		f = append(f, "edge")
	}
	if pt.share > 0 {
		f = append(f, sharePhrases[pt.share])
	}
	return strings.Join(f, " ")
}
