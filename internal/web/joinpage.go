package web

import (
	"net/http"

	"knead"
	"knead/internal/practice"
)

// joinPage is where somebody who was invited, or who lost their way in, sets up how they
// sign in.
type joinPage struct {
	desk
	mistake
	Member knead.Member
	Keys   bool
	Reset  bool
	At     string // where the form leads
}

// joinRoutes are what opens by an invitation or a reset.
func (s *site) joinRoutes() map[string]joinHandler {
	return map[string]joinHandler{
		"GET /join/{bearer}":         s.join,
		"POST /join/{bearer}":        s.joined,
		"POST /join/{bearer}/begin":  s.beginJoin,
		"GET /reset/{bearer}":        s.join,
		"POST /reset/{bearer}":       s.joined,
		"POST /reset/{bearer}/begin": s.beginJoin,
	}
}

// joining is who came by which link.
type joining struct {
	practice.Actor
	member knead.Member
	at     string
}

type joinHandler func(http.ResponseWriter, *http.Request, joining) error

// onInvitation lets in who comes by an invitation or a reset that still opens something.
func (s *site) onInvitation(h joinHandler, purpose practice.Purpose) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		bearer := r.PathValue("bearer")
		by, m, err := s.house.Invited(r.Context(), bearer, purpose, remote(r))
		if err != nil {
			return status(err)
		}
		return status(h(w, r, joining{by, m, "/" + string(purpose) + "/" + bearer}))
	}
}

func (s *site) join(w http.ResponseWriter, r *http.Request, j joining) error {
	return s.showJoin(w, r, j, http.StatusOK, nil)
}

func (s *site) showJoin(w http.ResponseWriter, r *http.Request, j joining, code int, wrong error) error {
	p, err := s.house.Practice(r.Context(), j.Actor)
	if err != nil {
		return err
	}
	door := s.doorPage("join", s.words.say("join.heading"))
	page := joinPage{desk: door.desk, Member: j.member, Keys: s.keys(r) != nil, Reset: j.Purpose == practice.ForReset, At: j.at}
	page.Practice = p
	page.Field, page.Problem = saidOf(wrong)
	if name := r.PostFormValue("name"); name != "" {
		page.Member.Name = name
	}
	return s.showDesk(w, r, code, "join", page)
}

// joined ends the invitation: by a password, or by the passkey that was begun.
func (s *site) joined(w http.ResponseWriter, r *http.Request, j joining) error {
	way := practice.Way{Name: r.PostFormValue("name"), Password: r.PostFormValue("password"), Agent: r.UserAgent()}
	if credential := r.PostFormValue("credential"); credential != "" {
		if way.Keys = s.keys(r); way.Keys == nil {
			return s.showJoin(w, r, j, http.StatusUnprocessableEntity, errNoKeys())
		}
		way.Password, way.Begun, way.Body = "", s.takeBegun(w, r), []byte(credential)
		if way.Begun == "" {
			way.Begun = "nothing" // so that an empty cookie is not taken for a password
		}
	}
	bearer, _, err := s.house.Join(r.Context(), j.Actor, way)
	if err != nil {
		if kind := knead.KindOf(err); kind == knead.Invalid || kind == knead.NotAllowed {
			return s.showJoin(w, r, j, http.StatusUnprocessableEntity, err)
		}
		return err
	}
	s.setCookie(w, r, bearer, cookieDays)
	to := "/today"
	if way.Begun == "" {
		to = "/me/secure"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *site) beginJoin(w http.ResponseWriter, r *http.Request, j joining) error {
	return s.beginPasskeyOf(w, r, j.Actor)
}
