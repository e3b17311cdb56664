package web

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3/driver"
	"golang.org/x/net/html"

	"knead"
	"knead/atlas"
	"knead/internal/kneadtest"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
	"knead/internal/store/db"
	"knead/outcome"
	"knead/screen"
)

// Hostile input is sent through the forms as the pages show them: a crawler reads every
// page of a record that has something of everything, finds each form and each of its
// fields, and fills it in. A form that no page of that record shows fails the test, so
// that whoever adds one shows it here.

// field is one field of a form, with what stands in it.
type formField struct {
	name, kind, value string
	options           []string // of a select
	sent              bool     // a radio or a box that is ticked
}

func (f formField) typed() bool {
	return slices.Contains([]string{"text", "textarea", "search", "email", "tel", "password", "url"}, f.kind)
}

// formOn is a form as a page shows it.
type formOn struct {
	page, method, action string
	several              bool // multipart
	fields               []formField
}

// values is the form as a person would send it who changed nothing but chose where a
// choice must be made.
func (f formOn) values() url.Values {
	v := url.Values{}
	pressed, chosen, ticked := false, map[string]bool{}, map[string]bool{}
	for _, in := range f.fields {
		if in.kind == "radio" && in.sent {
			chosen[in.name], ticked[in.name] = true, true
		}
	}
	for _, in := range f.fields {
		switch in.kind {
		case "submit":
			if pressed || in.name == "" {
				continue
			}
			pressed = true
			v.Set(in.name, in.value)
		case "radio":
			if in.sent || !chosen[in.name] || in.value == "no" && !ticked[in.name] { // no emergency, where nobody said so
				chosen[in.name] = true
				v.Set(in.name, in.value)
			}
		case "checkbox":
			if in.sent {
				v.Add(in.name, in.value)
			}
		case "file", "scripted":
		default:
			v.Add(in.name, in.value)
		}
	}
	return v
}

// formsOf reads the forms of a page.
func formsOf(t *testing.T, at, page string) []formOn {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	var forms []*formOn
	ids := map[string]*formOn{}
	elsewhere := map[string][]formField{} // fields that name their form
	type scriptedForm struct {
		form     *formOn
		to, step string
	}
	var scripted []scriptedForm
	var walk func(n *html.Node, in *formOn)
	walk = func(n *html.Node, in *formOn) {
		attr := func(name string) string {
			for _, a := range n.Attr {
				if a.Key == name {
					return a.Val
				}
			}
			return ""
		}
		has := func(name string) bool {
			return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
		}
		if n.Type == html.ElementNode {
			switch n.Data {
			case "form":
				f := &formOn{page: at, method: strings.ToUpper(attr("method")), action: attr("action"), several: attr("enctype") == "multipart/form-data"}
				if f.method == "" {
					f.method = http.MethodGet
				}
				if f.action == "" {
					f.action, _, _ = strings.Cut(at, "?")
				}
				f.action, _, _ = strings.Cut(f.action, "#")
				if in = f; f.method != "DIALOG" {
					forms = append(forms, f)
				}
				if id := attr("id"); id != "" {
					ids[id] = f
				}
			case "input", "textarea", "select", "button":
				field := formField{name: attr("name"), kind: attr("type"), value: attr("value"), sent: has("checked")}
				switch {
				case n.Data == "textarea":
					field.kind, field.value = "textarea", textOf(n)
				case n.Data == "select":
					field.kind = "select"
					for c := range n.Descendants() {
						if c.Type == html.ElementNode && c.Data == "option" {
							value := textOf(c)
							chosen := false
							for _, a := range c.Attr {
								if a.Key == "value" {
									value = a.Val
								}
								chosen = chosen || a.Key == "selected"
							}
							if field.options = append(field.options, value); chosen || len(field.options) == 1 {
								field.value = value
							}
						}
					}
				case n.Data == "button":
					if field.kind == "button" || field.kind == "reset" {
						field.name = ""
					}
					field.kind = "submit"
				case field.kind == "":
					field.kind = "text"
				}
				if has("disabled") {
					field.kind = "scripted"
				}
				to := attr("form")
				if field.name == "" && attr("formaction") == "" || in == nil && to == "" {
					break
				}
				if action := attr("formaction"); action != "" && in != nil { // another way to send the same
					other := *in
					other.action, other.fields = action, slices.DeleteFunc(slices.Clone(in.fields), func(f formField) bool { return f.kind == "submit" })
					other.fields = append(other.fields, field)
					forms = append(forms, &other)
					break
				}
				if to != "" {
					elsewhere[to] = append(elsewhere[to], field)
				} else {
					in.fields = append(in.fields, field)
				}
			}
		}
		for _, by := range []string{"data-typed", "data-draft", "data-read"} { // what the script sends meanwhile
			if to := attr(by); to != "" && in != nil {
				scripted = append(scripted, scriptedForm{in, to, attr("data-step")})
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(root, nil)
	var list []formOn
	for id, fields := range elsewhere {
		if f := ids[id]; f != nil {
			f.fields = append(f.fields, fields...)
		} else {
			t.Errorf("%s: a field belongs to the form %q, which is not there", at, id)
		}
	}
	for _, other := range scripted {
		f := *other.form
		f.method, f.action = http.MethodPost, other.to
		if f.fields = slices.Clone(f.fields); other.step != "" {
			f.fields = append(f.fields, formField{name: "step", kind: "hidden", value: other.step})
		}
		forms = append(forms, &f)
	}
	for _, f := range forms {
		list = append(list, *f)
	}
	return list
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// fits are values for fields that a form wants filled in, where the page leaves them empty;
// with the route before the name, instead of what the page has. - leaves a field out,
// + ticks a box.
var fits = map[string]string{
	"name": "Ben", "email": "ben@example.org", "reason": "asked by the client", "words": "some words", "at": "2026-03-10T10:00", "onset": "2",
	"password": "nine kettles hum at dusk", "to": "A doctor", "findings": "sore", "done": "nothing", "urgency": "this week", "from": "Noor Haddad",
	"conditions": "migraine", "signed": "Ana Lopez", "guardian": "Eva Lopez", "text": "sore", "a-1": "4", "activity-1": "stairs", "say": "left shoulder",
	"age": "40", "q": "Ana", "old": ownersPassword, "hold": "a claim is open", "label": "a phone", "practice": "Clay", "zone": "Europe/Berlin", "until": "2026-04-01", "s-0": "x", "h-0": "S", "place": "left shoulder", "kind": "other", "soreness": "2",
	"POST /c/{bearer} now": "-", "POST /c/{bearer} no-signs": "+", "POST /c/{bearer} no-effects": "+", "POST /signin email": "noor@clay.example", "POST /signin password": ownersPassword, "POST /unlock password": ownersPassword,
}

// refused are forms that are refused although they are filled in, with the reason.
var refused = map[string]string{
	"POST /me/passkeys":            "the browser signs what the page asks for",
	"POST /me/codes":               "only a code of the authenticator fits",
	"POST /clients/{client}/files": "it sends no text, but a file: see FuzzReadFile",
	"POST /open":                   "it sends no text, but a file: see FuzzReadVisit",
	"POST /visits/{visit}/lift":    "its reason is empty where there is nothing to lift",
}

// withoutForm are routes that no form leads to, with the reason.
var withoutForm = map[string]string{
	"POST /join/{bearer}/begin":           "the script asks for a ceremony and sends no text",
	"POST /reset/{bearer}/begin":          "the same",
	"POST /me/passkeys/begin":             "the same",
	"POST /signin/passkey/begin":          "the same",
	"POST /signin/passkey":                "what a browser signed: FuzzFinishSignIn has it",
	"POST /unlock/passkey":                "the same",
	"POST /seen":                          "it sends nothing",
	"POST /signin/elsewhere":              "there is no other service in this test; provider_test.go has one",
	"POST /visits/{visit}/session/events": "the script sends events as JSON: FuzzReadSessionEvents has them",
	"POST /me/passkeys/{passkey}":         "only a browser makes a passkey; the label goes the way of the one that is made",
	"POST /setup":                         "only an empty record shows it: TestHostileInputBeforeThereIsARecord",
}

const ownersPassword = "seven warm stones in a row"

// desks is a record in which every page of the workspace has something to show, and how
// people get to it. The file is copied for each try.
type desks struct {
	file    string   // empty: there is no record
	who     []string // whose cookies are tried
	now     knead.Instant
	cookies map[string]string
	values  map[string][]string // what may stand in the braces of a path
}

// open gives the site a copy of the record, until the test ends.
func (d *desks) open(t testing.TB, s *site) (st *store.Store, file string) {
	t.Helper()
	if d.file == "" {
		return nil, ""
	}
	dir := t.TempDir()
	content, err := os.ReadFile(d.file)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, store.FileName)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if st, err = store.Open(t.Context(), store.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	s.house = practice.New(practice.Options{Store: st, Now: d.now.Time})
	return st, file
}

func seedDesks(t testing.TB, s *site) *desks {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	st, err := store.Open(ctx, store.Options{Dir: dir})
	must(err)
	now := accessTime
	h := practice.New(practice.Options{Store: st, Now: func() time.Time { return now }})
	d := &desks{file: filepath.Join(dir, store.FileName), cookies: map[string]string{}, values: map[string][]string{}}
	add := func(name string, values ...string) { d.values[name] = append(d.values[name], values...) }

	cookie, owner, err := h.SetUpAndEnter(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@clay.example", Password: ownersPassword}, "test")
	must(err)
	d.cookies["owner"] = cookie
	locked, by, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@clay.example", Password: ownersPassword, From: netip.MustParseAddr("192.0.2.1"), Agent: "test"})
	must(err)
	must(h.Lock(ctx, by))
	d.cookies["locked"] = locked
	d.cookies["nobody"] = ""
	join, l, err := h.Invite(ctx, owner, practice.Invitation{Name: "Cleo Amsel", Email: "cleo@clay.example", Role: knead.Therapist})
	must(err)
	add("member", string(l.Member))
	_, l, err = h.Invite(ctx, owner, practice.Invitation{Name: "Sven Aushilf", Email: "sven@clay.example", Role: knead.Substitute, Until: knead.InstantOf(now.AddDate(0, 1, 0))})
	must(err)
	add("member", string(l.Member))
	_, _, err = h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@clay.example", Password: ownersPassword, From: netip.MustParseAddr("192.0.2.2"), Agent: "tablet"})
	must(err)
	mattis, _, err := h.Invite(ctx, owner, practice.Invitation{Name: "Mattis", Email: "mattis@clay.example", Role: knead.Therapist})
	must(err)
	joining, _, err := h.Invited(ctx, mattis, practice.ForJoin, netip.MustParseAddr("192.0.2.3"))
	must(err)
	coded, by, err := h.Join(ctx, joining, practice.Way{Name: "Mattis", Password: "nine kettles hum at dawn", Agent: "test"})
	must(err)
	made, err := h.NewCodes(ctx, by)
	must(err)
	_, err = h.SetCodes(ctx, by, made.Secret, codeOf(t, made.Secret, now))
	must(err)
	d.cookies["coded"] = coded
	reset, _, err := h.ResetLink(ctx, owner, owner.Member)
	must(err)
	add("/join", join)
	add("/reset", reset)

	client := func(c knead.Client) knead.ClientID {
		t.Helper()
		id, err := h.AddClient(ctx, owner, c)
		must(err)
		return id
	}
	ana := client(knead.Client{Name: "Ana Lopez", Born: "1984-03-10", Email: "ana@example.org", Profile: knead.ClientProfile{
		Pressure: 3, HomeHurt: []knead.HomeHurt{{Exercise: "levator-stretch", At: knead.InstantOf(now)}},
	}})
	double := client(knead.Client{Name: "Ana Lopez", Phone: "1"})
	kim := client(knead.Client{Name: "Kim", Born: "2015-03-10", Profile: knead.ClientProfile{Guardian: knead.Person{Name: "Eva"}}})
	third := client(knead.Client{Name: "Ana L."})
	gone := client(knead.Client{Name: "Gone"})
	add("client", string(ana), string(kim))
	add("other", string(double))
	merge, err := h.MergeClients(ctx, owner, third, ana)
	must(err)
	add("merge", merge)
	erased, err := h.EraseClient(ctx, owner, gone, "asked")
	must(err)
	add("client", string(gone))
	add("erasure", erased.ID)

	p, err := h.Practice(ctx, owner)
	must(err)
	starts := now
	visit := func(of knead.ClientID) knead.VisitID {
		t.Helper()
		starts = starts.Add(-time.Hour) // the last one that is opened was the first
		id, err := h.OpenVisit(ctx, owner, knead.VisitRecord{Client: of, Therapist: owner.Member, Starts: knead.InstantOf(starts)})
		must(err)
		add("visit", string(id))
		return id
	}
	answered := func(id knead.VisitID, input string) {
		t.Helper()
		in, err := knead.ReadVisit([]byte(input))
		must(err)
		_, err = h.ChangeVisit(ctx, owner, id, func(v *knead.VisitRecord) error { v.Input, v.Asked = in, true; return nil })
		must(err)
	}
	const sore = `{"marks":[{"where":"between the shoulder blades","level":5,"quality":"aching"}],"answers":"all-no","client":{"age":42},"minutes":30}`
	open := visit(ana)
	link, theirLink, err := h.SendLink(ctx, owner, open, practice.ForIntake)
	must(err)
	add("/l", link)
	add("link", string(theirLink.ID))
	minor := visit(kim)
	link, _, err = h.SendLink(ctx, owner, minor, practice.ForIntake)
	must(err)
	add("/l", link)
	stopped := visit(ana)
	answered(stopped, sore)
	_, err = h.ChangeVisit(ctx, owner, stopped, func(v *knead.VisitRecord) error {
		v.Input.Answers = map[screen.QuestionID]screen.Answer{"g6": {Value: screen.Yes}}
		return nil
	})
	must(err)
	ready := visit(ana)
	answered(ready, sore)
	scope := knead.ConsentScope{Level: screen.SameDay}
	for _, a := range knead.ConsentAreas() {
		scope.Areas = append(scope.Areas, a.ID)
	}
	for _, technique := range atlas.Standard().Techniques {
		scope.Techniques = append(scope.Techniques, string(technique.ID))
	}
	editions := s.consentEditions(p)
	must(h.AddConsents(ctx, owner, ana, []knead.Consent{
		{Kind: knead.ConsentTreatment, Act: "given", Edition: editions[knead.ConsentTreatment], Words: "w", SignedName: "Ana", Scope: scope},
		{Kind: knead.ConsentData, Act: "given", Edition: editions[knead.ConsentData], Words: "w", SignedName: "Ana"},
	}))
	lea := client(knead.Client{Name: "Lea", Born: "1990-01-01"})
	add("client", string(lea))
	answered(visit(lea), sore) // of whose place nobody has asked yet
	few := scope
	few.Areas = []string{knead.ConsentAreas()[len(knead.ConsentAreas())-1].ID}
	must(h.AddConsents(ctx, owner, lea, []knead.Consent{
		{Kind: knead.ConsentTreatment, Act: "given", Edition: editions[knead.ConsentTreatment], Words: "w", SignedName: "Lea", Scope: few},
		{Kind: knead.ConsentData, Act: "given", Edition: editions[knead.ConsentData], Words: "w", SignedName: "Lea"},
	}))
	treated := func(end bool) knead.VisitID {
		t.Helper()
		id := visit(ana)
		answered(id, sore)
		must(h.BeginSession(ctx, owner, id, editions))
		if !end {
			return id
		}
		log, err := h.SessionLog(ctx, owner, id)
		must(err)
		then := knead.InstantOf(now.AddDate(0, 0, -4)) // so long ago that a check-in asks for the pain as well
		_, err = h.AddSessionEvents(ctx, owner, id, []knead.SessionEvent{
			{Device: "x", At: then, Kind: knead.EventBegin, Step: log.Plan.Steps[0].ID}, {Device: "x", At: then.Add(time.Hour), Kind: knead.EventEnd},
		})
		must(err)
		return id
	}
	treated(false)
	ended, closed := treated(true), treated(true)
	link, _, err = h.SendLink(ctx, owner, ended, practice.ForCheckin)
	must(err)
	add("/c", link)
	for _, id := range []knead.VisitID{ended, closed} {
		n, err := h.SaveNote(ctx, owner, id, 0, knead.Note{Sections: []knead.NoteSection{{Heading: "S", Paragraphs: []string{"x"}}}}, false)
		must(err)
		if id == closed {
			must(h.SignNote(ctx, owner, id, n.Version))
		}
	}
	cancelled := visit(ana)
	must(h.CancelVisit(ctx, owner, cancelled))
	letter, err := h.AddReferral(ctx, owner, closed, knead.Letter{To: "A doctor", Reason: "x", Findings: "x", Done: "x", Urgency: "x", From: "x"})
	must(err)
	add("letter", letter)
	must(h.AddIncident(ctx, owner, practice.Incident{Client: ana, Visit: closed, Kind: "other", Severity: "minor", Words: "x"}))
	troubles, _, err := h.Incidents(ctx, owner, ana, 1)
	must(err)
	add("incident", troubles[0].ID)
	file, err := h.AddFile(ctx, owner, ana, "a.pdf", strings.NewReader("%PDF-1.4\n%%EOF\n"))
	must(err)
	add("file", string(file))
	must(h.AddMeasures(ctx, owner, ana, []practice.Measure{{Visit: closed, Instrument: "psfs", Moment: "before", Answers: map[string]string{"1": "4", practice.ActivityOf(1): "stairs"}}}))
	for _, in := range []outcome.ID{"psfs", "nprs-place", "odi", "peg"} {
		add("instrument", string(in))
	}
	alert := "01a224a0-6a40-71ae-9076-88139713aec5"
	must(st.Write(ctx, func(q *db.Queries) error {
		return q.AddAlert(ctx, db.AddAlertParams{PracticeID: owner.Practice, ID: alert, Kind: "send-checkin", ClientID: &ana, VisitID: &ended, Words: "x", At: knead.InstantOf(now)})
	}))
	add("alert", alert)
	d.now, d.who = knead.InstantOf(now.Add(time.Second)), []string{"owner", "nobody", "locked", "coded"}
	must(st.Close())
	return d
}

// browser asks the pages of a record as somebody.
type hostileBrowser struct {
	t    *testing.T
	s    *site
	door http.Handler
	n    int
}

type got struct {
	status int
	kind   string
	body   string
	to     string
}

func (b *hostileBrowser) ask(method, target, cookie, kind string, content io.Reader) got {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, target, content)
	r.Host = "localhost:8080"
	b.n++
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.7:4000", b.n/250%250, b.n%250) // another network each time, so that no limit is met
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "knead", Value: cookie})
	}
	w := httptest.NewRecorder()
	b.door.ServeHTTP(w, r)
	return got{w.Code, w.Header().Get("Content-Type"), w.Body.String(), w.Header().Get("Location")}
}

// submit sends a form.
func (b *hostileBrowser) submit(f formOn, cookie string, v url.Values) got {
	b.t.Helper()
	switch {
	case f.method == http.MethodGet:
		path, _, _ := strings.Cut(f.action, "?")
		return b.ask(http.MethodGet, path+"?"+v.Encode(), cookie, "", nil)
	case f.several:
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		for name, values := range v {
			for _, value := range values {
				m.WriteField(name, value)
			}
		}
		m.Close()
		return b.ask(http.MethodPost, f.action, cookie, m.FormDataContentType(), &body)
	}
	return b.ask(http.MethodPost, f.action, cookie, "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

// paths are the addresses of all pages of the record: every route that is asked with GET,
// with every value that its braces may have.
func (d *desks) paths(routes []string) (list []string) {
	for _, route := range routes {
		path, get := strings.CutPrefix(route, "GET ")
		if !get || slices.Contains(notPages, route) {
			continue
		}
		some := []string{strings.ReplaceAll(path, "{$}", "")}
		for _, brace := range regexp.MustCompile(`\{[^}]*\}`).FindAllString(path, -1) {
			name := strings.Trim(brace, "{}.$")
			if name == "bearer" {
				name = path[:strings.Index(path, "/{")]
			}
			var more []string
			for _, p := range some {
				for _, v := range d.values[name] {
					more = append(more, strings.Replace(p, brace, v, 1))
				}
			}
			if name != "" {
				some = more
			}
		}
		list = append(list, some...)
		if strings.HasSuffix(path, "/session") {
			for _, p := range some {
				list = append(list, p+"?theme=light")
			}
		}
		if strings.HasSuffix(path, "/consent") {
			for _, p := range some {
				list = append(list, p+"?again=1")
			}
		}
	}
	return list
}

// notPages are routes without an end, and those that go elsewhere.
var notPages = []string{"GET /events", "GET /visits/{visit}/session/watch", "GET /sw.js", "GET /signin/elsewhere/back"}

// caseOf is one form with who can send it. Its name is the route it goes to and its fields.
type caseOf struct {
	formOn
	who, route, key string
}

// cases finds every form of the record, and those that come as the answer to another.
func (b *hostileBrowser) cases(d *desks, routes []string) (list []caseOf) {
	b.t.Helper()
	mux := http.NewServeMux()
	for _, route := range routes {
		mux.HandleFunc(route, func(http.ResponseWriter, *http.Request) {})
	}
	known := map[string]bool{}
	var read func(who, at, page string, deep int)
	read = func(who, at, page string, deep int) {
		for _, f := range formsOf(b.t, at, page) {
			r := httptest.NewRequest(f.method, f.action, nil)
			_, route := mux.Handler(r)
			if route == "" {
				b.t.Errorf("%s: the form goes to %s %s, where there is nothing", at, f.method, f.action)
				continue
			}
			names := []string{}
			for _, in := range f.fields {
				if name := numbered.ReplaceAllString(in.name, "-N"); !slices.Contains(names, name) && !strings.HasPrefix(name, "l-") {
					names = append(names, name)
				}
			}
			slices.Sort(names)
			c := caseOf{f, who, route, route + " " + strings.Join(names, ",")}
			if known[c.key] {
				continue
			}
			known[c.key] = true
			list = append(list, c)
			if deep > 0 { // what it answers may hold another form
				d.open(b.t, b.s)
				g := b.submit(f, d.cookies[who], c.right())
				if g.status < 300 && strings.HasPrefix(g.kind, "text/html") {
					read(who, f.action, g.body, deep-1)
				}
			}
		}
	}
	d.open(b.t, b.s)
	whole := b.s.house
	for _, who := range d.who {
		for _, path := range d.paths(routes) {
			b.s.house = whole
			if g := b.ask(http.MethodGet, path, d.cookies[who], "", nil); strings.HasPrefix(g.kind, "text/html") && g.status < 300 {
				read(who, path, g.body, 3)
			}
		}
	}
	return list
}

var numbered = regexp.MustCompile(`-[0-9a-z]+$`)

// right is the form filled in so that it is taken.
func (c caseOf) right() url.Values {
	v := c.values()
	for _, in := range c.fields {
		if in.kind == "checkbox" && (fits[c.route+" "+in.name] == "+" || strings.HasPrefix(in.name, "none-")) {
			v.Set(in.name, in.value)
		}
	}
	for name := range v {
		own := fits[c.route+" "+name]
		if own == "+" {
			continue
		} else if own == "-" {
			v.Del(name)
		} else if fit := cmp.Or(own, fits[name]); fit != "" && (own != "" || v.Get(name) == "") {
			v.Set(name, fit)
		}
	}
	return v
}

// unmeant are texts that nobody can mean: each is refused, or what cannot be kept is left out.
var unmeant = map[string]string{
	"a megabyte":   strings.Repeat("x", 1<<20),
	"a long text":  strings.Repeat("zq ", 40_000),
	"NUL":          "zq\x00zq",
	"no UTF-8":     "zq\xffzq",
	"a bell":       "zq\x07zq",
	"turned round": "zq\u202ezq",
}

// kept lists what of a bad text is in the record.
func kept(t *testing.T, file string) (found []string) {
	t.Helper()
	look, err := driver.Open("file:" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close()
	for _, table := range column(t, look, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'") {
		for _, name := range column(t, look, "SELECT name FROM pragma_table_info('"+table+"')") {
			for _, text := range column(t, look, "SELECT "+name+" FROM "+table+" WHERE typeof("+name+") = 'text' AND "+name+" LIKE '%zq%'") {
				if len(text) > 100_000 || !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x07\u202e") || strings.Contains(text, `\u0000`) || strings.Contains(text, `\u0007`) {
					found = append(found, fmt.Sprintf("%s.%s = %.60q", table, name, text))
				}
			}
		}
	}
	return found
}

// scripted is how a page would look, in small letters, that took a text for more than a text.
var scripted = patterns{regexp.MustCompile(`<script[^>]*>alert`), regexp.MustCompile(`zq[0-9]+["'<>]`), regexp.MustCompile(`\x00`)}

func (b *hostileBrowser) harmless(what string, g got) {
	b.t.Helper()
	if g.status >= 500 {
		b.t.Errorf("%s is answered with %d", what, g.status)
	}
	if strings.HasPrefix(g.kind, "text/html") {
		if !utf8.ValidString(g.body) {
			b.t.Errorf("%s: the page is no UTF-8", what)
		}
		page := strings.ToLower(g.body)
		if found := scripted.find(page); found != "" {
			at := strings.Index(page, found)
			b.t.Errorf("%s: a text is more than a text: …%q…", what, page[max(0, at-100):min(len(page), at+len(found)+60)])
		}
	}
}

// TestHostileInput sends what programs stumble over through every field of every form that
// a person can reach.
func TestHostileInput(t *testing.T) {
	t.Parallel()
	browser := func(t *testing.T) (*hostileBrowser, []string) {
		s, door, routes := accessSite(t)
		s.record = Record{Mail: true, Base: "http://localhost:8080"}
		return &hostileBrowser{t: t, s: s, door: door}, routes
	}
	b, routes := browser(t)
	d := seedDesks(t, b.s)
	list := b.cases(d, routes)
	t.Run("what nobody can mean is refused", func(t *testing.T) {
		t.Parallel()
		b, routes := browser(t)
		reached, named := refuseUnmeant(b, d, list)
		complete(t, routes, reached, named)
	})
	t.Run("what looks like a program is a text", func(t *testing.T) {
		t.Parallel()
		b, routes := browser(t)
		showAsText(b, d, routes, slices.Clone(list))
	})
}

// TestHostileInputBeforeThereIsARecord does the same on the page that makes the first
// practice, on the visit that lives in the tab, and on the public pages.
func TestHostileInputBeforeThereIsARecord(t *testing.T) {
	t.Parallel()
	s, door, routes := accessSite(t)
	dir := t.TempDir()
	kneadtest.Open(t, store.Options{Dir: dir}).Close()
	empty := &desks{file: filepath.Join(dir, store.FileName), who: []string{""}}
	tab, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	tabRoutes := tab.routes()
	maps.Copy(tabRoutes, tab.publicRoutes())
	rt := server.NewRouter(tab.problem)
	for pattern, handle := range tabRoutes {
		rt.Handle(pattern, handle)
	}
	chassis := server.Chassis(rt, server.Options{Addr: "localhost:8080", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})
	for _, c := range []struct {
		what   string
		b      hostileBrowser
		d      *desks
		routes []string
		least  int // forms that are found
	}{
		{"the first page", hostileBrowser{s: s, door: door}, empty, routes, 1},
		{"the tab and the atlas", hostileBrowser{s: tab, door: chassis}, &desks{who: []string{""}}, slices.Sorted(maps.Keys(tabRoutes)), 8},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			c.b.t = t
			list := c.b.cases(c.d, c.routes)
			if len(list) < c.least {
				t.Errorf("only %d forms are found", len(list))
			}
			reached, _ := refuseUnmeant(&c.b, c.d, list)
			for route, why := range reached {
				if why != "" && refused[route] == "" {
					t.Errorf("%s is refused although it is filled in: %s", route, why)
				}
			}
			if c.d.file == "" { // what the first page takes, the settings show
				showAsText(&c.b, c.d, c.routes, list)
			}
		})
	}
}

// refuseUnmeant sends each text that nobody can mean through each field of each form. It is
// refused with a status that says so, or what cannot be kept is not kept.
//
// For each route it tells why the form was refused that was filled in (empty: it was not),
// and the names of the fields.
func refuseUnmeant(b *hostileBrowser, d *desks, list []caseOf) (reached map[string]string, named map[string]bool) {
	t := b.t
	reached, named = map[string]string{}, map[string]bool{}
	tried, sent := map[string]bool{}, map[string]bool{}
	for _, c := range list {
		st, file := d.open(t, b.s)
		for _, in := range c.fields {
			named[in.name] = true
			if tried[c.route+" "+in.name] {
				continue
			}
			tried[c.route+" "+in.name] = true
			for what, text := range unmeant {
				if !in.typed() && what != "NUL" || what == "a megabyte" && sent[c.route] {
					continue
				}
				sent[c.route] = sent[c.route] || what == "a megabyte"
				v := c.right()
				v.Set(in.name, text)
				said := fmt.Sprintf("%s with %s as %q", c.route, what, in.name)
				g := b.submit(c.formOn, d.cookies[c.who], v)
				b.harmless(said, g)
				if g.status == http.StatusUnprocessableEntity && refused[c.route] == "" && !strings.Contains(g.body, `class="err"`) && !strings.Contains(g.body, "gate-sheet") {
					t.Errorf("%s is refused and nothing stands beside the form:\n%.300s", said, g.body)
				}
				if g.status < 400 && st != nil {
					if found := kept(t, file); len(found) > 0 {
						t.Errorf("%s is taken: %v", said, found)
					}
					st.Close() // a right form may not fit twice
					st, file = d.open(t, b.s)
				}
			}
		}
		g := b.submit(c.formOn, d.cookies[c.who], c.right())
		if why, known := reached[c.route]; g.status < 400 {
			reached[c.route] = ""
		} else if !known || why != "" {
			reached[c.route] = fmt.Sprintf("on %s it is answered with %d for %v\n%s", c.page, g.status, c.right(), said(g.body))
		}
		if st != nil {
			st.Close()
		}
	}
	return reached, named
}

// complete holds that each route that takes something was reached by a form, and each
// field of a template was seen.
func complete(t *testing.T, routes []string, reached map[string]string, named map[string]bool) {
	t.Helper()
	for _, route := range routes {
		switch why, shown := reached[route]; {
		case strings.HasPrefix(route, "POST ") && !shown && withoutForm[route] == "":
			t.Errorf("no page shows the form that goes to %s: let seedDesks make a record that shows it, or say in withoutForm why there is none", route)
		case why != "" && refused[route] == "":
			t.Errorf("%s is refused although it is filled in: say in fits what would be right, or in refused why nothing is. %s", route, why)
		}
	}
	for file, names := range fieldsOfTemplates(t) {
		for _, name := range names {
			if !named[name] && hiddenAway[name] == "" {
				t.Errorf("no page shows the field %q of %s: let seedDesks make a record that shows it", name, file)
			}
		}
	}
}

// said is what a page says is wrong.
func said(page string) string {
	return strings.Join(regexp.MustCompile(`(?s)class="(?:err|problem)[^>]*>.*?</p>`).FindAllString(page, 4), "\n")
}

// hiddenAway are fields of templates that the forms of the workspace do not have, with the
// reason.
var hiddenAway = map[string]string{}

// fieldsOfTemplates are the fields with a name of their own, by template.
func fieldsOfTemplates(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	err := fs.WalkDir(templateFiles, "templates", func(file string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(file, "templates/public") {
			return err
		}
		text, err := templateFiles.ReadFile(file)
		for _, found := range regexp.MustCompile(`<(?:input|textarea|select)[^>]*? name="([a-z0-9-]+)"`).FindAllStringSubmatch(string(text), -1) {
			all[file] = append(all[file], found[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// closing are forms after which others are not shown any more; they come last.
var closing = []string{
	"POST /signout", "POST /lock", "POST /clients/{client}/erase", "POST /clients/{client}/archive", "POST /clients/{client}/join/{other}",
	"POST /visits/{visit}/cancel", "POST /visits/{visit}/note/sign", "POST /visits/{visit}/move", "POST /visits/{visit}/begin", "POST /visits/{visit}/handover",
	"POST /me/password", "POST /me/devices", "POST /me/devices/{device}", "POST /settings/people/{member}/stop", "POST /me/codes/remove", "POST /reset/{bearer}", "POST /join/{bearer}",
	"POST /hide-names", "POST /clients/{client}/files/{file}", "POST /clients/{client}/hold", "POST /clients/{client}/links/{link}",
}

// notShown are fields whose text no page shows, by name, with the reason.
var notShown = map[string]string{
	"age": "it is a number or nothing", "w-g11": "it is a number of weeks or nothing", "code": "it is six digits or nothing", "label": "only a browser makes a passkey, which has it",
}

// showAsText fills every field of every form with a text that would be a
// script, an attribute or a formula if it were taken for one, and looks at every page of
// the record, at what is printed, and at what is handed out.
func showAsText(b *hostileBrowser, d *desks, routes []string, list []caseOf) {
	t := b.t
	slices.SortStableFunc(list, func(a, b caseOf) int { return slices.Index(closing, a.route) - slices.Index(closing, b.route) })
	st, _ := d.open(t, b.s)
	look := &looker{b, map[string]bool{}, map[string]bool{}}
	filled := map[int]string{} // which field a mark stands in
	tried := map[string]bool{}
	for _, c := range list {
		for _, in := range c.fields {
			if where := c.route + " " + in.name; !in.typed() || in.kind == "password" || tried[where] {
				continue
			} else {
				tried[where] = true
			}
			fresh := c // the form as the page has it now
			if g := b.ask(http.MethodGet, c.page, d.cookies[c.who], "", nil); strings.HasPrefix(g.kind, "text/html") {
				for _, f := range formsOf(t, c.page, g.body) {
					if f.action == c.action && slices.ContainsFunc(f.fields, func(other formField) bool { return other.name == in.name }) {
						fresh.formOn = f
					}
				}
			}
			n := len(filled) + 1
			mark := fmt.Sprintf(`=zq%d"'><script>alert(1)</script>`, n)
			if in.kind == "email" {
				mark = fmt.Sprintf(`=zq%d'&x@example.org`, n)
			}
			v := fresh.right()
			v.Set(in.name, mark)
			if rest, is := strings.CutPrefix(in.name, "w-"); is { // said of what was answered with yes
				v.Set("q-"+rest, "yes")
				maps.DeleteFunc(v, func(name string, _ []string) bool { return strings.HasPrefix(name, "none-") })
			} else if rest, is := strings.CutPrefix(in.name, "activity-"); is {
				v.Set("a-"+rest, "4")
			}
			g := b.submit(fresh.formOn, d.cookies[c.who], v)
			b.harmless(c.route+" as "+in.name, g)
			filled[n] = in.name
			look.read(g.body) // shown at once, as a search is, or what is wrong
			for _, next := range []string{g.to, c.page} {
				if next != "" && c.method == http.MethodPost {
					g := b.ask(http.MethodGet, next, d.cookies[c.who], "", nil)
					b.harmless(fmt.Sprintf("GET %s after %s as %s", next, c.route, in.name), g)
					look.read(g.body)
				}
			}
		}
	}
	for who, cookie := range d.cookies {
		for _, path := range d.paths(routes) {
			look.page(who, path, cookie)
		}
	}
	if st != nil {
		look.practice(st)
	}
	shown := map[string]bool{} // by the name of the field: several forms fill in the same, and one writes over the other
	for n, name := range filled {
		shown[name] = shown[name] || look.seen[fmt.Sprint(n)]
	}
	for name, was := range shown {
		if !was && notShown[name] == "" {
			t.Errorf("no page shows what was typed as %q: it was refused, or is kept and not shown; say in notShown why that is right", name)
		}
	}
}

// looker looks at all that comes out of a record.
type looker struct {
	*hostileBrowser
	been map[string]bool
	seen map[string]bool // marks that were shown, by their number
}

func (l *looker) read(text string) {
	for _, found := range marked.FindAllStringSubmatch(text, -1) {
		l.seen[found[1]] = true
	}
}

var (
	marked = regexp.MustCompile(`zq([0-9]+)`)
	links  = regexp.MustCompile(`^/(?:clients|visits|incidents|l|c)/[^"#]*`)
)

// page looks at a page, and at the pages that it leads to.
func (l *looker) page(who, path, cookie string) {
	l.t.Helper()
	if l.been[who+path] || strings.HasSuffix(path, "/watch") {
		return
	}
	l.been[who+path] = true
	g := l.ask(http.MethodGet, path, cookie, "", nil)
	l.harmless("GET "+path+" as "+who, g)
	l.read(g.body)
	if g.kind == "application/zip" {
		l.archive(path, []byte(g.body))
	}
	if strings.HasPrefix(g.kind, "text/html") {
		for _, to := range linksOn(g.body) {
			if to = links.FindString(to); to != "" {
				l.page(who, html.UnescapeString(to), cookie)
			}
		}
	}
}

// archive looks at what is handed out: pages are harmless, documents are JSON, and no cell
// of a table is a formula.
func (l *looker) archive(what string, content []byte) {
	l.t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		l.t.Errorf("%s: %v", what, err)
		return
	}
	for _, file := range z.File {
		f, err := file.Open()
		if err != nil {
			l.t.Fatal(err)
		}
		content, err := io.ReadAll(f)
		if err != nil {
			l.t.Fatal(err)
		}
		name := what + " " + file.Name
		l.read(string(content))
		switch filepath.Ext(file.Name) {
		case ".html":
			l.harmless(name, got{kind: "text/html", body: string(content)})
		case ".json":
			if !json.Valid(content) {
				l.t.Errorf("%s is no JSON", name)
			}
		case ".csv":
			rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
			if err != nil {
				l.t.Errorf("%s: %v", name, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") && !wholeNumber.MatchString(cell) {
						l.t.Errorf("%s: a spreadsheet takes %.60q for a formula", name, cell)
					}
				}
			}
		}
	}
}

var wholeNumber = regexp.MustCompile(`^-?[0-9]+$`)

// practice looks at the export of the whole practice.
func (l *looker) practice(st *store.Store) {
	l.t.Helper()
	practices, err := l.s.house.Practices(l.t.Context())
	if err != nil {
		l.t.Fatal(err)
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := st.Export(l.t.Context(), practices[0].ID, func(name string) (io.Writer, error) { return z.Create(name) }); err != nil {
		l.t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		l.t.Fatal(err)
	}
	l.archive("export", b.Bytes())
}

// codeOf is what an authenticator shows (RFC 6238).
func codeOf(t testing.TB, secret string, now time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	binary.Write(mac, binary.BigEndian, now.Unix()/30)
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[at:])&0x7fffffff)%1_000_000)
}
