package knead

import (
	"slices"
	"time"

	"knead/atlas"
	"knead/body"
	"knead/outcome"
	"knead/plan"
	"knead/reason"
)

// CourseWith plans the sessions from this visit's on, with what earlier ones say. Where the
// screening leaves no plan there is no course either, and the words say so.
func (a Assessment) CourseWith(h plan.History) plan.Course {
	if h.Pain == nil {
		h.Pain = PaintedPain(a.Visit.Drawing)
	}
	if a.Plan != nil {
		if k, err := plan.BuildCourse(h, *a.Plan, a.Ranking, a.clearance); err == nil {
			return k
		}
	}
	k := plan.Course{SoFar: plan.Look(h)}
	k.Close(plan.Stopped)
	return k
}

// CourseWishes are what a therapist decided about a client's course.
type CourseWishes struct {
	Every    int     `json:"every,omitzero"`    // days from session to session; 0: not said
	Sessions int     `json:"sessions,omitzero"` // before the first review; 0: not said
	Begun    Instant `json:"begun,omitzero"`    // sessions before it belong to another course; 0: not said
}

// Wishes are what of it the plan reads.
func (w CourseWishes) Wishes() plan.Wishes { return plan.Wishes{Every: w.Every, Sessions: w.Sessions} }

// Check refuses what nobody can mean.
func (w CourseWishes) Check() error {
	if err := checkWishes(w.Wishes()); err != nil {
		return &Error{Kind: Invalid, Field: err.At, Say: capital(err.Text) + "."}
	}
	return nil
}

// DoneOf are the sessions of a client as a course reads them, at a time.
func DoneOf(history []PastSession, now Instant) []plan.Done {
	done := make([]plan.Done, 0, len(history))
	for _, p := range history {
		done = append(done, p.done(now))
	}
	return done
}

func (p PastSession) done(now Instant) plan.Done {
	f := p.After
	d := plan.Done{
		Ago: plan.Hours(now.Sub(p.Ended) / time.Hour), Before: p.Before, After: p.Left, Soreness24: f.Soreness24, Soreness72: f.Soreness72,
		Sore: f.Sore, Marked: slices.ContainsFunc(f.Effects, SideEffect.lowers), Since: f.Change, Home: f.Home, Findings: p.Findings,
	}
	worked := time.Duration(0)
	places := map[string]body.Place{}
	for _, a := range p.Steps {
		worked += a.Worked
		_, strongest, touched := a.Pressures()
		if !touched || len(a.Step.Regions) == 0 {
			continue
		}
		place, known := places[a.Step.Place]
		if !known {
			place = workedAt(a.Step)
			places[a.Step.Place] = place
		}
		w := plan.Worked{Place: place, Pressure: strongest, Pressed: a.Step.Hold != plan.Hold{}, Technique: a.Step.Technique}
		if a.Step.Muscle != nil {
			w.Muscle = a.Step.Muscle.ID
		}
		d.Work = append(d.Work, w)
	}
	d.Minutes = int(worked.Round(time.Minute) / time.Minute)
	return d
}

// workedAt is all that a step works.
func workedAt(x plan.Step) body.Place {
	p := body.Place{Words: x.Place}
	for _, id := range x.Regions {
		for _, side := range []body.Side{body.Right, body.Left} {
			if x.Side == nil || *x.Side == side {
				p.Regions = append(p.Regions, body.RegionSide{Region: id, Side: side})
				p.Cells = p.Cells.Union(body.Skin().RegionCells(id, side))
			}
		}
	}
	return p
}

// PaintedPain is the highest level that was painted; nil where nothing was.
func PaintedPain(d body.Drawing) *int {
	if len(d.Marks) == 0 {
		return nil
	}
	top := 0
	for _, m := range d.Marks {
		for _, level := range m.Levels {
			top = max(top, int(level))
		}
	}
	return &top
}

// CourseLine is one thing to say about a course. Where a number in it has no source it is
// chosen.
type CourseLine struct {
	About   CourseTopic
	Words   string
	Sources []atlas.SourceID
	Chosen  bool
}

// CourseTopic is what a line is about.
type CourseTopic string

// The topics, in the order in which they are said.
const (
	AboutWay     CourseTopic = "way"
	AboutEffect  CourseTopic = "effect"
	AboutChange  CourseTopic = "change"
	AboutSpacing CourseTopic = "spacing"
	AboutLower   CourseTopic = "pressure"
	AboutReview  CourseTopic = "review"
	AboutStop    CourseTopic = "stop"
	AboutRefer   CourseTopic = "refer"
	AboutHome    CourseTopic = "home"
)

// CourseLines say a course in words, for a therapist. They never say why somebody hurts,
// and never that a session did it.
func CourseLines(k plan.Course) []CourseLine {
	var lines []CourseLine
	add := func(about CourseTopic, words string, sources ...atlas.SourceID) {
		lines = append(lines, CourseLine{About: about, Words: words, Sources: sources, Chosen: len(sources) == 0})
	}
	chosen := func(about CourseTopic, words string, sources ...atlas.SourceID) {
		add(about, words, sources...)
		lines[len(lines)-1].Chosen = true
	}
	chosen(AboutWay, wayWords(k))
	if k.First != nil && k.Last != nil && k.Effect != plan.Unknown {
		lines = append(lines, CourseLine{About: AboutEffect, Words: say("course.effect."+string(k.Effect), "first", *k.First, "last", *k.Last)})
	}
	if k.Change != nil {
		add(AboutChange, swapWords(*k.Change), k.Change.Source)
		lines[len(lines)-1].Chosen = k.Change.Source == "convention"
	}
	if k.Rest > 0 && len(k.Sessions) > 0 {
		chosen(AboutSpacing, sayN("course.rest", int(k.Rest)), "cambron-2007")
	}
	if k.Wait {
		chosen(AboutSpacing, say("course.wait"), "cambron-2007")
	}
	if k.Here && k.Early > 0 {
		chosen(AboutSpacing, sayN("course.early", int(k.Early)), "cambron-2007")
	}
	for _, c := range k.Caps {
		chosen(AboutLower, say("course.lower", "where", c.Place.Words, "used", c.Used, "max", c.Max))
	}
	if len(k.Sessions) > 0 {
		chosen(AboutReview, say("course.review", "n", k.Review, "ask", list(measureNames(k.Ask))))
		if k.Way != plan.Taper {
			chosen(AboutStop, say("course.stop"), "perlman-2018")
		}
		chosen(AboutRefer, say("course.refer"))
	}
	if k.LookIn > 0 {
		chosen(AboutStop, sayN("course.look-again", int(k.LookIn/(7*plan.Day))))
	}
	if n := len(k.Done); n > 0 && k.Done[n-1].Home != "" {
		chosen(AboutHome, say("course.home-done."+string(k.Done[n-1].Home)))
	}
	if len(k.Home) > 0 {
		chosen(AboutHome, say("course.home", "what", list(ExerciseNames(Programme(k.Home)))))
	}
	return lines
}

// wayWords say what the sessions so far ask for.
func wayWords(k plan.Course) string {
	switch {
	case k.Why != "":
		return say("course.why."+string(k.Why), "had", len(k.Done), "worse", k.Worse)
	case len(k.Sessions) == 0:
		return say("course.none."+string(k.Way), "had", len(k.Done))
	}
	return sayN("course.way."+string(k.Way), len(k.Sessions), "had", len(k.Done), "minutes", k.Sessions[0].Minutes, "days", everyDays(k))
}

// everyDays is how far apart the next sessions are, in whole days.
func everyDays(k plan.Course) int {
	if len(k.Sessions) < 2 {
		return 0
	}
	return int((k.Sessions[1].At - k.Sessions[0].At + plan.Day/2) / plan.Day)
}

func swapWords(s plan.Swap) string {
	switch {
	case s.Kind == plan.SwapDose:
		return sayN("course.swap.dose", s.Minutes)
	case s.Kind == plan.SwapPlace:
		return say("course.swap.place", "muscle", s.Point.Muscle.Name, "side", s.Side, "where", s.Point.Where)
	case s.Technique == nil:
		return say("course.swap.style")
	}
	return say("course.swap.style-named", "style", s.Technique.Name)
}

func measureNames(ids []outcome.ID) []string {
	var names []string
	for _, id := range ids {
		if in, ok := outcome.Standard().Instrument(id); ok {
			names = append(names, in.Name)
		}
	}
	return names
}

// SittingWords say one session to come.
func SittingWords(k plan.Course, s plan.Sitting) string {
	if s.Review {
		return say("course.sitting.review", "n", s.N, "week", CourseWeek(k, s), "minutes", s.Minutes, "pressure", s.Pressure)
	}
	return say("course.sitting", "n", s.N, "week", CourseWeek(k, s), "minutes", s.Minutes, "pressure", s.Pressure)
}

// CourseWeek is the week of a session to come, from 1, counted from the first session of
// the course. A few hours before the day count as the day: sessions are compared by their
// ends, and visits by their hour.
func CourseWeek(k plan.Course, s plan.Sitting) int {
	at := s.At
	if len(k.Done) > 0 {
		at += k.Done[0].Ago
	}
	return int((at+plan.Day/2)/(7*plan.Day)) + 1
}

// FocusWords say one place that the course is about.
func FocusWords(f plan.Focus) string {
	found := map[reason.Check]string{reason.NotChecked: "not-checked", reason.Yes: "familiar", reason.No: "not-familiar"}[f.Familiar]
	what := f.Place
	if f.Muscle != nil {
		what = f.Muscle.Name
		if f.Side != nil {
			what = say("course.muscle", "muscle", what, "side", f.Side)
		}
	}
	return say("course.focus."+found, "what", what, "minutes", f.Minutes, "pressure", f.Pressure)
}
