package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

func mailer(t testing.TB, s Settings) *Mailer {
	t.Helper()
	m, err := NewMailer(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hello is a mail with the names that go wrong first.
func hello() Message {
	return Message{
		ID: "0198-hello", To: "somchai@client.example", ToName: "O'Brien-สมชาย \"Sam\"",
		Subject: "Your booking at Lotus, ยืนยันการจองของคุณ", Text: "Dear O'Brien-สมชาย,\n\nsee you on Tuesday.\n.\nLotus",
	}
}

// header decodes a header as a mail program would.
func header(t testing.TB, m *mail.Message, name string) string {
	t.Helper()
	text, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
	if err != nil {
		t.Fatalf("header %s: %v", name, err)
	}
	return text
}

func decoded(t testing.TB, r io.Reader, encoding string) string {
	t.Helper()
	if encoding == "quoted-printable" {
		r = quotedprintable.NewReader(r)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	good, roots := certificate(t, "localhost", time.Now().Add(time.Hour))
	for _, mode := range []TLS{NoTLS, StartTLS, FullTLS} {
		t.Run(string(mode), func(t *testing.T) {
			var office *postOffice
			if mode == NoTLS {
				office = openPostOffice(t, mode, nil)
			} else {
				office = openPostOffice(t, mode, good)
			}
			settings := office.settings(mode, roots)
			settings.ReplyTo = "desk@lotus.example"
			if mode != NoTLS {
				office.password = "secret"
				settings.User, settings.Password = "lotus", "secret"
			}
			m := mailer(t, settings)
			if err := m.Check(t.Context()); err != nil {
				t.Errorf("Check: %v", err)
			}
			if len(office.all()) != 0 {
				t.Error("Check sent a mail")
			}
			want := hello()
			if err := m.Send(t.Context(), want); err != nil {
				t.Fatalf("Send: %v", err)
			}
			if len(office.all()) != 1 {
				t.Fatalf("%d mails arrived, want 1", len(office.all()))
			}
			parcel := office.all()[0]
			if parcel.from != "hello@lotus.example" || parcel.to != want.To || parcel.utf8 {
				t.Errorf("on the envelope: from %s to %s, SMTPUTF8 %v; want hello@lotus.example, %s, false", parcel.from, parcel.to, parcel.utf8, want.To)
			}
			got := parcel.read(t)
			to, err := got.Header.AddressList("To")
			if err != nil || len(to) != 1 || *to[0] != (mail.Address{Name: want.ToName, Address: want.To}) {
				t.Errorf("To = %v, %v, want %s and %s", to, err, want.ToName, want.To)
			}
			for name, text := range map[string]string{
				"From": `"Lotus Massage" <hello@lotus.example>`, "Reply-To": "<desk@lotus.example>", "Subject": want.Subject,
				"Message-Id": "<0198-hello@lotus.example>", "Auto-Submitted": "auto-generated", "User-Agent": "", "X-Mailer": "",
			} {
				if h := header(t, got, name); h != text {
					t.Errorf("%s: %q, want %q", name, h, text)
				}
			}
			if text := decoded(t, got.Body, got.Header.Get("Content-Transfer-Encoding")); text != want.Text {
				t.Errorf("the text differs:\n%s", cmp.Diff(want.Text, text))
			}
		})
	}
}

func TestAMailWithPicturesHasItsWordsToo(t *testing.T) {
	office := openPostOffice(t, NoTLS, nil)
	want := hello()
	want.HTML = "<p>Dear สมชาย, <b>see you</b> on Tuesday.</p>"
	if err := mailer(t, office.settings(NoTLS, nil)).Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got := office.all()[0].read(t)
	kind, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type %s, %v, want multipart/alternative", kind, err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	// RFC 2046 5.1.4: the plainest first.
	for _, part := range []struct{ kind, text string }{{"text/plain", want.Text}, {"text/html", want.HTML}} {
		p, err := parts.NextPart() // decodes quoted-printable by itself
		if err != nil {
			t.Fatal(err)
		}
		if k, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); k != part.kind {
			t.Errorf("part of type %s, want %s", k, part.kind)
		}
		if text := decoded(t, p, p.Header.Get("Content-Transfer-Encoding")); text != part.text {
			t.Errorf("%s differs:\n%s", part.kind, cmp.Diff(part.text, text))
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("after two parts: %v, want the end", err)
	}
}

func TestAnAddressOfOtherLettersNeedsAServerThatTakesThem(t *testing.T) {
	msg := hello()
	msg.To = "สมชาย@client.example"
	office := openPostOffice(t, NoTLS, nil)
	if err := mailer(t, office.settings(NoTLS, nil)).Send(t.Context(), msg); err != nil {
		t.Fatalf("to a server that takes it: %v", err)
	}
	if p := office.all()[0]; p.to != msg.To || !p.utf8 {
		t.Errorf("on the envelope: %s, SMTPUTF8 %v, want %s, true", p.to, p.utf8, msg.To)
	}
	old := openPostOffice(t, NoTLS, nil, func(s *smtp.Server) { s.EnableSMTPUTF8 = false })
	if err := mailer(t, old.settings(NoTLS, nil)).Send(t.Context(), msg); KindOf(err) != Permanent {
		t.Errorf("to a server that does not: %v, want a permanent error", err)
	}
}

func TestAFullHouseIsTemporaryAndTheSecondTryArrives(t *testing.T) {
	office := openPostOffice(t, NoTLS, nil)
	var tries atomic.Int32
	office.onRcpt = func(string) error {
		if tries.Add(1) == 1 {
			return answer(451, smtp.EnhancedCode{4, 7, 1}, "greylisted, come back later")
		}
		return nil
	}
	m := mailer(t, office.settings(NoTLS, nil))
	if err := m.Send(t.Context(), hello()); KindOf(err) != Temporary {
		t.Fatalf("first try: %v, want a temporary error", err)
	}
	if err := m.Send(t.Context(), hello()); err != nil {
		t.Fatalf("second try: %v", err)
	}
	if got := office.all(); len(got) != 1 || got[0].read(t).Header.Get("Message-Id") != "<0198-hello@lotus.example>" {
		t.Errorf("%d mails arrived, want one with the id of the first try", len(got))
	}
}

func TestARefusalSaysWhetherToTryAgain(t *testing.T) {
	rcpt := func(code int, enhanced smtp.EnhancedCode) func(*postOffice) {
		return func(o *postOffice) {
			o.onRcpt = func(to string) error { return answer(code, enhanced, "<"+to+"> no") }
		}
	}
	for _, c := range []struct {
		name    string
		refuse  func(*postOffice)
		kind    Kind
		setting string
		say     string
	}{
		{"address unknown", rcpt(550, smtp.EnhancedCode{5, 1, 1}), Permanent, "", "Check how it is written"},
		{"relaying denied", rcpt(554, smtp.EnhancedCode{5, 7, 1}), Permanent, "", "will not pass mail on"},
		{"password wanted", rcpt(530, smtp.EnhancedCode{5, 7, 0}), Misconfigured, "User", "wants a user name"},
		{"mailbox busy", rcpt(450, smtp.EnhancedCode{4, 2, 1}), Temporary, "", "busy"},
		{"sender refused", func(o *postOffice) {
			o.onMail = func(string) error { return answer(553, smtp.EnhancedCode{5, 7, 1}, "not yours") }
		}, Misconfigured, "From", "practice's address"},
		{"mail refused", func(o *postOffice) {
			o.onData = func() error { return answer(554, smtp.EnhancedCode{5, 6, 0}, "looks like spam") }
		}, Permanent, "", "refused the mail"},
		{"server in trouble", func(o *postOffice) { o.onData = func() error { return errBroken } }, Permanent, "", "refused the mail"}, // go-smtp answers 554
		{"disk full", func(o *postOffice) {
			o.onData = func() error { return answer(452, smtp.EnhancedCode{4, 3, 1}, "disk full") }
		}, Temporary, "", "busy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			office := openPostOffice(t, NoTLS, nil)
			c.refuse(office)
			err := mailer(t, office.settings(NoTLS, nil)).Send(t.Context(), hello())
			wantTrouble(t, err, c.kind, c.setting, c.say)
			if text := fmt.Sprint(err); strings.Contains(text, "somchai") {
				t.Errorf("the error tells the address: %s", text)
			}
			if len(office.all()) != 0 {
				t.Error("the mail was taken all the same")
			}
		})
	}
}

func wantTrouble(t *testing.T, err error, kind Kind, setting, say string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an Error of kind %s", err, kind)
	}
	if e.Kind != kind || e.Setting != setting || !strings.Contains(e.Say, say) {
		t.Errorf("kind %s, setting %q, say %q\nwant %s, %q, %q\nlog: %v", e.Kind, e.Setting, e.Say, kind, setting, say, err)
	}
}

func TestWrongSettingsAreToldBySendAndCheck(t *testing.T) {
	good, roots := certificate(t, "localhost", time.Now().Add(time.Hour))
	late, lateRoots := certificate(t, "localhost", time.Now().Add(-time.Hour))
	other, otherRoots := certificate(t, "mail.other.example", time.Now().Add(time.Hour))
	closed, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().(*net.TCPAddr).Port
	closed.Close()
	withPassword := func(s Settings, password Secret) Settings {
		s.User, s.Password = "lotus", password
		return s
	}
	for _, c := range []struct {
		name     string
		settings func(t *testing.T) Settings
		kind     Kind
		setting  string
		say      string
	}{
		{"wrong password", func(t *testing.T) Settings {
			o := openPostOffice(t, StartTLS, good)
			o.password = "secret"
			return withPassword(o.settings(StartTLS, roots), "guess")
		}, Misconfigured, "Password", "does not accept"},
		{"no password where one is wanted", func(t *testing.T) Settings {
			o := openPostOffice(t, StartTLS, good)
			o.password = "secret"
			return o.settings(StartTLS, roots)
		}, Misconfigured, "User", "wants a user name"},
		{"a password where none is taken", func(t *testing.T) Settings {
			return withPassword(openPostOffice(t, StartTLS, good).settings(StartTLS, roots), "secret")
		}, Misconfigured, "User", "takes no user name"},
		{"no STARTTLS", func(t *testing.T) Settings {
			return openPostOffice(t, NoTLS, nil).settings(StartTLS, nil)
		}, Misconfigured, "TLS", "does not offer STARTTLS"},
		{"TLS where none is spoken", func(t *testing.T) Settings {
			return openPostOffice(t, NoTLS, nil).settings(FullTLS, nil)
		}, Misconfigured, "TLS", "Choose starttls"},
		{"a certificate of a stranger", func(t *testing.T) Settings {
			return openPostOffice(t, StartTLS, good).settings(StartTLS, otherRoots)
		}, Misconfigured, "TLS", "nobody whom this machine trusts"},
		{"a certificate for another name", func(t *testing.T) Settings {
			return openPostOffice(t, FullTLS, other).settings(FullTLS, otherRoots)
		}, Misconfigured, "Host", "another name"},
		{"a certificate out of date", func(t *testing.T) Settings {
			return openPostOffice(t, StartTLS, late).settings(StartTLS, lateRoots)
		}, Misconfigured, "TLS", "out of date"},
		{"nobody there", func(*testing.T) Settings {
			return Settings{Host: "localhost", Port: nobody, TLS: NoTLS, From: "hello@lotus.example"}
		}, Temporary, "Port", "nothing answers"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mailer(t, c.settings(t))
			wantTrouble(t, m.Check(t.Context()), c.kind, c.setting, c.say)
			wantTrouble(t, m.Send(t.Context(), hello()), c.kind, c.setting, c.say)
		})
	}
}

func TestAPasswordIsNotGivenToAStranger(t *testing.T) {
	good, _ := certificate(t, "localhost", time.Now().Add(time.Hour))
	_, roots := certificate(t, "localhost", time.Now().Add(time.Hour))
	var heard notes
	office := openPostOffice(t, StartTLS, good, func(s *smtp.Server) { s.Debug = &heard })
	office.password = "secret"
	settings := office.settings(StartTLS, roots)
	settings.User, settings.Password = "lotus", "secret"
	if err := mailer(t, settings).Send(t.Context(), hello()); KindOf(err) != Misconfigured {
		t.Errorf("Send to a server that cannot prove its name: %v", err)
	}
	if all := heard.String(); strings.Contains(all, "AUTH PLAIN ") || !strings.Contains(all, "STARTTLS") {
		t.Errorf("the server heard:\n%s\nwant STARTTLS and no password", all)
	}
}

func TestASilentServerIsNotWaitedForLonger(t *testing.T) {
	port, _ := silence(t)
	s := Settings{Host: "localhost", Port: port, From: "hello@lotus.example", Timeout: 20 * time.Millisecond}
	wantTrouble(t, mailer(t, s).Send(t.Context(), hello()), Temporary, "", "did not answer in time")
}

func TestASlowServerIsNotWaitedForLonger(t *testing.T) {
	office := openPostOffice(t, NoTLS, nil)
	thinking := make(chan struct{})
	office.onData = func() error { <-thinking; return nil }
	t.Cleanup(func() { close(thinking) }) // before the server closes: clean-ups run from the last to the first
	s := office.settings(NoTLS, nil)
	s.Timeout = 200 * time.Millisecond
	wantTrouble(t, mailer(t, s).Send(t.Context(), hello()), Temporary, "", "did not answer in time")
}

func TestSendEndsWhenTheCallerGivesUp(t *testing.T) {
	port, called := silence(t)
	s := Settings{Host: "localhost", Port: port, From: "hello@lotus.example", Timeout: time.Hour}
	ctx, giveUp := context.WithCancel(t.Context())
	go func() {
		<-called
		giveUp()
	}()
	err := mailer(t, s).Send(ctx, hello())
	wantTrouble(t, err, Temporary, "", "broken off")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want it to tell of the cancelled context", err)
	}
}

func TestAMailThatWouldBecomeAnotherIsRefused(t *testing.T) {
	office := openPostOffice(t, NoTLS, nil)
	m := mailer(t, office.settings(NoTLS, nil))
	for name, spoil := range map[string]func(*Message){
		"line break in subject":    func(m *Message) { m.Subject = "Hello\r\nBcc: all@client.example" },
		"line feed in name":        func(m *Message) { m.ToName = "Sam\nBcc: all@client.example" },
		"return in id":             func(m *Message) { m.ID = "1\rBcc: all@client.example" },
		"bracket in id":            func(m *Message) { m.ID = "1> <2" },
		"line separator in name":   func(m *Message) { m.ToName = "Sam\u2028Bcc: all@client.example" },
		"a word in code":           func(m *Message) { m.Subject = "=?utf-8?q?Hello?=" },
		"zero byte in subject":     func(m *Message) { m.Subject = "Hel\x00lo" },
		"broken UTF-8 in name":     func(m *Message) { m.ToName = "\xff" },
		"broken UTF-8 in text":     func(m *Message) { m.Text = "\xff" },
		"no address":               func(m *Message) { m.To = "" },
		"no domain":                func(m *Message) { m.To = "somchai" },
		"two addresses":            func(m *Message) { m.To = "a@client.example, b@client.example" },
		"a name in the address":    func(m *Message) { m.To = "Sam <somchai@client.example>" },
		"a comment in the address": func(m *Message) { m.To = "somchai@client.example (Sam)" },
		"a command in the address": func(m *Message) { m.To = "somchai@client.example>\r\nDATA" },
		"an address without end":   func(m *Message) { m.To = strings.Repeat("a", 300) + "@client.example" },
		"no subject":               func(m *Message) { m.Subject = "" },
		"no text":                  func(m *Message) { m.Text = "" },
	} {
		msg := hello()
		spoil(&msg)
		if err := m.Send(t.Context(), msg); KindOf(err) != Permanent {
			t.Errorf("%s: %v, want a permanent error", name, err)
		}
		if err := new(Log).Send(t.Context(), msg); KindOf(err) != Permanent {
			t.Errorf("%s, without a mail server: %v, want the same", name, err)
		}
	}
	if n := len(office.all()); n != 0 {
		t.Errorf("%d mails went out", n)
	}
}

// FuzzALetterSaysWhatWasMeant holds that a mail is refused, or reads back as it was
// written, with no header that nobody asked for.
func FuzzALetterSaysWhatWasMeant(f *testing.F) {
	f.Add("somchai@client.example", "O'Brien-สมชาย", "Your booking", "See you.\n.\nLotus")
	f.Add("a@b.example", "\"\\", "=?utf-8?q?x?=", "From here\r\n\r\nto =3D there \t ")
	f.Add("\"a b\"@b.example", "x\r\ny", strings.Repeat("ก", 400), strings.Repeat("x", 2000))
	f.Add("a@[127.0.0.1]", ",;<>@", " a ", "\n\r\r\n")
	m := mailer(f, Settings{Host: "localhost", From: "Lotus <hello@lotus.example>"})
	f.Fuzz(func(t *testing.T, to, name, subject, text string) {
		msg := Message{ID: "1", To: to, ToName: name, Subject: subject, Text: text}
		if msg.check() != nil {
			return
		}
		letter := m.compose(msg)
		var raw bytes.Buffer
		if _, err := letter.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		got, err := mail.ReadMessage(&raw)
		if err != nil {
			t.Fatalf("%q cannot be read back: %v", msg, err)
		}
		for h := range got.Header {
			if !wanted[h] {
				t.Errorf("%q has a header %s", msg, h)
			}
		}
		list, err := got.Header.AddressList("To")
		if err != nil || len(list) != 1 || list[0].Address != to || list[0].Name != name {
			t.Errorf("To reads back as %v, %v, want %q %q", list, err, name, to)
		}
		// The blank that ends a header is not part of it (RFC 5322 2.2).
		if s := header(t, got, "Subject"); strings.TrimSpace(s) != strings.TrimSpace(subject) {
			t.Errorf("Subject reads back as %q, want %q", s, subject)
		}
		want := strings.TrimSuffix(unixLines(text), "\n")
		if body := decoded(t, got.Body, got.Header.Get("Content-Transfer-Encoding")); body != want {
			t.Errorf("text reads back as %q, want %q", body, want)
		}
	})
}

var wanted = map[string]bool{
	"From": true, "To": true, "Subject": true, "Date": true, "Message-Id": true, "Mime-Version": true,
	"Auto-Submitted": true, "Content-Type": true, "Content-Transfer-Encoding": true,
}

func TestSettingsThatCannotWorkAreRefused(t *testing.T) {
	base := Settings{Host: "mail.example.org", From: "hello@lotus.example"}
	if _, err := NewMailer(base); err != nil {
		t.Fatalf("settings of host and address alone: %v", err)
	}
	for _, c := range []struct {
		setting string
		spoil   func(*Settings)
	}{
		{"Host", func(s *Settings) { s.Host = "" }},
		{"Host", func(s *Settings) { s.Host = "smtp://mail.example.org" }},
		{"Host", func(s *Settings) { s.Host = "mail.example.org:587" }},
		{"Port", func(s *Settings) { s.Port = 70000 }},
		{"Port", func(s *Settings) { s.Port = -1 }},
		{"TLS", func(s *Settings) { s.TLS = "ssl" }},
		{"TLS", func(s *Settings) { s.TLS, s.User, s.Password = NoTLS, "lotus", "secret" }},
		{"User", func(s *Settings) { s.Password = "secret" }},
		{"From", func(s *Settings) { s.From = "" }},
		{"From", func(s *Settings) { s.From = "Lotus" }},
		{"From", func(s *Settings) { s.From = "Lotus <hello@lotus.example>\r\nBcc: all@client.example" }},
		{"From", func(s *Settings) { s.From = "hello@müller.example" }},
		{"ReplyTo", func(s *Settings) { s.ReplyTo = "desk" }},
	} {
		s := base
		c.spoil(&s)
		_, err := NewMailer(s)
		wantTrouble(t, err, Misconfigured, c.setting, "")
	}
}

func TestAPasswordDoesNotPrintItself(t *testing.T) {
	s := Settings{Host: "mail.example.org", User: "lotus", Password: "secret"}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("mail", "password", s.Password, "settings", s)
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s), log.String()} {
		if strings.Contains(text, "secret") {
			t.Errorf("the password shows in %s", text)
		}
	}
}

func TestWithoutAMailServerTheDeskHasTheMessages(t *testing.T) {
	var log Log
	for i := range keptMessages + 5 {
		msg := hello()
		msg.ID = fmt.Sprint(i)
		for range 2 { // a job tries again
			if err := log.Send(t.Context(), msg); !errors.Is(err, ErrNotConfigured) {
				t.Fatalf("Send: %v, want ErrNotConfigured", err)
			}
		}
	}
	kept := log.Kept()
	if len(kept) != keptMessages || kept[0].ID != "5" || kept[len(kept)-1].ID != fmt.Sprint(keptMessages+4) {
		t.Errorf("%d kept, from %s to %s, want the latest %d, each once", len(kept), kept[0].ID, kept[len(kept)-1].ID, keptMessages)
	}
	if err := log.Check(t.Context()); !errors.Is(err, ErrNotConfigured) || KindOf(err) != Misconfigured {
		t.Errorf("Check: %v, want ErrNotConfigured", err)
	}
}
