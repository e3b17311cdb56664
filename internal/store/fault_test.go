package store_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/store"
	"knead/internal/store/db"
)

// rounds is how often a fault is made: a few times, or as often as the environment says.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("KNEAD_FAULT_ROUNDS")
	if text == "" {
		return 3
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("KNEAD_FAULT_ROUNDS is %q, want a number", text)
	}
	return n
}

// A test that kills a program starts this test binary again in a role of its own. The
// role is given the place of the record.
const (
	roleVariable  = "KNEAD_TEST_ROLE"
	placeVariable = "KNEAD_TEST_PLACE"
)

// program is this test binary in a role.
type program struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
	words bytes.Buffer // what it said of errors
}

func startProgram(t *testing.T, role string, place store.Options, more ...string) *program {
	t.Helper()
	where, err := json.Marshal(append([]string{place.Dir, place.DSN, hex.EncodeToString(place.Key)}, more...))
	if err != nil {
		t.Fatal(err)
	}
	name, _, _ := strings.Cut(t.Name(), "/")
	p := &program{cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+name+"$")}
	p.cmd.Env = append(os.Environ(), roleVariable+"="+role, placeVariable+"="+string(where))
	p.cmd.Stderr = &p.words
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.lines = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// kill ends the program as kill -9 does, and gives the lines that it had still written.
func (p *program) kill() (rest []string) {
	p.cmd.Process.Kill()
	for p.lines.Scan() {
		rest = append(rest, p.lines.Text())
	}
	p.cmd.Wait()
	return rest
}

// played tells that this binary was started to play a role, and plays it.
func played(t *testing.T, play func(t *testing.T, role string, place store.Options, more []string)) bool {
	t.Helper()
	role := os.Getenv(roleVariable)
	if role == "" {
		return false
	}
	var where []string
	if err := json.Unmarshal([]byte(os.Getenv(placeVariable)), &where); err != nil {
		t.Fatal(err)
	}
	key, err := hex.DecodeString(where[2])
	if err != nil {
		t.Fatal(err)
	}
	play(t, role, store.Options{Dir: where[0], DSN: where[1], Key: key}, where[3:])
	return true
}

// bigWrite writes into several tables at once: a client, a visit, a note, a job and the
// line of the chain that says so. The id is in each.
func bigWrite(ctx context.Context, s *store.Store, p knead.PracticeID, id string) error {
	return s.Write(ctx, func(q *db.Queries) error {
		if n, err := q.ActDone(ctx, p, knead.ActID(id)); err != nil || n > 0 {
			return err
		}
		text := strings.Repeat(id+" ", 1+len(id)*rand.IntN(300))
		err := errors.Join(
			q.AddClient(ctx, db.AddClientParams{PracticeID: p, ID: knead.ClientID(id), Name: text}),
			q.AddVisit(ctx, db.AddVisitParams{PracticeID: p, ID: knead.VisitID(id), ClientID: knead.ClientID(id), TherapistID: "m", State: "open", Input: text}),
			q.AddNote(ctx, db.AddNoteParams{PracticeID: p, ID: knead.NoteID(id), VisitID: knead.VisitID(id), AuthorID: "m", Body: text}),
			q.AddJob(ctx, db.AddJobParams{PracticeID: p, ID: id, Kind: "mail", RunAt: 1}),
		)
		if err != nil {
			return err
		}
		head, err := q.TakeAuditHead(ctx, p)
		if err != nil {
			return err
		}
		digest := "digest of " + id
		err = q.AddAudit(ctx, db.AddAuditParams{PracticeID: p, Seq: head.Seq, ActID: knead.ActID(id), Previous: head.Digest, Digest: digest})
		if err != nil {
			return err
		}
		_, err = q.SetAuditHead(ctx, p, digest)
		return err
	})
}

// fillBig makes the practice that bigWrite writes to.
func fillBig(t *testing.T, s *store.Store) {
	t.Helper()
	fill(t, s, "p")
	err := s.Write(t.Context(), func(q *db.Queries) error {
		return q.AddMember(t.Context(), db.AddMemberParams{PracticeID: "p", ID: "m", Role: "owner"})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// checkBig asks that all that was acknowledged is there, that nothing is half there, and
// that at most some are there of which nobody heard.
func checkBig(t *testing.T, s *store.Store, acknowledged []string, unheard int) {
	t.Helper()
	tables := map[string]map[string]bool{}
	var last string
	err := s.Everything(t.Context(), func(table string, columns []string, row []any) error {
		field := func(name string) string {
			for i, c := range columns {
				if c == name {
					return fmt.Sprint(row[i])
				}
			}
			return ""
		}
		id := field("id")
		if table == "audit" {
			id = field("act_id")
			if field("seq") != strconv.Itoa(len(tables[table])+1) || len(tables[table]) > 0 && field("previous") != last {
				t.Errorf("line %s of the chain does not follow %s", field("seq"), last)
			}
			last = field("digest")
		}
		if table == "audit_heads" && (field("seq") != strconv.Itoa(len(tables["audit"])) || last != "" && field("digest") != last) {
			t.Errorf("the head of the chain is %s %s, its last line %d %s", field("seq"), field("digest"), len(tables["audit"]), last)
		}
		if tables[table] == nil {
			tables[table] = map[string]bool{}
		}
		tables[table][id] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"clients", "visits", "notes", "jobs"} {
		if d := cmp.Diff(tables["audit"], tables[table]); d != "" {
			t.Errorf("half written: the chain (-) and %s (+) differ:\n%s", table, d)
		}
	}
	for _, id := range acknowledged {
		if !tables["audit"][id] {
			t.Errorf("%s was acknowledged and is not there", id)
		}
	}
	if extra := len(tables["audit"]) - len(acknowledged); extra > unheard {
		t.Errorf("%d are there of which nobody heard, want at most %d", extra, unheard)
	}
}

// TestWhatWasAcknowledgedOutlivesAKilledProgram kills a program that writes, again and
// again, at another moment each time.
func TestWhatWasAcknowledgedOutlivesAKilledProgram(t *testing.T) {
	if played(t, func(t *testing.T, role string, place store.Options, _ []string) {
		s := kneadtest.Open(t, place)
		for n := 0; ; n++ {
			id := fmt.Sprintf("%s-%d", role, n)
			if err := bigWrite(t.Context(), s, "p", id); err != nil {
				t.Fatal(err)
			}
			fmt.Println(id)
		}
	}) {
		return
	}
	kneadtest.Places(t, func(t *testing.T, place store.Options) {
		s, err := store.Open(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		fillBig(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		var acknowledged []string
		for round := range rounds(t) {
			writer := startProgram(t, fmt.Sprintf("w%d", round), place)
			enough := 1 + rand.IntN(60)
			for n := 0; n < enough && writer.lines.Scan(); n++ {
				acknowledged = append(acknowledged, writer.lines.Text())
			}
			acknowledged = append(acknowledged, writer.kill()...)
			if writer.words.Len() > 0 {
				t.Fatalf("the writer says: %s", &writer.words)
			}
			s := kneadtest.Open(t, place)
			checkBig(t, s, acknowledged, round+1)
			if err := bigWrite(t.Context(), s, "p", fmt.Sprintf("after-%d", round)); err != nil {
				t.Errorf("after the kill: %v", err)
			}
			acknowledged = append(acknowledged, fmt.Sprintf("after-%d", round))
		}
		t.Logf("%d writes were acknowledged", len(acknowledged))
	})
}

// TestWhatWasAcknowledgedOutlivesAKilledServer kills the server of PostgreSQL under
// writers and starts it again. The writers do not hear of it: they wait.
func TestWhatWasAcknowledgedOutlivesAKilledServer(t *testing.T) {
	server := kneadtest.NewServer(t)
	s := kneadtest.Open(t, store.Options{DSN: server.Create("knead"), Patience: 2 * time.Minute})
	fillBig(t, s)
	ctx, stop := context.WithCancel(t.Context())
	whole := t.Context()
	var mu sync.Mutex
	var acknowledged []string
	written := make(chan struct{})
	var all sync.WaitGroup
	for worker := range 3 {
		all.Go(func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d", worker, n)
				if err := bigWrite(whole, s, "p", id); err != nil {
					t.Errorf("%s: %v", id, err)
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, id)
				mu.Unlock()
				select {
				case written <- struct{}{}:
				case <-ctx.Done():
					return
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		all.Wait()
		close(ended)
	}()
	wait := func(writes int) {
		for range writes {
			select {
			case <-written:
			case <-ended:
				t.Fatal("the writers have ended")
			}
		}
	}
	for round := range rounds(t) {
		wait(5 + rand.IntN(30))
		if round%2 == 0 {
			server.Kill()
		} else {
			server.Stop()
		}
		server.Start()
	}
	wait(5)
	stop()
	<-ended
	checkBig(t, s, acknowledged, 0)
	t.Logf("%d writes were acknowledged", len(acknowledged))
}

func TestADatabaseThatIsAwayIsUnavailableAndComesBack(t *testing.T) {
	server := kneadtest.NewServer(t, "fsync=off")
	s := kneadtest.Open(t, store.Options{DSN: server.Create("knead"), Patience: 200 * time.Millisecond})
	fillBig(t, s)
	server.Stop()
	for what, err := range map[string]error{
		"Write": bigWrite(t.Context(), s, "p", "lost"),
		"Read":  s.Read(t.Context(), func(q *db.Queries) error { _, err := q.Practice(t.Context(), "p"); return err }),
		"Ping":  s.Ping(t.Context()),
		"Dump":  s.Dump(t.Context(), "p", func(string, []string, []any) error { return nil }),
	} {
		if e, ok := errors.AsType[*knead.Error](err); !ok || e.Kind != knead.Unavailable || e.Say == "" {
			t.Errorf("%s while the database is away: %v, want %s with words", what, err, knead.Unavailable)
		}
	}
	_, err := store.Open(t.Context(), store.Options{DSN: server.DSN("knead"), Patience: 200 * time.Millisecond})
	if knead.KindOf(err) != knead.Unavailable {
		t.Errorf("Open while the database is away: %v, want %s", err, knead.Unavailable)
	}
	server.Start()
	if err := bigWrite(t.Context(), s, "p", "again"); err != nil {
		t.Errorf("when the database is back: %v", err)
	}
	checkBig(t, s, []string{"again"}, 0)
}

// TestALeaseOutlivesItsWorkerAndThenRunsOut kills a worker that has leased jobs.
func TestALeaseOutlivesItsWorkerAndThenRunsOut(t *testing.T) {
	lease := func(ctx context.Context, s *store.Store, now knead.Instant) (jobs []db.Job, err error) {
		err = s.Write(ctx, func(q *db.Queries) error {
			jobs, err = q.LeaseJobs(ctx, "p", now+100, now, 5)
			return err
		})
		return jobs, err
	}
	if played(t, func(t *testing.T, _ string, place store.Options, _ []string) {
		jobs, err := lease(t.Context(), kneadtest.Open(t, place), 1000)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(len(jobs))
		io.Copy(io.Discard, os.Stdin) // until it is killed
		select {}
	}) {
		return
	}
	kneadtest.Places(t, func(t *testing.T, place store.Options) {
		s := kneadtest.Open(t, place)
		fill(t, s, "p")
		err := s.Write(t.Context(), func(q *db.Queries) error {
			for i := range 8 {
				if err := q.AddJob(t.Context(), db.AddJobParams{PracticeID: "p", ID: fmt.Sprint(i), Kind: "mail", RunAt: 1}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		worker := startProgram(t, "worker", place)
		if !worker.lines.Scan() || worker.lines.Text() != "5" {
			t.Fatalf("the worker leases %q, want 5: %s", worker.lines.Text(), &worker.words)
		}
		worker.kill()
		for _, c := range []struct {
			now  knead.Instant
			want int
		}{{1050, 3}, {1099, 0}, {1101, 5}} {
			jobs, err := lease(t.Context(), s, c.now)
			if err != nil || len(jobs) != c.want {
				t.Errorf("at %d, after the worker was killed at 1000: %d jobs, %v, want %d", c.now, len(jobs), err, c.want)
			}
			for _, j := range jobs {
				if want := int64(1 + c.now/1101); j.Attempts != want {
					t.Errorf("at %d job %s is tried for the time %d, want %d", c.now, j.ID, j.Attempts, want)
				}
			}
		}
	})
}

// TestAKilledRestoreIsAllOrNothing kills a program that restores a backup.
func TestAKilledRestoreIsAllOrNothing(t *testing.T) {
	if played(t, func(t *testing.T, _ string, into store.Options, more []string) {
		who, err := age.ParseX25519Identity(more[1])
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(more[0])
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("begun")
		err = store.Restore(t.Context(), f, []age.Identity{who}, into, func(done, total int64) { fmt.Println(done, total) })
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("restored")
	}) {
		return
	}
	who := keyPair(t)
	s := told(t)
	want := everything(t, s)
	file := filepath.Join(t.TempDir(), "backup.age")
	if err := os.WriteFile(file, backup(t, s, who), 0o600); err != nil {
		t.Fatal(err)
	}
	came := 0
	for round := range 2 * rounds(t) {
		into := store.Options{Dir: filepath.Join(t.TempDir(), "new"), Key: otherKey}
		p := startProgram(t, "restore", into, file, who.String())
		for range rand.IntN(16) + 4*(round%3) {
			if !p.lines.Scan() {
				break
			}
		}
		p.kill()
		if p.words.Len() > 0 {
			t.Fatalf("the program says: %s", &p.words)
		}
		_, err := os.Stat(filepath.Join(into.Dir, store.FileName))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if err != nil { // then it can be done again
			if err := restore(t, backup(t, s, who), who, into); err != nil {
				t.Errorf("after a killed restore: %v", err)
				continue
			}
		} else {
			came++
		}
		restored := kneadtest.Open(t, into)
		if d := cmp.Diff(want, everything(t, restored)); d != "" {
			t.Errorf("what was backed up (-) and what is there (+) differ:\n%s", d)
		}
	}
	t.Logf("%d of %d restores were quicker than the kill", came, 2*rounds(t))
}

func TestAFullDiskIsToldAndSurvived(t *testing.T) {
	place, disk := kneadtest.NewDisk(t)
	s := kneadtest.Open(t, place)
	fillBig(t, s)
	var acknowledged []string
	for round := range rounds(t) {
		disk.Room(40_000 + rand.Int64N(200_000))
		refused := 0
		for n := 0; refused < 5; n++ {
			id := fmt.Sprintf("%d-%d", round, n)
			err := bigWrite(t.Context(), s, "p", id)
			if err == nil {
				acknowledged = append(acknowledged, id)
				continue
			}
			refused++
			if e, ok := errors.AsType[*knead.Error](err); !ok || e.Kind != knead.Unavailable || !strings.Contains(e.Say, "disk is full") {
				t.Fatalf("a full disk gives %v, want %s with words that say so", err, knead.Unavailable)
			}
			tries := 0
			err = s.Write(t.Context(), func(q *db.Queries) error {
				tries++
				return q.AddClient(t.Context(), db.AddClientParams{PracticeID: "p", ID: "too big", Name: strings.Repeat("x", 1<<20)})
			})
			if err == nil || tries != 1 {
				t.Fatalf("%d tries on a full disk, %v; room does not come by waiting", tries, err)
			}
			checkBig(t, s, acknowledged, 0)
		}
		disk.Room(1 << 30)
		id := fmt.Sprintf("%d-room", round)
		if err := bigWrite(t.Context(), s, "p", id); err != nil {
			t.Errorf("when there is room again: %v", err)
		}
		acknowledged = append(acknowledged, id)
	}
	if len(acknowledged) == rounds(t) {
		t.Error("nothing fitted on the disk, so nothing was tested")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	checkBig(t, kneadtest.Open(t, store.Options{Dir: place.Dir}), acknowledged, 0)
}
