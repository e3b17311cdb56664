package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"knead"
	"knead/internal/practice"
	"knead/plan"
)

// notePage is the note of a visit: written from plan against actual, edited, signed in
// one tap; after that only addenda.
type notePage struct {
	desk
	Client   knead.Client
	Visit    knead.VisitRecord
	Record   practice.NoteRecord
	Sections []noteField
	Signed   bool
	SignedBy string
	SignedAt string
	Mine     bool // the reader may change and sign it
	Veiled   bool // names are hidden, and the text holds one
	Restored bool // words that were typed before and not saved
	Problem  string
	Phrases  []knead.Phrase
	Addenda  []addendumRow
	Add      addendumForm
	Verdict  string
	CanMove  bool
	Sticks   string // the first digits of the digest, for a print
}

type noteField struct {
	Index   int
	Heading string
	Text    string
	Rows    int
}

type addendumRow struct{ Author, When, Reason, Words string }

type addendumForm struct{ Reason, Words, Problem string }

// noteRoutes are the note's part of the visit.
func (s *site) noteRoutes() map[string]visitHandler {
	return map[string]visitHandler{
		"GET /visits/{visit}/note":          s.note,
		"POST /visits/{visit}/note":         onlyVisit(practice.WriteNote, s.saveNote),
		"POST /visits/{visit}/note/sign":    onlyVisit(practice.WriteNote, s.signNote),
		"POST /visits/{visit}/note/draft":   onlyVisit(practice.WriteNote, s.draftNote),
		"POST /visits/{visit}/note/addenda": onlyVisit(practice.WriteNote, s.addAddendum),
		"GET /visits/{visit}/note/print":    s.printNote,
		"GET /visits/{visit}/move":          s.movePage,
		"POST /visits/{visit}/move":         s.moveVisit,
	}
}

func draftOf(v knead.VisitID) string { return "note " + string(v) }

func (s *site) note(w http.ResponseWriter, r *http.Request, p passage) error {
	return s.showNote(w, r, http.StatusOK, p, nil, "", addendumForm{})
}

// showNote shows the note: typed if a form came back, else what was typed before and not
// saved, else what is stored, else what the session says.
func (s *site) showNote(w http.ResponseWriter, r *http.Request, code int, p passage, typed *knead.Note, problem string, add addendumForm) error {
	page, err := s.notePage(r, p)
	if err != nil {
		return err
	}
	page.Problem, page.Add = problem, add
	note := page.Record.Note
	switch {
	case page.Signed || page.Record.Hidden:
	case typed != nil:
		note = *typed
	case r.URL.Query().Get("fresh") != "":
		if note, err = s.compose(r, p, page.Practice); err != nil {
			return err
		}
	default:
		draft, err := s.house.Draft(r.Context(), p.by, draftOf(p.visit.ID))
		if err != nil {
			return err
		}
		if kept, err := knead.ReadNote([]byte(draft)); err == nil && draft != "" {
			note, page.Restored = kept, true
		} else if page.Record.ID == "" {
			if note, err = s.compose(r, p, page.Practice); err != nil {
				return err
			}
		}
	}
	for i, section := range note.Sections {
		text := page.Veil(p.client, strings.Join(section.Paragraphs, "\n"))
		if text != strings.Join(section.Paragraphs, "\n") && page.Mine && !page.Signed { // what is veiled cannot be written on: the dots would be saved
			page.Mine, page.Veiled = false, true
		}
		page.Sections = append(page.Sections, noteField{i, section.Heading, text, min(16, 2+len(text)/70+strings.Count(text, "\n"))})
	}
	return s.showDesk(w, r, code, "note", page)
}

func (s *site) notePage(r *http.Request, p passage) (notePage, error) {
	ctx := r.Context()
	record, err := s.house.Note(ctx, p.by, p.visit.ID)
	if err != nil {
		return notePage{}, err
	}
	names, err := s.memberNames(r, p.person)
	if err != nil {
		return notePage{}, err
	}
	page := notePage{
		desk: s.desk(ctx, p.person, "note", "today", s.words.say("note.title")), Client: p.client, Visit: p.visit, Record: record,
		Signed: record.Signed != 0, Phrases: p.person.practice.Settings.Phrases, CanMove: p.by.May(practice.MergeAct),
	}
	page.Mine = p.by.May(practice.WriteNote) && (record.ID == "" || record.Author == p.by.Member)
	page.SignedBy = names[record.Author]
	if page.Signed {
		page.SignedBy, page.SignedAt = names[record.Author], page.Day(record.Signed)+", "+page.Clock(record.Signed)
		page.Sticks = record.Digest[:min(12, len(record.Digest))]
	}
	for _, a := range record.Addenda {
		page.Addenda = append(page.Addenda, addendumRow{names[a.Author], page.Day(a.At) + ", " + page.Clock(a.At), page.Veil(p.client, a.Reason), page.Veil(p.client, a.Words)})
	}
	return page, nil
}

// compose writes the note from what was planned and what was done.
func (s *site) compose(r *http.Request, p passage, practice knead.Practice) (knead.Note, error) {
	ctx := r.Context()
	a, err := knead.Assess(p.visit.Input)
	if err != nil {
		return knead.Note{}, fmt.Errorf("assess visit %s: %w", p.visit.ID, err)
	}
	log, err := s.house.SessionLog(ctx, p.by, p.visit.ID)
	if err != nil {
		return knead.Note{}, err
	}
	acts, err := s.house.Consents(ctx, p.by, p.client.ID)
	if err != nil {
		return knead.Note{}, err
	}
	in := knead.NoteInput{
		Assessment: a, Consent: knead.Consents(acts, s.consentEditions(p.person.practice))[knead.ConsentTreatment], Zone: p.person.zone,
	}
	if len(log.Events) > 0 || len(log.Plan.Steps) > 0 {
		in.Session = knead.RunSession(log.Plan, log.Events)
		for _, advice := range log.Plan.Advice {
			if advice.Kind == plan.AdviceExercise || advice.Kind == plan.AdviceHeat {
				in.HomeCare = append(in.HomeCare, advice)
			}
		}
	}
	if practice.Settings.NoteTemplate != "" {
		if t, err := knead.ReadTemplate(practice.Settings.NoteTemplate); err == nil { // checked when it was saved; a Knead that knows less falls back
			in.Template = t
		}
	}
	return knead.ComposeNote(in), nil
}

// takeNote reads the form's sections.
func takeNote(r *http.Request) (note knead.Note, version int64, private bool, err error) {
	if err := r.ParseForm(); err != nil {
		return note, 0, false, bad(err)
	}
	for i := range 40 {
		heading, sent := r.PostForm["h-"+strconv.Itoa(i)]
		if !sent {
			break
		}
		section := knead.NoteSection{Heading: strings.TrimSpace(last(heading))}
		for line := range strings.Lines(strings.ReplaceAll(r.PostForm.Get("s-"+strconv.Itoa(i)), "\r", "")) {
			if line = strings.TrimSpace(line); line != "" {
				section.Paragraphs = append(section.Paragraphs, line)
			}
		}
		note.Sections = append(note.Sections, section)
	}
	version, _ = strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // nothing means the first draft
	return note, version, r.PostForm.Get("private") != "", nil
}

// saveNote saves the draft and goes back to the note.
func (s *site) saveNote(w http.ResponseWriter, r *http.Request, p passage) error {
	note, version, private, err := takeNote(r)
	if err != nil {
		return err
	}
	if _, err := s.house.SaveNote(r.Context(), p.by, p.visit.ID, version, note, private); err != nil {
		return s.noteProblem(w, r, p, note, err)
	}
	return s.afterNote(w, r, p)
}

// afterNote forgets what was being typed and shows the note as it is stored.
func (s *site) afterNote(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := s.house.DropDraft(r.Context(), p.by, draftOf(p.visit.ID)); err != nil {
		return err
	}
	http.Redirect(w, r, "/visits/"+string(p.visit.ID)+"/note", http.StatusSeeOther)
	return nil
}

// noteProblem shows the form again with what was typed, so that nothing is lost.
func (s *site) noteProblem(w http.ResponseWriter, r *http.Request, p passage, note knead.Note, err error) error {
	_, say := saidOf(err)
	if say == "" || knead.KindOf(err) == knead.NotFound {
		return err
	}
	return s.showNote(w, r, codes[knead.KindOf(err)], p, &note, say, addendumForm{})
}

// signNote saves what stands in the form and signs just that: one tap.
func (s *site) signNote(w http.ResponseWriter, r *http.Request, p passage) error {
	note, version, private, err := takeNote(r)
	if err != nil {
		return err
	}
	saved, err := s.house.SaveNote(r.Context(), p.by, p.visit.ID, version, note, private)
	if err == nil {
		err = s.house.SignNote(r.Context(), p.by, p.visit.ID, saved.Version)
	}
	if err != nil {
		return s.noteProblem(w, r, p, note, err)
	}
	return s.afterNote(w, r, p)
}

// draftNote keeps what is being typed, for the script.
func (s *site) draftNote(w http.ResponseWriter, r *http.Request, p passage) error {
	note, _, _, err := takeNote(r)
	if err != nil {
		return err
	}
	body, err := note.Canonical()
	if err != nil {
		return &knead.Error{Kind: knead.Invalid, Err: err}
	}
	if err := s.house.SaveDraft(r.Context(), p.by, draftOf(p.visit.ID), string(body)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *site) addAddendum(w http.ResponseWriter, r *http.Request, p passage) error {
	form := addendumForm{Reason: r.PostFormValue("reason"), Words: r.PostFormValue("words")}
	err := s.house.AddAddendum(r.Context(), p.by, p.visit.ID, form.Reason, form.Words)
	if knead.KindOf(err) == knead.Invalid {
		_, form.Problem = saidOf(err)
		return s.showNote(w, r, http.StatusUnprocessableEntity, p, nil, "", form)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/visits/"+string(p.visit.ID)+"/note", http.StatusSeeOther)
	return nil
}

// printNote is the note on paper: a signed one, or a draft that says so.
func (s *site) printNote(w http.ResponseWriter, r *http.Request, p passage) error {
	page, err := s.notePage(r, p)
	if err != nil {
		return err
	}
	if page.Record.ID == "" || page.Record.Hidden {
		return &knead.Error{Kind: knead.NotFound, Say: s.words.say("note.none-yet")}
	}
	for i, section := range page.Record.Note.Sections {
		page.Sections = append(page.Sections, noteField{Index: i, Heading: section.Heading, Text: page.Veil(p.client, strings.Join(section.Paragraphs, "\n"))})
	}
	page.Title = s.words.say("note.title")
	return s.showDesk(w, r, http.StatusOK, "note-print", page)
}

// movePage puts a visit to another client.
type movePage struct {
	desk
	Client  knead.Client
	Visit   knead.VisitRecord
	Query   string
	Clients []knead.Client
	Reason  string
	Problem string
}

func (s *site) movePage(w http.ResponseWriter, r *http.Request, p passage) error {
	return s.showMove(w, r, http.StatusOK, p, r.URL.Query().Get("q"), "", nil)
}

func (s *site) showMove(w http.ResponseWriter, r *http.Request, code int, p passage, query, reason string, problem error) error {
	if !p.by.May(practice.MergeAct) {
		return &knead.Error{Kind: knead.NotAllowed}
	}
	page := movePage{
		desk: s.desk(r.Context(), p.person, "move", "today", s.words.say("move.title")), Client: p.client, Visit: p.visit,
		Query: strings.TrimSpace(query), Reason: reason,
	}
	_, page.Problem = saidOf(problem)
	if page.Query != "" {
		found, _, err := s.house.Clients(r.Context(), p.by, page.Query, 20)
		if err != nil {
			return err
		}
		for _, c := range found {
			if c.ID != p.client.ID {
				page.Clients = append(page.Clients, c)
			}
		}
	}
	return s.showDesk(w, r, code, "move", page)
}

func (s *site) moveVisit(w http.ResponseWriter, r *http.Request, p passage) error {
	to, reason := knead.ClientID(r.PostFormValue("to")), strings.TrimSpace(r.PostFormValue("reason"))
	err := s.house.MoveVisit(r.Context(), p.by, p.visit.ID, to, reason)
	if knead.KindOf(err) == knead.Invalid {
		return s.showMove(w, r, http.StatusUnprocessableEntity, p, r.PostFormValue("q"), reason, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/visits/"+string(p.visit.ID), http.StatusSeeOther)
	return nil
}
