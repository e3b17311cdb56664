package atlas

import "fmt"

// ClaimVerdict is what the literature says of a claim.
type ClaimVerdict string

// ClaimVerdicts are all verdicts, the kindest first.
var ClaimVerdicts = []ClaimVerdict{"supported", "mixed", "unsupported", "false"}

// ClaimTopic is the heading under which a claim is listed.
type ClaimTopic string

// ClaimTopics in the order in which they are listed.
var ClaimTopics = []ClaimTopic{"body", "techniques", "conditions", "after a session", "history", "safety"}

// Claim is something that is commonly said of massage, with what was shown.
type Claim struct {
	ID         ClaimID
	Claim      string // as people say it
	Topic      ClaimTopic
	Verdict    ClaimVerdict
	Short      string // the answer in one sentence
	Text       string // the reasons in a few sentences
	Say        string // what can be said truthfully instead; may be empty
	Evidence   []Cited
	Conditions []ConditionID
	Techniques []TechniqueID

	Place string // where it stands in the data
}

// Cited is what one source shows, in our own words.
type Cited struct {
	Source SourceID
	Shows  string
}

// cited lists the sources that stand behind the claim.
func (c *Claim) cited() []SourceID {
	var out []SourceID
	for _, e := range c.Evidence {
		out = append(out, e.Source)
	}
	return out
}

func (c Cited) String() string { return fmt.Sprintf("%s; %s", c.Source, c.Shows) }

func parseCited(s string) (Cited, error) {
	f := cutFields(s, 2)
	if len(f) < 2 || f[1] == "" {
		return Cited{}, fmt.Errorf("%q: write 'source-id; what it shows'", s)
	}
	source, err := anID[SourceID](f[0])
	return Cited{source, f[1]}, err
}
