package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum" // encryption at rest

	"knead"
)

// FileName is the SQLite file in the data folder.
const FileName = "knead.db"

// Key encrypts the SQLite file: 32 random bytes. It protects a stolen disk, not a running
// machine.
type Key []byte

// KeyBytes is the length of a key.
const KeyBytes = 32

// String keeps a key out of logs.
func (Key) String() string { return "(key)" }

// ReadKey reads a key from a file that only its owner may read: 64 hexadecimal digits.
// Handed is the folder in which a service manager hands secrets to this service alone, or
// empty. There systemd lets the service in by an access list, which shows as the group's
// bit although no group may read.
func ReadKey(file, handed string) (Key, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, &knead.Error{Kind: knead.Invalid, Say: "The key file cannot be read. Make one with: knead key FILE", Err: err}
	}
	others := fs.FileMode(0o077)
	if handed != "" && filepath.Dir(file) == filepath.Clean(handed) {
		others = 0o037
	}
	if info.Mode().Perm()&others != 0 {
		return nil, &knead.Error{Kind: knead.Invalid, Say: "The key file can be read by others. Put that right with: chmod 600 " + file}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, &knead.Error{Kind: knead.Invalid, Say: "The key file cannot be read.", Err: err}
	}
	return ParseKey(string(content))
}

// ParseKey reads a key from its 64 hexadecimal digits.
func ParseKey(text string) (Key, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != KeyBytes {
		return nil, &knead.Error{Kind: knead.Invalid, Say: "The key is not 64 hexadecimal digits. Make one with: knead key FILE"}
	}
	return key, nil
}

// pragmas hold on every connection of a pool, so they are part of the address.
var pragmas = []string{
	"busy_timeout(10000)", "journal_mode(wal)", "synchronous(full)", "foreign_keys(on)", "temp_store(memory)",
}

func (s *Store) openSQLite(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "The data folder cannot be made: " + dir, Err: err}
	}
	s.path = filepath.Join(dir, FileName)
	if err := checkKey(s.path, s.key); err != nil {
		return err
	}
	err := makeFile(s.path)
	if err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "The record cannot be written: " + s.path, Err: err}
	}
	// One connection writes: SQLite has one writer anyway, and waiting in our own queue is fair.
	if s.write, err = s.openFile("immediate", 1); err != nil {
		return err
	}
	if err = s.write.PingContext(ctx); err != nil {
		return translate(fmt.Errorf("open %s: %w", s.path, err))
	}
	s.read, err = s.openFile("deferred", 2+2*runtime.NumCPU())
	return err
}

// makeFile makes a file that only its owner may read, before SQLite does: the log beside
// it gets the same mode.
func makeFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

func (s *Store) openFile(lock string, most int) (*sql.DB, error) {
	settings := url.Values{"_txlock": {lock}}
	if s.vfs != "" {
		settings.Set("vfs", s.vfs)
	}
	pool, err := driver.Open(address(s.path, s.key, settings), func(c *sqlite3.Conn) error { return prepare(c, s.key) })
	if err != nil {
		return nil, translate(fmt.Errorf("open %s: %w", s.path, err))
	}
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	return pool, nil
}

// address names an SQLite file. The key is not part of it. The log beside it is made with
// the mode of the file.
func address(path string, key Key, settings url.Values) string {
	settings.Set("modeof", path)
	if len(key) > 0 {
		settings.Set("vfs", "adiantum")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}

func prepare(c *sqlite3.Conn, key Key) error {
	if err := unlock(c, key); err != nil {
		return err
	}
	// Statements order text with COLLATE "C", by its bytes, as PostgreSQL calls it.
	if err := c.CreateCollation("C", bytes.Compare); err != nil {
		return err
	}
	for _, p := range pragmas {
		if err := c.Exec("PRAGMA " + p); err != nil {
			return err
		}
	}
	return nil
}

func unlock(c *sqlite3.Conn, key Key) error {
	if len(key) == 0 {
		return nil
	}
	return c.Exec("PRAGMA hexkey='" + hex.EncodeToString(key) + "'")
}

// checkKey finds out before SQLite does, which could only say that the file is no database.
func checkKey(path string, key Key) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "The record cannot be read: " + path, Err: err}
	}
	defer f.Close() //nolint:errcheck // only read
	head := make([]byte, 16)
	n, err := f.Read(head)
	if n == 0 {
		return nil // a new file
	}
	if err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "The record cannot be read: " + path, Err: err}
	}
	plain := string(head[:n]) == "SQLite format 3\x00"
	switch {
	case plain && len(key) > 0:
		return &knead.Error{Kind: knead.Invalid, Say: "This record is not encrypted, but a key was given. Leave the key out, or make an encrypted copy with: knead restore"}
	case !plain && len(key) == 0:
		return &knead.Error{Kind: knead.Invalid, Say: "This record is encrypted. Give its key with --key-file."}
	}
	return nil
}

func (s *Store) openPostgres(ctx context.Context, dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// the address may hold a password: the parser's own words are not passed on
		return &knead.Error{Kind: knead.Invalid, Say: "The database address is not understood. It looks like postgres://user@host:5432/knead."}
	}
	s.write = stdlib.OpenDB(*config)
	s.write.SetMaxOpenConns(8 * runtime.NumCPU())
	s.write.SetMaxIdleConns(8 * runtime.NumCPU())
	s.write.SetConnMaxLifetime(30 * time.Minute)
	s.read = s.write
	if err := s.again(ctx, func() error { return s.write.PingContext(ctx) }); err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	var version int
	if err := s.write.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return translate(err)
	}
	if version < 150000 {
		return &knead.Error{Kind: knead.Invalid, Say: "This PostgreSQL is too old: Knead needs version 15 or newer."}
	}
	return nil
}
