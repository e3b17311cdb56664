package practice

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"net/url"

	"knead"
	"knead/internal/auth"
	"knead/internal/store"
	"knead/internal/store/db"
)

// BeginElsewhere starts to sign somebody in by an identity provider: to is where to send
// them, begun stays in the browser's cookie.
func (h *House) BeginElsewhere(ctx context.Context, p knead.PracticeID, provider *auth.Provider, from netip.Addr) (to, begun string, err error) {
	if wait := h.gate.doors.Allow(auth.Network(from).String(), h.now()); wait > 0 {
		return "", "", errSlower(wait)
	}
	attempt, err := auth.NewAttempt(nil, h.now())
	if err != nil {
		return "", "", err
	}
	session, err := json.Marshal(attempt)
	if err != nil {
		return "", "", err
	}
	begun, err = h.keep(ctx, p, ceremony{Kind: elsewhere, Session: session})
	return provider.AuthCodeURL(attempt), begun, err
}

// SignInElsewhere ends what [House.BeginElsewhere] began. Only members who are here
// already are let in: at first by the address that the provider has verified, from then
// on by who it says they are, since an address can pass from one person to another.
func (h *House) SignInElsewhere(ctx context.Context, provider *auth.Provider, begun string, query url.Values, agent string) (bearer string, by Actor, err error) {
	p, cer, err := h.take(ctx, begun, elsewhere)
	if err != nil {
		return "", by, err
	}
	var attempt auth.Attempt
	if err := json.Unmarshal(cer.Session, &attempt); err != nil {
		return "", by, err
	}
	who, err := provider.Exchange(ctx, attempt, query, h.now())
	switch {
	case errors.Is(err, auth.ErrExpired):
		return "", by, errAgain()
	case errors.Is(err, auth.ErrUnavailable):
		return "", by, &knead.Error{Kind: knead.Unavailable, Say: "The other service does not answer. Sign in with a passkey or a password, or try again later.", Err: err}
	case err != nil:
		return "", by, errStranger(err)
	}
	if by, err = h.known(ctx, p, who); err != nil {
		return "", Actor{}, err
	}
	bearer, err = h.enter(ctx, &by, agent, "elsewhere")
	return bearer, by, err
}

// errStranger answers whoever the provider knows and the practice does not, and whoever
// the provider refused.
func errStranger(err error) error {
	return &knead.Error{Kind: knead.NotAllowed, Say: "The other service did not let you in, or this practice does not know you under that address. Ask the owner for an invitation.", Err: err}
}

// known finds the active member whom a provider means.
func (h *House) known(ctx context.Context, p knead.PracticeID, who auth.Identity) (by Actor, err error) {
	secret := who.Issuer + " " + who.Subject
	id := newID()
	err = h.store.Write(ctx, func(q *db.Queries) error {
		c := &change{ctx: ctx, q: q, by: Actor{Practice: p}, now: h.Now()}
		bound, err := q.CredentialsBySecret(ctx, p, "oidc", secret)
		if err != nil {
			return err
		}
		var row db.Member
		switch {
		case len(bound) > 0:
			row, err = q.Member(ctx, p, bound[0].MemberID)
		case !who.EmailVerified:
			return errStranger(nil)
		default:
			row, err = q.MemberByEmail(ctx, p, address(who.Email))
		}
		if store.KindOf(err) == knead.NotFound {
			return errStranger(nil)
		}
		if err != nil {
			return err
		}
		m, err := memberOf(row)
		if err != nil {
			return err
		}
		if !m.Active(c.now) {
			return errStranger(nil)
		}
		by = Actor{Practice: p, Member: m.ID, Name: m.Name, Role: m.Role}
		if len(bound) > 0 {
			return nil
		}
		credentials, err := q.Credentials(ctx, p, m.ID)
		if err != nil {
			return err
		}
		for _, k := range credentials {
			if k.Kind == "oidc" && k.Label == who.Issuer {
				return errStranger(nil) // the address has passed to somebody else at the provider
			}
		}
		return c.addCredential(id, m.ID, "oidc", who.Issuer, secret, 0)
	})
	return by, err
}
