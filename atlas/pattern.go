package atlas

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"knead/body"
)

// PatternKind is what a pattern comes from.
type PatternKind string

// The kinds of patterns.
const (
	RootPattern  PatternKind = "nerve root"
	NervePattern PatternKind = "nerve"
	JointPattern PatternKind = "joint"
	OtherPattern PatternKind = "other" // a band, a bursa, a tendon
)

// PatternKinds lists all kinds, from the spine outwards.
var PatternKinds = []PatternKind{RootPattern, NervePattern, JointPattern, OtherPattern}

// Pattern is where something that is no muscle is commonly felt: a nerve root, a nerve
// on its way, a joint. It competes with the trigger points for what a client paints, and
// it is never a finding: a therapist may say that paint looks like it, and whom to ask.
type Pattern struct {
	ID        PatternID
	Name      string // the field's word: "C6 nerve root"
	Lay       string // what a client can picture: "a nerve of the neck that serves the thumb"
	Aliases   []string
	Kind      PatternKind
	Essential []body.Shape   // felt there often
	Spillover []body.Shape   // felt there sometimes
	Quality   []body.Quality // ways of feeling that speak for it; none means that none does
	Ratio     float64        // how common it is, against the mean trigger point: above 0, at most MostCommon
	RatioWhy  string         // what the ratio rests on; says "chosen" where no study was seen

	Client     string   // a few sentences for a client
	Ask        []string // what to ask or to look at next, for a therapist
	Refer      []string // when to send on, to whom and how fast; clients read it
	Conditions []ConditionID
	Screening  []string // ids of questions and rules in package screen that act on it
	Sources    []SourceID
	Note       string // where maps disagree, or what is not known

	Place string // where it stands in the data

	seen  bool // at least one of Sources was seen
	zones zones
}

// MostCommon is the highest ratio that a pattern may have. Chosen: nothing in the atlas
// is held to be so much more common than a trigger point.
const MostCommon = 3

// Recalled tells that no source of the pattern was seen: it is common teaching only.
func (p *Pattern) Recalled() bool { return !p.seen }

// nerve tells that it is a nerve, at its root or on its way.
func (p *Pattern) nerve() bool { return p.Kind == RootPattern || p.Kind == NervePattern }

// Zone gives the skin where the pattern is felt on a side. The left zone is the mirror
// image of the right one. It must not be changed.
func (p *Pattern) Zone(side body.Side) Zone { return p.zones.on(side, p.Essential, p.Spillover) }

// Pattern finds a pattern by its id.
func (a *Atlas) Pattern(id PatternID) (*Pattern, bool) {
	return find(a.Patterns, func(p *Pattern) bool { return p.ID == id })
}

func parseRatio(p *Pattern, s string) error {
	number, why, _ := strings.Cut(s, ";")
	ratio, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if why = strings.TrimSpace(why); err != nil || why == "" || math.IsNaN(ratio) || ratio < 0 || ratio > MostCommon {
		return fmt.Errorf("%q: write a number from 0 to %d, then ';' and what it rests on", s, MostCommon)
	}
	p.Ratio, p.RatioWhy = ratio, why
	return nil
}

func showRatio(p *Pattern) []string {
	return []string{strconv.FormatFloat(p.Ratio, 'f', -1, 64) + "; " + p.RatioWhy}
}
