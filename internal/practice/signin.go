package practice

import (
	"context"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/store"
	"knead/internal/store/db"
)

// How long a device stays signed in without being seen, and how often being seen is
// written down. Chosen: a week covers a weekend; a minute is far below any idle lock.
const (
	signinDays   = 7
	seenInterval = time.Minute
)

// The acts of signing in. Everybody may; they stand in the chain all the same.
const (
	SignedIn  Act = "sign-in"
	SignedOut Act = "sign-out"
)

// gate slows down who guesses. It counts in this process only: a second process doubles
// what a guesser may try, which is still hopeless against twelve characters.
type gate struct {
	backoff *auth.Backoff
	wide    *auth.Limiter                    // per account, from everywhere
	links   *auth.Limiter                    // per network, for links
	doors   *auth.Limiter                    // per network, for ceremonies that somebody begins who is nobody yet
	check   func(hash, password string) bool // auth.CheckPassword; a test counts how often it is called
}

func newGate() *gate {
	const remembered = 20_000
	return &gate{
		backoff: auth.NewBackoff(remembered),
		wide:    auth.NewLimiter(10*time.Second, 60, remembered),
		links:   auth.NewLimiter(time.Second, 60, remembered),
		doors:   auth.NewLimiter(2*time.Second, 30, remembered),
		check:   auth.CheckPassword,
	}
}

// Signin is a device on which a member is signed in.
type Signin struct {
	ID        string
	Agent     string
	Created   knead.Instant
	Seen      knead.Instant
	Expires   knead.Instant
	Proved    knead.Instant // when the member last showed here who they are
	Locked    bool
	HideNames bool
	This      bool

	// Practice is the one that the device is signed in to; Resume and Look fill it in.
	Practice knead.Practice
}

// Proof is what somebody gives to sign in with a password.
type Proof struct {
	Email    string
	Password string
	Code     string // of the authenticator, or a recovery code
	From     netip.Addr
	Agent    string // the browser's own words, to tell devices apart
}

// errWrong is the one answer to every proof that does not fit, whatever part was wrong.
func errWrong() error {
	return &knead.Error{Kind: knead.NotAllowed, Say: "That does not fit. Check the address, the password and the code, then try again."}
}

// ErrCodeNeeded says that the password fits and a code is asked for.
var ErrCodeNeeded = &knead.Error{Kind: knead.NotAllowed, Field: "code", Say: "Now the six digits from your authenticator, or a recovery code."}

func errSlower(wait time.Duration) error {
	words := strconv.Itoa(int(wait.Round(time.Second)/time.Second)) + " seconds"
	if wait >= 2*time.Minute {
		words = strconv.Itoa(int(wait.Round(time.Minute)/time.Minute)) + " minutes"
	}
	return &knead.Error{Kind: knead.NotAllowed, Say: "Too many tries. Wait " + words + ", then try again."}
}

// SignIn signs a member in with a password, and with a code where one was set up. It
// gives the cookie's secret. A practice, an address or a password that does not exist
// take the same time and get the same answer.
func (h *House) SignIn(ctx context.Context, p knead.PracticeID, proof Proof) (bearer string, by Actor, err error) {
	account := string(p) + " " + address(proof.Email)
	if wait := h.gate.backoff.Try(account, proof.From, h.now()); wait > 0 {
		return "", by, errSlower(wait)
	}
	if wait := h.gate.wide.Allow(account, h.now()); wait > 0 {
		return "", by, errSlower(wait)
	}
	member, credentials, err := h.account(ctx, p, address(proof.Email))
	if err != nil {
		return "", by, err
	}
	hash := ""
	codes := false
	for _, k := range credentials {
		switch k.Kind {
		case "password":
			hash = k.Secret
		case "totp":
			codes = true
		}
	}
	fits := h.gate.check(hash, proof.Password)
	if !fits || hash == "" || !member.Active(h.Now()) {
		return "", by, errWrong()
	}
	by = Actor{Practice: p, Member: member.ID, Name: member.Name, Role: member.Role}
	if codes {
		if strings.TrimSpace(proof.Code) == "" {
			h.gate.backoff.Withdraw(account, proof.From) // not a guess: half of the proof was right
			return "", by, ErrCodeNeeded
		}
		ok, err := h.useCode(ctx, by, credentials, proof.Code)
		if err != nil {
			return "", by, err
		}
		if !ok {
			return "", by, errWrong()
		}
	}
	h.gate.backoff.Succeeded(account, proof.From)
	bearer, err = h.enter(ctx, &by, proof.Agent, "password")
	return bearer, by, err
}

// account reads a member and what they can prove; nobody is no error.
func (h *House) account(ctx context.Context, p knead.PracticeID, email string) (m knead.Member, credentials []db.Credential, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		row, err := q.MemberByEmail(ctx, p, email)
		if store.KindOf(err) == knead.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if m, err = memberOf(row); err != nil {
			return err
		}
		credentials, err = q.Credentials(ctx, p, m.ID)
		return err
	})
	return m, credentials, err
}

// useCode takes a one-time code or a recovery code and makes it useless.
func (h *House) useCode(ctx context.Context, by Actor, credentials []db.Credential, code string) (ok bool, err error) {
	err = h.store.Write(ctx, func(q *db.Queries) error {
		ok = false
		var recovery []db.Credential
		var hashes []auth.RecoveryHash
		for _, k := range credentials {
			switch k.Kind {
			case "totp":
				if step, fits := auth.CheckTOTP(k.Secret, code, h.now(), k.Counter); fits {
					n, err := q.UseCredential(ctx, db.UseCredentialParams{PracticeID: by.Practice, ID: k.ID, Counter: step, UsedAt: h.Now(), Secret: k.Secret})
					ok = n == 1
					return err
				}
			case "recovery":
				if b, err := hex.DecodeString(k.Secret); err == nil && len(b) == len(auth.RecoveryHash{}) {
					recovery, hashes = append(recovery, k), append(hashes, auth.RecoveryHash(b))
				}
			}
		}
		if i, fits := auth.UseRecoveryCode(hashes, code); fits {
			n, err := q.RemoveCredential(ctx, by.Practice, recovery[i].ID, by.Member)
			ok = n == 1
			return err
		}
		return nil
	})
	return ok, err
}

// enter opens a sign-in for an actor who has shown who they are.
func (h *House) enter(ctx context.Context, by *Actor, agent, how string) (bearer string, err error) {
	token, err := auth.NewToken(nil)
	if err != nil {
		return "", err
	}
	if r := []rune(agent); len(r) > 200 {
		agent = string(r[:200])
	}
	agent = strings.ToValidUTF8(strings.ReplaceAll(agent, "\x00", ""), "")
	by.Signin = token.Hash().String()
	who := *by
	err = h.doAny(ctx, who, SignedIn, func(c *change) error {
		c.about("member", string(who.Member), "", map[string]string{"how": how})
		if _, err := c.q.RemoveOldSignins(ctx, who.Practice, c.now); err != nil {
			return err
		}
		return c.q.AddSignin(ctx, db.AddSigninParams{
			PracticeID: who.Practice, ID: who.Signin, MemberID: who.Member, Agent: agent, CreatedAt: c.now,
			ExpiresAt: c.now.Add(signinDays * 24 * time.Hour),
		})
	})
	return auth.JoinBearer(string(by.Practice), token), err
}

// Resume finds out who comes with a cookie. A device that was idle too long is locked:
// the actor is known, and may only unlock or sign out.
func (h *House) Resume(ctx context.Context, bearer string) (by Actor, s Signin, err error) {
	by, s, idle, err := h.device(ctx, bearer)
	if err != nil {
		return Actor{}, s, err
	}
	switch {
	case s.Locked && !idle.locked:
		err = h.lock(ctx, by)
	case !s.Locked && (idle.since > seenInterval || idle.since < 0): // a clock that was set back
		err = h.here(ctx, by)
	}
	return by, s, err
}

// here writes down that somebody is at a device, and what could not be written of it
// before.
func (h *House) here(ctx context.Context, by Actor) error {
	now, was := h.Now(), h.unwritten.of(by.Signin)
	err := h.store.Write(ctx, func(q *db.Queries) error {
		if was.proved != 0 {
			row, err := q.Signin(ctx, by.Practice, by.Signin)
			if err != nil || row.LockedAt != was.opens {
				return err // another process locked it meanwhile
			}
			if _, err := q.UnlockSignin(ctx, by.Practice, by.Signin, was.proved); err != nil {
				return err
			}
		}
		_, err := q.SeeSignin(ctx, by.Practice, by.Signin, now)
		return err
	})
	return h.or(by, err, func(d *device) { d.seen = now })
}

// readOn lets somebody read although that they are here cannot be written down, as on a
// full disk.
func readOn(err error) error {
	if knead.KindOf(err) == knead.Unavailable {
		return nil
	}
	return err
}

// or notes in this process what the record did not take, as on a full disk; what was
// noted before is forgotten once it does.
func (h *House) or(by Actor, err error, change func(*device)) error {
	switch {
	case knead.KindOf(err) == knead.Unavailable:
		h.unwritten.note(by.Signin, change)
		return nil
	case err == nil:
		h.unwritten.forget(by.Signin)
	}
	return err
}

// Look is [Resume] for what a page asks by itself: it does not count as being there, so
// that a screen nobody touches still locks.
func (h *House) Look(ctx context.Context, bearer string) (by Actor, s Signin, err error) {
	by, s, _, err = h.device(ctx, bearer)
	return by, s, err
}

// idleness is how long a device was not seen, and whether a lock stands in the record.
type idleness struct {
	since  time.Duration
	locked bool
}

// device reads who is signed in on a device. One that was idle too long counts as locked.
func (h *House) device(ctx context.Context, bearer string) (by Actor, s Signin, idle idleness, err error) {
	p, token, err := auth.SplitBearer(bearer)
	if err != nil {
		return by, s, idle, errNotYours("sign-in")
	}
	id := token.Hash().String()
	now := h.Now()
	var row db.Signin
	var of knead.Practice
	err = h.store.Read(ctx, func(q *db.Queries) error {
		if row, err = q.Signin(ctx, knead.PracticeID(p), id); err != nil {
			return missing(err, "sign-in")
		}
		m, err := q.Member(ctx, row.PracticeID, row.MemberID)
		if err != nil {
			return missing(err, "sign-in")
		}
		member, err := memberOf(m)
		if err != nil {
			return err
		}
		if !member.Active(now) || row.ExpiresAt <= now {
			return errNotYours("sign-in")
		}
		practice, err := q.Practice(ctx, row.PracticeID)
		if err != nil {
			return err
		}
		of, err = practiceOf(practice)
		by = Actor{Practice: row.PracticeID, Member: member.ID, Name: member.Name, Role: member.Role, Signin: id}
		return err
	})
	if err != nil {
		return Actor{}, s, idle, err
	}
	s = signinOf(row, id)
	s.Practice = of
	was := h.unwritten.of(id)
	idle = idleness{now.Sub(max(row.SeenAt, was.seen)), row.LockedAt != 0 && row.LockedAt != was.opens}
	s.Locked = idle.locked || was.locked || idle.since > time.Duration(of.Settings.IdleMinutes)*time.Minute
	return by, s, idle, nil
}

func signinOf(row db.Signin, this string) Signin {
	return Signin{
		ID: row.ID, Agent: row.Agent, Created: row.CreatedAt, Seen: row.SeenAt, Expires: row.ExpiresAt, Proved: row.ProvedAt,
		Locked: row.LockedAt != 0, HideNames: row.HideNames, This: row.ID == this,
	}
}

func (h *House) lock(ctx context.Context, by Actor) error {
	err := h.store.Write(ctx, func(q *db.Queries) error {
		_, err := q.LockSignin(ctx, by.Practice, by.Signin, h.Now())
		return err
	})
	return h.or(by, err, func(d *device) { d.locked = true })
}

// Lock locks the device now, for the tablet that somebody else will hold.
func (h *House) Lock(ctx context.Context, by Actor) error {
	defer h.watch.tell(by.Practice, Event{Kind: EventSignin})
	return h.lock(ctx, by)
}

// Unlock opens a locked device with the member's password.
func (h *House) Unlock(ctx context.Context, by Actor, password string, from netip.Addr) error {
	account := string(by.Practice) + " unlock " + string(by.Member)
	if wait := h.gate.backoff.Try(account, from, h.now()); wait > 0 {
		return errSlower(wait)
	}
	var credentials []db.Credential
	err := h.store.Read(ctx, func(q *db.Queries) (err error) {
		credentials, err = q.Credentials(ctx, by.Practice, by.Member)
		return err
	})
	if err != nil {
		return err
	}
	hash := ""
	for _, k := range credentials {
		if k.Kind == "password" {
			hash = k.Secret
		}
	}
	if !h.gate.check(hash, password) || hash == "" {
		return errWrong()
	}
	h.gate.backoff.Succeeded(account, from)
	return h.open(ctx, by)
}

// open opens the lock of a device on which the member has just shown who they are.
func (h *House) open(ctx context.Context, by Actor) error {
	var row db.Signin
	now := h.Now()
	err := h.store.Read(ctx, func(q *db.Queries) (err error) {
		row, err = q.Signin(ctx, by.Practice, by.Signin)
		return err
	})
	if err != nil {
		return missing(err, "sign-in")
	}
	err = h.store.Write(ctx, func(q *db.Queries) error {
		_, err := q.UnlockSignin(ctx, by.Practice, by.Signin, now)
		return err
	})
	return h.or(by, err, func(d *device) { *d = device{seen: now, proved: now, opens: row.LockedAt} })
}

// SignOut ends this device's sign-in, or another one of the same member.
func (h *House) SignOut(ctx context.Context, by Actor, id string) error {
	if id == "" {
		id = by.Signin
	}
	defer h.watch.tell(by.Practice, Event{Kind: EventSignin})
	return h.doAny(ctx, by, SignedOut, func(c *change) error {
		c.about("member", string(by.Member), "", nil)
		n, err := c.q.RemoveSignin(ctx, by.Practice, id, by.Member)
		if n == 0 {
			c.unchanged()
		}
		return err
	})
}

// SignOutOthers ends every sign-in of the member but this one.
func (h *House) SignOutOthers(ctx context.Context, by Actor) error {
	defer h.watch.tell(by.Practice, Event{Kind: EventSignin})
	return h.doAny(ctx, by, SignedOut, func(c *change) error {
		c.about("member", string(by.Member), "", map[string]string{"devices": "all others"})
		n, err := c.q.RemoveOtherSignins(ctx, by.Practice, by.Member, by.Signin)
		if n == 0 {
			c.unchanged()
		}
		return err
	})
}

// Signins lists the devices on which the actor is signed in.
func (h *House) Signins(ctx context.Context, by Actor) (list []Signin, err error) {
	err = h.see(ctx, by, ChangeSelf, func(c *change) error {
		rows, err := c.q.SigninsOf(ctx, by.Practice, by.Member)
		list = make([]Signin, 0, len(rows))
		for _, r := range rows {
			list = append(list, signinOf(r, by.Signin))
		}
		return err
	})
	return list, err
}

// HideNames hides or shows clients' names on this device.
func (h *House) HideNames(ctx context.Context, by Actor, hide bool) error {
	return h.store.Write(ctx, func(q *db.Queries) error {
		_, err := q.SetHideNames(ctx, by.Practice, by.Signin, hide)
		return err
	})
}

// SignInDemo signs in as an invented member of a demo practice, without any proof. There
// is nothing to protect in it: all its people are invented.
func (h *House) SignInDemo(ctx context.Context, p knead.PracticeID, email, agent string) (bearer string, by Actor, err error) {
	member, _, err := h.account(ctx, p, address(email))
	if err != nil {
		return "", by, err
	}
	by = Actor{Practice: p, Member: member.ID, Name: member.Name, Role: member.Role}
	practice, err := h.Practice(ctx, by)
	if err != nil {
		return "", by, err
	}
	if !practice.Demo || member.ID == "" || !member.Active(h.Now()) {
		return "", by, errWrong()
	}
	bearer, err = h.enter(ctx, &by, agent, "demo")
	return bearer, by, err
}

// UnlockDemo opens a locked device in a demo practice.
func (h *House) UnlockDemo(ctx context.Context, by Actor) error {
	practice, err := h.Practice(ctx, by)
	if err != nil {
		return err
	}
	if !practice.Demo {
		return errWrong()
	}
	return h.open(ctx, by)
}
