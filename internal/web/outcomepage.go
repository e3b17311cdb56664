package web

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/internal/practice"
	"knead/outcome"
	"knead/plan"
)

// outcomeRoutes are the pages on which a client is seen over time.
func (s *site) outcomeRoutes() map[string]staffHandler {
	return map[string]staffHandler{
		"GET /clients/{client}/outcomes":               s.outcomes,
		"GET /clients/{client}/summary":                s.summary,
		"GET /clients/{client}/measures/{instrument}":  s.measureForm,
		"POST /clients/{client}/measures/{instrument}": s.addMeasure,
		"GET /clients/{client}/incidents":              s.clientIncidents,
		"POST /clients/{client}/incidents":             s.addIncident,
		"GET /incidents":                               s.incidents,
		"POST /incidents/{incident}":                   s.resolveIncident,
		"POST /visits/{visit}/mail":                    s.mailLink,
		"POST /inbox/{alert}/link":                     s.linkByHand,
	}
}

// outcomesPage shows drawings and answers over time.
type outcomesPage struct {
	desk
	Client   knead.Client
	Course   *coursePart // nil where no session was had
	Strip    template.HTML
	Compare  *compareForm
	Cards    []trendCard
	Places   *placesTable
	Due      []askRow
	Asked    []askRow // what can be asked here
	Entered  []askRow // what is worked out elsewhere
	Checkins []checkinRow
	Scripts  []string // what the therapist is told of the last answers
	Saved    bool
}

// compareForm chooses two drawings; it works by its button as well.
type compareForm struct {
	Most, A, B int
	Dates      []string
	Earlier    string // addresses of the neighbours of the later drawing; may be empty
	Later      string
	*comparison
}

// placesTable lists every painted place of every drawing.
type placesTable struct {
	Head []string
	Rows []placeLevels
}

type placeLevels struct {
	Place  string
	Levels []int
}

type askRow struct {
	ID       outcome.ID
	Name     string
	Measures string
	Optional bool
	Last     string // when it was answered last
}

type checkinRow struct {
	Date, Moment, Said, Message string
	Effects                     []string
	Answered                    bool
	ToCome                      bool // its day is not yet
}

// stripShown is how many drawings the strip holds; all can be reached by the slider.
const stripShown = 12

func (s *site) outcomes(w http.ResponseWriter, r *http.Request, p person) error {
	client, c, d, err := s.clientCourse(r, p, "outcomes", s.words.say("overtime.title"))
	if err != nil {
		return err
	}
	page := outcomesPage{desk: d, Client: client, Saved: r.URL.Query().Get("saved") != ""}
	if len(c.drawings) > 0 {
		if page.Strip, err = s.strip("strip", c.drawings[max(0, len(c.drawings)-stripShown):]); err != nil {
			return err
		}
	}
	if page.Compare, err = s.compareForm(r, client.ID, c.drawings); err != nil {
		return err
	}
	if page.Cards, err = s.trendCards(d, c); err != nil {
		return err
	}
	if page.Course, err = s.clientCoursePart(r, d, client); err != nil {
		return err
	}
	page.Places = s.placesTable(c.drawings)
	page.Due = s.dueRows(d, c)
	page.Asked, page.Entered = s.askRows(d, c)
	page.Checkins = s.checkinRows(d, c.checkins)
	page.Scripts = scriptsOf(c)
	return s.showDesk(w, r, http.StatusOK, "outcomes", page)
}

// clientCourse reads a client and their course, for those who may see the chart.
func (s *site) clientCourse(r *http.Request, p person, screen, title string) (client knead.Client, c course, d desk, err error) {
	if !p.May(practice.SeeChart) {
		return client, c, d, &knead.Error{Kind: knead.NotFound}
	}
	if client, err = s.house.Client(r.Context(), p.Actor, knead.ClientID(r.PathValue("client"))); err != nil {
		return client, c, d, err
	}
	d = s.desk(r.Context(), p, screen, "clients", title)
	c, err = s.course(r, d, client.ID)
	return client, c, d, err
}

// compareForm reads which drawings are compared: the first and the last, unless the
// address names others by their number.
func (s *site) compareForm(r *http.Request, client knead.ClientID, list []drawn) (*compareForm, error) {
	if len(list) < 2 {
		return nil, nil //nolint:nilnil // nothing to compare is an answer
	}
	f := compareForm{Most: len(list), A: 1, B: len(list)}
	pick := func(name string, to *int) {
		if n, err := strconv.Atoi(r.URL.Query().Get(name)); err == nil && n >= 1 && n <= len(list) {
			*to = n
		}
	}
	pick("a", &f.A)
	pick("b", &f.B)
	for _, d := range list {
		f.Dates = append(f.Dates, d.Date)
	}
	link := func(b int) string {
		if b < 1 || b > len(list) {
			return ""
		}
		return fmt.Sprintf("/clients/%s/outcomes?a=%d&b=%d#compare", client, f.A, b)
	}
	f.Earlier, f.Later = link(f.B-1), link(f.B+1)
	var err error
	from, to := list[min(f.A, f.B)-1], list[max(f.A, f.B)-1]
	f.comparison, err = s.comparison("compare", from, to)
	return &f, err
}

// placesShown is how many places the table holds (chosen: more is read by nobody).
const placesShown = 20

func (s *site) placesTable(list []drawn) *placesTable {
	if len(list) < 2 {
		return nil
	}
	t := &placesTable{}
	for _, d := range list {
		t.Head = append(t.Head, d.Short)
	}
	places := paintedPlaces(list)
	for _, p := range places[:min(placesShown, len(places))] {
		t.Rows = append(t.Rows, placeLevels{p.words, p.levels})
	}
	return t
}

// history is what was asked so far, as the scheme of due dates reads it.
func (c course) history(now knead.Instant) outcome.History {
	h := outcome.History{Now: int64(now)}
	for _, v := range c.visits {
		if treated(v) {
			h.Sessions = append(h.Sessions, int64(v.Starts))
		}
	}
	for _, m := range c.measures {
		if score, err := m.Score(); err == nil {
			if _, known := score.Number(); known {
				h.Answers = append(h.Answers, outcome.Given{Instrument: outcome.ID(m.Instrument), At: int64(m.At)})
			}
		}
	}
	return h
}

// byHand tells whether an instrument is typed in on a page: painted skin is measured from
// the drawing.
func byHand(in *outcome.Instrument) bool { return in.ID != "painted-area" }

func (s *site) askRow(d desk, c course, in *outcome.Instrument) askRow {
	row := askRow{ID: in.ID, Name: in.Name, Measures: in.Measures}
	if list := c.of(in.ID); len(list) > 0 {
		row.Last = d.Day(list[len(list)-1].At)
	}
	return row
}

// dueRows is what to ask at the next visit.
func (s *site) dueRows(d desk, c course) (rows []askRow) {
	for _, ask := range outcome.Standard().Due(outcome.SessionStart, c.history(s.house.Now())) {
		if byHand(ask.Instrument) {
			row := s.askRow(d, c, ask.Instrument)
			row.Optional = ask.Optional
			rows = append(rows, row)
		}
	}
	return rows
}

func (s *site) askRows(d desk, c course) (asked, entered []askRow) {
	for _, in := range outcome.Standard().Instruments {
		switch {
		case !byHand(in):
		case in.TextShipped():
			asked = append(asked, s.askRow(d, c, in))
		default:
			entered = append(entered, s.askRow(d, c, in))
		}
	}
	return asked, entered
}

// checkinAwaited is how long after its day a check-in may still be answered: as long as
// its link lives.
const checkinAwaited = 7 * 24 * time.Hour

// checkinRows lists what was answered, latest first, and what may still come.
func (s *site) checkinRows(d desk, list []knead.Checkin) (rows []checkinRow) {
	for _, k := range slices.Backward(list) {
		if k.Answered == 0 && s.house.Now().Sub(k.Due) > checkinAwaited {
			continue
		}
		row := checkinRow{Date: d.Day(k.Due), Moment: s.words.say("checkin.moment." + k.Moment), Answered: k.Answered != 0, ToCome: k.Answered == 0 && k.Due > s.house.Now()}
		if row.Answered {
			row.Date = d.Day(k.Answered)
			row.Said = s.saidAt(k.Answers)
			row.Message = k.Answers.Message
			for _, sign := range k.Answers.Signs {
				row.Effects = append(row.Effects, sign.Words())
			}
			for _, e := range k.Answers.Effects {
				row.Effects = append(row.Effects, e.Words())
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// saidAt is what was answered at a check-in, in one line.
func (s *site) saidAt(a knead.CheckinAnswers) string {
	var parts []string
	if a.Soreness != nil {
		parts = append(parts, s.words.say("checkin.said.soreness", *a.Soreness))
	}
	if a.Since != "" {
		parts = append(parts, s.words.say("checkin.since."+string(a.Since)))
	}
	if a.Pain != nil {
		parts = append(parts, s.words.say("checkin.said.pain", *a.Pain))
	}
	switch a.Home {
	case "":
	case plan.HomeWorse:
		parts = append(parts, s.words.say("checkin.said.home.worse", strings.Join(knead.ExerciseNames(a.HomeWorse), ", ")))
	default:
		parts = append(parts, s.words.say("checkin.said.home."+string(a.Home)))
	}
	return strings.Join(parts, ", ")
}

// scriptsOf is what a therapist is told when the last answers to an instrument ask for it.
func scriptsOf(c course) (lines []string) {
	for _, in := range outcome.Standard().Instruments {
		if in.Script == nil {
			continue
		}
		if list := c.of(in.ID); len(list) > 0 && list[len(list)-1].score.Script != nil {
			lines = append(lines, in.Script.Therapist...)
		}
	}
	return lines
}

// measurePage is the form for one instrument.
type measurePage struct {
	desk
	Client     knead.Client
	In         *outcome.Instrument
	Items      []itemField
	Own        []ownField
	Place      bool
	PlaceValue string
	Score      string // typed in, where the wording may not be shown
	Moments    []momentChoice
	At         string
	Codes      []string
	Notice     string
	Known      string // how well the licence is known
	Field      string
	Problem    string
	Low, High  string
	Step       string
}

type itemField struct {
	ID      outcome.ItemID
	Text    string
	Choices []numberChoice // none: a field for a number
	Value   string
	Low     string
	High    string
	Ends    string
}

type numberChoice struct {
	Value, Words string
	On           bool
}

type ownField struct {
	N            int
	Words, Value string
}

type momentChoice struct {
	Name string
	On   bool
}

func (s *site) measureForm(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showMeasureForm(w, r, p, http.StatusOK, nil)
}

func (s *site) showMeasureForm(w http.ResponseWriter, r *http.Request, p person, code int, problem error) error {
	client, c, d, err := s.clientCourse(r, p, "measure-form", s.words.say("measure.title"))
	if err != nil {
		return err
	}
	if !p.May(practice.EditChart) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	in, ok := outcome.Standard().Instrument(outcome.ID(r.PathValue("instrument")))
	if !ok || !byHand(in) {
		return &knead.Error{Kind: knead.NotFound}
	}
	page := measurePage{desk: d, Client: client, In: in, Place: in.ID == "nprs-place", Known: in.Licence.Mark.Words(), Low: plainNumber(in.Range.Low), High: plainNumber(in.Range.High), Step: "1"}
	page.Title = in.Name
	if in.Decimals > 0 {
		page.Step = "0.1"
	}
	page.Field, page.Problem = saidOf(problem)
	page.PlaceValue, page.Score = r.PostForm.Get("place"), r.PostForm.Get("a-"+string(outcome.EnteredItem))
	page.At = r.PostForm.Get("at")
	if page.At == "" {
		page.At = s.house.Now().Time().In(p.zone).Format("2006-01-02T15:04")
	}
	chosen := r.PostForm.Get("moment")
	for _, name := range []string{"review", "intake", "before", "after"} {
		page.Moments = append(page.Moments, momentChoice{name, name == chosen || chosen == "" && name == "review"})
	}
	for _, item := range in.Items {
		page.Items = append(page.Items, s.itemField(item, r.PostForm.Get("a-"+string(item.ID))))
	}
	page.Own = ownFields(in, r, c.of(in.ID))
	if in.Coded() {
		page.Notice = outcome.Standard().Notices["loinc"]
		for _, code := range in.Codes {
			page.Codes = append(page.Codes, code.System+" "+code.Code+": "+code.Of)
		}
	}
	return s.showDesk(w, r, code, "measure-form", page)
}

// numbersShown is how many answers stand beside each other to be tapped; a longer scale is
// typed (chosen: 0 to 10 fits a phone in two rows).
const numbersShown = 11

func (s *site) itemField(item outcome.Item, value string) itemField {
	f := itemField{ID: item.ID, Text: item.Text, Value: value, Low: plainNumber(item.Range.Low), High: plainNumber(item.Range.High)}
	if f.Text == "" {
		f.Text = s.words.say("measure.item", item.ID)
	}
	named := map[float64]string{}
	for _, l := range item.Labels {
		named[l.Value] = l.Text
	}
	whole := len(named) == int(item.Range.High-item.Range.Low)+1
	if !whole && named[item.Range.Low] != "" {
		f.Ends = s.words.say("measure.ends", f.Low, named[item.Range.Low], f.High, named[item.Range.High])
	}
	if item.Range.High-item.Range.Low >= numbersShown {
		return f
	}
	for n := item.Range.Low; n <= item.Range.High; n++ {
		c := numberChoice{Value: plainNumber(n), Words: plainNumber(n)}
		if whole {
			c.Words = named[n]
		}
		c.On = c.Value == value
		f.Choices = append(f.Choices, c)
	}
	return f
}

// ownFields are the client's own activities: those of last time stand there already, so
// that the numbers go on meaning the same.
func ownFields(in *outcome.Instrument, r *http.Request, before []scored) (fields []ownField) {
	for n := 1; n <= in.Own.Most; n++ {
		f := ownField{N: n, Words: r.PostForm.Get(practice.ActivityOf(n)), Value: r.PostForm.Get("a-" + strconv.Itoa(n))}
		if r.PostForm == nil && len(before) > 0 {
			f.Words = before[len(before)-1].Answers[practice.ActivityOf(n)]
		}
		fields = append(fields, f)
	}
	return fields
}

func (s *site) addMeasure(w http.ResponseWriter, r *http.Request, p person) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	client := knead.ClientID(r.PathValue("client"))
	m := practice.Measure{Instrument: r.PathValue("instrument"), Place: strings.TrimSpace(r.PostForm.Get("place")), Moment: r.PostForm.Get("moment"), Answers: map[string]string{}}
	err := takeMeasure(&m, r, p.zone, s.house.Now())
	if err == nil {
		err = s.house.AddMeasures(r.Context(), p.Actor, client, []practice.Measure{m})
	}
	if knead.KindOf(err) == knead.Invalid {
		return s.showMeasureForm(w, r, p, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(client)+"/outcomes?saved=1", http.StatusSeeOther)
	return nil
}

// takeMeasure reads the form of an instrument.
func takeMeasure(m *practice.Measure, r *http.Request, zone *time.Location, now knead.Instant) error {
	if !slices.Contains([]string{"review", "intake", "before", "after"}, m.Moment) {
		return &knead.Error{Kind: knead.Invalid, Field: "moment", Say: "Choose when it was answered."}
	}
	at, err := time.ParseInLocation("2006-01-02T15:04", r.PostForm.Get("at"), zone)
	if err != nil || knead.InstantOf(at) > now.Add(time.Hour) {
		return &knead.Error{Kind: knead.Invalid, Field: "at", Say: "Write when it was answered, such as 2026-05-31T10:30, not in the future."}
	}
	m.At = knead.InstantOf(at)
	if m.Instrument == "nprs-place" && m.Place == "" {
		return &knead.Error{Kind: knead.Invalid, Field: "place", Say: "Write at which place."}
	}
	for name, values := range r.PostForm {
		if item, ok := strings.CutPrefix(name, "a-"); ok && strings.TrimSpace(last(values)) != "" {
			m.Answers[item] = strings.TrimSpace(last(values))
		}
	}
	for n := 1; n <= 5; n++ {
		key := practice.ActivityOf(n)
		words := strings.TrimSpace(r.PostForm.Get(key))
		_, answered := m.Answers[strconv.Itoa(n)]
		switch {
		case words != "" && answered:
			m.Answers[key] = words
		case words == "" && answered && r.PostForm.Has(key):
			return &knead.Error{Kind: knead.Invalid, Field: key, Say: "Write what the number is about, in the client’s words."}
		}
	}
	return nil
}

// overTime is what stands on a client's page of how they are over time: the last drawings,
// what became of the answers, what is due.
type overTime struct {
	Course string // the care plan in one sentence
	Strip  template.HTML
	Says   []string
	Due    []askRow
}

// drawingsOnClient is how many drawings stand there (chosen: one row on a desk).
const drawingsOnClient = 4

func (s *site) overTime(r *http.Request, p person, d desk, client knead.ClientID) (*overTime, error) {
	if !p.May(practice.SeeChart) {
		return nil, nil //nolint:nilnil // not theirs to see
	}
	c, err := s.course(r, d, client)
	if err != nil {
		return nil, err
	}
	o := &overTime{Due: s.dueRows(d, c)}
	if o.Course, err = s.courseSays(r, p, client); err != nil {
		return nil, err
	}
	if n := len(c.drawings); n > 0 {
		if o.Strip, err = s.strip("strip", c.drawings[max(0, n-drawingsOnClient):]); err != nil {
			return nil, err
		}
	}
	for _, in := range outcome.Standard().Instruments {
		if in.Use != outcome.Core || in.Subject != outcome.Pain && in.Subject != outcome.Function {
			continue
		}
		if words := s.changeWords(d, in, c.of(in.ID)); words != "" && in.ID != "nprs-place" {
			o.Says = append(o.Says, words)
		}
	}
	return o, nil
}
