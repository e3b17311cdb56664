// Package store keeps the record: one set of statements for SQLite and PostgreSQL, and
// for a PostgreSQL that is spread over machines by practice.
//
// It knows tables, transactions and errors of databases. It knows no rules: who may do
// what, and what belongs together, is decided in internal/practice. The statements stand
// in queries/, the tables in migrations/; `make sql` makes package db from both.
//
// Start at [Open], then [Store.Read] and [Store.Write]: both hand out the statements of
// package db on one transaction. There is no other way to the database, because SQLite
// numbers `$2, $1` by first appearance and would swap them without a word; see conn.go.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/pressly/goose/v3"

	"knead"
	"knead/internal/store/db"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// patience is how long a transaction is tried again before the caller hears of it.
// Chosen: a failover of PostgreSQL takes about 16 s.
const patience = 30 * time.Second

// Store is an open database.
type Store struct {
	kind  kind
	write *sql.DB
	read  *sql.DB // the same as write on PostgreSQL
	path  string  // of the SQLite file
	vfs   string  // empty: the one that the key asks for
	key   Key
	wait  time.Duration
}

// Options say where the record is kept.
type Options struct {
	Dir      string // folder of the SQLite file knead.db; made if missing
	DSN      string // a PostgreSQL address; then Dir is not used
	Key      Key    // encrypts the SQLite file; empty: not encrypted
	Patience time.Duration
	// BrokenChain lets [Restore] take a backup whose chain of acts is broken.
	BrokenChain bool

	// VFS is how SQLite reaches its files, by the name of one that was registered; empty:
	// by the operating system. Tests let it fail.
	VFS string
}

type kind int

const (
	sqlite kind = iota
	postgres
)

// Open opens the record and brings its tables up to date. An empty place becomes a new,
// empty record.
func Open(ctx context.Context, o Options) (*Store, error) {
	s, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func connect(ctx context.Context, o Options) (*Store, error) {
	s := &Store{key: o.Key, wait: o.Patience, vfs: o.VFS}
	if s.wait == 0 {
		s.wait = patience
	}
	if o.DSN != "" {
		s.kind = postgres
		return s, s.openPostgres(ctx, o.DSN)
	}
	return s, s.openSQLite(ctx, o.Dir)
}

// Close ends all connections.
func (s *Store) Close() error {
	var errs []error
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	return errors.Join(errs...)
}

func (s *Store) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	dialect := goose.DialectSQLite3
	if s.kind == postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, s.write, files)
}

func (s *Store) migrate(ctx context.Context) error {
	p, err := s.migrations()
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return translate(fmt.Errorf("read the version of the tables: %w", err))
	}
	known := p.ListSources()
	if newest := known[len(known)-1].Version; have > newest {
		return &knead.Error{
			Kind: knead.Invalid,
			Say:  "This record was written by a newer Knead. Start that version, or restore the backup made before the upgrade.",
			Err:  fmt.Errorf("tables are at version %d, this program knows %d", have, newest),
		}
	}
	if _, err := p.Up(ctx); err != nil {
		return translate(fmt.Errorf("bring the tables up to date: %w", err))
	}
	return nil
}

// Version gives the number of the last migration that was applied, and of the last one
// that this program knows.
func (s *Store) Version(ctx context.Context) (have, newest int64, err error) {
	p, err := s.migrations()
	if err != nil {
		return 0, 0, err
	}
	have, err = p.GetDBVersion(ctx)
	known := p.ListSources()
	return have, known[len(known)-1].Version, translate(err)
}

// Read runs f on one snapshot. f may run again when the database was away for a moment.
func (s *Store) Read(ctx context.Context, f func(*db.Queries) error) error {
	return s.snapshot(ctx, func(c conn) error { return f(c.queries()) })
}

// Write runs f in one transaction and commits it. When the database was busy or away, f
// runs again from the start, also when nobody can tell whether the commit arrived: f must
// find out by an id that was made before the first try.
func (s *Store) Write(ctx context.Context, f func(*db.Queries) error) error {
	return s.transaction(ctx, func(c conn) error { return f(c.queries()) })
}

func (c conn) queries() *db.Queries { return db.New(c) }

func (s *Store) snapshot(ctx context.Context, f func(conn) error) error {
	return s.again(ctx, func() error {
		tx, err := s.read.BeginTx(ctx, s.reading())
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // nothing was written
		err = f(conn{s.kind, tx})
		if sqlstate(err) == "25006" || errors.Is(err, sqlite3.READONLY) {
			// A mistake in the program: not wrapped, so that it is not tried again.
			return fmt.Errorf("a statement that writes stands within Read: %v", err) //nolint:errorlint // see above
		}
		return err
	})
}

// stream is snapshot for an f that hands on what it reads, which cannot be taken back:
// once it has begun it is not tried again.
func (s *Store) stream(ctx context.Context, f func(conn) error) error {
	var failed error
	err := s.snapshot(ctx, func(c conn) error {
		failed = f(c)
		return nil
	})
	if err != nil {
		return err
	}
	return translate(reason(ctx, failed))
}

// reason says that the caller has gone, where database/sql says only that the transaction
// is over: it may roll back before a statement can ask.
func reason(ctx context.Context, err error) error {
	if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
		return fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	return err
}

func (s *Store) transaction(ctx context.Context, f func(conn) error) error {
	return s.again(ctx, func() error {
		tx, err := s.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after a commit it does nothing, else f's error is what counts
		if err := f(conn{s.kind, tx}); err != nil {
			return err
		}
		return tx.Commit()
	})
}

func (s *Store) reading() *sql.TxOptions {
	if s.kind == postgres {
		return &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}
	}
	return &sql.TxOptions{ReadOnly: true}
}

// again runs try until it succeeds, fails for good, or patience ends.
func (s *Store) again(ctx context.Context, try func() error) error {
	deadline := time.Now().Add(s.wait)
	pause := 5 * time.Millisecond
	for {
		err := reason(ctx, try())
		if err == nil || !passing(err) || ctx.Err() != nil {
			return translate(err)
		}
		rest := time.Until(deadline)
		if rest <= 0 {
			return translate(err)
		}
		jittered := min(rest, pause/2+rand.N(pause))
		select {
		case <-ctx.Done():
			return translate(err)
		case <-time.After(jittered):
		}
		pause = min(2*pause, time.Second)
	}
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return translate(s.read.PingContext(ctx))
}
