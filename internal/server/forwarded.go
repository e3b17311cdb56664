package server

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// loopback is where a proxy on this machine asks from.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// asked is who asked and how, as far as we believe it.
type asked struct {
	addr  netip.Addr
	https bool
}

type askedKey struct{}

// forwarded finds out who asked and under which name. A trusted proxy says so in
// X-Forwarded-For, -Proto and -Host; nobody else is believed. A proxy must set these
// headers itself, or add to them at the end, which is all that we read.
func forwarded(next http.Handler, trusted []netip.Prefix) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := asked{addr: peer(r), https: r.TLS != nil}
		host := r.Host
		if within(trusted, a.addr) {
			a.addr = client(a.addr, r.Header.Values("X-Forwarded-For"), trusted)
			switch scheme := lastEntry(r.Header.Values("X-Forwarded-Proto")); scheme {
			case "https", "http":
				a.https = scheme == "https"
			}
			if h := lastEntry(r.Header.Values("X-Forwarded-Host")); isHost(h) {
				host = h
			}
		}
		r = r.WithContext(context.WithValue(r.Context(), askedKey{}, a))
		r.Host = host
		next.ServeHTTP(w, r)
	})
}

// ClientAddr is the address of whoever asks, seen through the trusted proxies. It is the
// zero address where the connection has none.
func ClientAddr(r *http.Request) netip.Addr {
	if a, ok := r.Context().Value(askedKey{}).(asked); ok {
		return a.addr
	}
	return peer(r)
}

// IsHTTPS tells whether the person's browser asks over https, be it us or a trusted proxy
// that it talks to.
func IsHTTPS(r *http.Request) bool {
	if a, ok := r.Context().Value(askedKey{}).(asked); ok {
		return a.https
	}
	return r.TLS != nil
}

// peer is the other end of the connection.
func peer(r *http.Request) netip.Addr {
	addr, _ := parseAddr(r.RemoteAddr) // what is no address stays the zero one, which nobody trusts
	return addr
}

// client walks back from the proxy that asks to the first one that is not ours. What
// stands before that one was written by strangers.
func client(addr netip.Addr, headers []string, trusted []netip.Prefix) netip.Addr {
	entries := strings.Split(strings.Join(headers, ","), ",")
	for _, entry := range slices.Backward(entries) {
		before, ok := parseAddr(strings.TrimSpace(entry))
		if !ok {
			break
		}
		addr = before
		if !within(trusted, addr) {
			break
		}
	}
	return addr
}

// parseAddr reads an address with or without a port.
func parseAddr(s string) (netip.Addr, bool) {
	if with, err := netip.ParseAddrPort(s); err == nil {
		return with.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return addr.Unmap().WithZone(""), err == nil
}

func within(prefixes []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}

func lastEntry(headers []string) string {
	if len(headers) == 0 {
		return ""
	}
	last := headers[len(headers)-1]
	return strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
}

// isHost tells whether a text can be a host name or address, with or without a port.
func isHost(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune(".-_:[]", r)
	})
}

// hostname is the host that was asked for, without its port.
func hostname(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.Trim(host, "[]")
}
