package practice_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
	"knead/internal/store"
	"knead/internal/store/db"
	"knead/plan"
	"knead/screen"
)

// today's words of the consents, as the pages would name them
var editions = map[knead.ConsentKind]string{knead.ConsentTreatment: "e1", knead.ConsentData: "d1"}

const sore = `{"marks":[{"where":"between the shoulder blades","level":5,"quality":"aching"}],"answers":"all-no","client":{"age":29},"minutes":30}`

// table is a practice whose store can be looked into, and a client who is ready.
type table struct {
	*practice.House
	store  *store.Store
	owner  practice.Actor
	clock  *clock
	client knead.ClientID
	visit  knead.VisitID
}

func newTable(t *testing.T, input string) *table {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	x := &table{store: s, clock: &clock{t: begin}}
	x.House = practice.New(practice.Options{Store: s, Now: x.clock.now})
	if x.owner, err = x.SetUp(context.Background(), practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "Noor@Example.org", Password: password}); err != nil {
		t.Fatal(err)
	}
	x.client = addClient(t, x.House, x.owner, "Kim Sun")
	x.visit = openVisit(t, x.House, x.owner, x.client)
	in, err := knead.ReadVisit([]byte(input))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.ChangeVisit(context.Background(), x.owner, x.visit, func(v *knead.VisitRecord) error { v.Input, v.Asked = in, true; return nil }); err != nil {
		t.Fatal(err)
	}
	return x
}

// agree signs treatment and data: everything that the visit needs but some areas.
func (x *table) agree(t *testing.T, act, edition string, notAreas ...string) {
	t.Helper()
	x.clock.pass(time.Second)
	scope := agreed(notAreas...)
	if act != knead.ConsentGiven {
		scope = knead.ConsentScope{}
	}
	err := x.AddConsents(context.Background(), x.owner, x.client, []knead.Consent{
		{Kind: knead.ConsentTreatment, Act: act, Edition: edition, Words: "I agree", SignedName: "Kim Sun", Scope: scope},
		{Kind: knead.ConsentData, Act: "given", Edition: "d1", Words: "I agree", SignedName: "Kim Sun"},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// agreed is a consent to everything but some areas.
func agreed(notAreas ...string) knead.ConsentScope {
	scope := knead.ConsentScope{Level: screen.SameDay, NotAreas: notAreas}
	for _, a := range knead.ConsentAreas() {
		if !slices.Contains(notAreas, a.ID) {
			scope.Areas = append(scope.Areas, a.ID)
		}
	}
	for _, technique := range atlas.Standard().Techniques {
		scope.Techniques = append(scope.Techniques, string(technique.ID))
	}
	return scope
}

func (x *table) begin(t *testing.T) {
	t.Helper()
	x.agree(t, "given", "e1")
	if err := x.BeginSession(context.Background(), x.owner, x.visit, editions); err != nil {
		t.Fatal(err)
	}
}

// read runs a query on the store itself.
func (x *table) read(t *testing.T, f func(q *db.Queries) error) {
	t.Helper()
	if err := x.store.Read(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func happened(n int, at time.Time, e knead.SessionEvent) knead.SessionEvent {
	e.ID, e.Device, e.Seq, e.At = knead.EventID(fmt.Sprintf("00000000-0000-4000-8000-%012x", n)), "tablet", n, knead.InstantOf(at)
	return e
}

func TestASessionBeginsOnlyWithClearanceAndConsent(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	start := func() error { return x.BeginSession(ctx, x.owner, x.visit, editions) }

	wantKind(t, "begin without a consent", start(), knead.NotCleared)
	x.agree(t, "given", "e0")
	wantKind(t, "begin on words that have changed", start(), knead.NotCleared)
	x.agree(t, "given", "e1")
	x.agree(t, "withdrawn", "e1")
	wantKind(t, "begin after the consent was taken back", start(), knead.NotCleared)
	narrow := knead.Consent{Kind: knead.ConsentTreatment, Act: "given", Edition: "e1", Words: "I agree", SignedName: "Kim Sun", Scope: knead.ConsentScope{Areas: []string{"head"}}}
	if err := x.AddConsents(ctx, x.owner, x.client, []knead.Consent{narrow}); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "begin on a consent that does not cover the plan", start(), knead.NotCleared)
	x.agree(t, "given", "e1")
	if err := start(); err != nil {
		t.Fatalf("begin with all that it needs: %v", err)
	}
	r, err := x.SessionLog(ctx, x.owner, x.visit)
	if err != nil || r.Visit.State != knead.VisitStarted || len(r.Plan.Steps) == 0 || r.Plan.Worked != 30 {
		t.Errorf("the session is %q with %d steps of %d minutes, %v", r.Visit.State, len(r.Plan.Steps), r.Plan.Worked, err)
	}
	if err := start(); err != nil {
		t.Errorf("begin twice: %v, want nothing to happen", err)
	}

	y := newTable(t, `{"marks":[{"where":"between the shoulder blades","level":5}],"client":{"age":29}}`)
	y.agree(t, "given", "e1")
	wantKind(t, "begin with answers missing", y.BeginSession(ctx, y.owner, y.visit, editions), knead.NotCleared)
	if err := y.CancelVisit(ctx, y.owner, y.visit); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "begin a visit that was taken off the day", y.BeginSession(ctx, y.owner, y.visit, editions), knead.Conflict)
}

func TestThePlanOfASessionDoesNotChangeWhenTheVisitDoes(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.begin(t)
	before, err := x.SessionLog(ctx, x.owner, x.visit)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.ChangeVisit(ctx, x.owner, x.visit, func(v *knead.VisitRecord) error { v.Input.Minutes = 90; return nil }); err != nil {
		t.Fatal(err)
	}
	after, err := x.SessionLog(ctx, x.owner, x.visit)
	if err != nil || after.Visit.Plan != before.Visit.Plan || after.Plan.Worked != 30 {
		t.Errorf("the plan has %d minutes after the visit was changed, %v; want 30", after.Plan.Worked, err)
	}
}

func TestAPlaceWithoutConsentIsNotInThePlan(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.agree(t, "given", "e1", "low-back")
	if err := x.BeginSession(ctx, x.owner, x.visit, editions); err != nil {
		t.Fatal(err)
	}
	r, err := x.SessionLog(ctx, x.owner, x.visit)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(r.Plan.Steps, func(s plan.Step) bool { return slices.Contains(s.Regions, "lumbar-spine") }) {
		t.Error("the low back is worked although the client did not agree")
	}
	if got := r.Agreed.NotAreaWords(); !slices.Equal(got, []string{"low back"}) {
		t.Errorf("the screen is told of %q", got)
	}
}

func TestEventsAreAddedOnceHoweverOftenTheyAreSent(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	one := happened(1, begin, knead.SessionEvent{Kind: knead.EventBegin, Step: "arrive"})
	two := happened(2, begin.Add(time.Minute), knead.SessionEvent{Kind: knead.EventDone, Step: "arrive"})
	_, err := x.AddSessionEvents(ctx, x.owner, x.visit, []knead.SessionEvent{one})
	wantKind(t, "add before it began", err, knead.Conflict)

	x.begin(t)
	told, stop := x.Watch(x.owner)
	defer stop()
	acts := func() (n int) {
		lines, _, err := x.Audit(ctx, x.owner, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if l.Act == practice.RunSession {
				n++
			}
		}
		return n
	}
	before := acts()
	for i, batch := range [][]knead.SessionEvent{{one}, {one, two}, {two, one}, nil} {
		r, err := x.AddSessionEvents(ctx, x.owner, x.visit, batch)
		if want := min(i+1, 2); err != nil || len(r.Events) != want {
			t.Errorf("batch %d: %d events, %v; want %d", i, len(r.Events), err, want)
		}
	}
	if got := acts() - before; got != 2 {
		t.Errorf("%d lines in the chain for two batches that brought something", got)
	}
	if e := <-told; e.Kind != "session" || e.Visit != x.visit {
		t.Errorf("the other screens were told %+v", e)
	}
	r, err := x.AddSessionEvents(ctx, x.owner, x.visit, []knead.SessionEvent{{Device: "tablet", At: knead.InstantOf(begin), Seq: 3, Kind: knead.EventRemark, Text: "warm room"}})
	if err != nil || len(r.Events) != 3 || r.Events[2].ID == "" {
		t.Errorf("an event without an id: %+v, %v", r.Events, err)
	}
}

func TestEventsThatNobodyCanMeanAreRefused(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.begin(t)
	next := happened(1, begin.AddDate(1, 0, 0), knead.SessionEvent{Kind: knead.EventStart})
	_, err := x.AddSessionEvents(ctx, x.owner, x.visit, []knead.SessionEvent{next})
	wantKind(t, "an event of next year", err, knead.Invalid)
	_, err = x.AddSessionEvents(ctx, x.owner, x.visit, []knead.SessionEvent{happened(2, begin, knead.SessionEvent{Kind: "nap"})})
	wantKind(t, "an unknown kind", err, knead.Invalid)
	many := make([]knead.SessionEvent, 5001)
	for i := range many {
		many[i] = happened(i, begin, knead.SessionEvent{Kind: knead.EventRemark, Text: "x"})
	}
	_, err = x.AddSessionEvents(ctx, x.owner, x.visit, many)
	wantKind(t, "more than anybody can tap", err, knead.Invalid)
}

func TestAStopIsAnAlertUntilItIsTakenBack(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.begin(t)
	inbox := func() (kinds []string) {
		list, err := x.Inbox(ctx, x.owner)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list {
			kinds = append(kinds, a.Kind+": "+a.Words)
		}
		return kinds
	}
	send := func(events ...knead.SessionEvent) {
		if _, err := x.AddSessionEvents(ctx, x.owner, x.visit, events); err != nil {
			t.Fatal(err)
		}
	}
	stop := happened(1, begin, knead.SessionEvent{Kind: knead.EventStop, Rule: knead.StopDizzy})
	send(stop)
	if got := inbox(); !slices.Equal(got, []string{"session-stopped: Dizziness."}) {
		t.Errorf("after a stop the inbox has %q", got)
	}
	undo := happened(2, begin.Add(time.Second), knead.SessionEvent{Kind: knead.EventUndo, Undoes: stop.ID})
	send(undo)
	if got := inbox(); len(got) != 0 {
		t.Errorf("after it was taken back the inbox has %q", got)
	}
	send(happened(3, begin.Add(2*time.Second), knead.SessionEvent{Kind: knead.EventUndo, Undoes: undo.ID}))
	if got := inbox(); len(got) != 1 {
		t.Errorf("after that was taken back too the inbox has %q", got)
	}
	send(happened(4, begin.Add(3*time.Second), knead.SessionEvent{Kind: knead.EventComfort, Value: 9}))
	if got := inbox(); len(got) != 2 {
		t.Errorf("after an answer of 9 the inbox has %q", got)
	}
}

func TestTheEndMakesTwoCheckinsAndTheirJobsOnce(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.begin(t)
	ended := begin.Add(30 * time.Minute)
	x.clock.pass(time.Hour)
	end := happened(2, ended, knead.SessionEvent{Kind: knead.EventEnd})
	undo := happened(3, ended.Add(time.Second), knead.SessionEvent{Kind: knead.EventUndo, Undoes: end.ID})
	again := happened(4, ended.Add(2*time.Second), knead.SessionEvent{Kind: knead.EventEnd})
	for i, c := range []struct {
		event knead.SessionEvent
		want  knead.VisitState
	}{
		{happened(1, begin, knead.SessionEvent{Kind: knead.EventStart}), knead.VisitStarted},
		{end, knead.VisitEnded},
		{undo, knead.VisitStarted},
		{again, knead.VisitEnded},
		{happened(5, ended.Add(-time.Minute), knead.SessionEvent{Kind: knead.EventRemark, Text: "late from the phone"}), knead.VisitEnded},
	} {
		r, err := x.AddSessionEvents(ctx, x.owner, x.visit, []knead.SessionEvent{c.event})
		if err != nil || r.Visit.State != c.want {
			t.Fatalf("event %d: the visit is %q, %v; want %q", i, r.Visit.State, err, c.want)
		}
	}
	x.read(t, func(q *db.Queries) error {
		rows, err := q.CheckinsOf(ctx, x.owner.Practice, x.visit)
		if err != nil {
			return err
		}
		jobs, err := q.WaitingJobs(ctx, x.owner.Practice, 10)
		if err != nil {
			return err
		}
		if len(rows) != 2 || rows[0].DueAt != knead.InstantOf(ended.Add(24*time.Hour)) || rows[1].DueAt != knead.InstantOf(ended.Add(72*time.Hour)) {
			t.Errorf("the check-ins are %+v", rows)
		}
		if len(jobs) != 2 || jobs[0].Kind != practice.CheckinJob || jobs[0].RunAt != rows[0].DueAt {
			t.Errorf("the jobs are %+v", jobs)
		}
		return nil
	})
	r, err := x.EndSession(ctx, x.owner, x.visit)
	if err != nil || len(r.Events) != 5 {
		t.Errorf("ending it again gives %d events, %v", len(r.Events), err)
	}
}

func TestEndSessionEndsWhatNobodyEnded(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.begin(t)
	ahead := happened(1, begin.Add(2*time.Hour), knead.SessionEvent{Kind: knead.EventBegin, Step: "arrive"}) // the tablet's clock is two hours ahead
	if _, err := x.AddSessionEvents(ctx, x.owner, x.visit, []knead.SessionEvent{ahead}); err != nil {
		t.Fatal(err)
	}
	r, err := x.EndSession(ctx, x.owner, x.visit)
	if err != nil || r.Visit.State != knead.VisitEnded || knead.RunSession(r.Plan, r.Events).Ended != ahead.At {
		t.Errorf("the visit is %q, ended at %v, %v", r.Visit.State, knead.RunSession(r.Plan, r.Events).Ended, err)
	}
}

func TestWhoMayNotRunASessionCanNot(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.agree(t, "given", "e1")
	for role, kind := range map[knead.Role]knead.Kind{knead.Desk: knead.NotAllowed, knead.Auditor: knead.NotAllowed} {
		by := practice.Actor{Practice: x.owner.Practice, Member: x.owner.Member, Role: role}
		wantKind(t, string(role)+" begins", x.BeginSession(ctx, by, x.visit, editions), kind)
		_, err := x.AddSessionEvents(ctx, by, x.visit, nil)
		wantKind(t, string(role)+" adds", err, kind)
	}
	substitute := practice.Actor{Practice: x.owner.Practice, Member: "somebody", Role: knead.Substitute}
	wantKind(t, "a substitute begins with somebody else's client", x.BeginSession(ctx, substitute, x.visit, editions), knead.NotFound)
	elsewhere := x.owner
	elsewhere.Practice = "another"
	wantKind(t, "another practice begins", x.BeginSession(ctx, elsewhere, x.visit, editions), knead.NotFound)
	_, err := x.SessionLog(ctx, elsewhere, x.visit)
	wantKind(t, "another practice reads", err, knead.NotFound)
}

// word writes down what was said at the table.
func (x *table) word(act string, scope knead.ConsentScope) error {
	x.clock.pass(time.Second)
	return x.AddConsents(context.Background(), x.owner, x.client, []knead.Consent{{
		Kind: knead.ConsentTreatment, Act: act, Visit: x.visit, Edition: "e1", Words: "Asked at the table: Neck. Answer: yes.", Scope: scope,
	}})
}

// agreeBut signs a consent in which some areas and techniques were neither agreed to nor
// left out: nobody had asked.
func (x *table) agreeBut(t *testing.T, areas, techniques []string, without ...string) {
	t.Helper()
	x.agree(t, "given", "e1")
	acts, err := x.Consents(context.Background(), x.owner, x.client)
	if err != nil {
		t.Fatal(err)
	}
	scope := knead.Consents(acts, editions)[knead.ConsentTreatment].Scope
	out := func(list, gone []string) []string {
		return slices.DeleteFunc(list, func(id string) bool { return slices.Contains(gone, id) })
	}
	scope.Areas, scope.Techniques, scope.Without = out(scope.Areas, areas), out(scope.Techniques, slices.Concat(techniques, without)), without
	x.clock.pass(time.Second)
	signed := knead.Consent{Kind: knead.ConsentTreatment, Act: "given", Edition: "e1", Words: "I agree", SignedName: "Kim Sun", Scope: scope}
	if err := x.AddConsents(context.Background(), x.owner, x.client, []knead.Consent{signed}); err != nil {
		t.Fatal(err)
	}
}

func uses(p plan.Plan, id atlas.TechniqueID) bool {
	return slices.ContainsFunc(p.Steps, func(s plan.Step) bool { return s.Technique == id })
}

func TestADeclinedTechniqueIsNotInThePlan(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.agreeBut(t, nil, nil, "trigger-point")
	if err := x.BeginSession(ctx, x.owner, x.visit, editions); err != nil {
		t.Fatal(err)
	}
	r, err := x.SessionLog(ctx, x.owner, x.visit)
	if err != nil || len(r.Plan.Steps) == 0 || uses(r.Plan, "trigger-point") {
		t.Fatalf("declined, and still in the plan: %+v, %v", r.Plan.Steps, err)
	}
	if v, err := x.Visit(ctx, x.owner, x.visit); err != nil || !slices.Contains(v.Input.Preferences.Never, "trigger-point") {
		t.Errorf("the wishes of the visit do not show it: %+v, %v", v.Input.Preferences, err)
	}
}

// What takes the place of a declined technique is asked about as well.
func TestWhatReplacesADeclinedTechniqueNeedsConsent(t *testing.T) {
	ctx := context.Background()
	x := newTable(t, sore)
	x.agreeBut(t, nil, []string{"myofascial-release"}, "swedish")
	if _, err := x.ChangeVisit(ctx, x.owner, x.visit, func(v *knead.VisitRecord) error { v.Input.Preferences.Never = nil; return nil }); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "begin with a technique of which nobody was asked", x.BeginSession(ctx, x.owner, x.visit, editions), knead.NotCleared)
	if err := x.word(knead.ConsentSpoken, knead.ConsentScope{Techniques: []string{"myofascial-release"}}); err != nil {
		t.Fatal(err)
	}
	if err := x.BeginSession(ctx, x.owner, x.visit, editions); err != nil {
		t.Fatal(err)
	}
}

func TestAWordAtTheTableAddsAPlace(t *testing.T) {
	ctx := context.Background()
	start := func(x *table) error { return x.BeginSession(ctx, x.owner, x.visit, editions) }
	upper := []string{"upper-back"}

	x := newTable(t, sore)
	wantKind(t, "a word without a consent", x.word(knead.ConsentSpoken, knead.ConsentScope{Areas: upper}), knead.NotAllowed)
	x.agreeBut(t, upper, nil)
	wantKind(t, "begin with a place of which nobody was asked", start(x), knead.NotCleared)
	wantKind(t, "a word for a place that needs a signature", x.word(knead.ConsentSpoken, knead.ConsentScope{Areas: []string{"buttock"}}), knead.Invalid)
	wantKind(t, "a word for nothing", x.word(knead.ConsentSpoken, knead.ConsentScope{}), knead.Invalid)
	if err := x.word(knead.ConsentSpoken, knead.ConsentScope{Areas: upper}); err != nil {
		t.Fatal(err)
	}
	if err := start(x); err != nil {
		t.Fatalf("begin after the client agreed aloud: %v", err)
	}
	acts, err := x.Consents(ctx, x.owner, x.client)
	if err != nil {
		t.Fatal(err)
	}
	if last := acts[len(acts)-1]; last.Act != knead.ConsentSpoken || last.Words == "" || last.Actor != x.owner.Text() || last.Visit != x.visit {
		t.Errorf("the record holds %+v", last)
	}
	if state := knead.Consents(acts, editions)[knead.ConsentTreatment]; !state.Given() || state.Last.SignedName != "Kim Sun" || len(state.Spoken) != 1 {
		t.Errorf("what was signed became %+v", state)
	}

	y := newTable(t, sore)
	y.agreeBut(t, upper, nil)
	if err := y.word(knead.ConsentWithdrawn, knead.ConsentScope{Areas: upper}); err != nil {
		t.Fatal(err)
	}
	if err := start(y); err != nil && knead.KindOf(err) != knead.Conflict { // nothing may be left to plan
		t.Fatalf("begin after the client said no: %v", err)
	}
	if r, err := y.SessionLog(ctx, y.owner, y.visit); err != nil || slices.ContainsFunc(r.Plan.Steps, func(s plan.Step) bool { return slices.Contains(s.Regions, "interscapular-upper") }) {
		t.Errorf("left out aloud, and still in the plan: %+v, %v", r.Plan.Steps, err)
	}
}

func TestWhatIsTakenBackDuringASessionActsAtOnce(t *testing.T) {
	ctx := context.Background()
	running := func(t *testing.T) *table {
		x := newTable(t, sore)
		x.begin(t)
		x.tap(t, happened(1, begin, knead.SessionEvent{Kind: knead.EventStart}))
		return x
	}
	session := func(x *table) knead.Session {
		r, err := x.SessionLog(ctx, x.owner, x.visit)
		if err != nil {
			t.Fatal(err)
		}
		return knead.RunSession(r.Plan, r.Events)
	}
	open := func(s knead.Session, what func(plan.Step) bool) (n int) {
		for _, a := range s.Steps {
			if what(a.Step) && !a.Withdrawn {
				n++
			}
		}
		return n
	}
	swedish := func(s plan.Step) bool { return s.Technique == "swedish" }
	back := func(s plan.Step) bool { return slices.Contains(s.Regions, "interscapular-upper") }

	x := running(t)
	if open(session(x), swedish) == 0 {
		t.Fatal("the plan has nothing to decline")
	}
	if err := x.word(knead.ConsentWithdrawn, knead.ConsentScope{Techniques: []string{"swedish"}}); err != nil {
		t.Fatal(err)
	}
	if s := session(x); open(s, swedish) != 0 || len(s.Declined) != 1 {
		t.Errorf("a declined technique is still to come: %+v", s.Steps)
	}

	x = running(t)
	if err := x.word(knead.ConsentWithdrawn, knead.ConsentScope{Areas: []string{"upper-back"}}); err != nil {
		t.Fatal(err)
	}
	if s := session(x); open(s, back) != 0 || len(s.Stops) != 0 {
		t.Errorf("an area that was taken back is still to come: %+v", s.Steps)
	}

	x = running(t)
	if err := x.word(knead.ConsentWithdrawn, knead.ConsentScope{}); err != nil {
		t.Fatal(err)
	}
	if s := session(x); len(s.Stops) != 1 || s.Stops[0].Rule != knead.StopClient {
		t.Errorf("the consent was taken back and the session goes on: %+v", s.Stops)
	}
}
