package server

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// selfSigned makes a certificate for the name and for this machine.
func selfSigned(t *testing.T, serial int64, name string) (certPEM, keyPEM []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER})
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// lockedBuffer is a log that may be read while the server writes it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// run serves one page until the test ends and gives the address and that of the second
// listener.
func run(t *testing.T, opts Options) (address, plain string) {
	t.Helper()
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
	rt.Handle("GET /ok", func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, "fine")
		return err
	})
	s := New(rt, opts)
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- s.Run(ctx, func(a string) { ready <- a }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	select {
	case address = <-ready:
	case err := <-ended:
		ended <- nil
		t.Fatalf("Run: %v", err)
	}
	if s.redirects != nil {
		plain = s.redirects.String()
	}
	return address, plain
}

// browser trusts one certificate and reaches every name at the given address.
func browser(t *testing.T, certPEM []byte, address string) *http.Client {
	t.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(certPEM) {
		t.Fatal("no certificate")
	}
	_, at, _ := strings.Cut(address, "://")
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, at)
		},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestPagesComeOverHTTPSAndHTTP2(t *testing.T) {
	certPEM, keyPEM := selfSigned(t, 1, "knead.example")
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	write(t, certFile, certPEM)
	write(t, keyFile, keyPEM)
	address, plain := run(t, Options{Addr: "127.0.0.1:0", Name: "knead.example", CertFile: certFile, KeyFile: keyFile, RedirectAddr: "127.0.0.1:0"})
	if !strings.HasPrefix(address, "https://127.0.0.1:") {
		t.Errorf("the address is %s, want https", address)
	}
	_, port, err := net.SplitHostPort(strings.TrimPrefix(address, "https://"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := browser(t, certPEM, address).Get("https://knead.example:" + port + "/ok")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 || resp.ProtoMajor != 2 || resp.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %d, headers %v", resp.Proto, resp.StatusCode, resp.Header)
	}
	for _, c := range []struct {
		method, target, want string
		status               int
	}{
		{"GET", "/atlas?q=neck", "https://knead.example:" + port + "/atlas?q=neck", 301},
		{"HEAD", "//evil.example/x", "https://knead.example:" + port + "//evil.example/x", 301},
		{"POST", "/atlas", "", 400},
	} {
		r, err := http.NewRequest(c.method, "http://knead.example"+c.target, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := browser(t, certPEM, "http://"+plain).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Location"); resp.StatusCode != c.status || got != c.want || resp.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("plain %s %s: %d to %q, want %d to %q", c.method, c.target, resp.StatusCode, got, c.status, c.want)
		}
	}
}

func TestRedirectsNameTheHostThatWasAsked(t *testing.T) {
	for _, c := range []struct{ port, host, want string }{
		{"443", "knead.example", "https://knead.example/a?b"},
		{"443", "knead.example:80", "https://knead.example/a?b"},
		{"443", "[2001:db8::1]:80", "https://[2001:db8::1]/a?b"},
		{"8443", "[2001:db8::1]", "https://[2001:db8::1]:8443/a?b"},
		{"443", "", ""},
		{"443", "evil.example/x?", ""},
		{"443", "user@evil.example", ""},
	} {
		r := httptest.NewRequest("GET", "/a?b", nil)
		r.Host = c.host
		w := httptest.NewRecorder()
		redirect(c.port).ServeHTTP(w, r)
		if got := w.Header().Get("Location"); got != c.want {
			t.Errorf("host %q at port %s is sent to %q, want %q", c.host, c.port, got, c.want)
		}
	}
}

func TestARenewedCertificateIsServedWithoutAStop(t *testing.T) {
	certFile, keyFile := filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	firstCert, firstKey := selfSigned(t, 1, "knead.example")
	write(t, certFile, firstCert)
	write(t, keyFile, firstKey)
	var mu sync.Mutex
	now := time.Now()
	pass := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	var log lockedBuffer
	address, _ := run(t, Options{
		Addr: "127.0.0.1:0", CertFile: certFile, KeyFile: keyFile, Log: slog.New(slog.NewTextHandler(&log, nil)),
		clock: func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		},
	})
	serial := func() int64 {
		t.Helper()
		conn, err := tls.Dial("tcp", strings.TrimPrefix(address, "https://"), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	expect := func(when string, want int64) {
		t.Helper()
		if got := serial(); got != want {
			t.Errorf("%s: certificate %d, want %d", when, got, want)
		}
	}
	expect("at first", 1)
	secondCert, secondKey := selfSigned(t, 2, "knead.example")
	write(t, certFile, secondCert)
	pass(59 * time.Second)
	expect("within a minute", 1)
	pass(time.Second)
	expect("with the certificate written and the key not yet", 1)
	if !strings.Contains(log.String(), "the one from before is served") || strings.Contains(log.String(), "PRIVATE") {
		t.Errorf("the log says %s", log.String())
	}
	write(t, keyFile, secondKey)
	expect("with both written, in the same minute", 1)
	pass(time.Minute)
	expect("a minute later", 2)
	if err := os.Remove(certFile); err != nil {
		t.Fatal(err)
	}
	pass(time.Minute)
	expect("with the file gone", 2)
	write(t, certFile, firstCert)
	write(t, keyFile, firstKey)
	pass(time.Minute)
	expect("with the old one restored", 1)
}

func TestSettingsThatCannotBeServedStopAtTheStart(t *testing.T) {
	dir := t.TempDir()
	certPEM, keyPEM := selfSigned(t, 1, "knead.example")
	_, otherKey := selfSigned(t, 2, "knead.example")
	cert, key, other, text := filepath.Join(dir, "cert"), filepath.Join(dir, "key"), filepath.Join(dir, "other"), filepath.Join(dir, "text")
	write(t, cert, certPEM)
	write(t, key, keyPEM)
	write(t, other, otherKey)
	write(t, text, []byte("not a certificate"))
	for name, opts := range map[string]Options{
		"no key":                     {CertFile: cert},
		"no certificate":             {KeyFile: key},
		"a file that is not there":   {CertFile: filepath.Join(dir, "none"), KeyFile: key},
		"a key of another":           {CertFile: cert, KeyFile: other},
		"not a certificate":          {CertFile: text, KeyFile: key},
		"files and an authority":     {CertFile: cert, KeyFile: key, ACME: ACME{Hosts: []string{"knead.example"}, Cache: dir}},
		"an authority and no folder": {ACME: ACME{Hosts: []string{"knead.example"}}},
		"sent on to nothing":         {RedirectAddr: "127.0.0.1:0"},
		"no such second address":     {CertFile: cert, KeyFile: key, RedirectAddr: "127.0.0.1:99999"},
	} {
		opts.Addr, opts.Log = "127.0.0.1:0", slog.New(slog.DiscardHandler)
		err := New(NewRouter(nil), opts).Run(t.Context(), func(a string) { t.Errorf("%s: it serves at %s", name, a) })
		if err == nil || strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The authority itself is outside; here it is one that has nothing to say. What is in the
// folder is served, no other name gets a certificate, and the authority's question on the
// plain listener is not sent on to https.
func TestCertificatesFromAnAuthorityAreKeptInAFolder(t *testing.T) {
	authority := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(authority.Close)
	dir := t.TempDir()
	certPEM, keyPEM := selfSigned(t, 7, "knead.example")
	write(t, filepath.Join(dir, "knead.example"), append(keyPEM, certPEM...))
	address, plain := run(t, Options{
		Addr: "127.0.0.1:0", Name: "knead.example", RedirectAddr: "127.0.0.1:0",
		ACME: ACME{Hosts: []string{"knead.example"}, Cache: dir, Email: "owner@knead.example", Directory: authority.URL},
	})
	client := browser(t, certPEM, address)
	resp, err := client.Get("https://knead.example/ok")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.ProtoMajor != 2 {
		t.Errorf("%s %d", resp.Proto, resp.StatusCode)
	}
	if resp, err := client.Get("https://evil.example/ok"); err == nil {
		resp.Body.Close()
		t.Error("a name that is not ours got a certificate")
	}
	for target, want := range map[string]int{"/.well-known/acme-challenge/token": 404, "/ok": 301} {
		resp, err := browser(t, certPEM, "http://"+plain).Get("http://knead.example" + target)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("plain %s gave %d, want %d", target, resp.StatusCode, want)
		}
	}
}

func TestPlainHTTPSaysSo(t *testing.T) {
	address, _ := run(t, Options{Addr: "127.0.0.1:0"})
	resp, err := http.Get(address + "/ok")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if !strings.HasPrefix(address, "http://127.0.0.1:") || resp.StatusCode != 200 || resp.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("%s gave %d with %v", address, resp.StatusCode, resp.Header)
	}
}
