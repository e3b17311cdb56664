package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
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
	mux     http.ServeMux
	problem func(w http.ResponseWriter, r *http.Request, status int, err error)
}

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
	for _, m := range []string{http.MethodGet, http.MethodPost} {
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
	rt.problem(w, r, status, err)
}
