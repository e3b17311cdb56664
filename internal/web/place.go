package web

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/screen"
)

// placesPage is the list of all places.
type placesPage struct {
	publicPage
	Groups []placeGroup
	N      int
}

func (s *site) placesPage(string) (publicView, error) {
	return placesPage{
		publicPage: publicPage{
			Title: s.words.say("places.title"), Description: s.words.say("places.description"),
			Path: href("places"), Kind: "places", Door: "places", Crumbs: s.crumbs(),
		},
		Groups: s.placeGroups(), N: len(s.shelf().region),
	}, nil
}

// placePage is one place of the body: which muscles are felt there, which lie there.
type placePage struct {
	publicPage
	R          *body.Region
	Pictures   []picture
	Emergency  []string // what screening asks there first
	SameDay    []string
	Often      []feltRow
	Sometimes  []feltRow
	Lie        []link
	Patterns   []link
	Conditions []link
	Exercises  []exerciseRow
	Near       []link // other places of the group
}

// feltRow is a muscle that is felt in a place.
type feltRow struct {
	link
	Lay   string
	Cover string // how much of the place, in words
	Where string // where to press
	Refer bool
	score float64 // how well zone and place fit; the place counts more, so that small zones do not win
}

// leastLies is the share of a place under which a muscle lies for it to be named. Chosen.
const leastLies = 0.08

func (s *site) placePage(id string) (publicView, error) {
	r, ok := s.shelf().region[body.RegionID(id)]
	if !ok {
		return nil, lost("place", id)
	}
	p := placePage{
		publicPage: publicPage{
			Title: s.words.say("place.title", r.Lay), Path: href("places", id), Kind: "place", Door: "places",
			Crumbs: append(s.crumbs("places"), link{href("places") + "#" + groupKey(r.Group), r.Group}),
		},
		R: r,
	}
	var err error
	if p.Pictures, err = s.placesPictures([]body.RegionID{r.ID}, lowerFirst(r.Lay)); err != nil {
		return nil, err
	}
	p.Emergency, p.SameDay = asksThere(body.Skin().RegionCells(r.ID, body.Right))
	s.felt(&p)
	for _, c := range s.shelf().atlas.Conditions {
		if slices.Contains(c.Regions, r.ID) {
			p.Conditions = append(p.Conditions, s.conditionLink(c))
		}
	}
	p.Patterns = s.patternsAt(r.ID)
	for _, e := range s.shelf().atlas.Exercises {
		if slices.Contains(e.Regions, r.ID) {
			p.Exercises = append(p.Exercises, s.exerciseRow(e))
		}
	}
	for _, other := range body.Regions() {
		if other.Group == r.Group && other.ID != r.ID {
			p.Near = append(p.Near, s.placeLink(other.ID))
		}
	}
	p.Description = s.placeDescription(p)
	return p, nil
}

// felt sorts the muscles that reach the place: the often felt first, and among them
// those whose zone and the place cover each other best.
func (s *site) felt(p *placePage) {
	for _, reach := range s.shelf().byRegion[p.R.ID] {
		m := reach.Muscle
		if reach.Lies >= leastLies {
			p.Lie = append(p.Lie, s.muscleLink(m))
		}
		if reach.Felt() < leastOfPlace && reach.OfZone < leastOfZone {
			continue
		}
		often := reach.Often >= leastOfPlace || reach.Often >= reach.Sometimes
		covered := reach.Felt()
		if often {
			covered = reach.Often
		}
		row := feltRow{
			link: s.muscleLink(m), Lay: m.Lay, Cover: s.words.say("cover." + cover(covered)), Refer: m.Refer != "",
			score: (reach.Often + reach.Sometimes/2) * math.Cbrt(reach.OfZone),
		}
		if len(m.Points) > 0 && m.Refer == "" {
			row.Where = nearestPoint(m, p.R.ID).Where
		}
		if often {
			p.Often = append(p.Often, row)
		} else {
			p.Sometimes = append(p.Sometimes, row)
		}
	}
	for _, list := range [][]feltRow{p.Often, p.Sometimes} {
		slices.SortStableFunc(list, func(a, b feltRow) int { return cmp.Compare(b.score, a.score) })
	}
}

// cover says how much of a place is meant.
func cover(share float64) string {
	switch {
	case share >= 0.7:
		return "most"
	case share >= 0.3:
		return "part"
	}
	return "edge"
}

// nearestPoint is the point of a muscle that is felt most in a place.
func nearestPoint(m *atlas.Muscle, id body.RegionID) *atlas.Point {
	skin := body.Skin()
	best, most := m.Points[0], -1.0
	for _, pt := range m.Points {
		zone := pt.Zone(body.Right)
		sum := 0.0
		for i, list := range [][]body.Weighted{zone.Essential, zone.Spillover} {
			for _, c := range list {
				if skin.Region(c.Cell) == id {
					sum += c.W * skin.Area(c.Cell) / float64(1+i)
				}
			}
		}
		if sum > most {
			best, most = pt, sum
		}
	}
	return best
}

// asksThere gives what screening asks of pain in some skin that may be an emergency,
// and what needs a doctor the same day; there only, not what it asks everybody.
func asksThere(cells body.Set) (emergency, sameDay []string) {
	everywhere := map[screen.QuestionID]bool{}
	for _, q := range screen.Questions(body.Set{}, screen.Client{}) {
		everywhere[q.ID] = true
	}
	for _, q := range screen.Questions(cells, screen.Client{}) {
		if everywhere[q.ID] || q.Only != "" || q.Alarm != screen.Yes {
			continue
		}
		switch q.Level {
		case screen.Emergency:
			emergency = append(emergency, q.Text)
		case screen.SameDay:
			sameDay = append(sameDay, q.Text)
		}
	}
	return emergency, sameDay
}

func (s *site) placeDescription(p placePage) string {
	var names []string
	for _, row := range p.Often {
		if len(names) < 4 {
			names = append(names, lowerFirst(row.Text))
		}
	}
	if len(names) == 0 {
		return s.words.say("place.description-none", lowerFirst(p.R.Lay))
	}
	return describe(s.words.say("place.description", lowerFirst(p.R.Lay), strings.Join(names, ", ")))
}

func groupKey(group string) string { return plainKey(strings.ToLower(group)) }
