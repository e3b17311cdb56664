package web

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"knead"
	"knead/internal/auth"
)

// elsewhere is the identity provider of this installation. It is asked about itself when
// somebody first wants to sign in by it, so that Knead starts while it is away.
type elsewhere struct {
	settings auth.ProviderSettings
	name     string

	mu   sync.Mutex
	open *auth.Provider
}

func (e *elsewhere) provider(ctx context.Context) (*auth.Provider, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.open == nil {
		p, err := auth.NewProvider(context.WithoutCancel(ctx), e.settings)
		if err != nil {
			return nil, &knead.Error{Kind: knead.Unavailable, Say: "The other service does not answer. Sign in with a passkey or a password, or try again later.", Err: err}
		}
		e.open = p
	}
	return e.open, nil
}

// onwardPage sends somebody on. It is a page and not a redirect: forms may not lead to
// other hosts, and a browser that comes back from one sends the sign-in's cookie only
// when our own page asks for it.
type onwardPage struct {
	desk
	Next string
	Host string // where to, if it is not here
}

func (s *site) onward(w http.ResponseWriter, r *http.Request, to, host string) error {
	page := s.doorPage("onward", s.words.say("onward.heading"))
	return s.showDesk(w, r, http.StatusOK, "onward", onwardPage{page.desk, to, host})
}

// goElsewhere begins to sign in by the identity provider.
func (s *site) goElsewhere(w http.ResponseWriter, r *http.Request) error {
	if s.elsewhere == nil {
		return status(&knead.Error{Kind: knead.NotFound})
	}
	provider, err := s.elsewhere.provider(r.Context())
	if err != nil {
		return status(err)
	}
	list, err := s.house.Practices(r.Context())
	if err != nil {
		return status(err)
	}
	if len(list) == 0 {
		return status(&knead.Error{Kind: knead.NotFound})
	}
	id := knead.PracticeID(r.PostFormValue("practice"))
	if !slices.ContainsFunc(list, func(k knead.Practice) bool { return k.ID == id }) {
		id = list[0].ID
	}
	to, begun, err := s.house.BeginElsewhere(r.Context(), id, provider, remote(r))
	if err != nil {
		return status(err)
	}
	s.setBegun(w, r, begun, http.SameSiteLaxMode) // the way back begins at another host
	return s.onward(w, r, to, s.elsewhere.name)
}

// backFromElsewhere ends it.
func (s *site) backFromElsewhere(w http.ResponseWriter, r *http.Request) error {
	if s.elsewhere == nil {
		return status(&knead.Error{Kind: knead.NotFound})
	}
	provider, err := s.elsewhere.provider(r.Context())
	if err != nil {
		return status(err)
	}
	bearer, _, err := s.house.SignInElsewhere(r.Context(), provider, s.takeBegun(w, r), r.URL.Query(), r.UserAgent())
	if err != nil {
		p, pageErr := s.signinPage(r, "")
		if pageErr != nil {
			return status(pageErr)
		}
		if p.Field, p.Problem = saidOf(err); p.Problem == "" || knead.KindOf(err) == knead.Unavailable {
			return status(err)
		}
		return s.showDesk(w, r, http.StatusForbidden, "signin", p)
	}
	s.setCookie(w, r, bearer, cookieDays)
	return s.onward(w, r, "/today", "")
}
