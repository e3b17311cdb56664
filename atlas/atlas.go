// Package atlas is what the literature says about muscles, trigger points, the skin
// to which they refer, the patterns of nerves and joints beside them, techniques, exercises, conditions and claims: text data, embedded, each row with
// its source and with how that source was seen.
//
// It is not a ranking (package reason does that) and no diagnosis: referral zones
// are typical, people differ, and an expert panel expects no fixed area.
//
// Start at [Standard]. The data stand in data/, their format in FORMAT.md; [Parse]
// reads them strictly, [Atlas.Lint] holds what a parser cannot see. Everything is
// written for the right side and mirrored.
//
// It is pure: the data are embedded, nothing is read or kept elsewhere.
package atlas

import (
	"slices"
	"strings"

	"knead/body"
)

// Version changes when a point or a zone changes its meaning; rankings carry it.
const Version = "2"

// Ids are file-safe working names; none is ever used again for something else.
type (
	// MuscleID is the id of a muscle: "levator-scapulae".
	MuscleID string
	// PointID is the id of a trigger point: "levator-scapulae-1".
	PointID string
	// SourceID is the id of a source: "do-2018".
	SourceID string
	// PatternID is the id of a pattern: "c6-root".
	PatternID string
	// TechniqueID is the id of a technique: "deep-tissue".
	TechniqueID string
	// ExerciseID is the id of an exercise: "levator-stretch".
	ExerciseID string
	// ConditionID is the id of a condition: "tennis-elbow".
	ConditionID string
	// ClaimID is the id of a claim: "blood-flow".
	ClaimID string
	// TermID is the id of a word of the glossary: "referred-pain".
	TermID string
	// ChangeID is the id of a change: "whole-body".
	ChangeID string
	// StudyID is the id of a count of points: "bron-2011-shoulder".
	StudyID string
)

// Atlas is all data, in the order of the files. It never changes and may be shared.
type Atlas struct {
	Version    string
	Muscles    []*Muscle
	Patterns   []*Pattern // by kind, see PatternKinds
	Techniques []*Technique
	Exercises  []*Exercise
	Conditions []*Condition
	Claims     []*Claim
	Terms      []*Term
	Changes    []*Change // the newest first
	Studies    []Study
	Sources    map[SourceID]*Source

	points []*Point
	muscle map[MuscleID]*Muscle
	point  map[PointID]*Point
	named  map[string]*Muscle  // lower-case names and aliases
	lists  map[string][]string // words that the lint uses, see listNames
}

// Group is the heading under which a muscle is listed.
type Group string

// Groups in the order of the body.
var Groups = []Group{"head", "jaw", "neck", "shoulder", "chest", "back", "arm", "forearm", "hand", "abdomen", "hip", "thigh", "leg", "foot", "pelvis"}

// Muscle is one muscle, or one part of a muscle that is treated by itself.
type Muscle struct {
	ID      MuscleID
	Name    string // English working name, lower case: "upper trapezius"
	TA2     string // English name in Terminologia Anatomica 2
	Latin   string // Latin name in Terminologia Anatomica 2
	Lay     string // what a client can picture: "shoulder-blade lifter"
	Aliases []string
	FMA     string // id in the Foundational Model of Anatomy; empty when none was seen
	Group   Group
	Layer   int // 1 just under the skin .. 4 deepest
	Present int // percent of people who have it, when that is clearly not everybody; else 0
	From    string
	To      string
	Action  string
	Nerve   string
	Shape   []body.Shape // projected on the skin
	Refer   string       // not empty: outside the scope of massage; who may help

	Client    string     // a few sentences for a client
	Positions []Position // in which it can be treated, the preferred first
	Grips     []Grip
	Pressure  int      // 1-5, the most it is pressed; 0 where the atlas names none
	How       []string // how to find and treat it, for a therapist
	Cautions  []string
	Avoid     []string // structures to stay away from
	SelfCare  SelfCare
	Sore      []string // what makes it sore
	Related   []MuscleID
	Sources   []SourceID
	Points    []*Point

	Place string // where it stands in the data: "muscles/levator-scapulae.txt:1"

	skin feltSkin
}

// Point is one trigger point: a place, and the skin where it is commonly felt.
type Point struct {
	ID        PointID
	Muscle    *Muscle
	Where     string // in words, without the side
	At        body.Coord
	Depth     Depth
	Access    []Position
	Essential []body.Shape // felt there often
	Spillover []body.Shape // felt there sometimes
	Sources   []SourceID
	Note      string // where voices disagree, or what is not known

	Place string // where it stands in the data

	seen  bool // at least one of Sources was seen
	zones zones
}

// Recalled tells that no source of the point was seen: it is common teaching only,
// says so wherever it is shown, and never ranks above 'check next' by itself.
func (p *Point) Recalled() bool { return !p.seen }

// Position is how a client lies or sits.
type Position string

// The positions, in the order in which they are offered.
const (
	Prone     Position = "prone"
	Supine    Position = "supine"
	SideLying Position = "side-lying"
	Seated    Position = "seated"
)

// Positions lists all positions.
var Positions = []Position{Prone, Supine, SideLying, Seated}

// Grip is how a muscle is taken: flat against what lies under it, or between fingers.
type Grip string

// The grips.
const (
	Flat   Grip = "flat"
	Pincer Grip = "pincer"
)

// Depth is how deep a point lies.
type Depth string

// The depths.
const (
	Superficial Depth = "superficial"
	Middle      Depth = "middle"
	Deep        Depth = "deep"
)

// SelfCare says whether clients may press the muscle themselves, and why or why not.
type SelfCare struct {
	Allowed bool
	Why     string
}

// Muscle finds a muscle by its id.
func (a *Atlas) Muscle(id MuscleID) (*Muscle, bool) { m, ok := a.muscle[id]; return m, ok }

// Point finds a point by its id.
func (a *Atlas) Point(id PointID) (*Point, bool) { p, ok := a.point[id]; return p, ok }

// Points lists all points in the order of the files. It must not be changed.
func (a *Atlas) Points() []*Point { return a.points }

// Source finds a source by its id.
func (a *Atlas) Source(id SourceID) (*Source, bool) { s, ok := a.Sources[id]; return s, ok }

// Technique finds a technique by its id.
func (a *Atlas) Technique(id TechniqueID) (*Technique, bool) {
	return find(a.Techniques, func(t *Technique) bool { return t.ID == id })
}

// Exercise finds an exercise by its id.
func (a *Atlas) Exercise(id ExerciseID) (*Exercise, bool) {
	return find(a.Exercises, func(e *Exercise) bool { return e.ID == id })
}

// Condition finds a condition by its id.
func (a *Atlas) Condition(id ConditionID) (*Condition, bool) {
	return find(a.Conditions, func(c *Condition) bool { return c.ID == id })
}

// Claim finds a claim by its id.
func (a *Atlas) Claim(id ClaimID) (*Claim, bool) {
	return find(a.Claims, func(c *Claim) bool { return c.ID == id })
}

// Term finds a word of the glossary by its id.
func (a *Atlas) Term(id TermID) (*Term, bool) {
	return find(a.Terms, func(t *Term) bool { return t.ID == id })
}

func find[T any](list []*T, is func(*T) bool) (*T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	return nil, false
}

// MuscleByName finds a muscle by its id, its working, TA2, Latin or lay name or an
// alias; case and hyphens do not matter.
func (a *Atlas) MuscleByName(name string) (*Muscle, bool) {
	m, ok := a.named[plainName(name)]
	return m, ok
}

func plainName(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(s), "-", " ")), " ")
}

// ownNames mean this muscle and no other.
func (m *Muscle) ownNames() []string {
	return append([]string{string(m.ID), m.Name}, m.Aliases...)
}

// sharedNames may mean several parts of one muscle.
func (m *Muscle) sharedNames() []string { return []string{m.TA2, m.Latin, m.Lay} }
