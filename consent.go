package knead

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/screen"
)

// ConsentKind is what a consent is about. The four are asked apart and held apart.
type ConsentKind string

// The four kinds.
const (
	ConsentTreatment ConsentKind = "treatment"
	ConsentData      ConsentKind = "data"
	ConsentMarketing ConsentKind = "marketing"
	ConsentLearning  ConsentKind = "learning" // that this practice may learn from the record for itself
)

// ConsentKinds lists the kinds in the order in which they are asked.
func ConsentKinds() []ConsentKind {
	return []ConsentKind{ConsentTreatment, ConsentData, ConsentMarketing, ConsentLearning}
}

// Needed tells that nobody can be treated without a consent of this kind.
func (k ConsentKind) Needed() bool { return k == ConsentTreatment || k == ConsentData }

// The acts of consent.
const (
	ConsentGiven     = "given"
	ConsentRefused   = "refused"
	ConsentWithdrawn = "withdrawn"
	// ConsentSpoken adds areas and techniques to what was given: asked at the table, agreed
	// aloud, and written down by who heard it.
	ConsentSpoken = "spoken"
)

// Consent is one act: given, refused, withdrawn or spoken. Acts are only added. One that
// withdraws areas or techniques leaves the rest of what was given.
type Consent struct {
	ID         string
	Client     ClientID
	Visit      VisitID // empty: not during a visit
	Kind       ConsentKind
	Act        string // given, refused, withdrawn, spoken
	Edition    string // of the words
	Words      string // as they were shown
	Scope      ConsentScope
	SignedName string
	Signature  string // an SVG path as drawn, or empty where the name was typed
	Guardian   string // who signed for a minor
	Actor      string
	At         Instant
}

// ConsentScope says to what part of the body and to which techniques a treatment consent
// applies, and what was known of the risk when it was given.
type ConsentScope struct {
	Areas      []string     `json:"areas,omitzero"`      // ids of [ConsentArea]
	Draped     []string     `json:"draped,omitzero"`     // areas worked over the sheet only
	NotAreas   []string     `json:"notAreas,omitzero"`   // areas that stay covered and untouched
	Techniques []string     `json:"techniques,omitzero"` // that were agreed to, by their id in the atlas
	Without    []string     `json:"without,omitzero"`    // techniques that were declined
	Draping    string       `json:"draping,omitzero"`    // in words
	Level      screen.Level `json:"level,omitzero"`      // of the screening
	Rules      []string     `json:"rules,omitzero"`      // that limited or referred
}

// ConsentState is what holds now for one kind.
type ConsentState struct {
	Kind ConsentKind
	Last *Consent // nil: never asked
	// Stale tells that the words have changed since.
	Stale bool
	// Scope is that of the last act, with what was agreed to aloud and without what was
	// withdrawn since.
	Scope  ConsentScope
	Spoken []*Consent // since the last act
}

// Given tells that the consent holds and its words are those of today.
func (s ConsentState) Given() bool { return s.Last != nil && s.Last.Act == ConsentGiven && !s.Stale }

// Consents reduces the acts of a client, oldest first, to what holds now. edition is that
// of today's words for each kind.
func Consents(acts []Consent, edition map[ConsentKind]string) map[ConsentKind]ConsentState {
	states := map[ConsentKind]ConsentState{}
	for _, kind := range ConsentKinds() {
		states[kind] = ConsentState{Kind: kind}
	}
	for i := range acts {
		a := acts[i]
		s := states[a.Kind]
		if a.Partial() {
			if s.Last != nil && a.Act == ConsentWithdrawn {
				s.Scope = s.Scope.without(a.Scope)
			} else if s.Last != nil {
				s.Scope, s.Spoken = s.Scope.with(a.Scope), append(s.Spoken, &acts[i])
			}
			states[a.Kind] = s
			continue
		}
		s = ConsentState{Kind: a.Kind, Last: &acts[i], Scope: a.Scope}
		s.Stale = a.Act == ConsentGiven && edition[a.Kind] != a.Edition
		states[a.Kind] = s
	}
	return states
}

// Partial tells that an act is about some areas or techniques and leaves the rest.
func (c Consent) Partial() bool {
	return c.Act == ConsentSpoken || c.Act == ConsentWithdrawn && len(c.Scope.Areas)+len(c.Scope.Techniques) > 0
}

// without takes areas and techniques out of what was agreed to.
func (s ConsentScope) without(x ConsentScope) ConsentScope {
	s.Areas, s.Draped, s.NotAreas = less(s.Areas, x.Areas), less(s.Draped, x.Areas), more(s.NotAreas, x.Areas)
	s.Techniques, s.Without = less(s.Techniques, x.Techniques), more(s.Without, x.Techniques)
	return s
}

// with adds areas and techniques to what was agreed to.
func (s ConsentScope) with(x ConsentScope) ConsentScope {
	s.Areas, s.NotAreas = more(s.Areas, x.Areas), less(s.NotAreas, x.Areas)
	s.Techniques, s.Without = more(s.Techniques, x.Techniques), less(s.Without, x.Techniques)
	return s
}

func less(list, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(a string) bool { return slices.Contains(gone, a) })
}

func more(list, came []string) []string { return append(less(list, came), came...) }

// ConsentNeed is what a consent to a treatment has to cover.
type ConsentNeed struct {
	Areas      []ConsentArea
	Techniques []string
	Level      screen.Level
	Rules      []string
}

// NeedOf works out what a consent to the treatment of a visit has to cover: where paint
// lies and hands will be, by which techniques, and what the screening said.
func NeedOf(v Visit, a Assessment) ConsentNeed {
	need := ConsentNeed{Level: a.Screening.Level}
	if need.Level == screen.NotCleared { // a gap is no risk
		need.Level = screen.NoFlags
	}
	cells := v.Drawing.Cells()
	if a.Plan != nil {
		for _, step := range a.Plan.Steps {
			cells = cells.Union(stepCells(step))
			if t := string(step.Technique); t != "" && !slices.Contains(need.Techniques, t) {
				need.Techniques = append(need.Techniques, t)
			}
		}
	}
	need.Areas = AreasOf(cells)
	for _, f := range a.Screening.Fired {
		if rule := string(f.Rule); f.Level != screen.NoFlags && !slices.Contains(need.Rules, rule) {
			need.Rules = append(need.Rules, rule)
		}
	}
	slices.Sort(need.Techniques)
	slices.Sort(need.Rules)
	return need
}

// stepCells is the skin that a step works.
func stepCells(step plan.Step) (cells body.Set) {
	regions := step.Regions
	if len(regions) == 0 && step.Region != "" {
		regions = []body.RegionID{step.Region}
	}
	for _, id := range regions {
		for _, side := range []body.Side{body.Left, body.Right} {
			if step.Side == nil || *step.Side == side {
				cells = cells.Union(body.Skin().RegionCells(id, side))
			}
		}
	}
	return cells
}

// ConsentLack is why a consent must be asked for, or asked for again.
type ConsentLack string

// The reasons.
const (
	LackNever     ConsentLack = "never"     // nobody has asked yet
	LackRefused   ConsentLack = "refused"   // or taken back
	LackWords     ConsentLack = "words"     // the words have changed
	LackRisk      ConsentLack = "risk"      // the screening says more than it did
	LackAreas     ConsentLack = "areas"     // a place is new
	LackTechnique ConsentLack = "technique" // a technique is new
)

// Lacks tells why a consent has to be asked for before a visit; nothing when it covers
// what is needed. The need is looked at for the treatment alone.
func (s ConsentState) Lacks(need ConsentNeed) []ConsentLack {
	switch {
	case s.Last == nil:
		return []ConsentLack{LackNever}
	case s.Last.Act != ConsentGiven:
		return []ConsentLack{LackRefused}
	}
	var lacks []ConsentLack
	if s.Stale {
		lacks = append(lacks, LackWords)
	}
	if s.Kind != ConsentTreatment {
		return lacks
	}
	if need.Level.Rank() > s.Scope.Level.Rank() || len(less(need.Rules, s.Scope.Rules)) > 0 {
		lacks = append(lacks, LackRisk)
	}
	areas, techniques := s.Undecided(need)
	if len(areas) > 0 {
		lacks = append(lacks, LackAreas)
	}
	if len(techniques) > 0 {
		lacks = append(lacks, LackTechnique)
	}
	return lacks
}

// Undecided is what a visit needs and nobody was asked about: areas and techniques.
func (s ConsentState) Undecided(need ConsentNeed) (areas []ConsentArea, techniques []string) {
	decided := slices.Concat(s.Scope.Areas, s.Scope.Draped, s.Scope.NotAreas)
	areas = slices.DeleteFunc(slices.Clone(need.Areas), func(a ConsentArea) bool { return slices.Contains(decided, a.ID) })
	return areas, less(need.Techniques, slices.Concat(s.Scope.Techniques, s.Scope.Without))
}

// Against lists in words what a visit needs and the client said no to: areas and
// techniques. It is for the therapist, before hands go on.
func (s ConsentScope) Against(need ConsentNeed) []string {
	var words []string
	for _, a := range need.Areas {
		if slices.Contains(s.NotAreas, a.ID) {
			words = append(words, a.Words)
		}
	}
	for _, t := range need.Techniques {
		if slices.Contains(s.Without, t) {
			words = append(words, techniqueWords(t))
		}
	}
	return words
}

// areaWords and techniqueWords name what a scope holds by id; a text that is no id stays.
func areaWords(id string) string {
	if a, ok := AreaByID(id); ok {
		return strings.ToLower(a.Words)
	}
	return id
}

func techniqueWords(id string) string {
	if t, ok := atlas.Standard().Technique(atlas.TechniqueID(id)); ok {
		return t.Name
	}
	return id
}

func each[T, U any](list []T, of func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, x := range list {
		out = append(out, of(x))
	}
	return out
}

// ConsentArea is a part of the body for which a client says yes or no.
type ConsentArea struct {
	ID        string
	Words     string
	Sensitive bool // stays out, or covered, unless the client says otherwise
	Drape     bool // may be worked over the sheet

	regions []body.RegionID
}

// Cells gives the skin of the area, on both sides.
func (a ConsentArea) Cells() (cells body.Set) {
	for _, id := range a.regions {
		for _, side := range []body.Side{body.Left, body.Right} {
			cells = cells.Union(body.Skin().RegionCells(id, side))
		}
	}
	return cells
}

// The sensitive areas (chosen: what professional bodies ask a separate written consent
// for, as far as it was seen, and what lies beside it).
func sensitiveAreas() []ConsentArea {
	return []ConsentArea{
		{ID: "breast", Words: "Breasts", Sensitive: true, regions: []body.RegionID{"breast"}},
		{ID: "groin", Words: "Groin and upper inner thighs", Sensitive: true, regions: []body.RegionID{"groin", "pubic", "bladder-area", "thigh-inside-upper"}},
		{ID: "buttock", Words: "Buttocks", Sensitive: true, Drape: true, regions: []body.RegionID{"gluteal-upper", "gluteal-lower", "sit-bone", "coccyx"}},
	}
}

// ConsentAreas lists all areas, from head to foot, the sensitive ones last. Every region
// of the skin lies in one of them.
func ConsentAreas() []ConsentArea {
	sensitive := sensitiveAreas()
	var areas []ConsentArea
	for _, region := range body.Regions() {
		if slices.ContainsFunc(sensitive, func(a ConsentArea) bool { return slices.Contains(a.regions, region.ID) }) {
			continue
		}
		id := strings.ReplaceAll(strings.ToLower(region.Group), " ", "-")
		i := slices.IndexFunc(areas, func(a ConsentArea) bool { return a.ID == id })
		if i < 0 {
			i = len(areas)
			areas = append(areas, ConsentArea{ID: id, Words: region.Group})
		}
		areas[i].regions = append(areas[i].regions, region.ID)
	}
	return append(areas, sensitive...)
}

// AreaByID finds an area.
func AreaByID(id string) (ConsentArea, bool) {
	areas := ConsentAreas()
	if i := slices.IndexFunc(areas, func(a ConsentArea) bool { return a.ID == id }); i >= 0 {
		return areas[i], true
	}
	return ConsentArea{}, false
}

// AreasOf lists the areas in which cells lie.
func AreasOf(cells body.Set) []ConsentArea {
	return slices.DeleteFunc(ConsentAreas(), func(a ConsentArea) bool { return a.Cells().Intersect(cells).Len() == 0 })
}

// LeftAlone gives the places that a client wants left alone, by their touch map and by
// what they agreed to, in words that are understood again.
func LeftAlone(p ClientProfile, s ConsentScope) []body.Place {
	cells := p.Avoided()
	for _, id := range s.NotAreas {
		if a, ok := AreaByID(id); ok {
			cells = cells.Union(a.Cells())
		} else if place, err := body.Find(id); err == nil { // a consent from elsewhere may name places in words
			cells = cells.Union(place.Cells)
		}
	}
	return WholePlaces(cells)
}

// NotAreaWords names the areas that stay covered and untouched.
func (s ConsentScope) NotAreaWords() []string { return each(s.NotAreas, areaWords) }

// DrapedWords names the areas that are worked over the sheet only.
func (s ConsentScope) DrapedWords() []string { return each(s.Draped, areaWords) }

// Bounds are what a client does not want, by what the practice remembers of them and by
// what they agreed to: places that are left alone, places where the hands are light,
// techniques that are never used, exercises that made it worse.
func Bounds(p ClientProfile, s ConsentScope) plan.Preferences {
	b := plan.Preferences{Avoid: LeftAlone(p, s), Never: slices.Clone(p.Never)}
	for _, place := range WholePlaces(p.touched(TouchLight)) {
		b.Caps = append(b.Caps, plan.Cap{Place: place, Max: MostOnLight})
	}
	for _, h := range p.HomeHurt {
		if _, ok := atlas.Standard().Exercise(h.Exercise); ok {
			b.NotHome = append(b.NotHome, h.Exercise)
		}
	}
	for _, id := range s.Without {
		if t, ok := atlas.Standard().Technique(atlas.TechniqueID(id)); ok {
			b.Never = append(b.Never, t.ID)
		}
	}
	return b
}

// Rewish changes what a visit must not do: the bounds of before go, those of now come, and
// what somebody added by hand stays.
func (v *Visit) Rewish(before, now plan.Preferences) {
	p := &v.Preferences
	p.Avoid = exchange(p.Avoid, before.Avoid, now.Avoid, func(x body.Place) string { return x.Words })
	p.Caps = exchange(p.Caps, before.Caps, now.Caps, func(c plan.Cap) string { return fmt.Sprint(c.Place.Words, " ", c.Max, " ", c.Used) })
	p.NotHome = exchange(p.NotHome, before.NotHome, now.NotHome, func(id atlas.ExerciseID) string { return string(id) })
	p.Never = exchange(p.Never, before.Never, now.Never, func(id atlas.TechniqueID) string { return string(id) })
}

// exchange takes what was there before out of a list and puts in what is there now, each
// once, by name.
func exchange[T any](list, before, now []T, name func(T) string) []T {
	in := func(list []T) func(T) bool {
		return func(x T) bool { return slices.ContainsFunc(list, func(y T) bool { return name(x) == name(y) }) }
	}
	kept := slices.DeleteFunc(slices.Clone(list), in(before))
	for _, x := range now {
		if !in(kept)(x) {
			kept = append(kept, x)
		}
	}
	slices.SortFunc(kept, func(a, b T) int { return cmp.Compare(name(a), name(b)) })
	return kept
}

// Edition names a text by what it says: changed words are another edition, by themselves.
func Edition(words string) string {
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:6])
}
