package practice

import (
	"context"

	"knead"
	"knead/outcome"
)

// LastAnswered reads the visit whose answers may hold on for another one: the latest of
// the same client that began before it and whose questions were answered. false: none.
func (h *House) LastAnswered(ctx context.Context, by Actor, id knead.VisitID) (last knead.VisitRecord, found bool, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		found = false
		v, err := c.visit(id)
		if err != nil {
			return err
		}
		rows, err := c.q.VisitsOf(ctx, by.Practice, v.Client, newestVisits)
		if err != nil {
			return err
		}
		for _, r := range rows { // newest first
			state := knead.VisitState(r.State)
			if r.ID == id || r.StartsAt >= v.Starts || !r.Asked || state == knead.VisitCancelled || state == knead.VisitIntake {
				continue
			}
			last, err = visitOf(r)
			found = true
			return err
		}
		return nil
	})
	return last, found, err
}

// TakeIntake stores what a client said about themselves, for good and for the visit, with
// the measures they answered, in one go. f gets the client and the visit as they are now
// and may run again.
func (h *House) TakeIntake(ctx context.Context, by Actor, id knead.VisitID, measures []Measure, f func(*knead.Client, *knead.VisitRecord) error) (v knead.VisitRecord, err error) {
	for i := range measures {
		if measures[i].ID == "" {
			measures[i].ID = newID()
		}
	}
	err = h.tries(func() error {
		return h.do(ctx, by, EditChart, func(c *change) error {
			v, err = c.visit(id)
			if err != nil {
				return err
			}
			client, err := c.client(v.Client)
			if err != nil {
				return err
			}
			old := client.Profile
			v, err = c.changeVisit(id, func(v *knead.VisitRecord) error {
				if err := f(&client, v); err != nil {
					return err
				}
				return client.Check()
			})
			if err != nil {
				return err
			}
			if err := c.addMeasures(client.ID, measures); err != nil {
				return err
			}
			c.quiet = false // the client may have changed where the visit did not
			if err := c.putProfile(client, old); err != nil {
				return err
			}
			c.about("visit", string(id), v.Client, map[string]string{"intake": "about"})
			return nil
		})
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "visit", Visit: id, Client: v.Client})
	}
	return v, err
}

// SetTouch stores the touch map of a client, and lets the visits to come leave alone what
// is to be left alone.
func (h *House) SetTouch(ctx context.Context, by Actor, id knead.ClientID, areas []knead.TouchArea) error {
	err := h.tries(func() error {
		return h.do(ctx, by, EditChart, func(c *change) error {
			client, err := c.client(id)
			if err != nil {
				return err
			}
			old := client.Profile
			client.Profile.Touch = areas
			if err := client.Check(); err != nil {
				return err
			}
			return c.putProfile(client, old)
		})
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "client", Client: id})
	}
	return err
}

// DueMeasures lists what to ask before a visit, in the order in which to ask it, and what
// was answered before. What was answered since the visit was opened is not due again, and
// the instrument of worry and mood is due only where the practice asks it.
func (h *House) DueMeasures(ctx context.Context, by Actor, id knead.VisitID) (due []outcome.Ask, before []Measure, err error) {
	list := []Measure{}
	history := outcome.History{Now: int64(h.Now())}
	mood := false
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		v, err := c.visit(id)
		if err != nil {
			return err
		}
		history.Opened, history.Sessions = int64(v.Created), nil
		rows, err := c.q.VisitsOf(ctx, by.Practice, v.Client, newestVisits)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if state := knead.VisitState(r.State); r.ID != id && r.StartsAt < v.Starts && (state == knead.VisitEnded || state == knead.VisitClosed) {
				history.Sessions = append(history.Sessions, int64(r.StartsAt))
			}
		}
		if list, err = c.measures(v.Client); err != nil {
			return err
		}
		p, err := c.practice()
		mood = p.Settings.AskMood
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	for _, m := range list {
		history.Answers = append(history.Answers, outcome.Given{Instrument: outcome.ID(m.Instrument), At: int64(m.At)})
	}
	for _, ask := range outcome.Standard().Due(outcome.SessionStart, history) {
		asked := len(ask.Instrument.Items) > 0 || ask.Instrument.Own.Most > 0
		if asked && (mood || ask.Instrument.Subject != outcome.Mood) {
			due = append(due, ask)
		}
	}
	return due, list, nil
}
