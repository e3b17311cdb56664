package practice

import (
	"context"

	"knead"
	"knead/internal/store/db"
)

// DayVisit is a visit as a list of a day shows it: when, who, how far, and what they
// agreed to. Nothing of the body is in it.
type DayVisit struct {
	Visit    knead.VisitRecord // without input, verdict and plan
	Client   knead.Client      // name and how to call them, no more
	Consents []knead.Consent   // kind, act and edition, oldest first
}

// Day lists the visits that start in a span of time, earliest first, with what is needed
// to see what is missing. It asks the database twice, however many visits there are.
func (h *House) Day(ctx context.Context, by Actor, from, to knead.Instant) (list []DayVisit, err error) {
	err = h.see(ctx, by, SeeNames, func(c *change) error {
		rows, err := c.q.DayVisits(ctx, by.Practice, from, to)
		if err != nil {
			return err
		}
		acts, err := c.q.DayConsents(ctx, by.Practice, from, to)
		if err != nil {
			return err
		}
		of := map[knead.ClientID][]knead.Consent{}
		for _, a := range acts {
			of[a.ClientID] = append(of[a.ClientID], knead.Consent{
				ID: a.ID, Client: a.ClientID, Kind: knead.ConsentKind(a.Kind), Act: a.Act, Edition: a.Edition, At: a.At,
			})
		}
		list = make([]DayVisit, 0, len(rows))
		for _, r := range rows {
			if c.mayClient(r.ClientID) == nil {
				d := dayVisit(r)
				d.Consents = of[r.ClientID]
				list = append(list, d)
			}
		}
		return nil
	})
	return list, err
}

func dayVisit(r db.DayVisitsRow) DayVisit {
	return DayVisit{
		Visit:  knead.VisitRecord{ID: r.ID, Client: r.ClientID, Therapist: r.TherapistID, Starts: r.StartsAt, Zone: r.Zone, State: knead.VisitState(r.State)},
		Client: knead.Client{ID: r.ClientID, Name: r.Name, Called: r.Called},
	}
}

// Unsigned lists visits that began before a time and whose note is not signed: the
// actor's own, or everybody's for the owner.
func (h *House) Unsigned(ctx context.Context, by Actor, before knead.Instant) (list []DayVisit, err error) {
	err = h.see(ctx, by, WriteNote, func(c *change) error {
		rows, err := c.q.UnsignedVisits(ctx, by.Practice, before, 50)
		if err != nil {
			return err
		}
		list = nil
		for _, r := range rows {
			if (by.Role == knead.Owner || r.TherapistID == by.Member) && c.mayClient(r.ClientID) == nil {
				list = append(list, dayVisit(db.DayVisitsRow(r)))
			}
		}
		return nil
	})
	return list, err
}
