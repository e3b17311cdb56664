package knead

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// Explain says why the ranking is as it is. It solves the case some sixty times more.
func (a Assessment) Explain() (reason.Explanation, error) {
	return reason.Standard().Explain(a.Visit.Drawing, a.Visit.Findings, reason.Options{})
}

// WhyNot says why a muscle or a point stands where it stands on the list, or not on it.
// The name is that of a muscle in any of its names or the id of a point, with or without
// its side; without it both sides are answered, the weightier first. The error says
// which names are near.
func (a Assessment) WhyNot(name string) ([]reason.WhyNot, error) {
	bare, sides := sidesIn(name)
	point, isPoint := atlas.Standard().Point(atlas.PointID(bare))
	muscle, isMuscle := atlas.Standard().MuscleByName(bare)
	if !isPoint && !isMuscle {
		near := atlas.Standard().NearestMuscles(bare, 3)
		return nil, badInput("", "there is no muscle or point %q in the atlas; the nearest muscles are %q, %q and %q", bare, near[0], near[1], near[2])
	}
	var out []reason.WhyNot
	for _, side := range sides {
		var w reason.WhyNot
		var err error
		if isPoint {
			w, err = reason.Standard().WhyNotPoint(a.Visit.Drawing, a.Visit.Findings, point.ID, side, reason.Options{})
		} else {
			w, err = reason.Standard().WhyNot(a.Visit.Drawing, a.Visit.Findings, muscle.ID, side, reason.Options{})
		}
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b reason.WhyNot) int { return cmp.Compare(b.Weight, a.Weight) })
	return out, nil
}

// sidesIn takes left, right or both out of a name.
func sidesIn(name string) (bare string, sides []body.Side) {
	sides = []body.Side{body.Right, body.Left}
	var rest []string
	for word := range strings.FieldsSeq(name) {
		switch side, err := body.ParseSide(strings.ToLower(strings.Trim(word, ",()"))); {
		case err == nil:
			sides = []body.Side{side}
		case !strings.EqualFold(word, "both"):
			rest = append(rest, word)
		}
	}
	return strings.TrimSuffix(strings.Join(rest, " "), ","), sides
}

// ExplanationReport is an explanation as it is published.
type ExplanationReport struct {
	Places     []PlaceCreditReport `json:"places"`
	Candidates []ReasonReport      `json:"candidates"`
	Changes    []ChangeReport      `json:"changes"`
	Sure       string              `json:"sure"`
}

// PlaceCreditReport is a painted place. The candidates' shares of it, Others and
// SomethingElse add up to 1.
type PlaceCreditReport struct {
	Region        string  `json:"region"`
	Side          string  `json:"side"`
	Mark          int     `json:"mark"`
	Words         string  `json:"words"`
	Others        float64 `json:"others"`
	SomethingElse float64 `json:"something_else"`
}

// ReasonReport is why one candidate stands where it stands.
type ReasonReport struct {
	Point    atlas.PointID `json:"point"`
	Side     string        `json:"side"`
	Shares   []ShareReport `json:"shares"`
	Odds     OddsReport    `json:"odds"`
	Lift     float64       `json:"lift"`
	Clear    []ClearReport `json:"clear"`
	Findings []MovedReport `json:"findings"`
	Change   *ChangeReport `json:"change"`
	Accounts []string      `json:"accounts"`
	Words    []string      `json:"words"`
	Sure     []string      `json:"sure"`
}

// ShareReport is the part of a painted place that a candidate accounts for.
type ShareReport struct {
	Share       float64 `json:"share"`
	AtLeast     float64 `json:"at_least"`
	Only        float64 `json:"only"`
	OnlyAtLeast float64 `json:"only_at_least"`
	Words       string  `json:"words"`
}

// OddsReport holds the factors whose product is a candidate's odds.
type OddsReport struct {
	Prior    float64 `json:"prior"`
	Clear    float64 `json:"clear"`
	Findings float64 `json:"findings"`
	Paint    float64 `json:"paint"`
}

// ClearReport is clear skin of a candidate's zone.
type ClearReport struct {
	Region string  `json:"region"`
	Side   string  `json:"side"`
	Factor float64 `json:"factor"`
	Often  bool    `json:"often"`
	Bare   bool    `json:"bare"`
}

// MovedReport is what a finding did to a candidate.
type MovedReport struct {
	Point   atlas.PointID  `json:"point,omitempty"`
	Muscle  atlas.MuscleID `json:"muscle,omitempty"`
	Side    string         `json:"side"`
	Factor  float64        `json:"factor"`
	AtLeast float64        `json:"at_least"`
	Words   string         `json:"words"`
}

// ChangeReport is something that would bring another point to the top.
type ChangeReport struct {
	Kind   reason.ChangeKind `json:"kind"`
	Point  atlas.PointID     `json:"point,omitempty"`
	Region string            `json:"region,omitempty"`
	Side   string            `json:"side"`
	Leader PointReport       `json:"leader"`
	Turned int               `json:"turned"`
	Words  string            `json:"words"`
}

// PointReport is a point on a side.
type PointReport struct {
	Point atlas.PointID `json:"point"`
	Side  string        `json:"side"`
}

// WhyNotReport is the answer to 'why not this one?'. Place is 0 where it is not on the
// list; Band is empty then.
type WhyNotReport struct {
	Point    atlas.PointID  `json:"point"`
	Muscle   string         `json:"muscle"`
	Side     string         `json:"side"`
	Place    int            `json:"place"`
	Band     reason.Band    `json:"band,omitempty"`
	Weight   float64        `json:"weight"`
	Bound    float64        `json:"bound"`
	Alone    float64        `json:"alone"`
	Prior    float64        `json:"prior"`
	Studied  bool           `json:"studied"`
	Felt     []RegionReport `json:"felt"`
	Painted  []RegionReport `json:"painted"`
	Clear    []ClearReport  `json:"clear"`
	Rivals   []RivalReport  `json:"rivals"`
	Findings []MovedReport  `json:"findings"`
	Words    string         `json:"words"`
}

// RivalReport is a candidate that explains the same paint better.
type RivalReport struct {
	Point   atlas.PointID `json:"point"`
	Side    string        `json:"side"`
	AtLeast float64       `json:"at_least"`
}

// NewExplanationReport puts an explanation into the published form.
func NewExplanationReport(x reason.Explanation) *ExplanationReport {
	r := &ExplanationReport{
		Places: []PlaceCreditReport{}, Candidates: []ReasonReport{}, Changes: each(x.Changes, changeReport), Sure: x.Sure,
	}
	for _, p := range x.Places {
		r.Places = append(r.Places, PlaceCreditReport{
			Region: string(p.Region), Side: p.Side.String(), Mark: p.Mark, Words: p.Words,
			Others: fine(p.Rest), SomethingElse: fine(p.Other),
		})
	}
	for i, why := range x.Reasons {
		c := x.Ranking.Candidates[i]
		o := why.Odds
		out := ReasonReport{
			Point: c.Point.ID, Side: c.Side.String(), Shares: []ShareReport{},
			Odds: OddsReport{Prior: fine(o.Prior), Clear: fine(o.Clear), Findings: fine(o.Hands), Paint: fine(o.Paint)},
			Lift: fine(why.Lift), Clear: each(why.Clear, clearReport), Findings: each(why.Findings, movedReport),
			Accounts: nonNil(why.Accounts), Words: nonNil(why.Words), Sure: nonNil(why.Sure),
		}
		for _, s := range why.Shares {
			out.Shares = append(out.Shares, ShareReport{Share: fine(s.Share), AtLeast: fine(s.Low), Only: fine(s.Only), OnlyAtLeast: fine(s.OnlyLow), Words: s.Word})
		}
		if why.Change != nil {
			change := changeReport(*why.Change)
			out.Change = &change
		}
		r.Candidates = append(r.Candidates, out)
	}
	return r
}

// NewWhyNotReport puts an answer into the published form.
func NewWhyNotReport(w reason.WhyNot) WhyNotReport {
	r := WhyNotReport{
		Point: w.Point.ID, Muscle: w.Point.Muscle.Name, Side: w.Side.String(), Place: w.Place, Band: w.Band,
		Weight: fine(w.Weight), Bound: w.Bound, Alone: fine(w.Alone), Prior: fine(w.Prior), Studied: w.Studied,
		Felt: regionReports(w.Felt), Painted: regionReports(w.Painted), Clear: each(w.Clear, clearReport),
		Rivals: []RivalReport{}, Findings: each(w.Moved, movedReport), Words: w.Words,
	}
	for _, o := range w.Rivals {
		r.Rivals = append(r.Rivals, RivalReport{Point: o.Point.ID, Side: o.Side.String(), AtLeast: fine(o.Factor)})
	}
	return r
}

func clearReport(c reason.Clear) ClearReport {
	return ClearReport{Region: string(c.Region), Side: c.Side.String(), Factor: fine(c.Factor), Often: c.Often, Bare: c.Bare}
}

func movedReport(m reason.Moved) MovedReport {
	f := m.Finding
	return MovedReport{Point: f.Point, Muscle: f.Muscle, Side: f.Side.String(), Factor: fine(m.Factor), AtLeast: fine(m.Sure), Words: m.Words}
}

func changeReport(c reason.Change) ChangeReport {
	r := ChangeReport{
		Kind: c.Kind, Region: string(c.Region.Region), Side: c.Side.String(),
		Leader: PointReport{Point: c.Leader.Point.ID, Side: c.Leader.Side.String()}, Turned: c.Turned, Words: c.Words,
	}
	if c.Point != nil {
		r.Point = c.Point.ID
	} else {
		r.Side = c.Region.Side.String()
	}
	return r
}

// fine keeps six significant digits: shares have to add up, and odds are small.
func fine(x float64) float64 {
	if x == 0 || math.IsInf(x, 0) {
		return min(x, math.MaxFloat64)
	}
	scale := math.Pow(10, 5-math.Floor(math.Log10(math.Abs(x))))
	return math.Round(x*scale) / scale
}
