package outcome

import (
	"math"
	"slices"
)

// Yardstick is a size of change: so many points, so many percent of the first score, or
// both joined. The zero Yardstick is none.
type Yardstick struct {
	Points  float64
	Percent float64
	Either  bool // one of the two is enough
}

// Known tells whether there is a yardstick.
func (y Yardstick) Known() bool { return y.Points > 0 || y.Percent > 0 }

// reach is the change in points that reaches the yardstick from a first score.
func (y Yardstick) reach(first float64) float64 {
	share := y.Percent / 100 * math.Abs(first)
	switch {
	case y.Percent == 0:
		return y.Points
	case y.Points == 0:
		return share
	case y.Either:
		return min(y.Points, share)
	default:
		return max(y.Points, share)
	}
}

// Direction is where a score went.
type Direction string

// The directions. The words are keys for the catalogue; the empty one is not known.
const (
	ToBetter Direction = "better"
	ToWorse  Direction = "worse"
	ToSame   Direction = "same"
)

// Verdict says whether a change is more than the smallest one that matters.
type Verdict string

// The verdicts. The words are keys for the catalogue.
const (
	Yes     Verdict = "yes"
	No      Verdict = "no"
	Unclear Verdict = "unclear"
)

// Reason says why the verdict is what it is.
type Reason string

// The reasons. The words are keys for the catalogue.
const (
	ReachesAll   Reason = "reaches-all"   // yes: what all sources call important
	ReachesNone  Reason = "reaches-none"  // no: less than what any source calls important
	Between      Reason = "between"       // unclear: the sources, or points and percent, do not agree
	NoYardstick  Reason = "no-yardstick"  // unclear: no smallest change that matters is known
	NotAnswered  Reason = "not-answered"  // unclear: one of the two scores is not known
	OtherItems   Reason = "other-items"   // unclear: the two have no activity in common
	NotAlike     Reason = "not-alike"     // unclear: the two are of different instruments or directions
	JudgesItself Reason = "judges-itself" // unclear: the score is a judgement of change already
)

// Change is how the last score differs from the first. It never says why: what pain does
// by itself and what happens to be high on the first day look the same.
type Change struct {
	Instrument ID
	Direction  Direction
	By         float64  // in points, never negative
	Matters    Verdict  // more than the smallest change that matters?
	Why        Reason   // of the verdict
	On         []ItemID // the client's own activities that both have; nil for other instruments
}

// dust is what sums of fractions may be off by.
const dust = 1e-9

// Change compares two scores of the instrument. Where the client names the items, a
// number must stand for the same activity in both.
func (in *Instrument) Change(first, last Score) Change {
	c := Change{Instrument: in.ID, Matters: Unclear}
	switch {
	case !first.known || !last.known:
		c.Why = NotAnswered
		return c
	case first.Instrument != in.ID || last.Instrument != in.ID || first.Better != last.Better || first.Better != in.Better:
		c.Why = NotAlike
		return c
	case in.Subject == Changed:
		c.Why = JudgesItself
		return c
	}
	from, to := first.number, last.number
	if in.Own.Most > 0 {
		for _, id := range first.Answered {
			if slices.Contains(last.Answered, id) {
				c.On = append(c.On, id)
			}
		}
		if len(c.On) == 0 {
			c.Why = OtherItems
			return c
		}
		from, to = in.number(first.answers, c.On), in.number(last.answers, c.On)
	}
	c.By = math.Abs(to - from)
	switch {
	case c.By < dust:
		c.Direction, c.By = ToSame, 0
	case (to > from) == (in.Better == Higher):
		c.Direction = ToBetter
	default:
		c.Direction = ToWorse
	}
	c.Matters, c.Why = in.judge(from, c.By)
	return c
}

func (in *Instrument) judge(from, by float64) (Verdict, Reason) {
	if !in.Least.Known() || !in.Sure.Known() {
		return Unclear, NoYardstick
	}
	least := by > 0 && by >= in.Least.reach(from)-dust
	sure := by > 0 && by >= in.Sure.reach(from)-dust
	switch {
	case least && sure:
		return Yes, ReachesAll
	case !least && !sure:
		return No, ReachesNone
	default:
		return Unclear, Between
	}
}

// Around gives the scores that are no change that matters from a first score (small) and
// those for which that is unclear (large, which holds small), within the range of the
// instrument. False when no yardstick is known.
func (in *Instrument) Around(first float64) (small, large Range, ok bool) {
	if !in.Least.Known() || !in.Sure.Known() {
		return Range{}, Range{}, false
	}
	a, b := in.Least.reach(first), in.Sure.reach(first)
	around := func(d float64) Range { return Range{max(in.Range.Low, first-d), min(in.Range.High, first+d)} }
	return around(min(a, b)), around(max(a, b)), true
}
