package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"
)

func token(t *testing.T) Token {
	t.Helper()
	tok, err := NewToken(nil)
	if err != nil {
		t.Fatal(err)
	}
	return tok
}

func TestATokenFitsItsOwnHashOnly(t *testing.T) {
	one, other := token(t), token(t)
	if !one.Hash().Fits(one) || one.Hash().Fits(other) || one.Hash().Fits(Token{}) || (TokenHash{}).Fits(one) || (TokenHash{}).Fits(Token{}) {
		t.Error("a hash fits another token than its own")
	}
	stored, err := ReadTokenHash(one.Hash().Bytes())
	if err != nil || !stored.Fits(one) {
		t.Errorf("the stored hash does not fit (%v)", err)
	}
	if _, err := ReadTokenHash(make([]byte, 31)); err == nil {
		t.Error("a hash of 31 bytes was taken")
	}
	read, err := ParseToken(one.Reveal())
	if err != nil || read.Hash() != one.Hash() {
		t.Errorf("ParseToken of a revealed token: %v", err)
	}
	if !(Token{}).IsZero() || one.IsZero() {
		t.Error("IsZero is wrong")
	}
}

func TestATokenIsNeverPrinted(t *testing.T) {
	tok := token(t)
	secret := tok.Reveal()
	bits := tok.secret()
	raw := fmt.Sprintf("%x", bits)
	type row struct {
		Token  Token
		inside Token
	}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p", "%T"} {
		fmt.Fprintf(&out, verb+" "+verb+" "+verb+"\n", tok, &tok, row{tok, tok})
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("a", "token", tok, "row", row{tok, tok})
	}
	if err := json.NewEncoder(&out).Encode(row{tok, tok}); err != nil {
		t.Fatal(err)
	}
	decimal := strings.Trim(fmt.Sprint(bits[:4]), "[]")
	for _, never := range []string{secret, raw[:8], strings.ToUpper(raw[:8]), decimal} {
		if strings.Contains(out.String(), never) {
			t.Errorf("the secret shows as %s in:\n%s", never, out.String())
		}
	}
	if !strings.Contains(out.String(), "token=[secret]") {
		t.Errorf("the log does not say that there was a secret:\n%s", out.String())
	}
}

func TestWithoutRandomnessThereIsNoToken(t *testing.T) {
	broken := iotest.ErrReader(errors.New("no entropy"))
	if tok, err := NewToken(broken); err == nil || !tok.IsZero() {
		t.Errorf("NewToken gave %v, %v", tok, err)
	}
	if codes, _, err := NewRecoveryCodes(broken); err == nil {
		t.Errorf("NewRecoveryCodes gave %v", codes)
	}
	if made, err := NewTOTP(broken, "Green Door", "mara"); err == nil {
		t.Errorf("NewTOTP gave %v", made)
	}
	if a, err := NewAttempt(broken, noon); err == nil {
		t.Errorf("NewAttempt gave %v", a)
	}
}

func TestATokenHasOneSpelling(t *testing.T) {
	good := token(t).Reveal()
	last := good[len(good)-1]
	next := byte('B')
	if last == 'B' {
		next = 'C' // the last character carries four bits; its two spare ones must be zero
	}
	for _, bad := range []string{"", good[1:], good + "A", good + "=", good[:42] + "\n", good[:20] + "\n" + good[20:], good[:42] + string(next), strings.Replace(good, good[:1], "+", 1)} {
		if tok, err := ParseToken(bad); !errors.Is(err, ErrRefused) {
			t.Errorf("ParseToken(%q) = %v, %v; want a refusal", bad, tok, err)
		}
	}
}

const practiceID = "0197c2f0-5b1e-7d3a-9c44-0123456789ab"

func TestABearerNamesItsPractice(t *testing.T) {
	tok := token(t)
	s := JoinBearer(strings.ToUpper(practiceID), tok)
	if len(s) != 66 || strings.Count(s, ".") != 1 {
		t.Errorf("bearer has %d characters and %d dots, want 66 and 1", len(s), strings.Count(s, "."))
	}
	id, read, err := SplitBearer(s)
	if err != nil || id != practiceID || read.Hash() != tok.Hash() {
		t.Errorf("SplitBearer gave %s, %v", id, err)
	}
	for _, bad := range []string{"", ".", s[1:], s + "A", strings.Replace(s, ".", "-", 1), "." + s, s[:22] + "." + s[23:65] + "=", tok.Reveal()} {
		if id, _, err := SplitBearer(bad); !errors.Is(err, ErrRefused) {
			t.Errorf("SplitBearer(%q) = %s, %v; want a refusal", bad, id, err)
		}
	}
}

func TestJoinBearerStopsWhereAnIDIsNone(t *testing.T) {
	for _, id := range []string{"", "0197c2f0", practiceID + "0", strings.Replace(practiceID, "-", "x", 1), strings.Replace(practiceID, "0", "g", 1)} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("JoinBearer(%q) gave something", id)
				}
			}()
			JoinBearer(id, token(t))
		}()
	}
}

// Whatever is read is written again in the same way, and nothing else is read.
func FuzzSplitBearer(f *testing.F) {
	tok, err := NewToken(bytes.NewReader(bytes.Repeat([]byte{0xA7}, tokenLen)))
	if err != nil {
		f.Fatal(err)
	}
	good := JoinBearer(practiceID, tok)
	for _, seed := range []string{good, good[:65], good + "=", strings.Replace(good, ".", "", 1), ".", "", strings.Repeat("A", 22) + "." + strings.Repeat("_", 43)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, tok, err := SplitBearer(s)
		if err != nil {
			if !errors.Is(err, ErrRefused) || id != "" || !tok.IsZero() {
				t.Errorf("SplitBearer(%q) refuses with %q, %v, %v", s, id, tok, err)
			}
			return
		}
		if again := JoinBearer(id, tok); again != s {
			t.Errorf("%q was read, and written as %q", s, again)
		}
	})
}
