package web

import (
	"cmp"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// atlasPage is the way in: the body to tap, the muscles by region, doors to the
// other lists.
type atlasPage struct {
	publicPage
	Whole, Near []tapPicture
	Places      []placeGroup
	Muscles     []muscleGroup
	Doors       []entry
}

// entry is a list of the atlas with what stands behind it.
type entry struct {
	link
	Say string
	N   int
}

type placeGroup struct {
	Name   string
	Places []link
}

type muscleGroup struct {
	Name, Key string
	Muscles   []muscleRow
}

type muscleRow struct {
	link
	Lay    string
	Points int
	Refer  bool
}

func (s *site) atlasPage(string) (publicView, error) {
	p := atlasPage{
		publicPage: publicPage{
			Title: s.words.say("atlas.title"), Description: s.words.say("atlas.description"), Path: href(), Kind: "atlas",
		},
		Places: s.placeGroups(), Muscles: s.muscleGroups(), Doors: s.doors(),
	}
	var err error
	if p.Whole, err = s.tapPictures("front", "back"); err != nil {
		return nil, err
	}
	p.Near, err = s.tapPictures("head-front", "head-right", "hand-palmar", "hand-dorsal", "foot-dorsal", "foot-plantar")
	return p, err
}

// doors lists what there is beside muscles and places.
func (s *site) doors() []entry {
	a := s.shelf().atlas
	count := map[string]int{
		"muscles": len(a.Muscles), "places": len(s.shelf().region), "conditions": len(a.Conditions),
		"techniques": len(a.Techniques), "exercises": len(a.Exercises), "claims": len(a.Claims), "patterns": len(a.Patterns),
		"glossary": len(a.Terms), "sources": len(s.shelf().sources),
	}
	var out []entry
	for _, d := range doors {
		out = append(out, entry{link{href(d), s.words.say("door." + d)}, s.words.say("door-say." + d), count[d]})
	}
	return out
}

func (s *site) placeGroups() []placeGroup {
	var out []placeGroup
	at := map[string]int{}
	for _, r := range body.Regions() {
		i, known := at[r.Group]
		if !known {
			i = len(out)
			at[r.Group] = i
			out = append(out, placeGroup{Name: r.Group})
		}
		out[i].Places = append(out[i].Places, s.placeLink(r.ID))
	}
	return out
}

// muscleGroups lists all muscles under the headings of the atlas, by name.
func (s *site) muscleGroups() []muscleGroup {
	rows := map[atlas.Group][]muscleRow{}
	for _, m := range s.shelf().atlas.Muscles {
		rows[m.Group] = append(rows[m.Group], muscleRow{s.muscleLink(m), m.Lay, len(m.Points), m.Refer != ""})
	}
	var out []muscleGroup
	for _, g := range atlas.Groups {
		if len(rows[g]) == 0 {
			continue
		}
		slices.SortFunc(rows[g], func(a, b muscleRow) int { return cmp.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)) })
		out = append(out, muscleGroup{s.words.say("group." + string(g)), string(g), rows[g]})
	}
	return out
}

func (s *site) muscleLink(m *atlas.Muscle) link {
	return link{href("muscles", string(m.ID)), capital(m.Name)}
}
