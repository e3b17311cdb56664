// Package reason ranks trigger points: from a drawing of pain and what a
// therapist's hands have found to the points worth checking first, with reasons.
//
// It is an order in which to check, not a finding. Examiners agree only moderately
// on trigger points, and an expert panel expects no fixed area of referral; so
// every candidate says how sure it is and what speaks for it, and 'something else'
// is always in the list.
//
// Start at [Model.Rank], or at [Case] where a client is still painting. A [Model] is built
// once from the atlas and the skin (model.go). A case reads the drawing patch by patch
// (evidence.go), takes apart what has nothing to do with each other (case.go), reads each
// group as finely as an exact answer can afford and makes a net of it (sites.go), and
// works out the weights of all points together with a bound on their error (net.go;
// eliminate.go is exact, enumerate.go is for small budgets and wide nets). The answer is
// put into words by explain.go and next.go; why.go takes it apart. Priors stand in
// priors.go, and every number that was chosen in numbers.go.
//
// It is pure: the same drawing, findings and options give the same bytes, and a
// mirrored drawing gives the mirrored answer.
package reason

import (
	"knead/atlas"
	"knead/body"
)

// Check is what a therapist found when looking for one sign.
type Check uint8

// NotChecked says nothing; No says that the sign was looked for and is absent.
const (
	NotChecked Check = iota
	Yes
	No
)

// Finding is what the therapist's hands found at one point, or at one muscle and so
// at all its points. Either Point or Muscle is set.
type Finding struct {
	Point    atlas.PointID
	Muscle   atlas.MuscleID
	Side     body.Side
	Familiar Check // pressing it brings on the pain that the client knows
	Tender   Check // it hurts when pressed
	Limited  Check // movement that stretches the muscle is limited
	Resisted Check // working against resistance hurts
}

// Options are the caller's limits.
type Options struct {
	Nodes  int             // how much work may be spent, in nodes of the search: 400 make a first answer, 0 means DefaultNodes
	Cancel <-chan struct{} // closed when nobody waits for the answer any more; nil for never
}

// Band is where a candidate stands in the order of checking.
type Band string

// The bands, from first to last.
const (
	CheckFirst   Band = "check first"
	CheckNext    Band = "check next"
	AlsoPossible Band = "also possible"
)

// Ranking is the answer to one drawing.
type Ranking struct {
	Candidates []Candidate // best first
	Other      Other       // always there
	Next       *NextCheck  // nil when everything listed was pressed
	Sites      []Site      // what was painted, without slips of the brush
	Bound      float64     // the largest bound of any weight
	Nodes      int         // work spent
}

// Candidate is one trigger point on one side.
type Candidate struct {
	Point    *atlas.Point
	Side     body.Side
	Band     Band
	Weight   float64 // the model's probability that it is active, in [0, 1]; not shown to clients
	Bound    float64 // the exact weight of the model lies within Weight +- Bound
	Explains []Explains
	NotFelt  []body.RegionSide // where it is often felt as well, and nothing was painted
	Studied  bool              // somebody counted how often this muscle has points
	Why      string            // one or two sentences for a therapist
}

// Explains is one painted region that lies in a candidate's zone.
type Explains struct {
	Region body.RegionID
	Side   body.Side
	Mark   int     // which mark of the drawing, from 0
	Share  float64 // share of the region's paint that lies in the zone, in (0, 1]
	Only   bool    // no other candidate to be checked first or next explains it
}

// Other is everything that is not a trigger point of the atlas: another muscle, a
// joint, a nerve, an organ.
type Other struct {
	Weight   float64 // how much of the painted evidence the points leave, in [0, 1]
	Why      string
	Patterns []LikePattern // nerves and joints that are felt like this, likeliest first
}

// LikePattern is a nerve or a joint that is commonly felt where the client painted. It
// competes with the trigger points for the paint. It is not a finding.
type LikePattern struct {
	Pattern *atlas.Pattern
	Side    body.Side
	Weight  float64 // the model's probability, in [0, 1]; not shown to clients
	Bound   float64 // the exact weight of the model lies within Weight +- Bound
}

// NextCheck is the point to examine next: the most likely one for the effort.
type NextCheck struct {
	Point *atlas.Point
	Side  body.Side
	Gain  float64 // expected information in bits
	Why   string
}

// Site is one painted region.
type Site struct {
	Region body.RegionID
	Side   body.Side
	Mark   int    // which mark of the drawing, from 0
	Level  int    // the highest level painted there, 1-10
	Words  string // "temple (right)"
}
