package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"knead/body"
)

// adult is the age from which nobody has to agree for a client.
const adult = 18

// Questions gives every question that applies, in the order of asking: what may be an
// emergency first. A question whose Only is set is asked only when the answer to that
// one was 'yes' or 'not sure'.
func Questions(painted body.Set, c Client) []Question {
	b := standard()
	in := b.inquire(painted, nil, c)
	var list []Question
	for _, q := range b.questions {
		if in.applies(q) {
			shown := q.Question
			if c.PregnantWeeks > 0 && q.pregnant {
				shown.Only = ""
			}
			shown.Kinds = slices.Clone(q.Kinds)
			list = append(list, shown)
		}
	}
	slices.SortStableFunc(list, func(a, b Question) int { return cmp.Compare(asked(a.Level), asked(b.Level)) })
	return list
}

// asked puts what may be an emergency before all else; the rest keeps the order of
// the file, so that a region's questions stay together.
func asked(l Level) int {
	if l == Emergency {
		return 0
	}
	return 1
}

// Known tells whether there is a question with this id.
func Known(id QuestionID) bool { return standard().question[id] != nil }

// KnownRule tells whether there is a rule with this id.
func KnownRule(id RuleID) bool {
	return slices.ContainsFunc(standard().rules, func(r *rule) bool { return r.id == id })
}

// Version is the version of the rules. Stored answers carry it.
func Version() int { return standard().version }

// Watches lists what to look for during a session and after it.
func Watches() []Watch { return slices.Clone(standard().watches) }

// Run reads the answers. An answer that is missing never clears; a 'yes' counts even
// if nobody had to ask.
func Run(painted body.Set, answers map[QuestionID]Answer, c Client) Result {
	b := standard()
	in := b.inquire(painted, answers, c)
	r := Result{Level: NoFlags, Version: b.version, run: true}
	for _, rule := range b.rules {
		in.fire(rule, &r)
	}
	in.missing(&r)
	in.sites(&r)
	slices.SortStableFunc(r.Fired, func(a, b Fired) int { return cmp.Compare(b.Level.Rank(), a.Level.Rank()) })

	r.cleared = r.Level.Rank() < NotCleared.Rank()
	for _, f := range r.Fired {
		r.cleared = r.cleared && !f.Before
	}
	r.Say = in.say(r)
	return r
}

// inquiry is one case: what is known while the rules are read.
type inquiry struct {
	book      *book
	skin      *skinOf
	painted   body.Set
	answers   map[QuestionID]Answer
	client    Client
	weeks     int // of pregnancy; 0 means none or not known
	kinds     map[QuestionID]map[string]bool
	medicines map[string]bool // classes
}

func (b *book) inquire(painted body.Set, answers map[QuestionID]Answer, c Client) *inquiry {
	in := &inquiry{book: b, skin: b.onSkin(), painted: painted, answers: answers, client: c, weeks: c.PregnantWeeks}
	in.medicines = b.classes(append(slices.Clone(c.Medicines), answers["g12"].Detail), len(c.Medicines))
	in.kinds = make(map[QuestionID]map[string]bool, 2)
	for _, q := range b.questions {
		if len(q.kinds) > 0 && answers[q.ID].Value > No {
			in.kinds[q.ID] = q.kindsIn(answers[q.ID].Detail)
		}
	}
	if in.weeks == 0 && in.kinds["g11"]["pregnant"] {
		in.weeks = firstNumber(answers["g11"].Detail)
	}
	return in
}

// longestPregnancy bounds what is read as weeks of pregnancy.
const longestPregnancy = 45

func firstNumber(text string) int {
	for word := range strings.FieldsSeq(plain(text)) {
		if n, err := strconv.Atoi(word); err == nil && n > 0 && n <= longestPregnancy {
			return n
		}
	}
	return 0
}

func (c *inquiry) pregnant() bool { return c.client.PregnantWeeks > 0 || c.kinds["g11"]["pregnant"] }

// touches tells whether an area is painted.
func (c *inquiry) touches(a *area) bool {
	for cell := range c.painted.All {
		if c.skin.areas[a.index].Has(cell) {
			return true
		}
	}
	return false
}

// applies tells whether a question belongs on this client's form.
func (c *inquiry) applies(q *question) bool {
	age := c.client.Age
	switch child := q.ageMax > 0 && q.ageMax < adult; {
	case age <= 0 && child:
		return false
	case age > 0 && (age < q.ageMin || q.ageMax > 0 && age > q.ageMax):
		return false
	}
	return q.everyone || q.pregnant || slices.ContainsFunc(q.areas, c.touches)
}

// due tells whether a question that applies must have an answer.
func (c *inquiry) due(q *question) bool {
	if !c.applies(q) {
		return false
	}
	if q.Only == "" || q.pregnant && c.client.PregnantWeeks > 0 {
		return true
	}
	return c.said(c.book.question[q.Only]) != isFalse
}

// said tells whether the answer to a question is the one that fires its rule. A
// consent counts only where it was asked for.
func (c *inquiry) said(q *question) truth {
	value := c.answers[q.ID].Value
	switch {
	case value == NotSure && (q.Alarm == Yes || c.applies(q)):
		return notSure
	case value == q.Alarm && (q.Alarm == Yes || c.applies(q)):
		return isTrue
	default:
		return isFalse
	}
}

// missing notes what is still missing: answers, and the places that a 'yes' needs.
func (c *inquiry) missing(r *Result) {
	for _, q := range c.book.questions {
		a := c.answers[q.ID]
		unplaced := q.Wants == "place" && a.Value == Yes && placed(a).Len() == 0
		if unplaced || c.due(q) && (a.Value == Unanswered || a.Value > NotSure) {
			r.Missing = append(r.Missing, q.ID)
			r.Level = stricter(r.Level, NotCleared)
		}
		if unplaced {
			r.Say = append(r.Say, fmt.Sprintf("Please say where: %s", q.Text))
		}
	}
}

// sites masks the endangerment sites, whatever was answered.
func (c *inquiry) sites(r *Result) {
	for i, s := range c.book.sites {
		r.Limits.Masked = append(r.Limits.Masked, Mask{
			Cells: c.skin.sites[i], Words: s.words, Rule: RuleID("site-" + s.name), Why: s.why,
		})
	}
}

// say puts together what the person hears now: the text of the level first, then what
// single rules add, the strictest first.
func (c *inquiry) say(r Result) []string {
	var say []string
	add := func(text string) {
		if text != "" && !slices.Contains(say, text) {
			say = append(say, text)
		}
	}
	if r.Level != NotCleared || len(r.Missing) > 0 { // without a gap, the rule that stops says why
		add(c.book.levels[r.Level].say)
	}
	for _, f := range r.Fired {
		add(f.Say)
	}
	for _, text := range r.Say {
		add(text)
	}
	return say
}

// placed gives the skin that an answer names.
func placed(a Answer) (cells body.Set) {
	for _, p := range a.Where {
		cells = cells.Union(p.Cells)
	}
	return cells
}

func stricter(a, b Level) Level {
	if b.Rank() > a.Rank() {
		return b
	}
	return a
}
