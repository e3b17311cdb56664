package atlas

import (
	"slices"
	"strings"
	"unicode"
)

// Limits of text for clients: plain language guides ask for short sentences and a
// reading grade of about 8. Chosen.
const (
	longestSentence = 30
	highestGrade    = 8.0
)

// forClients checks text that a client reads.
func (l *linter) forClients(place string, texts ...string) {
	var all []string
	for _, t := range texts {
		if t == "" {
			continue
		}
		l.banned(place, t)
		for _, s := range sentences(t) {
			if n := len(wordsOf(s)); n > longestSentence {
				l.faultf(place, "a sentence for clients has %d words, at most %d: %q", n, longestSentence, s)
			}
			all = append(all, s)
		}
	}
	if g := grade(all, l.atlas.lists["easy-words"]); g > highestGrade {
		l.faultf(place, "the text for clients reads at grade %.1f, at most %.0f; use shorter words and sentences", g, highestGrade)
	}
}

// banned looks for phrases that no text for clients may have.
func (l *linter) banned(place, text string) {
	plain := " " + strings.Join(wordsOf(text), " ") + " "
	for _, phrase := range l.atlas.lists["banned-phrases"] {
		if strings.Contains(plain, " "+phrase+" ") {
			l.faultf(place, "a text for clients says %q, which is banned: %q", phrase, text)
		}
	}
}

// sentences cuts text at full stops, question marks, exclamation marks, colons and
// semicolons that end a word.
func sentences(text string) []string {
	var out []string
	start := 0
	for i, r := range text {
		if !strings.ContainsRune(".?!;:", r) {
			continue
		}
		if i+1 < len(text) && text[i+1] != ' ' {
			continue // 2.5, 10:30
		}
		if s := strings.TrimSpace(text[start : i+1]); len(wordsOf(s)) > 0 {
			out = append(out, s)
		}
		start = i + 1
	}
	if s := strings.TrimSpace(text[start:]); len(wordsOf(s)) > 0 {
		out = append(out, s)
	}
	return out
}

// wordsOf gives the words of a text in lower case.
func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '’'
	})
}

// grade is the Flesch-Kincaid grade of sentences; easy words count as two syllables
// at most, because everybody knows them.
func grade(text, easy []string) float64 {
	words, beats := 0, 0
	for _, s := range text {
		for _, w := range wordsOf(s) {
			n := syllables(w)
			if n > 2 && slices.Contains(easy, w) {
				n = 2
			}
			words, beats = words+1, beats+n
		}
	}
	if words == 0 {
		return 0
	}
	return 0.39*float64(words)/float64(len(text)) + 11.8*float64(beats)/float64(words) - 15.59
}

// syllables counts groups of vowels, without a silent e at the end.
func syllables(word string) int {
	n, vowel := 0, false
	for _, r := range word {
		v := strings.ContainsRune("aeiouy", r)
		if v && !vowel {
			n++
		}
		vowel = v
	}
	if n > 1 && strings.HasSuffix(word, "e") && !strings.HasSuffix(word, "le") {
		n--
	}
	return max(n, 1)
}
