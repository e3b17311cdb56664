package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/google/go-cmp/cmp"
	"github.com/ncruces/go-sqlite3"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/store"
	"knead/internal/store/db"
)

// keyPair is somebody who can read a backup. Making one costs nothing, unlike a
// passphrase.
func keyPair(t testing.TB) *age.X25519Identity {
	t.Helper()
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

func backup(t testing.TB, s *store.Store, who *age.X25519Identity) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := s.Backup(t.Context(), &b, nil, who.Recipient()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func restore(t testing.TB, b []byte, who age.Identity, into store.Options) error {
	t.Helper()
	return store.Restore(t.Context(), bytes.NewReader(b), []age.Identity{who}, into, nil)
}

func everything(t testing.TB, s *store.Store) (rows []string) {
	t.Helper()
	err := s.Everything(t.Context(), func(table string, columns []string, row []any) error {
		rows = append(rows, fmt.Sprintf("%s %q %#v", table, columns, row))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// filesIn lists all that is in a folder, deep down.
func filesIn(t testing.TB, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if path != dir {
			files = append(files, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

var otherKey = store.Key(bytes.Repeat([]byte{0x5a}, store.KeyBytes))

func TestABackupFromEachDatabaseIsRestoredToEach(t *testing.T) {
	who := keyPair(t)
	sources := map[string]func(*testing.T) *store.Store{
		"SQLite": func(t *testing.T) *store.Store { return told(t) },
		"SQLite encrypted": func(t *testing.T) *store.Store {
			into := store.Options{Dir: t.TempDir(), Key: make(store.Key, store.KeyBytes)}
			if err := restore(t, backup(t, told(t), who), who, into); err != nil {
				t.Fatal(err)
			}
			return kneadtest.Open(t, into)
		},
		"PostgreSQL": func(t *testing.T) *store.Store { return toldPostgres(t) },
	}
	want := everything(t, told(t))
	if len(want) < 100 {
		t.Fatalf("the story has only %d rows", len(want))
	}
	for from, source := range sources {
		t.Run("from "+from, func(t *testing.T) {
			s := source(t)
			b := backup(t, s, who)
			if bytes.Contains(b, []byte("Clay")) || bytes.Contains(b, []byte("SQLite")) {
				t.Error("the backup can be read without its key")
			}
			places := map[string]store.Options{
				"SQLite encrypted": {Dir: filepath.Join(t.TempDir(), "new"), Key: otherKey},
				"PostgreSQL":       {DSN: kneadtest.Postgres(t)},
			}
			if from == "SQLite" {
				places["SQLite"] = store.Options{Dir: filepath.Join(t.TempDir(), "new")}
				places["PostgreSQL where a Knead was started"] = store.Options{DSN: kneadtest.PostgresRecord(t)}
			}
			for to, into := range places {
				if err := restore(t, b, who, into); err != nil {
					t.Errorf("to %s: %v", to, err)
					continue
				}
				if into.Dir != "" {
					if got := filesIn(t, into.Dir); !slices.Equal(got, []string{filepath.Join(into.Dir, store.FileName)}) {
						t.Errorf("to %s: the folder holds %v", to, got)
					}
					if info, err := os.Stat(filepath.Join(into.Dir, store.FileName)); err != nil || info.Mode().Perm() != 0o600 {
						t.Errorf("to %s: mode %v, %v, want 0600", to, info.Mode(), err)
					}
				}
				restored := kneadtest.Open(t, into)
				if d := cmp.Diff(want, everything(t, restored)); d != "" {
					t.Errorf("to %s: what was backed up (-) and what came back (+) differ:\n%s", to, d)
				}
			}
		})
	}
}

func TestABackupUnderWriteLoadIsOneMoment(t *testing.T) {
	who := keyPair(t)
	kneadtest.Places(t, func(t *testing.T, place store.Options) {
		s := kneadtest.Open(t, place)
		fill(t, s, "p")
		ctx, stop := context.WithCancel(t.Context())
		whole := t.Context()
		begun, ended := make(chan struct{}), make(chan int)
		go func() {
			n := 0
			for ; ctx.Err() == nil; n++ {
				if err := act(whole, s, "p", knead.ActID(fmt.Sprintf("%06d", n))); err != nil {
					t.Errorf("act %d: %v", n, err)
				}
				if n == 20 {
					close(begun)
				}
			}
			ended <- n
		}()
		<-begun
		const before = 21
		b := backup(t, s, who)
		stop()
		after := <-ended
		into := store.Options{Dir: t.TempDir()}
		if err := restore(t, b, who, into); err != nil {
			t.Fatal(err)
		}
		restored := kneadtest.Open(t, into)
		var acts []knead.ActID
		err := restored.Read(t.Context(), func(q *db.Queries) error {
			lines, err := q.AuditAfter(t.Context(), "p", 0, 1_000_000)
			for _, l := range lines {
				acts = append(acts, l.ActID)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(acts) < before || len(acts) > after {
			t.Errorf("the backup has %d acts, want %d that were acknowledged before and at most %d", len(acts), before, after)
		}
		want := make([]knead.ActID, len(acts))
		for i := range want {
			want[i] = knead.ActID(fmt.Sprintf("%06d", i))
		}
		checkChain(t, restored, "p", want)
		if after == before {
			t.Error("no act was written during the backup")
		}
	})
}

func TestACopyInTheMakingIsAsSecretAsTheRecord(t *testing.T) {
	who := keyPair(t)
	place := store.Options{Dir: t.TempDir(), Key: otherKey}
	s := kneadtest.Open(t, place)
	fill(t, s, "p")
	err := s.Write(t.Context(), func(q *db.Queries) error {
		return q.AddClient(t.Context(), db.AddClientParams{PracticeID: "p", ID: "c", Name: strings.Repeat("a secret name ", 1000)})
	})
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	look := func(dir string) store.Progress {
		return func(done, total int64) {
			if done > total && total != 0 {
				t.Errorf("%d of %d bytes are done", done, total)
			}
			for _, file := range filesIn(t, dir) {
				content, err := os.ReadFile(file)
				if err != nil {
					continue // a folder
				}
				looked++
				if bytes.Contains(content, []byte("secret name")) || bytes.HasPrefix(content, []byte("SQLite")) {
					t.Errorf("%s can be read while the copy is made", file)
				}
				if strings.HasSuffix(file, "-shm") {
					continue // numbers of pages, no content
				}
				if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%s may be read by others: %v", file, info.Mode())
				}
			}
		}
	}
	var b bytes.Buffer
	if err := s.Backup(t.Context(), &b, look(place.Dir), who.Recipient()); err != nil {
		t.Fatal(err)
	}
	into := store.Options{Dir: t.TempDir(), Key: make(store.Key, store.KeyBytes)}
	if err := store.Restore(t.Context(), &b, []age.Identity{who}, into, look(into.Dir)); err != nil {
		t.Fatal(err)
	}
	if looked == 0 {
		t.Error("no file was there while the copies were made")
	}
	for _, dir := range []string{place.Dir, into.Dir} {
		for _, file := range filesIn(t, dir) {
			if !strings.HasPrefix(filepath.Base(file), store.FileName) {
				t.Errorf("%s is left behind", file)
			}
		}
	}
}

func TestAPassphraseOpensABackup(t *testing.T) {
	s := told(t)
	recipient, err := age.NewScryptRecipient("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	recipient.SetWorkFactor(10) // quick, since it is no secret
	var b bytes.Buffer
	if err := s.Backup(t.Context(), &b, nil, recipient); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]knead.Kind{"wrong horse": knead.Invalid, "correct horse": ""} {
		identity, err := age.NewScryptIdentity(words)
		if err != nil {
			t.Fatal(err)
		}
		into := store.Options{Dir: filepath.Join(t.TempDir(), "new")}
		if err := restore(t, b.Bytes(), identity, into); knead.KindOf(err) != want {
			t.Errorf("with the passphrase %q: %v, want %q", words, err, want)
		}
	}
	if err := s.Backup(t.Context(), &b, nil, recipient, keyPair(t).Recipient()); knead.KindOf(err) != knead.Invalid {
		t.Errorf("a passphrase beside another recipient: %v, want %s", err, knead.Invalid)
	}
	if err := s.Backup(t.Context(), &b, nil); knead.KindOf(err) != knead.Invalid {
		t.Errorf("a backup for nobody: %v, want %s", err, knead.Invalid)
	}
}

// refused asks that a restore is refused in words and leaves the place as it was.
func refused(t *testing.T, what string, b []byte, who age.Identity) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new")
	err := restore(t, b, who, store.Options{Dir: dir})
	e, ok := errors.AsType[*knead.Error](err)
	if !ok || e.Kind != knead.Invalid || e.Say == "" {
		t.Errorf("%s: %v, want %s with words", what, err, knead.Invalid)
	}
	if left := filesIn(t, dir); len(left) > 0 {
		t.Errorf("%s: %v is left behind", what, left)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Errorf("%s: the folder is left behind", what)
	}
}

func TestADamagedBackupIsRefusedAndLeavesNothing(t *testing.T) {
	who := keyPair(t)
	good := backup(t, told(t), who)
	// Every byte of the head, and some of each part of the rest.
	places := []int{}
	for i := range 400 {
		places = append(places, i)
	}
	for i := 400; i < len(good); i += len(good)/40 + 1 {
		places = append(places, i)
	}
	places = append(places, len(good)-1, len(good)-16, len(good)-17)
	for _, i := range places {
		b := slices.Clone(good)
		b[i] ^= 0x10
		refused(t, fmt.Sprintf("byte %d of %d is flipped", i, len(good)), b, who)
	}
	for _, n := range []int{0, 1, 21, 100, 300, 1000, len(good) / 2, len(good) - 70000, len(good) - 17, len(good) - 1} {
		refused(t, fmt.Sprintf("cut off after %d bytes of %d", n, len(good)), good[:n], who)
	}
	refused(t, "something follows the end", append(slices.Clone(good), "more"...), who)
	refused(t, "for somebody else", good, keyPair(t))
	if err := restore(t, good, who, store.Options{Dir: t.TempDir()}); err != nil {
		t.Errorf("the good backup: %v", err)
	}
}

// sealed is a backup with any content.
func sealed(t *testing.T, who *age.X25519Identity, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := age.Encrypt(&b, who.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// changedFile is the file of a record after some statements that go past the store.
func changedFile(t *testing.T, statements string) []byte {
	t.Helper()
	dir := t.TempDir()
	s := kneadtest.Open(t, store.Options{Dir: dir})
	fill(t, s, "p")
	for _, id := range []knead.ActID{"a", "b", "c"} {
		if err := act(t.Context(), s, "p", id); err != nil {
			t.Fatal(err)
		}
	}
	c, err := sqlite3.Open("file:" + filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Exec(statements + "; PRAGMA wal_checkpoint(truncate)"); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestABackupThatIsNoRecordIsRefused(t *testing.T) {
	who := keyPair(t)
	const line = "knead backup 1\n"
	page := make([]byte, 4096)
	whole := changedFile(t, "SELECT 1")
	holed := slices.Clone(whole)
	copy(holed[len(holed)/2/4096*4096:], page)
	for what, content := range map[string][]byte{
		"nothing":              nil,
		"another text":         []byte("Dear Ana, here is the bill."),
		"another format":       []byte("knead backup 9\n" + string(whole)),
		"no SQLite file":       append([]byte(line), bytes.Repeat([]byte("x"), 9000)...),
		"an empty file":        []byte(line),
		"a page of zeros":      append([]byte(line), page...),
		"half a file":          append([]byte(line), whole[:len(whole)/2]...),
		"a page is gone":       append([]byte(line), holed...),
		"another database":     append([]byte(line), changedFile(t, "DROP TABLE audit")...),
		"a trigger":            append([]byte(line), changedFile(t, "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM audit; END")...),
		"a view":               append([]byte(line), changedFile(t, "CREATE VIEW v AS SELECT id FROM notes")...),
		"a row of nobody":      append([]byte(line), changedFile(t, "PRAGMA foreign_keys=off; INSERT INTO jobs VALUES ('nobody', 'j', '', '', 0, 0, 0, 0, 0, '')")...),
		"the future":           append([]byte(line), changedFile(t, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)")...),
		"a line changed":       append([]byte(line), changedFile(t, "UPDATE audit SET digest = 'x' WHERE seq = 2")...),
		"the last line gone":   append([]byte(line), changedFile(t, "DELETE FROM audit WHERE seq = 3")...),
		"the head changed":     append([]byte(line), changedFile(t, "UPDATE audit_heads SET digest = 'x'")...),
		"a practice unchained": append([]byte(line), changedFile(t, "DELETE FROM audit; DELETE FROM audit_heads")...),
	} {
		refused(t, what, sealed(t, who, content), who)
	}
	broken := sealed(t, who, append([]byte(line), changedFile(t, "UPDATE audit SET digest = 'x' WHERE seq = 2")...))
	if err := restore(t, broken, who, store.Options{Dir: t.TempDir(), BrokenChain: true}); err != nil {
		t.Errorf("a broken chain that is taken all the same: %v", err)
	}
}

func TestRestoreWritesOverNothing(t *testing.T) {
	who := keyPair(t)
	b := backup(t, told(t), who)
	full := store.Options{Dir: t.TempDir()}
	s := kneadtest.Open(t, full)
	fill(t, s, "mine")
	leftover := store.Options{Dir: t.TempDir()}
	if err := os.WriteFile(filepath.Join(leftover.Dir, store.FileName+"-wal"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	postgres := store.Options{DSN: kneadtest.PostgresRecord(t)}
	onPostgres := kneadtest.Open(t, postgres)
	fill(t, onPostgres, "mine")
	foreign := store.Options{DSN: kneadtest.Postgres(t)}
	if _, err := raw(t, "pgx", foreign.DSN).ExecContext(t.Context(), "CREATE TABLE bills (id BIGINT)"); err != nil {
		t.Fatal(err)
	}
	for what, into := range map[string]store.Options{"a record": full, "the log of a record": leftover, "a record on PostgreSQL": postgres, "another database": foreign} {
		before := filesIn(t, into.Dir)
		if err := restore(t, b, who, into); knead.KindOf(err) != knead.Conflict {
			t.Errorf("where there is %s: %v, want %s", what, err, knead.Conflict)
		}
		if after := filesIn(t, into.Dir); into.Dir != "" && !slices.Equal(before, after) {
			t.Errorf("where there is %s: %v became %v", what, before, after)
		}
	}
	for _, s := range []*store.Store{s, onPostgres} {
		if rows := everything(t, s); len(rows) != 2 {
			t.Errorf("the record that was there has %d rows, want its practice and the head of its chain", len(rows))
		}
	}
}

// slow ends a context after some bytes.
type slow struct {
	io.Reader
	io.Writer
	left   int
	cancel context.CancelFunc
}

func (s *slow) spend(n int) {
	if s.left -= n; s.left <= 0 {
		s.cancel()
	}
}

func (s *slow) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.spend(n)
	return n, err
}

func (s *slow) Write(p []byte) (int, error) {
	s.spend(len(p))
	return s.Writer.Write(p)
}

func TestABackupThatIsStoppedLeavesNothing(t *testing.T) {
	who := keyPair(t)
	s := told(t)
	good := backup(t, s, who)
	for _, left := range []int{1, 300, len(good) / 2} {
		ctx, cancel := context.WithCancel(t.Context())
		var b bytes.Buffer
		err := s.Backup(ctx, &slow{Writer: &b, left: left, cancel: cancel}, nil, who.Recipient())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Backup stopped after %d bytes: %v, want %v", left, err, context.Canceled)
		}
		refused(t, fmt.Sprintf("a backup stopped after %d bytes", left), b.Bytes(), who)
		cancel()

		ctx, cancel = context.WithCancel(t.Context())
		dir := filepath.Join(t.TempDir(), "new")
		err = store.Restore(ctx, &slow{Reader: bytes.NewReader(good), left: left, cancel: cancel}, []age.Identity{who}, store.Options{Dir: dir}, nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Restore stopped after %d bytes: %v, want %v", left, err, context.Canceled)
		}
		if left := filesIn(t, dir); len(left) > 0 {
			t.Errorf("a stopped Restore leaves %v", left)
		}
		cancel()
	}
	full := errors.New("full")
	err := s.Backup(t.Context(), failing{full}, nil, who.Recipient())
	if !errors.Is(err, full) {
		t.Errorf("Backup to a full disk: %v, want its error", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
