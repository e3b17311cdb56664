package reason

import (
	_ "embed"
	"slices"
	"strings"

	"knead/body"
	"knead/internal/words"
)

// words.txt holds every sentence that explains a ranking; package words says how such a
// file reads.
//
//go:embed words.txt
var wordsText string

var catalogue = words.Once("reason/words.txt", wordsText)

func say(key string, pairs ...any) string { return catalogue().Say(key, pairs...) }

// why says in plain words what speaks for a candidate and what does not: what was
// found, where it is felt and painted, where nothing else is, where it is felt and not
// painted, and how well that is known.
func (e *explainer) why(c *Candidate, found signs, felt [nManners][]body.RegionSide, only []body.RegionSide) string {
	var s []string
	add := func(key string, pairs ...any) { s = append(s, say(key, pairs...)) }

	switch found.familiar {
	case Yes:
		add("why.familiar")
	case No:
		add("why.not-familiar")
	}
	if len(felt[often]) > 0 {
		add("why.often", "places", e.m.inWords(felt[often], 3))
	}
	if len(felt[seldom]) > 0 {
		add("why.seldom", "places", e.m.inWords(felt[seldom], 3))
	}
	if len(felt[locally]) > 0 {
		add("why.locally", "places", e.m.inWords(felt[locally], 2))
	}
	switch {
	case len(e.places) == 0 && found.familiar == NotChecked:
		add("why.unpainted")
	case len(e.places) > 0 && len(c.Explains) == 0:
		add("why.outside")
	}
	if len(only) > 0 {
		add("why.only", "places", e.m.inWords(only, 2))
	}
	if len(c.NotFelt) > 0 && len(c.Explains) > 0 {
		add("why.not-felt", "places", e.m.inWords(c.NotFelt, 2))
	}
	if c.Point.Muscle.Refer != "" {
		add("why.refer", "what", strings.TrimSuffix(c.Point.Muscle.Refer, "."))
	}
	if c.Point.Recalled() {
		add("why.recalled")
	}
	if !c.Studied {
		add("why.not-studied")
	}
	return strings.Join(s, " ")
}

func appendNew(list []body.RegionSide, rs body.RegionSide) []body.RegionSide {
	if slices.Contains(list, rs) {
		return list
	}
	return append(list, rs)
}

// inWords lists regions, at most so many a side: "temple and jaw (right)".
func (m *Model) inWords(list []body.RegionSide, most int) string {
	var both []string
	sides := [2][]string{}
	for _, rs := range list {
		name := m.names[rs.Region]
		switch {
		case slices.Contains(list, body.RegionSide{Region: rs.Region, Side: rs.Side.Other()}):
			if rs.Side == body.Right {
				both = append(both, name)
			}
		default:
			sides[rs.Side] = append(sides[rs.Side], name)
		}
	}
	var parts []string
	for _, g := range []struct {
		names []string
		key   string
	}{{both, "places.both"}, {sides[body.Right], "places.right"}, {sides[body.Left], "places.left"}} {
		if len(g.names) > 0 {
			parts = append(parts, say(g.key, "places", catalogue().List(g.names[:min(most, len(g.names))])))
		}
	}
	return catalogue().List(parts)
}

// layName is the name of a region inside a sentence.
func layName(id body.RegionID) string {
	r, ok := body.RegionByID(id)
	if !ok || r.Lay == "" {
		return string(id)
	}
	return strings.ToLower(r.Lay[:1]) + r.Lay[1:]
}
