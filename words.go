package knead

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"
)

// words.txt holds every sentence that the record itself writes: a key, ' = ', and the
// text with its {placeholders}. Another language is another such file. A sentence is
// always one text: nothing is put together of pieces that only English can join.
//
//go:embed words.txt
var wordsText string

var wordsByKey = sync.OnceValue(func() map[string]string {
	table, err := readWords(wordsText)
	if err != nil {
		panic("words.txt: " + err.Error()) // a mistake in the program: every test finds it
	}
	return table
})

func readWords(text string) (map[string]string, error) {
	table := map[string]string{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, " = ")
		switch {
		case !ok || value == "":
			return nil, fmt.Errorf("line %d: write 'key = text'", n)
		case table[key] != "":
			return nil, fmt.Errorf("line %d: the key %s stands here twice", n, key)
		}
		table[key] = value
	}
	return table, nil
}

// say gives the text of a key. What follows are names of placeholders, each with its
// value; a value is never read for placeholders again.
func say(key string, pairs ...any) string {
	text, ok := wordsByKey()[key]
	if !ok {
		return key // a test finds missing keys
	}
	var out strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		out.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !open || !closed {
			return out.String()
		}
		out.WriteString(filled(name, pairs))
		text = after
	}
}

func filled(name string, pairs []any) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return fmt.Sprint(pairs[i+1])
		}
	}
	return "{" + name + "}"
}

// sayN chooses between the texts for one and for any other number, and fills {n}.
func sayN(key string, n int, pairs ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return say(key+form, append(pairs, "n", n)...)
}
