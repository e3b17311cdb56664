package atlas

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Row is one block as text: its values in the order in which they are written. A
// point follows its muscle.
type Row struct {
	Kind  string
	ID    string
	Lines []Line
}

// Line is one value of a row.
type Line struct{ Key, Value string }

// Rows gives the whole atlas as text, row by row; [Kinds] says what the values hold.
func (a *Atlas) Rows() []Row {
	var rows []Row
	for _, name := range slices.Sorted(maps.Keys(a.lists)) {
		rows = append(rows, row("list", name, &words{a.lists[name]}, wordFields))
	}
	for _, id := range slices.Sorted(maps.Keys(a.Sources)) {
		rows = append(rows, row("source", id, a.Sources[id], sourceFields))
	}
	for _, m := range a.Muscles {
		rows = append(rows, row("muscle", m.ID, m, muscleFields))
		for _, p := range m.Points {
			rows = append(rows, row("point", p.ID, p, pointFields))
		}
	}
	for _, p := range a.Patterns {
		rows = append(rows, row("pattern", p.ID, p, patternFields))
	}
	for _, t := range a.Techniques {
		rows = append(rows, row("technique", t.ID, t, techniqueFields))
	}
	for _, e := range a.Exercises {
		rows = append(rows, row("exercise", e.ID, e, exerciseFields))
	}
	for _, c := range a.Conditions {
		rows = append(rows, row("condition", c.ID, c, conditionFields))
	}
	for _, c := range a.Claims {
		rows = append(rows, row("claim", c.ID, c, claimFields))
	}
	for _, t := range a.Terms {
		rows = append(rows, row("term", t.ID, t, termFields))
	}
	for _, c := range a.Changes {
		rows = append(rows, row("change", c.ID, c, changeFields))
	}
	for i := range a.Studies {
		rows = append(rows, row("study", a.Studies[i].ID, &a.Studies[i], studyFields))
	}
	return rows
}

func row[T any, S ~string](kind string, id S, v *T, fields []field[T]) Row {
	r := Row{Kind: kind, ID: string(id)}
	for _, f := range fields {
		for _, s := range f.show(v) {
			r.Lines = append(r.Lines, Line{f.key, s})
		}
	}
	return r
}

// Text writes the atlas in the format of its data files, without comments and as
// one file: [Parse] of it gives an equal atlas.
func (a *Atlas) Text() string {
	var b strings.Builder
	for _, r := range a.Rows() {
		fmt.Fprintf(&b, "%s %s\n", r.Kind, r.ID)
		for _, l := range r.Lines {
			fmt.Fprintf(&b, "  %s: %s\n", l.Key, l.Value)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
