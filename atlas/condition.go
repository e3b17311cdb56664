package atlas

import (
	"fmt"
	"slices"
	"strings"

	"knead/body"
)

// ConditionGroup is the heading under which a condition is listed.
type ConditionGroup string

// ConditionGroups in the order of the body.
var ConditionGroups = []ConditionGroup{
	"head and jaw", "neck", "shoulder and arm", "back", "hip and thigh", "knee", "leg and foot", "whole body",
}

// Condition is something that clients name: what massage may and may not do about
// it in each phase, what was shown, and when somebody else must look at it. Whether
// a client has it is for others to say.
type Condition struct {
	ID      ConditionID
	Name    string // as people search for it: "tennis elbow"
	Lay     string // the same in a client's words
	Aliases []string
	Group   ConditionGroup
	Regions []body.RegionID // where it is usually felt
	Client  string          // a few sentences for a client

	Phases    []Phase    // in the order of time
	Evidence  []Evidence // what was shown of massage techniques
	Help      []Help     // what was shown of other care
	Refer     []string   // when to send on, to whom and how fast; clients read it
	Cautions  []string   // for the therapist
	Home      []string   // what is safe at home
	Exercises []ExerciseID
	Muscles   []MuscleID // worth a look
	Screening []string   // ids of questions and rules in package screen that act on it
	Sources   []SourceID

	Place string // where it stands in the data
}

// Verdict of a phase is what massage may do in it.
type Verdict string

// Verdicts are all verdicts of phases, the freest first.
var Verdicts = []Verdict{"allowed", "limited", "forbidden"}

// Phase is a time or a state of a condition with what massage may do in it.
type Phase struct {
	Name    string // "first 72 hours"
	Verdict Verdict
	What    string // what to do and what to leave
}

// Evidence is what one source shows of a technique for a condition.
type Evidence struct {
	Technique TechniqueID
	Grade     Grade
	Source    SourceID
	Note      string
}

// Help is what one source shows of other care for a condition.
type Help struct {
	What   string // "exercise", "night splint"
	Grade  Grade
	Source SourceID
	Note   string
}

// Shown is one row of evidence with the condition that it is about.
type Shown struct {
	Condition *Condition
	Evidence
}

// EvidenceFor lists what was shown of a technique, in the order of the conditions.
func (a *Atlas) EvidenceFor(id TechniqueID) []Shown {
	var out []Shown
	for _, c := range a.Conditions {
		for _, e := range c.Evidence {
			if e.Technique == id {
				out = append(out, Shown{c, e})
			}
		}
	}
	return out
}

// cited lists the sources that stand behind the condition.
func (c *Condition) cited() []SourceID {
	out := slices.Clone(c.Sources)
	for _, e := range c.Evidence {
		out = append(out, e.Source)
	}
	for _, h := range c.Help {
		out = append(out, h.Source)
	}
	return out
}

func (p Phase) String() string { return fmt.Sprintf("%s; %s; %s", p.Name, p.Verdict, p.What) }

func parsePhase(s string) (Phase, error) {
	f := cutFields(s, 3)
	if len(f) < 3 || f[0] == "" || f[2] == "" {
		return Phase{}, fmt.Errorf("%q: write 'name; verdict; what to do'", s)
	}
	verdict, err := oneOf(Verdicts)(f[1])
	return Phase{f[0], verdict, f[2]}, err
}

func (e Evidence) String() string {
	return joinFields(string(e.Technique), string(e.Grade), string(e.Source), e.Note)
}

func parseEvidence(s string) (Evidence, error) {
	what, grade, source, note, err := parseGraded(s)
	if err != nil {
		return Evidence{}, err
	}
	technique, err := anID[TechniqueID](what)
	return Evidence{technique, grade, source, note}, err
}

func (h Help) String() string { return joinFields(h.What, string(h.Grade), string(h.Source), h.Note) }

func parseHelp(s string) (Help, error) {
	what, grade, source, note, err := parseGraded(s)
	return Help{what, grade, source, note}, err
}

// parseGraded reads 'what; grade; source-id; note'.
func parseGraded(s string) (what string, grade Grade, source SourceID, note string, err error) {
	f := cutFields(s, 4)
	if len(f) < 3 || f[0] == "" {
		return "", "", "", "", fmt.Errorf("%q: write 'what; grade; source-id; note'", s)
	}
	if grade, err = oneOf(Grades)(f[1]); err != nil {
		return "", "", "", "", err
	}
	if source, err = anID[SourceID](f[2]); err != nil {
		return "", "", "", "", err
	}
	if len(f) == 4 {
		note = f[3]
	}
	return f[0], grade, source, note, nil
}

// cutFields cuts a line at semicolons into at most n parts.
func cutFields(s string, n int) []string {
	f := strings.SplitN(s, ";", n)
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	return f
}

func joinFields(f ...string) string { return strings.TrimSuffix(strings.Join(f, "; "), "; ") }
