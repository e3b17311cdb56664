package practice_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/kneadtest"
	"knead/internal/practice"
	"knead/internal/store"
)

// machine is whoever runs the program: they need not prove it.
func machine(owner practice.Actor) practice.Actor { return practice.Program(owner.Practice, "test") }

// invite adds a member, who joins by password and is signed in.
func invite(t *testing.T, h *practice.House, owner practice.Actor, in practice.Invitation) (bearer string, by practice.Actor) {
	t.Helper()
	ctx := t.Context()
	link, _, err := h.Invite(ctx, machine(owner), in)
	if err != nil {
		t.Fatal(err)
	}
	joining, _, err := h.Invited(ctx, link, practice.ForJoin, here)
	if err != nil {
		t.Fatal(err)
	}
	bearer, by, err = h.Join(ctx, joining, practice.Way{Name: in.Name, Password: password, Agent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return bearer, by
}

func TestAnInvitationOpensOnce(t *testing.T) {
	h, owner, clock := house(t)
	ctx := t.Context()
	link, l, err := h.Invite(ctx, machine(owner), practice.Invitation{Name: "Lea", Email: "LEA@example.org", Role: knead.Therapist})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = h.Invited(ctx, link, practice.ForReset, here)
	wantKind(t, "Invited for another purpose", err, knead.NotFound)
	_, _, err = h.Follow(ctx, link, practice.ForIntake, here)
	wantKind(t, "Follow an invitation as an intake", err, knead.NotFound)
	joining, m, err := h.Invited(ctx, link, practice.ForJoin, here)
	if err != nil || m.Email != "lea@example.org" {
		t.Fatalf("Invited = %+v, %v", m, err)
	}
	_, _, err = h.Join(ctx, joining, practice.Way{Name: "Lea Brandt", Password: "short"})
	wantKind(t, "Join with a short password", err, knead.Invalid)
	_, _, err = h.Join(ctx, joining, practice.Way{Name: "Lea Brandt"})
	wantKind(t, "Join with nothing", err, knead.Invalid)
	var wg sync.WaitGroup
	joined := make([]error, 2)
	for i := range joined {
		wg.Go(func() { _, _, joined[i] = h.Join(ctx, joining, practice.Way{Name: "Lea Brandt", Password: password}) })
	}
	wg.Wait()
	if (joined[0] == nil) == (joined[1] == nil) {
		t.Errorf("two joined at once with one invitation: %v, %v; want one of them", joined[0], joined[1])
	}
	_, _, err = h.Invited(ctx, link, practice.ForJoin, here)
	wantKind(t, "Invited again", err, knead.NotFound)
	if _, by, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "lea@example.org", Password: password, From: here}); err != nil || by.Name != "Lea Brandt" || by.Role != knead.Therapist {
		t.Errorf("SignIn after joining = %+v, %v", by, err)
	}
	_, _, err = h.Invite(ctx, machine(owner), practice.Invitation{Name: "Other", Email: "lea@example.org", Role: knead.Desk})
	wantKind(t, "Invite the same address twice", err, knead.Invalid)
	late, _, err := h.Invite(ctx, machine(owner), practice.Invitation{Name: "Late", Email: "late@example.org", Role: knead.Desk})
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(l.Expires.Sub(l.Created))
	_, _, err = h.Invited(ctx, late, practice.ForJoin, here)
	wantKind(t, "Invited when it is over", err, knead.NotFound)
}

func TestWhoMayNotAnyMoreIsOutAtOnceOnAllDevices(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	first, lea := invite(t, h, owner, practice.Invitation{Name: "Lea", Email: "lea@example.org", Role: knead.Therapist})
	second, _, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "lea@example.org", Password: password, From: here})
	if err != nil {
		t.Fatal(err)
	}
	reset, _, err := h.ResetLink(ctx, machine(owner), lea.Member)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.ChangeMember(ctx, machine(owner), lea.Member, 0, func(m *knead.Member) error { m.Disabled = h.Now(); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, bearer := range []string{first, second} {
		_, _, err := h.Resume(ctx, bearer)
		wantKind(t, "Resume when disabled", err, knead.NotFound)
	}
	_, _, err = h.Invited(ctx, reset, practice.ForReset, here)
	wantKind(t, "a reset link of somebody who is disabled", err, knead.NotFound)
	_, _, err = h.SignIn(ctx, owner.Practice, practice.Proof{Email: "lea@example.org", Password: password, From: here})
	wantKind(t, "SignIn when disabled", err, knead.NotAllowed)
	if err := h.ChangeMember(ctx, machine(owner), lea.Member, 0, func(m *knead.Member) error { m.Disabled = 0; return nil }); err != nil {
		t.Fatal(err)
	}
	if _, _, err = h.SignIn(ctx, owner.Practice, practice.Proof{Email: "lea@example.org", Password: password, From: here}); err != nil {
		t.Errorf("SignIn when let in again: %v", err)
	}
	_, _, err = h.Resume(ctx, first)
	wantKind(t, "Resume of a device from before", err, knead.NotFound)
}

func TestTheLastOwnerStays(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		c := &clock{t: begin}
		h := practice.New(practice.Options{Store: s, Now: c.now})
		owner, err := h.SetUp(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor", Email: "noor@example.org"})
		if err != nil {
			t.Fatal(err)
		}
		by := machine(owner)
		demote := func(id knead.MemberID) error {
			return h.ChangeMember(ctx, by, id, 0, func(m *knead.Member) error { m.Role = knead.Therapist; return nil })
		}
		disable := func(id knead.MemberID) error {
			return h.ChangeMember(ctx, by, id, 0, func(m *knead.Member) error { m.Disabled = h.Now(); return nil })
		}
		wantKind(t, "make the only owner a therapist", demote(owner.Member), knead.Invalid)
		wantKind(t, "disable the only owner", disable(owner.Member), knead.Invalid)
		if _, _, err := h.Invite(ctx, by, practice.Invitation{Name: "Second", Email: "second@example.org", Role: knead.Owner}); err != nil {
			t.Fatal(err)
		}
		members, err := h.Members(ctx, by)
		if err != nil {
			t.Fatal(err)
		}
		errs := make([]error, len(members))
		var wg sync.WaitGroup
		for i, m := range members {
			wg.Go(func() { errs[i] = demote(m.ID) })
		}
		wg.Wait()
		if members, err = h.Members(ctx, by); err != nil {
			t.Fatal(err)
		}
		owners := 0
		for _, m := range members {
			if m.Role == knead.Owner {
				owners++
			}
		}
		if owners != 1 {
			t.Errorf("two owners made each other therapists at once: %d owners are left, want 1 (errors %v)", owners, errs)
		}
	})
}

func TestASubstituteSeesNamedClientsUntilTheLastDayIsOver(t *testing.T) {
	h, owner, clock := house(t)
	ctx := t.Context()
	ada, bea := addClient(t, h, owner, "Ada"), addClient(t, h, owner, "Bea")
	end := knead.InstantOf(begin.AddDate(0, 0, 5))
	for what, in := range map[string]practice.Invitation{
		"without an end":       {Name: "S", Email: "s@example.org", Role: knead.Substitute},
		"with an end in past":  {Name: "S", Email: "s@example.org", Role: knead.Substitute, Until: knead.InstantOf(begin)},
		"an owner with an end": {Name: "S", Email: "s@example.org", Role: knead.Owner, Until: end},
		"of no known role":     {Name: "S", Email: "s@example.org", Role: "program"},
	} {
		_, _, err := h.Invite(ctx, machine(owner), in)
		wantKind(t, what, err, knead.Invalid)
	}
	bearer, sub := invite(t, h, owner, practice.Invitation{Name: "Sven", Email: "sven@example.org", Role: knead.Substitute, Until: end, Clients: []knead.ClientID{ada}})
	sees := func(want ...knead.ClientID) {
		t.Helper()
		list, _, err := h.Clients(ctx, sub, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []knead.ClientID
		for _, c := range list {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the substitute sees %v, want %v", got, want)
		}
	}
	sees(ada)
	_, err := h.Client(ctx, sub, bea)
	wantKind(t, "a client who was not named", err, knead.NotFound)
	if err := h.SetGrants(ctx, machine(owner), sub.Member, []knead.ClientID{bea}); err != nil {
		t.Fatal(err)
	}
	sees(bea)
	later := knead.InstantOf(begin.AddDate(0, 0, 9))
	if err := h.ChangeMember(ctx, machine(owner), sub.Member, 0, func(m *knead.Member) error { m.Until = later; return nil }); err != nil {
		t.Fatal(err)
	}
	clock.pass(6 * 24 * time.Hour)
	sees(bea) // the grant moved with the end
	if _, _, err := h.Resume(ctx, bearer); err != nil {
		t.Errorf("Resume before the new end: %v", err)
	}
	clock.pass(3*24*time.Hour + time.Microsecond)
	sees()
	_, _, err = h.Resume(ctx, bearer)
	wantKind(t, "Resume after the last day", err, knead.NotFound)
	_, _, err = h.SignIn(ctx, owner.Practice, practice.Proof{Email: "sven@example.org", Password: password, From: here})
	wantKind(t, "SignIn after the last day", err, knead.NotAllowed)
}

func TestAResetTakesAwayAllThatOpenedBefore(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	old, _, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@example.org", Password: password, From: here})
	if err != nil {
		t.Fatal(err)
	}
	first, _, err := h.ResetLink(ctx, machine(owner), owner.Member)
	if err != nil {
		t.Fatal(err)
	}
	link, l, err := h.ResetLink(ctx, machine(owner), owner.Member)
	if err != nil || l.Purpose != practice.ForReset {
		t.Fatalf("ResetLink = %+v, %v", l, err)
	}
	_, _, err = h.Invited(ctx, first, practice.ForReset, here)
	wantKind(t, "the link before the last one", err, knead.NotFound)
	if _, _, err := h.Resume(ctx, old); err != nil {
		t.Errorf("a reset link that nobody used signed somebody out: %v", err)
	}
	by, _, err := h.Invited(ctx, link, practice.ForReset, here)
	if err != nil {
		t.Fatal(err)
	}
	fresh, _, err := h.Join(ctx, by, practice.Way{Password: "nine kettles hum at dawn"})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = h.Resume(ctx, old)
	wantKind(t, "Resume of a device from before the reset", err, knead.NotFound)
	if again, _, err := h.Resume(ctx, fresh); err != nil || again.Name != "Noor Haddad" {
		t.Errorf("Resume after the reset = %+v, %v", again, err)
	}
	_, _, err = h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@example.org", Password: password, From: here})
	wantKind(t, "SignIn with the password from before", err, knead.NotAllowed)
}

func TestWhoChangesTheirSignInShowedLatelyWhoTheyAre(t *testing.T) {
	h, owner, clock := house(t)
	ctx := t.Context()
	other, _, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@example.org", Password: password, From: here})
	if err != nil {
		t.Fatal(err)
	}
	_, by, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@example.org", Password: password, From: here})
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(16 * time.Minute)
	for what, act := range map[string]func() error{
		"recovery codes": func() error { _, err := h.NewRecoveryCodes(ctx, by); return err },
		"no more codes":  func() error { return h.RemoveCodes(ctx, by) },
		"an invitation": func() error {
			_, _, err := h.Invite(ctx, by, practice.Invitation{Name: "X", Email: "x@example.org", Role: knead.Owner})
			return err
		},
		"a reset link": func() error { _, _, err := h.ResetLink(ctx, by, owner.Member); return err },
		"another's role": func() error {
			return h.ChangeMember(ctx, by, owner.Member, 0, func(*knead.Member) error { return nil })
		},
		"clients by grant": func() error { return h.SetGrants(ctx, by, owner.Member, nil) },
	} {
		if err := act(); !errors.Is(err, practice.ErrProveAgain) {
			t.Errorf("%s, sixteen minutes after signing in: got %v, want to be asked again", what, err)
		}
	}
	if err := h.Unlock(ctx, by, password, here); err != nil {
		t.Fatal(err)
	}
	codes, err := h.NewRecoveryCodes(ctx, by)
	if err != nil || len(codes) != 10 {
		t.Errorf("NewRecoveryCodes after unlocking = %d codes, %v", len(codes), err)
	}
	err = h.SetPassword(ctx, by, "not the old one", "nine kettles hum at dawn", here)
	wantKind(t, "SetPassword without the old one", err, knead.Invalid)
	if err := h.SetPassword(ctx, by, password, "nine kettles hum at dawn", here); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.Resume(ctx, other)
	wantKind(t, "Resume on another device after a new password", err, knead.NotFound)
	list, err := h.Signins(ctx, by)
	if err != nil || len(list) != 1 || !list[0].This {
		t.Errorf("Signins after a new password = %+v, %v; want this device alone", list, err)
	}
}

func TestARecoveryCodeLetsInOnce(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	proof := practice.Proof{Email: "noor@example.org", Password: password, From: here}
	_, by, err := h.SignIn(ctx, owner.Practice, proof)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.SetCodes(ctx, by, "not a secret", "000000")
	wantKind(t, "SetCodes with junk", err, knead.Invalid)
	made, err := h.NewCodes(ctx, by)
	if err != nil || !strings.HasPrefix(made.URL, "otpauth://totp/Clay") {
		t.Fatalf("NewCodes = %+v, %v", made, err)
	}
	if again, err := h.CodesOf(ctx, by, made.Secret); err != nil || again.URL != made.URL {
		t.Errorf("CodesOf = %q, %v; want what NewCodes gave, %q", again.URL, err, made.URL)
	}
	codes, err := h.SetCodes(ctx, by, made.Secret, authenticator(t, made.Secret, begin))
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.Proofs(ctx, by)
	if err != nil || p.Password == 0 || p.Codes == 0 || p.Recovery != len(codes) {
		t.Errorf("Proofs = %+v, %v", p, err)
	}
	_, _, err = h.SignIn(ctx, owner.Practice, proof)
	if !errors.Is(err, practice.ErrCodeNeeded) {
		t.Errorf("SignIn without a code: got %v, want to be asked for it", err)
	}
	proof.Code = strings.ToLower(codes[3])
	if _, _, err = h.SignIn(ctx, owner.Practice, proof); err != nil {
		t.Errorf("SignIn with a recovery code: %v", err)
	}
	_, _, err = h.SignIn(ctx, owner.Practice, proof)
	wantKind(t, "SignIn with a recovery code that was used", err, knead.NotAllowed)
	if err := h.RemoveCodes(ctx, by); err != nil {
		t.Fatal(err)
	}
	proof.Code = ""
	if _, _, err = h.SignIn(ctx, owner.Practice, proof); err != nil {
		t.Errorf("SignIn when no codes are asked for: %v", err)
	}
}

// authenticator is an app on a phone: RFC 6238 with six digits and thirty seconds.
func authenticator(t *testing.T, secret string, now time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, now.Unix()/30)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}

// keysFor makes passkeys for the address of a test.
func keysFor(t *testing.T) *auth.Passkeys {
	t.Helper()
	keys, err := auth.NewPasskeys(auth.PasskeySettings{Host: "knead.example", Origins: []string{"https://knead.example"}})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func TestACeremonyIsForTheOneWhoBeganIt(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	_, by, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@example.org", Password: password, From: here})
	if err != nil {
		t.Fatal(err)
	}
	_, begun, err := h.BeginPasskey(ctx, by, keysFor(t))
	if err != nil {
		t.Fatal(err)
	}
	_, lea := invite(t, h, owner, practice.Invitation{Name: "Lea", Email: "lea@example.org", Role: knead.Therapist})
	wantKind(t, "AddPasskey by another member", h.AddPasskey(ctx, lea, keysFor(t), begun, "", []byte("{}")), knead.NotAllowed)
	wantKind(t, "AddPasskey when it was taken", h.AddPasskey(ctx, by, keysFor(t), begun, "", []byte("{}")), knead.NotAllowed)
	_, signin, err := h.BeginPasskeySignIn(ctx, owner.Practice, keysFor(t), here)
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, "a ceremony to sign in, to make a passkey", h.AddPasskey(ctx, by, keysFor(t), signin, "", []byte("{}")), knead.NotAllowed)
	_, _, err = h.SignInByPasskey(ctx, keysFor(t), signin, []byte("{}"), "test")
	wantKind(t, "a ceremony that was taken", err, knead.NotAllowed)
	for _, junk := range []string{"", "x", begun + "x"} {
		_, _, err = h.SignInByPasskey(ctx, keysFor(t), junk, []byte("{}"), "test")
		wantKind(t, "a ceremony that never was", err, knead.NotAllowed)
	}
}
