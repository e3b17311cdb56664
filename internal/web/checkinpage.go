package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/outcome"
	"knead/plan"
	"knead/screen"
)

// checkinRoutes are what a client reaches by the link of a check-in.
func (s *site) checkinRoutes() map[string]checkinHandler {
	return map[string]checkinHandler{
		"GET /c/{bearer}":        s.checkin,
		"POST /c/{bearer}":       s.answerCheckin,
		"GET /c/{bearer}/thanks": s.checkinDone,
	}
}

// asked is a client who came by the link of a check-in.
type asked struct {
	by      practice.Actor
	desk    desk
	client  knead.Client
	visit   knead.VisitRecord
	checkin knead.Checkin
	at      string // address of the check-in
}

type checkinHandler func(http.ResponseWriter, *http.Request, asked) error

func (s *site) onCheckin(h checkinHandler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		by, _, err := s.house.Follow(r.Context(), r.PathValue("bearer"), practice.ForCheckin, remote(r))
		if err != nil {
			return status(err)
		}
		a := asked{by: by, at: "/c/" + r.PathValue("bearer")}
		if a.checkin, err = s.house.Checkin(r.Context(), by); err != nil {
			return status(err)
		}
		if a.client, err = s.house.Client(r.Context(), by, by.Client); err != nil {
			return status(err)
		}
		if a.visit, err = s.house.Visit(r.Context(), by, by.Visit); err != nil {
			return status(err)
		}
		p, err := s.house.Practice(r.Context(), by)
		if err != nil {
			return status(err)
		}
		zone, err := time.LoadLocation(p.Zone)
		if err != nil {
			return err
		}
		a.desk = desk{
			layout:   layout{Title: s.words.say("checkin.title"), Screen: "checkin", ScriptWords: s.script, Kept: true},
			Practice: p, Person: person{Actor: by, practice: p, zone: zone},
		}
		return status(h(w, r, a))
	}
}

// checkinPage asks how the client is. It fits a thumb and half a minute.
type checkinPage struct {
	desk
	Client    knead.Client
	At        string
	Day       string // of the session
	Signs     []tickRow
	NoSigns   bool
	Effects   []tickRow
	NoEffects bool
	Soreness  []numberChoice
	AskPain   bool
	Pain      []numberChoice
	Since     []sinceChoice
	Exercises []tickRow // for home; ticked are those that made it worse
	Home      []sinceChoice
	Message   string
	Again     bool // it was answered before
	Field     string
	Problem   string
}

type tickRow struct {
	ID, Words string
	On        bool
}

type sinceChoice struct {
	Value string
	On    bool
}

// painAsked is how long after a session the pain is asked as well: earlier it says
// nothing that anybody would act on.
const painAsked = 48 * time.Hour

func (s *site) checkin(w http.ResponseWriter, r *http.Request, a asked) error {
	return s.showCheckin(w, r, http.StatusOK, a, a.checkin.Answers, nil)
}

func (s *site) showCheckin(w http.ResponseWriter, r *http.Request, code int, a asked, answers knead.CheckinAnswers, problem error) error {
	page := checkinPage{
		desk: a.desk, Client: a.client, At: a.at, Day: a.desk.Day(a.visit.Starts), Again: a.checkin.Answered != 0,
		NoSigns: answers.NoSigns, NoEffects: answers.NoEffects, Message: answers.Message,
		AskPain: s.house.Now().Sub(a.checkin.Ended) >= painAsked,
	}
	page.Field, page.Problem = saidOf(problem)
	for _, sign := range knead.EmergencySigns() {
		page.Signs = append(page.Signs, tickRow{string(sign), sign.Words(), slices.Contains(answers.Signs, sign)})
	}
	for _, e := range knead.AskedEffects() {
		page.Effects = append(page.Effects, tickRow{string(e), capital(e.Words()), slices.Contains(answers.Effects, e)})
	}
	page.Soreness, page.Pain = zeroToTen(answers.Soreness), zeroToTen(answers.Pain)
	for _, d := range []outcome.Direction{outcome.ToBetter, outcome.ToSame, outcome.ToWorse} {
		page.Since = append(page.Since, sinceChoice{string(d), d == answers.Since})
	}
	given, err := programmeOf(a.visit)
	if err != nil {
		return err
	}
	for _, id := range given {
		page.Exercises = append(page.Exercises, tickRow{string(id), knead.ExerciseName(id), slices.Contains(answers.HomeWorse, id)})
	}
	for _, d := range plan.HomeAnswers {
		page.Home = append(page.Home, sinceChoice{string(d), d == answers.Home})
	}
	return s.showDesk(w, r, code, "checkin", page)
}

// programmeOf are the exercises that a visit gave for home.
func programmeOf(v knead.VisitRecord) ([]atlas.ExerciseID, error) {
	if v.Plan == "" {
		return nil, nil
	}
	p, err := knead.ReadPlan([]byte(v.Plan))
	return knead.Programme(p.Advice), err
}

// zeroToTen are the numbers from 0 to 10 to be tapped.
func zeroToTen(chosen *int) (list []numberChoice) {
	for n := range 11 {
		list = append(list, numberChoice{Value: strconv.Itoa(n), Words: strconv.Itoa(n), On: chosen != nil && *chosen == n})
	}
	return list
}

func (s *site) answerCheckin(w http.ResponseWriter, r *http.Request, a asked) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	answers := takeCheckin(r)
	if r.PostForm.Get("now") != "" && len(answers.Signs) == 0 { // sent from below the signs without one
		return s.showCheckin(w, r, http.StatusUnprocessableEntity, a, answers, &knead.Error{Kind: knead.Invalid, Field: "signs", Say: s.words.say("checkin.which")})
	}
	_, err := s.house.AnswerCheckin(r.Context(), a.by, answers)
	if knead.KindOf(err) == knead.Invalid {
		return s.showCheckin(w, r, http.StatusUnprocessableEntity, a, answers, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, a.at+"/thanks", http.StatusSeeOther)
	return nil
}

// takeCheckin reads the form. What contradicts itself, a sign and 'none of these', counts
// as the sign.
func takeCheckin(r *http.Request) knead.CheckinAnswers {
	a := knead.CheckinAnswers{
		Since: outcome.Direction(r.PostForm.Get("since")), Message: strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get("message"), "\r\n", "\n")),
		Soreness: takeLevel(r, "soreness"), Pain: takeLevel(r, "pain"),
	}
	for _, id := range r.PostForm["sign"] {
		a.Signs = append(a.Signs, knead.EmergencySign(id))
	}
	for _, id := range r.PostForm["effect"] {
		a.Effects = append(a.Effects, knead.SideEffect(id))
	}
	a.Home = plan.HomeDone(r.PostForm.Get("home"))
	if a.Home == plan.HomeWorse { // ticks that stayed from another answer say nothing
		for _, id := range r.PostForm["home-worse"] {
			a.HomeWorse = append(a.HomeWorse, atlas.ExerciseID(id))
		}
	}
	a.NoSigns = r.PostForm.Get("no-signs") != "" && len(a.Signs) == 0
	a.NoEffects = r.PostForm.Get("no-effects") != "" && len(a.Effects) == 0
	return a
}

// takeLevel reads a number; what is none was not answered.
func takeLevel(r *http.Request, name string) *int {
	n, err := strconv.Atoi(r.PostForm.Get(name))
	if err != nil {
		return nil
	}
	return &n
}

// checkinDonePage thanks, or says what to do now.
type checkinDonePage struct {
	desk
	At      string
	Kind    string // emergency, same-day, refer or empty
	Told    []string
	Number  string
	Contact string
	Watch   []string
}

func (s *site) checkinDone(w http.ResponseWriter, r *http.Request, a asked) error {
	if a.checkin.Answered == 0 {
		http.Redirect(w, r, a.at, http.StatusSeeOther)
		return nil
	}
	page := checkinDonePage{desk: a.desk, At: a.at, Number: a.desk.Practice.Emergency(), Contact: a.desk.Practice.Settings.Contact}
	level := a.checkin.Answers.Urgency()
	if level != screen.NoFlags {
		page.Kind = string(level)
	}
	for _, sign := range a.checkin.Answers.Signs {
		page.Told = append(page.Told, sign.Words())
	}
	for _, e := range a.checkin.Answers.Effects {
		if e.Urgency() != screen.NoFlags {
			page.Told = append(page.Told, capital(e.Words()))
		}
	}
	for _, watch := range screen.Watches() {
		if watch.When == "after" {
			page.Watch = append(page.Watch, watch.Text)
		}
	}
	return s.showDesk(w, r, http.StatusOK, "checkin-done", page)
}
