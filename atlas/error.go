package atlas

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one mistake in a data file: where it stands and what to do.
type Error struct {
	File string
	Line int // from 1
	Col  int // from 1, in characters
	What string
}

func (e Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.What) }

// Errors are all mistakes that were found, in the order of the files.
type Errors []Error

// maxShown keeps a broken file from filling the screen. Chosen.
const maxShown = 40

func (e Errors) Error() string {
	var b strings.Builder
	for i, one := range e {
		if i == maxShown {
			fmt.Fprintf(&b, "\nand %d more", len(e)-maxShown)
			break
		}
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(one.Error())
	}
	return b.String()
}

// mistakes collects errors while the data are read.
type mistakes struct{ found Errors }

func (m *mistakes) addf(p place, format string, args ...any) {
	m.found = append(m.found, Error{p.file, p.line, p.col, fmt.Sprintf(format, args...)})
}

// err gives what was found, sorted, or nil.
func (m *mistakes) err() error {
	if len(m.found) == 0 {
		return nil
	}
	slices.SortStableFunc(m.found, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	return m.found
}

// place is where something stands in the data.
type place struct {
	file      string
	line, col int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }
