package web

import (
	"context"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/body"
	"knead/internal/practice"
	"knead/screen"
)

// byLink is a client's browser without script, with the address of their link.
type byLink struct {
	*atTable
	link string
}

func newByLink(t *testing.T) *byLink {
	t.Helper()
	x := newAtTable(t, false)
	var err error
	if x.client, err = x.house.AddClient(context.Background(), x.owner, knead.Client{Name: "Kim Sun", Born: "1984-03-10"}); err != nil {
		t.Fatal(err)
	}
	if x.visit, err = x.house.OpenVisit(context.Background(), x.owner, knead.VisitRecord{Client: x.client, Therapist: x.owner.Member, Starts: knead.InstantOf(x.now.Add(48 * time.Hour))}); err != nil {
		t.Fatal(err)
	}
	return &byLink{x, x.invite(x.visit)}
}

// invite makes a link for a visit.
func (x *atTable) invite(visit knead.VisitID) string {
	x.t.Helper()
	bearer, _, err := x.house.SendLink(context.Background(), x.owner, visit, practice.ForIntake)
	if err != nil {
		x.t.Fatal(err)
	}
	return "/l/" + bearer
}

func (x *byLink) ask(method, path string, fields url.Values) *httptest.ResponseRecorder {
	x.t.Helper()
	r := httptest.NewRequest(method, x.link+path, strings.NewReader(fields.Encode()))
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	x.door.ServeHTTP(w, r)
	return w
}

// want asks and demands a status; a redirect's place counts below the link.
func (x *byLink) want(method, path string, fields url.Values, status int, what string) string {
	x.t.Helper()
	w := x.ask(method, path, fields)
	got := w.Body.String() + strings.TrimPrefix(w.Header().Get("Location"), x.link)
	if w.Code != status || !strings.Contains(got, what) {
		_, main, _ := strings.Cut(got, "<main")
		x.t.Fatalf("%s %s: %d, want %d with %q:\n%.1500s", method, path, w.Code, status, what, main)
	}
	return got
}

func (x *byLink) record() knead.VisitRecord {
	x.t.Helper()
	v, err := x.house.Visit(context.Background(), x.owner, x.visit)
	if err != nil {
		x.t.Fatal(err)
	}
	return v
}

// noToAll answers what is asked of a visit with no, as the form sends it.
func (x *byLink) noToAll() url.Values {
	x.t.Helper()
	s, err := newSite()
	if err != nil {
		x.t.Fatal(err)
	}
	v := x.record()
	fields := url.Values{"asked": {"1"}, "age": {"42"}}
	w := work{visit: v.Input}
	questions, _ := w.asked()
	for _, q := range questions {
		if urgent(q) {
			fields.Set("q-"+string(q.ID), "no")
		}
	}
	for _, g := range s.questionGroups(questions, s.questionRows(questions, w, answersForm{}), answersForm{}) {
		fields.Set("none-"+g.Key, "1")
	}
	return fields
}

var signedConsents = url.Values{"c-treatment": {"given"}, "c-data": {"given"}, "c-marketing": {"refused"}, "c-learning": {"refused"}, "signed": {"Kim Sun"}}

func TestTheWholeIntakeWorksWithoutScript(t *testing.T) {
	x := newByLink(t)
	x.want("GET", "", nil, 200, "Wednesday, 6 May 2026, 11:00 (Berlin time, CEST)")
	x.want("GET", "", nil, 200, "do not go on: call "+knead.EmergencyNumber+".") // the practice has set none
	x.want("POST", "/paint", url.Values{"say": {"right low back"}, "say-level": {"6"}}, 200, "ow back")
	x.want("POST", "/questions", nil, 303, "/questions")
	x.want("POST", "/answers", url.Values{"asked": {"1"}}, 422, `id="problem"`)
	x.want("POST", "/answers", x.noToAll(), 303, "/about")
	x.want("POST", "/about", url.Values{}, 422, "None of these")
	about := url.Values{
		"conditions": {"Asthma\nHay fever"}, "medicines": {"ibuprofen"}, "wishes": {"1"}, "pressure": {"2"}, "can": {"supine", "side-lying"}, "technique": {"swedish"},
		"emergency": {"Jo Sun"}, "m.nprs-now.now": {"4"}, "m.psfs.1.words": {"climb stairs"}, "m.psfs.1": {"3"}, "m.psfs.2": {"9"},
	}
	x.want("POST", "/about", about, 303, "/consent")
	x.want("POST", "/consent", url.Values{"c-treatment": {"given"}}, 422, "choose one of the two")
	x.want("POST", "/consent", signedConsents, 303, "/done")
	x.want("GET", "/done", nil, 200, "Thank you")

	ctx := context.Background()
	v := x.record()
	if v.State != knead.VisitReady || v.Input.Preferences.Pressure != 2 || !slices.Equal(v.Input.Client.Medicines, []string{"ibuprofen"}) || len(v.Input.Preferences.Positions) != 2 {
		t.Errorf("the visit: state %s, %+v, medicines %v", v.State, v.Input.Preferences, v.Input.Client.Medicines)
	}
	c, err := x.house.Client(ctx, x.owner, x.client)
	if err != nil || !slices.Equal(c.Profile.Conditions, []string{"Asthma", "Hay fever"}) || c.Profile.Emergency.Name != "Jo Sun" {
		t.Errorf("the client: %+v, error %v", c.Profile, err)
	}
	measures, err := x.house.Measures(ctx, x.owner, x.client)
	if err != nil || len(measures) != 2 {
		t.Fatalf("measures %+v, error %v; want pain and one activity", measures, err)
	}
	for _, m := range measures {
		if m.Instrument == "psfs" && (len(m.Answers) != 2 || m.Answers["1"] != "3" || m.Answers[practice.ActivityOf(1)] != "climb stairs") {
			t.Errorf("activities: %v; a number without a thing says nothing", m.Answers)
		}
	}
	links, err := x.house.Links(ctx, x.owner, x.client)
	if err != nil || links[0].Done == 0 {
		t.Errorf("the link is not marked as done: %+v, error %v", links, err)
	}
}

func TestTheTimeOfAVisitNamesItsZoneOnce(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	for zone, want := range map[string]string{
		"UTC":               "Wednesday, 6 May 2026, 09:00 (UTC)",
		"Europe/Berlin":     "Wednesday, 6 May 2026, 11:00 (Berlin time, CEST)",
		"America/Sao_Paulo": "Wednesday, 6 May 2026, 06:00 (Sao Paulo time, UTC-03)",
	} {
		v := knead.VisitRecord{Starts: knead.InstantOf(time.Date(2026, 5, 6, 9, 0, 0, 0, time.UTC)), Zone: zone}
		if got := s.when(v); got != want {
			t.Errorf("when in %s: %q, want %q", zone, got, want)
		}
	}
}

func TestWhatIsTypedIsKeptAndAHalfAnsweredGroupIsNoAnswer(t *testing.T) {
	x := newByLink(t)
	x.want("POST", "/paint", url.Values{"say": {"right low back"}}, 200, "")
	x.want("POST", "/keep", url.Values{"step": {"questions"}, "asked": {"1"}, "q-g1": {"no"}, "u-g9": {"not-sure"}}, 204, "")
	v := x.record()
	if len(v.Input.Answers) != 2 || v.Input.Answers["g1"].Value != screen.No || v.Asked {
		t.Errorf("kept: %v, asked %v; want the two that were given, and nothing sent", v.Input.Answers, v.Asked)
	}
	x.want("POST", "/keep", url.Values{"step": {"questions"}, "q-g1": {"no"}}, 204, "")
	if got := x.record().Input.Answers; len(got) != 1 {
		t.Errorf("after the tick was taken back: %v", got)
	}
	x.want("POST", "/keep", url.Values{"step": {"about"}, "conditions": {"Asthma"}}, 204, "")
	x.want("POST", "/keep", url.Values{"step": {"consent"}, "c-data": {"given"}, "signature": {"M1 1L2 2"}}, 204, "")
	x.want("GET", "/about", nil, 200, "Asthma</textarea>")
	if page := x.want("GET", "/consent", nil, 200, ""); strings.Contains(page, "M1 1L2 2") {
		t.Error("a signature is kept before it is given")
	}
	c, err := x.house.Client(context.Background(), x.owner, x.client)
	if err != nil || len(c.Profile.Conditions) > 0 {
		t.Errorf("what was only typed is in the chart: %v, error %v", c.Profile.Conditions, err)
	}
	x.want("POST", "/keep", url.Values{"step": {"about"}, "conditions": {strings.Repeat("x", 30<<10)}}, 422, "")
	x.want("POST", "/keep", url.Values{"step": {"elsewhere"}}, 404, "")
}

func TestAReturningClientIsShownWhatHoldsOnAndItIsNoted(t *testing.T) {
	x := newByLink(t)
	ctx := context.Background()
	x.want("POST", "/paint", url.Values{"say": {"right low back"}}, 200, "")
	first := x.noToAll()
	first.Set("q-g19", "yes") // an allergy stays
	x.want("POST", "/answers", first, 303, "/about")
	firstVisit := x.visit

	var err error
	x.visit, err = x.house.OpenVisit(ctx, x.owner, knead.VisitRecord{Client: x.client, Therapist: x.owner.Member, Starts: knead.InstantOf(x.now.Add(9 * 24 * time.Hour))})
	if err != nil {
		t.Fatal(err)
	}
	x.link = x.invite(x.visit)
	x.want("POST", "/paint", url.Values{"do": {"last"}}, 200, "ow back")
	if v := x.record(); v.Intake.Drawn != firstVisit {
		t.Errorf("the drawing is not noted as that of the first visit: %+v", v.Intake)
	}
	page := x.want("GET", "/questions", nil, 200, "6 May 2026")
	for _, id := range []string{"g1", "g6", "g27", "l1"} {
		if !strings.Contains(page, `name="q-`+id+`"`) {
			t.Errorf("%s is not asked again", id)
		}
	}
	for _, id := range []string{"g9", "g19", "l4"} {
		if strings.Contains(page, `name="q-`+id+`"`) {
			t.Errorf("%s is asked again", id)
		}
	}
	again := url.Values{"asked": {"1"}, "age": {"42"}, "none-g0": {"1"}, "none-g1": {"1"}}
	for _, id := range []string{"g1", "g2", "g3", "g4", "g5", "g29", "l1", "l2", "hp1"} {
		again.Set("q-"+id, "no")
	}
	x.want("POST", "/answers", again, 422, "say whether anything has changed")
	if got := x.record().Input.Answers["g19"]; got.Value != screen.Unanswered {
		t.Errorf("without a word on changes, g19 is %v", got.Value)
	}
	again.Set("changed", "no")
	x.want("POST", "/answers", again, 303, "/about")
	v := x.record()
	if got := v.Input.Answers["g19"]; got.Value != screen.Yes || v.Intake.Carried["g19"].Visit != firstVisit {
		t.Errorf("g19 is %v, carried from %+v; want the yes of the first visit", got.Value, v.Intake.Carried["g19"])
	}
	if _, carried := v.Intake.Carried["g1"]; carried || v.State != knead.VisitReady {
		t.Errorf("g1 carried: %v, state %s", carried, v.State)
	}
	// With another place its questions come, and the visit waits for them.
	x.want("POST", "/paint", url.Values{"say": {"left calf"}}, 200, "alf")
	if state := x.record().State; state != knead.VisitIntake {
		t.Errorf("with a new place the visit is %s", state)
	}
	x.want("GET", "/questions", nil, 200, `name="q-c1"`)
	again.Set("changed", "yes")
	x.want("POST", "/answers", again, 422, "all questions once")
	if v := x.record(); len(v.Intake.Carried) > 0 || v.Input.Answers["g19"].Value != screen.Unanswered {
		t.Errorf("after a change something still holds on: %v", v.Intake.Carried)
	}
	x.want("GET", "/questions", nil, 200, `name="q-g19"`)
}

func TestAnEmergencyByLinkTellsThePracticeAndIsShownAgain(t *testing.T) {
	x := newByLink(t)
	x.want("POST", "/paint", url.Values{"say": {"right low back"}}, 200, "")
	x.want("POST", "/questions", nil, 303, "")
	x.want("POST", "/answers", url.Values{"asked": {"1"}, "now": {"1"}, "q-g1": {"yes"}}, 200, "stop emergency")
	x.want("GET", "", nil, 200, x.link+"/answers")
	page := x.want("GET", "/answers", nil, 200, "stop emergency")
	if strings.Contains(page, `name="look"`) {
		t.Error("a client may look at the ranking")
	}
	list, err := x.house.Inbox(context.Background(), x.owner)
	if err != nil || len(list) != 1 || list[0].Kind != "stopped" {
		t.Errorf("inbox %+v, error %v", list, err)
	}
	x.want("POST", "/questions", url.Values{"back": {"1"}}, 303, "/questions")
	x.want("GET", "/answers", nil, 303, "/questions")
}

func TestConsentKeepsTheWordsAsShownAndTheChoices(t *testing.T) {
	x := newByLink(t)
	ctx := context.Background()
	x.want("POST", "/paint", url.Values{"say": {"right low back"}}, 200, "")
	x.want("POST", "/paint", url.Values{"say": {"left buttock"}}, 200, "")
	x.want("POST", "/answers", x.noToAll(), 303, "/about")
	x.want("POST", "/about", url.Values{"none": {"1"}}, 303, "/consent")
	page := x.want("GET", "/consent", nil, 200, `name="area-buttock" value="drape" checked`)
	if strings.Contains(page, `value="given" checked`) {
		t.Error("something is agreed to before anybody said so")
	}
	form := url.Values{}
	for k, v := range signedConsents {
		form[k] = v
	}
	form.Set("area-low-back", "no")
	form.Set("edition-data", "of yesterday")
	x.want("POST", "/consent", form, 422, "words have changed")
	form.Del("edition-data")
	form.Set("without", "trigger-point")
	form.Set("signature", `M1 1"/><script>`)
	x.want("POST", "/consent", form, 422, "could not be read")
	form.Set("signature", "M10 10L20 20")
	form.Del("signed")
	x.want("POST", "/consent", form, 303, "/done")
	acts, err := x.house.Consents(ctx, x.owner, x.client)
	if err != nil || len(acts) != 4 {
		t.Fatalf("acts %+v, error %v", acts, err)
	}
	a := acts[0]
	if a.SignedName != "Kim Sun" || a.Signature != "M10 10L20 20" || !slices.Contains(a.Scope.NotAreas, "low-back") || !slices.Contains(a.Scope.Draped, "buttock") || !slices.Equal(a.Scope.Without, []string{"trigger-point"}) {
		t.Errorf("the treatment as agreed: %+v", a)
	}
	for _, words := range []string{"You can say stop at any time", "Low back: Leave out", "Buttocks: Over the sheet only", "I agree."} {
		if !strings.Contains(a.Words, words) {
			t.Errorf("the words lack %q:\n%s", words, a.Words)
		}
	}
	low, _ := knead.AreaByID("low-back")
	v := x.record()
	var alone body.Set
	for _, p := range v.Input.Preferences.Avoid {
		alone = alone.Union(p.Cells)
	}
	if lost := low.Cells().Minus(alone).Len(); lost > 0 {
		t.Errorf("%d cells of the low back are still planned", lost)
	}
	x.want("GET", "/consent", nil, 200, "Nothing has to be asked again")
	if w := x.atTable.ask("GET", x.at(), "", ""); !strings.Contains(w.Body.String(), "Stays out:") {
		t.Error("the therapist is not told what stays out")
	}

	// Other words, and it is asked again; nothing else is.
	if err := x.house.ChangePractice(ctx, x.owner, 0, func(p *knead.Practice) error { p.Settings.RetentionYears = 12; return nil }); err != nil {
		t.Fatal(err)
	}
	page = x.want("GET", "/consent", nil, 200, `name="c-data"`)
	if strings.Contains(page, `name="c-treatment"`) || strings.Contains(page, `name="c-marketing"`) {
		t.Error("what did not change is asked again")
	}
	x.want("POST", "/paint", url.Values{"say": {"left calf"}}, 200, "alf")
	x.want("GET", "/consent", nil, 200, `name="area-lower-leg"`)
}

func TestConsentIsTakenBackByLinkAtTheTableAndByAMember(t *testing.T) {
	x := newByLink(t)
	ctx := context.Background()
	x.want("POST", "/paint", url.Values{"say": {"right low back"}}, 200, "")
	x.want("POST", "/answers", x.noToAll(), 303, "/about")
	x.want("POST", "/consent", signedConsents, 303, "/done")
	given := func(kind knead.ConsentKind) bool {
		acts, err := x.house.Consents(ctx, x.owner, x.client)
		if err != nil {
			t.Fatal(err)
		}
		state := knead.Consents(acts, nil)[kind]
		return state.Last.Act == knead.ConsentGiven
	}
	w := x.atTable.ask("POST", x.at()+"/consent", "application/x-www-form-urlencoded", "act=withdrawn&area=belly")
	if w.Code != 303 || !given(knead.ConsentTreatment) {
		t.Errorf("one place is taken back: %d, the rest given: %v", w.Code, given(knead.ConsentTreatment))
	}
	if _, err := x.house.ChangeVisit(ctx, x.owner, x.visit, func(v *knead.VisitRecord) error { v.State = knead.VisitStarted; return nil }); err != nil {
		t.Fatal(err)
	}
	x.want("GET", "/paint", nil, 303, "")
	x.want("POST", "/about", url.Values{"none": {"1"}}, 409, "has begun")
	x.want("GET", "", nil, 200, x.link+"/consent")
	r := httptest.NewRequest("POST", x.at()+"/consent", strings.NewReader("act=withdrawn"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Cookie", "knead="+x.cookie)
	rec := httptest.NewRecorder()
	x.door.ServeHTTP(rec, r)
	if rec.Code != 204 || given(knead.ConsentTreatment) {
		t.Errorf("taken back at the table: %d, still given: %v", rec.Code, given(knead.ConsentTreatment))
	}
	x.want("POST", "/consent", url.Values{"act": {"withdrawn"}, "kind": {"marketing"}}, 303, "/consent")
	w = x.atTable.ask("POST", "/clients/"+string(x.client)+"/consent", "application/x-www-form-urlencoded", "act=withdrawn&kind=data")
	if w.Code != 303 || given(knead.ConsentData) {
		t.Errorf("taken back on the client's page: %d, still given: %v", w.Code, given(knead.ConsentData))
	}
	for _, wrong := range []string{"act=withdrawn&kind=soul", "act=withdrawn&area=aura", "act=given&kind=data"} {
		if w = x.atTable.ask("POST", "/clients/"+string(x.client)+"/consent", "application/x-www-form-urlencoded", wrong); w.Code != 422 {
			t.Errorf("%s: %d, want 422", wrong, w.Code)
		}
	}
}

func TestTheTouchMapWorksWithoutScript(t *testing.T) {
	x := newByLink(t)
	x.want("POST", "/touch", url.Values{"kind": {"avoid"}, "r": {"knee-front:left"}, "do": {"list"}}, 200, "Do not touch")
	x.want("POST", "/touch", url.Values{"kind": {"ask-first"}, "say": {"right low back"}, "do": {"say"}}, 200, "Ask me first")
	x.want("POST", "/touch", url.Values{"kind": {"avoid"}, "say": {"the left flugelhorn"}, "do": {"say"}}, 422, `id="say-err"`)
	x.want("POST", "/touch", url.Values{"done": {"1"}}, 303, "/about")
	page := x.want("GET", "/about", nil, 200, "Do not touch:")
	if !strings.Contains(page, "Ask me first:") {
		t.Error("the place to ask about is not read back")
	}
	x.want("POST", "/touch", url.Values{"remove": {"0"}}, 200, "Ask me first")
	c, err := x.house.Client(context.Background(), x.owner, x.client)
	if err != nil || len(c.Profile.Touch) != 1 || c.Profile.Touch[0].Kind != knead.TouchAskFirst {
		t.Errorf("after one was removed: %+v, error %v", c.Profile.Touch, err)
	}
}

// The presses that a healthy client with two painful places cannot go without: begin, two
// places, next, each urgent question, each 'none of these', next, nothing to add, two
// consents, a signature, done. A few places lie in two areas, such as head and neck: there
// the urgent questions are more.
func TestTwoPainfulPlacesNeedAtMostThirtyPresses(t *testing.T) {
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	var places []body.Set
	for _, r := range body.Regions() {
		if cells := body.Skin().RegionCells(r.ID, body.Right); cells.Len() > 0 {
			places = append(places, cells)
		}
	}
	worst, all, more := 0, 0, 0.0
	for i, a := range places {
		for j := range i {
			questions := screen.Questions(a.Union(places[j]), screen.Client{Age: 42})
			rows := s.questionRows(questions, work{}, answersForm{})
			presses := 1 + 2 + 1 + 1 + 1 + 2 + 1 + 1 + len(s.questionGroups(questions, rows, answersForm{}))
			for _, row := range rows {
				if row.Urgent {
					presses++
				}
			}
			all++
			if presses > 30 {
				more++
			}
			worst = max(worst, presses)
		}
	}
	if worst > 33 || worst < 20 || more/float64(all) > 0.01 {
		t.Errorf("up to %d presses, more than 30 for %v of %d pairs; want at most 33, and 30 for all but one in a hundred", worst, more, all)
	}
}
