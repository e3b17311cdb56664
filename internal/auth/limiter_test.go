package auth

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// However little a limiter remembers and whoever else asks: in any stretch of time a key
// gets no more than its burst and what flows in.
func TestNoKeyGetsMoreThanItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const every = 10 * time.Second
		burst := rapid.IntRange(1, 4).Draw(t, "burst")
		l := NewLimiter(every, burst, rapid.IntRange(1, 4).Draw(t, "keys remembered"))
		allowed := map[string][]time.Time{}
		now := noon
		for range rapid.IntRange(1, 150).Draw(t, "asks") {
			now = now.Add(time.Duration(rapid.IntRange(0, 8000).Draw(t, "ms")) * time.Millisecond)
			key := fmt.Sprint(rapid.IntRange(0, 8).Draw(t, "key"))
			if l.Allow(key, now) == 0 {
				allowed[key] = append(allowed[key], now)
			}
		}
		for key, times := range allowed {
			for i := range times {
				for j := i; j < len(times); j++ {
					if most := burst + int(times[j].Sub(times[i])/every); j-i+1 > most {
						t.Fatalf("key %s was let through %d times in %s, most is %d", key, j-i+1, times[j].Sub(times[i]), most)
					}
				}
			}
		}
	})
}

// While all keys fit in the memory, each is alone: it gets what a plain bucket of its own
// would give it, and the wait that it is told is true.
func TestAKeyThatIsRememberedDoesNotFeelTheOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const every, burst = 10 * time.Second, 3
		l := NewLimiter(every, burst, 9)
		tokens, at := map[string]time.Duration{}, map[string]time.Time{} // a token is counted as the time it takes to flow in
		now := noon
		for range rapid.IntRange(1, 150).Draw(t, "asks") {
			now = now.Add(time.Duration(rapid.IntRange(0, 8000).Draw(t, "ms")) * time.Millisecond)
			key := fmt.Sprint(rapid.IntRange(0, 8).Draw(t, "key"))
			has, seen := tokens[key]
			if !seen {
				has = burst * every
			} else {
				has = min(has+now.Sub(at[key]), burst*every)
			}
			wait := l.Allow(key, now)
			if want := max(every-has, 0); wait != want {
				t.Fatalf("key %s waits %s, want %s", key, wait, want)
			}
			if wait == 0 {
				has -= every
			} else if l.Allow(key, now.Add(wait-1)) == 0 {
				t.Fatalf("key %s was told to wait %s and got in earlier", key, wait)
			}
			tokens[key], at[key] = has, now
		}
	})
}

func TestPushingAnEmptyBucketOutDoesNotFillIt(t *testing.T) {
	l := NewLimiter(time.Minute, 2, 100)
	for range 2 {
		if wait := l.Allow("mallory", noon); wait != 0 {
			t.Fatalf("within the burst: wait %s", wait)
		}
	}
	for i := range 10_000 {
		l.Allow(fmt.Sprint("invented ", i), noon)
	}
	if wait := l.Allow("mallory", noon); wait < time.Minute {
		t.Errorf("after a flood of names the wait is %s, want a minute or more", wait)
	}
	if n := len(l.shelf.byKey); n != 100 || l.shelf.order.Len() != 100 {
		t.Errorf("%d keys are remembered, want 100", n)
	}
}

func TestAFloodShutsNobodyOutForLong(t *testing.T) {
	l := NewLimiter(time.Minute, 5, 100)
	for i := range 100_000 {
		l.Allow(fmt.Sprint("invented ", i), noon)
	}
	later := noon.Add(5 * time.Minute)
	for i := range 50 {
		if wait := l.Allow(fmt.Sprint("honest ", i), later); wait != 0 {
			t.Errorf("five minutes after the flood somebody new waits %s", wait)
		}
	}
}

func TestALongKeyIsKeptShort(t *testing.T) {
	l := NewLimiter(time.Minute, 1, 2)
	long := strings.Repeat("x", 1<<20)
	if l.Allow(long+"a", noon) != 0 || l.Allow(long+"b", noon) != 0 {
		t.Error("two long keys are taken for one")
	}
	if l.Allow(long+"a", noon) == 0 {
		t.Error("a long key is not known again")
	}
	for key := range l.shelf.byKey {
		if len(key) > 32 {
			t.Errorf("a key of %d bytes is kept", len(key))
		}
	}
}

var home = netip.MustParseAddr("203.0.113.7")

func TestTriesSlowDownAfterFiveFailures(t *testing.T) {
	b := NewBackoff(10)
	now := noon
	want := []time.Duration{0, 0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900}
	for i, seconds := range want {
		wait := b.Try("mara", home, now)
		if wait != seconds*time.Second {
			t.Errorf("try %d waits %s, want %ds", i+1, wait, seconds)
		}
		if wait > 0 {
			if again := b.Try("mara", home, now); again != wait {
				t.Errorf("asking again made the wait %s, it was %s", again, wait)
			}
			now = now.Add(wait)
			if left := b.Try("mara", home, now); left != 0 {
				t.Errorf("try %d: having waited, there is %s more", i+1, left)
			}
		}
	}
}

func TestAHundredTriesAtOnceAreFive(t *testing.T) {
	b := NewBackoff(10)
	through := 0
	for range 100 {
		if b.Try("mara", home, noon) == 0 {
			through++
		}
	}
	if through != 5 {
		t.Errorf("%d tries got through at once, want 5", through)
	}
}

func TestAStrangerCannotKeepTheOwnerOut(t *testing.T) {
	b := NewBackoff(10_000)
	for i := range 5000 {
		b.Try("mara", netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}), noon)
	}
	if wait := b.Try("mara", home, noon); wait != 0 {
		t.Errorf("the owner waits %s", wait)
	}
	if wait := b.Try("ines", netip.AddrFrom4([4]byte{198, 51, 0, 1}), noon); wait != 0 {
		t.Errorf("another account on a guesser's network waits %s", wait)
	}
}

func TestHalfAProofTakesBackItsOwnTryOnly(t *testing.T) {
	b := NewBackoff(10)
	for i := range 20 { // right password, no code yet
		if wait := b.Try("mara", home, noon); wait != 0 {
			t.Errorf("sign-in %d that only lacks its code waits %s", i+1, wait)
		}
		b.Withdraw("mara", home)
	}
	guesses := 0
	for range 50 { // a wrong code, then the password alone again
		if b.Try("mara", home, noon) == 0 {
			guesses++
		}
		if b.Try("mara", home, noon) == 0 {
			b.Withdraw("mara", home)
		}
	}
	if guesses != 5 {
		t.Errorf("who knows the password guesses %d codes at once, want 5", guesses)
	}
	fresh := NewBackoff(10)
	fresh.Withdraw("mara", home)
	for range 5 {
		fresh.Try("mara", home, noon)
	}
	if fresh.Try("mara", home, noon) == 0 {
		t.Error("taking back what was never tried gives a free try")
	}
}

func TestSuccessAndADayForgive(t *testing.T) {
	fail := func() *Backoff {
		b := NewBackoff(10)
		for range 6 {
			b.Try("mara", home, noon)
		}
		return b
	}
	b := fail()
	b.Succeeded("mara", home)
	for i := range 5 {
		if wait := b.Try("mara", home, noon); wait != 0 {
			t.Errorf("try %d after success waits %s", i+1, wait)
		}
	}
	b = fail()
	for i := range 5 {
		if wait := b.Try("mara", home, noon.Add(24*time.Hour)); wait != 0 {
			t.Errorf("try %d a day later waits %s", i+1, wait)
		}
	}
}

// Whoever else tries and however little is remembered: nobody waits longer than fifteen
// minutes, who has waited gets in, and nobody gets more tries than the delays allow.
func TestDelaysHaveABoundAndABottom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := NewBackoff(rapid.IntRange(1, 3).Draw(t, "pairs remembered"))
		now := noon
		through := map[string][]time.Time{}
		for range rapid.IntRange(1, 120).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.IntRange(0, 120).Draw(t, "seconds")) * time.Second)
			account := fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "account"))
			wait := b.Try(account, home, now)
			if wait < 0 || wait > LongestDelay {
				t.Fatalf("account %s waits %s", account, wait)
			}
			if wait > 0 && rapid.Bool().Draw(t, "waits") {
				now = now.Add(wait)
				if left := b.Try(account, home, now); left != 0 {
					t.Fatalf("account %s has waited %s and there is %s more", account, wait, left)
				}
				wait = 0
			}
			if wait == 0 {
				through[account] = append(through[account], now)
			}
		}
		for account, times := range through {
			for i := freeTries; i < len(times); i++ {
				if gap := times[i].Sub(times[i-1]); gap < delay(i) {
					t.Fatalf("account %s: try %d came %s after the one before, least is %s", account, i+1, gap, delay(i))
				}
			}
		}
	})
}

func TestANetworkIsWhatOnePersonMayHold(t *testing.T) {
	for addr, want := range map[string]string{
		"203.0.113.7": "203.0.113.0/24", "::ffff:203.0.113.7": "203.0.113.0/24", "2001:db8:1:2::3": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48",
	} {
		if got := Network(netip.MustParseAddr(addr)).String(); got != want {
			t.Errorf("Network(%s) = %s, want %s", addr, got, want)
		}
	}
	if got := Network(netip.Addr{}); got.IsValid() {
		t.Errorf("no address has the network %s", got)
	}
}

func TestALimiterForgivesAClockThatIsSetBack(t *testing.T) {
	l := NewLimiter(time.Second, 3, 10)
	now := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	l.Allow("k", now)
	back := now.Add(-24 * time.Hour)
	if wait := l.Allow("k", back); wait > time.Second {
		t.Errorf("after the clock went back a day, the next try waits %s; want at most one interval", wait)
	}
	if wait := l.Allow("k", back.Add(time.Second)); wait != 0 {
		t.Errorf("an interval later it still waits %s", wait)
	}
}

func TestWhatWasTakenBeforeTheClockWasSetBackStillCounts(t *testing.T) {
	l := NewLimiter(time.Minute, 3, 10)
	for range 3 {
		l.Allow("k", noon)
	}
	back := noon.Add(-24 * time.Hour)
	for range 2 {
		if wait := l.Allow("k", back); wait != time.Minute {
			t.Errorf("an empty bucket, after the clock went back a day, waits %s; want a minute", wait)
		}
	}
	if wait := l.Allow("k", back.Add(time.Minute)); wait != 0 {
		t.Errorf("a minute later it still waits %s", wait)
	}
	// Two requests that pass each other are no clock set back, and win nothing.
	if wait := l.Allow("k", back.Add(time.Minute-time.Millisecond)); wait != time.Minute+time.Millisecond {
		t.Errorf("a request that comes a little late waits %s", wait)
	}
}

func TestABackoffForgivesAClockThatIsSetBack(t *testing.T) {
	b := NewBackoff(10)
	for range 5 {
		b.Try("mara", home, noon)
	}
	back := noon.Add(-24 * time.Hour)
	wait := b.Try("mara", home, back)
	if wait != 5*time.Second {
		t.Errorf("after the clock went back a day the wait is %s, want 5s", wait)
	}
	if left := b.Try("mara", home, back.Add(wait)); left != 0 {
		t.Errorf("having waited, there is %s more", left)
	}
}
