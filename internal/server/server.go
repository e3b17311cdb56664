// Package server is the HTTP chassis: what every request passes before and after
// a door's own handlers. It sets security headers, limits body and rate, refuses
// forged cross-site posts, logs without health data, turns returned errors into
// pages and stops without cutting an answer short.
//
// It knows nothing of massage and nothing of HTML: the door hands in its routes
// and the page that shows an error. Start at [New] and [Router].
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Loopback is where Knead listens unless told otherwise: this machine only.
const Loopback = "127.0.0.1:8080"

// Options are the settings of a server; the zero value of each field has a default.
type Options struct {
	Addr      string       // host:port to listen on; default [Loopback]
	Log       *slog.Logger // default slog.Default()
	MaxBody   int64        // bytes of a request body; default 1 MiB (chosen: a visit is under 20 KB)
	PerSecond rate.Limit   // requests a second from one address; default 40 (chosen: a painting hand asks about 5)
	Burst     int          // requests at once from one address; default 200 (chosen: a first load is about 15)
	Grace     time.Duration
	Name      string // host name under which a proxy on this machine passes requests on; may be empty
}

func (o Options) withDefaults() Options {
	if o.Addr == "" {
		o.Addr = Loopback
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.PerSecond == 0 {
		o.PerSecond = 40
	}
	if o.Burst == 0 {
		o.Burst = 200
	}
	if o.Grace == 0 {
		o.Grace = 10 * time.Second
	}
	return o
}

// Server listens and serves one door.
type Server struct {
	opts Options
	http *http.Server
}

// New puts the chassis around a router.
func New(routes *Router, opts Options) *Server {
	opts = opts.withDefaults()
	return &Server{opts: opts, http: &http.Server{
		Addr:              opts.Addr,
		Handler:           Chassis(routes, opts),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(opts.Log.Handler(), slog.LevelDebug),
	}}
}

// Chassis wraps a router with everything but the listening, for tests and for
// programs that bring their own listener.
func Chassis(routes *Router, opts Options) http.Handler {
	opts = opts.withDefaults()
	deny := func(status int, err error) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			routes.fail(w, r, &StatusError{Status: status, Err: err})
		})
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(deny(http.StatusForbidden, errors.New("cross-site post")))
	var h http.Handler = routes
	h = cross.Handler(h)
	h = onlyForms(h, deny(http.StatusUnsupportedMediaType, errors.New("not a form")))
	h = limitBody(h, opts.MaxBody)
	h = limitRate(h, opts.PerSecond, opts.Burst, opts.Name != "", deny(http.StatusTooManyRequests, errors.New("too many requests")))
	if OnlyThisMachine(opts.Addr) {
		h = localNames(h, deny(http.StatusMisdirectedRequest, errors.New("host name is not this machine's")), opts.Name)
	}
	h = secure(h)
	return logged(h, opts.Log)
}

// Run serves until the context ends, then lets running answers finish. ready, if
// not nil, is told the address, which matters when the port was 0.
func (s *Server) Run(ctx context.Context, ready func(addr string)) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.opts.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w (choose another address with --addr)", s.opts.Addr, err)
	}
	if ready != nil {
		ready(listener.Addr().String())
	}
	done := make(chan error, 1)
	go func() { done <- s.http.Serve(listener) }()
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.opts.Grace)
	defer cancel()
	if err := s.http.Shutdown(stop); err != nil {
		return fmt.Errorf("stop within %s: %w", s.opts.Grace, err)
	}
	return nil
}

// OnlyThisMachine tells whether an address to listen on is seen by this machine alone.
func OnlyThisMachine(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	return isLocalName(host)
}

func isLocalName(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
