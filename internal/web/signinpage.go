package web

import (
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
	"knead/internal/server"
)

// doorPage is a page in front of the workspace: setting up, signing in, unlocking.
type doorPage struct {
	desk
	Practices []knead.Practice
	Chosen    knead.PracticeID
	Values    map[string]string
	Field     string
	Problem   string
	CodeToo   bool // the password fits, a code is asked for
	To        string
	Zones     []string
	Keys      bool   // passkeys work at this address
	Elsewhere string // the identity provider's name, where there is one
	CodeAsked bool   // the first page asks for the code that Knead printed
	Demo      []demoMember
}

// demoMember is an invented member of a demo practice, who signs in by one tap.
type demoMember struct{ Email, Name, Role string }

func (s *site) doorPage(screen, title string) doorPage {
	return doorPage{desk: desk{layout: layout{Title: title, Screen: screen, ScriptWords: s.script, Kept: true}}, Values: map[string]string{}}
}

// setup is the first page that a new installation shows.
func (s *site) setup(w http.ResponseWriter, r *http.Request) error {
	list, err := s.house.Practices(r.Context())
	if err != nil {
		return status(err)
	}
	if len(list) > 0 {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	return s.showSetup(w, r, http.StatusOK, nil)
}

func (s *site) showSetup(w http.ResponseWriter, r *http.Request, code int, wrong error) error {
	p := s.doorPage("setup", s.words.say("setup.heading"))
	p.Field, p.Problem = saidOf(wrong)
	p.Zones, p.Keys, p.CodeAsked = zones(), s.keys(r) != nil, s.record.SetupCode != auth.RecoveryHash{}
	for _, field := range []string{"practice", "zone", "name", "email", "code"} {
		p.Values[field] = r.PostFormValue(field)
	}
	return s.showDesk(w, r, code, "setup", p)
}

// setUp makes the practice and its owner, who is signed in and goes on to make the
// sign-in strong. Who chose a passkey has no password, and makes the passkey there.
func (s *site) setUp(w http.ResponseWriter, r *http.Request) error {
	list, err := s.house.Practices(r.Context())
	if err != nil {
		return status(err)
	}
	if len(list) > 0 {
		return &server.StatusError{Status: http.StatusForbidden, Err: errors.New("set up already")}
	}
	byPasskey := r.PostFormValue("way") == "passkey" && s.keys(r) != nil
	form := practice.Setup{
		Practice: r.PostFormValue("practice"), Zone: r.PostFormValue("zone"), Owner: r.PostFormValue("name"),
		Email: r.PostFormValue("email"), Password: r.PostFormValue("password"),
	}
	if byPasskey {
		form.Password = ""
	}
	bearer := ""
	if err = form.Check(); err == nil { // what is wrong is said from the top of the page down
		switch {
		case !s.setupCodeFits(r):
			err = &knead.Error{Kind: knead.Invalid, Field: "code", Say: s.words.say("setup.code-wrong")}
		case form.Password == "" && !byPasskey:
			err = &knead.Error{Kind: knead.Invalid, Field: "password", Say: s.words.say("setup.password-missing")}
		default:
			bearer, _, err = s.house.SetUpAndEnter(r.Context(), form, r.UserAgent())
		}
	}
	if err != nil {
		if _, say := saidOf(err); say == "" || knead.KindOf(err) == knead.Unavailable {
			return status(err)
		}
		return s.showSetup(w, r, http.StatusUnprocessableEntity, err)
	}
	s.setCookie(w, r, bearer, cookieDays)
	to := "/me/secure"
	if byPasskey {
		to += "?now=passkey"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// setupCodeFits tells whether somebody may set up who came first: where strangers could be
// quicker, they show the code that Knead printed when it was started.
func (s *site) setupCodeFits(r *http.Request) bool {
	if s.record.SetupCode == (auth.RecoveryHash{}) {
		return true
	}
	_, ok := auth.UseRecoveryCode([]auth.RecoveryHash{s.record.SetupCode}, r.PostFormValue("code"))
	return ok
}

// cookieDays is how long a browser keeps the cookie; the server forgets it earlier or
// at the same time.
const cookieDays = 7

// zones are the time zones that the list offers; any other can be typed.
func zones() []string {
	return []string{
		"Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "America/Argentina/Buenos_Aires", "America/Bogota", "America/Chicago", "America/Denver",
		"America/Halifax", "America/Los_Angeles", "America/Mexico_City", "America/New_York", "America/Phoenix", "America/Sao_Paulo", "America/Toronto",
		"America/Vancouver", "Asia/Bangkok", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Kolkata", "Asia/Manila", "Asia/Seoul",
		"Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Australia/Brisbane", "Australia/Melbourne", "Australia/Perth", "Australia/Sydney",
		"Europe/Amsterdam", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul",
		"Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Stockholm",
		"Europe/Vienna", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland", "UTC",
	}
}

func (s *site) signin(w http.ResponseWriter, r *http.Request) error {
	if p, err := s.who(r); err != nil || p != nil {
		if err == nil {
			http.Redirect(w, r, "/today", http.StatusSeeOther)
		}
		return status(err)
	}
	p, err := s.signinPage(r, r.URL.Query().Get("to"))
	if err != nil {
		return status(err)
	}
	if len(p.Practices) == 0 {
		http.Redirect(w, r, "/setup", http.StatusSeeOther)
		return nil
	}
	return s.showDesk(w, r, http.StatusOK, "signin", p)
}

func (s *site) signinPage(r *http.Request, to string) (doorPage, error) {
	p := s.doorPage("signin", s.words.say("signin.heading"))
	p.To, p.Keys = urlPath(to), s.keys(r) != nil
	if s.elsewhere != nil {
		p.Elsewhere = s.elsewhere.name
	}
	var err error
	if p.Practices, err = s.house.Practices(r.Context()); err != nil {
		return p, err
	}
	for _, one := range p.Practices {
		if one.Demo && p.Demo == nil {
			members, err := s.house.Members(r.Context(), practice.Program(one.ID, "signin"))
			if err != nil {
				return p, err
			}
			slices.SortStableFunc(members, func(a, b knead.Member) int {
				return slices.Index(knead.Roles(), a.Role) - slices.Index(knead.Roles(), b.Role)
			})
			for _, m := range members {
				if m.Active(s.house.Now()) {
					p.Demo = append(p.Demo, demoMember{m.Email, m.Name, s.words.say("role." + string(m.Role))})
				}
			}
		}
	}
	return p, nil
}

func (s *site) signIn(w http.ResponseWriter, r *http.Request) error {
	p, err := s.signinPage(r, r.PostFormValue("to"))
	if err != nil {
		return status(err)
	}
	id := knead.PracticeID(r.PostFormValue("practice"))
	if i := slices.IndexFunc(p.Practices, func(k knead.Practice) bool { return k.ID == id }); i < 0 && len(p.Practices) > 0 {
		id = p.Practices[0].ID
	}
	proof := practice.Proof{
		Email: r.PostFormValue("email"), Password: r.PostFormValue("password"), Code: r.PostFormValue("code"), From: remote(r), Agent: r.UserAgent(),
	}
	var bearer string
	if demo := r.PostFormValue("demo"); demo != "" {
		bearer, _, err = s.house.SignInDemo(r.Context(), id, demo, r.UserAgent())
	} else {
		bearer, _, err = s.house.SignIn(r.Context(), id, proof)
	}
	if err != nil {
		if p.Field, p.Problem = saidOf(err); p.Problem == "" || knead.KindOf(err) == knead.Unavailable {
			return status(err)
		}
		p.CodeToo = errors.Is(err, practice.ErrCodeNeeded) || proof.Code != ""
		p.Chosen, p.Values["email"] = id, proof.Email
		if p.CodeToo {
			p.Values["password"] = proof.Password
		}
		return s.showDesk(w, r, http.StatusForbidden, "signin", p)
	}
	s.setCookie(w, r, bearer, cookieDays)
	http.Redirect(w, r, p.To, http.StatusSeeOther)
	return nil
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) error {
	p, err := s.who(r)
	if err != nil {
		return status(err)
	}
	if p != nil {
		if err := s.house.SignOut(r.Context(), p.Actor, ""); err != nil {
			return status(err)
		}
	}
	s.setCookie(w, r, "", -1)
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`) // what the browser kept for offline goes with the sign-in
	http.Redirect(w, r, "/signin", http.StatusSeeOther)
	return nil
}

func (s *site) unlockPage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.who(r)
	if err != nil {
		return status(err)
	}
	if p == nil || !p.signin.Locked {
		http.Redirect(w, r, "/today", http.StatusSeeOther)
		return nil
	}
	return s.showDesk(w, r, http.StatusOK, "unlock", s.lockedPage(r, *p, urlPath(r.URL.Query().Get("to"))))
}

func (s *site) unlock(w http.ResponseWriter, r *http.Request) error {
	p, err := s.who(r)
	if err != nil {
		return status(err)
	}
	if p == nil {
		http.Redirect(w, r, "/signin", http.StatusSeeOther)
		return nil
	}
	to := urlPath(r.PostFormValue("to"))
	if p.practice.Demo && r.PostFormValue("demo") != "" {
		err = s.house.UnlockDemo(r.Context(), p.Actor)
	} else {
		err = s.house.Unlock(r.Context(), p.Actor, r.PostFormValue("password"), remote(r))
	}
	if err != nil {
		return s.stillLocked(w, r, *p, to, err)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

func (s *site) lockedPage(r *http.Request, p person, to string) doorPage {
	page := s.doorPage("unlock", s.words.say("unlock.heading"))
	page.Person, page.Practice, page.To, page.Keys = p, p.practice, to, s.keys(r) != nil
	if s.elsewhere != nil {
		page.Elsewhere = s.elsewhere.name
	}
	return page
}

func (s *site) stillLocked(w http.ResponseWriter, r *http.Request, p person, to string, err error) error {
	page := s.lockedPage(r, p, to)
	if page.Field, page.Problem = saidOf(err); page.Problem == "" || knead.KindOf(err) == knead.Unavailable {
		return status(err)
	}
	return s.showDesk(w, r, http.StatusForbidden, "unlock", page)
}

func (s *site) lock(w http.ResponseWriter, r *http.Request, p person) error {
	if err := s.house.Lock(r.Context(), p.Actor); err != nil {
		return err
	}
	http.Redirect(w, r, "/unlock", http.StatusSeeOther)
	return nil
}

// seen keeps the screen of somebody open who types or scrolls and asks for nothing else.
func (s *site) seen(w http.ResponseWriter, _ *http.Request, _ person) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *site) hideNames(w http.ResponseWriter, r *http.Request, p person) error {
	if err := s.house.HideNames(r.Context(), p.Actor, r.PostFormValue("hide") == "yes"); err != nil {
		return err
	}
	http.Redirect(w, r, urlPath(r.PostFormValue("to")), http.StatusSeeOther)
	return nil
}

// remote is the address that asks, for counting tries.
func remote(r *http.Request) netip.Addr { return server.ClientAddr(r) }

// dayOf reads a day such as 2026-05-31 in the practice's zone; nothing, or no day, is today.
func dayOf(text string, now time.Time, zone *time.Location) time.Time {
	if d, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(text), zone); err == nil && d.Year() > 1970 && d.Year() < 2200 {
		return d
	}
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}
