package knead

import (
	"maps"

	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// The minutes that a session may last, and what it lasts when nobody said.
const (
	MinMinutes     = plan.MinMinutes
	MaxMinutes     = plan.MaxMinutes
	DefaultMinutes = 60
)

// Visit is what is known when a session begins: the input of [Assess].
type Visit struct {
	Drawing     body.Drawing
	Answers     map[screen.QuestionID]screen.Answer
	AllNo       bool // "no" to every applicable question that has no answer of its own
	Client      screen.Client
	Findings    []reason.Finding // what the therapist's hands found so far
	Minutes     int              // MinMinutes..MaxMinutes; 0 means DefaultMinutes
	Preferences plan.Preferences
	Pins        []plan.Pin     // steps of an earlier plan that the therapist holds fast
	Planned     []plan.Planned // what the plan before the latest change had; see KeepPlan
	Lift        *screen.Lift   // a therapist treats although a rule stops the session; nil: nobody does
	History     plan.History   // earlier sessions, for the course; the record adds its own
}

// KeepPlan notes what the plan of the visit has, before something of the visit is changed:
// the next plan changes it only where that gains something. Where there is no plan, the one
// before stays noted.
func (v *Visit) KeepPlan() {
	if a, err := assess(*v); err == nil && a.Plan != nil {
		v.Planned = a.Plan.Planned
	}
}

// answers gives the answers with AllNo spelled out.
func (v Visit) answers(questions []screen.Question) map[screen.QuestionID]screen.Answer {
	all := make(map[screen.QuestionID]screen.Answer, len(v.Answers)+len(questions))
	if v.AllNo {
		for _, q := range questions {
			all[q.ID] = screen.Answer{Value: screen.No}
		}
	}
	maps.Copy(all, v.Answers)
	return all
}

// Screen runs the screening alone: what [Assess] does before it ranks.
func (v Visit) Screen() screen.Result {
	painted := v.Drawing.Cells()
	return screen.Run(painted, v.answers(screen.Questions(painted, v.Client)), v.Client)
}
