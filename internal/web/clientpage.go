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
)

// clientsPage finds clients.
type clientsPage struct {
	desk
	Query   string
	Clients []knead.Client
	More    bool
}

// most clients listed at once (chosen: two screens on a desk)
const clientsShown = 50

func (s *site) clients(w http.ResponseWriter, r *http.Request, p person) error {
	page := clientsPage{desk: s.desk(r.Context(), p, "clients", "clients", s.words.say("clients.title")), Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	if len(page.Query) > 200 {
		page.Query = page.Query[:200]
	}
	var err error
	if page.Clients, page.More, err = s.house.Clients(r.Context(), p.Actor, page.Query, clientsShown); err != nil {
		return err
	}
	return s.showDesk(w, r, http.StatusOK, "clients", page)
}

// clientForm is the page on which a client is added or changed.
type clientForm struct {
	desk
	Client     knead.Client
	New        bool
	Restored   bool // words that were typed before and not saved
	Field      string
	Problem    string
	Conditions string // one a line
	Medicines  string
	Allergies  string
	Tags       string
	Techniques []techniqueChoice
	Pressures  []int
}

func (s *site) newClient(w http.ResponseWriter, r *http.Request, p person) error {
	if !p.May(practice.EditNames) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	return s.showClientForm(w, r, p, http.StatusOK, knead.Client{}, nil)
}

func (s *site) editClient(w http.ResponseWriter, r *http.Request, p person) error {
	c, err := s.house.Client(r.Context(), p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	if !p.May(practice.EditNames) && !p.May(practice.EditChart) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	return s.showClientForm(w, r, p, http.StatusOK, c, nil)
}

func (s *site) showClientForm(w http.ResponseWriter, r *http.Request, p person, code int, c knead.Client, problem error) error {
	restored := false
	if problem == nil && r.Method == http.MethodGet && r.URL.Query().Get("fresh") == "" {
		var err error
		if restored, err = s.restoreClient(r, p, &c); err != nil {
			return err
		}
	}
	title := s.words.say("client.edit")
	if c.ID == "" {
		title = s.words.say("client.new")
	}
	page := clientForm{
		desk: s.desk(r.Context(), p, "client-form", "clients", title), Client: c, New: c.ID == "", Restored: restored, Pressures: []int{1, 2, 3, 4, 5},
		Conditions: strings.Join(c.Profile.Conditions, "\n"), Medicines: strings.Join(c.Profile.Medicines, "\n"),
		Allergies: strings.Join(c.Profile.Allergies, "\n"), Tags: strings.Join(c.Profile.Tags, ", "),
	}
	page.Field, page.Problem = saidOf(problem)
	for _, t := range atlas.Standard().Techniques {
		page.Techniques = append(page.Techniques, techniqueChoice{t.ID, t.Name, slices.Contains(c.Profile.Techniques, t.ID), slices.Contains(c.Profile.Never, t.ID)})
	}
	return s.showDesk(w, r, code, "client-form", page)
}

// takeClient reads the form into a client. Fields that the form did not send stay.
func takeClient(c *knead.Client, r *http.Request, chart bool) {
	line := func(name string, to *string) {
		if _, sent := r.PostForm[name]; sent {
			*to = strings.TrimSpace(r.PostForm.Get(name))
		}
	}
	line("name", &c.Name)
	line("called", &c.Called)
	line("born", &c.Born)
	line("email", &c.Email)
	line("phone", &c.Phone)
	line("pronouns", &c.Profile.Pronouns)
	line("language", &c.Profile.Language)
	line("guardian", &c.Profile.Guardian.Name)
	line("guardian-phone", &c.Profile.Guardian.Phone)
	line("emergency", &c.Profile.Emergency.Name)
	line("emergency-phone", &c.Profile.Emergency.Phone)
	line("room", &c.Profile.Room)
	if !chart {
		return
	}
	line("oils", &c.Profile.Oils)
	line("position", &c.Profile.Position)
	line("history", &c.Profile.History)
	for name, to := range map[string]*[]string{"conditions": &c.Profile.Conditions, "medicines": &c.Profile.Medicines, "allergies": &c.Profile.Allergies} {
		if _, sent := r.PostForm[name]; sent {
			*to = split(r.PostForm.Get(name), "\n")
		}
	}
	if _, sent := r.PostForm["tags"]; sent {
		c.Profile.Tags = split(r.PostForm.Get("tags"), ",\n")
	}
	if _, sent := r.PostForm["pressure"]; sent {
		c.Profile.Pressure, _ = strconv.Atoi(r.PostForm.Get("pressure")) // what is no number means: not said
		c.Profile.Techniques, c.Profile.Never = techniquesOf(r.PostForm["technique"]), techniquesOf(r.PostForm["never"])
	}
}

func split(text, at string) []string {
	var parts []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(at, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func (s *site) addClient(w http.ResponseWriter, r *http.Request, p person) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	var c knead.Client
	takeClient(&c, r, p.May(practice.EditChart))
	id, err := s.house.AddClient(r.Context(), p.Actor, c)
	if knead.KindOf(err) == knead.Invalid {
		return s.showClientForm(w, r, p, http.StatusUnprocessableEntity, c, err)
	}
	if err != nil {
		return err
	}
	if err := s.house.DropDraft(r.Context(), p.Actor, clientDraft("")); err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(id), http.StatusSeeOther)
	return nil
}

func (s *site) changeClient(w http.ResponseWriter, r *http.Request, p person) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	id := knead.ClientID(r.PathValue("client"))
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // without one the last word wins
	var typed knead.Client
	err := s.house.ChangeClient(r.Context(), p.Actor, id, version, func(c *knead.Client) error {
		takeClient(c, r, p.May(practice.EditChart))
		typed = *c
		return nil
	})
	if knead.KindOf(err) == knead.Invalid && typed.ID != "" {
		return s.showClientForm(w, r, p, http.StatusUnprocessableEntity, typed, err)
	}
	if err != nil {
		return err
	}
	if err := s.house.DropDraft(r.Context(), p.Actor, clientDraft(id)); err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(id), http.StatusSeeOther)
	return nil
}

func (s *site) archiveClient(w http.ResponseWriter, r *http.Request, p person) error {
	id := knead.ClientID(r.PathValue("client"))
	err := s.house.ChangeClient(r.Context(), p.Actor, id, 0, func(c *knead.Client) error {
		c.Archived = s.house.Now()
		if r.PostFormValue("undo") != "" {
			c.Archived = 0
		}
		return nil
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(id), http.StatusSeeOther)
	return nil
}

// clientPage is everything about one client on one page.
type clientPage struct {
	desk
	Client      knead.Client
	Age         int
	AgeKnown    bool
	Visits      []visitRow
	MoreVisits  bool
	Over        *overTime // nil for those who may not see the chart
	Consents    []consentRow
	Links       []linkRow
	Letters     []letterRow
	Members     []knead.Member // who can treat
	Files       filesView
	MergedTo    string // the name of the entry that this double was joined with
	Touch       []touchRow
	AskConsent  string // where consent can be asked now
	ConsentActs []consentAct
	Now         string // the nearest quarter of an hour, for the new visit's form
}

type visitRow struct {
	ID     knead.VisitID
	At     string
	State  string
	By     string
	Places []string
	Open   bool
}

type consentRow struct {
	Kind, Title, State, When string
	Given                    bool
}

type linkRow struct {
	ID                   knead.LinkID
	Purpose, State, When string
	Open                 bool
}

// visitsShown on a client's page; older ones follow on their own page (chosen).
const visitsShown = 30

func (s *site) client(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showClient(w, r, p, http.StatusOK, filesView{})
}

// showClient shows the page; after files were sent, also what became of them.
func (s *site) showClient(w http.ResponseWriter, r *http.Request, p person, code int, sent filesView) error {
	ctx := r.Context()
	c, err := s.house.Client(ctx, p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	page := clientPage{desk: s.desk(ctx, p, "client", "clients", c.CalledName()), Client: c}
	if page.Hide {
		page.Title = s.words.say("client.hidden")
	}
	page.Age, page.AgeKnown = c.AgeAt(s.house.Now().Time().In(p.zone))
	names, err := s.memberNames(r, p)
	if err != nil {
		return err
	}
	visits, more, err := s.house.VisitsOf(ctx, p.Actor, c.ID, visitsShown)
	if err != nil {
		return err
	}
	page.MoreVisits = more
	for _, v := range visits {
		row := visitRow{ID: v.ID, At: page.Day(v.Starts) + ", " + page.Clock(v.Starts), State: s.words.say("visit.state." + string(v.State)), By: names[v.Therapist]}
		for _, m := range s.markRows(v.Input.Drawing) {
			row.Places = append(row.Places, m.Words)
		}
		row.Open = v.State != knead.VisitClosed && v.State != knead.VisitCancelled
		if row.Open && v.State != knead.VisitEnded {
			page.AskConsent = "/visits/" + string(v.ID) + "/consent" // the earliest of those to come
		}
		page.Visits = append(page.Visits, row)
	}
	if page.Over, err = s.overTime(r, p, page.desk, c.ID); err != nil {
		return err
	}
	if err := s.clientParts(r, p, &page); err != nil {
		return err
	}
	if p.May(practice.SeeChart) {
		if page.Files, err = s.filesView(r, p, page.desk, c.ID); err != nil {
			return err
		}
		page.Files.Problems, page.Files.Added = sent.Problems, max(sent.Added, page.Files.Added)
	}
	if c.Merged != "" {
		other, err := s.house.Client(ctx, p.Actor, c.Merged)
		if err != nil {
			return err
		}
		page.MergedTo = page.Name(other)
	}
	return s.showDesk(w, r, code, "client", page)
}

func (s *site) clientParts(r *http.Request, p person, page *clientPage) error {
	ctx := r.Context()
	acts, err := s.house.Consents(ctx, p.Actor, page.Client.ID)
	if err != nil {
		return err
	}
	if p.May(practice.SeeChart) {
		page.Touch = s.touchRows(page.Client.Profile.Touch)
		page.ConsentActs = s.consentHistory(page.desk, acts)
	}
	holds := knead.Consents(acts, s.consentEditions(p.practice))
	for _, kind := range knead.ConsentKinds() {
		state := holds[kind]
		row := consentRow{Kind: string(kind), State: s.words.say("consent.state.none"), Given: state.Given()}
		row.Title = s.consentName(kind)
		if state.Last != nil {
			row.State, row.When = s.words.say("consent.state."+state.Last.Act), page.Day(state.Last.At)
			if state.Stale {
				row.State = s.words.say("consent.state.stale")
			}
		}
		page.Consents = append(page.Consents, row)
	}
	if page.Letters, err = s.letterRows(r, p, page.desk, "", page.Client.ID); err != nil {
		return err
	}
	if p.May(practice.SendLink) {
		links, err := s.house.Links(ctx, p.Actor, page.Client.ID)
		if err != nil {
			return err
		}
		for _, l := range links {
			page.Links = append(page.Links, s.linkRow(page.desk, l))
		}
	}
	if p.May(practice.OpenVisit) {
		members, err := s.house.Members(ctx, p.Actor)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.Active(s.house.Now()) && (m.Role == knead.Owner || m.Role == knead.Therapist || m.Role == knead.Substitute) {
				page.Members = append(page.Members, m)
			}
		}
		page.Now = s.house.Now().Time().In(p.zone).Round(15 * time.Minute).Format("2006-01-02T15:04")
	}
	return nil
}

func (s *site) linkRow(d desk, l practice.Link) linkRow {
	now := s.house.Now()
	row := linkRow{ID: l.ID, Purpose: s.words.say("link.for." + string(l.Purpose)), When: d.Day(l.Created) + ", " + d.Clock(l.Created), Open: l.Open(now)}
	switch {
	case l.Revoked != 0:
		row.State = s.words.say("link.state.revoked")
	case !l.Open(now):
		row.State = s.words.say("link.state.expired")
	case l.Done != 0:
		row.State = s.words.say("link.state.done")
	case l.Opened != 0:
		row.State = s.words.say("link.state.opened")
	default:
		row.State = s.words.say("link.state.sent")
	}
	return row
}
