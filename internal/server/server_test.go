package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// chassis serves three small routes behind everything a real door has around it.
func chassis(t *testing.T, opts Options) (http.Handler, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	opts.Log = slog.New(slog.NewTextHandler(&log, nil))
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "page for %d", status)
	})
	rt.Handle("GET /ok", func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.WriteString(w, "fine")
		return err
	})
	rt.Handle("POST /take", func(w http.ResponseWriter, r *http.Request) error {
		if _, err := io.ReadAll(r.Body); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		_, err := io.WriteString(w, "taken")
		return err
	})
	rt.Handle("GET /broken", func(http.ResponseWriter, *http.Request) error { return errors.New("a wheel came off") })
	rt.Handle("GET /panic", func(http.ResponseWriter, *http.Request) error { panic("no wheels at all") })
	return Chassis(rt, opts), &log
}

func ask(h http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestEachRefusalHasItsStatusAndPage(t *testing.T) {
	h, _ := chassis(t, Options{Addr: "192.0.2.1:80", MaxBody: 100})
	for _, c := range []struct {
		name, method, target, body string
		header                     []string
		status                     int
	}{
		{"a known page", "GET", "/ok", "", nil, 200},
		{"health", "GET", "/healthz", "", nil, 200},
		{"unknown page", "GET", "/nowhere", "", nil, 404},
		{"wrong method", "GET", "/take", "", nil, 405},
		{"small body", "POST", "/take", "x", nil, 200},
		{"a body that is no form", "POST", "/take", "x", []string{"Content-Type", "application/json"}, 415},
		{"a form without its boundary", "POST", "/take", "x", []string{"Content-Type", "multipart/form-data"}, 415},
		{"large body", "POST", "/take", strings.Repeat("x", 101), nil, 413},
		{"post from another site", "POST", "/take", "x", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"post from the same site", "POST", "/take", "x", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"error", "GET", "/broken", "", nil, 500},
		{"panic", "GET", "/panic", "", nil, 500},
	} {
		w := ask(h, c.method, c.target, c.body, c.header...)
		if w.Code != c.status {
			t.Errorf("%s: %s %s gave %d, want %d", c.name, c.method, c.target, w.Code, c.status)
		}
		if c.status >= 400 && !strings.Contains(w.Body.String(), fmt.Sprintf("page for %d", c.status)) {
			t.Errorf("%s: body %q does not come from the page for %d", c.name, w.Body, c.status)
		}
	}
}

func TestMethodNotAllowedNamesTheMethodsThatAre(t *testing.T) {
	h, _ := chassis(t, Options{Addr: "192.0.2.1:80"})
	if got := ask(h, "GET", "/take", "").Header().Get("Allow"); got != "POST" {
		t.Errorf("Allow = %q, want POST", got)
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	h, _ := chassis(t, Options{Addr: "192.0.2.1:80"})
	for _, target := range []string{"/ok", "/nowhere", "/broken"} {
		header := ask(h, "GET", target, "").Header()
		csp := header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: Content-Security-Policy %q", target, csp)
		}
		for _, kind := range []string{"script", "style", "worker", "manifest"} {
			if !strings.Contains(csp, kind+"-src 'self'; ") {
				t.Errorf("%s: %s from elsewhere is not forbidden: %q", target, kind, csp)
			}
		}
		for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Permissions-Policy"} {
			if header.Get(name) == "" {
				t.Errorf("%s: no %s", target, name)
			}
		}
		if got := header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", target, got)
		}
	}
}

func TestTheLogHoldsTheRouteAndNothingOfTheRequest(t *testing.T) {
	h, log := chassis(t, Options{Addr: "192.0.2.1:80"})
	ask(h, "POST", "/take?where=left+knee", "level=7&secret=shingles")
	ask(h, "GET", "/shingles", "")
	ask(h, "SHINGLES", "/ok", "")
	text := log.String()
	for _, want := range []string{`route="POST /take"`, "status=200", "ms="} {
		if !strings.Contains(text, want) {
			t.Errorf("log has no %s:\n%s", want, text)
		}
	}
	for _, never := range []string{"knee", "shingles", "SHINGLES", "192.0.2.1", "secret"} {
		if strings.Contains(text, never) {
			t.Errorf("log holds %q:\n%s", never, text)
		}
	}
}

func TestOneAddressCannotAskWithoutEnd(t *testing.T) {
	h, _ := chassis(t, Options{Addr: "192.0.2.1:80", PerSecond: 0.001, Burst: 3})
	var last int
	for range 4 {
		last = ask(h, "GET", "/ok", "").Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("fourth request gave %d, want 429", last)
	}
}

func TestALoopbackServerAnswersToItsOwnNamesOnly(t *testing.T) {
	h, _ := chassis(t, Options{})
	for host, want := range map[string]int{
		"localhost:8080": 200, "LocalHost": 200, "127.0.0.1:8080": 200, "[::1]:8080": 200, "evil.example": 421, "evil.example:8080": 421,
	} {
		r := httptest.NewRequest("GET", "/ok", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %s gave %d, want %d", host, w.Code, want)
		}
	}
}

func TestALoopbackServerBehindAProxyAnswersToTheNameItIsGiven(t *testing.T) {
	h, _ := chassis(t, Options{Name: "atlas.example"})
	for host, want := range map[string]int{"atlas.example": 200, "Atlas.Example:443": 200, "localhost:8080": 200, "evil.example": 421} {
		r := httptest.NewRequest("GET", "/ok", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %s gave %d, want %d", host, w.Code, want)
		}
	}
}

// Behind a proxy each visitor has a rate of their own; elsewhere the header is not believed.
func TestTheRateIsCountedForTheOneWhoAsks(t *testing.T) {
	for _, c := range []struct {
		name, remote string
		want         int
	}{
		{"atlas.example", "127.0.0.1:1", 200}, {"atlas.example", "192.0.2.7:1", 429}, {"", "127.0.0.1:1", 429},
	} {
		h, _ := chassis(t, Options{Addr: "192.0.2.1:80", Name: c.name, PerSecond: 0.001, Burst: 1})
		last := 0
		for i := range 3 {
			r := httptest.NewRequest("GET", "/ok", nil)
			r.RemoteAddr = c.remote
			r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.200, 203.0.113.%d", i))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			last = w.Code
		}
		if last != c.want {
			t.Errorf("name %q, from %s: the third of three visitors got %d, want %d", c.name, c.remote, last, c.want)
		}
	}
}

func TestStoppingLetsARunningAnswerFinish(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
	rt.Handle("GET /slow", func(w http.ResponseWriter, _ *http.Request) error {
		close(began)
		<-release
		_, err := io.WriteString(w, "all of it")
		return err
	})
	s := New(rt, Options{Addr: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(t.Context())
	addr, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- s.Run(ctx, func(a string) { addr <- a }) }()
	body := make(chan string, 1)
	go func() {
		resp, err := http.Get(<-addr + "/slow")
		if err != nil {
			body <- err.Error()
			return
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		body <- fmt.Sprint(string(text), err)
	}()
	<-began
	stop()
	time.AfterFunc(time.Millisecond, func() { close(release) })
	if got := <-body; got != "all of it<nil>" {
		t.Errorf("answer %q, want all of it", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}

func TestTheLogDoesNotSayWhoseConnectionBroke(t *testing.T) {
	who := &net.TCPAddr{IP: net.IPv4(203, 0, 113, 9), Port: 4711}
	err := fmt.Errorf("page: %w", &net.OpError{Op: "write", Net: "tcp", Source: who, Addr: who, Err: errors.New("broken pipe")})
	if got := withoutAddress(err); got != "write: broken pipe" {
		t.Errorf("the log says %q", got)
	}
}
