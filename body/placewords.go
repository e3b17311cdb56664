package body

import (
	"slices"
	"strings"
)

// words says the chain so that Find reads the same.
func (c *chain) words() string {
	var f []string
	for _, it := range c.items {
		w := it.words()
		if len(c.items) > 1 && it.on == onBoth && it.midline() {
			w = "both sides of the " + w // or it would take the side of the others
		}
		f = append(f, w)
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
		if i > 0 && pt.rel == noRelation {
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
	case pt.place.midline && pt.other == nil && strings.HasPrefix(name, "between "):
		return name + ", " + sideNames[on-1]
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
