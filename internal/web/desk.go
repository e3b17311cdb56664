package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
	"knead/internal/server"
)

// Record is what the workspace needs of the edge of the process.
type Record struct {
	House     *practice.House
	Secure    bool                  // the pages are served by https: cookies are for https alone
	Base      string                // the address under which people reach the pages, such as https://knead.example
	SetupCode auth.RecoveryHash     // of the code asked on the first page, where strangers could be quicker; zero: none
	Elsewhere auth.ProviderSettings // people may sign in by this identity provider too; the zero one is none
	Provider  string                // what people call it
	Mail      bool                  // letters can go by mail
}

// deskRoutes are the workspace's site map: whoever is not signed in is sent to sign in,
// and what is not theirs is not found. What a client sees by a link stands in linkRoutes.
func (s *site) deskRoutes() map[string]server.Handler {
	routes := map[string]server.Handler{
		"GET /{$}":      s.home,
		"GET /setup":    s.setup,
		"POST /setup":   s.setUp,
		"GET /signin":   s.signin,
		"POST /signin":  s.signIn,
		"POST /signout": s.signOut,
		"GET /unlock":   s.unlockPage,
		"POST /unlock":  s.unlock,
		"GET /sw.js":    s.serviceWorker,

		"POST /signin/passkey/begin": s.beginPasskeySignIn,
		"POST /signin/passkey":       s.passkeySignIn,
		"POST /unlock/passkey":       s.passkeyUnlock,
		"POST /signin/elsewhere":     s.goElsewhere,
		"GET /signin/elsewhere/back": s.backFromElsewhere,
	}
	for pattern, h := range s.joinRoutes() {
		purpose := practice.ForJoin
		if strings.Contains(pattern, " /reset/") {
			purpose = practice.ForReset
		}
		routes[pattern] = s.onInvitation(h, purpose)
	}
	for pattern, h := range s.selfRoutes() {
		routes[pattern] = s.staff(h)
	}
	for _, part := range []map[string]staffHandler{s.staffRoutes(), s.clientFileRoutes(), s.manageRoutes()} {
		for pattern, h := range part {
			routes[pattern] = s.staff(h)
		}
	}
	for pattern, h := range s.outcomeRoutes() {
		routes[pattern] = s.staff(h)
	}
	for pattern, h := range s.checkinRoutes() {
		routes[pattern] = s.onCheckin(h)
	}
	for _, part := range []map[string]visitHandler{s.visitRoutes(), s.noteRoutes(), s.letterRoutes()} {
		for pattern, h := range part {
			routes[pattern] = s.staff(s.onVisit(h))
		}
	}
	for pattern, h := range s.intakeRoutes() {
		routes[pattern] = s.staff(s.onVisit(h))
	}
	for pattern, h := range s.linkRoutes() {
		routes[pattern] = s.onLink(h)
	}
	return routes
}

// staffRoutes are the pages of people who work here.
func (s *site) staffRoutes() map[string]staffHandler {
	return map[string]staffHandler{
		"GET /today":                          s.today,
		"GET /clients":                        s.clients,
		"GET /clients/new":                    s.newClient,
		"POST /clients":                       s.addClient,
		"GET /clients/{client}":               s.client,
		"GET /clients/{client}/edit":          s.editClient,
		"POST /clients/{client}":              s.changeClient,
		"POST /clients/draft":                 s.draftClient,
		"POST /clients/{client}/draft":        s.draftClient,
		"GET /find":                           s.find,
		"GET /help/keys":                      s.keysPage,
		"POST /clients/{client}/archive":      s.archiveClient,
		"POST /clients/{client}/visits":       s.openVisit,
		"POST /clients/{client}/consent":      s.withdrawConsent,
		"POST /clients/{client}/course":       s.setCourse,
		"GET /visits/{visit}":                 s.visit,
		"POST /visits/{visit}/link":           s.sendLink,
		"POST /visits/{visit}/cancel":         s.cancelVisit,
		"POST /visits/{visit}/restore":        s.restoreVisit,
		"POST /visits/{visit}/handover":       s.handOver,
		"POST /clients/{client}/links/{link}": s.revokeLink,
		"POST /lock":                          s.lock,
		"POST /seen":                          s.seen,
		"POST /hide-names":                    s.hideNames,
		"GET /inbox":                          s.inbox,
		"POST /inbox/{alert}":                 s.setAlert,
	}
}

// selfRoutes are a member's own sign-in, the practice's settings, its people, and what was
// done. What lets somebody in for good asks that the member showed lately who they are.
func (s *site) selfRoutes() map[string]staffHandler {
	return map[string]staffHandler{
		"GET /me":                     s.me,
		"GET /me/secure":              s.secure,
		"POST /me/password":           s.setPassword,
		"GET /me/codes":               s.proving(s.codes),
		"POST /me/codes":              s.proving(s.setCodes),
		"POST /me/codes/remove":       s.proving(s.removeCodes),
		"POST /me/recovery":           s.proving(s.newRecovery),
		"POST /me/passkeys/begin":     s.proving(s.beginPasskey),
		"POST /me/passkeys":           s.proving(s.addPasskey),
		"POST /me/passkeys/{passkey}": s.proving(s.changePasskey),
		"POST /me/devices":            s.signOutOthers,
		"POST /me/devices/{device}":   s.signOutDevice,

		"GET /settings":                          s.only(practice.ChangePractice, s.settings),
		"POST /settings":                         s.only(practice.ChangePractice, s.changeSettings),
		"GET /settings/people":                   s.only(practice.ChangeMembers, s.people),
		"POST /settings/people":                  s.only(practice.ChangeMembers, s.proving(s.invite)),
		"GET /settings/people/{member}":          s.only(practice.ChangeMembers, s.member),
		"POST /settings/people/{member}":         s.only(practice.ChangeMembers, s.proving(s.changeMember)),
		"POST /settings/people/{member}/stop":    s.only(practice.ChangeMembers, s.proving(s.stopMember)),
		"POST /settings/people/{member}/link":    s.only(practice.ChangeMembers, s.proving(s.memberLink)),
		"POST /settings/people/{member}/clients": s.only(practice.ChangeMembers, s.proving(s.memberClients)),

		"GET /audit":       s.only(practice.SeeAudit, s.audit),
		"GET /audit/check": s.only(practice.SeeAudit, s.checkAudit),
	}
}

// only lets in whose role includes the act.
func (s *site) only(act practice.Act, h staffHandler) staffHandler {
	return func(w http.ResponseWriter, r *http.Request, p person) error {
		if !p.May(act) {
			return practice.NotAllowed(act)
		}
		return h(w, r, p)
	}
}

// person is who sits at the screen.
type person struct {
	practice.Actor
	signin   practice.Signin
	practice knead.Practice
	zone     *time.Location
}

type staffHandler func(http.ResponseWriter, *http.Request, person) error

// cookieName is the sign-in's cookie. Under https the browser itself holds that it comes
// from this host and over https.
func (s *site) cookieName(r *http.Request) string {
	if s.https(r) {
		return "__Host-knead"
	}
	return "knead"
}

func (s *site) setCookie(w http.ResponseWriter, r *http.Request, bearer string, days int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is set wherever the pages are served by https
		Name: s.cookieName(r), Value: bearer, Path: "/", MaxAge: days * 24 * 3600,
		Secure: s.https(r), HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// who finds out who asks. Nobody is no error: the person is nil.
func (s *site) who(r *http.Request) (*person, error) {
	cookie, err := r.Cookie(s.cookieName(r))
	if err != nil {
		return nil, nil //nolint:nilnil,nilerr // no cookie: nobody is an answer
	}
	resume := s.house.Resume
	if r.Header.Get(liveHeader) != "" { // nobody touched the screen: the page asks by itself
		resume = s.house.Look
	}
	by, signin, err := resume(r.Context(), cookie.Value)
	if knead.KindOf(err) == knead.NotFound {
		return nil, nil //nolint:nilnil // a cookie of yesterday
	}
	if err != nil {
		return nil, err
	}
	p := &person{Actor: by, signin: signin, practice: signin.Practice}
	if p.zone, err = time.LoadLocation(p.practice.Zone); err != nil {
		return nil, fmt.Errorf("zone of the practice: %w", err)
	}
	return p, nil
}

// staff lets people in who signed in and whose screen is not locked.
func (s *site) staff(h staffHandler) server.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.who(r)
		switch {
		case err != nil:
			return status(err)
		case p == nil:
			return s.away(w, r, "/signin")
		case p.signin.Locked:
			return s.away(w, r, "/unlock")
		}
		return status(h(w, r, *p))
	}
}

// away sends somebody to sign in or unlock, and back to the page they wanted.
func (s *site) away(w http.ResponseWriter, r *http.Request, to string) error {
	if r.Method != http.MethodGet {
		// what was typed stays in the page that posts by script; a form without script can go back
		return &server.StatusError{Status: http.StatusForbidden, Err: errors.New("not signed in")}
	}
	http.Redirect(w, r, to+"?to="+urlPath(r.URL.Path), http.StatusSeeOther)
	return nil
}

// urlPath keeps only paths of this site as a place to come back to.
func urlPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\?&#%\"'<> \r\n") {
		return "/today"
	}
	return p
}

// codes are the statuses for the kinds of errors.
var codes = map[knead.Kind]int{
	knead.NotFound: http.StatusNotFound, knead.Invalid: http.StatusUnprocessableEntity, knead.Conflict: http.StatusConflict,
	knead.NotAllowed: http.StatusForbidden, knead.NotCleared: http.StatusConflict, knead.Unavailable: http.StatusServiceUnavailable,
}

// status gives an error of the record the status that the browser understands.
func status(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*server.StatusError](err); ok {
		return err
	}
	code := codes[knead.KindOf(err)]
	if code == 0 {
		return err
	}
	return &server.StatusError{Status: code, Err: err}
}

// saidOf is what an error says to the person, and which field it is about.
func saidOf(err error) (field, say string) {
	if e, ok := errors.AsType[*knead.Error](err); ok {
		return e.Field, e.Say
	}
	return "", ""
}

// desk is what every page of the workspace has.
type desk struct {
	layout
	Nav      string // which part of the workspace is open
	Person   person
	Practice knead.Practice
	Hide     bool // names are hidden on this screen
	Waiting  int  // in the inbox
}

func (s *site) desk(ctx context.Context, p person, screen, nav, title string) desk {
	d := desk{
		layout: layout{Title: title + " · " + p.practice.Name, Screen: screen, Path: "", ScriptWords: s.script, Kept: true},
		Nav:    nav, Person: p, Practice: p.practice, Hide: p.signin.HideNames,
	}
	if p.May(practice.SeeInbox) {
		d.Waiting, _ = s.house.Waiting(ctx, p.Actor) // the page is shown without the number rather than not at all
	}
	return d
}

// showDesk renders a page of the workspace.
func (s *site) showDesk(w http.ResponseWriter, r *http.Request, code int, name string, page any) error {
	var b bytes.Buffer
	if err := s.pages["desk/"+name].ExecuteTemplate(&b, "desk", page); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	return writePage(w, r, code, b.Bytes())
}

// Name is a client's name on this screen: dots where names are hidden.
func (d desk) Name(c knead.Client) string {
	if d.Hide {
		return hiddenName
	}
	return c.Name
}

// hiddenName stands where a name is hidden.
const hiddenName = "• • •"

// Veil is a text on this screen: without the client's name where names are hidden.
func (d desk) Veil(c knead.Client, text string) string {
	if !d.Hide {
		return text
	}
	text = strings.ReplaceAll(text, c.Name, hiddenName)
	if c.Called == "" {
		return text
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if slices.Contains(words, c.Called) {
		text = strings.ReplaceAll(text, c.Called, hiddenName)
	}
	return text
}

// Clock writes a time of day in the practice's zone.
func (d desk) Clock(at knead.Instant) string { return at.Time().In(d.Person.zone).Format("15:04") }

// Day writes a date in the practice's zone.
func (d desk) Day(at knead.Instant) string {
	return at.Time().In(d.Person.zone).Format("2 January 2006")
}

// May tells the page what it may offer.
func (d desk) May(act string) bool { return d.Person.May(practice.Act(act)) }

// deskTemplates are the pages of the workspace; each has a template of its name.
func deskTemplates() []string {
	files, err := fs.Glob(templateFiles, "templates/desk/*.html")
	if err != nil {
		panic(err) // only a bad pattern does that
	}
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(file, "templates/"), ".html"))
	}
	return names
}

// fieldView is one text field of a form.
type fieldView struct {
	Name, Label, Type, Value, Auto, Hint, Error string
	Required                                    bool
}

// wrong is a page with a form of which one field may be wrong.
type wrong interface{ wrongField() (field, say string) }

func (p doorPage) wrongField() (field, say string)   { return p.Field, p.Problem }
func (p clientForm) wrongField() (field, say string) { return p.Field, p.Problem }

// field makes a text field; what is wrong with it, the page knows.
func field(name, label, kind, value, auto string, page wrong) fieldView {
	f := fieldView{Name: name, Label: label, Type: kind, Value: value, Auto: auto}
	if at, say := page.wrongField(); at == name {
		f.Error = say
	}
	return f
}

// home sends everybody where they belong.
func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	p, err := s.who(r)
	if err != nil {
		return status(err)
	}
	to := "/today"
	if p == nil {
		list, err := s.house.Practices(r.Context())
		if err != nil {
			return status(err)
		}
		if to = "/signin"; len(list) == 0 {
			to = "/setup"
		}
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
