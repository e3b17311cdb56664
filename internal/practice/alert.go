package practice

import (
	"context"

	"knead"
	"knead/internal/store/db"
)

// Alert waits in the inbox until somebody has dealt with it.
type Alert struct {
	ID     string
	Kind   string // message, sore, pain, worse, danger, stopped; send-checkin, send-intake: Words is why no mail goes
	Client knead.ClientID
	Visit  knead.VisitID
	Words  string
	At     knead.Instant
	Done   knead.Instant
}

// addAlert puts something into the inbox, in the transaction that causes it.
func (c *change) addAlert(id, kind string, client knead.ClientID, visit knead.VisitID, words string) error {
	row := db.AddAlertParams{PracticeID: c.by.Practice, ID: id, Kind: kind, Words: words, At: c.now}
	if client != "" {
		row.ClientID = &client
	}
	if visit != "" {
		row.VisitID = &visit
	}
	return c.q.AddAlert(c.ctx, row)
}

// Inbox lists what waits, newest first.
func (h *House) Inbox(ctx context.Context, by Actor) (list []Alert, err error) {
	err = h.see(ctx, by, SeeInbox, func(c *change) error {
		rows, err := c.q.OpenAlerts(ctx, by.Practice, 200)
		if err != nil {
			return err
		}
		list = make([]Alert, 0, len(rows))
		for _, r := range rows {
			a := alertOf(r)
			if a.Client != "" && c.mayClient(a.Client) != nil {
				continue
			}
			list = append(list, a)
		}
		return nil
	})
	return list, err
}

// Waiting counts what waits in the inbox.
func (h *House) Waiting(ctx context.Context, by Actor) (n int, err error) {
	err = h.see(ctx, by, SeeInbox, func(c *change) error {
		count := func() (int64, error) { return c.q.CountOpenAlerts(ctx, by.Practice) }
		if by.Role == knead.Substitute {
			count = func() (int64, error) { return c.q.CountGrantedAlerts(ctx, by.Practice, by.Member, c.now) }
		}
		all, err := count()
		n = int(all)
		return err
	})
	return n, err
}

// Alert reads one thing that waits or waited.
func (h *House) Alert(ctx context.Context, by Actor, id string) (a Alert, err error) {
	err = h.see(ctx, by, SeeInbox, func(c *change) error {
		row, err := c.q.Alert(ctx, by.Practice, id)
		if err != nil {
			return missing(err, "message")
		}
		a = alertOf(row)
		if a.Client != "" && c.mayClient(a.Client) != nil {
			return errNotYours("message")
		}
		return nil
	})
	return a, err
}

func alertOf(r db.Alert) Alert {
	a := Alert{ID: r.ID, Kind: r.Kind, Words: r.Words, At: r.At, Done: r.DoneAt}
	if r.ClientID != nil {
		a.Client = *r.ClientID
	}
	if r.VisitID != nil {
		a.Visit = *r.VisitID
	}
	return a
}

// SetAlert notes that an alert was dealt with, or takes that back.
func (h *House) SetAlert(ctx context.Context, by Actor, id string, done bool) error {
	return h.do(ctx, by, SeeInbox, func(c *change) error {
		row, err := c.q.Alert(ctx, by.Practice, id)
		if err != nil {
			return missing(err, "message")
		}
		a := alertOf(row)
		if a.Client != "" {
			if err := c.mayClient(a.Client); err != nil {
				return errNotYours("message")
			}
		}
		at, who := c.now, by.Text()
		if !done {
			at, who = 0, ""
		}
		c.about("alert", id, a.Client, nil)
		return one(c.q.SetAlertDone(ctx, by.Practice, id, at, who))
	})
}
