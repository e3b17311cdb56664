//go:build unix

package kneadtest

import (
	"bufio"
	"crypto/rand"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// helperRole makes this test binary play the process that is killed.
const helperRole = "KNEAD_TEST_ROLE"

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func run(t *testing.T, db *sql.DB, statement string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func count(t *testing.T, db *sql.DB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := db.QueryRowContext(t.Context(), query, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestEachDatabaseIsEmptyAndSeparate(t *testing.T) {
	one, two := open(t, Postgres(t)), open(t, Postgres(t))
	run(t, one, "CREATE TABLE notes (id BIGINT)")
	run(t, one, "INSERT INTO notes VALUES (1)")
	const tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
	if got := count(t, one, tables); got != 1 {
		t.Errorf("the first database has %d tables, want the one just made", got)
	}
	if got := count(t, two, tables); got != 0 {
		t.Errorf("the second database has %d tables, want 0", got)
	}
}

func TestADatabaseGoesWithItsTest(t *testing.T) {
	var name string
	t.Run("uses one", func(t *testing.T) {
		db := open(t, Postgres(t))
		if err := db.QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
	})
	db := open(t, Postgres(t))
	const named = "SELECT count(*) FROM pg_database WHERE datname = $1"
	if got := count(t, db, named, name); got != 0 {
		t.Errorf("database %s is still there after its test", name)
	}
	if got := count(t, db, "SELECT count(*) FROM pg_database WHERE datname = current_database()"); got != 1 {
		t.Errorf("the query does not find the database that it runs in")
	}
}

func TestAFilledDatabaseIsFilledOnceAndCopied(t *testing.T) {
	if os.Getenv(foreignServer) != "" {
		t.Setenv(foreignServer, "") // nothing is copied there
	}
	var filled int
	fill := func(dsn string) error {
		filled++
		return execute(dsn, "CREATE TABLE notes AS SELECT 1 AS id")
	}
	name := strings.ToLower(rand.Text()) // a name of its own: what was filled once stays, also for -count=2
	one, two := open(t, PostgresFrom(t, name, fill)), open(t, PostgresFrom(t, name, fill))
	run(t, one, "DELETE FROM notes")
	if got := count(t, two, "SELECT count(*) FROM notes"); got != 1 {
		t.Errorf("the second copy has %d notes, want its own", got)
	}
	if filled != 1 {
		t.Errorf("filled %d times, want once", filled)
	}
}

func TestAnotherServerIsUsedWhenNamed(t *testing.T) {
	other := NewServer(t, "fsync=off")
	t.Setenv(foreignServer, other.DSN("postgres"))
	var name string
	fill := func(dsn string) error { return execute(dsn, "CREATE TABLE notes (id BIGINT)") }
	t.Run("uses one", func(t *testing.T) {
		for _, dsn := range []string{Postgres(t), PostgresFrom(t, "elsewhere", fill)} {
			if !strings.Contains(dsn, strings.ReplaceAll(other.dir, "/", "%2F")) {
				t.Errorf("address %s is not on the server that was named", dsn)
			}
			if err := open(t, dsn).QueryRowContext(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
				t.Fatal(err)
			}
		}
	})
	if got := count(t, open(t, other.DSN("postgres")), "SELECT count(*) FROM pg_database WHERE NOT datistemplate"); got != 1 {
		t.Errorf("%d databases are left on the server that was named, want only postgres", got)
	}
}

func TestAnAddressGetsAnotherDatabase(t *testing.T) {
	for dsn, want := range map[string]string{
		"postgres://me:secret@db/postgres?sslmode=disable": "postgres://me:secret@db/new?sslmode=disable",
		"postgresql://me@db:5433":                          "postgresql://me@db:5433/new",
		"host=db user=me dbname=postgres":                  "host=db user=me dbname=postgres dbname=new",
	} {
		got, err := withDatabase(dsn, "new")
		if err != nil || got != want {
			t.Errorf("withDatabase(%q) = %q, %v, want %q", dsn, got, err, want)
		}
	}
	if _, err := withDatabase("postgres://me:secret@[db/postgres", "new"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a broken address gives %v, want an error without the password", err)
	}
}

func TestWhatWasAcknowledgedOutlivesKill(t *testing.T) {
	server := NewServer(t)
	db := open(t, server.Create("knead"))
	run(t, db, "CREATE TABLE notes (id BIGINT PRIMARY KEY)")
	var acknowledged atomic.Int64
	writer := make(chan struct{})
	enough := make(chan struct{})
	go func() {
		defer close(writer)
		for id := int64(1); ; id++ {
			if _, err := db.ExecContext(t.Context(), "INSERT INTO notes VALUES ($1)", id); err != nil {
				return
			}
			acknowledged.Store(id)
			if id == 50 {
				close(enough)
			}
		}
	}()
	select {
	case <-enough:
	case <-writer:
		t.Fatal("the writer ended before the server was killed")
	}
	server.Kill()
	<-writer
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("a killed server answers")
	}
	server.Start()
	// One write may have been done and not acknowledged; none may be the other way round.
	if got, want := count(t, db, "SELECT count(*) FROM notes"), int(acknowledged.Load()); got != want && got != want+1 {
		t.Errorf("%d notes after kill and start, want the %d acknowledged ones and at most one more", got, want)
	}
	server.Stop()
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("a stopped server answers")
	}
	server.Start()
	if err := db.PingContext(t.Context()); err != nil {
		t.Errorf("after stop and start: %v", err)
	}
}

func TestASettingReachesTheServer(t *testing.T) {
	db := open(t, NewServer(t, "fsync=off").DSN("postgres"))
	var fsync string
	if err := db.QueryRowContext(t.Context(), "SHOW fsync").Scan(&fsync); err != nil || fsync != "off" {
		t.Errorf("fsync = %q, %v, want off", fsync, err)
	}
}

func TestAWrongSettingIsToldInTheServersOwnWords(t *testing.T) {
	server, err := newServer([]string{"no_such_setting=1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.remove)
	if err := server.start(); err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("start with a setting that does not exist: %v, want the words of the server's log", err)
	}
}

func TestWithoutPostgresTheWordsHelp(t *testing.T) {
	old := t.TempDir()
	for name, script := range map[string]string{"initdb": "#!/bin/sh\n", "postgres": "#!/bin/sh\necho 'postgres (PostgreSQL) 13.9'\n"} {
		if err := os.WriteFile(filepath.Join(old, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		dirs []string
		want []string
	}{
		{nil, []string{"apt-get install postgresql", foreignServer}},
		{[]string{old}, []string{"apt-get install postgresql", "13.9"}},
	} {
		_, err := findPostgres(c.dirs)
		if err == nil {
			t.Errorf("findPostgres(%v) finds one", c.dirs)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("findPostgres(%v): %v, want %q in it", c.dirs, err, want)
			}
		}
	}
}

// TestNothingIsLeftOfAKilledTest kills a test binary while its server runs.
func TestNothingIsLeftOfAKilledTest(t *testing.T) {
	if os.Getenv(helperRole) == "victim" {
		server := NewServer(t)
		fmt.Printf("victim %d %s\n", server.keeper.pid, server.dir)
		select {} // until it is killed
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), helperRole+"=victim")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var pid int
	var dir string
	lines := bufio.NewScanner(out)
	for pid == 0 && lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), "victim "); ok {
			number, folder, _ := strings.Cut(rest, " ")
			dir = folder
			if pid, err = strconv.Atoi(number); err != nil {
				t.Fatal(err)
			}
		}
	}
	if pid == 0 || !alive(pid) {
		t.Fatalf("the server of the other test binary does not run (process %d)", pid)
	}
	family := children(pid)
	if len(family) == 0 {
		t.Error("the server has no other processes: children does not see them")
	}
	if err := syscall.Kill(cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	left := func() string {
		for _, p := range append(family, pid) {
			if alive(p) {
				return fmt.Sprintf("process %d", p)
			}
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			return "folder " + dir
		}
		return ""
	}
	for deadline := time.Now().Add(patience); left() != ""; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is left %v after the test binary was killed", left(), patience)
		}
	}
}

func BenchmarkPostgres(b *testing.B) {
	Postgres(b)
	b.ResetTimer()
	for b.Loop() {
		Postgres(b)
	}
}
