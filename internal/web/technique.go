package web

import (
	"strings"

	"knead/atlas"
)

type techniquesPage struct {
	publicPage
	Rows []techniqueListRow
}

type techniqueListRow struct {
	link
	Lay, Client string
}

func (s *site) techniquesPage(string) (publicView, error) {
	p := techniquesPage{publicPage: publicPage{
		Title: s.words.say("techniques.title"), Description: s.words.say("techniques.description"),
		Path: href("techniques"), Kind: "techniques", Door: "techniques", Crumbs: s.crumbs(),
	}}
	for _, t := range s.shelf().atlas.Techniques {
		p.Rows = append(p.Rows, techniqueListRow{s.techniqueLink(t), capital(t.Lay), t.Client})
	}
	return p, nil
}

// techniquePage is one way of working, with what was shown of it for conditions.
type techniquePage struct {
	publicPage
	T        *atlas.Technique
	Strokes  string
	Stones   []string // of five: "on" where the pressure lies
	Pressure string
	Time     string
	Evidence []evidenceGroup // by condition
	Claims   []claimRow
	Sources  []citedSource
	Cited    []int
}

// evidenceGroup is all that was shown of one thing: of a technique for one condition,
// for a condition of one technique or of other care.
type evidenceGroup struct {
	link // Path may be empty
	Rows []evidenceRow
}

// evidenceRow is what one source shows.
type evidenceRow struct {
	Pips  pips
	Note  string
	Cited []int
}

// evidenceTable is what the template of a table needs.
type evidenceTable struct {
	About  string // the heading of the first column
	Groups []evidenceGroup
}

func table(about string, groups []evidenceGroup) evidenceTable { return evidenceTable{about, groups} }

// add puts a row under its heading, which is new or stands there already.
func add(groups []evidenceGroup, about link, row evidenceRow) []evidenceGroup {
	for i := range groups {
		if groups[i].link == about {
			groups[i].Rows = append(groups[i].Rows, row)
			return groups
		}
	}
	return append(groups, evidenceGroup{about, []evidenceRow{row}})
}

func (s *site) techniquePage(id string) (publicView, error) {
	a := s.shelf().atlas
	t, ok := a.Technique(atlas.TechniqueID(id))
	if !ok {
		return nil, lost("technique", id)
	}
	cited := s.citations()
	p := techniquePage{
		publicPage: publicPage{
			Title: capital(t.Name), Description: describe(t.Client), Path: href("techniques", id), Kind: "technique",
			Door: "techniques", Crumbs: s.crumbs("techniques"),
		},
		T: t, Time: s.span(t.SecondsMin, t.SecondsMax),
	}
	var strokes []string
	for _, st := range t.Strokes {
		strokes = append(strokes, lowerFirst(s.words.say("stroke."+string(st))))
	}
	p.Strokes = capital(strings.Join(strokes, ", "))
	for n := 1; n <= 5; n++ {
		on := ""
		if n >= t.PressureMin && n <= t.PressureMax {
			on = "on"
		}
		p.Stones = append(p.Stones, on)
	}
	p.Pressure = s.words.say("technique.pressure", t.PressureMin, t.PressureMax)
	if t.PressureMin == t.PressureMax {
		p.Pressure = s.words.say("technique.pressure-one", t.PressureMin)
	}
	for _, e := range a.EvidenceFor(t.ID) {
		p.Evidence = add(p.Evidence, s.conditionLink(e.Condition), evidenceRow{s.pips(e.Grade), e.Note, cited.cite(e.Source)})
	}
	for _, c := range a.Claims {
		for _, about := range c.Techniques {
			if about == t.ID {
				p.Claims = append(p.Claims, s.claimRow(c))
			}
		}
	}
	p.Cited = cited.cite(t.Sources...)
	p.Sources = cited.Rows
	return p, nil
}

// span says how long one place is worked.
func (s *site) span(from, to int) string {
	if to <= 1 { // a technique that is never planned
		return ""
	}
	if from%60 == 0 && to%60 == 0 {
		if from == to {
			return s.words.count("minutes", from/60)
		}
		return s.words.say("technique.minutes", from/60, to/60)
	}
	if from == to {
		return s.words.say("technique.seconds-one", from)
	}
	return s.words.say("technique.seconds", from, to)
}

func (s *site) techniqueLink(t *atlas.Technique) link {
	return link{href("techniques", string(t.ID)), capital(t.Name)}
}
