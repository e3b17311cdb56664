package screen

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A syntaxError says where the rules file is wrong and what to do about it.
type syntaxError struct {
	File      string
	Line, Col int
	Text      string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Text)
}

// record is one paragraph of the file: "question g1" and the lines below it.
type record struct {
	file      string
	kind, id  string
	line, col int // of the id
	fields    []field
}

// field is one "key: text" with its continuation lines joined by spaces.
type field struct {
	key, text string
	line, col int // of the text
}

// errorAt makes an error at a field.
func (r *record) errorAt(f field, format string, args ...any) error {
	return &syntaxError{r.file, f.line, f.col, fmt.Sprintf(format, args...)}
}

// errorf makes an error at the head of the record.
func (r *record) errorf(format string, args ...any) error {
	return &syntaxError{r.file, r.line, r.col, fmt.Sprintf(format, args...)}
}

// readRecords cuts the file into records. It knows nothing of what they mean.
func readRecords(file, text string) ([]*record, error) {
	var records []*record
	for n, line := range strings.Split(text, "\n") {
		n++
		fail := func(col int, what string) error { return &syntaxError{file, n, col, what} }
		if !utf8.ValidString(line) {
			return nil, fail(1, "not UTF-8: save the file as UTF-8")
		}
		if i := strings.IndexAny(line, "\t\r"); i >= 0 {
			return nil, fail(i+1, "a tab or carriage return: use spaces and plain line ends")
		}
		body := strings.TrimLeft(line, " ")
		indent := len(line) - len(body)
		body = strings.TrimRight(body, " ")
		switch {
		case body == "" || body[0] == '#':
			continue
		case indent == 0:
			kind, id, ok := strings.Cut(body, " ")
			if !ok || id == "" || strings.Contains(id, " ") {
				return nil, fail(1, `write a kind and one id, as in "question g1"`)
			}
			records = append(records, &record{file: file, kind: kind, id: id, line: n, col: len(kind) + 2})
		case len(records) == 0:
			return nil, fail(indent+1, "an indented line before any record")
		case indent == 2:
			key, value, ok := strings.Cut(body, ":")
			text := strings.TrimSpace(value)
			if !ok || text == "" {
				return nil, fail(indent+1, `write "key: text"`)
			}
			r := records[len(records)-1]
			col := indent + 1 + len(body) - len(strings.TrimLeft(value, " "))
			r.fields = append(r.fields, field{key: key, text: text, line: n, col: col})
		case indent >= 4:
			r := records[len(records)-1]
			if len(r.fields) == 0 {
				return nil, fail(indent+1, "nothing above that this line could go on with")
			}
			r.fields[len(r.fields)-1].text += " " + body
		default:
			return nil, fail(indent+1, "indent by two spaces, or by four to go on with the line above")
		}
	}
	return records, nil
}

// items splits a list at its bars.
func items(text string) []string {
	parts := strings.Split(text, "|")
	list := make([]string, 0, len(parts))
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}
