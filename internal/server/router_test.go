package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestARouteMayTakeMoreThanTheOthers(t *testing.T) {
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
	take := func(w http.ResponseWriter, r *http.Request) error {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		_, err = fmt.Fprint(w, len(b))
		return err
	}
	rt.Handle("POST /note", take)
	rt.HandleWith("POST /photo/{id}", RouteLimits{MaxBody: 1000, ReadTimeout: time.Minute}, take)
	rt.HandleWith("POST /passkey", RouteLimits{Types: []string{"application/json"}}, take)
	h := Chassis(rt, Options{Addr: "192.0.2.1:80", MaxBody: 100, Log: slog.New(slog.DiscardHandler)})
	for _, c := range []struct {
		target, kind string
		size, want   int
	}{
		{"/note", "application/x-www-form-urlencoded", 100, 200},
		{"/note", "application/x-www-form-urlencoded", 101, 413},
		{"/note", "application/json", 10, 415},
		{"/photo/7", "application/x-www-form-urlencoded", 1000, 200},
		{"/photo/7", "application/x-www-form-urlencoded", 1001, 413},
		{"/photo/7", "application/json", 10, 415},
		{"/passkey", "application/json; charset=utf-8", 100, 200},
		{"/passkey", "application/json", 101, 413},
		{"/passkey", "application/x-www-form-urlencoded", 10, 200},
		{"/passkey", "text/plain", 10, 415},
		{"/passkey", "application/json; charset", 10, 415},
		{"/nowhere", "application/x-www-form-urlencoded", 10, 404},
	} {
		if got := ask(h, "POST", c.target, strings.Repeat("x", c.size), "Content-Type", c.kind).Code; got != c.want {
			t.Errorf("%d bytes of %s to %s gave %d, want %d", c.size, c.kind, c.target, got, c.want)
		}
	}
	// What a route takes beside forms is still not taken from another site.
	if got := ask(h, "POST", "/passkey", "{}", "Content-Type", "application/json", "Sec-Fetch-Site", "cross-site").Code; got != 403 {
		t.Errorf("JSON from another site gave %d, want 403", got)
	}
}

func TestEveryMethodOfAPathIsAllowed(t *testing.T) {
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
	for _, m := range []string{"PUT", "PATCH", "DELETE"} {
		rt.Handle(m+" /thing", func(http.ResponseWriter, *http.Request) error { return nil })
	}
	h := Chassis(rt, Options{Addr: "192.0.2.1:80", Log: slog.New(slog.DiscardHandler)})
	if got := ask(h, "GET", "/thing", "").Header().Get("Allow"); got != "PUT, PATCH, DELETE" {
		t.Errorf("Allow = %q", got)
	}
}

// pipes is a network within the test, on which deadlines follow the test's own clock.
type pipes struct {
	calls  chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func (p *pipes) client() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		p.calls <- theirs
		return ours, nil
	}}}
}

func TestAStreamOutlivesTheTimeoutsOfOtherRoutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan error, 1)
		rt := NewRouter(func(http.ResponseWriter, *http.Request, int, error) {})
		slowly := func(w http.ResponseWriter, r *http.Request) error {
			for range 3 {
				fmt.Fprintln(w, "event")
				if err := http.NewResponseController(w).Flush(); err != nil {
					ended <- err
					return err
				}
				time.Sleep(10 * time.Minute)
			}
			ended <- r.Context().Err()
			return nil
		}
		rt.Handle("GET /page", slowly)
		rt.HandleWith("GET /events", RouteLimits{WriteTimeout: NoLimit}, slowly)
		rt.HandleWith("GET /export", RouteLimits{WriteTimeout: 15 * time.Minute}, slowly)
		rt.HandleWith("GET /report", RouteLimits{ReadTimeout: time.Minute, WriteTimeout: time.Hour}, slowly)
		s := New(rt, Options{Log: slog.New(slog.DiscardHandler)})
		network := newPipes()
		done := make(chan error, 1)
		go func() { done <- s.http.Serve(network) }()
		for path, want := range map[string]int{"/page": 1, "/export": 2, "/report": 3, "/events": 3} {
			resp, err := network.client().Get("http://localhost" + path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if got := strings.Count(string(body), "event\n"); got != want || (err == nil) != (want == 3) {
				t.Errorf("%s gave %d events (%v), want %d", path, got, err, want)
			}
			if err := <-ended; (err == nil) != (want == 3) {
				t.Errorf("%s ended with %v", path, err)
			}
		}
		if err := s.shutdown(t.Context(), []*http.Server{s.http}); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}

func TestStoppingEndsAStreamAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := NewRouter(func(http.ResponseWriter, *http.Request, int, error) {})
		rt.HandleWith("GET /events", RouteLimits{WriteTimeout: NoLimit}, func(w http.ResponseWriter, r *http.Request) error {
			fmt.Fprintln(w, "event")
			if err := http.NewResponseController(w).Flush(); err != nil {
				return err
			}
			<-r.Context().Done()
			_, err := fmt.Fprintln(w, "goodbye")
			return err
		})
		s := New(rt, Options{Log: slog.New(slog.DiscardHandler)})
		network := newPipes()
		done := make(chan error, 1)
		go func() { done <- s.http.Serve(network) }()
		resp, err := network.client().Get("http://localhost/events")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body := make(chan string, 1)
		go func() {
			b, err := io.ReadAll(resp.Body)
			body <- fmt.Sprint(string(b), err)
		}()
		synctest.Wait()
		began := time.Now()
		if err := s.shutdown(t.Context(), []*http.Server{s.http}); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("stopping took %s", took)
		}
		if got := <-body; got != "event\ngoodbye\n<nil>" {
			t.Errorf("the stream gave %q", got)
		}
		<-done
	})
}

func TestALargeBodyMayTakeItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) { w.WriteHeader(status) })
		take := func(w http.ResponseWriter, r *http.Request) error {
			b, err := io.ReadAll(r.Body)
			if err != nil {
				return err
			}
			time.Sleep(20 * time.Minute) // what is read is read
			if err := r.Context().Err(); err != nil {
				return err
			}
			_, err = fmt.Fprint(w, len(b))
			return err
		}
		rt.HandleWith("POST /note", RouteLimits{WriteTimeout: time.Hour}, take)
		rt.HandleWith("POST /photo", RouteLimits{ReadTimeout: 10 * time.Minute, WriteTimeout: time.Hour}, take)
		s := New(rt, Options{Log: slog.New(slog.DiscardHandler)})
		network := newPipes()
		done := make(chan error, 1)
		go func() { done <- s.http.Serve(network) }()
		for path, want := range map[string]string{"/note": "500", "/photo": "200 10"} {
			body, slow := io.Pipe()
			written := make(chan struct{})
			go func() {
				defer close(written)
				for range 10 {
					slow.Write([]byte("x"))
					time.Sleep(30 * time.Second)
				}
				slow.Close()
			}()
			r, err := http.NewRequestWithContext(t.Context(), "POST", "http://localhost"+path, body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			resp, err := network.client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if got := strings.TrimSpace(fmt.Sprint(resp.StatusCode, " ", string(answer))); got != want || err != nil {
				t.Errorf("%s, of five minutes: %q (%v), want %q", path, got, err, want)
			}
			body.Close()
			<-written
		}
		if err := s.shutdown(t.Context(), []*http.Server{s.http}); err != nil {
			t.Error(err)
		}
		<-done
	})
}

func TestHalfAnAnswerIsBrokenOff(t *testing.T) {
	rt := NewRouter(func(w http.ResponseWriter, _ *http.Request, status int, _ error) {
		w.WriteHeader(status)
		fmt.Fprint(w, "something went wrong")
	})
	rt.Handle("GET /export", func(w http.ResponseWriter, _ *http.Request) error {
		fmt.Fprint(w, "the first half")
		return errors.New("the disk is gone")
	})
	var log strings.Builder
	h := Chassis(rt, Options{Addr: "192.0.2.1:80", Log: slog.New(slog.NewTextHandler(&log, nil))})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("the answer ended with %v, want it broken off", p)
		}
		if !strings.Contains(log.String(), "the disk is gone") || !strings.Contains(log.String(), "GET /export") {
			t.Errorf("the log says %q, want the route and the reason", log.String())
		}
	}()
	if got := ask(h, "GET", "/export", ""); got.Body.Len() > 0 {
		t.Errorf("the answer is %q, and ended as if it were whole", got.Body)
	}
}
