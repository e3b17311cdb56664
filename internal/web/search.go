package web

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/internal/server"
)

// searchPage is what was found in the atlas, by kind. What was looked for stands in the
// address because a form without script can do no other, and nowhere else: it is not
// kept and not written to the log.
type searchPage struct {
	publicPage
	Query  string
	Meant  *link // the same with its spelling put right
	Groups []hitGroup
	N      int
	Nearby []string // places with a similar name, when nothing was found
	Try    []link   // examples, when nothing was asked
}

type hitGroup struct {
	Key, Name string
	Rows      []hitRow
}

// hitRow is one answer, with a line of what it is.
type hitRow struct {
	link
	Say  string
	Also string
}

// Limits of the page; chosen so that it is read and not scrolled.
const (
	mostHits       = 40
	mostHitsOfKind = 8
	longestQuery   = 200 // bytes; package atlas reads no more
)

// kindOfHit is the list of the atlas in which a hit stands.
var kindOfHit = map[atlas.HitKind]string{
	atlas.PlaceHit: "places", atlas.MuscleHit: "muscles", atlas.ConditionHit: "conditions", atlas.TechniqueHit: "techniques",
	atlas.ExerciseHit: "exercises", atlas.ClaimHit: "claims", atlas.TermHit: "glossary", atlas.PatternHit: "patterns",
}

// searchExamples are what people type, in three ways.
var searchExamples = []string{"inside edge of the shoulder blade", "levator", "tennis elbow", "pain under the heel"}

func (s *site) search(w http.ResponseWriter, r *http.Request) error {
	query := strings.ToValidUTF8(strings.Join(strings.Fields(r.URL.Query().Get("q")), " "), "")
	if len(query) > longestQuery {
		query = strings.ToValidUTF8(query[:longestQuery], "")
	}
	p := searchPage{
		publicPage: publicPage{
			Title: s.words.say("search.title"), Description: s.words.say("search.description"),
			Path: searchPath, Kind: "search", Crumbs: s.crumbs(), NoIndex: true,
		},
		Query: query,
	}
	if query == "" {
		for _, q := range searchExamples {
			p.Try = append(p.Try, searchLink(q))
		}
		return s.showPublic(w, r, http.StatusOK, p)
	}
	p.Title = s.words.say("search.title-of", query)
	index := s.shelf().index()
	p.Groups = s.hitGroups(index.Search(query, mostHits))
	for _, g := range p.Groups {
		p.N += len(g.Rows)
	}
	if better := index.Meant(query); better != "" {
		l := searchLink(better)
		p.Meant = &l
	}
	if p.N == 0 {
		p.Nearby = nearbyPlaces(query)
	}
	return s.showPublic(w, r, http.StatusOK, p)
}

var searchPath = href("search")

func searchLink(query string) link { return link{searchPath + "?q=" + url.QueryEscape(query), query} }

// hitGroups puts hits under the names of their lists; the list with the best hit first.
func (s *site) hitGroups(hits []atlas.Hit) []hitGroup {
	var groups []hitGroup
	for _, h := range hits {
		noun := kindOfHit[h.Kind]
		i := slices.IndexFunc(groups, func(g hitGroup) bool { return g.Key == noun })
		if i < 0 {
			i = len(groups)
			groups = append(groups, hitGroup{Key: noun, Name: s.words.say("door." + noun)})
		}
		if row, ok := s.hitRow(h, noun); ok && len(groups[i].Rows) < mostHitsOfKind {
			groups[i].Rows = append(groups[i].Rows, row)
		}
	}
	return groups
}

func (s *site) hitRow(h atlas.Hit, noun string) (hitRow, bool) {
	a := s.shelf().atlas
	row := hitRow{link: link{href(noun, h.ID), capital(h.Name)}}
	if h.Also != "" && h.Kind != atlas.PlaceHit && !strings.Contains(strings.ToLower(h.Name), strings.ToLower(h.Also)) {
		row.Also = h.Also
	}
	ok := false
	switch h.Kind {
	case atlas.PlaceHit:
		row.Say, ok = s.placeSay(body.RegionID(h.ID)), true
	case atlas.MuscleHit:
		var m *atlas.Muscle
		if m, ok = a.Muscle(atlas.MuscleID(h.ID)); ok {
			row.Say = s.muscleSay(m)
		}
	case atlas.ConditionHit:
		var c *atlas.Condition
		if c, ok = a.Condition(atlas.ConditionID(h.ID)); ok {
			row.Say = capital(c.Lay)
		}
	case atlas.PatternHit:
		var p *atlas.Pattern
		if p, ok = a.Pattern(atlas.PatternID(h.ID)); ok {
			row.Say = capital(p.Lay)
		}
	case atlas.TechniqueHit:
		var t *atlas.Technique
		if t, ok = a.Technique(atlas.TechniqueID(h.ID)); ok {
			row.Say = capital(t.Lay)
		}
	case atlas.ExerciseHit:
		var e *atlas.Exercise
		if e, ok = a.Exercise(atlas.ExerciseID(h.ID)); ok {
			x := s.exerciseRow(e)
			row.Say = x.Kind + " · " + x.Dose
		}
	case atlas.ClaimHit:
		var c *atlas.Claim
		if c, ok = a.Claim(atlas.ClaimID(h.ID)); ok {
			row.Text = "“" + row.Text + "”"
			row.Say = s.words.say("claim-verdict."+string(c.Verdict)) + ". " + c.Short
		}
	case atlas.TermHit:
		var t *atlas.Term
		if t, ok = a.Term(atlas.TermID(h.ID)); ok {
			row.Path = href("glossary") + "#" + h.ID
			row.Say = describe(t.Text)
		}
	}
	if strings.EqualFold(row.Also, row.Say) || strings.HasPrefix(strings.ToLower(row.Say), strings.ToLower(row.Also)+" · ") {
		row.Also = "" // the line below says it
	}
	return row, ok
}

// placeSay names the muscles that are often felt in a place.
func (s *site) placeSay(id body.RegionID) string {
	r, ok := s.shelf().region[id]
	if !ok {
		return ""
	}
	p := placePage{R: r}
	s.felt(&p)
	if len(p.Often) == 0 {
		return s.words.say("search.place-none")
	}
	var names []string
	for _, row := range p.Often[:min(3, len(p.Often))] {
		names = append(names, lowerFirst(row.Text))
	}
	list := strings.Join(names, ", ")
	if more := len(p.Often) + len(p.Sometimes) - len(names); more > 0 {
		return s.words.say("search.place-more", list, more)
	}
	return s.words.say("search.place", list)
}

// muscleSay gives a muscle's plain name and where it is felt.
func (s *site) muscleSay(m *atlas.Muscle) string {
	often, _ := s.feltPlaces(s.shelf().byMuscle[m.ID])
	if len(m.Points) == 0 || len(often) == 0 {
		return capital(m.Lay)
	}
	var names []string
	for _, place := range often[:min(3, len(often))] {
		names = append(names, lowerFirst(place.Text))
	}
	return s.words.say("search.muscle", capital(m.Lay), strings.Join(names, ", "))
}

// nearbyPlaces are known places whose names are like the words.
func nearbyPlaces(query string) []string {
	_, err := body.Find(query)
	var unknown *body.UnknownPlaceError
	if !errors.As(err, &unknown) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(unknown.Nearest[:]), func(n string) bool { return n == "" })
}

// showPublic answers with a page that belongs to one question: it is made anew each
// time, and browsers do not keep it.
func (s *site) showPublic(w http.ResponseWriter, r *http.Request, status int, view publicView) error {
	var b bytes.Buffer
	if err := s.renderPublic(&b, view); err != nil {
		return err
	}
	return writePage(w, r, status, b.Bytes())
}

// searchRoutes need a server: they are not in the static copy.
func (s *site) searchRoutes() map[string]server.Handler {
	return map[string]server.Handler{"GET /atlas/search": s.search}
}
