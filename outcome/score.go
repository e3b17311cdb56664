package outcome

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
)

// Answers are the numbers that were given, by item. What was not answered is not in it.
type Answers map[ItemID]float64

// Kind says what kind of thing is wrong, for callers who must choose what to do.
type Kind string

// Invalid is an answer that cannot be: to an unknown item, or outside its range.
const Invalid Kind = "invalid"

// Error says which answer cannot be taken and what to do. It never repeats the answer,
// which is about somebody's health.
type Error struct {
	Kind       Kind
	Instrument ID
	Item       ItemID
	Text       string // for a person
}

func (e *Error) Error() string {
	return fmt.Sprintf("score %s: item %s: %s", e.Instrument, e.Item, e.Text)
}

// Score is what the answers to an instrument come to. The zero Score is one that is not
// known.
type Score struct {
	Instrument ID
	Better     Better   // which way is better, as the instrument had it
	Answered   []ItemID // in the order of the items
	Missing    int      // items without an answer
	Band       string   // the published word for it, for the therapist; empty when none is verified
	Parts      []PartScore
	Script     *Script // not nil: show it

	answers Answers
	number  float64
	known   bool
}

// PartScore is the score of some of the items.
type PartScore struct {
	ID     PartID
	High   bool // also when an answer is missing and the others suffice
	number float64
	known  bool
}

// Number is the score; false when too few items were answered. Nothing is filled in.
func (s Score) Number() (float64, bool) { return s.number, s.known }

// Number is the score of the part; false when one of its items has no answer.
func (p PartScore) Number() (float64, bool) { return p.number, p.known }

// Score adds up answers by the instrument's rule. Too few answers are no error: the score
// is then not known. An answer that cannot be is an [*Error].
func (in *Instrument) Score(answers Answers) (Score, error) {
	if err := in.check(answers); err != nil {
		return Score{}, err
	}
	s := Score{Instrument: in.ID, Better: in.Better, answers: maps.Clone(answers)}
	if x, ok := answers[EnteredItem]; ok {
		s.Answered, s.number, s.known = []ItemID{EnteredItem}, x, true
	} else {
		s.Answered = in.answered(answers)
		s.Missing = max(0, len(in.Items)-len(s.Answered))
		s.known = in.Rule != Typed && len(s.Answered) >= in.Need
		if s.known {
			s.number = in.number(answers, s.Answered)
		}
	}
	if s.known {
		s.Band = in.band(s.number)
	}
	for _, p := range in.Parts {
		part := p.score(answers)
		s.Parts = append(s.Parts, part)
		if part.High {
			s.Script = in.Script
		}
	}
	return s, nil
}

// check says which answer cannot be taken.
func (in *Instrument) check(answers Answers) error {
	fail := func(id ItemID, format string, args ...any) error {
		return &Error{Invalid, in.ID, id, fmt.Sprintf(format, args...)}
	}
	for _, id := range slices.Sorted(maps.Keys(answers)) {
		x := answers[id]
		if id == EnteredItem {
			switch {
			case in.Rule != Typed && in.Licence.Text:
				return fail(id, "answer the questions; a score from elsewhere is not taken here")
			case len(answers) > 1:
				return fail(id, "give either the score or the items, not both")
			case math.IsNaN(x) || !in.Range.Has(x) || !hasDecimals(x, in.Decimals):
				return fail(id, "write a number from %g to %g with at most %d decimals", in.Range.Low, in.Range.High, in.Decimals)
			}
			continue
		}
		item, ok := in.Item(id)
		if !ok {
			return fail(id, "there is no such item")
		}
		if math.IsNaN(x) || !item.Range.Has(x) || !whole(x) {
			return fail(id, "write a whole number from %g to %g", item.Range.Low, item.Range.High)
		}
	}
	return nil
}

// hasDecimals tells whether x can be written with so many decimals.
func hasDecimals(x float64, n int) bool {
	scale := math.Pow10(n)
	return math.Abs(x*scale-math.Round(x*scale)) < 1e-6
}

// answered lists the items with an answer, in the order of the instrument.
func (in *Instrument) answered(answers Answers) (out []ItemID) {
	for _, item := range in.Items {
		if _, ok := answers[item.ID]; ok {
			out = append(out, item.ID)
		}
	}
	for i := range in.Own.Most {
		id := ItemID(strconv.Itoa(i + 1))
		if _, ok := answers[id]; ok {
			out = append(out, id)
		}
	}
	return out
}

// number reads the number of an item that has no name.
func number(id ItemID) (int, bool) {
	n, err := strconv.Atoi(string(id))
	return n, err == nil && n >= 1 && strconv.Itoa(n) == string(id)
}

// number applies the rule to items that were answered.
func (in *Instrument) number(answers Answers, from []ItemID) float64 {
	var sum float64
	for _, id := range from {
		sum += answers[id]
	}
	switch mean := sum / float64(len(from)); in.Rule {
	case Sum:
		return sum
	case Scaled:
		items := in.Items[0].Range
		return in.Range.Low + (mean-items.Low)/(items.High-items.Low)*(in.Range.High-in.Range.Low)
	default:
		return mean
	}
}

// band is the published word for a score. A score between two bands, such as 14.4,
// belongs to the one below.
func (in *Instrument) band(x float64) (words string) {
	for _, b := range in.Bands {
		if b.Mark.Verified() && x >= b.Range.Low {
			words = b.Words
		}
	}
	return words
}

func (p Part) score(answers Answers) PartScore {
	out := PartScore{ID: p.ID, known: true}
	for _, id := range p.Items {
		x, ok := answers[id]
		out.known = out.known && ok
		out.number += x
	}
	out.High = p.High > 0 && out.number >= p.High
	if !out.known {
		out.number = 0
	}
	return out
}
