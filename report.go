package knead

import (
	"math"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// Report is an [Assessment] as it is published: the output of `knead assess --json`.
// docs/assess.md describes it; docs/assessment.schema.json is its schema.
type Report struct {
	Marks         []MarkReport      `json:"marks"`
	Screening     ScreeningReport   `json:"screening"`
	Ranking       []CandidateReport `json:"ranking"`
	SomethingElse OtherReport       `json:"something_else"`
	NextCheck     *NextCheckReport  `json:"next_check"`
	Plan          *PlanReport       `json:"plan"`
	NoPlan        string            `json:"no_plan,omitempty"`
	CarePlan      CourseReport      `json:"care_plan"`
	Purpose       string            `json:"purpose"`
	Versions      VersionsReport    `json:"versions"`

	Explanation *ExplanationReport `json:"explanation,omitempty"` // when it was asked for
	WhyNot      []WhyNotReport     `json:"why_not,omitempty"`     // likewise
}

// MarkReport is a mark as it was understood.
type MarkReport struct {
	Words   []string       `json:"words"`
	Regions []RegionReport `json:"regions"`
	Level   int            `json:"level"`
	Quality string         `json:"quality,omitempty"`
	Depth   string         `json:"depth,omitempty"`
}

// RegionReport is a region of the skin on one side: right, left or midline (both
// halves of a region that lies across the midline).
type RegionReport struct {
	Region string `json:"region"`
	Side   string `json:"side"`
}

// ScreeningReport is what the answers mean.
type ScreeningReport struct {
	Level   screen.Level        `json:"level"`
	Rules   []RuleReport        `json:"rules"`
	Say     []string            `json:"say"`
	Missing []screen.QuestionID `json:"missing"`
	Lift    *LiftReport         `json:"lift,omitempty"`
	Limits  LimitsReport        `json:"limits"`
}

// LiftReport is the decision on which the plan rests although rules stop the session.
type LiftReport struct {
	By     string          `json:"by"`
	Reason string          `json:"reason"`
	Rules  []screen.RuleID `json:"rules"`
}

// RuleReport is a rule that fired.
type RuleReport struct {
	Rule     screen.RuleID     `json:"rule"`
	Level    screen.Level      `json:"level"`
	Question screen.QuestionID `json:"question,omitempty"`
	Why      string            `json:"why"`
	Source   string            `json:"source"`
	Standing string            `json:"standing"` // how the source was seen
}

// LimitsReport are the bounds of the session.
type LimitsReport struct {
	Pressure  []CapReport     `json:"pressure"`
	Masked    []LimitReport   `json:"masked"`
	Removed   []RemovalReport `json:"removed"`
	Positions []RemovalReport `json:"positions"`
	Notes     []string        `json:"notes"`
}

// CapReport is a highest pressure for a place.
type CapReport struct {
	Where string        `json:"where"`
	Max   int           `json:"max"`
	Rule  screen.RuleID `json:"rule"`
}

// LimitReport is a place that is left alone.
type LimitReport struct {
	Where string        `json:"where"`
	Rule  screen.RuleID `json:"rule"`
	Why   string        `json:"why"`
}

// RemovalReport is something that is not used today.
type RemovalReport struct {
	What string        `json:"what"`
	Rule screen.RuleID `json:"rule"`
	Why  string        `json:"why"`
}

// CandidateReport is one trigger point of the ranking. Weight is the model's, for
// programs; people are shown the band.
type CandidateReport struct {
	Point    atlas.PointID    `json:"point"`
	Muscle   string           `json:"muscle"`
	Side     string           `json:"side"`
	Where    string           `json:"where"`
	Band     reason.Band      `json:"band"`
	Weight   float64          `json:"weight"`
	Bound    float64          `json:"bound"`
	Why      string           `json:"why"`
	Studied  bool             `json:"studied"`
	Recalled bool             `json:"recalled,omitempty"` // common teaching: no source was seen
	Explains []ExplainsReport `json:"explains"`
	NotFelt  []RegionReport   `json:"not_felt"`
	Sources  []SourceReport   `json:"sources"`
}

// ExplainsReport is a painted region that lies in the candidate's zone.
type ExplainsReport struct {
	Region string  `json:"region"`
	Side   string  `json:"side"`
	Mark   int     `json:"mark"`
	Share  float64 `json:"share"`
	Only   bool    `json:"only"`
}

// SourceReport names a source and how it was seen.
type SourceReport struct {
	ID    atlas.SourceID `json:"id"`
	Title string         `json:"title"`
	Ident string         `json:"ident,omitempty"`
	Seen  atlas.Seen     `json:"seen"`
}

// OtherReport is everything that is not a point of the atlas.
type OtherReport struct {
	Weight   float64         `json:"weight"`
	Why      string          `json:"why"`
	Patterns []PatternReport `json:"patterns"` // the likeliest first
}

// PatternReport is a nerve or a joint that is commonly felt where it is painted: what to
// ask next, and when to send on.
type PatternReport struct {
	Pattern  atlas.PatternID   `json:"pattern"`
	Name     string            `json:"name"`
	Lay      string            `json:"lay"`
	Kind     atlas.PatternKind `json:"kind"`
	Side     string            `json:"side"`
	Weight   float64           `json:"weight"`
	Bound    float64           `json:"bound"`
	Ask      []string          `json:"ask"`
	Refer    []string          `json:"refer"`
	Recalled bool              `json:"recalled"`
	Sources  []SourceReport    `json:"sources"`
}

// NextCheckReport is the examination that would tell most.
type NextCheckReport struct {
	Point  atlas.PointID `json:"point"`
	Muscle string        `json:"muscle"`
	Side   string        `json:"side"`
	Where  string        `json:"where"`
	Gain   float64       `json:"gain"`
	Why    string        `json:"why"`
}

// VersionsReport says what made the report.
type VersionsReport struct {
	Knead string `json:"knead"`
	Body  int    `json:"body"`
	Atlas string `json:"atlas"`
	Rules int    `json:"rules"`
}

// PlanReport is the session.
type PlanReport struct {
	Minutes   int              `json:"minutes"`
	Worked    int              `json:"worked"`
	Unused    int              `json:"unused"`
	UnusedWhy string           `json:"unused_why,omitempty"`
	Limit     int              `json:"limit"`
	Steps     []StepReport     `json:"steps"`
	LeftOut   []LeftOutReport  `json:"left_out"`
	Advice    []AdviceReport   `json:"advice"`
	Planned   []plannedFile    `json:"planned,omitempty"` // to be copied into the visit file before a change
	Benefit   int              `json:"benefit"`           // in thousandths of a point that is certain to matter
	More      *OtherwiseReport `json:"more,omitempty"`
	Less      *OtherwiseReport `json:"less,omitempty"`
}

// OtherwiseReport is what a longer or a shorter session would have otherwise.
type OtherwiseReport struct {
	Minutes int        `json:"minutes"`
	Benefit int        `json:"benefit"`
	Worth   plan.Worth `json:"worth"`
	What    []string   `json:"what"`
}

// StepReport is one step of the session.
type StepReport struct {
	ID        string         `json:"id"`
	Kind      plan.Kind      `json:"kind"`
	Words     string         `json:"words"`
	Region    string         `json:"region,omitempty"`
	Muscle    string         `json:"muscle,omitempty"`
	Point     atlas.PointID  `json:"point,omitempty"`
	Side      string         `json:"side,omitempty"`
	Technique string         `json:"technique,omitempty"`
	Strokes   []atlas.Stroke `json:"strokes,omitempty"`
	Position  atlas.Position `json:"position"`
	Pressure  int            `json:"pressure"`
	Minutes   float64        `json:"minutes"`
	Ask       bool           `json:"ask,omitempty"`
	Pinned    bool           `json:"pinned,omitempty"`
	Reason    string         `json:"reason"`
	Source    atlas.SourceID `json:"source,omitempty"`
}

// LeftOutReport is something that the session does not do, and why.
type LeftOutReport struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// AdviceReport is what goes with the session.
type AdviceReport struct {
	Kind    string         `json:"kind"`
	Words   string         `json:"words"`
	Dose    string         `json:"dose,omitempty"`
	Minutes int            `json:"minutes,omitzero"` // a day, of an exercise
	Source  atlas.SourceID `json:"source,omitempty"`
}

// Report puts the assessment into the published form.
func (a Assessment) Report() Report {
	r := Report{
		Marks:         make([]MarkReport, 0, len(a.Marks)),
		Screening:     screeningReport(a.Screening),
		Ranking:       make([]CandidateReport, 0, len(a.Ranking.Candidates)),
		SomethingElse: otherReport(a.Ranking.Other),
		NoPlan:        a.NoPlan,
		Purpose:       Purpose,
		Versions:      VersionsReport{Knead: Version, Body: body.Version, Atlas: atlas.Version, Rules: a.Screening.Version},
	}
	for _, m := range a.Marks {
		r.Marks = append(r.Marks, MarkReport{
			Words: m.Words, Regions: regionReports(m.Regions), Level: m.Level,
			Quality: string(m.Quality), Depth: string(m.Depth),
		})
	}
	if l := a.Lifted; l != nil {
		r.Screening.Lift = &LiftReport{By: l.By, Reason: l.Reason, Rules: nonNil(l.Rules)}
	}
	for _, c := range a.Ranking.Candidates {
		r.Ranking = append(r.Ranking, candidateReport(c))
	}
	if n := a.Ranking.Next; n != nil {
		r.NextCheck = &NextCheckReport{
			Point: n.Point.ID, Muscle: n.Point.Muscle.Name, Side: n.Side.String(),
			Where: n.Point.Where, Gain: round(n.Gain), Why: n.Why,
		}
	}
	if a.Plan != nil {
		r.Plan = planReport(*a.Plan)
	}
	r.CarePlan = courseReport(a.Course)
	return r
}

// JSON writes the report, indented, keys in a fixed order.
func (r Report) JSON() ([]byte, error) {
	return json.Marshal(r, json.Deterministic(true), jsontext.WithIndent("  "))
}

func screeningReport(s screen.Result) ScreeningReport {
	r := ScreeningReport{
		Level: s.Level, Rules: []RuleReport{}, Say: nonNil(s.Say), Missing: nonNil(s.Missing),
		Limits: LimitsReport{
			Pressure: []CapReport{}, Masked: []LimitReport{}, Removed: []RemovalReport{},
			Positions: []RemovalReport{}, Notes: nonNil(s.Limits.Notes),
		},
	}
	for _, f := range s.Fired {
		r.Rules = append(r.Rules, RuleReport{Rule: f.Rule, Level: f.Level, Question: f.Question, Why: f.Why, Source: f.Source, Standing: f.Mark.Words()})
	}
	for _, c := range s.Limits.Caps {
		r.Limits.Pressure = append(r.Limits.Pressure, CapReport{Where: c.Words, Max: c.Max, Rule: c.Rule})
	}
	for _, m := range s.Limits.Masked {
		r.Limits.Masked = append(r.Limits.Masked, LimitReport{Where: m.Words, Rule: m.Rule, Why: m.Why})
	}
	for _, x := range s.Limits.Removed {
		r.Limits.Removed = append(r.Limits.Removed, RemovalReport{What: x.Technique, Rule: x.Rule, Why: x.Why})
	}
	for _, x := range s.Limits.Positions {
		r.Limits.Positions = append(r.Limits.Positions, RemovalReport{What: x.Position, Rule: x.Rule, Why: x.Why})
	}
	return r
}

func candidateReport(c reason.Candidate) CandidateReport {
	r := CandidateReport{
		Point: c.Point.ID, Muscle: c.Point.Muscle.Name, Side: c.Side.String(), Where: c.Point.Where,
		Band: c.Band, Weight: round(c.Weight), Bound: c.Bound, Why: c.Why,
		Studied: c.Studied, Recalled: c.Point.Recalled(),
		Explains: []ExplainsReport{}, NotFelt: regionReports(c.NotFelt),
	}
	for _, e := range c.Explains {
		r.Explains = append(r.Explains, ExplainsReport{Region: string(e.Region), Side: e.Side.String(), Mark: e.Mark, Share: round(e.Share), Only: e.Only})
	}
	r.Sources = sourceReports(c.Point.Sources)
	return r
}

func otherReport(o reason.Other) OtherReport {
	r := OtherReport{Weight: round(o.Weight), Why: o.Why, Patterns: []PatternReport{}}
	for _, like := range o.Patterns {
		p := like.Pattern
		r.Patterns = append(r.Patterns, PatternReport{
			Pattern: p.ID, Name: p.Name, Lay: p.Lay, Kind: p.Kind, Side: like.Side.String(), Weight: round(like.Weight), Bound: like.Bound,
			Ask: p.Ask, Refer: p.Refer, Recalled: p.Recalled(), Sources: sourceReports(p.Sources),
		})
	}
	return r
}

func sourceReports(ids []atlas.SourceID) []SourceReport {
	out := []SourceReport{}
	for _, id := range ids {
		if s, ok := atlas.Standard().Source(id); ok {
			out = append(out, SourceReport{ID: id, Title: s.Title, Ident: s.Ref, Seen: s.Seen})
		}
	}
	return out
}

func planReport(p plan.Plan) *PlanReport {
	r := &PlanReport{
		Minutes: p.Minutes, Worked: p.Worked, Unused: p.Unused, UnusedWhy: p.UnusedWhy, Limit: p.Limit,
		Steps: []StepReport{}, LeftOut: []LeftOutReport{}, Advice: []AdviceReport{},
		Planned: writePlanned(p.Planned), Benefit: p.Benefit, More: otherwiseReport(p.More), Less: otherwiseReport(p.Less),
	}
	for _, s := range p.Steps {
		step := StepReport{
			ID: s.ID, Kind: s.Kind, Words: s.Words, Region: string(s.Region), Technique: string(s.Technique),
			Strokes: s.Strokes, Position: s.Position, Pressure: s.Pressure, Minutes: round(float64(s.Seconds) / 60),
			Ask: s.Ask, Pinned: s.Pinned, Reason: s.Reason, Source: s.Source,
		}
		if s.Muscle != nil {
			step.Muscle = s.Muscle.Name
		}
		if s.Point != nil {
			step.Point = s.Point.ID
		}
		if s.Side != nil {
			step.Side = s.Side.String()
		}
		r.Steps = append(r.Steps, step)
	}
	for _, l := range p.LeftOut {
		r.LeftOut = append(r.LeftOut, LeftOutReport{What: l.Words, Why: l.Why})
	}
	for _, x := range p.Advice {
		r.Advice = append(r.Advice, AdviceReport{Kind: string(x.Kind), Words: x.Words, Dose: x.Dose, Minutes: x.Minutes, Source: x.Source})
	}
	return r
}

func otherwiseReport(c *plan.Otherwise) *OtherwiseReport {
	if c == nil {
		return nil
	}
	return &OtherwiseReport{Minutes: c.Minutes, Benefit: c.Benefit, Worth: c.Worth, What: append([]string{}, c.What...)}
}

// regionReports names each region once a side; the halves of one that lies across the
// midline are one.
func regionReports(regions []body.RegionSide) []RegionReport {
	reports := make([]RegionReport, 0, len(regions))
	at := map[RegionReport]int{}
	for _, rs := range regions {
		one := RegionReport{Region: string(rs.Region), Side: rs.Side.String()}
		if _, seen := at[one]; seen {
			continue
		}
		other := RegionReport{Region: one.Region, Side: rs.Side.Other().String()}
		if i, seen := at[other]; seen && across(rs.Region) {
			reports[i].Side = "midline"
			at[one] = i
			continue
		}
		at[one] = len(reports)
		reports = append(reports, one)
	}
	return reports
}

func across(id body.RegionID) bool {
	region, ok := body.RegionByID(id)
	return ok && region.Midline
}

// round keeps four decimals: more would be noise in a file that people read.
func round(x float64) float64 { return math.Round(x*1e4) / 1e4 }

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
