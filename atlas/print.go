package atlas

import (
	"maps"
	"slices"
	"strings"
)

// Text writes the atlas in the format of its data files, without comments and as
// one file: [Parse] of it gives an equal atlas.
func (a *Atlas) Text() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(a.lists)) {
		write(&b, "list", name, &words{a.lists[name]}, wordFields)
	}
	for _, id := range slices.Sorted(maps.Keys(a.Sources)) {
		write(&b, "source", string(id), a.Sources[id], sourceFields)
	}
	for _, m := range a.Muscles {
		write(&b, "muscle", string(m.ID), m, muscleFields)
		for _, p := range m.Points {
			write(&b, "point", string(p.ID), p, pointFields)
		}
	}
	for _, t := range a.Techniques {
		write(&b, "technique", string(t.ID), t, techniqueFields)
	}
	for _, e := range a.Exercises {
		write(&b, "exercise", string(e.ID), e, exerciseFields)
	}
	for _, c := range a.Conditions {
		write(&b, "condition", string(c.ID), c, conditionFields)
	}
	for _, c := range a.Claims {
		write(&b, "claim", string(c.ID), c, claimFields)
	}
	for _, t := range a.Terms {
		write(&b, "term", string(t.ID), t, termFields)
	}
	for i := range a.Studies {
		write(&b, "study", string(a.Studies[i].ID), &a.Studies[i], studyFields)
	}
	return b.String()
}
