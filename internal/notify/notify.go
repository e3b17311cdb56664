// Package notify carries words out of the house, by mail. It knows nothing of
// clients, bookings or jobs: it is handed an address and a text, and says whether
// they went, and if not, whether trying again can help.
//
// Start at [NewMailer], or at [Log] where no mail server is set up.
package notify

import (
	"errors"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Message is one mail to one person. The subject shows on locked screens and passes
// through servers of others: it never speaks of health.
type Message struct {
	ID      string // the same on every try, so that two copies can be known as one; may be empty
	To      string // an address and nothing else
	ToName  string // may be empty
	Subject string
	Text    string
	HTML    string // the same words as Text, for programs that show it; may be empty
}

// Kind says what a caller can do about an [Error].
type Kind string

// The kinds. Only [Permanent] is final: the other two are worth another try.
const (
	Temporary     Kind = "temporary"     // the mail server is away or busy; try again later
	Permanent     Kind = "permanent"     // this message will never go
	Misconfigured Kind = "misconfigured" // no message will go until somebody changes a setting
)

// Error is why a mail did not go. It has two readers: Say is for the person at the
// desk, Err for the log. Neither holds the address of the mail.
type Error struct {
	Kind    Kind
	Setting string // the field of [Settings] that is wrong, if it is one; may be empty
	Say     string
	Unsure  bool  // the mail may have gone all the same: the line broke after its last word
	Err     error // may be nil
}

// MayHaveGone tells that nobody knows whether the mail went. SMTP has no way to ask
// (RFC 5321 4.2.5): who tries again may send it twice.
func MayHaveGone(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Unsure
}

func (e *Error) Error() string {
	text := "mail: " + string(e.Kind) + ": " + e.Say
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf gives the kind of an error of this package, and "" for any other.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// ErrNotConfigured is the answer of [Log]. A job tries again, and the mail goes when a
// mail server has been set up.
var ErrNotConfigured error = &Error{
	Kind: Misconfigured,
	Say:  "No mail server is set up, so nothing was sent. Set one up in the settings, or pass the message on yourself.",
}

// check refuses what would become another mail than the one meant. A line break in a
// header begins a new header: whoever may choose a name could choose the readers.
func (m Message) check() error {
	for _, field := range []struct{ name, text string }{
		{"id", m.ID},
		{"address", m.To},
		{"name", m.ToName},
		{"subject", m.Subject},
	} {
		if !utf8.ValidString(field.text) || strings.ContainsFunc(field.text, breaksLine) {
			return &Error{Kind: Permanent, Say: "The " + field.name + " of the mail holds a line break or another sign that cannot be shown. Write it again by hand."}
		}
		if strings.Contains(field.text, "=?") { // RFC 2047 2: begins a word in code, and would be shown as another text
			return &Error{Kind: Permanent, Say: "The " + field.name + " of the mail holds the signs =? together. Put a space between them."}
		}
	}
	if !utf8.ValidString(m.Text) || !utf8.ValidString(m.HTML) {
		return &Error{Kind: Permanent, Say: "The mail holds signs that are no text."}
	}
	if strings.ContainsFunc(m.ID, notInID) {
		return &Error{Kind: Permanent, Say: "The mail has an id with signs that no mail id may have."}
	}
	if m.Subject == "" || m.Text == "" {
		return &Error{Kind: Permanent, Say: "The mail is empty. It needs a subject and a text."}
	}
	if !isAddress(m.To) {
		return &Error{Kind: Permanent, Say: "This is not a mail address. It looks like name@example.org."}
	}
	return nil
}

// breaksLine tells what could end a header: the control characters, and the line and
// paragraph separators that some programs take for line breaks.
func breaksLine(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
}

// notInID tells what has no place on the left of a Message-ID (RFC 5322 3.6.4), kept
// narrower than the standard: what we make ourselves has nothing else.
func notInID(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
}

// isAddress tells whether s is one bare address: no name, no comment, no second one.
func isAddress(s string) bool {
	const most = 254 // RFC 5321 4.5.3.1.3: a path of 256 with its brackets
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s && len(s) <= most && !strings.HasSuffix(s, ".")
}
