//go:build unix

package kneadtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// oldest is the oldest PostgreSQL that Knead works with.
const oldest = 15

// Postgres gives the address of a fresh, empty database on a real PostgreSQL. The
// server is started once for a test binary and ends with it, also when the binary is
// killed. It syncs to disk unless KNEAD_TEST_FSYNC is "off".
//
// If KNEAD_TEST_POSTGRES holds the address of a server, the database is made there
// and dropped after the test.
//
// Where no PostgreSQL can be had the test fails: a test that is left out proves nothing.
func Postgres(t testing.TB) string {
	t.Helper()
	return fresh(t, "template0")
}

// PostgresFrom is [Postgres] with a database that fill has filled: tables, perhaps a
// practice. Fill is called once for each name in a test binary, and its result is
// copied, which is quicker than filling again. Fill must close its connections:
// PostgreSQL copies no database that is in use.
func PostgresFrom(t testing.TB, name string, fill func(dsn string) error) string {
	t.Helper()
	if os.Getenv(foreignServer) != "" {
		// A model to copy would stay behind on a server that is not ours.
		dsn := fresh(t, "template0")
		if err := fill(dsn); err != nil {
			t.Fatalf("fill database %s: %v", name, err)
		}
		return dsn
	}
	model := "model_" + name
	filled.Lock()
	defer filled.Unlock() // also while it is copied, so that no other test fills it
	err, ok := filled.by[name]
	if !ok {
		err = fillModel(model, fill)
		filled.by[name] = err
	}
	if err != nil {
		t.Fatalf("fill database %s: %v", name, err)
	}
	return fresh(t, model)
}

// filled remembers which models have been filled, and how that went.
var filled = struct {
	sync.Mutex

	by map[string]error
}{by: map[string]error{}}

func fillModel(model string, fill func(dsn string) error) error {
	s, err := shared()
	if err != nil {
		return err
	}
	if err := execute(s.DSN("postgres"), "CREATE DATABASE "+quote(model)+" TEMPLATE template0"); err != nil {
		return err
	}
	return fill(s.DSN(model))
}

// foreignServer names the variable with the address of a server to use instead.
const foreignServer = "KNEAD_TEST_POSTGRES"

// shared is the one server of this test binary. Nobody stops it: its keeper does, when
// the binary has ended.
var shared = sync.OnceValues(func() (*Server, error) {
	var settings []string
	if os.Getenv("KNEAD_TEST_FSYNC") == "off" {
		settings = append(settings, "fsync=off")
	}
	s, err := newServer(settings)
	if err != nil {
		return nil, err
	}
	if err := s.start(); err != nil {
		s.remove()
		return nil, err
	}
	return s, nil
})

// fresh copies a database under a name of its own, for the length of a test.
func fresh(t testing.TB, model string) string {
	t.Helper()
	admin, name := os.Getenv(foreignServer), "knead_test_"+strings.ToLower(rand.Text())
	address := func() (string, error) { return withDatabase(admin, name) }
	if admin == "" {
		s, err := shared()
		if err != nil {
			t.Fatal(err)
		}
		admin = s.DSN("postgres")
		address = func() (string, error) { return s.DSN(name), nil }
	}
	dsn, err := address()
	if err != nil {
		t.Fatal(err)
	}
	if err := execute(admin, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(model)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := execute(admin, "DROP DATABASE "+quote(name)+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

// withDatabase is the address dsn with another database. An address is a URL or a row
// of words such as `host=db user=knead`, of which the last one wins.
func withDatabase(dsn, name string) (string, error) {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		return dsn + " dbname=" + name, nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", fmt.Errorf("%s is not the address of a PostgreSQL server", foreignServer) // the address may hold a password
	}
	u.Path = "/" + name
	return u.String(), nil
}

// execute runs one statement on a connection of its own.
func execute(dsn, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // the statement's own error counts
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// places lists the folders where the programs of PostgreSQL may be, the likeliest
// first. Debian keeps them out of PATH, in a folder for each version.
func places() []string {
	var dirs []string
	if program, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(program))
	}
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			continue
		}
		slices.Reverse(found) // newer ones first; which is new enough is asked of each
		dirs = append(dirs, found...)
	}
	if dir, err := exec.CommandContext(context.Background(), "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(dir)))
	}
	return dirs
}

var versionNumber = regexp.MustCompile(`\d+`)

// findPostgres looks for a server that is new enough.
func findPostgres(dirs []string) (string, error) {
	var old []string
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
			continue
		}
		// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`
		out, err := exec.CommandContext(context.Background(), filepath.Join(dir, "postgres"), "--version").Output()
		if err != nil {
			continue
		}
		if version, err := strconv.Atoi(versionNumber.FindString(string(out))); err != nil || version < oldest {
			old = append(old, strings.TrimSpace(string(out)))
			continue
		}
		return dir, nil
	}
	words := fmt.Sprintf("this test needs a PostgreSQL server, version %d or newer, and found none", oldest)
	if old != nil {
		words += " (only: " + strings.Join(old, "; ") + ")"
	}
	return "", errors.New(words + ". Run tools/setup.sh, or install it (Debian: apt-get install postgresql), or set " +
		foreignServer + " to the address of a server on which databases may be made, such as postgres://me@localhost/postgres")
}
