package knead

// The identifiers of the record are UUIDs of version 7 as text, made by the program before
// the first try to store, so that a try of unknown outcome can be repeated. Each has its
// own type, so that two of them cannot be swapped.

// PracticeID names a practice.
type PracticeID string

// MemberID names somebody who works for a practice.
type MemberID string

// ClientID names a client.
type ClientID string

// VisitID names a visit.
type VisitID string

// LinkID names a client's way in.
type LinkID string

// NoteID names a note.
type NoteID string

// FileID names a file of a client.
type FileID string

// ActID names one act of a person or a job in the audit chain.
type ActID string
