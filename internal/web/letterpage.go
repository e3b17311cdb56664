package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"knead"
	"knead/internal/practice"
)

// letterPage is where a letter to another clinician is read and changed before it is
// printed.
type letterPage struct {
	desk
	Client   knead.Client
	Visit    knead.VisitRecord
	Fields   []letterField
	Problem  string
	Restored bool // words that were typed before and not kept
	Letters  []letterRow
}

// letterField is one part of the letter.
type letterField struct {
	Name, Label, Hint, Text, Error string
	Rows                           int
}

// letterRow is a letter that was kept.
type letterRow struct{ URL, At, To, By string }

// letterPrint is a letter on paper.
type letterPrint struct {
	desk
	Client  knead.Client
	Visit   knead.VisitRecord
	Born    string
	Date    string
	By      string
	Parts   []letterField
	To      string
	From    string
	Views   []assessView
	Marks   []letteredMark
	Written string
}

// letterRoutes are the letters of a visit.
func (s *site) letterRoutes() map[string]visitHandler {
	return map[string]visitHandler{
		"GET /visits/{visit}/letter":           s.letter,
		"POST /visits/{visit}/letter":          onlyVisit(practice.WriteNote, s.keepLetter),
		"POST /visits/{visit}/letter/draft":    onlyVisit(practice.WriteNote, s.draftLetter),
		"GET /visits/{visit}/letters/{letter}": s.printLetter,
	}
}

func letterDraft(v knead.VisitID) string { return "letter " + string(v) }

// letter shows the letter as it was typed and not kept, else as the visit says.
func (s *site) letter(w http.ResponseWriter, r *http.Request, p passage) error {
	if !p.by.May(practice.WriteNote) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	if r.URL.Query().Get("fresh") == "" {
		draft, err := s.house.Draft(r.Context(), p.by, letterDraft(p.visit.ID))
		if err != nil {
			return err
		}
		var kept knead.Letter
		if draft != "" && json.Unmarshal([]byte(draft), &kept) == nil {
			return s.showLetterForm(w, r, http.StatusOK, p, kept, nil, true)
		}
	}
	l, err := s.composeLetter(r, p)
	if err != nil {
		return err
	}
	return s.showLetterForm(w, r, http.StatusOK, p, l, nil, false)
}

// composeLetter writes the letter from the visit.
func (s *site) composeLetter(r *http.Request, p passage) (knead.Letter, error) {
	ctx := r.Context()
	a, err := knead.Assess(p.visit.Input)
	if err != nil {
		return knead.Letter{}, fmt.Errorf("assess visit %s: %w", p.visit.ID, err)
	}
	in := knead.LetterInput{Assessment: a, Zone: p.person.zone}
	log, err := s.house.SessionLog(ctx, p.by, p.visit.ID)
	if err != nil {
		return knead.Letter{}, err
	}
	if len(log.Events) > 0 || len(log.Plan.Steps) > 0 {
		in.Session = knead.RunSession(log.Plan, log.Events)
	}
	if in.Since, err = s.firstPainted(r, p); err != nil {
		return knead.Letter{}, err
	}
	members, err := s.house.Members(ctx, p.by)
	if err != nil {
		return knead.Letter{}, err
	}
	for _, m := range members {
		if m.ID == p.by.Member {
			in.From = append(in.From, strings.Join(append([]string{m.Name}, m.Profile.Qualifications...), ", "))
			if m.Profile.Phone != "" {
				in.From = append(in.From, m.Profile.Phone)
			}
		}
	}
	in.From = append(in.From, p.person.practice.Name)
	if contact := p.person.practice.Settings.Contact; contact != "" {
		in.From = append(in.From, contact)
	}
	return knead.ComposeLetter(in), nil
}

// firstPainted is when one of the places of a visit was first painted, if that was at an
// earlier one.
func (s *site) firstPainted(r *http.Request, p passage) (first knead.Instant, err error) {
	cells := p.visit.Input.Drawing.Cells()
	visits, _, err := s.house.VisitsOf(r.Context(), p.by, p.client.ID, visitsLooked)
	if err != nil {
		return 0, err
	}
	for _, v := range visits {
		earlier := v.Starts < p.visit.Starts && v.State != knead.VisitCancelled
		if earlier && v.Input.Drawing.Cells().Intersect(cells).Len() > 0 && (first == 0 || v.Starts < first) {
			first = v.Starts
		}
	}
	return first, nil
}

// visitsLooked is how many visits back a drawing is looked for (chosen: years of them).
const visitsLooked = 200

func (s *site) showLetterForm(w http.ResponseWriter, r *http.Request, code int, p passage, l knead.Letter, problem error, restored bool) error {
	page := letterPage{
		desk: s.desk(r.Context(), p.person, "letter", "today", s.words.say("letter.title")), Client: p.client, Visit: p.visit, Restored: restored,
	}
	at, say := saidOf(problem)
	page.Problem = say
	for _, f := range s.letterFields(l) {
		if f.Name == at {
			f.Error, page.Problem = say, ""
		}
		f.Rows = min(14, 1+len(f.Text)/80+strings.Count(f.Text, "\n"))
		page.Fields = append(page.Fields, f)
	}
	var err error
	if page.Letters, err = s.letterRows(r, p.person, page.desk, p.visit.ID, ""); err != nil {
		return err
	}
	return s.showDesk(w, r, code, "letter", page)
}

// letterFields are the parts of a letter in their order.
func (s *site) letterFields(l knead.Letter) []letterField {
	fields := []letterField{
		{Name: "to", Text: l.To},
		{Name: "reason", Text: l.Reason},
		{Name: "findings", Text: l.Findings},
		{Name: "onset", Text: l.Onset},
		{Name: "done", Text: l.Done},
		{Name: "urgency", Text: l.Urgency},
		{Name: "from", Text: l.From},
	}
	for i := range fields {
		fields[i].Label = s.words.say("letter.field." + fields[i].Name)
		fields[i].Hint = s.words.or("letter.hint."+fields[i].Name, "")
	}
	return fields
}

// takeLetter reads the form.
func takeLetter(r *http.Request) (knead.Letter, error) {
	if err := r.ParseForm(); err != nil {
		return knead.Letter{}, bad(err)
	}
	text := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostForm.Get(name), "\r\n", "\n"))
	}
	return knead.Letter{
		To: text("to"), Reason: text("reason"), Findings: text("findings"), Onset: text("onset"), Done: text("done"), Urgency: text("urgency"), From: text("from"),
	}, nil
}

// keepLetter keeps a letter with the visit and shows it for printing.
func (s *site) keepLetter(w http.ResponseWriter, r *http.Request, p passage) error {
	l, err := takeLetter(r)
	if err != nil {
		return err
	}
	if r.PostForm.Get("keep") == "draft" {
		if err := s.saveLetterDraft(r, p, l); err != nil {
			return err
		}
		http.Redirect(w, r, "/visits/"+string(p.visit.ID), http.StatusSeeOther)
		return nil
	}
	id, err := s.house.AddReferral(r.Context(), p.by, p.visit.ID, l)
	if knead.KindOf(err) == knead.Invalid {
		return s.showLetterForm(w, r, http.StatusUnprocessableEntity, p, l, err, false)
	}
	if err != nil {
		return err
	}
	if err := s.house.DropDraft(r.Context(), p.by, letterDraft(p.visit.ID)); err != nil {
		return err
	}
	http.Redirect(w, r, "/visits/"+string(p.visit.ID)+"/letters/"+id, http.StatusSeeOther)
	return nil
}

func (s *site) saveLetterDraft(r *http.Request, p passage, l knead.Letter) error {
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return s.house.SaveDraft(r.Context(), p.by, letterDraft(p.visit.ID), string(body))
}

// draftLetter keeps what is being typed, for the script.
func (s *site) draftLetter(w http.ResponseWriter, r *http.Request, p passage) error {
	if !p.by.May(practice.WriteNote) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	l, err := takeLetter(r)
	if err != nil {
		return err
	}
	if err := s.saveLetterDraft(r, p, l); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// printLetter shows a letter that was kept, as it goes on paper.
func (s *site) printLetter(w http.ResponseWriter, r *http.Request, p passage) error {
	l, err := s.house.Referral(r.Context(), p.by, p.visit.ID, r.PathValue("letter"))
	if err != nil {
		return err
	}
	names, err := s.memberNames(r, p.person)
	if err != nil {
		return err
	}
	page := letterPrint{
		desk: s.desk(r.Context(), p.person, "letter-print", "", s.words.say("letter.title")), Client: p.client, Visit: p.visit,
		To: l.Letter.To, From: l.Letter.From, By: names[l.Member], Marks: s.letteredMarks(p.visit.Input.Drawing),
	}
	page.Date, page.Written = page.Day(l.At), page.Day(l.At)+", "+page.Clock(l.At)
	if born, err := time.Parse(time.DateOnly, p.client.Born); err == nil {
		page.Born = born.Format("2 January 2006")
	}
	for _, f := range s.letterFields(l.Letter) {
		if f.Text != "" && f.Name != "to" && f.Name != "from" {
			f.Text = page.Veil(p.client, f.Text)
			page.Parts = append(page.Parts, f)
		}
	}
	if len(page.Marks) > 0 {
		if page.Views, err = s.letterViews(p); err != nil {
			return err
		}
	}
	return s.showDesk(w, r, http.StatusOK, "letter-print", page)
}

// letterHigh is the height of a figure in a letter, in CSS pixels: 6 cm.
const letterHigh = 226

// letterViews are the figures of a letter.
func (s *site) letterViews(p passage) ([]assessView, error) {
	views, err := s.assessViews(p.work(), nil, nil)
	if err != nil {
		return nil, err
	}
	views = slices.DeleteFunc(views, func(v assessView) bool { return len(v.Paint) == 0 })
	views = views[:min(2, len(views))]
	for i := range views {
		v := &views[i]
		v.BoxW, v.BoxH = v.BoxW*letterHigh/v.BoxH, letterHigh
	}
	return views, nil
}

// letterRows lists the letters of a visit, or where that is empty of a client.
func (s *site) letterRows(r *http.Request, p person, d desk, visit knead.VisitID, client knead.ClientID) (rows []letterRow, err error) {
	if !p.May(practice.SeeChart) {
		return nil, nil
	}
	var list []practice.Referral
	if visit != "" {
		list, err = s.house.Referrals(r.Context(), p.Actor, visit)
	} else {
		list, err = s.house.ReferralsOf(r.Context(), p.Actor, client)
	}
	if err != nil {
		return nil, err
	}
	names, err := s.memberNames(r, p)
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		to, _, _ := strings.Cut(l.Letter.To, "\n")
		rows = append(rows, letterRow{"/visits/" + string(l.Visit) + "/letters/" + l.ID, d.Day(l.At) + ", " + d.Clock(l.At), to, names[l.Member]})
	}
	return rows, nil
}
