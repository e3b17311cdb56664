package server

import (
	"errors"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
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
		next.ServeHTTP(w, r)
	})
}

func limitBody(next http.Handler, most int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, most)
		next.ServeHTTP(w, r)
	})
}

// onlyForms refuses a post that is not a form: read as one it would be empty, and
// somebody's work would be gone without a word.
func onlyForms(next, deny http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		form := kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data" && params["boundary"] != ""
		if r.Method == http.MethodPost && r.ContentLength != 0 && (err != nil || !form) {
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// localNames refuses host names that are not this machine's, so that a page
// elsewhere cannot point a name of its own at a server that listens on loopback. A
// proxy on this machine may pass requests on under the name that the owner gave.
func localNames(next, deny http.Handler, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !isLocalName(strings.Trim(host, "[]")) && (name == "" || !strings.EqualFold(host, name)) {
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// limitRate keeps one bucket for each address and forgets those that are full.
func limitRate(next http.Handler, perSecond rate.Limit, burst int, proxied bool, deny http.Handler) http.Handler {
	const most = 10_000 // addresses remembered at once; chosen: about 1 MB
	var mu sync.Mutex
	buckets := map[string]*rate.Limiter{}
	take := func(addr string) bool {
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
		if !take(asker(r, proxied)) {
			w.Header().Set("Retry-After", "5")
			deny.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// asker is the address that asks. A proxy on this machine says for whom it asks, in the
// last entry of X-Forwarded-For, which it wrote itself; nobody else is believed.
func asker(r *http.Request, proxied bool) string {
	addr, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		addr = r.RemoteAddr
	}
	if ip := net.ParseIP(addr); proxied && ip != nil && ip.IsLoopback() {
		list := r.Header.Values("X-Forwarded-For")
		if len(list) > 0 {
			entries := strings.Split(list[len(list)-1], ",")
			if last := strings.TrimSpace(entries[len(entries)-1]); net.ParseIP(last) != nil {
				return last
			}
		}
	}
	return addr
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
		next.ServeHTTP(rec, r)
		route := rec.pattern
		if route == "" {
			route = "none"
		}
		attrs := []slog.Attr{
			slog.String("method", method(r.Method)),
			slog.String("route", route),
			slog.Int("status", rec.status),
			slog.Int64("ms", time.Since(began).Milliseconds()),
		}
		level := slog.LevelInfo
		if rec.err != nil {
			level = slog.LevelError
			attrs = append(attrs, slog.String("error", withoutAddress(rec.err)))
		}
		log.LogAttrs(r.Context(), level, "request", attrs...)
	})
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
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions, http.MethodPut, http.MethodDelete:
		return m
	}
	return "other"
}
