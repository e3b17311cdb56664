package practice

import (
	"context"
	"slices"

	"knead"
	"knead/internal/store/db"
	"knead/plan"
)

// Past is an earlier session of a client: what was planned, what was done, and what the
// client said afterwards.
type Past struct {
	Visit    knead.VisitRecord
	Plan     plan.Plan
	Session  knead.Session
	Before   *int // pain on arrival; nil: nobody knows
	Left     *int // pain when they left; nil: nobody knows
	Checkins []knead.Checkin
}

// record is the session as the next plan reads it.
func (p Past) record() knead.PastSession {
	ended := p.Session.Ended
	if ended == 0 { // stopped, and nobody pressed the end
		ended = p.Session.Started.Add(p.Session.Elapsed)
	}
	return knead.PastSession{
		Ended: ended, Steps: p.Session.Steps, Findings: slices.Concat(p.Visit.Input.Findings, p.Session.Findings),
		Before: p.Before, Left: p.Left, After: knead.FollowUpOf(p.Checkins, nil),
	}
}

// Hints are what earlier sessions say to the next plan.
func Hints(past []Past) knead.Hints { return knead.NextPlanHints(records(past)) }

// sessionsBack is how many earlier sessions are read for the next plan (chosen: more than
// any rule counts).
const sessionsBack = 20

// Past lists the sessions of a client before a visit, earliest first.
func (h *House) Past(ctx context.Context, by Actor, id knead.VisitID) (past []Past, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() {
			return errNotYours("visit")
		}
		v, err := c.visit(id)
		if err != nil {
			return err
		}
		past, err = c.past(v.Client, v.Starts)
		return err
	})
	return past, err
}

// past reads the sessions before a time. It is for whoever may change the client's visits,
// also where they may not read them: a client who answers a check-in.
func (c *change) past(client knead.ClientID, before knead.Instant) ([]Past, error) {
	rows, err := c.q.VisitsOf(c.ctx, c.by.Practice, client, newestVisits)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r db.Visit) bool {
		return r.StartsAt >= before || r.Plan == "" || r.State != string(knead.VisitEnded) && r.State != string(knead.VisitClosed)
	})
	rows = rows[:min(len(rows), sessionsBack)] // newest first
	slices.Reverse(rows)
	measures, err := c.measures(client)
	if err != nil {
		return nil, err
	}
	asked, err := c.q.CheckinsOfClient(c.ctx, c.by.Practice, client)
	if err != nil {
		return nil, err
	}
	checkins, err := checkinsOf(asked)
	if err != nil {
		return nil, err
	}
	past := make([]Past, 0, len(rows))
	for _, r := range rows {
		v, err := visitOf(r)
		if err != nil {
			return nil, err
		}
		p := Past{Visit: v, Before: painOnArrival(v, measures), Left: painOnLeaving(v, measures)}
		var events []knead.SessionEvent
		if p.Plan, events, err = c.log(v); err != nil {
			return nil, err
		}
		p.Session = knead.RunSession(p.Plan, events)
		for _, k := range checkins {
			if k.Visit == v.ID {
				p.Checkins = append(p.Checkins, k)
			}
		}
		past = append(past, p)
	}
	return past, nil
}

// ease lowers the pressure of a visit, where it was sore, to what earlier sessions leave. It stands
// among the wishes of the visit, where a therapist sees it and may decide otherwise.
func (c *change) ease(v *knead.VisitRecord) error {
	past, err := c.past(v.Client, v.Starts)
	if err != nil {
		return err
	}
	client, err := c.client(v.Client)
	if err == nil {
		v.Input.Preferences = Hints(Since(past, client)).Apply(v.Input.Preferences)
	}
	return err
}

// easeComing eases the visits of a client that have not begun.
func (c *change) easeComing(client knead.ClientID) error {
	rows, err := c.q.VisitsOf(c.ctx, c.by.Practice, client, newestVisits)
	if err != nil {
		return err
	}
	for _, r := range rows {
		switch knead.VisitState(r.State) {
		case knead.VisitOpen, knead.VisitIntake, knead.VisitReady:
		default:
			continue
		}
		v, err := visitOf(r)
		if err != nil {
			return err
		}
		wished := v.Input.Preferences.Caps
		if err := c.ease(&v); err != nil {
			return err
		}
		if slices.EqualFunc(wished, v.Input.Preferences.Caps, plan.Cap.Equal) {
			continue
		}
		if err := c.putVisit(v); err != nil {
			return err
		}
	}
	return nil
}
