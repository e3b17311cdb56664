package web

import (
	"net/http"

	"knead"
	"knead/internal/practice"
)

// inboxPage is what waits for somebody to look at it.
type inboxPage struct {
	desk
	Rows []inboxRow
	Undo string // the alert that was just dealt with
	Link *freshLink
	For  string // the alert for which a link was made just now
}

type inboxRow struct {
	practice.Alert
	Title, When, Name string
	Phone             string
	ByHand            bool // a link is to be made and sent
}

func (s *site) inbox(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showInbox(w, r, p, nil, "")
}

func (s *site) showInbox(w http.ResponseWriter, r *http.Request, p person, link *freshLink, alert string) error {
	page := inboxPage{desk: s.desk(r.Context(), p, "inbox", "inbox", s.words.say("inbox.title")), Undo: r.URL.Query().Get("done"), Link: link, For: alert}
	list, err := s.house.Inbox(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	for _, a := range list {
		row := inboxRow{Alert: a, Title: s.words.say("alert." + a.Kind), When: page.Day(a.At) + ", " + page.Clock(a.At)}
		if a.Client != "" {
			c, err := s.house.Client(r.Context(), p.Actor, a.Client)
			if knead.KindOf(err) == knead.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			row.Name, row.Phone = page.Name(c), c.Phone
		}
		if _, row.ByHand = sendKinds[a.Kind]; row.ByHand {
			row.Words = s.words.or("alert.why."+a.Words, a.Words)
		}
		page.Rows = append(page.Rows, row)
	}
	return s.showDesk(w, r, http.StatusOK, "inbox", page)
}

func (s *site) setAlert(w http.ResponseWriter, r *http.Request, p person) error {
	id := r.PathValue("alert")
	undo := r.PostFormValue("undo") != ""
	if err := s.house.SetAlert(r.Context(), p.Actor, id, !undo); err != nil {
		return err
	}
	to := "/inbox?done=" + id
	if undo {
		to = "/inbox"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// sendKinds are the alerts that ask for a link to be sent by hand, with what it is for.
var sendKinds = map[string]practice.Purpose{"send-checkin": practice.ForCheckin, "send-intake": practice.ForIntake}

// linkByHand makes the link that an alert asks for and shows it once.
func (s *site) linkByHand(w http.ResponseWriter, r *http.Request, p person) error {
	a, err := s.house.Alert(r.Context(), p.Actor, r.PathValue("alert"))
	if err != nil {
		return err
	}
	purpose, ok := sendKinds[a.Kind]
	if !ok {
		return &knead.Error{Kind: knead.NotFound}
	}
	bearer, l, err := s.house.SendLink(r.Context(), p.Actor, a.Visit, purpose)
	if err != nil {
		return err
	}
	link, err := s.freshLink(r, p, linkPaths[purpose]+bearer, l)
	if err != nil {
		return err
	}
	return s.showInbox(w, r, p, link, a.ID)
}
