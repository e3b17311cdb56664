package web

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"knead"
)

// hashes gives every file of a folder with the hash of its content.
func hashes(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		out[filepath.ToSlash(rel)] = fmt.Sprintf("%x", sha256.Sum256(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheStaticSiteIsWholeAndTheSameEachTime(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "atlas")
	calls, last := 0, 0
	if err := WriteSite(dir, "", func(done, known int) {
		calls++
		if done != calls || known < done {
			t.Fatalf("progress %d of %d at call %d", done, known, calls)
		}
		last = known
	}, offered[0]); err != nil {
		t.Fatal(err)
	}
	first := hashes(t, dir)
	if calls != last || calls != len(first)-1 { // without the mark of the folder
		t.Errorf("progress was called %d times, ended at %d, for %d files", calls, last, len(first))
	}
	checkSite(t, dir, first)

	content, err := os.ReadFile(filepath.Join(dir, "data", "a.json"))
	page, err2 := os.ReadFile(filepath.Join(dir, "data.html"))
	if err != nil || err2 != nil || string(content) != `{"a":1}` || !strings.Contains(string(page), `href="data/a.json"`) {
		t.Errorf("data/a.json = %q (%v), data.html: %v", content, err, err2)
	}

	if err := WriteSite(dir, "", func(int, int) {}, offered[0]); err != nil {
		t.Fatal(err)
	}
	second := hashes(t, dir)
	for name, sum := range first {
		if second[name] != sum {
			t.Errorf("%s differs on the second run", name)
		}
	}
	if len(second) != len(first) {
		t.Errorf("%d files, then %d", len(first), len(second))
	}
	if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) != 1 {
		t.Errorf("beside the folder there is more than the folder: %v (%v)", entries, err)
	}
}

// checkSite follows every link of every page inside the folder.
func checkSite(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	ids := map[string]map[string]bool{}
	pages := map[string]string{}
	for name := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = string(content)
		ids[name] = map[string]bool{}
		for _, id := range attributes(pages[name], "id") {
			ids[name][id] = true
		}
	}
	if len(pages) < 500 {
		t.Fatalf("only %d pages", len(pages))
	}
	for name, page := range pages {
		for _, needs := range []string{"<form", "data-server", "/atlas/search", "/atlas/where", `rel="canonical"`, "og:image", "changes.xml"} {
			if strings.Contains(page, needs) {
				t.Errorf("%s holds %s, which is of no use in a folder", name, needs)
			}
		}
		for _, to := range linksOn(page) {
			u, err := url.Parse(strings.ReplaceAll(to, "&amp;", "&"))
			switch {
			case err != nil:
				t.Errorf("%s links to %q: %v", name, to, err)
				continue
			case u.Scheme != "":
				continue
			case strings.HasPrefix(u.Path, "/"):
				t.Errorf("%s links to %s, which leads out of the folder", name, to)
				continue
			}
			target := name
			if u.Path != "" {
				target = path.Join(path.Dir(name), u.Path)
			}
			if files[target] == "" {
				t.Errorf("%s links to %s, which is not in the folder", name, to)
			} else if u.Fragment != "" && !ids[target][u.Fragment] {
				t.Errorf("%s links to %s, and there is no such place on the page", name, to)
			}
		}
	}
}

func TestTheStaticSiteRefusesAFolderOfSomethingElse(t *testing.T) {
	dir := t.TempDir()
	letter := filepath.Join(dir, "letter.txt")
	if err := os.WriteFile(letter, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteSite(dir, "", func(int, int) { t.Fatal("a page was made before the folder was looked at") }); err == nil {
		t.Error("a folder with something else in it was taken")
	}
	if content, err := os.ReadFile(letter); err != nil || string(content) != "dear" {
		t.Errorf("the letter is %q, %v", content, err)
	}
	if err := WriteSite(letter, "", func(int, int) {}); err == nil {
		t.Error("a file was taken for a folder")
	}
}

// A disk that cannot be written to leaves what was there.
func TestAFailedWriteLeavesTheOldSite(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "atlas")
	old := map[string][]byte{siteMark: []byte("old"), "index.html": []byte("old page")}
	if err := exchange(dir, old); err != nil {
		t.Fatal(err)
	}
	before := hashes(t, dir)
	tooLong := strings.Repeat("a", 300) // no disk takes such a name
	if err := exchange(dir, map[string][]byte{"index.html": []byte("new page"), tooLong + ".html": nil}); err == nil {
		t.Fatal("a name of 300 letters was written")
	}
	after := hashes(t, dir)
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("the old site is changed: %v, was %v", after, before)
	}
	if entries, err := os.ReadDir(parent); err != nil || len(entries) != 1 {
		t.Errorf("a half-written folder stays: %v (%v)", entries, err)
	}
	if err := exchange(filepath.Join(dir, "index.html", "site"), old); err == nil {
		t.Error("a folder was made inside a file")
	}
}

// What cannot be exchanged is refused before the pages are made.
func TestTheStaticSiteGoesWhereItCanBeExchanged(t *testing.T) {
	parent := t.TempDir()
	target := filepath.Join(parent, "real")
	if err := os.Mkdir(target, 0o700); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"link": target, "nowhere": filepath.Join(parent, "gone")} {
		if err := os.Symlink(to, filepath.Join(parent, link)); err != nil {
			t.Skip("no links here:", err)
		}
	}
	want, err := filepath.EvalSymlinks(target)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := siteFolder(filepath.Join(parent, "link")); err != nil || got != want {
		t.Errorf("a link leads to %s, %v; want %s", got, err, want)
	}
	t.Chdir(target)
	for _, dir := range []string{"", ".", "..", parent, filepath.Join(parent, "nowhere")} {
		if got, err := siteFolder(dir); err == nil {
			t.Errorf("%q was taken as %s", dir, got)
		} else if _, ok := errors.AsType[*knead.InputError](err); !ok {
			t.Errorf("%q: %v is not told as a wrong input", dir, err)
		}
	}
	for _, dir := range []string{"new", filepath.Join("deep", "er"), "a*b", "-x", "สวน "} {
		if _, err := siteFolder(dir); err != nil {
			t.Errorf("%q was refused: %v", dir, err)
		}
	}
	if entries, err := os.ReadDir(target); err != nil || len(entries) != 1 {
		t.Errorf("asking leaves %v (%v), want the folder above 'er' alone", entries, err)
	}
}

func TestTwoWhoWriteOneSiteLeaveAWholeOne(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "atlas")
	for range 20 {
		var group sync.WaitGroup
		for i := range 4 {
			files := map[string][]byte{siteMark: nil}
			for k := range 5 {
				files[fmt.Sprintf("%d.html", k)] = []byte{byte(i)}
			}
			group.Go(func() { _ = exchange(dir, files) }) // all but one may be told to try again
		}
		group.Wait()
		pages := map[string]bool{}
		for name, hash := range hashes(t, dir) {
			if name != siteMark {
				pages[fmt.Sprint(hash)] = true
			}
		}
		if entries, err := os.ReadDir(parent); err != nil || len(entries) != 1 || len(pages) != 1 {
			t.Fatalf("the site has pages of %d writers, beside it stand %v (%v)", len(pages), entries, err)
		}
	}
}

// With the address of the site the pages, the site map and the feed name files.
func TestTheStaticSiteNamesItsAddressWhenItIsKnown(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	s.base, s.static = "https://example.org/atlas", true
	router, err := s.publicRouter()
	if err != nil {
		t.Fatal(err)
	}
	c := &copier{site: s, router: router, files: map[string][]byte{}}
	for address, want := range map[string]string{
		"/atlas":                              `<link rel="canonical" href="https://example.org/atlas/">`,
		"/atlas/muscles/levator-scapulae":     `<link rel="canonical" href="https://example.org/atlas/muscles/levator-scapulae.html">`,
		"/atlas/places/heel-pad":              `content="https://example.org/atlas/og/places/heel-pad.png"`,
		"/atlas/changes":                      `href="changes.xml"`,
		"/atlas/sitemap.xml":                  `<loc>https://example.org/atlas/muscles/levator-scapulae.html</loc>`,
		"/atlas/changes.xml":                  `href="https://example.org/atlas/changes.html#lower-body"`,
		"/robots.txt":                         `Sitemap: https://example.org/atlas/sitemap.xml`,
		"/atlas/og/places/heel-pad.png":       "PNG",
		"/atlas/conditions/plantar-heel-pain": `og:url" content="https://example.org/atlas/conditions/plantar-heel-pain.html"`,
	} {
		f, err := c.fetch(address)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(f.body, []byte(want)) {
			t.Errorf("%s (%s) lacks %s", address, f.name, want)
		}
		if strings.Contains(string(f.body), "/atlas/where") || strings.Contains(string(f.body), "localhost") {
			t.Errorf("%s names what needs a server", address)
		}
	}
}

func TestStaticLinksAreRelative(t *testing.T) {
	for _, c := range [][3]string{
		{"index.html", "/atlas/muscles/soleus", "muscles/soleus.html"},
		{"muscles/soleus.html", "/atlas", "../index.html"},
		{"muscles/soleus.html", "/static/abc/app.css", "../static/abc/app.css"},
		{"index.html", "/body/abc/neutral/back/jpg", "body/abc/neutral/back.jpg"},
	} {
		if got := relativeTo(c[0], siteFile(c[1])); got != c[2] {
			t.Errorf("from %s to %s: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
