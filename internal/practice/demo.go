package practice

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/outcome"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// DemoSettings say what the demo practice is made with.
type DemoSettings struct {
	// Consent gives the edition and the words of a consent, as the pages show them.
	Consent func(knead.Practice, knead.ConsentKind) (edition, words string)
	// End is the moment up to which the six months run; now if it is zero.
	End time.Time
	// Progress is told how much is done; it may be nil.
	Progress func(done, total int)
}

// Demo makes the demo practice where there is none yet: some people and the last six
// months of their visits, made by the same actions that real visits are made by, with a
// clock that runs from then to now. All its people are invented.
func (h *House) Demo(ctx context.Context, s DemoSettings) error {
	list, err := h.Practices(ctx)
	if err != nil || len(list) > 0 {
		return err
	}
	if s.End.IsZero() {
		s.End = h.now()
	}
	d := &demo{s: s, end: s.End.UTC().Truncate(time.Minute), dice: rand.New(rand.NewPCG(7, 11)), booked: map[string]int{}}
	d.House = &House{store: h.store, now: d.clock, watch: newWatch(), gate: newGate()}
	return d.run(ctx)
}

// demo is a house whose clock runs through the last six months.
type demo struct {
	*House
	s     DemoSettings
	mu    sync.Mutex
	t     time.Time
	end   time.Time // the moment at which the demo is made
	zone  *time.Location
	dice  *rand.Rand
	owner Actor
	other Actor
	done  int
	total int

	booked map[string]int // visits to come, by member and day
}

func (d *demo) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.t
}

func (d *demo) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.t = t
}

// demoPlot is an invented person and how it goes with them.
type demoPlot struct {
	client knead.Client
	places []demoPlace
	every  int // days between visits
	visits int
	mine   bool  // treated by the owner
	days   []int // of the visits, from the first; none: as `every` says
	sore   []int // how sore it was a day after each visit; left to the dice where it ends
}

// demoPlace is a painful place: its level at the first visit and how much it changes from
// visit to visit.
type demoPlace struct {
	words string
	level float64
	step  float64
	from  int // the first visit at which it hurts
}

// demoPlots are invented, as everything of the demo.
var demoPlots = []demoPlot{
	{
		client: knead.Client{Name: "Hanna Lindqvist", Born: "1979-04-02", Phone: "+49 30 5550111", Profile: knead.ClientProfile{Pronouns: "she", Pressure: 3, Oils: "no scent", Conditions: []string{"desk work"}, Tags: []string{"regular"}}},
		places: []demoPlace{{"inside edge of the right shoulder blade", 7, -0.6, 0}, {"right side of the neck", 5, -0.5, 0}, {"back of the head", 4, -0.7, 2}},
		every:  21, visits: 9, mine: true,
	},
	{
		client: knead.Client{Name: "Sam O'Brien-สมชาย", Called: "Sam", Born: "1984-03-09", Phone: "+49 30 5550101", Profile: knead.ClientProfile{Pronouns: "they", Language: "English", Pressure: 2}},
		places: []demoPlace{{"left outer knee", 6, -0.5, 0}, {"left outer thigh", 4, -0.4, 0}},
		every:  14, visits: 10,
	},
	{
		client: knead.Client{Name: "Zoë Müller-Lüdenscheidt", Born: "1961-11-23", Email: "zoe@demo.example", Profile: knead.ClientProfile{Medicines: []string{"apixaban"}, Conditions: []string{"high blood pressure"}, Pressure: 2}},
		places: []demoPlace{{"right low back", 5, -0.2, 0}, {"right buttock", 4, 0.1, 1}},
		every:  28, visits: 6, mine: true,
	},
	{
		client: knead.Client{Name: "김민지", Called: "Minji", Born: "1992-07-14", Profile: knead.ClientProfile{Language: "Korean", Position: "side-lying if possible"}},
		places: []demoPlace{{"both sides of the neck", 6, -0.9, 0}, {"forehead", 3, -0.6, 0}},
		every:  24, visits: 6,
	},
	{
		client: knead.Client{Name: "Tomasz Wiśniewski", Born: "1988-01-30", Profile: knead.ClientProfile{Pressure: 4, Tags: []string{"runner"}, History: "Ran a marathon in spring."}},
		places: []demoPlace{{"left calf", 5, -0.8, 0}, {"under the left heel", 4, -0.3, 0}},
		every:  18, visits: 7, mine: true,
	},
	{
		client: knead.Client{Name: "Fatou Diallo", Born: "1975-09-12", Profile: knead.ClientProfile{Oils: "allergic to nut oil", Allergies: []string{"nut oil"}, Emergency: knead.Person{Name: "Ibrahima Diallo", Phone: "+49 30 5550122"}}},
		places: []demoPlace{{"left shoulder, front", 6, -0.3, 0}, {"left upper arm, outer side", 4, -0.2, 0}},
		every:  20, visits: 8,
	},
	{
		client: knead.Client{Name: "Émile Roche", Born: "1954-06-06", Profile: knead.ClientProfile{Conditions: []string{"osteoporosis"}, Pressure: 2, Position: "pillow under the chest"}},
		places: []demoPlace{{"between the shoulder blades", 4, -0.1, 0}},
		every:  30, visits: 5, mine: true,
	},
	{
		client: knead.Client{Name: "Aylin Demir", Born: "1999-12-01", Profile: knead.ClientProfile{Tags: []string{"student"}}},
		places: []demoPlace{{"right forearm, back", 5, -0.7, 0}, {"right hand", 3, -0.4, 0}},
		every:  25, visits: 5,
	},
	{
		client: knead.Client{Name: "Jonas Petersen", Born: "1970-02-17", Profile: knead.ClientProfile{Pressure: 3}},
		places: []demoPlace{{"left low back", 6, 0.3, 0}},
		every:  16, visits: 6, mine: true,
	},
	{
		client: knead.Client{Name: "Mei-Ling Chow", Born: "1966-08-19", Profile: knead.ClientProfile{Conditions: []string{"migraine"}, Pressure: 1}},
		places: []demoPlace{{"left temple", 5, -0.4, 0}, {"left side of the neck", 4, -0.3, 0}},
		every:  26, visits: 6,
	},
	{
		client: knead.Client{Name: "Luca Ferraro", Born: "2011-05-27", Profile: knead.ClientProfile{Guardian: knead.Person{Name: "Chiara Ferraro", Relation: "mother", Phone: "+49 30 5550133"}, Tags: []string{"swims"}}},
		places: []demoPlace{{"both shoulders", 3, -0.5, 0}},
		every:  40, visits: 3, mine: true,
	},
	{
		client: knead.Client{Name: "Grace Mensah", Born: "1990-10-10", Email: "grace@demo.example"},
		every:  35, visits: 4,
	},
	{ // a course that helps: sore after the first session, then better, then further apart
		client: knead.Client{Name: "Ruth Adeyemi", Born: "1983-05-21", Profile: knead.ClientProfile{Pressure: 4, Conditions: []string{"desk work"}}},
		places: []demoPlace{{"right side of the neck", 7, -1, 0}},
		every:  7, visits: 5, mine: true, days: []int{0, 7, 14, 21, 35}, sore: []int{5, 2, 1, 0},
	},
	{ // a course that changes nothing: somebody else looks
		client: knead.Client{Name: "Piotr Zając", Born: "1968-11-02", Profile: knead.ClientProfile{Pressure: 3}},
		places: []demoPlace{{"right low back", 6, 0, 0}},
		every:  7, visits: 7, mine: true, sore: []int{1, 0, 1, 1, 0, 1},
	},
}

func (d *demo) run(ctx context.Context) (err error) {
	begin := d.end.AddDate(0, -6, 0)
	d.set(begin)
	d.owner, err = d.SetUp(ctx, Setup{Practice: "Riverside Massage (demo)", Zone: "Europe/Berlin", Owner: "Ines Okafor", Email: "ines@demo.example", Demo: true})
	if err != nil {
		return err
	}
	if d.zone, err = time.LoadLocation("Europe/Berlin"); err != nil {
		return err
	}
	if err := d.people(ctx); err != nil {
		return err
	}
	for _, p := range demoPlots {
		d.total += p.visits + 1
	}
	for i, p := range demoPlots {
		if err := d.play(ctx, i, p); err != nil {
			return fmt.Errorf("demo client %d: %w", i, err)
		}
	}
	d.set(d.end)
	return nil
}

// people adds those who work with the owner.
func (d *demo) people(ctx context.Context) error {
	for _, m := range []knead.Member{
		{Name: "Mattis Berg", Email: "mattis@demo.example", Role: knead.Therapist},
		{Name: "Rosa Lima", Email: "rosa@demo.example", Role: knead.Desk},
		{Name: "Ada Nwosu", Email: "ada@demo.example", Role: knead.Auditor},
	} {
		m.ID = knead.MemberID(newID())
		err := d.do(ctx, d.owner, ChangeMembers, func(c *change) error {
			c.about("member", string(m.ID), "", nil)
			return c.addMember(m)
		})
		if err != nil {
			return err
		}
		if m.Role == knead.Therapist {
			d.other = Actor{Practice: d.owner.Practice, Member: m.ID, Name: m.Name, Role: m.Role}
		}
	}
	return d.ChangePractice(ctx, d.owner, 0, func(p *knead.Practice) error {
		p.Settings.Contact = "Riverside Massage, demo: there is no such place"
		p.Settings.Phrases = []knead.Phrase{
			{Label: "Comfortable", Words: "Client comfortable throughout, no side effects during the session."},
			{Label: "Drink, walk", Words: "Advised to keep moving gently today."},
		}
		return nil
	})
}

// play lets one plot happen: visits up to today, the last of them today.
func (d *demo) play(ctx context.Context, n int, p demoPlot) error {
	by := d.other
	if p.mine {
		by = d.owner
	}
	first := d.end.AddDate(0, 0, -p.day(p.visits-1))
	d.set(first.AddDate(0, 0, -3))
	client, err := d.AddClient(ctx, d.owner, p.client)
	if err != nil {
		return err
	}
	d.tick()
	for i := range p.visits {
		day := first.AddDate(0, 0, p.day(i)).In(d.zone)
		at := time.Date(day.Year(), day.Month(), day.Day(), 8+(n*3)%9, 15*(n%4), 0, 0, d.zone)
		past := i < p.visits-1
		if !past {
			if n%3 == 2 { // some do not come today but in the days after
				day = day.AddDate(0, 0, 1+n%4)
			}
			at = d.free(by.Member, day)
		}
		if err := d.visitOf(ctx, by, client, p, i, at, past); err != nil {
			return fmt.Errorf("visit %d: %w", i, err)
		}
		d.tick()
	}
	return nil
}

// free is when a member has time on a day to come: nobody has two clients at once.
func (d *demo) free(member knead.MemberID, day time.Time) time.Time {
	of := string(member) + day.Format(time.DateOnly)
	n := d.booked[of]
	d.booked[of]++
	at := time.Date(day.Year(), day.Month(), day.Day(), 8, 75*n, 0, 0, d.zone)
	if n > 3 { // after the break
		at = at.Add(time.Hour)
	}
	return at
}

func (d *demo) tick() {
	d.done++
	if d.s.Progress != nil {
		d.s.Progress(d.done, d.total)
	}
}

// visitOf opens a visit and, if it is past, goes through all of it.
func (d *demo) visitOf(ctx context.Context, by Actor, client knead.ClientID, p demoPlot, i int, at time.Time, past bool) error {
	d.set(minTime(at.Add(-48*time.Hour), d.end.Add(-2*time.Hour)))
	id, err := d.OpenVisit(ctx, d.owner, knead.VisitRecord{Client: client, Therapist: by.Member, Starts: knead.InstantOf(at)})
	if err != nil {
		return err
	}
	if !past && p.every%4 != 0 && len(p.places) != 1 { // not everybody has answered yet
		return nil
	}
	if err := d.answer(ctx, by, id, p, i); err != nil {
		return err
	}
	if i == 0 {
		if err := d.consent(ctx, by, client, id, p.client); err != nil {
			return err
		}
	}
	if !past {
		return nil
	}
	if err := d.measure(ctx, by, client, id, p, i); err != nil {
		return err
	}
	d.set(at)
	if err := d.treat(ctx, by, client, id, p, i); err != nil {
		return err
	}
	return d.checkin(ctx, by, client, id, p, i, at)
}

// day is that of a visit, from the first.
func (p demoPlot) day(i int) int {
	if i < len(p.days) {
		return p.days[i]
	}
	return p.every * i
}

// strongest is how much the worst place hurts at a visit.
func (p demoPlot) strongest(i int) float64 {
	top := 0.0
	for _, place := range p.places {
		if i >= place.from {
			top = max(top, place.level+place.step*float64(i-place.from))
		}
	}
	return min(10, max(0, top))
}

// measure answers what is asked before a visit: pain and stress each time, function at
// every fourth.
func (d *demo) measure(ctx context.Context, by Actor, client knead.ClientID, id knead.VisitID, p demoPlot, i int) error {
	pain := p.strongest(i)
	n := func(x float64) string { return strconv.Itoa(int(min(10, max(0, x+d.dice.Float64())))) }
	moment := "before"
	if i == 0 {
		moment = "intake"
	}
	list := []Measure{
		{Visit: id, Instrument: "nprs-now", Moment: moment, Answers: map[string]string{"now": n(pain)}},
		{Visit: id, Instrument: "stress", Moment: moment, Answers: map[string]string{"stress": n(3 + pain/3)}},
	}
	if i%4 == 0 {
		list = append(list, Measure{Visit: id, Instrument: "peg", Moment: moment, Answers: map[string]string{"pain": n(pain), "enjoyment": n(pain - 1), "activity": n(pain - 2)}})
	}
	return d.AddMeasures(ctx, by, client, list)
}

// checkin answers the question of the next day; not everybody does.
func (d *demo) checkin(ctx context.Context, by Actor, client knead.ClientID, id knead.VisitID, p demoPlot, i int, at time.Time) error {
	next := at.Add(26 * time.Hour)
	if next.After(d.end) || i%3 == 2 {
		return nil
	}
	d.set(next)
	_, l, err := d.SendLink(ctx, by, id, ForCheckin)
	if err != nil {
		return err
	}
	soreness, pain := d.dice.IntN(4), int(max(0, p.strongest(i)-1))
	if i < len(p.sore) {
		soreness = p.sore[i]
	}
	answers := knead.CheckinAnswers{NoSigns: true, NoEffects: true, Since: outcome.ToBetter, Soreness: &soreness, Pain: &pain}
	if p.places == nil || p.places[0].step >= 0 {
		answers.Since = outcome.ToSame
	}
	answers.Home = plan.HomeAnswers[i%3]
	if p.every%7 == 2 && i == p.visits-2 { // one of them writes
		answers.Message = "The spot beside the shoulder blade was sore when I woke up. Is that to be expected?"
	}
	_, err = d.AnswerCheckin(ctx, Actor{Practice: by.Practice, Role: byLink, Link: l.ID, Purpose: ForCheckin, Client: client, Visit: id}, answers)
	return err
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (d *demo) consent(ctx context.Context, by Actor, client knead.ClientID, visit knead.VisitID, c knead.Client) error {
	of, err := d.Practice(ctx, by)
	if err != nil {
		return err
	}
	scope, err := d.scope(ctx, by, visit)
	if err != nil {
		return err
	}
	var acts []knead.Consent
	for i, kind := range knead.ConsentKinds() {
		edition, words := d.s.Consent(of, kind)
		a := knead.Consent{Kind: kind, Act: "given", Visit: visit, Edition: edition, Words: words, SignedName: c.Name, Guardian: c.Profile.Guardian.Name}
		if i >= 2 && d.dice.IntN(2) == 0 {
			a.Act, a.SignedName = "refused", ""
		}
		if kind == knead.ConsentTreatment {
			a.Scope = scope
		}
		acts = append(acts, a)
	}
	return d.AddConsents(ctx, by, client, acts)
}

// scope is what most people agree to: everything but the sensitive places.
func (d *demo) scope(ctx context.Context, by Actor, visit knead.VisitID) (knead.ConsentScope, error) {
	v, err := d.Visit(ctx, by, visit)
	if err != nil {
		return knead.ConsentScope{}, err
	}
	a, err := knead.Assess(v.Input)
	if err != nil {
		return knead.ConsentScope{}, err
	}
	need := knead.NeedOf(v.Input, a)
	scope := knead.ConsentScope{Level: need.Level, Rules: need.Rules}
	for _, area := range knead.ConsentAreas() {
		switch {
		case area.Drape:
			scope.Draped = append(scope.Draped, area.ID)
		case area.Sensitive:
			scope.NotAreas = append(scope.NotAreas, area.ID)
		default:
			scope.Areas = append(scope.Areas, area.ID)
		}
	}
	for _, t := range atlas.Standard().Techniques {
		scope.Techniques = append(scope.Techniques, string(t.ID))
	}
	return scope, nil
}

// answer paints and answers as the client would.
func (d *demo) answer(ctx context.Context, by Actor, id knead.VisitID, p demoPlot, i int) error {
	_, err := d.ChangeVisit(ctx, by, id, func(v *knead.VisitRecord) error {
		v.Input.Drawing = body.Drawing{}
		for _, place := range p.places {
			level := place.level + place.step*float64(i-place.from) + d.dice.Float64() - 0.5
			if i < place.from || level < 1 {
				continue
			}
			where, err := body.Find(place.words)
			if err != nil {
				return err
			}
			m := body.Mark{Quality: body.Aching}
			m.Paint(where.Cells, uint8(min(10, int(level+0.5))))
			v.Input.Drawing.Marks = append(v.Input.Drawing.Marks, m)
		}
		v.Input.Answers = map[screen.QuestionID]screen.Answer{}
		for _, q := range screen.Questions(v.Input.Drawing.Cells(), v.Input.Client) {
			a := screen.Answer{Value: screen.No}
			if q.Alarm == screen.No {
				a.Value = screen.Yes
			}
			v.Input.Answers[q.ID] = a
		}
		v.Asked = true
		return nil
	})
	return err
}

// treat runs the session as planned, more or less, and signs the note.
func (d *demo) treat(ctx context.Context, by Actor, client knead.ClientID, id knead.VisitID, p demoPlot, i int) error {
	of, err := d.Practice(ctx, by)
	if err != nil {
		return err
	}
	err = d.BeginSession(ctx, by, id, d.editions(of))
	if e, ok := errors.AsType[*knead.Error](err); ok && e.Field == "consent" { // a birthday may bring what was not agreed to yet
		if err = d.consent(ctx, by, client, id, p.client); err == nil {
			err = d.BeginSession(ctx, by, id, d.editions(of))
		}
	}
	if err != nil {
		return err
	}
	log, err := d.SessionLog(ctx, by, id)
	if err != nil {
		return err
	}
	if _, err := d.AddSessionEvents(ctx, by, id, d.events(log.Plan, log.Visit.Input)); err != nil {
		return err
	}
	if _, err := d.EndSession(ctx, by, id); err != nil {
		return err
	}
	log, err = d.SessionLog(ctx, by, id)
	if err != nil {
		return err
	}
	a, err := knead.Assess(log.Visit.Input)
	if err != nil {
		return err
	}
	acts, err := d.Consents(ctx, by, client)
	if err != nil {
		return err
	}
	note := knead.ComposeNote(knead.NoteInput{
		Assessment: a, Session: knead.RunSession(log.Plan, log.Events), Zone: d.zone, Consent: knead.Consents(acts, d.editions(of))[knead.ConsentTreatment],
	})
	saved, err := d.SaveNote(ctx, by, id, 0, note, false)
	if err != nil {
		return err
	}
	if i == p.visits-2 && p.every%5 == 0 { // somebody forgot to sign
		return nil
	}
	return d.SignNote(ctx, by, id, saved.Version)
}

func (d *demo) editions(of knead.Practice) map[knead.ConsentKind]string {
	editions := map[knead.ConsentKind]string{}
	for _, kind := range knead.ConsentKinds() {
		editions[kind], _ = d.s.Consent(of, kind)
	}
	return editions
}

// events taps through a plan as a therapist would.
func (d *demo) events(p plan.Plan, v knead.Visit) []knead.SessionEvent {
	t := d.clock()
	device := "demo-tablet"
	seq := 0
	var events []knead.SessionEvent
	add := func(e knead.SessionEvent) {
		seq++
		e.ID, e.Device, e.Seq, e.At = knead.EventID(uuid.Must(uuid.NewV7()).String()), device, seq, knead.InstantOf(t)
		events = append(events, e)
	}
	add(knead.SessionEvent{Kind: knead.EventStart})
	for _, step := range p.Steps {
		add(knead.SessionEvent{Kind: knead.EventBegin, Step: step.ID})
		t = t.Add(20 * time.Second)
		if step.Ask {
			add(knead.SessionEvent{Kind: knead.EventComfort, Step: step.ID, Value: 2 + d.dice.IntN(3)})
		}
		t = t.Add(time.Duration(step.Seconds)*time.Second + time.Duration(d.dice.IntN(40)-30)*time.Second)
		add(knead.SessionEvent{Kind: knead.EventDone, Step: step.ID})
	}
	if a, err := knead.Assess(v); err == nil {
		for i, c := range a.Ranking.Candidates[:min(2, len(a.Ranking.Candidates))] {
			f := reason.Finding{Point: c.Point.ID, Side: c.Side, Tender: reason.Yes, Familiar: reason.No}
			if i == 0 {
				f.Familiar = reason.Yes
			}
			add(knead.SessionEvent{Kind: knead.EventFinding, Finding: f})
		}
	}
	for i, m := range v.Drawing.Marks {
		top := 0
		for _, l := range m.Levels {
			top = max(top, int(l))
		}
		add(knead.SessionEvent{Kind: knead.EventPainAfter, Mark: i, Value: max(0, top-1-d.dice.IntN(2))})
	}
	t = t.Add(time.Minute)
	add(knead.SessionEvent{Kind: knead.EventEnd})
	d.set(t)
	return events
}
