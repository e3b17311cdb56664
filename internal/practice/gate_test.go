package practice

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/store"
)

// counted is a house that counts how often a password is hashed.
func counted(t *testing.T) (h *House, owner Actor, hashes *int) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	now := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	h = New(Options{Store: s, Now: func() time.Time { return now }})
	if owner, err = h.SetUp(t.Context(), Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@example.org", Password: "seven warm stones in a row"}); err != nil {
		t.Fatal(err)
	}
	hashes = new(int)
	h.gate.check = func(hash, password string) bool {
		*hashes++
		return auth.CheckPassword(hash, password)
	}
	return h, owner, hashes
}

func TestWhoeverIsRefusedGetsTheSameAnswerForTheSameWork(t *testing.T) {
	h, owner, hashes := counted(t)
	ctx := t.Context()
	owner.Role = program // who has the machine need not prove it
	for _, in := range []Invitation{
		{Name: "Never Joined", Email: "invited@example.org", Role: knead.Therapist},
		{Name: "Left", Email: "left@example.org", Role: knead.Therapist},
	} {
		if _, _, err := h.Invite(ctx, owner, in); err != nil {
			t.Fatal(err)
		}
	}
	members, err := h.Members(ctx, owner)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if m.Email == "left@example.org" {
			if err := h.ChangeMember(ctx, owner, m.ID, 0, func(m *knead.Member) error { m.Disabled = h.Now(); return nil }); err != nil {
				t.Fatal(err)
			}
		}
	}
	want := errWrong().Error()
	for what, c := range map[string]struct {
		practice knead.PracticeID
		email    string
	}{
		"a wrong password":           {owner.Practice, "noor@example.org"},
		"an unknown address":         {owner.Practice, "nobody@example.org"},
		"an unknown practice":        {"01a224a0-6a40-71ae-9076-88139713aec4", "noor@example.org"},
		"somebody who never joined":  {owner.Practice, "invited@example.org"},
		"somebody who is not let in": {owner.Practice, "left@example.org"},
		"no address at all":          {owner.Practice, ""},
	} {
		*hashes = 0
		_, _, err := h.SignIn(ctx, c.practice, Proof{Email: c.email, Password: "not the password at all", From: netip.MustParseAddr("192.0.2.1")})
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %q", what, err, want)
		}
		if *hashes != 1 {
			t.Errorf("%s: %d hashes were computed, want 1 as for everybody", what, *hashes)
		}
	}
}

func TestARightPasswordWinsNoFurtherGuessesOfTheCode(t *testing.T) {
	h, owner, _ := counted(t)
	ctx := t.Context()
	bearer, by, err := h.SignIn(ctx, owner.Practice, Proof{Email: "noor@example.org", Password: "seven warm stones in a row", From: netip.MustParseAddr("192.0.2.9")})
	if err != nil || bearer == "" {
		t.Fatal(err)
	}
	made, err := h.NewCodes(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.SetCodes(ctx, by, made.Secret, codeOf(t, made.Secret, h.now())); err != nil {
		t.Fatal(err)
	}
	from := netip.MustParseAddr("198.51.100.1")
	guesses := 0
	for range 20 {
		proof := Proof{Email: "noor@example.org", Password: "seven warm stones in a row", From: from}
		if _, _, err := h.SignIn(ctx, owner.Practice, proof); !errors.Is(err, ErrCodeNeeded) {
			break // made to wait
		}
		proof.Code = "000000"
		if _, _, err := h.SignIn(ctx, owner.Practice, proof); err == nil {
			t.Fatal("a guess was right: choose another wrong code for this test")
		}
		guesses++
	}
	if guesses > 5 {
		t.Errorf("who knows the password guessed %d codes without waiting, want at most 5", guesses)
	}
}

// codeOf is what an authenticator shows (RFC 6238).
func codeOf(t *testing.T, secret string, now time.Time) string {
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
