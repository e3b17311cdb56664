package practice

import (
	"context"
	"slices"

	"knead"
	"knead/internal/store/db"
)

// moved names the rows that went from one entry to the other, and what was joined into
// the profile that stayed.
type moved struct {
	Visits    []string            `json:"visits,omitzero"`
	Consents  []string            `json:"consents,omitzero"`
	Measures  []string            `json:"measures,omitzero"`
	Incidents []string            `json:"incidents,omitzero"`
	Alerts    []string            `json:"alerts,omitzero"`
	Files     []string            `json:"files,omitzero"`
	Links     []string            `json:"links,omitzero"`
	Before    knead.ClientProfile `json:"before"`  // of the entry that stays
	Contact   [3]string           `json:"contact"` // born, mail, telephone of the entry that stays
	After     int64               `json:"after"`   // its version right after
}

// Merge is a joining of two entries for one person.
type Merge struct {
	ID     string
	From   knead.ClientID
	Into   knead.ClientID
	At     knead.Instant
	Undone knead.Instant
}

// MergeClients joins two entries for one person: everything of from goes over to into,
// and from is found no more. What into lacks in contact and lists, it takes from from.
func (h *House) MergeClients(ctx context.Context, by Actor, from, into knead.ClientID) (id string, err error) {
	if from == into {
		return "", &knead.Error{Kind: knead.Invalid, Say: "These are the same entry. Choose the double."}
	}
	id = newID()
	err = h.do(ctx, by, MergeAct, func(c *change) error {
		a, err := c.client(from)
		if err != nil {
			return err
		}
		b, err := c.client(into)
		if err != nil {
			return err
		}
		if a.Merged != "" || b.Merged != "" || a.Erased != 0 || b.Erased != 0 {
			return &knead.Error{Kind: knead.Invalid, Say: "One of these entries was joined or erased already."}
		}
		m := moved{Before: b.Profile, Contact: [3]string{b.Born, b.Email, b.Phone}, After: b.Version + 1}
		if err := c.moveRows(&m, from, into); err != nil {
			return err
		}
		joinClient(&b, a)
		if err := c.putClient(b); err != nil {
			return err
		}
		a.Merged = into
		if err := c.putClient(a); err != nil {
			return err
		}
		body, err := encode(m)
		if err != nil {
			return err
		}
		c.about("client", string(into), into, map[string]string{"joined": string(from)})
		return c.q.AddMerge(ctx, db.AddMergeParams{PracticeID: by.Practice, ID: id, FromID: from, IntoID: into, Moved: body, MemberID: by.Member, At: c.now})
	})
	return id, err
}

// Doubles are two entries for one person, and what they would become.
type Doubles struct {
	From, Into, After      knead.Client
	FromVisits, IntoVisits int
}

// PreviewMerge shows what [House.MergeClients] would make of two entries.
func (h *House) PreviewMerge(ctx context.Context, by Actor, from, into knead.ClientID) (j Doubles, err error) {
	err = h.see(ctx, by, MergeAct, func(c *change) error {
		for _, side := range []struct {
			id     knead.ClientID
			client *knead.Client
			visits *int
		}{{from, &j.From, &j.FromVisits}, {into, &j.Into, &j.IntoVisits}} {
			if *side.client, err = c.client(side.id); err != nil {
				return err
			}
			rows, err := c.q.VisitsOf(ctx, by.Practice, side.id, mostVisits)
			if err != nil {
				return err
			}
			*side.visits = len(rows)
		}
		j.After = j.Into
		joinClient(&j.After, j.From)
		return nil
	})
	return j, err
}

// joinClient fills what an entry lacks from its double.
func joinClient(into *knead.Client, from knead.Client) {
	fill := func(to *string, with string) {
		if *to == "" {
			*to = with
		}
	}
	fill(&into.Born, from.Born)
	fill(&into.Email, from.Email)
	fill(&into.Phone, from.Phone)
	p, q := &into.Profile, from.Profile
	fill(&p.Pronouns, q.Pronouns)
	fill(&p.Language, q.Language)
	fill(&p.Position, q.Position)
	fill(&p.Room, q.Room)
	fill(&p.Oils, q.Oils)
	fill(&p.History, q.History)
	fill(&p.Guardian.Name, q.Guardian.Name)
	fill(&p.Guardian.Phone, q.Guardian.Phone)
	fill(&p.Emergency.Name, q.Emergency.Name)
	fill(&p.Emergency.Phone, q.Emergency.Phone)
	if p.Pressure == 0 {
		p.Pressure = q.Pressure
	}
	for _, lists := range []struct{ to, with *[]string }{
		{&p.Conditions, &q.Conditions}, {&p.Medicines, &q.Medicines}, {&p.Allergies, &q.Allergies}, {&p.Tags, &q.Tags},
	} {
		for _, x := range *lists.with {
			if !slices.Contains(*lists.to, x) {
				*lists.to = append(slices.Clone(*lists.to), x)
			}
		}
	}
	for _, x := range q.Never {
		if !slices.Contains(p.Never, x) {
			p.Never = append(slices.Clone(p.Never), x)
		}
	}
	p.HomeHurt = append(slices.Clone(p.HomeHurt), q.HomeHurt...)
	p.Touch = append(slices.Clone(p.Touch), q.Touch...) // a place to keep away from is never lost
}

func (c *change) moveRows(m *moved, from, into knead.ClientID) error {
	visits, err := c.q.MoveVisitsOf(c.ctx, c.by.Practice, from, into)
	if err != nil {
		return err
	}
	m.Visits = texts(visits)
	if m.Consents, err = c.q.MoveConsentsOf(c.ctx, c.by.Practice, from, into); err != nil {
		return err
	}
	if m.Measures, err = c.q.MoveMeasuresOf(c.ctx, c.by.Practice, from, into); err != nil {
		return err
	}
	if m.Incidents, err = c.q.MoveIncidentsOf(c.ctx, c.by.Practice, from, into); err != nil {
		return err
	}
	if m.Alerts, err = c.q.MoveAlertsOf(c.ctx, c.by.Practice, &from, &into); err != nil {
		return err
	}
	files, err := c.q.MoveFilesOf(c.ctx, c.by.Practice, from, into)
	if err != nil {
		return err
	}
	m.Files = texts(files)
	links, err := c.q.MoveLinksOf(c.ctx, c.by.Practice, &from, &into)
	m.Links = texts(links)
	return err
}

func texts[T ~string](ids []T) []string {
	list := make([]string, 0, len(ids))
	for _, id := range ids {
		list = append(list, string(id))
	}
	slices.Sort(list)
	return list
}

// UndoMerge takes a joining back: each row that went over goes back, unless it has moved
// on since. The entry that stayed gets its own details back, unless they were changed.
func (h *House) UndoMerge(ctx context.Context, by Actor, id string) error {
	return h.do(ctx, by, MergeAct, func(c *change) error {
		row, err := c.q.Merge(ctx, by.Practice, id)
		if err != nil {
			return missing(err, "joining")
		}
		into, err := c.client(row.IntoID)
		if err != nil {
			return err
		}
		fromRow, err := c.q.Client(ctx, by.Practice, row.FromID)
		if err != nil {
			return err
		}
		from, err := clientOf(fromRow)
		if err != nil {
			return err
		}
		if into.Erased != 0 || from.Erased != 0 {
			return &knead.Error{Kind: knead.Invalid, Say: "One of these entries was erased since, so they cannot be taken apart."}
		}
		m, err := decode[moved](row.Moved)
		if err != nil {
			return err
		}
		if err := one(c.q.UndoMerge(ctx, by.Practice, id, c.now)); err != nil {
			return err
		}
		if err := c.moveBack(m, row.FromID, row.IntoID); err != nil {
			return err
		}
		if into.Version == m.After {
			into.Profile, into.Born, into.Email, into.Phone = m.Before, m.Contact[0], m.Contact[1], m.Contact[2]
			if err := c.putClient(into); err != nil {
				return err
			}
		}
		from.Merged = ""
		if err := c.putClient(from); err != nil {
			return err
		}
		c.about("client", string(into.ID), into.ID, map[string]string{"taken-apart": string(from.ID)})
		return nil
	})
}

func (c *change) moveBack(m moved, from, into knead.ClientID) error {
	p := c.by.Practice
	for _, part := range []struct {
		ids  []string
		back func(id string) (int64, error)
	}{
		{m.Visits, func(id string) (int64, error) { return c.q.MoveVisitBack(c.ctx, p, knead.VisitID(id), from, into) }},
		{m.Consents, func(id string) (int64, error) { return c.q.MoveConsentBack(c.ctx, p, id, from, into) }},
		{m.Measures, func(id string) (int64, error) { return c.q.MoveMeasureBack(c.ctx, p, id, from, into) }},
		{m.Incidents, func(id string) (int64, error) { return c.q.MoveIncidentBack(c.ctx, p, id, from, into) }},
		{m.Alerts, func(id string) (int64, error) { return c.q.MoveAlertBack(c.ctx, p, id, &from, &into) }},
		{m.Files, func(id string) (int64, error) { return c.q.MoveFileBack(c.ctx, p, knead.FileID(id), from, into) }},
		{m.Links, func(id string) (int64, error) { return c.q.MoveLinkBack(c.ctx, p, knead.LinkID(id), &from, &into) }},
	} {
		for _, id := range part.ids {
			if _, err := part.back(id); err != nil {
				return err
			}
		}
	}
	for _, id := range m.Visits { // what came to them since they were joined
		v, err := c.q.Visit(c.ctx, p, knead.VisitID(id))
		if err != nil {
			return err
		}
		if err := c.follow(v.ID, v.ClientID); err != nil {
			return err
		}
	}
	return nil
}

// Merges lists the joinings into a client, newest first.
func (h *House) Merges(ctx context.Context, by Actor, into knead.ClientID) (list []Merge, err error) {
	err = h.see(ctx, by, MergeAct, func(c *change) error {
		if _, err := c.client(into); err != nil {
			return err
		}
		rows, err := c.q.MergesOf(ctx, by.Practice, into)
		list = make([]Merge, 0, len(rows))
		for _, r := range rows {
			list = append(list, Merge{r.ID, r.FromID, r.IntoID, r.At, r.UndoneAt})
		}
		return err
	})
	return list, err
}

// follow lets what was said at a visit go where the visit has gone: what hangs on a visit
// is about the visit's client. Links that were sent for it to somebody else are gone.
func (c *change) follow(visit knead.VisitID, client knead.ClientID) error {
	p := c.by.Practice
	for _, follow := range []func() (int64, error){
		func() (int64, error) { return c.q.ConsentsFollowVisit(c.ctx, p, &visit, client) },
		func() (int64, error) { return c.q.MeasuresFollowVisit(c.ctx, p, &visit, client) },
		func() (int64, error) { return c.q.IncidentsFollowVisit(c.ctx, p, &visit, client) },
		func() (int64, error) { return c.q.AlertsFollowVisit(c.ctx, p, &visit, &client) },
		func() (int64, error) { return c.q.RemoveStrayLinks(c.ctx, p, &visit, &client) },
	} {
		if _, err := follow(); err != nil {
			return err
		}
	}
	return nil
}

// MoveVisit puts a visit, with its note and what was said at it, to the client it belongs
// to: somebody opened it under the wrong name. A signed note stays as it was signed; an addendum says what
// happened, and the chain keeps both names' ids.
func (h *House) MoveVisit(ctx context.Context, by Actor, id knead.VisitID, to knead.ClientID, reason string) error {
	if err := knead.CheckText("reason", reason, 400); err != nil {
		return err
	}
	if reason == "" {
		return &knead.Error{Kind: knead.Invalid, Field: "reason", Say: "Say in a few words why this visit moves. It stays in the record."}
	}
	addendum := newID()
	return h.do(ctx, by, MergeAct, func(c *change) error {
		v, err := c.visit(id)
		if err != nil {
			return err
		}
		if _, err := c.client(to); err != nil {
			return err
		}
		if v.Client == to {
			c.unchanged()
			return nil
		}
		if err := one(c.q.MoveVisit(ctx, db.MoveVisitParams{PracticeID: by.Practice, ID: id, ClientID: to, UpdatedAt: c.now, Version: v.Version})); err != nil {
			return err
		}
		if err := c.follow(id, to); err != nil {
			return err
		}
		if err := c.explainMove(id, addendum, reason); err != nil {
			return err
		}
		c.about("visit", string(id), to, map[string]string{"from": string(v.Client), "to": string(to), "reason": reason})
		return nil
	})
}

// explainMove adds to a signed note why its visit has moved.
func (c *change) explainMove(id knead.VisitID, addendum, reason string) error {
	note, err := c.q.NoteOfVisit(c.ctx, c.by.Practice, id)
	if err = missing(err, "note"); knead.KindOf(err) == knead.NotFound {
		return nil
	}
	if err != nil || note.SignedAt == 0 {
		return err
	}
	return c.q.AddAddendum(c.ctx, db.AddAddendumParams{
		PracticeID: c.by.Practice, ID: addendum, NoteID: note.ID, AuthorID: c.by.Member, Reason: "moved to the right client", Words: reason, At: c.now,
	})
}
