package web

import (
	"net/http"
	"net/url"
	"strings"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
	"knead/internal/server"
)

// A passkey takes two steps. The script posts to .../begin and gets what the browser
// wants to know; it puts the browser's answer into the form's hidden field, and the form
// is posted as any other. Between the two the server keeps the ceremony and the browser
// a cookie that finds it.

// keys makes passkeys for the address under which the person came. It is nil where there
// is no name to make them for: at a bare number, or without https.
func (s *site) keys(r *http.Request) *auth.Passkeys {
	origin := s.record.Base
	if name, _, _ := strings.Cut(r.Host, ":"); name == "localhost" || origin == "" {
		origin = "http://" + r.Host
		if s.https(r) {
			origin = "https://" + r.Host
		}
	}
	u, err := url.Parse(origin)
	if err != nil {
		return nil
	}
	if s.record.Base == "" && u.Hostname() != "localhost" {
		return nil // a name that only the request knows is not one to bind passkeys to
	}
	keys, err := auth.NewPasskeys(auth.PasskeySettings{Host: u.Hostname(), Origins: []string{origin}, Name: "Knead"})
	if err != nil {
		return nil
	}
	return keys
}

func errNoKeys() error {
	return &knead.Error{Kind: knead.NotAllowed, Say: "Passkeys need https and a name. Use a password, or open Knead under its own address."}
}

// https tells whether the person's browser asks over https, as far as we know.
func (s *site) https(r *http.Request) bool { return s.record.Secure || server.IsHTTPS(r) }

// begunName is the cookie of a ceremony that was begun.
func (s *site) begunName(r *http.Request) string { return s.cookieName(r) + "-begun" }

// setBegun remembers in the browser which ceremony it began.
func (s *site) setBegun(w http.ResponseWriter, r *http.Request, begun string, same http.SameSite) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is set wherever the pages are served by https
		Name: s.begunName(r), Value: begun, Path: "/", MaxAge: 15 * 60, Secure: s.https(r), HttpOnly: true, SameSite: same,
	})
}

// takeBegun reads which ceremony the browser began, and forgets it.
func (s *site) takeBegun(w http.ResponseWriter, r *http.Request) string {
	cookie, err := r.Cookie(s.begunName(r))
	if err != nil {
		return ""
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // the same
		Name: s.begunName(r), Path: "/", MaxAge: -1, Secure: s.https(r), HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	return cookie.Value
}

// sayOptions gives the script what the browser wants to know.
func (s *site) sayOptions(w http.ResponseWriter, r *http.Request, options []byte, begun string) error {
	s.setBegun(w, r, begun, http.SameSiteStrictMode)
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(options)
	return err
}

// beginPasskeySignIn begins to sign in, or to unlock.
func (s *site) beginPasskeySignIn(w http.ResponseWriter, r *http.Request) error {
	keys := s.keys(r)
	if keys == nil {
		return status(errNoKeys())
	}
	list, err := s.house.Practices(r.Context())
	if err != nil {
		return status(err)
	}
	if len(list) == 0 {
		return status(&knead.Error{Kind: knead.NotFound})
	}
	options, begun, err := s.house.BeginPasskeySignIn(r.Context(), list[0].ID, keys, remote(r))
	if err != nil {
		return status(err)
	}
	return s.sayOptions(w, r, options, begun)
}

// passkeySignIn ends what was begun.
func (s *site) passkeySignIn(w http.ResponseWriter, r *http.Request) error {
	keys := s.keys(r)
	err := errNoKeys()
	bearer := ""
	if keys != nil {
		bearer, _, err = s.house.SignInByPasskey(r.Context(), keys, s.takeBegun(w, r), []byte(r.PostFormValue("credential")), r.UserAgent())
	}
	if err != nil {
		p, pageErr := s.signinPage(r, r.PostFormValue("to"))
		if pageErr != nil {
			return status(pageErr)
		}
		if p.Field, p.Problem = saidOf(err); p.Problem == "" || knead.KindOf(err) == knead.Unavailable {
			return status(err)
		}
		return s.showDesk(w, r, http.StatusForbidden, "signin", p)
	}
	s.setCookie(w, r, bearer, cookieDays)
	http.Redirect(w, r, urlPath(r.PostFormValue("to")), http.StatusSeeOther)
	return nil
}

// passkeyUnlock ends what was begun, on a locked screen.
func (s *site) passkeyUnlock(w http.ResponseWriter, r *http.Request) error {
	p, err := s.who(r)
	if err != nil {
		return status(err)
	}
	if p == nil {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	to := urlPath(r.PostFormValue("to"))
	err = errNoKeys()
	if keys := s.keys(r); keys != nil {
		err = s.house.UnlockByPasskey(r.Context(), p.Actor, keys, s.takeBegun(w, r), []byte(r.PostFormValue("credential")))
	}
	if err != nil {
		return s.stillLocked(w, r, *p, to, err)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// beginPasskey begins to make a passkey for the member who is signed in.
func (s *site) beginPasskey(w http.ResponseWriter, r *http.Request, p person) error {
	return s.beginPasskeyOf(w, r, p.Actor)
}

func (s *site) beginPasskeyOf(w http.ResponseWriter, r *http.Request, by practice.Actor) error {
	keys := s.keys(r)
	if keys == nil {
		return errNoKeys()
	}
	options, begun, err := s.house.BeginPasskey(r.Context(), by, keys)
	if err != nil {
		return err
	}
	return s.sayOptions(w, r, options, begun)
}

// addPasskey ends what was begun and keeps the passkey.
func (s *site) addPasskey(w http.ResponseWriter, r *http.Request, p person) error {
	keys := s.keys(r)
	err := errNoKeys()
	if keys != nil {
		err = s.house.AddPasskey(r.Context(), p.Actor, keys, s.takeBegun(w, r), r.PostFormValue("label"), []byte(r.PostFormValue("credential")))
	}
	if err != nil && r.PostFormValue("first") != "" {
		return s.secureAgain(w, r, p, err)
	}
	if err != nil {
		return s.meAgain(w, r, p, err)
	}
	to := "/me?done=passkey"
	if r.PostFormValue("first") != "" {
		to = "/today"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
