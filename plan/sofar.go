package plan

import (
	"slices"

	"knead/atlas"
	"knead/body"
	"knead/outcome"
	"knead/reason"
)

// Hours is a length of time in whole hours: days and weeks are planned, not minutes.
type Hours int

// Day is one of them.
const Day Hours = 24

// Done is an earlier session, as far as those to come depend on it. What nobody asked is
// nil or empty, and stays unknown.
type Done struct {
	Ago        Hours // since its end
	Minutes    int   // worked; 0: not known
	Work       []Worked
	Before     *int         // pain on arrival, 0-10
	After      *int         // pain at the end, 0-10
	Soreness24 *int         // 0-10, a day later
	Soreness72 *int         // 0-10, three days later
	Sore       []body.Place // where; empty: wherever it was worked
	Marked     bool         // a bruise, numbness or another sign that it was too much
	Since      outcome.Direction
	Home       HomeDone // whether the exercises were done afterwards
	Findings   []reason.Finding
}

// HomeDone is what became of the exercises for home; empty: not said.
type HomeDone string

// What a client can say of them.
const (
	HomeAll   HomeDone = "all"
	HomeSome  HomeDone = "some"
	HomeNone  HomeDone = "none"
	HomeWorse HomeDone = "worse" // one of them made it worse
)

// HomeAnswers are all of them, in the order in which they are asked.
var HomeAnswers = []HomeDone{HomeAll, HomeSome, HomeNone, HomeWorse}

// Worked is one place that was worked in a session.
type Worked struct {
	Place     body.Place
	Pressure  int  // the strongest that was used, 1-5
	Pressed   bool // a point was held
	Muscle    atlas.MuscleID
	Technique atlas.TechniqueID
}

// History is what is known of a client when a course is planned on.
type History struct {
	Done    []Done           // in any order
	Pain    *int             // now, before anything is done, 0-10; nil: not asked
	Changes []outcome.Change // of other measures since the course began
	Wishes  Wishes
}

// Wishes are what a therapist decided about a course. The zero value leaves it to the
// rules.
type Wishes struct {
	Every    int // days from session to session, MinEvery to MaxEvery; 0: not said
	Sessions int // before the first review, 1 to MaxSessions; 0: not said
}

// The bounds of wishes. Chosen: more often than every second day leaves no time in which
// soreness passes; beyond MaxSessions somebody looks whether it helped.
const (
	MinEvery    = 2
	MaxEvery    = 42
	MaxSessions = referFrom
)

// How long to wait, and when to look. No trial compared such rules: what stands without
// a source is chosen.
const (
	afterLight Hours = 24      // after pressure up to 3, after how long soreness lasts [cambron-2007]
	afterDeep  Hours = 48      // on the same place after pressure 4 to 5 or pressed points
	afterSore  Hours = 72      // when soreness reached soreFrom or is still there
	soreFrom         = 4       // of 10, a day later
	soreAdds         = 3 * Day // when it was still sore after three days

	weekly      = 7 * Day // trials gave one to three sessions a week [sherman-2014, cherkin-2011]
	firstReview = 4       // sessions: 4 weeks were tried for the neck [sherman-2014]
	nextReview  = 2       // sessions, once one thing was changed
	referFrom   = 6       // sessions without a change, then somebody else looks
	worseTwice  = 2       // sessions after which it was worse, then the same
	apart       = 8 * 7 * Day
	hourLong    = 60 // minutes: shorter sessions did not help long-standing neck pain [sherman-2014]
)

// taper is how far apart the last sessions lie once it is better: every second week came
// after the weekly ones in one trial [perlman-2018]; the longer gap is chosen.
var taper = []Hours{14 * Day, 28 * Day}

// Way is what the sessions so far ask for.
type Way string

// The ways. The words are keys for the catalogue.
const (
	Begin     Way = "begin"      // nothing was done yet
	GoOn      Way = "go-on"      // too early to tell, or a little better
	ChangeOne Way = "change-one" // no change: one thing is done otherwise
	Taper     Way = "taper"      // better: the last sessions lie further apart
	Finish    Way = "finish"     // better, and the course is at its end
	Measure   Way = "measure"    // the review is due and nobody has asked
	Refer     Way = "refer"      // no change, or worse: somebody else looks first
	AsWished  Way = "as-wished"  // nothing hurts
	Closed    Way = "closed"     // the screening leaves no course
)

// Why says why the way is what it is, where one way has several reasons.
type Why string

// The reasons. The words are keys for the catalogue.
const (
	WorseTwice Why = "worse-twice" // of Refer: after two sessions it was worse
	Worse      Why = "worse"       // of Refer: at a review it is clearly worse than at the beginning
	NoChange   Why = "no-change"   // of Refer: none by the sixth session
	Gone       Why = "gone"        // of Finish: nothing hurts on arrival
	Better     Why = "better"      // of Finish: clearly better, and the last sessions were had
	Enough     Why = "enough"      // of Finish: a little better, and six sessions were had
	Stopped    Why = "stopped"     // of Closed: the screening stops the session
	Lifted     Why = "lifted"      // of Closed: today's session rests on a therapist's decision for today
	Masked     Why = "masked"      // of Closed: what hurts is left alone
)

// Effect is how the client is since the course began, as far as figures tell. It never
// says why.
type Effect string

// The effects. The words are keys for the catalogue.
const (
	Unknown       Effect = "unknown" // fewer than two figures
	MuchWorse     Effect = "worse"   // more than the smallest change that matters
	Same          Effect = "same"    // less than any source calls important, in either direction
	LittleBetter  Effect = "little"  // the sources do not agree whether it matters
	ClearlyBetter Effect = "better"
)

// SoFar is what the sessions of a course say about those to come.
type SoFar struct {
	Done   []Done // of this course, earliest first
	Way    Way
	Why    Why
	Effect Effect
	First  *int  // pain on arrival when the course began
	Last   *int  // the latest
	Now    *int  // of today, where somebody is here and was asked
	Worse  int   // after how many sessions it was worse
	Left   int   // sessions until the next review, or until the end; 0 where none is planned
	Review int   // which session of the course has the review, from 1; 0 for none
	Rest   Hours // after the last session, before anything is worked again
	Early  Hours // how much of it is still to come
	Wait   bool  // not before nothing is sore any more, however long that takes
	Caps   []Cap // of the pressure, where it was sore

	began  int // sessions that began clearly better
	better int // the same, with the one at which it was found
	sore   bool
	wishes Wishes
}

// Cap is a highest pressure at a place: the client wants no more there, or it was sore
// after more.
type Cap struct {
	Place body.Place
	Max   int // 1-5
	Used  int // what it was sore after; 0 where the client wants it so
}

// Look reads the sessions of a client and says what they ask for. The course begins with
// the first session after the last gap of eight weeks (chosen: when the measures of a
// finished course are asked again).
func Look(h History) SoFar {
	s := SoFar{Done: sinceGap(h.Done), Now: h.Pain, wishes: h.Wishes}
	s.judge(h)
	s.choose(h.Pain != nil)
	if n := len(s.Done); n > 0 {
		s.Rest, s.Wait = s.Done[n-1].rest()
		s.Early = max(0, s.Rest-s.Done[n-1].Ago)
	}
	for _, d := range s.Done {
		s.ease(d)
	}
	if i := lastAnswered(s.Done); i >= 0 {
		s.sore = s.Done[i].sore()
	}
	return s
}

func sinceGap(done []Done) []Done {
	done = slices.Clone(done)
	slices.SortStableFunc(done, func(a, b Done) int { return int(max(-1, min(1, b.Ago-a.Ago))) })
	next := Hours(0)
	for i, d := range slices.Backward(done) {
		if d.Ago-next > apart {
			return done[i+1:]
		}
		next = d.Ago
	}
	return done
}

// judge compares the figures of the first day with the latest ones.
func (s *SoFar) judge(h History) {
	var levels []*int
	for _, d := range s.Done {
		levels = append(levels, d.Before)
	}
	if len(s.Done) > 0 {
		levels = append(levels, h.Pain)
	}
	for _, n := range levels {
		switch {
		case n == nil:
		case s.First == nil:
			s.First = n
			s.Last = n
		default:
			s.Last = n
		}
	}
	for i, d := range s.Done {
		if s.First != nil && d.Before != nil && painChange(*s.First, *d.Before) == ClearlyBetter {
			s.began++
		}
		if s.worseAfter(i, h.Pain) {
			s.Worse++
		}
	}
	s.Effect = s.effect(levels, h.Changes)
}

// effect joins pain with the other measures: clearly better is what one of them says and
// none denies.
func (s *SoFar) effect(levels []*int, changes []outcome.Change) Effect {
	var effects []Effect
	if known := slices.DeleteFunc(slices.Clone(levels), func(n *int) bool { return n == nil }); len(known) > 1 {
		effects = append(effects, painChange(*s.First, *s.Last))
	}
	for _, c := range changes {
		if e := effectOf(c); e != Unknown {
			effects = append(effects, e)
		}
	}
	better, worse := slices.Contains(effects, ClearlyBetter), slices.Contains(effects, MuchWorse)
	switch {
	case len(effects) == 0:
		return Unknown
	case better && worse: // they do not agree
		return LittleBetter
	case better:
		return ClearlyBetter
	case worse:
		return MuchWorse
	case slices.Contains(effects, LittleBetter):
		return LittleBetter
	default:
		return Same
	}
}

func effectOf(c outcome.Change) Effect {
	switch {
	case c.Direction == "" || c.Why == outcome.NoYardstick:
		return Unknown
	case c.Matters == outcome.Yes && c.Direction == outcome.ToBetter:
		return ClearlyBetter
	case c.Matters == outcome.Yes && c.Direction == outcome.ToWorse:
		return MuchWorse
	case c.Matters == outcome.Unclear && c.Direction == outcome.ToBetter:
		return LittleBetter
	default:
		return Same
	}
}

// painChange compares two levels of pain on arrival.
func painChange(first, last int) Effect {
	nprs, ok := outcome.Standard().Instrument("nprs-now")
	if !ok {
		return Unknown
	}
	a, errA := nprs.Score(outcome.Answers{"now": float64(first)})
	b, errB := nprs.Score(outcome.Answers{"now": float64(last)})
	if errA != nil || errB != nil {
		return Unknown // not on the scale: as if it was not asked
	}
	return effectOf(nprs.Change(a, b))
}

// worseAfter tells whether it was worse after a session: the client's word, and where
// they were not asked, figures that clearly rose.
func (s *SoFar) worseAfter(i int, now *int) bool {
	d := s.Done[i]
	if d.Since != "" {
		return d.Since == outcome.ToWorse
	}
	if i+1 < len(s.Done) {
		now = s.Done[i+1].Before
	}
	if now == nil {
		now = d.After
	}
	return d.Before != nil && now != nil && painChange(*d.Before, *now) == MuchWorse
}

// choose finds the way. Refer comes before everything else, and an end before going on.
// Where the client is here and was asked, a review that is due at this session is held now.
func (s *SoFar) choose(asked bool) {
	n, seen := len(s.Done), len(s.Done)
	s.better = s.began
	if asked {
		seen++
	} else if s.Effect == ClearlyBetter {
		s.better = max(1, s.better)
	}
	s.Review = s.nextReview(seen)
	left := s.Review - n
	atReview := n > 0 && seen >= s.firstReview()
	switch {
	case s.Worse >= worseTwice:
		s.end(Refer, WorseTwice)
	case atReview && s.Effect == MuchWorse:
		s.end(Refer, Worse)
	case n > 0 && s.Last != nil && *s.Last == 0 && *s.First == 0:
		s.end(AsWished, "")
	case n > 0 && s.Last != nil && *s.Last == 0:
		s.end(Finish, Gone)
	case seen >= referFrom && s.Effect == Same:
		s.end(Refer, NoChange)
	case s.Effect == ClearlyBetter:
		if left = min(left, 1+len(taper)-s.better); left <= 0 {
			s.end(Finish, Better)
			break
		}
		s.Way, s.Left, s.Review = Taper, left, n+left
	case n >= referFrom && s.Effect == LittleBetter:
		s.end(Finish, Enough)
	case n >= referFrom:
		s.end(Measure, "")
	case atReview && s.Effect == Unknown:
		s.Way, s.Left, s.Review = Measure, 1, n+1
	case atReview && s.Effect == Same:
		s.Way, s.Left = ChangeOne, left
	case n == 0:
		s.Way, s.Left = Begin, left
	default:
		s.Way, s.Left = GoOn, left
	}
}

// Close says that there is no course, and why.
func (s *SoFar) Close(why Why) { s.end(Closed, why) }

func (s *SoFar) end(way Way, why Why) { s.Way, s.Why, s.Left, s.Review = way, why, 0, 0 }

func (s *SoFar) firstReview() int {
	if n := s.wishes.Sessions; n > 0 {
		return min(n, MaxSessions)
	}
	return firstReview
}

// nextReview is the session of the next review when n were had.
func (s *SoFar) nextReview(n int) int {
	at := s.firstReview()
	for at <= n && at < referFrom {
		at += nextReview
	}
	return min(at, referFrom)
}

// rest is how long to wait after a session, and whether to wait until nothing is sore.
func (d Done) rest() (wait Hours, untilClear bool) {
	wait = afterLight
	if slices.ContainsFunc(d.Work, Worked.deep) {
		wait = afterDeep
	}
	untilClear = d.Soreness72 != nil && *d.Soreness72 > 0
	if untilClear || d.Soreness24 != nil && *d.Soreness24 >= soreFrom {
		wait = afterSore
	}
	return wait, untilClear
}

func (w Worked) deep() bool { return w.Pressure >= strong || w.Pressed }

// sore tells whether a session was too much somewhere.
func (d Done) sore() bool {
	return d.Marked || d.Soreness24 != nil && *d.Soreness24 >= soreFrom || d.Soreness72 != nil && *d.Soreness72 > 0
}

// ease takes one level from what was used where it was sore. It holds for the rest of the
// course: what was too much once is not tried again without a therapist's word.
func (s *SoFar) ease(d Done) {
	if !d.sore() {
		return
	}
	places := d.Sore
	if len(places) == 0 {
		for _, w := range d.Work {
			places = append(places, w.Place)
		}
	}
	for _, p := range places {
		used := 0
		for _, w := range d.Work {
			if meets(w.Place, p) {
				used = max(used, w.Pressure)
			}
		}
		if used == 0 {
			continue // it was not worked: a plan cannot be gentler there
		}
		s.keep(Cap{Place: p, Max: max(1, used-1), Used: used})
	}
}

// keep adds a cap, unless a wider place keeps to as little already; what it makes needless
// goes.
func (s *SoFar) keep(c Cap) {
	covers := func(a, b Cap) bool { return a.Max <= b.Max && within(b.Place, a.Place) }
	if slices.ContainsFunc(s.Caps, func(x Cap) bool { return covers(x, c) }) {
		return
	}
	s.Caps = append(slices.DeleteFunc(s.Caps, func(x Cap) bool { return covers(c, x) }), c)
}

// within tells whether all regions of a place are among those of another.
func within(a, b body.Place) bool {
	return !slices.ContainsFunc(a.Regions, func(r body.RegionSide) bool { return !slices.Contains(b.Regions, r) })
}

// meets tells whether two places have a region of one side in common.
func meets(a, b body.Place) bool {
	return slices.ContainsFunc(a.Regions, func(r body.RegionSide) bool { return slices.Contains(b.Regions, r) })
}

// lastAnswered is the last session after which the client said how it was.
func lastAnswered(done []Done) int {
	for i, d := range slices.Backward(done) {
		if d.Soreness24 != nil || d.Soreness72 != nil || d.Marked {
			return i
		}
	}
	return -1
}
