package knead

// The identifiers of the record are UUIDs of version 7 as text, made by the program before
// the first try to store, so that a try of unknown outcome can be repeated. Each has its
// own type, so that two of them cannot be swapped.
type (
	PracticeID string // PracticeID names a practice.
	MemberID   string // MemberID names somebody who works for a practice.
	ClientID   string // ClientID names a client.
	VisitID    string // VisitID names a visit.
	LinkID     string // LinkID names a client's way in.
	NoteID     string // NoteID names a note.
	FileID     string // FileID names a file of a client.
	ActID      string // ActID names one act of a person or a job in the audit chain.
)
