package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	gotoken "go/token" // SQL has tokens too
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var update = flag.Bool("update", false, "write what is compared: the hash of package db, and the answers of testdata")

// inputsHash hashes what package db is made of and what was made of it, names and
// contents, so that neither can change alone.
func inputsHash(t *testing.T, folder fs.FS) string {
	t.Helper()
	h := sha256.New()
	for _, pattern := range []string{"sqlc.yaml", "migrations/*.sql", "queries/*.sql", "db/*.go"} {
		files, err := fs.Glob(folder, pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s: %v", pattern, err)
		}
		for _, file := range files {
			content, err := fs.ReadFile(folder, file)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%s %d\n", file, len(content))
			h.Write(content)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestPackageDBIsMadeOfTheseTablesAndQueries(t *testing.T) {
	const file = "db/inputs.sha256"
	got := inputsHash(t, os.DirFS("."))
	if *update {
		if err := os.WriteFile(file, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != strings.TrimSpace(string(want)) {
		t.Error("the migrations, the queries or package db have changed since it was made: run make sql")
	}
}

func TestTheHashOfPackageDBSeesEachChange(t *testing.T) {
	files := fstest.MapFS{"sqlc.yaml": {}, "migrations/1.sql": {}, "queries/a.sql": {Data: []byte("SELECT 1;")}, "db/db.go": {}}
	before := inputsHash(t, files)
	for name := range files {
		changed := maps.Clone(files)
		changed[name] = &fstest.MapFile{Data: []byte("SELECT 2;")}
		if inputsHash(t, changed) == before {
			t.Errorf("a change of %s is not seen", name)
		}
	}
	files["queries/b.sql"] = &fstest.MapFile{}
	if inputsHash(t, files) == before {
		t.Error("a new file is not seen")
	}
}

// mayNameSQL are the files that may use database/sql, and why. All statements of the
// others pass conn.go, which puts the numbers of their parameters right for SQLite.
var mayNameSQL = map[string]string{
	"internal/store/conn.go":   "passes statements on",
	"internal/store/store.go":  "opens transactions",
	"internal/store/open.go":   "opens pools",
	"internal/store/errors.go": "knows its errors",
}

// mayUsePools are the files of this package that may touch the pools of connections.
var mayUsePools = []string{"internal/store/store.go", "internal/store/open.go"}

// lintSource finds what goes past conn.go in a file of the repository.
func lintSource(file string, source any) ([]string, error) {
	f, err := parser.ParseFile(gotoken.NewFileSet(), file, source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var wrong []string
	if !strings.HasPrefix(file, "internal/store/db/") && mayNameSQL[file] == "" {
		for _, spec := range f.Imports {
			if name := strings.Trim(spec.Path.Value, `"`); name == "database/sql" || strings.HasSuffix(name, "/pgx/v5/stdlib") || strings.HasSuffix(name, "/go-sqlite3/driver") {
				wrong = append(wrong, file+": imports "+name+": all statements pass internal/store/conn.go")
			}
		}
	}
	inStore := filepath.ToSlash(filepath.Dir(file)) == "internal/store"
	ast.Inspect(f, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := s.X.(*ast.Ident)
		if ok && x.Name == "db" && (s.Sel.Name == "New" || s.Sel.Name == "WithTx") && file != "internal/store/store.go" {
			wrong = append(wrong, file+": calls db."+s.Sel.Name+": statements come from Store.Read and Store.Write")
		}
		if inStore && !slices.Contains(mayUsePools, file) && (s.Sel.Name == "write" || s.Sel.Name == "read") {
			wrong = append(wrong, file+": uses a pool: transactions come from store.go")
		}
		return true
	})
	return wrong, nil
}

func TestAllStatementsPassTheSameDoor(t *testing.T) {
	const root = "../.."
	seen := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (strings.HasPrefix(name, ".") && name != ".." || name == "node_modules" || file == "tools") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file = filepath.ToSlash(file)
		seen[file] = true
		wrong, err := lintSource(file, content)
		for _, w := range wrong {
			t.Error(w)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for file := range mayNameSQL {
		if !seen[file] {
			t.Errorf("%s may use database/sql and does not exist", file)
		}
	}
}

func TestTheLintOfSourceFindsWhatGoesPastTheDoor(t *testing.T) {
	for _, c := range []struct{ file, source, want string }{
		{"internal/practice/client.go", `package practice; import "database/sql"`, "imports database/sql"},
		{"internal/store/dump.go", `package store; import "database/sql"`, "imports database/sql"},
		{"internal/web/web.go", `package web; import _ "github.com/jackc/pgx/v5/stdlib"`, "imports github.com/jackc/pgx/v5/stdlib"},
		{"internal/web/web.go", `package web; import "github.com/ncruces/go-sqlite3/driver"`, "imports github.com/ncruces/go-sqlite3/driver"},
		{"internal/practice/client.go", `package practice; func f() { db.New(nil) }`, "calls db.New"},
		{"internal/store/dump.go", `package store; func f(s *Store) { s.write.Exec("") }`, "uses a pool"},
		{"internal/store/dump.go", `package store; func f(s *Store) { p := s.read; _ = p }`, "uses a pool"},
	} {
		got, err := lintSource(c.file, c.source)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(got, func(wrong string) bool { return strings.Contains(wrong, c.want) }) {
			t.Errorf("%s: %s\n\tthe lint finds %q, want %q", c.file, c.source, got, c.want)
		}
	}
}
