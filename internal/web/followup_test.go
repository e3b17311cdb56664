package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/internal/practice"
	"knead/outcome"
)

const formKind = "application/x-www-form-urlencoded"

// see reads a page, which must be whole, without inline code and without missing words.
func (x *atTable) see(path string, status int) string {
	x.t.Helper()
	return x.whole("GET "+path, x.ask("GET", path, "", "").Body.String(), x.ask("GET", path, "", "").Code, status)
}

func (x *atTable) send(path string, status int, fields url.Values) (page, location string) {
	x.t.Helper()
	w := x.ask("POST", path, formKind, fields.Encode())
	if status == http.StatusSeeOther {
		if w.Code != status {
			x.t.Fatalf("POST %s: %d %s", path, w.Code, w.Body)
		}
		return "", w.Header().Get("Location")
	}
	return x.whole("POST "+path, w.Body.String(), w.Code, status), ""
}

var inlineCode = regexp.MustCompile(`(?i)<script(?:[^>]*[^>c])?>[^<]|\sstyle=|\son[a-z]+=|<style`)

func (x *atTable) whole(what, page string, code, status int) string {
	x.t.Helper()
	if code != status || status < 400 && !strings.Contains(page, "</html>") {
		x.t.Fatalf("%s: %d, want %d\n%.800s", what, code, status, page)
	}
	if found := inlineCode.FindString(page); found != "" {
		x.t.Errorf("%s: inline code: %q", what, found)
	}
	text := regexp.MustCompile(`data-words="[^"]*"`).ReplaceAllString(page, "")
	if found := regexp.MustCompile(`\[(trend|overtime|compare|course|measure|summary|checkin|alert|incident|before|visit)\.[a-z0-9.-]+\]|<no value>|\{[0-9]\}`).FindString(text); found != "" {
		x.t.Errorf("%s: a text is missing: %q", what, found)
	}
	return page
}

// pass lets time go by. The screen of whoever is signed in locks meanwhile.
func (x *atTable) pass(d time.Duration) {
	x.t.Helper()
	x.now = x.now.Add(d)
	if x.cookie != "" {
		x.signIn()
	}
}

// treat runs the session of the visit to its end, an hour later.
func (x *atTable) treat() {
	x.t.Helper()
	x.begin()
	r, _ := x.session()
	ctx := context.Background()
	var events []knead.SessionEvent
	for i, step := range r.Plan.Steps {
		events = append(events, knead.SessionEvent{Device: "tablet", Seq: i, At: knead.InstantOf(x.now.Add(time.Duration(i) * time.Minute)), Kind: knead.EventBegin, Step: step.ID})
	}
	x.pass(time.Hour)
	events = append(events, knead.SessionEvent{Device: "tablet", Seq: len(events), At: knead.InstantOf(x.now), Kind: knead.EventEnd})
	if _, err := x.house.AddSessionEvents(ctx, x.owner, x.visit, events); err != nil {
		x.t.Fatal(err)
	}
}

func (x *atTable) checkinLink() string {
	x.t.Helper()
	page, _ := x.send(x.at()+"/link", http.StatusOK, url.Values{"purpose": {"checkin"}})
	m := regexp.MustCompile(`value="http://example\.com(/c/[^"]+)"`).FindStringSubmatch(page)
	if m == nil {
		x.t.Fatalf("no link of a check-in in the page:\n%.2000s", page)
	}
	return m[1]
}

func TestTheVisitSaysTheOneNextThing(t *testing.T) {
	x := newAtTable(t, true)
	main := regexp.MustCompile(`<(?:a|button) class="btn main[^"]*"(?: href="([^"]*)")?`)
	next := func(want string) string {
		t.Helper()
		page := x.see(x.at(), http.StatusOK)
		if all := main.FindAllStringSubmatch(page[strings.Index(page, "<main"):], -1); len(all) != 1 || all[0][1] != want {
			t.Errorf("the filled buttons are %q, want one that leads to %q", all, want)
		}
		return page
	}
	next(x.at() + "/assess")
	x.treat()
	page := next(x.at() + "/note")
	day, three := strings.Index(page, "A day after"), strings.Index(page, "Three days after")
	if day < 0 || three < day || strings.Contains(page, "not answered") {
		t.Errorf("the check-ins stand at %d and %d, want them as they come, and none called unanswered before its day", day, three)
	}
	x.pass(25 * time.Hour)
	if page := x.see(x.at(), http.StatusOK); strings.Count(page, "not answered") != 1 {
		t.Error("after a day one check-in is not answered, and the other is to come")
	}
}

func TestALinkSaysWhereNoPhoneReachesIt(t *testing.T) {
	for address, want := range map[string]bool{
		"http://localhost:8080/l/x": true, "http://127.0.0.1:8080/l/x": true, "http://[::1]/l/x": true,
		"https://knead.example/l/x": false, "http://192.168.1.4:8080/l/x": false, "https://localhost.example/l/x": false,
	} {
		if here(address) != want {
			t.Errorf("here(%q) is %t", address, !want)
		}
	}
}

func TestACheckinIsAnsweredOnAPhoneWithoutAnAccount(t *testing.T) {
	x := newAtTable(t, true)
	x.treat()
	link := x.checkinLink()
	x.cookie = "" // the client's phone
	x.pass(73 * time.Hour)
	page := x.see(link, http.StatusOK)
	for _, want := range []string{"How are you, Kim Sun?", `name="sign" value="g1"`, `name="soreness" value="10"`, `name="pain"`, `rows="8"`, "None of these", `name="home" value="worse"`, "In an emergency call " + knead.EmergencyNumber + "."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	page, _ = x.send(link, http.StatusUnprocessableEntity, url.Values{"message": {"It aches."}, "soreness": {"4"}})
	for _, want := range []string{`id="signs-err"`, "It aches.</textarea>", `name="soreness" value="4" checked`} {
		if !strings.Contains(page, want) {
			t.Errorf("after an answer was missing the page does not hold %q", want)
		}
	}
	whole := url.Values{"no-signs": {"1"}, "soreness": {"4"}, "since": {"worse"}, "effect": {"bruise", "numb-weak"}, "home": {"worse"}, "message": {"It aches."}}
	_, to := x.send(link, http.StatusSeeOther, whole)
	if to != link+"/thanks" {
		t.Fatalf("sent on to %q", to)
	}
	page = x.see(to, http.StatusOK)
	for _, want := range []string{"Thank you", "What is normal", "Your therapist will get in touch", "New numbness or weakness", "Cambron"} {
		if !strings.Contains(page, want) {
			t.Errorf("the thanks do not hold %q", want)
		}
	}
	x.signIn()
	page = x.see("/inbox", http.StatusOK)
	for _, want := range []string{"Signs of danger after a visit", "Sore longer than expected", "Worse after the visit", "It aches."} {
		if !strings.Contains(page, want) {
			t.Errorf("the inbox does not hold %q", want)
		}
	}
	if page := x.see(x.at(), http.StatusOK); !strings.Contains(page, "soreness 4 of 10, worse, exercises made it worse: ") {
		t.Error("the visit does not say what was answered")
	}
	r, _ := x.session()
	outcomes := "/clients/" + string(r.Visit.Client) + "/outcomes"
	page = x.see(outcomes, http.StatusOK)
	held := strings.Count(page, `value="again"`)
	if held == 0 || !strings.Contains(page, "An exercise made it worse at home.") || !strings.Contains(page, "before any is given again") {
		t.Errorf("%d exercises can be let in again, and the course does not say why they are left out", held)
	}
	_, rest, _ := strings.Cut(page, `name="exercise" value="`)
	id, _, _ := strings.Cut(rest, `"`)
	x.send("/clients/"+string(r.Visit.Client)+"/course", http.StatusSeeOther, url.Values{"do": {"again"}, "exercise": {id}})
	if got := strings.Count(x.see(outcomes, http.StatusOK), `value="again"`); got != held-1 {
		t.Errorf("%d exercises are left out after one of %d was let in again", got, held)
	}
}

func TestASignOfAnEmergencyIsAnsweredAtOnce(t *testing.T) {
	x := newAtTable(t, true)
	x.treat()
	link := x.checkinLink()
	x.cookie = ""
	page, _ := x.send(link, http.StatusUnprocessableEntity, url.Values{"now": {"1"}})
	if !strings.Contains(page, "Choose which one it is") {
		t.Error("asking what to do without a sign does not ask for the sign")
	}
	_, to := x.send(link, http.StatusSeeOther, url.Values{"now": {"1"}, "sign": {"g3"}, "no-signs": {"1"}}) // a tick and 'none' at once
	page = x.see(to, http.StatusOK)
	for _, want := range []string{"Call 112 now.", `href="tel:112"`, "trouble speaking", "Do not wait for them"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	_, to = x.send(link, http.StatusSeeOther, url.Values{"no-signs": {"1"}, "soreness": {"0"}, "since": {"same"}, "effect": {"fever"}})
	if page = x.see(to, http.StatusOK); !strings.Contains(page, "See a doctor today.") || strings.Contains(page, "Call 112 now.") {
		t.Error("a fever does not lead to a doctor today")
	}
}

func TestTheLinkOfACheckinOpensNothingElse(t *testing.T) {
	x := newAtTable(t, true)
	x.treat()
	link := x.checkinLink()
	intake, _, err := x.house.SendLink(context.Background(), x.owner, x.visit, practice.ForIntake)
	if err != nil {
		t.Fatal(err)
	}
	x.cookie = ""
	bearer := strings.TrimPrefix(link, "/c/")
	for _, path := range []string{"/l/" + bearer, "/l/" + bearer + "/paint", "/c/" + intake, "/c/" + bearer + "x", "/c/" + bearer + "/nothing"} {
		if w := x.ask("GET", path, "", ""); w.Code != http.StatusNotFound {
			t.Errorf("GET %.12s...: %d, want nothing found", path, w.Code)
		}
	}
	if page := x.see(link, http.StatusOK); strings.Contains(page, "desk-nav") || strings.Contains(page, "Check first") {
		t.Error("the client's page shows the workspace")
	}
}

// again opens another visit of the client, a week later, with a drawing.
func (x *atTable) again(level string) {
	x.t.Helper()
	ctx := context.Background()
	x.pass(7 * 24 * time.Hour)
	var err error
	if x.visit, err = x.house.OpenVisit(ctx, x.owner, knead.VisitRecord{Client: x.client, Therapist: x.owner.Member, Starts: knead.InstantOf(x.now)}); err != nil {
		x.t.Fatal(err)
	}
	in, err := knead.ReadVisit([]byte(`{"marks":[{"where":"inside edge of the right shoulder blade","level":` + level + `}],"answers":"all-no","client":{"age":41},"minutes":60}`))
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err := x.house.ChangeVisit(ctx, x.owner, x.visit, func(v *knead.VisitRecord) error {
		in.Preferences = v.Input.Preferences
		v.Input, v.Asked = in, true
		return nil
	}); err != nil {
		x.t.Fatal(err)
	}
}

func (x *atTable) person() string { return "/clients/" + string(x.client) }

func TestAClientIsSeenOverTime(t *testing.T) {
	x := newAtTable(t, true)
	if page := x.see(x.person()+"/outcomes", http.StatusOK); strings.Contains(page, `id="compare"`) {
		t.Error("one drawing is compared with nothing")
	}
	for _, fields := range []url.Values{{"a-now": {"7"}, "moment": {"before"}}, {"a-now": {"3"}, "moment": {"before"}}} {
		fields.Set("at", x.now.Format("2006-01-02T15:04"))
		if _, to := x.send(x.person()+"/measures/nprs-now", http.StatusSeeOther, fields); to != x.person()+"/outcomes?saved=1" {
			t.Errorf("sent on to %q", to)
		}
		x.pass(24 * time.Hour)
	}
	for i, n := range []string{"2", "6"} {
		fields := url.Values{"a-1": {n}, "activity-1": {"lift my child"}, "moment": {"review"}, "at": {x.now.Add(time.Duration(i) * time.Minute).Format("2006-01-02T15:04")}}
		x.send(x.person()+"/measures/psfs", http.StatusSeeOther, fields)
	}
	x.send(x.person()+"/measures/stress", http.StatusSeeOther, url.Values{"a-stress": {"6"}, "moment": {"review"}, "at": {x.now.Format("2006-01-02T15:04")}})
	x.again("3")
	x.again("1")
	page := x.see(x.person()+"/outcomes", http.StatusOK)
	for _, want := range []string{
		`class="strip"`, "What changed between them", `name="a" min="1" max="3" value="1"`, "Pain now", "Stress, sleep and mood beside pain", "As a table",
		"Better by 4. That is a change that matters, by every source.", "What you want to do again", "never why", "Due at the next visit", "eased",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if found := regexp.MustCompile(`(?i)massage (caused|helped|healed)|thanks to|you have `).FindString(page); found != "" {
		t.Errorf("the page says %q", found)
	}
	if pictures, tables := strings.Count(page, `class="trend wide"`), strings.Count(page, `class="trend-table"`); pictures == 0 || pictures != tables {
		t.Errorf("%d pictures and %d tables: each picture has its table", pictures, tables)
	}
	two := x.see(x.person()+"/outcomes?a=2&b=3", http.StatusOK)
	if !strings.Contains(two, `name="a" min="1" max="3" value="2"`) || !strings.Contains(two, "b=2#compare") {
		t.Error("the address does not choose the drawings")
	}
	for _, junk := range []string{"?a=0&b=99", "?a=x&b=-1", "?a=3&b=1"} {
		x.see(x.person()+"/outcomes"+junk, http.StatusOK)
	}
	page = x.see(x.person(), http.StatusOK)
	if !strings.Contains(page, x.person()+"/outcomes") || !strings.Contains(page, `class="strip"`) {
		t.Error("the client's page does not lead to it")
	}
}

func TestTheSummarySaysWhatItIs(t *testing.T) {
	x := newAtTable(t, true)
	x.treat()
	x.again("2")
	for _, n := range []string{"8", "5"} {
		x.send(x.person()+"/measures/nprs-now", http.StatusSeeOther, url.Values{"a-now": {n}, "moment": {"before"}, "at": {x.now.Format("2006-01-02T15:04")}})
		x.pass(time.Hour)
	}
	page := x.see(x.person()+"/summary", http.StatusOK)
	for _, want := range []string{"Summary for Kim Sun", "4 May 2026", "What changed between them", knead.Purpose[:40], "This sheet holds no diagnosis", "Farrar", "https://doi.org/", "Noor Haddad"} {
		if !strings.Contains(page, want) {
			t.Errorf("the summary does not hold %q", want)
		}
	}
}

func TestEveryMeasureHasAFormThatShowsOnlyWhatItMay(t *testing.T) {
	x := newAtTable(t, true)
	for _, in := range outcome.Standard().Instruments {
		if !byHand(in) {
			continue
		}
		page := x.see(x.person()+"/measures/"+string(in.ID), http.StatusOK)
		if strings.Contains(page, "may not be shown here") == in.TextShipped() {
			t.Errorf("%s: the page and the licence do not agree on whether the questions are shown", in.ID)
		}
		if !strings.Contains(page, "Rights: ") {
			t.Errorf("%s: nothing is said of its rights", in.ID)
		}
		if in.Coded() != strings.Contains(page, "loinc.org") && len(in.Codes) > 0 {
			t.Errorf("%s: codes are shown without the notice of the code system", in.ID)
		}
	}
	for path, fields := range map[string]url.Values{
		"nprs-now":   {"a-now": {"12"}, "moment": {"before"}},
		"nprs-place": {"a-place": {"3"}, "moment": {"before"}},
		"peg":        {"moment": {"review"}},
		"psfs":       {"a-1": {"3"}, "activity-1": {""}, "moment": {"review"}},
		"ndi":        {"a-score": {"51"}, "moment": {"review"}},
		"odi":        {"a-score": {"20"}, "moment": {"yesterday"}},
		"sleep":      {"a-sleep": {"5"}, "moment": {"review"}, "at": {"2999-01-01T10:00"}},
	} {
		if fields.Get("at") == "" {
			fields.Set("at", x.now.Format("2006-01-02T15:04"))
		}
		page, _ := x.send(x.person()+"/measures/"+path, http.StatusUnprocessableEntity, fields)
		if !strings.Contains(page, `id="measure-err"`) {
			t.Errorf("%s: the page does not say what is wrong", path)
		}
	}
	for _, path := range []string{"/measures/mood-ring", "/measures/painted-area"} {
		if w := x.ask("GET", x.person()+path, "", ""); w.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
}

func TestTheNextPlanShowsWhatCameOfTheLast(t *testing.T) {
	x := newAtTable(t, true)
	if page := x.see(x.at()+"/assess", http.StatusOK); strings.Contains(page, `class="before"`) {
		t.Error("a first visit speaks of a last time")
	}
	x.treat()
	first := x.visit
	link := x.checkinLink()
	x.pass(25 * time.Hour)
	x.send(link, http.StatusSeeOther, url.Values{"no-signs": {"1"}, "soreness": {"6"}, "since": {"same"}, "effect": {"bruise"}, "message": {"sore for a day"}})
	x.again("3")
	page := x.see(x.at()+"/assess", http.StatusOK)
	for _, want := range []string{"From the last time", "It was sore afterwards, so the plan is gentler there", "so no more than", "Last time, 4 May 2026", "The last plan", "soreness 6 of 10", "sore for a day", "eased", "The next session is best between"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if strings.Contains(page, `name="ease"`) {
		t.Error("the wishes keep to it, and the page offers it again")
	}
	_, before := planOf(t, x.house, x.owner, first)
	_, now := planOf(t, x.house, x.owner, x.visit)
	if now >= before {
		t.Errorf("the plan works at up to %d after soreness, and at up to %d before", now, before)
	}
	fields := url.Values{"pref-pressure": {"4"}, "minutes": {"60"}}
	page, _ = x.send(x.at()+"/assess", http.StatusOK, fields)
	if strings.Contains(page, `name="ease"`) {
		t.Error("a pressure for the whole session changed the places that were sore")
	}
	fields.Set("pref-caps", "back of the neck 2")
	if page, _ = x.send(x.at()+"/assess", http.StatusOK, fields); !strings.Contains(page, `name="ease"`) || !strings.Contains(page, `value="back of the neck 2"`) {
		t.Fatal("wishes that leave out what was sore are not answered with a way back")
	}
	fields.Del("pref-caps")
	fields.Set("ease", "1")
	if page, _ = x.send(x.at()+"/assess", http.StatusOK, fields); strings.Contains(page, `name="ease"`) {
		t.Error("keeping to it changes nothing")
	}
}

// planOf gives the highest pressure of a visit's plan.
func planOf(t *testing.T, h *practice.House, by practice.Actor, id knead.VisitID) (steps, highest int) {
	t.Helper()
	v, err := h.Visit(context.Background(), by, id)
	if err != nil {
		t.Fatal(err)
	}
	a, err := knead.Assess(v.Input)
	if err != nil || a.Plan == nil {
		t.Fatalf("Assess: %v, %v", a.NoPlan, err)
	}
	for _, s := range a.Plan.Steps {
		highest = max(highest, s.Pressure)
	}
	return len(a.Plan.Steps), highest
}

func TestWhatWentWrongIsLoggedOnItsPage(t *testing.T) {
	x := newAtTable(t, true)
	x.treat()
	page, _ := x.send(x.person()+"/incidents", http.StatusUnprocessableEntity, url.Values{"kind": {"bruise"}, "onset": {"soon"}, "severity": {"minor"}, "words": {"left shoulder"}})
	if !strings.Contains(page, `id="incident-err"`) || !strings.Contains(page, "left shoulder</textarea>") {
		t.Error("what was typed is lost, or nothing is said")
	}
	x.send(x.person()+"/incidents", http.StatusSeeOther, url.Values{"kind": {"bruise"}, "onset": {"20"}, "severity": {"minor"}, "words": {"left shoulder"}, "action": {"cold"}, "visit": {string(x.visit)}})
	page = x.see("/incidents", http.StatusOK)
	m := regexp.MustCompile(`action="(/incidents/[^"]+)"`).FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, "A bruise") || !strings.Contains(page, "after 20 h") {
		t.Fatalf("the practice's list does not hold it:\n%.1500s", page)
	}
	if _, to := x.send(m[1], http.StatusSeeOther, url.Values{"to": {x.person() + "/incidents"}}); to != x.person()+"/incidents" {
		t.Errorf("sent on to %q", to)
	}
	if page = x.see(x.person()+"/incidents", http.StatusOK); !strings.Contains(page, "over since") {
		t.Error("it is not over")
	}
}

func TestNobodySeesAClientOverTimeWithoutSigningIn(t *testing.T) {
	x := newAtTable(t, true)
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	x.cookie = ""
	for pattern := range s.outcomeRoutes() {
		method, path, _ := strings.Cut(pattern, " ")
		path = strings.NewReplacer("{client}", string(x.client), "{visit}", string(x.visit), "{instrument}", "peg", "{incident}", "1", "{alert}", "1").Replace(path)
		w := x.ask(method, path, formKind, "")
		if method == "GET" && (w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/signin")) || method == "POST" && w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", pattern, w.Code)
		}
	}
}
