package web

import (
	"cmp"
	"slices"
	"sync"

	"knead/atlas"
	"knead/body"
)

// shelf is the atlas with what its pages look up in it: who is felt where, who names
// whom. It is worked out once, when the first public page is asked for.
type shelf struct {
	atlas     *atlas.Atlas
	byMuscle  map[atlas.MuscleID][]atlas.Reach
	byRegion  map[body.RegionID][]atlas.Reach
	byPattern map[atlas.PatternID][]atlas.Reach
	region    map[body.RegionID]*body.Region
	exercises map[atlas.MuscleID][]*atlas.Exercise
	sources   []*atlas.Source // those that anything names, by id
	uses      map[atlas.SourceID][]use
	index     func() *atlas.Index // made when somebody searches
}

// use is a row that names a source.
type use struct {
	Noun string // the list it stands in: "muscles"
	link
}

func newShelf(a *atlas.Atlas) *shelf {
	sh := &shelf{
		atlas: a, byMuscle: map[atlas.MuscleID][]atlas.Reach{}, byRegion: map[body.RegionID][]atlas.Reach{},
		byPattern: map[atlas.PatternID][]atlas.Reach{},
		region:    map[body.RegionID]*body.Region{}, exercises: map[atlas.MuscleID][]*atlas.Exercise{},
		uses: map[atlas.SourceID][]use{}, index: sync.OnceValue(func() *atlas.Index { return atlas.NewIndex(a) }),
	}
	for _, r := range body.Regions() {
		sh.region[r.ID] = &r
	}
	for _, r := range a.Reaches() {
		sh.byMuscle[r.Muscle.ID] = append(sh.byMuscle[r.Muscle.ID], r)
		sh.byRegion[r.Region] = append(sh.byRegion[r.Region], r)
	}
	for _, p := range a.Patterns {
		sh.byPattern[p.ID] = p.Reaches()
	}
	for _, e := range a.Exercises {
		for _, m := range e.Muscles {
			sh.exercises[m] = append(sh.exercises[m], e)
		}
	}
	sh.count()
	return sh
}

// count notes which rows name which source.
func (sh *shelf) count() {
	add := func(noun, id, text string, sources []atlas.SourceID) {
		for _, src := range sources {
			u := use{noun, link{href(noun, id), capital(text)}}
			if !slices.Contains(sh.uses[src], u) {
				sh.uses[src] = append(sh.uses[src], u)
			}
		}
	}
	a := sh.atlas
	for _, m := range a.Muscles {
		add("muscles", string(m.ID), m.Name, m.Sources)
		for _, p := range m.Points {
			add("muscles", string(m.ID), m.Name, p.Sources)
		}
	}
	for _, p := range a.Patterns {
		add("patterns", string(p.ID), p.Name, p.Sources)
	}
	for _, t := range a.Techniques {
		add("techniques", string(t.ID), t.Name, t.Sources)
	}
	for _, c := range a.Conditions {
		add("conditions", string(c.ID), c.Name, c.Sources)
		for _, e := range c.Evidence {
			add("conditions", string(c.ID), c.Name, []atlas.SourceID{e.Source})
			if t, ok := a.Technique(e.Technique); ok {
				add("techniques", string(t.ID), t.Name, []atlas.SourceID{e.Source})
			}
		}
		for _, h := range c.Help {
			add("conditions", string(c.ID), c.Name, []atlas.SourceID{h.Source})
		}
	}
	for _, c := range a.Claims {
		for _, e := range c.Evidence {
			add("claims", string(c.ID), c.Claim, []atlas.SourceID{e.Source})
		}
	}
	for _, e := range a.Exercises {
		add("exercises", string(e.ID), e.Name, e.Sources)
	}
	for _, t := range a.Terms {
		for _, src := range t.Sources {
			sh.uses[src] = append(sh.uses[src], use{"glossary", link{href("glossary") + "#" + string(t.ID), capital(t.Name)}})
		}
	}
	for _, st := range a.Studies {
		if _, known := sh.uses[st.Source]; !known {
			sh.uses[st.Source] = nil
		}
	}
	for id := range a.Sources {
		sh.sources = append(sh.sources, a.Sources[id])
	}
	slices.SortFunc(sh.sources, func(x, y *atlas.Source) int { return cmp.Compare(x.ID, y.ID) })
}

// shelf is the one shelf of the site.
func (s *site) shelf() *shelf { return s.lazyShelf() }
