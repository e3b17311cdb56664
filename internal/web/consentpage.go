package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
)

// consentPage asks for the consents that are missing, or shows what holds.
type consentPage struct {
	layout
	Asks     []consentAsk
	Why      []string // why the treatment is asked for again
	Holds    []consentHold
	Minor    bool
	Typed    url.Values
	Field    string
	Problem  string
	Practice knead.Practice
	Again    bool
	editions map[knead.ConsentKind]string
}

// Edition names the words that stand on the page.
func (p consentPage) Edition(kind knead.ConsentKind) string { return p.editions[kind] }

// consentAsk is one consent that is asked for.
type consentAsk struct {
	Kind       knead.ConsentKind
	Title      string
	Paragraphs []string
	Needed     bool
	Value      string
	Error      string

	// of a treatment
	Areas      []areaRow
	Sensitive  []areaRow
	Techniques []techniqueChoice
}

// areaRow is a part of the body with what was chosen for it: yes, drape or no.
type areaRow struct {
	ID, Words, Value string
	Drape            bool
}

// consentHold is a consent as it stands.
type consentHold struct {
	Kind        knead.ConsentKind
	Title       string
	State       string
	When        string
	By          string
	Given       bool
	Words       []string
	Signature   string
	SignatureBy string
	Areas       []areaRow // that can be taken out one by one
	Left        []string  // that stay out
}

// consentState is what is held and what is lacking for a visit.
type consentState struct {
	holds map[knead.ConsentKind]knead.ConsentState
	need  knead.ConsentNeed
	lacks map[knead.ConsentKind][]knead.ConsentLack
	asks  []knead.ConsentKind // that are to be asked for now
}

// consentOf works out what a visit needs and what is held of it.
func (s *site) consentOf(r *http.Request, p *passage) (consentState, error) {
	a, err := knead.Assess(p.visit.Input)
	if err != nil {
		return consentState{}, fmt.Errorf("assess: %w", err)
	}
	return s.consentFor(r, p, a)
}

// consentFor is consentOf where the visit is assessed already.
func (s *site) consentFor(r *http.Request, p *passage, a knead.Assessment) (consentState, error) {
	acts, err := s.house.Consents(r.Context(), p.by, p.client.ID)
	if err != nil {
		return consentState{}, err
	}
	state := consentState{
		holds: knead.Consents(acts, s.consentEditions(p.person.practice)), need: knead.NeedOf(p.visit.Input, a),
		lacks: map[knead.ConsentKind][]knead.ConsentLack{},
	}
	for _, kind := range knead.ConsentKinds() {
		lacks := state.holds[kind].Lacks(p.askable(state, kind))
		state.lacks[kind] = lacks
		// Whoever refused what no visit needs is not asked a second time.
		if len(lacks) > 0 && (kind.Needed() || lacks[0] != knead.LackRefused) {
			state.asks = append(state.asks, kind)
		}
	}
	return state, nil
}

// askable is what a client is asked about by the link. Once they have signed for this
// visit, what the plan puts in the place of what they left out is the therapist's to ask:
// a form that comes back by itself would look like a mistake.
func (p *passage) askable(state consentState, kind knead.ConsentKind) knead.ConsentNeed {
	need := state.need
	if last := state.holds[kind].Last; p.by.ByLink() && last != nil && last.Visit == p.visit.ID {
		need.Areas, need.Techniques = knead.AreasOf(painted(p.visit.Input.Drawing)), nil
	}
	return need
}

func (s *site) consent(w http.ResponseWriter, r *http.Request, p passage) error {
	typed := url.Values(p.visit.Intake.Typed[knead.IntakeConsent])
	return s.showConsent(w, r, http.StatusOK, p, typed, r.URL.Query().Get("again") != "", nil)
}

func (s *site) showConsent(w http.ResponseWriter, r *http.Request, code int, p passage, typed url.Values, again bool, problem error) error {
	state, err := s.consentOf(r, &p)
	if err != nil {
		return err
	}
	l, err := s.layout("consent", p.to.Consent, 4, p.work())
	if err != nil {
		return err
	}
	page := consentPage{layout: l, Typed: typed, Minor: p.minor(s.house.Now()), Practice: p.person.practice, Again: again}
	page.Field, page.Problem = saidOf(problem)
	page.Title = s.words.say("consent.title-holds")
	page.editions = s.consentEditions(p.person.practice)
	kinds := state.asks
	if again {
		kinds = knead.ConsentKinds()
	}
	if !p.early() && !again { // nothing is asked of a visit that has begun
		kinds = nil
	}
	for _, kind := range kinds {
		page.Asks = append(page.Asks, s.consentAsk(kind, p, state, page))
	}
	for _, lack := range state.lacks[knead.ConsentTreatment] {
		if lack != knead.LackNever && slices.Contains(kinds, knead.ConsentTreatment) && !again {
			page.Why = append(page.Why, s.words.say("consent.again."+string(lack)))
		}
	}
	for _, kind := range knead.ConsentKinds() {
		if !slices.Contains(kinds, kind) {
			page.Holds = append(page.Holds, s.consentHold(state.holds[kind], &p))
		}
	}
	return s.show(w, r, code, "intake/consent", page)
}

// consentAsk makes the question for one consent, with what was chosen so far.
func (s *site) consentAsk(kind knead.ConsentKind, p passage, state consentState, page consentPage) consentAsk {
	ask := consentAsk{Kind: kind, Needed: kind.Needed(), Value: page.Typed.Get("c-" + string(kind))}
	ask.Title, ask.Paragraphs = s.consentWords(p.person.practice, kind)
	if page.Field == "c-"+string(kind) {
		ask.Error = page.Problem
	}
	if ask.Value == "" && !ask.Needed { // what no visit needs is off until somebody wants it
		ask.Value = knead.ConsentRefused
	}
	if kind != knead.ConsentTreatment {
		return ask
	}
	scope := state.holds[kind].Scope
	for _, area := range state.need.Areas {
		row := areaRow{ID: area.ID, Words: area.Words, Value: page.Typed.Get("area-" + area.ID), Drape: area.Drape}
		if row.Value == "" {
			row.Value = chosenBefore(area, scope)
		}
		if area.Sensitive {
			ask.Sensitive = append(ask.Sensitive, row)
		} else {
			ask.Areas = append(ask.Areas, row)
		}
	}
	without := slices.Clone(scope.Without)
	if page.Typed != nil {
		without = page.Typed["without"]
	}
	// What was declined is in no plan, and can be agreed to again.
	for _, id := range union(state.need.Techniques, scope.Without) {
		if t, ok := atlas.Standard().Technique(atlas.TechniqueID(id)); ok {
			ask.Techniques = append(ask.Techniques, techniqueChoice{ID: t.ID, Name: t.Name, On: slices.Contains(without, id)})
		}
	}
	return ask
}

// union gives the members of two lists, each once.
func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// chosenBefore is what was agreed to for an area, or what holds where nobody said: a
// sensitive area stays out, or covered.
func chosenBefore(area knead.ConsentArea, scope knead.ConsentScope) string {
	switch {
	case slices.Contains(scope.NotAreas, area.ID):
		return "no"
	case slices.Contains(scope.Draped, area.ID):
		return "drape"
	case slices.Contains(scope.Areas, area.ID) || !area.Sensitive:
		return "yes"
	case area.Drape:
		return "drape"
	}
	return "no"
}

func (s *site) consentHold(state knead.ConsentState, p *passage) consentHold {
	h := consentHold{Kind: state.Kind, State: s.words.say("consent.state.none"), Given: state.Given()}
	h.Title, _ = s.consentWords(p.person.practice, state.Kind)
	if state.Last == nil {
		return h
	}
	last := state.Last
	h.State, h.When, h.Signature = s.words.say("consent.state."+last.Act), p.day(last.At), last.Signature
	h.Words = strings.Split(last.Words, "\n")
	if state.Stale {
		h.State = s.words.say("consent.state.stale")
	}
	if h.By = signedBy(s, last); p.person.signin.HideNames && h.By != "" {
		h.By, h.Signature = hiddenName, ""
	}
	if state.Kind != knead.ConsentTreatment {
		return h
	}
	for _, area := range knead.ConsentAreas() {
		switch {
		case slices.Contains(state.Scope.NotAreas, area.ID):
			h.Left = append(h.Left, area.Words)
		case last.Act == knead.ConsentGiven && (slices.Contains(state.Scope.Areas, area.ID) || slices.Contains(state.Scope.Draped, area.ID)):
			h.Areas = append(h.Areas, areaRow{ID: area.ID, Words: area.Words})
		}
	}
	return h
}

// signedBy says who signed an act.
func signedBy(s *site, c *knead.Consent) string {
	switch {
	case c.Guardian != "":
		return s.words.say("consent.by-guardian", c.Guardian)
	case c.SignedName != "":
		return c.SignedName
	}
	return ""
}

// takeConsent records what was given, refused or withdrawn. The session screen withdraws
// by the same door: act=withdrawn, and an area when only that is meant.
func (s *site) takeConsent(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	switch r.PostForm.Get("act") {
	case knead.ConsentWithdrawn:
		if err := s.withdraw(r, p.by, p.person.practice, p.client.ID, p.visit.ID); err != nil {
			return err
		}
		if strings.Contains(r.Header.Get("Accept"), "application/json") {
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		http.Redirect(w, r, p.to.Consent, http.StatusSeeOther)
		return nil
	case "finish":
		return s.afterConsent(w, r, p)
	}
	acts, err := s.consentActs(r, p)
	if err == nil && len(acts) > 0 {
		err = s.house.AddConsents(r.Context(), p.by, p.client.ID, acts)
	}
	if knead.KindOf(err) == knead.Invalid {
		return s.showConsent(w, r, http.StatusUnprocessableEntity, p, r.PostForm, r.PostForm.Get("again") != "", err)
	}
	if err != nil {
		return err
	}
	return s.afterConsent(w, r, p)
}

// withdraw takes a consent back, or one area of the treatment.
func (s *site) withdraw(r *http.Request, by practice.Actor, of knead.Practice, client knead.ClientID, visit knead.VisitID) error {
	kind := knead.ConsentKind(r.PostForm.Get("kind"))
	if kind == "" {
		kind = knead.ConsentTreatment
	}
	if !slices.Contains(knead.ConsentKinds(), kind) {
		return &knead.Error{Kind: knead.Invalid, Say: s.words.say("consent.unknown")}
	}
	act := knead.Consent{Kind: kind, Act: knead.ConsentWithdrawn, Visit: visit, Edition: s.consentEditions(of)[kind]}
	title, _ := s.consentWords(of, kind)
	act.Words = s.words.say("consent.withdraw.words", title)
	if id := r.PostForm.Get("area"); id != "" {
		area, ok := knead.AreaByID(id)
		if !ok || kind != knead.ConsentTreatment {
			return &knead.Error{Kind: knead.Invalid, Field: "area", Say: s.words.say("consent.unknown")}
		}
		act.Scope.Areas = []string{id}
		act.Words = s.words.say("consent.withdraw.area-words", title, area.Words)
	}
	return s.house.AddConsents(r.Context(), by, client, []knead.Consent{act})
}

// consentActs reads the form into acts, each with the words that were shown.
func (s *site) consentActs(r *http.Request, p passage) ([]knead.Consent, error) {
	state, err := s.consentOf(r, &p)
	if err != nil {
		return nil, err
	}
	kinds := state.asks
	if r.PostForm.Get("again") != "" {
		kinds = knead.ConsentKinds()
	}
	editions := s.consentEditions(p.person.practice)
	signed, signature := strings.TrimSpace(r.PostForm.Get("signed")), strings.TrimSpace(r.PostForm.Get("signature"))
	guardian := strings.TrimSpace(r.PostForm.Get("guardian"))
	if signed == "" && signature != "" { // drawn: the name is the one on record
		signed = p.client.Name
		if guardian != "" {
			signed = guardian
		}
	}
	var acts []knead.Consent
	given := false
	page := consentPage{Typed: r.PostForm}
	for _, kind := range kinds {
		act := knead.Consent{Kind: kind, Act: r.PostForm.Get("c-" + string(kind)), Visit: p.visit.ID, Edition: editions[kind]}
		if act.Act != knead.ConsentGiven && act.Act != knead.ConsentRefused {
			return nil, &knead.Error{Kind: knead.Invalid, Field: "c-" + string(kind), Say: s.words.say("consent.choose")}
		}
		if edition := r.PostForm.Get("edition-" + string(kind)); edition != "" && edition != act.Edition {
			return nil, &knead.Error{Kind: knead.Invalid, Field: "c-" + string(kind), Say: s.words.say("consent.words-changed")}
		}
		ask := s.consentAsk(kind, p, state, page)
		if kind == knead.ConsentTreatment && act.Act == knead.ConsentGiven {
			act.Scope = s.scopeOf(ask, state)
		}
		act.Words = s.shownWords(ask, act)
		if act.Act == knead.ConsentGiven {
			given, act.SignedName, act.Signature, act.Guardian = true, signed, signature, guardian
		}
		acts = append(acts, act)
	}
	if given && signed == "" {
		return nil, &knead.Error{Kind: knead.Invalid, Field: "signed", Say: s.words.say("consent.sign-missing")}
	}
	return acts, nil
}

// scopeOf is what a treatment consent covers. What was agreed to before and is not on the
// form stays.
func (s *site) scopeOf(ask consentAsk, state consentState) knead.ConsentScope {
	scope := knead.ConsentScope{Level: state.need.Level, Rules: state.need.Rules}
	before := state.holds[knead.ConsentTreatment].Scope
	shown := map[string]bool{}
	var draped []string
	for _, row := range slices.Concat(ask.Areas, ask.Sensitive) {
		shown[row.ID] = true
		switch {
		case row.Value == "no":
			scope.NotAreas = append(scope.NotAreas, row.ID)
		case row.Value == "drape" && row.Drape:
			scope.Draped = append(scope.Draped, row.ID)
			draped = append(draped, row.Words)
		default:
			scope.Areas = append(scope.Areas, row.ID)
		}
	}
	keep := func(to *[]string, from []string) {
		for _, id := range from {
			if !shown[id] {
				*to = append(*to, id)
			}
		}
	}
	keep(&scope.Areas, before.Areas)
	keep(&scope.Draped, before.Draped)
	keep(&scope.NotAreas, before.NotAreas)
	for _, t := range ask.Techniques {
		shown[string(t.ID)] = true
		if t.On {
			scope.Without = append(scope.Without, string(t.ID))
		} else {
			scope.Techniques = append(scope.Techniques, string(t.ID))
		}
	}
	keep(&scope.Techniques, before.Techniques)
	keep(&scope.Without, before.Without)
	scope.Draping = s.words.say("consent.draping")
	if len(draped) > 0 {
		scope.Draping = s.words.say("consent.draping-over", strings.ToLower(strings.Join(draped, ", ")))
	}
	return scope
}

// shownWords are the words of a consent as they stood on the page, with what was chosen.
func (s *site) shownWords(ask consentAsk, act knead.Consent) string {
	lines := append([]string{ask.Title}, ask.Paragraphs...)
	if act.Kind == knead.ConsentTreatment && act.Act == knead.ConsentGiven {
		for _, row := range slices.Concat(ask.Areas, ask.Sensitive) {
			lines = append(lines, row.Words+": "+s.words.say("consent.area."+row.Value))
		}
		for _, t := range ask.Techniques {
			key := "consent.technique.yes"
			if t.On {
				key = "consent.technique.no"
			}
			lines = append(lines, t.Name+": "+s.words.say(key))
		}
	}
	lines = append(lines, s.words.say("consent.act."+act.Act))
	return strings.Join(lines, "\n")
}

// afterConsent ends the intake: what was typed is now said, the client is through.
func (s *site) afterConsent(w http.ResponseWriter, r *http.Request, p passage) error {
	if p.early() {
		_, err := s.house.ChangeVisit(r.Context(), p.by, p.visit.ID, func(v *knead.VisitRecord) error {
			delete(v.Intake.Typed, knead.IntakeConsent)
			v.Intake.Reach(knead.IntakeDone)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := s.finish(r, p.by); err != nil {
		return err
	}
	http.Redirect(w, r, p.to.Done, http.StatusSeeOther)
	return nil
}

// withdrawConsent is a client's withdrawal that a member writes down, outside a visit.
func (s *site) withdrawConsent(w http.ResponseWriter, r *http.Request, p person) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	id := knead.ClientID(r.PathValue("client"))
	if r.PostForm.Get("act") != knead.ConsentWithdrawn {
		return &knead.Error{Kind: knead.Invalid, Say: s.words.say("consent.unknown")}
	}
	if err := s.withdraw(r, p.Actor, p.practice, id, ""); err != nil {
		return err
	}
	http.Redirect(w, r, "/clients/"+string(id)+"#consent-h", http.StatusSeeOther)
	return nil
}

// consentAct is one act of the history, with its words on demand.
type consentAct struct {
	Title, Act, When, By string
	Words                []string
	Signature            string
	Edition              string
}

// consentHistory lists all acts of a client, newest first.
func (s *site) consentHistory(d desk, acts []knead.Consent) []consentAct {
	var list []consentAct
	for _, a := range slices.Backward(acts) {
		act := consentAct{
			Act: s.words.say("consent.state." + a.Act), When: d.Day(a.At) + ", " + d.Clock(a.At), By: signedBy(s, &a),
			Words: strings.Split(a.Words, "\n"), Signature: a.Signature, Edition: a.Edition,
		}
		if d.Hide && act.By != "" {
			act.By, act.Signature = hiddenName, "" // a signature is a name, too
		}
		act.Title = s.consentName(a.Kind)
		if a.Act == knead.ConsentWithdrawn && a.Partial() {
			act.Act = s.words.say("consent.state.area")
		}
		list = append(list, act)
	}
	return list
}

// visitConsent is what the therapist sees of the consents of a visit.
type visitConsent struct {
	Missing []string // what has to be asked for
	Against []string // what the visit needs and the client said no to
	Left    []string // areas that stay out
	Draped  []string // areas that stay covered
	Touch   []touchRow
	Ask     string // where it is asked; empty once the visit is over
}

func (s *site) visitConsent(r *http.Request, p *passage, a knead.Assessment) (visitConsent, error) {
	state, err := s.consentFor(r, p, a)
	if err != nil {
		return visitConsent{}, err
	}
	v := visitConsent{Touch: s.touchRows(p.client.Profile.Touch)}
	for _, kind := range knead.ConsentKinds() {
		if !kind.Needed() {
			continue
		}
		for _, lack := range state.lacks[kind] {
			v.Missing = append(v.Missing, s.consentName(kind)+": "+s.words.say("consent.lack."+string(lack)))
		}
	}
	treatment := state.holds[knead.ConsentTreatment]
	v.Against = treatment.Scope.Against(state.need)
	for _, area := range knead.ConsentAreas() {
		switch {
		case slices.Contains(treatment.Scope.NotAreas, area.ID):
			v.Left = append(v.Left, lowerFirst(area.Words))
		case slices.Contains(treatment.Scope.Draped, area.ID):
			v.Draped = append(v.Draped, lowerFirst(area.Words))
		}
	}
	if p.visit.State != knead.VisitClosed && p.visit.State != knead.VisitCancelled {
		v.Ask = "/visits/" + string(p.visit.ID) + "/consent"
	}
	return v, nil
}
