package auth

import (
	"sync"
	"time"
)

// Limiter lets each key do something so often and no more: a bucket of tokens for each,
// refilled evenly. A key is whatever is to be slowed down as one: a practice and an
// account, a practice and an address's [Network].
//
// Its memory is bounded, and a key that was pushed out of it comes back with what it had
// left, never with a full bucket; see shelf. Times may come out of order.
type Limiter struct {
	every time.Duration
	burst int
	mu    sync.Mutex
	shelf *shelf[bucket]
}

// bucket holds its tokens as the time at which it will be full: the later, the emptier.
// taken is when a token was last taken.
type bucket struct{ full, taken time.Time }

// NewLimiter makes a limiter that lets each key act burst times at once and then once in
// every interval. It remembers that many keys, at some 200 bytes each.
func NewLimiter(every time.Duration, burst, keys int) *Limiter {
	return &Limiter{every: every, burst: max(burst, 1), shelf: newShelf(keys, emptier)}
}

func emptier(a, b bucket) bucket {
	if b.full.After(a.full) {
		return b
	}
	return a
}

// Allow takes one token of the key, or tells how long to wait until there is one. Zero
// means go. A refusal takes nothing.
func (l *Limiter) Allow(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.shelf.at(key)
	if back := b.taken.Sub(now); back > l.every {
		// The clock was set back. What was taken still counts, and flows in from now on. A
		// shorter step is two requests that passed each other, and gives nothing away.
		b.full, b.taken = b.full.Add(-back), now
	}
	full := b.full
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.every)
	if wait = full.Sub(now) - time.Duration(l.burst)*l.every; wait > 0 {
		return wait
	}
	b.full, b.taken = full, now
	return 0
}
