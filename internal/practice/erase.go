package practice

import (
	"context"
	"strings"
	"time"

	"knead"
	"knead/internal/store/db"
)

// Erasure is a record of what was erased of a client, and of what the law made stay. It
// names nobody.
type Erasure struct {
	ID     string
	Client knead.ClientID
	Reason string
	Erased map[string]int64 // table -> rows
	Kept   []string         // what stayed, in words
	Until  knead.Instant    // when the rest may go; 0: nothing stayed
	By     knead.MemberID
	At     knead.Instant
}

// KeepUntil tells until when the practice's rule makes a client's record stay: so many
// years after the last treatment; for a minor, counted from the birthday at which they
// are none. Nothing was ever treated: no duty.
func KeepUntil(c knead.Client, last knead.Instant, s knead.Settings, zone *time.Location) knead.Instant {
	if last == 0 {
		return 0
	}
	s = s.WithDefaults()
	from := last.Time().In(zone)
	if born, err := time.ParseInLocation(time.DateOnly, c.Born, zone); err == nil {
		if grown := born.AddDate(s.MinorUntilAge, 0, 0); grown.After(from) {
			from = grown
		}
	}
	return knead.InstantOf(from.AddDate(s.RetentionYears, 0, 0))
}

// EraseClient erases what may be erased of a client. While the retention rule runs, what
// was treated stays and the rest goes: contact, preferences, links, files that the client
// sent, consents to marketing and learning. Afterwards everything goes, and the payloads
// of the audit chain with it; the chain still holds. A legal hold refuses all of it.
func (h *House) EraseClient(ctx context.Context, by Actor, id knead.ClientID, reason string) (e Erasure, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return e, &knead.Error{Kind: knead.Invalid, Field: "reason", Say: "Say why: asked by the client, or time is over."}
	}
	if err := knead.CheckText("reason", reason, 400); err != nil {
		return e, err
	}
	erasure := newID()
	err = h.do(ctx, by, Erase, func(c *change) error {
		client, err := c.client(id)
		if err != nil {
			return err
		}
		if client.Hold != "" {
			return &knead.Error{Kind: knead.Conflict, Say: "A legal hold stands on this client, so nothing is erased. Lift the hold first."}
		}
		p, err := c.q.Practice(ctx, by.Practice)
		if err != nil {
			return err
		}
		practice, err := practiceOf(p)
		if err != nil {
			return err
		}
		zone, err := time.LoadLocation(practice.Zone)
		if err != nil {
			return err
		}
		last, err := c.q.LastVisitOf(ctx, by.Practice, id)
		if err != nil {
			return err
		}
		e = Erasure{ID: erasure, Client: id, Reason: reason, Erased: map[string]int64{}, By: by.Member, At: c.now}
		e.Until = KeepUntil(client, knead.Instant(last), practice.Settings, zone)
		if e.Until > c.now {
			err = c.eraseSome(&client, &e)
		} else {
			e.Until = 0
			err = c.eraseAll(&client, &e)
		}
		if err != nil {
			return err
		}
		erased, err := encode(e.Erased)
		if err != nil {
			return err
		}
		kept, err := encode(e.Kept)
		if err != nil {
			return err
		}
		c.about("client", string(id), id, nil) // no payload: it would bring back what has gone
		return c.q.AddErasure(ctx, db.AddErasureParams{
			PracticeID: by.Practice, ID: erasure, ClientID: id, Reason: reason, Erased: erased, Kept: kept, UntilAt: e.Until, MemberID: by.Member, At: c.now,
		})
	})
	return e, err
}

// eraseSome takes what no rule makes stay, and shuts the rest away.
func (c *change) eraseSome(client *knead.Client, e *Erasure) error {
	if err := c.count(e, "links", func() (int64, error) { return c.q.EraseLinksOf(c.ctx, c.by.Practice, &client.ID) }); err != nil {
		return err
	}
	client.Email, client.Phone = "", ""
	health := client.Profile
	client.Profile = knead.ClientProfile{Conditions: health.Conditions, Medicines: health.Medicines, Allergies: health.Allergies, History: health.History, Guardian: health.Guardian}
	client.Archived = c.now
	e.Erased["contact and preferences"] = 1
	e.Kept = []string{"name and birth date", "visits with drawings, answers and notes", "consents", "outcomes", "incidents", "files"}
	return c.putClient(*client)
}

// eraseAll takes everything but an empty entry, which holds the chain together.
func (c *change) eraseAll(client *knead.Client, e *Erasure) error {
	p, id := c.by.Practice, client.ID
	for _, step := range []struct {
		table string
		erase func() (int64, error)
	}{
		{"addenda", func() (int64, error) { return c.q.EraseAddendaOf(c.ctx, p, id) }},
		{"notes", func() (int64, error) { return c.q.EraseNotesOf(c.ctx, p, id) }},
		{"session_events", func() (int64, error) { return c.q.EraseSessionEventsOf(c.ctx, p, id) }},
		{"lifts", func() (int64, error) { return c.q.EraseLiftsOf(c.ctx, p, id) }},
		{"checkins", func() (int64, error) { return c.q.EraseCheckinsOf(c.ctx, p, id) }},
		{"links", func() (int64, error) { return c.q.EraseLinksOf(c.ctx, p, &id) }},
		{"consents", func() (int64, error) { return c.q.EraseConsentsOf(c.ctx, p, id) }},
		{"measures", func() (int64, error) { return c.q.EraseMeasuresOf(c.ctx, p, id) }},
		{"incidents", func() (int64, error) { return c.q.EraseIncidentsOf(c.ctx, p, id) }},
		{"alerts", func() (int64, error) { return c.q.EraseAlertsOf(c.ctx, p, &id) }},
		{"files", func() (int64, error) { return c.q.EraseFilesOf(c.ctx, p, id) }},
		{"grants", func() (int64, error) { return c.q.EraseGrantsOf(c.ctx, p, id) }},
		{"visits", func() (int64, error) { return c.q.EraseVisitsOf(c.ctx, p, id) }},
		{"audit payloads", func() (int64, error) { return c.q.EraseAuditPayloads(c.ctx, p, id) }},
	} {
		if err := c.count(e, step.table, step.erase); err != nil {
			return err
		}
	}
	*client = knead.Client{ID: id, Name: "(erased)", Created: client.Created, Archived: c.now, Erased: c.now, Version: client.Version}
	e.Erased["name, contact and history"] = 1
	return c.putClient(*client)
}

func (c *change) count(e *Erasure, what string, erase func() (int64, error)) error {
	n, err := erase()
	if err == nil && n > 0 {
		e.Erased[what] = n
	}
	return err
}

// Erasures lists what was erased of a client.
func (h *House) Erasures(ctx context.Context, by Actor, id knead.ClientID) (list []Erasure, err error) {
	err = h.see(ctx, by, Erase, func(c *change) error {
		rows, err := c.q.ErasuresOf(ctx, by.Practice, id)
		if err != nil {
			return err
		}
		list = make([]Erasure, 0, len(rows))
		for _, r := range rows {
			erased, err := decode[map[string]int64](r.Erased)
			if err != nil {
				return err
			}
			kept, err := decode[[]string](r.Kept)
			if err != nil {
				return err
			}
			list = append(list, Erasure{r.ID, r.ClientID, r.Reason, erased, kept, r.UntilAt, r.MemberID, r.At})
		}
		return nil
	})
	return list, err
}

// SetHold puts a legal hold on a client, or lifts it where the reason is empty.
func (h *House) SetHold(ctx context.Context, by Actor, id knead.ClientID, why string) error {
	if err := knead.CheckText("hold", why, 400); err != nil {
		return err
	}
	return h.do(ctx, by, Erase, func(c *change) error {
		client, err := c.client(id)
		if err != nil {
			return err
		}
		client.Hold = strings.TrimSpace(why)
		return c.putClient(client)
	})
}

// Expired is a client whose record need not stay any longer.
type Expired struct {
	Client knead.Client
	Last   knead.Instant
	Until  knead.Instant
}

// ExpiredClients lists clients whose retention is over, for the owner to decide. Nothing
// is erased by itself.
func (h *House) ExpiredClients(ctx context.Context, by Actor) (list []Expired, err error) {
	err = h.see(ctx, by, Erase, func(c *change) error {
		row, err := c.q.Practice(ctx, by.Practice)
		if err != nil {
			return err
		}
		p, err := practiceOf(row)
		if err != nil {
			return err
		}
		zone, err := time.LoadLocation(p.Zone)
		if err != nil {
			return err
		}
		before := c.now.Time().In(zone).AddDate(-p.Settings.RetentionYears, 0, 0)
		rows, err := c.q.ClientsIdleSince(ctx, by.Practice, knead.InstantOf(before), 500)
		if err != nil {
			return err
		}
		list = nil
		for _, r := range rows {
			client := knead.Client{ID: r.ID, Name: r.Name, Called: r.Called, Born: r.Born}
			if until := KeepUntil(client, knead.Instant(r.LastAt), p.Settings, zone); until <= c.now {
				list = append(list, Expired{client, knead.Instant(r.LastAt), until})
			}
		}
		return nil
	})
	return list, err
}
