package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
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

	"github.com/ncruces/go-sqlite3/driver"

	"knead"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
	"knead/internal/store/db"
)

// Who may reach what stands in testdata/access.txt: a line for each route, a cell for
// each kind of visitor. The tests here try every cell on a record of two practices.

var updateAccess = flag.Bool("update-access", false, "write docs/access.md")

const (
	accessFile     = "testdata/access.txt"
	accessDocument = "../../docs/access.md"
)

// visitors are the kinds of people who may come, in the order of the table's cells.
var visitors = []string{"nobody", "stranger", "colleague", "substitute", "desk", "link", "owner", "auditor"}

// Words of the record. The names may be read by the front desk; the secrets may not, and
// the note is private to its author, the owner.
const (
	theirName    = "Zelda Quarrington"
	theirCall    = "Zelly"
	theirHistory = "quarryhistory"
	theirPill    = "quarrypill"
	theirTrouble = "quarrytrouble"
	theirAlarm   = "quarryalarm"
	theirPaper   = "quarrypaper"
	theirNote    = "quarrynote"
)

// hidden are the words that a kind of visitor must never read, on any page.
func hidden(visitor string) []string {
	switch visitor {
	case "owner":
		return nil
	case "colleague", "auditor":
		return []string{theirNote}
	case "desk":
		return []string{theirHistory, theirPill, theirTrouble, theirAlarm, theirPaper, theirNote}
	}
	return []string{theirName, theirCall, theirHistory, theirPill, theirTrouble, theirAlarm, theirPaper, theirNote}
}

// accessRow is a line of the table.
type accessRow struct {
	route string
	cells []string
	why   string // said beside it
	line  int
}

func readAccess(t *testing.T) map[string]accessRow {
	t.Helper()
	text, err := os.ReadFile(accessFile)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]accessRow{}
	for i, line := range strings.Split(string(text), "\n") {
		line, why, _ := strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 2+len(visitors) {
			t.Errorf("%s:%d: %d words, want a method, a path and a cell for each of %s", accessFile, i+1, len(words), strings.Join(visitors, ", "))
			continue
		}
		row := accessRow{route: words[0] + " " + words[1], cells: words[2:], why: strings.TrimSpace(why), line: i + 1}
		for _, cell := range row.cells {
			if !slices.Contains([]string{"ok", "in", "404", "403"}, cell) {
				t.Errorf("%s:%d: %q is not ok, in, 404 or 403", accessFile, i+1, cell)
			}
		}
		if _, twice := rows[row.route]; twice {
			t.Errorf("%s:%d: %s is there twice", accessFile, i+1, row.route)
		}
		rows[row.route] = row
	}
	return rows
}

// accessRecord is a record of two practices, kept as a file that is copied for each try.
type accessRecord struct {
	file    string
	cookies map[string]string            // by visitor
	values  map[string]string            // what stands in a path's braces
	bearers map[string]map[string]string // by the path's first word, then by visitor
}

var accessTime = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)

// openAccess opens a copy of the record.
func (a *accessRecord) open(t *testing.T) (*practice.House, *sql.DB, func()) {
	t.Helper()
	dir := t.TempDir()
	content, err := os.ReadFile(a.file)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, store.FileName)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	look, err := driver.Open("file:" + file)
	if err != nil {
		t.Fatal(err)
	}
	look.SetMaxOpenConns(1) // so that dataVersion always asks the same one
	return practice.New(practice.Options{Store: s, Now: func() time.Time { return accessTime.Add(time.Minute) }}), look, func() {
		look.Close()
		s.Close()
	}
}

// seedAccess makes the record. What fails here is a fault of the test or of the record.
func seedAccess(t *testing.T) *accessRecord {
	t.Helper()
	ctx := t.Context()
	dir := t.TempDir()
	s, err := store.Open(ctx, store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	h := practice.New(practice.Options{Store: s, Now: func() time.Time { return accessTime }})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	a := &accessRecord{file: filepath.Join(dir, store.FileName), cookies: map[string]string{}, values: map[string]string{}, bearers: map[string]map[string]string{}}
	where := 0
	from := func() netip.Addr { where++; return netip.AddrFrom4([4]byte{10, 9, byte(where), 1}) }

	bearer, owner, err := h.SetUpAndEnter(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@clay.example"}, "test")
	must(err)
	a.cookies["owner"] = bearer
	_, other, err := h.SetUpAndEnter(ctx, practice.Setup{Practice: "Stein", Zone: "Europe/Berlin", Owner: "Udo Stein", Email: "udo@stein.example"}, "test")
	must(err)
	mallory, err := h.AddClient(ctx, owner, knead.Client{Name: "Mallory Finch"})
	must(err)

	member := func(by practice.Actor, name string, in practice.Invitation) practice.Actor {
		t.Helper()
		in.Name, in.Email = name, strings.ToLower(strings.Fields(name)[0])+"@example.org"
		link, _, err := h.Invite(ctx, by, in)
		must(err)
		joining, _, err := h.Invited(ctx, link, practice.ForJoin, from())
		must(err)
		bearer, actor, err := h.Join(ctx, joining, practice.Way{Name: name, Password: "nine kettles hum at dawn " + in.Email, Agent: "test"})
		must(err)
		a.cookies[name] = bearer
		return actor
	}
	as := func(visitor string, by practice.Actor, name string, in practice.Invitation) practice.Actor {
		t.Helper()
		actor := member(by, name, in)
		a.cookies[visitor] = a.cookies[name]
		return actor
	}
	as("stranger", other, "Otto Fremd", practice.Invitation{Role: knead.Therapist})
	colleague := as("colleague", owner, "Cleo Amsel", practice.Invitation{Role: knead.Therapist})
	as("substitute", owner, "Sven Aushilf", practice.Invitation{Role: knead.Substitute, Until: knead.InstantOf(accessTime.AddDate(0, 1, 0)), Clients: []knead.ClientID{mallory}})
	as("desk", owner, "Dora Empfang", practice.Invitation{Role: knead.Desk})
	as("auditor", owner, "Axel Pruef", practice.Invitation{Role: knead.Auditor})

	zelda, err := h.AddClient(ctx, owner, knead.Client{Name: theirName, Called: theirCall, Born: "1980-02-03", Email: "zelda@example.org", Profile: knead.ClientProfile{
		History: theirHistory, Medicines: []string{theirPill},
	}})
	must(err)
	visit, err := h.OpenVisit(ctx, owner, knead.VisitRecord{Client: zelda, Therapist: owner.Member, Starts: knead.InstantOf(accessTime.Add(time.Hour))})
	must(err)
	must(h.AddIncident(ctx, owner, practice.Incident{Client: zelda, Visit: visit, Kind: "other", Severity: "minor", Words: theirTrouble, Action: theirTrouble}))
	note := knead.Note{}
	note.Sections = []knead.NoteSection{{Heading: "S", Paragraphs: []string{theirNote}}}
	_, err = h.SaveNote(ctx, owner, visit, 0, note, true)
	must(err)
	_, theirLink, err := h.SendLink(ctx, owner, visit, practice.ForIntake)
	must(err)
	finch, err := h.OpenVisit(ctx, owner, knead.VisitRecord{Client: mallory, Therapist: colleague.Member, Starts: knead.InstantOf(accessTime.Add(2 * time.Hour))})
	must(err)
	nowhere := strings.Split(a.cookies["owner"], ".")[0] + "." + strings.Repeat("A", 43)
	for word, purpose := range map[string]practice.Purpose{"l": practice.ForIntake, "c": practice.ForCheckin} {
		link, _, err := h.SendLink(ctx, owner, finch, purpose)
		must(err)
		a.bearers[word] = map[string]string{"link": link}
	}
	a.values = map[string]string{
		"client": string(zelda), "visit": string(visit), "link": string(theirLink.ID), "member": string(colleague.Member), "bearer": nowhere,
		"other": string(mallory), "instrument": "psfs", "device": strings.Repeat("0", 64), "passkey": strings.Repeat("0", 64),
	}
	alert, file := "01a224a0-6a40-71ae-9076-88139713aec5", "01a224a0-6a40-71ae-9076-88139713aec6"
	must(s.Write(ctx, func(q *db.Queries) error {
		if err := q.AddCheckin(ctx, db.AddCheckinParams{PracticeID: owner.Practice, ID: alert, VisitID: finch, Moment: "day1", DueAt: knead.InstantOf(accessTime)}); err != nil {
			return err
		}
		if err := q.AddFile(ctx, db.AddFileParams{
			PracticeID: owner.Practice, ID: knead.FileID(file), ClientID: zelda, Name: theirPaper + ".pdf", MediaType: "application/pdf",
			Size: int64(len(theirPaper)), Digest: "-", Content: []byte(theirPaper), Thumbnail: []byte(theirPaper), At: knead.InstantOf(accessTime),
		}); err != nil {
			return err
		}
		return q.AddAlert(ctx, db.AddAlertParams{
			PracticeID: owner.Practice, ID: alert, Kind: "message", ClientID: &zelda, VisitID: &visit, Words: theirAlarm, At: knead.InstantOf(accessTime),
		})
	}))
	a.values["alert"], a.values["file"] = alert, file
	troubles, _, err := h.Incidents(ctx, owner, zelda, 1)
	must(err)
	a.values["incident"] = troubles[0].ID
	must(s.Close())
	return a
}

// path fills the braces of a route for a visitor. What the record has none of gets an id
// that nobody has.
func (a *accessRecord) path(route, visitor string) string {
	_, path, _ := strings.Cut(route, " ")
	first := strings.Split(strings.Trim(path, "/"), "/")[0]
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllStringFunc(path, func(brace string) string {
		name := strings.Trim(brace, "{}.$")
		if name == "" {
			return ""
		}
		if own := a.bearers[first][visitor]; name == "bearer" && own != "" {
			return own
		}
		if v := a.values[name]; v != "" {
			return v
		}
		return "01a224a0-6a40-71ae-9076-88139713aec4"
	})
}

// everything is a form that fits many routes, so that what is refused would have changed
// something.
func (a *accessRecord) everything() url.Values {
	return url.Values{
		"name": {"Changed By Test"}, "email": {"changed@example.org"}, "role": {"desk"}, "practice": {"Changed"}, "zone": {"Europe/Berlin"},
		"reason": {"changed by a test, in enough words"}, "words": {"changed"}, "label": {"changed"}, "give": {a.values["client"]}, "hide": {"yes"},
		"password": {"nine kettles hum at dusk"}, "minutes": {"45"}, "idle": {"20"}, "retention": {"11"}, "minors": {"18"}, "emergency": {"112"},
		"at": {"2026-03-10T10:00"}, "therapist": {a.values["member"]}, "kind": {"other"}, "severity": {"minor"}, "onset": {"1"}, "h-0": {"S"}, "s-0": {"changed"}, "version": {"0"}, "to": {a.values["client"]},
	}
}

// own are fields that a route wants otherwise, so that the form is right and only the
// visitor can be wrong.
var own = map[string]url.Values{
	"POST /clients/{client}/consent": {"act": {"withdrawn"}, "kind": {"data"}},
	"POST /l/{bearer}/keep":          {"step": {"about"}},
	"POST /visits/{visit}/keep":      {"step": {"about"}},
}

// visited is what a visitor got.
type visited struct {
	cell   string
	status int
	text   string
}

// visit tries a route as a visitor.
func (a *accessRecord) visit(t *testing.T, h http.Handler, s *site, route, visitor string, n int) visited {
	t.Helper()
	method, _, _ := strings.Cut(route, " ")
	var content io.Reader
	kind := ""
	if method != http.MethodGet {
		kind = "application/x-www-form-urlencoded"
		form := a.everything()
		maps.Copy(form, own[route])
		content = strings.NewReader(form.Encode())
		if slices.Contains(s.looseRoutes()[route].limits.Types, "application/json") {
			kind, content = "application/json", strings.NewReader(`{"events":[]}`)
		}
		if strings.HasSuffix(route, "/files") {
			kind = "multipart/form-data; boundary=b"
			content = strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n\r\n--b--\r\n")
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r := httptest.NewRequestWithContext(ctx, method, a.path(route, visitor), content)
	r.Host = "localhost:8080"
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.7:4000", n/250, n%250) // another network each time, so that no limit is met
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if cookie := a.cookies[visitor]; cookie != "" {
		r.AddCookie(&http.Cookie{Name: "knead", Value: cookie})
	}
	w := httptest.NewRecorder()
	if s.looseRoutes()[route].limits.WriteTimeout == server.NoLimit {
		h.ServeHTTP(leaver{w, cancel}, r)
	} else {
		h.ServeHTTP(w, r)
	}
	v := visited{status: w.Code, text: w.Body.String() + fmt.Sprint(w.Header())}
	to := w.Header().Get("Location")
	signedIn := a.cookies[visitor] != ""
	switch {
	case w.Code == http.StatusSeeOther && strings.HasPrefix(to, "/signin") && !signedIn && !strings.HasPrefix(route, "POST /signout") && route != "GET /{$}":
		v.cell = "in"
	case w.Code == http.StatusUnauthorized:
		v.cell = "in" // what scripts ask
	case w.Code == http.StatusForbidden && !signedIn && strings.Contains(v.text, s.words.say("problem.403")):
		v.cell = "in"
	case w.Code == http.StatusNotFound, w.Code == http.StatusForbidden:
		v.cell = fmt.Sprint(w.Code)
	case w.Code >= 500:
		v.cell = fmt.Sprint(w.Code)
	default:
		v.cell = "ok"
	}
	return v
}

// leaver listens to a stream until its first words have come.
type leaver struct {
	*httptest.ResponseRecorder

	leave func()
}

func (l leaver) Flush() {
	l.ResponseRecorder.Flush()
	l.leave()
}

// fingerprint is a digest of each table, so that a change of anything is seen. That a link
// was opened, and that somebody was seen, is written down by looking.
func fingerprint(t *testing.T, look *sql.DB) map[string]string {
	t.Helper()
	prints := map[string]string{}
	for _, table := range column(t, look, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'") {
		columns := column(t, look, "SELECT name FROM pragma_table_info('"+table+"') WHERE name NOT IN ('opened_at', 'seen_at')")
		sum := sha256.New()
		for _, row := range column(t, look, "SELECT quote("+strings.Join(columns, ") || ',' || quote(")+") FROM "+table+" ORDER BY 1") {
			fmt.Fprintln(sum, row)
		}
		prints[table] = hex.EncodeToString(sum.Sum(nil))
	}
	return prints
}

func column(t *testing.T, look *sql.DB, query string) []string {
	t.Helper()
	rows, err := look.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			t.Fatal(err)
		}
		list = append(list, one)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// dataVersion is a number that moves when anybody else writes to the file
// (https://sqlite.org/pragma.html#pragma_data_version). While it stands, no table has changed.
func dataVersion(t *testing.T, look *sql.DB) (version int) {
	t.Helper()
	if err := look.QueryRowContext(t.Context(), "PRAGMA data_version").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}

// changed names the tables in which two prints differ.
func changed(before, after map[string]string) []string {
	var names []string
	for name, sum := range after {
		if before[name] != sum {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// accessSite is the workspace's pages, to which each try brings its own record.
func accessSite(t testing.TB) (s *site, h http.Handler, routes []string) {
	t.Helper()
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	s.record = Record{}
	all := s.deskRoutes()
	rt := server.NewRouter(s.problem)
	for pattern, handle := range all {
		rt.Handle(pattern, handle)
	}
	routes = slices.Collect(maps.Keys(all))
	for pattern, loose := range s.looseRoutes() {
		rt.HandleWith(pattern, loose.limits, loose.handle)
		routes = append(routes, pattern)
	}
	slices.Sort(routes)
	return s, server.Chassis(rt, server.Options{Addr: "localhost:8080", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)}), routes
}

// writesByLooking are the routes that are asked with GET and still change something, with
// the reason.
var writesByLooking = map[string]string{
	"GET /clients/{client}/export": "that somebody took a record out stands in the chain",
}

// TestEveryRouteShowsEachVisitorWhatIsTheirsAndNothingElse tries every route as every kind
// of visitor. It holds the status, the words that must not be read, that a refusal changed
// nothing, and that looking changes nothing.
func TestEveryRouteShowsEachVisitorWhatIsTheirsAndNothingElse(t *testing.T) {
	t.Parallel()
	rows := readAccess(t)
	record := seedAccess(t)
	s, h, routes := accessSite(t)
	for route, row := range rows {
		if !slices.Contains(routes, route) {
			t.Errorf("%s:%d: there is no route %s any more; take the line out", accessFile, row.line, route)
		}
	}
	house, look, done := record.open(t)
	defer func() { done() }()
	version, prints := dataVersion(t, look), fingerprint(t, look)
	n, acts := 0, 0
	for _, route := range routes {
		row, known := rows[route]
		got := make([]string, len(visitors))
		for i, visitor := range visitors {
			n++
			s.house = house
			v := record.visit(t, h, s, route, visitor, n)
			got[i] = v.cell
			for _, word := range hidden(visitor) {
				if at := strings.Index(v.text, word); at >= 0 {
					t.Errorf("%s as %s shows %q, which is not theirs to read:\n%.300s", route, visitor, word, v.text[max(0, at-150):])
				}
			}
			if known && row.cells[i] != v.cell {
				t.Errorf("%s as %s: got %s (status %d), want %s by line %d of %s", route, visitor, v.cell, v.status, row.cells[i], row.line, accessFile)
			}
			now := dataVersion(t, look)
			if now == version {
				continue
			}
			after := fingerprint(t, look)
			if diff := changed(prints, after); len(diff) > 0 {
				acts++
				if theirs := []string{"audit", "audit_heads", "ceremonies", "credentials", "signins"}; visitor == "auditor" &&
					slices.ContainsFunc(diff, func(table string) bool { return !slices.Contains(theirs, table) }) {
					t.Errorf("%s as auditor changed %v: an auditor changes nothing but their own sign-in", route, diff)
				}
				if v.cell != "ok" {
					t.Errorf("%s as %s is refused with %d and still changed %v", route, visitor, v.status, diff)
				} else if strings.HasPrefix(route, "GET ") && writesByLooking[route] == "" {
					t.Errorf("%s as %s only looks and still changed %v", route, visitor, diff)
				}
				done() // the next one comes to the record as it was
				house, look, done = record.open(t)
				now, after = dataVersion(t, look), prints
			}
			version, prints = now, after
		}
		if !known {
			t.Errorf("%s has no line in the access matrix. Whoever adds a route says who may reach it: add a line to internal/web/%s, "+
				"then run `go test ./internal/web -run Access -update-access`. It would say now, if that is what you want:\n%s", route, accessFile, accessLine(route, got))
		}
	}
	if acts == 0 {
		t.Error("nobody changed anything: this test does not see what is changed")
	}
}

func accessLine(route string, cells []string) string {
	method, path, _ := strings.Cut(route, " ")
	return fmt.Sprintf("%-4s %-42s %s", method, path, strings.Join(cells, " "))
}

// TestTheAccessDocumentIsFresh holds docs/access.md to the table.
func TestTheAccessDocumentIsFresh(t *testing.T) {
	want := writeAccess(readAccess(t))
	if *updateAccess {
		if err := os.WriteFile(accessDocument, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(accessDocument)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/access.md is not what internal/web/testdata/access.txt says: run go test ./internal/web -run Access -update-access")
	}
}

func writeAccess(rows map[string]accessRow) []byte {
	var b bytes.Buffer
	b.WriteString(`# Who reaches what

Made from ` + "`internal/web/testdata/access.txt`" + ` by ` + "`go test ./internal/web -run Access -update-access`" + `. Do not edit here. The same table is a test: every route is tried as every kind of visitor, on a record of two practices.

- **opens**: the page, or the act if what was typed is right. **sign in**: sent to sign in, or refused as nobody. **not found**: what is not yours does not exist for you. **no**: your role does not include it.
- The visitors: nobody; a therapist of another practice; another therapist of the same practice; a substitute to whom this client was not given; the front desk; a client who came by a link of their own; the owner; a read-only auditor.
- Whatever opens: nobody, the other practice, the substitute and the other client never read a word of this client, not their name either. The front desk reads names and times, and nothing of the body. A private note is read by its author alone.
- A refusal changes nothing in any table, and looking changes nothing.

| route | ` + strings.Join(visitors, " | ") + " | |\n|---|" + strings.Repeat("---|", len(visitors)+1) + "\n")
	said := map[string]string{"ok": "opens", "in": "sign in", "404": "not found", "403": "no"}
	routes := slices.SortedFunc(maps.Keys(rows), func(x, y string) int {
		_, px, _ := strings.Cut(x, " ")
		_, py, _ := strings.Cut(y, " ")
		if px != py {
			return strings.Compare(px, py)
		}
		return strings.Compare(x, y)
	})
	for _, route := range routes {
		fmt.Fprintf(&b, "| `%s` |", strings.ReplaceAll(route, "{$}", ""))
		for _, cell := range rows[route].cells {
			fmt.Fprintf(&b, " %s |", said[cell])
		}
		fmt.Fprintf(&b, " %s |\n", rows[route].why)
	}
	return b.Bytes()
}
