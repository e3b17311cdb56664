package screen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// fields are the lines of one record by key. Reading collects the first error, which
// done reports, so that a reader stays a list of what it wants.
type fields struct {
	r   *record
	all map[string][]field
	err *error
}

func fieldsOf(r *record) fields {
	f := fields{r: r, all: map[string][]field{}, err: new(error)}
	for _, line := range r.fields {
		f.all[line.key] = append(f.all[line.key], line)
	}
	return f
}

// fail keeps the first error, at the first line with the key.
func (f fields) failf(key, format string, args ...any) {
	if *f.err != nil {
		return
	}
	if lines := f.all[key]; len(lines) > 0 {
		*f.err = f.r.errorAt(lines[0], format, args...)
		return
	}
	*f.err = f.r.errorf(format, args...)
}

// may reads a line that may be left out.
func (f fields) may(key string) string {
	lines := f.all[key]
	if len(lines) == 0 {
		return ""
	}
	if len(lines) > 1 {
		f.failf(key, "%s stands here %d times: once is enough", key, len(lines))
	}
	return lines[0].text
}

// one reads a line that must be there.
func (f fields) one(key string) string {
	text := f.may(key)
	if text == "" {
		f.failf(key, "%s %s needs a line %q", f.r.kind, f.r.id, key+":")
	}
	return text
}

// oneOf reads one of the given words, or the first of them when the line is left out.
func (f fields) oneOf(key, otherwise string, words ...string) string {
	text := f.may(key)
	if text == "" {
		return otherwise
	}
	if !slices.Contains(words, text) {
		f.failf(key, "%q is not one of %s", text, strings.Join(words, " "))
	}
	return text
}

func (f fields) level() Level {
	level := Level(f.one("level"))
	if !slices.Contains([]Level{NoFlags, WithLimits, Refer, SameDay, Emergency, stop}, level) {
		f.failf("level", "%q is no level of a rule: emergency, same-day, refer, limits or stop", level)
	}
	return level
}

func (f fields) mark() Mark {
	return Mark(f.oneOf("mark", "", "S", "S*", "M", "X"))
}

// rule reads what questions and rules have in common.
func (f fields) rule(id RuleID) *rule {
	r := &rule{id: id, level: f.level(), mark: f.mark(), why: f.one("why"), say: f.may("say"), source: f.one("source")}
	if r.mark == "" {
		f.failf("mark", "%s needs a line \"mark:\"", id)
	}
	for _, line := range f.all["note"] {
		r.notes = append(r.notes, line.text)
	}
	for _, line := range f.all["do"] {
		e, err := readEffect(line.text)
		if err != nil && *f.err == nil {
			*f.err = f.r.errorAt(line, "%v", err)
		}
		r.effects = append(r.effects, e)
	}
	return r
}

// done reports the first error, or a key that no reader asked for.
func (f fields) done(known ...string) error {
	if *f.err != nil {
		return *f.err
	}
	for _, line := range f.r.fields {
		if !slices.Contains(known, line.key) {
			return f.r.errorAt(line, "%s has no line %q: use %s", f.r.kind, line.key+":", strings.Join(known, " "))
		}
	}
	return nil
}

// verb is what an effect does.
type verb uint8

const (
	mask verb = iota + 1
	lower
	remove
	notPosition
	beforeAny
	atMost
)

// effect is one 'do' line.
type effect struct {
	verb   verb
	target string // all, area, place, limb or the name of an area
	n      int    // pressure, or minutes
	name   string // technique or position
}

func readEffect(text string) (effect, error) {
	words := strings.Fields(text)
	if text == "before any massage" {
		return effect{verb: beforeAny}, nil
	}
	switch {
	case len(words) == 2 && words[0] == "mask":
		return effect{verb: mask, target: words[1]}, nil
	case len(words) == 3 && words[0] == "cap":
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 1 || n >= MaxPressure {
			return effect{}, fmt.Errorf("cap %s: a pressure from 1 to 4", words[1])
		}
		return effect{verb: lower, n: n, target: words[2]}, nil
	case len(words) == 2 && words[0] == "remove":
		if !slices.Contains(removable, words[1]) {
			return effect{}, fmt.Errorf("remove %s: use one of %s", words[1], strings.Join(removable, " "))
		}
		return effect{verb: remove, name: words[1]}, nil
	case len(words) == 2 && words[0] == "not":
		if !slices.Contains(positions, words[1]) {
			return effect{}, fmt.Errorf("not %s: use one of %s", words[1], strings.Join(positions, " "))
		}
		return effect{verb: notPosition, name: words[1]}, nil
	case len(words) == 4 && words[0] == "at" && words[1] == "most" && words[3] == "minutes":
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 1 {
			return effect{}, fmt.Errorf("at most %s minutes: a whole number", words[2])
		}
		return effect{verb: atMost, n: n}, nil
	}
	return effect{}, fmt.Errorf("do: %q is none of 'mask', 'cap', 'remove', 'not', 'at most', 'before any massage'", text)
}
