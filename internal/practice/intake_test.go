package practice_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"knead"
	"knead/body"
	"knead/internal/practice"
	"knead/screen"
)

// byLink lets the client of a visit come by a link.
func byLink(t *testing.T, h *practice.House, by practice.Actor, visit knead.VisitID) practice.Actor {
	t.Helper()
	bearer, _, err := h.SendLink(context.Background(), by, visit, practice.ForIntake)
	if err != nil {
		t.Fatal(err)
	}
	client, _, err := h.Follow(context.Background(), bearer, practice.ForIntake, here)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// answer paints a place and answers every question of a visit with no, but for those named.
func answer(t *testing.T, h *practice.House, by practice.Actor, visit knead.VisitID, but map[screen.QuestionID]screen.Answer) knead.VisitRecord {
	t.Helper()
	place, err := body.Find("left nape")
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.ChangeVisit(context.Background(), by, visit, func(v *knead.VisitRecord) error {
		var m body.Mark
		m.Paint(place.Cells, 5)
		v.Input.Drawing.Marks = []body.Mark{m}
		v.Input.Answers = map[screen.QuestionID]screen.Answer{}
		for _, q := range screen.Questions(v.Input.Drawing.Cells(), v.Input.Client) {
			v.Input.Answers[q.ID] = screen.Answer{Value: screen.No}
			if a, ok := but[q.ID]; ok {
				v.Input.Answers[q.ID] = a
			}
		}
		v.Asked = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func touchOf(t *testing.T, kind, words string) (knead.TouchArea, body.Set) {
	t.Helper()
	place, err := body.Find(words)
	if err != nil {
		t.Fatal(err)
	}
	var m body.Mark
	m.Paint(place.Cells, 1)
	return knead.TouchArea{Kind: kind, Drawing: body.Drawing{Marks: []body.Mark{m}}.Encode()}, place.Cells
}

// alone is the skin that a visit leaves alone.
func alone(t *testing.T, h *practice.House, by practice.Actor, visit knead.VisitID) (cells body.Set) {
	t.Helper()
	v, err := h.Visit(context.Background(), by, visit)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Input.Preferences.Avoid {
		cells = cells.Union(p.Cells)
	}
	return cells
}

func TestWhatMustNotBeTouchedIsLeftAloneInVisitsToCome(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ada")
	before := openVisit(t, h, owner, client)
	knee, kneeCells := touchOf(t, knead.TouchAvoid, "left knee")
	ticklish, _ := touchOf(t, knead.TouchTicklish, "right sole of the foot")
	if err := h.SetTouch(ctx, byLink(t, h, owner, before), client, []knead.TouchArea{knee, ticklish}); err != nil {
		t.Fatal(err)
	}
	after := openVisit(t, h, owner, client)
	for name, visit := range map[string]knead.VisitID{"opened before": before, "opened after": after} {
		got := alone(t, h, owner, visit)
		if lost := kneeCells.Minus(got).Len(); lost > 0 {
			t.Errorf("visit %s: %d cells of the knee may be touched", name, lost)
		}
		if got.Len() > 4*kneeCells.Len() {
			t.Errorf("visit %s leaves %d cells alone, the knee has %d", name, got.Len(), kneeCells.Len())
		}
	}
	if err := h.SetTouch(ctx, owner, client, nil); err != nil {
		t.Fatal(err)
	}
	if got := alone(t, h, owner, before); got.Len() > 0 {
		t.Errorf("after the map was wiped %d cells are left alone", got.Len())
	}
	bad := knead.TouchArea{Kind: "bite", Drawing: knee.Drawing}
	wantKind(t, "SetTouch with an unknown kind", h.SetTouch(ctx, owner, client, []knead.TouchArea{bad}), knead.Invalid)
}

func TestAPlaceTakenBackAtTheTableIsLeftAloneAtOnce(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ada")
	visit := openVisit(t, h, owner, client)
	neck, _ := knead.AreaByID("neck")
	given := knead.Consent{Kind: knead.ConsentTreatment, Act: knead.ConsentGiven, Edition: "one", Words: "as shown", SignedName: "Ada", Visit: visit, Scope: knead.ConsentScope{Areas: []string{"neck", "shoulder"}}}
	if err := h.AddConsents(ctx, owner, client, []knead.Consent{given}); err != nil {
		t.Fatal(err)
	}
	if got := alone(t, h, owner, visit); got.Len() > 0 {
		t.Fatalf("%d cells are left alone although all was agreed to", got.Len())
	}
	back := knead.Consent{Kind: knead.ConsentTreatment, Act: knead.ConsentWithdrawn, Visit: visit, Scope: knead.ConsentScope{Areas: []string{"neck"}}}
	if err := h.AddConsents(ctx, byLink(t, h, owner, visit), client, []knead.Consent{back}); err != nil {
		t.Fatal(err)
	}
	if lost := neck.Cells().Minus(alone(t, h, owner, visit)).Len(); lost > 0 {
		t.Errorf("%d cells of the neck may still be touched", lost)
	}
	acts, err := h.Consents(ctx, owner, client)
	if err != nil || len(acts) != 2 || acts[0].Words != "as shown" {
		t.Errorf("acts %+v, error %v; want both, with their words", acts, err)
	}
}

func TestAGuardianSignsForAMinor(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	sign := func(client knead.ClientID, visit knead.VisitID, guardian string) error {
		return h.AddConsents(ctx, owner, client, []knead.Consent{{Kind: knead.ConsentData, Act: knead.ConsentGiven, Edition: "one", SignedName: "Kim", Visit: visit, Guardian: guardian}})
	}
	byBirth, err := h.AddClient(ctx, owner, knead.Client{Name: "Kim", Born: "2012-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, "a minor by birth date signs alone", sign(byBirth, "", ""), knead.Invalid)
	if err := sign(byBirth, "", "Jo Lind"); err != nil {
		t.Errorf("a guardian signs: %v", err)
	}
	byAnswer, err := h.AddClient(ctx, owner, knead.Client{Name: "Kim"})
	if err != nil {
		t.Fatal(err)
	}
	visit := openVisit(t, h, owner, byAnswer)
	if err := sign(byAnswer, visit, ""); err != nil {
		t.Errorf("nobody knows the age: %v", err)
	}
	if _, err := h.ChangeVisit(ctx, owner, visit, func(v *knead.VisitRecord) error { v.Input.Client.Age = 15; return nil }); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "a minor by the answered age signs alone", sign(byAnswer, visit, ""), knead.Invalid)
	refuse := knead.Consent{Kind: knead.ConsentTreatment, Act: knead.ConsentRefused, Visit: visit}
	if err := h.AddConsents(ctx, owner, byAnswer, []knead.Consent{refuse}); err != nil {
		t.Errorf("a minor refuses alone: %v", err)
	}
}

func TestLastAnsweredIsTheClientsOwnLatestVisit(t *testing.T) {
	h, owner, clock := house(t)
	ctx := context.Background()
	client, other := addClient(t, h, owner, "Ada"), addClient(t, h, owner, "Bo")
	open := func(c knead.ClientID, after time.Duration) knead.VisitID {
		id, err := h.OpenVisit(ctx, owner, knead.VisitRecord{Client: c, Therapist: owner.Member, Starts: knead.InstantOf(begin.Add(after))})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	first, second := open(client, time.Hour), open(client, 24*time.Hour)
	answer(t, h, owner, first, nil)
	answer(t, h, owner, second, nil)
	answer(t, h, owner, open(other, 25*time.Hour), nil)
	unanswered, now, later := open(client, 48*time.Hour), open(client, 72*time.Hour), open(client, 96*time.Hour)
	answer(t, h, owner, later, nil)
	clock.pass(time.Hour)
	for name, by := range map[string]practice.Actor{"the owner": owner, "the client": byLink(t, h, owner, now)} {
		last, found, err := h.LastAnswered(ctx, by, now)
		if err != nil || !found || last.ID != second {
			t.Errorf("for %s: %v %v %v, want visit %s", name, last.ID, found, err, second)
		}
	}
	if _, found, err := h.LastAnswered(ctx, owner, first); found || err != nil {
		t.Errorf("before the first visit: found %v, error %v", found, err)
	}
	_, _, err := h.LastAnswered(ctx, byLink(t, h, owner, now), unanswered)
	wantKind(t, "LastAnswered for another visit than the link's", err, knead.NotFound)
}

func TestAnAlertIsRaisedWhenAClientsOwnAnswersStopAVisit(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ada")
	visit := openVisit(t, h, owner, client)
	chest := map[screen.QuestionID]screen.Answer{"g1": {Value: screen.Yes}}
	answer(t, h, byLink(t, h, owner, visit), visit, chest)
	answer(t, h, byLink(t, h, owner, visit), visit, nil)
	answer(t, h, byLink(t, h, owner, visit), visit, chest)
	list, err := h.Inbox(ctx, owner)
	if err != nil || len(list) != 1 || list[0].Kind != "stopped" || list[0].Visit != visit {
		t.Errorf("inbox %+v, error %v; want one alert that the visit was stopped", list, err)
	}
	beside := openVisit(t, h, owner, client)
	answer(t, h, owner, beside, chest)
	if list, _ = h.Inbox(ctx, owner); len(list) != 1 {
		t.Errorf("a therapist who sits beside the client is told by an alert: %+v", list)
	}
}

func TestWhatAClientTellsStaysAndReachesTheVisit(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ada")
	visit := openVisit(t, h, owner, client)
	answer(t, h, owner, visit, nil)
	by := byLink(t, h, owner, visit)
	pain := practice.Measure{Instrument: "nprs-now", Visit: visit, Moment: "intake", Answers: map[string]string{"now": "4"}}
	v, err := h.TakeIntake(ctx, by, visit, []practice.Measure{pain}, func(c *knead.Client, v *knead.VisitRecord) error {
		c.Profile.Medicines = []string{"warfarin"}
		v.Input.Client.Medicines = c.Profile.Medicines
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if v.Verdict.Level != string(screen.WithLimits) {
		t.Errorf("warfarin among the medicines: level %s, want limits", v.Verdict.Level)
	}
	next := openVisit(t, h, owner, client)
	nextVisit, err := h.Visit(ctx, owner, next)
	if err != nil || !slices.Equal(nextVisit.Input.Client.Medicines, []string{"warfarin"}) {
		t.Errorf("the next visit knows of %v, error %v", nextVisit.Input.Client.Medicines, err)
	}
	list, err := h.Measures(ctx, owner, client)
	if err != nil || len(list) != 1 || list[0].Answers["now"] != "4" {
		t.Errorf("measures %+v, error %v", list, err)
	}
	_, err = h.TakeIntake(ctx, by, next, nil, func(*knead.Client, *knead.VisitRecord) error { return nil })
	wantKind(t, "TakeIntake for another visit than the link's", err, knead.NotFound)
}

func TestMeasuresAreDueOnceAndMoodOnlyWhereThePracticeAsks(t *testing.T) {
	h, owner, clock := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ada")
	visit := openVisit(t, h, owner, client)
	due := func() []string {
		asks, _, err := h.DueMeasures(ctx, owner, visit)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, a := range asks {
			ids = append(ids, string(a.Instrument.ID))
		}
		return ids
	}
	first := due()
	for _, id := range []string{"nprs-now", "nprs-average", "nprs-worst", "psfs", "peg", "stress", "sleep"} {
		if !slices.Contains(first, id) {
			t.Errorf("at a first visit %s is not due: %v", id, first)
		}
	}
	if slices.Contains(first, "phq-4") || slices.Contains(first, "painted-area") {
		t.Errorf("asked of the client: %v; want neither mood nor what the drawing says", first)
	}
	clock.pass(time.Minute)
	if err := h.AddMeasures(ctx, owner, client, []practice.Measure{{Instrument: "nprs-now", Visit: visit, Moment: "intake", Answers: map[string]string{"now": "4"}}}); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(due(), "nprs-now") {
		t.Error("pain now is due again at the same visit")
	}
	if err := h.ChangePractice(ctx, owner, 0, func(p *knead.Practice) error { p.Settings.AskMood = true; return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(due(), "phq-4") {
		t.Error("the practice asks about mood, and it is not due")
	}
}

func TestAMedicineWrittenDownByAMemberReachesTheVisitsToCome(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ada")
	visit := openVisit(t, h, owner, client)
	answer(t, h, owner, visit, nil)
	if err := h.ChangeClient(ctx, owner, client, 0, func(c *knead.Client) error { c.Profile.Medicines = []string{"warfarin"}; return nil }); err != nil {
		t.Fatal(err)
	}
	v, err := h.Visit(ctx, owner, visit)
	if err != nil || v.Verdict.Level != string(screen.WithLimits) || v.State != knead.VisitReady {
		t.Errorf("after warfarin: level %s, state %s, error %v; want limits, ready", v.Verdict.Level, v.State, err)
	}
}
