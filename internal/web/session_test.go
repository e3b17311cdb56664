package web

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
	"knead/plan"
)

// atTable is the workspace with a client who is ready, and the therapist's browser.
type atTable struct {
	t      *testing.T
	house  *practice.House
	owner  practice.Actor
	door   http.Handler
	cookie string
	client knead.ClientID
	visit  knead.VisitID
	now    time.Time
}

const tablePassword = "seven warm stones in a row"

func newAtTable(t *testing.T, agreed bool) *atTable {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	x := &atTable{t: t, now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	x.house = practice.New(practice.Options{Store: st, Now: func() time.Time { return x.now }})
	if x.owner, err = x.house.SetUp(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@example.org", Password: tablePassword}); err != nil {
		t.Fatal(err)
	}
	routes, err := NewWithRecord(Record{House: x.house})
	if err != nil {
		t.Fatal(err)
	}
	x.door = server.Chassis(routes, server.Options{Addr: "192.0.2.1:80", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})
	x.signIn()
	if x.client, err = x.house.AddClient(ctx, x.owner, knead.Client{Name: "Kim Sun", Born: "1984-03-10"}); err != nil {
		t.Fatal(err)
	}
	if x.visit, err = x.house.OpenVisit(ctx, x.owner, knead.VisitRecord{Client: x.client, Therapist: x.owner.Member, Starts: knead.InstantOf(x.now)}); err != nil {
		t.Fatal(err)
	}
	in, err := knead.ReadVisit([]byte(`{"marks":[{"where":"inside edge of the right shoulder blade","level":6,"quality":"aching"},{"where":"both calves","level":4}],"answers":"all-no","client":{"age":41},"minutes":60}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.house.ChangeVisit(ctx, x.owner, x.visit, func(v *knead.VisitRecord) error { v.Input, v.Asked = in, true; return nil }); err != nil {
		t.Fatal(err)
	}
	if agreed {
		x.agree()
	}
	return x
}

func (x *atTable) signIn() {
	x.t.Helper()
	var err error
	if x.cookie, _, err = x.house.SignIn(context.Background(), x.owner.Practice, practice.Proof{Email: "noor@example.org", Password: tablePassword, From: netip.MustParseAddr("192.0.2.7")}); err != nil {
		x.t.Fatal(err)
	}
}

func (x *atTable) agree() {
	x.t.Helper()
	agreeTo(x.t, x.house, x.owner, x.visit, func(scope *knead.ConsentScope) {
		scope.NotAreas, scope.Draped, scope.Without = []string{"groin"}, []string{"buttock"}, []string{"thai"}
	})
}

// agreeTo signs the consents that a visit needs: all areas and techniques that change does
// not take out, and the risk as the screening says it.
func agreeTo(t *testing.T, h *practice.House, by practice.Actor, visit knead.VisitID, change func(*knead.ConsentScope)) {
	t.Helper()
	ctx := context.Background()
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	of, err := h.Practice(ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.Visit(ctx, by, visit)
	if err != nil {
		t.Fatal(err)
	}
	a, err := knead.Assess(v.Input)
	if err != nil {
		t.Fatal(err)
	}
	need := knead.NeedOf(v.Input, a)
	scope := knead.ConsentScope{Level: need.Level, Rules: need.Rules}
	change(&scope)
	for _, area := range knead.ConsentAreas() {
		if !slices.Contains(scope.NotAreas, area.ID) && !slices.Contains(scope.Draped, area.ID) {
			scope.Areas = append(scope.Areas, area.ID)
		}
	}
	for _, technique := range atlas.Standard().Techniques {
		scope.Techniques = append(scope.Techniques, string(technique.ID))
	}
	editions := s.consentEditions(of)
	err = h.AddConsents(ctx, by, v.Client, []knead.Consent{
		{Kind: knead.ConsentTreatment, Act: knead.ConsentGiven, Edition: editions[knead.ConsentTreatment], Words: "I agree", SignedName: "Kim Sun", Scope: scope},
		{Kind: knead.ConsentData, Act: knead.ConsentGiven, Edition: editions[knead.ConsentData], Words: "I agree", SignedName: "Kim Sun"},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (x *atTable) ask(method, path, kind, body string) *httptest.ResponseRecorder {
	x.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if x.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "knead", Value: x.cookie})
	}
	w := httptest.NewRecorder()
	x.door.ServeHTTP(w, r)
	return w
}

func (x *atTable) at() string { return "/visits/" + string(x.visit) }

func (x *atTable) page() string {
	x.t.Helper()
	w := x.ask("GET", x.at()+"/session", "", "")
	if w.Code != http.StatusOK {
		x.t.Fatalf("GET session: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// tap presses a key as a browser without script does.
func (x *atTable) tap(key string, more ...string) {
	x.t.Helper()
	x.now = x.now.Add(10 * time.Second)
	fields := url.Values{"tap": {key}}
	if m := regexp.MustCompile(`name="step" value="([^"]*)"`).FindStringSubmatch(x.page()); m != nil {
		fields.Set("step", m[1])
	}
	for i := 0; i < len(more); i += 2 {
		fields.Set(more[i], more[i+1])
	}
	if w := x.ask("POST", x.at()+"/session", "application/x-www-form-urlencoded", fields.Encode()); w.Code != http.StatusSeeOther {
		x.t.Fatalf("tap %s: %d %s", key, w.Code, w.Body)
	}
}

func (x *atTable) begin() {
	x.t.Helper()
	if w := x.ask("POST", x.at()+"/begin", "application/x-www-form-urlencoded", ""); w.Code != http.StatusSeeOther || w.Header().Get("Location") != x.at()+"/session" {
		x.t.Fatalf("begin: %d %s", w.Code, w.Body)
	}
}

func (x *atTable) session() (practice.SessionRecord, knead.Session) {
	x.t.Helper()
	r, err := x.house.SessionLog(context.Background(), x.owner, x.visit)
	if err != nil {
		x.t.Fatal(err)
	}
	return r, knead.RunSession(r.Plan, r.Events)
}

func mode(page string) string {
	if m := regexp.MustCompile(`data-mode="([a-z]*)"`).FindStringSubmatch(page); m != nil {
		return m[1]
	}
	return ""
}

func TestASessionWithoutConsentSaysWhatIsMissing(t *testing.T) {
	x := newAtTable(t, false)
	for _, w := range []*httptest.ResponseRecorder{
		x.ask("GET", x.at()+"/session", "", ""),
		x.ask("POST", x.at()+"/begin", "application/x-www-form-urlencoded", ""),
	} {
		if !strings.Contains(w.Body.String(), x.at()+"/consent") {
			t.Errorf("%d: the page does not lead to the consent", w.Code)
		}
	}
	if r, _ := x.session(); r.Visit.State == knead.VisitStarted {
		t.Error("the session began without a consent")
	}
	x.agree()
	x.begin()
	x.begin() // pressed twice
	if r, _ := x.session(); r.Visit.State != knead.VisitStarted {
		t.Errorf("the visit is %q", r.Visit.State)
	}
}

func TestAWholeSessionRunsWithoutScript(t *testing.T) {
	x := newAtTable(t, true)
	x.begin()
	if m := mode(x.page()); m != "begin" {
		t.Errorf("the first keys are %q", m)
	}
	x.tap("begin")
	if p := x.page(); !strings.Contains(p, `value="pain-before 0 7" aria-pressed="false"`) {
		t.Errorf("on arrival nobody asks how much it hurts")
	}
	x.tap("pain-before 0 7")
	x.tap("done")
	if m := mode(x.page()); m != "ask" {
		t.Errorf("at a new region the keys are %q", m)
	}
	x.tap("comfort 7")
	_, s := x.session()
	if a := s.Steps[1]; len(a.Comfort) != 1 || a.Pressure != a.Step.Pressure-1 || a.Begun == 0 {
		t.Errorf("after 'softer' the step is %+v", a)
	}
	x.tap("firmer")
	x.tap("undo")
	if _, s = x.session(); s.Steps[1].Pressure != s.Steps[1].Step.Pressure-1 {
		t.Errorf("the last tap was not taken back: pressure %d", s.Steps[1].Pressure)
	}
	x.tap("pause")
	if m := mode(x.page()); m != "paused" {
		t.Errorf("a paused session has the keys %q", m)
	}
	x.tap("resume")
	x.tap("add", "place", "shin", "side", "left", "technique", "swedish", "minutes", "3")
	x.tap("done")
	if p := x.page(); mode(p) != "ask" || !strings.Contains(p, "Left upper shin") {
		t.Errorf("the step that was added is not next: %s", mode(p))
	}
	x.tap("not-here")
	x.tap("stop dizzy")
	p := x.page()
	if mode(p) != "stopped" || !strings.Contains(p, "Let the client lie still") {
		t.Errorf("a stop shows %q", mode(p))
	}
	x.tap("unstop")
	for range 80 {
		switch mode(x.page()) {
		case "ask":
			x.tap("comfort 3")
		case "begin":
			x.tap("begin")
		case "run":
			x.tap("done")
		}
	}
	x.tap("pain-after 0 2")
	x.tap("remark", "text", "slept well after")
	x.tap("end")
	r, s := x.session()
	if r.Visit.State != knead.VisitEnded || len(s.PainAfter) != 1 || s.PainAfter[0].Level != 2 || len(s.Remarks) != 1 {
		t.Errorf("the visit is %q with pain %v and remarks %v", r.Visit.State, s.PainAfter, s.Remarks)
	}
	outcomes := x.see("/clients/"+string(r.Visit.Client)+"/outcomes", http.StatusOK)
	for _, want := range []string{": on arrival", ": after the session", "<td>7</td>", "<td>2</td>"} {
		if !strings.Contains(outcomes, want) {
			t.Errorf("the outcomes do not say %q", want)
		}
	}
	for _, a := range s.Steps {
		if !a.Done && !a.Skipped && !a.Withdrawn {
			t.Errorf("step %s is still open", a.Step.ID)
		}
	}
	if p := x.page(); mode(p) != "ended" || !strings.Contains(p, x.at()+"/note") {
		t.Errorf("after the end the page shows %q", mode(p))
	}
	x.tap("unend")
	if r, _ := x.session(); r.Visit.State != knead.VisitStarted {
		t.Errorf("after the end was taken back the visit is %q", r.Visit.State)
	}
}

func TestAKeyThatWasPressedTwiceCountsOnce(t *testing.T) {
	x := newAtTable(t, true)
	x.begin()
	x.tap("begin")
	fields := url.Values{"tap": {"done"}, "step": {"arrive"}}.Encode()
	for range 2 {
		x.now = x.now.Add(time.Second)
		x.ask("POST", x.at()+"/session", "application/x-www-form-urlencoded", fields)
	}
	if r, _ := x.session(); len(r.Events) != 2 {
		t.Errorf("%d events after 'done' was sent twice, want the beginning and one end", len(r.Events))
	}
}

func TestADeviceGetsTheLogAndOnlyWhenItLacksSomething(t *testing.T) {
	x := newAtTable(t, true)
	x.begin()
	send := func(have int, body string) (int, map[string]json.RawMessage) {
		w := x.ask("POST", fmt.Sprintf("%s/session/events?have=%d", x.at(), have), "application/json", body)
		var m map[string]json.RawMessage
		if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
			t.Fatalf("%d %s: %v", w.Code, w.Body, err)
		}
		return w.Code, m
	}
	event := func(n int) string {
		return fmt.Sprintf(`{"id":"00000000-0000-4000-8000-%012x","device":"tablet","at":%d,"seq":%d,"kind":"consent-withdrawn","text":"left calf"}`, n, knead.InstantOf(x.now), n)
	}
	code, m := send(1, `{"events":[`+event(1)+`]}`)
	if _, log := m["log"]; code != 200 || log || string(m["count"]) != "1" {
		t.Errorf("who has everything gets %d %s", code, m)
	}
	code, m = send(1, `{"events":[`+event(2)+`]}`) // it does not know of the first
	if code != 200 || !strings.Contains(string(m["log"]), "000000000001") || !strings.Contains(string(m["places"]), "calf-inner") {
		t.Errorf("who lacks something gets %d %s", code, m)
	}
	for name, c := range map[string]struct {
		body string
		code int
	}{
		"an unknown key":   {`{"events":[],"more":1}`, 422},
		"no JSON":          {`tap=done`, 422},
		"an event of 2099": {`{"events":[{"id":"00000000-0000-4000-8000-000000000009","device":"t","at":4070908800000000,"seq":0,"kind":"start"}]}`, 422},
	} {
		if code, m := send(2, c.body); code != c.code || string(m["why"]) != `"refused"` {
			t.Errorf("%s: %d %s", name, code, m)
		}
	}
	if err := x.house.Lock(context.Background(), x.lockedActor()); err != nil {
		t.Fatal(err)
	}
	if code, m := send(2, `{"events":[]}`); code != 423 || string(m["why"]) != `"locked"` {
		t.Errorf("on a locked screen: %d %s", code, m)
	}
	x.cookie = ""
	if code, m := send(2, `{"events":[]}`); code != 401 || string(m["why"]) != `"gone"` {
		t.Errorf("when nobody is signed in: %d %s", code, m)
	}
	if w := x.ask("GET", x.at()+"/session", "", ""); w.Code != http.StatusSeeOther {
		t.Errorf("nobody gets the page: %d", w.Code)
	}
}

func (x *atTable) lockedActor() practice.Actor {
	by, _, err := x.house.Resume(context.Background(), x.cookie)
	if err != nil {
		x.t.Fatal(err)
	}
	return by
}

func TestTheSessionOfAnotherPracticeIsNotFound(t *testing.T) {
	x, y := newAtTable(t, true), newAtTable(t, true)
	x.begin()
	y.begin()
	for _, w := range []*httptest.ResponseRecorder{
		y.ask("GET", x.at()+"/session", "", ""),
		y.ask("GET", x.at()+"/session/watch", "", ""),
		y.ask("POST", x.at()+"/begin", "application/x-www-form-urlencoded", ""),
		y.ask("POST", x.at()+"/session", "application/x-www-form-urlencoded", "tap=pause"),
		y.ask("POST", x.at()+"/session/events", "application/json", `{"events":[]}`),
	} {
		if w.Code != http.StatusNotFound {
			t.Errorf("got %d %s, want 404", w.Code, w.Body)
		}
	}
}

func TestTheSessionPageHasNoInlineCodeAndNoMissingWords(t *testing.T) {
	x := newAtTable(t, true)
	x.begin()
	p := x.page()
	if found := regexp.MustCompile(`(?i)<script(?:[^>]*[^>c])?>[^<]|\sstyle=|\son[a-z]+=|<style`).FindString(p); found != "" {
		t.Errorf("inline code: %s", found)
	}
	if found := regexp.MustCompile(`>\[[a-z]+(\.[a-z0-9-]+)+\]|\{[0-9]\}<|<no value>`).FindString(p); found != "" {
		t.Errorf("a word is missing: %s", found)
	}
	for _, held := range []string{"Not to be touched: groin", "Over the sheet only: buttocks", "Not wanted: Thai"} {
		if !strings.Contains(p, held) {
			t.Errorf("the screen does not say %q", held)
		}
	}
	if strings.Contains(p, `"groin right"`) {
		t.Error("a step can be added where the client does not want to be touched")
	}
	if !strings.Contains(p, `data-theme="dark"`) || !strings.Contains(x.ask("GET", x.at()+"/session?theme=light", "", "").Body.String(), `data-theme="light"`) {
		t.Error("the page is dark unless somebody asks for light")
	}
}

func TestTheServiceWorkerStandsAtItsOwnAddress(t *testing.T) {
	x := newAtTable(t, false)
	w := x.ask("GET", "/sw.js", "", "")
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestEveryAreaCanBeTakenOutOfASessionInWords(t *testing.T) {
	for _, r := range body.Regions() {
		for _, side := range []*body.Side{nil, new(body.Right), new(body.Left)} {
			x := plan.Step{ID: "x", Kind: plan.Work, Regions: []body.RegionID{r.ID}, Side: side}
			words := areaWords(x)
			var found body.Set
			for _, text := range words {
				place, err := body.Find(text)
				if err != nil {
					t.Errorf("%s: %q: %v", r.ID, text, err)
				}
				found = found.Union(place.Cells)
			}
			if missing := stepCells(x).Minus(found).Len(); missing*2 > stepCells(x).Len() {
				t.Errorf("%s: %q leaves out %d of %d cells", r.ID, words, missing, stepCells(x).Len())
			}
		}
	}
}

func TestEveryPlaceThatCanBeAddedIsUnderstood(t *testing.T) {
	places := addPlaces()
	if len(places) < 200 {
		t.Errorf("only %d places can be added", len(places))
	}
	for key, place := range places {
		words := place.words
		e := knead.SessionEvent{ID: "00000000-0000-4000-8000-000000000001", Device: "d", At: vectorStart, Kind: knead.EventAdd, Step: "a", Text: words, Technique: "swedish", Value: 5}
		if err := e.Check(); err != nil {
			t.Errorf("%s: %q: %v", key, words, err)
		}
	}
}
