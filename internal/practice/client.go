package practice

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"knead"
	"knead/internal/store"
	"knead/internal/store/db"
)

// client reads a client whom the actor may see. Whoever may not, gets the same answer as
// for a client who does not exist.
func (c *change) client(id knead.ClientID) (knead.Client, error) {
	row, err := c.q.Client(c.ctx, c.by.Practice, id)
	if err != nil {
		return knead.Client{}, missing(err, "client")
	}
	if err := c.mayClient(id); err != nil {
		return knead.Client{}, err
	}
	return clientOf(row)
}

// mayClient narrows substitutes and links to the clients that they were given.
func (c *change) mayClient(id knead.ClientID) error {
	switch c.by.Role {
	case knead.Substitute:
		n, err := c.q.Granted(c.ctx, c.by.Practice, c.by.Member, id, c.now)
		if err != nil {
			return err
		}
		if n == 0 {
			return errNotYours("client")
		}
	case byLink:
		if c.by.Client != id {
			return errNotYours("client")
		}
	}
	return nil
}

// missing turns 'no such row' into the words for it.
func missing(err error, what string) error {
	if store.KindOf(err) == knead.NotFound {
		return errNotYours(what)
	}
	return err
}

func clientOf(r db.Client) (knead.Client, error) {
	profile, err := decode[knead.ClientProfile](r.Profile)
	if err != nil {
		return knead.Client{}, err
	}
	c := knead.Client{
		ID: r.ID, Name: r.Name, Called: r.Called, Born: r.Born, Email: r.Email, Phone: r.Phone, Profile: profile, Hold: r.Hold,
		Created: r.CreatedAt, Updated: r.UpdatedAt, Archived: r.ArchivedAt, Erased: r.ErasedAt, Version: r.Version,
	}
	if r.MergedInto != nil {
		c.Merged = *r.MergedInto
	}
	return c, nil
}

// Client reads one client's names and contact; with SeeChart also what is known of them.
func (h *House) Client(ctx context.Context, by Actor, id knead.ClientID) (client knead.Client, err error) {
	act := SeeNames
	if by.ByLink() {
		act = SeeChart
	}
	err = h.see(ctx, by, act, func(c *change) error {
		client, err = c.client(id)
		if err == nil && !by.May(SeeChart) {
			client.Profile = deskProfile(client.Profile)
		}
		return err
	})
	return client, err
}

// deskProfile is what the front desk needs of a profile: how to speak to a person and
// where to seat them, nothing of their health.
func deskProfile(p knead.ClientProfile) knead.ClientProfile {
	return knead.ClientProfile{Pronouns: p.Pronouns, Language: p.Language, Guardian: p.Guardian, Emergency: p.Emergency, Room: p.Room}
}

// Clients finds clients by what is typed: any part of a name, a number or an address,
// with or without accents. An empty text lists all. more tells that the list was cut.
func (h *House) Clients(ctx context.Context, by Actor, text string, most int) (clients []knead.Client, more bool, err error) {
	err = h.see(ctx, by, SeeNames, func(c *change) error {
		limit := most + 1
		if by.Role == knead.Substitute || !by.May(SeeChart) { // not all that are found are theirs; they are picked below
			limit = 10_000
		}
		rows, err := c.q.FindClients(ctx, by.Practice, pattern(text), int32(limit))
		if err != nil {
			return err
		}
		clients, more = make([]knead.Client, 0, len(rows)), false
		for _, r := range rows {
			if by.Role == knead.Substitute && c.mayClient(r.ID) != nil {
				continue
			}
			client, err := clientOf(r)
			if err != nil {
				return err
			}
			if !by.May(SeeChart) && !foundByName(client, text) {
				continue
			}
			if len(clients) == most {
				more = true
				break
			}
			if !by.May(SeeChart) {
				client.Profile = deskProfile(client.Profile)
			}
			clients = append(clients, client)
		}
		return nil
	})
	return clients, more, err
}

// AddClient adds a client and gives their id.
func (h *House) AddClient(ctx context.Context, by Actor, client knead.Client) (knead.ClientID, error) {
	if err := client.Check(); err != nil {
		return "", err
	}
	client.ID = knead.ClientID(newID())
	profile, err := encode(client.Profile)
	if err != nil {
		return "", err
	}
	err = h.do(ctx, by, EditNames, func(c *change) error {
		c.about("client", string(client.ID), client.ID, nil)
		return c.q.AddClient(ctx, db.AddClientParams{
			PracticeID: by.Practice, ID: client.ID, Name: client.Name, Called: client.Called, Born: client.Born,
			Email: client.Email, Phone: client.Phone, Search: searchText(client), Profile: profile, CreatedAt: c.now,
		})
	})
	return client.ID, err
}

// ChangeClient changes a client: f gets the client as they are now and changes the value.
// A version other than 0 must be the one that the person saw.
func (h *House) ChangeClient(ctx context.Context, by Actor, id knead.ClientID, version int64, f func(*knead.Client) error) error {
	act := EditNames
	if !by.May(EditNames) {
		act = EditChart
	}
	return h.do(ctx, by, act, func(c *change) error {
		client, err := c.client(id)
		if err != nil {
			return err
		}
		if version != 0 && version != client.Version {
			return one(0, nil)
		}
		before := client.Profile
		before.Medicines = slices.Clone(before.Medicines)
		if err := f(&client); err != nil {
			return err
		}
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
		medicines := !slices.Equal(before.Medicines, client.Profile.Medicines)
		return c.visitsToCome(id, func(v *knead.VisitRecord) {
			v.Input.Rewish(knead.Bounds(before, scope), knead.Bounds(client.Profile, scope))
			if medicines {
				v.Input.Client.Medicines = client.Profile.Medicines // the screening reads them
				judge(v, c.now)
			}
		})
	})
}

// putClient stores a changed client and names the change in the chain.
func (c *change) putClient(client knead.Client) error {
	profile, err := encode(client.Profile)
	if err != nil {
		return err
	}
	c.about("client", string(client.ID), client.ID, nil)
	row := db.ChangeClientParams{
		PracticeID: c.by.Practice, ID: client.ID, Name: client.Name, Called: client.Called, Born: client.Born, Email: client.Email, Phone: client.Phone,
		Search: searchText(client), Profile: profile, Hold: client.Hold, UpdatedAt: c.now, ArchivedAt: client.Archived, ErasedAt: client.Erased, Version: client.Version,
	}
	if client.Merged != "" {
		row.MergedInto = &client.Merged
	}
	return one(c.q.ChangeClient(c.ctx, row))
}

// searchText is what a client is found by.
func searchText(c knead.Client) string {
	text := Fold(strings.Join([]string{c.Name, c.Called, c.Email, c.Phone, strings.Join(c.Profile.Tags, " ")}, " "))
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, c.Phone)
	return text + " " + digits
}

// foundByName tells that a client is found without their tags, which may speak of their
// health: who may not read the tags must not find out by searching.
func foundByName(c knead.Client, text string) bool {
	c.Profile.Tags = nil
	in := searchText(c)
	for word := range strings.SplitSeq(Fold(text), " ") {
		_, rest, ok := strings.Cut(in, word)
		if !ok {
			return false
		}
		in = rest
	}
	return true
}

// Fold writes a text as it is searched: lower case, without accents, apostrophes or
// hyphens, with single spaces. Marks of Thai and other scripts are letters and stay.
func Fold(text string) string {
	var b strings.Builder
	space := true
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		switch {
		case r >= 0x300 && r <= 0x36f, r == '\'', r == '’', r == '-', r == '‐', unicode.Is(unicode.Cf, r):
			continue
		case unicode.IsSpace(r):
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		if r == 'ß' {
			b.WriteByte('s')
			r = 's'
		}
		b.WriteRune(r)
		space = false
	}
	return strings.TrimSpace(norm.NFC.String(b.String()))
}

// mostSearched is how many letters of what is typed are looked for (chosen: longer than
// any name; databases refuse patterns of some ten thousand).
const mostSearched = 400

// pattern makes a LIKE pattern of what was typed; ! escapes, as in the query.
func pattern(text string) string {
	if letters := []rune(text); len(letters) > mostSearched {
		text = string(letters[:mostSearched])
	}
	escaped := strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(Fold(text))
	return "%" + strings.ReplaceAll(escaped, " ", "%") + "%"
}
