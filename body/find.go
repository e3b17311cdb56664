package body

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// Place is what a phrase means on the skin.
type Place struct {
	Words   string       // read-back, which Find understands alike: "left shoulder blade, inner edge"
	Regions []RegionSide // the regions it lies in, largest share first
	Cells   Set
}

// UnknownPlaceError says that a phrase, or a word in it, names no known place.
type UnknownPlaceError struct {
	Phrase  string
	Word    string    // the first word that was not understood; empty when there is no place at all
	Nearest [3]string // known places with the most similar names
}

func (e *UnknownPlaceError) Error() string {
	what := fmt.Sprintf("%q names no place on the body", e.Phrase)
	switch e.Word {
	case "":
	case e.Phrase:
		what = fmt.Sprintf("%q is not a place Knead knows", e.Word)
	default:
		what = fmt.Sprintf("%q in %q is not a place Knead knows", e.Word, e.Phrase)
	}
	return fmt.Sprintf("%s; the nearest are %q, %q and %q", what, e.Nearest[0], e.Nearest[1], e.Nearest[2])
}

// NoSideError says that a place which exists on both sides was named without one.
type NoSideError struct {
	Phrase string
	Place  string // the place that lacks a side
	as     string // how to write it with one
}

func (e *NoSideError) Error() string {
	return fmt.Sprintf("%q: which side? write left, right or both, as in %q", e.Phrase, e.as)
}

// ContradictionError says that a phrase means two things at once, or nothing that is left.
type ContradictionError struct {
	Phrase string
	Why    string
}

func (e *ContradictionError) Error() string { return fmt.Sprintf("%q %s", e.Phrase, e.Why) }

// maxPhrase bounds a phrase, in bytes (chosen: four long sentences).
const maxPhrase = 600

// Find turns a phrase as clients speak into a place: "inside edge of the left shoulder
// blade", "neck and right shoulder", "right arm down to the thumb", "CHOIR 208".
// A place that exists twice needs a side, or "both", or a plural. Errors are
// [*UnknownPlaceError], [*NoSideError] and [*ContradictionError].
func Find(phrase string) (Place, error) {
	if len(phrase) > maxPhrase || !utf8.ValidString(phrase) {
		return Place{}, &UnknownPlaceError{Phrase: clip(phrase), Nearest: words().nearest(nil, "")}
	}
	p := parser{lex: words(), phrase: strings.TrimSpace(phrase)}
	lists, err := p.parse()
	if err != nil {
		return Place{}, err
	}
	s := Skin()
	var out Place
	var said []string
	for _, list := range lists {
		cells, words, err := p.mean(s, list)
		if err != nil {
			return Place{}, err
		}
		out.Cells = out.Cells.Union(cells)
		for _, w := range words {
			if !slices.Contains(said, w) {
				said = append(said, w)
			}
		}
	}
	out.Words = strings.Join(said, "; ")
	out.Regions = s.regionsOf(out.Cells)
	return out, nil
}

// mean gives the skin of a list and its words, one phrase for each chain that leaves any.
func (p *parser) mean(s *Surface, list []*chain) (Set, []string, error) {
	var cells, taken Set
	parts := make([]Set, len(list))
	for i, c := range list {
		part := c.cells(s)
		parts[i] = part
		if part.Len() == 0 {
			return Set{}, nil, p.contradiction("leaves no skin: say it in other words")
		}
		if c.taken {
			taken = taken.Union(part)
		} else {
			cells = cells.Union(part)
		}
	}
	if cells = cells.Minus(taken); cells.Len() == 0 {
		return Set{}, nil, p.contradiction("takes away all it names")
	}
	var said []string
	for i, c := range list {
		part := parts[i]
		if c.taken || part.Minus(taken).Len() == 0 {
			continue
		}
		words := []string{c.words()}
		for k, not := range list {
			if not.taken && parts[k].Intersect(part).Len() > 0 {
				words = append(words, not.words())
			}
		}
		said = append(said, strings.Join(words, " except "))
	}
	return cells, said, nil
}

func clip(s string) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "..."
	}
	return s
}

// regionsOf lists the regions a set lies in, the largest share first; a region that is
// only touched (less than 1 cm2 and less than a tenth of it, chosen) is left out.
func (s *Surface) regionsOf(set Set) []RegionSide {
	m := regionMap()
	var area [2]map[int]float64
	area[Right], area[Left] = map[int]float64{}, map[int]float64{}
	total := 0.0
	for c := range set.All {
		if i := m.of[s.right(c)]; i >= 0 {
			area[s.Side(c)][int(i)] += s.Area(c)
			total += s.Area(c)
		}
	}
	type share struct {
		RegionSide
		order int
		cm2   float64
	}
	var all []share
	for side, byRegion := range area {
		for i, a := range byRegion {
			if a >= 1 || a >= m.area[i]/10 || a >= total/5 {
				all = append(all, share{RegionSide{m.regions[i].ID, Side(side)}, 2*i + side, a})
			}
		}
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if d := a.cm2 - b.cm2; abs(d) > 1e-6 {
			return d > 0
		}
		return a.order < b.order
	})
	out := make([]RegionSide, len(all))
	for i := range all {
		out[i] = all[i].RegionSide
	}
	return out
}
