package web

import (
	"bytes"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"knead/internal/server"
)

var hitLink = regexp.MustCompile(`<li><a href="(/atlas/[^"]+)">`)

// searchFor gives the page and the paths of its answers in order.
func searchFor(t *testing.T, query string) (page string, hits []string) {
	t.Helper()
	w := get(t, "/atlas/search?q="+url.QueryEscape(query))
	if w.Code != 200 {
		t.Fatalf("search for %q: status %d", query, w.Code)
	}
	page = w.Body.String()
	_, answers, _ := strings.Cut(page, `<div class="hits">`)
	answers, _, _ = strings.Cut(answers, "</main>")
	for _, m := range hitLink.FindAllStringSubmatch(answers, -1) {
		hits = append(hits, m[1])
	}
	return page, hits
}

func TestSearchLeadsToPages(t *testing.T) {
	for _, c := range []struct {
		query, want string
		first       int
	}{
		{"pain under the heel", "/atlas/places/heel-pad", 1},
		{"inside edge of the shoulder blade", "/atlas/places/interscapular-lower", 2},
		{"outer knee", "/atlas/places/knee-outside", 1},
		{"rotator cuf", "/atlas/muscles/supraspinatus", 6},
		{"shoulder blade", "/atlas/places/infraspinous", 3},
		{"levator", "/atlas/muscles/levator-scapulae", 1},
		{"nape", "/atlas/places/nape", 1},
	} {
		_, hits := searchFor(t, c.query)
		at := -1
		for i, h := range hits {
			if h == c.want && at < 0 {
				at = i
			}
			if path, _, _ := strings.Cut(h, "#"); get(t, path).Code != 200 {
				t.Errorf("search for %q leads to %s, which is not there", c.query, h)
			}
		}
		if at < 0 || at >= c.first {
			t.Errorf("search for %q = %v, want %s among the first %d", c.query, hits, c.want, c.first)
		}
	}
}

func TestSearchSaysWhatWasMeantAndWhatToDoWithoutAnAnswer(t *testing.T) {
	for query, want := range map[string]string{
		"rotator cuf": `href="/atlas/search?q=rotator&#43;cuff"`,
		"zzzzqqqq":    "Nothing in the atlas is called",
		"":            "For example",
	} {
		if page, _ := searchFor(t, query); !strings.Contains(page, want) {
			t.Errorf("search for %q lacks %q:\n%.1500s", query, want, page)
		}
	}
}

func TestSearchPagesAreNotKeptIndexedOrLogged(t *testing.T) {
	var log bytes.Buffer
	routes, err := New()
	if err != nil {
		t.Fatal(err)
	}
	h := server.Chassis(routes, server.Options{Addr: "192.0.2.1:80", Log: slog.New(slog.NewTextHandler(&log, nil))})
	for target, code := range map[string]int{
		"/atlas/search?q=shingles+on+the+ribs": http.StatusOK,
		"/atlas/search?q=%ff%fe":               http.StatusBadRequest, // nobody can have typed that
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", target, nil))
		if w.Code != code || code == http.StatusOK && !strings.Contains(w.Body.String(), `<meta name="robots" content="noindex">`) {
			t.Errorf("%s: status %d, want %d and, for an answer, noindex", target, w.Code, code)
		}
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q, want no-store", target, got)
		}
	}
	if strings.Contains(log.String(), "shingles") || !strings.Contains(log.String(), `route="GET /atlas/search"`) {
		t.Errorf("the log holds more or less than the route:\n%s", &log)
	}
}

func TestSearchShowsTheWordsAsWords(t *testing.T) {
	const query = `"><script>alert(1)</script>`
	page, _ := searchFor(t, query)
	if strings.Contains(page, "<script>alert") || !strings.Contains(html.UnescapeString(page), query) {
		t.Error("the words are not shown as they were typed, or run")
	}
	if page, _ := searchFor(t, strings.Repeat("ü", 5000)); len(page) > 20_000 {
		t.Errorf("a very long search gives a page of %d bytes", len(page))
	}
}
