package atlas

// listNames are the lists that the lint knows: phrases that no text for a client
// may have, long words that everybody knows, and the groups of regions that the
// points must reach.
var listNames = []string{"banned-phrases", "easy-words", "reached-groups"}

// Severity of a problem.
type Severity string

// A Fault is wrong and must be mended. A Gap is missing: what is there is right.
const (
	Fault Severity = "fault"
	Gap   Severity = "gap"
)

// Problem is something that the parser cannot see.
type Problem struct {
	Severity Severity
	Place    string // "muscles/scalenes.txt:12", empty when it concerns the whole
	What     string // what is wrong and what to do
}

func (p Problem) String() string {
	if p.Place == "" {
		return string(p.Severity) + ": " + p.What
	}
	return p.Place + ": " + string(p.Severity) + ": " + p.What
}

// Lint reads the atlas as a careful editor would. No problem means an empty list.
func (a *Atlas) Lint() []Problem { return nil }
