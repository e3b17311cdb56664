package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/ncruces/go-sqlite3/driver"

	"knead/internal/kneadtest"
	"knead/internal/store"
)

// catalogue is what a database says of its tables.
type catalogue struct {
	Tables []table
	Others []string // triggers, views and sequences
}

type table struct {
	Name    string
	Columns []column
	Primary []string
	Unique  [][]string // without the primary key
	Indexes [][]string
	Foreign []foreignKey
}

type column struct {
	Name, Type string
	NotNull    bool
}

type foreignKey struct {
	Columns []string
	Table   string
	Refers  []string
	Then    string // what becomes of the row when the other one goes or changes
}

// lintCatalogue finds what is wrong in tables.
func lintCatalogue(c catalogue) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	for _, o := range c.Others {
		say("%s: nothing happens that no statement says", o)
	}
	keys := map[string][][]string{}
	for _, t := range c.Tables {
		keys[t.Name] = append(t.Unique, t.Primary)
	}
	for _, t := range c.Tables {
		by := map[string]column{}
		for _, col := range t.Columns {
			by[col.Name] = col
			if !slices.Contains([]string{"TEXT", "BIGINT", "BOOLEAN", "BYTEA"}, col.Type) {
				say("%s.%s is of type %s", t.Name, col.Name, col.Type)
			}
		}
		switch {
		case len(t.Primary) == 0:
			say("%s has no primary key", t.Name)
		case t.Primary[0] != "practice_id":
			say("the primary key of %s does not start with practice_id", t.Name)
		}
		for _, name := range t.Primary {
			if !by[name].NotNull {
				say("%s.%s is in the primary key and may be NULL", t.Name, name)
			}
		}
		if by["practice_id"].Type != "TEXT" || !by["practice_id"].NotNull {
			say("%s.practice_id is not TEXT NOT NULL", t.Name)
		}
		for _, u := range t.Unique {
			if u[0] != "practice_id" {
				say("a unique key of %s does not start with practice_id: %v", t.Name, u)
			}
		}
		for _, i := range t.Indexes {
			if i[0] != "practice_id" {
				say("an index of %s does not start with practice_id: %v", t.Name, i)
			}
		}
		for _, f := range t.Foreign {
			if f.Columns[0] != "practice_id" || f.Refers[0] != "practice_id" {
				say("a foreign key of %s does not start with practice_id on both sides: %v to %s %v", t.Name, f.Columns, f.Table, f.Refers)
			}
			if f.Then != "" {
				say("a foreign key of %s has %s", t.Name, f.Then)
			}
			if !slices.ContainsFunc(keys[f.Table], func(k []string) bool { return slices.Equal(k, f.Refers) }) {
				say("a foreign key of %s refers to %s %v, which is no key", t.Name, f.Table, f.Refers)
			}
		}
	}
	return wrong
}

// ours leaves out the table in which the migrations are counted.
func ours(name string) bool { return !strings.HasPrefix(name, "goose_") }

func rowsOf(ctx context.Context, db *sql.DB, query string, args ...any) ([][]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all [][]string
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		targets := make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		row := make([]string, len(columns))
		for i, v := range values {
			row[i] = v.String
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// grouped collects rows with the same first field, in order.
func grouped(rows [][]string) [][][]string {
	var groups [][][]string
	for i, r := range rows {
		if i == 0 || r[0] != rows[i-1][0] {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], r)
	}
	return groups
}

func columnAt(rows [][]string, i int) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r[i])
	}
	return all
}

// asker runs queries until the first error.
type asker struct {
	ask func(query string, args ...any) ([][]string, error)
	err error
}

func (a *asker) rows(query string, args ...any) [][]string {
	if a.err != nil {
		return nil
	}
	var rows [][]string
	rows, a.err = a.ask(query, args...)
	return rows
}

func sqliteCatalogue(ctx context.Context, db *sql.DB) (catalogue, error) {
	a := &asker{ask: func(query string, args ...any) ([][]string, error) { return rowsOf(ctx, db, query, args...) }}
	var c catalogue
	for _, r := range a.rows("SELECT type, name FROM sqlite_schema WHERE type NOT IN ('table', 'index') ORDER BY name") {
		c.Others = append(c.Others, r[0]+" "+r[1])
	}
	for _, r := range a.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name") {
		if !ours(r[0]) {
			continue
		}
		if strings.Contains(strings.ToUpper(r[1]), "AUTOINCREMENT") {
			c.Others = append(c.Others, "sequence of "+r[0])
		}
		t := table{Name: r[0]}
		for _, col := range a.rows(`SELECT name, type, "notnull" FROM pragma_table_info(?) ORDER BY cid`, t.Name) {
			t.Columns = append(t.Columns, column{col[0], col[1], col[2] == "1"})
		}
		t.Primary = columnAt(a.rows("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", t.Name), 0)
		for _, i := range grouped(a.rows(`SELECT l.name, i.name, l."unique", l.origin FROM pragma_index_list(?) l, pragma_index_info(l.name) i ORDER BY l.name, i.seqno`, t.Name)) {
			switch columns := columnAt(i, 1); {
			case i[0][3] == "pk":
			case i[0][2] == "1":
				t.Unique = append(t.Unique, columns)
			default:
				t.Indexes = append(t.Indexes, columns)
			}
		}
		for _, k := range grouped(a.rows(`SELECT id, "from", "table", "to", on_delete, on_update FROM pragma_foreign_key_list(?) ORDER BY id, seq`, t.Name)) {
			f := foreignKey{Columns: columnAt(k, 1), Table: k[0][2], Refers: columnAt(k, 3)}
			if k[0][4] != "NO ACTION" {
				f.Then = "ON DELETE " + k[0][4]
			} else if k[0][5] != "NO ACTION" {
				f.Then = "ON UPDATE " + k[0][5]
			}
			t.Foreign = append(t.Foreign, f)
		}
		c.Tables = append(c.Tables, t)
	}
	return c, a.err
}

func postgresCatalogue(ctx context.Context, db *sql.DB) (catalogue, error) {
	a := &asker{ask: func(query string, args ...any) ([][]string, error) { return rowsOf(ctx, db, query, args...) }}
	var c catalogue
	for _, r := range a.rows(`SELECT 'trigger', tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT tgisinternal
		UNION ALL SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'view' END, relname, relname FROM pg_class WHERE relkind IN ('S', 'v', 'm') AND relnamespace = 'public'::regnamespace
		ORDER BY 2`) {
		if ours(r[2]) {
			c.Others = append(c.Others, r[0]+" "+r[1])
		}
	}
	types := map[string]string{"text": "TEXT", "bigint": "BIGINT", "boolean": "BOOLEAN", "bytea": "BYTEA"}
	then := map[string]string{"r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
	const names = `(SELECT string_agg(attname, ' ' ORDER BY n) FROM unnest(%s) WITH ORDINALITY k (num, n) JOIN pg_attribute ON attnum = num AND attrelid = %s)`
	for _, r := range a.rows("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname") {
		if !ours(r[0]) {
			continue
		}
		t := table{Name: r[0]}
		for _, col := range a.rows("SELECT attname, format_type(atttypid, atttypmod), attnotnull::int, attidentity FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum", t.Name) {
			kind, ok := types[col[1]]
			if !ok {
				kind = col[1]
			}
			t.Columns = append(t.Columns, column{col[0], kind, col[2] == "1"})
			if strings.Trim(col[3], "\x00") != "" {
				c.Others = append(c.Others, "sequence of "+t.Name)
			}
		}
		for _, i := range a.rows("SELECT indisprimary::int, indisunique::int, "+fmt.Sprintf(names, "indkey::int2[]", "indrelid")+" FROM pg_index WHERE indrelid = $1::regclass ORDER BY indexrelid::regclass::text", t.Name) {
			switch columns := strings.Fields(i[2]); {
			case i[0] == "1":
				t.Primary = columns
			case i[1] == "1":
				t.Unique = append(t.Unique, columns)
			default:
				t.Indexes = append(t.Indexes, columns)
			}
		}
		for _, k := range a.rows("SELECT "+fmt.Sprintf(names, "conkey", "conrelid")+", confrelid::regclass::text, "+fmt.Sprintf(names, "confkey", "confrelid")+", confdeltype, confupdtype FROM pg_constraint WHERE contype = 'f' AND conrelid = $1::regclass ORDER BY conname", t.Name) {
			f := foreignKey{Columns: strings.Fields(k[0]), Table: k[1], Refers: strings.Fields(k[2])}
			if k[3] != "a" {
				f.Then = "ON DELETE " + then[k[3]]
			} else if k[4] != "a" {
				f.Then = "ON UPDATE " + then[k[4]]
			}
			t.Foreign = append(t.Foreign, f)
		}
		c.Tables = append(c.Tables, t)
	}
	return c, a.err
}

// migrated gives the catalogues of a new record on both databases.
func migrated(t *testing.T) (onSQLite, onPostgres catalogue) {
	t.Helper()
	dir, dsn := t.TempDir(), kneadtest.Postgres(t)
	for _, o := range []store.Options{{Dir: dir}, {DSN: dsn}} {
		s, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	onSQLite, err := sqliteCatalogue(t.Context(), raw(t, "sqlite3", "file:"+filepath.Join(dir, store.FileName)))
	if err != nil {
		t.Fatal(err)
	}
	onPostgres, err = postgresCatalogue(t.Context(), raw(t, "pgx", dsn))
	if err != nil {
		t.Fatal(err)
	}
	return onSQLite, onPostgres
}

// raw opens a database beside the store, as nobody but a test may.
func raw(t testing.TB, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestTablesKeepToTheRulesOnBothDatabases(t *testing.T) {
	onSQLite, onPostgres := migrated(t)
	for name, c := range map[string]catalogue{"SQLite": onSQLite, "PostgreSQL": onPostgres} {
		if len(c.Tables) == 0 {
			t.Errorf("%s: no tables", name)
		}
		for _, wrong := range lintCatalogue(c) {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

func TestTablesAreTheSameOnBothDatabases(t *testing.T) {
	onSQLite, onPostgres := migrated(t)
	for _, c := range []catalogue{onSQLite, onPostgres} {
		for _, t := range c.Tables { // each database numbers its keys in its own way
			for _, keys := range [][][]string{t.Unique, t.Indexes} {
				slices.SortFunc(keys, func(a, b []string) int { return slices.Compare(a, b) })
			}
			slices.SortFunc(t.Foreign, func(a, b foreignKey) int { return slices.Compare(a.Columns, b.Columns) })
		}
	}
	if d := cmp.Diff(onSQLite, onPostgres); d != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", d)
	}
}

const goodTable = `CREATE TABLE practices (practice_id TEXT NOT NULL PRIMARY KEY);
	CREATE TABLE clients (practice_id TEXT NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (practice_id, id), FOREIGN KEY (practice_id) REFERENCES practices (practice_id));
	`

func TestTheLintOfTablesFindsWhatIsWrong(t *testing.T) {
	postgres := kneadtest.Postgres(t)
	const columns = "practice_id TEXT NOT NULL, id TEXT NOT NULL, client_id TEXT"
	const key = ", PRIMARY KEY (practice_id, id)"
	for _, c := range []struct{ sqlite, postgres, want string }{
		{"CREATE TABLE bad (" + columns + ", PRIMARY KEY (id, practice_id))", "", "primary key of bad does not start with practice_id"},
		{"CREATE TABLE bad (" + columns + ", PRIMARY KEY (id))", "", "primary key of bad does not start with practice_id"},
		{"CREATE TABLE bad (" + columns + ")", "", "bad has no primary key"},
		{"CREATE TABLE bad (practice_id TEXT, id TEXT NOT NULL" + key + ")", "-", "bad.practice_id is in the primary key and may be NULL"},
		{"CREATE TABLE bad (id TEXT NOT NULL, PRIMARY KEY (id))", "", "bad.practice_id is not TEXT NOT NULL"},
		{"CREATE TABLE bad (" + columns + key + ", UNIQUE (id))", "", "a unique key of bad does not start with practice_id"},
		{"CREATE TABLE bad (" + columns + key + "); CREATE UNIQUE INDEX u ON bad (client_id, practice_id)", "", "a unique key of bad does not start with practice_id"},
		{"CREATE TABLE bad (" + columns + key + "); CREATE INDEX i ON bad (client_id)", "", "an index of bad does not start with practice_id"},
		{"CREATE TABLE bad (" + columns + key + ", FOREIGN KEY (client_id, practice_id) REFERENCES clients (id, practice_id))", "-", "a foreign key of bad does not start with practice_id"},
		{"CREATE TABLE bad (" + columns + key + ", FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, at))", "-", "which is no key"},
		{"CREATE TABLE bad (" + columns + key + ", FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id) ON DELETE SET NULL)", "", "ON DELETE SET NULL"},
		{"CREATE TABLE bad (" + columns + key + ", FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id) ON DELETE CASCADE)", "", "ON DELETE CASCADE"},
		{"CREATE TABLE bad (" + columns + key + ", FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id) ON UPDATE CASCADE)", "", "ON UPDATE CASCADE"},
		{
			"CREATE TRIGGER tr AFTER DELETE ON clients BEGIN SELECT 1; END",
			"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER tr AFTER DELETE ON clients EXECUTE FUNCTION f()",
			"trigger tr",
		},
		{"CREATE VIEW v AS SELECT id FROM clients", "", "view v"},
		{"-", "CREATE SEQUENCE s", "sequence s"},
		{"CREATE TABLE bad (n INTEGER PRIMARY KEY AUTOINCREMENT, practice_id TEXT NOT NULL)", "CREATE TABLE bad (" + columns + ", n BIGSERIAL" + key + ")", "sequence"},
		{"-", "CREATE TABLE bad (" + columns + ", n BIGINT GENERATED ALWAYS AS IDENTITY" + key + ")", "sequence"},
		{"CREATE TABLE bad (" + columns + ", at TIMESTAMP" + key + ")", "", "bad.at is of type"},
		{"CREATE TABLE bad (" + columns + ", price REAL" + key + ")", "", "bad.price is of type"},
	} {
		if c.postgres == "" {
			c.postgres = c.sqlite
		}
		for dsn, sql := range map[string]string{"": c.sqlite, postgres: c.postgres} {
			if sql == "-" {
				continue // this database knows no such mistake
			}
			got := lintCatalogue(planted(t, dsn, goodTable+sql))
			if !slices.ContainsFunc(got, func(wrong string) bool { return strings.Contains(wrong, c.want) }) {
				t.Errorf("%s\n\tthe lint finds %q, want %q (database %s)", sql, got, c.want, dsn)
			}
		}
	}
	for _, dsn := range []string{"", postgres} {
		if got := lintCatalogue(planted(t, dsn, goodTable)); len(got) > 0 {
			t.Errorf("the lint finds %q in good tables (database %s)", got, dsn)
		}
	}
}

// planted makes tables in an empty place and gives their catalogue. The place is the
// database at dsn, which is emptied first, or a file where dsn is empty.
func planted(t *testing.T, dsn, statements string) catalogue {
	t.Helper()
	db, read := raw(t, "sqlite3", "file:"+filepath.Join(t.TempDir(), "planted.db")), sqliteCatalogue
	if dsn != "" {
		db, read = raw(t, "pgx", dsn), postgresCatalogue
		statements = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; " + statements
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statements); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
	c, err := read(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// lintMigration finds what is wrong in the text of a migration, beyond what a catalogue
// shows.
func lintMigration(text string) ([]string, error) {
	tokens, err := lex(text)
	if err != nil {
		return nil, err
	}
	wrong := lintText(tokens)
	for _, statement := range split(tokens, ";") {
		if len(statement) == 0 {
			continue
		}
		added := 0
		for i, t := range statement {
			switch {
			case t.oneOf("SERIAL", "BIGSERIAL", "AUTOINCREMENT", "IDENTITY", "SEQUENCE", "TRIGGER", "FUNCTION", "VIEW", "CASCADE"):
				wrong = append(wrong, fmt.Sprintf("line %d: %s", t.line, t.text))
			case t.is("SET") && i+1 < len(statement) && statement[i+1].oneOf("NULL", "DEFAULT"):
				wrong = append(wrong, fmt.Sprintf("line %d: SET %s", t.line, statement[i+1].text))
			case t.oneOf("NOW", "CURRENT_TIMESTAMP", "RANDOM", "GEN_RANDOM_UUID"):
				wrong = append(wrong, fmt.Sprintf("line %d: %s makes a value that differs each time", t.line, t.text))
			case t.oneOf("ADD", "DROP"):
				added++
			case t.is("BOOLEAN") && i > 0 && !boolChecked(statement[i-1].text, statement[i+1:]):
				wrong = append(wrong, fmt.Sprintf("line %d: %s has no CHECK (%[2]s IN (TRUE, FALSE)): SQLite would take any number", t.line, statement[i-1].text))
			}
		}
		if statement[0].is("ALTER") && added > 1 {
			wrong = append(wrong, fmt.Sprintf("line %d: ALTER TABLE changes two things at once", statement[0].line))
		}
	}
	return wrong, nil
}

func boolChecked(name string, rest []token) bool {
	end := find(rest, 0, ",")
	var text []string
	for _, t := range rest[:end] {
		text = append(text, t.text)
	}
	return strings.Contains(strings.Join(text, " "), "CHECK ( "+name+" IN ( TRUE , FALSE ) )")
}

func TestMigrationsKeepToTheRules(t *testing.T) {
	texts, err := migrationTexts()
	if err != nil {
		t.Fatal(err)
	}
	for file, text := range texts {
		wrong, err := lintMigration(text)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, w := range wrong {
			t.Errorf("%s: %s", file, w)
		}
		if strings.Contains(text, "+goose Down") {
			t.Errorf("%s: migrations only go forward", file)
		}
	}
}

func migrationTexts() (map[string]string, error) {
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no migrations: %w", err)
	}
	texts := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		texts[file] = string(text)
	}
	return texts, nil
}

func TestTheLintOfMigrationsFindsWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"CREATE TABLE t (id BIGSERIAL);", "BIGSERIAL"},
		{"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);", "AUTOINCREMENT"},
		{"CREATE SEQUENCE s;", "SEQUENCE"},
		{"CREATE TRIGGER t AFTER DELETE ON clients;", "TRIGGER"},
		{"CREATE TABLE t (id TEXT, FOREIGN KEY (id) REFERENCES c (id) ON DELETE SET NULL);", "SET NULL"},
		{"CREATE TABLE t (id TEXT, FOREIGN KEY (id) REFERENCES c (id) ON DELETE CASCADE);", "CASCADE"},
		{"CREATE TABLE t (at BIGINT DEFAULT now());", "differs each time"},
		{"CREATE TABLE t (done BOOLEAN NOT NULL);", "done has no CHECK"},
		{"CREATE TABLE t (done BOOLEAN NOT NULL CHECK (gone IN (TRUE, FALSE)));", "done has no CHECK"},
		{"ALTER TABLE t ADD COLUMN a TEXT, ADD COLUMN b TEXT;", "two things at once"},
		{"create TABLE t (id TEXT);", "keyword create"},
		{"CREATE TABLE t (id TEXT DEFAULT '$1');", "take for a parameter"},
	} {
		got, err := lintMigration(c.sql)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(got, func(wrong string) bool { return strings.Contains(wrong, c.want) }) {
			t.Errorf("%s\n\tthe lint finds %q, want %q", c.sql, got, c.want)
		}
	}
	if got, err := lintMigration(goodTable + "ALTER TABLE clients ADD COLUMN done BOOLEAN NOT NULL DEFAULT FALSE CHECK (done IN (TRUE, FALSE));"); err != nil || len(got) > 0 {
		t.Errorf("the lint finds %q, %v in a good migration", got, err)
	}
}

// textColumns gives the columns that hold text other than ids, which are digits and
// small letters at fixed places and have one order in every language.
func textColumns(t *testing.T) map[string]bool {
	t.Helper()
	migrations, err := migrationTexts()
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]bool{}
	for _, migration := range migrations {
		tokens, err := lex(migration)
		if err != nil {
			t.Fatal(err)
		}
		for i, tok := range tokens[1:] {
			name := tokens[i].text
			if tok.is("TEXT") && name != "id" && !strings.HasSuffix(name, "_id") {
				text[name] = true
			}
		}
	}
	return text
}
