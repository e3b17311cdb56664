package atlas

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"knead/body"
)

// HitKind says what was found.
type HitKind string

// The kinds of hits, in the order in which equal hits are listed.
const (
	PlaceHit     HitKind = "place"
	MuscleHit    HitKind = "muscle"
	ConditionHit HitKind = "condition"
	PatternHit   HitKind = "pattern"
	TechniqueHit HitKind = "technique"
	ExerciseHit  HitKind = "exercise"
	ClaimHit     HitKind = "claim"
	TermHit      HitKind = "term"
)

var hitKinds = []HitKind{PlaceHit, MuscleHit, ConditionHit, PatternHit, TechniqueHit, ExerciseHit, ClaimHit, TermHit}

// Hit is one answer to a search.
type Hit struct {
	Kind  HitKind
	ID    string  // of the region, muscle, condition ...
	Name  string  // as it is listed
	Also  string  // another name that was meant, when it is not in Name
	Score float64 // 0..1; 1 is a name as it stands
}

// Index answers searches in an atlas. It never changes and may be shared.
type Index struct {
	entries []entry
	words   []string          // all words of all entries, sorted
	spelled map[string]string // a word as it is written, by its form for the search
	in      map[string][]use  // where a word stands
}

type entry struct {
	kind  HitKind
	id    string
	name  string
	names []string // plain, the name first
}

// use is a word in an entry. Field 0 is the name, 1.. the other names; text is -1.
type use struct {
	entry, field int
}

const textField = -1

// NewIndex reads the atlas and the names of the regions once.
func NewIndex(a *Atlas) *Index {
	ix := &Index{in: map[string][]use{}, spelled: map[string]string{}}
	for _, r := range body.Regions() {
		ix.add(PlaceHit, string(r.ID), r.Lay, append([]string{r.Name}, r.Aliases...), "")
	}
	for _, m := range a.Muscles {
		ix.add(MuscleHit, string(m.ID), m.Name, append([]string{m.Lay, m.TA2, m.Latin}, m.Aliases...), m.Client)
	}
	for _, c := range a.Conditions {
		ix.add(ConditionHit, string(c.ID), c.Name, append([]string{c.Lay}, c.Aliases...), c.Client)
	}
	for _, p := range a.Patterns {
		ix.add(PatternHit, string(p.ID), p.Name, append([]string{p.Lay}, p.Aliases...), p.Client)
	}
	for _, t := range a.Techniques {
		ix.add(TechniqueHit, string(t.ID), t.Name, []string{t.Lay}, t.Client)
	}
	for _, e := range a.Exercises {
		ix.add(ExerciseHit, string(e.ID), e.Name, nil, e.How)
	}
	for _, c := range a.Claims {
		ix.add(ClaimHit, string(c.ID), c.Claim, nil, c.Short+" "+c.Text)
	}
	for _, t := range a.Terms {
		ix.add(TermHit, string(t.ID), t.Name, t.Aliases, t.Text)
	}
	for w := range ix.in {
		ix.words = append(ix.words, w)
	}
	slices.Sort(ix.words)
	return ix
}

func (ix *Index) add(kind HitKind, id, name string, others []string, text string) {
	n := len(ix.entries)
	e := entry{kind: kind, id: id, name: name}
	for field, s := range append([]string{name}, others...) {
		e.names = append(e.names, s)
		ix.note(s, use{n, field})
	}
	ix.note(text, use{n, textField})
	ix.entries = append(ix.entries, e)
}

func (ix *Index) note(s string, u use) {
	for _, written := range wordsOf(s) {
		for _, w := range searchWords(written) {
			if list := ix.in[w]; len(list) == 0 || list[len(list)-1] != u {
				ix.in[w] = append(list, u)
			}
			if ix.spelled[w] == "" {
				ix.spelled[w] = written
			}
		}
	}
}

// small words do not count in a search.
var smallWords = strings.Fields("a above all an and are at do does for from has have hurt hurts hurting i in is it its just me my of on or pain painful sore ache aching that the their to what when where with you your")

// searchWords are the words of a text in small letters, without plural endings and
// without small words.
func searchWords(s string) []string {
	var out []string
	for _, w := range wordsOf(s) {
		w = strings.ReplaceAll(strings.ReplaceAll(w, "'", ""), "’", "")
		if w == "" || slices.Contains(smallWords, w) {
			continue
		}
		if len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is") {
			w = w[:len(w)-1]
		}
		if same, ok := sameWords[w]; ok {
			w = same
		}
		out = append(out, w)
	}
	return out
}

// sameWords are words that people use for one another.
var sameWords = map[string]string{
	"lower": "low", "inside": "inner", "medial": "inner", "outside": "outer", "lateral": "outer",
	"stomach": "belly", "tummy": "belly", "abdomen": "belly", "abdominal": "belly",
}

// How much a match counts (chosen).
const (
	otherName  = 0.9  // in another name than the first
	inText     = 0.3  // in the text
	prefix     = 0.85 // the beginning of a word that is still being typed
	oneSlip    = 0.75 // one letter wrong
	twoSlips   = 0.55 // two letters wrong in a long word
	mostMissed = 0.4  // share of the weight of the words that need not be found
	wholeName  = 0.25 // of the score hangs on how much of the name was said
	placeRead  = 0.97 // of a place that was understood as a phrase
	placeShare = 0.2  // of that, what hangs on how much of the place a region holds
	oneOfName  = 0.9  // an exercise or a claim by one word: who types "knee" means the place
	otherPlace = 0.6  // a place that shares words with such a phrase and was not meant
)

// Search finds rows by their names in any spelling near enough, and places by phrases
// as clients speak: "rotator cuf", "nape", "pain under the heel". The best come first.
// A query without a word that counts finds nothing.
func (ix *Index) Search(query string, most int) []Hit {
	if len(query) > longestQuery {
		query = query[:longestQuery]
	}
	said := searchWords(query)
	best := map[int]found{}
	var total float64
	for _, w := range said {
		near := ix.near(w)
		rare := ix.rarity(near)
		total += rare
		word := map[int]found{}
		for v, quality := range near {
			for _, u := range ix.in[v] {
				q := quality * fieldWeight(u.field)
				if q > word[u.entry].score || q == word[u.entry].score && u.field >= 0 && u.field < word[u.entry].field {
					word[u.entry] = found{score: q, field: u.field}
				}
			}
		}
		for e, f := range word {
			b := best[e]
			if b.words == 0 || f.field != textField && (b.field == textField || f.score > b.top) {
				b.field, b.top = f.field, f.score
			}
			b.score += rare * f.score
			b.weight += rare
			b.words++
			best[e] = b
		}
	}
	var hits []Hit
	for e, f := range best {
		if f.weight < (1-mostMissed)*total {
			continue
		}
		hits = append(hits, ix.hit(e, f, total, said))
	}
	placed := places(query)
	if len(placed) > 0 && placed[0].Score > oneSlip {
		hits = ix.otherPlaces(hits, said)
	}
	return ranked(append(hits, placed...), most)
}

const longestQuery = 200

type found struct {
	score, weight, top float64
	field, words       int
}

func fieldWeight(field int) float64 {
	switch field {
	case 0:
		return 1
	case textField:
		return inText
	}
	return otherName
}

// near lists the words of the index that may be meant, and how well they match. A word
// that some row is called by is spelt as it was meant: "nape" is not "name".
func (ix *Index) near(w string) map[string]float64 {
	out := map[string]float64{}
	known := slices.ContainsFunc(ix.in[w], func(u use) bool { return u.field != textField })
	for _, v := range ix.words {
		switch {
		case v == w:
			out[v] = 1
		case len(w) >= 3 && strings.HasPrefix(v, w):
			out[v] = prefix
		case !known && len(w) >= 4 && abs(len(v)-len(w)) <= 2:
			switch slips := body.EditDistance(w, v); {
			case slips == 1:
				out[v] = oneSlip
			case slips == 2 && len(w) >= 7:
				out[v] = twoSlips
			}
		}
	}
	return out
}

// rarity is how much a word tells: one that stands in few entries tells most.
func (ix *Index) rarity(near map[string]float64) float64 {
	most := 0
	for v, quality := range near {
		if quality >= prefix {
			most = max(most, len(ix.in[v]))
		}
	}
	return math.Log(1 + float64(len(ix.entries))/float64(1+most))
}

// Meant gives the query with its misspelt words put right, or nothing when there is
// nothing to put right: "rotator cuff" for "rotator cuf".
func (ix *Index) Meant(query string) string {
	if len(query) > longestQuery {
		return ""
	}
	changed := false
	var out []string
	for _, written := range wordsOf(query) {
		word := written
		for _, w := range searchWords(written) {
			if better := ix.respell(w); better != "" {
				word, changed = better, true
			}
		}
		out = append(out, word)
	}
	if !changed {
		return ""
	}
	return strings.Join(out, " ")
}

// respell gives the word that was meant by one that the index does not have. A word of
// which more than a letter is missing is still being typed, not wrong.
func (ix *Index) respell(w string) string {
	if len(ix.in[w]) > 0 {
		return ""
	}
	best, most, used := "", 0.0, 0
	for v, quality := range ix.near(w) {
		if strings.HasPrefix(v, w) && len(v) > len(w)+1 {
			return ""
		}
		n := len(ix.in[v])
		if quality > most || quality == most && (n > used || n == used && v < best) {
			best, most, used = v, quality, n
		}
	}
	return ix.spelled[best]
}

func (ix *Index) hit(n int, f found, total float64, said []string) Hit {
	e := ix.entries[n]
	h := Hit{Kind: e.kind, ID: e.id, Name: e.name}
	score := f.score / total
	if f.field != textField {
		f.field = fullest(e.names, said, f.field)
	}
	if f.field > 0 {
		h.Also = e.names[f.field]
	}
	if f.field != textField {
		name := searchWords(e.names[f.field])
		score *= 1 - wholeName + wholeName*min(1, float64(len(said))/float64(max(len(name), 1)))
		if (e.kind == ExerciseHit || e.kind == ClaimHit) && len(said) == 1 && len(name) > 1 {
			score *= oneOfName
		}
	}
	for _, name := range e.names[1:] { // another name that was said as a whole
		if score < otherName && slices.Equal(searchWords(name), said) {
			score, h.Also = otherName, name
		}
	}
	h.Score = score
	return h
}

// fullest is the name in which most of the words stand; at a draw the one given, or
// the first.
func fullest(names, said []string, field int) int {
	count := func(i int) (n int) {
		words := searchWords(names[i])
		for _, w := range said {
			if slices.Contains(words, w) {
				n++
			}
		}
		return n
	}
	most := count(field)
	for i := range names {
		if n := count(i); n > most {
			field, most = i, n
		}
	}
	return field
}

// otherPlaces puts places that only share words with a phrase that was understood as a
// place behind those that it means, and leaves out those that have its words apart:
// "upper back" is not the back of the upper arm.
func (ix *Index) otherPlaces(hits []Hit, said []string) []Hit {
	var out []Hit
	for _, h := range hits {
		if h.Kind == PlaceHit {
			e := slices.IndexFunc(ix.entries, func(e entry) bool { return e.kind == PlaceHit && e.id == h.ID })
			if !slices.ContainsFunc(ix.entries[e].names, func(name string) bool { return inOrder(searchWords(name), said) }) {
				continue
			}
			h.Score *= otherPlace
		}
		out = append(out, h)
	}
	return out
}

// inOrder tells whether words stand side by side in a name.
func inOrder(name, said []string) bool {
	for i := range len(name) - len(said) + 1 {
		if slices.Equal(name[i:i+len(said)], said) {
			return true
		}
	}
	return false
}

// places reads the query as a place and lists its regions. If a word is misspelt, the
// nearest place counts that has nearly the same words.
func places(query string) []Hit {
	place, err := findPlace(query)
	score := placeRead
	var unknown *body.UnknownPlaceError
	if errors.As(err, &unknown) && alike(query, unknown.Nearest[0]) {
		place, err = findPlace(unknown.Nearest[0])
		score *= oneSlip
	}
	if err != nil {
		return nil
	}
	skin := body.Skin()
	area := map[body.RegionID]float64{}
	var all float64
	for c := range place.Cells.All {
		area[skin.Region(c)] += skin.Area(c)
		all += skin.Area(c)
	}
	var most float64
	for _, a := range area {
		most = max(most, a/all)
	}
	var hits []Hit
	for _, r := range body.Regions() {
		if share := area[r.ID] / all; share >= min(leastOfPlace, leastOfMost*most) {
			if share < 1 { // of several, the one that is meant most nearly, and not the largest
				share = (share + 4*area[r.ID]/whole(skin, r.ID, place.Cells)) / 8
			}
			hits = append(hits, Hit{Kind: PlaceHit, ID: string(r.ID), Name: r.Lay, Score: score * (1 - placeShare + placeShare*share)})
		}
	}
	return hits
}

// whole is the size of a region on those sides on which the cells touch it.
func whole(skin *body.Surface, id body.RegionID, cells body.Set) (area float64) {
	for _, side := range []body.Side{body.Right, body.Left} {
		region := skin.RegionCells(id, side)
		if region.Intersect(cells).Len() == 0 {
			continue
		}
		for c := range region.All {
			area += skin.Area(c)
		}
	}
	return area
}

func findPlace(phrase string) (body.Place, error) {
	place, err := body.Find(phrase)
	if _, ok := errors.AsType[*body.NoSideError](err); ok {
		return body.Find("right " + phrase)
	}
	return place, err
}

// alike tells whether each word of a phrase is a word of a name, or nearly.
func alike(phrase, name string) bool {
	names, said := searchWords(name), searchWords(phrase)
	for _, w := range said {
		if !slices.ContainsFunc(names, func(v string) bool { return body.EditDistance(w, v) <= len(w)/4 }) {
			return false
		}
	}
	return len(said) > 0
}

// A region is named when it holds this share of a place, or of a large place such as
// the back this share of what its largest region holds (chosen).
const (
	leastOfPlace = 0.12
	leastOfMost  = 0.4
)

// ranked sorts hits, keeps the better of two for the same row, and cuts the list.
func ranked(hits []Hit, most int) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(
			cmp.Compare(b.Score, a.Score),
			cmp.Compare(slices.Index(hitKinds, a.Kind), slices.Index(hitKinds, b.Kind)),
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID),
		)
	})
	type row struct {
		kind HitKind
		id   string
	}
	seen := map[row]bool{}
	out := hits[:0]
	for _, h := range hits {
		if !seen[row{h.Kind, h.ID}] && len(out) < most {
			seen[row{h.Kind, h.ID}] = true
			out = append(out, h)
		}
	}
	return out
}

func abs(n int) int { return max(n, -n) }
