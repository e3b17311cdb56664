package web

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"knead/atlas"
)

func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	door(t).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

var (
	heading1  = regexp.MustCompile(`<h1[ >]`)
	titleOf   = regexp.MustCompile(`<title>([^<]*)</title>`)
	described = regexp.MustCompile(`<meta name="description" content="([^"]*)">`)
	dataBlock = regexp.MustCompile(`<script type="application/ld\+json">[^<]*</script>`) // data, never run
)

// Patterns that begin with letters are found many times faster than one that may begin in
// several ways, and here they are looked for on all pages of the atlas.
var (
	unsaid = patterns{regexp.MustCompile(`\[[a-z]+(\.[a-z0-9-]+)+\]`), regexp.MustCompile(`\{[0-9]\}`), regexp.MustCompile(`&lt;no value&gt;`), regexp.MustCompile(`<no value>`)}
	spoken = patterns{regexp.MustCompile(`<script`), regexp.MustCompile(` style=`), regexp.MustCompile(` on[a-z]+=`), regexp.MustCompile(`<style`)} // of small letters, parted by spaces
	asText = strings.NewReplacer("\n", " ", "\t", " ")
)

type patterns []*regexp.Regexp

// find is the first of the patterns that is there.
func (list patterns) find(text string) string {
	for _, p := range list {
		if at := p.FindStringIndex(text); at != nil {
			return text[at[0]:at[1]]
		}
	}
	return ""
}

// attributes are the values of an attribute on a page.
func attributes(page, name string) (values []string) {
	for begin := name + `="`; ; {
		before, after, found := strings.Cut(page, begin)
		if !found {
			return values
		}
		value, rest, _ := strings.Cut(after, `"`)
		if strings.HasSuffix(before, " ") || strings.HasSuffix(before, "\n") || strings.HasSuffix(before, "\t") {
			values, after = append(values, value), rest
		}
		page = after
	}
}

func linksOn(page string) []string {
	return slices.Concat(attributes(page, "href"), attributes(page, "src"))
}

func TestASlashAtTheEndLeadsToThePage(t *testing.T) {
	for path, want := range map[string]string{
		"/atlas/": "/atlas", "/atlas/muscles/soleus/": "/atlas/muscles/soleus", "/atlas/search/?q=knee": "/atlas/search",
		"/atlas/a%2Fb/": "/atlas/a%2Fb", "/atlas//": "/atlas",
	} {
		if w := get(t, path); w.Code != 308 || w.Header().Get("Location") != want {
			t.Errorf("%s: %d to %q, want 308 to %s", path, w.Code, w.Header().Get("Location"), want)
		}
	}
}

func TestAPageIsMadeOnceForAllWhoAskAtOnce(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	var made atomic.Int32
	h := s.publicHandler(func(id string) (publicView, error) {
		made.Add(1)
		if id != "" {
			return nil, lost("page", id)
		}
		return s.purposePage(id)
	})
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if err := h(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := made.Load(); n != 1 {
		t.Errorf("the page was made %d times", n)
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.SetPathValue("id", "gone")
	for range 2 {
		if err := h(httptest.NewRecorder(), r); err == nil {
			t.Error("a page that is not there was served")
		}
	}
	if n := made.Load(); n != 3 {
		t.Errorf("made %d times, want 3: what is not there is not kept", n)
	}
}

func TestEveryPageOfTheAtlasIsWhole(t *testing.T) {
	t.Parallel() // with the others that look at everything
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	paths := s.publicPaths()
	known := map[string]map[string]bool{} // path -> the ids on it
	pages := map[string]string{}
	titles := map[string]string{}
	for _, path := range paths {
		if pages[path] != "" {
			t.Errorf("%s is listed twice", path)
		}
		w := get(t, path)
		page := w.Body.String()
		if w.Code != 200 || !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
			t.Fatalf("%s: status %d, %d bytes:\n%.400s", path, w.Code, len(page), page)
		}
		pages[path] = page
		if n := len(heading1.FindAllString(page, -1)); n != 1 {
			t.Errorf("%s has %d first headings, want one", path, n)
		}
		title := titleOf.FindStringSubmatch(page)
		if title == nil || title[1] == "" {
			t.Errorf("%s has no title", path)
		} else if twin := titles[title[1]]; twin != "" && !strings.HasPrefix(path, href("exercises")+"/") { // two exercises may have one name
			t.Errorf("%s and %s share the title %q", path, twin, title[1])
		} else {
			titles[title[1]] = path
		}
		if d := described.FindStringSubmatch(page); d == nil || len(d[1]) < 20 {
			t.Errorf("%s has no description", path)
		}
		if found := unsaid.find(page); found != "" {
			t.Errorf("%s lacks a text: %q", path, found)
		}
		if found := spoken.find(asText.Replace(strings.ToLower(dataBlock.ReplaceAllString(page, "")))); found != "" {
			t.Errorf("%s holds inline code: %q", path, found)
		}
		if packed := pack([]byte(page), 6); len(packed) > 200<<10 {
			t.Errorf("%s is %d bytes when packed, at most 200 KB", path, len(packed))
		}
		ids := map[string]bool{}
		for _, id := range attributes(page, "id") {
			if ids[id] {
				t.Errorf("%s: two elements are called %q", path, id)
			}
			ids[id] = true
		}
		known[path] = ids
	}
	files := map[string]bool{}
	for path, page := range pages {
		for _, to := range linksOn(page) {
			checkLink(t, path, to, known, files)
		}
	}
}

// checkLink follows a link inside Knead: to a page that is listed, to an id that is on
// it, or to a file.
func checkLink(t *testing.T, from, to string, known map[string]map[string]bool, files map[string]bool) {
	t.Helper()
	u, err := url.Parse(strings.ReplaceAll(to, "&amp;", "&"))
	if err != nil {
		t.Errorf("%s links to %q: %v", from, to, err)
		return
	}
	if u.Host != "" {
		if u.Scheme != "https" && u.Scheme != "http" {
			t.Errorf("%s links to %q", from, to)
		}
		return
	}
	target := u.Path
	if target == "" {
		target = from
	}
	ids, isPage := known[target]
	switch {
	case isPage && u.Fragment != "" && !ids[u.Fragment]:
		t.Errorf("%s links to %s, and there is no such place on the page", from, to)
	case isPage || target == "/" || files[target] || target == searchPath || target == href("where") || target == feedPath:
	case !strings.HasPrefix(target, "/static/") && !strings.HasPrefix(target, "/body/"):
		t.Errorf("%s links to %s, which is no page of the atlas", from, to)
	default:
		files[target] = true
		if w := get(t, target); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d, Cache-Control %q", target, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

func TestAPageOfTheAtlasIsKnownByItsHash(t *testing.T) {
	first := get(t, "/atlas/muscles/levator-scapulae")
	tag := first.Header().Get("ETag")
	if tag == "" || !strings.Contains(first.Header().Get("Cache-Control"), "public") {
		t.Fatalf("headers %v, want an ETag and a public cache", first.Header())
	}
	r := httptest.NewRequest("GET", "/atlas/muscles/levator-scapulae", nil)
	r.Header.Set("If-None-Match", tag)
	again := httptest.NewRecorder()
	door(t).ServeHTTP(again, r)
	if again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("asked again: %d with %d bytes, want 304 and none", again.Code, again.Body.Len())
	}
}

func TestWhatTheAtlasDoesNotHaveIsNotFound(t *testing.T) {
	for _, path := range []string{"/atlas/muscles/heart", "/atlas/places/moon", "/atlas/nothing", "/atlas/conditions/x", "/atlas/claims/x", "/atlas/sources/x", "/atlas/exercises/x", "/atlas/techniques/x"} {
		w := get(t, path)
		if w.Code != 404 || !strings.Contains(w.Body.String(), "There is no such page in the atlas") {
			t.Errorf("%s: %d, want 404 with a way on", path, w.Code)
		}
	}
}

func TestEveryNameOfAMuscleStandsUnderItsLetter(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for i, letter := range s.muscleLetters() {
		for _, row := range letter.Names {
			rows++
			if !strings.HasPrefix(row.Text, letter.Letter) {
				t.Errorf("%q stands under %s", row.Text, letter.Letter)
			}
		}
		if i > 0 && s.muscleLetters()[i-1].Letter >= letter.Letter {
			t.Errorf("%s comes too late", letter.Letter)
		}
	}
	want := 0
	for _, m := range atlas.Standard().Muscles {
		want += 1 + len(m.Aliases)
	}
	if rows != want {
		t.Errorf("%d names, want %d", rows, want)
	}
}

// A muscle outside massage says so at once and is not explained for hands.
func TestAMuscleOutsideMassageHasNoHow(t *testing.T) {
	for _, m := range atlas.Standard().Muscles {
		if m.Refer == "" {
			continue
		}
		page := get(t, href("muscles", string(m.ID))).Body.String()
		if !strings.Contains(page, "Not for massage") || strings.Contains(page, "For the therapist") || strings.Contains(page, "At home") {
			t.Errorf("%s: want the referral, no how and no self-care", m.ID)
		}
	}
}

// No page says that the reader has something.
func TestNoPageSaysYouHave(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	asked := regexp.MustCompile(`(?is)<ul class="bullets[^"]*">.*?</ul>|“[^”]*”`) // questions of the screening, claims as people say them
	for _, path := range s.publicPaths() {
		text := strings.ToLower(asked.ReplaceAllString(get(t, path).Body.String(), ""))
		if i := strings.Index(text, "you have "); i >= 0 {
			t.Errorf("%s says %q", path, text[max(0, i-40):min(len(text), i+60)])
		}
	}
}

func TestHrefWritesEveryAddress(t *testing.T) {
	if got := href("sources", "a b/c"); got != "/atlas/sources/a%20b%2Fc" {
		t.Errorf("href = %s", got)
	}
	if !slices.Contains(doors, "muscles") || href() != "/atlas" {
		t.Errorf("href() = %s", href())
	}
}
