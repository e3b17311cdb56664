package web

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the plain INSERT beside
	_ "github.com/ncruces/go-sqlite3/driver"

	"knead"
	"knead/body"
	"knead/internal/kneadtest"
	"knead/internal/practice"
	"knead/internal/server"
	"knead/internal/store"
)

// The load that a practice must bear: so many therapists at once, each of whom looks at a
// page or saves something every five seconds on average. It runs for as long as
// KNEAD_LOAD_SECONDS says (default 20) and prints what a page took.
//
//	go test ./internal/web -run '^$' -bench Working -benchtime 1x
const (
	loadSeconds = 20
	thinkTime   = 5 * time.Second
)

func BenchmarkWorkingPractice(b *testing.B) {
	for _, c := range []struct {
		name       string
		therapists int
		place      func(b *testing.B) (o store.Options, driver, dsn string)
	}{
		{"SQLite-20", 20, func(b *testing.B) (o store.Options, driver, dsn string) {
			return store.Options{Dir: b.TempDir()}, "sqlite3", "file:" + b.TempDir() + "/plain.db?_pragma=journal_mode(wal)&_pragma=synchronous(full)"
		}},
		{"PostgreSQL-200", 200, func(b *testing.B) (o store.Options, driver, dsn string) {
			return store.Options{DSN: kneadtest.Postgres(b)}, "pgx", kneadtest.Postgres(b)
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			place, driver, dsn := c.place(b)
			plain := plainCommit(b, driver, dsn)
			for range b.N {
				l := newLoad(b, place, c.therapists)
				l.run(b)
				l.report(b, plain)
			}
		})
	}
}

// plainCommit is what one INSERT and COMMIT take on the same kind of database, with
// nothing else going on: the median of 200.
func plainCommit(b *testing.B, driver, dsn string) time.Duration {
	b.Helper()
	plain, err := sql.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer plain.Close()
	plain.SetMaxOpenConns(1)
	if _, err := plain.Exec("CREATE TABLE plain (n BIGINT PRIMARY KEY)"); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	for i := range 200 {
		began := time.Now()
		if _, err := plain.Exec("INSERT INTO plain VALUES (" + strconv.Itoa(i) + ")"); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// load is a practice at work.
type load struct {
	server *httptest.Server
	people []worker
	mu     sync.Mutex
	took   map[string][]time.Duration // by what was asked
	failed []string
	rest   uint64 // bytes of memory before the work began
	most   uint64
}

type worker struct {
	cookie        *http.Cookie
	client, visit string
}

func newLoad(b *testing.B, place store.Options, therapists int) *load {
	b.Helper()
	ctx := context.Background()
	s := kneadtest.Open(b, place)
	h := practice.New(practice.Options{Store: s})
	owner, err := h.SetUp(ctx, practice.Setup{Practice: "Load", Zone: "Europe/Berlin", Owner: "Owner", Email: "owner@example.org", Demo: true})
	if err != nil {
		b.Fatal(err)
	}
	l := &load{took: map[string][]time.Duration{}}
	place1, err := body.Find("inside edge of the right shoulder blade")
	if err != nil {
		b.Fatal(err)
	}
	for i := range therapists {
		client, err := h.AddClient(ctx, owner, knead.Client{Name: fmt.Sprintf("Client %d", i), Born: "1980-01-01"})
		if err != nil {
			b.Fatal(err)
		}
		at := knead.InstantOf(time.Now().Add(time.Duration(i) * time.Minute))
		visit, err := h.OpenVisit(ctx, owner, knead.VisitRecord{Client: client, Therapist: owner.Member, Starts: at})
		if err != nil {
			b.Fatal(err)
		}
		_, err = h.ChangeVisit(ctx, owner, visit, func(v *knead.VisitRecord) error {
			var m body.Mark
			m.Paint(place1.Cells, 6)
			v.Input.Drawing.Marks, v.Input.AllNo, v.Asked = []body.Mark{m}, true, true
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		bearer, _, err := h.SignInDemo(ctx, owner.Practice, "owner@example.org", "load")
		if err != nil {
			b.Fatal(err)
		}
		l.people = append(l.people, worker{&http.Cookie{Name: "knead", Value: bearer}, string(client), string(visit)})
	}
	routes, err := NewWithRecord(Record{House: h})
	if err != nil {
		b.Fatal(err)
	}
	l.server = httptest.NewServer(server.Chassis(routes, server.Options{Log: slog.New(slog.DiscardHandler), PerSecond: 1e6, Burst: 1e6}))
	b.Cleanup(l.server.Close)
	l.rest = memory()
	return l
}

func memory() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

func (l *load) run(b *testing.B) {
	b.Helper()
	seconds := loadSeconds
	if n, err := strconv.Atoi(os.Getenv("KNEAD_LOAD_SECONDS")); err == nil && n > 0 {
		seconds = min(n, 120)
	}
	l.server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = len(l.people)
	ctx, stop := context.WithTimeout(context.Background(), time.Duration(seconds)*time.Second)
	defer stop()
	var all sync.WaitGroup
	for i, p := range l.people {
		all.Add(1)
		go func() {
			defer all.Done()
			dice := rand.New(rand.NewPCG(uint64(i), 1))
			for {
				select {
				case <-ctx.Done():
					return
				case <-time.After(time.Duration(dice.ExpFloat64() * float64(thinkTime))):
				}
				l.act(p, dice)
			}
		}()
	}
	all.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	l.most = m.HeapAlloc + m.StackInuse
}

// act is one thing that a therapist does.
func (l *load) act(p worker, dice *rand.Rand) {
	at := "/visits/" + p.visit
	switch dice.IntN(10) {
	case 0, 1:
		l.ask(p, "today", "/today", nil)
	case 2:
		l.ask(p, "find", "/clients?q=client+"+strconv.Itoa(dice.IntN(len(l.people))), nil)
	case 3, 4:
		l.ask(p, "client", "/clients/"+p.client, nil)
	case 5:
		l.ask(p, "visit", at, nil)
	case 6:
		l.ask(p, "assess", at+"/assess", nil)
	case 7, 8:
		from := 1000 + dice.IntN(20000)
		l.ask(p, "stroke", at+"/read", url.Values{"paint": {fmt.Sprintf("aching;;5:%d-%d", from, from+40)}})
	case 9:
		l.ask(p, "draft", at+"/note/draft", url.Values{"h-0": {"Subjective"}, "s-0": {strings.Repeat("word ", 40+dice.IntN(40))}})
	}
}

func (l *load) ask(p worker, what, path string, form url.Values) {
	method, text := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, text = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, l.server.URL+path, text)
	if err != nil {
		panic(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.AddCookie(p.cookie)
	began := time.Now()
	answer, err := l.server.Client().Do(r)
	status := 0
	if err == nil {
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		status = answer.StatusCode
	}
	took := time.Since(began)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took[what] = append(l.took[what], took)
	if err != nil || status >= 300 {
		l.failed = append(l.failed, fmt.Sprintf("%s: %d %v", what, status, err))
	}
}

func (l *load) report(b *testing.B, plain time.Duration) {
	b.Helper()
	var all []time.Duration
	for what, took := range l.took {
		all = append(all, took...)
		slices.Sort(took)
		b.Logf("%-8s %5d times, p50 %s, p99 %s", what, len(took), took[len(took)/2].Round(100*time.Microsecond), took[len(took)*99/100].Round(100*time.Microsecond))
	}
	if len(all) == 0 {
		b.Fatal("nothing was done")
	}
	slices.Sort(all)
	p99 := all[len(all)*99/100]
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(len(all)), "pages")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(p99.Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(p99)/float64(plain), "p99-in-plain-commits")
	b.ReportMetric(float64(len(l.failed)), "errors")
	b.ReportMetric(float64(l.rest)/(1<<20), "rest-MB")
	b.ReportMetric(float64(l.most)/(1<<20), "load-MB")
	for _, f := range l.failed[:min(5, len(l.failed))] {
		b.Log(f)
	}
}
