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
	kind    kind
	value   uint8 // side, edge, relation, percent
	text    string
	place   *place
	dual    *function // the words are also this ("back" of the hand, my "back")
	plural  bool
	unsure  bool // "right" that may mean "just": right behind the ear
	sideOf  bool // "left side": as good as an edge when the place has a side of its own
	doubled int  // index of the first token, to find words again
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
	share uint8 // percent, 0 when not said
}

type parser struct {
	lex    *lexicon
	phrase string
	toks   []token
}

func (p *parser) unknown(word string) error {
	var ws []token
	for _, t := range p.toks {
		if t.kind == wordToken && !p.lex.isFiller(t) {
			ws = append(ws, t)
		}
	}
	if word != "" {
		for i, t := range ws { // the words around the unknown one say most
			if t.text == word {
				ws = ws[max(0, i-2):min(len(ws), i+3)]
				break
			}
		}
	}
	return &UnknownPlaceError{Phrase: clip(p.phrase), Word: word, Nearest: p.lex.nearest(ws)}
}

func (p *parser) contradiction(why string) error {
	return &ContradictionError{clip(p.phrase), why}
}

func (p *parser) parse() ([][]*chain, error) {
	p.toks = p.lex.tokens(p.phrase)
	els, err := p.elements(p.toks, true)
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
		if err := p.settle(list); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

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

// elements reads tokens from left to right, always the longest stretch that means
// something; the name of a place wins over a small word.
func (p *parser) elements(toks []token, clauses bool) ([]element, error) {
	var out []element
	for i := 0; i < len(toks); {
		t := toks[i]
		switch t.kind {
		case commaToken:
			out = append(out, element{kind: comma})
			i++
			continue
		case stopToken:
			out = append(out, element{kind: stop})
			i++
			continue
		}
		fn, fnEnd := p.function(toks, i)
		pl, plEnd, between := p.placeAt(toks, i)
		// "right" before a relation may mean "just": "right above my left elbow"
		if t.norm == "right" && fnEnd == i+1 && i+1 < len(toks) && toks[i+1].kind == wordToken {
			if next, _ := p.function(toks, i+1); next != nil && next.kind == relationWord {
				out = append(out, element{kind: sideWord, value: uint8(onRight), unsure: true, text: "right"})
				i++
				continue
			}
		}
		switch {
		case pl.place != nil && plEnd >= fnEnd:
			out = append(out, between...)
			if plEnd == fnEnd && fn != nil {
				pl.dual = fn
			}
			pl.doubled = i
			out = append(out, pl)
			i = plEnd
		case fn != nil && fn.kind == asideWord && clauses:
			end, err := p.clauseEnd(toks, i, out)
			if err != nil {
				return nil, err
			}
			i = end
		case fn != nil:
			if fn.kind != fillerWord && fn.kind != softWord && fn.kind != asideWord {
				e := element{kind: fn.kind, value: fn.value, text: textOf(toks[i:fnEnd]), doubled: i}
				e.sideOf = fn.kind == sideWord && strings.Contains(e.text, "side") && !strings.Contains(e.text, "hand")
				for _, t := range toks[i:fnEnd] {
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

// function finds the longest small word or words at i.
func (p *parser) function(toks []token, i int) (*function, int) {
	var key strings.Builder
	var best *function
	end := i
	for j := i; j < len(toks) && j < i+longestName && toks[j].kind == wordToken; j++ {
		key.WriteString(toks[j].norm)
		if f, ok := p.lex.functions[key.String()]; ok {
			best, end = &f, j+1
		}
	}
	return best, end
}

// placeAt finds the longest name of a place at i; sides and fillers may stand within it
// ("back of my left hand") and sides are handed back.
func (p *parser) placeAt(toks []token, i int) (element, int, []element) {
	var key strings.Builder
	var skipped, found []element
	var best element
	end := i
	plurals, n := 0, 0
	for j := i; j < len(toks) && n < longestName && toks[j].kind == wordToken; {
		t := toks[j]
		f, fEnd := p.function(toks, j)
		if f != nil && f.kind == sideWord && t.norm != "two" && t.norm != "each" {
			if n == 0 {
				break // a side before the place is an element of its own
			}
			skipped = append(skipped, element{kind: sideWord, value: f.value, text: textOf(toks[j:fEnd]), doubled: j})
			j = fEnd
			continue
		}
		if p.lex.isFiller(t) {
			j++
			continue
		}
		if f != nil && (f.kind == joinWord || f.kind == exceptWord) && n > 0 && fEnd == j+1 && !p.lex.inName(key.String(), t.norm) {
			break
		}
		key.WriteString(t.norm)
		n++
		if t.plural && (f == nil || f.kind != softWord) {
			plurals++
		}
		j++
		if e, ok := p.lex.places[key.String()]; ok {
			best = element{kind: placeWord, place: e.place, plural: plurals > e.plurals, text: textOf(toks[i:j])}
			end, found = j, slices.Clone(skipped)
		}
	}
	return best, end, found
}

// inName tells whether some name goes on with a joining word ("ring and little finger").
func (l *lexicon) inName(key, word string) bool {
	return l.joins[key+word]
}

// clauseEnd finds where a clause such as "when I lift my arm" ends: at the end of its
// sentence, or where a comma, "and", or (when no place came before it) a small word
// is followed by a place that can be understood by itself.
func (p *parser) clauseEnd(toks []token, i int, before []element) (int, error) {
	placed := slices.ContainsFunc(before, func(e element) bool { return e.kind == placeWord })
	for j := i + 1; j < len(toks); j++ {
		t := toks[j]
		if t.kind == stopToken {
			return j, nil
		}
		f, fEnd := p.function(toks, j)
		opens := t.kind == commaToken || f != nil && f.kind == joinWord ||
			!placed && (t.norm == "in" || t.norm == "on" || t.norm == "at" || t.norm == "my")
		if !opens {
			continue
		}
		from := j + 1
		if t.kind == wordToken && f != nil {
			from = fEnd
		}
		to := from
		for to < len(toks) && toks[to].kind == wordToken {
			if g, _ := p.function(toks, to); g != nil && (g.kind == joinWord || g.kind == asideWord) {
				break
			}
			to++
		}
		els, err := p.elements(toks[from:to], false)
		if err == nil && slices.ContainsFunc(els, func(e element) bool { return e.kind == placeWord }) {
			if list, err := p.list(els); err == nil && len(list) > 0 {
				return j, nil
			}
		}
	}
	return len(toks), nil
}

// list reads chains between joining words.
func (p *parser) list(els []element) ([]*chain, error) {
	var out []*chain
	var loose []element // edges and sides that wait for a place
	taken := false
	from := 0
	flush := func(to int) error {
		group := els[from:to]
		if len(group) == 0 {
			return nil
		}
		if !slices.ContainsFunc(group, func(e element) bool { return e.kind == placeWord }) {
			// "left shoulder blade, inner edge": what has no place belongs to the one before
			if len(out) > 0 && !taken {
				last := out[len(out)-1]
				return p.attach(last.items[len(last.items)-1], group)
			}
			loose = append(loose, group...)
			return nil
		}
		group = append(loose, group...)
		if len(loose) > 0 && loose[len(loose)-1].kind == sideWord { // "left and right shoulder"
			group = append([]element{{kind: sideWord, value: sidesIn(group), text: "both"}}, without(group, sideWord)...)
		}
		loose = nil
		cs, err := p.chains(group)
		for _, c := range cs {
			c.taken = taken
		}
		out = append(out, cs...)
		return err
	}
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
			if err := flush(i); err != nil {
				return nil, err
			}
			from, open = i+1, false
			if e.kind == exceptWord {
				if len(out) == 0 {
					return nil, p.unknown(strings.Fields(e.text)[0])
				}
				taken = true
			}
		}
	}
	if err := flush(len(els)); err != nil {
		return nil, err
	}
	if len(loose) > 0 {
		// "my right side": nothing but a side
		if i := slices.IndexFunc(loose, func(e element) bool { return e.sideOf }); i >= 0 && len(out) == 0 {
			flank := p.lex.places["side"].place
			return []*chain{{items: []*item{{parts: []part{{place: flank, rel: noRelation}}, on: sides(sidesIn(loose))}}}}, nil
		}
		return nil, p.unknown(firstWord(loose))
	}
	return out, nil
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
		if !slices.ContainsFunc(leg, func(e element) bool { return e.kind == placeWord }) {
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
			slices.ContainsFunc(els[i:], func(e element) bool { return e.kind == placeWord }):
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
	var trail []string
	for i, e := range els {
		if e.kind == placeWord && e.dual != nil && (solid > 0 || laterPlace(els[i+1:])) {
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
			trail = append(trail, e.text)
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
			pending, waiting, trail = part{rel: noRelation}, false, nil
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
	if len(pending.edges) > 0 || pending.share > 0 {
		// "leg, lower" may be a name with its words turned round
		if e, ok := p.turned(trail, last.place); ok && last.rel == noRelation && len(last.edges) == 0 {
			last.place = e
		} else {
			last.edges = append(last.edges, pending.edges...)
			last.share = max(last.share, pending.share)
		}
	}
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

func laterPlace(els []element) bool {
	return slices.ContainsFunc(els, func(e element) bool { return e.kind == placeWord })
}

// turned looks for a place whose name begins with the edge words said after it.
func (p *parser) turned(trail []string, pl *place) (*place, bool) {
	if len(trail) == 0 {
		return nil, false
	}
	var key strings.Builder
	for _, t := range p.lex.tokens(strings.Join(trail, " ") + " " + pl.name) {
		if !p.lex.isFiller(t) {
			key.WriteString(t.norm)
		}
	}
	e, ok := p.lex.places[key.String()]
	return e.place, ok
}

// sides settles what the side words of one item mean together.
func (p *parser) sides(it *item, els []element, plural bool) error {
	sure := sides(0)
	for _, e := range els {
		if !e.unsure {
			sure |= sides(e.value)
		}
	}
	if sure != 0 || it.midline() {
		it.on = sure // "right above my left elbow": right is no side
	}
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
				return &NoSideError{Phrase: clip(p.phrase), Place: it.parts[0].place.name}
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

func (it *item) words() string {
	var f []string
	for i, pt := range it.parts {
		f = append(f, pt.words(it.on, i == 0))
	}
	return strings.Join(f, " within ")
}

var edgePhrases = []string{"upper part", "lower part", "front", "back", "inner part", "outer part", "middle", "tip", "base", "edge"}

func (pt *part) words(on sides, first bool) string {
	name := pt.place.name
	if pt.other != nil {
		name += " and " + pt.other.name
	}
	switch {
	case pt.place.fixed != 0:
	case on == onBoth && pt.place.midline:
	case on == onBoth:
		name = "both sides of the " + name
	case pt.place.midline:
		name = sideNames[on-1] + " side of the " + name
	default:
		name = sideNames[on-1] + " " + name
	}
	if pt.rel != noRelation {
		name = relationPhrases[pt.rel] + " " + name
	}
	var tail []string
	edges := slices.Clone(pt.edges)
	slices.Sort(edges)
	edges = slices.Compact(edges)
	if slices.Contains(edges, rim) && len(edges) > 1 {
		edges = slices.DeleteFunc(edges, func(e edge) bool { return e == rim })
		for _, e := range edges {
			tail = append(tail, edgeNames[e]+" edge")
		}
	} else {
		for _, e := range edges {
			tail = append(tail, edgePhrases[e])
		}
	}
	if pt.share > 0 {
		tail = append(tail, map[uint8]string{50: "half", 33: "third", 25: "quarter"}[pt.share])
	}
	if len(tail) > 0 {
		name += ", " + strings.Join(tail, " ")
	}
	return name
}

var relationPhrases = []string{"above the", "below the", "in front of the", "behind the", "beside the", "near the", "around the", "between the", "within the"}
