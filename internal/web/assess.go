package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
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
	// Checked are points that were checked and stand no longer in the list.
	Checked []checkedRow
	Bands   []band
	Other   string
	planPart
}

// limits is the line that is always on screen.
type limits struct {
	Kind   string // "clear", "limits", "refer", "today", "note"
	Icon   string
	Strong []string
	Rest   []string
	Asked  string
}

type ruleRow struct{ Why, Question, Say, Source string }

type letteredMark struct {
	markRow
	Letter string
}

// assessView is one view with paint and one layer of zones for each candidate.
type assessView struct {
	viewOnPage
	Short                      string
	Box                        string
	BoxW, BoxH                 int
	Cropped                    bool
	Hatch, HatchA, HatchB      float64
	HatchW, HatchV, DotR, DotW float64
	Layers                     []layer
}

type layer struct {
	Key         string
	Often, Some string
	X, Y        float64
	Seen        bool // the point itself is seen in this view
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
}

type explainDisc struct {
	Letter string
	Level  int
	On     bool
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
	var form answersForm
	if r.PostForm.Get("asked") != "" {
		form = s.takeAnswers(&w, r)
	}
	edits := s.takeEdits(&w, r)
	s.takeFinding(&w, r)
	a, err := knead.Assess(w.visit)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	level := a.Screening.Level
	switch {
	case level == screen.Emergency, level == screen.SameDay && !w.anyway:
		return s.showStop(rw, r, w, a)
	case r.PostForm.Get("now") != "": // one urgent answer was sent ahead of the others, and it stops nothing
		return s.showQuestions(rw, r, http.StatusOK, w, answersForm{age: form.age})
	case r.PostForm.Get("asked") != "" && !w.anyway && (form.ageError != "" || len(form.wantErrors) > 0 || len(a.Screening.Missing) > 0):
		form.problem = s.words.count("questions.still", max(1, len(a.Screening.Missing)))
		form.missing = map[screen.QuestionID]bool{}
		for _, id := range a.Screening.Missing {
			form.missing[id] = true
		}
		return s.showQuestions(rw, r, http.StatusUnprocessableEntity, w, form)
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
	cands := a.Ranking.Candidates[:min(maxCandidates, len(a.Ranking.Candidates))]
	p.Checked = s.checkedElsewhere(cands, w.visit.Findings)
	p.Bands = s.bands(a, cands, w, &p, lit)
	p.Other = a.Ranking.Other.Why
	if next := a.Ranking.Next; next != nil && !slices.ContainsFunc(cands, func(c reason.Candidate) bool { return c.Point == next.Point && c.Side == next.Side }) {
		p.Next = s.words.say("assess.next-why", capital(next.Point.Muscle.Name), next.Side, next.Why)
	}
	if p.Views, err = s.assessViews(w, cands); err != nil {
		return err
	}
	p.Shown = p.Views[0].Name
	for _, v := range p.Views {
		if v.Name == shown {
			p.Shown = shown
		}
	}
	p.planPart = s.planPart(w, a, edits)
	return s.show(rw, r, http.StatusOK, "assess", p)
}

func (s *site) letteredMarks(d body.Drawing) []letteredMark {
	var marks []letteredMark
	for _, m := range s.markRows(d) {
		marks = append(marks, letteredMark{m, markLetter(m.Index)})
	}
	return marks
}

// limits puts the verdict of the screening into one line.
func (s *site) limits(a knead.Assessment) limits {
	r := a.Screening
	l := limits{Kind: "limits", Icon: "limits"}
	switch r.Level {
	case screen.SameDay, screen.Emergency:
		l.Kind, l.Icon = "today", "today"
		l.Strong = append(l.Strong, s.words.say("limits.same-day"))
		l.Rest = r.Say
	case screen.NotCleared:
		l.Kind, l.Icon = "note", "warn"
		l.Strong = append(l.Strong, s.words.say("limits.not-cleared"))
		l.Asked = s.words.count("limits.missing", len(r.Missing))
		return l
	case screen.Refer:
		l.Kind, l.Icon = "refer", "refer"
		l.Strong = append(l.Strong, s.words.say("limits.refer"))
		for _, f := range r.Fired {
			if f.Level == screen.Refer && len(l.Rest) < 2 {
				l.Rest = append(l.Rest, f.Why)
			}
		}
	}
	for _, c := range tightest(a) {
		l.Strong = append(l.Strong, s.words.say("limits.cap", c.Max, c.Words))
	}
	seen := map[string]bool{}
	for _, m := range r.Limits.Masked {
		if standing(a, m.Rule) {
			continue
		}
		if text := s.words.say("limits.mask", m.Words); !seen[text] && len(seen) < 4 {
			seen[text] = true
			l.Strong = append(l.Strong, text)
		}
	}
	if len(l.Strong) == 0 {
		l.Kind = "clear"
		l.Strong = []string{s.words.say("limits.none")}
		l.Rest = []string{s.words.say("limits.always")}
	}
	l.Asked = s.words.count("limits.asked", len(a.Questions))
	return l
}

// tightest gives the caps that answers set, without those that another one covers.
func tightest(a knead.Assessment) []screen.Cap {
	var caps []screen.Cap
	for _, c := range a.Screening.Limits.Caps {
		if c.Rule != "" && c.Max < screen.MaxPressure && !standing(a, c.Rule) {
			caps = append(caps, c)
		}
	}
	slices.SortStableFunc(caps, func(x, y screen.Cap) int {
		return cmp.Or(cmp.Compare(x.Max, y.Max), cmp.Compare(y.Cells.Len(), x.Cells.Len()))
	})
	var kept []screen.Cap
	for _, c := range caps {
		if !slices.ContainsFunc(kept, func(k screen.Cap) bool { return c.Cells.Minus(k.Cells).Len() == 0 }) {
			kept = append(kept, c)
		}
	}
	return kept[:min(4, len(kept))]
}

// standing tells that a rule holds for everybody, such as the endangerment sites:
// no answer set it off.
func standing(a knead.Assessment, rule screen.RuleID) bool {
	return !slices.ContainsFunc(a.Screening.Fired, func(f screen.Fired) bool { return f.Rule == rule })
}

func (s *site) ruleRows(a knead.Assessment) []ruleRow {
	text := map[screen.QuestionID]string{}
	for _, q := range a.Questions {
		text[q.ID] = q.Text
	}
	var rows []ruleRow
	for _, f := range a.Screening.Fired {
		row := ruleRow{Why: capital(f.Why), Say: f.Say, Source: f.Mark.Words()}
		if t := text[f.Question]; t != "" {
			key := "limits.answered-yes"
			if f.NotSure {
				key = "limits.answered-not-sure"
			}
			row.Question = s.words.say(key, t)
		}
		if f.Source != "" && f.Source != row.Source {
			row.Source = f.Source + " (" + row.Source + ")"
		}
		rows = append(rows, row)
	}
	return rows
}

var bandKeys = map[reason.Band]string{reason.CheckFirst: "first", reason.CheckNext: "next", reason.AlsoPossible: "also"}

func (s *site) bands(a knead.Assessment, cands []reason.Candidate, w work, p *assessPage, lit string) []band {
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
	out.ExplainsWords = s.words.say("cand.explains", strings.Join(yes, ", "))
	if len(no) > 0 {
		out.ExplainsWords = s.words.say("cand.explains-not", strings.Join(yes, ", "), strings.Join(no, ", "))
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

// assessViews draws the views in which paint or zones are seen, best first.
func (s *site) assessViews(w work, cands []reason.Candidate) ([]assessView, error) {
	names := s.figures.viewsOf(w.visit.Drawing)
	if len(names) > 4 {
		names = names[:4]
	}
	for _, always := range []string{"front", "back"} {
		if !slices.Contains(names, always) {
			names = append(names, always)
		}
	}
	views := make([]assessView, 0, len(names))
	for _, name := range names {
		page, err := s.viewOnPage(w.figure, name, w.visit.Drawing, "client")
		if err != nil {
			return nil, err
		}
		v := assessView{viewOnPage: page, Short: s.words.say("view." + name)}
		v.Alt = s.words.say("assess.alt", page.Title)
		low := 0.0
		for i, c := range cands {
			zone := c.Point.Zone(c.Side)
			l := layer{Key: fmt.Sprintf("c%d", i), Often: chart.ZonePaths(page.View, zone.Essential), Some: chart.ZonePaths(page.View, zone.Spillover)}
			var x, y float64
			if x, y, l.Seen = chart.Marker(page.View, c.Point.Cell(c.Side)); l.Seen {
				l.X, l.Y = x, y
				low = max(low, y)
			}
			if l.Often != "" || l.Some != "" || l.Seen {
				v.Layers = append(v.Layers, l)
			}
		}
		v.crop(low, w.visit.Drawing)
		views = append(views, v)
	}
	return views, nil
}

// crop shows the upper body alone when everything lies there, twice as large.
func (v *assessView) crop(low float64, d body.Drawing) {
	x, y, wide, high := 0.0, 0.0, float64(v.W), float64(v.H)
	spots := spotsOf(v.View, d)
	step := float64(v.W) / float64(v.MapW)
	for _, s := range spots {
		low = max(low, s.y*step)
	}
	if viewKind(v.Name) == "body" && v.H > v.W && low < 0.40*high && len(spots) > 0 {
		y, high = 0.02*high, 0.46*high
		side := 0.14 * wide
		x, wide = side, wide-2*side
		v.Cropped = true
	}
	v.Discs = v.Discs[:0]
	for _, s := range spots {
		px := min(max(s.x*step, x+0.06*wide), x+0.94*wide)
		v.Discs = append(v.Discs, disc{
			X: round2(100 * (px - x) / wide), Y: round2(100 * (s.y*step - y) / high),
			Level: topLevel(d.Marks[s.mark]), Letter: markLetter(s.mark),
		})
	}
	for i := range v.Layers {
		v.Layers[i].X, v.Layers[i].Y = round2(100*(v.Layers[i].X-x)/wide), round2(100*(v.Layers[i].Y-y)/high)
	}
	v.Box = fmt.Sprintf("%g %g %g %g", x, y, wide, high)
	v.BoxW, v.BoxH = int(wide), int(high)
	v.Hatch = round2(wide / 40)
	v.HatchA, v.HatchB = round2(v.Hatch*0.3), round2(v.Hatch*0.62)
	v.HatchW, v.HatchV = round2(v.Hatch*0.24), round2(v.Hatch*0.18)
	v.DotR, v.DotW = round2(v.Hatch*0.17), round2(v.Hatch*0.1)
}
