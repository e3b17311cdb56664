package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"syscall"

	gomail "github.com/wneessen/go-mail"
)

// stage is how far a talk with a mail server came.
type stage string

const (
	waiting       stage = "wait for the server"
	connecting    stage = "connect"
	greeting      stage = "greet"
	securing      stage = "start TLS"
	loggingIn     stage = "log in"
	senderAddress stage = "name the sender"
	sending       stage = "send"
)

// trouble puts an error into words and says whether trying again can help.
func (m *Mailer) trouble(at stage, err error) *Error {
	e := &Error{Kind: Temporary, Err: fmt.Errorf("%s %s: %w", at, m.address(), err)}
	host := m.settings.Host
	code := codeOf(err)
	unclear := func() {
		e.Say = "The mail server " + host + " broke off. Knead tries again later."
		if code >= 500 {
			e.Kind, e.Say = Misconfigured, "The mail server "+host+" refuses to talk with us. Ask whoever runs it why."
		} else if code >= 400 {
			e.Say = "The mail server " + host + " is busy. Knead tries again later."
		}
	}
	switch at {
	case waiting:
		e.Say = "The mail server " + host + " did not answer in time. Knead tries again later. If it never answers, check the port and TLS."
		if errors.Is(err, context.Canceled) {
			e.Say = "Sending was broken off. Knead tries again later."
		}
	case connecting:
		m.cannotConnect(e, err)
	case securing:
		if !m.cannotSecure(e, err) {
			unclear()
		}
	case loggingIn:
		switch {
		case errors.Is(err, errNoLogin):
			e.Kind, e.Setting = Misconfigured, "User"
			e.Say = "The mail server " + host + " takes no user name and password on this port. Try port 587 or 465, or leave the user name empty."
		case code >= 500:
			e.Kind, e.Setting = Misconfigured, "Password"
			e.Say = "The mail server " + host + " does not accept the user name or the password. Some providers want a password made for programs."
		default:
			unclear()
		}
	case senderAddress, sending:
		if code < 500 {
			unclear()
			break
		}
		m.refused(e, at, code, err)
	default:
		unclear()
	}
	return e
}

// sendingTrouble is trouble after the server was told whose mail comes. Where the server
// had all of it and gave no answer, nobody knows whether it went.
func (m *Mailer) sendingTrouble(err error, to string) *Error {
	letter, _ := errors.AsType[*gomail.SendError](err)
	e := m.trouble(sending, hideAddress(err, to))
	e.Unsure = letter != nil && letter.Reason == gomail.ErrSMTPDataClose && codeOf(err) == 0
	return e
}

func (m *Mailer) cannotConnect(e *Error, err error) {
	host, port := m.settings.Host, m.settings.Port
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		if dns.IsNotFound {
			e.Kind, e.Setting = Misconfigured, "Host"
			e.Say = "There is no mail server of the name " + host + ". Check how it is written."
			return
		}
		e.Say = "The name " + host + " could not be looked up. Check that this machine is online. Knead tries again later."
		return
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		e.Setting = "Port"
		e.Say = fmt.Sprintf("At %s nothing answers on port %d. Either the port is wrong or the mail server is down. Knead tries again later.", host, port)
		return
	}
	e.Say = "The mail server " + host + " cannot be reached. Check that this machine is online and may send mail. Knead tries again later."
}

// cannotSecure tells whether the trouble was about TLS at all.
func (m *Mailer) cannotSecure(e *Error, err error) bool {
	host := m.settings.Host
	switch {
	case errors.Is(err, errNoStartTLS):
		e.Setting = "TLS"
		e.Say = "The mail server " + host + " does not offer STARTTLS on this port, so nothing was sent. Try tls with port 465."
	case isA[tls.RecordHeaderError](err):
		e.Setting = "TLS"
		e.Say = "The mail server " + host + " does not speak TLS from the start on this port. Choose starttls, or port 465."
	case isA[x509.HostnameError](err):
		e.Setting = "Host"
		e.Say = "The mail server's certificate is for another name than " + host + ". Write the name that your provider gives."
	case isA[x509.UnknownAuthorityError](err):
		e.Setting = "TLS"
		e.Say = "The certificate of " + host + " was made by nobody whom this machine trusts, so nothing was sent."
	case isA[x509.CertificateInvalidError](err):
		e.Setting = "TLS"
		e.Say = "The certificate of " + host + " is not valid, perhaps out of date. Check this machine's clock, then ask whoever runs the mail server."
	case isA[*tls.CertificateVerificationError](err), isA[tls.AlertError](err):
		e.Setting = "TLS"
		e.Say = "The mail server " + host + " and Knead found no safe way to talk."
	default:
		return false
	}
	e.Kind = Misconfigured
	return true
}

// refused words a final no to a mail. RFC 3463 3 has the second number of the longer
// codes: 1 is about the address, 2 about the mailbox, 7 about what is allowed.
func (m *Mailer) refused(e *Error, at stage, code int, err error) {
	host, long := m.settings.Host, longCodeOf(err)
	letter, _ := errors.AsType[*gomail.SendError](err)
	switch {
	case code == 530 || code == 535 || long == "5.7.0": // RFC 4954 6; some servers give the long code alone
		e.Kind, e.Setting = Misconfigured, "User"
		e.Say = "The mail server " + host + " wants a user name and a password before it takes mail."
	case at == senderAddress || letter != nil && letter.Reason == gomail.ErrSMTPMailFrom:
		e.Kind, e.Setting = Misconfigured, "From"
		e.Say = "The mail server " + host + " takes no mail from the practice's address. Use the address that belongs to the user name."
	case letter != nil && letter.Reason == gomail.ErrSMTPRcptTo && strings.HasPrefix(long, "5.7."):
		e.Kind = Permanent
		e.Say = "The mail server " + host + " will not pass mail on to this address. If it says so of every address, it wants a user name and a password."
	case letter != nil && letter.Reason == gomail.ErrSMTPRcptTo:
		e.Kind = Permanent
		e.Say = "The mail server does not take this address. Check how it is written, or ask for another."
	default:
		e.Kind = Permanent
		e.Say = "The mail server " + host + " refused the mail."
	}
}

var longCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// longCodeOf is the code of RFC 3463 that stands before the server's words, and "" if
// there is none.
func longCodeOf(err error) string {
	if e, ok := errors.AsType[*gomail.SendError](err); ok {
		return e.EnhancedStatusCode()
	}
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return longCode.FindString(e.Msg)
	}
	return ""
}

// codeOf is the number that the server answered with, and 0 if it gave none.
func codeOf(err error) int {
	if e, ok := errors.AsType[*gomail.SendError](err); ok {
		return e.ErrorCode()
	}
	if e, ok := errors.AsType[*textproto.Error](err); ok {
		return e.Code
	}
	return 0
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// hidden is an error whose text does not show an address.
type hidden struct {
	text string
	err  error
}

func (h hidden) Error() string { return h.text }
func (h hidden) Unwrap() error { return h.err }

// hideAddress takes an address out of what a log would show; servers like to repeat it,
// whole or up to the @.
func hideAddress(err error, address string) error {
	person, _, _ := strings.Cut(address, "@")
	find := regexp.MustCompile(`(?i)` + regexp.QuoteMeta(address) + `|\b` + regexp.QuoteMeta(person) + `\b`)
	return hidden{find.ReplaceAllLiteralString(err.Error(), "[address]"), err}
}
