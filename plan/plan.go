// Package plan lays out a massage session minute by minute: what is worked, on which
// side, with which strokes, how hard, how long, in which order, and why.
//
// It is a proposal to a trained therapist, who confirms or changes it. It decides
// nothing about safety: it obeys the [knead/screen.Clearance] it is given and refuses to
// work without one. Doses come from the literature where there is any and say
// 'chosen' where there is none (dose.go); orders of working are convention (order.txt).
// Of all sessions within them it takes the one with the most benefit (benefit.go).
//
// Start at [Build].
//
// It is pure: no clock, no randomness; the same input gives the same bytes.
package plan

import (
	"errors"

	"knead/atlas"
	"knead/body"
)

// The minutes that may be asked for.
const (
	MinMinutes = 15
	MaxMinutes = 120
)

// Errors of Build. Test them with errors.Is.
var (
	ErrNotCleared  = errors.New("not cleared: complete the screening first")
	ErrMinutes     = errors.New("minutes out of range: ask for 15 to 120")
	ErrPreferences = errors.New("preferences that cannot be read")
	ErrPin         = errors.New("a pinned step that cannot be kept")
)

// Preferences are what the client likes. The zero value is no preference.
type Preferences struct {
	Pressure   int                 // 1-5; 0 means not said
	Techniques []atlas.TechniqueID // liked; empty means no preference
	Avoid      []body.Place        // never worked today
	Positions  []atlas.Position    // in which the client can be; empty means any
	Caps       []Cap               // where the client wants it gentler than elsewhere
	Never      []atlas.TechniqueID // in no step and no advice, also where they are liked
	// HomeMinutes are those a day that the client wants to spend on exercises, 1 to 60; 0
	// means not said.
	HomeMinutes int
	// NotHome are exercises that are not proposed, as they made it worse at home.
	NotHome []atlas.ExerciseID
}

// Pin holds one step of an earlier plan fast, by its id, while the rest is planned again.
type Pin struct {
	Step     string // Step.ID
	Minutes  int    // 0 keeps what the planner gives
	Pressure int    // 1-5; 0 keeps what the planner gives
	Order    int    // place among the work steps, from 1; 0 keeps the planner's order
	Drop     bool   // leave the step out
}

// Kind is what a step is for.
type Kind string

// The kinds of step.
const (
	Arrive Kind = "arrive" // settle, agree, breathe
	Warm   Kind = "warm"   // broad strokes before deeper ones
	Work   Kind = "work"
	Turn   Kind = "turn"  // the client changes position
	Rest   Kind = "rest"  // a pause
	Close  Kind = "close" // calming strokes, rise slowly, look again
)

// Step is one line of the session.
type Step struct {
	ID        string // stable while the ranking is the same: what a [Pin] names
	Kind      Kind
	Region    body.RegionID   // empty for steps of the whole body
	Regions   []body.RegionID // all that is worked, on Side; Region is one of them
	Place     string          // what is worked, as a therapist says it: "upper and middle back, right side"
	Words     string
	Muscle    *atlas.Muscle // nil unless one muscle is worked
	Point     *atlas.Point  // nil unless a trigger point is pressed
	Side      *body.Side    // nil for both sides or none
	Technique atlas.TechniqueID
	Strokes   []atlas.Stroke
	Position  atlas.Position
	Pressure  int // 1-5; 0 where nobody is touched
	Limit     int // the highest pressure allowed there, 1-5; 0 where nobody is touched
	Seconds   int // whole minutes
	Hold      Hold
	Reason    string
	Source    atlas.SourceID
	Ask       bool // ask whether the client is still comfortable, before going on
	Pinned    bool
	Instead   []Step // the step with other techniques, for a client who declines this one at the table; the first is the planner's choice
}

// Hold is the dose of pressing one point; the zero Hold is no pressing.
type Hold struct {
	Seconds int // of one hold
	Repeats int
	Rest    int // seconds between holds
}

// Plan is a session.
type Plan struct {
	Steps     []Step
	Minutes   int // as asked; Worked + Unused
	Worked    int
	Unused    int
	UnusedWhy string // empty when Unused is 0
	LeftOut   []LeftOut
	Advice    []Advice
	Limit     int        // the highest pressure allowed anywhere, 1-5
	More      *Otherwise // what ten minutes more would buy; nil where they may not be had
	Less      *Otherwise // what ten minutes less would cost; nil where that is no session
	Planned   []Planned  // what a plan that takes the place of this one should keep: see Rebuild
	Benefit   int        // what Build made the most of, in thousandths of a point that is certain to matter: benefit.go
}

// LeftOut is something that a reader might expect and that is not in the plan.
type LeftOut struct {
	Words string
	Why   string
}

// Advice goes home with the client, once the therapist agrees.
type Advice struct {
	Kind     AdviceKind
	Words    string
	Dose     string
	Minutes  int              // a day, about; 0 for what is no exercise
	Exercise atlas.ExerciseID // empty for what is none
	Source   atlas.SourceID
}

// AdviceKind is the heading of a piece of advice.
type AdviceKind string

// The kinds of advice.
const (
	AdviceHeat     AdviceKind = "heat"
	AdviceExercise AdviceKind = "exercise"
	AdviceNext     AdviceKind = "next session"
	AdviceDoctor   AdviceKind = "see a doctor"
	AdviceTraction AdviceKind = "traction"
	AdviceRub      AdviceKind = "rub"
	AdviceDose     AdviceKind = "dose"
)
