package body

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

//go:embed lexicon.txt
var lexiconFile string

// lexicon knows the words of places. Its file says how it is written.
type lexicon struct {
	functions  map[string]function   // by joined words
	places     map[string]placeEntry // by joined words without fillers
	all        []*place
	names      []string // every name of every place, for suggestions; longest is six or so words
	nameOf     []*place
	nameWords  [][]int32 // the words of each name, by their place in vocabulary
	vocabulary []string
	number     map[string]int32
	respell    map[string]string
	joins      map[string]bool // beginnings of names up to a joining word in them
}

// function is what a word that names no place does in a phrase.
type function struct {
	kind  kind
	value uint8 // side, edge, relation or percent
}

type kind uint8

const (
	fillerWord kind = iota
	softWord
	asideWord
	sideWord
	joinWord
	exceptWord
	toWord
	fromWord
	relationWord
	edgeWord
	shareWord
	placeWord
	comma
	stop
)

var kinds = map[string]kind{
	"filler": fillerWord, "soft": softWord, "aside": asideWord, "side": sideWord, "join": joinWord,
	"except": exceptWord, "to": toWord, "from": fromWord, "relation": relationWord, "edge": edgeWord, "share": shareWord,
}

// sides is a choice of sides: bit 0 right, bit 1 left.
type sides uint8

const (
	onRight sides = 1 << iota
	onLeft
	onBoth = onRight | onLeft
)

var sideNames = []string{"right", "left", "both"} // value+1 is the sides

type relation uint8

var relationNames = []string{"above", "below", "front", "behind", "beside", "near", "around", "between", "within"}

const (
	above relation = iota
	below
	inFront
	behind
	beside
	near
	around
	amid // between
	within
	noRelation
)

type edge uint8

var edgeNames = []string{"upper", "lower", "front", "back", "inner", "outer", "middle", "tip", "base", "rim"}

const (
	upper edge = iota
	lower
	frontEdge
	backEdge
	inner
	outer
	middleEdge
	tip
	base
	rim
)

// place is one known place: its right half, from which the left follows.
type place struct {
	name    string
	midline bool
	quiet   bool  // never said in a description
	fixed   sides // a CHOIR segment has its side in its number
	right   func() Set
}

type placeEntry struct {
	*place
	plurals int // plural words of the name as it is written in the data
}

var words = sync.OnceValue(func() *lexicon {
	l, err := readLexicon(lexiconFile, regionMap().regions)
	if err != nil {
		panic(err) // the embedded file is broken; a test holds it
	}
	return l
})

func readLexicon(text string, regions []Region) (*lexicon, error) {
	l := &lexicon{functions: map[string]function{}, places: map[string]placeEntry{}, respell: map[string]string{}, joins: map[string]bool{}, number: map[string]int32{}}
	var places []string
	for n, line := range dataLines(text) {
		if rest, ok := strings.CutPrefix(line, "place "); ok {
			places = append(places, rest)
			continue
		}
		if err := l.readWords(line); err != nil {
			return nil, fmt.Errorf("lexicon.txt:%d: %w", n, err)
		}
	}
	var errs []error
	ids := map[string]*place{}
	// Regions first, then the combined places, once the small words are known.
	for _, r := range regions {
		p := &place{name: plainName(r.Lay), midline: r.Midline, right: sync.OnceValue(func() Set { return Skin().RegionCells(r.ID, Right) })}
		names := append([]string{plainName(r.Lay), plainName(r.Name)}, r.Aliases...)
		ids[strings.ReplaceAll(string(r.ID), "-", " ")] = p
		if err := l.addPlace(p, names); err != nil {
			errs = append(errs, fmt.Errorf("regions.txt: region %s: %w", r.ID, err))
		}
	}
	for _, text := range places {
		if err := l.readPlace(text); err != nil {
			errs = append(errs, fmt.Errorf("lexicon.txt: place %s: %w", text, err))
		}
	}
	for _, pair := range choirPairs {
		right := sync.OnceValue(func() Set { return Skin().choirCells(pair[0]) })
		for k, n := range pair {
			p := &place{name: "CHOIR " + strconv.Itoa(n), fixed: onRight << k, right: right}
			if err := l.addPlace(p, []string{strconv.Itoa(n)}); err != nil {
				errs = append(errs, err)
			}
		}
	}
	for id, p := range ids { // an id is understood where no name has its words
		if key := l.key(id); l.places[key].place == nil {
			l.places[key] = placeEntry{p, 0}
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return l, nil
}

// choirCells gives the right-side cells of a CHOIR segment.
func (s *Surface) choirCells(n int) Set {
	var out Set
	for c := range CellID(s.half) {
		if s.CHOIR(c) == n {
			out.Add(c)
		}
	}
	return out
}

// plainName writes a name as it stands in a sentence.
func plainName(lay string) string {
	f := strings.FieldsFunc(lay, func(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) })
	for i, w := range f {
		if w != strings.ToUpper(w) { // T12 stays
			f[i] = strings.ToLower(w)
		}
	}
	return strings.Join(f, " ")
}

func (l *lexicon) readWords(line string) error {
	head, list, ok := strings.Cut(line, ":")
	f := strings.Fields(head)
	if !ok || len(f) == 0 {
		return fmt.Errorf("%q: write KIND: words | words", line)
	}
	if f[0] == "same" {
		for w := range strings.SplitSeq(list, "|") {
			from, to, ok := strings.Cut(w, "=")
			if !ok {
				return fmt.Errorf("%q: write one = other", w)
			}
			l.respell[strings.TrimSpace(from)] = strings.TrimSpace(to)
		}
		return nil
	}
	k, ok := kinds[f[0]]
	if !ok {
		return fmt.Errorf("unknown kind %q", f[0])
	}
	fn := function{kind: k}
	tables := map[kind][]string{sideWord: sideNames, relationWord: relationNames, edgeWord: edgeNames}
	if table := tables[k]; table != nil {
		i := -1
		if len(f) == 2 {
			i = slices.Index(table, f[1])
		}
		if i < 0 {
			return fmt.Errorf("%q: write one of %s after %s", head, strings.Join(table, " "), f[0])
		}
		fn.value = uint8(i)
		if k == sideWord {
			fn.value++
		}
	} else if k == shareWord {
		n, err := strconv.Atoi(f[len(f)-1])
		if err != nil || n < 1 || n > 99 {
			return fmt.Errorf("%q: write a percentage after share", head)
		}
		fn.value = uint8(n)
	}
	for w := range strings.SplitSeq(list, "|") {
		key := joined(l.tokens(w))
		if old, taken := l.functions[key]; taken && old != fn {
			return fmt.Errorf("%q has two meanings", strings.TrimSpace(w))
		}
		l.functions[key] = fn
	}
	return nil
}

// readPlace takes "NAME; midline; words | words = meaning".
func (l *lexicon) readPlace(text string) error {
	head, meaning, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("write NAME; words = meaning")
	}
	p := &place{}
	var names []string
	for i, f := range strings.Split(head, ";") {
		f = strings.TrimSpace(f)
		switch {
		case i == 0:
			p.name = f
			names = append(names, f)
		case f == "midline":
			p.midline = true
		case f == "quiet":
			p.quiet = true
		default:
			names = append(names, strings.Split(f, "|")...)
		}
	}
	var parts []func(*Surface) Set
	for term := range strings.SplitSeq(meaning, " + ") {
		f := strings.Fields(term)
		switch {
		case len(f) == 0:
			return fmt.Errorf("empty meaning")
		case f[0] == "ALL":
			parts = append(parts, (*Surface).visibleRight)
		case f[0] == "skin", f[0] == "spot", f[0] == "band":
			sh, err := ParseShape(strings.TrimSpace(term))
			if err != nil {
				return err
			}
			parts = append(parts, sh.firm)
		default:
			for _, id := range f {
				if _, ok := regionMap().byID[RegionID(id)]; !ok {
					return fmt.Errorf("no region %q", id)
				}
				parts = append(parts, func(s *Surface) Set { return s.RegionCells(RegionID(id), Right) })
			}
		}
	}
	p.right = sync.OnceValue(func() Set {
		var out Set
		for _, part := range parts {
			out = out.Union(part(Skin()))
		}
		return out
	})
	return l.addPlace(p, names)
}

// firm gives the right-side cells where the shape holds at least by half.
func (sh Shape) firm(s *Surface) Set {
	if sh.kind != bandShape {
		return sh.hardCells(s)
	}
	var out Set
	for _, w := range sh.bandCells(s) {
		if w.W >= 0.5 && s.Side(w.Cell) == Right {
			out.Add(w.Cell)
		}
	}
	return out
}

func (s *Surface) visibleRight() Set {
	var out Set
	for c := range CellID(s.half) {
		if !s.hidden[c] {
			out.Add(c)
		}
	}
	return out
}

func (l *lexicon) addPlace(p *place, names []string) error {
	l.all = append(l.all, p)
	var errs []error
	for _, name := range names {
		content := l.content(name)
		plurals := 0
		for _, t := range content {
			if t.plural {
				plurals++
			}
		}
		for i, t := range content {
			if f, ok := l.functions[t.norm]; ok && i > 0 && (f.kind == joinWord || f.kind == exceptWord) {
				l.joins[joined(content[:i+1])] = true
			}
		}
		key := joined(content)
		if key == "" {
			return fmt.Errorf("name %q has small words only", name)
		}
		old, taken := l.places[key]
		if taken && old.place != p {
			errs = append(errs, fmt.Errorf("%q already means %q", strings.TrimSpace(name), old.name))
			continue
		}
		l.places[key] = placeEntry{p, max(plurals, old.plurals)}
		if !taken && p.fixed == 0 {
			l.names = append(l.names, strings.ToLower(strings.TrimSpace(name)))
			l.nameOf = append(l.nameOf, p)
			l.nameWords = append(l.nameWords, l.numbered(content))
		}
	}
	return errors.Join(errs...)
}

// numbered puts words into the vocabulary and gives their numbers.
func (l *lexicon) numbered(toks []token) []int32 {
	out := make([]int32, len(toks))
	for i, t := range toks {
		n, ok := l.number[t.norm]
		if !ok {
			n = int32(len(l.vocabulary))
			l.number[t.norm] = n
			l.vocabulary = append(l.vocabulary, t.norm)
		}
		out[i] = n
	}
	return out
}

// content gives the words of a name that count.
func (l *lexicon) content(name string) []token {
	return slices.DeleteFunc(l.tokens(name), func(t token) bool { return t.kind != wordToken || l.isFiller(t) })
}

// key joins the words of a name that count.
func (l *lexicon) key(name string) string { return joined(l.content(name)) }

func (l *lexicon) isFiller(t token) bool {
	f, ok := l.functions[t.norm]
	return ok && f.kind == fillerWord
}

// token is a word of a phrase, or a comma or stop between words.
type token struct {
	text   string // lower case
	norm   string // singular, British spelling
	plural bool
	kind   tokenKind
}

type tokenKind uint8

const (
	wordToken tokenKind = iota
	commaToken
	stopToken
)

// tokens cuts a phrase into words. Hyphens and spaces are the same; apostrophes vanish.
func (l *lexicon) tokens(s string) []token {
	var out []token
	var w strings.Builder
	flush := func() {
		if w.Len() == 0 {
			return
		}
		t := token{text: w.String()}
		w.Reset()
		t.norm, t.plural = singular(t.text)
		if b, ok := l.respell[t.norm]; ok {
			t.norm = b
		}
		out = append(out, t)
	}
	mark := func(k tokenKind) {
		flush()
		if n := len(out); n > 0 && out[n-1].kind == wordToken {
			out = append(out, token{kind: k})
		} else if n > 0 && k == stopToken {
			out[n-1].kind = stopToken
		}
	}
	for _, r := range s {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			w.WriteRune(unicode.ToLower(r))
		case r == '\'' || r == '’' || r == '‘' || r == '`':
		case r == ',' || r == '/' || r == '&' || r == '+':
			mark(commaToken)
		case r == ';' || r == '\n' || r == '.' || r == '!' || r == '?' || r == '|':
			mark(stopToken)
		default:
			flush()
		}
	}
	flush()
	return out
}

var irregular = map[string]string{"feet": "foot", "teeth": "tooth", "calves": "calf", "halves": "half", "halfs": "half"}

// singular takes the plural ending off an English word.
func singular(w string) (string, bool) {
	if s, ok := irregular[w]; ok {
		return s, true
	}
	n := len(w)
	switch {
	case n < 4 || w[n-1] != 's' || w[n-2] == 's' || w[n-2] == 'u' || w[n-2] == 'i':
		return w, false
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y", true
	case strings.HasSuffix(w, "ches") && !strings.HasSuffix(w, "aches"):
		return w[:n-2], true
	}
	return w[:n-1], true
}

func joined(toks []token) string {
	var b strings.Builder
	for _, t := range toks {
		b.WriteString(t.norm)
	}
	return b.String()
}
