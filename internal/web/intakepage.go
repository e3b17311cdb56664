package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
	"knead/outcome"
)

// intakeRoutes are the steps of the intake that a member can walk through as well, on the
// practice's own screen.
func (s *site) intakeRoutes() map[string]visitHandler {
	return map[string]visitHandler{
		"POST /visits/{visit}/keep":       onlyVisit(practice.EditChart, s.keepTyped),
		"GET /visits/{visit}/about":       s.aboutYou,
		"POST /visits/{visit}/about":      onlyVisit(practice.EditChart, s.takeAbout),
		"GET /visits/{visit}/touch":       s.touch,
		"POST /visits/{visit}/touch":      onlyVisit(practice.EditChart, s.takeTouch),
		"POST /visits/{visit}/touch/read": onlyVisit(practice.EditChart, s.readTouch),
		"GET /visits/{visit}/consent":     s.consent,
		"POST /visits/{visit}/consent":    onlyVisit(practice.EditChart, s.takeConsent),
	}
}

// intakeTemplates are the pages of the intake; each has a template of its name.
func intakeTemplates() []string {
	return []string{"intake/welcome", "intake/about", "intake/touch", "intake/consent", "intake/done"}
}

// aboutPage asks what the client can tell of themselves, and the measures that are due.
type aboutPage struct {
	layout
	Typed      url.Values
	Conditions string
	Medicines  string
	Allergies  string
	Known      bool // something was written at an earlier visit
	Minor      bool
	Pressures  []int
	Techniques []techniqueChoice
	Positions  []choice
	Touch      []touchRow
	First      []instrumentRow // measures that are asked
	More       []instrumentRow // and those that may be asked
	Field      string
	Problem    string
}

func (p aboutPage) wrongField() (field, say string) { return p.Field, p.Problem }

// Value is what stands in a field.
func (p aboutPage) Value(name string) string { return p.Typed.Get(name) }

// Has tells whether a choice of a field is made.
func (p aboutPage) Has(name, value string) bool { return slices.Contains(p.Typed[name], value) }

// instrumentRow is one instrument on the page.
type instrumentRow struct {
	ID, Title, Ask string
	Items          []itemRow
	Own            []ownRow
	Steps          []int // of an item in the client's own words
}

type itemRow struct {
	Name   string // of the field
	Text   string
	Scale  []int // each a button; empty: a number is typed
	Labels []labelRow
	Low    string // what the ends of the scale mean
	High   string
	Least  int
	Most   int
	Error  string
}

type labelRow struct {
	Value int
	Text  string
}

type ownRow struct {
	Name, Words string
	Error       string
}

// aboutFields are the fields of the page that are text of one line, and those that are
// lists.
var (
	aboutLines = []string{"emergency", "emergency-relation", "emergency-phone", "guardian", "guardian-phone", "room", "oils", "position"}
	aboutLists = []string{"conditions", "medicines", "allergies"}
)

// notAtTheTable are techniques that a client is not asked about: measures for home, and
// what no plan offers.
var notAtTheTable = []atlas.TechniqueID{"self-massage", "rub", "traction"}

// longestTyped bounds what a form may hold that was not sent yet, in bytes.
const longestTyped = 24 << 10

// keepTyped keeps what stands in a form that was not sent yet, so that another device can
// go on. Answers of the screening are answers as soon as they are given.
func (s *site) keepTyped(rw http.ResponseWriter, r *http.Request, p passage) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	r.PostForm.Del("asked") // nothing was sent: the form may be half filled in
	step := knead.IntakeStep(r.PostForm.Get("step"))
	if err := s.findLast(r, &p); err != nil {
		return err
	}
	var apply func(*work)
	switch step {
	case knead.IntakeQuestions:
		apply = func(w *work) { s.takeAnswers(w, r, false) }
	case knead.IntakeAbout, knead.IntakeConsent:
		typed, size := map[string][]string{}, 0
		for name, values := range r.PostForm {
			if name == "step" || name == "signature" { // a signature is an act, not a draft
				continue
			}
			typed[name] = values
			for _, v := range values {
				size += len(v)
			}
		}
		if size > longestTyped {
			return &knead.Error{Kind: knead.Invalid, Say: s.words.say("about.too-long")}
		}
		apply = func(w *work) {
			i := &w.kept.visit.Intake
			if i.Typed == nil {
				i.Typed = map[knead.IntakeStep]map[string][]string{}
			}
			i.Typed[step] = typed
		}
	default:
		return &knead.Error{Kind: knead.NotFound}
	}
	if _, err := s.keep(r, &p, apply); err != nil {
		return err
	}
	rw.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *site) aboutYou(w http.ResponseWriter, r *http.Request, p passage) error {
	typed := url.Values(p.visit.Intake.Typed[knead.IntakeAbout])
	return s.showAbout(w, r, http.StatusOK, p, typed, nil)
}

func (s *site) showAbout(w http.ResponseWriter, r *http.Request, code int, p passage, typed url.Values, problem error) error {
	l, err := s.layout("about", p.to.About, 3, p.work())
	if err != nil {
		return err
	}
	known := p.client.Profile
	page := aboutPage{
		layout: l, Typed: typed, Minor: p.minor(s.house.Now()), Pressures: []int{1, 2, 3, 4, 5}, Touch: s.touchRows(known.Touch),
		Known: len(known.Conditions)+len(known.Medicines)+len(known.Allergies) > 0 || p.visit.Intake.About != 0,
	}
	page.Title = s.words.say("about.title")
	page.Field, page.Problem = saidOf(problem)
	if typed == nil {
		page.Typed = knownAbout(p)
	}
	page.Conditions, page.Medicines, page.Allergies = page.Value("conditions"), page.Value("medicines"), page.Value("allergies")
	for _, t := range atlas.Standard().Techniques {
		if slices.Contains(notAtTheTable, t.ID) {
			continue
		}
		page.Techniques = append(page.Techniques, techniqueChoice{ID: t.ID, Name: t.Name, On: page.Has("technique", string(t.ID)), Never: page.Has("never", string(t.ID))})
	}
	for _, position := range atlas.Positions {
		page.Positions = append(page.Positions, choice{string(position), page.Has("can", string(position))})
	}
	due, before, err := s.house.DueMeasures(r.Context(), p.by, p.visit.ID)
	if err != nil {
		return err
	}
	for _, ask := range due {
		row := s.instrumentRow(ask.Instrument, before, page)
		if ask.Instrument.Family == "nprs" || ask.Instrument.Subject == outcome.Soreness {
			page.First = append(page.First, row)
		} else {
			page.More = append(page.More, row)
		}
	}
	return s.show(w, r, code, "intake/about", page)
}

// knownAbout is what the record knows, as the form has it.
func knownAbout(p passage) url.Values {
	c := p.client.Profile
	v := url.Values{
		"conditions": {strings.Join(c.Conditions, "\n")}, "medicines": {strings.Join(c.Medicines, "\n")}, "allergies": {strings.Join(c.Allergies, "\n")},
		"emergency": {c.Emergency.Name}, "emergency-relation": {c.Emergency.Relation}, "emergency-phone": {c.Emergency.Phone},
		"guardian": {c.Guardian.Name}, "guardian-phone": {c.Guardian.Phone}, "room": {c.Room}, "oils": {c.Oils}, "position": {c.Position},
	}
	if c.Pressure > 0 {
		v.Set("pressure", strconv.Itoa(c.Pressure))
	}
	for _, t := range c.Techniques {
		v.Add("technique", string(t))
	}
	for _, t := range c.Never {
		v.Add("never", string(t))
	}
	for _, position := range c.Positions {
		v.Add("can", string(position))
	}
	return v
}

// instrumentRow makes the questions of an instrument.
func (s *site) instrumentRow(in *outcome.Instrument, before []practice.Measure, page aboutPage) instrumentRow {
	row := instrumentRow{ID: string(in.ID), Title: in.Name, Ask: in.Ask}
	wrong := func(name string) string {
		if page.Field == name {
			return page.Problem
		}
		return ""
	}
	for _, item := range in.Items {
		name := measureField(in.ID, item.ID)
		it := itemRow{Name: name, Text: item.Text, Least: int(item.Range.Low), Most: int(item.Range.High), Error: wrong(name)}
		ends := len(item.Labels) == 2
		switch {
		case ends:
			it.Low, it.High = item.Labels[0].Text, item.Labels[1].Text
		default:
			for _, l := range item.Labels {
				it.Labels = append(it.Labels, labelRow{int(l.Value), l.Text})
			}
		}
		if ends && it.Most-it.Least <= 10 {
			for n := it.Least; n <= it.Most; n++ {
				it.Scale = append(it.Scale, n)
			}
		}
		row.Items = append(row.Items, it)
	}
	words := lastWords(in.ID, before)
	for n := range in.Own.Most {
		name := measureField(in.ID, outcome.ItemID(strconv.Itoa(n+1)))
		own := ownRow{Name: name, Words: page.Value(name + ".words"), Error: wrong(name)}
		if _, typed := page.Typed[name+".words"]; !typed {
			own.Words = words[n+1]
		}
		row.Own = append(row.Own, own)
	}
	for n := int(in.Own.Range.Low); n <= int(in.Own.Range.High) && in.Own.Most > 0; n++ {
		row.Steps = append(row.Steps, n)
	}
	return row
}

// measureField is the name of the field for an item.
func measureField(in outcome.ID, item outcome.ItemID) string {
	return "m." + string(in) + "." + string(item)
}

// lastWords are the activities that the client named when asked before, by their number:
// two visits are compared on the same activities.
func lastWords(in outcome.ID, before []practice.Measure) map[int]string {
	words := map[int]string{}
	for _, m := range before { // oldest first: the last one stays
		if m.Instrument != string(in) {
			continue
		}
		clear(words)
		for n := range 10 {
			if text := m.Answers[practice.ActivityOf(n+1)]; text != "" {
				words[n+1] = text
			}
		}
	}
	return words
}

func (s *site) takeAbout(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	form := r.PostForm
	nothing := form.Get("none") != ""
	if nothing {
		for _, name := range aboutLists {
			form.Set(name, "")
		}
	}
	if !nothing && strings.TrimSpace(form.Get("conditions")+form.Get("medicines")+form.Get("allergies")) == "" {
		return s.showAbout(w, r, http.StatusUnprocessableEntity, p, form, &knead.Error{Kind: knead.Invalid, Field: "conditions", Say: s.words.say("about.none-missing")})
	}
	measures, err := s.takeMeasures(r, p)
	if err != nil {
		return s.againAbout(w, r, p, form, err)
	}
	moment := s.house.Now()
	v, err := s.house.TakeIntake(r.Context(), p.by, p.visit.ID, measures, func(c *knead.Client, v *knead.VisitRecord) error {
		takeAboutForm(&c.Profile, form)
		v.Input.Client.Medicines = c.Profile.Medicines
		v.Input.Preferences.Pressure = c.Profile.Pressure
		v.Input.Preferences.Techniques = c.Profile.Techniques
		v.Input.Preferences.Positions = c.Profile.Positions
		v.Intake.About = moment
		v.Intake.Reach(knead.IntakeConsent)
		delete(v.Intake.Typed, knead.IntakeAbout)
		return nil
	})
	if err != nil {
		return s.againAbout(w, r, p, form, err)
	}
	p.visit = v
	to := p.to.Consent
	if form.Get("to") == "touch" {
		to = p.to.Touch
	}
	if level := v.Verdict.Level; p.by.ByLink() && (level == "emergency" || level == "same-day") { // a medicine can say more than the answers did
		to = p.to.Assess
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// againAbout shows the form again with what was typed, where something in it is wrong.
func (s *site) againAbout(w http.ResponseWriter, r *http.Request, p passage, form url.Values, err error) error {
	if knead.KindOf(err) != knead.Invalid {
		return err
	}
	return s.showAbout(w, r, http.StatusUnprocessableEntity, p, form, err)
}

// takeAboutForm reads the form into what the practice remembers. Fields that were not
// sent stay.
func takeAboutForm(c *knead.ClientProfile, form url.Values) {
	lists := map[string]*[]string{"conditions": &c.Conditions, "medicines": &c.Medicines, "allergies": &c.Allergies}
	for _, name := range aboutLists {
		*lists[name] = split(form.Get(name), "\n\r")
	}
	lines := map[string]*string{
		"emergency": &c.Emergency.Name, "emergency-relation": &c.Emergency.Relation, "emergency-phone": &c.Emergency.Phone,
		"guardian": &c.Guardian.Name, "guardian-phone": &c.Guardian.Phone, "room": &c.Room, "oils": &c.Oils, "position": &c.Position,
	}
	for _, name := range aboutLines {
		if _, sent := form[name]; sent {
			*lines[name] = strings.TrimSpace(form.Get(name))
		}
	}
	if _, sent := form["wishes"]; !sent {
		return
	}
	c.Pressure, _ = strconv.Atoi(form.Get("pressure")) // what is no number means: not said
	c.Techniques, c.Never, c.Positions = techniquesOf(form["technique"]), techniquesOf(form["never"]), nil
	for _, position := range atlas.Positions {
		if slices.Contains(form["can"], string(position)) {
			c.Positions = append(c.Positions, position)
		}
	}
	if len(c.Positions) == len(atlas.Positions) { // any is fine: the plan is free
		c.Positions = nil
	}
}

// takeMeasures reads the measures that were answered. What was left out stays out.
func (s *site) takeMeasures(r *http.Request, p passage) ([]practice.Measure, error) {
	due, before, err := s.house.DueMeasures(r.Context(), p.by, p.visit.ID)
	if err != nil {
		return nil, err
	}
	moment := "before"
	if len(before) == 0 || p.last == nil && !slices.ContainsFunc(before, func(m practice.Measure) bool { return m.Visit != p.visit.ID }) {
		moment = "intake"
	}
	var list []practice.Measure
	for _, ask := range due {
		in := ask.Instrument
		m := practice.Measure{Instrument: string(in.ID), Visit: p.visit.ID, Moment: moment, Answers: map[string]string{}}
		numbers := outcome.Answers{}
		take := func(id outcome.ItemID) error {
			name := measureField(in.ID, id)
			text := strings.TrimSpace(r.PostForm.Get(name))
			if text == "" {
				return nil
			}
			n, err := strconv.Atoi(text)
			if err == nil {
				numbers[id] = float64(n)
				_, err = in.Score(outcome.Answers{id: float64(n)})
			}
			if err != nil {
				return &knead.Error{Kind: knead.Invalid, Field: name, Say: s.words.say("about.number")}
			}
			m.Answers[string(id)] = text
			return nil
		}
		for _, item := range in.Items {
			if err := take(item.ID); err != nil {
				return nil, err
			}
		}
		for n := range in.Own.Most {
			id := outcome.ItemID(strconv.Itoa(n + 1))
			words := strings.TrimSpace(r.PostForm.Get(measureField(in.ID, id) + ".words"))
			if words == "" { // a number without a thing says nothing
				continue
			}
			if err := take(id); err != nil {
				return nil, err
			}
			if m.Answers[string(id)] != "" {
				m.Answers[practice.ActivityOf(n+1)] = words
			}
		}
		if len(numbers) > 0 {
			list = append(list, m)
		}
	}
	return list, nil
}
