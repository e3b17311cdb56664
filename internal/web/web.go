// Package web is the door for people: the pages on which a visit goes from where it
// hurts to a plan, as a therapist uses them beside the client.
//
// It decides nothing about pain, safety or plans: it reads a form into a
// [knead.Visit], asks the engines, and shows the answer. It stores nothing: the
// visit travels in one hidden field of each form and lives in the tab.
//
// Beside it stand the public pages of the atlas (public.go), which know nothing of
// any visitor.
//
// Start at [New] and its tables of routes. One screen is one Go file and one template
// of the same name: paint, questions, assess, stop, print. Every word comes from
// words/en.txt. The script in ui/ only makes the same forms nicer to use.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/reason"
)

//go:embed templates
var templateFiles embed.FS

// site is what every handler needs.
type site struct {
	words   catalogue
	script  string // the words that the script needs, as JSON
	assets  *assets
	figures *figures
	pages   map[string]*template.Template

	lazyShelf func() *shelf
	downloads downloads
	base      string          // the address at which the world sees the atlas; may be empty
	house     *practice.House // nil: no record, the visit lives in the tab
	record    Record
	elsewhere *elsewhere // nil: no identity provider
	ears      ears
	static    bool // the pages are written as files, the base is the address of their folder
}

// New makes the door: a router ready for [server.New]. The downloads are offered with
// the atlas.
func New(offered ...Download) (*server.Router, error) {
	s, err := newSite()
	if err != nil {
		return nil, err
	}
	s.downloads = newDownloads(offered)
	return s.router(s.routes())
}

// NewWithRecord makes the door to a practice's record: sign-in, workspace, and the visit
// as it is kept. The visit that lives in the tab alone is not part of it.
func NewWithRecord(record Record, offered ...Download) (*server.Router, error) {
	s, err := newSite()
	if err != nil {
		return nil, err
	}
	s.downloads = newDownloads(offered)
	s.house, s.record = record.House, record
	if record.Elsewhere.Issuer != "" {
		s.elsewhere = &elsewhere{settings: record.Elsewhere, name: record.Provider}
	}
	rt, err := s.router(s.deskRoutes())
	if err != nil {
		return nil, err
	}
	for pattern, route := range s.looseRoutes() {
		rt.HandleWith(pattern, route.limits, route.handle)
	}
	return rt, nil
}

// router serves a door at which drawings are ranked; the model is built meanwhile, so that
// the first client does not wait for it.
func (s *site) router(own map[string]server.Handler) (*server.Router, error) {
	go reason.Standard()
	rt := server.NewRouter(s.problem)
	limits := routeLimits()
	for _, routes := range []map[string]server.Handler{own, s.publicRoutes(), s.dataRoutes(), s.fileRoutes()} {
		for pattern, h := range routes {
			if own, ok := limits[pattern]; ok {
				rt.HandleWith(pattern, own, h)
				continue
			}
			rt.Handle(pattern, h)
		}
	}
	return rt, nil
}

// NewPublic makes the door that everybody may open: the atlas and nothing of a visit.
// base is the address at which the world sees it, such as https://example.org; it may
// be empty.
func NewPublic(base string, offered ...Download) (*server.Router, error) {
	s, err := newSite()
	if err != nil {
		return nil, err
	}
	s.downloads = newDownloads(offered)
	s.base = strings.TrimSuffix(base, "/")
	return s.publicRouter()
}

// publicRouter serves the public atlas alone, with the files that its pages need.
func (s *site) publicRouter() (*server.Router, error) {
	rt := server.NewRouter(s.publicProblem)
	for _, routes := range []map[string]server.Handler{s.publicRoutes(), s.dataRoutes(), s.fileRoutes()} {
		for pattern, h := range routes {
			rt.Handle(pattern, h)
		}
	}
	rt.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, href(), http.StatusFound)
		return nil
	})
	return rt, nil
}

// routes is the site map.
func (s *site) routes() map[string]server.Handler {
	return map[string]server.Handler{
		"GET /{$}":        s.start,
		"POST /paint":     s.paint,
		"POST /read":      s.read,
		"POST /questions": s.questions,
		"POST /assess":    s.assess,
		"POST /print":     s.print,
		"POST /save":      s.save,
		"POST /open":      s.open,

		// reloading a page that came from a form: the tab still has the work
		"GET /paint":     s.resume,
		"GET /questions": s.resume,
		"GET /assess":    s.resume,
		"GET /print":     s.resume,
		"GET /open":      s.resume,
	}
}

// fileRoutes are what pages load.
func (s *site) fileRoutes() map[string]server.Handler {
	return map[string]server.Handler{
		"GET /static/{version}/{name...}":            s.assets.serve,
		"GET /body/cells/{version}":                  s.figures.serveCells,
		"GET /body/{version}/{figure}/{view}/{what}": s.figures.serveView,
	}
}

func newSite() (*site, error) {
	text, err := english()
	if err != nil {
		return nil, err
	}
	words, err := readCatalogue(text)
	if err != nil {
		return nil, err
	}
	a, err := readAssets()
	if err != nil {
		return nil, err
	}
	s := &site{words: words, assets: a, figures: newFigures(), pages: map[string]*template.Template{}}
	s.lazyShelf = sync.OnceValue(func() *shelf { return newShelf(atlas.Standard()) })
	spoken := map[string]string{}
	for key, text := range words {
		if name, ok := strings.CutPrefix(key, "script."); ok {
			spoken[name] = text
		}
	}
	script, err := json.Marshal(spoken)
	if err != nil {
		return nil, fmt.Errorf("words for the script: %w", err)
	}
	s.script = string(script)
	funcs := template.FuncMap{
		"t": words.say, "tn": words.count, "asset": a.url, "href": href, "canonical": s.absolute, "card": func(v publicView) string { return s.absolute(cardOf(v.public())) }, "ld": s.linkedData, "feeds": func() bool { return !s.static || s.base != "" }, "doors": s.publicDoors, "offers": func() bool { return len(s.downloads.list) > 0 }, "capital": capital,
		"field": field, "groupkey": groupKey, "table": table, "searchpath": func(q string) string { return searchLink(q).Path },
		"purpose": func() string { return knead.Purpose }, "plus": func(i int) int { return i + 1 },
		"instrument": func(page aboutPage, row instrumentRow) any {
			return struct {
				Page aboutPage
				Row  instrumentRow
			}{page, row}
		},
		"err": func(id, text string) map[string]string { return map[string]string{"ID": id, "Text": text} },
	}
	shared, err := template.New("").Funcs(funcs).ParseFS(templateFiles, "templates/layout.html", "templates/icons.html", "templates/public.html", "templates/picture.html", "templates/desk.html", "templates/files.html", "templates/overtime.html", "templates/board.html", "templates/intake.html", "templates/lift.html", "templates/letters.html", "templates/keys.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, name := range slices.Concat(publicTemplates(), screens, deskTemplates(), intakeTemplates(), []string{"record"}) {
		page, err := shared.Clone()
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		if s.pages[name], err = page.ParseFS(templateFiles, "templates/"+name+".html"); err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
	}
	return s, nil
}

// screens are the pages; each has a template of its name.
var screens = []string{"paint", "questions", "handback", "stop", "assess", "print", "resume", "problem"}

// layout is what every page has.
type layout struct {
	Title       string
	Screen      string
	Path        string // where the page is shown in the address bar
	Step        int    // 1-3 of the flow, 0 outside it
	State       string // the visit, as JSON
	Figure      string
	ClientMode  bool // the client holds the screen: no ranking, no plan
	ScriptWords string
	Fresh       bool   // the page came without any work
	Anyway      bool   // looked at although nothing may be planned
	Alone       bool   // somebody without a therapist: nothing is kept, not even in the tab
	Kept        bool   // the record keeps the visit: the tab need not
	Link        bool   // the client came by a link
	Idle        int    // minutes until this screen locks by itself; 0: it does not
	Whose       string // whose visit it is, for the therapist; empty for the client
	Number      string // to dial in an emergency
	To          doorway
}

func (s *site) layout(screen, path string, step int, w work) (layout, error) {
	state, err := w.state()
	to, title := visitDoor, s.words.say(screen+".heading")
	kept, link, whose, idle, number := false, false, "", 0, knead.EmergencyNumber
	if w.kept != nil {
		idle, number = w.kept.person.practice.Settings.IdleMinutes, w.kept.person.practice.Emergency()
		to, kept, link, whose = w.kept.to, true, w.kept.by.ByLink(), w.kept.whose
		if p, ok := map[string]string{"paint": to.Paint, "questions": to.Questions, "stop": to.Assess, "assess": to.Assess, "print": to.Print}[screen]; ok {
			path = p
		}
	}
	if w.alone {
		to, title = aloneDoor, s.words.say("where.heading")
		path = map[string]string{"paint": to.Start, "questions": to.Questions, "stop": to.Assess}[screen]
	}
	return layout{
		Title: title, Screen: screen, Path: path, Step: step,
		State: state, Figure: w.figure.String(), ClientMode: w.client, ScriptWords: s.script,
		Fresh: w.fresh, Anyway: w.anyway && (screen == "assess" || screen == "print"),
		Alone: w.alone, To: to, Kept: kept, Link: link, Whose: whose, Idle: idle, Number: number,
	}, err
}

// show renders a page to a buffer first, so that a fault never leaves half a page.
func (s *site) show(w http.ResponseWriter, r *http.Request, status int, name string, page any) error {
	var b bytes.Buffer
	if err := s.pages[name].ExecuteTemplate(&b, "layout", page); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return writePage(w, r, status, b.Bytes())
}

func writePage(w http.ResponseWriter, r *http.Request, status int, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = pack(body, gzip.BestSpeed)
	}
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// problemPage says what went wrong and what to do.
type problemPage struct {
	layout
	Heading, Advice string
}

func (s *site) problem(w http.ResponseWriter, r *http.Request, status int, err error) {
	if status == http.StatusNotFound && strings.HasPrefix(r.URL.Path, href()+"/") && s.showLost(w, r, status) == nil {
		return
	}
	l, _ := s.layout("problem", r.URL.Path, 0, work{}) // an empty visit always encodes
	p := problemPage{layout: l, Heading: s.words.or(fmt.Sprintf("problem.%d", status), s.words.say("problem.500"))}
	p.Advice = s.words.or(fmt.Sprintf("problem.%d.do", status), s.words.say("problem.500.do"))
	if input, ok := errors.AsType[*knead.InputError](err); ok {
		p.Advice = s.words.say("problem.400.visit", input.Error())
	}
	if known, ok := errors.AsType[*knead.Error](err); ok {
		if known.Say != "" {
			p.Advice = known.Say
		}
		if known.Kind == knead.NotAllowed {
			p.Heading = s.words.say("problem.403.role")
		}
	}
	p.Title = p.Heading
	show := s.show
	if s.house != nil { // what the person was doing is in the record, or still in the form they came from
		page := s.doorPage("problem", p.Heading)
		page.Problem, page.Field = p.Advice, p.Heading
		show = func(w http.ResponseWriter, r *http.Request, status int, _ string, _ any) error {
			return s.showDesk(w, r, status, "problem", page)
		}
	}
	if showErr := show(w, r, status, "problem", p); showErr != nil {
		http.Error(w, http.StatusText(status), status)
	}
}

// resumePage is shown when a page that comes from a form is reloaded.
type resumePage struct{ layout }

func (s *site) resume(w http.ResponseWriter, r *http.Request) error {
	l, err := s.layout("resume", r.URL.Path, 0, work{})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, "resume", resumePage{l})
}
