package knead

import (
	"crypto/sha256"
	"encoding/hex"
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

// Consent is one act: given, refused or withdrawn. Acts are only added.
type Consent struct {
	ID         string
	Client     ClientID
	Visit      VisitID // empty: not during a visit
	Kind       ConsentKind
	Act        string // given, refused, withdrawn
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
// applies.
type ConsentScope struct {
	NotAreas   []string `json:"notAreas,omitzero"`   // places that stay covered and untouched
	Techniques []string `json:"techniques,omitzero"` // empty: those that the plan holds
	Draping    string   `json:"draping,omitzero"`
}

// ConsentState is what holds now for one kind.
type ConsentState struct {
	Kind ConsentKind
	Last *Consent // nil: never asked
	// Stale tells that the words have changed since.
	Stale bool
}

// Given tells that the consent holds and its words are those of today.
func (s ConsentState) Given() bool { return s.Last != nil && s.Last.Act == "given" && !s.Stale }

// Consents reduces the acts of a client, oldest first, to what holds now. edition is that
// of today's words for each kind.
func Consents(acts []Consent, edition map[ConsentKind]string) map[ConsentKind]ConsentState {
	states := map[ConsentKind]ConsentState{}
	for _, kind := range ConsentKinds() {
		states[kind] = ConsentState{Kind: kind}
	}
	for i := range acts {
		s := ConsentState{Kind: acts[i].Kind, Last: &acts[i]}
		s.Stale = acts[i].Act == "given" && edition[acts[i].Kind] != acts[i].Edition
		states[acts[i].Kind] = s
	}
	return states
}

// Edition names a text by what it says: changed words are another edition, by themselves.
func Edition(words string) string {
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:6])
}
