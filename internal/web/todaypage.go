package web

import (
	"net/http"
	"time"

	"knead"
	"knead/internal/practice"
)

// todayPage is who comes, when, and what is still missing.
type todayPage struct {
	desk
	Date     string
	ISO      string
	Earlier  string
	Later    string
	IsToday  bool
	Rows     []todayRow
	Unsigned []todayRow // of other days
	First    bool       // there is no client yet, and this person may add one
}

type todayRow struct {
	Visit   knead.VisitRecord
	Client  knead.Client
	Name    string
	At      string
	Day     string
	State   string
	Missing []string // consent, intake, note
	Next    string   // the one next thing
	NextURL string
	Mine    bool
	By      string
}

func (s *site) today(w http.ResponseWriter, r *http.Request, p person) error {
	ctx := r.Context()
	day := dayOf(r.URL.Query().Get("day"), s.house.Now().Time(), p.zone)
	next := time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, p.zone)
	page := todayPage{desk: s.desk(ctx, p, "today", "today", s.words.say("today.title"))}
	page.Date, page.ISO = day.Format("Monday, 2 January 2006"), day.Format(time.DateOnly)
	page.Earlier, page.Later = day.AddDate(0, 0, -1).Format(time.DateOnly), next.Format(time.DateOnly)
	page.IsToday = page.ISO == s.house.Now().Time().In(p.zone).Format(time.DateOnly)
	visits, err := s.house.Day(ctx, p.Actor, knead.InstantOf(day), knead.InstantOf(next))
	if err != nil {
		return err
	}
	names, err := s.memberNames(r, p)
	if err != nil {
		return err
	}
	editions := s.consentEditions(p.practice)
	for _, v := range visits {
		row := s.todayRow(page.desk, v, editions)
		row.By = names[v.Visit.Therapist]
		page.Rows = append(page.Rows, row)
	}
	if len(page.Rows) == 0 && p.May(practice.EditNames) {
		clients, _, err := s.house.Clients(ctx, p.Actor, "", 1)
		if err != nil {
			return err
		}
		page.First = len(clients) == 0
	}
	if p.May(practice.WriteNote) {
		unsigned, err := s.house.Unsigned(ctx, p.Actor, knead.InstantOf(day))
		if err != nil {
			return err
		}
		for _, v := range unsigned {
			row := s.todayRow(page.desk, v, editions)
			row.Day = page.Day(v.Visit.Starts)
			page.Unsigned = append(page.Unsigned, row)
		}
	}
	return s.showDesk(w, r, http.StatusOK, "today", page)
}

func (s *site) todayRow(d desk, day practice.DayVisit, editions map[knead.ConsentKind]string) todayRow {
	v := day.Visit
	row := todayRow{
		Visit: v, Client: day.Client, Name: d.Name(day.Client), At: d.Clock(v.Starts), State: s.words.say("visit.state." + string(v.State)),
		Mine: v.Therapist == d.Person.Member,
	}
	holds := knead.Consents(day.Consents, editions)
	if v.State != knead.VisitClosed && v.State != knead.VisitCancelled {
		if !holds[knead.ConsentTreatment].Given() || !holds[knead.ConsentData].Given() {
			row.Missing = append(row.Missing, s.words.say("today.missing.consent"))
		}
		if v.State == knead.VisitOpen || v.State == knead.VisitIntake {
			row.Missing = append(row.Missing, s.words.say("today.missing.intake"))
		}
		if v.State == knead.VisitEnded {
			row.Missing = append(row.Missing, s.words.say("today.missing.note"))
		}
	}
	if row.Next, row.NextURL = s.nextStep(d.Person, v); row.Next == "" && d.Person.May(practice.SendLink) && (v.State == knead.VisitOpen || v.State == knead.VisitIntake) {
		row.Next, row.NextURL = s.words.say("today.next.intake"), "/visits/"+string(v.ID)
	}
	return row
}

// nextStep is the one next thing that a therapist does with a visit, and where; empty
// while the client is to paint and answer, and when the note is signed.
func (s *site) nextStep(p person, v knead.VisitRecord) (say, at string) {
	if !p.May(practice.SeeChart) {
		return "", ""
	}
	at = "/visits/" + string(v.ID)
	switch v.State {
	case knead.VisitReady:
		return s.words.say("today.next.assess"), at + "/assess"
	case knead.VisitStarted:
		return s.words.say("today.next.session"), at + "/session"
	case knead.VisitEnded:
		return s.words.say("today.next.note"), at + "/note"
	}
	return "", ""
}

// memberNames are the names under which members sign.
func (s *site) memberNames(r *http.Request, p person) (map[knead.MemberID]string, error) {
	members, err := s.house.Members(r.Context(), p.Actor)
	names := map[knead.MemberID]string{}
	for _, m := range members {
		names[m.ID] = m.Name
	}
	return names, err
}
