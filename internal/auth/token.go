package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const (
	tokenLen    = 32 // bytes: 256 bits, which nobody guesses
	revealedLen = 43 // characters
)

var b64url = base64.RawURLEncoding.Strict()

// Token is a secret that opens something by itself: a session, an invitation, a link to a
// form. It is shown once, to the one who gets it; what is stored is its [TokenHash].
//
// Printing or logging a Token never shows it; [Token.Reveal] is the only way out. It is
// not comparable: ask its hash.
type Token struct {
	secret func() [tokenLen]byte // a function, since package fmt looks into structs and through pointers
}

func tokenOf(secret [tokenLen]byte) Token {
	return Token{secret: func() [tokenLen]byte { return secret }}
}

// NewToken makes a token from randomness; nil means the machine's.
func NewToken(random io.Reader) (Token, error) {
	var secret [tokenLen]byte
	if _, err := io.ReadFull(source(random), secret[:]); err != nil {
		return Token{}, fmt.Errorf("make a token: %w", err)
	}
	return tokenOf(secret), nil
}

// ParseToken reads what [Token.Reveal] wrote. One token has one spelling.
func ParseToken(s string) (Token, error) {
	b, err := b64url.DecodeString(s)
	if err != nil || len(b) != tokenLen || len(s) != revealedLen { // the decoder skips line breaks
		return Token{}, fmt.Errorf("%w: a token of %d characters is not in our form", ErrRefused, len(s))
	}
	return tokenOf([tokenLen]byte(b)), nil
}

// Reveal gives the token itself, in 43 characters of base64url (RFC 4648 5) that fit in a
// link.
func (t Token) Reveal() string {
	if t.secret == nil {
		return ""
	}
	secret := t.secret()
	return b64url.EncodeToString(secret[:])
}

// IsZero tells whether there is no token.
func (t Token) IsZero() bool { return t.secret == nil }

// Hash gives what is stored in the token's place. A fast hash is right here: a password
// needs a slow one because people choose it, but nobody can try 2^256 tokens.
func (t Token) Hash() TokenHash {
	if t.secret == nil {
		return TokenHash{}
	}
	secret := t.secret()
	return sha256.Sum256(secret[:])
}

// hidden is written wherever a secret would be.
const hidden = "[secret]"

// String hides the token.
func (t Token) String() string { return hidden }

// Format hides the token from every verb of package fmt.
func (t Token) Format(f fmt.State, _ rune) { fmt.Fprint(f, hidden) }

// LogValue hides the token from the log.
func (t Token) LogValue() slog.Value { return slog.StringValue(hidden) }

// TokenHash is the SHA-256 of a token. It opens nothing, so it may be stored, looked up
// and indexed. The zero TokenHash fits no token.
type TokenHash [sha256.Size]byte

// ReadTokenHash takes a hash back out of storage.
func ReadTokenHash(stored []byte) (TokenHash, error) {
	if len(stored) != sha256.Size {
		return TokenHash{}, fmt.Errorf("a token's hash has %d bytes, not %d", sha256.Size, len(stored))
	}
	return TokenHash(stored), nil
}

// Bytes is what to store.
func (h TokenHash) Bytes() []byte { return h[:] }

// String writes the hash in hexadecimal digits.
func (h TokenHash) String() string { return hex.EncodeToString(h[:]) }

// Fits tells, in the same time for every token, whether the hash is of this one.
func (h TokenHash) Fits(t Token) bool {
	if t.secret == nil {
		return false
	}
	other := t.Hash()
	return subtle.ConstantTimeCompare(h[:], other[:]) == 1
}

const (
	packedID  = 22 // characters of base64url for the 16 bytes of a UUID
	bearerLen = packedID + 1 + revealedLen
)

// JoinBearer writes a token together with the practice to which it belongs, so that one
// look-up with the practice's id in its key finds it: 22 characters, a dot, 43 characters.
// It panics if the practice's id is not a UUID: an id comes from the record, never from a
// request.
func JoinBearer(practiceID string, t Token) string {
	id, ok := parseUUID(practiceID)
	if !ok || t.secret == nil {
		panic("auth: JoinBearer needs the id of a practice and a token")
	}
	return b64url.EncodeToString(id[:]) + "." + t.Reveal()
}

// SplitBearer reads what [JoinBearer] wrote. The id is a UUID in lower case; whether such
// a practice exists is for the caller to find out.
func SplitBearer(s string) (practiceID string, t Token, err error) {
	packed, secret, _ := strings.Cut(s, ".")
	id, err := b64url.DecodeString(packed)
	if err != nil || len(s) != bearerLen || len(packed) != packedID || len(id) != 16 {
		return "", Token{}, fmt.Errorf("%w: a bearer of %d characters is not in our form", ErrRefused, len(s))
	}
	if t, err = ParseToken(secret); err != nil {
		return "", Token{}, err
	}
	return formatUUID([16]byte(id)), t, nil
}

// parseUUID reads the form of RFC 9562 4: 8-4-4-4-12 hexadecimal digits.
func parseUUID(s string) (id [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	n, err := hex.Decode(id[:], []byte(s[:8]+s[9:13]+s[14:18]+s[19:23]+s[24:]))
	return id, err == nil && n == len(id)
}

func formatUUID(id [16]byte) string {
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
