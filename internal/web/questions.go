package web

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"knead"
	"knead/body"
	"knead/screen"
)

// questionsPage asks what must be asked, and nothing else.
type questionsPage struct {
	layout
	Problem  string // what still stands between the answers and a plan
	Age      string
	AgeError string
	Urgent   []questionRow // one by one, before all others
	Groups   []questionGroup
	Single   []questionRow // where 'none of these' would be no answer, such as consent
	Places   []string
	Again    *againPart // what holds on from the last visit; nil: everything is asked
}

// againPart says what holds on from the last visit, and asks whether anything changed.
type againPart struct {
	Since string
	Yes   []heldRow // what was answered with yes
	No    []string
	Value string
	Error string
}

type heldRow struct{ Text, Detail, Day string }

type questionGroup struct {
	Key, Title string
	Rows       []questionRow
	None       bool // 'none of these' is ticked
	NoneWords  string
	Error      bool
}

type questionRow struct {
	ID        screen.QuestionID
	Text      string
	Value     string // yes, no, not-sure or empty
	Wants     string
	Kinds     []screen.Kind
	WithPlace bool
	Where     string
	Detail    string
	Error     string
	WantError string
	Verified  bool
	Urgent    bool
	Alarm     string
	Follow    []questionRow
}

// most rows under one 'none of these': more, and the eye skips some (chosen)
const groupSize = 9

// answersForm is what was sent and could not be taken as it is.
type answersForm struct {
	problem, ageError, age string
	wantErrors             map[screen.QuestionID]string
	where                  map[screen.QuestionID]string // as typed
	missing                map[screen.QuestionID]bool
	unchangedError         string // whether anything has changed was not said
}

func (s *site) questions(rw http.ResponseWriter, r *http.Request) error {
	w, err := readWork(r)
	if err != nil {
		return err
	}
	if form := s.takePaint(&w, r); form.sayError != "" {
		return s.showPaint(rw, r, http.StatusUnprocessableEntity, w, form)
	}
	if r.PostForm.Get("back") != "" {
		w.unanswer()
	}
	return s.showQuestions(rw, r, http.StatusOK, w, answersForm{})
}

// unanswer takes back the answers that stopped the flow, so that they are asked again.
func (w *work) unanswer() {
	result := screen.Run(painted(w.visit.Drawing), w.visit.Answers, w.visit.Client)
	answers := maps.Clone(w.visit.Answers)
	for _, f := range result.Fired {
		if f.Level == result.Level {
			delete(answers, f.Question)
		}
	}
	w.visit.Answers = answers
}

func painted(d body.Drawing) body.Set {
	var all body.Set
	for _, m := range d.Marks {
		all = all.Union(m.Cells())
	}
	return all
}

func (s *site) showQuestions(rw http.ResponseWriter, r *http.Request, status int, w work, form answersForm) error {
	l, err := s.layout("questions", "/questions", 2, w)
	if err != nil {
		return err
	}
	p := questionsPage{layout: l, Problem: form.problem, Age: form.age, AgeError: form.ageError}
	if p.Age == "" && w.visit.Client.Age > 0 {
		p.Age = strconv.Itoa(w.visit.Client.Age)
	}
	asked, held := w.asked()
	rows := s.questionRows(asked, w, form)
	for _, q := range rows {
		switch {
		case q.Urgent:
			p.Urgent = append(p.Urgent, q)
		case q.Alarm == "no":
			p.Single = append(p.Single, q)
		}
	}
	p.Groups = s.questionGroups(asked, rows, form)
	p.Again = s.againPart(w, held, form)
	for _, region := range body.Regions() {
		if region.Midline {
			p.Places = append(p.Places, strings.ToLower(region.Lay))
			continue
		}
		p.Places = append(p.Places, "left "+strings.ToLower(region.Lay), "right "+strings.ToLower(region.Lay))
	}
	return s.show(rw, r, status, "questions", p)
}

// asked gives what is asked of a visit, and what holds on and is not.
func (w work) asked() ([]screen.Question, knead.Holding) {
	held := w.kept.holding(w.visit)
	return held.Asked(screen.Questions(painted(w.visit.Drawing), w.visit.Client)), held
}

func (s *site) againPart(w work, held knead.Holding, form answersForm) *againPart {
	if len(held.Answers) == 0 {
		return nil
	}
	p := &againPart{Since: w.kept.day(held.At), Value: w.kept.visit.Intake.Changed, Error: form.unchangedError}
	for _, q := range screen.Questions(painted(w.visit.Drawing), w.visit.Client) {
		a, ok := held.Answers[q.ID]
		switch {
		case !ok:
		case a.Value == screen.Yes:
			row := heldRow{Text: q.Text, Detail: strings.Join(slices.DeleteFunc([]string{kindWords(q, a.Detail), placeWords(a.Where)}, func(t string) bool { return t == "" }), "; ")}
			row.Day = w.kept.day(held.From[q.ID].At)
			p.Yes = append(p.Yes, row)
		default:
			p.No = append(p.No, q.Text)
		}
	}
	return p
}

// kindWords says a detail as the client read it.
func kindWords(q screen.Question, detail string) string {
	for _, k := range q.Kinds {
		if k.Key == detail {
			return k.Words
		}
	}
	return detail
}

// urgent tells whether a question is asked alone at the start.
func urgent(q screen.Question) bool { return q.Level == screen.Emergency && q.Alarm != screen.No }

// questionRows makes the rows in order, follow-ups inside the question they belong to.
func (s *site) questionRows(questions []screen.Question, w work, form answersForm) []questionRow {
	follow := map[screen.QuestionID][]questionRow{}
	asked := map[screen.QuestionID]bool{}
	for _, q := range questions {
		asked[q.ID] = true
	}
	for _, q := range slices.Backward(questions) { // a follow-up of a follow-up comes after it
		if q.Only != "" && asked[q.Only] {
			follow[q.Only] = append([]questionRow{s.questionRow(q, w, form, follow[q.ID])}, follow[q.Only]...)
		}
	}
	var rows []questionRow
	for _, q := range questions {
		if q.Only == "" || !asked[q.Only] {
			rows = append(rows, s.questionRow(q, w, form, follow[q.ID]))
		}
	}
	return rows
}

func (s *site) questionRow(q screen.Question, w work, form answersForm, follow []questionRow) questionRow {
	row := questionRow{
		ID: q.ID, Text: q.Text, Wants: q.Wants, Kinds: q.Kinds, Verified: q.Mark != screen.Unchecked,
		Urgent: urgent(q), Alarm: "yes", Follow: follow, WantError: form.wantErrors[q.ID],
	}
	if q.Alarm == screen.No {
		row.Alarm = "no"
	}
	a, answered := w.visit.Answers[q.ID]
	if !answered && w.visit.AllNo {
		a.Value = screen.No
	}
	row.Value = map[screen.Value]string{screen.Yes: "yes", screen.No: "no", screen.NotSure: "not-sure"}[a.Value]
	row.Detail = a.Detail
	if q.Wants == "weeks" && row.Detail == "" && w.visit.Client.PregnantWeeks > 0 {
		row.Detail = strconv.Itoa(w.visit.Client.PregnantWeeks)
	}
	if row.Where = form.where[q.ID]; row.Where == "" {
		row.Where = placeWords(a.Where)
	}
	if form.missing[q.ID] && row.WantError == "" {
		row.Error = s.words.say("questions.missing")
	}
	return row
}

func placeWords(places []body.Place) string {
	words := make([]string, 0, len(places))
	for _, p := range places {
		words = append(words, p.Words)
	}
	return strings.Join(words, "; ")
}

// questionGroups puts what is neither urgent nor single under headings, each with
// its own 'none of these'.
func (s *site) questionGroups(questions []screen.Question, rows []questionRow, form answersForm) []questionGroup {
	set := map[screen.QuestionID]string{}
	for _, q := range questions {
		set[q.ID] = q.Set
	}
	var sets []questionSet
	for _, r := range rows {
		if r.Urgent || r.Alarm == "no" {
			continue
		}
		name := set[r.ID]
		i := slices.IndexFunc(sets, func(q questionSet) bool { return q.name == name })
		if i < 0 {
			i = len(sets)
			sets = append(sets, questionSet{name, s.words.or("set."+strings.ToLower(name), name), nil})
		}
		sets[i].rows = append(sets[i].rows, r)
	}
	var groups []questionGroup
	for _, joined := range joinSmall(sets) {
		all, title := joined.rows, joined.title
		parts := (len(all) + groupSize - 1) / groupSize
		for i := range parts {
			g := questionGroup{Key: fmt.Sprintf("g%d", len(groups)), Title: title, NoneWords: s.words.say("questions.none")}
			if parts > 1 {
				g.Title = s.words.say("questions.part", title, i+1, parts)
			}
			g.Rows = all[i*len(all)/parts : (i+1)*len(all)/parts]
			no := 0
			for _, r := range g.Rows {
				if r.Value == "no" {
					no++
				}
				g.Error = g.Error || r.Error != "" && form.missing[r.ID]
			}
			g.None = no == len(g.Rows)
			if len(g.Rows) == 1 {
				g.NoneWords = s.words.say("questions.no")
			}
			groups = append(groups, g)
		}
	}
	return groups
}

// questionSet is what stands under one heading.
type questionSet struct {
	name, title string
	rows        []questionRow
}

// joinSmall puts the questions of several places under one heading where they are few:
// each 'none of these' is one press.
func joinSmall(sets []questionSet) []questionSet {
	var joined []questionSet
	for _, set := range sets {
		i := slices.IndexFunc(joined, func(j questionSet) bool {
			return j.name != everybody && set.name != everybody && len(j.rows)+len(set.rows) <= groupSize
		})
		if i < 0 {
			joined = append(joined, set)
			continue
		}
		joined[i].title += ", " + lowerFirst(set.title)
		joined[i].rows = append(joined[i].rows, set.rows...)
	}
	return joined
}

// everybody is the set of the questions that are not about a place.
const everybody = "Everybody"

// takeAnswers reads the form of questions into the visit. A group in which something was
// ticked is answered: what is not ticked there is a 'no'. While the form is still being
// filled in, only 'none of these' says so.
func (s *site) takeAnswers(w *work, r *http.Request, whole bool) answersForm {
	form := answersForm{
		wantErrors: map[screen.QuestionID]string{}, where: map[screen.QuestionID]string{},
		missing: map[screen.QuestionID]bool{}, age: strings.TrimSpace(r.PostForm.Get("age")),
	}
	// What was asked follows from the visit as the page carried it. An age or a week that
	// is new now may call for more questions: they were not seen, so they stay unanswered.
	before, held := w.asked()
	groups := s.questionGroups(before, s.questionRows(before, *w, form), form)
	s.takeAge(w, &form)
	settled := map[screen.QuestionID]bool{} // not ticked, in a group that was answered
	for _, g := range groups {
		answered := r.PostForm.Get("none-"+g.Key) != ""
		for _, row := range g.Rows {
			answered = answered || whole && (r.PostForm.Get("q-"+string(row.ID)) != "" || r.PostForm.Get("u-"+string(row.ID)) != "")
		}
		for _, row := range g.Rows {
			settled[row.ID] = answered
		}
	}
	answers := map[screen.QuestionID]screen.Answer{}
	for _, q := range before {
		a := s.takeAnswer(q, w, r, &form)
		if a.Value == screen.Unanswered && settled[q.ID] {
			a.Value = screen.No
		}
		if a.Value != screen.Unanswered {
			answers[q.ID] = a
		}
	}
	for _, q := range before { // a follow-up counts only beside the answer that calls for it
		if parent := answers[q.Only].Value; q.Only != "" && parent != screen.Yes && parent != screen.NotSure {
			delete(answers, q.ID)
		}
	}
	s.takeHeld(w, r, held, answers, &form)
	w.visit.Answers, w.visit.AllNo = answers, false
	return form
}

// takeHeld lets answers of the last visit hold on, once the client has said that nothing
// changed. They become answers of this visit, and it is noted whose they were.
func (s *site) takeHeld(w *work, r *http.Request, held knead.Holding, answers map[screen.QuestionID]screen.Answer, form *answersForm) {
	if w.kept == nil {
		return
	}
	intake := &w.kept.visit.Intake
	intake.Carried = nil
	if len(held.Answers) == 0 {
		return
	}
	switch intake.Changed = r.PostForm.Get("changed"); intake.Changed {
	case "no":
		maps.Copy(answers, held.Answers)
		intake.Carried = held.From
	case "yes":
		form.problem = s.words.say("questions.changed-yes")
	default:
		intake.Changed = ""
		form.unchangedError = s.words.say("questions.changed-missing")
	}
}

func (s *site) takeAge(w *work, form *answersForm) {
	w.visit.Client.Age = 0
	if form.age == "" {
		return
	}
	age, err := strconv.Atoi(form.age)
	if err != nil || age < 1 || age > 120 {
		form.ageError = s.words.say("questions.age-error")
		return
	}
	w.visit.Client.Age = age
}

// longestWant is how many letters of words stand beside an answer. Chosen: the fields of
// the page take fewer, and a visit file holds no more than 400.
const longestWant = 300

func (s *site) takeAnswer(q screen.Question, w *work, r *http.Request, form *answersForm) screen.Answer {
	id := string(q.ID)
	a := screen.Answer{Value: map[string]screen.Value{"yes": screen.Yes, "no": screen.No, "not-sure": screen.NotSure}[r.PostForm.Get("q-"+id)]}
	if a.Value == screen.Unanswered && r.PostForm.Get("u-"+id) != "" {
		a.Value = screen.NotSure
	}
	want, places := strings.TrimSpace(r.PostForm.Get("w-"+id)), strings.TrimSpace(r.PostForm.Get("p-"+id))
	if a.Value != screen.Yes && a.Value != screen.NotSure {
		return a
	}
	if utf8.RuneCountInString(want) > longestWant || utf8.RuneCountInString(places) > longestWant {
		form.wantErrors[q.ID] = s.words.say("wants.too-long")
		return a
	}
	switch q.Wants {
	case "place":
		a.Where = s.takePlaces(q.ID, want, form)
		if a.Value == screen.Yes && want == "" {
			form.wantErrors[q.ID] = s.words.say("wants.place-missing")
		}
	case "detail":
		a.Detail = want
		a.Where = s.takePlaces(q.ID, places, form)
		if a.Value == screen.Yes && want == "" && len(q.Kinds) > 0 {
			form.wantErrors[q.ID] = s.words.say("wants.detail-missing")
		}
	case "weeks":
		w.visit.Client.PregnantWeeks = 0
		if want == "" {
			break
		}
		weeks, err := strconv.Atoi(want)
		if err != nil || weeks < 0 || weeks > 45 {
			form.wantErrors[q.ID] = s.words.say("wants.weeks-error")
			break
		}
		a.Detail, w.visit.Client.PregnantWeeks = want, weeks
	case "medicine":
		a.Detail = want
	}
	return a
}

// takePlaces reads places written in words, several with ';' between them.
func (s *site) takePlaces(id screen.QuestionID, text string, form *answersForm) []body.Place {
	form.where[id] = text
	var places []body.Place
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '\n' }) {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		place, err := body.Find(part)
		if err != nil {
			form.wantErrors[id] = s.placeProblem(err)
			return places // one thing to put right at a time: near names take a while to find
		}
		places = append(places, place)
	}
	return places
}
