package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/internal/practice"
	"knead/reason"
	"knead/screen"
)

// assessPage is the therapist's screen: limits, body, what to check, plan.
type assessPage struct {
	layout
	Limits limits
	Rules  []ruleRow
	Notes  []string
	Say    []string
	Views  []assessView
	Shown  string // the view that is open
	Lit    string // the candidate whose zones are drawn
	Marks  []letteredMark
	Next   string
	// Changes are what would bring another point to the top, and Sure what holds for the list.
	Changes []string
	Sure    string
	WhyNot  whyNotPart
	// Checked are points that were checked and stand no longer in the list.
	Checked   []checkedRow
	Bands     []band
	Other     string
	Like      []likeRow    // nerves and joints that are felt like this
	LikeFirst string       // the first of them, when it comes before the points
	Hands     visitConsent // what to know before hands go on; of a visit on record
	Before    *beforePart  // of the record; nil where there was no time before
	Course    *coursePart
	Lift      liftPart
	planPart
}

type letteredMark struct {
	markRow
	Letter string
}

type band struct {
	Key, Title, Note string
	Cands            []cand
}

type cand struct {
	Key, Lit, Ref        string
	Name, Side, Where    string
	Found                string
	Discs                []explainDisc
	Shares               []shareRow // place by place, what there is any share of
	Lights               lights     // what it lights on the body
	Reasons, Sure        []string
	ExplainsWords        string
	Why, NotFelt, Press  string
	Best                 bool
	Familiar, Tender, No bool
	Checked              bool
	How, Cautions        []string
	Avoid                string
	Pips                 []string
	Evidence, Caveat     string
	Sources              []sourceRow
	Page                 string // of the muscle in the atlas
}

// explainDisc is a mark: whether the candidate explains it, and how much of it.
type explainDisc struct {
	Letter string
	Level  int
	On     bool
	Width  float64 // of the bar, 0 to 100
}

type checkedRow struct{ Ref, Name, Side, Found string }

type sourceRow struct{ Text, Link, Seen string }

// most candidates shown; the rest would not be checked in one session (chosen)
const maxCandidates = 16

func (s *site) assess(rw http.ResponseWriter, r *http.Request) error {
	w, err := readWork(r)
	if err != nil {
		return err
	}
	w.keepPlan()
	var form answersForm
	if r.PostForm.Get("asked") != "" {
		form = s.takeAnswers(&w, r, true)
	}
	edits := s.takeEdits(&w, r)
	s.takeFinding(&w, r)
	return s.afterAnswers(rw, r, w, form, edits)
}

// afterAnswers shows what follows from a visit: a stop, what is still to be answered, or
// what to check and the plan.
func (s *site) afterAnswers(rw http.ResponseWriter, r *http.Request, w work, form answersForm, edits editForm) error {
	a, err := knead.Assess(w.visit)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	level := a.Screening.Level
	switch {
	case level == screen.Emergency, level == screen.SameDay && !w.anyway && a.Plan == nil:
		return s.showStop(rw, r, w, a.Screening, a.Questions)
	case r.PostForm.Get("now") != "": // one urgent answer was sent ahead of the others, and it stops nothing
		return s.showQuestions(rw, r, http.StatusOK, w, answersForm{age: form.age})
	case r.PostForm.Get("asked") != "" && !w.anyway && (form.ageError != "" || len(form.wantErrors) > 0 || len(a.Screening.Missing) > 0):
		held := w.kept.holding(w.visit)
		form.missing = map[screen.QuestionID]bool{}
		for _, id := range a.Screening.Missing {
			if _, holds := held.Answers[id]; !holds {
				form.missing[id] = true
			}
		}
		switch {
		case form.problem != "": // everything is asked now, nothing was left out
			form.missing = nil
		case form.unchangedError != "" && len(form.missing) == 0:
			form.problem = form.unchangedError
		default:
			form.problem = s.words.count("questions.still", max(1, len(form.missing)))
		}
		return s.showQuestions(rw, r, http.StatusUnprocessableEntity, w, form)
	case w.client && w.kept != nil:
		http.Redirect(rw, r, w.kept.to.Start+"/about", http.StatusSeeOther)
		return nil
	case w.client:
		return s.showHandback(rw, r, w, a)
	}
	return s.showAssess(rw, r, w, a, edits, r.PostForm.Get("show"), r.PostForm.Get("lit"))
}

// takeFinding notes what the therapist's hands found: "point side answer".
func (s *site) takeFinding(w *work, r *http.Request) {
	parts := strings.Fields(r.PostForm.Get("finding"))
	if len(parts) != 3 {
		return
	}
	side, err := body.ParseSide(parts[1])
	if err != nil {
		return
	}
	id := atlas.PointID(parts[0])
	if _, known := atlas.Standard().Point(id); !known {
		return
	}
	w.visit.Findings = slices.DeleteFunc(slices.Clone(w.visit.Findings), func(f reason.Finding) bool {
		return f.Point == id && f.Side == side
	})
	f := reason.Finding{Point: id, Side: side}
	switch parts[2] {
	case "familiar":
		f.Familiar, f.Tender = reason.Yes, reason.Yes
	case "tender":
		f.Familiar, f.Tender = reason.No, reason.Yes
	case "no":
		f.Familiar, f.Tender = reason.No, reason.No
	default: // "clear" takes the check back
		return
	}
	w.visit.Findings = append(w.visit.Findings, f)
}

func (s *site) showAssess(rw http.ResponseWriter, r *http.Request, w work, a knead.Assessment, edits editForm, shown, lit string) error {
	l, err := s.layout("assess", "/assess", 3, w)
	if err != nil {
		return err
	}
	p := assessPage{layout: l, Limits: s.limits(a), Rules: s.ruleRows(a), Notes: a.Screening.Limits.Notes, Say: a.Screening.Say}
	p.Marks = s.letteredMarks(w.visit.Drawing)
	why, err := a.Explain()
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	p.Sure = why.Sure
	for _, c := range why.Changes {
		p.Changes = append(p.Changes, c.Words)
	}
	if p.WhyNot, err = s.whyNotPart(a, r); err != nil {
		return err
	}
	cands := a.Ranking.Candidates[:min(maxCandidates, len(a.Ranking.Candidates))]
	p.Checked = s.checkedElsewhere(cands, w.visit.Findings)
	p.Bands = s.bands(a, why, cands, w, &p, lit)
	p.Other = a.Ranking.Other.Why
	like := a.Ranking.Other.Patterns[:min(mostLike, len(a.Ranking.Other.Patterns))]
	p.Like = s.likeRows(like, &p, lit)
	p.LikeFirst = s.likeFirst(a.Ranking.Other)
	if next := a.Ranking.Next; next != nil && !slices.ContainsFunc(cands, func(c reason.Candidate) bool { return c.Point == next.Point && c.Side == next.Side }) {
		p.Next = s.words.say("assess.next-why", capital(next.Point.Muscle.Name), next.Side, next.Why)
	}
	if p.Views, err = s.assessViews(w, cands, like); err != nil {
		return err
	}
	lightPlaces(p.Views, w.visit.Drawing, why.Places, p.lit())
	if w.kept != nil {
		if p.Hands, err = s.visitConsent(r, w.kept, a); err != nil {
			return err
		}
		for i := range p.Views {
			p.Views[i].Touch = touchLayers(p.Views[i].View, w.kept.client.Profile.Touch)
		}
	}
	p.Shown = p.Views[0].Name
	for _, v := range p.Views {
		if v.Name == shown {
			p.Shown = shown
		}
	}
	p.planPart = s.planPart(w, a, edits)
	var k practice.Course
	if w.kept != nil && !w.kept.by.ByLink() {
		if k, err = s.house.CourseAt(r.Context(), w.kept.by, w.kept.visit); err != nil {
			return err
		}
	}
	if p.Before, err = s.before(r, w, k.All); err != nil {
		return err
	}
	if p.Course, err = s.visitCourse(w, a, k.History); err != nil {
		return err
	}
	if p.Lift, err = s.liftPart(r, w, a); err != nil {
		return err
	}
	return s.show(rw, r, w.code(), "assess", p)
}

func (s *site) letteredMarks(d body.Drawing) []letteredMark {
	var marks []letteredMark
	for _, m := range s.markRows(d) {
		marks = append(marks, letteredMark{m, markLetter(m.Index)})
	}
	return marks
}

var bandKeys = map[reason.Band]string{reason.CheckFirst: "first", reason.CheckNext: "next", reason.AlsoPossible: "also"}

func (s *site) bands(a knead.Assessment, why reason.Explanation, cands []reason.Candidate, w work, p *assessPage, lit string) []band {
	var bands []band
	for i, c := range cands {
		key := fmt.Sprintf("c%d", i)
		if i == 0 || key == lit {
			p.Lit = key
		}
		name := bandKeys[c.Band]
		if len(bands) == 0 || bands[len(bands)-1].Key != name {
			bands = append(bands, band{Key: name, Title: s.words.say("band." + name), Note: s.words.say("band." + name + ".note")})
		}
		b := &bands[len(bands)-1]
		row := s.cand(key, c, a, w, p.Marks)
		s.explain(&row, c, why.Places, why.Reasons[i])
		if !severalPoints(cands, c) {
			row.Where = ""
		}
		b.Cands = append(b.Cands, row)
	}
	for i := range bands {
		for j := range bands[i].Cands {
			bands[i].Cands[j].Lit = p.Lit
		}
	}
	return bands
}

// checkedElsewhere lists the findings whose points fell out of the list, so that each
// can still be seen and taken back.
func (s *site) checkedElsewhere(cands []reason.Candidate, findings []reason.Finding) []checkedRow {
	var rows []checkedRow
	for _, f := range findings {
		point, ok := atlas.Standard().Point(f.Point)
		if !ok || slices.ContainsFunc(cands, func(c reason.Candidate) bool { return c.Point.ID == f.Point && c.Side == f.Side }) {
			continue
		}
		rows = append(rows, checkedRow{
			Ref: string(f.Point) + " " + f.Side.String(), Name: capital(point.Muscle.Name),
			Side: s.words.say("side." + f.Side.String()), Found: s.found(f),
		})
	}
	return rows
}

func (s *site) found(f reason.Finding) string {
	switch {
	case f.Familiar == reason.Yes:
		return s.words.say("found.familiar")
	case f.Tender == reason.Yes:
		return s.words.say("found.tender")
	}
	return s.words.say("found.no")
}

// severalPoints tells that the list holds another point of the same muscle and side.
func severalPoints(cands []reason.Candidate, c reason.Candidate) bool {
	return slices.ContainsFunc(cands, func(o reason.Candidate) bool {
		return o.Point.Muscle == c.Point.Muscle && o.Side == c.Side && o.Point != c.Point
	})
}

func (s *site) cand(key string, c reason.Candidate, a knead.Assessment, w work, marks []letteredMark) cand {
	m := c.Point.Muscle
	out := cand{
		Key: key, Ref: string(c.Point.ID) + " " + c.Side.String(), Name: capital(m.Name), Side: s.words.say("side." + c.Side.String()),
		Where: c.Point.Where, Why: c.Why, How: m.How, Cautions: m.Cautions, Avoid: strings.Join(m.Avoid, ", "),
		Press: s.words.say("cand.press", c.Point.Where, s.words.say("side."+c.Side.String())),
		Page:  href("muscles", string(m.ID)),
	}
	explained := map[int]bool{}
	for _, e := range c.Explains {
		explained[e.Mark] = true
	}
	var yes, no []string
	for _, mark := range marks {
		out.Discs = append(out.Discs, explainDisc{Letter: mark.Letter, Level: mark.Level, On: explained[mark.Index]})
		if explained[mark.Index] {
			yes = append(yes, mark.Letter)
		} else {
			no = append(no, mark.Letter)
		}
	}
	switch {
	case len(yes) == 0:
		out.ExplainsWords = s.words.say("cand.explains-none", strings.Join(no, ", "))
	case len(no) > 0:
		out.ExplainsWords = s.words.say("cand.explains-not", strings.Join(yes, ", "), strings.Join(no, ", "))
	default:
		out.ExplainsWords = s.words.say("cand.explains", strings.Join(yes, ", "))
	}
	if n := a.Ranking.Next; n != nil && n.Point == c.Point && n.Side == c.Side {
		out.Best, out.Press = true, out.Press+" "+n.Why
	}
	for _, f := range w.visit.Findings {
		if f.Point != c.Point.ID || f.Side != c.Side {
			continue
		}
		out.Checked, out.Found = true, s.found(f)
		out.Familiar = f.Familiar == reason.Yes
		out.Tender = f.Tender == reason.Yes && !out.Familiar
		out.No = !out.Familiar && !out.Tender
	}
	s.evidence(&out, c)
	return out
}

// evidence fills pips, caveat and sources. Nobody has measured the zones of a
// muscle well enough for more than 'low'.
func (s *site) evidence(out *cand, c reason.Candidate) {
	out.Pips, out.Evidence = []string{"on", "", ""}, s.words.say("evidence.low")
	if c.Point.Recalled() {
		out.Pips, out.Evidence = []string{"", "", ""}, s.words.say("evidence.recalled")
	}
	out.Caveat = s.words.say("cand.varies")
	if c.Point.Note != "" {
		out.Caveat += " " + c.Point.Note
	}
	for _, id := range c.Point.Sources {
		if src, ok := atlas.Standard().Sources[id]; ok {
			out.Sources = append(out.Sources, s.sourceRow(src))
		}
	}
}

func (s *site) sourceRow(src *atlas.Source) sourceRow {
	var parts []string
	for _, part := range []string{src.Authors, src.Title, src.In} {
		if part != "" {
			parts = append(parts, strings.TrimSuffix(part, "."))
		}
	}
	text := strings.Join(parts, ". ")
	if src.Year > 0 {
		text += fmt.Sprintf(", %d", src.Year)
	}
	return sourceRow{Text: text + ".", Link: sourceLink(src.Ref), Seen: s.words.say("seen." + string(src.Seen))}
}

// sourceLink is where a reference leads; empty for books.
func sourceLink(ref string) string {
	kind, id, _ := strings.Cut(ref, ":")
	switch kind {
	case "doi":
		return "https://doi.org/" + id
	case "pmid":
		return "https://pubmed.ncbi.nlm.nih.gov/" + id + "/"
	case "pmc":
		return "https://pmc.ncbi.nlm.nih.gov/articles/" + id + "/"
	case "url":
		if strings.HasPrefix(id, "https://") || strings.HasPrefix(id, "http://") {
			return id
		}
	}
	return ""
}
