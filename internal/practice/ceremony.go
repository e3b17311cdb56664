package practice

import (
	"context"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/store"
	"knead/internal/store/db"
)

// ceremonyWithin is how long a ceremony that was begun is kept. Package auth ends each
// kind earlier or at the same time.
const ceremonyWithin = 15 * time.Minute

// The kinds of ceremonies.
const (
	newPasskey    = "new-passkey"
	passkeySignIn = "passkey-sign-in"
	elsewhere     = "elsewhere"
)

// ceremony is what is kept on the server between the two halves of a proof. The browser
// that began it holds a secret, so that nobody else can end it.
type ceremony struct {
	Kind    string         `json:"kind"`
	Member  knead.MemberID `json:"member,omitzero"` // who began it, where that is known
	Session []byte         `json:"session"`         // what package auth wants back
}

// keep stores a ceremony and gives the browser's half.
func (h *House) keep(ctx context.Context, p knead.PracticeID, cer ceremony) (bearer string, err error) {
	token, err := auth.NewToken(nil)
	if err != nil {
		return "", err
	}
	body, err := encode(cer)
	if err != nil {
		return "", err
	}
	err = h.store.Write(ctx, func(q *db.Queries) error {
		now := h.Now()
		if _, err := q.RemoveOldCeremonies(ctx, p, now); err != nil {
			return err
		}
		return q.AddCeremony(ctx, p, token.Hash().String(), body, now.Add(ceremonyWithin))
	})
	return auth.JoinBearer(string(p), token), err
}

// take takes a ceremony out, so that it works once, whatever comes of it.
func (h *House) take(ctx context.Context, bearer, kind string) (p knead.PracticeID, cer ceremony, err error) {
	id, token, err := auth.SplitBearer(bearer)
	if err != nil {
		return "", cer, errAgain()
	}
	p = knead.PracticeID(id)
	err = h.store.Write(ctx, func(q *db.Queries) error {
		row, err := q.TakeCeremony(ctx, p, token.Hash().String())
		if store.KindOf(err) == knead.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if row.ExpiresAt <= h.Now() {
			return nil
		}
		cer, err = decode[ceremony](row.Body)
		return err
	})
	if err == nil && cer.Kind != kind {
		err = errAgain()
	}
	return p, cer, err
}

// errAgain answers for a ceremony that is over, or was never begun here.
func errAgain() error {
	return &knead.Error{Kind: knead.NotAllowed, Say: "That took too long, or was begun in another window. Begin again."}
}
