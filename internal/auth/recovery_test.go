package auth

import (
	"regexp"
	"strings"
	"testing"
)

func TestRecoveryCodesAreTenDifferentReadableOnes(t *testing.T) {
	codes, hashes, err := NewRecoveryCodes(nil)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^[2-9A-HJKMNP-Z]{4}(-[2-9A-HJKMNP-Z]{4}){3}$`)
	seen := map[string]bool{}
	for _, c := range codes {
		if !form.MatchString(c) || seen[c] {
			t.Errorf("code %q is not readable or occurs twice", c)
		}
		seen[c] = true
	}
	if len(codes) != 10 || len(hashes) != 10 {
		t.Errorf("%d codes and %d hashes, want 10 of each", len(codes), len(hashes))
	}
}

func TestARecoveryCodeSaysWhichOneItWas(t *testing.T) {
	codes, hashes, err := NewRecoveryCodes(nil)
	if err != nil {
		t.Fatal(err)
	}
	for want, c := range codes {
		for _, typed := range []string{c, strings.ToLower(c), strings.ReplaceAll(c, "-", ""), " " + strings.ReplaceAll(c, "-", " ") + " "} {
			if got, ok := UseRecoveryCode(hashes, typed); !ok || got != want {
				t.Errorf("UseRecoveryCode(%q) = %d, %v; want %d", typed, got, ok, want)
			}
		}
	}
	rest := append(hashes[:3:3], hashes[4:]...)
	for _, typed := range []string{codes[3], "", "-", codes[0][:18], codes[0] + "A", strings.Repeat("A", 100)} {
		if got, ok := UseRecoveryCode(rest, typed); ok || got != -1 {
			t.Errorf("UseRecoveryCode(%q) = %d, %v; want none", typed, got, ok)
		}
	}
	if _, ok := UseRecoveryCode(make([]RecoveryHash, 1), strings.Repeat("A", 100)); ok {
		t.Error("an empty row fits a code that is too long")
	}
}

// inTurn gives every byte in turn.
type inTurn struct{ next byte }

func (r *inTurn) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.next
		r.next++
	}
	return len(p), nil
}

// The alphabet has 31 characters and a byte 256 values: without throwing again, eight
// characters would come more often than the others. 31 times ten codes are 4,960
// characters, for which every byte is needed twenty times.
func TestEveryCharacterOfARecoveryCodeIsAsLikely(t *testing.T) {
	count := map[rune]int{}
	random := &inTurn{}
	for range 31 {
		codes, _, err := NewRecoveryCodes(random)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range strings.ReplaceAll(strings.Join(codes, ""), "-", "") {
			count[r]++
		}
	}
	if len(count) != 31 {
		t.Errorf("%d different characters, want 31", len(count))
	}
	for r, n := range count {
		if n != 160 {
			t.Errorf("%c came %d times, want 160", r, n)
		}
	}
}
