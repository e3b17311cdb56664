// Package practice is every action that a person or a job can take on the record: who
// may, what belongs together, one transaction, one line of the audit chain.
//
// It knows nothing of pages or requests. A door says who acts (an [Actor]) and calls one
// method; what comes back is a value of the record or an error with a [knead.Kind].
//
// Start at [New], then access.go (who may do what, as a table) and act.go (what every
// change passes). One noun is one file: client, visit, link, consent, note ...
package practice

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"knead"
	"knead/internal/store"
)

// House is the practices of one installation and what can be done with them.
type House struct {
	store *store.Store
	now   func() time.Time
	watch *watch
	gate  *gate
	// unwritten stands in for the record where it takes nothing.
	unwritten unwritten
	mail      [32]byte // what the links in mails of this process are made from; see letter.go
	// darkroom is where pictures are drawn anew; there is room for one.
	darkroom chan struct{}
}

// Options are what the edge of the process brings.
type Options struct {
	Store *store.Store
	Now   func() time.Time // default time.Now
}

// New opens the house.
func New(o Options) *House {
	if o.Now == nil {
		o.Now = time.Now
	}
	h := &House{store: o.Store, now: o.Now, watch: newWatch(), gate: newGate(), darkroom: make(chan struct{}, 1)}
	if _, err := rand.Read(h.mail[:]); err != nil {
		panic(err) // a system without randomness keeps no secret
	}
	return h
}

// Now is what time it is in this house.
func (h *House) Now() knead.Instant { return knead.InstantOf(h.now()) }

// newID makes an identifier that sorts by time.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// digest is the SHA-256 of a text in hexadecimal.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
