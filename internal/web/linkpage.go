package web

import (
	"net/http"
	"path"
	"strings"
	"time"

	"knead"
	"knead/internal/practice"
	"knead/screen"
)

// linkRoutes are what a client reaches by a link: their own visit, and nothing else.
// intakepage.go has the steps that a member can walk through as well.
func (s *site) linkRoutes() map[string]visitHandler {
	return map[string]visitHandler{
		"GET /l/{bearer}":             s.welcome,
		"GET /l/{bearer}/paint":       s.whileEarly(s.keptPaint),
		"POST /l/{bearer}/paint":      s.whileEarly(s.keepPaint),
		"POST /l/{bearer}/read":       s.whileEarly(s.keepRead),
		"GET /l/{bearer}/questions":   s.whileEarly(s.keptQuestions),
		"POST /l/{bearer}/questions":  s.whileEarly(s.keepQuestions),
		"GET /l/{bearer}/answers":     s.whileEarly(s.linkAnswers),
		"POST /l/{bearer}/answers":    s.whileEarly(s.keepAssess),
		"POST /l/{bearer}/keep":       s.whileEarly(s.keepTyped),
		"GET /l/{bearer}/about":       s.whileEarly(s.aboutYou),
		"POST /l/{bearer}/about":      s.whileEarly(s.takeAbout),
		"GET /l/{bearer}/touch":       s.whileEarly(s.touch),
		"POST /l/{bearer}/touch":      s.whileEarly(s.takeTouch),
		"POST /l/{bearer}/touch/read": s.whileEarly(s.readTouch),
		"GET /l/{bearer}/consent":     s.consent,
		"POST /l/{bearer}/consent":    s.takeConsent,
		"GET /l/{bearer}/done":        s.done,
	}
}

// welcomePage tells what is going to be asked, and leads in.
type welcomePage struct {
	layout
	Practice  knead.Practice
	When      string
	Returning bool
	Begun     bool
	Finished  bool
	Next      string
	Closed    string // why nothing is asked any more
	Consent   bool   // consent can still be looked at and taken back
}

func (s *site) welcome(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := s.findLast(r, &p); err != nil {
		return err
	}
	l, err := s.layout("welcome", p.to.Start, 0, p.work())
	if err != nil {
		return err
	}
	page := welcomePage{
		layout: l, Practice: p.person.practice, When: s.when(p.visit), Returning: p.last != nil,
		Begun: p.visit.Intake.Reached != "" || len(p.visit.Input.Drawing.Marks) > 0, Next: p.next(),
		Finished: p.visit.Intake.Reached == knead.IntakeDone,
	}
	page.Title = s.words.say("welcome.heading") + " · " + p.person.practice.Name
	switch {
	case p.visit.State == knead.VisitCancelled:
		page.Closed = s.words.say("welcome.cancelled")
	case !p.early():
		page.Closed, page.Consent = s.words.say("welcome.begun"), true
	}
	return s.show(w, r, http.StatusOK, "intake/welcome", page)
}

// when writes the day and the time of a visit, with its zone.
func (s *site) when(v knead.VisitRecord) string {
	at := v.Starts.Time()
	zone, err := time.LoadLocation(v.Zone)
	if err != nil { // was checked when the visit was found
		return at.Format("Monday, 2 January 2006, 15:04 MST")
	}
	at = at.In(zone)
	place, short := strings.ReplaceAll(path.Base(v.Zone), "_", " "), at.Format("MST")
	if place == short { // UTC has no place
		return s.words.say("welcome.when-short", at.Format("Monday, 2 January 2006"), at.Format("15:04"), short)
	}
	if strings.ContainsAny(short[:1], "+-") { // a zone without letters of its own, such as -03
		short = "UTC" + short
	}
	return s.words.say("welcome.when", at.Format("Monday, 2 January 2006"), at.Format("15:04"), place, short)
}

// next is the step at which the client goes on.
func (p *passage) next() string {
	if level := screen.Level(p.visit.Verdict.Level); level == screen.Emergency || level == screen.SameDay {
		return p.to.Assess // what to do now, and the way back
	}
	switch p.visit.Intake.Reached {
	case knead.IntakeQuestions:
		return p.to.Questions
	case knead.IntakeAbout:
		return p.to.About
	case knead.IntakeConsent:
		return p.to.Consent
	case knead.IntakeDone:
		return p.to.Done
	}
	return p.to.Paint
}

// linkAnswers shows again what the answers led to: a stop, or the step that comes next.
func (s *site) linkAnswers(w http.ResponseWriter, r *http.Request, p passage) error {
	result := p.visit.Input.Screen()
	if result.Level == screen.Emergency || result.Level == screen.SameDay {
		return s.showStop(w, r, p.work(), result, screen.Questions(painted(p.visit.Input.Drawing), p.visit.Input.Client))
	}
	http.Redirect(w, r, p.to.Questions, http.StatusSeeOther)
	return nil
}

// donePage thanks, and says what happens next.
type donePage struct {
	layout
	Practice knead.Practice
	When     string
	Missing  []stepLink // what is still open
	Refused  bool       // a consent that a visit needs was refused or taken back
}

func (s *site) done(w http.ResponseWriter, r *http.Request, p passage) error {
	l, err := s.layout("done", p.to.Done, 4, p.work())
	if err != nil {
		return err
	}
	page := donePage{layout: l, Practice: p.person.practice, When: s.when(p.visit)}
	page.Title = s.words.say("done.title")
	state, err := s.consentOf(r, &p)
	if err != nil {
		return err
	}
	for _, kind := range knead.ConsentKinds() {
		last := state.holds[kind].Last
		page.Refused = page.Refused || kind.Needed() && last != nil && last.Act != knead.ConsentGiven
	}
	if p.early() {
		if p.visit.State != knead.VisitReady {
			page.Missing = append(page.Missing, stepLink{Name: s.words.say("done.step.questions"), URL: p.to.Questions})
		}
		if p.visit.Intake.About == 0 {
			page.Missing = append(page.Missing, stepLink{Name: s.words.say("done.step.about"), URL: p.to.About})
		}
		if len(state.asks) > 0 && !page.Refused {
			page.Missing = append(page.Missing, stepLink{Name: s.words.say("done.step.consent"), URL: p.to.Consent})
		}
	}
	return s.show(w, r, http.StatusOK, "intake/done", page)
}

// findLast finds the visit whose answers may hold on for this one.
func (s *site) findLast(r *http.Request, p *passage) error {
	last, found, err := s.house.LastAnswered(r.Context(), p.by, p.visit.ID)
	if found {
		p.last = &last
	}
	return err
}

// holding is what holds on from the last visit, unless the client said that something
// has changed.
func (p *passage) holding(v knead.Visit) knead.Holding {
	if p == nil || p.last == nil || p.visit.Intake.Changed == "yes" {
		return knead.Holding{}
	}
	return knead.HoldOn(*p.last, v, p.visit.Starts)
}

// drawLikeLast takes over the drawing of the last visit. A drawing that was begun stays.
func (p *passage) drawLikeLast(w *work) {
	if p.last == nil || len(w.visit.Drawing.Marks) > 0 {
		return
	}
	w.visit.Drawing = p.last.Input.Drawing
	p.visit.Intake.Drawn = p.last.ID
}

// day writes the day of an instant in the zone of whoever looks.
func (p *passage) day(at knead.Instant) string {
	return desk{Person: p.person}.Day(at)
}

// settings are those of the practice.
func (p *passage) settings() knead.Settings { return p.person.practice.Settings.WithDefaults() }

// minor tells that a parent or guardian has to sign, by what is known of the age.
func (p *passage) minor(now knead.Instant) bool {
	age, known := p.client.AgeAt(now.Time())
	if !known {
		age, known = p.visit.Input.Client.Age, p.visit.Input.Client.Age > 0
	}
	return known && age < p.settings().MinorUntilAge
}

// finish notes that a client who came by a link is through.
func (s *site) finish(r *http.Request, by practice.Actor) error {
	if !by.ByLink() {
		return nil
	}
	return s.house.Finish(r.Context(), by)
}
