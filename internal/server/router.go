package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Handler answers a request or returns why it could not.
type Handler func(http.ResponseWriter, *http.Request) error

// StatusError is an error with two readers: the status picks the page that the person
// sees, Err is for the log.
type StatusError struct {
	Status int
	Err    error
}

func (p *StatusError) Error() string { return fmt.Sprintf("%d: %v", p.Status, p.Err) }

func (p *StatusError) Unwrap() error { return p.Err }

// Router matches requests to handlers and turns what they return into pages.
type Router struct {
	mux      http.ServeMux
	loosened map[string]RouteLimits // by pattern
	problem  func(w http.ResponseWriter, r *http.Request, status int, err error)
}

// RouteLimits are where one route differs from all others. A zero field keeps what the
// server has.
type RouteLimits struct {
	MaxBody      int64         // bytes of a request body
	ReadTimeout  time.Duration // to read a body, from when the route is found; [NoLimit] for none
	WriteTimeout time.Duration // to write the answer; [NoLimit] for none, as a stream of events needs
	Types        []string      // media types that a post may have beside those of a form, such as application/json
}

// NoLimit lets a route take as long as it likes. Its request ends when the server stops,
// so that a stream does not hold up the others.
const NoLimit time.Duration = -1

// NewRouter makes an empty router. problem writes the page for a status; it must
// not show err to the person.
func NewRouter(problem func(w http.ResponseWriter, r *http.Request, status int, err error)) *Router {
	rt := &Router{problem: problem}
	rt.Handle("GET /healthz", func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := w.Write([]byte("ok\n"))
		return err
	})
	return rt
}

// Handle adds a route, written as for [http.ServeMux].
func (rt *Router) Handle(pattern string, h Handler) {
	rt.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if err := h(w, r); err != nil {
			rt.fail(w, r, err)
		}
	})
}

// HandleWith adds a route whose limits differ from those of the server. This is the one
// place to look for routes that do.
func (rt *Router) HandleWith(pattern string, limits RouteLimits, h Handler) {
	if rt.loosened == nil {
		rt.loosened = map[string]RouteLimits{}
	}
	rt.loosened[pattern] = limits
	rt.Handle(pattern, func(w http.ResponseWriter, r *http.Request) error {
		r, done, err := limits.loosen(w, r)
		if err != nil {
			return fmt.Errorf("loosen the limits of %s: %w", pattern, err)
		}
		defer done()
		return h(w, r)
	})
}

// limits gives what the route of a request has of its own.
func (rt *Router) limits(r *http.Request) RouteLimits {
	if len(rt.loosened) == 0 {
		return RouteLimits{}
	}
	_, pattern := rt.mux.Handler(r)
	return rt.loosened[pattern]
}

// stoppingKey finds the context that ends when the server begins to stop.
type stoppingKey struct{}

// loosen sets the deadlines of the connection. done is called when the answer is written.
func (l RouteLimits) loosen(w http.ResponseWriter, r *http.Request) (_ *http.Request, done func(), err error) {
	done = func() {}
	connection := http.NewResponseController(w)
	read := l.ReadTimeout
	if r.ContentLength == 0 {
		read = 0 // all is read; a deadline would end the answer
	}
	if l.WriteTimeout == NoLimit {
		ctx, cancel := context.WithCancel(r.Context())
		forget := func() bool { return true }
		if stopping, ok := r.Context().Value(stoppingKey{}).(context.Context); ok {
			forget = context.AfterFunc(stopping, cancel) //nolint:contextcheck // the server stops, whatever the request
		}
		done = func() { forget(); cancel() }
		r = r.WithContext(ctx)
	}
	return r, done, errors.Join(setDeadline(connection.SetReadDeadline, read), setDeadline(connection.SetWriteDeadline, l.WriteTimeout))
}

func setDeadline(set func(time.Time) error, d time.Duration) error {
	var until time.Time
	switch {
	case d == 0:
		return nil
	case d > 0:
		until = time.Now().Add(d)
	}
	if err := set(until); !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil // there is no connection, as in a test, and so no deadline to loosen
}

// ServeHTTP answers with the matching route, or with the page for 404 or 405.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, pattern := rt.mux.Handler(r)
	note(w, pattern)
	if pattern != "" {
		defer func() {
			if p := recover(); p != nil {
				if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(p)
				}
				rt.fail(w, r, fmt.Errorf("panic in %s: %v", pattern, p))
			}
		}()
		rt.mux.ServeHTTP(w, r)
		return
	}
	if allowed := rt.methods(r); len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		rt.fail(w, r, &StatusError{Status: http.StatusMethodNotAllowed, Err: errors.New("method")})
		return
	}
	rt.fail(w, r, &StatusError{Status: http.StatusNotFound, Err: errors.New("no such page")})
}

// methods lists the methods under which the path of r is known.
func (rt *Router) methods(r *http.Request) []string {
	var found []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if m == r.Method {
			continue
		}
		probe := r.Clone(r.Context())
		probe.Method = m
		if _, pattern := rt.mux.Handler(probe); pattern != "" {
			found = append(found, m)
		}
	}
	return found
}

func (rt *Router) fail(w http.ResponseWriter, r *http.Request, err error) {
	status := http.StatusInternalServerError
	var tooBig *http.MaxBytesError
	var problem *StatusError
	switch {
	case errors.As(err, &tooBig):
		status = http.StatusRequestEntityTooLarge
	case errors.As(err, &problem):
		status = problem.Status
	}
	if status >= http.StatusInternalServerError {
		noteError(w, err)
	}
	if rec, ok := w.(*recorder); ok && rec.status != 0 {
		panic(http.ErrAbortHandler) // half an answer is out: break it off, or it would pass for a whole one
	}
	rt.problem(w, r, status, err)
}
