package practice_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
	"knead/outcome"
	"knead/plan"
)

// afterwards is a practice whose client has just gone home, after work at pressure 3.
func afterwards(t *testing.T) *table {
	t.Helper()
	x := newTable(t, sore)
	x.begin(t)
	r, err := x.SessionLog(context.Background(), x.owner, x.visit)
	if err != nil {
		t.Fatal(err)
	}
	at, n := x.clock.now(), 1
	var events []knead.SessionEvent
	for _, step := range r.Plan.Steps {
		events = append(events, happened(n, at, knead.SessionEvent{Kind: knead.EventBegin, Step: step.ID}))
		n++
		if step.Kind == plan.Work {
			events = append(events, happened(n, at, knead.SessionEvent{Kind: knead.EventPressure, Step: step.ID, Value: 3}))
			n++
		}
		at = at.Add(2 * time.Minute)
	}
	events = append(events, happened(n, at, knead.SessionEvent{Kind: knead.EventEnd}))
	if _, err := x.AddSessionEvents(context.Background(), x.owner, x.visit, events); err != nil {
		t.Fatal(err)
	}
	x.clock.pass(at.Sub(x.clock.now()))
	return x
}

// comes follows the link of a check-in.
func (x *table) comes(t *testing.T) practice.Actor {
	t.Helper()
	bearer, _, err := x.SendLink(context.Background(), x.owner, x.visit, practice.ForCheckin)
	if err != nil {
		t.Fatal(err)
	}
	by, _, err := x.Follow(context.Background(), bearer, practice.ForCheckin, here)
	if err != nil {
		t.Fatal(err)
	}
	return by
}

func (x *table) inbox(t *testing.T) (kinds []string) {
	t.Helper()
	list, err := x.Inbox(context.Background(), x.owner)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		kinds = append(kinds, a.Kind)
	}
	slices.Sort(kinds)
	return kinds
}

func number(n int) *int { return &n }

func fine() knead.CheckinAnswers {
	return knead.CheckinAnswers{NoSigns: true, NoEffects: true, Soreness: number(2), Since: outcome.ToBetter}
}

func TestACheckinIsStoredWithItsMeasures(t *testing.T) {
	x := afterwards(t)
	ctx := context.Background()
	x.clock.pass(25 * time.Hour)
	by := x.comes(t)
	told, stop := x.Watch(x.owner)
	defer stop()
	for range 2 { // sent twice: a thumb is impatient
		k, err := x.AnswerCheckin(ctx, by, fine())
		if err != nil || k.Moment != "day1" {
			t.Fatalf("AnswerCheckin = %+v, %v", k, err)
		}
	}
	if e := <-told; e.Kind != "checkin" || e.Client != x.client {
		t.Errorf("the open pages were told %+v", e)
	}
	list, err := x.Measures(ctx, x.owner, x.client)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		if m.Moment == "intake" {
			continue // what was painted, from the session
		}
		score, err := m.Score()
		n, known := score.Number()
		if err != nil || !known || m.Visit != x.visit || m.Moment != "day1" {
			t.Errorf("measure %+v: %v", m, err)
		}
		got = append(got, m.Instrument+" "+string('0'+rune(n)))
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"since-session 1", "soreness 2"}) {
		t.Errorf("stored %q", got)
	}
	if kinds := x.inbox(t); len(kinds) != 0 {
		t.Errorf("the inbox holds %q after a good answer", kinds)
	}
	links, err := x.Links(ctx, x.owner, x.client)
	if err != nil || links[0].Done == 0 {
		t.Errorf("the link is not marked as done: %+v, %v", links, err)
	}
}

func TestAnAlarmReachesTheInboxOnce(t *testing.T) {
	x := afterwards(t)
	ctx := context.Background()
	x.clock.pass(73 * time.Hour)
	by := x.comes(t)
	a := fine()
	a.Soreness, a.Since, a.Pain, a.Message = number(4), outcome.ToWorse, number(8), "It aches.\nPlease call."
	if _, err := x.AnswerCheckin(ctx, by, a); err != nil {
		t.Fatal(err)
	}
	want := []string{"message", "pain", "sore", "worse"} // 5 was painted, 8 is three more
	if got := x.inbox(t); !slices.Equal(got, want) {
		t.Errorf("the inbox holds %q, want %q", got, want)
	}
	a.Effects, a.NoEffects = []knead.SideEffect{knead.EffectFever}, false // put right: only what is new is told
	if _, err := x.AnswerCheckin(ctx, by, a); err != nil {
		t.Fatal(err)
	}
	if got := x.inbox(t); !slices.Equal(got, append([]string{"danger"}, want...)) {
		t.Errorf("the inbox holds %q after an answer was put right", got)
	}
	list, err := x.Checkins(ctx, x.owner, x.client)
	if err != nil || len(list) != 2 || list[0].Answered != 0 || list[1].Answered == 0 || list[1].Answers.Message != a.Message {
		t.Errorf("Checkins = %+v, %v; want the one of the third day answered", list, err)
	}
}

func TestAnExerciseThatMadeItWorseIsLeftOutUntilTheTherapistSaysSo(t *testing.T) {
	x := afterwards(t)
	ctx := context.Background()
	r, err := x.SessionLog(ctx, x.owner, x.visit)
	if err != nil {
		t.Fatal(err)
	}
	given := knead.Programme(r.Plan.Advice)
	if len(given) < 2 {
		t.Fatalf("the visit gave %v", given)
	}
	next, err := x.OpenVisit(ctx, x.owner, knead.VisitRecord{Client: x.client, Therapist: x.owner.Member, Starts: r.Visit.Starts.Add(7 * 24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	leftOut := func(when string, want ...atlas.ExerciseID) {
		t.Helper()
		v, err := x.Visit(ctx, x.owner, next)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(want)
		if !slices.Equal(v.Input.Preferences.NotHome, want) {
			t.Errorf("%s the next visit leaves out %v, want %v", when, v.Input.Preferences.NotHome, want)
		}
		in := r.Visit.Input
		in.Preferences.NotHome = v.Input.Preferences.NotHome
		a, err := knead.Assess(in)
		if err != nil || a.Plan == nil {
			t.Fatalf("%s: no plan: %v", when, err)
		}
		for _, id := range want {
			said := slices.ContainsFunc(a.Plan.LeftOut, func(l plan.LeftOut) bool { return l.Words == knead.ExerciseName(id) })
			if slices.Contains(knead.Programme(a.Plan.Advice), id) || !said {
				t.Errorf("%s the plan proposes %s, or does not say why not", when, id)
			}
		}
	}
	x.clock.pass(25 * time.Hour)
	by := x.comes(t)
	answer := func(home plan.HomeDone, worse ...atlas.ExerciseID) {
		t.Helper()
		a := fine()
		a.Home, a.HomeWorse = home, worse
		if _, err := x.AnswerCheckin(ctx, by, a); err != nil {
			t.Fatal(err)
		}
	}
	answer(plan.HomeSome)
	leftOut("after some were done")
	answer(plan.HomeWorse, given[0])
	leftOut("after one made it worse", given[0])
	if kinds := x.inbox(t); !slices.Equal(kinds, []string{"home"}) {
		t.Errorf("the inbox holds %q", kinds)
	}
	answer(plan.HomeAll)
	leftOut("after the answer was taken back")
	answer(plan.HomeWorse)
	leftOut("where the client cannot tell which", slices.Clone(given)...)
	if err := x.ProposeAgain(ctx, x.owner, x.client, given[1]); err != nil {
		t.Fatal(err)
	}
	leftOut("after the therapist let one in again", slices.DeleteFunc(slices.Clone(given), func(id atlas.ExerciseID) bool { return id == given[1] })...)
	a := fine()
	a.Home, a.Soreness = plan.HomeWorse, number(3)
	if _, err := x.AnswerCheckin(ctx, by, a); err != nil {
		t.Fatal(err)
	}
	leftOut("after the same was said again", slices.DeleteFunc(slices.Clone(given), func(id atlas.ExerciseID) bool { return id == given[1] })...)
	wantKind(t, "a client lets it in again", x.ProposeAgain(ctx, by, x.client, given[0]), knead.NotAllowed)

	k, err := x.Course(ctx, x.owner, x.client)
	if err != nil || k.History.Done[0].Home != plan.HomeWorse {
		t.Errorf("the course reads %+v, %v", k.History.Done, err)
	}
	other := fine()
	other.Home, other.HomeWorse = plan.HomeWorse, []atlas.ExerciseID{"no-such-thing"}
	_, err = x.AnswerCheckin(ctx, by, other)
	wantKind(t, "an exercise that the atlas has not", err, knead.Invalid)
}

func TestAnEmergencyAloneIsEnough(t *testing.T) {
	x := afterwards(t)
	by := x.comes(t) // a link by hand, before anything is due
	if _, err := x.AnswerCheckin(context.Background(), by, knead.CheckinAnswers{Signs: []knead.EmergencySign{knead.SignChest}}); err != nil {
		t.Fatal(err)
	}
	list, err := x.Inbox(context.Background(), x.owner)
	if err != nil || len(list) != 1 || list[0].Kind != "danger" || !strings.Contains(list[0].Words, knead.SignChest.Words()) || list[0].Visit != x.visit {
		t.Errorf("the inbox holds %+v, %v", list, err)
	}
}

func TestACheckinIsAnsweredByItsLinkAlone(t *testing.T) {
	x := afterwards(t)
	ctx := context.Background()
	_, err := x.AnswerCheckin(ctx, x.owner, fine())
	wantKind(t, "a member answers", err, knead.NotAllowed)
	bearer, _, err := x.SendLink(ctx, x.owner, x.visit, practice.ForIntake)
	if err != nil {
		t.Fatal(err)
	}
	intake, _, err := x.Follow(ctx, bearer, practice.ForIntake, here)
	if err != nil {
		t.Fatal(err)
	}
	_, err = x.AnswerCheckin(ctx, intake, fine())
	wantKind(t, "the link of an intake", err, knead.NotAllowed)
	_, _, err = x.Follow(ctx, bearer, practice.ForCheckin, here)
	wantKind(t, "an intake's link at the door of check-ins", err, knead.NotFound)

	by := x.comes(t)
	other := addClient(t, x.House, x.owner, "Somebody Else")
	_, err = x.Checkins(ctx, by, other)
	wantKind(t, "somebody else's check-ins", err, knead.NotFound)
	_, err = x.Past(ctx, by, x.visit)
	wantKind(t, "what came of the last time", err, knead.NotFound)
	_, _, err = x.Incidents(ctx, by, x.client, 10)
	wantKind(t, "what went wrong", err, knead.NotFound)
	bad := fine()
	bad.Soreness = number(11)
	_, err = x.AnswerCheckin(ctx, by, bad)
	wantKind(t, "soreness 11", err, knead.Invalid)
}

func TestAVisitWithoutASessionHasNoCheckin(t *testing.T) {
	x := newTable(t, sore)
	by := x.comes(t)
	_, err := x.Checkin(context.Background(), by)
	wantKind(t, "Checkin", err, knead.NotFound)
}

func TestSorenessLowersTheNextPlan(t *testing.T) {
	x := afterwards(t)
	ctx := context.Background()
	next := func(day int) knead.VisitID {
		t.Helper()
		id, err := x.OpenVisit(ctx, x.owner, knead.VisitRecord{Client: x.client, Therapist: x.owner.Member, Starts: knead.InstantOf(begin.AddDate(0, 0, day))})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	bounds := func(id knead.VisitID) (most []int) {
		t.Helper()
		v, err := x.Visit(ctx, x.owner, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range v.Input.Preferences.Caps {
			most = append(most, c.Max)
		}
		return most
	}
	booked := next(7) // before anybody knows of soreness
	if got := bounds(booked); got != nil {
		t.Fatalf("a visit that nothing speaks about is bound to %v", got)
	}
	x.clock.pass(25 * time.Hour)
	a := fine()
	a.Soreness = number(6)
	if _, err := x.AnswerCheckin(ctx, x.comes(t), a); err != nil {
		t.Fatal(err)
	}
	later := next(14)
	for _, id := range []knead.VisitID{booked, later} {
		if got := bounds(id); len(got) == 0 || slices.Max(got) > 2 {
			t.Errorf("a visit to come is bound to %v, want 2 at most where it was sore after 3", got)
		}
	}
	past, err := x.Past(ctx, x.owner, booked)
	if err != nil || len(past) != 1 || past[0].Visit.ID != x.visit || len(past[0].Checkins) != 2 || *past[0].Before != 5 {
		t.Fatalf("Past = %+v, %v", past, err)
	}
	hints := practice.Hints(past).Hints
	if len(hints) == 0 || hints[0].Kind != knead.HintLower || hints[0].Max != 2 {
		t.Errorf("Hints = %+v, want pressure 2 at most, with its reason", hints)
	}
	// a therapist may decide otherwise, and that stands
	if _, err := x.ChangeVisit(ctx, x.owner, booked, func(v *knead.VisitRecord) error { v.Input.Preferences.Caps = nil; return nil }); err != nil {
		t.Fatal(err)
	}
	if got := bounds(booked); got != nil {
		t.Errorf("the therapist's own choice became %v", got)
	}
}

func TestMeasuresThatSayNothingOrCannotBeAreRefused(t *testing.T) {
	x := newTable(t, sore)
	ctx := context.Background()
	other := addClient(t, x.House, x.owner, "Somebody Else")
	for _, c := range []struct {
		name   string
		client knead.ClientID
		m      practice.Measure
		want   knead.Kind
	}{
		{"a number", x.client, practice.Measure{Instrument: "nprs-now", Moment: "before", Answers: map[string]string{"now": "7"}}, ""},
		{"two of three", x.client, practice.Measure{Instrument: "peg", Moment: "review", Answers: map[string]string{"pain": "7", "activity": "3"}}, ""},
		{"a score from elsewhere", x.client, practice.Measure{Instrument: "ndi", Moment: "review", Answers: map[string]string{"score": "21.5"}}, ""},
		{"an activity in words", x.client, practice.Measure{Instrument: "psfs", Moment: "review", Answers: map[string]string{"1": "4", practice.ActivityOf(1): "lift my child"}}, ""},
		{"nothing", x.client, practice.Measure{Instrument: "peg", Moment: "review"}, knead.Invalid},
		{"words alone", x.client, practice.Measure{Instrument: "psfs", Moment: "review", Answers: map[string]string{practice.ActivityOf(1): "lift"}}, knead.Invalid},
		{"too much", x.client, practice.Measure{Instrument: "nprs-now", Moment: "before", Answers: map[string]string{"now": "11"}}, knead.Invalid},
		{"no number", x.client, practice.Measure{Instrument: "nprs-now", Moment: "before", Answers: map[string]string{"now": "bad"}}, knead.Invalid},
		{"no such item", x.client, practice.Measure{Instrument: "nprs-now", Moment: "before", Answers: map[string]string{"then": "1"}}, knead.Invalid},
		{"no such instrument", x.client, practice.Measure{Instrument: "mood-ring", Moment: "before", Answers: map[string]string{"score": "1"}}, knead.Invalid},
		{"somebody else's visit", other, practice.Measure{Visit: x.visit, Instrument: "nprs-now", Moment: "before", Answers: map[string]string{"now": "1"}}, knead.NotFound},
	} {
		err := x.AddMeasures(ctx, x.owner, c.client, []practice.Measure{c.m})
		if knead.KindOf(err) != c.want {
			t.Errorf("%s: AddMeasures: %v, want kind %q", c.name, err, c.want)
		}
	}
	list, err := x.Measures(ctx, x.owner, x.client)
	list = slices.DeleteFunc(list, func(m practice.Measure) bool { return m.Instrument == "nprs-place" }) // of the session itself
	if err != nil || len(list) != 4 {
		t.Fatalf("%d measures were stored, %v; want 4", len(list), err)
	}
}

func TestWhatWentWrongIsLoggedAndEnded(t *testing.T) {
	x := afterwards(t)
	ctx := context.Background()
	good := practice.Incident{Client: x.client, Visit: x.visit, Kind: "bruise", Onset: 20, Severity: "minor", Action: "cold", Words: "at the left shoulder"}
	if err := x.AddIncident(ctx, x.owner, good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*practice.Incident){
		"kind":     func(i *practice.Incident) { i.Kind = "curse" },
		"severity": func(i *practice.Incident) { i.Severity = "awful" },
		"onset":    func(i *practice.Incident) { i.Onset = -1 },
		"words":    func(i *practice.Incident) { i.Words = strings.Repeat("x", 4001) },
	} {
		bad := good
		change(&bad)
		err := x.AddIncident(ctx, x.owner, bad)
		e, _ := err.(*knead.Error)
		if e == nil || e.Kind != knead.Invalid || e.Field != name {
			t.Errorf("a wrong %s: %v", name, err)
		}
	}
	other := good
	other.Client = addClient(t, x.House, x.owner, "Somebody Else")
	wantKind(t, "another client's visit", x.AddIncident(ctx, x.owner, other), knead.NotFound)
	list, more, err := x.Incidents(ctx, x.owner, "", 10)
	if err != nil || more || len(list) != 1 || list[0].Onset != 20 || list[0].Member != x.owner.Member {
		t.Fatalf("Incidents = %+v, %v, %v", list, more, err)
	}
	for _, over := range []bool{true, true, false, true} {
		if err := x.ResolveIncident(ctx, x.owner, list[0].ID, over); err != nil {
			t.Fatal(err)
		}
	}
	list, _, err = x.Incidents(ctx, x.owner, x.client, 10)
	if err != nil || list[0].Resolved == 0 {
		t.Errorf("it is not over: %+v, %v", list, err)
	}
	wantKind(t, "one that is not there", x.ResolveIncident(ctx, x.owner, "nothing", true), knead.NotFound)
	desk := practice.Actor{Practice: x.owner.Practice, Member: x.owner.Member, Role: knead.Desk}
	wantKind(t, "the front desk logs", x.AddIncident(ctx, desk, good), knead.NotAllowed)
	_, _, err = x.Incidents(ctx, desk, "", 10)
	wantKind(t, "the front desk reads", err, knead.NotAllowed)
}
