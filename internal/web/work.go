package web

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"knead"
	"knead/body"
	"knead/internal/server"
)

// work is what travels from screen to screen: the visit, and how the page shows it.
type work struct {
	visit  knead.Visit
	figure body.Figure
	client bool      // the client holds the screen
	fresh  bool      // nothing was sent: the tab may know more
	alone  bool      // somebody without a therapist; see where.go
	anyway bool      // the therapist looks although nothing may be planned
	lift   *liftForm // a stop was to be lifted and could not be
	kept   *passage  // the record keeps the visit; nil: it travels in the form
}

// code is the status of the page that shows the work.
func (w work) code() int {
	if w.lift != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// readWork reads the fields that every form carries.
func readWork(r *http.Request) (work, error) {
	if err := r.ParseForm(); err != nil {
		return work{}, bad(err)
	}
	w := work{anyway: r.PostForm.Get("anyway") != "", client: last(r.PostForm["mode"]) == "client"}
	if fig, err := body.ParseFigure(last(r.PostForm["figure"])); err == nil {
		w.figure = fig
	}
	if r.PostForm.Get("look") != "" { // the therapist has the screen again, and looks although nothing may be planned
		w.client, w.anyway = false, true
	}
	if text := r.PostForm.Get("visit"); text != "" {
		v, err := knead.ReadVisit([]byte(text))
		if err != nil {
			return work{}, bad(err)
		}
		w.visit = v
	}
	if w.client {
		w.visit.Planned = nil // it names what the therapist means to work
	}
	if paint, sent := r.PostForm["paint"]; sent {
		d, err := parsePaint(last(paint))
		if err != nil {
			return work{}, bad(err)
		}
		w.visit.Drawing = d
	}
	return w, nil
}

// bad marks an error as the sender's. A body that is too large keeps its own status.
func bad(err error) error {
	if strings.Contains(err.Error(), "request body too large") {
		return &server.StatusError{Status: http.StatusRequestEntityTooLarge, Err: err}
	}
	return &server.StatusError{Status: http.StatusBadRequest, Err: err}
}

func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// state writes the visit for the hidden field.
func (w work) state() (string, error) {
	b, err := knead.WriteVisit(w.visit)
	if err != nil {
		return "", fmt.Errorf("write visit: %w", err)
	}
	return string(b), nil
}

// save answers with the visit as a file.
func (s *site) save(rw http.ResponseWriter, r *http.Request) error {
	w, err := readWork(r)
	if err != nil {
		return err
	}
	state, err := w.state()
	if err != nil {
		return err
	}
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Content-Disposition", `attachment; filename="visit.json"`)
	_, err = io.WriteString(rw, state+"\n")
	return err
}

// open shows a visit file: the drawing first, so that it can be seen and changed.
func (s *site) open(rw http.ResponseWriter, r *http.Request) error {
	if err := r.ParseMultipartForm(knead.MaxVisitBytes); err != nil {
		return bad(err)
	}
	f, _, err := r.FormFile("file")
	if err != nil {
		return bad(&knead.InputError{Text: s.words.say("open.no-file")})
	}
	defer f.Close() //nolint:errcheck // a file in memory that was only read
	content, err := io.ReadAll(f)
	if err != nil {
		return bad(err)
	}
	v, err := knead.ReadVisit(content)
	if err != nil {
		return bad(err)
	}
	return s.showPaint(rw, r, http.StatusOK, work{visit: v}, paintForm{})
}
