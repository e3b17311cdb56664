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
	if err := p.bounded(els); err != nil {
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

// Bounds of one phrase (chosen: more than anybody says in one breath; every way over the
// skin costs a search).
const (
	maxPlacesSaid = 40
	maxWays       = 8
)

func (p *parser) bounded(els []element) error {
	places, ways := 0, 0
	for _, e := range els {
		switch {
		case e.kind == placeWord:
			places++
		case e.kind == toWord, e.kind == relationWord && relation(e.value) == amid:
			ways++
		}
	}
	if places > maxPlacesSaid || ways > maxWays {
		return p.contradiction("names too much at once: say it in several phrases")
	}
	return nil
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
			it.parts = slices.Delete(slices.Clone(it.parts), 0, 1)
			it.parts[0].rel = noRelation
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
	if len(c.items) == 0 {
		return nil, p.unknown(firstWord(els))
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
	var pending part
	pending.rel = noRelation
	var sideEls []element
	plural, waiting := false, false // waiting: a relation that has no place yet
	for i, e := range els {
		later := slices.ContainsFunc(cut(els[i+1:], relationWord)[0], isPlace)
		if e.kind == placeWord && e.dual != nil && (later || len(it.parts) > 0 && !waiting) {
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
			if len(pending.edges) > 0 && (e.text == "side" || e.text == "sides") {
				continue // "palm side", "back side"
			}
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
