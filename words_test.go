package knead

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// called is one call of say or sayN: a whole key, or how it begins and ends where the
// middle is worked out, and the names of what is filled in.
type called struct {
	where  string
	begins string
	ends   string
	whole  bool
	names  []string
	spread bool // the names stand elsewhere
}

func (c called) is(key string) bool {
	if c.whole {
		return key == c.begins
	}
	return strings.HasPrefix(key, c.begins) && strings.HasSuffix(key, c.ends)
}

// Keys that wrappers hand on: their first argument is a key.
var wrappers = []string{"say", "sayN", "quoted", "add"}

func callsOfSay(t *testing.T) []called {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var calls []called
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "words.go" {
			continue
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, ok := call.Fun.(*ast.Ident)
			if !ok || !slices.Contains(wrappers, name.Name) || len(call.Args) == 0 {
				return true
			}
			calls = append(calls, callsIn(call, name.Name, set.Position(call.Pos()).String())...)
			return true
		})
	}
	return calls
}

func callsIn(call *ast.CallExpr, name, where string) []called {
	c := called{where: where, spread: name == "quoted" || name == "add" || call.Ellipsis.IsValid()}
	args := call.Args[1:]
	if name == "sayN" {
		c.names = append(c.names, "n")
		args = args[1:]
	}
	for i := 0; i < len(args) && !c.spread; i += 2 {
		c.names = append(c.names, text(args[i]))
	}
	switch key := call.Args[0].(type) {
	case *ast.BasicLit:
		c.begins, c.whole = text(key), true
	case *ast.BinaryExpr:
		c.begins, c.ends = ends(key)
	default:
		return nil // a variable: what it holds is found where it is made
	}
	if name == "sayN" {
		one, other := c, c
		if c.whole {
			one.begins, other.begins = c.begins+".one", c.begins+".other"
		} else {
			one.ends, other.ends = c.ends+".one", c.ends+".other"
		}
		return []called{one, other}
	}
	if name == "add" { // changes have a text without and one with a reason
		why := c
		why.begins = c.begins + ".why"
		return []called{c, why}
	}
	return []called{c}
}

// ends gives the text with which a sum of texts begins and ends.
func ends(sum *ast.BinaryExpr) (begins, last string) {
	if left, ok := sum.X.(*ast.BinaryExpr); ok {
		begins, _ = ends(left)
	} else {
		begins = text(sum.X)
	}
	return begins, text(sum.Y)
}

func text(x ast.Expr) string {
	if lit, ok := x.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			return s
		}
	}
	return ""
}

// variable are the keys that stand in variables, each with the place where they are made.
var variable = []string{
	"flag.yes", "flag.yes.more", "flag.no", "flag.no.more", "flag.not-sure", "flag.not-sure.more", // answerWordsOf
}

func TestEverySentenceIsThereAndIsUsed(t *testing.T) {
	calls := callsOfSay(t)
	if len(calls) < 80 {
		t.Fatalf("%d calls were found: the test no longer sees them", len(calls))
	}
	table := wordsByKey()
	for _, c := range calls {
		found := false
		for key := range table {
			found = found || c.is(key)
		}
		if !found && c.begins != "change.remark" { // it has a reason, always
			t.Errorf("%s: words.txt has no key %s...%s", c.where, c.begins, c.ends)
		}
	}
	for key := range table {
		used := slices.Contains(variable, key) || slices.ContainsFunc(calls, func(c called) bool { return c.is(key) })
		if !used {
			t.Errorf("words.txt: nothing uses %s", key)
		}
	}
}

var placeholder = regexp.MustCompile(`\{([^}]*)\}`)

func TestEveryPlaceholderIsFilled(t *testing.T) {
	table := wordsByKey()
	for _, c := range callsOfSay(t) {
		for key, words := range table {
			if c.spread || !c.is(key) {
				continue
			}
			for _, m := range placeholder.FindAllStringSubmatch(words, -1) {
				if !slices.Contains(c.names, m[1]) {
					t.Errorf("%s: %s wants {%s}, which is not given", c.where, key, m[1])
				}
			}
		}
	}
}

func TestWordsOfAListAreAllThere(t *testing.T) {
	table := wordsByKey()
	for _, rule := range StopRules {
		for _, key := range []string{"stop." + string(rule), "stop." + string(rule) + ".do"} {
			if table[key] == "" {
				t.Errorf("words.txt has no %s", key)
			}
		}
	}
	for _, effect := range SideEffects {
		if table["effect."+string(effect)] == "" {
			t.Errorf("words.txt has no effect.%s", effect)
		}
	}
	for _, level := range []string{"no-flags", "limits", "refer", "not-cleared", "same-day", "emergency"} {
		if table["note.level."+level] == "" {
			t.Errorf("words.txt has no note.level.%s", level)
		}
	}
}
