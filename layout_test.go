package knead_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers lists the packages from top to bottom. A package may import only what
// stands on a lower line; packages on one line do not see each other. `go list`
// would do, but its cached answers have hidden a broken rule before.
var layers = [][]string{
	{"cmd/knead", "docs/examples/rank"},
	{"internal/kneadtest"},
	{"internal/web", "internal/jobs", "internal/opendata", "internal/fhir"},
	{"internal/practice", "internal/server"},
	{"internal/auth", "internal/chart"},
	{"internal/store", "internal/notify"},
	{"internal/store/db"},
	{"."},
	{"plan", "reason/trial"},
	{"reason"},
	{"screen"},
	{"atlas"},
	{"body/bodygen"},
	{"body", "docs", "outcome", "internal/words"},
}

// outside lists which modules a package may import beside the standard library,
// and why. Packages that are not listed may import none.
var outside = map[string]map[string]string{
	"cmd/knead":         {"github.com/alecthomas/kong": "command line parsing and help", "golang.org/x/sync": "two listeners that end together", "filippo.io/age": "what opens a backup"},
	".":                 {"github.com/go-json-experiment/json": "refuses duplicate keys, unknown keys and broken UTF-8"},
	"internal/fhir":     {"github.com/go-json-experiment/json": "leaves out what is not given, in the order of the structs"},
	"internal/opendata": {"github.com/go-json-experiment/json": "the same, and writes tokens in the order of the tables"},
	"internal/web":      {"golang.org/x/net": "reads the tags of a page when it is written as a file", "golang.org/x/sync": "writes pages side by side"},
	"internal/server":   {"golang.org/x/time": "rate limit", "golang.org/x/crypto": "certificates by ACME"},
	"internal/auth": {
		"github.com/go-webauthn/webauthn": "passkeys", "github.com/coreos/go-oidc/v3": "sign-in by an identity provider",
		"golang.org/x/oauth2": "the same", "github.com/pquerna/otp": "one-time codes", "golang.org/x/crypto": "argon2id",
		"rsc.io/qr": "QR codes",
	},
	"internal/notify": {"github.com/wneessen/go-mail": "mail"},
	"internal/store": {
		"github.com/ncruces/go-sqlite3": "SQLite without cgo, encryption at rest, online backup", "github.com/jackc/pgx/v5": "PostgreSQL",
		"github.com/pressly/goose/v3": "migrations", "filippo.io/age": "backups that cannot be read or changed by others", "github.com/google/uuid": "ids",
		"github.com/go-json-experiment/json": "reads exports strictly: no duplicate keys, no broken UTF-8",
	},
	"internal/practice": {
		"github.com/google/uuid": "ids", "github.com/go-json-experiment/json": "documents in text columns, always written the same way",
		"golang.org/x/text": "finds names with or without accents", "golang.org/x/image": "reads WebP, scales photos",
	},
	"internal/kneadtest": {"github.com/jackc/pgx/v5": "makes and drops the databases of tests", "github.com/ncruces/go-sqlite3": "a disk that runs full"},
	"internal/chart":     {"golang.org/x/image": "fonts and vector drawing for PNG sheets"},
}

func TestImportsOnlyPointDown(t *testing.T) {
	level := map[string]int{}
	for i, layer := range layers {
		for _, p := range layer {
			level[p] = i
		}
	}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && file != "." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || file == "tools") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		pkg := path.Dir(filepath.ToSlash(file))
		from, ok := level[pkg]
		if !ok {
			t.Errorf("%s: package %s is not in the layers of layout_test.go; put it where it belongs", file, pkg)
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			checkImport(t, file, pkg, imported, from, level)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkImport(t *testing.T, file, pkg, imported string, from int, level map[string]int) {
	t.Helper()
	switch first, _, _ := strings.Cut(imported, "/"); {
	case first == "knead":
		target := strings.TrimPrefix(strings.TrimPrefix(imported, "knead"), "/")
		if target == "" {
			target = "."
		}
		if target == "internal/kneadtest" {
			t.Errorf("%s: %s imports %s, which is for _test.go files only", file, pkg, target)
		}
		if to, ok := level[target]; !ok || to <= from {
			t.Errorf("%s: %s imports %s, which does not stand below it", file, pkg, target)
		}
	case strings.Contains(first, "."):
		for module := range outside[pkg] {
			if imported == module || strings.HasPrefix(imported, module+"/") {
				return
			}
		}
		t.Errorf("%s: %s imports %s; a new dependency is named in layout_test.go with its reason", file, pkg, imported)
	case pure(pkg) && (slices.Contains(impure, imported) || imported == "time" && pkg != "."):
		t.Errorf("%s: %s is pure and must not import %s", file, pkg, imported)
	}
}

// impure are what a pure package may not import. The root may name points in time; that
// it asks no clock is held by [TestTheRecordAsksNoClock].
var impure = []string{"math/rand", "math/rand/v2", "os", "net", "net/http", "os/exec"}

func TestTheRecordAsksNoClock(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, clock := range []string{"time.Now", "time.Since", "time.Until", "time.After", "time.NewT"} {
			if strings.Contains(string(content), clock) {
				t.Errorf("%s: %s: the record is given the time, it does not look at a clock", file, clock)
			}
		}
	}
}

// pure packages are functions of their arguments: no clock, no randomness, no I/O
// beyond their embedded data.
func pure(pkg string) bool {
	return slices.Contains([]string{".", "body", "atlas", "screen", "reason", "plan", "outcome"}, pkg)
}
