package knead

import (
	"knead/atlas"
	"knead/outcome"
	"knead/plan"
	"knead/reason"
)

// CourseReport is the care plan over weeks: the sessions to come, up to the next review.
type CourseReport struct {
	Way        plan.Way           `json:"way"`
	Why        plan.Why           `json:"why,omitempty"`
	Had        int                `json:"had"`
	Worse      int                `json:"worse"`
	Effect     plan.Effect        `json:"effect"`
	PainFirst  *int               `json:"pain_first"`
	PainLast   *int               `json:"pain_last"`
	RestHours  plan.Hours         `json:"rest_hours"`
	EarlyHours plan.Hours         `json:"early_hours"`
	Wait       bool               `json:"wait"`
	Sessions   []SittingReport    `json:"sessions"`
	Review     *ReviewReport      `json:"review"`
	LookAgain  int                `json:"look_again_weeks"` // after the last session; 0: not said
	Pressure   []CourseCapReport  `json:"pressure"`
	Focus      []FocusReport      `json:"focus"`
	Change     *SwapReport        `json:"change"`
	Home       []string           `json:"home"`
	Lines      []CourseLineReport `json:"lines"`
}

// SittingReport is one session to come. Days are from now.
type SittingReport struct {
	N        int     `json:"n"`
	Week     int     `json:"week"`
	FromDays float64 `json:"from_days"`
	AtDays   float64 `json:"at_days"`
	Minutes  int     `json:"minutes"`
	Pressure int     `json:"pressure"`
	Review   bool    `json:"review,omitempty"`
}

// ReviewReport is when to look whether it helped, and what to ask then.
type ReviewReport struct {
	Session int          `json:"session"`
	Ask     []outcome.ID `json:"ask"`
}

// CourseCapReport is a highest pressure at a place that was sore.
type CourseCapReport struct {
	Where string `json:"where"`
	Max   int    `json:"max"`
	Was   int    `json:"was"`
}

// FocusReport is a place that the course is about.
type FocusReport struct {
	Place    string `json:"place"`
	Muscle   string `json:"muscle,omitempty"`
	Side     string `json:"side,omitempty"`
	Minutes  int    `json:"minutes"`
	Pressure int    `json:"pressure"`
	Familiar *bool  `json:"familiar,omitempty"` // as found in an earlier session
}

// SwapReport is the one thing that could be done otherwise.
type SwapReport struct {
	Kind      plan.SwapKind     `json:"kind"`
	Minutes   int               `json:"minutes,omitzero"`
	Point     atlas.PointID     `json:"point,omitempty"`
	Side      string            `json:"side,omitempty"`
	Technique atlas.TechniqueID `json:"technique,omitempty"`
}

// CourseLineReport is a sentence of the care plan with what its numbers rest on.
type CourseLineReport struct {
	About   CourseTopic      `json:"about"`
	Words   string           `json:"words"`
	Sources []atlas.SourceID `json:"sources,omitempty"`
	Chosen  bool             `json:"chosen"`
}

func courseReport(k plan.Course) CourseReport {
	r := CourseReport{
		Way: k.Way, Why: k.Why, Had: len(k.Done), Worse: k.Worse, Effect: k.Effect, PainFirst: k.First, PainLast: k.Last,
		RestHours: k.Rest, EarlyHours: k.Early, Wait: k.Wait, LookAgain: int(k.LookIn / (7 * plan.Day)),
		Sessions: []SittingReport{}, Pressure: []CourseCapReport{}, Focus: []FocusReport{}, Home: nonNil(ExerciseNames(Programme(k.Home))), Lines: []CourseLineReport{},
	}
	if len(k.Ask) > 0 {
		r.Review = &ReviewReport{Session: k.Review, Ask: k.Ask}
	}
	days := func(h plan.Hours) float64 { return round(float64(h) / float64(plan.Day)) }
	for _, s := range k.Sessions {
		r.Sessions = append(r.Sessions, SittingReport{
			N: s.N, Week: CourseWeek(k, s), FromDays: days(s.From), AtDays: days(s.At), Minutes: s.Minutes, Pressure: s.Pressure, Review: s.Review,
		})
	}
	for _, c := range k.Caps {
		r.Pressure = append(r.Pressure, CourseCapReport{c.Place.Words, c.Max, c.Used})
	}
	for _, f := range k.Focus {
		one := FocusReport{Place: f.Place, Minutes: f.Minutes, Pressure: f.Pressure}
		if f.Muscle != nil {
			one.Muscle = f.Muscle.Name
		}
		if f.Side != nil {
			one.Side = f.Side.String()
		}
		if f.Familiar != reason.NotChecked {
			yes := f.Familiar == reason.Yes
			one.Familiar = &yes
		}
		r.Focus = append(r.Focus, one)
	}
	if c := k.Change; c != nil {
		r.Change = &SwapReport{Kind: c.Kind, Minutes: c.Minutes}
		if c.Point != nil {
			r.Change.Point, r.Change.Side = c.Point.ID, c.Side.String()
		}
		if c.Technique != nil {
			r.Change.Technique = c.Technique.ID
		}
	}
	for _, l := range CourseLines(k) {
		r.Lines = append(r.Lines, CourseLineReport(l))
	}
	return r
}
