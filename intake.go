package knead

import (
	"time"

	"knead/screen"
)

// IntakeStep is a step of what a client fills in before a visit.
type IntakeStep string

// The steps, in their order.
const (
	IntakePaint     IntakeStep = "paint"
	IntakeQuestions IntakeStep = "questions"
	IntakeAbout     IntakeStep = "about"
	IntakeConsent   IntakeStep = "consent"
	IntakeDone      IntakeStep = "done"
)

// IntakeSteps lists the steps in their order.
func IntakeSteps() []IntakeStep {
	return []IntakeStep{IntakePaint, IntakeQuestions, IntakeAbout, IntakeConsent, IntakeDone}
}

// Intake is how far the filling in of a visit has come, and what was taken over from the
// visit before. It lives with the visit, so that another device can go on.
type Intake struct {
	Reached IntakeStep                         `json:"reached,omitzero"` // the furthest step that was opened
	Changed string                             `json:"changed,omitzero"` // "any change since last time?": yes, no or empty
	Carried map[screen.QuestionID]Carried      `json:"carried,omitzero"` // answers that hold on from an earlier visit
	Drawn   VisitID                            `json:"drawn,omitzero"`   // whose drawing was taken over
	About   Instant                            `json:"about,omitzero"`   // when the page about the client was sent
	Typed   map[IntakeStep]map[string][]string `json:"typed,omitzero"`   // what stands in a form that was not sent yet
}

// Carried tells for which visit an answer was given that holds on.
type Carried struct {
	Visit VisitID `json:"visit"`
	At    Instant `json:"at"` // when that visit began
}

// Reach notes that a step was opened, if it is further than any before.
func (i *Intake) Reach(step IntakeStep) {
	steps := IntakeSteps()
	for _, s := range steps {
		switch s {
		case step: // the one reached before is further, or this one
			if i.Reached == "" {
				i.Reached = step
			}
			return
		case i.Reached:
			i.Reached = step
			return
		}
	}
}

// answersHold is how long answers hold on, when the client says that nothing changed.
// Chosen: after a year a person no longer knows what they had answered.
const answersHold = 365 * 24 * time.Hour

// Holding is what holds on for a visit from the visit before: the answers that need not be
// asked again when the client says that nothing has changed.
type Holding struct {
	Visit   VisitID
	At      Instant
	Answers map[screen.QuestionID]screen.Answer
	From    map[screen.QuestionID]Carried
}

// HoldOn works out what holds on from the last visit of a client. Nothing does when that
// visit was not answered in full, under other rules, or long ago. Of its answers only
// those hold that are plain: a 'no', or a 'yes' to something that lasts and that limits no
// more than the session; what was 'not sure', what sends to a doctor and what may be new
// any day is asked again, and so is what belongs to such an answer.
func HoldOn(last VisitRecord, now Visit, starts Instant) Holding {
	h := Holding{Visit: last.ID, At: last.Starts}
	if !last.Asked || last.Verdict.Rules != screen.Version() || len(last.Input.Screen().Missing) > 0 {
		return h
	}
	painted := now.Drawing.Cells()
	questions := screen.Questions(painted, now.Client)
	before := last.Input.answers(questions)
	h.Answers, h.From = map[screen.QuestionID]screen.Answer{}, map[screen.QuestionID]Carried{}
	for _, q := range questions {
		a := before[q.ID]
		lasting := a.Value == screen.No || a.Value == screen.Yes && q.Level == screen.WithLimits && q.Wants != "weeks"
		from := Carried{last.ID, last.Starts}
		if earlier, ok := last.Intake.Carried[q.ID]; ok {
			from = earlier
		}
		if q.Again || q.Only != "" || !lasting || starts.Sub(from.At) > answersHold {
			continue
		}
		h.Answers[q.ID], h.From[q.ID] = a, from
	}
	return h
}

// Asked gives what is to be asked when the answers hold on: everything else. A follow-up
// of an answer that holds on is not asked, since that answer does not call for it.
func (h Holding) Asked(questions []screen.Question) []screen.Question {
	var asked []screen.Question
	for _, q := range questions {
		_, holds := h.Answers[q.ID]
		parent, parentHolds := h.Answers[q.Only]
		if !holds && !(parentHolds && parent.Value == screen.No) {
			asked = append(asked, q)
		}
	}
	return asked
}
