package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"knead"
	"knead/internal/store/db"
)

// A backup is an age file (age-encryption.org/v1) that holds one line and then a whole
// SQLite file, from whichever database it was made. So it can neither be read nor changed
// without its key, and it can be restored to either database.
const backupLine = "knead backup 1\n"

// Progress is told how many bytes are done, and of how many; of 0 where nobody knows.
type Progress func(done, total int64)

// Backup writes the whole record, all practices with their secrets, as it is at one
// moment; writers go on meanwhile. It makes a checked copy first, beside the file of
// SQLite and encrypted as that is, so it needs room for one. Whoever has the passphrase
// or key of one of the recipients can read the backup.
func (s *Store) Backup(ctx context.Context, w io.Writer, progress Progress, recipients ...age.Recipient) (err error) {
	if len(recipients) == 0 {
		return &knead.Error{Kind: knead.Invalid, Say: "A backup holds everything, so it is never written unencrypted. Give a passphrase or a recipient."}
	}
	parent := os.TempDir()
	if s.kind == sqlite {
		parent = filepath.Dir(s.path)
	}
	dir, err := makePlace(parent, "backup")
	if err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path, key := filepath.Join(dir, FileName), s.key
	if s.kind == sqlite {
		err = s.copyFile(ctx, path)
	} else {
		key, err = s.copyRows(ctx, dir)
	}
	if err != nil {
		return translate(fmt.Errorf("copy the record: %w", err))
	}
	if err := checkFile(ctx, path, key); err != nil {
		return fmt.Errorf("check the copy of the record: %w", err)
	}
	sealed, err := age.Encrypt(w, recipients...)
	if err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "These passphrases or recipients cannot be used together. A passphrase stands alone.", Err: err}
	}
	if _, err := io.WriteString(sealed, backupLine); err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	err = withFile(ctx, path, key, func(f vfs.File) error {
		size, err := f.Size()
		if err != nil {
			return err
		}
		return passOn(ctx, sealed, io.NewSectionReader(f, 0, size), func(done int64) { progress.tell(done, size) })
	})
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return sealed.Close()
}

func (p Progress) tell(done, total int64) {
	if p != nil {
		p(done, total)
	}
}

// makePlace makes a folder of our own within dir. Those that a killed program left behind
// go, a day later.
func makePlace(dir, what string) (string, error) {
	old, err := filepath.Glob(filepath.Join(dir, ".knead-*"))
	if err != nil {
		return "", err
	}
	for _, o := range old {
		if info, err := os.Stat(o); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(o) //nolint:errcheck,gosec // it may be somebody else's
		}
	}
	return os.MkdirTemp(dir, ".knead-"+what+"-")
}

// copyFile copies the file of SQLite while it is in use, on a connection of its own. The
// open transaction keeps the copy at one moment: without it the copy would start again
// with each write.
func (s *Store) copyFile(ctx context.Context, path string) (err error) {
	if err := makeFile(path); err != nil {
		return err
	}
	c, err := openConn(ctx, s.path, s.key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Exec("BEGIN; SELECT COUNT(*) FROM sqlite_schema"); err != nil {
		return err
	}
	to := url.Values{}
	if len(s.key) > 0 {
		to.Set("hexkey", hex.EncodeToString(s.key))
	}
	b, err := c.BackupInit("main", address(path, s.key, to))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		done, err := b.Step(1024) // 4 MB
		if done || err != nil {
			return err
		}
	}
}

// copyRows copies all rows of PostgreSQL into a file of SQLite in dir, under a key that
// nobody will know, and gives the key.
func (s *Store) copyRows(ctx context.Context, dir string) (_ Key, err error) {
	key := make(Key, KeyBytes)
	rand.Read(key) // never fails
	to, err := Open(ctx, Options{Dir: dir, Key: key})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	return key, to.takeAll(ctx, s)
}

// takeAll loads everything from another record, secrets too, in one transaction.
func (s *Store) takeAll(ctx context.Context, from *Store) error {
	return s.transaction(ctx, func(to conn) error {
		return from.stream(ctx, func(c conn) error {
			practices, err := c.queries().Practices(ctx)
			if err != nil {
				return err
			}
			for _, p := range practices {
				l, err := to.loader(ctx, p.PracticeID)
				if err != nil {
					return err
				}
				for _, t := range Tables() {
					err := c.dump(ctx, t, p.PracticeID, nil, func(table string, columns []string, row []any) error {
						return l.put(ctx, table, columns, row)
					})
					if err != nil {
						return err
					}
				}
				if err := l.finish(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// openConn opens a file of SQLite outside of the pools.
func openConn(ctx context.Context, path string, key Key) (*sqlite3.Conn, error) {
	c, err := sqlite3.OpenContext(ctx, address(path, key, url.Values{}))
	if err != nil {
		return nil, err
	}
	if err := prepare(c, key); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// withFile hands the file behind a record to f, as SQLite sees it: decrypted and encrypted
// on the way. Nobody else may have it open.
func withFile(ctx context.Context, path string, key Key, f func(vfs.File) error) (err error) {
	c, err := sqlite3.OpenContext(ctx, address(path, key, url.Values{}))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := unlock(c, key); err != nil {
		return err
	}
	file, err := c.FileControl("main", sqlite3.FCNTL_FILE_POINTER)
	if err != nil {
		return err
	}
	return f(file.(vfs.File)) //nolint:forcetypeassert // what FCNTL_FILE_POINTER gives
}

// chunk is how much is read and written at a time: whole pages and whole parts of age.
const chunk = 64 << 10

// passOn copies until the end, and stops when the caller has gone.
func passOn(ctx context.Context, w io.Writer, r io.Reader, tell func(done int64)) error {
	b := make([]byte, chunk)
	done := int64(0)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		var n int
		var end error
		for n < len(b) && end == nil { // not io.ReadFull, which hides how the reader ended
			var m int
			m, end = r.Read(b[n:])
			n += m
		}
		whole := errors.Is(end, io.EOF)
		if end != nil && !whole {
			return readError{end}
		}
		if _, err := w.Write(b[:n]); err != nil {
			return err
		}
		done += int64(n)
		tell(done)
		if whole {
			return nil
		}
	}
}

// readError is an error of what was read from, not of what was written to.
type readError struct{ error }

func (e readError) Unwrap() error { return e.error }

// Restore brings a backup to a place that is empty, and only there: a folder without a
// record, or a database without tables. It reads and checks everything before it puts
// anything in place; if something is wrong the place stays as it was. The key of the new
// file is that of into, whatever the old one was.
func Restore(ctx context.Context, r io.Reader, identities []age.Identity, into Options, progress Progress) error {
	b := sealedBackup{r, identities, progress}
	if into.DSN != "" {
		return b.toDatabase(ctx, into)
	}
	if err := emptyFolder(into.Dir); err != nil {
		return err
	}
	_, missing := os.Stat(into.Dir)
	err := b.toFolder(ctx, into)
	if err != nil && missing != nil {
		os.Remove(into.Dir) //nolint:errcheck,gosec // somebody may have put something there
	}
	return err
}

// sealedBackup is a backup that is being restored.
type sealedBackup struct {
	r          io.Reader
	identities []age.Identity
	progress   Progress
}

func (b sealedBackup) toFolder(ctx context.Context, into Options) error {
	if err := os.MkdirAll(into.Dir, 0o700); err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "The data folder cannot be made: " + into.Dir, Err: err}
	}
	return b.opened(ctx, into.Dir, into, func(s *Store) error {
		if err := s.Close(); err != nil {
			return err
		}
		return putInPlace(s.path, filepath.Join(into.Dir, FileName))
	})
}

func (b sealedBackup) toDatabase(ctx context.Context, into Options) error {
	if err := emptyDatabase(ctx, into); err != nil {
		return err
	}
	copied := into
	copied.Key = make(Key, KeyBytes)
	rand.Read(copied.Key) // never fails
	return b.opened(ctx, os.TempDir(), copied, func(s *Store) (err error) {
		defer func() { err = errors.Join(err, s.Close()) }()
		to, err := Open(ctx, into)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, to.Close()) }()
		return to.takeAll(ctx, s)
	})
}

// opened unseals the backup within a folder, checks it, and hands it over as an open
// record, which use closes.
func (b sealedBackup) opened(ctx context.Context, parent string, o Options, use func(*Store) error) (err error) {
	dir, err := makePlace(parent, "restore")
	if err != nil {
		return translate(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, FileName)
	if err := b.unseal(ctx, path, o.Key); err != nil {
		return err
	}
	if err := checkFile(ctx, path, o.Key); err != nil {
		return err
	}
	if !o.BrokenChain {
		if err := checkChains(ctx, path, o.Key); err != nil {
			return err
		}
	}
	s, err := Open(ctx, Options{Dir: dir, Key: o.Key, Patience: o.Patience}) // brings the tables up to date
	if err != nil {
		return err
	}
	return use(s)
}

// putInPlace gives a file its name, and fails if there is one of that name.
func putInPlace(from, to string) error {
	err := os.Link(from, to)
	if errors.Is(err, fs.ErrExist) {
		return notEmpty(filepath.Dir(to))
	}
	if err != nil { // a file system without links
		err = os.Rename(from, to)
	}
	if err != nil {
		return translate(fmt.Errorf("put the record in place: %w", err))
	}
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func notEmpty(place string) error {
	return &knead.Error{Kind: knead.Conflict, Say: "There is a record already in " + place + ". A backup is restored to an empty place, so that nothing is written over."}
}

func emptyFolder(dir string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		switch _, err := os.Lstat(filepath.Join(dir, FileName+end)); {
		case err == nil:
			return notEmpty(dir)
		case !errors.Is(err, fs.ErrNotExist):
			return &knead.Error{Kind: knead.Invalid, Say: "The data folder cannot be read: " + dir, Err: err}
		}
	}
	return nil
}

func emptyDatabase(ctx context.Context, into Options) (err error) {
	s, err := connect(ctx, into)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.snapshot(ctx, func(c conn) error {
		var tables, ours, practices int
		const count = "SELECT COUNT(*), COUNT(*) FILTER (WHERE table_name = 'practices') FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
		if err := c.QueryRowContext(ctx, count).Scan(&tables, &ours); err != nil {
			return err
		}
		if ours > 0 { // the empty tables of a Knead that was started there
			if err := c.QueryRowContext(ctx, "SELECT COUNT(*) FROM practices").Scan(&practices); err != nil {
				return err
			}
		}
		if practices > 0 || tables > 0 && ours == 0 {
			return notEmpty("this database")
		}
		return nil
	})
}

// damaged says that a backup is no good.
func damaged(err error) error {
	return &knead.Error{Kind: knead.Invalid, Say: "This backup is damaged or cut off, so nothing was restored. Take another copy of it, or an older one.", Err: err}
}

// unseal decrypts a backup into a file of SQLite.
func (b sealedBackup) unseal(ctx context.Context, path string, key Key) error {
	counted := &countedReader{r: b.r}
	if f, ok := b.r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			counted.total = info.Size()
		}
	}
	open, err := age.Decrypt(counted, b.identities...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return &knead.Error{Kind: knead.Invalid, Say: "This passphrase or key does not open the backup.", Err: err}
	}
	if err != nil {
		return &knead.Error{Kind: knead.Invalid, Say: "This is no backup of Knead, or its beginning is damaged. Nothing was restored.", Err: err}
	}
	line := make([]byte, len(backupLine))
	if _, err := io.ReadFull(open, line); err != nil {
		return damaged(err)
	}
	if string(line) != backupLine {
		return &knead.Error{Kind: knead.Invalid, Say: "This file was encrypted for you, but it is no backup that this Knead can read. Was it made by a newer one?"}
	}
	if err := makeFile(path); err != nil {
		return translate(err)
	}
	err = withFile(ctx, path, key, func(f vfs.File) error {
		if err := passOn(ctx, io.NewOffsetWriter(f, 0), open, func(int64) { b.progress.tell(counted.done, counted.total) }); err != nil {
			return err
		}
		return f.Sync(vfs.SYNC_FULL)
	})
	if _, ok := errors.AsType[readError](err); ok {
		return damaged(err)
	}
	return translate(err)
}

type countedReader struct {
	r           io.Reader
	done, total int64
}

func (c *countedReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += int64(n)
	return n, err
}

// checkFile asks SQLite whether a file is whole, and whether it is a record: without
// triggers and views, which could do what no statement says, and not from the future.
func checkFile(ctx context.Context, path string, key Key) error {
	c, err := openConn(ctx, path, key)
	if err != nil {
		return damaged(err)
	}
	defer c.Close() //nolint:errcheck // only read
	for _, check := range []struct{ query, want string }{
		{"PRAGMA integrity_check", "ok"},
		{"SELECT COUNT(*) FROM pragma_foreign_key_check", "0"},
		{"SELECT COUNT(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index')", "0"},
		{"SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('practices', 'audit', 'audit_heads', 'goose_db_version')", "4"},
	} {
		got, err := ask(c, check.query)
		if err != nil || got != check.want {
			return errors.Join(ctx.Err(), damaged(fmt.Errorf("%s: %q %w", check.query, got, err)))
		}
	}
	return nil
}

// checkChains asks that each chain of acts is unbroken and ends at its head. What the
// digests are made of is known in internal/practice.
func checkChains(ctx context.Context, path string, key Key) error {
	c, err := openConn(ctx, path, key)
	if err != nil {
		return damaged(err)
	}
	defer c.Close() //nolint:errcheck // only read
	for _, broken := range []string{
		"SELECT COUNT(*) FROM practices p WHERE NOT EXISTS (SELECT 1 FROM audit_heads h WHERE h.practice_id = p.practice_id)",
		"SELECT COUNT(*) FROM audit_heads h WHERE h.seq <> (SELECT COUNT(*) FROM audit a WHERE a.practice_id = h.practice_id)",
		"SELECT COUNT(*) FROM audit_heads h WHERE h.seq > 0 AND h.digest IS NOT (SELECT a.digest FROM audit a WHERE a.practice_id = h.practice_id AND a.seq = h.seq)",
		"SELECT COUNT(*) FROM audit b JOIN audit a ON a.practice_id = b.practice_id AND a.seq = b.seq - 1 WHERE b.previous <> a.digest",
	} {
		got, err := ask(c, broken)
		if err != nil {
			return damaged(err)
		}
		if got != "0" {
			return &knead.Error{
				Kind: knead.Invalid,
				Say:  "In this backup the chain of acts is broken: somebody may have changed the record past Knead. Nothing was restored. If you know why, restore it all the same.",
				Err:  fmt.Errorf("%s: %s", broken, got),
			}
		}
	}
	return ctx.Err()
}

// ask gives the first value of the first row.
func ask(c *sqlite3.Conn, query string) (value string, err error) {
	statement, _, err := c.Prepare(query)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, statement.Close()) }()
	if statement.Step() {
		value = statement.ColumnText(0)
	}
	return value, statement.Err()
}

// Check lets the database look at itself: a file whole from the first page to the last,
// with its keys; a PostgreSQL by reading every row of every table.
func (s *Store) Check(ctx context.Context) error {
	if s.kind == sqlite {
		return checkFile(ctx, s.path, s.key)
	}
	practices, err := s.practices(ctx)
	if err != nil {
		return err
	}
	for _, p := range practices {
		if err := s.Dump(ctx, p, func(string, []string, []any) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) practices(ctx context.Context) (ids []knead.PracticeID, err error) {
	err = s.Read(ctx, func(q *db.Queries) error {
		rows, err := q.Practices(ctx)
		ids = nil
		for _, r := range rows {
			ids = append(ids, r.PracticeID)
		}
		return err
	})
	return ids, err
}
