package web

import (
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
)

type patternsPage struct {
	publicPage
	Groups []patternGroup
}

type patternGroup struct {
	Name, Key string
	Rows      []patternRow
}

type patternRow struct {
	link
	Lay string
}

func (s *site) patternsPage(string) (publicView, error) {
	p := patternsPage{publicPage: publicPage{
		Title: s.words.say("patterns.title"), Description: s.words.say("patterns.description"),
		Path: href("patterns"), Kind: "patterns", Door: "patterns", Crumbs: s.crumbs(),
	}}
	for _, k := range atlas.PatternKinds {
		group := patternGroup{Name: s.patternKind(k), Key: plainKey(string(k))}
		for _, row := range s.shelf().atlas.Patterns {
			if row.Kind == k {
				group.Rows = append(group.Rows, patternRow{s.patternLink(row), row.Lay})
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	return p, nil
}

// patternPage is where something that is no muscle is felt: when somebody else must look
// first, what a therapist asks, and which muscles are felt in the same places.
type patternPage struct {
	publicPage
	P          *atlas.Pattern
	Name       string
	Pictures   []picture
	Often      []placeShare
	Sometimes  []placeShare
	Quality    string
	Same       []link // muscles that are felt in the same places
	Conditions []link
	Cited      []int
	Sources    []citedSource
	Seen       []seenRow
}

// Muscles that share this much of a pattern's skin are named on its page; chosen.
const (
	leastShared = 0.12
	mostShared  = 8
)

func (s *site) patternPage(id string) (publicView, error) {
	a := s.shelf().atlas
	row, ok := a.Pattern(atlas.PatternID(id))
	if !ok {
		return nil, lost("pattern", id)
	}
	cited := s.citations()
	p := patternPage{
		publicPage: publicPage{
			Title: s.words.say("pattern.title", capital(row.Name)), Description: describe(row.Client), Path: href("patterns", id),
			Kind: "pattern", Door: "patterns", Crumbs: s.crumbs("patterns"),
		},
		P: row, Name: capital(row.Name), Quality: s.qualities(row.Quality),
	}
	p.Crumbs = append(p.Crumbs, link{href("patterns") + "#" + plainKey(string(row.Kind)), s.patternKind(row.Kind)})
	p.Often, p.Sometimes = s.feltPlaces(s.shelf().byPattern[row.ID])
	for _, f := range chart.PatternFigures(row) {
		pic, err := s.pictureOf(f, "v-"+f.View.Name, s.words.say("picture.alt-pattern", s.words.say("view."+f.View.Name), row.Name))
		if err != nil {
			return nil, err
		}
		p.Pictures = append(p.Pictures, pic)
	}
	for _, n := range a.MusclesAround(row, leastShared) {
		if len(p.Same) < mostShared {
			p.Same = append(p.Same, s.muscleLink(n.Muscle))
		}
	}
	for _, c := range row.Conditions {
		if c, ok := a.Condition(c); ok {
			p.Conditions = append(p.Conditions, s.conditionLink(c))
		}
	}
	p.Cited = cited.cite(row.Sources...)
	p.Sources, p.Seen = cited.Rows, s.seenRows(cited)
	return p, nil
}

func (s *site) patternLink(p *atlas.Pattern) link {
	return link{href("patterns", string(p.ID)), capital(p.Name)}
}

func (s *site) patternKind(k atlas.PatternKind) string {
	return s.words.say("pattern-kind." + plainKey(string(k)))
}

// qualities names ways of feeling: "burning, tingling".
func (s *site) qualities(list []body.Quality) string {
	var words []string
	for _, q := range list {
		words = append(words, lowerFirst(s.words.say("quality."+string(q))))
	}
	return strings.Join(words, ", ")
}

// patternsAt lists the patterns that are often felt in a place.
func (s *site) patternsAt(id body.RegionID) []link {
	var out []link
	for _, p := range s.shelf().atlas.Patterns {
		if s.oftenFelt(p, id) {
			out = append(out, s.patternLink(p))
		}
	}
	return out
}

func (s *site) oftenFelt(p *atlas.Pattern, id body.RegionID) bool {
	return slices.ContainsFunc(s.shelf().byPattern[p.ID], func(r atlas.Reach) bool { return r.Region == id && r.Often >= leastOfPlace })
}
