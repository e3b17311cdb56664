// Package screen asks a client the questions that come before a massage and turns
// the answers into what may be done: a level, what to say to the person now, and
// limits on pressure, places, techniques and positions.
//
// It is not a diagnosis and it never calls anything safe. Everything it knows is in
// one text file, rules.txt, written so that a clinician can read it; docs/screening.md
// is that file as tables. No clinician has reviewed it yet.
//
// Start at [Questions] (what to ask), then [Run] (what the answers mean), then
// [Result.Clearance] (what a plan must hold in its hand before it can be made).
//
// It is pure: no clock, no randomness, nothing read but the embedded rules. The same
// answers give the same result, in whatever order they were given.
package screen

import "knead/body"

// QuestionID names a question, such as "g1" or "n9". Stored answers carry it.
type QuestionID string

// RuleID names a rule. Every question has a rule of the same name; others join
// several answers, such as "g8-serious".
type RuleID string

// Level says how far a session may go. See [Level.Rank] for their order.
type Level string

// The levels, from the mildest to the strictest.
const (
	NoFlags    Level = "no-flags"    // nothing that limits the session was said
	WithLimits Level = "limits"      // treat, within the limits
	Refer      Level = "refer"       // a clinician first: for an area, or before any massage
	NotCleared Level = "not-cleared" // an answer, a place or a consent is missing
	SameDay    Level = "same-day"    // no massage: a doctor or urgent care today
	Emergency  Level = "emergency"   // no massage: the emergency number now
)

// Rank orders the levels: the higher, the stricter. An unknown level ranks as the strictest.
func (l Level) Rank() int {
	for i, known := range [...]Level{NoFlags, WithLimits, Refer, NotCleared, SameDay, Emergency} {
		if l == known {
			return i
		}
	}
	return len("unknown")
}

// Mark says how well the source of a row is known.
type Mark string

// The marks.
const (
	Seen       Mark = "S"  // the source was read
	SeenPart   Mark = "S*" // the source was read, this detail was not checked again
	Unchecked  Mark = "M"  // a precaution that is not yet verified
	Convention Mark = "X"  // agreed practice; no trial was found
)

// Verified tells whether a source that was read stands behind the row.
func (m Mark) Verified() bool { return m == Seen || m == SeenPart }

// Words says the mark in words for people.
func (m Mark) Words() string {
	switch m {
	case Seen:
		return "source seen"
	case SeenPart:
		return "source seen, detail not re-checked"
	case Convention:
		return "convention"
	default:
		return "not yet verified"
	}
}

// Value is an answer to a yes-or-no question.
type Value uint8

// The values. The zero value is no answer, which never clears anything.
const (
	Unanswered Value = iota
	No
	Yes
	NotSure
)

// Answer is what a client said to one question.
type Answer struct {
	Value  Value
	Where  []body.Place // the places, for a question that wants them
	Detail string       // which of several kinds, weeks of pregnancy, a medicine: in the client's words
}

// Client is what else is known of the person. The zero Client is somebody of whom
// nothing is known.
type Client struct {
	Age           int // in years; 0 means not known
	PregnantWeeks int // completed weeks; 0 means not pregnant or not known
	Medicines     []string
}

// Kind is one of the things a 'yes' may stand for, where they are not treated alike.
type Kind struct {
	Key   string // written into [Answer.Detail], such as "surgery"
	Words string // for the client
}

// Question is one row of the form.
type Question struct {
	ID       QuestionID
	Set      string // the heading it stands under, such as "Neck"
	Level    Level  // what a 'yes' leads to by itself
	Mark     Mark
	Verified bool
	Text     string // for the client
	Wants    string // what a 'yes' must name: "", "place", "weeks", "medicine" or "detail"
	Kinds    []Kind // the choices when Wants is "detail"
	Alarm    Value  // the answer that fires the rule: Yes, and for a consent No
	Only     QuestionID
	Again    bool // asked before every visit: an answer of last time does not hold on
	Source   string
	Version  int // of the rules
}

// Fired is one rule that an answer set off.
type Fired struct {
	Rule     RuleID
	Level    Level
	Question QuestionID // empty for a rule that follows from age, medicine or place alone
	Before   bool       // true: a clinician (or a guardian, or tomorrow) comes before any massage
	Why      string     // for the therapist
	Say      string     // to the person, may be empty
	Source   string
	Mark     Mark
	Verified bool
	NotSure  bool // the answer was 'not sure'
}

// Cap is a highest pressure, 1-5, for some of the skin.
type Cap struct {
	Cells body.Set
	Words string
	Max   int
	Rule  RuleID
	Why   string
}

// Mask is skin that is left alone.
type Mask struct {
	Cells body.Set
	Words string
	Rule  RuleID
	Why   string
	First bool // a clinician sees first what is felt here: nothing is worked for it elsewhere either
}

// Removal takes a technique, a stroke or a home measure out of the plan.
type Removal struct {
	Technique string
	Rule      RuleID
	Why       string
}

// PositionOut is a client position that is not used: prone, supine, side-lying or seated.
type PositionOut struct {
	Position string
	Rule     RuleID
	Why      string
}

// Limits are the bounds of a session.
type Limits struct {
	Caps      []Cap
	Masked    []Mask
	Removed   []Removal
	Positions []PositionOut
	Minutes   int      // the longest session; 0 means no limit
	Notes     []string // to the therapist
}

// Result is what the answers mean.
type Result struct {
	Level   Level
	Fired   []Fired
	Say     []string     // to the person now
	Missing []QuestionID // applicable and not answered, or answered 'yes' without the place it needs
	Limits  Limits
	Version int // of the rules

	run     bool // [Run] made it
	cleared bool
}
