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
}

type inboxRow struct {
	practice.Alert
	Title, When, Name string
}

func (s *site) inbox(w http.ResponseWriter, r *http.Request, p person) error {
	page := inboxPage{desk: s.desk(r.Context(), p, "inbox", "inbox", s.words.say("inbox.title")), Undo: r.URL.Query().Get("done")}
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
			row.Name = page.Name(c)
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
