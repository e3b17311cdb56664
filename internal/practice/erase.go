package practice

import (
	"context"
	"errors"
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
	Erased map[string]int64 // what, as a key of the catalogue -> how much
	Kept   []string         // what stayed, as keys of the catalogue
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

// Retention tells how long a client's record must stay, and why.
type Retention struct {
	Last  knead.Instant // the last treatment; 0: never treated
	Grown knead.Instant // when a minor comes of age, where that is later; else 0
	Until knead.Instant // when the record may go; 0: no rule makes it stay
	Years int           // the practice's rule
	Hold  string        // a legal hold; empty: none
}

// Over tells that no rule makes the record stay any longer.
func (r Retention) Over(now knead.Instant) bool { return r.Hold == "" && r.Until <= now }

// Retention tells how long a client's record must stay.
func (h *House) Retention(ctx context.Context, by Actor, id knead.ClientID) (r Retention, err error) {
	err = h.see(ctx, by, SeeNames, func(c *change) error {
		client, err := c.client(id)
		if err != nil {
			return err
		}
		r, err = c.retention(client)
		return err
	})
	return r, err
}

func (c *change) retention(client knead.Client) (r Retention, err error) {
	row, err := c.q.Practice(c.ctx, c.by.Practice)
	if err != nil {
		return r, err
	}
	p, err := practiceOf(row)
	if err != nil {
		return r, err
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		return r, err
	}
	last, err := c.q.LastVisitOf(c.ctx, c.by.Practice, client.ID)
	if err != nil {
		return r, err
	}
	r = Retention{Last: knead.Instant(last), Until: KeepUntil(client, knead.Instant(last), p.Settings, zone), Years: p.Settings.RetentionYears, Hold: client.Hold}
	if born, err := time.ParseInLocation(time.DateOnly, client.Born, zone); err == nil && r.Last != 0 {
		if grown := knead.InstantOf(born.AddDate(p.Settings.MinorUntilAge, 0, 0)); grown > r.Last {
			r.Grown = grown
		}
	}
	return r, nil
}

// EraseClient erases what may be erased of a client. While the retention rule runs, what
// was treated stays and the rest goes: contact, preferences, links, drafts, and what a
// joining remembers. Afterwards everything goes, and the payloads of the audit chain with
// it; the chain still holds. Doubles that were joined go the same way. A legal hold
// refuses all of it.
func (h *House) EraseClient(ctx context.Context, by Actor, id knead.ClientID, reason string) (e Erasure, err error) {
	if reason = strings.TrimSpace(reason); reason == "" {
		return e, &knead.Error{Kind: knead.Invalid, Field: "reason", Say: "Say why: asked by the client, or time is over."}
	}
	if err := knead.CheckText("reason", reason, 400); err != nil {
		return e, err
	}
	erasure := newID()
	err = h.do(ctx, by, Erase, func(c *change) error {
		if e, err = c.erase(id, erasure, reason); err != nil {
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

// errOnlyLooking takes a try back.
var errOnlyLooking = errors.New("only looking")

// PreviewErasure tells what [House.EraseClient] would do now: it does it, and takes the
// transaction back, so that the two cannot differ.
func (h *House) PreviewErasure(ctx context.Context, by Actor, id knead.ClientID) (e Erasure, err error) {
	err = h.do(ctx, by, Erase, func(c *change) error {
		if e, err = c.erase(id, "", ""); err != nil {
			return err
		}
		return errOnlyLooking
	})
	if errors.Is(err, errOnlyLooking) {
		err = nil
	}
	return e, err
}

func (c *change) erase(id knead.ClientID, erasure, reason string) (e Erasure, err error) {
	client, err := c.client(id)
	if err != nil {
		return e, err
	}
	switch {
	case client.Erased != 0:
		return e, &knead.Error{Kind: knead.Conflict, Say: "This client was erased already. What was erased stands on their page."}
	case client.Merged != "":
		return e, &knead.Error{Kind: knead.Conflict, Say: "This entry was joined with another. Erase that one: the double goes with it."}
	case client.Hold != "":
		return e, errHeld()
	}
	keep, err := c.retention(client)
	if err != nil {
		return e, err
	}
	e = Erasure{ID: erasure, Client: id, Reason: reason, Erased: map[string]int64{}, Until: keep.Until, By: c.by.Member, At: c.now}
	over := keep.Over(c.now)
	if err := c.eraseDoubles(id, &e, over); err != nil {
		return e, err
	}
	if over {
		e.Until = 0
		return e, c.eraseAll(&client, &e)
	}
	return e, c.eraseSome(&client, &e)
}

func errHeld() error {
	return &knead.Error{Kind: knead.Conflict, Say: "A legal hold stands on this client, so nothing is erased. Lift the hold first."}
}

// eraseDoubles empties the entries that were joined into a client: what they held has gone
// over, but their names and contact are there still. Doubles of doubles go, too.
func (c *change) eraseDoubles(id knead.ClientID, e *Erasure, over bool) error {
	doubles, err := c.q.ClientsMergedInto(c.ctx, c.by.Practice, &id)
	if err != nil {
		return err
	}
	for _, double := range doubles {
		if err := c.eraseDoubles(double, e, over); err != nil {
			return err
		}
		entry, err := c.client(double)
		if err != nil {
			return err
		}
		if entry.Hold != "" {
			return errHeld()
		}
		if over {
			if err := c.count(e, "audit-payloads", func() (int64, error) { return c.q.EraseAuditPayloads(c.ctx, c.by.Practice, double) }); err != nil {
				return err
			}
		}
		if entry.Erased != 0 {
			continue
		}
		if err := c.count(e, "drafts", func() (int64, error) { return c.q.EraseDraftsOf(c.ctx, c.by.Practice, double) }); err != nil {
			return err
		}
		if err := c.putClient(emptied(entry, c.now)); err != nil {
			return err
		}
		e.Erased["joined-doubles"]++
	}
	return c.count(e, "joinings-that-could-be-undone", func() (int64, error) { return c.q.EraseMergesOf(c.ctx, c.by.Practice, id, c.now) })
}

// emptied is what is left of an entry: it holds the chain together and names nobody.
func emptied(c knead.Client, now knead.Instant) knead.Client {
	return knead.Client{ID: c.ID, Name: "(erased)", Created: c.Created, Archived: now, Erased: now, Merged: c.Merged, Version: c.Version}
}

// eraseSome takes what no rule makes stay, and shuts the rest away.
func (c *change) eraseSome(client *knead.Client, e *Erasure) error {
	if err := c.count(e, "links", func() (int64, error) { return c.q.EraseLinksOf(c.ctx, c.by.Practice, &client.ID) }); err != nil {
		return err
	}
	if err := c.count(e, "drafts", func() (int64, error) { return c.q.EraseDraftsOf(c.ctx, c.by.Practice, client.ID) }); err != nil {
		return err
	}
	client.Email, client.Phone = "", ""
	health := client.Profile
	client.Profile = knead.ClientProfile{Conditions: health.Conditions, Medicines: health.Medicines, Allergies: health.Allergies, History: health.History, Guardian: health.Guardian}
	client.Archived = c.now
	e.Erased["contact-and-preferences"] = 1
	e.Kept = []string{"name-and-birth-date", "visits", "consents", "measures", "incidents", "files"}
	return c.putClient(*client)
}

// eraseAll takes everything but an empty entry, which holds the chain together.
func (c *change) eraseAll(client *knead.Client, e *Erasure) error {
	p, id := c.by.Practice, client.ID
	for _, step := range []struct {
		what  string
		erase func() (int64, error)
	}{
		{"drafts", func() (int64, error) { return c.q.EraseDraftsOf(c.ctx, p, id) }},
		{"addenda", func() (int64, error) { return c.q.EraseAddendaOf(c.ctx, p, id) }},
		{"notes", func() (int64, error) { return c.q.EraseNotesOf(c.ctx, p, id) }},
		{"session-events", func() (int64, error) { return c.q.EraseSessionEventsOf(c.ctx, p, id) }},
		{"lifts", func() (int64, error) { return c.q.EraseLiftsOf(c.ctx, p, id) }},
		{"letters", func() (int64, error) { return c.q.EraseLettersOf(c.ctx, p, id) }},
		{"checkins", func() (int64, error) { return c.q.EraseCheckinsOf(c.ctx, p, id) }},
		{"links", func() (int64, error) { return c.q.EraseLinksOf(c.ctx, p, &id) }},
		{"consents", func() (int64, error) { return c.q.EraseConsentsOf(c.ctx, p, id) }},
		{"measures", func() (int64, error) { return c.q.EraseMeasuresOf(c.ctx, p, id) }},
		{"incidents", func() (int64, error) { return c.q.EraseIncidentsOf(c.ctx, p, id) }},
		{"alerts", func() (int64, error) { return c.q.EraseAlertsOf(c.ctx, p, &id) }},
		{"files", func() (int64, error) { return c.q.EraseFilesOf(c.ctx, p, id) }},
		{"grants", func() (int64, error) { return c.q.EraseGrantsOf(c.ctx, p, id) }},
		{"visits", func() (int64, error) { return c.q.EraseVisitsOf(c.ctx, p, id) }},
		{"audit-payloads", func() (int64, error) { return c.q.EraseAuditPayloads(c.ctx, p, id) }},
	} {
		if err := c.count(e, step.what, step.erase); err != nil {
			return err
		}
	}
	e.Erased["name-contact-and-history"] = 1
	return c.putClient(emptied(*client, c.now))
}

func (c *change) count(e *Erasure, what string, erase func() (int64, error)) error {
	n, err := erase()
	if err == nil && n > 0 {
		e.Erased[what] += n
	}
	return err
}

// Erasures lists what was erased of a client.
func (h *House) Erasures(ctx context.Context, by Actor, id knead.ClientID) (list []Erasure, err error) {
	err = h.see(ctx, by, Erase, func(c *change) error {
		list, err = c.erasures(id)
		return err
	})
	return list, err
}

func (c *change) erasures(id knead.ClientID) ([]Erasure, error) {
	rows, err := c.q.ErasuresOf(c.ctx, c.by.Practice, id)
	if err != nil {
		return nil, err
	}
	list := make([]Erasure, 0, len(rows))
	for _, r := range rows {
		erased, err := decode[map[string]int64](r.Erased)
		if err != nil {
			return nil, err
		}
		kept, err := decode[[]string](r.Kept)
		if err != nil {
			return nil, err
		}
		list = append(list, Erasure{r.ID, r.ClientID, r.Reason, erased, kept, r.UntilAt, r.MemberID, r.At})
	}
	return list, nil
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
		was := client.Hold
		client.Hold = strings.TrimSpace(why)
		if client.Hold == was {
			c.unchanged()
			return nil
		}
		if err := c.putClient(client); err != nil {
			return err
		}
		told := map[string]string{"hold": client.Hold}
		if client.Hold == "" {
			told = map[string]string{"lifted": was}
		}
		c.about("client", string(id), id, told)
		return nil
	})
}

// Expired is a client whose record need not stay any longer.
type Expired struct {
	Client knead.Client
	Last   knead.Instant
	Until  knead.Instant
}

// mostExpired is how many clients are looked at for one list (chosen).
const mostExpired = 500

// ExpiredClients lists clients whose retention is over, for the owner to decide. Nothing
// is erased by itself. more tells that there may be others behind them.
func (h *House) ExpiredClients(ctx context.Context, by Actor) (list []Expired, more bool, err error) {
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
		rows, err := c.q.ClientsIdleSince(ctx, by.Practice, knead.InstantOf(before), mostExpired)
		if err != nil {
			return err
		}
		list, more = nil, len(rows) == mostExpired
		for _, r := range rows {
			client := knead.Client{ID: r.ID, Name: r.Name, Called: r.Called, Born: r.Born, Hold: r.Hold}
			if until := KeepUntil(client, knead.Instant(r.LastAt), p.Settings, zone); until <= c.now {
				list = append(list, Expired{client, knead.Instant(r.LastAt), until})
			}
		}
		return nil
	})
	return list, more, err
}
