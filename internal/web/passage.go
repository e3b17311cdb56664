package web

import (
	"fmt"
	"net/http"
	"time"

	"knead"
	"knead/body"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/screen"
)

// passage is a way through a visit that the record keeps: a member's at the workspace, or
// a client's by a link. The screens are those of every visit; only where it is kept, and
// where the forms lead, differ.
type passage struct {
	by     practice.Actor
	person person // who signed in; empty by a link
	visit  knead.VisitRecord
	client knead.Client
	to     doorway
	whose  string
	last   *knead.VisitRecord // whose answers may hold on; see holding
}

// keptDoor is where the forms of a kept visit lead.
func keptDoor(at string) doorway {
	return doorway{
		Start: at, Paint: at + "/paint", Read: at + "/read", Questions: at + "/questions", Keep: at + "/keep",
		About: at + "/about", Touch: at + "/touch", Consent: at + "/consent", Done: at + "/done",
	}
}

type visitHandler func(http.ResponseWriter, *http.Request, passage) error

// visitRoutes are the steps of a visit as the therapist walks through them.
func (s *site) visitRoutes() map[string]visitHandler {
	return map[string]visitHandler{
		"GET /visits/{visit}/paint":      s.keptPaint,
		"POST /visits/{visit}/paint":     s.keepPaint,
		"POST /visits/{visit}/read":      s.keepRead,
		"GET /visits/{visit}/questions":  s.keptQuestions,
		"POST /visits/{visit}/questions": s.keepQuestions,
		"GET /visits/{visit}/assess":     s.keptAssess,
		"POST /visits/{visit}/assess":    s.keepAssess,
		"POST /visits/{visit}/begin":     s.beginSession,
		"POST /visits/{visit}/spoken":    onlyVisit(practice.RunSession, s.spokenConsent),
		"GET /visits/{visit}/session":    s.session,
		"POST /visits/{visit}/session":   onlyVisit(practice.RunSession, s.tapSession),
		"POST /visits/{visit}/lift":      s.liftStop,
		"GET /visits/{visit}/print":      s.keptPrint,
		"POST /visits/{visit}/print":     s.keepPrint,
	}
}

// onlyVisit lets in whose role includes the act.
func onlyVisit(act practice.Act, h visitHandler) visitHandler {
	return func(w http.ResponseWriter, r *http.Request, p passage) error {
		if !p.by.May(act) {
			return practice.NotAllowed(act)
		}
		return h(w, r, p)
	}
}

// onVisit finds the visit that the address names, if it is the person's to see.
func (s *site) onVisit(h visitHandler) staffHandler {
	return func(w http.ResponseWriter, r *http.Request, p person) error {
		id := knead.VisitID(r.PathValue("visit"))
		if !p.May(practice.SeeChart) {
			return &knead.Error{Kind: knead.NotFound}
		}
		v, err := s.house.Visit(r.Context(), p.Actor, id)
		if err != nil {
			return err
		}
		c, err := s.house.Client(r.Context(), p.Actor, v.Client)
		if err != nil {
			return err
		}
		at := "/visits/" + string(id)
		pass := passage{by: p.Actor, person: p, visit: v, client: c, whose: c.CalledName(), to: keptDoor(at)}
		pass.to.Assess, pass.to.Print, pass.to.Begin, pass.to.Lift, pass.to.Done = at+"/assess", at+"/print", at+"/begin", at+"/lift", at
		if v.Plan != "" {
			pass.to.Begin, pass.to.Table = "", at+"/session"
		}
		if p.signin.HideNames {
			pass.whose = hiddenName
		}
		return h(w, r, pass)
	}
}

// onLink lets a client in who comes by a link.
func (s *site) onLink(h visitHandler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		bearer := r.PathValue("bearer")
		by, _, err := s.house.Follow(r.Context(), bearer, practice.ForIntake, remote(r))
		if err != nil {
			return status(err)
		}
		v, err := s.house.Visit(r.Context(), by, by.Visit)
		if err != nil {
			return status(err)
		}
		c, err := s.house.Client(r.Context(), by, by.Client)
		if err != nil {
			return status(err)
		}
		pass := passage{by: by, visit: v, client: c, to: keptDoor("/l/" + bearer)}
		pass.to.Assess = pass.to.Start + "/answers"
		if pass.person.practice, err = s.house.Practice(r.Context(), by); err != nil {
			return status(err)
		}
		if pass.person.zone, err = time.LoadLocation(v.Zone); err != nil {
			return status(fmt.Errorf("zone of the visit: %w", err))
		}
		return status(h(w, r, pass))
	}
}

// early tells that the visit has not begun: what was painted and answered may change.
func (p *passage) early() bool {
	return p.visit.State == knead.VisitOpen || p.visit.State == knead.VisitIntake || p.visit.State == knead.VisitReady
}

// whileEarly closes a step once the visit has begun, to a client who comes by a link.
func (s *site) whileEarly(h visitHandler) visitHandler {
	return func(w http.ResponseWriter, r *http.Request, p passage) error {
		switch {
		case !p.by.ByLink() || p.early():
			return h(w, r, p)
		case r.Method == http.MethodGet:
			http.Redirect(w, r, p.to.Start, http.StatusSeeOther)
			return nil
		}
		return &knead.Error{Kind: knead.Conflict, Say: s.words.say("welcome.begun")}
	}
}

// work is the visit as the screens know it.
func (p *passage) work() work {
	w := work{visit: p.visit.Input, kept: p, client: p.by.ByLink()}
	if fig, err := body.ParseFigure(p.client.Profile.Figure); err == nil {
		w.figure = fig
	}
	return w
}

// keep applies a form to the visit as it is stored now, and stores it. apply may run
// again when somebody else was quicker.
func (s *site) keep(r *http.Request, p *passage, apply func(*work)) (work, error) {
	if err := r.ParseForm(); err != nil {
		return work{}, bad(err)
	}
	drawing, painted := body.Drawing{}, false
	if paint, sent := r.PostForm["paint"]; sent {
		d, err := parsePaint(last(paint))
		if err != nil {
			return work{}, bad(err)
		}
		drawing, painted = d, true
	}
	if err := s.keepFigure(r, p); err != nil {
		return work{}, err
	}
	var w work
	v, err := s.house.ChangeVisit(r.Context(), p.by, p.visit.ID, func(v *knead.VisitRecord) error {
		p.visit = *v
		w = p.work()
		w.anyway = r.PostForm.Get("anyway") != "" || r.PostForm.Get("look") != ""
		if painted {
			w.visit.Drawing = drawing
		}
		apply(&w)
		v.Input, v.Intake = w.visit, p.visit.Intake
		v.Asked = v.Asked || r.PostForm.Get("asked") != "" && r.PostForm.Get("now") == ""
		return nil
	})
	p.visit = v
	return w, err
}

// keepFigure remembers on which figure the client wants to be drawn.
func (s *site) keepFigure(r *http.Request, p *passage) error {
	name := last(r.PostForm["figure"])
	if _, err := body.ParseFigure(name); err != nil || name == p.client.Profile.Figure || name == body.Neutral.String() && p.client.Profile.Figure == "" {
		return nil //nolint:nilerr // nothing chosen, or nothing new
	}
	p.client.Profile.Figure = name
	return s.house.ChangeClient(r.Context(), p.by, p.client.ID, 0, func(c *knead.Client) error {
		c.Profile.Figure = name
		return nil
	})
}

func (s *site) keptPaint(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := s.findLast(r, &p); err != nil {
		return err
	}
	return s.showPaint(w, r, http.StatusOK, p.work(), paintForm{view: r.URL.Query().Get("view")})
}

func (s *site) keepPaint(rw http.ResponseWriter, r *http.Request, p passage) error {
	if err := s.findLast(r, &p); err != nil {
		return err
	}
	var form paintForm
	w, err := s.keep(r, &p, func(w *work) {
		form = s.takePaint(w, r)
		if r.PostForm.Get("do") == "last" {
			p.drawLikeLast(w)
		}
	})
	if err != nil {
		return err
	}
	return s.showPaint(rw, r, paintStatus(form), w, form)
}

// keepRead stores a stroke as soon as it is made, and reads the marks back.
func (s *site) keepRead(rw http.ResponseWriter, r *http.Request, p passage) error {
	w, err := s.keep(r, &p, func(*work) {})
	if err != nil {
		return err
	}
	return s.readBack(rw, r, w)
}

func (s *site) keptQuestions(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := s.findLast(r, &p); err != nil {
		return err
	}
	return s.showQuestions(w, r, http.StatusOK, p.work(), answersForm{})
}

func (s *site) keepQuestions(rw http.ResponseWriter, r *http.Request, p passage) error {
	if err := s.findLast(r, &p); err != nil {
		return err
	}
	var form paintForm
	w, err := s.keep(r, &p, func(w *work) {
		form = s.takePaint(w, r)
		p.visit.Intake.Reach(knead.IntakeQuestions)
		if r.PostForm.Get("back") != "" {
			w.unanswer()
		}
	})
	if err != nil {
		return err
	}
	if form.sayError != "" {
		return s.showPaint(rw, r, http.StatusUnprocessableEntity, w, form)
	}
	http.Redirect(rw, r, p.to.Questions, http.StatusSeeOther)
	return nil
}

func (s *site) keptAssess(rw http.ResponseWriter, r *http.Request, p passage) error {
	w := p.work()
	w.anyway = r.URL.Query().Get("anyway") != ""
	return s.showKept(rw, r, w)
}

// showKept shows what follows from a visit as it is kept.
func (s *site) showKept(rw http.ResponseWriter, r *http.Request, w work) error {
	a, err := knead.Assess(w.visit)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	if level := a.Screening.Level; level == screen.Emergency || level == screen.SameDay && !w.anyway && a.Plan == nil {
		return s.showStop(rw, r, w, a.Screening, a.Questions)
	}
	return s.showAssess(rw, r, w, a, editForm{}, "", "")
}

func (s *site) keepAssess(rw http.ResponseWriter, r *http.Request, p passage) error {
	if err := s.findLast(r, &p); err != nil {
		return err
	}
	eased, err := s.easing(r, p)
	if err != nil {
		return err
	}
	var form answersForm
	var edits editForm
	w, err := s.keep(r, &p, func(w *work) {
		w.keepPlan()
		if r.PostForm.Get("asked") != "" {
			form = s.takeAnswers(w, r, true)
			if r.PostForm.Get("now") == "" && len(w.visit.Screen().Missing) == 0 {
				p.visit.Intake.Reach(knead.IntakeAbout)
			}
		}
		edits = s.takeEdits(w, r)
		w.visit.Preferences = eased.Apply(w.visit.Preferences)
		s.takeFinding(w, r)
	})
	if err != nil {
		return err
	}
	return s.afterAnswers(rw, r, w, form, edits)
}

func (s *site) keptPrint(w http.ResponseWriter, r *http.Request, p passage) error {
	return s.showPrint(w, r, p.work())
}

func (s *site) keepPrint(rw http.ResponseWriter, r *http.Request, p passage) error {
	if _, err := s.keep(r, &p, func(w *work) {
		w.keepPlan()
		s.takeEdits(w, r)
	}); err != nil {
		return err
	}
	http.Redirect(rw, r, p.to.Print, http.StatusSeeOther)
	return nil
}
