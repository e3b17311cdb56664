package web

import (
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

type exercisesPage struct {
	publicPage
	Groups []exerciseGroup
}

type exerciseGroup struct {
	Name, Key string
	Rows      []exerciseRow
}

// exerciseRow is an exercise in a list.
type exerciseRow struct {
	link
	Kind   string
	Dose   string
	Places string
}

func (s *site) exercisesPage(string) (publicView, error) {
	p := exercisesPage{publicPage: publicPage{
		Title: s.words.say("exercises.title"), Description: s.words.say("exercises.description"),
		Path: href("exercises"), Kind: "exercises", Door: "exercises", Crumbs: s.crumbs(),
	}}
	for _, k := range atlas.ExerciseKinds {
		group := exerciseGroup{Name: s.words.say("exercise-kinds." + string(k)), Key: string(k)}
		for _, e := range s.shelf().atlas.Exercises {
			if e.Kind == k {
				group.Rows = append(group.Rows, s.exerciseRow(e))
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	return p, nil
}

// exercisePage is something to do at home, with when to stop.
type exercisePage struct {
	publicPage
	E          *atlas.Exercise
	Dose       string
	Kind       string
	Muscles    []muscleRow
	Places     []link
	Pictures   []picture
	Conditions []link
	Cited      []int
	Sources    []citedSource
}

func (s *site) exercisePage(id string) (publicView, error) {
	a := s.shelf().atlas
	e, ok := a.Exercise(atlas.ExerciseID(id))
	if !ok {
		return nil, lost("exercise", id)
	}
	cited := s.citations()
	p := exercisePage{
		publicPage: publicPage{
			Title: e.Name, Description: describe(e.How, s.dose(e)), Path: href("exercises", id), Kind: "exercise",
			Door: "exercises", Crumbs: s.crumbs("exercises"),
		},
		E: e, Dose: s.dose(e), Kind: s.words.say("exercise-kind." + string(e.Kind)),
	}
	p.Crumbs = append(p.Crumbs, link{href("exercises") + "#" + string(e.Kind), s.words.say("exercise-kinds." + string(e.Kind))})
	for _, id := range e.Muscles {
		if m, ok := a.Muscle(id); ok {
			p.Muscles = append(p.Muscles, muscleRow{s.muscleLink(m), m.Lay, len(m.Points), m.Refer != ""})
		}
	}
	for _, r := range e.Regions {
		p.Places = append(p.Places, s.placeLink(r))
	}
	var err error
	if p.Pictures, err = s.placesPictures(e.Regions, e.Name); err != nil {
		return nil, err
	}
	for _, c := range a.Conditions {
		if slices.Contains(c.Exercises, e.ID) {
			p.Conditions = append(p.Conditions, s.conditionLink(c))
		}
	}
	p.Cited = cited.cite(e.Sources...)
	p.Sources = cited.Rows
	return p, nil
}

// dose says how much in words for a reader who does not know our marks.
func (s *site) dose(e *atlas.Exercise) string {
	return strings.ReplaceAll(e.Dose, "(chosen)", s.words.say("exercise.chosen"))
}

func (s *site) exerciseRow(e *atlas.Exercise) exerciseRow {
	row := exerciseRow{link: link{href("exercises", string(e.ID)), e.Name}, Kind: s.words.say("exercise-kind." + string(e.Kind)), Dose: s.dose(e)}
	seen := map[string]bool{}
	for _, id := range e.Regions {
		if r, ok := body.RegionByID(id); ok && !seen[r.Group] {
			seen[r.Group] = true
			if row.Places != "" {
				row.Places += ", "
			}
			row.Places += r.Group
		}
	}
	return row
}
