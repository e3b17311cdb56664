package web

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"knead/atlas"
	"knead/body"
	"knead/internal/server"
)

// publicPage is what every page of the public atlas has. Such a page is a function of
// the atlas alone: nothing of a visitor is read, kept or shown, so that any of them
// can be kept, shared or written to a file. Titles and descriptions hold no markup.
type publicPage struct {
	Title       string // of the page itself; the window adds the name of the atlas
	Description string // one or two sentences for search results and shared links
	Path        string // canonical: from the root, without host, query or final slash
	Kind        string // its template, "muscle"
	Door        string // the entry of the navigation it stands under, "muscles"
	Crumbs      []link // the way to it, without itself
	NoIndex     bool   // not for search engines
}

type link struct{ Path, Text string }

// public gives the head of a page to the layout; every page of the atlas embeds it.
func (p publicPage) public() publicPage { return p }

type publicView interface{ public() publicPage }

// publicKinds are the pages of the atlas; each has a Go file and a template of its name.
var publicKinds = []string{
	"atlas", "muscles", "muscle", "places", "place", "techniques", "technique", "conditions", "condition",
	"claims", "claim", "exercises", "exercise", "patterns", "pattern", "sources", "source", "term", "howsure", "purpose", "data", "lost", "search", "learn", "changes",
}

// doors are the lists of the atlas, in the order in which the pages name them.
var doors = []string{"muscles", "places", "conditions", "techniques", "exercises", "claims", "patterns", "glossary", "sources"}

func publicTemplates() []string {
	var names []string
	for _, k := range publicKinds {
		names = append(names, "public/"+k)
	}
	return names
}

// publicDoors is the navigation of every page of the atlas.
func (s *site) publicDoors() []doorLink {
	var out []doorLink
	for _, d := range doors {
		out = append(out, doorLink{d, link{href(d), s.words.say("door." + d)}})
	}
	return out
}

type doorLink struct {
	Key string
	link
}

// href writes every address inside the atlas: href("muscles", "soleus").
func href(parts ...string) string {
	path := []string{"/atlas"}
	for _, p := range parts {
		path = append(path, url.PathEscape(p))
	}
	return strings.Join(path, "/")
}

// making makes the page with an id; the id is empty for lists.
type making func(id string) (publicView, error)

// publicRoutes is the site map of the atlas.
func (s *site) publicRoutes() map[string]server.Handler {
	routes := map[string]server.Handler{}
	for pattern, page := range map[string]making{
		"GET /atlas":                 s.atlasPage,
		"GET /atlas/muscles":         s.musclesPage,
		"GET /atlas/muscles/{id}":    s.musclePage,
		"GET /atlas/places":          s.placesPage,
		"GET /atlas/places/{id}":     s.placePage,
		"GET /atlas/techniques":      s.techniquesPage,
		"GET /atlas/techniques/{id}": s.techniquePage,
		"GET /atlas/conditions":      s.conditionsPage,
		"GET /atlas/conditions/{id}": s.conditionPage,
		"GET /atlas/claims":          s.claimsPage,
		"GET /atlas/claims/{id}":     s.claimPage,
		"GET /atlas/exercises":       s.exercisesPage,
		"GET /atlas/exercises/{id}":  s.exercisePage,
		"GET /atlas/patterns":        s.patternsPage,
		"GET /atlas/patterns/{id}":   s.patternPage,
		"GET /atlas/sources":         s.sourcesPage,
		"GET /atlas/sources/{id}":    s.sourcePage,
		"GET /atlas/glossary":        s.glossaryPage,
		"GET /atlas/how-sure":        s.howSurePage,
		"GET /atlas/changes":         s.changesPage,
		"GET /atlas/purpose":         s.purposePage,
	} {
		routes[pattern] = s.publicHandler(page)
	}
	maps.Copy(routes, s.searchRoutes())
	maps.Copy(routes, s.whereRoutes())
	maps.Copy(routes, s.findableRoutes())
	return routes
}

// publicPaths lists every page of the atlas by its canonical path.
func (s *site) publicPaths() []string {
	a := s.shelf().atlas
	paths := []string{href(), href("how-sure"), href("purpose"), href("changes")}
	for _, d := range doors {
		paths = append(paths, href(d))
	}
	if len(s.downloads.list) > 0 {
		paths = append(paths, href("data"))
	}
	for _, m := range a.Muscles {
		paths = append(paths, href("muscles", string(m.ID)))
	}
	for _, r := range body.Regions() {
		paths = append(paths, href("places", string(r.ID)))
	}
	for _, t := range a.Techniques {
		paths = append(paths, href("techniques", string(t.ID)))
	}
	for _, c := range a.Conditions {
		paths = append(paths, href("conditions", string(c.ID)))
	}
	for _, c := range a.Claims {
		paths = append(paths, href("claims", string(c.ID)))
	}
	for _, e := range a.Exercises {
		paths = append(paths, href("exercises", string(e.ID)))
	}
	for _, p := range a.Patterns {
		paths = append(paths, href("patterns", string(p.ID)))
	}
	for _, src := range s.shelf().sources {
		paths = append(paths, href("sources", string(src.ID)))
	}
	return paths
}

// publicHandler answers with a page of the atlas. It never changes while Knead runs,
// so that it is made once, packed once, and known to browsers by its hash.
func (s *site) publicHandler(page making) server.Handler {
	var made sync.Map // id -> func() (*file, error)
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		kept, _ := made.LoadOrStore(id, sync.OnceValues(func() (*file, error) { return s.makePublic(page, id) }))
		once, ok := kept.(func() (*file, error))
		if !ok {
			return fmt.Errorf("%T is kept for %s", kept, r.URL.Path)
		}
		f, err := once() // those who ask while the page is made wait for it
		if err != nil {
			made.Delete(id) // ids that are not there would fill the memory
			return err
		}
		return f.serveFresh(w, r)
	}
}

func (s *site) makePublic(page making, id string) (*file, error) {
	view, err := page(id)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := s.renderPublic(&b, view); err != nil {
		return nil, err
	}
	const kind = "text/html; charset=utf-8"
	if s.static { // of a page that is written to a folder nobody asks for the packed form
		return &file{kind: kind, plain: b.Bytes()}, nil
	}
	return newFile(kind, b.Bytes()), nil
}

// serveFresh writes a file whose address does not change with its content: a browser
// may keep it for a short while, and asks then whether it is still the same.
func (f *file) serveFresh(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	tag := `"` + shortHash(f.plain) + `"`
	h.Set("ETag", tag)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=300")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	return f.write(w, r)
}

func (s *site) renderPublic(b *bytes.Buffer, view publicView) error {
	kind := view.public().Kind
	page, ok := s.pages["public/"+kind]
	if !ok {
		return fmt.Errorf("no template for %q", kind)
	}
	if err := page.ExecuteTemplate(b, "public", view); err != nil {
		return fmt.Errorf("render %s: %w", view.public().Path, err)
	}
	return nil
}

// lost is an error for an id that the atlas does not have.
func lost(noun, id string) error {
	return &server.StatusError{Status: http.StatusNotFound, Err: fmt.Errorf("no %s %q in the atlas", noun, id)}
}

// lostPage stands where a page of the atlas was looked for and is not, or did not come.
type lostPage struct{ publicPage }

// publicProblem says what went wrong at the door that everybody may open: of visits and
// clients nothing is known there.
func (s *site) publicProblem(w http.ResponseWriter, r *http.Request, status int, _ error) {
	if err := s.showLost(w, r, status); err != nil {
		http.Error(w, http.StatusText(status), status)
	}
}

func (s *site) showLost(w http.ResponseWriter, r *http.Request, status int) error {
	if plain := strings.TrimRight(r.URL.EscapedPath(), "/"); status == http.StatusNotFound && strings.HasSuffix(r.URL.Path, "/") && strings.HasPrefix(plain, href()) {
		http.Redirect(w, r, plain, http.StatusPermanentRedirect) // no address of the atlas ends with a slash
		return nil
	}
	heading, advice := s.words.say("lost.title"), s.words.say("lost.text")
	if status != http.StatusNotFound {
		heading, advice = s.words.or(fmt.Sprintf("problem.%d", status), s.words.say("problem.500")), s.words.say("lost.again")
	}
	p := lostPage{publicPage{
		Title: heading, Description: advice, Path: r.URL.Path, Kind: "lost", Crumbs: s.crumbs(), NoIndex: true,
	}}
	var b bytes.Buffer
	if err := s.renderPublic(&b, p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

// crumbs is the way to a page: the atlas, and the lists under which it stands.
func (s *site) crumbs(lists ...string) []link {
	way := []link{{href(), s.words.say("atlas.name")}}
	for _, l := range lists {
		way = append(way, link{href(l), s.words.say("door." + l)})
	}
	return way
}

// descriptionLength is about what search results show. Chosen.
const descriptionLength = 158

// describe cuts a text for clients to a description, at the end of a sentence if one
// ends in time, else at a word.
func describe(texts ...string) string {
	text := strings.Join(texts, " ")
	if len(text) <= descriptionLength {
		return text
	}
	cut := text[:descriptionLength]
	if i := strings.LastIndexAny(cut, ".?!"); i > descriptionLength/2 {
		return cut[:i+1]
	}
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:") + " …"
}

// citations number the sources of a page in the order in which the page names them.
type citations struct {
	s      *site
	number map[atlas.SourceID]int
	Rows   []citedSource
}

// citedSource is one source at the foot of a page.
type citedSource struct {
	Number int
	Path   string // its page in the atlas
	sourceRow
}

func (s *site) citations() *citations { return &citations{s: s, number: map[atlas.SourceID]int{}} }

// cite gives the numbers of sources, for the small links beside a statement.
func (c *citations) cite(ids ...atlas.SourceID) []int {
	var out []int
	for _, id := range ids {
		n, known := c.number[id]
		if !known {
			src, ok := c.s.shelf().atlas.Source(id)
			if !ok {
				continue // the lint refuses such a row
			}
			n = len(c.Rows) + 1
			c.number[id] = n
			c.Rows = append(c.Rows, citedSource{n, href("sources", string(id)), c.s.sourceRow(src)})
		}
		out = append(out, n)
	}
	return out
}

// pips draws a grade: how many of three are filled, or dashes for 'not supported'.
type pips struct {
	Slots []string
	Words string
}

func (s *site) pips(g atlas.Grade) pips {
	p := pips{Slots: []string{"", "", ""}, Words: s.words.say("grade." + plainKey(string(g)))}
	filled := map[atlas.Grade]int{"strong": 3, "moderate": 2, "low": 1}[g]
	for i := range filled {
		p.Slots[i] = "on"
	}
	if g == "not supported" {
		p.Slots = []string{"no", "no", "no"}
	}
	return p
}

// plainKey makes a key of the catalogue from words of the atlas.
func plainKey(s string) string { return strings.ReplaceAll(s, " ", "-") }
