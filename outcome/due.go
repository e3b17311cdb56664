package outcome

import "slices"

// OccasionID names an occasion on which things are asked.
type OccasionID string

// The occasions.
const (
	FirstVisit      OccasionID = "first-visit"
	SessionStart    OccasionID = "session-start"
	SessionEnd      OccasionID = "session-end"
	DayAfter        OccasionID = "day-after"
	ThreeDaysAfter  OccasionID = "three-days-after"
	Review          OccasionID = "review"
	Discharge       OccasionID = "discharge"
	EightWeeksAfter OccasionID = "eight-weeks-after"
	hour                       = int64(60 * 60 * 1_000_000) // microseconds
	day                        = 24 * hour
)

// Occasion is what is asked at one time.
type Occasion struct {
	ID         OccasionID
	Name       string
	Ask        []ID
	Offer      []ID  // the client may leave them out
	Again      []ID  // offered to those who have answered them before
	AfterHours int   // after the session or after discharge; 0 when it is part of a visit
	Every      Every // of a review
	Seconds    int   // how long it takes
	Mark       Mark
}

// Every is the spacing of a review: whichever comes first.
type Every struct{ Days, Sessions int }

// At is when an occasion is due after a session, or after discharge, in microseconds;
// false for one that is part of a visit.
func (o *Occasion) At(end int64) (int64, bool) {
	return end + int64(o.AfterHours)*hour, o.AfterHours > 0
}

// History is what was asked of one client so far. All times are microseconds.
type History struct {
	Now      int64
	Opened   int64   // from here on an answer belongs to this occasion and is not asked for again; 0 for none
	Sessions []int64 // when earlier sessions began, without the one of now, in any order
	Answers  []Given // in any order
}

// Given is an instrument that was answered, with a score that is known.
type Given struct {
	Instrument ID
	At         int64
}

// Ask is an instrument that is due.
type Ask struct {
	Instrument *Instrument
	Occasion   OccasionID // whose list it is on
	Optional   bool
}

// Due lists what to ask on an occasion, in the order in which to ask it. The start of a
// first session is the first visit; the start of a later one has the review with it,
// instrument by instrument, when its time has come. An unknown occasion asks nothing.
func (b *Book) Due(id OccasionID, h History) []Ask {
	d := due{book: b, h: h, seen: map[ID]bool{}}
	if id == SessionStart && len(h.Sessions) == 0 {
		id = FirstVisit
	}
	d.all(id)
	if id == SessionStart {
		d.all(Review)
	}
	return d.asks
}

type due struct {
	book *Book
	h    History
	asks []Ask
	seen map[ID]bool
}

func (d *due) all(id OccasionID) {
	o, ok := d.book.Occasion(id)
	if !ok {
		return
	}
	for _, list := range []struct {
		ids             []ID
		optional, again bool
	}{{o.Ask, false, false}, {o.Offer, true, false}, {o.Again, true, true}} {
		for _, id := range list.ids {
			last, before := d.last(id)
			switch {
			case d.seen[id] || before && d.h.Opened != 0 && last >= d.h.Opened:
			case list.again && !before:
			case o.Every != Every{} && !d.passed(o.Every, id, last, before):
			default:
				if in, ok := d.book.Instrument(id); ok {
					d.asks, d.seen[id] = append(d.asks, Ask{in, o.ID, list.optional}), true
				}
			}
		}
	}
}

// last is when an instrument was answered last.
func (d *due) last(id ID) (at int64, ever bool) {
	for _, g := range d.h.Answers {
		if g.Instrument == id && (!ever || g.At > at) {
			at, ever = g.At, true
		}
	}
	return at, ever
}

// passed tells whether days or sessions enough have gone by since the last answer. What
// was never answered and belongs to the first visit is made up for now; the rest counts
// from the first session.
func (d *due) passed(every Every, id ID, last int64, ever bool) bool {
	if !ever {
		if first, ok := d.book.Occasion(FirstVisit); ok {
			if slices.Contains(first.Ask, id) {
				return true
			}
		}
		if len(d.h.Sessions) == 0 {
			return false
		}
		last = d.h.Sessions[0]
		for _, s := range d.h.Sessions {
			last = min(last, s)
		}
	}
	sessions := 1 // the one of now
	for _, s := range d.h.Sessions {
		if s > last {
			sessions++
		}
	}
	const sameHour = day / 2 // chosen: a visit on the right day counts, whatever its hour
	return sessions >= every.Sessions || d.h.Now-last >= int64(every.Days)*day-sameHour
}
