package atlas

// Term is a word of the glossary.
type Term struct {
	ID      TermID
	Name    string
	Aliases []string
	Text    string // what it means, for a client
	See     []TermID
	Sources []SourceID

	Place string // where it stands in the data
}
