package web

import (
	"fmt"
	"net/http"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// printPage is the session on one sheet of paper.
type printPage struct {
	layout
	Limits   limits
	Minutes  int
	Views    []assessView
	Marks    []letteredMark
	Check    []cand // to be checked first, with what was found
	Plan     *planView
	NoPlan   string
	Versions string
	Lift     liftPart

	LikeFirst string // the nerve or the joint that comes before the points
}

// printHigh is the height of a figure on the printed page, in CSS pixels: 5.2 cm, so
// that two stand beside the list and all fits one page.
const printHigh = 197

// printChecks is how many points to check fit beside the figures.
const printChecks = 6

func (s *site) print(rw http.ResponseWriter, r *http.Request) error {
	w, err := readWork(r)
	if err != nil {
		return err
	}
	w.keepPlan()
	s.takeEdits(&w, r) // a number that cannot be read leaves the plan as it was
	return s.showPrint(rw, r, w)
}

func (s *site) showPrint(rw http.ResponseWriter, r *http.Request, w work) error {
	a, err := knead.Assess(w.visit)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	l, err := s.layout("print", "/print", 0, w)
	if err != nil {
		return err
	}
	p := printPage{
		layout: l, Limits: s.limits(a), Minutes: a.Visit.Minutes, Marks: s.letteredMarks(w.visit.Drawing), NoPlan: a.NoPlan, LikeFirst: s.likeFirst(a.Ranking.Other),
		Versions: fmt.Sprintf("body %d, atlas %s, screening %d", body.Version, atlas.Version, a.Screening.Version),
	}
	views, err := s.assessViews(w, nil, nil)
	if err != nil {
		return err
	}
	p.Views = views[:min(2, len(views))]
	for i := range p.Views {
		v := &p.Views[i]
		v.BoxW, v.BoxH = v.BoxW*printHigh/v.BoxH, printHigh
	}
	why, err := a.Explain()
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	for i, c := range a.Ranking.Candidates {
		if c.Band == reason.AlsoPossible || len(p.Check) == printChecks {
			break
		}
		row := s.cand(fmt.Sprint(i), c, a, w, p.Marks)
		s.explain(&row, c, why.Places, why.Reasons[i])
		p.Check = append(p.Check, row)
	}
	if a.Plan != nil {
		p.Plan = s.planView(*a.Plan)
	}
	if p.Lift, err = s.liftPart(r, w, a); err != nil {
		return err
	}
	return s.show(rw, r, http.StatusOK, "print", p)
}
