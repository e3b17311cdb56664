package practice

import (
	"context"
	"encoding/hex"
	"net/netip"
	"strconv"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/store/db"
)

// provedWithin is for how long somebody who showed who they are may change how they sign
// in, and who works here. Chosen: time for one errand on the settings; a screen that was
// left open longer shows nothing that lets a stranger stay.
const provedWithin = 15 * time.Minute

// ErrProveAgain says that the member must first show again who they are: by unlocking.
var ErrProveAgain = &knead.Error{Kind: knead.NotAllowed, Say: "Show once more that it is you: unlock this screen, then go on."}

// Proved tells whether the member showed on this device lately who they are.
func (h *House) Proved(s Signin) bool { return proved(s.Proved, h.Now()) }

func proved(at, now knead.Instant) bool {
	since := now.Sub(at)
	return since < provedWithin && since > -provedWithin
}

// proved holds that the actor showed lately who they are. A link has just done that, and
// whoever runs the program has the machine.
func (c *change) proved() error {
	if c.by.ByLink() || c.by.Role == program {
		return nil
	}
	row, err := c.q.Signin(c.ctx, c.by.Practice, c.by.Signin)
	if err != nil {
		return missing(err, "sign-in")
	}
	if !proved(row.ProvedAt, c.now) {
		return ErrProveAgain
	}
	return nil
}

// Proofs are the ways in which a member can show who they are.
type Proofs struct {
	Password  knead.Instant // since when; 0: none
	Codes     knead.Instant // of an authenticator, since when
	Recovery  int           // recovery codes left
	Passkeys  []Passkey
	Elsewhere []string // identity providers
}

// Passkey is a passkey as its owner sees it.
type Passkey struct {
	ID      string
	Name    string
	Created knead.Instant
	Used    knead.Instant
	Copied  bool // also on the person's other devices
}

// Proofs reads the actor's own.
func (h *House) Proofs(ctx context.Context, by Actor) (p Proofs, err error) {
	err = h.see(ctx, by, ChangeSelf, func(c *change) error {
		rows, err := c.q.Credentials(ctx, by.Practice, by.Member)
		if err != nil {
			return err
		}
		p, err = proofsOf(rows)
		return err
	})
	return p, err
}

func proofsOf(rows []db.Credential) (p Proofs, err error) {
	for _, k := range rows {
		switch k.Kind {
		case "password":
			p.Password = k.CreatedAt
		case "totp":
			p.Codes = k.CreatedAt
		case "recovery":
			p.Recovery++
		case "oidc":
			p.Elsewhere = append(p.Elsewhere, k.Label)
		case "passkey":
			c, err := auth.ReadCredential([]byte(k.Secret))
			if err != nil {
				return p, err
			}
			p.Passkeys = append(p.Passkeys, Passkey{k.ID, k.Label, k.CreatedAt, k.UsedAt, c.BackedUp})
		}
	}
	return p, nil
}

// SetPassword gives the actor a new password. Where there is an old one it must be
// shown; every other device is signed out.
func (h *House) SetPassword(ctx context.Context, by Actor, old, chosen string, from netip.Addr) error {
	member, credentials, practice, err := h.self(ctx, by)
	if err != nil {
		return err
	}
	hash := ""
	for _, k := range credentials {
		if k.Kind == "password" {
			hash = k.Secret
		}
	}
	if hash != "" {
		account := string(by.Practice) + " unlock " + string(by.Member)
		if wait := h.gate.backoff.Try(account, from, h.now()); wait > 0 {
			return errSlower(wait)
		}
		if !h.gate.check(hash, old) {
			return &knead.Error{Kind: knead.Invalid, Field: "old", Say: "This is not your password."}
		}
		h.gate.backoff.Succeeded(account, from)
	}
	if chosen == "" {
		return &knead.Error{Kind: knead.Invalid, Field: "password", Say: "Choose a password."}
	}
	made, err := hashNew(chosen, practice.Name, member.Name, member.Email)
	if err != nil {
		return err
	}
	id := newID()
	return h.do(ctx, by, ChangeSelf, func(c *change) error {
		if hash == "" {
			if err := c.proved(); err != nil {
				return err
			}
		}
		c.about("member", string(by.Member), "", map[string]string{"password": "changed"})
		if _, err := c.q.RemoveCredentialsOfKind(ctx, by.Practice, by.Member, "password"); err != nil {
			return err
		}
		if err := c.addCredential(id, by.Member, "password", "Password", made, 0); err != nil {
			return err
		}
		_, err := c.q.RemoveOtherSignins(ctx, by.Practice, by.Member, by.Signin)
		return err
	})
}

// self reads the actor as a member, with what they can prove, and their practice.
func (h *House) self(ctx context.Context, by Actor) (m knead.Member, credentials []db.Credential, p knead.Practice, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		row, err := q.Member(ctx, by.Practice, by.Member)
		if err != nil {
			return missing(err, "member")
		}
		if m, err = memberOf(row); err != nil {
			return err
		}
		if credentials, err = q.Credentials(ctx, by.Practice, by.Member); err != nil {
			return err
		}
		practice, err := q.Practice(ctx, by.Practice)
		if err != nil {
			return err
		}
		p, err = practiceOf(practice)
		return err
	})
	return m, credentials, p, err
}

// NewCodes makes a secret for an authenticator. It counts for nothing until
// [House.SetCodes] gets a code made from it.
func (h *House) NewCodes(ctx context.Context, by Actor) (auth.TOTP, error) {
	m, _, p, err := h.self(ctx, by)
	if err != nil {
		return auth.TOTP{}, err
	}
	return auth.NewTOTP(nil, p.Name, m.Email)
}

// CodesOf writes a secret that was shown before as it was shown.
func (h *House) CodesOf(ctx context.Context, by Actor, secret string) (auth.TOTP, error) {
	m, _, p, err := h.self(ctx, by)
	if err != nil {
		return auth.TOTP{}, err
	}
	return auth.TOTPOf(secret, p.Name, m.Email)
}

// SetCodes asks for codes of the authenticator from now on, beside the password, and
// gives recovery codes, to be shown once.
func (h *House) SetCodes(ctx context.Context, by Actor, secret, code string) (recovery []string, err error) {
	step, ok := int64(0), false
	if auth.IsTOTPSecret(secret) {
		step, ok = auth.CheckTOTP(secret, code, h.now(), 0)
	}
	if !ok {
		return nil, &knead.Error{Kind: knead.Invalid, Field: "code", Say: "This code does not fit. Wait for the next one, then type it. If none fits, set the clock of the phone."}
	}
	recovery, hashes, err := auth.NewRecoveryCodes(nil)
	if err != nil {
		return nil, err
	}
	ids := newIDs(len(hashes) + 1)
	err = h.do(ctx, by, ChangeSelf, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		c.about("member", string(by.Member), "", map[string]string{"codes": "set up"})
		if _, err := c.q.RemoveCredentialsOfKind(ctx, by.Practice, by.Member, "totp"); err != nil {
			return err
		}
		if err := c.addCredential(ids[0], by.Member, "totp", "Authenticator", secret, step); err != nil {
			return err
		}
		return c.setRecovery(ids[1:], hashes)
	})
	return recovery, err
}

// RemoveCodes asks for codes no longer.
func (h *House) RemoveCodes(ctx context.Context, by Actor) error {
	return h.do(ctx, by, ChangeSelf, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		c.about("member", string(by.Member), "", map[string]string{"codes": "removed"})
		for _, kind := range []string{"totp", "recovery"} {
			if _, err := c.q.RemoveCredentialsOfKind(ctx, by.Practice, by.Member, kind); err != nil {
				return err
			}
		}
		return nil
	})
}

// NewRecoveryCodes makes ten recovery codes in place of those before.
func (h *House) NewRecoveryCodes(ctx context.Context, by Actor) ([]string, error) {
	codes, hashes, err := auth.NewRecoveryCodes(nil)
	if err != nil {
		return nil, err
	}
	ids := newIDs(len(hashes))
	err = h.do(ctx, by, ChangeSelf, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		c.about("member", string(by.Member), "", map[string]string{"recovery codes": "made"})
		return c.setRecovery(ids, hashes)
	})
	return codes, err
}

func (c *change) setRecovery(ids []string, hashes []auth.RecoveryHash) error {
	if _, err := c.q.RemoveCredentialsOfKind(c.ctx, c.by.Practice, c.by.Member, "recovery"); err != nil {
		return err
	}
	for i, hash := range hashes {
		if err := c.addCredential(ids[i], c.by.Member, "recovery", strconv.Itoa(i+1), hex.EncodeToString(hash[:]), 0); err != nil {
			return err
		}
	}
	return nil
}

func newIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = newID()
	}
	return ids
}

// RenamePasskey gives one of the actor's passkeys another name.
func (h *House) RenamePasskey(ctx context.Context, by Actor, id, name string) error {
	if err := checkLabel(&name); err != nil {
		return err
	}
	return h.do(ctx, by, ChangeSelf, func(c *change) error {
		c.about("member", string(by.Member), "", map[string]string{"passkey": "renamed"})
		own, err := c.ownPasskey(id)
		if err != nil || own.Label == name {
			c.unchanged()
			return err
		}
		return one(c.q.RenameCredential(ctx, by.Practice, id, by.Member, name))
	})
}

// RemovePasskey makes one of the actor's passkeys useless. The last way in stays.
func (h *House) RemovePasskey(ctx context.Context, by Actor, id string) error {
	return h.do(ctx, by, ChangeSelf, func(c *change) error {
		if err := c.proved(); err != nil {
			return err
		}
		if _, err := c.ownPasskey(id); err != nil {
			return err
		}
		rows, err := c.q.Credentials(ctx, by.Practice, by.Member)
		if err != nil {
			return err
		}
		p, err := proofsOf(rows)
		if err != nil {
			return err
		}
		if len(p.Passkeys) == 1 && p.Password == 0 && len(p.Elsewhere) == 0 {
			return &knead.Error{Kind: knead.Invalid, Say: "This passkey is your only way in. Add another one or a password first."}
		}
		c.about("member", string(by.Member), "", map[string]string{"passkey": "removed"})
		return one(c.q.RemoveCredential(ctx, by.Practice, id, by.Member))
	})
}

func (c *change) ownPasskey(id string) (db.Credential, error) {
	rows, err := c.q.Credentials(c.ctx, c.by.Practice, c.by.Member)
	if err != nil {
		return db.Credential{}, err
	}
	for _, k := range rows {
		if k.Kind == "passkey" && k.ID == id {
			return k, nil
		}
	}
	return db.Credential{}, errNotYours("passkey")
}
