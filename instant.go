package knead

import "time"

// Instant is a point in time: microseconds since 1970 in UTC. It is a number, so that
// every database and every device stores the same one; the zone stands beside it where a
// person must read it. The zero Instant means that nobody said when.
type Instant int64

// InstantOf gives the instant of a time. What is finer than a microsecond is cut off.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time gives the instant as a time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Add gives the instant that much later; what is finer than a microsecond is cut off.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Microseconds()) }

// Sub gives how long the instant is after the other.
func (i Instant) Sub(other Instant) time.Duration {
	return time.Duration(i-other) * time.Microsecond
}
