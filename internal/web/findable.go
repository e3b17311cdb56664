package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
	"knead/internal/server"
)

// What search engines, feed readers and services that show links want to know. Absolute
// addresses come from the base that the owner named; the site map and the feed fall
// back on the address under which they were asked for, pages then go without.

// absolute is the address at which the world sees a path; empty when it is not known.
func (s *site) absolute(target string) string {
	if s.base == "" {
		return ""
	}
	return s.absoluteAt(s.base, target)
}

func (s *site) absoluteAt(base, target string) string {
	base = strings.TrimSuffix(base, "/")
	if !s.static {
		return base + target
	}
	target, fragment, _ := strings.Cut(target, "#")
	file := siteFile(target)
	if file == "index.html" {
		file = ""
	}
	if fragment != "" {
		file += "#" + fragment
	}
	return base + "/" + file
}

// baseOf is the base, or the address under which Knead was asked.
func (s *site) baseOf(r *http.Request) string {
	switch {
	case s.base != "":
		return s.base
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *site) findableRoutes() map[string]server.Handler {
	return map[string]server.Handler{
		"GET /robots.txt":             s.robots,
		"GET " + sitemapPath:          s.sitemap,
		"GET " + feedPath:             s.feed,
		"GET /atlas/og/{kind}/{file}": s.card(),
	}
}

var (
	sitemapPath = href("sitemap.xml")
	feedPath    = href("changes.xml")
)

// fromBase lists the files that only make sense when the address of the site is known.
func (s *site) fromBase() []string {
	list := []string{sitemapPath, feedPath, "/robots.txt", cardPath("atlas", "atlas")}
	for _, m := range s.shelf().atlas.Muscles {
		list = append(list, cardPath("muscles", string(m.ID)))
	}
	for _, r := range body.Regions() {
		list = append(list, cardPath("places", string(r.ID)))
	}
	for _, c := range s.shelf().atlas.Conditions {
		list = append(list, cardPath("conditions", string(c.ID)))
	}
	for _, p := range s.shelf().atlas.Patterns {
		list = append(list, cardPath("patterns", string(p.ID)))
	}
	return list
}

// robots lets everybody read everything but answers to searches.
func (s *site) robots(w http.ResponseWriter, r *http.Request) error {
	text := fmt.Sprintf("User-agent: *\nDisallow: %s\n\nSitemap: %s\n", searchPath, s.absoluteAt(s.baseOf(r), sitemapPath))
	if s.static {
		text = fmt.Sprintf("User-agent: *\nAllow: /\n\nSitemap: %s\n", s.absoluteAt(s.baseOf(r), sitemapPath))
	}
	return newFile("text/plain; charset=utf-8", []byte(text)).serveFresh(w, r)
}

func (s *site) sitemap(w http.ResponseWriter, r *http.Request) error {
	type entry struct {
		Loc string `xml:"loc"`
	}
	var set struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []entry  `xml:"url"`
	}
	paths := s.publicPaths()
	if !s.static {
		paths = append(paths, aloneDoor.Start)
	}
	for _, p := range paths {
		set.URLs = append(set.URLs, entry{s.absoluteAt(s.baseOf(r), p)})
	}
	return writeXML(w, r, "application/xml; charset=utf-8", set)
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomEntry struct {
	ID      string     `xml:"id"`
	Title   string     `xml:"title"`
	Updated string     `xml:"updated"`
	Links   []atomLink `xml:"link"`
	Content atomText   `xml:"content"`
}

// atomFeed is a feed of RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Rights  string      `xml:"rights"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

func (s *site) feed(w http.ResponseWriter, r *http.Request) error {
	at := func(p string) string { return s.absoluteAt(s.baseOf(r), p) }
	f := atomFeed{
		ID: at(feedPath), Title: s.words.say("changes.feed"), Author: s.words.say("atlas.name"), Rights: atlas.Credit,
		Links: []atomLink{{"self", at(feedPath)}, {"alternate", at(href("changes"))}},
	}
	for _, c := range s.shelf().atlas.Changes {
		page := at(href("changes") + "#" + string(c.ID))
		e := atomEntry{ID: page, Title: c.Title, Updated: day(c.Date), Links: []atomLink{{"alternate", page}}, Content: atomText{"text", c.Text}}
		for _, l := range s.refLinks(c.Rows) {
			e.Links = append(e.Links, atomLink{"related", at(l.Path)})
		}
		f.Updated = max(f.Updated, e.Updated)
		f.Entries = append(f.Entries, e)
	}
	return writeXML(w, r, "application/atom+xml; charset=utf-8", f)
}

// day is a date as an instant (RFC 3339).
func day(date string) string { return date + "T00:00:00Z" }

func writeXML(w http.ResponseWriter, r *http.Request, kind string, v any) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	e := xml.NewEncoder(&b)
	e.Indent("", " ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("write %s: %w", r.URL.Path, err)
	}
	b.WriteByte('\n')
	return newFile(kind, b.Bytes()).serveFresh(w, r)
}

// changesPage says what is new in the atlas.
type changesPage struct {
	publicPage
	Rows []changeRow
}

type changeRow struct {
	*atlas.Change
	Links []link
}

func (s *site) changesPage(string) (publicView, error) {
	p := changesPage{publicPage: publicPage{
		Title: s.words.say("changes.title"), Description: s.words.say("changes.description"),
		Path: href("changes"), Kind: "changes", Door: "changes", Crumbs: s.crumbs(),
	}}
	for _, c := range s.shelf().atlas.Changes {
		p.Rows = append(p.Rows, changeRow{c, s.refLinks(c.Rows)})
	}
	return p, nil
}

// refLinks leads to the pages of rows.
func (s *site) refLinks(refs []atlas.Ref) []link {
	a := s.shelf().atlas
	var out []link
	for _, r := range refs {
		switch r.Kind {
		case "muscle":
			if m, ok := a.Muscle(atlas.MuscleID(r.ID)); ok {
				out = append(out, s.muscleLink(m))
			}
		case "technique":
			if t, ok := a.Technique(atlas.TechniqueID(r.ID)); ok {
				out = append(out, s.techniqueLink(t))
			}
		case "exercise":
			if e, ok := a.Exercise(atlas.ExerciseID(r.ID)); ok {
				out = append(out, link{href("exercises", r.ID), e.Name})
			}
		case "condition":
			if c, ok := a.Condition(atlas.ConditionID(r.ID)); ok {
				out = append(out, s.conditionLink(c))
			}
		case "claim":
			if c, ok := a.Claim(atlas.ClaimID(r.ID)); ok {
				out = append(out, link{href("claims", r.ID), "“" + capital(c.Claim) + "”"})
			}
		case "pattern":
			if p, ok := a.Pattern(atlas.PatternID(r.ID)); ok {
				out = append(out, s.patternLink(p))
			}
		case "term":
			if t, ok := a.Term(atlas.TermID(r.ID)); ok {
				out = append(out, link{href("glossary") + "#" + r.ID, capital(t.Name)})
			}
		}
	}
	return out
}

// cardPath is where the picture for a shared link stands.
func cardPath(noun, id string) string { return href("og", noun, id+".png") }

// cardOf is the picture for a page: its own if its row has one, else that of the atlas.
func cardOf(p publicPage) string {
	noun, id, ok := strings.Cut(strings.TrimPrefix(p.Path, href()+"/"), "/")
	if ok && slices.Contains([]string{"muscles", "places", "conditions", "patterns"}, noun) {
		return cardPath(noun, id)
	}
	return cardPath("atlas", "atlas")
}

// card draws the picture for a shared link once and keeps it; browsers and services
// know it by the hash of its content.
func (s *site) card() server.Handler {
	var drawn sync.Map // path -> func() (*file, error)
	return func(w http.ResponseWriter, r *http.Request) error {
		noun, name := r.PathValue("kind"), r.PathValue("file")
		id, isPNG := strings.CutSuffix(name, ".png")
		k, ok := s.cardContent(noun, id)
		if !isPNG || !ok {
			return lost("picture", path.Join(noun, name))
		}
		draw, _ := drawn.LoadOrStore(noun+"/"+id, sync.OnceValues(func() (*file, error) {
			var b bytes.Buffer
			if err := k.WritePNG(&b); err != nil {
				return nil, fmt.Errorf("draw the card of %s %s: %w", noun, id, err)
			}
			return newFile("image/png", b.Bytes()), nil
		}))
		once, ok := draw.(func() (*file, error))
		if !ok {
			return fmt.Errorf("%T is kept for the card of %s %s", draw, noun, id)
		}
		f, err := once()
		if err != nil {
			return err
		}
		return f.serveFresh(w, r)
	}
}

func (s *site) cardContent(noun, id string) (chart.Card, bool) {
	k := chart.Card{Foot: s.words.say("atlas.name")}
	var figures []chart.Figure
	switch noun {
	case "muscles":
		m, ok := s.shelf().atlas.Muscle(atlas.MuscleID(id))
		if !ok {
			return k, false
		}
		k.Title, k.Under = capital(m.Name), s.words.say("card.muscle", capital(m.Lay))
		if len(m.Points) == 0 {
			k.Under = capital(m.Lay)
		}
		figures = chart.MuscleFigures(m)
	case "places":
		r, ok := s.shelf().region[body.RegionID(id)]
		if !ok {
			return k, false
		}
		k.Title, k.Under, k.Places = r.Lay, s.words.say("card.place"), true
		figures = chart.RegionFigures(r.ID)
	case "conditions":
		c, ok := s.shelf().atlas.Condition(atlas.ConditionID(id))
		if !ok {
			return k, false
		}
		k.Title, k.Under, k.Places = capital(c.Name), s.words.say("card.condition"), true
		figures = chart.RegionFigures(c.Regions...)
	case "patterns":
		p, ok := s.shelf().atlas.Pattern(atlas.PatternID(id))
		if !ok {
			return k, false
		}
		k.Title, k.Under = capital(p.Name), s.words.say("card.pattern")
		figures = chart.PatternFigures(p)
	case "atlas":
		k.Title, k.Under = s.words.say("atlas.title"), s.words.say("card.atlas")
		m, ok := s.shelf().atlas.Muscle("levator-scapulae")
		if id != "atlas" || !ok {
			return k, false
		}
		figures = chart.MuscleFigures(m)
	default:
		return k, false
	}
	if len(figures) > 0 {
		k.Figure = &figures[0]
	}
	return k, true
}
