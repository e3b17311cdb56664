package web

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/atlas"
	"knead/internal/chart"
	"knead/internal/practice"
	"knead/plan"
)

// coursePart is the care plan over weeks: in sentences, as a picture and as a list.
type coursePart struct {
	Lines    []courseLine
	Refer    bool // somebody else looks first
	Picture  template.HTML
	Planned  bool         // the picture has the first plan as well
	Sittings []sittingRow // the list that says what the picture shows
	Focus    []string
	Form     *courseForm // of the record, for those who may decide
}

type sittingRow struct {
	Day   string // empty where no dates are known
	Words string
	Said  []string
}

type courseLine struct{ About, Words, Source string }

// courseForm is what a therapist decides about the course.
type courseForm struct {
	Client          knead.ClientID
	Every, Sessions string
	LeastEvery      int
	MostEvery       int
	MostSessions    int
	Hurt            []hurtRow
	Begun           string // since when sessions count; empty: since the last long gap
}

// hurtRow is an exercise that is not proposed, since the client said that it made it worse.
type hurtRow struct {
	ID          atlas.ExerciseID
	Name, Since string
}

// coursePart says and draws a course. day writes the date of a time from now; nil where
// no dates are known.
func (s *site) coursePart(k plan.Course, id string, planned *chart.WeekRow, day func(plan.Hours) string) (*coursePart, error) {
	p := &coursePart{Refer: k.Way == plan.Refer}
	for _, l := range knead.CourseLines(k) {
		p.Lines = append(p.Lines, courseLine{string(l.About), l.Words, s.courseSource(l)})
	}
	for _, f := range k.Focus {
		p.Focus = append(p.Focus, capital(knead.FocusWords(f)))
	}
	add := func(row sittingRow, at plan.Hours) {
		if day != nil {
			row.Day = day(at)
		}
		p.Sittings = append(p.Sittings, row)
	}
	for i, d := range k.Done {
		add(s.hadRow(i, d), -d.Ago)
	}
	for _, x := range k.Sessions {
		add(sittingRow{Words: knead.SittingWords(k, x)}, x.At)
	}
	if len(p.Sittings) == 0 {
		return p, nil
	}
	weeks := s.courseWeeks(k, id)
	if planned != nil {
		p.Planned = true
		weeks.Rows = append([]chart.WeekRow{*planned}, weeks.Rows...)
		weeks.Rows[1].Label = s.words.say("course.row.went")
	}
	var err error
	p.Picture, err = weeks.HTML()
	return p, err
}

// hadRow says one session that was had.
func (s *site) hadRow(i int, d plan.Done) sittingRow {
	row := sittingRow{Words: s.words.say("course.had", i+1, d.Minutes)}
	if d.Before != nil {
		row.Said = append(row.Said, s.words.say("course.had-pain", *d.Before))
	}
	switch {
	case d.Soreness72 != nil && *d.Soreness72 > 0:
		row.Said = append(row.Said, s.words.say("course.had-still-sore", *d.Soreness72))
	case d.Soreness24 != nil:
		row.Said = append(row.Said, s.words.say("course.had-sore", *d.Soreness24))
	}
	if d.Home != "" {
		row.Said = append(row.Said, s.words.say("course.had-home."+string(d.Home)))
	}
	return row
}

// courseSource names what the numbers of a line rest on.
func (s *site) courseSource(l knead.CourseLine) string {
	var names []string
	for _, id := range l.Sources {
		if name := s.sourceName(id); name != "" && name != s.words.say("plan.convention") {
			names = append(names, name)
		}
	}
	if l.Chosen {
		names = append(names, s.words.say("before.chosen"))
	}
	return strings.Join(names, "; ")
}

// courseWeeks draws a course from its first session to the last that is planned.
func (s *site) courseWeeks(k plan.Course, id string) chart.Weeks {
	begun := plan.Hours(0)
	if len(k.Done) > 0 {
		begun = k.Done[0].Ago
	}
	days := func(at plan.Hours) float64 { return float64(begun+at) / float64(plan.Day) }
	w := chart.Weeks{
		ID: id, Title: s.words.say("course.title"), Summary: s.words.say("course.list-beside"),
		Week: s.words.say("course.week"), Pain: s.words.say("course.pain"), Today: -1,
	}
	row := chart.WeekRow{}
	for i, d := range k.Done {
		row.Dots = append(row.Dots, chart.WeekDot{Day: days(-d.Ago), Minutes: d.Minutes, Kind: chart.DotHad, N: i + 1})
		if d.Before != nil {
			w.Levels = append(w.Levels, chart.WeekLevel{Day: days(-d.Ago), Level: *d.Before})
		}
	}
	if len(k.Done) > 0 {
		w.Today, w.Now = days(0), s.words.say("course.today")
		if k.Here {
			w.Now = s.words.say("course.this-visit")
		}
		if k.Now != nil {
			w.Levels = append(w.Levels, chart.WeekLevel{Day: days(0), Level: *k.Now})
		}
	}
	if len(w.Levels) == 1 { // one figure draws no curve
		w.Levels = nil
	}
	for _, x := range k.Sessions {
		row.Dots = append(row.Dots, chart.WeekDot{Day: days(x.At), Minutes: x.Minutes, Kind: chart.DotToCome, N: x.N, Review: x.Review})
	}
	if end, ok := map[plan.Way]string{plan.Refer: "refer", plan.Finish: "finish", plan.Taper: "finish"}[k.Way]; ok {
		last := days(0)
		if n := len(row.Dots); n > 0 {
			last = max(last, row.Dots[n-1].Day)
		}
		row.End = &chart.WeekEnd{Day: last + 7, Kind: end, Words: s.words.say("course.end." + end)}
	}
	w.Rows = []chart.WeekRow{row}
	return w
}

// plannedRow is the course as it was planned at its first session.
func (s *site) plannedRow(k practice.Course) *chart.WeekRow {
	if len(k.Past) == 0 {
		return nil
	}
	a, err := knead.Assess(k.Past[0].Visit.Input)
	if err != nil {
		return nil // what today's rules cannot read is not drawn
	}
	row := &chart.WeekRow{Label: s.words.say("course.row.planned")}
	for _, x := range a.CourseWith(plan.History{Wishes: k.Wishes.Wishes()}).Sessions {
		row.Dots = append(row.Dots, chart.WeekDot{Day: float64(x.At) / float64(plan.Day), Minutes: x.Minutes, Kind: chart.DotPlanned, N: x.N, Review: x.Review})
	}
	if len(row.Dots) == 0 {
		return nil
	}
	return row
}

// visitCourse is the care plan beside the plan of a visit, for the therapist; nil for a
// client who came by a link.
func (s *site) visitCourse(w work, a knead.Assessment, h plan.History) (*coursePart, error) {
	switch p := w.kept; {
	case p == nil:
		return s.coursePart(a.Course, "course", nil, nil)
	case p.by.ByLink():
		return nil, nil //nolint:nilnil // for the therapist
	default:
		return s.coursePart(a.CourseWith(h), "course", nil, dayFrom(desk{Person: p.person}, p.visit.Starts))
	}
}

// courseSays is the care plan in one sentence; empty where no session was had.
func (s *site) courseSays(r *http.Request, p person, client knead.ClientID) (string, error) {
	k, err := s.house.Course(r.Context(), p.Actor, client)
	if err != nil || len(k.Past) == 0 {
		return "", err
	}
	return knead.CourseLines(plan.Ahead(k.History))[0].Words, nil
}

// dayFrom writes the date of a time that is so far from an instant.
func dayFrom(d desk, from knead.Instant) func(plan.Hours) string {
	return func(at plan.Hours) string { return d.Day(from.Add(time.Duration(at) * time.Hour)) }
}

// clientCoursePart is the course on a client's own page: so far against as it was planned.
// It is nil where no session was had.
func (s *site) clientCoursePart(r *http.Request, d desk, client knead.Client) (*coursePart, error) {
	k, err := s.house.Course(r.Context(), d.Person.Actor, client.ID)
	if err != nil || len(k.Past) == 0 {
		return nil, err
	}
	p, err := s.coursePart(plan.Ahead(k.History), "course", s.plannedRow(k), dayFrom(d, s.house.Now()))
	if err == nil && d.Person.May(practice.PlanCourse) {
		p.Form = s.courseForm(d, client)
	}
	return p, err
}

func (s *site) courseForm(d desk, client knead.Client) *courseForm {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	w := client.Profile.Course
	f := &courseForm{
		Client: client.ID, Every: number(w.Every), Sessions: number(w.Sessions),
		LeastEvery: plan.MinEvery, MostEvery: plan.MaxEvery, MostSessions: plan.MaxSessions,
	}
	for _, h := range client.Profile.HomeHurt {
		f.Hurt = append(f.Hurt, hurtRow{h.Exercise, knead.ExerciseName(h.Exercise), s.words.say("course.home-hurt-since", d.Day(h.At))})
	}
	if w.Begun != 0 {
		f.Begun = d.Day(w.Begun)
	}
	return f
}

// setCourse takes what a therapist decides: how far apart, how many, or that a new course
// begins now.
func (s *site) setCourse(w http.ResponseWriter, r *http.Request, p person) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	client, err := s.house.Client(r.Context(), p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	wishes := client.Profile.Course
	switch r.PostForm.Get("do") {
	case "again":
		if err := s.house.ProposeAgain(r.Context(), p.Actor, client.ID, atlas.ExerciseID(r.PostForm.Get("exercise"))); err != nil {
			return fmt.Errorf("propose an exercise again: %w", err)
		}
	case "begin":
		wishes.Begun = s.house.Now()
	case "rejoin":
		wishes.Begun = 0
	default:
		for name, to := range map[string]*int{"every": &wishes.Every, "sessions": &wishes.Sessions} {
			text := strings.TrimSpace(r.PostForm.Get(name))
			if text == "" {
				*to = 0
				continue
			}
			if *to, err = strconv.Atoi(text); err != nil {
				return &knead.Error{Kind: knead.Invalid, Field: name, Say: s.words.say("course.no-number"), Err: err}
			}
		}
	}
	if err := s.house.SetCourse(r.Context(), p.Actor, client.ID, wishes); err != nil {
		return fmt.Errorf("set the course: %w", err)
	}
	http.Redirect(w, r, "/clients/"+string(client.ID)+"/outcomes#course", http.StatusSeeOther)
	return nil
}
