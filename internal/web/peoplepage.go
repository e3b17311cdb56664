package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/internal/practice"
)

// peoplePage is who works here, and how somebody is invited.
type peoplePage struct {
	desk
	mistake
	Members []memberRow
	Roles   []roleChoice
	Values  map[string]string
	Link    *freshLink
	For     string // whose link it is
	Reset   bool
	Done    string
}

type memberRow struct {
	knead.Member
	RoleName, State string
	Out, Me         bool
}

type roleChoice struct {
	ID         knead.Role
	Name, Does string
	On         bool
}

func (s *site) roleChoices(now knead.Role) []roleChoice {
	list := make([]roleChoice, 0, len(knead.Roles()))
	for _, r := range knead.Roles() {
		list = append(list, roleChoice{r, s.words.say("role." + string(r)), s.words.say("role.does." + string(r)), r == now})
	}
	return list
}

func (s *site) memberRow(p person, d desk, m knead.Member) memberRow {
	row := memberRow{Member: m, RoleName: s.words.say("role." + string(m.Role)), Me: m.ID == p.Member, Out: !m.Active(s.house.Now())}
	switch {
	case m.Disabled != 0:
		row.State = s.words.say("people.stopped")
	case row.Out:
		row.State = s.words.say("people.ended", d.Day(m.Until))
	case m.Until != 0:
		row.State = s.words.say("people.until", d.Day(m.Until-1))
	}
	return row
}

func (s *site) people(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showPeople(w, r, p, http.StatusOK, peoplePage{Done: r.URL.Query().Get("done")})
}

func (s *site) showPeople(w http.ResponseWriter, r *http.Request, p person, code int, page peoplePage) error {
	if !p.May(practice.ChangeMembers) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	page.desk = s.desk(r.Context(), p, "staff", "settings", s.words.say("people.title"))
	list, err := s.house.Members(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	for _, m := range list {
		page.Members = append(page.Members, s.memberRow(p, page.desk, m))
	}
	if page.Values == nil {
		page.Values = map[string]string{}
	}
	role := knead.Role(page.Values["role"])
	if role == "" {
		role = knead.Therapist
	}
	page.Roles = s.roleChoices(role)
	return s.showDesk(w, r, code, "people", page)
}

// endOf reads a substitute's last day: they may act until it is over where the practice is.
func endOf(text string, zone *time.Location) (knead.Instant, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil || day.Year() < 2000 || day.Year() > 2200 {
		return 0, &knead.Error{Kind: knead.Invalid, Field: "until", Say: "This is not a day. It looks like 2026-05-31."}
	}
	return knead.InstantOf(time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, zone)), nil
}

func (s *site) invite(w http.ResponseWriter, r *http.Request, p person) error {
	in := practice.Invitation{Name: r.PostFormValue("name"), Email: r.PostFormValue("email"), Role: knead.Role(r.PostFormValue("role"))}
	var err error
	if in.Role == knead.Substitute {
		in.Until, err = endOf(r.PostFormValue("until"), p.zone)
	}
	var bearer string
	var l practice.Link
	if err == nil {
		bearer, l, err = s.house.Invite(r.Context(), p.Actor, in)
	}
	if err != nil {
		page := peoplePage{Values: map[string]string{}}
		if page.Field, page.Problem = saidOf(err); page.Problem == "" || knead.KindOf(err) != knead.Invalid {
			return err
		}
		for _, name := range []string{"name", "email", "role", "until"} {
			page.Values[name] = r.PostFormValue(name)
		}
		return s.showPeople(w, r, p, http.StatusUnprocessableEntity, page)
	}
	return s.showMemberLink(w, r, p, bearer, l, in.Name)
}

// showMemberLink shows a link for a member, once.
func (s *site) showMemberLink(w http.ResponseWriter, r *http.Request, p person, bearer string, l practice.Link, name string) error {
	link, err := s.freshLink(r, p, "/"+string(l.Purpose)+"/"+bearer, l)
	if err != nil {
		return err
	}
	d := desk{Person: p}
	link.Expires = d.Day(l.Expires) + ", " + d.Clock(l.Expires)
	return s.showPeople(w, r, p, http.StatusOK, peoplePage{Link: link, For: name, Reset: l.Purpose == practice.ForReset})
}

// memberPage is one member: who they are here, and until when.
type memberPage struct {
	desk
	mistake
	Row     memberRow
	Roles   []roleChoice
	Until   string // as a date field wants it
	Clients []knead.Client
	Query   string
	Found   []knead.Client
	Done    string
}

// memberOf finds the member whom the address names.
func (s *site) memberOf(r *http.Request, p person) (knead.Member, error) {
	if !p.May(practice.ChangeMembers) {
		return knead.Member{}, &knead.Error{Kind: knead.NotAllowed}
	}
	list, err := s.house.Members(r.Context(), p.Actor)
	if err != nil {
		return knead.Member{}, err
	}
	id := knead.MemberID(r.PathValue("member"))
	if at := slices.IndexFunc(list, func(m knead.Member) bool { return m.ID == id }); at >= 0 {
		return list[at], nil
	}
	return knead.Member{}, &knead.Error{Kind: knead.NotFound, Say: "There is no such member."}
}

func (s *site) member(w http.ResponseWriter, r *http.Request, p person) error {
	m, err := s.memberOf(r, p)
	if err != nil {
		return err
	}
	return s.showMember(w, r, p, http.StatusOK, m, nil)
}

func (s *site) showMember(w http.ResponseWriter, r *http.Request, p person, code int, m knead.Member, wrong error) error {
	ctx := r.Context()
	page := memberPage{desk: s.desk(ctx, p, "member", "settings", m.Name), Roles: s.roleChoices(m.Role), Done: r.URL.Query().Get("done")}
	page.Row = s.memberRow(p, page.desk, m)
	page.Field, page.Problem = saidOf(wrong)
	if m.Until != 0 {
		page.Until = (m.Until - 1).Time().In(p.zone).Format(time.DateOnly)
	}
	if m.Role == knead.Substitute {
		granted, err := s.house.Grants(ctx, p.Actor, m.ID)
		if err != nil {
			return err
		}
		for _, id := range granted {
			c, err := s.house.Client(ctx, p.Actor, id)
			if err != nil {
				return err
			}
			page.Clients = append(page.Clients, c)
		}
		if page.Query = strings.TrimSpace(r.URL.Query().Get("q")); page.Query != "" && len(page.Query) <= 200 {
			found, _, err := s.house.Clients(ctx, p.Actor, page.Query, 10)
			if err != nil {
				return err
			}
			for _, c := range found {
				if !slices.Contains(granted, c.ID) {
					page.Found = append(page.Found, c)
				}
			}
		}
	}
	return s.showDesk(w, r, code, "member", page)
}

func (s *site) changeMember(w http.ResponseWriter, r *http.Request, p person) error {
	m, err := s.memberOf(r, p)
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // none: whatever stands there now
	typed := m
	typed.Name, typed.Email, typed.Role, typed.Until = r.PostFormValue("name"), r.PostFormValue("email"), knead.Role(r.PostFormValue("role")), 0
	if typed.Role == knead.Substitute {
		typed.Until, err = endOf(r.PostFormValue("until"), p.zone)
	}
	if err == nil {
		err = s.house.ChangeMember(r.Context(), p.Actor, m.ID, version, func(now *knead.Member) error {
			now.Name, now.Email, now.Role, now.Until = typed.Name, typed.Email, typed.Role, typed.Until
			return nil
		})
	}
	if knead.KindOf(err) == knead.Invalid {
		return s.showMember(w, r, p, http.StatusUnprocessableEntity, typed, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/people/"+string(m.ID)+"?done=saved", http.StatusSeeOther)
	return nil
}

// stopMember ends a member's sign-in on all devices at once; undo lets them in again.
func (s *site) stopMember(w http.ResponseWriter, r *http.Request, p person) error {
	m, err := s.memberOf(r, p)
	if err != nil {
		return err
	}
	undo := r.PostFormValue("undo") != ""
	err = s.house.ChangeMember(r.Context(), p.Actor, m.ID, 0, func(now *knead.Member) error {
		now.Disabled = 0
		if !undo {
			now.Disabled = s.house.Now()
		}
		return nil
	})
	if knead.KindOf(err) == knead.Invalid {
		return s.showMember(w, r, p, http.StatusUnprocessableEntity, m, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/people/"+string(m.ID), http.StatusSeeOther)
	return nil
}

// memberLink makes a link by which a member sets up anew how they sign in.
func (s *site) memberLink(w http.ResponseWriter, r *http.Request, p person) error {
	m, err := s.memberOf(r, p)
	if err != nil {
		return err
	}
	bearer, l, err := s.house.ResetLink(r.Context(), p.Actor, m.ID)
	if knead.KindOf(err) == knead.Invalid {
		return s.showMember(w, r, p, http.StatusUnprocessableEntity, m, err)
	}
	if err != nil {
		return err
	}
	return s.showMemberLink(w, r, p, bearer, l, m.Name)
}

// memberClients gives a substitute one more client, or one less.
func (s *site) memberClients(w http.ResponseWriter, r *http.Request, p person) error {
	m, err := s.memberOf(r, p)
	if err != nil {
		return err
	}
	granted, err := s.house.Grants(r.Context(), p.Actor, m.ID)
	if err != nil {
		return err
	}
	if give := knead.ClientID(r.PostFormValue("give")); give != "" {
		granted = append(granted, give)
	}
	if takeAway := knead.ClientID(r.PostFormValue("take")); takeAway != "" {
		granted = slices.DeleteFunc(granted, func(c knead.ClientID) bool { return c == takeAway })
	}
	if err := s.house.SetGrants(r.Context(), p.Actor, m.ID, granted); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/people/"+string(m.ID)+"#clients", http.StatusSeeOther)
	return nil
}
