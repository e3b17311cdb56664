package knead

import "errors"

// Kind says what a caller can do about an error of the record. There are few, so that a
// door can map each to a page and a status.
type Kind string

// The kinds. What is not yours is not found: nobody learns that it exists.
const (
	NotFound    Kind = "not-found"
	Invalid     Kind = "invalid"     // the input is wrong; the person can put it right
	Conflict    Kind = "conflict"    // somebody else was quicker; look again and decide
	NotAllowed  Kind = "not-allowed" // known and visible, but not for this role
	NotCleared  Kind = "not-cleared" // screening or consent stands in the way
	Unavailable Kind = "unavailable" // the database does not answer; try again
)

// Error is an error with two readers. Say is for the person: what to do, without names or
// symptoms. Err is for the log, and may be nil.
type Error struct {
	Kind  Kind
	Field string // the input that is wrong, by its name in the form; may be empty
	Say   string
	Err   error
}

func (e *Error) Error() string {
	text := string(e.Kind)
	if e.Say != "" {
		text += ": " + e.Say
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of an error of the record, and "" for any other.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}
