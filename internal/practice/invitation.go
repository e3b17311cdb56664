package practice

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/store"
	"knead/internal/store/db"
)

// The acts of those who come by an invitation. They stand in the chain under the link.
const (
	Joined     Act = "join"
	ResetProof Act = "reset"
)

// Invitation is who is asked to work here, as what, and until when.
type Invitation struct {
	Name    string
	Email   string
	Role    knead.Role
	Until   knead.Instant    // a substitute's last moment
	Clients []knead.ClientID // whom a substitute may see
}

// Invite adds a member who cannot sign in yet, and gives the part of the address by which
// they set up how they do. It is shown once: only its digest is stored.
func (h *House) Invite(ctx context.Context, by Actor, in Invitation) (bearer string, l Link, err error) {
	m := knead.Member{ID: knead.MemberID(newID()), Name: strings.TrimSpace(in.Name), Email: address(in.Email), Role: in.Role, Until: in.Until}
	if m.Name == "" {
		m.Name, _, _ = strings.Cut(m.Email, "@") // until they give their own
	}
	if err := checkMember(m); err != nil {
		return "", l, err
	}
	if err := checkRole(m, h.Now()); err != nil {
		return "", l, err
	}
	token, err := auth.NewToken(nil)
	if err != nil {
		return "", l, err
	}
	id := knead.LinkID(newID())
	grants := newIDs(len(in.Clients))
	err = h.do(ctx, by, ChangeMembers, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		c.about("member", string(m.ID), "", map[string]string{"invited as": string(m.Role)})
		if err := c.addMember(m); err != nil {
			if store.KindOf(err) == knead.Conflict {
				return &knead.Error{Kind: knead.Invalid, Field: "email", Say: "Somebody here has this mail address already.", Err: err}
			}
			return err
		}
		if err := c.grant(m, in.Clients, grants); err != nil {
			return err
		}
		l, err = c.memberLink(id, token, m.ID, ForJoin)
		return err
	})
	return auth.JoinBearer(string(by.Practice), token), l, err
}

// memberLink stores a link by which a member sets up how they sign in. Those sent before
// open nothing any more.
func (c *change) memberLink(id knead.LinkID, token auth.Token, m knead.MemberID, purpose Purpose) (Link, error) {
	if err := c.revokeLinksOf(m); err != nil {
		return Link{}, err
	}
	l := Link{ID: id, Purpose: purpose, Member: m, Created: c.now, Expires: c.now.Add(lifetimes[purpose])}
	return l, c.q.AddLink(c.ctx, db.AddLinkParams{
		PracticeID: c.by.Practice, ID: id, Purpose: string(purpose), Secret: token.Hash().String(), MemberID: &m,
		CreatedBy: c.by.Text(), CreatedAt: c.now, ExpiresAt: l.Expires,
	})
}

func (c *change) revokeLinksOf(m knead.MemberID) error {
	rows, err := c.q.LinksOfMember(c.ctx, c.by.Practice, &m)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !linkOf(r).Open(c.now) || r.ID == c.by.Link {
			continue
		}
		if _, err := c.q.RevokeLink(c.ctx, c.by.Practice, r.ID, c.now); err != nil {
			return err
		}
	}
	return nil
}

// ResetLink gives a link by which a member sets up anew how they sign in: those who lost
// everything, and those whose invitation expired. Nothing changes until it is used.
func (h *House) ResetLink(ctx context.Context, by Actor, id knead.MemberID) (bearer string, l Link, err error) {
	token, err := auth.NewToken(nil)
	if err != nil {
		return "", l, err
	}
	link := knead.LinkID(newID())
	err = h.do(ctx, by, ChangeMembers, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		row, err := c.q.Member(ctx, by.Practice, id)
		if err != nil {
			return missing(err, "member")
		}
		m, err := memberOf(row)
		if err != nil {
			return err
		}
		if !m.Active(c.now) {
			return &knead.Error{Kind: knead.Invalid, Say: "This member cannot sign in now. Let them in again first."}
		}
		credentials, err := c.q.Credentials(ctx, by.Practice, id)
		if err != nil {
			return err
		}
		purpose := ForReset
		if len(credentials) == 0 {
			purpose = ForJoin
		}
		c.about("member", string(id), "", map[string]string{"link": string(purpose)})
		l, err = c.memberLink(link, token, id, purpose)
		return err
	})
	return auth.JoinBearer(string(by.Practice), token), l, err
}

// Invited finds out who comes by an invitation or a reset. Links that never were, that
// were used and that are somebody else's get the same answer.
func (h *House) Invited(ctx context.Context, bearer string, purpose Purpose, from netip.Addr) (by Actor, m knead.Member, err error) {
	by, l, err := h.Follow(ctx, bearer, purpose, from)
	if err != nil {
		return Actor{}, m, err
	}
	if l.Done != 0 || l.Member == "" {
		return Actor{}, m, errNoLink()
	}
	m, _, _, err = h.self(ctx, by)
	if err == nil && !m.Active(h.Now()) {
		err = errNoLink()
	}
	return by, m, err
}

// Way is how somebody who was invited will sign in: by a password, or by a passkey that
// [House.BeginPasskey] began.
type Way struct {
	Name     string // what the member wants to be called
	Password string
	Keys     *auth.Passkeys
	Begun    string
	Body     []byte
	Agent    string
}

// Join ends an invitation or a reset: the member can sign in, and is signed in. After a
// reset nothing that opened before opens any more.
func (h *House) Join(ctx context.Context, link Actor, w Way) (bearer string, by Actor, err error) {
	m, _, p, err := h.self(ctx, link)
	if err != nil {
		return "", by, err
	}
	if name := strings.TrimSpace(w.Name); name != "" {
		m.Name = name
	}
	if err := checkMember(m); err != nil {
		return "", by, err
	}
	made, hash := auth.Credential{}, ""
	if w.Begun != "" {
		if made, err = h.finishPasskey(ctx, link, w.Keys, w.Begun, w.Body); err != nil {
			return "", by, err
		}
	} else if hash, err = hashNew(w.Password, p.Name, m.Name, m.Email); err != nil {
		return "", by, err
	}
	if hash == "" && made.ID == nil {
		return "", by, &knead.Error{Kind: knead.Invalid, Field: "password", Say: "Choose a password, or use a passkey."}
	}
	credential := newID()
	act := Joined
	if link.Purpose == ForReset {
		act = ResetProof
	}
	err = h.doAny(ctx, link, act, func(c *change) error {
		n, err := c.q.FinishLink(ctx, link.Practice, link.Link, c.now)
		if err != nil {
			return err
		}
		row, err := c.q.Member(ctx, link.Practice, link.Member)
		if err != nil {
			return missing(err, "member")
		}
		now, err := memberOf(row)
		if err != nil {
			return err
		}
		if n == 0 || !now.Active(c.now) {
			return errNoLink()
		}
		c.about("member", string(m.ID), "", nil)
		if err := c.forget(m.ID); err != nil {
			return err
		}
		if err := c.revokeLinksOf(m.ID); err != nil {
			return err
		}
		if now.Name != m.Name {
			now.Name = m.Name
			if err := c.putMember(now); err != nil {
				return err
			}
		}
		if hash == "" {
			return c.addPasskey(made, "Passkey")
		}
		return c.addCredential(credential, m.ID, "password", "Password", hash, 0)
	})
	if err != nil {
		return "", by, err
	}
	by = Actor{Practice: link.Practice, Member: m.ID, Name: m.Name, Role: m.Role}
	bearer, err = h.enter(ctx, &by, w.Agent, string(act))
	return bearer, by, err
}

// forget removes all by which a member could sign in, and ends it where they are.
func (c *change) forget(m knead.MemberID) error {
	for _, kind := range []string{"password", "totp", "recovery", "passkey", "oidc"} {
		if _, err := c.q.RemoveCredentialsOfKind(c.ctx, c.by.Practice, m, kind); err != nil {
			return err
		}
	}
	_, err := c.q.RemoveSigninsOf(c.ctx, c.by.Practice, m)
	return err
}

// grant lets a substitute see these clients and no others.
func (c *change) grant(m knead.Member, clients []knead.ClientID, ids []string) error {
	rows, err := c.q.Grants(c.ctx, c.by.Practice, m.ID)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !slices.Contains(clients, r.ClientID) {
			if _, err := c.q.RemoveGrant(c.ctx, c.by.Practice, r.ID); err != nil {
				return err
			}
		}
	}
	for i, client := range clients {
		if _, err := c.client(client); err != nil {
			return err
		}
		err := c.q.AddGrant(c.ctx, db.AddGrantParams{
			PracticeID: c.by.Practice, ID: ids[i], MemberID: m.ID, ClientID: client, UntilAt: m.Until, CreatedAt: c.now, CreatedBy: c.by.Text(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Grants lists whom a substitute may see.
func (h *House) Grants(ctx context.Context, by Actor, m knead.MemberID) (clients []knead.ClientID, err error) {
	err = h.see(ctx, by, ChangeMembers, func(c *change) error {
		rows, err := c.q.Grants(ctx, by.Practice, m)
		clients = make([]knead.ClientID, 0, len(rows))
		for _, r := range rows {
			clients = append(clients, r.ClientID)
		}
		return err
	})
	return clients, err
}

// SetGrants lets a substitute see these clients and no others, from now on.
func (h *House) SetGrants(ctx context.Context, by Actor, id knead.MemberID, clients []knead.ClientID) error {
	slices.Sort(clients)
	clients = slices.Compact(clients)
	ids := newIDs(len(clients))
	return h.do(ctx, by, ChangeMembers, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		row, err := c.q.Member(ctx, by.Practice, id)
		if err != nil {
			return missing(err, "member")
		}
		m, err := memberOf(row)
		if err != nil {
			return err
		}
		if m.Role != knead.Substitute {
			return &knead.Error{Kind: knead.Invalid, Say: "Only a substitute is given clients by name. The other roles see all of them, or none."}
		}
		c.about("member", string(id), "", map[string][]knead.ClientID{"clients": clients})
		return c.grant(m, clients, ids)
	})
}

// ChangeMember changes a member's name, address, role, end, or whether they may sign in.
// Who may not any more is out at once on all devices. The last owner stays.
func (h *House) ChangeMember(ctx context.Context, by Actor, id knead.MemberID, version int64, f func(*knead.Member) error) error {
	return h.do(ctx, by, ChangeMembers, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		if _, err := c.q.HoldOwners(ctx, by.Practice); err != nil {
			return err
		}
		rows, err := c.q.Members(ctx, by.Practice)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(rows, func(r db.Member) bool { return r.ID == id })
		if at < 0 {
			return errNotYours("member")
		}
		before, err := memberOf(rows[at])
		if err != nil {
			return err
		}
		m := before
		if version != 0 && version != m.Version {
			return one(0, nil)
		}
		if err := f(&m); err != nil {
			return err
		}
		m.ID, m.Name, m.Email = id, strings.TrimSpace(m.Name), address(m.Email)
		if err := checkMember(m); err != nil {
			return err
		}
		if m.Disabled == 0 { // an end in the past stays as it is for who is out already
			if err := checkRole(m, c.now); err != nil && (m.Role != before.Role || m.Until != before.Until) {
				return err
			}
		}
		if before.Role == knead.Owner && (m.Role != knead.Owner || !m.Active(c.now)) && !otherOwner(rows, id, c.now) {
			return &knead.Error{Kind: knead.Invalid, Field: "role", Say: "This is the only owner. Make somebody else an owner first."}
		}
		c.about("member", string(id), "", changedOf(before, m))
		if err := c.putMember(m); err != nil {
			if store.KindOf(err) == knead.Conflict && m.Email != before.Email {
				return &knead.Error{Kind: knead.Invalid, Field: "email", Say: "Somebody here has this mail address already.", Err: err}
			}
			return err
		}
		if err := c.keepGrants(before, m); err != nil {
			return err
		}
		if m.Active(c.now) {
			return nil
		}
		if err := c.revokeLinksOf(id); err != nil {
			return err
		}
		_, err = c.q.RemoveSigninsOf(ctx, by.Practice, id)
		return err
	})
}

// keepGrants moves the end of what a substitute was given, and ends it with the role.
func (c *change) keepGrants(before, m knead.Member) error {
	if before.Role != knead.Substitute || before.Role == m.Role && before.Until == m.Until {
		return nil
	}
	var clients []knead.ClientID
	var ids []string
	if m.Role == knead.Substitute {
		rows, err := c.q.Grants(c.ctx, c.by.Practice, m.ID)
		if err != nil {
			return err
		}
		for _, r := range rows {
			clients, ids = append(clients, r.ClientID), append(ids, r.ID)
		}
	}
	return c.grant(m, clients, ids)
}

// changedOf says for the chain what was changed of a member: never a name or an address.
func changedOf(before, m knead.Member) map[string]string {
	said := map[string]string{}
	if before.Role != m.Role {
		said["role"] = string(m.Role)
	}
	if before.Until != m.Until && m.Until != 0 {
		said["until"] = m.Until.Time().UTC().Format(time.RFC3339)
	}
	switch {
	case before.Disabled == 0 && m.Disabled != 0:
		said["sign-in"] = "stopped"
	case before.Disabled != 0 && m.Disabled == 0:
		said["sign-in"] = "allowed again"
	}
	return said
}

func otherOwner(rows []db.Member, but knead.MemberID, now knead.Instant) bool {
	return slices.ContainsFunc(rows, func(r db.Member) bool {
		return r.ID != but && knead.Role(r.Role) == knead.Owner && r.DisabledAt == 0 && (r.UntilAt == 0 || now < r.UntilAt)
	})
}

// checkRole holds that there is such a role, and that a substitute's time ends.
func checkRole(m knead.Member, now knead.Instant) error {
	switch {
	case !slices.Contains(knead.Roles(), m.Role):
		return &knead.Error{Kind: knead.Invalid, Field: "role", Say: "Choose a role."}
	case m.Role == knead.Substitute && m.Until <= now:
		return &knead.Error{Kind: knead.Invalid, Field: "until", Say: "A substitute has a last day, today or later. It ends by itself."}
	case m.Role == knead.Owner && m.Until != 0:
		return &knead.Error{Kind: knead.Invalid, Field: "until", Say: "An owner has no last day."}
	}
	return nil
}

// putMember stores a changed member.
func (c *change) putMember(m knead.Member) error {
	profile, err := encode(m.Profile)
	if err != nil {
		return err
	}
	return one(c.q.ChangeMember(c.ctx, db.ChangeMemberParams{
		PracticeID: c.by.Practice, ID: m.ID, Name: m.Name, Email: m.Email, Role: string(m.Role), Profile: profile,
		UntilAt: m.Until, DisabledAt: m.Disabled, Version: m.Version,
	}))
}
