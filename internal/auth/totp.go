package auth

import (
	"bytes"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod = 30 // seconds (RFC 6238 5.2)
	totpDrift  = 1  // steps early or late (RFC 6238 6)
	totpSecret = 20 // bytes, the length of the hash (RFC 4226 4)
)

// TOTP is a secret shared with somebody's authenticator (RFC 6238): six digits, thirty
// seconds, SHA-1, because that is what all authenticators know.
type TOTP struct {
	Secret string // base32; what is stored, and what a person types who cannot scan
	URL    string // otpauth://, for [QR] or for a link on the phone itself
}

// NewTOTP makes a secret. The issuer, which is the name of the practice, and the account
// are what the authenticator shows. nil means the machine's randomness.
func NewTOTP(random io.Reader, issuer, account string) (TOTP, error) {
	issuer = strings.ReplaceAll(issuer, ":", " ") // a colon parts issuer and account
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: issuer, AccountName: account, Period: totpPeriod, SecretSize: totpSecret,
		Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1, Rand: source(random),
	})
	if err != nil {
		return TOTP{}, fmt.Errorf("make a secret for one-time codes: %w", err)
	}
	return TOTP{Secret: key.Secret(), URL: key.URL()}, nil
}

// CheckTOTP tells whether the code is right now, one step earlier or one later. last is
// the step that was accepted last, 0 at first; a code of that step or an earlier one is
// refused, so that a code which somebody looked at over a shoulder does not work again
// (RFC 6238 5.2). The caller stores the step that is given back.
func CheckTOTP(secret, code string, now time.Time, last int64) (step int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	at := now.Unix() / totpPeriod
	for s := at - totpDrift; s <= at+totpDrift; s++ {
		if s < 0 {
			continue
		}
		want, err := hotp.GenerateCodeCustom(secret, uint64(s), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err != nil {
			return 0, false
		}
		// The earliest fitting step counts, and all are tried, so that the time tells nothing.
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && s > last && !ok {
			step, ok = s, true
		}
	}
	return step, ok
}

// TOTPOf writes a secret that was made before as [NewTOTP] gave it, to show it once more.
func TOTPOf(secret, issuer, account string) (TOTP, error) {
	if !IsTOTPSecret(secret) {
		return TOTP{}, fmt.Errorf("%w: not a secret of ours", ErrRefused)
	}
	raw, err := secretCoding.DecodeString(secret)
	if err != nil {
		return TOTP{}, fmt.Errorf("%w: not a secret of ours", ErrRefused)
	}
	return NewTOTP(bytes.NewReader(raw), issuer, account)
}

// IsTOTPSecret tells whether a secret has the form and the length of those that [NewTOTP]
// makes.
func IsTOTPSecret(secret string) bool {
	raw, err := secretCoding.DecodeString(secret)
	return err == nil && len(raw) == totpSecret
}

var secretCoding = base32.StdEncoding.WithPadding(base32.NoPadding)
