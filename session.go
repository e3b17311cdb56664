package knead

import (
	"slices"
	"time"

	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// Session is a plan as it was carried out so far: what [RunSession] makes of a log.
type Session struct {
	Steps      []Actual // the plan's, in its order, with the added ones where they were put
	Started    Instant  // zero: not yet
	Ended      Instant  // zero: not yet
	Elapsed    time.Duration
	Stops      []Stop
	Findings   []reason.Finding // one for a point or muscle and side; the last word of each sign counts
	Remarks    []Remark
	PainBefore []Pain // by mark; none where nobody asked
	PainAfter  []Pain // by mark
	Withdrawn  []Withdrawal
	Declined   []Decline
	Instead    []Decline // techniques that the client agreed to instead

	away    []body.Place  // that were withdrawn
	planned time.Duration // of all steps that were planned
	limit   int           // the highest pressure that the plan allows anywhere
	last    Instant       // of what counts
	current int           // index in Steps; -1 for none
	latest  int           // the step that was begun last; -1 for none
	paused  bool
}

// Actual is one step as it was carried out.
type Actual struct {
	Step       plan.Step
	Added      bool              // by hand, during the session
	For        atlas.TechniqueID // the declined technique whose work it is; empty for none
	Begun      Instant
	Worked     time.Duration
	AtPressure [screen.MaxPressure + 1]time.Duration // how long at each level; together they are Worked
	Done       bool
	Skipped    bool  // left out, or broken off if there are minutes
	Withdrawn  bool  // the client no longer wants this area worked, or this technique
	Comfort    []int // the client's answers, 0-10
	Remarks    []string
	Pressure   int // the level now, or when work on it ended

	handed bool // another technique goes on with it
}

// Pressures gives the lightest and the strongest level that was used; false where nobody
// was touched.
func (a Actual) Pressures() (lightest, strongest int, ok bool) {
	for level, worked := range a.AtPressure {
		if level == 0 || worked <= 0 {
			continue
		}
		if !ok {
			lightest = level
		}
		strongest, ok = level, true
	}
	return lightest, strongest, ok
}

func (a Actual) open() bool { return !a.Done && !a.Skipped && !a.Withdrawn }

// Remark is what somebody wrote down during the session.
type Remark struct {
	At   Instant
	Step string // empty where it is about the session
	Text string
}

// Pain is how much a mark hurts when the client is asked.
type Pain struct {
	Mark  int // of the drawing, from 0
	Level int // 0-10
	At    Instant
}

// Withdrawal is an area that the client no longer wants worked.
type Withdrawal struct {
	At    Instant
	Words string
}

// Decline is a technique that the client no longer wants, or agreed to instead.
type Decline struct {
	At        Instant
	Technique atlas.TechniqueID
}

// Phase is how far a session has come.
type Phase string

// The phases.
const (
	NotStarted Phase = "not-started"
	Running    Phase = "running"
	Paused     Phase = "paused"
	Stopped    Phase = "stopped" // by a stop rule
	Ended      Phase = "ended"
)

// When the cues come (chosen): so that the hands can finish what they are doing.
const (
	turnCue        = time.Minute
	lastTenMinutes = 10 * time.Minute
)

// Moment is what a session screen shows at one point in time.
type Moment struct {
	Phase       Phase
	Step        string        // the current step; empty between steps
	StepElapsed time.Duration // worked on the current step
	StepLeft    time.Duration // below zero: longer than planned
	Elapsed     time.Duration // of the session, without pauses
	Left        time.Duration // of what was planned; below zero: longer
	Behind      time.Duration // how much more the open steps need than is left; below zero: time to spare
	Next        string        // the step that comes next; empty when nothing is left
	Turn        bool          // the client turns over now, or within a minute
	LastTen     bool          // ten minutes or less are left
	Ask         string        // the step at which the client is asked how it feels, before going on
	Ease        bool          // the last answer on the current step was at the limit: go lighter
	OverLimit   bool          // the pressure is above what the plan allows there
	Stop        *Stop         // the strictest stop rule that acts; nil for none
}

// RunSession carries out a log on a plan. It is a fold: the order in which events
// arrived, and how often each did, change nothing, so the logs of two devices can be put
// together as they come. Events that say nothing sensible, or that somebody undid, are
// passed over.
//
// After a stop or the end nothing is work. What still counts are remarks, pain afterwards,
// areas withdrawn and further stops: a client can grow faint while getting up.
func RunSession(p plan.Plan, events []SessionEvent) Session {
	s := Session{limit: p.Limit, current: -1, latest: -1}
	for _, x := range p.Steps {
		s.Steps = append(s.Steps, Actual{Step: x, Pressure: x.Pressure})
		s.planned += time.Duration(x.Seconds) * time.Second
	}
	for _, e := range StandingEvents(events) {
		s.take(e)
	}
	return s
}

// take carries out one event.
func (s *Session) take(e SessionEvent) {
	s.advance(e.At)
	switch e.Kind {
	case EventStop:
		s.stop(Stop{Rule: e.Rule, At: e.At, Level: e.Value, Text: e.Text})
	case EventRemark:
		s.remark(e)
	case EventPainAfter:
		s.PainAfter = withPain(s.PainAfter, e)
	case EventWithdrawn:
		s.withdraw(e)
	case EventDeclined:
		s.decline(e)
	case EventEnd:
		if s.Ended == 0 {
			s.Ended = e.At
		}
		s.leave()
	default:
		if !s.over() {
			s.work(e)
		}
	}
}

// work carries out an event that counts only until the session is over.
func (s *Session) work(e SessionEvent) {
	switch e.Kind {
	case EventStart:
		s.start(e.At)
	case EventPause:
		s.paused = s.Started != 0
	case EventResume:
		s.paused = false
	case EventBegin:
		s.begin(e)
	case EventDone, EventSkip:
		s.close(e)
	case EventAdd:
		s.add(e)
	case EventInstead:
		s.instead(e)
	case EventPressure, EventMore, EventLess:
		s.press(e)
	case EventComfort:
		s.comfort(e)
	case EventFinding:
		s.find(e.Finding)
	case EventPainBefore:
		s.PainBefore = withPain(s.PainBefore, e)
	}
}

func (s *Session) over() bool { return s.Ended != 0 || len(s.Stops) > 0 }

// advance lets the time run to an instant: it is work on the current step, unless the
// session is paused.
func (s *Session) advance(to Instant) {
	if s.Started != 0 && !s.over() && !s.paused && to > s.last {
		d := to.Sub(s.last)
		s.Elapsed += d
		if s.current >= 0 {
			a := &s.Steps[s.current]
			a.Worked += d
			a.AtPressure[a.Pressure] += d
		}
	}
	s.last = max(s.last, to)
}

func (s *Session) start(at Instant) {
	if s.Started == 0 {
		s.Started = at
	}
}

func (s *Session) begin(e SessionEvent) {
	i := s.index(e.Step)
	if i < 0 {
		return
	}
	if i != s.current {
		s.leave()
	}
	s.start(e.At)
	s.paused = false
	s.current, s.latest = i, i
	a := &s.Steps[i]
	a.Done, a.Skipped = false, false
	if a.Begun == 0 {
		a.Begun = e.At
	}
}

// leave ends work on the current step.
func (s *Session) leave() {
	if s.current >= 0 {
		s.Steps[s.current].Done = true
		s.current = -1
	}
}

func (s *Session) close(e SessionEvent) {
	i := s.index(e.Step)
	if i < 0 {
		return
	}
	if i == s.current {
		s.current = -1
	}
	a := &s.Steps[i]
	a.Done, a.Skipped = e.Kind == EventDone, e.Kind == EventSkip
	if e.Text != "" {
		a.Remarks = append(a.Remarks, e.Text)
	}
}

// lightStart is the pressure at which an added step begins until somebody says another
// (chosen: light).
const lightStart = 2

func (s *Session) add(e SessionEvent) {
	if s.index(e.Step) >= 0 {
		return // a step has one name
	}
	place, err := body.Find(e.Text)
	if err != nil {
		return // Check has found the place already
	}
	x := plan.Step{
		ID: e.Step, Kind: plan.Work, Place: place.Words, Words: place.Words, Technique: e.Technique,
		Seconds: 60 * e.Value, Ask: true, Pressure: min(lightStart, s.limit),
	}
	for _, r := range place.Regions {
		if !slices.Contains(x.Regions, r.Region) {
			x.Regions = append(x.Regions, r.Region)
		}
	}
	if side, one := oneSide(place.Regions); one {
		x.Side = &side
	}
	at := s.latest + 1
	if at > 0 {
		x.Position = s.Steps[at-1].Step.Position
	}
	for at < len(s.Steps) && s.Steps[at].Added && s.Steps[at].Begun == 0 {
		at++ // several are worked in the order in which they were added
	}
	if len(x.Regions) > 0 {
		x.Region = x.Regions[0]
	}
	s.insert(at, Actual{Step: x, Added: true, Pressure: x.Pressure, Withdrawn: s.declined(x.Technique) || s.refused(x)})
}

// insert puts a step behind the one that was begun last.
func (s *Session) insert(at int, a Actual) {
	s.Steps = slices.Insert(s.Steps, at, a)
	if s.current >= at {
		s.current++
	}
}

// oneSide tells whether all regions lie on one side, and on which.
func oneSide(regions []body.RegionSide) (body.Side, bool) {
	for _, r := range regions {
		if r.Side != regions[0].Side {
			return body.Right, false
		}
	}
	if len(regions) == 0 {
		return body.Right, false
	}
	return regions[0].Side, true
}

func (s *Session) press(e SessionEvent) {
	a := s.about(e.Step)
	if a == nil {
		return
	}
	switch e.Kind {
	case EventMore:
		a.Pressure = min(a.Pressure+1, screen.MaxPressure)
	case EventLess:
		a.Pressure = max(a.Pressure-1, 0)
	default:
		a.Pressure = e.Value
	}
}

func (s *Session) comfort(e SessionEvent) {
	if a := s.about(e.Step); a != nil {
		a.Comfort = append(a.Comfort, e.Value)
	}
	if e.Value >= stopFrom {
		s.stop(Stop{Rule: StopPain, At: e.At, Level: e.Value})
	}
}

// find joins a finding with what was found there before: each sign has its last answer.
func (s *Session) find(g reason.Finding) {
	for i, f := range s.Findings {
		if f.Point == g.Point && f.Muscle == g.Muscle && f.Side == g.Side {
			s.Findings[i] = joined(f, g)
			return
		}
	}
	s.Findings = append(s.Findings, g)
}

func joined(f, g reason.Finding) reason.Finding {
	for _, sign := range []struct{ old, new *reason.Check }{
		{&f.Familiar, &g.Familiar}, {&f.Tender, &g.Tender}, {&f.Limited, &g.Limited}, {&f.Resisted, &g.Resisted},
	} {
		if *sign.new != reason.NotChecked {
			*sign.old = *sign.new
		}
	}
	return f
}

func (s *Session) remark(e SessionEvent) {
	s.Remarks = append(s.Remarks, Remark{At: e.At, Step: e.Step, Text: e.Text})
	if i := s.index(e.Step); i >= 0 {
		s.Steps[i].Remarks = append(s.Steps[i].Remarks, e.Text)
	}
}

// withPain puts an answer into a list by mark: the last answer to a mark counts.
func withPain(list []Pain, e SessionEvent) []Pain {
	p := Pain{Mark: e.Mark, Level: e.Value, At: e.At}
	i, known := slices.BinarySearchFunc(list, p.Mark, func(x Pain, mark int) int { return x.Mark - mark })
	if known {
		list[i] = p
		return list
	}
	return slices.Insert(list, i, p)
}

func (s *Session) stop(x Stop) {
	s.Stops = append(s.Stops, x)
	s.leave()
}

// withdraw closes what touches an area, also in part: consent is not read narrowly.
func (s *Session) withdraw(e SessionEvent) {
	place, err := body.Find(e.Text)
	if err != nil {
		return // Check has found the place already
	}
	s.Withdrawn = append(s.Withdrawn, Withdrawal{At: e.At, Words: place.Words})
	s.away = append(s.away, place)
	s.closeSteps(func(x plan.Step) bool { return touchesPlace(x, place) })
}

// decline closes what is still to be done with a technique.
func (s *Session) decline(e SessionEvent) {
	s.Declined = append(s.Declined, Decline{At: e.At, Technique: e.Technique})
	s.closeSteps(func(x plan.Step) bool { return x.Technique == e.Technique })
}

func (s *Session) declined(t atlas.TechniqueID) bool {
	return slices.ContainsFunc(s.Declined, func(d Decline) bool { return d.Technique == t })
}

// refused tells whether a step touches what was withdrawn.
func (s *Session) refused(x plan.Step) bool {
	return slices.ContainsFunc(s.away, func(place body.Place) bool { return touchesPlace(x, place) })
}

// leastInstead is what must be left of a step for another technique to go on with it
// (chosen: hands that settle for less only leave again).
const leastInstead = time.Minute

// others gives, for each step that was closed because its technique was declined, what a
// technique may do of it: the place and what is left of the minutes, within its doses. It
// looks at what comes from the step that was begun last: nobody turns back, since the
// client may lie otherwise by now. Steps that were done or left out stay so, and what was
// withdrawn stays away.
func (s *Session) others(t atlas.TechniqueID) map[int]plan.Step {
	found := map[int]plan.Step{}
	if s.over() || s.declined(t) {
		return found
	}
	for i := max(s.latest, 0); i < len(s.Steps); i++ {
		a := s.Steps[i]
		if !a.Withdrawn || a.Skipped || !s.declined(a.Step.Technique) || s.refused(a.Step) {
			continue
		}
		other := slices.IndexFunc(a.Step.Instead, func(x plan.Step) bool { return x.Technique == t })
		if other < 0 || a.handed {
			continue
		}
		x := a.Step.Instead[other]
		if left := time.Duration(a.Step.Seconds)*time.Second - a.Worked; left < time.Duration(x.Seconds)*time.Second {
			x.Seconds = int(left / time.Second)
		}
		if time.Duration(x.Seconds)*time.Second >= leastInstead && s.index(x.ID) < 0 {
			x.Instead = slices.Concat(a.Step.Instead[:other], a.Step.Instead[other+1:])
			found[i] = x
		}
	}
	return found
}

// instead lets a technique do what declined ones were to do.
func (s *Session) instead(e SessionEvent) {
	others := s.others(e.Technique)
	if len(others) == 0 {
		return
	}
	s.Instead = append(s.Instead, Decline{At: e.At, Technique: e.Technique})
	for i := len(s.Steps) - 1; i >= 0; i-- {
		if x, ok := others[i]; ok {
			s.Steps[i].handed = true
			s.insert(i+1, Actual{Step: x, For: s.Steps[i].Step.Technique, Pressure: x.Pressure})
		}
	}
}

// Offer is a technique that can do what declined ones were to do, and for how long.
type Offer struct {
	Technique atlas.TechniqueID
	Time      time.Duration
}

// Offers are the techniques to which the client can be asked to agree instead of declined
// ones, the planner's choice first.
func (s Session) Offers() (list []Offer) {
	for _, a := range s.Steps {
		for _, x := range a.Step.Instead {
			if !a.Withdrawn || slices.ContainsFunc(list, func(o Offer) bool { return o.Technique == x.Technique }) {
				continue
			}
			o := Offer{Technique: x.Technique}
			for _, y := range s.others(x.Technique) {
				o.Time += time.Duration(y.Seconds) * time.Second
			}
			if o.Time > 0 {
				list = append(list, o)
			}
		}
	}
	return list
}

// closeSteps takes out the steps that are not done yet and that the client no longer wants.
func (s *Session) closeSteps(unwanted func(plan.Step) bool) {
	if s.over() {
		return
	}
	for i := range s.Steps {
		a := &s.Steps[i]
		if a.Done && i != s.current || !unwanted(a.Step) {
			continue
		}
		a.Withdrawn = true
		if i == s.current {
			s.leave()
		}
	}
}

func touchesPlace(x plan.Step, place body.Place) bool {
	return slices.ContainsFunc(place.Regions, func(r body.RegionSide) bool {
		return slices.Contains(x.Regions, r.Region) && (x.Side == nil || *x.Side == r.Side)
	})
}

func (s *Session) index(step string) int {
	return slices.IndexFunc(s.Steps, func(a Actual) bool { return a.Step.ID == step })
}

// about gives the step that an event is about: the one that it names, the current one,
// or the one that was worked last.
func (s *Session) about(step string) *Actual {
	i := s.index(step)
	if step == "" {
		i = s.latest
		if s.current >= 0 {
			i = s.current
		}
	}
	if i < 0 {
		return nil
	}
	return &s.Steps[i]
}

// next gives the step that comes after the one begun last, or the first that was passed
// over; -1 when nothing is left.
func (s *Session) next() int {
	for i := s.latest + 1; i < len(s.Steps); i++ {
		if s.Steps[i].open() && i != s.current {
			return i
		}
	}
	for i := range s.Steps {
		if s.Steps[i].open() && i != s.current {
			return i
		}
	}
	return -1
}

// At gives the session at a point in time, to the second at which a screen that was
// closed was left. A clock that is behind the last event stands still until it has
// caught up.
func (s Session) At(now Instant) Moment {
	s.Steps = slices.Clone(s.Steps) // the time runs in a copy
	s.advance(now)
	m := Moment{Phase: s.phase(), Elapsed: s.Elapsed, Left: s.planned - s.Elapsed, Stop: s.strictest()}
	if s.over() {
		return m
	}
	var open time.Duration
	for i := range s.Steps {
		if a := &s.Steps[i]; a.open() {
			open += max(0, time.Duration(a.Step.Seconds)*time.Second-a.Worked)
		}
	}
	m.Behind = open - m.Left
	m.LastTen = s.Started != 0 && m.Left <= lastTenMinutes
	next := s.next()
	if next >= 0 {
		m.Next = s.Steps[next].Step.ID
	}
	turns := next >= 0 && s.Steps[next].Step.Kind == plan.Turn
	if s.current < 0 {
		m.Turn = turns && s.latest >= 0
		m.Ask = s.asks(next)
		return m
	}
	a := s.Steps[s.current]
	m.Step = a.Step.ID
	m.StepElapsed = a.Worked
	m.StepLeft = time.Duration(a.Step.Seconds)*time.Second - a.Worked
	m.Turn = a.Step.Kind == plan.Turn || turns && m.StepLeft <= turnCue
	m.Ask = s.asks(s.current)
	m.Ease = len(a.Comfort) > 0 && a.Comfort[len(a.Comfort)-1] >= easeFrom
	m.OverLimit = a.Pressure > s.most(a.Step)
	return m
}

// most is the highest pressure that the plan allows on a step.
func (s *Session) most(x plan.Step) int {
	if x.Limit > 0 {
		return x.Limit
	}
	return s.limit // an added step, or one at which nobody was to be touched
}

// asks gives the id of a step at which the client is still to be asked.
func (s *Session) asks(i int) string {
	if i < 0 || !s.Steps[i].Step.Ask || len(s.Steps[i].Comfort) > 0 {
		return ""
	}
	return s.Steps[i].Step.ID
}

func (s *Session) phase() Phase {
	switch {
	case len(s.Stops) > 0:
		return Stopped
	case s.Ended != 0:
		return Ended
	case s.Started == 0:
		return NotStarted
	case s.paused:
		return Paused
	}
	return Running
}
