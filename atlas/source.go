package atlas

// Seen is how a source was read by whoever wrote the row.
type Seen string

// From best to least: the paper itself, its abstract, a page that states it, or
// common teaching whose source was not seen.
const (
	Paper     Seen = "paper"
	Abstract  Seen = "abstract"
	Secondary Seen = "secondary"
	Recalled  Seen = "recalled"
)

// seenAll lists all ways, best first.
var seenAll = []Seen{Paper, Abstract, Secondary, Recalled}

// SourceType is the kind of a source.
type SourceType string

// SourceTypes are the allowed kinds, strongest first as a rule of thumb.
var SourceTypes = []SourceType{
	"review", "trial", "cohort", "cross-sectional", "experiment", "case-series", "case-report",
	"guideline", "standard", "book", "page", "teaching",
}

// Source is one paper, book or page. Only what was seen is filled in.
type Source struct {
	ID      SourceID
	Type    SourceType
	Authors string
	Title   string
	In      string // journal, book or site
	Year    int    // 0 when it was not seen
	Ref     string // "doi:", "pmid:", "pmc:", "isbn:" or "url:" and what follows, as seen
	Seen    Seen
	States  string // what it says that Knead uses, in our own words

	Place string
}

// Study is one count of how often muscles had trigger points in people with a
// complaint. How it may move a ranking is said in package reason.
type Study struct {
	ID        StudyID
	Source    SourceID
	Complaint string
	N         int  // people with the complaint who were examined
	Active    bool // counted points that reproduce the person's own pain; else any point
	Control   bool // had a group without the complaint
	Uncertain bool // at least one figure was not checked against the paper
	Percent   map[MuscleID]float64

	Place string

	marks map[MuscleID]string
	order []MuscleID
}

// Sure tells that the study's figure for a muscle was checked against its source.
func (s *Study) Sure(m MuscleID) bool { return s.marks[m] == "S" }
