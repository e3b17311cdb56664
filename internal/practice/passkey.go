package practice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"strings"

	"github.com/google/uuid"

	"knead"
	"knead/internal/auth"
	"knead/internal/store"
	"knead/internal/store/db"
)

// passkeyCloned stands in the chain when a passkey's counter went backwards: a copy may exist.
const passkeyCloned Act = "passkey-copied"

// handle says to an authenticator whose passkey it is, without saying it to others: the
// ids of practice and member, sixteen bytes each.
func handle(p knead.PracticeID, m knead.MemberID) ([]byte, error) {
	practiceID, err := uuid.Parse(string(p))
	if err != nil {
		return nil, err
	}
	memberID, err := uuid.Parse(string(m))
	if err != nil {
		return nil, err
	}
	return append(practiceID[:], memberID[:]...), nil
}

func whose(handle []byte) (knead.PracticeID, knead.MemberID, error) {
	if len(handle) != 2*len(uuid.UUID{}) {
		return "", "", auth.ErrUnknown
	}
	return knead.PracticeID(uuid.UUID(handle[:16]).String()), knead.MemberID(uuid.UUID(handle[16:]).String()), nil
}

// passkeyID is under which a passkey is stored: the digest of its id, which may be long.
func passkeyID(id []byte) string {
	sum := sha256.Sum256(id)
	return hex.EncodeToString(sum[:])
}

// passkeys picks the passkeys out of what a member can prove.
func passkeys(credentials []db.Credential) ([]auth.Credential, error) {
	var list []auth.Credential
	for _, k := range credentials {
		if k.Kind != "passkey" {
			continue
		}
		c, err := auth.ReadCredential([]byte(k.Secret))
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// BeginPasskey starts to make a passkey for a member: one who is signed in and has just
// shown who they are, or one who came by an invitation. options go to the page, ceremony
// stays in the browser's cookie.
func (h *House) BeginPasskey(ctx context.Context, by Actor, keys *auth.Passkeys) (options []byte, begun string, err error) {
	var m knead.Member
	var known []auth.Credential
	err = h.store.Read(ctx, func(q *db.Queries) error {
		c := &change{ctx: ctx, q: q, by: by, now: h.Now()}
		if err := c.proved(); err != nil {
			return err
		}
		row, err := q.Member(ctx, by.Practice, by.Member)
		if err != nil {
			return missing(err, "member")
		}
		if m, err = memberOf(row); err != nil {
			return err
		}
		credentials, err := q.Credentials(ctx, by.Practice, by.Member)
		if err != nil {
			return err
		}
		if by.Purpose != ForReset { // a device that is set up again may hold the old one
			known, err = passkeys(credentials)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	id, err := handle(by.Practice, m.ID)
	if err != nil {
		return nil, "", err
	}
	options, session, err := keys.BeginRegistration(auth.Member{Handle: id, Account: m.Email, Name: m.Name}, known, h.now())
	if err != nil {
		return nil, "", err
	}
	begun, err = h.keep(ctx, by.Practice, ceremony{Kind: newPasskey, Member: by.Member, Session: session})
	return options, begun, err
}

// finishPasskey checks what the browser made of a ceremony.
func (h *House) finishPasskey(ctx context.Context, by Actor, keys *auth.Passkeys, begun string, body []byte) (auth.Credential, error) {
	p, cer, err := h.take(ctx, begun, newPasskey)
	if err != nil {
		return auth.Credential{}, err
	}
	if p != by.Practice || cer.Member != by.Member {
		return auth.Credential{}, errAgain()
	}
	id, err := handle(by.Practice, by.Member)
	if err != nil {
		return auth.Credential{}, err
	}
	made, err := keys.FinishRegistration(id, cer.Session, body, h.now())
	return made, passkeyError(err)
}

// passkeyError gives what package auth says its kind and its words.
func passkeyError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, auth.ErrExpired):
		return errAgain()
	case errors.Is(err, auth.ErrRefused), errors.Is(err, auth.ErrUnknown), errors.Is(err, auth.ErrCloned):
		return &knead.Error{Kind: knead.NotAllowed, Say: "This passkey does not open anything here. Use another way to sign in.", Err: err}
	}
	return err
}

// AddPasskey ends what [House.BeginPasskey] began and keeps the passkey under a name.
func (h *House) AddPasskey(ctx context.Context, by Actor, keys *auth.Passkeys, begun, name string, body []byte) error {
	if err := checkLabel(&name); err != nil {
		return err
	}
	made, err := h.finishPasskey(ctx, by, keys, begun, body)
	if err != nil {
		return err
	}
	return h.do(ctx, by, ChangeSelf, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		c.about("member", string(by.Member), "", map[string]string{"passkey": "added"})
		return c.addPasskey(made, name)
	})
}

func (c *change) addPasskey(made auth.Credential, name string) error {
	err := c.addCredential(passkeyID(made.ID), c.by.Member, "passkey", name, string(made.JSON()), int64(made.SignCount))
	if store.KindOf(err) == knead.Conflict {
		return &knead.Error{Kind: knead.Conflict, Say: "This passkey is here already.", Err: err}
	}
	return err
}

// checkLabel tidies the name that somebody gives a passkey.
func checkLabel(name *string) error {
	*name = strings.TrimSpace(*name)
	if *name == "" {
		*name = "Passkey"
	}
	return knead.CheckLine("name", *name, 60)
}

// BeginPasskeySignIn starts to sign in somebody of whom nothing is known yet. The
// practice only says where the ceremony is kept; whose passkey it is, the passkey says.
func (h *House) BeginPasskeySignIn(ctx context.Context, p knead.PracticeID, keys *auth.Passkeys, from netip.Addr) (options []byte, begun string, err error) {
	if wait := h.gate.doors.Allow(auth.Network(from).String(), h.now()); wait > 0 {
		return nil, "", errSlower(wait)
	}
	options, session, err := keys.BeginSignIn(h.now())
	if err != nil {
		return nil, "", err
	}
	begun, err = h.keep(ctx, p, ceremony{Kind: passkeySignIn, Session: session})
	return options, begun, err
}

// SignInByPasskey ends what [House.BeginPasskeySignIn] began and signs the member in.
func (h *House) SignInByPasskey(ctx context.Context, keys *auth.Passkeys, begun string, body []byte, agent string) (bearer string, by Actor, err error) {
	if by, err = h.byPasskey(ctx, keys, begun, body); err != nil {
		return "", Actor{}, err
	}
	bearer, err = h.enter(ctx, &by, agent, "passkey")
	return bearer, by, err
}

// UnlockByPasskey opens a locked device with a passkey of the member who is signed in on it.
func (h *House) UnlockByPasskey(ctx context.Context, by Actor, keys *auth.Passkeys, begun string, body []byte) error {
	found, err := h.byPasskey(ctx, keys, begun, body)
	if err != nil {
		return err
	}
	if found.Practice != by.Practice || found.Member != by.Member {
		return &knead.Error{Kind: knead.NotAllowed, Say: "This passkey belongs to somebody else. Sign out first, then they can sign in."}
	}
	return h.open(ctx, by)
}

// byPasskey finds out whose passkey answered, and counts its use.
func (h *House) byPasskey(ctx context.Context, keys *auth.Passkeys, begun string, body []byte) (by Actor, err error) {
	_, cer, err := h.take(ctx, begun, passkeySignIn)
	if err != nil {
		return by, err
	}
	in, err := keys.FinishSignIn(cer.Session, body, h.now(), func(id, _ []byte) (auth.Member, []auth.Credential, error) {
		p, m, err := whose(id)
		if err != nil {
			return auth.Member{}, nil, err
		}
		var list []auth.Credential
		by, list, err = h.holder(ctx, p, m)
		return auth.Member{Handle: id}, list, err
	})
	if errors.Is(err, auth.ErrCloned) {
		warned := h.doAny(ctx, by, passkeyCloned, func(c *change) error {
			c.about("member", string(by.Member), "", nil)
			return nil
		})
		return Actor{}, errors.Join(passkeyError(err), warned)
	}
	if err != nil {
		return Actor{}, passkeyError(err)
	}
	err = h.store.Write(ctx, func(q *db.Queries) error {
		n, err := q.UseCredential(ctx, db.UseCredentialParams{
			PracticeID: by.Practice, ID: passkeyID(in.Credential.ID), Counter: int64(in.Credential.SignCount), UsedAt: h.Now(), Secret: string(in.Credential.JSON()),
		})
		if err == nil && n == 0 {
			err = passkeyError(auth.ErrUnknown) // removed a moment ago, or used twice at once
		}
		return err
	})
	return by, err
}

// holder reads the active member who holds passkeys, and the passkeys.
func (h *House) holder(ctx context.Context, p knead.PracticeID, id knead.MemberID) (by Actor, list []auth.Credential, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		row, err := q.Member(ctx, p, id)
		if store.KindOf(err) == knead.NotFound {
			return auth.ErrUnknown
		}
		if err != nil {
			return err
		}
		m, err := memberOf(row)
		if err != nil {
			return err
		}
		if !m.Active(h.Now()) {
			return auth.ErrUnknown
		}
		credentials, err := q.Credentials(ctx, p, id)
		if err != nil {
			return err
		}
		by = Actor{Practice: p, Member: m.ID, Name: m.Name, Role: m.Role}
		list, err = passkeys(credentials)
		return err
	})
	return by, list, err
}
