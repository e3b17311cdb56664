package web

import "knead/atlas"

// howSurePage says how much of the atlas is known, and how that is shown.
type howSurePage struct {
	publicPage
	Muscles, Points, Recalled, SourceN int
	Grades                             []gradeRow
	Seen                               []seenRow
	Sources                            []citedSource
	Cited                              map[string][]int
}

type gradeRow struct {
	Pips pips
	Say  string
}

// howSureSources are the rows behind the statements of the page, by the word that the
// template uses. A row that the atlas does not have is left out.
var howSureSources = map[string][]atlas.SourceID{
	"zones":     {"delphi-2018", "fadavispt-trigger", "kwon-2017-infraspinatus"},
	"palpation": {"rathbone-2017", "lucas-2009", "bron-2007", "gerwin-1997", "novice-raters-2018"},
	"dispute":   {"quintner-2015", "shah-2015", "dommerholt-gerwin-2015", "delphi-2018"},
}

func (s *site) howSurePage(string) (publicView, error) {
	a := s.shelf().atlas
	cited := s.citations()
	p := howSurePage{
		publicPage: publicPage{
			Title: s.words.say("how-sure.title"), Description: s.words.say("how-sure.description"),
			Path: href("how-sure"), Kind: "howsure", Door: "how-sure", Crumbs: s.crumbs(),
		},
		Muscles: len(a.Muscles), Points: len(a.Points()), SourceN: len(a.Sources), Cited: map[string][]int{},
	}
	for _, pt := range a.Points() {
		if pt.Recalled() {
			p.Recalled++
		}
	}
	for _, g := range atlas.Grades {
		p.Grades = append(p.Grades, gradeRow{s.pips(g), s.words.say("grade-say." + plainKey(string(g)))})
	}
	how := map[atlas.Seen]int{}
	for _, src := range a.Sources {
		how[src.Seen]++
	}
	for _, seen := range []atlas.Seen{atlas.Paper, atlas.Abstract, atlas.Secondary, atlas.Recalled} {
		if how[seen] > 0 {
			p.Seen = append(p.Seen, seenRow{s.words.count("seen-count."+string(seen), how[seen]), how[seen]})
		}
	}
	for _, what := range []string{"zones", "palpation", "dispute"} {
		p.Cited[what] = cited.cite(howSureSources[what]...)
	}
	p.Sources = cited.Rows
	return p, nil
}
