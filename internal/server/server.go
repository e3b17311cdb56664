// Package server is the HTTP chassis: what every request passes before and after
// a door's own handlers. It sets security headers, limits body and rate, refuses
// forged cross-site posts, logs without health data, turns returned errors into
// pages, keeps certificates fresh and stops without cutting an answer short.
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
	"net/netip"
	"slices"
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

	// TrustedProxies say truly, in X-Forwarded-For, -Proto and -Host, who asked them and how.
	// A proxy on this machine is trusted too where Name is given; nobody else is.
	TrustedProxies []netip.Prefix

	// OnlyProxies refuses whoever does not come through a trusted proxy by https, beside this
	// machine itself: for a server that talks plain HTTP on an address that others reach.
	OnlyProxies bool

	CertFile, KeyFile string // PEM files of a certificate and its key; they are read again when they change
	ACME              ACME   // or where to get certificates from
	RedirectAddr      string // host:port of a second listener, for plain HTTP, that sends everybody on to https; may be empty

	clock func() time.Time // for tests; default time.Now
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
	if o.clock == nil {
		o.clock = time.Now
	}
	return o
}

// Server listens and serves one door.
type Server struct {
	opts Options
	http *http.Server
	stop context.CancelFunc // ends what would not end by itself

	redirects net.Addr // where the second listener listens, once it does
}

// New puts the chassis around a router.
func New(routes *Router, opts Options) *Server {
	opts = opts.withDefaults()
	stopping, stop := context.WithCancel(context.Background())
	s := &Server{opts: opts, http: listenerOn(opts, Chassis(routes, opts)), stop: stop}
	s.http.BaseContext = func(net.Listener) context.Context {
		return context.WithValue(context.Background(), stoppingKey{}, stopping)
	}
	return s
}

func listenerOn(opts Options, h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(opts.Log.Handler(), slog.LevelDebug),
	}
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
	h = onlyText(h, routes.fail)
	h = cross.Handler(h)
	h = onlyForms(h, routes, deny(http.StatusUnsupportedMediaType, errors.New("not a form")))
	h = limitBody(h, routes, opts.MaxBody)
	h = limitRate(h, opts.PerSecond, opts.Burst, deny(http.StatusTooManyRequests, errors.New("too many requests")))
	if OnlyThisMachine(opts.Addr) {
		h = localNames(h, deny(http.StatusMisdirectedRequest, errors.New("host name is not this machine's")), opts.Name)
	}
	if opts.OnlyProxies {
		h = onlyProxies(h, deny(http.StatusForbidden, errors.New("not through a trusted proxy by https")), opts.TrustedProxies)
	}
	h = secure(h)
	trusted := opts.TrustedProxies
	if opts.Name != "" {
		trusted = slices.Concat(trusted, loopback)
	}
	h = forwarded(h, trusted)
	return logged(h, opts.Log)
}

// Run serves until the context ends, then lets running answers finish. ready, if not
// nil, is told the address, such as https://127.0.0.1:8443, which matters when the port
// was 0.
func (s *Server) Run(ctx context.Context, ready func(address string)) error {
	settings, wrap, err := secured(s.opts, s.opts.clock)
	if err != nil {
		return err
	}
	s.http.TLSConfig = settings
	listener, err := listen(ctx, s.opts.Addr)
	if err != nil {
		return fmt.Errorf("%w (choose another address with --addr)", err)
	}
	running := []*http.Server{s.http}
	done := make(chan error, 2)
	scheme := "http"
	if settings == nil {
		go func() { done <- s.http.Serve(listener) }()
	} else {
		scheme = "https"
		if s.opts.RedirectAddr != "" {
			plainListener, err := listen(ctx, s.opts.RedirectAddr)
			if err != nil {
				return errors.Join(fmt.Errorf("send plain http on to https: %w", err), listener.Close())
			}
			s.redirects = plainListener.Addr()
			_, port, err := net.SplitHostPort(listener.Addr().String())
			if err != nil {
				return fmt.Errorf("port of %s: %w", listener.Addr(), err)
			}
			plain := listenerOn(s.opts, wrap(redirect(port)))
			running = append(running, plain)
			go func() { done <- plain.Serve(plainListener) }()
		}
		go func() { done <- s.http.ServeTLS(listener, "", "") }()
	}
	if ready != nil {
		ready(scheme + "://" + listener.Addr().String())
	}
	var failed error
	select {
	case err := <-done:
		failed = fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return errors.Join(failed, s.shutdown(context.WithoutCancel(ctx), running))
}

// shutdown lets running answers finish, for as long as the grace lasts.
func (s *Server) shutdown(ctx context.Context, running []*http.Server) error {
	s.stop()
	ctx, cancel := context.WithTimeout(ctx, s.opts.Grace)
	defer cancel()
	var failed error
	for _, server := range running {
		if err := server.Shutdown(ctx); err != nil {
			failed = errors.Join(failed, fmt.Errorf("stop within %s: %w", s.opts.Grace, err))
		}
	}
	return failed
}

func listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return listener, nil
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
