package web

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/internal/practice"
	"knead/plan"
	"knead/screen"
)

// sessionPage is the screen at the table: one step at a time. It works as a form for each
// key; the script gives it a clock and lets it go on without a line.
type sessionPage struct {
	Title       string
	ScriptWords string
	At          string // address of the visit
	Whose       string
	Light       bool
	Number      string // to dial in an emergency
	Idle        int    // minutes until this screen locks by itself

	// before it begins
	Begun            bool
	Problem          string
	NeedsConsent     bool
	Spoken           []spokenRow // what can be asked here and now
	PlannedMinutes   string
	PlannedSteps     string
	MayRun           bool
	After            bool   // no step is shown: all is done, or it was stopped or ended
	Mode             string // which keys are shown: begin, ask, run, paused, finish, stopped or ended
	Shown            string // id of the step
	N, Of            int
	Next             string
	Clock            string
	Over             bool
	Left, Behind     string
	Elapsed          string
	Pressure, Limit  int
	Stones           []string
	Cues             []cue
	First            bool
	Arriving         bool // the step that is shown is the first
	CanUndo          bool
	Views            []sessionView
	Steps            []sessionStep
	Limits           limits
	HeldBack         []string // what the client does not want, and where to take care: a line each
	Rules            []ruleKey
	Stop             *ruleKey
	Marks            []painMark
	Groups           []regionGroup
	Techniques       []techniqueChoice
	Table, Log       string
	Now              int64
	Tag              string
	Ended            string
	Offers           []offerKey // of the techniques that the plan knows instead; most are hidden
	Offering         bool
	State            knead.VisitState
	Levels, Minutes5 []int
}

// sessionStep is one step as the screen shows it.
type sessionStep struct {
	ID                      string
	Eyebrow, Title, How     string
	Short                   string
	Minutes, Pressure       int
	Turn, Added, Now        bool
	Arrive                  bool // the first step: the client is asked how much it hurts
	Done, Skipped, On, Gone bool
	Alt                     string
	Figure                  stepPicture
}

type cue struct {
	Key, Text string
	On        bool
}

type ruleKey struct {
	Rule, Words, Do string
	Emergency       bool
}

// offerKey is a technique that may do what a declined one was to do.
type offerKey struct {
	Technique  atlas.TechniqueID
	Name, Time string
	On         bool
}

type painMark struct {
	letteredMark
	Before, After int // at the table; -1: not asked
}

// painIn gives what was answered to a mark; -1 where nobody asked.
func painIn(list []knead.Pain, mark int) int {
	for _, p := range list {
		if p.Mark == mark {
			return p.Level
		}
	}
	return -1
}

// painRows are the marks with a row of numbers each.
type painRows struct {
	Tap    string
	Marks  []painMark
	Levels []int
}

// Answer is what is pressed in a row.
func (r painRows) Answer(m painMark) int {
	if r.Tap == "pain-before" {
		return m.Before
	}
	return m.After
}

// PainBefore and PainAfter are the rows of the first step, and of the end.
func (p sessionPage) PainBefore() painRows {
	return painRows{"pain-before", p.Marks, p.Levels}
}

func (p sessionPage) PainAfter() painRows {
	return painRows{"pain-after", p.Marks, p.Levels}
}

// session shows the screen at the table, or what it takes to begin.
func (s *site) session(w http.ResponseWriter, r *http.Request, p passage) error {
	return s.showSession(w, r, p, http.StatusOK, nil)
}

func (s *site) showSession(w http.ResponseWriter, r *http.Request, p passage, code int, why error) error {
	record, err := s.house.SessionLog(r.Context(), p.by, p.visit.ID)
	if err != nil {
		return err
	}
	page := sessionPage{
		Title: s.words.say("session.title"), ScriptWords: s.script, At: "/visits/" + string(p.visit.ID), Whose: p.whose, Idle: p.person.practice.Settings.IdleMinutes, Number: p.person.practice.Emergency(),
		Light: r.FormValue("theme") == "light", State: record.Visit.State, MayRun: p.by.May(practice.RunSession),
		HeldBack: s.heldBack(record, p.client.Profile.Touch), Levels: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, Minutes5: []int{2, 3, 5, 8, 10, 15},
	}
	_, page.Problem = saidOf(why)
	if record.Visit.Plan == "" {
		if err := s.beforeSession(r, &page, p); err != nil {
			return err
		}
	} else if err := s.runningSession(&page, p, record); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := s.pages["desk/session"].ExecuteTemplate(&b, "session", page); err != nil {
		return fmt.Errorf("render session: %w", err)
	}
	return writePage(w, r, code, b.Bytes())
}

// beforeSession says what is planned, and what stands in the way.
func (s *site) beforeSession(r *http.Request, page *sessionPage, p passage) error {
	page.Title = s.words.say("session.begin-heading")
	a, err := knead.Assess(p.visit.Input)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	page.Limits = s.limits(a)
	if a.Plan == nil {
		if page.Problem == "" {
			page.Problem = a.NoPlan
		}
		return nil
	}
	page.PlannedMinutes, page.PlannedSteps = s.words.count("minutes", a.Plan.Worked), s.words.count("session.steps", len(a.Plan.Steps))
	state, err := s.consentFor(r, &p, a)
	if err != nil {
		return err
	}
	page.NeedsConsent = slices.ContainsFunc(state.asks, knead.ConsentKind.Needed)
	if page.NeedsConsent && page.MayRun && !p.minor(s.house.Now()) {
		page.Spoken = s.spokenRows(state)
	}
	return nil
}

func (s *site) runningSession(page *sessionPage, p passage, record practice.SessionRecord) (err error) {
	now := s.house.Now()
	session := knead.RunSession(record.Plan, record.Events)
	m := session.At(now)
	page.Begun, page.Now = true, int64(now)
	page.Mode, page.Shown = sessionMode(m)
	page.After = page.Mode == "finish" || page.Mode == "stopped" || page.Mode == "ended"
	page.Limit = record.Plan.Limit
	a, err := knead.Assess(p.visit.Input)
	if err != nil {
		return fmt.Errorf("assess: %w", err)
	}
	page.Limits = s.limits(a)
	if err := s.sessionSteps(page, p, record, session, m); err != nil {
		return err
	}
	page.Left, page.Elapsed = s.spoken(m.Left), s.words.say("min.other", int(m.Elapsed.Minutes()))
	if m.Behind >= 2*time.Minute {
		page.Behind = s.words.say("min.other", int(m.Behind.Minutes()))
	}
	page.Cues = []cue{
		{"turn", s.words.say("session.cue-turn"), m.Turn && page.Mode != "ask"},
		{"ten", s.words.say("session.cue-ten"), m.LastTen && m.Phase == knead.Running && page.Mode != "finish"},
		{"ease", s.words.say("session.cue-ease"), m.Ease},
		{"over", s.words.say("session.cue-over", page.Limit), m.OverLimit},
	}
	page.Offers = s.offerKeys(session)
	page.Offering = m.Step == "" && slices.ContainsFunc(page.Offers, func(k offerKey) bool { return k.On })
	page.First = m.Phase == knead.NotStarted
	page.CanUndo = len(lastTap(record.Events, formDevice(p))) > 0
	for _, rule := range knead.StopRules {
		page.Rules = append(page.Rules, stopKey(rule))
	}
	if m.Stop != nil {
		stop := stopKey(m.Stop.Rule)
		page.Stop = &stop
	}
	for _, mark := range s.letteredMarks(record.Visit.Input.Drawing) {
		page.Marks = append(page.Marks, painMark{mark, painIn(session.PainBefore, mark.Index), painIn(session.PainAfter, mark.Index)})
	}
	page.Ended = s.words.say("session.ended-lead", s.words.count("minutes", int(session.Elapsed.Round(time.Minute).Minutes())))
	away := awayFrom(record, p.client.Profile)
	for _, g := range regionGroups() {
		var rows []regionRow
		for _, row := range g.Regions {
			if place, ok := addPlaces()[addKey(row.ID, "both")]; ok && place.cells.Intersect(away).Len() == 0 {
				rows = append(rows, row)
			}
		}
		if len(rows) > 0 {
			page.Groups = append(page.Groups, regionGroup{g.Name, rows})
		}
	}
	for _, t := range atlas.Standard().Techniques {
		unwanted := slices.Contains(record.Visit.Input.Preferences.Never, t.ID) || slices.Contains(record.Agreed.Without, string(t.ID)) ||
			slices.ContainsFunc(session.Declined, func(d knead.Decline) bool { return d.Technique == t.ID })
		if !unwanted {
			page.Techniques = append(page.Techniques, techniqueChoice{ID: t.ID, Name: t.Name})
		}
	}
	page.Tag = signinTag(p.person.signin.ID)
	if page.Table, err = sessionTable(record, away); err != nil {
		return err
	}
	log, err := knead.WriteSessionEvents(record.Events)
	page.Log = string(log)
	return err
}

// offerKeys are the keys for all techniques that the plan knows instead of others; those
// are shown that can be used now.
func (s *site) offerKeys(session knead.Session) (keys []offerKey) {
	offers := session.Offers()
	for _, t := range atlas.Standard().Techniques {
		known := slices.ContainsFunc(session.Steps, func(a knead.Actual) bool {
			return slices.ContainsFunc(a.Step.Instead, func(x plan.Step) bool { return x.Technique == t.ID })
		})
		if !known {
			continue
		}
		key := offerKey{Technique: t.ID, Name: capital(t.Name)}
		for _, o := range offers {
			if o.Technique == t.ID {
				key.On, key.Time = true, s.words.say("session.offer-time", s.offerTime(o.Time))
			}
		}
		keys = append(keys, key)
	}
	return keys
}

func (s *site) offerTime(d time.Duration) string { return s.words.count("min", int(d/time.Minute)) }

// signinTag names a sign-in for the store in the browser, without saying which it is.
func signinTag(id string) string {
	sum := sha256.Sum256([]byte("session store " + id))
	return hex.EncodeToString(sum[:16])
}

func stopKey(rule knead.StopRule) ruleKey {
	return ruleKey{string(rule), capital(rule.Words()), rule.Do(), rule.Urgency() == screen.Emergency}
}

// sessionMode says which keys are shown, and for which step. ui/sessionfold.ts has the same.
func sessionMode(m knead.Moment) (mode, step string) {
	step = m.Step
	if step == "" {
		step = m.Next
	}
	switch {
	case m.Phase == knead.Stopped:
		return "stopped", step
	case m.Phase == knead.Ended:
		return "ended", step
	case m.Phase == knead.Paused:
		return "paused", step
	case step == "":
		return "finish", step
	case m.Ask == step:
		return "ask", step
	case m.Step == "":
		return "begin", step
	}
	return "run", step
}

// sessionSteps lays out the steps, and the clock of the one that is shown.
func (s *site) sessionSteps(page *sessionPage, p passage, record practice.SessionRecord, session knead.Session, m knead.Moment) error {
	figures := sessionFigures{site: s, drawing: record.Visit.Input.Drawing}
	if fig, err := body.ParseFigure(p.client.Profile.Figure); err == nil {
		figures.figure = fig
	}
	page.Of = len(session.Steps)
	for i, a := range session.Steps {
		step := s.sessionStep(a)
		var err error
		if step.Figure, err = figures.draw(a.Step); err != nil {
			return err
		}
		step.Now, step.On = a.Step.ID == page.Shown && !page.After, a.Step.ID == m.Step
		if step.Now {
			page.N, page.Pressure, page.Arriving = i+1, a.Pressure, step.Arrive
			page.Limit = limitOf(a.Step, record.Plan.Limit)
			left := time.Duration(a.Step.Seconds)*time.Second - a.Worked
			if m.Step != "" {
				left = m.StepLeft
			}
			page.Clock, page.Over = clockOf(left), left < 0
		}
		page.Steps = append(page.Steps, step)
		if m.Next != "" && m.Next == a.Step.ID {
			page.Next = step.Short + ", " + s.words.count("min", step.Minutes)
		}
	}
	for n := 1; n <= screen.MaxPressure && page.Pressure > 0; n++ {
		page.Stones = append(page.Stones, stone(n, page.Pressure, page.Limit))
	}
	page.Views = figures.views
	return nil
}

func limitOf(x plan.Step, all int) int {
	if x.Limit > 0 {
		return x.Limit
	}
	return all
}

func stone(n, pressure, limit int) string {
	switch {
	case n <= pressure:
		return "on"
	case n > limit:
		return "no"
	}
	return ""
}

func (s *site) sessionStep(a knead.Actual) sessionStep {
	x := a.Step
	step := sessionStep{
		ID: x.ID, Minutes: (x.Seconds + 59) / 60, Pressure: x.Pressure, Turn: x.Kind == plan.Turn, Arrive: x.Kind == plan.Arrive, Added: a.Added,
		Done: a.Done, Skipped: a.Skipped || a.Withdrawn, Title: s.stepTitle(x), How: x.Words,
	}
	lying := s.words.or("position."+string(x.Position), "")
	eyebrow := []string{capital(lying)}
	if t, ok := atlas.Standard().Technique(x.Technique); ok && a.For != "" {
		eyebrow = append(eyebrow, s.words.say("session.instead", t.Name))
	}
	if a.Added {
		eyebrow = append(eyebrow, s.words.say("session.added"))
		if t, ok := atlas.Standard().Technique(x.Technique); ok {
			step.How = t.Name
		}
	}
	if x.Side != nil {
		eyebrow = append(eyebrow, s.words.say("session.side", x.Side))
	}
	step.Eyebrow = strings.Trim(strings.Join(eyebrow, " · "), " ·")
	switch {
	case x.Muscle != nil:
		step.Title = capital(x.Muscle.Name)
		if _, how, ok := strings.Cut(x.Words, ": "); ok {
			step.How = capital(how)
		}
	case x.Kind == plan.Work, x.Kind == plan.Warm:
		step.Title = capital(x.Place)
	}
	if step.Short = lowerFirst(step.Title); x.Kind == plan.Warm {
		step.Short = lowerFirst(s.stepTitle(x)) + ", " + step.Short
	}
	if step.Alt = s.words.say("session.body-alt", step.Title, lying); x.Point != nil {
		step.Alt = s.words.say("session.cross-alt", step.Title, lying)
	}
	return step
}

// clockOf writes how much of a step is left, as a clock that counts down and then up.
func clockOf(left time.Duration) string {
	sign := ""
	if left < 0 {
		sign, left = "+", -left
	}
	seconds := int(left.Seconds())
	return fmt.Sprintf("%s%d:%02d", sign, seconds/60, seconds%60)
}

// spoken writes what is left of a session.
func (s *site) spoken(left time.Duration) string {
	if left < 0 {
		return s.words.say("session.over", s.words.say("min.other", int((-left).Minutes())))
	}
	return s.words.say("session.left", s.words.say("min.other", int((left+time.Minute-1).Minutes())))
}

// awayFrom is the skin that may not be worked in this session: what the screening masks,
// and what the client does not want touched.
func awayFrom(r practice.SessionRecord, client knead.ClientProfile) (cells body.Set) {
	for _, m := range r.Visit.Input.Screen().Limits.Masked {
		cells = cells.Union(m.Cells)
	}
	for _, place := range knead.LeftAlone(client, r.Agreed) {
		cells = cells.Union(place.Cells)
	}
	for _, p := range r.Visit.Input.Preferences.Avoid {
		cells = cells.Union(p.Cells)
	}
	for _, w := range knead.RunSession(r.Plan, r.Events).Withdrawn {
		if place, err := body.Find(w.Words); err == nil { // always: its words were read back
			cells = cells.Union(place.Cells)
		}
	}
	return cells
}

// heldBack says what the client does not want and where to take care, for the screen.
func (s *site) heldBack(r practice.SessionRecord, touch []knead.TouchArea) (lines []string) {
	agreed := r.Agreed
	not, care := s.touchWords(agreed.NotAreaWords(), touch)
	if not != "" {
		lines = append(lines, s.words.say("session.not-touched", not))
	}
	if care != "" {
		lines = append(lines, care)
	}
	if words := agreed.DrapedWords(); len(words) > 0 {
		lines = append(lines, s.words.say("session.draped", strings.Join(words, ", ")))
	}
	var never []string
	for _, t := range atlas.Standard().Techniques {
		if slices.Contains(agreed.Without, string(t.ID)) || slices.Contains(r.Visit.Input.Preferences.Never, t.ID) {
			never = append(never, t.Name)
		}
	}
	if len(never) > 0 {
		lines = append(lines, s.words.say("session.declined", strings.Join(never, ", ")))
	}
	return lines
}

// beginSession takes what the form of the plan still holds, and begins.
func (s *site) beginSession(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	if r.PostForm.Get("minutes") != "" {
		if _, err := s.keep(r, &p, func(w *work) { s.takeEdits(w, r) }); err != nil {
			return err
		}
	}
	err := s.house.BeginSession(r.Context(), p.by, p.visit.ID, s.consentEditions(p.person.practice))
	switch knead.KindOf(err) {
	case knead.NotCleared, knead.Conflict:
		if v, err := s.house.Visit(r.Context(), p.by, p.visit.ID); err == nil {
			p.visit = v
		}
		return s.showSession(w, r, p, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, p.to.Start+"/session", http.StatusSeeOther)
	return nil
}

// formDevice names the screen that taps without script.
func formDevice(p passage) string { return "form-" + signinTag(p.person.signin.ID)[:8] }

// tapSession takes one key that was pressed without script.
func (s *site) tapSession(w http.ResponseWriter, r *http.Request, p passage) error {
	t, err := s.readTap(r)
	if err != nil {
		return err
	}
	record, err := s.house.SessionLog(r.Context(), p.by, p.visit.ID)
	if err != nil {
		return err
	}
	events := tapped(record, s.house.Now(), formDevice(p), t, "added-"+rand.Text())
	if len(events) > 0 {
		if _, err := s.house.AddSessionEvents(r.Context(), p.by, p.visit.ID, events); err != nil {
			return err
		}
	}
	to := p.to.Start + "/session"
	if r.PostForm.Get("theme") == "light" {
		to += "?theme=light"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// readTap reads a key: its name, and behind it what it says, as in "comfort 3".
func (s *site) readTap(r *http.Request) (tap, error) {
	if err := r.ParseForm(); err != nil {
		return tap{}, bad(err)
	}
	f := r.PostForm
	key := strings.Fields(f.Get("tap"))
	if len(key) == 0 {
		return tap{}, bad(errors.New("no key"))
	}
	t := tap{Tap: key[0], Step: f.Get("step"), Text: f.Get("text"), Technique: f.Get("technique")}
	numbers := make([]int, 2)
	for i, text := range key[1:] {
		switch t.Tap {
		case "stop":
			t.Rule = text
			continue
		case "instead":
			t.Technique = text
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || i >= len(numbers) {
			return tap{}, bad(fmt.Errorf("a key with %q", text))
		}
		numbers[i] = n
	}
	switch t.Tap {
	case "comfort":
		t.Value = numbers[0]
	case "pain-before", "pain-after":
		t.Mark, t.Value = numbers[0], numbers[1]
	case "add":
		t.Text = addPlaces()[addKey(body.RegionID(f.Get("place")), f.Get("side"))].words
		t.Value, _ = strconv.Atoi(f.Get("minutes")) // no number is refused as too short
	}
	return t, nil
}
