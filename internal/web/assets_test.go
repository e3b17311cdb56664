package web

import (
	"net/http/httptest"
	"testing"
)

func TestOnlyThoseWhoWantItGetGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"":                    false,
		"gzip":                true,
		"br, gzip":            true,
		"deflate, GZip;q=0.5": true,
		"gzip;q=0":            false,
		"gzip ; q=0.0, br":    false,
		"gzip;q=much":         false,
		"x-gzipped":           false,
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("acceptsGzip(%q) = %t, want %t", header, got, want)
		}
	}
}
