package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"knead"
	"knead/internal/auth"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
	"knead/internal/store/db"
)

// office is a practice with one client and one visit, reached as browsers reach it.
type office struct {
	t      *testing.T
	store  *store.Store
	house  *practice.House
	door   http.Handler
	now    time.Time
	owner  practice.Actor
	cookie string // of the owner
	client knead.ClientID
	visit  knead.VisitID
}

const officePassword = "seven warm stones in a row"

func newOffice(t *testing.T) *office {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	o := &office{t: t, store: st, now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	o.house = practice.New(practice.Options{Store: st, Now: func() time.Time { return o.now }})
	if o.owner, err = o.house.SetUp(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@example.org", Password: officePassword}); err != nil {
		t.Fatal(err)
	}
	routes, err := NewWithRecord(Record{House: o.house})
	if err != nil {
		t.Fatal(err)
	}
	o.door = server.Chassis(routes, server.Options{Addr: "192.0.2.1:80", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})
	o.cookie = o.signIn("noor@example.org")
	if o.client, err = o.house.AddClient(ctx, o.owner, knead.Client{Name: "Kim Sun", Born: "1984-03-10"}); err != nil {
		t.Fatal(err)
	}
	if o.visit, err = o.house.OpenVisit(ctx, o.owner, knead.VisitRecord{Client: o.client, Therapist: o.owner.Member, Starts: knead.InstantOf(o.now)}); err != nil {
		t.Fatal(err)
	}
	return o
}

// member adds somebody who works here too, and signs them in.
func (o *office) member(role knead.Role, email string) (cookie string) {
	o.t.Helper()
	ctx := context.Background()
	hash, err := auth.HashPassword(officePassword)
	if err != nil {
		o.t.Fatal(err)
	}
	id := knead.MemberID(uuid.Must(uuid.NewV7()).String())
	err = o.store.Write(ctx, func(q *db.Queries) error {
		if err := q.AddMember(ctx, db.AddMemberParams{PracticeID: o.owner.Practice, ID: id, Name: "Somebody Else", Email: email, Role: string(role), Profile: "{}", CreatedAt: o.house.Now()}); err != nil {
			return err
		}
		return q.AddCredential(ctx, db.AddCredentialParams{PracticeID: o.owner.Practice, ID: string(id), MemberID: id, Kind: "password", Label: "Password", Secret: hash, CreatedAt: o.house.Now()})
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return o.signIn(email)
}

func (o *office) signIn(email string) (cookie string) {
	o.t.Helper()
	cookie, _, err := o.house.SignIn(context.Background(), o.owner.Practice, practice.Proof{Email: email, Password: officePassword, From: netip.MustParseAddr("192.0.2.7")})
	if err != nil {
		o.t.Fatal(err)
	}
	return cookie
}

func (o *office) at() string { return "/visits/" + string(o.visit) }

// get gives a page as the browser with this cookie gets it.
func (o *office) get(cookie, path string) (int, string) {
	o.t.Helper()
	w := o.ask(cookie, http.MethodGet, path, nil)
	return w.Code, w.Body.String()
}

// post sends a form and gives the status, where it leads, and the page.
func (o *office) post(cookie, path string, fields url.Values) (code int, location, page string) {
	o.t.Helper()
	w := o.ask(cookie, http.MethodPost, path, fields)
	return w.Code, w.Header().Get("Location"), w.Body.String()
}

func (o *office) ask(cookie, method, path string, fields url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(fields.Encode()))
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(&http.Cookie{Name: "knead", Value: cookie})
	w := httptest.NewRecorder()
	o.door.ServeHTTP(w, r)
	return w
}

// holds fails unless a page has all of the texts.
func (o *office) holds(what, page string, texts ...string) {
	o.t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			o.t.Errorf("%s has no %q", what, text)
		}
	}
}

// lacks fails if a page has any of the texts.
func (o *office) lacks(what, page string, texts ...string) {
	o.t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			o.t.Errorf("%s has %q", what, text)
		}
	}
}
