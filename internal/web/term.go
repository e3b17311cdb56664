package web

import (
	"cmp"
	"slices"
	"strings"

	"knead/atlas"
)

// glossaryPage explains the words that the atlas uses.
type glossaryPage struct {
	publicPage
	Letters []glossaryLetter
	Sources []citedSource
}

type glossaryLetter struct {
	Letter string
	Terms  []termRow
}

type termRow struct {
	ID, Name, Aliases, Text string
	See                     []link
	Cited                   []int
}

func (s *site) glossaryPage(string) (publicView, error) {
	a := s.shelf().atlas
	cited := s.citations()
	p := glossaryPage{publicPage: publicPage{
		Title: s.words.say("glossary.title"), Description: s.words.say("glossary.description"),
		Path: href("glossary"), Kind: "term", Door: "glossary", Crumbs: s.crumbs(),
	}}
	terms := slices.SortedFunc(slices.Values(a.Terms), func(x, y *atlas.Term) int {
		return cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	for _, t := range terms {
		row := termRow{ID: string(t.ID), Name: capital(t.Name), Aliases: strings.Join(t.Aliases, ", "), Text: t.Text, Cited: cited.cite(t.Sources...)}
		for _, id := range t.See {
			if other, ok := a.Term(id); ok {
				row.See = append(row.See, link{"#" + string(id), lowerFirst(other.Name)})
			}
		}
		letter := strings.ToUpper(row.Name[:1])
		if n := len(p.Letters); n == 0 || p.Letters[n-1].Letter != letter {
			p.Letters = append(p.Letters, glossaryLetter{Letter: letter})
		}
		last := &p.Letters[len(p.Letters)-1]
		last.Terms = append(last.Terms, row)
	}
	p.Sources = cited.Rows
	return p, nil
}
