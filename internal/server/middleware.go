package server

import (
	"context"
	"errors"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"knead"
)

// policy allows what the page brings itself and nothing else: no inline script,
// no inline style, no other host.
var policy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self'",
	"font-src 'self'",
	"connect-src 'self'",
	"worker-src 'self'",
	"manifest-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
}, "; ")

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()")
		h.Set("Cache-Control", "no-store") // a file with its hash in its name loosens this itself
		// Without subdomains: what else the owner runs there is theirs. Not on this machine's
		// own names: they belong to every program on it.
		if IsHTTPS(r) && !isLocalName(hostname(r)) {
			h.Set("Strict-Transport-Security", "max-age=31536000") // a year, which is usual
		}
		next.ServeHTTP(w, r)
	})
}

func limitBody(next http.Handler, routes *Router, most int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := most
		if own := routes.limits(r).MaxBody; own != 0 {
			n = own
		}
		r.Body = http.MaxBytesReader(w, r.Body, n)
		next.ServeHTTP(w, r)
	})
}

// onlyForms refuses a post that is not a form: read as one it would be empty, and
// somebody's work would be gone without a word. A route may name what else it reads.
func onlyForms(next http.Handler, routes *Router, deny http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		form := kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data" && params["boundary"] != ""
		if r.Method == http.MethodPost && r.ContentLength != 0 && (err != nil || !form && !slices.Contains(routes.limits(r).Types, kind)) {
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// onlyText refuses what nobody can have typed: an address or a form with bytes that are no
// letters, with control characters, or with signs that leave the reading direction turned.
// A form that is too large, or is none, is refused here as well: most handlers would take
// it for an empty one.
func onlyText(next http.Handler, fail func(http.ResponseWriter, *http.Request, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		err := checkValues(r.URL.Query())
		if err == nil {
			err = knead.CheckText("", r.URL.Path, len(r.URL.Path))
		}
		if err == nil && kind == "application/x-www-form-urlencoded" {
			if err = r.ParseForm(); err == nil {
				err = checkValues(r.PostForm)
			}
		}
		if err == nil {
			next.ServeHTTP(w, r)
			return
		}
		if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
			fail(w, r, tooBig)
			return
		}
		fail(w, r, &StatusError{Status: http.StatusBadRequest, Err: err})
	})
}

func checkValues(values url.Values) error {
	for name, texts := range values {
		for _, text := range append(texts, name) {
			if err := knead.CheckText(name, text, len(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// localNames refuses host names that are not this machine's, so that a page
// elsewhere cannot point a name of its own at a server that listens on loopback. A
// proxy on this machine may pass requests on under the name that the owner gave.
func localNames(next, deny http.Handler, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostname(r)
		if !isLocalName(host) && (name == "" || !strings.EqualFold(host, name)) {
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// onlyProxies lets through what a trusted proxy got by https, and this machine's own
// questions, such as whether the server is well.
func onlyProxies(next, deny http.Handler, trusted []netip.Prefix) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := peer(r)
		if !from.IsLoopback() && (!within(trusted, from) || !IsHTTPS(r)) {
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitRate keeps one bucket for each address and forgets those that are full.
func limitRate(next http.Handler, perSecond rate.Limit, burst int, deny http.Handler) http.Handler {
	const most = 10_000 // addresses remembered at once; chosen: about 1 MB
	var mu sync.Mutex
	buckets := map[netip.Prefix]*rate.Limiter{}
	take := func(addr netip.Prefix) bool {
		mu.Lock()
		defer mu.Unlock()
		b := buckets[addr]
		if b == nil {
			if len(buckets) >= most {
				for k, old := range buckets {
					if old.Tokens() >= float64(burst) {
						delete(buckets, k)
					}
				}
			}
			if len(buckets) >= most {
				return false
			}
			b = rate.NewLimiter(perSecond, burst)
			buckets[addr] = b
		}
		return b.Allow()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !take(asker(ClientAddr(r))) {
			w.Header().Set("Retry-After", "5")
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// asker is who counts as one: an address, or in IPv6 the /64 in which one device makes up
// as many addresses as it likes.
func asker(addr netip.Addr) netip.Prefix {
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // all who have no address are one
	}
	return p
}

// recorder remembers what the log wants to know of an answer.
type recorder struct {
	http.ResponseWriter
	status  int
	bytes   int
	pattern string
	err     error
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController and http.MaxBytesReader reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func note(w http.ResponseWriter, pattern string) {
	if rec, ok := w.(*recorder); ok {
		rec.pattern = pattern
	}
}

func noteError(w http.ResponseWriter, err error) {
	if rec, ok := w.(*recorder); ok {
		rec.err = err
	}
}

// logged writes one line for each request: the route, never the address asked
// for, never a body, never who asked.
func logged(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		rec := &recorder{ResponseWriter: w}
		defer rec.log(r.Context(), log, r.Method, began) // also where the answer is broken off
		next.ServeHTTP(rec, r)
	})
}

func (r *recorder) log(ctx context.Context, log *slog.Logger, asked string, began time.Time) {
	route := r.pattern
	if route == "" {
		route = "none"
	}
	attrs := []slog.Attr{
		slog.String("method", method(asked)),
		slog.String("route", route),
		slog.Int("status", r.status),
		slog.Int64("ms", time.Since(began).Milliseconds()),
	}
	level := slog.LevelInfo
	if r.err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", withoutAddress(r.err)))
	}
	log.LogAttrs(ctx, level, "request", attrs...)
}

// withoutAddress says what went wrong on a connection without saying whose it was.
func withoutAddress(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op + ": " + op.Err.Error()
	}
	return err.Error()
}

// method keeps made-up methods out of the log.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return m
	}
	return "other"
}
