package outcome

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError is one mistake in a data file: where it stands and what to do.
type SyntaxError struct {
	File string
	Line int // from 1
	Col  int // from 1, in characters
	What string
}

func (e SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.What)
}

// SyntaxErrors are all mistakes that were found, in the order of the files.
type SyntaxErrors []SyntaxError

func (e SyntaxErrors) Error() string {
	const most = 40 // so that a broken file does not fill the screen; chosen
	lines := make([]string, 0, min(len(e), most)+1)
	for _, one := range e[:min(len(e), most)] {
		lines = append(lines, one.Error())
	}
	if len(e) > most {
		lines = append(lines, fmt.Sprintf("and %d more", len(e)-most))
	}
	return strings.Join(lines, "\n")
}

// place is where something stands in the data.
type place struct {
	file      string
	line, col int
}

// mistakes collects errors while the data are read.
type mistakes struct{ found SyntaxErrors }

func (m *mistakes) addf(p place, format string, args ...any) {
	m.found = append(m.found, SyntaxError{p.file, p.line, p.col, fmt.Sprintf(format, args...)})
}

// err gives what was found, sorted, or nil.
func (m *mistakes) err() error {
	if len(m.found) == 0 {
		return nil
	}
	slices.SortStableFunc(m.found, func(a, b SyntaxError) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return m.found
}

// record is a line "kind id" and the lines below it.
type record struct {
	kind, id string
	at       place
	lines    []line
}

// line is one "key: text" with what goes on below it.
type line struct {
	key, text string
	at, from  place // where the key and the text begin
}

// readRecords cuts a file into records. It knows nothing of what they mean.
func readRecords(file, text string, m *mistakes) []record {
	var out []record
	for i, raw := range strings.Split(text, "\n") {
		n := i + 1
		at := func(bytes int) place { return place{file, n, utf8.RuneCountInString(raw[:bytes]) + 1} }
		if bad := badRune(raw); bad >= 0 {
			m.addf(at(bad), "a character that does not belong in a text: save the file as UTF-8, with spaces and plain line ends")
			continue
		}
		content := strings.TrimLeft(raw, " ")
		indent := len(raw) - len(content)
		content = strings.TrimRight(content, " ")
		switch {
		case content == "" || content[0] == '#':
		case indent == 0:
			f := strings.Split(content, " ")
			if len(f) != 2 || !plainID(f[0]) || !plainID(f[1]) {
				m.addf(at(0), "write a kind and an id of small letters, digits and hyphens, as in 'instrument peg'")
				continue
			}
			out = append(out, record{kind: f[0], id: f[1], at: at(0)})
		case len(out) == 0:
			m.addf(at(indent), "a line before any record; begin with one such as 'instrument peg'")
		case indent == 2:
			key, value, ok := strings.Cut(content, ":")
			value = strings.TrimSpace(value)
			if !ok || !plainID(key) || value == "" {
				m.addf(at(indent), "write 'key: text'")
				continue
			}
			r := &out[len(out)-1]
			r.lines = append(r.lines, line{key, value, at(indent), at(indent + len(content) - len(value))})
		case indent == 4:
			r := &out[len(out)-1]
			if len(r.lines) == 0 {
				m.addf(at(indent), "there is no line above that this one could go on with")
				continue
			}
			r.lines[len(r.lines)-1].text += " " + content
		default:
			m.addf(at(indent), "indent by two spaces, or by four to go on with the line above")
		}
	}
	return out
}

// badRune finds what is no text, -1 for nothing.
func badRune(s string) int {
	for i, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) || r != ' ' && unicode.IsSpace(r) {
			return i
		}
	}
	return -1
}

// plainID tells whether s can be a key or an id.
func plainID(s string) bool {
	if s == "" || len(s) > 60 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && !strings.Contains(s, "--")
}
