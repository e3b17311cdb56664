package web

import (
	"encoding/json"
	"encoding/xml"
	"html"
	"image/png"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"knead/atlas"
	"knead/internal/server"
)

// world is the public door at an address that is known.
func world(t *testing.T, base string) http.Handler {
	t.Helper()
	routes, err := NewPublic(base)
	if err != nil {
		t.Fatal(err)
	}
	return server.Chassis(routes, server.Options{Addr: "192.0.2.1:80", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})
}

func ask(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

var (
	canonicalLink = regexp.MustCompile(`<link rel="canonical" href="([^"]*)">`)
	cardLink      = regexp.MustCompile(`<meta property="og:image" content="([^"]*)">`)
	ldData        = regexp.MustCompile(`<script type="application/ld\+json">([^<]*)</script>`)
)

// oneOfEach is a page of each kind that the linked data tell apart.
var oneOfEach = map[string]string{
	"/atlas": "WebPage", "/atlas/muscles/levator-scapulae": "MedicalWebPage", "/atlas/places/heel-pad": "MedicalWebPage",
	"/atlas/conditions/tennis-elbow": "MedicalWebPage", "/atlas/claims/lactic-acid": "WebPage", "/atlas/techniques/swedish": "WebPage",
	"/atlas/patterns/c6-root":          "MedicalWebPage",
	"/atlas/exercises/levator-stretch": "WebPage", "/atlas/glossary": "WebPage", "/atlas/sources": "WebPage", "/atlas/changes": "WebPage",
}

func TestThePublicDoorKnowsNothingOfVisitsWhenAPageIsLost(t *testing.T) {
	h := world(t, "")
	for _, path := range []string{"/where", "/clients/7", "/atlas/muscles/nope"} {
		w := ask(h, path)
		if page := w.Body.String(); w.Code != 404 || !strings.Contains(page, `href="/atlas/muscles"`) || strings.Contains(page, "my work") || strings.Contains(page, "new client") {
			t.Errorf("%s: %d, want 404 with the parts of the atlas and no word of visits", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPut, "/atlas", nil))
	if page := w.Body.String(); w.Code != 405 || !strings.Contains(page, "That page cannot be opened this way") || !strings.Contains(page, `href="/atlas/muscles"`) {
		t.Errorf("PUT /atlas: %d, want 405 with a way on", w.Code)
	}
}

func TestPagesSayWhereTheyStandWhenItIsKnown(t *testing.T) {
	h, here := world(t, "https://example.org/"), world(t, "")
	for path, kind := range oneOfEach {
		page := ask(h, path).Body.String()
		if m := canonicalLink.FindStringSubmatch(page); m == nil || m[1] != "https://example.org"+path {
			t.Errorf("%s: canonical link %q", path, m)
		}
		if m := cardLink.FindStringSubmatch(page); m == nil || !strings.HasPrefix(m[1], "https://example.org/atlas/og/") {
			t.Errorf("%s: picture %q", path, m)
		} else if w := ask(h, strings.TrimPrefix(m[1], "https://example.org")); w.Code != 200 {
			t.Errorf("%s: its picture answers %d", path, w.Code)
		}
		m := ldData.FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("%s has no linked data", path)
		}
		var data struct {
			Context string `json:"@context"`
			Type    string `json:"@type"`
			Name    string `json:"name"`
			URL     string `json:"url"`
		}
		if err := json.Unmarshal([]byte(m[1]), &data); err != nil {
			t.Fatalf("%s: %v in %s", path, err, m[1])
		}
		if data.Context != "https://schema.org" || data.Type != kind || data.Name == "" || data.URL != "https://example.org"+path {
			t.Errorf("%s: linked data %+v, want a %s", path, data, kind)
		}
		bare := ask(here, path).Body.String()
		if canonicalLink.MatchString(bare) || cardLink.MatchString(bare) || strings.Contains(bare, `"url"`) {
			t.Errorf("%s names an address although none is known", path)
		}
	}
}

func TestLinkedDataAreValidOnEveryPageAndClaimNoReview(t *testing.T) {
	t.Parallel()
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range s.publicPaths() {
		m := ldData.FindStringSubmatch(get(t, path).Body.String())
		if m == nil || !json.Valid([]byte(m[1])) {
			t.Errorf("%s: linked data %q", path, m)
		} else if strings.Contains(m[1], "reviewedBy") || strings.Contains(m[1], "lastReviewed") || strings.Contains(m[1], "ClaimReview") {
			t.Errorf("%s claims a review", path)
		}
	}
}

func TestTheSiteMapNamesEveryPageOnce(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	for base, want := range map[string]string{"https://example.org": "https://example.org", "": "http://example.com"} {
		h := world(t, base)
		var set struct {
			URL []struct {
				Loc string `xml:"loc"`
			} `xml:"url"`
		}
		if err := xml.Unmarshal(ask(h, "/atlas/sitemap.xml").Body.Bytes(), &set); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, u := range set.URL {
			if !strings.HasPrefix(u.Loc, want+"/atlas") || seen[u.Loc] {
				t.Errorf("base %q: the site map names %s", base, u.Loc)
			}
			seen[u.Loc] = true
		}
		if len(seen) != len(s.publicPaths())+1 || !seen[want+"/atlas/where"] {
			t.Errorf("base %q: %d pages in the site map, want %d", base, len(seen), len(s.publicPaths())+1)
		}
		if robots := ask(h, "/robots.txt").Body.String(); !strings.Contains(robots, "Sitemap: "+want+"/atlas/sitemap.xml") {
			t.Errorf("base %q: robots.txt is %q", base, robots)
		}
	}
}

func TestTheFeedTellsTheChanges(t *testing.T) {
	w := ask(world(t, "https://example.org"), "/atlas/changes.xml")
	var f atomFeed
	if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Entries) != len(atlas.Standard().Changes) || f.Updated == "" || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/atom+xml") {
		t.Errorf("%d entries, updated %q, %q", len(f.Entries), f.Updated, w.Header().Get("Content-Type"))
	}
	ids := map[string]bool{}
	page := get(t, "/atlas/changes").Body.String()
	for _, e := range f.Entries {
		if ids[e.ID] || e.Updated != f.Updated && e.Updated > f.Updated || e.Title == "" || !strings.HasPrefix(e.Links[0].Href, "https://example.org/atlas/changes#") {
			t.Errorf("entry %+v", e)
		}
		ids[e.ID] = true
		if !strings.Contains(html.UnescapeString(page), e.Title) {
			t.Errorf("the page of changes lacks %q", e.Title)
		}
	}
}

func TestPicturesForSharedLinksAreDrawnAndKept(t *testing.T) {
	h := world(t, "")
	for _, path := range []string{"/atlas/og/muscles/levator-scapulae.png", "/atlas/og/places/heel-pad.png", "/atlas/og/conditions/tennis-elbow.png", "/atlas/og/atlas/atlas.png"} {
		w := ask(h, path)
		size := w.Body.Len()
		img, err := png.Decode(w.Body)
		if w.Code != 200 || err != nil || img.Bounds().Dx() != 1200 || img.Bounds().Dy() != 630 {
			t.Fatalf("%s: %d, %v", path, w.Code, err)
		}
		if size > 150<<10 {
			t.Errorf("%s is %d bytes, want at most 150 KB", path, size)
		}
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		again := httptest.NewRecorder()
		h.ServeHTTP(again, r)
		if again.Code != http.StatusNotModified {
			t.Errorf("%s asked again: %d, want 304", path, again.Code)
		}
	}
	for _, path := range []string{"/atlas/og/muscles/heart.png", "/atlas/og/muscles/levator-scapulae.jpg", "/atlas/og/sources/x.png", "/atlas/og/atlas/x.png"} {
		if w := ask(h, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

// heaviest is how many bytes a page may be when it is packed for the way.
const heaviest = 200 << 10

func TestNoPageIsHeavy(t *testing.T) {
	t.Parallel()
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	h := door(t)
	most, where, all := 0, "", 0
	for _, path := range append(s.publicPaths(), "/atlas/search?q=pain", "/atlas/where", "/atlas/changes.xml", "/atlas/sitemap.xml") {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		size := w.Body.Len()
		if w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" || size > heaviest {
			t.Errorf("%s: status %d, %d bytes as %q, want at most %d packed", path, w.Code, size, w.Header().Get("Content-Encoding"), heaviest)
		}
		if all += size; size > most {
			most, where = size, path
		}
	}
	t.Logf("the heaviest page is %s with %d bytes packed; all together %d", where, most, all)
}
