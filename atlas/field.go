package atlas

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"knead/body"
)

// field ties one key of a block to one place in a value. Reading and writing share
// the table, so that nothing can be read and then forgotten.
type field[T any] struct {
	key  string
	need bool // must be there
	many bool // may be there more than once
	form Form // what one value holds
	set  func(*T, string) error
	show func(*T) []string // the values to write, one a line
}

// optional makes a field that may be left out.
func (f field[T]) optional() field[T] { f.need = false; return f }

// as says what a value of the field holds.
func (f field[T]) as(form Form) field[T] { f.form = form; return f }

// fill reads the lines of a block into v and says what is unknown, double, wrong
// or missing.
func fill[T any](v *T, b block, fields []field[T], m *mistakes) {
	seen := map[string]bool{}
	for _, l := range b.lines {
		i := slices.IndexFunc(fields, func(f field[T]) bool { return f.key == l.key })
		if i < 0 {
			m.addf(l.at, "a %s has no %q; it has %s", b.kind, l.key, keys(fields))
			continue
		}
		f := fields[i]
		if seen[f.key] && !f.many {
			m.addf(l.at, "%s stands twice in %s %s; keep one", f.key, b.kind, b.id)
			continue
		}
		seen[f.key] = true
		if err := f.set(v, l.value); err != nil {
			m.addf(l.from, "%s: %v", f.key, err)
		}
	}
	for _, f := range fields {
		if f.need && !seen[f.key] {
			m.addf(b.at, "%s %s has no %s; add a line '%s: ...'", b.kind, b.id, f.key, f.key)
		}
	}
}

func keys[T any](fields []field[T]) string {
	var k []string
	for _, f := range fields {
		k = append(k, f.key)
	}
	return strings.Join(k, ", ")
}

// one is a field with a single value that is read by parse.
func one[T, V any](key string, at func(*T) *V, parse func(string) (V, error), show func(V) string) field[T] {
	return field[T]{
		key: key, need: true,
		set: func(t *T, s string) (err error) { *at(t), err = parse(s); return err },
		show: func(t *T) []string {
			if s := show(*at(t)); s != "" {
				return []string{s}
			}
			return nil
		},
	}
}

// each is a field that is read line by line.
func each[T, V any](key string, at func(*T) *[]V, parse func(string) (V, error), show func(V) string) field[T] {
	return field[T]{
		key: key, need: true, many: true,
		set: func(t *T, s string) error {
			v, err := parse(s)
			if err == nil {
				*at(t) = append(*at(t), v)
			}
			return err
		},
		show: func(t *T) (out []string) {
			for _, v := range *at(t) {
				out = append(out, show(v))
			}
			return out
		},
	}
}

// items is a field whose value is a list with ' | ' between the items.
func items[T, V any](key string, at func(*T) *[]V, parse func(string) (V, error), show func(V) string) field[T] {
	return field[T]{
		key: key, need: true,
		set: func(t *T, s string) error {
			list, err := parseItems(s, parse)
			*at(t) = list
			return err
		},
		show: func(t *T) []string {
			if len(*at(t)) == 0 {
				return nil
			}
			var out []string
			for _, v := range *at(t) {
				out = append(out, show(v))
			}
			return []string{strings.Join(out, " | ")}
		},
	}
}

func parseItems[V any](s string, parse func(string) (V, error)) ([]V, error) {
	var list []V
	var seen []string
	for item := range strings.SplitSeq(s, "|") {
		item = strings.TrimSpace(item)
		if item == "" {
			return nil, errors.New("empty item; write one item, or several with ' | ' between them")
		}
		if slices.Contains(seen, item) {
			return nil, fmt.Errorf("%q stands twice; keep one", item)
		}
		seen = append(seen, item)
		v, err := parse(item)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func text[T any, S ~string](key string, at func(*T) *S) field[T] {
	return one(key, at, anyText[S], show[S]).as(textForm)
}

func lines[T any, S ~string](key string, at func(*T) *[]S) field[T] {
	return each(key, at, anyText[S], show[S]).as(textForm)
}

func list[T any, S ~string](key string, at func(*T) *[]S) field[T] {
	return items(key, at, anyText[S], show[S]).as(listForm(" | ", textForm))
}

func ids[T any, S ~string](key string, at func(*T) *[]S) field[T] {
	return items(key, at, anID[S], show[S]).as(listForm(" | ", idForm[S]()))
}

func choice[T any, S ~string](key string, at func(*T) *S, from []S) field[T] {
	return one(key, at, oneOf(from), show[S]).as(wordForm(from))
}

func choices[T any, S ~string](key string, at func(*T) *[]S, from []S) field[T] {
	return items(key, at, oneOf(from), show[S]).as(listForm(" | ", wordForm(from)))
}

func number[T any](key string, at func(*T) *int, low, high int) field[T] {
	parse := func(s string) (int, error) {
		n, err := strconv.Atoi(s)
		if err != nil || n < low || n > high {
			return 0, fmt.Errorf("%q: write a whole number from %d to %d", s, low, high)
		}
		return n, nil
	}
	return one(key, at, parse, func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}).as(Form{Holds: Whole, Low: low, High: high})
}

// span is a field "low..high" for two numbers.
func span[T any](key string, from, to func(*T) *int, low, high int) field[T] {
	bound := Form{Holds: Whole, Low: low, High: high}
	return field[T]{
		key: key, need: true, form: recordForm("..", part("from", bound), part("to", bound)),
		set: func(t *T, s string) error {
			a, b, ok := strings.Cut(s, "..")
			x, err := strconv.Atoi(strings.TrimSpace(a))
			y, err2 := strconv.Atoi(strings.TrimSpace(b))
			if !ok || err != nil || err2 != nil || x < low || y > high || x > y {
				return fmt.Errorf("%q: write two whole numbers, such as %d..%d, from %d to %d", s, low, high, low, high)
			}
			*from(t), *to(t) = x, y
			return nil
		},
		show: func(t *T) []string {
			if *to(t) == 0 {
				return nil
			}
			return []string{fmt.Sprintf("%d..%d", *from(t), *to(t))}
		},
	}
}

func yes[T any](key string, at func(*T) *bool) field[T] {
	parse := func(s string) (bool, error) {
		if s != "yes" && s != "no" {
			return false, fmt.Errorf("%q: write yes or no", s)
		}
		return s == "yes", nil
	}
	return one(key, at, parse, yesNo).as(Form{Holds: YesNo})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func shapes[T any](key string, at func(*T) *[]body.Shape) field[T] {
	return each(key, at, body.ParseShape, body.Shape.String).as(Form{Holds: Shape})
}

func show[S ~string](s S) string { return string(s) }

func anyText[S ~string](s string) (S, error) { return S(s), nil }

func anID[S ~string](s string) (S, error) {
	if !plainID(s) {
		return "", fmt.Errorf("%q is no id: write small letters, digits and single hyphens, ' | ' between ids", s)
	}
	return S(s), nil
}

func oneOf[S ~string](from []S) func(string) (S, error) {
	return func(s string) (S, error) {
		if !slices.Contains(from, S(s)) {
			var all []string
			for _, f := range from {
				all = append(all, string(f))
			}
			return "", fmt.Errorf("%q: write one of %s", s, strings.Join(all, ", "))
		}
		return S(s), nil
	}
}
