package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
)

type sourcesPage struct {
	publicPage
	Groups []sourceGroup
	N      int
	Seen   []seenRow
}

type sourceGroup struct {
	Name, Key string
	Rows      []sourceListRow
}

type sourceListRow struct {
	Path string
	sourceRow
	ID   string
	Uses int
}

// sourcesPage is the bibliography.
func (s *site) sourcesPage(string) (publicView, error) {
	sh := s.shelf()
	p := sourcesPage{N: len(sh.sources)}
	p.publicPage = publicPage{
		Title: s.words.say("sources.title"), Description: s.words.say("sources.description", p.N),
		Path: href("sources"), Kind: "sources", Door: "sources", Crumbs: s.crumbs(),
	}
	how := map[atlas.Seen]int{}
	for _, t := range atlas.SourceTypes {
		group := sourceGroup{Name: s.words.say("source-types." + string(t)), Key: string(t)}
		for _, src := range sh.sources {
			if src.Type != t {
				continue
			}
			how[src.Seen]++
			group.Rows = append(group.Rows, sourceListRow{href("sources", string(src.ID)), s.sourceRow(src), string(src.ID), len(sh.uses[src.ID])})
		}
		slices.SortStableFunc(group.Rows, func(a, b sourceListRow) int {
			return cmp.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text))
		})
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	p.Seen = s.seenCounts(how)
	return p, nil
}

// sourcePage is one source: how it was seen, what is taken from it, and where.
type sourcePage struct {
	publicPage
	S    *atlas.Source
	Name string
	Type string
	Row  sourceRow
	Ref  string
	Uses []useGroup
	N    int

	Described bool // the title was not seen; Name describes it
}

type useGroup struct {
	Name string
	Rows []link
}

func (s *site) sourcePage(id string) (publicView, error) {
	src, ok := s.shelf().atlas.Source(atlas.SourceID(id))
	if !ok {
		return nil, lost("source", id)
	}
	p := sourcePage{
		publicPage: publicPage{
			Title: s.sourceTitle(src), Description: describe(s.words.say("source.description", src.States)), Path: href("sources", id), Kind: "source",
			Door: "sources", Crumbs: s.crumbs("sources"),
		},
		S: src, Name: capital(ownWords(src.Title)), Described: ownWords(src.Title) != src.Title, Type: s.words.say("source-type." + string(src.Type)), Row: s.sourceRow(src), Ref: refWords(src.Ref),
	}
	p.Crumbs = append(p.Crumbs, link{href("sources") + "#" + string(src.Type), s.words.say("source-types." + string(src.Type))})
	for _, noun := range doors {
		var rows []link
		for _, u := range s.shelf().uses[src.ID] {
			if u.Noun == noun {
				rows = append(rows, u.link)
			}
		}
		if len(rows) > 0 {
			p.N += len(rows)
			p.Uses = append(p.Uses, useGroup{s.words.say("door." + noun), rows})
		}
	}
	return p, nil
}

// ownWords takes off the brackets that mark a description of a source whose title was
// not seen.
func ownWords(title string) string {
	if strings.HasPrefix(title, "(") && strings.HasSuffix(title, ")") {
		return title[1 : len(title)-1]
	}
	return title
}

// sourceTitle tells sources with the same title apart by where they stand.
func (s *site) sourceTitle(src *atlas.Source) string {
	where := src.In
	if where == "" {
		where = src.Authors
	}
	if src.Year > 0 {
		where = strings.TrimSpace(fmt.Sprintf("%s %d", where, src.Year))
	}
	if where == "" {
		return capital(ownWords(src.Title))
	}
	return s.words.say("source.title", capital(ownWords(src.Title)), where, src.ID)
}

// refWords writes a reference as people write it: "DOI 10.1000/182".
func refWords(ref string) string {
	kind, id, ok := strings.Cut(ref, ":")
	switch {
	case !ok:
		return ref
	case kind == "url":
		return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(id, "https://"), "http://"), "/")
	}
	return strings.ToUpper(kind) + " " + id
}
