package web

import (
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
)

// visitPage is one visit: how far it is, and the next thing.
type visitPage struct {
	desk
	Client    knead.Client
	Visit     knead.VisitRecord
	Therapist string
	State     string
	Marks     []letteredMark
	Steps     []stepLink
	Verdict   string
	Differs   string // what today's rules would say, where that differs from the stored verdict
	Link      *freshLink
	Over      bool // the session is over: what is asked afterwards
	Checkins  []checkinRow
	CanMail   bool // a mail server is set up, and the client has an address
	Mailed    bool
	Hands     visitConsent // what to know before hands go on
	CanCancel bool
	Cancelled bool
	Letters   []letterRow
	Early     bool   // the client can still paint and answer
	Next      string // the one next thing of the therapist, and where it is; the client's part comes before it
	NextURL   string
}

// stepLink is one of the steps of the flow.
type stepLink struct {
	Name, URL string
	Done, Now bool
}

// freshLink is a link that was made just now: shown once, since its secret is not stored.
type freshLink struct {
	Address string
	QR      template.HTML // made by package auth from the address alone
	Expires string
	Here    bool // no other device reaches the address
}

func (s *site) openVisit(w http.ResponseWriter, r *http.Request, p person) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	client := knead.ClientID(r.PathValue("client"))
	at, err := time.ParseInLocation("2006-01-02T15:04", r.PostForm.Get("at"), p.zone)
	if err != nil {
		return &knead.Error{Kind: knead.Invalid, Field: "at", Say: "Write when the visit begins, such as 2026-05-31T10:30."}
	}
	v := knead.VisitRecord{Client: client, Therapist: knead.MemberID(r.PostForm.Get("therapist")), Starts: knead.InstantOf(at)}
	if v.Therapist == "" {
		v.Therapist = p.Member
	}
	id, err := s.house.OpenVisit(r.Context(), p.Actor, v)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/visits/"+string(id), http.StatusSeeOther)
	return nil
}

func (s *site) visit(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showVisit(w, r, p, knead.VisitID(r.PathValue("visit")), nil)
}

func (s *site) showVisit(w http.ResponseWriter, r *http.Request, p person, id knead.VisitID, link *freshLink) error {
	ctx := r.Context()
	v, err := s.house.Visit(ctx, p.Actor, id)
	if err != nil {
		return err
	}
	c, err := s.house.Client(ctx, p.Actor, v.Client)
	if err != nil {
		return err
	}
	names, err := s.memberNames(r, p)
	if err != nil {
		return err
	}
	page := visitPage{
		desk: s.desk(ctx, p, "visit", "today", s.words.say("visit.title")), Client: c, Visit: v, Therapist: names[v.Therapist],
		State: s.words.say("visit.state." + string(v.State)), Link: link,
	}
	page.CanMail, page.Mailed = s.record.Mail && c.Email != "", r.URL.Query().Get("mailed") != ""
	page.Early = v.State.Early()
	if page.Over = v.State == knead.VisitEnded || v.State == knead.VisitClosed; page.Over && p.May(practice.SeeChart) {
		list, err := s.house.Checkins(ctx, p.Actor, v.Client)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(k knead.Checkin) bool { return k.Visit != id })
		page.Checkins = s.checkinRows(page.desk, list)
		slices.Reverse(page.Checkins) // as they come
	}
	page.Next, page.NextURL = s.nextStep(p, v)
	page.CanCancel, page.Cancelled = page.Early, v.State == knead.VisitCancelled
	if p.May(practice.SeeChart) {
		page.Marks = s.letteredMarks(v.Input.Drawing)
		page.Steps = s.visitSteps(v)
		a, err := knead.Assess(v.Input)
		if err != nil {
			return fmt.Errorf("assess: %w", err)
		}
		if page.Hands, err = s.visitConsent(r, &passage{by: p.Actor, person: p, visit: v, client: c}, a); err != nil {
			return err
		}
		if page.Letters, err = s.letterRows(r, p, page.desk, v.ID, ""); err != nil {
			return err
		}
		if v.Verdict.At != 0 {
			page.Verdict = s.words.say("verdict." + v.Verdict.Level)
			if now, changed := practice.Changed(v); changed {
				page.Differs = s.words.say("verdict." + string(now.Level))
			}
		}
	}
	return s.showDesk(w, r, http.StatusOK, "visit", page)
}

func (s *site) visitSteps(v knead.VisitRecord) []stepLink {
	order := map[knead.VisitState]int{
		knead.VisitOpen: 0, knead.VisitIntake: 0, knead.VisitReady: 2, knead.VisitStarted: 3, knead.VisitEnded: 4, knead.VisitClosed: 5,
	}
	now := order[v.State]
	if v.State == knead.VisitIntake && len(v.Input.Drawing.Marks) > 0 {
		now = 1
	}
	var steps []stepLink
	for i, name := range []string{"paint", "questions", "assess", "session", "note"} {
		step := stepLink{Name: s.words.say("visit.step." + name), Done: i < now, Now: i == now}
		if name != "session" && name != "note" || now >= 3 || name == "session" && now == 2 {
			step.URL = "/visits/" + string(v.ID) + "/" + name
		}
		steps = append(steps, step)
	}
	return steps
}

// linkPaths are where the links of clients lead.
var linkPaths = map[practice.Purpose]string{practice.ForIntake: "/l/", practice.ForCheckin: "/c/"}

// purposeOf reads what a link is for; the usual one is the intake.
func purposeOf(r *http.Request) practice.Purpose {
	if r.PostFormValue("purpose") == string(practice.ForCheckin) {
		return practice.ForCheckin
	}
	return practice.ForIntake
}

func (s *site) sendLink(w http.ResponseWriter, r *http.Request, p person) error {
	id, purpose := knead.VisitID(r.PathValue("visit")), purposeOf(r)
	bearer, l, err := s.house.SendLink(r.Context(), p.Actor, id, purpose)
	if err != nil {
		return err
	}
	link, err := s.freshLink(r, p, linkPaths[purpose]+bearer, l)
	if err != nil {
		return err
	}
	return s.showVisit(w, r, p, id, link)
}

func (s *site) freshLink(r *http.Request, p person, path string, l practice.Link) (*freshLink, error) {
	address := s.base4links(r) + path
	qr, err := auth.QR(address, s.words.say("link.qr"))
	if err != nil {
		return nil, err
	}
	d := desk{Person: p}
	return &freshLink{Address: address, QR: template.HTML(qr), Expires: d.Day(l.Expires), Here: here(address)}, nil //nolint:gosec // an SVG that package auth drew
}

// here says whether an address can be opened on this machine alone.
func here(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// mailLink has the link sent to the client by mail.
func (s *site) mailLink(w http.ResponseWriter, r *http.Request, p person) error {
	id := knead.VisitID(r.PathValue("visit"))
	if err := s.house.QueueLetter(r.Context(), p.Actor, id, purposeOf(r)); err != nil {
		return err
	}
	http.Redirect(w, r, "/visits/"+string(id)+"?mailed=1", http.StatusSeeOther)
	return nil
}

// base4links is how clients reach this server: as configured, else as the member did.
func (s *site) base4links(r *http.Request) string {
	switch {
	case s.record.Base != "":
		return s.record.Base
	case s.record.Secure:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *site) revokeLink(w http.ResponseWriter, r *http.Request, p person) error {
	client := knead.ClientID(r.PathValue("client"))
	if err := s.house.RevokeLink(r.Context(), p.Actor, client, knead.LinkID(r.PathValue("link"))); err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(client), http.StatusSeeOther)
	return nil
}

// handOver gives this screen to the client: it is locked, and opens their link. Nothing
// else can be reached until the member unlocks it.
func (s *site) handOver(w http.ResponseWriter, r *http.Request, p person) error {
	id := knead.VisitID(r.PathValue("visit"))
	bearer, _, err := s.house.SendLink(r.Context(), p.Actor, id, practice.ForIntake)
	if err != nil {
		return err
	}
	if err := s.house.Lock(r.Context(), p.Actor); err != nil {
		return err
	}
	http.Redirect(w, r, "/l/"+bearer, http.StatusSeeOther)
	return nil
}

func (s *site) cancelVisit(w http.ResponseWriter, r *http.Request, p person) error {
	return s.afterState(w, r, s.house.CancelVisit(r.Context(), p.Actor, knead.VisitID(r.PathValue("visit"))))
}

func (s *site) restoreVisit(w http.ResponseWriter, r *http.Request, p person) error {
	return s.afterState(w, r, s.house.RestoreVisit(r.Context(), p.Actor, knead.VisitID(r.PathValue("visit"))))
}

func (s *site) afterState(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/visits/"+r.PathValue("visit"), http.StatusSeeOther)
	return nil
}
