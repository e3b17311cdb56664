package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/store"
	"knead/internal/store/db"
)

// open makes a record with some practices, each with the head of a chain.
func fill(t testing.TB, s *store.Store, practices ...knead.PracticeID) {
	t.Helper()
	ctx := t.Context()
	err := s.Write(ctx, func(q *db.Queries) error {
		for _, p := range practices {
			if err := q.AddPractice(ctx, db.AddPracticeParams{PracticeID: p, Name: "Clay", Zone: "UTC", Settings: "{}"}); err != nil {
				return err
			}
			if err := q.AddAuditHead(ctx, p, "start"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// act adds one line to the chain of a practice and notes it in the practice's name, once:
// when it finds the act in the chain it leaves both as they are.
func act(ctx context.Context, s *store.Store, p knead.PracticeID, id knead.ActID) error {
	return s.Write(ctx, func(q *db.Queries) error {
		if n, err := q.ActDone(ctx, p, id); err != nil || n > 0 {
			return err
		}
		head, err := q.TakeAuditHead(ctx, p)
		if err != nil {
			return err
		}
		line := db.AddAuditParams{PracticeID: p, Seq: head.Seq, ActID: id, Previous: head.Digest, Digest: "digest of " + string(id)}
		if err := q.AddAudit(ctx, line); err != nil {
			return err
		}
		_, err = q.SetAuditHead(ctx, p, line.Digest)
		return err
	})
}

// checkChain asks that a chain has each act once, in one unbroken row.
func checkChain(t *testing.T, s *store.Store, p knead.PracticeID, want []knead.ActID) {
	t.Helper()
	ctx := t.Context()
	err := s.Read(ctx, func(q *db.Queries) error {
		lines, err := q.AuditAfter(ctx, p, 0, 100_000)
		if err != nil {
			return err
		}
		var got []knead.ActID
		previous := "start"
		for i, l := range lines {
			if l.Seq != int64(i+1) || l.Previous != previous {
				t.Errorf("line %d has number %d and comes after %q, want after %q", i+1, l.Seq, l.Previous, previous)
			}
			previous = l.Digest
			got = append(got, l.ActID)
		}
		head, err := q.AuditHead(ctx, p)
		if err != nil {
			return err
		}
		if head.Seq != int64(len(lines)) || head.Digest != previous {
			t.Errorf("the head is %d %q, the last line %d %q", head.Seq, head.Digest, len(lines), previous)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("the chain has %d acts, want each of %d once\ngot  %v\nwant %v", len(got), len(want), got, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNumbersOfParametersMeanTheSameInAnyOrder(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		for statement, want := range map[string]string{
			"SELECT CAST($2 AS TEXT) || '-' || CAST($1 AS TEXT)":                              "b-a",
			"SELECT CAST($2 AS TEXT) || '-' || CAST($1 AS TEXT) || '-' || CAST($2 AS TEXT)":   "b-a-b",
			"SELECT CAST($1 AS TEXT) || '-' || CAST($2 AS TEXT) || '-$' || CAST($1 AS TEXT)":  "a-b-$a",
			"SELECT CAST($2 AS TEXT) FROM (SELECT CAST($1 AS TEXT) AS a) x WHERE x.a = $1":    "b",
			"SELECT x.a FROM (SELECT CAST($2 AS TEXT) AS a) x WHERE CAST($1 AS TEXT) <> x.a ": "b",
		} {
			err := s.Statements(ctx, func(tx db.DBTX) error {
				var row, rows, prepared string
				if err := tx.QueryRowContext(ctx, statement, "a", "b").Scan(&row); err != nil {
					return err
				}
				r, err := tx.QueryContext(ctx, statement, "a", "b")
				if err != nil {
					return err
				}
				defer r.Close()
				for r.Next() {
					if err := r.Scan(&rows); err != nil {
						return err
					}
				}
				if err := r.Err(); err != nil {
					return err
				}
				p, err := tx.PrepareContext(ctx, statement)
				if err != nil {
					return err
				}
				defer p.Close()
				if err := p.QueryRowContext(ctx, "a", "b").Scan(&prepared); err != nil {
					return err
				}
				if row != want || rows != want || prepared != want {
					t.Errorf("%s with a and b = %s, %s, %s, want %s", statement, row, rows, prepared, want)
				}
				return nil
			})
			if err != nil {
				t.Errorf("%s: %v", statement, err)
			}
		}
		err := s.Statements(ctx, func(tx db.DBTX) error {
			if _, err := tx.ExecContext(ctx, "INSERT INTO practices (name, practice_id, zone, settings, demo, created_at, version) VALUES ($2, $1, '', '', FALSE, 0, 1)", "p", "Clay"); err != nil {
				return err
			}
			var name string
			if err := tx.QueryRowContext(ctx, "SELECT name FROM practices WHERE practice_id = 'p'").Scan(&name); err != nil || name != "Clay" {
				t.Errorf("the practice p is called %q, %v, want Clay", name, err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWriteTakesBackWhatAnErrorInterrupts(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		fill(t, s, "p")
		stop := errors.New("stop")
		err := s.Write(ctx, func(q *db.Queries) error {
			if _, err := q.TakeAuditHead(ctx, "p"); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Errorf("Write: %v, want the error of its function", err)
		}
		checkChain(t, s, "p", nil)
	})
}

func TestReadSeesOneMomentAndCannotWrite(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		fill(t, s, "p")
		err := s.Read(ctx, func(q *db.Queries) error {
			before, err := q.AuditHead(ctx, "p")
			if err != nil {
				return err
			}
			if err := act(ctx, s, "p", "meanwhile"); err != nil {
				return err
			}
			after, err := q.AuditHead(ctx, "p")
			if before != after {
				t.Errorf("one Read sees %v and then %v", before, after)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Read(ctx, func(q *db.Queries) error {
			_, err := q.TakeAuditHead(ctx, "p")
			return err
		})
		if err == nil {
			t.Error("a statement that writes works within Read")
		}
		checkChain(t, s, "p", []knead.ActID{"meanwhile"})
	})
}

// TestManyWritersTakeTurns lets writers of several stores add to two chains at once. No
// act may be lost or doubled, and each chain stays one row.
func TestManyWritersTakeTurns(t *testing.T) {
	kneadtest.Places(t, func(t *testing.T, place store.Options) {
		stores := []*store.Store{kneadtest.Open(t, place), kneadtest.Open(t, place)} // as two programs would
		fill(t, stores[0], "p", "q")
		want := map[knead.PracticeID][]knead.ActID{}
		var all sync.WaitGroup
		for worker := range 8 {
			p := []knead.PracticeID{"p", "q"}[worker%2]
			for n := range 15 {
				want[p] = append(want[p], knead.ActID(fmt.Sprintf("%d-%d", worker, n)))
			}
			all.Go(func() {
				for n := range 15 {
					if err := act(t.Context(), stores[worker/2%2], p, knead.ActID(fmt.Sprintf("%d-%d", worker, n))); err != nil {
						t.Errorf("worker %d, act %d: %v", worker, n, err)
						return
					}
				}
			})
		}
		all.Wait()
		for p, acts := range want {
			checkChain(t, stores[0], p, acts)
		}
	})
}

// TestWritersInEachOthersWayTryAgain makes two transactions of PostgreSQL wait for each
// other: one of them is ended by the server and must be tried again without a word.
func TestWritersInEachOthersWayTryAgain(t *testing.T) {
	s := kneadtest.Open(t, store.Options{DSN: kneadtest.PostgresRecord(t)})
	fill(t, s, "p", "q")
	ctx := t.Context()
	var tries atomic.Int32
	both := make(chan struct{})
	var all sync.WaitGroup
	for _, order := range [][2]knead.PracticeID{{"p", "q"}, {"q", "p"}} {
		all.Go(func() {
			err := s.Write(ctx, func(q *db.Queries) error {
				n := tries.Add(1)
				if _, err := q.TakeAuditHead(ctx, order[0]); err != nil {
					return err
				}
				if n == 2 {
					close(both)
				}
				<-both // the first time, each holds one
				_, err := q.TakeAuditHead(ctx, order[1])
				return err
			})
			if err != nil {
				t.Errorf("writer %v: %v", order, err)
			}
		})
	}
	all.Wait()
	if n := tries.Load(); n < 3 {
		t.Errorf("%d tries: the two were never in each other's way", n)
	}
	err := s.Read(ctx, func(q *db.Queries) error {
		for _, p := range []knead.PracticeID{"p", "q"} {
			if head, err := q.AuditHead(ctx, p); err != nil || head.Seq != 2 {
				t.Errorf("the head of %s is at %d, %v, want 2: each writer once", p, head.Seq, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatPassesIsTriedAgain(t *testing.T) {
	place := store.Options{Dir: t.TempDir(), Patience: 20 * time.Second}
	s := kneadtest.Open(t, place)
	for _, c := range []struct {
		err   error
		again bool
	}{
		{sqlite3.BUSY, true},
		{sqlite3.LOCKED, true},
		{sqlite3.BUSY_SNAPSHOT, true},
		{&pgconn.PgError{Code: "40001"}, true},
		{&pgconn.PgError{Code: "40P01"}, true},
		{&pgconn.PgError{Code: "57P01"}, true},
		{&pgconn.PgError{Code: "08006"}, true},
		{&pgconn.PgError{Code: "25006"}, true},
		{&pgconn.PgError{Code: "53300"}, true},
		{fmt.Errorf("commit: %w", io.ErrUnexpectedEOF), true},
		{&net.OpError{Op: "read", Err: errors.New("reset")}, true},
		{sqlite3.CONSTRAINT_UNIQUE, false},
		{sqlite3.CORRUPT, false},
		{&pgconn.PgError{Code: "23505"}, false},
		{&pgconn.PgError{Code: "42601"}, false},
		{errors.New("a mistake in the program"), false},
		{&knead.Error{Kind: knead.Conflict}, false},
		{&knead.Error{Kind: knead.Invalid, Err: io.ErrUnexpectedEOF}, false}, // a file that is cut off
		{&knead.Error{Kind: knead.Unavailable, Err: sqlite3.BUSY}, true},
	} {
		tries := 0
		err := s.Write(t.Context(), func(*db.Queries) error {
			if tries++; tries < 3 {
				return c.err
			}
			return nil
		})
		if again := tries == 3; again != c.again || (err == nil) != c.again {
			t.Errorf("a transaction that fails twice with %v: %d tries, %v; want tried again: %v", c.err, tries, err, c.again)
		}
	}
}

func TestPatienceEndsWithWordsThatSaySo(t *testing.T) {
	kneadtest.Places(t, func(t *testing.T, place store.Options) {
		place.Patience = 50 * time.Millisecond
		s := kneadtest.Open(t, place)
		tries := 0
		err := s.Write(t.Context(), func(*db.Queries) error {
			tries++
			return sqlite3.BUSY
		})
		if knead.KindOf(err) != knead.Unavailable || tries < 2 {
			t.Errorf("after %d tries: %v, want %s", tries, err, knead.Unavailable)
		}
		fill(t, s, "p") // the store works on
	})
}

// TestAnotherProgramMayHoldTheFileForAWhile holds the write lock of an SQLite file from
// outside. Readers see the record meanwhile, a writer waits.
func TestAnotherProgramMayHoldTheFileForAWhile(t *testing.T) {
	place := store.Options{Dir: t.TempDir()}
	s := kneadtest.Open(t, place)
	fill(t, s, "p")
	other, err := sqlite3.Open("file:" + filepath.Join(place.Dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	written := make(chan error, 1)
	go func() { written <- act(t.Context(), s, "p", "waits") }()
	checkChain(t, s, "p", nil)
	select {
	case err := <-written:
		t.Errorf("the writer did not wait: %v", err)
	default:
	}
	if err := other.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := <-written; err != nil {
		t.Errorf("the writer that waited: %v", err)
	}
	checkChain(t, s, "p", []knead.ActID{"waits"})
}

func TestACancelledWriteLeavesNothing(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		fill(t, s, "p")
		for when, cancelAt := range map[string]int{"before": 0, "in the middle": 1, "before the commit": 2} {
			ctx, cancel := context.WithCancel(t.Context())
			if cancelAt == 0 {
				cancel()
			}
			err := s.Write(ctx, func(q *db.Queries) error {
				if _, err := q.TakeAuditHead(ctx, "p"); err != nil {
					return err
				}
				if cancelAt == 1 {
					cancel()
				}
				if _, err := q.SetAuditHead(ctx, "p", "changed"); err != nil {
					return err
				}
				cancel()
				return nil
			})
			cancel()
			if !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled %s: %v, want %v", when, err, context.Canceled)
			}
			checkChain(t, s, "p", nil)
		}
	})
}

func TestACancelledWriteStopsWaiting(t *testing.T) {
	s := kneadtest.Open(t, store.Options{Dir: t.TempDir()})
	ctx, cancel := context.WithCancel(t.Context())
	tries := 0
	err := s.Write(ctx, func(*db.Queries) error {
		if tries++; tries == 3 {
			cancel()
		}
		return sqlite3.BUSY
	})
	if err == nil || tries != 3 {
		t.Errorf("%d tries, %v: want none after the caller has gone", tries, err)
	}
}

// cutter stands between a store and PostgreSQL and cuts the connection at a commit.
type cutter struct {
	listener net.Listener
	server   pgconn.Config
	cuts     chan cut // the next ones to make; none: the commit passes
	made     atomic.Int32
}

type cut int

const (
	beforeCommit cut = iota // the server never hears of it
	afterCommit             // the server has committed, the answer is lost
)

// cutterFor gives the address by which a store goes through the cutter.
func cutterFor(t *testing.T, dsn string) (*cutter, string) {
	t.Helper()
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("/tmp", "knead-cut-") //nolint:usetesting // the name of a socket must be short
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{listener: listener, server: config.Config, cuts: make(chan cut, 100)}
	t.Cleanup(func() {
		listener.Close()
		os.RemoveAll(dir)
	})
	go c.serve()
	return c, fmt.Sprintf("host=%s user=%s password='%s' dbname=%s sslmode=disable", dir, config.User, config.Password, config.Database)
}

func (c *cutter) serve() {
	for {
		client, err := c.listener.Accept()
		if err != nil {
			return
		}
		network, address := pgconn.NetworkAddress(c.server.Host, c.server.Port)
		server, err := net.Dial(network, address)
		if err != nil {
			client.Close()
			continue
		}
		go c.pass(client, server)
	}
}

// pass hands on what is said in both directions. A commit is a message of its own: Q,
// its length, the word.
func (c *cutter) pass(client, server net.Conn) {
	var lost atomic.Bool // the answers of the server
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		defer client.Close()
		b := make([]byte, 64<<10)
		for {
			n, err := server.Read(b)
			if err != nil || lost.Load() {
				return
			}
			if _, err := client.Write(b[:n]); err != nil {
				return
			}
		}
	}()
	defer server.Close()
	b := make([]byte, 64<<10)
	for {
		n, err := client.Read(b)
		if err != nil {
			return
		}
		if bytes.HasPrefix(b[:n], []byte("Q")) && bytes.Equal(bytes.ToLower(b[5:n]), []byte("commit\x00")) {
			select {
			case at := <-c.cuts:
				c.made.Add(1)
				if at == afterCommit {
					lost.Store(true)
					server.Write(b[:n])
					<-answered // it has committed
				}
				client.Close()
				return
			default:
			}
		}
		if _, err := server.Write(b[:n]); err != nil {
			return
		}
	}
}

// TestALostAnswerToACommitNeitherDoublesNorRefuses cuts the connection around commits, so
// that the store cannot know what became of them.
func TestALostAnswerToACommitNeitherDoublesNorRefuses(t *testing.T) {
	cutter, dsn := cutterFor(t, kneadtest.PostgresRecord(t))
	s := kneadtest.Open(t, store.Options{DSN: dsn})
	fill(t, s, "p")
	var acts []knead.ActID
	cuts := 0
	for n, plan := range [][]cut{{}, {beforeCommit}, {afterCommit}, {beforeCommit, afterCommit}, {afterCommit, afterCommit}, {beforeCommit, beforeCommit, beforeCommit}, {}, {afterCommit}} {
		for _, at := range plan {
			cutter.cuts <- at
		}
		id := knead.ActID(fmt.Sprintf("act %d", n))
		if err := act(t.Context(), s, "p", id); err != nil {
			t.Errorf("act %d with cuts %v: %v", n, plan, err)
		}
		acts = append(acts, id)
		cuts += len(plan)
	}
	checkChain(t, s, "p", acts)
	if made := int(cutter.made.Load()); made != cuts {
		t.Errorf("%d connections were cut, want %d", made, cuts)
	}
}

// TestALostAnswerWouldDoubleWithoutAnActID shows that the cutter does what it says: who
// does not look for the act doubles it.
func TestALostAnswerWouldDoubleWithoutAnActID(t *testing.T) {
	cutter, dsn := cutterFor(t, kneadtest.PostgresRecord(t))
	s := kneadtest.Open(t, store.Options{DSN: dsn})
	fill(t, s, "p")
	cutter.cuts <- afterCommit
	var seq int64
	err := s.Write(t.Context(), func(q *db.Queries) error {
		head, err := q.TakeAuditHead(t.Context(), "p")
		seq = head.Seq
		return err
	})
	if err != nil || seq != 2 {
		t.Errorf("counted to %d, %v, want 2: the first try was committed and its answer lost", seq, err)
	}
}

// TestJobsAreLeasedToOneWorkerEach lets four workers take and finish 500 jobs. No job may
// be done twice or left.
func TestJobsAreLeasedToOneWorkerEach(t *testing.T) {
	const jobs, workers = 500, 4
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		fill(t, s, "p", "q")
		err := s.Write(ctx, func(q *db.Queries) error {
			for i := range jobs {
				if err := q.AddJob(ctx, db.AddJobParams{PracticeID: "p", ID: fmt.Sprintf("job %03d", i), Kind: "count", RunAt: knead.Instant(i % 7)}); err != nil {
					return err
				}
			}
			return q.AddJob(ctx, db.AddJobParams{PracticeID: "q", ID: "not theirs", Kind: "count"})
		})
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		done := map[string]int{}
		var all sync.WaitGroup
		for range workers {
			all.Go(func() {
				for {
					var leased []db.Job
					err := s.Write(ctx, func(q *db.Queries) (err error) {
						leased, err = q.LeaseJobs(ctx, "p", 1000, 10, 9)
						return err
					})
					if err != nil {
						t.Errorf("lease: %v", err)
						return
					}
					for _, j := range leased {
						mu.Lock()
						done[j.ID]++
						mu.Unlock()
						err := s.Write(ctx, func(q *db.Queries) error {
							n, err := q.FinishJob(ctx, db.FinishJobParams{PracticeID: "p", ID: j.ID, Attempts: j.Attempts, DoneAt: 20})
							if err == nil && n != 1 {
								err = fmt.Errorf("finishing it changed %d rows", n)
							}
							return err
						})
						if err != nil {
							t.Errorf("%s: %v", j.ID, err)
						}
					}
					mu.Lock()
					enough := len(done) == jobs
					mu.Unlock()
					if enough || len(leased) == 0 && drained(ctx, t, s) {
						return
					}
				}
			})
		}
		all.Wait()
		if len(done) != jobs {
			t.Errorf("%d jobs were done, want %d", len(done), jobs)
		}
		for id, n := range done {
			if n != 1 || !strings.HasPrefix(id, "job ") {
				t.Errorf("%s was done %d times", id, n)
			}
		}
	})
}

// drained tells that no job waits which nobody has leased.
func drained(ctx context.Context, t *testing.T, s *store.Store) bool {
	var free int
	err := s.Read(ctx, func(q *db.Queries) error {
		jobs, err := q.WaitingJobs(ctx, "p", 1000)
		for _, j := range jobs {
			if j.LeasedUntil == 0 {
				free++
			}
		}
		return err
	})
	if err != nil {
		t.Errorf("waiting jobs: %v", err)
		return true
	}
	return free == 0
}

func TestALeaseThatHasRunOutIsGivenAgain(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		fill(t, s, "p")
		lease := func(now, until knead.Instant) (attempts int64) {
			err := s.Write(ctx, func(q *db.Queries) error {
				jobs, err := q.LeaseJobs(ctx, "p", until, now, 10)
				if len(jobs) > 0 {
					attempts = jobs[0].Attempts
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return attempts
		}
		err := s.Write(ctx, func(q *db.Queries) error {
			return q.AddJob(ctx, db.AddJobParams{PracticeID: "p", ID: "j", Kind: "mail", RunAt: 100})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			now  knead.Instant
			want int64 // attempts; 0: not given
		}{{99, 0}, {100, 1}, {150, 0}, {200, 0}, {201, 2}} {
			if got := lease(c.now, 200); got != c.want {
				t.Errorf("at %d the job is given for the time %d, want %d", c.now, got, c.want)
			}
		}
	})
}
