package auth

import (
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Cost of a hash: the first choice of the OWASP password storage cheat sheet for
// argon2id. About 40 ms on one core of 2024.
const (
	hashMemory  = 19 << 10 // KiB
	hashPasses  = 2
	hashLanes   = 1
	hashSaltLen = 16
	hashKeyLen  = 32
)

// What a stored hash may ask for, so that a row which somebody altered cannot take all
// the memory. Chosen: far above what we shall ever use.
const (
	mostMemory = 256 << 10 // KiB
	mostPasses = 16
	mostLanes  = 8
)

const (
	// LeastPassword is how many characters a password has at least. Chosen: NIST SP
	// 800-63B asks for 8 with a second factor and 15 without; passkeys are offered first.
	LeastPassword = 12
	// mostPassword is in bytes. It bounds the work, not the person: a page of text fits.
	mostPassword = 1024
)

// PasswordError says why a password cannot be used, in words for the person who chose it.
type PasswordError struct{ Text string }

func (e *PasswordError) Error() string { return e.Text }

// hashing has a place for each core, since a hash takes 19 MiB and a core. It belongs to
// the process because the memory does.
var hashing = make(places, runtime.GOMAXPROCS(0))

// places bound how much is done at once.
type places chan struct{}

func (p places) take()  { p <- struct{}{} }
func (p places) leave() { <-p }

// argon waits for a place and hashes.
func argon(password string, p phc) []byte {
	hashing.take()
	defer hashing.leave()
	return argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.lanes, uint32(len(p.key)))
}

// HashPassword gives a password as a PHC string to store. It applies no rule but a
// greatest length; see [AcceptPassword].
func HashPassword(password string) (string, error) {
	if len(password) > mostPassword {
		return "", tooLong()
	}
	p := phc{memory: hashMemory, passes: hashPasses, lanes: hashLanes, salt: make([]byte, hashSaltLen), key: make([]byte, hashKeyLen)}
	if _, err := rand.Read(p.salt); err != nil {
		return "", fmt.Errorf("salt a password: %w", err)
	}
	p.key = argon(password, p)
	return p.String(), nil
}

// CheckPassword tells whether the password is the one that was hashed. The empty hash
// stands for an account that does not exist or has no password: it fits nothing and
// takes the same time, so that the clock does not tell who is here.
func CheckPassword(hash, password string) bool {
	if len(password) > mostPassword {
		return false // too long for everybody, so this says nothing of the account
	}
	p, err := parsePHC(hash)
	if err != nil {
		p = nobody()
	}
	same := subtle.ConstantTimeCompare(argon(password, p), p.key) == 1
	return same && err == nil
}

// StaleHash tells whether a hash was made at another cost than today's. After a right
// password the caller hashes it again.
func StaleHash(hash string) bool {
	p, err := parsePHC(hash)
	return err != nil || p.memory != hashMemory || p.passes != hashPasses || p.lanes != hashLanes || len(p.key) != hashKeyLen
}

// nobody is what the password of an unknown account is compared with.
var nobody = sync.OnceValue(func() phc {
	return phc{memory: hashMemory, passes: hashPasses, lanes: hashLanes, salt: make([]byte, hashSaltLen), key: make([]byte, hashKeyLen)}
})

// phc is a hash in the PHC string format: $argon2id$v=19$m=...,t=...,p=...$salt$key.
type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

var b64 = base64.RawStdEncoding.Strict()

func (p phc) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes, b64.EncodeToString(p.salt), b64.EncodeToString(p.key))
}

func parsePHC(s string) (phc, error) {
	var p phc
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, fmt.Errorf("not a PHC string of argon2id, version %d", argon2.Version)
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return phc{}, fmt.Errorf("cost of a hash: %w", err)
	}
	var err error
	if p.salt, err = b64.DecodeString(parts[4]); err != nil {
		return phc{}, fmt.Errorf("salt of a hash: %w", err)
	}
	if p.key, err = b64.DecodeString(parts[5]); err != nil {
		return phc{}, fmt.Errorf("key of a hash: %w", err)
	}
	switch {
	case p.memory < 8 || p.memory > mostMemory || p.passes < 1 || p.passes > mostPasses || p.lanes < 1 || p.lanes > mostLanes:
		return phc{}, fmt.Errorf("cost of a hash is out of bounds: %s", parts[3])
	case len(p.salt) < 8 || len(p.salt) > 64 || len(p.key) < 16 || len(p.key) > 64:
		return phc{}, fmt.Errorf("salt of %d and key of %d bytes", len(p.salt), len(p.key))
	case p.String() != s:
		return phc{}, fmt.Errorf("a hash is written in another way than we write it")
	}
	return p, nil
}

//go:embed common.txt
var commonText string

// common are words that passwords are most often made of, as [bare] writes them.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for w := range strings.FieldsSeq(commonText) {
		words[w] = true
	}
	return words
})

func tooLong() *PasswordError {
	return &PasswordError{fmt.Sprintf("This password is too long. Use at most %d characters.", mostPassword/4)}
}

// AcceptPassword says whether a new password may be used, with a [*PasswordError] if
// not. known are words that anybody would try for this account: the practice's name, the
// person's name, the e-mail address. There is no rule about kinds of characters: such
// rules make people write 'Password1!'.
func AcceptPassword(password string, known ...string) error {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return &PasswordError{"This password holds a character that no keyboard can type. Type it again."}
	case len(password) > mostPassword:
		return tooLong()
	case n < LeastPassword:
		return &PasswordError{fmt.Sprintf("This password has %d characters. Use at least %d; three or four words that do not belong together are easy to keep in mind.", n, LeastPassword)}
	}
	word := bare(password)
	switch {
	case saysAgain(word) || saysAgain(strings.ToLower(password)):
		return &PasswordError{"This password says the same thing again and again. Choose one that does not."}
	case inOrder(word):
		return &PasswordError{"This password follows the alphabet or counts. Choose one that nobody can continue."}
	case common()[word] || common()[stem(word)] || common()[stem(plain(word))]:
		return &PasswordError{"This password is one of the first that others try. Choose words that do not belong together."}
	}
	for _, k := range known {
		if restates(word, k) {
			return &PasswordError{"This password is little more than a name or an e-mail address that others know. Choose another."}
		}
	}
	return nil
}

// bare leaves letters and digits, in lower case.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// stem takes the digits off both ends.
func stem(s string) string { return strings.TrimFunc(s, unicode.IsDigit) }

var digitsForLetters = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t")

// plain reads the digits inside a word as the letters that they stand for, as in
// pa55w0rd; those at its end are a number.
func plain(s string) string {
	head := strings.TrimRightFunc(s, unicode.IsDigit)
	return digitsForLetters.Replace(head) + s[len(head):]
}

// saysAgain tells whether the whole is a part, shorter than a password, said twice or
// more; the last time may break off.
func saysAgain(s string) bool {
	runes := []rune(s)
	for n := 1; n < LeastPassword && 2*n <= len(runes); n++ {
		if slices.Equal(runes[n:], runes[:len(runes)-n]) {
			return true
		}
	}
	return false
}

// inOrder tells whether each character follows the one before it, up or down; after 9
// comes 0.
func inOrder(s string) bool {
	runes := []rune(s)
	up, down := len(runes) > 2, len(runes) > 2
	for i := 1; i < len(runes); i++ {
		a, b := runes[i-1], runes[i]
		up = up && (b == a+1 || a == '9' && b == '0')
		down = down && (b == a-1 || a == '0' && b == '9')
	}
	return up || down
}

// restates tells whether a password is a known word with fewer than eight characters
// around it. For an e-mail address, the part before the @ is a word of its own.
func restates(word, known string) bool {
	account, _, _ := strings.Cut(known, "@")
	for _, k := range []string{bare(known), bare(account)} {
		if utf8.RuneCountInString(k) < 4 {
			continue // as short a word is in many good passwords
		}
		if before, after, found := strings.Cut(word, k); found && utf8.RuneCountInString(before+after) < 8 {
			return true
		}
	}
	return false
}
