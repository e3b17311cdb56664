package web

import (
	"html/template"
	"net/http"
	"strings"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
)

// mistake is what is wrong with a form.
type mistake struct{ Field, Problem string }

func (m mistake) wrongField() (field, say string) { return m.Field, m.Problem }

// mePage is how a member signs in, and where they are signed in.
type mePage struct {
	desk
	mistake
	practice.Proofs
	Keys    bool // passkeys can be made here
	Devices []device
	Others  int // devices besides this one
	Done    string
	Now     bool // a passkey is made without a further tap
}

// device is where a member is signed in.
type device struct {
	practice.Signin
	Name, Seen, Since string
}

func (s *site) me(w http.ResponseWriter, r *http.Request, p person) error {
	page, err := s.mePage(r, p)
	if err != nil {
		return err
	}
	if done := r.URL.Query().Get("done"); done != "" {
		page.Done = s.words.or("me.done."+done, "")
	}
	return s.showDesk(w, r, http.StatusOK, "me", page)
}

func (s *site) mePage(r *http.Request, p person) (mePage, error) {
	page := mePage{desk: s.desk(r.Context(), p, "me", "me", s.words.say("me.title")), Keys: s.keys(r) != nil}
	var err error
	if page.Proofs, err = s.house.Proofs(r.Context(), p.Actor); err != nil {
		return page, err
	}
	list, err := s.house.Signins(r.Context(), p.Actor)
	if err != nil {
		return page, err
	}
	for _, one := range list {
		if one.Expires <= s.house.Now() {
			continue
		}
		page.Devices = append(page.Devices, device{one, s.deviceName(one.Agent), page.Day(one.Seen) + ", " + page.Clock(one.Seen), page.Day(one.Created)})
		if !one.This {
			page.Others++
		}
	}
	return page, nil
}

// deviceName reads out of a browser's own words what a person would call the device.
func (s *site) deviceName(agent string) string {
	browser, system := "", ""
	for _, known := range [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}} {
		if strings.Contains(agent, known[0]) {
			browser = known[1]
			break
		}
	}
	for _, known := range [][2]string{{"iPad", "iPad"}, {"iPhone", "iPhone"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"CrOS", "Chromebook"}, {"Linux", "Linux"}} {
		if strings.Contains(agent, known[0]) {
			system = known[1]
			break
		}
	}
	switch {
	case browser != "" && system != "":
		return s.words.say("me.device", browser, system)
	case browser+system != "":
		return browser + system
	}
	return s.words.say("me.device.unknown")
}

// meAgain shows the page once more, with what is wrong.
func (s *site) meAgain(w http.ResponseWriter, r *http.Request, p person, err error) error {
	field, say := saidOf(err)
	if say == "" || knead.KindOf(err) == knead.Unavailable {
		return err
	}
	page, pageErr := s.mePage(r, p)
	if pageErr != nil {
		return pageErr
	}
	page.Field, page.Problem = field, say
	return s.showDesk(w, r, http.StatusUnprocessableEntity, "me", page)
}

func (s *site) setPassword(w http.ResponseWriter, r *http.Request, p person) error {
	if err := s.house.SetPassword(r.Context(), p.Actor, r.PostFormValue("old"), r.PostFormValue("password"), remote(r)); err != nil {
		if r.PostFormValue("first") != "" {
			return s.secureAgain(w, r, p, err)
		}
		return s.meAgain(w, r, p, err)
	}
	to := "/me?done=password"
	if r.PostFormValue("first") != "" {
		to = "/me/codes"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// codesPage sets up an authenticator.
type codesPage struct {
	desk
	mistake
	Secret string
	Parts  []string // the secret in groups of four, to type
	QR     template.HTML
	URL    template.URL // opens the authenticator on the phone itself
}

func (s *site) codes(w http.ResponseWriter, r *http.Request, p person) error {
	made, err := s.house.NewCodes(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return s.showCodes(w, r, p, http.StatusOK, made, nil)
}

func (s *site) showCodes(w http.ResponseWriter, r *http.Request, p person, code int, made auth.TOTP, wrong error) error {
	qr, err := auth.QR(made.URL, s.words.say("codes.qr"))
	if err != nil {
		return err
	}
	page := codesPage{
		desk: s.desk(r.Context(), p, "codes", "me", s.words.say("codes.title")), Secret: made.Secret,
		QR:  template.HTML(qr),      //nolint:gosec // an SVG that package auth drew
		URL: template.URL(made.URL), //nolint:gosec // otpauth:, made by package auth
	}
	page.Field, page.Problem = saidOf(wrong)
	for part := made.Secret; part != ""; part = part[min(4, len(part)):] {
		page.Parts = append(page.Parts, part[:min(4, len(part))])
	}
	return s.showDesk(w, r, code, "codes", page)
}

func (s *site) setCodes(w http.ResponseWriter, r *http.Request, p person) error {
	secret := r.PostFormValue("secret")
	recovery, err := s.house.SetCodes(r.Context(), p.Actor, secret, r.PostFormValue("code"))
	if knead.KindOf(err) == knead.Invalid {
		made, again := s.house.CodesOf(r.Context(), p.Actor, secret)
		if again != nil {
			return s.codes(w, r, p)
		}
		return s.showCodes(w, r, p, http.StatusUnprocessableEntity, made, err)
	}
	if err != nil {
		return err
	}
	return s.showRecovery(w, r, p, recovery)
}

func (s *site) removeCodes(w http.ResponseWriter, r *http.Request, p person) error {
	if err := s.house.RemoveCodes(r.Context(), p.Actor); err != nil {
		return err
	}
	http.Redirect(w, r, "/me?done=codes-removed", http.StatusSeeOther)
	return nil
}

// recoveryPage shows recovery codes, once.
type recoveryPage struct {
	desk
	Codes []string
}

func (s *site) showRecovery(w http.ResponseWriter, r *http.Request, p person, codes []string) error {
	return s.showDesk(w, r, http.StatusOK, "recovery", recoveryPage{s.desk(r.Context(), p, "recovery", "me", s.words.say("recovery.title")), codes})
}

func (s *site) newRecovery(w http.ResponseWriter, r *http.Request, p person) error {
	codes, err := s.house.NewRecoveryCodes(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return s.showRecovery(w, r, p, codes)
}

func (s *site) changePasskey(w http.ResponseWriter, r *http.Request, p person) error {
	id, done := r.PathValue("passkey"), "passkey-named"
	var err error
	if r.PostFormValue("remove") != "" {
		done, err = "passkey-removed", s.house.RemovePasskey(r.Context(), p.Actor, id)
	} else {
		err = s.house.RenamePasskey(r.Context(), p.Actor, id, r.PostFormValue("label"))
	}
	if knead.KindOf(err) == knead.Invalid {
		return s.meAgain(w, r, p, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/me?done="+done, http.StatusSeeOther)
	return nil
}

// signOutDevice ends a sign-in on another device of the same member.
func (s *site) signOutDevice(w http.ResponseWriter, r *http.Request, p person) error {
	if err := s.house.SignOut(r.Context(), p.Actor, r.PathValue("device")); err != nil {
		return err
	}
	http.Redirect(w, r, "/me?done=device", http.StatusSeeOther)
	return nil
}

func (s *site) signOutOthers(w http.ResponseWriter, r *http.Request, p person) error {
	if err := s.house.SignOutOthers(r.Context(), p.Actor); err != nil {
		return err
	}
	http.Redirect(w, r, "/me?done=devices", http.StatusSeeOther)
	return nil
}

// secure is where somebody who is new here makes their sign-in strong: a passkey, or a
// password with codes.
func (s *site) secure(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showSecure(w, r, p, http.StatusOK, nil)
}

func (s *site) showSecure(w http.ResponseWriter, r *http.Request, p person, code int, wrong error) error {
	page, err := s.mePage(r, p)
	if err != nil {
		return err
	}
	page.Screen, page.Nav, page.Now = "secure", "", r.URL.Query().Get("now") == "passkey" && wrong == nil
	page.Field, page.Problem = saidOf(wrong)
	return s.showDesk(w, r, code, "secure", page)
}

func (s *site) secureAgain(w http.ResponseWriter, r *http.Request, p person, err error) error {
	if _, say := saidOf(err); say == "" || knead.KindOf(err) == knead.Unavailable {
		return err
	}
	return s.showSecure(w, r, p, http.StatusUnprocessableEntity, err)
}

// proving lets in who showed lately that it is them. Others unlock the screen first.
func (s *site) proving(h staffHandler) staffHandler {
	return func(w http.ResponseWriter, r *http.Request, p person) error {
		if s.house.Proved(p.signin) {
			return h(w, r, p)
		}
		if err := s.house.Lock(r.Context(), p.Actor); err != nil {
			return err
		}
		to := r.URL.Path
		switch {
		case strings.HasSuffix(to, "/export"): // a download would leave the lock on the screen
			to = strings.TrimSuffix(to, "/export") + "/manage"
		case r.Method == http.MethodGet, strings.HasSuffix(to, "/erase"):
		case strings.HasPrefix(to, "/settings/people"):
			to = "/settings/people"
		default:
			to = "/me"
		}
		http.Redirect(w, r, "/unlock?to="+urlPath(to), http.StatusSeeOther)
		return nil
	}
}
