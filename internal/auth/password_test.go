package auth

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

func TestAPasswordFitsItsOwnHashOnly(t *testing.T) {
	const password = "lantern gravel oboe"
	one, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	other, err := HashPassword(password)
	if err != nil {
		t.Fatal(err)
	}
	if one == other {
		t.Errorf("two hashes of one password are the same: %s", one)
	}
	if !strings.HasPrefix(one, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash %s was made at another cost", one)
	}
	for _, c := range []struct {
		hash, password string
		want           bool
	}{
		{one, password, true},
		{other, password, true},
		{one, password + " ", false},
		{one, strings.ToUpper(password), false},
		{one, "", false},
		{one[:len(one)-1], password, false},
		{one + "A", password, false},
		{strings.Replace(one, "argon2id", "argon2i", 1), password, false},
		{strings.Replace(one, "m=19456", "m=019456", 1), password, false},
		{"", password, false},
		{"", "", false},
		{"plain", "plain", false},
	} {
		if got := CheckPassword(c.hash, c.password); got != c.want {
			t.Errorf("CheckPassword(%q, %q) = %v, want %v", c.hash, c.password, got, c.want)
		}
	}
}

// The hash is the one of the reference implementation's own tests (test.c, argon2id,
// version 0x13, t=2, m=2^16, p=1).
func TestTheReferenceHashIsUnderstoodAndStale(t *testing.T) {
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !CheckPassword(reference, "password") || CheckPassword(reference, "Password") {
		t.Error("the reference hash does not fit its password alone")
	}
	ours, err := HashPassword("lantern gravel oboe")
	if err != nil {
		t.Fatal(err)
	}
	for hash, want := range map[string]bool{reference: true, "": true, ours: false} {
		if got := StaleHash(hash); got != want {
			t.Errorf("StaleHash(%q) = %v, want %v", hash, got, want)
		}
	}
}

func TestAStoredHashCannotAskForAllTheMemory(t *testing.T) {
	const end = "$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, cost := range []string{"m=4194304,t=2,p=1", "m=19456,t=4000,p=1", "m=19456,t=2,p=255", "m=19456,t=0,p=1", "m=0,t=2,p=1", "m=19456,t=2,p=0", "m=-1,t=2,p=1"} {
		if p, err := parsePHC("$argon2id$v=19$" + cost + end); err == nil {
			t.Errorf("%s was taken: %+v", cost, p)
		}
	}
	if _, err := parsePHC("$argon2id$v=19$m=19456,t=2,p=1" + end); err != nil {
		t.Errorf("today's cost: %v", err)
	}
}

func TestAnUnknownAccountCostsAsMuchAsAKnownOne(t *testing.T) {
	known, err := HashPassword("lantern gravel oboe")
	if err != nil {
		t.Fatal(err)
	}
	k, err := parsePHC(known)
	if err != nil {
		t.Fatal(err)
	}
	n := nobody()
	if n.memory != k.memory || n.passes != k.passes || n.lanes != k.lanes || len(n.salt) != len(k.salt) || len(n.key) != len(k.key) {
		t.Errorf("nobody's hash costs %s, a member's %s", n, k)
	}
}

func TestHashesWaitForAPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := make(places, 3)
		running := make(chan int, 10)
		release := make(chan struct{})
		for i := range 10 {
			go func() {
				p.take()
				defer p.leave()
				running <- i
				<-release
			}()
		}
		synctest.Wait()
		if len(running) != 3 {
			t.Errorf("%d run at once, want 3", len(running))
		}
		close(release)
		synctest.Wait()
		if len(running) != 10 {
			t.Errorf("%d of 10 came to their turn", len(running))
		}
	})
}

func TestPasswordsThatOthersTryFirstAreRefused(t *testing.T) {
	known := []string{"Green Door Massage", "mara.lindqvist@greendoor.example", "Mara Lindqvist"}
	for _, p := range []string{
		"", "short", "elevenchars", "password1234", "Password2024!", "pa55w0rd!2024", "123qwertyuiop", "qwertyuiop[]", "iloveyou!!!!",
		"passwordpassword", "abcabcabcabc", "aaaaaaaaaaaaa", "!!!!!!!!!!!!!", "123456789012", "210987654321", "abcdefghijklm",
		"greendoormassage", "Green-Door-Massage-1", "mara.lindqvist", "mara.lindqvist@greendoor.example", "MaraLindqvist99", "MassageTherapist1",
		"lantern\x00gravel oboe", "lantern\xff gravel oboe", strings.Repeat("lantern gravel ", 100) + "oboe",
	} {
		err := AcceptPassword(p, known...)
		if refusal, ok := errors.AsType[*PasswordError](err); !ok {
			t.Errorf("AcceptPassword(%.40q) = %v, want a refusal", p, err)
		} else if !strings.HasSuffix(refusal.Text, ".") || p != "" && strings.Contains(refusal.Text, p) {
			t.Errorf("AcceptPassword(%.40q) says %q", p, refusal.Text)
		}
	}
	for _, p := range []string{
		"lantern gravel oboe", "correct horse battery staple", "Zwölf Boxkämpfer", "päälle sataa räntää", "$%&/()=?!{}[]", "x7Kp2-mQ9z-Rt4",
		"green tea at the harbour", "the massage room has no window", "我们今天去海边看日出然后回家", "mara rides a blue tractor",
	} {
		if err := AcceptPassword(p, known...); err != nil {
			t.Errorf("AcceptPassword(%q) = %v, want none", p, err)
		}
	}
	if _, err := HashPassword(strings.Repeat("x", mostPassword+1)); err == nil {
		t.Error("a password without end was hashed")
	}
}

func TestTheListOfCommonPasswordsIsWrittenAsItIsRead(t *testing.T) {
	if n := len(common()); n < 100 {
		t.Errorf("%d words, want 100 or more", n)
	}
	for w := range common() {
		if bare(w) != w {
			t.Errorf("%q would never be found; write %q", w, bare(w))
		}
	}
}
