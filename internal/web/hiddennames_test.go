package web

import (
	"context"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
)

// TestNoPageShowsANameWhileNamesAreHidden walks through every page of the workspace with
// the demo's record, and through a visit of each state.
func TestNoPageShowsANameWhileNamesAreHidden(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	now := time.Date(2026, 4, 15, 10, 7, 0, 0, time.UTC)
	house := practice.New(practice.Options{Store: st, Now: func() time.Time { return now }})
	s, err := newSite()
	if err != nil {
		t.Fatal(err)
	}
	err = house.Demo(ctx, practice.DemoSettings{Consent: func(p knead.Practice, k knead.ConsentKind) (edition, words string) {
		return s.consentEditions(p)[k], "words"
	}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := house.Practices(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cookie, _, err := house.SignInDemo(ctx, list[0].ID, "ines@demo.example", "test")
	if err != nil {
		t.Fatal(err)
	}
	by, _, err := house.Resume(ctx, cookie)
	if err != nil {
		t.Fatal(err)
	}
	if err := house.HideNames(ctx, by, true); err != nil {
		t.Fatal(err)
	}
	s.house, s.record = house, Record{House: house}
	routes, err := NewWithRecord(Record{House: house})
	if err != nil {
		t.Fatal(err)
	}
	door := server.Chassis(routes, server.Options{Addr: "192.0.2.1:80", PerSecond: 1e6, Burst: 1e6, Log: slog.New(slog.DiscardHandler)})

	clients, _, err := house.Clients(ctx, by, "", 100)
	if err != nil || len(clients) < 10 {
		t.Fatalf("%d clients, %v", len(clients), err)
	}
	perState := map[knead.VisitState]knead.VisitRecord{}
	some := knead.VisitRecord{}
	for _, c := range clients {
		visits, _, err := house.VisitsOf(ctx, by, c.ID, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range visits {
			perState[v.State] = v
		}
		some = visits[len(visits)/2]
	}
	letter, err := house.AddReferral(ctx, by, some.ID, knead.Letter{To: "A doctor", Reason: "x", Findings: "x", Done: "x", Urgency: "x", From: "x"})
	if err != nil {
		t.Fatal(err)
	}
	var named patterns
	for _, c := range clients {
		named = append(named, regexp.MustCompile(regexp.QuoteMeta(c.Name)))
		for _, part := range []string{strings.Fields(c.Name)[0], c.Called} { // the surname is that of their family, too
			if len([]rune(part)) >= 3 {
				named = append(named, regexp.MustCompile(regexp.QuoteMeta(part)+`\b`))
			}
		}
	}

	pages := 0
	look := func(path string) {
		r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		r.AddCookie(&http.Cookie{Name: "knead", Value: cookie})
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("GET %s is %d", path, w.Code)
		}
		if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			return
		}
		pages++
		page := html.UnescapeString(w.Body.String())
		if name := named.find(page); name != "" {
			at := strings.Index(page, name)
			t.Errorf("GET %s shows a name: …%s…", path, page[max(0, at-90):min(len(page), at+len(name)+60)])
		}
	}
	for _, pattern := range s.staffPages() {
		for _, c := range []knead.Client{clients[0], clients[len(clients)-1]} {
			path := strings.NewReplacer("{client}", string(c.ID)).Replace(pattern)
			if !strings.Contains(path, "{visit}") {
				look(path)
				continue
			}
		}
		if strings.Contains(pattern, "{visit}") {
			for _, v := range append(slices.Collect(valuesOf(perState)), some) {
				look(strings.NewReplacer("{visit}", string(v.ID), "{client}", string(v.Client), "{letter}", letter).Replace(pattern))
			}
		}
	}
	look("/find?q=a")
	look("/clients?q=a")
	if pages < 40 {
		t.Errorf("only %d pages were looked at", pages)
	}
}

func valuesOf(m map[knead.VisitState]knead.VisitRecord) func(func(knead.VisitRecord) bool) {
	return func(yield func(knead.VisitRecord) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

// staffPages are the addresses of all pages that people see who work here.
func (s *site) staffPages() []string {
	var list []string
	for pattern := range s.deskRoutes() {
		if path, ok := strings.CutPrefix(pattern, "GET /"); ok && !strings.HasPrefix(path, "l/") {
			list = append(list, "/"+strings.ReplaceAll(path, "{$}", ""))
		}
	}
	slices.Sort(list)
	return list
}
