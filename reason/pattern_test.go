package reason

import (
	"slices"
	"testing"

	"knead/atlas"
	"knead/body"
)

// paintedAs is the essential zone of a pattern on one side, painted as it feels.
func paintedAs(p *atlas.Pattern, side body.Side, quality body.Quality) body.Drawing {
	var cells body.Set
	for _, c := range p.Zone(side).Essential {
		if c.W >= 0.5 {
			cells.Add(c.Cell)
		}
	}
	mark := body.Mark{Quality: quality}
	mark.Paint(cells, 5)
	return body.Drawing{Marks: []body.Mark{mark}}
}

// ownQuality is how a pattern feels: as a nerve does, if it may.
func ownQuality(p *atlas.Pattern) body.Quality {
	if i := slices.IndexFunc(p.Quality, nerveQuality); i >= 0 {
		return p.Quality[i]
	}
	return p.Quality[0]
}

func patternWeight(t *testing.T, d body.Drawing, p *atlas.Pattern, side body.Side) float64 {
	t.Helper()
	for _, l := range rank(t, d, nil, Options{}).Other.Patterns {
		if l.Pattern == p && l.Side == side {
			return l.Weight
		}
	}
	return 0
}

// The atlas against itself: where a pattern is felt, painted as it feels, it is the first
// of the nerves and joints. Those that are not are rare and lie under a common one.
func TestAPatternIsNamedWhereItIsFelt(t *testing.T) {
	const least = 40 // of 56; 42 when this was written
	leads := map[atlas.PatternID]bool{}
	for _, p := range atlas.Standard().Patterns {
		patterns := rank(t, paintedAs(p, body.Right, ownQuality(p)), nil, Options{}).Other.Patterns
		if len(patterns) > 0 && patterns[0].Pattern == p && patterns[0].Side == body.Right {
			leads[p.ID] = true
		}
	}
	if len(leads) < least {
		t.Errorf("%d of %d patterns lead where they are felt, want at least %d", len(leads), len(atlas.Standard().Patterns), least)
	}
	for _, id := range []atlas.PatternID{
		"c6-root", "c7-root", "c8-root", "l4-root", "l5-root", "s1-root", "median-nerve-wrist", "ulnar-nerve-elbow",
		"lateral-femoral-cutaneous-nerve", "hip-joint", "knee-joint", "sacroiliac-joint", "plantar-fascia",
	} {
		if !leads[id] {
			t.Errorf("%s does not lead where it is felt", id)
		}
	}
}

// The same skin that tingles or burns speaks more for a nerve, and leaves less to the
// muscles, than when it aches.
func TestAPatternOfANerveWantsItsFeeling(t *testing.T) {
	more := 0
	for _, p := range atlas.Standard().Patterns {
		if !slices.ContainsFunc(p.Quality, nerveQuality) {
			continue
		}
		own, aching := paintedAs(p, body.Left, ownQuality(p)), paintedAs(p, body.Left, body.Aching)
		if with, without := patternWeight(t, own, p, body.Left), patternWeight(t, aching, p, body.Left); with < without {
			t.Errorf("%s has weight %.3f where it feels %s and %.3f where it aches", p.ID, with, ownQuality(p), without)
		} else if with > 2*without {
			more++
		}
		if with, without := rank(t, own, nil, Options{}).Other.Weight, rank(t, aching, nil, Options{}).Other.Weight; with < without {
			t.Errorf("%s leaves %.3f to something else where it feels %s and %.3f where it aches", p.ID, with, ownQuality(p), without)
		}
	}
	if more < 12 {
		t.Errorf("how it feels counts for only %d patterns", more)
	}
}

// Sharp and stabbing pain speaks for the nerves whose rows say so, as burning does, and for
// the others no more than an ache.
func TestANerveThatStabsIsNamedWhereItStabs(t *testing.T) {
	stabs := 0
	for _, p := range atlas.Standard().Patterns {
		if !slices.ContainsFunc(p.Quality, nerveQuality) {
			continue
		}
		weight := func(q body.Quality) float64 { return patternWeight(t, paintedAs(p, body.Right, q), p, body.Right) }
		sharp, aching := weight(body.Sharp), weight(body.Aching)
		if sharp != weight(body.Stabbing) {
			t.Errorf("%s: sharp and stabbing pain speak for it otherwise", p.ID)
		}
		switch own := slices.ContainsFunc(p.Quality, body.Quality.IsSharp); {
		case own && sharp <= aching:
			t.Errorf("%s has weight %.3f where it stabs and %.3f where it aches", p.ID, sharp, aching)
		case own:
			t.Logf("%s: weight %.2f where it is sharp, %.2f where it aches, %.2f where it burns", p.ID, sharp, aching, weight(body.Burning))
			stabs++
		case sharp > aching: // less it may be: another one that stabs takes the credit
			t.Errorf("%s has weight %.3f where it is sharp and %.3f where it aches, and is not said to be sharp", p.ID, sharp, aching)
		}
	}
	if stabs < 6 {
		t.Errorf("%d nerves stab", stabs)
	}
	for _, id := range []atlas.PatternID{"trigeminal-nerve", "greater-occipital-nerve"} {
		p, _ := atlas.Standard().Pattern(id)
		like := rank(t, paintedAs(p, body.Left, body.Stabbing), nil, Options{}).Other.Patterns
		if !slices.ContainsFunc(like[:min(3, len(like))], func(l LikePattern) bool { return l.Pattern == p }) {
			t.Errorf("%s is not among the first nerves and joints where it stabs", id)
		}
	}
}
