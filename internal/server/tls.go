package server

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// ACME are the settings for certificates that the server fetches and renews by itself
// (RFC 8555), by default from Let's Encrypt. The authority checks the hosts by asking
// them: on port 443, or on port 80 if [Options.RedirectAddr] listens there.
type ACME struct {
	Hosts     []string // names to fetch certificates for; no other name gets one
	Cache     string   // folder that keeps keys and certificates, readable by the server alone
	Email     string   // where the authority writes when something is wrong; may be empty
	Directory string   // address of another authority's directory; may be empty
}

// secured gives the TLS settings, or nil where the server talks plain HTTP. wrap puts the
// authority's questions before a handler for plain HTTP.
func secured(o Options, now func() time.Time) (settings *tls.Config, wrap func(http.Handler) http.Handler, err error) {
	wrap = func(h http.Handler) http.Handler { return h }
	files := o.CertFile != "" || o.KeyFile != ""
	switch fetched := len(o.ACME.Hosts) > 0; {
	case files && fetched:
		return nil, nil, errors.New("certificates come from files or from an authority, not from both; leave one of them out")
	case fetched && o.ACME.Cache == "":
		return nil, nil, errors.New("certificates from an authority need a folder to keep them in; without it each start would fetch new ones, and the authority stops answering")
	case fetched:
		m := &autocert.Manager{
			Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(o.ACME.Cache),
			HostPolicy: autocert.HostWhitelist(o.ACME.Hosts...), Email: o.ACME.Email,
		}
		if o.ACME.Directory != "" {
			m.Client = &acme.Client{DirectoryURL: o.ACME.Directory}
		}
		return m.TLSConfig(), m.HTTPHandler, nil
	case files:
		c := &certificates{certFile: o.CertFile, keyFile: o.KeyFile, now: now, log: o.Log}
		if err := c.load(); err != nil {
			return nil, nil, err
		}
		c.checked = now()
		return &tls.Config{GetCertificate: c.certificate}, wrap, nil
	case o.RedirectAddr != "":
		return nil, nil, errors.New("nothing can be sent on to https, since the server has no certificate")
	}
	return nil, wrap, nil
}

// certificates serve the certificate that is in the files now, so that who renews it
// need not stop the server.
type certificates struct {
	certFile, keyFile string
	now               func() time.Time
	log               *slog.Logger

	mu                sync.Mutex
	checked           time.Time
	certText, keyText []byte
	cert              *tls.Certificate
}

// checkEvery is chosen: a renewed certificate is served while the old one still has days.
const checkEvery = time.Minute

func (c *certificates) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.checked) >= checkEvery {
		c.checked = now
		if err := c.load(); err != nil {
			// One file may have been written and the other not yet. The old pair still works.
			c.log.Warn("the certificate on disk cannot be used; the one from before is served", "error", err)
		}
	}
	return c.cert, nil
}

// load compares what the files say, not their times: a restored file may be older.
func (c *certificates) load() error {
	certText, err := os.ReadFile(c.certFile)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	keyText, err := os.ReadFile(c.keyFile)
	if err != nil {
		return fmt.Errorf("key of the certificate: %w", err)
	}
	if bytes.Equal(certText, c.certText) && bytes.Equal(keyText, c.keyText) {
		return nil
	}
	cert, err := tls.X509KeyPair(certText, keyText)
	if err != nil {
		return fmt.Errorf("certificate %s with key %s: %w", c.certFile, c.keyFile, err)
	}
	c.certText, c.keyText, c.cert = certText, keyText, &cert
	return nil
}

// redirect sends everybody on to https at the same host and the given port. What was
// posted is not sent on: it already went over the wire for all to read, and the page that
// did it must be put right.
func redirect(port string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostname(r)
		if r.Method != http.MethodGet && r.Method != http.MethodHead || !isHost(host) {
			http.Error(w, "Use https.", http.StatusBadRequest)
			return
		}
		if port != "443" {
			host = net.JoinHostPort(host, port)
		} else if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusMovedPermanently)
	})
}
