package practice

import (
	"context"
	"net/netip"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/store/db"
)

// Purpose is what a link is for. A link opens that, for one person, until it expires.
type Purpose string

// The purposes.
const (
	ForIntake  Purpose = "intake"  // paint, answer, consent, before a visit
	ForCheckin Purpose = "checkin" // how the client is, a day and three days after
	ForJoin    Purpose = "join"    // a member sets up how they sign in
	ForReset   Purpose = "reset"   // a member sets it up again
)

// lifetimes are how long links live. Chosen: an intake is sent some days ahead; the
// others are answered the same day or not at all.
var lifetimes = map[Purpose]time.Duration{
	ForIntake:  14 * 24 * time.Hour,
	ForCheckin: 7 * 24 * time.Hour,
	ForJoin:    7 * 24 * time.Hour,
	ForReset:   time.Hour,
}

// Link is a signed way in, as the practice sees it: never its secret.
type Link struct {
	ID      knead.LinkID
	Purpose Purpose
	Client  knead.ClientID
	Visit   knead.VisitID
	Member  knead.MemberID
	Created knead.Instant
	Expires knead.Instant
	Opened  knead.Instant
	Done    knead.Instant
	Revoked knead.Instant
}

// Open tells that the link still opens something.
func (l Link) Open(now knead.Instant) bool { return l.Revoked == 0 && now < l.Expires }

func linkOf(r db.Link) Link {
	l := Link{
		ID: r.ID, Purpose: Purpose(r.Purpose), Created: r.CreatedAt, Expires: r.ExpiresAt, Opened: r.OpenedAt, Done: r.DoneAt, Revoked: r.RevokedAt,
	}
	if r.ClientID != nil {
		l.Client = *r.ClientID
	}
	if r.VisitID != nil {
		l.Visit = *r.VisitID
	}
	if r.MemberID != nil {
		l.Member = *r.MemberID
	}
	return l
}

// SendLink makes a link to a visit's client and gives the part of the address that opens
// it. It is shown once: only its digest is stored.
func (h *House) SendLink(ctx context.Context, by Actor, visit knead.VisitID, purpose Purpose) (bearer string, l Link, err error) {
	if purpose != ForIntake && purpose != ForCheckin {
		return "", l, &knead.Error{Kind: knead.Invalid, Say: "Such a link is not sent to clients."}
	}
	token, err := auth.NewToken(nil)
	if err != nil {
		return "", l, err
	}
	id := knead.LinkID(newID())
	err = h.do(ctx, by, SendLink, func(c *change) error {
		l, err = c.addLink(id, visit, purpose, token)
		return err
	})
	return auth.JoinBearer(string(by.Practice), token), l, err
}

// addLink stores a link to a visit's client.
func (c *change) addLink(id knead.LinkID, visit knead.VisitID, purpose Purpose, token auth.Token) (Link, error) {
	v, err := c.visit(visit)
	if err != nil {
		return Link{}, err
	}
	l := Link{ID: id, Purpose: purpose, Client: v.Client, Visit: visit, Created: c.now, Expires: c.now.Add(lifetimes[purpose])}
	c.about("link", string(id), v.Client, map[string]string{"purpose": string(purpose), "visit": string(visit)})
	return l, c.q.AddLink(c.ctx, db.AddLinkParams{
		PracticeID: c.by.Practice, ID: id, Purpose: string(purpose), Secret: token.Hash().String(), ClientID: &v.Client, VisitID: &visit,
		CreatedBy: c.by.Text(), CreatedAt: c.now, ExpiresAt: l.Expires,
	})
}

// RevokeLink makes a link useless at once.
func (h *House) RevokeLink(ctx context.Context, by Actor, client knead.ClientID, id knead.LinkID) error {
	return h.do(ctx, by, SendLink, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		rows, err := c.q.LinksOfClient(ctx, by.Practice, &client, 1000)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.ID == id {
				c.about("link", string(id), client, map[string]string{"revoked": "yes"})
				_, err := c.q.RevokeLink(ctx, by.Practice, id, c.now)
				return err
			}
		}
		return errNotYours("link")
	})
}

// Links lists a client's links, newest first.
func (h *House) Links(ctx context.Context, by Actor, client knead.ClientID) (links []Link, err error) {
	err = h.see(ctx, by, SendLink, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		rows, err := c.q.LinksOfClient(ctx, by.Practice, &client, 50)
		links = make([]Link, 0, len(rows))
		for _, r := range rows {
			links = append(links, linkOf(r))
		}
		return err
	})
	return links, err
}

// Follow finds out who comes by a link, and opens it. Links that never were, that are
// used up and that are somebody else's get the same answer.
func (h *House) Follow(ctx context.Context, bearer string, purpose Purpose, from netip.Addr) (by Actor, l Link, err error) {
	if wait := h.gate.links.Allow(auth.Network(from).String(), h.now()); wait > 0 {
		return by, l, errSlower(wait)
	}
	p, token, err := auth.SplitBearer(bearer)
	if err != nil {
		return by, l, errNoLink()
	}
	err = h.store.Read(ctx, func(q *db.Queries) error {
		row, err := q.LinkBySecret(ctx, knead.PracticeID(p), token.Hash().String())
		if err != nil {
			return missing(err, "link")
		}
		l = linkOf(row)
		return nil
	})
	switch {
	case knead.KindOf(err) == knead.NotFound:
		return by, Link{}, errNoLink()
	case err != nil:
		return by, Link{}, err
	case !l.Open(h.Now()) || l.Purpose != purpose:
		return by, Link{}, errNoLink()
	}
	by = Actor{Practice: knead.PracticeID(p), Role: byLink, Link: l.ID, Purpose: l.Purpose, Client: l.Client, Visit: l.Visit, Member: l.Member}
	if l.Opened == 0 {
		err = readOn(h.store.Write(ctx, func(q *db.Queries) error {
			_, err := q.OpenLink(ctx, by.Practice, l.ID, h.Now())
			return err
		}))
	}
	return by, l, err
}

func errNoLink() error {
	return &knead.Error{Kind: knead.NotFound, Say: "This link does not open anything any more. Ask the practice for a new one."}
}

// Finish notes that the client has done what the link was for. The link stays open until
// it expires, so that an answer can be put right.
func (h *House) Finish(ctx context.Context, by Actor) error {
	err := h.do(ctx, by, EditChart, func(c *change) error {
		if !by.ByLink() {
			return errNotAllowed(EditChart)
		}
		c.about("link", string(by.Link), by.Client, map[string]string{"done": "yes"})
		n, err := c.q.FinishLink(ctx, by.Practice, by.Link, c.now)
		if n == 0 {
			c.unchanged()
		}
		return err
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "intake", Visit: by.Visit, Client: by.Client})
	}
	return err
}
