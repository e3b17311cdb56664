package notify

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// postOffice is a mail server in this process. Its hooks answer in the place of the
// usual yes; a test sets them before it sends.
type postOffice struct {
	server *smtp.Server
	host   string
	port   int

	password string // "" wants none
	onMail   func(from string) error
	onRcpt   func(to string) error
	onData   func() error

	mu    sync.Mutex
	taken []parcel
}

// parcel is a mail that was taken.
type parcel struct {
	from, to string
	utf8     bool
	raw      []byte
}

func (p parcel) read(t *testing.T) *mail.Message {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(p.raw))
	if err != nil {
		t.Fatalf("the mail cannot be read: %v\n%s", err, p.raw)
	}
	return m
}

// openPostOffice starts a server. With a certificate it offers STARTTLS, or speaks TLS
// from the start. What tune changes, it changes before the first call.
func openPostOffice(t *testing.T, mode TLS, certificate *tls.Certificate, tune ...func(*smtp.Server)) *postOffice {
	t.Helper()
	office := &postOffice{host: "localhost"}
	office.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &visit{office: office}, nil }))
	office.server.Domain = "localhost"
	office.server.EnableSMTPUTF8 = true
	office.server.ErrorLog = quiet{}
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	office.port = listener.Addr().(*net.TCPAddr).Port
	if certificate != nil {
		config := &tls.Config{Certificates: []tls.Certificate{*certificate}}
		if mode == FullTLS {
			listener = tls.NewListener(listener, config)
		} else {
			office.server.TLSConfig = config
		}
	}
	for _, change := range tune {
		change(office.server)
	}
	done := make(chan struct{})
	go func() {
		office.server.Serve(listener)
		close(done)
	}()
	t.Cleanup(func() {
		office.server.Close()
		listener.Close() // the server may not have come to know it yet
		<-done
	})
	return office
}

func (o *postOffice) all() []parcel {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.taken
}

// settings reach this server.
func (o *postOffice) settings(mode TLS, roots *x509.CertPool) Settings {
	return Settings{Host: o.host, Port: o.port, TLS: mode, From: "Lotus Massage <hello@lotus.example>", Roots: roots}
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

type visit struct {
	office *postOffice
	known  bool
	parcel parcel
}

func (v *visit) Reset()        { v.parcel = parcel{} }
func (v *visit) Logout() error { return nil }

func (v *visit) AuthMechanisms() []string {
	if v.office.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (v *visit) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "lotus" || password != v.office.password {
			return smtp.ErrAuthFailed
		}
		v.known = true
		return nil
	}), nil
}

func (v *visit) Mail(from string, opts *smtp.MailOptions) error {
	if v.office.password != "" && !v.known {
		return smtp.ErrAuthRequired
	}
	v.parcel = parcel{from: from, utf8: opts != nil && opts.UTF8}
	if v.office.onMail != nil {
		return v.office.onMail(from)
	}
	return nil
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error {
	v.parcel.to = to
	if v.office.onRcpt != nil {
		return v.office.onRcpt(to)
	}
	return nil
}

func (v *visit) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if v.office.onData != nil {
		if err := v.office.onData(); err != nil {
			return err
		}
	}
	v.parcel.raw = raw
	v.office.mu.Lock()
	defer v.office.mu.Unlock()
	v.office.taken = append(v.office.taken, v.parcel)
	return nil
}

// certificate is one for the given name, vouched for by itself.
func certificate(t *testing.T, name string, until time.Time) (*tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// answer is an error that the server gives.
func answer(code int, enhanced smtp.EnhancedCode, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: text}
}

// silence is a server that takes the connection and says nothing.
func silence(t *testing.T) (port int, called <-chan struct{}) {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	rang := make(chan struct{})
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		close(rang)
		io.Copy(io.Discard, conn)
		conn.Close()
	}()
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().(*net.TCPAddr).Port, rang
}

// notes are a buffer that may be read while a server writes.
type notes struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all.Write(p)
}

func (n *notes) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.all.String()
}

var errBroken = errors.New("broken")
