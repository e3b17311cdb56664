package notify

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// TLS is how the talk with the mail server is kept secret.
type TLS string

// The modes. With both of the first two the server must prove its name.
const (
	StartTLS TLS = "starttls" // begins open and must go over to TLS; usually port 587
	FullTLS  TLS = "tls"      // TLS from the first byte; usually port 465
	NoTLS    TLS = "none"     // for a server on this machine or behind the same door; usually port 25
)

var usualPort = map[TLS]int{StartTLS: 587, FullTLS: 465, NoTLS: 25}

// Secret is a text that does not print itself.
type Secret string

func (Secret) String() string { return "[hidden]" }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return "[hidden]" }

// LogValue hides the secret from logs.
func (Secret) LogValue() slog.Value { return slog.StringValue("[hidden]") }

// Settings are how to reach a mail server. Host and From are needed.
type Settings struct {
	Host     string
	Port     int // 0 is the usual one of TLS
	TLS      TLS // "" is [StartTLS]
	User     string
	Password Secret
	From     string         // `Lotus Massage <hello@lotus.example>`, or the address alone
	ReplyTo  string         // written in the same way; "" is From
	Timeout  time.Duration  // for one mail, all in all; 0 is 30 s (chosen: greylisting servers answer slowly)
	Roots    *x509.CertPool // who may vouch for the server's name; nil is the system's list
}

// Mailer sends mail over one mail server. It opens a connection for each mail and may
// be used by many at once.
type Mailer struct {
	settings Settings
	from     *mail.Address
	replyTo  *mail.Address // nil: From
	domain   string        // of From: the name that we greet with
}

// NewMailer checks the settings; it does not yet call the server ([Mailer.Check] does).
// The error is an [Error] which names the setting.
func NewMailer(s Settings) (*Mailer, error) {
	wrong := func(setting, say string) (*Mailer, error) {
		return nil, &Error{Kind: Misconfigured, Setting: setting, Say: say}
	}
	if s.TLS == "" {
		s.TLS = StartTLS
	}
	if usualPort[s.TLS] == 0 {
		return wrong("TLS", "The mail server's TLS is starttls, tls or none.")
	}
	if s.Port == 0 {
		s.Port = usualPort[s.TLS]
	}
	if s.Port < 1 || s.Port > 65535 {
		return wrong("Port", "A port is a number from 1 to 65535. Usual ones are 587 and 465.")
	}
	if s.Host == "" || strings.ContainsFunc(s.Host, func(r rune) bool { return r <= ' ' || r == '/' || r == '@' }) ||
		strings.Contains(s.Host, ":") && net.ParseIP(s.Host) == nil {
		return wrong("Host", "The mail server has a name such as mail.example.org. The port has a field of its own.")
	}
	if s.TLS == NoTLS && s.User != "" {
		return wrong("TLS", "A password is sent over TLS only. Choose starttls or tls, or leave the user name empty.")
	}
	if s.Password != "" && s.User == "" {
		return wrong("User", "The mail server's password needs a user name.")
	}
	if s.Timeout == 0 {
		s.Timeout = 30 * time.Second
	}
	m := &Mailer{settings: s}
	for _, a := range []struct {
		setting, text string
		into          **mail.Address
	}{{"From", s.From, &m.from}, {"ReplyTo", s.ReplyTo, &m.replyTo}} {
		if a.text == "" && a.setting == "ReplyTo" {
			continue
		}
		address, err := mail.ParseAddress(a.text)
		if err != nil || !isAddress(address.Address) || strings.ContainsFunc(a.text, breaksLine) {
			return wrong(a.setting, "An address looks like hello@example.org or Lotus Massage <hello@example.org>.")
		}
		if !isASCII(address.Address) {
			return wrong(a.setting, "The practice's own address needs plain letters, since not every mail server takes others. A domain such as müller.example has a form with xn-- in front.")
		}
		*a.into = address
	}
	_, m.domain, _ = strings.Cut(m.from.Address, "@")
	return m, nil
}

// Send sends one mail. It ends with ctx, and after the settings' timeout. An error is
// an [Error]. After one for which [MayHaveGone] is true the mail may have gone; whoever
// sends it once more gives it the same ID.
func (m *Mailer) Send(ctx context.Context, msg Message) error {
	if err := msg.check(); err != nil {
		return err
	}
	letter := m.compose(msg)
	return m.talk(ctx, func(server *smtp.Client) error {
		server.SkipSMTPUTF8(isASCII(msg.To)) // asked for without need, a server further on may refuse the mail
		if takes, _ := server.Extension("SMTPUTF8"); !takes && !isASCII(msg.To) {
			return &Error{Kind: Permanent, Say: "The mail server takes only addresses of plain letters. Ask for another address."}
		}
		// Twice the time, so that the context ends the talk first and the words are ours.
		carrier, err := gomail.NewClient(m.settings.Host, gomail.WithTimeout(2*m.settings.Timeout), gomail.WithoutNoop(), gomail.WithoutRset())
		if err != nil {
			return m.trouble(sending, err)
		}
		if err := carrier.SendWithSMTPClient(server, letter); err != nil && !letter.IsDelivered() {
			return m.sendingTrouble(err, msg.To)
		}
		return nil
	})
}

// Check goes as far as it can without sending: connection, TLS, password, and whether
// the server takes mail from the practice's address.
func (m *Mailer) Check(ctx context.Context) error {
	return m.talk(ctx, func(server *smtp.Client) error {
		server.SkipSMTPUTF8(true)
		if err := server.Mail("<" + m.from.Address + ">"); err != nil {
			return m.trouble(senderAddress, err)
		}
		return nil
	})
}

// talk opens a connection, greets, goes over to TLS, gives the password and then does
// what it is told to. The connection ends with ctx.
func (m *Mailer) talk(ctx context.Context, do func(*smtp.Client) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, m.settings.Timeout)
	defer cancel()
	defer func() {
		// A closed connection tells nothing of why it was closed.
		if err != nil && ctx.Err() != nil && KindOf(err) == Temporary {
			unsure := MayHaveGone(err)
			late := m.trouble(waiting, ctx.Err())
			late.Unsure = unsure
			err = late
		}
	}()
	line, err := (&net.Dialer{}).DialContext(ctx, "tcp", m.address())
	if err != nil {
		return m.trouble(connecting, err)
	}
	defer line.Close() //nolint:errcheck // what is said is said
	// The library waits on the connection, not on a context.
	defer context.AfterFunc(ctx, func() { line.Close() })() //nolint:errcheck,gosec // as above
	conn := line
	config := &tls.Config{ServerName: m.settings.Host, RootCAs: m.settings.Roots, MinVersion: tls.VersionTLS12}
	if m.settings.TLS == FullTLS {
		secret := tls.Client(line, config)
		if err := secret.HandshakeContext(ctx); err != nil {
			return m.trouble(securing, err)
		}
		conn = secret
	}
	server, err := smtp.NewClient(conn, m.settings.Host)
	if err != nil {
		return m.trouble(greeting, err)
	}
	if err := server.Hello(m.domain); err != nil {
		return m.trouble(greeting, err)
	}
	if m.settings.TLS == StartTLS {
		if offers, _ := server.Extension("STARTTLS"); !offers {
			return m.trouble(securing, errNoStartTLS)
		}
		if err := server.StartTLS(config); err != nil {
			return m.trouble(securing, err)
		}
	}
	if err := m.logIn(server); err != nil {
		return m.trouble(loggingIn, err)
	}
	if err := do(server); err != nil {
		return err
	}
	server.Quit() //nolint:errcheck,gosec // the mail has been taken
	return nil
}

// logIn gives the user name and the password, by the plainest way that the server
// offers: TLS keeps them, and every server that offers it can take it.
func (m *Mailer) logIn(server *smtp.Client) error {
	if m.settings.User == "" {
		return nil
	}
	_, offered := server.Extension("AUTH")
	user, password := m.settings.User, string(m.settings.Password)
	for way := range strings.FieldsSeq(strings.ToUpper(offered)) {
		switch way {
		case "PLAIN":
			return server.Auth(smtp.PlainAuth("", user, password, m.settings.Host, false))
		case "LOGIN":
			return server.Auth(smtp.LoginAuth(user, password, m.settings.Host, false))
		case "SCRAM-SHA-256":
			return server.Auth(smtp.ScramSHA256Auth(user, password))
		case "CRAM-MD5":
			return server.Auth(smtp.CRAMMD5Auth(user, password))
		}
	}
	return fmt.Errorf("%w (offered: %q)", errNoLogin, offered)
}

// compose writes the letter.
func (m *Mailer) compose(msg Message) *gomail.Msg {
	letter := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	letter.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, m.from)
	letter.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &mail.Address{Name: msg.ToName, Address: msg.To})
	if m.replyTo != nil {
		letter.SetAddrHeaderFromMailAddress(gomail.HeaderReplyTo, m.replyTo)
	}
	letter.Subject(msg.Subject)
	letter.SetDate()
	if msg.ID != "" {
		letter.SetMessageIDWithValue(msg.ID + "@" + m.domain)
	}
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834 5: no answering machine answers it
	letter.SetBodyString(gomail.TypeTextPlain, unixLines(msg.Text))
	if msg.HTML != "" {
		letter.AddAlternativeString(gomail.TypeTextHTML, unixLines(msg.HTML))
	}
	return letter
}

func (m *Mailer) address() string {
	return net.JoinHostPort(m.settings.Host, strconv.Itoa(m.settings.Port))
}

func unixLines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 127 })
}

var (
	errNoStartTLS = errors.New("the server does not offer STARTTLS")
	errNoLogin    = errors.New("the server offers no way to log in that we know")
)
