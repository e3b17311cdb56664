package screen

import (
	"fmt"
	"slices"
	"strings"

	"knead/body"
)

// fire adds what a rule says to the result, if its condition holds.
func (c *inquiry) fire(rule *rule, r *Result) {
	found := c.when(rule)
	if found == isFalse {
		return
	}
	f := Fired{
		Rule: rule.id, Level: rule.level, Question: rule.question, Before: rule.before(), Why: rule.why, Say: rule.say,
		Source: rule.source, Mark: rule.mark, Verified: rule.mark.Verified(), NotSure: found == notSure,
	}
	if f.Level == stop {
		f.Level = NotCleared
	}
	unplaced := rule.question != "" && found == notSure && c.unplaced(rule)
	if found == notSure && (rule.level == Refer || unplaced) {
		f.Level, f.Before, f.Say = WithLimits, false, ""
		r.Level = stricter(r.Level, WithLimits)
		r.Fired = append(r.Fired, f)
		r.note(fmt.Sprintf("%s: the client is not sure (%s). Ask before you begin.", rule.id, rule.why))
		return
	}
	r.Level = stricter(r.Level, f.Level)
	if f.Level != NoFlags {
		r.Fired = append(r.Fired, f)
	}
	for _, e := range rule.effects {
		c.apply(rule, e, r)
	}
	for _, text := range rule.notes {
		r.note(text)
	}
	if q := c.book.question[rule.question]; q != nil {
		if detail := strings.TrimSpace(c.answers[q.ID].Detail); detail != "" {
			r.note(fmt.Sprintf("%s: the client wrote %q.", q.ID, detail))
		}
	}
}

// unplaced tells whether a rule would limit a place that nobody named.
func (c *inquiry) unplaced(rule *rule) bool {
	q := c.book.question[rule.question]
	return q.Wants == "place" && placed(c.answers[q.ID]).Len() == 0
}

func (r *Result) note(text string) {
	if !slices.Contains(r.Limits.Notes, text) {
		r.Limits.Notes = append(r.Limits.Notes, text)
	}
}

// apply carries out one effect.
func (c *inquiry) apply(rule *rule, e effect, r *Result) {
	l := &r.Limits
	switch e.verb {
	case mask:
		if cells, words := c.target(rule, e.target); cells.Len() > 0 {
			l.Masked = append(l.Masked, Mask{Cells: cells, Words: words, Rule: rule.id, Why: rule.why, First: rule.level == Refer})
		}
	case lower:
		if cells, words := c.target(rule, e.target); cells.Len() > 0 {
			l.Caps = append(l.Caps, Cap{Cells: cells, Words: words, Max: e.n, Rule: rule.id, Why: rule.why})
		}
	case remove:
		if !slices.ContainsFunc(l.Removed, func(x Removal) bool { return x.Technique == e.name }) {
			l.Removed = append(l.Removed, Removal{Technique: e.name, Rule: rule.id, Why: rule.why})
		}
	case notPosition:
		if !slices.ContainsFunc(l.Positions, func(x PositionOut) bool { return x.Position == e.name }) {
			l.Positions = append(l.Positions, PositionOut{Position: e.name, Rule: rule.id, Why: rule.why})
		}
	case atMost:
		if l.Minutes == 0 || e.n < l.Minutes {
			l.Minutes = e.n
		}
	case beforeAny: // Fired.Before carries it
	}
}

// target gives the skin that an effect is about, and its words.
func (c *inquiry) target(rule *rule, name string) (body.Set, string) {
	switch name {
	case "all":
		return c.skin.all, "everywhere"
	case "area":
		return c.areaOf(rule)
	case "place", "limb":
		cells, words := c.placeOf(rule)
		if name == "limb" {
			cells = c.skin.wholeLimbs(cells)
			words = "whole limb: " + words
		}
		return cells, words
	default:
		a := c.book.area[name]
		return c.skin.areas[a.index], a.words
	}
}

// areaOf is what a rule without a place is about: the painted ones of its areas (all
// of them if none is painted), or whatever is painted.
func (c *inquiry) areaOf(rule *rule) (body.Set, string) {
	var areas []*area
	if q := c.book.question[rule.question]; q != nil {
		areas = q.areas
	}
	for _, line := range rule.when {
		for _, t := range line {
			if t.painted != nil {
				areas = append(areas, t.painted)
			}
		}
	}
	if len(areas) == 0 {
		return whole(c.painted), "the painted places"
	}
	var painted []*area
	for _, a := range areas {
		if c.touches(a) {
			painted = append(painted, a)
		}
	}
	if len(painted) == 0 {
		painted = areas
	}
	var cells body.Set
	words := make([]string, 0, len(painted))
	for _, a := range painted {
		cells = cells.Union(c.skin.areas[a.index])
		words = append(words, a.words)
	}
	return cells, strings.Join(words, "; ")
}

func (c *inquiry) placeOf(rule *rule) (body.Set, string) {
	a := c.answers[rule.question]
	words := make([]string, 0, len(a.Where))
	for _, p := range a.Where {
		words = append(words, p.Words)
	}
	return placed(a), strings.Join(words, ", ")
}
