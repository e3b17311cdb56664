package knead

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// Assessment is what Knead has to say about a visit: the answer of [Assess].
type Assessment struct {
	Visit     Visit
	Marks     []MarkWords       // the marks as understood, in words
	Questions []screen.Question // everything that applies to this client and these marks
	Screening screen.Result
	Ranking   reason.Ranking
	Lifted    *screen.Lift // the decision that the plan rests on; nil where the rules gave the permission
	Plan      *plan.Plan   // nil where none may be made
	NoPlan    string       // why not, and what would change it
	Course    plan.Course  // the sessions from this one on, up to the next review

	clearance screen.Clearance
}

// MarkWords is one mark, read back in words.
type MarkWords struct {
	Regions []body.RegionSide
	Words   []string // "right shoulder, front"
	Level   int      // the highest level in the mark, 1-10
	Quality body.Quality
	Depth   body.Depth
}

// Assess takes a visit from marks to plan. It is a function of the visit alone.
// Missing answers are no error: they leave the visit 'not cleared' and without a
// plan. An error is a fault of Knead or of a value that [ReadVisit] refuses.
func Assess(v Visit) (Assessment, error) {
	a, err := assess(v)
	if err == nil {
		a.Course = a.CourseWith(v.History)
	}
	return a, err
}

func assess(v Visit) (Assessment, error) {
	if v.Minutes == 0 {
		v.Minutes = DefaultMinutes
	}
	if err := minutesOutOfRange(v.Minutes); err != nil {
		return Assessment{}, err
	}
	painted := v.Drawing.Cells()
	a := Assessment{Visit: v, Marks: markWords(v.Drawing), Questions: screen.Questions(painted, v.Client)}
	a.Screening = screen.Run(painted, v.answers(a.Questions), v.Client)

	ranking, err := reason.Standard().Rank(v.Drawing, v.Findings, reason.Options{})
	if err != nil { // findings that contradict each other
		return Assessment{}, because("/findings", err)
	}
	a.Ranking = ranking

	clearance, ok := a.Screening.Clearance()
	if !ok && v.Lift != nil {
		clearance, err = a.Screening.LiftWith(*v.Lift)
		if err != nil {
			a.NoPlan = whyNoPlan(a.Screening) + " " + capital(err.Error()) + "."
			return a, nil
		}
		if lift, lifted := clearance.Lifted(); lifted {
			a.Lifted = &lift
		}
		ok = true
	}
	if !ok {
		a.NoPlan = whyNoPlan(a.Screening)
		return a, nil
	}
	wishes := v.Preferences
	wishes.Caps = slices.Concat(wishes.Caps, plan.Look(v.History).Caps)
	p, err := plan.Rebuild(v.Planned, a.Ranking, clearance, v.Minutes, wishes, v.Pins...)
	switch {
	case errors.Is(err, plan.ErrPin):
		return Assessment{}, because("/pins", err)
	case errors.Is(err, plan.ErrPreferences):
		return Assessment{}, because("/preferences", err)
	case err != nil:
		return Assessment{}, fmt.Errorf("plan %d minutes: %w", v.Minutes, err)
	}
	a.Plan, a.clearance = &p, clearance
	return a, nil
}

func markWords(d body.Drawing) []MarkWords {
	words := make([]MarkWords, 0, len(d.Marks))
	for _, m := range d.Marks {
		w := MarkWords{Quality: m.Quality, Depth: m.Depth}
		for _, level := range m.Levels {
			w.Level = max(w.Level, int(level))
		}
		for _, place := range body.Describe(m.Cells()) {
			w.Words = append(w.Words, place.Words)
			w.Regions = append(w.Regions, place.Regions...)
		}
		words = append(words, w)
	}
	return words
}

func whyNoPlan(r screen.Result) string {
	switch r.Level {
	case screen.Emergency:
		return "Emergency signs: no massage. Call the emergency number."
	case screen.SameDay:
		return "No massage today: a doctor or urgent care needs to see this first, today."
	case screen.NotCleared:
		if len(r.Missing) == 0 {
			return strings.Join(r.Say, " ")
		}
		return fmt.Sprintf("Not cleared: %d answers are missing.", len(r.Missing))
	default:
		return "A clinician needs to see this before any massage."
	}
}

// capital makes a sentence of an error's text.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[size:]
}
