package auth

import (
	"net/netip"
	"sync"
	"time"
)

// Chosen: five tries are enough for a person who knows the password and mistypes it. At
// the longest delay one network has 96 tries a day, in which a password of twelve
// characters is not guessed.
const (
	freeTries  = 5
	firstDelay = 5 * time.Second
	// LongestDelay is the longest time that anybody ever waits for their next try.
	LongestDelay = 15 * time.Minute
	// forgiven is how long after the last try the count begins again.
	forgiven = 24 * time.Hour
)

// Backoff makes those who guess wait: after five tries that failed, each further one has
// to wait twice as long as the one before, up to [LongestDelay].
//
// It counts for an account and a network together. By account alone, a stranger could
// keep the owner out of their own record by failing on purpose; here they only keep out
// their own network. There is no lock that somebody must open. Who guesses from many
// networks is slowed down by a [Limiter] on the account, set so wide that a person does
// not meet it.
type Backoff struct {
	mu    sync.Mutex
	shelf *shelf[tries]
}

// tries are those of one account and network since the last success.
type tries struct {
	failed int
	last   time.Time // of the last try that was let through
}

// NewBackoff makes a backoff that remembers that many pairs of account and network.
func NewBackoff(pairs int) *Backoff {
	return &Backoff{shelf: newShelf(pairs, worse)}
}

func worse(a, b tries) tries {
	if b.last.After(a.last) {
		a.last = b.last
	}
	a.failed = max(a.failed, b.failed)
	return a
}

// Try asks for one try and tells how long to wait for it; zero means go. A try counts as
// failed until [Backoff.Succeeded] is called, so that a hundred at once are not a hundred
// free ones. One that has to wait is not counted: hammering on the door does not make the
// wait longer. Unknown accounts are counted under the name that was typed.
func (b *Backoff) Try(account string, from netip.Addr, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.shelf.at(pair(account, from))
	if t.last.After(now) {
		t.last = now // the clock was set back: nobody waits for it to catch up
	}
	since := now.Sub(t.last)
	if since >= forgiven {
		t.failed = 0
	}
	if wait = delay(t.failed) - since; wait > 0 {
		return wait
	}
	t.failed++
	t.last = now
	return 0
}

// Succeeded forgets what failed before: the person has shown who they are, with every
// proof that the account asks for. Where one is still missing, see [Backoff.Withdraw].
func (b *Backoff) Succeeded(account string, from netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	*b.shelf.at(pair(account, from)) = tries{}
}

// Withdraw takes back one try that was no guess, such as a right password that came
// before its code was asked for. The tries that failed before it still count: forgetting
// them here would let who knows the password guess codes without end, by asking for the
// code again after every fifth.
func (b *Backoff) Withdraw(account string, from netip.Addr) {
	b.mu.Lock()
	defer b.mu.Unlock()
	t := b.shelf.at(pair(account, from))
	t.failed = max(t.failed-1, 0)
}

// delay is how long the try after so many failed ones has to wait.
func delay(failed int) time.Duration {
	if failed < freeTries {
		return 0
	}
	d := firstDelay
	for i := freeTries; i < failed && d < LongestDelay; i++ {
		d *= 2
	}
	return min(d, LongestDelay)
}

func pair(account string, from netip.Addr) string { return Network(from).String() + " " + account }

// Network is the neighbourhood of an address that is taken as one asker: /24 of IPv4, /48
// of IPv6. Chosen: a person who moves within it stays the same, and who has one of them
// has all of it.
func Network(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 48
	if a.Is4() {
		bits = 24
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // the zero address: all who have none are one
	}
	return p
}
