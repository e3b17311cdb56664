package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"knead/internal/server"
)

// TestTheStepsForTheLocalNetworkServeHTTPS does what docs/https.md tells a practice to do,
// and then looks at the first page as a tablet that trusts the practice's authority.
func TestTheStepsForTheLocalNetworkServeHTTPS(t *testing.T) {
	text, err := os.ReadFile("../../docs/https.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(text)
	if steps == nil {
		t.Fatal("docs/https.md has no steps")
	}
	dir := t.TempDir()
	sh := exec.CommandContext(t.Context(), "sh", "-e")
	sh.Dir, sh.Stdin = dir, strings.NewReader(string(steps[1]))
	if out, err := sh.CombinedOutput(); err != nil {
		t.Fatalf("the steps fail: %v\n%s", err, out)
	}
	d := door{Cert: filepath.Join(dir, "knead.pem"), Key: filepath.Join(dir, "knead.key")}
	options, record, err := d.ways(":8443", dir)
	if err != nil || record.Base != "https://knead.home.arpa:8443" || !record.Secure || options.OnlyProxies {
		t.Fatalf("ways = %+v, %+v, %v", options, record, err)
	}
	options.Addr = "127.0.0.1:0"
	rt := server.NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
	address := make(chan string, 1)
	go server.New(rt, options).Run(t.Context(), func(at string) { address <- at })
	var at string
	select {
	case at = <-address:
	case <-time.After(time.Minute):
		t.Fatal("the server does not start")
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(at, "https://"), ":")
	ask := func(name string, trusted *x509.CertPool) (string, error) {
		dial := func() (net.Conn, error) {
			return tls.Dial("tcp", "127.0.0.1:"+port, &tls.Config{ServerName: name, RootCAs: trusted})
		}
		client := http.Client{Transport: &http.Transport{DialTLS: func(string, string) (net.Conn, error) { return dial() }}}
		resp, err := client.Get("https://" + net.JoinHostPort("127.0.0.1", port) + "/healthz")
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return string(body), err
	}
	authority, err := os.ReadFile(filepath.Join(dir, "authority.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(authority) {
		t.Fatal("authority.pem has no certificate")
	}
	if body, err := ask("knead.home.arpa", pool); err != nil || body != "ok\n" {
		t.Errorf("a tablet that trusts the authority gets %q, %v", body, err)
	}
	if _, err := ask("knead.home.arpa", x509.NewCertPool()); err == nil {
		t.Error("a phone that does not trust the authority gets in without a warning")
	}
	if _, err := ask("other.home.arpa", pool); err == nil {
		t.Error("the certificate is good for another name")
	}
}

func TestTheDoorSaysWhoIsLetIn(t *testing.T) {
	for what, c := range map[string]struct {
		door   door
		addr   string
		base   string
		name   string
		secure bool
		only   bool
	}{
		"this machine alone":      {door{}, "localhost:8080", "", "", false, false},
		"a proxy on this machine": {door{URL: "https://knead.example/"}, "localhost:8080", "https://knead.example", "knead.example", true, false},
		"a proxy elsewhere":       {door{URL: "https://knead.example", TrustedProxy: []string{"10.0.0.2"}}, "0.0.0.0:8080", "https://knead.example", "", true, true},
		"fetched certificates":    {door{ACMEHost: []string{"knead.example"}}, ":443", "https://knead.example", "", true, false},
		"on another port":         {door{ACMEHost: []string{"knead.example"}}, ":8443", "https://knead.example:8443", "", true, false},
	} {
		o, r, err := c.door.ways(c.addr, "data")
		if err != nil || r.Base != c.base || r.Secure != c.secure || o.OnlyProxies != c.only || o.Name != c.name {
			t.Errorf("%s: base %q, name %q, secure %t, only proxies %t, %v; want %q, %q, %t, %t", what, r.Base, o.Name, r.Secure, o.OnlyProxies, err, c.base, c.name, c.secure, c.only)
		}
	}
}
