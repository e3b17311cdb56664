package plan

import (
	"cmp"
	"slices"

	"knead/atlas"
	"knead/body"
	"knead/outcome"
	"knead/reason"
	"knead/screen"
)

// Course is a care plan over weeks: the sessions to come up to the next review, never
// further. It is a draft, as the plan is, and every session has its own screening.
type Course struct {
	SoFar

	Here     bool      // the next session is now
	Sessions []Sitting // to come, the next first; none where the way is no course
	Focus    []Focus
	Change   *Swap        // of ChangeOne: what could be done otherwise; else nil
	Ask      []outcome.ID // at the review
	Home     []Advice     // exercises to ask about each time
	LookIn   Hours        // of Taper and Finish: when to ask again after the last session
}

// Sitting is one session to come. Times are from now; a visit that is open now is the
// first, and where it comes before its time, the course says when that would be.
type Sitting struct {
	N        int   // of the course, from 1
	From     Hours // never before
	At       Hours // when it is planned
	Minutes  int
	Pressure int  // the highest that is planned, 1-5
	Review   bool // look at the measures before it begins
}

// Focus is a place of the plan on which the course is about.
type Focus struct {
	Place    string
	Muscle   *atlas.Muscle // nil: not one muscle
	Side     *body.Side    // nil: both
	Minutes  int
	Pressure int
	Familiar reason.Check // whether pressing brought on the pain, as found last in this course
}

// Swap is the one thing that could be done otherwise.
type Swap struct {
	Kind      SwapKind
	Minutes   int              // of SwapDose
	Point     *atlas.Point     // of SwapPlace
	Side      body.Side        // of SwapPlace
	Technique *atlas.Technique // of SwapStyle; nil where none is left
	Source    atlas.SourceID
}

// SwapKind is what is done otherwise.
type SwapKind string

// The kinds, in the order in which they are thought of.
const (
	SwapDose  SwapKind = "dose"
	SwapPlace SwapKind = "place"
	SwapStyle SwapKind = "style"
)

// maxFocus is how many places a course names (chosen: what a therapist remembers).
const maxFocus = 4

// BuildCourse plans the sessions from the next one on: next is its plan, as [Build] made
// it from the ranking and the clearance. It fails with ErrNotCleared.
func BuildCourse(h History, next Plan, r reason.Ranking, c screen.Clearance) (Course, error) {
	if !c.OK() {
		return Course{}, ErrNotCleared
	}
	k := Course{SoFar: Look(h), Here: true}
	k.focus(next)
	switch _, lifted := c.Lifted(); {
	case k.Way == Refer:
	case lifted:
		k.Close(Lifted)
	case len(r.Sites) > 0 && !reaches(next, r.Sites):
		k.Close(Masked)
	case len(r.Sites) == 0 && k.First == nil:
		k.end(AsWished, "")
	}
	k.lay(next, k.Early)
	k.advise(next, r, c)
	return k, nil
}

// Ahead plans from the past alone, for a client who is not here: the next session comes a
// gap after the last one, as long and as strong as that was. The screening of its day
// decides whether it takes place.
func Ahead(h History) Course {
	k := Course{SoFar: Look(h)}
	n := len(k.Done)
	if n == 0 {
		k.end(Begin, "")
		return k
	}
	last := k.Done[n-1]
	next := Plan{Worked: last.Minutes}
	for _, w := range last.Work {
		x := Step{Kind: Work, Pressure: k.capped(w.Place, w.Pressure)}
		if w.Pressed {
			x.Hold = holdFor(usualPointMinutes)
		}
		next.Steps = append(next.Steps, x)
	}
	k.lay(next, max(k.Early, k.gap(0)-last.Ago))
	k.ends()
	return k
}

// lay puts the sessions on the line of time, the first at a time from now: each of the
// others a gap after the one before, and never before its rest is over.
func (k *Course) lay(next Plan, at Hours) {
	minutes := next.Worked
	if minutes == 0 {
		minutes = hourLong
	}
	pressure, rest := k.strongest(next), afterLight
	if pressure >= strong || slices.ContainsFunc(next.Steps, func(x Step) bool { return x.Hold != Hold{} }) {
		rest = afterDeep
	}
	if k.sore {
		rest = afterSore
	}
	from := k.Early
	for i := range k.Left {
		if i > 0 {
			from = at + hoursOf(minutes) + rest
			at = max(at+k.gap(i), from)
		}
		k.Sessions = append(k.Sessions, Sitting{
			N: len(k.Done) + i + 1, From: from, At: at, Minutes: minutes, Pressure: pressure, Review: i == k.Left-1,
		})
	}
}

// hoursOf rounds minutes up to whole hours.
func hoursOf(minutes int) Hours { return Hours(minutes+59) / 60 }

// gap is how long after the session before the i-th of those to come is planned.
func (k *Course) gap(i int) Hours {
	gap := weekly
	if k.wishes.Every > 0 {
		gap = Hours(min(max(k.wishes.Every, MinEvery), MaxEvery)) * Day
	}
	if k.Way == Taper {
		gap = max(gap, taper[min(max(0, k.better-1+i), len(taper)-1)])
	}
	if i == 0 && k.Wait {
		gap += soreAdds
	}
	return gap
}

// capped is a pressure at a place, as far as what was sore leaves it.
func (k *Course) capped(p body.Place, pressure int) int {
	for _, c := range k.Caps {
		if meets(c.Place, p) {
			pressure = min(pressure, c.Max)
		}
	}
	return pressure
}

// softened is the pressure of a step, as far as what was sore leaves it.
func (k *Course) softened(x Step) int {
	if len(k.Caps) == 0 {
		return x.Pressure
	}
	pressure, skin := x.Pressure, skinOfStep(x)
	for _, c := range k.Caps {
		if touches(c.Place.Cells, skin) {
			pressure = min(pressure, c.Max)
		}
	}
	return pressure
}

// strongest is the highest pressure of a plan, as far as the caps leave it.
func (k *Course) strongest(p Plan) int {
	most := 0
	for _, x := range p.Steps {
		most = max(most, k.softened(x))
	}
	return most
}

// place is where a step works.
func (x Step) place() body.Place {
	p := body.Place{Words: x.Place}
	for _, id := range x.Regions {
		for _, side := range []body.Side{body.Right, body.Left} {
			if x.Side == nil || *x.Side == side {
				p.Regions = append(p.Regions, body.RegionSide{Region: id, Side: side})
			}
		}
	}
	return p
}

// reaches tells whether a plan works on what hurts, or on a point that can cause it.
func reaches(p Plan, sites []reason.Site) bool {
	return slices.ContainsFunc(p.Steps, func(x Step) bool {
		if x.Kind != Work {
			return false
		}
		return x.Point != nil || slices.ContainsFunc(sites, func(s reason.Site) bool {
			return slices.Contains(x.place().Regions, body.RegionSide{Region: s.Region, Side: s.Side})
		})
	})
}

// focus gathers the muscles that the plan works longest, those that were found familiar
// first; where it works none by itself, the places.
func (k *Course) focus(p Plan) {
	for _, muscles := range []bool{true, false} {
		for _, x := range p.Steps {
			if x.Kind == Work && (x.Muscle != nil) == muscles {
				k.addFocus(x)
			}
		}
		if len(k.Focus) > 0 {
			break
		}
	}
	first := func(f Focus) int {
		if f.Familiar == reason.Yes {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(k.Focus, func(a, b Focus) int { return cmp.Or(first(a)-first(b), b.Minutes-a.Minutes) })
	k.Focus = k.Focus[:min(len(k.Focus), maxFocus)]
}

func (k *Course) addFocus(x Step) {
	i := slices.IndexFunc(k.Focus, func(f Focus) bool {
		return f.Muscle == x.Muscle && f.on(x.Side) && (x.Muscle != nil || f.Place == x.Place)
	})
	if i < 0 {
		i = len(k.Focus)
		k.Focus = append(k.Focus, Focus{Place: x.Place, Muscle: x.Muscle, Side: x.Side})
		if x.Muscle != nil {
			k.Focus[i].Familiar = k.familiar(x.Muscle, x.Side)
		}
	}
	k.Focus[i].Minutes += x.Seconds / 60
	k.Focus[i].Pressure = max(k.Focus[i].Pressure, k.softened(x))
}

func (f Focus) on(side *body.Side) bool {
	return f.Side == nil && side == nil || f.Side != nil && side != nil && *f.Side == *side
}

// familiar is what was found last at a muscle in this course.
func (k *Course) familiar(m *atlas.Muscle, side *body.Side) reason.Check {
	for _, d := range slices.Backward(k.Done) {
		for _, f := range slices.Backward(d.Findings) {
			if f.Familiar == reason.NotChecked || side != nil && f.Side != *side {
				continue
			}
			point, _ := atlas.Standard().Point(f.Point)
			if f.Muscle == m.ID || point != nil && point.Muscle == m {
				return f.Familiar
			}
		}
	}
	return reason.NotChecked
}

// advise adds what goes with the sessions.
func (k *Course) advise(next Plan, r reason.Ranking, c screen.Clearance) {
	if k.Way == Closed || k.Way == Refer {
		k.Focus = nil
		return
	}
	for _, a := range next.Advice {
		if a.Kind == AdviceExercise {
			k.Home = append(k.Home, a)
		}
	}
	if k.Way == ChangeOne {
		k.Change = k.swap(next, r, c)
	}
	k.ends()
}

// ends says what is asked at the review and when to look again.
func (k *Course) ends() {
	if k.Review > 0 || k.Way == Measure {
		k.Ask = append(k.Ask, "nprs-now")
		if o, ok := outcome.Standard().Occasion(outcome.Review); ok {
			k.Ask = append(k.Ask, o.Ask...)
		}
	}
	if o, ok := outcome.Standard().Occasion(outcome.EightWeeksAfter); ok && (k.Way == Finish || k.Way == Taper) {
		k.LookIn = Hours(o.AfterHours)
	}
}

// swap finds one thing to do otherwise: an hour where sessions were shorter, a point that
// was not worked yet, or another style. It never presses harder.
func (k *Course) swap(next Plan, r reason.Ranking, c screen.Clearance) *Swap {
	if limit := c.Limits().Minutes; next.Worked < hourLong && (limit == 0 || limit >= hourLong) {
		return &Swap{Kind: SwapDose, Minutes: hourLong, Source: shortSource}
	}
	for _, x := range r.Candidates {
		if x.Band == reason.AlsoPossible || k.worked(x) || k.familiar(x.Point.Muscle, &x.Side) == reason.No {
			continue
		}
		if !c.Masked().Has(x.Point.Cell(x.Side)) {
			return &Swap{Kind: SwapPlace, Point: x.Point, Side: x.Side, Source: habit}
		}
	}
	s := &Swap{Kind: SwapStyle, Source: "cherkin-2011"}
	for _, id := range []atlas.TechniqueID{"swedish", "myofascial-release", "stretching"} {
		t, ok := atlas.Standard().Technique(id)
		if free, _ := c.Allows(string(id)); ok && free && !k.used(id) {
			s.Technique = t
			break
		}
	}
	return s
}

// worked tells whether a point's muscle was worked in this course, or where no muscle was
// noted, its place.
func (k *Course) worked(c reason.Candidate) bool {
	at := body.RegionSide{Region: body.Skin().Region(c.Point.Cell(c.Side)), Side: c.Side}
	return slices.ContainsFunc(k.Done, func(d Done) bool {
		return slices.ContainsFunc(d.Work, func(w Worked) bool {
			return w.Muscle == c.Point.Muscle.ID || w.Muscle == "" && slices.Contains(w.Place.Regions, at)
		})
	})
}

func (k *Course) used(id atlas.TechniqueID) bool {
	return slices.ContainsFunc(k.Done, func(d Done) bool {
		return slices.ContainsFunc(d.Work, func(w Worked) bool { return w.Technique == id })
	})
}
