//go:build unix

package web

import (
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
)

// practiceAt is a practice at work, asked by its pages.
type practiceAt struct {
	t      *testing.T
	door   http.Handler
	store  *store.Store
	house  *practice.House
	owner  practice.Actor
	cookie string
	client knead.ClientID
	visit  knead.VisitID
	late   atomic.Int64 // how far the clock has gone, in nanoseconds
}

func workAt(t *testing.T, place store.Options) *practiceAt {
	t.Helper()
	x := &practiceAt{t: t, store: kneadtest.Open(t, place)}
	x.house = practice.New(practice.Options{Store: x.store, Now: func() time.Time { return accessTime.Add(time.Duration(x.late.Load())) }})
	routes, err := NewWithRecord(Record{House: x.house})
	if err != nil {
		t.Fatal(err)
	}
	x.door = server.Chassis(routes, server.Options{Addr: "192.0.2.1:80", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})
	ctx := t.Context()
	if x.cookie, x.owner, err = x.house.SetUpAndEnter(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@clay.example", Password: ownersPassword}, "test"); err != nil {
		t.Fatal(err)
	}
	if x.client, err = x.house.AddClient(ctx, x.owner, knead.Client{Name: "Ana Lopez"}); err != nil {
		t.Fatal(err)
	}
	if x.visit, err = x.house.OpenVisit(ctx, x.owner, knead.VisitRecord{Client: x.client, Therapist: x.owner.Member, Starts: x.house.Now()}); err != nil {
		t.Fatal(err)
	}
	return x
}

func (x *practiceAt) pass(d time.Duration) { x.late.Add(int64(d)) }

func (x *practiceAt) ask(method, path string, form url.Values) (status int, page, to string) {
	x.t.Helper()
	r := httptest.NewRequestWithContext(x.t.Context(), method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "knead", Value: x.cookie})
	w := httptest.NewRecorder()
	x.door.ServeHTTP(w, r)
	return w.Code, html.UnescapeString(w.Body.String()), w.Header().Get("Location")
}

// reads holds that the pages of the practice can be read.
func (x *practiceAt) reads(when string) {
	x.t.Helper()
	for _, path := range []string{"/today", "/clients", "/clients/" + string(x.client), "/visits/" + string(x.visit), "/visits/" + string(x.visit) + "/note", "/inbox", "/audit"} {
		if status, page, _ := x.ask(http.MethodGet, path, nil); status != http.StatusOK {
			x.t.Errorf("%s: GET %s is answered with %d:\n%.300s", when, path, status, page)
		}
	}
}

// note is the form of the note of the visit, of some length.
func (x *practiceAt) note(words string) (path string, form url.Values) {
	n, err := x.house.Note(x.t.Context(), x.owner, x.visit)
	if err != nil {
		x.t.Fatal(err)
	}
	return "/visits/" + string(x.visit) + "/note", url.Values{"h-0": {"S"}, "s-0": {words}, "version": {fmt.Sprint(n.Version)}}
}

func TestAFullDiskIsToldOnThePageAndReadingGoesOn(t *testing.T) {
	place, disk := kneadtest.NewDisk(t)
	x := workAt(t, place)
	path, form := x.note("before")
	if status, _, _ := x.ask(http.MethodPost, path, form); status != http.StatusSeeOther {
		t.Fatalf("with room a note is answered with %d", status)
	}
	lines, err := x.house.VerifyAudit(t.Context(), x.owner.Practice)
	if err != nil {
		t.Fatal(err)
	}
	disk.Room(0)
	path, form = x.note(strings.Repeat("a long note ", 500))
	for _, c := range []struct {
		path string
		form url.Values
	}{
		{path, form},
		{"/clients", url.Values{"name": {"Ben"}, "history": {strings.Repeat("much ", 500)}}},
		{"/visits/" + string(x.visit) + "/note/draft", url.Values{"h-0": {"S"}, "s-0": {strings.Repeat("x", 5000)}}},
	} {
		status, page, _ := x.ask(http.MethodPost, c.path, c.form)
		if status != http.StatusServiceUnavailable || !strings.Contains(page, "The disk is full, so nothing could be saved. What was saved before can be read.") {
			t.Errorf("POST %s on a full disk is answered with %d, want 503 with words:\n%.600s", c.path, status, page)
		}
	}
	x.pass(10 * time.Minute) // that somebody is here cannot be written down, and they see their pages all the same
	x.reads("on a full disk")
	if n, err := x.house.Note(t.Context(), x.owner, x.visit); err != nil || n.Note.Sections[0].Paragraphs[0] != "before" {
		t.Errorf("on a full disk the note is %+v, %v", n.Note, err)
	}
	if now, err := x.house.VerifyAudit(t.Context(), x.owner.Practice); err != nil || now != lines {
		t.Errorf("on a full disk the chain has %d lines, %v; before it had %d", now, err, lines)
	}
	disk.Room(1 << 30)
	path, form = x.note("after")
	if status, page, _ := x.ask(http.MethodPost, path, form); status != http.StatusSeeOther {
		t.Errorf("with room again a note is answered with %d:\n%.300s", status, page)
	}
	x.reads("with room again")
	if _, err := x.house.VerifyAudit(t.Context(), x.owner.Practice); err != nil {
		t.Error(err)
	}
}

func TestALockOpensAndHoldsOnAFullDisk(t *testing.T) {
	place, disk := kneadtest.NewDisk(t)
	x := workAt(t, place)
	unlock := func(password string) (int, string) {
		status, _, to := x.ask(http.MethodPost, "/unlock", url.Values{"password": {password}, "to": {"/today"}})
		return status, to
	}
	open := func(when string, want bool) {
		t.Helper()
		status, _, to := x.ask(http.MethodGet, "/today", nil)
		if got := status == http.StatusOK; got != want {
			t.Errorf("%s /today is answered with %d %s; open: %v, want %v", when, status, to, got, want)
		}
	}
	disk.Room(0)
	for range 8 {
		x.pass(10 * time.Minute)
		open("while somebody is here", true)
	}
	x.pass(time.Hour)
	open("left alone", false)
	if status, to := unlock("not this one at all"); status != http.StatusForbidden {
		t.Errorf("a wrong password is answered with %d %s", status, to)
	}
	open("after a wrong password", false)
	if status, to := unlock(ownersPassword); status != http.StatusSeeOther || to != "/today" {
		t.Errorf("the right password is answered with %d %s", status, to)
	}
	open("after the right password", true)
	x.reads("opened on a full disk")
	if status, _, to := x.ask(http.MethodPost, "/lock", nil); status != http.StatusSeeOther || to != "/unlock" {
		t.Errorf("locking is answered with %d %s", status, to)
	}
	open("locked by hand", false)
	x.pass(time.Hour)
	open("an hour later", false)

	disk.Room(1 << 30)
	open("with room again", false)
	if status, _ := unlock(ownersPassword); status != http.StatusSeeOther {
		t.Errorf("with room again the right password is answered with %d", status)
	}
	open("with room again, after the right password", true)
	if _, s, err := x.house.Resume(t.Context(), x.cookie); err != nil || s.Locked {
		t.Errorf("the sign-in is %+v, %v", s, err)
	}

	if status, _, _ := x.ask(http.MethodPost, "/lock", nil); status != http.StatusSeeOther { // written
		t.Errorf("locking is answered with %d", status)
	}
	disk.Room(0)
	if status, _ := unlock(ownersPassword); status != http.StatusSeeOther {
		t.Errorf("a lock that was written is opened with %d", status)
	}
	open("a lock that was written", true)
	disk.Room(1 << 30)
	x.pass(2 * time.Minute)
	open("with room again", true) // and what was not written is written now
	second := practice.New(practice.Options{Store: x.store, Now: func() time.Time { return x.house.Now().Time() }})
	if _, s, err := second.Resume(t.Context(), x.cookie); err != nil || s.Locked || s.Proved > x.house.Now().Add(-2*time.Minute) {
		t.Errorf("another process sees %+v, %v; want it open, proved two minutes ago", s, err)
	}
}

func TestADatabaseThatIsGoneIsToldOnThePageAndComesBackByItself(t *testing.T) {
	away := kneadtest.NewServer(t, "fsync=off")
	x := workAt(t, store.Options{DSN: away.Create("knead"), Patience: 100 * time.Millisecond})
	path, form := x.note("before")
	away.Stop()
	for what, c := range map[string]struct {
		method, path string
		form         url.Values
	}{
		"a page":               {http.MethodGet, "/today", nil},
		"the first address":    {http.MethodGet, "/", nil},
		"the sign-in":          {http.MethodGet, "/signin", nil},
		"who signs in":         {http.MethodPost, "/signin", url.Values{"email": {"noor@clay.example"}, "password": {ownersPassword}}},
		"a note":               {http.MethodPost, path, form},
		"a client by a link":   {http.MethodGet, "/l/" + strings.Split(x.cookie, ".")[0] + "." + strings.Repeat("A", 43), nil},
		"a member who joins":   {http.MethodGet, "/join/" + strings.Split(x.cookie, ".")[0] + "." + strings.Repeat("A", 43), nil},
		"what a tablet writes": {http.MethodPost, "/visits/" + string(x.visit) + "/session", url.Values{"tap": {"done"}}},
	} {
		status, page, _ := x.ask(c.method, c.path, c.form)
		if status != http.StatusServiceUnavailable || !strings.Contains(page, "The database does not answer just now. Nothing was lost; try again in a moment.") {
			t.Errorf("%s while the database is gone: %s %s is answered with %d, want 503 with words:\n%.500s", what, c.method, c.path, status, page)
		}
	}
	if status, _, _ := x.ask(http.MethodGet, "/atlas", nil); status != http.StatusOK {
		t.Errorf("the atlas needs no database and is answered with %d", status)
	}
	away.Start()
	x.reads("after it came back")
	if status, page, _ := x.ask(http.MethodPost, path, form); status != http.StatusSeeOther {
		t.Errorf("after it came back a note is answered with %d:\n%.300s", status, page)
	}
}

// TestAClockThatIsSetBackBreaksNothing sets the clock back by an hour, as a machine does
// whose zone was wrong, and forth again.
func TestAClockThatIsSetBackBreaksNothing(t *testing.T) {
	x := workAt(t, store.Options{Dir: t.TempDir()})
	ctx := t.Context()
	link, _, err := x.house.SendLink(ctx, x.owner, x.visit, practice.ForIntake)
	if err != nil {
		t.Fatal(err)
	}
	for hour, d := range []time.Duration{-time.Hour, time.Hour} {
		x.pass(d)
		when := fmt.Sprintf("with the clock set by %v", d)
		if _, s, err := x.house.Resume(ctx, x.cookie); err != nil || s.Locked && d < 0 {
			t.Fatalf("%s: %+v, %v; want the sign-in open", when, s, err)
		} else if s.Locked { // an hour went by: the screen is idle
			if err := x.house.Unlock(ctx, x.owner, ownersPassword, netip.MustParseAddr("192.0.2.1")); err != nil {
				t.Fatal(err)
			}
		}
		x.reads(when)
		path, form := x.note(when)
		if status, page, _ := x.ask(http.MethodPost, path, form); status != http.StatusSeeOther {
			t.Errorf("%s a note is answered with %d:\n%.300s", when, status, page)
		}
		if status, page, _ := x.ask(http.MethodPost, "/clients", url.Values{"name": {fmt.Sprint("Ben ", hour)}}); status != http.StatusSeeOther {
			t.Errorf("%s a client is answered with %d:\n%.300s", when, status, page)
		}
		if status, _, _ := x.ask(http.MethodGet, "/l/"+link, nil); status != http.StatusOK {
			t.Errorf("%s the link is answered with %d", when, status)
		}
		bearer, l, err := x.house.SendLink(ctx, x.owner, x.visit, practice.ForIntake)
		if err != nil || !l.Open(x.house.Now()) {
			t.Errorf("%s: a link that was just made is not open: %v", when, err)
		}
		if status, _, _ := x.ask(http.MethodGet, "/l/"+bearer, nil); status != http.StatusOK {
			t.Errorf("%s a new link is answered with %d", when, status)
		}
		if _, _, err := x.house.SignIn(ctx, x.owner.Practice, practice.Proof{Email: "noor@clay.example", Password: ownersPassword, From: netip.MustParseAddr("192.0.2.9")}); err != nil {
			t.Errorf("%s nobody can sign in: %v", when, err)
		}
		if _, err := x.house.VerifyAudit(ctx, x.owner.Practice); err != nil {
			t.Errorf("%s: %v", when, err)
		}
	}
	if _, changed, err := x.house.VerifyNotes(ctx, x.owner.Practice); err != nil || len(changed) > 0 {
		t.Errorf("notes changed: %v, %v", changed, err)
	}
}
