package web

import (
	"net/http"
	"slices"

	"knead"
	"knead/internal/practice"
	"knead/screen"
)

// liftPart is where a therapist lifts a stop, or sees who did. It is on the screens that
// show a stop or the plan, for people who work here.
type liftPart struct {
	Visit   string    // the address of the visit; empty where no record keeps it, and for clients
	Letter  string    // the address of the letter, where there is something to write about
	Can     bool      // the stop can be lifted by who looks
	Rules   []ruleRow // that stop the session
	Anyway  bool      // the form stands on the page that was looked at all the same
	Reason  string
	Problem string
	Held    *heldLift
}

// heldLift is the decision that the plan rests on.
type heldLift struct {
	By, When, Reason string
	Rules            []string
	CanUndo          bool
}

// liftForm is a lift that could not be taken.
type liftForm struct{ reason, problem string }

func (s *site) liftPart(r *http.Request, w work, a knead.Assessment) (liftPart, error) {
	if w.kept == nil || w.kept.by.ByLink() {
		return liftPart{}, nil
	}
	part := liftPart{Visit: w.kept.to.Start, Anyway: w.anyway}
	if len(a.Screening.Stopping()) > 0 {
		part.Letter = w.kept.to.Start + "/letter"
	}
	may := w.kept.by.May(practice.LiftStop) && w.kept.visit.State.Early()
	if w.lift != nil {
		part.Reason, part.Problem = w.lift.reason, w.lift.problem
	}
	if a.Lifted != nil {
		held := &heldLift{By: a.Lifted.By, Reason: a.Lifted.Reason, CanUndo: may}
		for _, f := range a.Screening.Fired {
			if why := capital(f.Why); slices.Contains(a.Lifted.Rules, f.Rule) && !slices.Contains(held.Rules, why) {
				held.Rules = append(held.Rules, why)
			}
		}
		lifts, err := s.house.Lifts(r.Context(), w.kept.by, w.kept.visit.ID)
		if err != nil {
			return part, err
		}
		d := desk{Person: w.kept.person}
		for _, l := range lifts {
			if l.Undone == 0 {
				held.When = d.Day(l.At) + ", " + d.Clock(l.At)
			}
		}
		part.Held = held
		return part, nil
	}
	if part.Can = may && a.Plan == nil && a.Screening.Liftable() == nil; part.Can {
		part.Rules = s.stoppingRows(a)
	}
	return part, nil
}

// stoppingRows are the rules that stop a session, in words.
func (s *site) stoppingRows(a knead.Assessment) []ruleRow {
	stopping := a.Screening.Stopping()
	only := a
	only.Screening.Fired = slices.DeleteFunc(slices.Clone(a.Screening.Fired), func(f screen.Fired) bool { return !slices.Contains(stopping, f.Rule) })
	return s.ruleRows(only)
}

// liftStop lifts the stop of a visit, or takes that back.
func (s *site) liftStop(rw http.ResponseWriter, r *http.Request, p passage) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	reason := r.PostForm.Get("reason")
	var err error
	if r.PostForm.Get("undo") != "" {
		err = s.house.TakeBackLift(r.Context(), p.by, p.visit.ID)
	} else {
		_, err = s.house.LiftStop(r.Context(), p.by, p.visit.ID, reason)
	}
	if field, say := saidOf(err); field == "reason" {
		w := p.work()
		w.anyway, w.lift = r.PostForm.Get("anyway") != "", &liftForm{reason, say}
		return s.showKept(rw, r, w)
	}
	if err != nil {
		return err
	}
	http.Redirect(rw, r, p.to.Assess, http.StatusSeeOther)
	return nil
}
