package practice

import (
	"context"
	"slices"

	"knead"
	"knead/internal/store/db"
)

// Incident is something that went wrong during a session or after it.
type Incident struct {
	ID       string
	Client   knead.ClientID
	Visit    knead.VisitID // empty: not known after which
	Kind     string        // one of [IncidentKinds]
	Onset    int           // hours after the session began
	Severity string        // one of [Severities]
	Action   string        // what was done
	Words    string
	Resolved knead.Instant // zero: not yet
	Member   knead.MemberID
	At       knead.Instant
	Version  int64
}

// IncidentKinds are what can go wrong: the side effects that check-ins ask, and what
// happens in the room. They are keys of the catalogue.
func IncidentKinds() []string {
	kinds := make([]string, 0, len(knead.SideEffects)+8)
	for _, e := range knead.SideEffects {
		kinds = append(kinds, string(e))
	}
	return append(kinds, "sore-long", "pain-higher", "faint", "fall", "burn", "skin", "allergy", "other")
}

// Severities are how bad it was: minor went by itself, moderate needed care, serious
// needed a hospital, lasted, or could have killed.
func Severities() []string { return []string{"minor", "moderate", "serious"} }

// maxOnset is the longest time after a session at which something is still logged as
// following it, in hours (chosen: a month).
const maxOnset = 31 * 24

func (i Incident) check() error {
	wrong := func(field, say string) error { return &knead.Error{Kind: knead.Invalid, Field: field, Say: say} }
	switch {
	case !slices.Contains(IncidentKinds(), i.Kind):
		return wrong("kind", "Choose what happened.")
	case !slices.Contains(Severities(), i.Severity):
		return wrong("severity", "Choose how bad it was.")
	case i.Onset < 0 || i.Onset > maxOnset:
		return wrong("onset", "Write after how many hours it began: a number from 0 to 744.")
	}
	if err := knead.CheckText("action", i.Action, 2000); err != nil {
		return err
	}
	return knead.CheckText("words", i.Words, 4000)
}

// AddIncident logs that something went wrong.
func (h *House) AddIncident(ctx context.Context, by Actor, i Incident) error {
	if err := i.check(); err != nil {
		return err
	}
	if i.ID == "" {
		i.ID = newID()
	}
	return h.do(ctx, by, LogIncident, func(c *change) error {
		if _, err := c.client(i.Client); err != nil {
			return err
		}
		row := db.AddIncidentParams{
			PracticeID: by.Practice, ID: i.ID, ClientID: i.Client, Kind: i.Kind, OnsetHours: int64(i.Onset), Severity: i.Severity,
			Action: i.Action, Words: i.Words, MemberID: by.Member, At: c.now,
		}
		if i.Visit != "" {
			v, err := c.visit(i.Visit)
			if err != nil {
				return err
			}
			if v.Client != i.Client {
				return errNotYours("visit")
			}
			row.VisitID = &i.Visit
		}
		c.about("incident", i.ID, i.Client, map[string]string{"severity": i.Severity})
		return c.q.AddIncident(ctx, row)
	})
}

// Incidents lists what went wrong, newest first: of one client, or of the practice when
// the client is empty. more tells that the list was cut.
func (h *House) Incidents(ctx context.Context, by Actor, client knead.ClientID, most int) (list []Incident, more bool, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() {
			return errNotYours("list")
		}
		rows, err := c.incidentRows(client, most+1)
		if err != nil {
			return err
		}
		list, more = make([]Incident, 0, len(rows)), len(rows) > most
		for _, r := range rows[:min(most, len(rows))] {
			if c.mayClient(r.ClientID) == nil {
				list = append(list, incidentOf(r))
			}
		}
		return nil
	})
	return list, more, err
}

func (c *change) incidentRows(client knead.ClientID, most int) ([]db.Incident, error) {
	if client == "" {
		return c.q.Incidents(c.ctx, c.by.Practice, int32(most))
	}
	if _, err := c.client(client); err != nil {
		return nil, err
	}
	return c.q.IncidentsOf(c.ctx, c.by.Practice, client)
}

func incidentOf(r db.Incident) Incident {
	i := Incident{
		ID: r.ID, Client: r.ClientID, Kind: r.Kind, Onset: int(r.OnsetHours), Severity: r.Severity, Action: r.Action, Words: r.Words,
		Resolved: r.ResolvedAt, Member: r.MemberID, At: r.At, Version: r.Version,
	}
	if r.VisitID != nil {
		i.Visit = *r.VisitID
	}
	return i
}

// ResolveIncident notes that what went wrong is over, or takes that back.
func (h *House) ResolveIncident(ctx context.Context, by Actor, id string, over bool) error {
	return h.do(ctx, by, LogIncident, func(c *change) error {
		row, err := c.q.Incident(ctx, by.Practice, id)
		if err != nil {
			return missing(err, "entry")
		}
		if c.mayClient(row.ClientID) != nil {
			return errNotYours("entry")
		}
		at := c.now
		if !over {
			at = 0
		}
		if (row.ResolvedAt != 0) == over {
			c.unchanged()
			return nil
		}
		c.about("incident", id, row.ClientID, map[string]string{"resolved": map[bool]string{true: "yes", false: "no"}[over]})
		return one(c.q.SetIncidentResolved(ctx, by.Practice, id, at, row.Version))
	})
}
