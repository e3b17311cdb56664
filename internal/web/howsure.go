package web

import (
	"knead/atlas"
	"knead/docs"
)

// howSurePage says how much of the atlas is known, in the words of docs/how-sure.md,
// with the counts and the signs of this atlas before it.
type howSurePage struct {
	publicPage
	Heading           string
	Muscles, Points   int
	Recalled, SourceN int
	Grades            []pips
	Seen              []seenRow
	Blocks            []block
	Sources           []citedSource
}

func (s *site) howSurePage(string) (publicView, error) {
	a := s.shelf().atlas
	cited := s.citations()
	p := howSurePage{
		publicPage: publicPage{
			Title: s.words.say("how-sure.title"), Description: s.words.say("how-sure.description"),
			Path: href("how-sure"), Kind: "howsure", Door: "how-sure", Crumbs: s.crumbs(),
		},
		Muscles: len(a.Muscles), Points: len(a.Points()), SourceN: len(a.Sources),
	}
	p.Heading, p.Blocks = readProse(docs.HowSure, cited)
	for _, pt := range a.Points() {
		if pt.Recalled() {
			p.Recalled++
		}
	}
	for _, g := range atlas.Grades {
		p.Grades = append(p.Grades, s.pips(g))
	}
	how := map[atlas.Seen]int{}
	for _, src := range a.Sources {
		how[src.Seen]++
	}
	p.Seen = s.seenCounts(how)
	p.Sources = cited.Rows
	return p, nil
}
