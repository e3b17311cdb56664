package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"io"
	"strings"
)

// A recovery code is four groups of four characters from an alphabet without those that
// look alike on paper (0 and O; 1, I and L): 31^16, or 79 bits.
const (
	recoveryAlphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	recoveryCount    = 10
	recoveryGroups   = 4
	recoveryGroup    = 4
)

// RecoveryHash is what is stored of a recovery code: its SHA-256. That is enough, because
// we choose the codes and not people: at ten thousand million tries a second, half of
// the codes of 79 bits take about a million years.
type RecoveryHash [sha256.Size]byte

// NewRecoveryCodes makes ten codes to show once and the hashes to store in their place.
// nil means the machine's randomness.
func NewRecoveryCodes(random io.Reader) ([]string, []RecoveryHash, error) {
	codes := make([]string, recoveryCount)
	hashes := make([]RecoveryHash, recoveryCount)
	for i := range codes {
		code, err := recoveryCode(source(random))
		if err != nil {
			return nil, nil, fmt.Errorf("make a recovery code: %w", err)
		}
		codes[i], hashes[i] = code, hashRecovery(code)
	}
	return codes, hashes, nil
}

func recoveryCode(random io.Reader) (string, error) {
	var b strings.Builder
	for n := 0; n < recoveryGroups*recoveryGroup; {
		var one [1]byte
		if _, err := io.ReadFull(random, one[:]); err != nil {
			return "", err
		}
		at := int(one[0] & 31)
		if at >= len(recoveryAlphabet) {
			continue // thrown again, so that no character is likelier than another
		}
		if n > 0 && n%recoveryGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(recoveryAlphabet[at])
		n++
	}
	return b.String(), nil
}

// UseRecoveryCode finds the stored hash that the typed code belongs to. Small letters,
// spaces and missing dashes are fine. The caller removes the hash at the index: a code
// works once. Every hash is compared, so that the time does not tell which one fitted.
func UseRecoveryCode(hashes []RecoveryHash, typed string) (index int, ok bool) {
	const most = 64 // bytes; a code has 19
	if len(typed) > most {
		return -1, false
	}
	typedHash := hashRecovery(typed)
	index = -1
	for i, h := range hashes {
		if subtle.ConstantTimeCompare(h[:], typedHash[:]) == 1 {
			index = i
		}
	}
	return index, index >= 0
}

func hashRecovery(code string) RecoveryHash {
	tidy := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToUpper(code))
	return sha256.Sum256([]byte(tidy))
}
