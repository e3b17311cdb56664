package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"knead"
	"knead/internal/practice"
)

// incidentsPage lists what went wrong: of one client, with a form to log it, or of the
// whole practice.
type incidentsPage struct {
	desk
	Client     *knead.Client // nil: the whole practice
	Rows       []incidentRow
	More       bool
	Kinds      []choiceOf
	Severities []choiceOf
	Visits     []choiceOf
	Onset      string
	Action     string
	Words      string
	Field      string
	Problem    string
}

type choiceOf struct {
	Value, Words string
	On           bool
}

type incidentRow struct {
	practice.Incident
	Title, Severity, When, Name, By string
}

// incidentsShown is how many are listed (chosen: more are in the export).
const incidentsShown = 200

func (s *site) incidents(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showIncidents(w, r, p, http.StatusOK, nil, nil)
}

func (s *site) clientIncidents(w http.ResponseWriter, r *http.Request, p person) error {
	c, err := s.house.Client(r.Context(), p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	return s.showIncidents(w, r, p, http.StatusOK, &c, nil)
}

func (s *site) showIncidents(w http.ResponseWriter, r *http.Request, p person, code int, client *knead.Client, problem error) error {
	if !p.May(practice.SeeChart) {
		return &knead.Error{Kind: knead.NotFound}
	}
	page := incidentsPage{desk: s.desk(r.Context(), p, "incidents", "clients", s.words.say("incident.title")), Client: client}
	page.Field, page.Problem = saidOf(problem)
	var id knead.ClientID
	if client != nil {
		id = client.ID
	}
	list, more, err := s.house.Incidents(r.Context(), p.Actor, id, incidentsShown)
	if err != nil {
		return err
	}
	page.More = more
	names, err := s.memberNames(r, p)
	if err != nil {
		return err
	}
	called := map[knead.ClientID]string{}
	for _, i := range list {
		if called[i.Client] == "" {
			c, err := s.house.Client(r.Context(), p.Actor, i.Client)
			if err != nil {
				return err
			}
			called[i.Client] = page.Name(c)
		}
		page.Rows = append(page.Rows, incidentRow{
			i, s.incidentWords(i.Kind), s.words.say("incident.severity." + i.Severity), page.Day(i.At), called[i.Client], names[i.Member],
		})
	}
	if client != nil && p.May(practice.LogIncident) {
		if err := s.incidentForm(r, p, &page); err != nil {
			return err
		}
	}
	return s.showDesk(w, r, code, "incidents", page)
}

// incidentWords names what went wrong: the side effects have their words already.
func (s *site) incidentWords(kind string) string {
	if e := knead.SideEffect(kind); slices.Contains(knead.SideEffects, e) {
		return capital(e.Words())
	}
	return s.words.say("incident.kind." + kind)
}

func (s *site) incidentForm(r *http.Request, p person, page *incidentsPage) error {
	chosen := func(name, value string) bool { return r.PostForm.Get(name) == value }
	for _, kind := range practice.IncidentKinds() {
		page.Kinds = append(page.Kinds, choiceOf{kind, s.incidentWords(kind), chosen("kind", kind)})
	}
	for _, severity := range practice.Severities() {
		page.Severities = append(page.Severities, choiceOf{severity, s.words.say("incident.severity." + severity), chosen("severity", severity)})
	}
	visits, _, err := s.house.VisitsOf(r.Context(), p.Actor, page.Client.ID, visitsShown)
	if err != nil {
		return err
	}
	for _, v := range visits {
		if treated(v) {
			page.Visits = append(page.Visits, choiceOf{string(v.ID), page.Day(v.Starts) + ", " + page.Clock(v.Starts), chosen("visit", string(v.ID))})
		}
	}
	page.Onset, page.Action, page.Words = r.PostForm.Get("onset"), r.PostForm.Get("action"), r.PostForm.Get("words")
	return nil
}

func (s *site) addIncident(w http.ResponseWriter, r *http.Request, p person) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	c, err := s.house.Client(r.Context(), p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	i := practice.Incident{
		Client: c.ID, Visit: knead.VisitID(r.PostForm.Get("visit")), Kind: r.PostForm.Get("kind"), Severity: r.PostForm.Get("severity"),
		Action: strings.TrimSpace(r.PostForm.Get("action")), Words: strings.TrimSpace(r.PostForm.Get("words")), Onset: -1,
	}
	if n, err := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("onset"))); err == nil { // what is no number is refused with the others
		i.Onset = n
	}
	err = s.house.AddIncident(r.Context(), p.Actor, i)
	if knead.KindOf(err) == knead.Invalid {
		return s.showIncidents(w, r, p, http.StatusUnprocessableEntity, &c, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(c.ID)+"/incidents", http.StatusSeeOther)
	return nil
}

func (s *site) resolveIncident(w http.ResponseWriter, r *http.Request, p person) error {
	if err := s.house.ResolveIncident(r.Context(), p.Actor, r.PathValue("incident"), r.PostFormValue("open") == ""); err != nil {
		return err
	}
	http.Redirect(w, r, urlPath(r.PostFormValue("to")), http.StatusSeeOther)
	return nil
}
