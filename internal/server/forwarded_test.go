package server

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// who serves one page that says who asks, how and under which name.
func who(opts Options) http.Handler {
	opts.Log = slog.New(slog.DiscardHandler)
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
	say := func(w http.ResponseWriter, r *http.Request) error {
		_, err := fmt.Fprintf(w, "%s https=%v %s", ClientAddr(r), IsHTTPS(r), r.Host)
		return err
	}
	rt.Handle("GET /who", say)
	rt.Handle("POST /who", say)
	return Chassis(rt, opts)
}

func TestOnlyATrustedProxySaysWhoAsks(t *testing.T) {
	proxy := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	for _, c := range []struct {
		name, remote string
		named        string
		trusted      []netip.Prefix
		header       http.Header
		tls          bool
		want         string
	}{
		{"nobody is trusted", "192.0.2.9:1", "", nil, http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"evil.example"}}, false, "192.0.2.9 https=false knead.example"},
		{"nor is this machine without a name", "127.0.0.1:1", "", nil, http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"https"}}, false, "127.0.0.1 https=false knead.example"},
		{"this machine with a name", "127.0.0.1:1", "knead.example", nil, http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"https"}}, false, "203.0.113.1 https=true knead.example"},
		{"this machine in IPv6", "[::1]:1", "knead.example", nil, http.Header{"X-Forwarded-For": {"203.0.113.1"}}, false, "203.0.113.1 https=false knead.example"},
		{"another machine, though there is a name", "203.0.113.5:1", "knead.example", nil, http.Header{"X-Forwarded-For": {"203.0.113.1"}}, false, "203.0.113.5 https=false knead.example"},
		{"a trusted proxy", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-For": {"203.0.113.1"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"desk.example:8443"}}, false, "203.0.113.1 https=true desk.example:8443"},
		{"an IPv4 proxy on an IPv6 socket", "[::ffff:192.0.2.9]:1", "", proxy, http.Header{"X-Forwarded-For": {"203.0.113.1"}}, false, "203.0.113.1 https=false knead.example"},
		{"a proxy that took TLS off says it was plain", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-Proto": {"http"}}, true, "192.0.2.9 https=false knead.example"},
		{"TLS to us", "203.0.113.5:1", "", proxy, http.Header{"X-Forwarded-Proto": {"http"}}, true, "203.0.113.5 https=true knead.example"},
		{"who wrote the header before the proxy did is not believed", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-For": {"10.0.0.1, 203.0.113.1"}}, false, "203.0.113.1 https=false knead.example"},
		{"two proxies in a row", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-For": {"10.0.0.1, 203.0.113.1", "192.0.2.8"}}, false, "203.0.113.1 https=false knead.example"},
		{"a chain of proxies only", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-For": {"192.0.2.7, 192.0.2.8"}}, false, "192.0.2.7 https=false knead.example"},
		{"a port and brackets", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-For": {"[2001:db9::7]:4711"}}, false, "2001:db9::7 https=false knead.example"},
		{"what is no address ends the walk", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-For": {"203.0.113.1, unknown"}}, false, "192.0.2.9 https=false knead.example"},
		{"no header", "192.0.2.9:1", "", proxy, nil, false, "192.0.2.9 https=false knead.example"},
		{"a host that is none", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-Host": {"a/b"}, "X-Forwarded-Proto": {"gopher"}}, false, "192.0.2.9 https=false knead.example"},
		{"the host that the nearest proxy saw", "192.0.2.9:1", "", proxy, http.Header{"X-Forwarded-Host": {"evil.example, desk.example"}}, false, "192.0.2.9 https=false desk.example"},
		{"no connection", "@", "", proxy, http.Header{"X-Forwarded-For": {"203.0.113.1"}}, false, "invalid IP https=false knead.example"},
	} {
		h := who(Options{Addr: "192.0.2.1:80", Name: c.named, TrustedProxies: c.trusted})
		r := httptest.NewRequest("GET", "/who", nil)
		r.RemoteAddr, r.Host = c.remote, "knead.example"
		if c.header != nil {
			r.Header = c.header
		}
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Body.String(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The browser names the origin that it sees; without the proxy's word for the host, an
// old browser's own posts would look foreign, and foreign ones could not be told apart.
func TestAPostThroughAProxyIsComparedWithTheNameThatTheBrowserSees(t *testing.T) {
	h := who(Options{Addr: "192.0.2.1:80", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	for origin, want := range map[string]int{"https://desk.example": 200, "https://evil.example": 403, "http://inside:8080": 403} {
		r := httptest.NewRequest("POST", "/who", nil)
		r.RemoteAddr, r.Host = "192.0.2.9:1", "inside:8080"
		r.Header.Set("X-Forwarded-Host", "desk.example")
		r.Header.Set("X-Forwarded-Proto", "https")
		r.Header.Set("Origin", origin)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("post from %s gave %d, want %d", origin, w.Code, want)
		}
	}
}

func TestOneDeviceIsOneAskerInIPv6(t *testing.T) {
	h := who(Options{Addr: "192.0.2.1:80", PerSecond: 0.001, Burst: 1})
	for _, c := range []struct {
		remote string
		want   int
	}{
		{"[2001:db8:1:2::1]:1", 200},
		{"[2001:db8:1:2:ffff::2]:1", 429},
		{"[2001:db8:1:3::1]:1", 200},
		{"192.0.2.7:1", 200},
		{"192.0.2.8:1", 200},
		{"[::ffff:192.0.2.8]:1", 429},
	} {
		r := httptest.NewRequest("GET", "/who", nil)
		r.RemoteAddr = c.remote
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s got %d, want %d", c.remote, w.Code, c.want)
		}
	}
}

func TestStrictTransportIsSaidOverHTTPSOnly(t *testing.T) {
	for _, c := range []struct {
		host string
		tls  bool
		want string
	}{
		{"knead.example", true, "max-age=31536000"},
		{"knead.example:8443", true, "max-age=31536000"},
		{"knead.example", false, ""},
		{"localhost:8443", true, ""},
		{"127.0.0.1", true, ""},
		{"[::1]:8443", true, ""},
	} {
		r := httptest.NewRequest("GET", "/who", nil)
		r.Host = c.host
		if c.tls {
			r.TLS = &tls.ConnectionState{}
		}
		w := httptest.NewRecorder()
		who(Options{Addr: "192.0.2.1:80"}).ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security"); got != c.want {
			t.Errorf("%s, https %v: %q, want %q", c.host, c.tls, got, c.want)
		}
	}
}

func TestTheAskerIsKnownWithoutTheChassis(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	if ClientAddr(r).String() != "192.0.2.1" || IsHTTPS(r) {
		t.Errorf("plain: %s, https %v", ClientAddr(r), IsHTTPS(r))
	}
	r.TLS = &tls.ConnectionState{}
	if !IsHTTPS(r) {
		t.Error("over TLS it is not https")
	}
}

func TestAServerBehindProxiesIsReachedThroughThemAlone(t *testing.T) {
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
	rt.Handle("GET /", func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusNoContent); return nil })
	h := Chassis(rt, Options{Addr: "0.0.0.0:8080", OnlyProxies: true, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.2/32")}, Log: slog.New(slog.DiscardHandler)})
	for what, c := range map[string]struct {
		from, proto string
		want        int
	}{
		"the proxy, by https":           {"10.0.0.2:1", "https", http.StatusNoContent},
		"the proxy, by plain http":      {"10.0.0.2:1", "http", http.StatusForbidden},
		"the proxy, which does not say": {"10.0.0.2:1", "", http.StatusForbidden},
		"a device beside it":            {"10.0.0.3:1", "https", http.StatusForbidden},
		"this machine":                  {"127.0.0.1:1", "", http.StatusNoContent},
		"a connection without address":  {"@", "https", http.StatusForbidden},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.from
		if c.proto != "" {
			r.Header.Set("X-Forwarded-Proto", c.proto)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: got %d, want %d", what, w.Code, c.want)
		}
	}
}
