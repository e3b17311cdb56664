package web

import (
	"knead/atlas"
)

type conditionsPage struct {
	publicPage
	Groups []conditionGroup
	Signs  []phaseRow // what the signs mean
}

type conditionGroup struct {
	Name, Key string
	Rows      []conditionListRow
}

type conditionListRow struct {
	link
	Lay      string
	Verdicts []phaseRow
}

func (s *site) conditionsPage(string) (publicView, error) {
	p := conditionsPage{publicPage: publicPage{
		Title: s.words.say("conditions.title"), Description: s.words.say("conditions.description"),
		Path: href("conditions"), Kind: "conditions", Door: "conditions", Crumbs: s.crumbs(),
	}}
	for _, v := range atlas.Verdicts {
		p.Signs = append(p.Signs, phaseRow{Verdict: string(v), Words: s.words.say("verdict." + string(v))})
	}
	for _, g := range atlas.ConditionGroups {
		group := conditionGroup{Name: capital(string(g)), Key: plainKey(string(g))}
		for _, c := range s.shelf().atlas.Conditions {
			if c.Group == g {
				group.Rows = append(group.Rows, conditionListRow{s.conditionLink(c), c.Lay, s.phases(c)})
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	return p, nil
}

// conditionPage is one condition: when somebody else must look first, what massage
// may do in each phase, and what was shown.
type conditionPage struct {
	publicPage
	C          *atlas.Condition
	Name       string
	Phases     []phaseRow
	Techniques []evidenceGroup
	Help       []evidenceGroup
	Places     []link
	Pictures   []picture
	Exercises  []exerciseRow
	Muscles    []muscleRow
	Claims     []claimRow
	Cited      []int
	Sources    []citedSource
	Seen       []seenRow
}

type phaseRow struct {
	Name, What string
	Verdict    string // allowed, limited, forbidden: the class and the sign
	Words      string
}

func (s *site) conditionPage(id string) (publicView, error) {
	a := s.shelf().atlas
	c, ok := a.Condition(atlas.ConditionID(id))
	if !ok {
		return nil, lost("condition", id)
	}
	cited := s.citations()
	p := conditionPage{
		publicPage: publicPage{
			Title: s.words.say("condition.title", capital(c.Name)), Description: describe(c.Client),
			Path: href("conditions", id), Kind: "condition", Door: "conditions", Crumbs: s.crumbs("conditions"),
		},
		C: c, Name: capital(c.Name), Phases: s.phases(c),
	}
	p.Crumbs = append(p.Crumbs, link{href("conditions") + "#" + plainKey(string(c.Group)), capital(string(c.Group))})
	for _, e := range c.Evidence {
		about := link{href("techniques", string(e.Technique)), string(e.Technique)}
		if t, ok := a.Technique(e.Technique); ok {
			about = s.techniqueLink(t)
		}
		p.Techniques = add(p.Techniques, about, evidenceRow{s.pips(e.Grade), e.Note, cited.cite(e.Source)})
	}
	for _, h := range c.Help {
		p.Help = add(p.Help, link{Text: capital(h.What)}, evidenceRow{s.pips(h.Grade), h.Note, cited.cite(h.Source)})
	}
	for _, r := range c.Regions {
		p.Places = append(p.Places, s.placeLink(r))
	}
	var err error
	if p.Pictures, err = s.placesPictures(c.Regions, c.Name); err != nil {
		return nil, err
	}
	for _, e := range c.Exercises {
		if x, ok := a.Exercise(e); ok {
			p.Exercises = append(p.Exercises, s.exerciseRow(x))
		}
	}
	for _, id := range c.Muscles {
		if m, ok := a.Muscle(id); ok {
			p.Muscles = append(p.Muscles, muscleRow{s.muscleLink(m), m.Lay, len(m.Points), m.Refer != ""})
		}
	}
	for _, claim := range a.Claims {
		for _, about := range claim.Conditions {
			if about == c.ID {
				p.Claims = append(p.Claims, s.claimRow(claim))
			}
		}
	}
	p.Cited = cited.cite(c.Sources...)
	p.Sources, p.Seen = cited.Rows, s.seenRows(cited)
	return p, nil
}

func (s *site) phases(c *atlas.Condition) []phaseRow {
	var out []phaseRow
	for _, ph := range c.Phases {
		out = append(out, phaseRow{capital(ph.Name), capital(ph.What), string(ph.Verdict), s.words.say("verdict." + string(ph.Verdict))})
	}
	return out
}

func (s *site) conditionLink(c *atlas.Condition) link {
	return link{href("conditions", string(c.ID)), capital(c.Name)}
}
