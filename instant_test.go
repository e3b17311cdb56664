package knead_test

import (
	"testing"
	"time"

	"knead"
)

func TestAnInstantKeepsTheMicrosecondAndForgetsTheZone(t *testing.T) {
	madrid := time.FixedZone("CEST", 2*60*60)
	for _, at := range []time.Time{
		time.Date(2024, 10, 27, 2, 30, 0, 123456000, madrid),
		time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
		time.Unix(0, 0),
	} {
		got := knead.InstantOf(at).Time()
		if !got.Equal(at) || got.Location() != time.UTC {
			t.Errorf("InstantOf(%v).Time() = %v, want the same time in UTC", at, got)
		}
	}
	if got := knead.InstantOf(time.Unix(1, 1999)); got != 1_000_001 {
		t.Errorf("InstantOf(1 s and 1999 ns) = %d, want 1000001: what is finer is cut off", got)
	}
}

func TestInstantsAreApartByWhatWasAdded(t *testing.T) {
	start := knead.InstantOf(time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC))
	for _, d := range []time.Duration{0, time.Microsecond, 90 * time.Minute, -24 * time.Hour} {
		if got := start.Add(d).Sub(start); got != d {
			t.Errorf("Add(%v).Sub = %v, want %v", d, got, d)
		}
	}
}
