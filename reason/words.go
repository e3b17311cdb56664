package reason

import (
	"slices"
	"strings"

	"knead/body"
)

// why says in plain words what speaks for a candidate and what does not: what was
// found, where it is felt and painted, where nothing else is, where it is felt and not
// painted, and how well that is known.
func (m *Model) why(c *Candidate, found signs, felt [nManners][]body.RegionSide, only []body.RegionSide) string {
	var s []string
	say := func(parts ...string) { s = append(s, strings.Join(parts, "")) }

	switch found.familiar {
	case Yes:
		say("Pressing it brings on the familiar pain.")
	case No:
		say("Pressing it does not bring on the familiar pain.")
	}
	if len(felt[often]) > 0 {
		say("Often felt where it is painted: ", m.inWords(felt[often], 3), ".")
	}
	if len(felt[seldom]) > 0 {
		say("Sometimes felt where it is painted: ", m.inWords(felt[seldom], 3), ".")
	}
	if len(felt[locally]) > 0 {
		say("Painted over the muscle itself: ", m.inWords(felt[locally], 2), ".")
	}
	if len(c.Explains) == 0 {
		say("What is painted lies outside its usual zone.")
	}
	if len(only) > 0 {
		say("Nothing else near the top of the list explains: ", m.inWords(only, 2), ".")
	}
	if len(c.NotFelt) > 0 && len(c.Explains) > 0 {
		say("Often felt as well, and not painted: ", m.inWords(c.NotFelt, 2), ".")
	}
	if c.Point.Muscle.Refer != "" {
		say("Outside the scope of massage: ", strings.TrimSuffix(c.Point.Muscle.Refer, "."), ".")
	}
	if c.Point.Recalled() {
		say("This is common teaching; no source was seen.")
	}
	if !c.Studied {
		say("How often this muscle is involved: not studied.")
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
	var parts []string
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
	for _, g := range []struct {
		names []string
		where string
	}{{both, " (both sides)"}, {sides[body.Right], " (right)"}, {sides[body.Left], " (left)"}} {
		if len(g.names) > 0 {
			parts = append(parts, and(g.names[:min(most, len(g.names))])+g.where)
		}
	}
	return and(parts)
}

// and joins words: "a", "a and b", "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// layName is the name of a region inside a sentence.
func layName(id body.RegionID) string {
	r, ok := body.RegionByID(id)
	if !ok || r.Lay == "" {
		return string(id)
	}
	return strings.ToLower(r.Lay[:1]) + r.Lay[1:]
}
