package screen

import (
	"slices"
	"strings"
)

// Reading what people write in their own words. Whatever is not understood is taken as
// the strictest thing it could be: 'unread' and 'unsaid' in the rules file say which.

// hedges are words that turn a phrase around: with one of them in the text, a mild
// kind is not recognised.
var hedges = []string{"not", "no", "never", "still", "yet", "isn t", "hasn t", "haven t", "don t", "didn t", "nearly", "almost"}

// kindsIn recognises the kinds that a client's text names; if it names none, those
// that must then be assumed.
func (q *question) kindsIn(detail string) map[string]bool {
	text := plain(detail)
	rest := q.without(text)
	hedged := slices.ContainsFunc(hedges, func(w string) bool { return says(rest, w) })
	named := func(in string, words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return says(in, w) })
	}
	kinds := map[string]bool{}
	mild := false
	for _, k := range q.kinds {
		whole := text == k.words[0] || text == k.words[1] // chosen on the form
		said := named(rest, k.words)
		if k.mild {
			said = !hedged && named(text, k.words)
		}
		if whole || said || slices.ContainsFunc(k.medicines, func(m string) bool { return mentions(text, m) }) {
			kinds[k.Key] = true
			mild = mild || k.mild
		}
	}
	for _, k := range q.kinds {
		if !mild && named(rest, k.weak) {
			kinds[k.Key] = true
		}
	}
	if len(kinds) > 0 {
		return kinds
	}
	otherwise := q.unsaid
	if text != "" && len(q.unread) > 0 {
		otherwise = q.unread
	}
	for _, key := range otherwise {
		kinds[key] = true
	}
	return kinds
}

// without takes out the phrases that speak for themselves, as 'no recurrence' or 'broke
// out in': their words turn nothing around and name nothing.
func (q *question) without(text string) string {
	text = " " + text + " "
	for _, phrase := range q.plainly {
		text = strings.ReplaceAll(text, " "+phrase+" ", " ")
	}
	return strings.TrimSpace(text)
}

// classes gives the classes of medicines that the texts name. Of the first listed
// texts, those that name nothing known are of the class 'unknown'; the others are
// free text, in which a medicine may stand.
func (b *book) classes(texts []string, listed int) map[string]bool {
	found := map[string]bool{}
	for i, text := range texts {
		known := false
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;+&/\n", r) }) {
			part = plain(part)
			for _, m := range b.medicines {
				if slices.ContainsFunc(m.names, func(name string) bool { return mentions(part, name) }) {
					known = true
					found[m.class] = found[m.class] || !m.outside(part)
				}
			}
		}
		if !known && i < listed && plain(text) != "" {
			found[unknownMedicine] = true
		}
	}
	return found
}

// swallowed are the words by which a text tells that a medicine is taken as a whole
// and not only put on the skin.
var swallowed = []string{"tablet", "tablets", "pill", "pills", "oral", "capsule", "capsules", "mouth"}

// outside tells that a text names a form of a medicine that does not belong to its class,
// as a cream where tablets are meant.
func (m medicine) outside(text string) bool {
	named := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return says(text, w) })
	}
	return named(m.unless) && !named(swallowed)
}

// plain puts text into the form in which words are compared: small letters without
// accents, words apart by one space.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(unaccented.Replace(strings.ToLower(s)), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r > 127)
	}), " ")
}

// unaccented writes Latin letters without their accents, whether they come as one
// character or as a letter and a combining mark (U+0300 to U+0328).
var unaccented = func() *strings.Replacer {
	var pairs []string
	for _, row := range []string{
		"aàáâãäåāăą", "cçćč", "dďđð", "eèéêëēęě", "gğ", "iìíîïīı", "lł", "nñńň", "oòóôõöøōő", "rřŕ", "sśšş", "tťţ",
		"uùúûüūůű", "yýÿ", "zźžż",
	} {
		for _, r := range row[1:] {
			pairs = append(pairs, string(r), row[:1])
		}
	}
	for mark := '\u0300'; mark <= '\u0328'; mark++ {
		pairs = append(pairs, string(mark), "")
	}
	return strings.NewReplacer(append(pairs, "æ", "ae", "œ", "oe", "ß", "ss")...)
}()

// says tells whether plain text contains the plain phrase as whole words.
func says(text, phrase string) bool {
	return strings.Contains(" "+text+" ", " "+phrase+" ")
}

// sureLetters is how long a name must be for one wrong letter to be forgiven (chosen: in
// the list no two names of different classes are then confused, which a test holds).
const sureLetters = 7

// mentions tells whether plain text names a medicine, also in the plural and, for long
// names, with one wrong letter.
func mentions(text, name string) bool {
	if says(text, name) || says(text, name+"s") {
		return true
	}
	return len(name) >= sureLetters && slices.ContainsFunc(strings.Fields(text), func(word string) bool { return oneOff(word, name) })
}

// oneOff tells whether one letter was missed, added, changed or swapped with the next.
func oneOff(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return swapped || len(a) <= 1 && len(b) <= 1
}
