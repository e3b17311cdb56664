package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/store"
	"knead/internal/store/db"
)

func TestTheListOfTablesIsTheOneOfTheDatabase(t *testing.T) {
	c, _ := migrated(t)
	made := map[string]table{}
	for _, t := range c.Tables {
		made[t.Name] = t
	}
	seen := map[string]bool{}
	left := map[string]bool{}
	for _, listed := range store.Tables() {
		r, ok := made[listed.Name]
		if !ok {
			t.Errorf("%s is listed and does not exist", listed.Name)
			continue
		}
		if !slices.Equal(listed.Key, r.Primary) {
			t.Errorf("%s is listed with key %v, its key is %v", listed.Name, listed.Key, r.Primary)
		}
		refers := map[string]string{}
		for _, f := range r.Foreign {
			if f.Table == "practices" {
				continue
			}
			refers[f.Columns[1]] = f.Table
			if f.Table != listed.Name && !seen[f.Table] {
				t.Errorf("%s refers to %s and stands before it", listed.Name, f.Table)
			}
			if left[f.Table] && listed.Left == "" {
				t.Errorf("%s is part of a dump and refers to %s, which is not", listed.Name, f.Table)
			}
		}
		if !maps.Equal(listed.Refers, refers) {
			t.Errorf("%s is listed with references %v, the database has %v", listed.Name, listed.Refers, refers)
		}
		seen[listed.Name], left[listed.Name] = true, listed.Left != ""
	}
	for name := range made {
		if !seen[name] {
			t.Errorf("table %s is not listed in dump.go: say whether a dump has it", name)
		}
	}
}

// rowsOfPractice is what a dump hands on.
type rowsOfPractice []string

func dump(t testing.TB, s *store.Store, p knead.PracticeID) (rows rowsOfPractice) {
	t.Helper()
	err := s.Dump(t.Context(), p, func(table string, columns []string, row []any) error {
		rows = append(rows, fmt.Sprintf("%s %q %#v", table, columns, row))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// tellStory fills a record with the story of testdata, and then with hostile texts in
// every place that takes text.
func tellStory(ctx context.Context, s *store.Store) error {
	text, err := os.ReadFile(storyFile)
	if err != nil {
		return err
	}
	adds := map[string]call{} // the last one of each kind
	var names []string
	for _, step := range parseStory(string(text)) {
		c, err := parseCall(step.call)
		if err != nil {
			return err
		}
		// A chain of acts stays as it is told: its lines depend on each other.
		if _, err := c.run(ctx, s); err == nil && strings.HasPrefix(c.name, "Add") && len(c.args) == 1 && c.name != "AddAudit" {
			if _, ok := adds[c.name]; !ok {
				names = append(names, c.name)
			}
			adds[c.name] = c
		}
	}
	few, err := allowed()
	if err != nil {
		return err
	}
	for _, name := range names {
		err := s.Write(ctx, func(q *db.Queries) error {
			for i, text := range hostile {
				params := adds[name].args[0]
				for j := range params.NumField() {
					setHostile(params.Field(j), name+"."+params.Type().Field(j).Name, i, text, few)
				}
				if name == "AddPractice" && i > 3 {
					break // enough of them
				}
				if name == "AddFile" {
					params.FieldByName("Size").SetInt(int64(params.FieldByName("Content").Len()))
				}
				if _, err := adds[name].on(ctx, q); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if name == "AddPractice" {
					if err := q.AddAuditHead(ctx, knead.PracticeID(fmt.Sprintf("p%d", i)), "start"); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// setHostile sets a parameter: ids count, so that each row hangs on others of its number,
// and other text is hostile where the table does not name a few words.
func setHostile(field reflect.Value, name string, i int, text string, few map[string][]string) {
	statement, column, _ := strings.Cut(name, ".")
	if field.Kind() == reflect.Pointer && !field.IsNil() {
		field = field.Elem()
	}
	unique := slices.Contains([]string{"AddMember.Email", "AddLink.Secret", "AddClient.Email"}, name)
	switch {
	case column == "PracticeID" && statement == "AddPractice":
		field.SetString(fmt.Sprintf("p%d", i))
	case column == "PracticeID":
	case field.Kind() == reflect.String && (strings.HasSuffix(column, "ID") || unique):
		field.SetString(fmt.Sprintf("h%d", i))
	case field.Kind() == reflect.String && allowedFor(few, column) == nil:
		field.SetString(text)
	}
}

// toldFile is the SQLite file of a record that has been told the story.
var toldFile = sync.OnceValues(func() (_ []byte, err error) {
	dir, err := os.MkdirTemp("", "knead-told-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := toldAt(store.Options{Dir: dir}); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, store.FileName))
})

func toldAt(place store.Options) error {
	s, err := store.Open(context.Background(), place)
	if err != nil {
		return err
	}
	return errors.Join(tellStory(context.Background(), s), s.Close())
}

// told opens a record that has been told the story.
func told(t testing.TB) *store.Store {
	t.Helper()
	file, err := toldFile()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, store.FileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return kneadtest.Open(t, store.Options{Dir: dir})
}

// toldPostgres is told on PostgreSQL, where the story was told and not copied.
func toldPostgres(t testing.TB) *store.Store {
	t.Helper()
	dsn := kneadtest.PostgresFrom(t, "story", func(dsn string) error {
		return toldAt(store.Options{DSN: dsn + "&synchronous_commit=off"})
	})
	return kneadtest.Open(t, store.Options{DSN: dsn})
}

func TestADumpIsTheSameFromEachDatabase(t *testing.T) {
	got := dump(t, told(t), "p")
	for _, table := range store.Tables() {
		has := slices.ContainsFunc(got, func(r string) bool { return strings.HasPrefix(r, table.Name+" ") })
		if has != (table.Left == "") {
			t.Errorf("the dump has rows of %s: %v; it is left out because: %q", table.Name, has, table.Left)
		}
	}
	for _, text := range hostile {
		if !strings.Contains(strings.Join(got, "\n"), fmt.Sprintf("%#v", text)) {
			t.Errorf("the dump does not have the text %.40q", text)
		}
	}
	if d := cmp.Diff(got, dump(t, toldPostgres(t), "p")); d != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", d)
	}
}

// exported writes an export into memory.
func exported(t testing.TB, s *store.Store, p knead.PracticeID) fstest.MapFS {
	t.Helper()
	files := map[string]*bytes.Buffer{}
	err := s.Export(t.Context(), p, func(name string) (io.Writer, error) {
		if files[name] != nil {
			t.Errorf("%s is written twice", name)
		}
		if !fs.ValidPath(name) {
			t.Errorf("%q is no path", name)
		}
		files[name] = new(bytes.Buffer)
		return files[name], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := fstest.MapFS{}
	for name, b := range files {
		all[name] = &fstest.MapFile{Data: b.Bytes()}
	}
	return all
}

// TestAPracticeMovesFromDatabaseToDatabase takes a practice from SQLite to PostgreSQL and
// back, by a stream of rows and by an export; each export must be the same, byte by byte.
func TestAPracticeMovesFromDatabaseToDatabase(t *testing.T) {
	for _, way := range []string{"rows", "export"} {
		t.Run(way, func(t *testing.T) {
			ctx := t.Context()
			from := told(t)
			fill(t, from, "q") // somebody else's
			want, wantRows := exported(t, from, "p"), dump(t, from, "p")
			for _, place := range []store.Options{{DSN: kneadtest.PostgresRecord(t)}, {DSN: kneadtest.PostgresRecord(t)}, {Dir: t.TempDir(), Key: make(store.Key, store.KeyBytes)}} {
				to := kneadtest.Open(t, place)
				fill(t, to, "other")
				if way == "rows" {
					if err := to.Load(ctx, "p", func(put store.Put) error { return from.Dump(ctx, "p", put) }); err != nil {
						t.Fatal(err)
					}
				} else {
					p, err := to.Import(ctx, exported(t, from, "p"))
					if err != nil || p != "p" {
						t.Fatalf("Import gives %q, %v", p, err)
					}
				}
				if d := cmp.Diff(wantRows, dump(t, to, "p")); d != "" {
					t.Fatalf("what was there (-) and what came (+) differ:\n%s", d)
				}
				got := exported(t, to, "p")
				if !slices.Equal(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))) {
					t.Errorf("the export has files %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
				}
				for name, f := range want {
					if g := got[name]; g != nil && !bytes.Equal(f.Data, g.Data) {
						t.Errorf("%s differs after the move", name)
					}
				}
				from = to
			}
		})
	}
}

func TestAnExportInAnArchiveIsTheSameEachTime(t *testing.T) {
	s := told(t)
	var archives [2]bytes.Buffer
	for i := range archives {
		z := zip.NewWriter(&archives[i])
		if err := s.Export(t.Context(), "p", z.Create); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(archives[0].Bytes(), archives[1].Bytes()) {
		t.Error("two exports of the same record differ")
	}
	z, err := zip.NewReader(bytes.NewReader(archives[0].Bytes()), int64(archives[0].Len()))
	if err != nil {
		t.Fatal(err)
	}
	to := kneadtest.Open(t, store.Options{Dir: t.TempDir()})
	if _, err := to.Import(t.Context(), z); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(dump(t, s, "p"), dump(t, to, "p")); d != "" {
		t.Errorf("what was exported (-) and what came (+) differ:\n%s", d)
	}
}

func TestAnExportHoldsNoSecrets(t *testing.T) {
	s := kneadtest.Open(t, store.Options{Dir: t.TempDir()})
	fill(t, s, "p")
	ctx := t.Context()
	const secret = "geheim-8471"
	err := s.Write(ctx, func(q *db.Queries) error {
		return errors.Join(
			q.AddMember(ctx, db.AddMemberParams{PracticeID: "p", ID: "m", Role: "owner"}),
			q.AddCredential(ctx, db.AddCredentialParams{PracticeID: "p", ID: "k", MemberID: "m", Kind: "password", Secret: secret}),
			q.AddSignin(ctx, db.AddSigninParams{PracticeID: "p", ID: secret, MemberID: "m"}),
			q.AddCeremony(ctx, "p", "c", secret, 1),
			q.AddLink(ctx, db.AddLinkParams{PracticeID: "p", ID: "l", Purpose: "join", Secret: secret, MemberID: new(knead.MemberID("m"))}),
			q.SaveDraft(ctx, db.SaveDraftParams{PracticeID: "p", MemberID: "m", Subject: "note", Words: secret}),
			q.AddJob(ctx, db.AddJobParams{PracticeID: "p", ID: "j", Kind: "mail", Body: secret}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range exported(t, s, "p") {
		if bytes.Contains(f.Data, []byte(secret)) {
			t.Errorf("%s holds a secret", name)
		}
	}
	if rows := fmt.Sprint(dump(t, s, "p")); strings.Contains(rows, secret) {
		t.Error("the dump holds a secret")
	}
}

func TestTheTablesOfAnExportAreReadBySpreadsheetsAsText(t *testing.T) {
	s := kneadtest.Open(t, store.Options{Dir: t.TempDir()})
	fill(t, s, "p")
	ctx := t.Context()
	names := []string{"=1+1", "+49 1", "-x", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1+1", "plain", "a=b", "", `"; rm`, "1\n2", "ส=1"}
	err := s.Write(ctx, func(q *db.Queries) error {
		for i, n := range names {
			if err := q.AddClient(ctx, db.AddClientParams{PracticeID: "p", ID: knead.ClientID(fmt.Sprintf("%02d", i)), Name: n, CreatedAt: -5}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	e := exported(t, s, "p")
	records, err := csv.NewReader(bytes.NewReader(e["tables/clients.csv"].Data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	name, created := slices.Index(records[0], "name"), slices.Index(records[0], "created_at")
	for i, want := range names {
		if i < slices.Index(names, "plain") {
			want = "'" + want
		}
		if got := records[i+1][name]; got != want {
			t.Errorf("a client called %q stands in the table as %q, want %q", names[i], got, want)
		}
		if got := records[i+1][created]; got != "-5" {
			t.Errorf("a number stands in the table as %q, want -5", got)
		}
	}
	var record struct {
		Tables map[string][]map[string]any `json:"tables"`
	}
	if err := json.Unmarshal(e["practice.json"].Data, &record); err != nil {
		t.Fatal(err)
	}
	for i, want := range names {
		if got := record.Tables["clients"][i]["name"]; got != want {
			t.Errorf("a client called %q stands in practice.json as %q", want, got)
		}
	}
}

func TestTheDataPackageDescribesEachTable(t *testing.T) {
	s := told(t)
	e := exported(t, s, "p")
	var p struct {
		Resources []struct {
			Path   string `json:"path"`
			Hash   string `json:"hash"`
			Bytes  int    `json:"bytes"`
			Schema struct {
				Fields []struct {
					Name string `json:"name"`
				} `json:"fields"`
				PrimaryKey  []string `json:"primaryKey"`
				ForeignKeys []struct {
					Reference struct {
						Resource string `json:"resource"`
					} `json:"reference"`
				} `json:"foreignKeys"`
			} `json:"schema"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(e["datapackage.json"].Data, &p); err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for _, r := range p.Resources {
		described[r.Path] = true
		f := e[r.Path]
		if f == nil || len(f.Data) != r.Bytes || !strings.HasPrefix(r.Hash, "sha256:") {
			t.Errorf("%s: described with %d bytes and hash %s", r.Path, r.Bytes, r.Hash)
			continue
		}
		records, err := csv.NewReader(bytes.NewReader(f.Data)).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", r.Path, err)
			continue
		}
		var fields []string
		for _, f := range r.Schema.Fields {
			fields = append(fields, f.Name)
		}
		if !slices.Equal(fields, records[0]) {
			t.Errorf("%s has columns %v, described are %v", r.Path, records[0], fields)
		}
		for _, k := range r.Schema.PrimaryKey {
			if !slices.Contains(fields, k) {
				t.Errorf("%s has no column %s of its key", r.Path, k)
			}
		}
		for _, k := range r.Schema.ForeignKeys {
			if e["tables/"+k.Reference.Resource+".csv"] == nil {
				t.Errorf("%s refers to %s, which is not there", r.Path, k.Reference.Resource)
			}
		}
	}
	for name := range e {
		if strings.HasSuffix(name, ".csv") && !described[name] {
			t.Errorf("%s is not described", name)
		}
	}
}

// practiceJSON is an export of one practice with one client and one file.
const practiceJSON = `{"format":"knead-practice","version":1,"tables_version":1,"practice":"p","tables":{
"practices":[{"practice_id":"p","name":"Clay","zone":"UTC","settings":"{}","demo":false,"created_at":1,"version":1}],
"clients":[{"practice_id":"p","id":"c","name":"n","called":"","born":"","email":"","phone":"","search":"","profile":"","hold":"","created_at":1,"updated_at":1,"version":"1"}],
"files":[{"practice_id":"p","id":"f","client_id":"c","name":"a.PDF","media_type":"","size":3,"digest":"","thumbnail":null,"actor":"","at":1}]
}}
`

func TestImportRefusesWhatIsNotAnExportAndLeavesNothing(t *testing.T) {
	good := fstest.MapFS{"practice.json": {Data: []byte(practiceJSON)}, "files/f.pdf": {Data: []byte("abc")}}
	change := func(from, to string) fstest.MapFS {
		if !strings.Contains(practiceJSON, from) {
			t.Fatalf("the export has no %s", from)
		}
		return fstest.MapFS{"practice.json": {Data: []byte(strings.Replace(practiceJSON, from, to, 1))}, "files/f.pdf": good["files/f.pdf"]}
	}
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		for name, c := range map[string]fs.FS{
			"nothing":               fstest.MapFS{},
			"no JSON":               change("{", "<"),
			"another format":        change("knead-practice", "knead-atlas"),
			"a newer format":        change(`"version":1,"tables_version"`, `"version":2,"tables_version"`),
			"newer tables":          change(`"tables_version":1`, `"tables_version":999`),
			"cut off":               fstest.MapFS{"practice.json": {Data: []byte(practiceJSON[:len(practiceJSON)-10])}},
			"something follows":     fstest.MapFS{"practice.json": {Data: []byte(practiceJSON + "{}")}, "files/f.pdf": good["files/f.pdf"]},
			"a key twice":           change(`"name":"Clay"`, `"name":"Clay","name":"Eve"`),
			"broken UTF-8":          change("Clay", "\xff"),
			"NUL":                   change("Clay", `\u0000`),
			"an unknown table":      change(`"clients":`, `"sqlite_schema":`),
			"SQL for a table":       change(`"clients":`, `"clients; DROP TABLE practices":`),
			"a table left out":      change(`"clients":[`, `"credentials":[{"practice_id":"p"}],"clients":[`),
			"an unknown column":     change(`"called"`, `"colour"`),
			"SQL for a column":      change(`"called"`, `"called) VALUES (1); --"`),
			"another practice":      change(`"practice_id":"p","id":"c"`, `"practice_id":"q","id":"c"`),
			"no practice id":        change(`"practice_id":"p","id":"c"`, `"id":"c"`),
			"an id that is none":    change(`"practice":"p"`, `"practice":"../p"`),
			"no id":                 change(`"practice_id":"p","id":"c"`, `"practice_id":"p"`),
			"a number for a text":   change(`"called":""`, `"called":1`),
			"a text for a number":   change(`"created_at":1,"updated_at"`, `"created_at":"x","updated_at"`),
			"half a number":         change(`"created_at":1,"updated_at"`, `"created_at":1.5,"updated_at"`),
			"too big a number":      change(`"created_at":1,"updated_at"`, `"created_at":9223372036854775808,"updated_at"`),
			"a list for a text":     change(`"called":""`, `"called":[]`),
			"a missing value":       change(`"called":"",`, ``),
			"a missing practice":    change(`"practices":[{"practice_id":"p","name":"Clay","zone":"UTC","settings":"{}","demo":false,"created_at":1,"version":1}],`, ""),
			"a client who is not":   change(`"client_id":"c"`, `"client_id":"d"`),
			"a file that is not":    fstest.MapFS{"practice.json": good["practice.json"]},
			"a file too long":       fstest.MapFS{"practice.json": good["practice.json"], "files/f.pdf": {Data: []byte("abcd")}},
			"a file too short":      fstest.MapFS{"practice.json": good["practice.json"], "files/f.pdf": {Data: []byte("ab")}},
			"a path for a file id":  change(`"id":"f"`, `"id":"../../f"`),
			"a file of no size":     change(`"size":3`, `"size":-1`),
			"an id twice":           change(`"clients":[`, `"clients":[{"practice_id":"p","id":"c","name":"n","called":"","born":"","email":"","phone":"","search":"","profile":"","hold":"","created_at":1,"updated_at":1,"version":"1"},`),
			"the content elsewhere": change(`"size":3`, `"size":3,"content":"AAAA"`),
		} {
			_, err := s.Import(ctx, c)
			if kind := knead.KindOf(err); kind != knead.Invalid && (kind != knead.Conflict || name != "an id twice") {
				t.Errorf("an export with %s: %v, want %s", name, err, knead.Invalid)
			}
			var e *knead.Error
			if errors.As(err, &e) && e.Kind == knead.Invalid && e.Err == nil && e.Say == "" {
				t.Errorf("an export with %s: no words for the person", name)
			}
			if err := s.Dump(ctx, "p", func(string, []string, []any) error { return nil }); knead.KindOf(err) != knead.NotFound {
				t.Fatalf("an export with %s left something: %v", name, err)
			}
		}
		if p, err := s.Import(ctx, good); p != "p" || err != nil {
			t.Errorf("the good export: %q, %v", p, err)
		}
		if _, err := s.Import(ctx, good); knead.KindOf(err) != knead.Conflict {
			t.Errorf("the good export a second time: %v, want %s", err, knead.Conflict)
		}
		err := s.Load(ctx, "p", func(store.Put) error { return nil })
		if knead.KindOf(err) != knead.Conflict {
			t.Errorf("Load of a practice that is there: %v, want %s", err, knead.Conflict)
		}
	})
}

func TestDumpAndExportOfNobodyFindNothing(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		fill(t, s, "p")
		if err := s.Dump(t.Context(), "q", nil); knead.KindOf(err) != knead.NotFound {
			t.Errorf("Dump: %v, want %s", err, knead.NotFound)
		}
		err := s.Export(t.Context(), "q", func(string) (io.Writer, error) { return nil, errors.New("a file was begun") })
		if knead.KindOf(err) != knead.NotFound {
			t.Errorf("Export: %v, want %s", err, knead.NotFound)
		}
	})
}

func TestADumpSeesOneMoment(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		fill(t, s, "p")
		before := dump(t, s, "p")
		changed := false
		var got rowsOfPractice
		err := s.Dump(ctx, "p", func(table string, columns []string, row []any) error {
			got = append(got, fmt.Sprintf("%s %q %#v", table, columns, row))
			if !changed {
				changed = true
				return act(ctx, s, "p", "meanwhile")
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before, got); d != "" {
			t.Errorf("a change in the middle of a dump is seen:\n%s", d)
		}
	})
}

func TestAFailingWriterEndsAnExport(t *testing.T) {
	s := told(t)
	full := errors.New("full")
	for stop := range 26 {
		begun := 0
		err := s.Export(context.Background(), "p", func(string) (io.Writer, error) {
			if begun++; begun > stop {
				return nil, full
			}
			return io.Discard, nil
		})
		if !errors.Is(err, full) && begun > stop {
			t.Errorf("file %d cannot be begun: %v, want that error", begun, err)
		}
	}
}

// FuzzImport reads anything. What it takes, it must give again.
func FuzzImport(f *testing.F) {
	f.Add([]byte(practiceJSON), []byte("abc"))
	for _, cut := range []int{0, 1, 60, 200, 500, len(practiceJSON) - 2} {
		f.Add([]byte(practiceJSON[:cut]), []byte(""))
	}
	f.Fuzz(func(t *testing.T, practice, file []byte) {
		s := kneadtest.Open(t, store.Options{Dir: t.TempDir()})
		p, err := s.Import(t.Context(), fstest.MapFS{"practice.json": {Data: practice}, "files/f.pdf": {Data: file}})
		if err != nil {
			if knead.KindOf(err) == "" {
				t.Errorf("an error of no kind: %v", err)
			}
			return
		}
		to := kneadtest.Open(t, store.Options{Dir: t.TempDir()})
		if _, err := to.Import(t.Context(), exported(t, s, p)); err != nil {
			t.Fatalf("what was taken is not taken again: %v", err)
		}
		if d := cmp.Diff(dump(t, s, p), dump(t, to, p)); d != "" {
			t.Errorf("the second time it differs:\n%s", d)
		}
	})
}

func TestTheGuideNamesWhatAnExportLeavesOut(t *testing.T) {
	guide, err := os.ReadFile("../../docs/backup.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range store.Tables() {
		row := fmt.Sprintf("| `%s` | %s |\n", table.Name, table.Left)
		if table.Left != "" && !strings.Contains(string(guide), row) {
			t.Errorf("docs/backup.md does not say:\n%s", row)
		}
		if table.Left == "" && strings.Contains(string(guide), "| `"+table.Name+"` |") {
			t.Errorf("docs/backup.md says that %s is left out", table.Name)
		}
	}
}
