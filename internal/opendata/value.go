package opendata

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"knead/atlas"
)

// A value is a string, a float64, a bool, a list or an object.
type (
	list   = []any
	object []member
	member struct {
		name  string
		value any
	}
)

// valueOf reads a value of the text format.
func valueOf(f atlas.Form, s string) (any, error) {
	switch f.Holds {
	case atlas.YesNo:
		return s == "yes", nil
	case atlas.Whole, atlas.Number:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no number", s)
		}
		return n, nil
	case atlas.List:
		items := list{}
		for _, item := range split(f, s, -1) {
			v, err := valueOf(*f.Item, item)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
		}
		return items, nil
	case atlas.Record:
		texts := split(f, s, len(f.Parts))
		var o object
		for i, p := range f.Parts {
			if i >= len(texts) {
				if p.Optional {
					break
				}
				return nil, fmt.Errorf("%q has no %s", s, p.Name)
			}
			v, err := valueOf(p.Form, texts[i])
			if err != nil {
				return nil, err
			}
			o = append(o, member{p.Name, v})
		}
		return o, nil
	}
	return s, nil
}

// split cuts a list or a record into at most n pieces.
func split(f atlas.Form, s string, n int) []string {
	sep := strings.TrimSpace(f.Sep)
	if sep == "" {
		return strings.Fields(s)
	}
	pieces := strings.SplitN(s, sep, n)
	for i := range pieces {
		pieces[i] = strings.TrimSpace(pieces[i])
	}
	return pieces
}

// rowObject gives a row as JSON has it: first the id, then its keys. A list is always
// there; what is optional and not given is left out.
func rowObject(r atlas.Row) (object, error) {
	o := object{{"id", r.ID}}
	for _, k := range kindNamed(r.Kind).Keys {
		items, found := list{}, false
		for _, l := range r.Lines {
			if l.Key != k.Name {
				continue
			}
			v, err := valueOf(k.Form, l.Value)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %s: %w", r.Kind, r.ID, k.Name, err)
			}
			items, found = append(items, v), true
		}
		switch {
		case k.Many:
			o = append(o, member{nameOf(r.Kind, k.Name), items})
		case found:
			o = append(o, member{nameOf(r.Kind, k.Name), items[0]})
		case k.Form.Holds == atlas.List:
			o = append(o, member{nameOf(r.Kind, k.Name), list{}})
		}
	}
	return o, nil
}

// encode writes a value without blanks.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := jsontext.NewEncoder(&b)
	if err := writeTo(enc, v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func writeTo(enc *jsontext.Encoder, v any) error {
	switch v := v.(type) {
	case string:
		return enc.WriteToken(jsontext.String(v))
	case float64:
		return enc.WriteToken(jsontext.Float(v))
	case bool:
		return enc.WriteToken(jsontext.Bool(v))
	case list:
		if err := enc.WriteToken(jsontext.BeginArray); err != nil {
			return err
		}
		for _, item := range v {
			if err := writeTo(enc, item); err != nil {
				return err
			}
		}
		return enc.WriteToken(jsontext.EndArray)
	case object:
		if err := enc.WriteToken(jsontext.BeginObject); err != nil {
			return err
		}
		for _, m := range v {
			if err := enc.WriteToken(jsontext.String(m.name)); err != nil {
				return err
			}
			if err := writeTo(enc, m.value); err != nil {
				return err
			}
		}
		return enc.WriteToken(jsontext.EndObject)
	}
	return fmt.Errorf("a %T cannot be written as JSON", v)
}

// same tells whether a value is what was read from a JSON file.
func same(v, read any) bool {
	switch v := v.(type) {
	case list:
		other, ok := read.([]any)
		if !ok || len(other) != len(v) {
			return false
		}
		for i := range v {
			if !same(v[i], other[i]) {
				return false
			}
		}
		return true
	case object:
		other, ok := read.(map[string]any)
		if !ok || len(other) != len(v) {
			return false
		}
		for _, m := range v {
			o, ok := other[m.name]
			if !ok || !same(m.value, o) {
				return false
			}
		}
		return true
	}
	return v == read
}
