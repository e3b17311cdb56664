package knead

// The identifiers of the record: UUIDs of version 7 as text, made by the program before
// the first try to store, so that a try of unknown outcome can be repeated. Each has its
// own type, so that two of them cannot be swapped.
type (
	PracticeID string
	MemberID   string
	ClientID   string
	VisitID    string
	LinkID     string
	NoteID     string
	FileID     string
	ActID      string // of one act of a person or a job, see the audit chain
)
