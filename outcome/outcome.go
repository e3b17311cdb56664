// Package outcome holds the measures by which a practice sees how a client is doing:
// which questions, under which licence, how they are scored, what change matters and
// when to ask.
//
// It is not a diagnosis and it never says what caused a change. What may be shown of
// an instrument is a question of its licence: [Instrument.TextShipped] tells, and an
// instrument without its wording takes a score from elsewhere. Everything it knows is
// text below data; FORMAT.md explains it.
//
// Start at [Standard] (the instruments), then [Instrument.Score] (answers to a number),
// [Instrument.Change] (two scores to a verdict) and [Book.Due] (what to ask now).
//
// It is pure: no clock, nothing read but the embedded data. Points in time are given by
// the caller as microseconds.
package outcome

import "slices"

// ID names an instrument, such as "nprs-now". Stored scores carry it; it never changes
// its meaning.
type ID string

// ItemID names an item within its instrument. Items that are known by number only are
// called "1", "2" ..; [EnteredItem] is a score that was worked out elsewhere.
type ItemID string

// PartID names a score of some of the items, such as "gad-2".
type PartID string

// SourceID names a source.
type SourceID string

// EnteredItem is the answer that is a score from elsewhere.
const EnteredItem ItemID = "score"

// Book is all instruments, the occasions on which they are asked, and their sources.
type Book struct {
	Instruments []*Instrument
	Occasions   []*Occasion
	Sources     map[SourceID]Source
	Notices     map[string]string // "loinc": stands wherever codes are shown or sent
}

// Instrument is one measure that gives one number.
type Instrument struct {
	ID       ID
	Name     string
	Measures string  // what the number says, in words
	Subject  Subject // what is drawn on one axis
	Family   string  // instruments that are asked on one card; often empty
	Use      Use
	Range    Range // of the score
	Decimals int   // of a score that is typed in
	Unit     Unit
	Better   Better
	Rule     Rule
	Need     int    // how many items must be answered
	Missing  string // the rule for missing answers, in words
	Items    []Item
	Own      Own // the client names the items
	Parts    []Part
	Script   *Script // shown when a part is high; nil for most

	Least   Yardstick // the smallest change that any source calls important
	Sure    Yardstick // the change from which on they agree
	Changes []Statement
	Bands   []Band
	Codes   []Code
	Ask     string // the sentence above the items
	Cite    []SourceID
	Notes   []string
	Licence Licence

	place place
}

// Subject groups instruments that measure the same kind of thing.
type Subject string

// The subjects.
const (
	Pain     Subject = "pain"
	Function Subject = "function"
	Mood     Subject = "mood"
	Stress   Subject = "stress"
	Sleep    Subject = "sleep"
	Days     Subject = "days"
	Changed  Subject = "change"
	Skin     Subject = "skin"
	Soreness Subject = "soreness"
)

var subjects = []Subject{Pain, Function, Mood, Stress, Sleep, Days, Changed, Skin, Soreness}

// Use says whether an instrument is asked of everybody.
type Use string

// The uses.
const (
	Core     Use = "core"
	Optional Use = "optional"
	Entered  Use = "entered" // a score from elsewhere
)

// Unit is what a number counts.
type Unit string

// The units.
const (
	Points  Unit = "points"
	Percent Unit = "percent"
	InDays  Unit = "days"
	TScore  Unit = "t-score"
)

// Better says which way is better. It is stored with every score, since versions of one
// instrument differ.
type Better string

// The two ways.
const (
	Lower  Better = "lower"
	Higher Better = "higher"
)

// Rule is how items become a score.
type Rule string

// The rules.
const (
	Single Rule = "single" // there is one item
	Mean   Rule = "mean"
	Sum    Rule = "sum"
	Scaled Rule = "scaled"  // the mean, brought from the range of the items to that of the score
	Typed  Rule = "entered" // the score is typed in or measured
)

// Range is the numbers from Low to High, both included.
type Range struct{ Low, High float64 }

// Has tells whether a number lies in the range.
func (r Range) Has(x float64) bool { return x >= r.Low && x <= r.High }

// Item is one question. Text is empty where the wording may not be shipped.
type Item struct {
	ID     ItemID
	Text   string
	Range  Range
	Labels []Label
	Codes  []Code
}

// Label is what a number of an answer means.
type Label struct {
	Value float64
	Text  string
	Code  string // LOINC answer code; often empty
}

// Own says that the client names the items: from Least to Most of them, each in Range.
type Own struct {
	Least, Most int
	Range       Range
}

// Part is a score of some of the items, added up.
type Part struct {
	ID      PartID
	Name    string
	Items   []ItemID
	High    float64 // from here on it is high; 0 where nothing is said about that
	Changes []Statement
	Codes   []Code
}

// Script is what is said when a part is high. It is never a diagnosis.
type Script struct {
	ID        string
	Client    []string
	Therapist []string
	Source    SourceID
	Mark      Mark
}

// Statement is what a source found, in our own words.
type Statement struct {
	Mark   Mark
	Source SourceID
	Text   string
}

// Band is a published word for a stretch of scores, for the therapist.
type Band struct {
	Mark  Mark
	Range Range
	Words string
}

// Code is a code of a code system, with what it stands for.
type Code struct {
	Mark   Mark
	System string // "loinc"
	Code   string
	Of     string
}

// Licence says whose an instrument is, and whether its wording may be shipped.
type Licence struct {
	Holder  string
	Terms   string
	Checked string // the day, such as 2026-11-28
	Text    bool   // the wording stands in the data
	Mark    Mark   // of all of the above
}

// Source is where something was found.
type Source struct {
	ID   SourceID
	Cite string
	Ref  string // "doi:...", "pmc:...", "isbn:..." or "url:..."; empty when none was seen
}

// Mark says how well a statement is known.
type Mark string

// The marks.
const (
	Seen      Mark = "S"  // the source was seen
	SeenPart  Mark = "S*" // seen, but weak or to be checked again
	Unchecked Mark = "M"  // not yet verified
	Chosen    Mark = "X"  // chosen by us
)

// Verified tells whether a statement may be shown as a fact.
func (m Mark) Verified() bool { return m == Seen }

// Words says the mark in words for people.
func (m Mark) Words() string {
	switch m {
	case Seen:
		return "source seen"
	case Chosen:
		return "chosen"
	default:
		return "not yet verified"
	}
}

// Instrument finds an instrument by its id.
func (b *Book) Instrument(id ID) (*Instrument, bool) {
	return find(b.Instruments, func(in *Instrument) bool { return in.ID == id })
}

// Family lists the instruments that are asked on one card.
func (b *Book) Family(name string) (out []*Instrument) {
	for _, in := range b.Instruments {
		if name != "" && in.Family == name {
			out = append(out, in)
		}
	}
	return out
}

// Occasion finds an occasion by its id.
func (b *Book) Occasion(id OccasionID) (*Occasion, bool) {
	return find(b.Occasions, func(o *Occasion) bool { return o.ID == id })
}

func find[T any](list []*T, is func(*T) bool) (*T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	return nil, false
}

// TextShipped tells whether a form with the questions can be shown. Without it there is
// a field for the score, and for some instruments one for each numbered item.
func (in *Instrument) TextShipped() bool { return in.Licence.Text }

// Coded tells whether any code stands with the instrument, so that the notice of the
// code system must be shown.
func (in *Instrument) Coded() bool {
	return len(in.Codes) > 0 ||
		slices.ContainsFunc(in.Items, func(i Item) bool { return len(i.Codes) > 0 }) ||
		slices.ContainsFunc(in.Parts, func(p Part) bool { return len(p.Codes) > 0 })
}

// Item finds an item by its id, one in the client's own words as well.
func (in *Instrument) Item(id ItemID) (Item, bool) {
	for _, item := range in.Items {
		if item.ID == id {
			return item, true
		}
	}
	if n, ok := number(id); ok && n <= in.Own.Most {
		return Item{ID: id, Range: in.Own.Range}, true
	}
	return Item{}, false
}

// asked counts the items at most.
func (in *Instrument) asked() int { return max(len(in.Items), in.Own.Most) }
