package practice

import (
	"context"

	"knead"
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
		rows, err := c.q.VisitsOf(ctx, by.Practice, v.Client, visitsToCome)
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
			if err := c.putClient(client); err != nil {
				return err
			}
			scope, err := c.agreed(client.ID)
			if err != nil {
				return err
			}
			if err := c.rewish(client.ID, knead.LeftAlone(old, scope), knead.LeftAlone(client.Profile, scope)); err != nil {
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
			if err := c.putClient(client); err != nil {
				return err
			}
			scope, err := c.agreed(id)
			if err != nil {
				return err
			}
			return c.rewish(id, knead.LeftAlone(old, scope), knead.LeftAlone(client.Profile, scope))
		})
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "client", Client: id})
	}
	return err
}
