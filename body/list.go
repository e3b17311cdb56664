package body

import (
	"slices"
	"strings"
)

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
			if err := b.group(els[from:i], false); err != nil {
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
	if err := b.group(els[from:], b.commas); err != nil {
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

func (b *listReader) group(group []element, last bool) error {
	if len(group) == 0 {
		return nil
	}
	if e := &group[0]; len(group) == 1 && e.dual != nil && e.dual.kind == edgeWord && (b.apart || last && b.hasFace(edge(e.dual.value))) {
		e.kind, e.value, e.place = edgeWord, e.dual.value, nil // "thigh, left, back", "left hand, back"
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

// hasFace tells whether the only place so far, one with a side, has a name for its front
// or back: "left hand, back" is the back of the hand, "neck, back" is a list.
func (b *listReader) hasFace(e edge) bool {
	if len(b.out) != 1 || len(b.out[0].items) != 1 || len(b.out[0].items[0].parts) != 1 || b.out[0].items[0].on == 0 {
		return false
	}
	pt := b.out[0].items[0].parts[0]
	return pt.rel == noRelation && pt.bare() && !pt.place.midline &&
		b.lex.places[b.lex.key(edgeNames[e]+" "+pt.place.name)].place != nil
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
