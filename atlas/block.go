package atlas

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// block is a piece of a data file before it gets a meaning: a line "kind id" and
// the lines "key: value" after it. Indentation means nothing.
type block struct {
	kind, id string
	at       place
	lines    []line
}

// line is one "key: value".
type line struct {
	key, value string
	at, from   place // where the key and the value begin
}

// readBlocks cuts a file into blocks. A comment is a line that begins with '#'.
func readBlocks(file string, src []byte, m *mistakes) []block {
	if at, ok := firstBadByte(file, src); ok {
		m.addf(at, "this byte is not UTF-8; save the file as UTF-8")
		return nil
	}
	var blocks []block
	for n, raw := range bytes.Split(src, []byte("\n")) {
		text := strings.TrimFunc(string(raw), isBlank)
		if text == "" || text[0] == '#' {
			continue
		}
		at := place{file, n + 1, column(string(raw), text)}
		if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
			m.addf(place{file, n + 1, at.col + utf8.RuneCountInString(text[:i])}, "control character in the text; write a space")
			continue
		}
		key, value, isLine := strings.Cut(text, ":")
		if !isLine {
			b, ok := header(text, at, m)
			if ok {
				blocks = append(blocks, b)
			}
			continue
		}
		if !plainID(key) {
			m.addf(at, "%q is no key; write 'key: value' with a key of small letters, or a line such as 'muscle scalenes'", key)
			continue
		}
		value = strings.TrimFunc(value, isBlank)
		from := place{file, n + 1, column(string(raw), value)}
		switch {
		case value == "":
			m.addf(at, "%s is empty; write a value after the colon or take the line out", key)
		case strings.Contains(value, " # "):
			m.addf(from, "a comment stands on a line of its own; take ' # ' and what follows out of this value")
		case len(blocks) == 0:
			m.addf(at, "%s stands before any block; begin with a line such as 'muscle scalenes'", key)
		default:
			b := &blocks[len(blocks)-1]
			b.lines = append(b.lines, line{key: key, value: value, at: at, from: from})
		}
	}
	return blocks
}

func header(text string, at place, m *mistakes) (block, bool) {
	f := strings.Fields(text)
	if len(f) != 2 {
		m.addf(at, "%q is neither 'key: value' nor a block such as 'muscle scalenes'; is a colon missing?", text)
		return block{}, false
	}
	if !plainID(f[1]) {
		m.addf(at, "id %q: write small letters, digits and single hyphens, such as upper-trapezius-1", f[1])
		return block{}, false
	}
	return block{kind: f[0], id: f[1], at: at}, true
}

// plainID tells whether s can be a key or an id: small letters and digits in
// pieces joined by single hyphens.
func plainID(s string) bool {
	if s == "" || len(s) > 80 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
		case c == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-':
		default:
			return false
		}
	}
	return true
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\ufeff' }

// column is where text, a suffix or infix of raw, begins, in characters from 1.
func column(raw, text string) int {
	i := strings.Index(raw, text)
	if text == "" || i < 0 {
		return utf8.RuneCountInString(strings.TrimRightFunc(raw, isBlank)) + 1
	}
	return utf8.RuneCountInString(raw[:i]) + 1
}

func firstBadByte(file string, src []byte) (place, bool) {
	at := place{file, 1, 1}
	for len(src) > 0 {
		r, n := utf8.DecodeRune(src)
		if r == utf8.RuneError && n <= 1 {
			return at, true
		}
		at.col++
		if r == '\n' {
			at.line, at.col = at.line+1, 1
		}
		src = src[n:]
	}
	return place{}, false
}
