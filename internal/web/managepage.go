package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"knead"
	"knead/internal/practice"
)

// manageRoutes are what is done to a client's entry as a whole: joined with a double, held,
// handed out, erased.
func (s *site) manageRoutes() map[string]staffHandler {
	return map[string]staffHandler{
		"GET /clients/{client}/manage":             s.manage,
		"GET /clients/{client}/join/{other}":       s.double,
		"POST /clients/{client}/join/{other}":      s.joinDouble,
		"POST /clients/{client}/joinings/{merge}":  s.takeApart,
		"POST /clients/{client}/hold":              s.setHold,
		"GET /clients/{client}/erase":              s.only(practice.Erase, s.proving(s.erasePage)),
		"POST /clients/{client}/erase":             s.only(practice.Erase, s.proving(s.erase)),
		"GET /clients/{client}/erasures/{erasure}": s.erasure,
		"GET /clients/{client}/export":             s.only(practice.ExportClient, s.proving(s.exportClient)),
		"GET /expired":                             s.expired,
	}
}

// mayManage tells that a person has any business on the page.
func mayManage(p person) bool {
	return p.May(practice.ExportClient) || p.May(practice.MergeAct) || p.May(practice.Erase)
}

// managePage is everything that can be done to one client's entry.
type managePage struct {
	desk
	Client    knead.Client
	Keep      keepView
	Query     string
	Doubles   []doubleRow
	Likely    bool // the doubles were not asked for: they share a name, a number or an address
	Joinings  []joiningRow
	Erasures  []erasureRow
	MergedTo  string
	Field     string
	Problem   string
	HoldTyped string
}

// keepView says until when a record stays, and why.
type keepView struct {
	Until string // empty: nothing makes it stay
	Why   string
	Over  bool
}

type doubleRow struct {
	knead.Client
	About string
}

type joiningRow struct {
	ID, Name, When, Undone string
}

type erasureRow struct{ ID, When, Until string }

func (s *site) manage(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showManage(w, r, p, http.StatusOK, "", nil)
}

func (s *site) showManage(w http.ResponseWriter, r *http.Request, p person, code int, hold string, problem error) error {
	ctx := r.Context()
	if !mayManage(p) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	c, err := s.house.Client(ctx, p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	page := managePage{desk: s.desk(ctx, p, "manage", "clients", s.words.say("manage.title")), Client: c, Query: strings.TrimSpace(r.URL.Query().Get("q")), HoldTyped: hold}
	page.Field, page.Problem = saidOf(problem)
	if len(page.Query) > 200 {
		page.Query = page.Query[:200]
	}
	if page.Keep, err = s.keepView(r, p, page.desk, c.ID); err != nil {
		return err
	}
	if c.Merged != "" {
		other, err := s.house.Client(ctx, p.Actor, c.Merged)
		if err != nil {
			return err
		}
		page.MergedTo = page.Name(other)
	}
	if err := s.manageDoubles(r, p, &page); err != nil {
		return err
	}
	if p.May(practice.Erase) {
		list, err := s.house.Erasures(ctx, p.Actor, c.ID)
		if err != nil {
			return err
		}
		for _, e := range list {
			page.Erasures = append(page.Erasures, erasureRow{e.ID, page.Day(e.At), dayOr(page.desk, e.Until)})
		}
	}
	return s.showDesk(w, r, code, "manage", page)
}

func dayOr(d desk, at knead.Instant) string {
	if at == 0 {
		return ""
	}
	return d.Day(at)
}

func (s *site) keepView(r *http.Request, p person, d desk, client knead.ClientID) (keepView, error) {
	keep, err := s.house.Retention(r.Context(), p.Actor, client)
	if err != nil {
		return keepView{}, err
	}
	v := keepView{Over: keep.Over(s.house.Now()), Until: dayOr(d, keep.Until)}
	switch {
	case keep.Last == 0:
		v.Why = s.words.say("manage.keep.never")
	case keep.Grown != 0:
		v.Why = s.words.say("manage.keep.minor", d.Day(keep.Last), d.Day(keep.Grown), keep.Years)
	default:
		v.Why = s.words.say("manage.keep.rule", d.Day(keep.Last), keep.Years)
	}
	return v, nil
}

// manageDoubles finds whom the entry may be a double of: those that are looked for, or
// those with the same name, number or address.
func (s *site) manageDoubles(r *http.Request, p person, page *managePage) error {
	if !p.May(practice.MergeAct) || page.Client.Merged != "" || page.Client.Erased != 0 {
		return nil
	}
	ctx := r.Context()
	looks := []string{page.Query}
	if page.Query == "" {
		page.Likely = true
		looks = slices.DeleteFunc([]string{page.Client.Name, page.Client.Phone, page.Client.Email}, func(t string) bool { return strings.TrimSpace(t) == "" })
	}
	seen := map[knead.ClientID]bool{page.Client.ID: true}
	for _, look := range looks {
		list, _, err := s.house.Clients(ctx, p.Actor, look, 10)
		if err != nil {
			return err
		}
		for _, c := range list {
			if seen[c.ID] {
				continue
			}
			seen[c.ID] = true
			row := doubleRow{Client: c}
			if !page.Hide {
				row.About = strings.Join(slices.DeleteFunc([]string{c.Born, c.Phone, c.Email}, func(t string) bool { return t == "" }), " · ")
			}
			page.Doubles = append(page.Doubles, row)
		}
	}
	merges, err := s.house.Merges(ctx, p.Actor, page.Client.ID)
	if err != nil {
		return err
	}
	for _, m := range merges {
		from, err := s.house.Client(ctx, p.Actor, m.From)
		if err != nil {
			return err
		}
		row := joiningRow{ID: m.ID, Name: page.Name(from), When: page.Day(m.At)}
		if m.Undone != 0 {
			row.Undone = page.Day(m.Undone)
		}
		page.Joinings = append(page.Joinings, row)
	}
	return nil
}

// doublePage shows two entries side by side, and what they would become.
type doublePage struct {
	desk
	practice.Doubles
	Rows []doubleField
}

type doubleField struct{ Label, Into, From, After string }

func (s *site) double(w http.ResponseWriter, r *http.Request, p person) error {
	into, from := knead.ClientID(r.PathValue("client")), knead.ClientID(r.PathValue("other"))
	if into == from {
		return &knead.Error{Kind: knead.NotFound}
	}
	j, err := s.house.PreviewMerge(r.Context(), p.Actor, from, into)
	if err != nil {
		return err
	}
	page := doublePage{desk: s.desk(r.Context(), p, "double", "clients", s.words.say("double.title")), Doubles: j}
	add := func(label string, of func(knead.Client) string) {
		row := doubleField{label, of(j.Into), of(j.From), of(j.After)}
		if row.Into != "" || row.From != "" {
			page.Rows = append(page.Rows, row)
		}
	}
	list := func(of func(knead.Client) []string) func(knead.Client) string {
		return func(c knead.Client) string { return strings.Join(of(c), ", ") }
	}
	add(s.words.say("client.name"), page.Name)
	if !page.Hide {
		add(s.words.say("double.called"), func(c knead.Client) string { return c.Called })
		add(s.words.say("client.born"), func(c knead.Client) string { return c.Born })
		add(s.words.say("client.email"), func(c knead.Client) string { return c.Email })
		add(s.words.say("client.phone"), func(c knead.Client) string { return c.Phone })
	}
	add(s.words.say("client.has-conditions"), list(func(c knead.Client) []string { return c.Profile.Conditions }))
	add(s.words.say("client.has-medicines"), list(func(c knead.Client) []string { return c.Profile.Medicines }))
	add(s.words.say("client.has-allergies"), list(func(c knead.Client) []string { return c.Profile.Allergies }))
	add(s.words.say("client.history"), func(c knead.Client) string { return c.Profile.History })
	add(s.words.say("double.tags"), list(func(c knead.Client) []string { return c.Profile.Tags }))
	page.Rows = append(page.Rows, doubleField{s.words.say("client.visits"), strconv.Itoa(j.IntoVisits), strconv.Itoa(j.FromVisits), strconv.Itoa(j.IntoVisits + j.FromVisits)})
	return s.showDesk(w, r, http.StatusOK, "double", page)
}

func (s *site) joinDouble(w http.ResponseWriter, r *http.Request, p person) error {
	into := knead.ClientID(r.PathValue("client"))
	if _, err := s.house.MergeClients(r.Context(), p.Actor, knead.ClientID(r.PathValue("other")), into); err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(into)+"/manage#joinings", http.StatusSeeOther)
	return nil
}

func (s *site) takeApart(w http.ResponseWriter, r *http.Request, p person) error {
	client := knead.ClientID(r.PathValue("client"))
	merges, err := s.house.Merges(r.Context(), p.Actor, client)
	if err != nil {
		return err
	}
	id := r.PathValue("merge")
	if !slices.ContainsFunc(merges, func(m practice.Merge) bool { return m.ID == id }) {
		return &knead.Error{Kind: knead.NotFound}
	}
	if err := s.house.UndoMerge(r.Context(), p.Actor, id); err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(client)+"/manage#joinings", http.StatusSeeOther)
	return nil
}

func (s *site) setHold(w http.ResponseWriter, r *http.Request, p person) error {
	client := knead.ClientID(r.PathValue("client"))
	why := strings.TrimSpace(r.PostFormValue("hold"))
	lift := r.PostFormValue("lift") != ""
	if lift {
		why = ""
	}
	var err error
	if why == "" && !lift {
		err = &knead.Error{Kind: knead.Invalid, Field: "hold", Say: s.words.say("manage.hold.why-missing")}
	} else {
		err = s.house.SetHold(r.Context(), p.Actor, client, why)
	}
	if knead.KindOf(err) == knead.Invalid {
		return s.showManage(w, r, p, http.StatusUnprocessableEntity, why, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(client)+"/manage#hold", http.StatusSeeOther)
	return nil
}

// erasePage shows what would go and what the law makes stay: first to give a reason, then
// to read it all once more.
type erasePage struct {
	desk
	Client  knead.Client
	Keep    keepView
	Goes    []string
	Stays   []string
	Until   string
	Reason  string
	Sure    bool // the second step
	Problem string
}

func (p erasePage) wrongField() (field, say string) { return "reason", p.Problem }

func (s *site) erasePage(w http.ResponseWriter, r *http.Request, p person) error {
	return s.showErase(w, r, p, http.StatusOK, erasePage{})
}

func (s *site) showErase(w http.ResponseWriter, r *http.Request, p person, code int, page erasePage) error {
	ctx := r.Context()
	if !p.May(practice.Erase) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	c, err := s.house.Client(ctx, p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	e, err := s.house.PreviewErasure(ctx, p.Actor, c.ID)
	if err != nil {
		return err
	}
	page.desk, page.Client = s.desk(ctx, p, "erase", "clients", s.words.say("erase.title")), c
	if page.Keep, err = s.keepView(r, p, page.desk, c.ID); err != nil {
		return err
	}
	page.Goes, page.Stays, page.Until = s.erasedWords(e), s.keptWords(e), dayOr(page.desk, e.Until)
	return s.showDesk(w, r, code, "erase", page)
}

// erasedWords says what was erased, sorted, with how much of it.
func (s *site) erasedWords(e practice.Erasure) []string {
	var out []string
	for what, n := range e.Erased {
		name := s.words.say("erased." + what)
		if n > 1 {
			name = s.words.say("erase.count", name, n)
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// keptWords says what stayed.
func (s *site) keptWords(e practice.Erasure) []string {
	var out []string
	for _, what := range e.Kept {
		out = append(out, s.words.say("kept."+what))
	}
	return out
}

func (s *site) erase(w http.ResponseWriter, r *http.Request, p person) error {
	client := knead.ClientID(r.PathValue("client"))
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if reason == "" {
		return s.showErase(w, r, p, http.StatusUnprocessableEntity, erasePage{Problem: s.words.say("erase.reason-missing")})
	}
	if err := knead.CheckText("reason", reason, 400); err != nil {
		_, say := saidOf(err)
		return s.showErase(w, r, p, http.StatusUnprocessableEntity, erasePage{Reason: reason, Problem: say})
	}
	if r.PostFormValue("sure") == "" {
		return s.showErase(w, r, p, http.StatusOK, erasePage{Reason: reason, Sure: true})
	}
	e, err := s.house.EraseClient(r.Context(), p.Actor, client, reason)
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(client)+"/erasures/"+e.ID, http.StatusSeeOther)
	return nil
}

// erasurePage is the record of an erasure, to print. It names nobody.
type erasurePage struct {
	desk
	practice.Erasure
	When, At, Until string
	Goes, Stays     []string
	Member          string
	Whole           bool // nothing is left
}

func (s *site) erasure(w http.ResponseWriter, r *http.Request, p person) error {
	ctx := r.Context()
	list, err := s.house.Erasures(ctx, p.Actor, knead.ClientID(r.PathValue("client")))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(e practice.Erasure) bool { return e.ID == r.PathValue("erasure") })
	if i < 0 {
		return &knead.Error{Kind: knead.NotFound}
	}
	names, err := s.memberNames(r, p)
	if err != nil {
		return err
	}
	e := list[i]
	page := erasurePage{desk: s.desk(ctx, p, "erasure", "clients", s.words.say("erasure.title")), Erasure: e, Goes: s.erasedWords(e), Stays: s.keptWords(e), Member: names[e.By], Whole: len(e.Kept) == 0}
	page.When, page.At, page.Until = page.Day(e.At), page.Clock(e.At), dayOr(page.desk, e.Until)
	return s.showDesk(w, r, http.StatusOK, "erasure", page)
}

// expiredPage lists clients whose record need not stay any longer.
type expiredPage struct {
	desk
	Rows []expiredRow
	More bool
}

type expiredRow struct {
	knead.Client
	Last, Until string
}

func (s *site) expired(w http.ResponseWriter, r *http.Request, p person) error {
	page := expiredPage{desk: s.desk(r.Context(), p, "expired", "clients", s.words.say("expired.title"))}
	list, more, err := s.house.ExpiredClients(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	page.More = more
	for _, e := range list {
		page.Rows = append(page.Rows, expiredRow{e.Client, page.Day(e.Last), page.Day(e.Until)})
	}
	return s.showDesk(w, r, http.StatusOK, "expired", page)
}
