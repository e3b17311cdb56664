// Package words reads a catalogue of sentences. A line of its file is a key, ' = ' and
// the text with its {placeholders}; a line that begins with # is a remark. Another
// language is another such file. A sentence is always one text: nothing is put
// together of pieces that only English can join, and what is listed is joined by the
// catalogue's own rule.
package words

import (
	"fmt"
	"strings"
	"sync"
)

// Table holds the texts by key.
type Table map[string]string

// Read reads a catalogue. The error says which line to mend.
func Read(text string) (Table, error) {
	table := Table{}
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

// Once gives the catalogue that a file of the program holds, read when it is first asked
// for. A mistake in it is one in the program, and panics: every test finds it.
func Once(file, text string) func() Table {
	return sync.OnceValue(func() Table {
		table, err := Read(text)
		if err != nil {
			panic(file + ": " + err.Error())
		}
		return table
	})
}

// Say gives the text of a key, or the key itself where there is none: a test finds
// those. What follows are names of placeholders, each with its value; a value is never
// read for placeholders again.
func (t Table) Say(key string, pairs ...any) string {
	text, ok := t[key]
	if !ok {
		return key
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

// Count chooses between the texts of key.one, for the number 1, and key.other, and
// fills {n}.
func (t Table) Count(key string, n int, pairs ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return t.Say(key+form, append(pairs, "n", n)...)
}

// List joins items by the rule of the catalogue: list.more for all but the last two,
// list.last for these, list.two where there are only two. The texts hold {before} and
// {after}.
func (t Table) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	case 2:
		return t.Say("list.two", "before", items[0], "after", items[1])
	}
	last := len(items) - 1
	joined := items[0]
	for _, item := range items[1:last] {
		joined = t.Say("list.more", "before", joined, "after", item)
	}
	return t.Say("list.last", "before", joined, "after", items[last])
}
