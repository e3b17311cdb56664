package opendata

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"knead/atlas"
	"knead/body"
)

// MaxBytes is the largest file that is read (chosen: some six times the whole atlas).
const MaxBytes = 32 << 20

// Error is one mistake in a JSON file.
type Error struct {
	At   string // JSON pointer; empty for the file as a whole
	What string // what is wrong and what to do
}

func (e Error) Error() string {
	if e.At == "" {
		return printable(e.What)
	}
	return printable(e.At) + ": " + printable(e.What)
}

// Errors are all mistakes that were found.
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

// mostFound ends the search for mistakes. Chosen: nobody puts more right at a time.
const mostFound = 1000

// printable makes one short line of what a file says, so that it cannot move the
// cursor or fill the screen.
func printable(s string) string {
	const most = 400
	line := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, s)
	if runes := []rune(line); len(runes) > most {
		line = string(runes[:most]) + "..."
	}
	return line
}

// Read reads what [JSON] writes. It takes the rows and works out again what follows
// from them; a zone that does not fit its shapes is a mistake. Every error is [Errors].
func Read(data []byte) (*atlas.Atlas, error) {
	top, err := parse(data)
	if err != nil {
		return nil, Errors{*err}
	}
	r := reader{at: []string{""}}
	r.top(top)
	if len(r.found) > 0 {
		return nil, r.found
	}
	a, wrong := atlas.ParseText("atlas", r.text.String())
	if wrong != nil {
		return nil, r.translate(wrong)
	}
	if sum, _ := top["header"].(map[string]any)["surface_sha256"].(string); sum == body.Fingerprint() {
		r.derived(a, top)
	}
	if len(r.found) > 0 {
		return nil, r.found
	}
	return a, nil
}

func parse(data []byte) (map[string]any, *Error) {
	switch {
	case len(data) > MaxBytes:
		return nil, &Error{"", fmt.Sprintf("the file is larger than %d MB; check that this is an export of the atlas", MaxBytes>>20)}
	case !utf8.Valid(data):
		return nil, &Error{"", "the file is not UTF-8 text; save it as UTF-8 and try again"}
	case bytes.HasPrefix(data, []byte("\ufeff")):
		return nil, &Error{"", "the file begins with a byte order mark; save it as UTF-8 without one"}
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		return nil, syntax(err)
	}
	top, ok := v.(map[string]any)
	if !ok {
		return nil, &Error{"", "an export of the atlas is one JSON object; it begins with {"}
	}
	return top, nil
}

func syntax(err error) *Error {
	if s, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		if errors.Is(err, jsontext.ErrDuplicateName) {
			return &Error{string(s.JSONPointer), "this key stands here twice; keep one"}
		}
		return &Error{string(s.JSONPointer), fmt.Sprintf("this is not JSON (byte %d): %v", s.ByteOffset, s.Err)}
	}
	return &Error{"", "this is not one JSON object: " + err.Error()}
}

// reader turns JSON into the text format and remembers where each line came from.
type reader struct {
	found Errors
	text  strings.Builder
	at    []string // by line number from 1: the JSON pointer
}

func (r *reader) addf(at, format string, args ...any) {
	r.found = append(r.found, Error{at, fmt.Sprintf(format, args...)})
}

func (r *reader) linef(at, format string, args ...any) {
	fmt.Fprintf(&r.text, format+"\n", args...)
	r.at = append(r.at, at)
}

// worked lists what is written for the reader's sake and follows from the rest.
var worked = map[string][]string{
	"":        {"regions", "parts", "surface"},
	"muscle":  {"skin"},
	"point":   {"recalled", "cell", "zone"},
	"pattern": {"recalled", "zone"},
}

func (r *reader) top(top map[string]any) {
	if !r.header(top["header"]) {
		return
	}
	known := append([]string{"header"}, worked[""]...)
	for _, s := range sections {
		known = append(known, s.name)
	}
	r.unknown("", top, known)
	for _, s := range sections {
		for i, v := range r.rows("/"+s.name, top) {
			if len(r.found) >= mostFound {
				return // this is no export, or one thing is wrong everywhere
			}
			at := fmt.Sprintf("/%s/%d", s.name, i)
			row := r.row(at, s.kind, v)
			for k, p := range r.rows(at+"/points", row) {
				r.row(fmt.Sprintf("%s/points/%d", at, k), "point", p)
			}
		}
	}
}

func (r *reader) header(v any) bool {
	h, ok := v.(map[string]any)
	if !ok {
		r.addf("/header", "there is no header; is this an export of the atlas?")
		return false
	}
	if f, ok := h["format"].(float64); !ok || f != Format {
		r.addf("/header/format", "this Knead reads format %d; export again with a Knead of this version", Format)
		return false
	}
	var known []string
	for _, m := range header(atlas.Standard()) {
		known = append(known, m.name)
	}
	r.unknown("/header", h, known)
	return true
}

func (r *reader) unknown(at string, o map[string]any, known []string) {
	for _, key := range slices.Sorted(maps.Keys(o)) {
		if !slices.Contains(known, key) {
			r.addf(below(at, key), "there is no key %q here; there are %s", key, strings.Join(known, ", "))
		}
	}
}

// below is the pointer to a member.
func below(at, key string) string {
	return at + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

// rows gives the list of rows that stands at a pointer, which ends with the member's name.
func (r *reader) rows(at string, in map[string]any) []any {
	v, there := in[at[strings.LastIndexByte(at, '/')+1:]]
	rows, ok := v.([]any)
	if there && !ok {
		r.addf(at, "%s stands here; write a list of rows", words(v))
	}
	return rows
}

// row writes one block and gives its members; an empty map when it is none.
func (r *reader) row(at, kind string, v any) map[string]any {
	o, ok := v.(map[string]any)
	if !ok {
		r.addf(at, "%s stands here; write a row: an object with an id", words(v))
		return nil
	}
	known := append([]string{"id"}, worked[kind]...)
	if kind == "muscle" {
		known = append(known, "points")
	}
	id, ok := o["id"].(string)
	if !ok || !plainID(id) {
		r.addf(at+"/id", "a row needs an id of small letters, digits and single hyphens, such as \"upper-trapezius-1\"")
		id = "x"
	}
	r.linef(at, "%s %s", kind, id)
	for _, k := range kindNamed(kind).Keys {
		key := nameOf(kind, k.Name)
		known = append(known, key)
		r.key(below(at, key), k, o)
	}
	r.unknown(at, o, known)
	return o
}

// key writes the lines of one key.
func (r *reader) key(at string, k atlas.Key, o map[string]any) {
	v, there := o[at[strings.LastIndexByte(at, '/')+1:]]
	items, isList := v.([]any)
	switch {
	case there && v == nil:
		r.addf(at, "null stands here; leave the key out when nothing is known")
		return
	case !there || isList && len(items) == 0:
		if k.Need {
			r.addf(at, "this is missing; a row needs it")
		}
		return
	case !k.Many:
		r.value(at, k, v)
		return
	case !isList:
		r.addf(at, "%s stands here; write a list", words(v))
		return
	}
	for i, item := range items {
		r.value(at+"/"+strconv.Itoa(i), k, item)
	}
}

// value writes one line, if the text format can carry the value.
func (r *reader) value(at string, k atlas.Key, v any) {
	before := len(r.found)
	s := r.asText(at, k.Form, v)
	if len(r.found) > before {
		return
	}
	back, err := valueOf(k.Form, s)
	switch {
	case s != strings.Trim(s, " \ufeff"):
		r.addf(at, "take the blank at its beginning or end away")
	case err != nil || !same(back, v):
		r.addf(at, "a text in here holds a separator (one of ; | , ..) or begins or ends with a blank; take it out")
	default:
		r.linef(at, "  %s: %s", k.Name, s)
	}
}

// asText gives a value as the text format writes it.
func (r *reader) asText(at string, f atlas.Form, v any) string {
	switch f.Holds {
	case atlas.YesNo:
		if b, ok := v.(bool); ok && b {
			return "yes"
		} else if !ok {
			r.addf(at, "%s stands here; write true or false", words(v))
		}
		return "no"
	case atlas.Whole, atlas.Number:
		n, ok := v.(float64)
		if !ok || math.Abs(n) > 1e9 {
			r.addf(at, "%s stands here; write a number from %d to %d", words(v), f.Low, f.High)
		}
		return strconv.FormatFloat(n, 'f', -1, 64)
	case atlas.List:
		items, ok := v.([]any)
		if !ok || len(items) == 0 {
			r.addf(at, "%s stands here; write a list with something in it", words(v))
		}
		var out []string
		for i, item := range items {
			out = append(out, r.asText(at+"/"+strconv.Itoa(i), *f.Item, item))
		}
		return strings.Join(out, f.Sep)
	case atlas.Record:
		return r.recordText(at, f, v)
	}
	s, ok := v.(string)
	switch {
	case !ok:
		r.addf(at, "%s stands here; write a text", words(v))
	case s == "":
		r.addf(at, "this is empty; write something or leave it out")
	case strings.ContainsFunc(s, unicode.IsControl):
		r.addf(at, "control character in the text; write a space")
	}
	return s
}

func (r *reader) recordText(at string, f atlas.Form, v any) string {
	o, ok := v.(map[string]any)
	if !ok {
		r.addf(at, "%s stands here; write an object", words(v))
		return ""
	}
	var known, out []string
	for _, p := range f.Parts {
		known = append(known, p.Name)
		part, there := o[p.Name]
		switch {
		case there:
			out = append(out, r.asText(below(at, p.Name), p.Form, part))
		case !p.Optional:
			r.addf(below(at, p.Name), "this is missing; write it")
		}
	}
	r.unknown(at, o, known)
	return strings.Join(out, f.Sep)
}

// translate says where in the JSON file the mistakes stand that package atlas found.
func (r *reader) translate(err error) error {
	all, ok := errors.AsType[atlas.Errors](err)
	if !ok {
		return Errors{{"", err.Error()}}
	}
	for _, e := range all {
		at := ""
		if e.Line < len(r.at) {
			at = r.at[e.Line]
		}
		r.addf(at, "%s", e.What)
	}
	return r.found
}

// derived checks that what follows from the rows says the same as they do.
func (r *reader) derived(a *atlas.Atlas, top map[string]any) {
	for _, m := range skinDerived() {
		if v, ok := top[m.name]; ok && !same(m.value, v) {
			r.addf("/"+m.name, "this is not the skin that the header names; leave it out")
		}
	}
	muscles, _ := top["muscles"].([]any)
	for i, v := range muscles {
		row, _ := v.(map[string]any)
		id, _ := row["id"].(string)
		m, ok := a.Muscle(atlas.MuscleID(id))
		if !ok {
			continue
		}
		at := fmt.Sprintf("/muscles/%d", i)
		r.check(at, row, muscleDerived(m))
		points, _ := row["points"].([]any)
		for k, v := range points {
			row, _ := v.(map[string]any)
			id, _ := row["id"].(string)
			if p, ok := a.Point(atlas.PointID(id)); ok {
				r.check(fmt.Sprintf("%s/points/%d", at, k), row, pointDerived(p))
			}
		}
	}
	patterns, _ := top["patterns"].([]any)
	for i, v := range patterns {
		row, _ := v.(map[string]any)
		id, _ := row["id"].(string)
		if p, ok := a.Pattern(atlas.PatternID(id)); ok {
			r.check(fmt.Sprintf("/patterns/%d", i), row, patternDerived(p))
		}
	}
}

func (r *reader) check(at string, row map[string]any, derived object) {
	for _, m := range derived {
		if v, ok := row[m.name]; ok && !same(m.value, v) {
			r.addf(below(at, m.name), "this does not follow from the shapes and sources of the row; change those, and take this out")
		}
	}
}

func words(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case string:
		return "a text"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	}
	return "an object"
}

// plainID is the rule of the text format for ids.
func plainID(s string) bool {
	if s == "" || len(s) > 80 {
		return false
	}
	for piece := range strings.SplitSeq(s, "-") {
		if piece == "" || strings.Trim(piece, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return true
}
