package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// query is one named statement of queries/.
type query struct {
	name   string
	kind   string // :one, :many, :exec, :execrows
	tokens []token
}

func (q query) String() string { return q.name }

// parseQueries reads a file of queries/: a comment `-- name: Name :kind`, then a statement.
func parseQueries(text string) ([]query, error) {
	var all []query
	parts := strings.Split("\n"+text, "\n-- name: ")
	for _, part := range parts[1:] {
		head, body, _ := strings.Cut(part, "\n")
		name, kind, ok := strings.Cut(strings.TrimSpace(head), " ")
		if !ok {
			return nil, fmt.Errorf("query %s has no kind", head)
		}
		tokens, err := lex(body)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", name, err)
		}
		if len(tokens) == 0 || !tokens[len(tokens)-1].is(";") || find(tokens, 0, ";") != len(tokens)-1 {
			return nil, fmt.Errorf("query %s is not one statement that ends with a semicolon", name)
		}
		all = append(all, query{name, kind, tokens[:len(tokens)-1]})
	}
	return all, nil
}

// everyPractice are the queries that are not bound to one practice, and why.
var everyPractice = map[string]string{
	"Practices": "lists the practices of the installation",
}

// lintQuery finds what is wrong in a query. Text is the columns that hold text other
// than ids.
func lintQuery(q query, text map[string]bool) []string {
	wrong := lintText(q.tokens)
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if everyPractice[q.name] == "" {
		l := practiceLint{say: say}
		l.statement(q.tokens, nil)
		if len(l.parameters) > 1 {
			say("practice_id is bound to %v, want one parameter", l.parameters)
		}
	}
	lintStars(q, say)
	lintUpdate(q, say)
	for i, t := range q.tokens {
		next := i + 1
		switch {
		case t.is("VALUES") && next < len(q.tokens):
			for j := next; j < len(q.tokens) && q.tokens[j].is("("); j = closing(q.tokens, j) + 2 {
				if slices.ContainsFunc(q.tokens[j:closing(q.tokens, j)], func(t token) bool { return t.is("SELECT") }) {
					say("a query stands in VALUES")
				}
			}
		case t.oneOf("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "LOCALTIME", "LOCALTIMESTAMP", "NOW"):
			say("%s: the time is a parameter, the database is not asked for it", t.text)
		case t.is("LIKE") && !slices.ContainsFunc(q.tokens[next:find(q.tokens, next, "AND", "OR", "ORDER", "LIMIT")], func(t token) bool { return t.is("ESCAPE") }):
			say("LIKE without ESCAPE: one database has a sign for it by itself, the other has none")
		case t.is("RETURNING") || t.is("SELECT"):
		case t.oneOf("ILIKE", "ANY", "SIMILAR", "GLOB", "REGEXP") || t.is("FOR") && next < len(q.tokens) && q.tokens[next].is("UPDATE"):
			say("%s is not known to both databases", t.text)
		}
	}
	if q.kind == ":many" && q.tokens[0].is("SELECT") && find(q.tokens, 0, "ORDER") == len(q.tokens) {
		say("many rows in no order")
	}
	lintOrder(q.tokens, text, say)
	return wrong
}

// lintOrder asks that text is ordered by its bytes: the order of a language differs
// between databases, and between machines.
func lintOrder(tokens []token, text map[string]bool, say func(string, ...any)) {
	for i := 0; i+1 < len(tokens); i++ {
		if !tokens[i].is("ORDER") || !tokens[i+1].is("BY") {
			continue
		}
		rest := tokens[i+2:]
		end := len(rest)
		for j, depth := 0, 0; j < len(rest); j++ {
			if rest[j].is("(") {
				depth++
			}
			if rest[j].is(")") {
				depth--
			}
			if depth < 0 || depth == 0 && rest[j].is("LIMIT") {
				end = j
				break
			}
		}
		for _, term := range split(rest[:end], ",") {
			column := ""
			for _, t := range term {
				if t.kind == word && !slices.Contains(keywords, t.text) {
					column = t.text
				}
			}
			if text[column] && !slices.ContainsFunc(term, func(t token) bool { return t.is("COLLATE") }) {
				say(`ORDER BY %s: text is ordered with COLLATE "C"`, column)
			}
		}
	}
}

func lintStars(q query, say func(string, ...any)) {
	for i, t := range q.tokens {
		if !t.is("*") || i == 0 {
			continue
		}
		before := q.tokens[i-1]
		counted := i > 1 && before.is("(") && q.tokens[i-2].is("COUNT")
		if !counted && before.oneOf("SELECT", "DISTINCT", "RETURNING", ",", ".", "(") {
			say("* instead of columns")
		}
	}
}

// sameEachTime are the functions that give the same on every machine for the same values.
var sameEachTime = []string{"COALESCE", "LENGTH", "LOWER", "UPPER", "MIN", "MAX", "COUNT", "SUM", "ABS", "CAST", "REPLACE"}

// lintUpdate asks that an UPDATE gives the same on each machine that runs it, and that a
// row stays with its practice.
func lintUpdate(q query, say func(string, ...any)) {
	if !slices.ContainsFunc(q.tokens, func(t token) bool { return t.is("UPDATE") }) {
		return
	}
	for i, t := range q.tokens {
		if t.is("SET") {
			end := find(q.tokens, i+1, "WHERE", "FROM", "RETURNING")
			for _, assignment := range split(q.tokens[i+1:end], ",") {
				if len(assignment) > 0 && slices.ContainsFunc(assignment[:find(assignment, 0, "=")], func(t token) bool { return t.is("practice_id") }) {
					say("practice_id is changed")
				}
			}
		}
		called := t.kind == word && i+1 < len(q.tokens) && q.tokens[i+1].is("(") && !slices.Contains(keywords, strings.ToUpper(t.text))
		named := i > 0 && q.tokens[i-1].oneOf("INTO", "AS")
		if called && !named && !slices.Contains(sameEachTime, strings.ToUpper(t.text)) {
			say("function %s in an UPDATE is not known to give the same each time", t.text)
		}
	}
}

// practiceLint follows practice_id through a statement: each table that is named must be
// held to one practice by a parameter, or by equality with a table that is.
type practiceLint struct {
	say        func(string, ...any)
	parameters []string // that practice_id is bound to
}

var endOfWhere = []string{"GROUP", "ORDER", "LIMIT", "RETURNING", "HAVING", "WINDOW", "OFFSET"}

// statement checks one SELECT, INSERT, UPDATE or DELETE and the queries inside. Outer are
// the tables around it that are held already.
func (l *practiceLint) statement(tokens []token, outer map[string]bool) {
	for _, set := range []string{"UNION", "EXCEPT", "INTERSECT"} {
		if parts := split(tokens, set); len(parts) > 1 {
			for _, p := range parts {
				l.statement(p, outer)
			}
			return
		}
	}
	flat, inner := withoutInner(tokens)
	tables := tablesOf(flat)
	held := map[string]bool{}
	for alias := range outer {
		held[alias] = true
	}
	l.insert(flat, held)
	var equal [][2]string
	for _, condition := range conditions(flat) {
		at := slices.IndexFunc(condition, func(t token) bool { return t.is("=") })
		if at < 0 {
			continue
		}
		left, right := l.practiceOf(condition[:at], tables), l.practiceOf(condition[at+1:], tables)
		switch {
		case left != "" && right != "":
			equal = append(equal, [2]string{left, right})
		case left != "" && isParameter(condition[at+1:]):
			l.bind(condition[at+1].text)
			held[left] = true
		case right != "" && isParameter(condition[:at]):
			l.bind(condition[0].text)
			held[right] = true
		}
	}
	joined := map[string]bool{}
	for range equal { // each round may reach one table further
		for _, e := range equal {
			if held[e[0]] || held[e[1]] {
				held[e[0]], held[e[1]] = true, true
			}
			joined[e[0]], joined[e[1]] = true, true
		}
	}
	for alias, name := range tables {
		switch {
		case !held[alias]:
			l.say("table %s is not held to one practice by a parameter", name)
		case len(tables) > 1 && !joined[alias]:
			l.say("table %s is joined without a.practice_id = b.practice_id", name)
		}
	}
	for _, part := range inner {
		l.statement(part, held)
	}
}

// insert checks that the first value of an INSERT is the practice.
func (l *practiceLint) insert(flat []token, held map[string]bool) {
	if len(flat) < 4 || !flat[0].is("INSERT") {
		return
	}
	table := flat[2].text
	if !flat[3].is("(") || !flat[4].is("practice_id") {
		l.say("INSERT INTO %s does not name practice_id first", table)
		return
	}
	held[table] = true
	after := closing(flat, 3) + 1
	switch {
	case after+2 < len(flat) && flat[after].is("VALUES") && flat[after+2].kind == parameter:
		l.bind(flat[after+2].text)
	case after+1 < len(flat) && flat[after].is("SELECT") && flat[after+1].kind == parameter:
		l.bind(flat[after+1].text)
	default:
		l.say("INSERT INTO %s does not take practice_id from a parameter", table)
	}
	if at := find(flat, 0, "CONFLICT"); at+2 < len(flat) && flat[at+1].is("(") && !flat[at+2].is("practice_id") {
		l.say("ON CONFLICT does not name practice_id first")
	}
}

func (l *practiceLint) bind(parameter string) {
	if !slices.Contains(l.parameters, parameter) {
		l.parameters = append(l.parameters, parameter)
	}
}

// practiceOf gives the table whose practice_id a term is, or "".
func (l *practiceLint) practiceOf(term []token, tables map[string]string) string {
	switch {
	case len(term) == 3 && term[1].is(".") && term[2].is("practice_id"):
		return term[0].text
	case len(term) == 1 && term[0].is("practice_id") && len(tables) == 1:
		for alias := range tables {
			return alias
		}
	case len(term) == 1 && term[0].is("practice_id"):
		l.say("practice_id without its table, where there are several")
	}
	return ""
}

func isParameter(term []token) bool { return len(term) == 1 && term[0].kind == parameter }

// withoutInner cuts out the queries in brackets and gives them beside.
func withoutInner(tokens []token) (flat []token, inner [][]token) {
	for i := 0; i < len(tokens); i++ {
		if tokens[i].is("(") && i+1 < len(tokens) && tokens[i+1].oneOf("SELECT", "WITH") {
			end := closing(tokens, i)
			inner = append(inner, tokens[i+1:end])
			flat = append(flat, token{kind: number, text: "0", line: tokens[i].line})
			i = end
			continue
		}
		flat = append(flat, tokens[i])
	}
	return flat, inner
}

// tablesOf gives the tables that a statement names, by the name they have in it.
func tablesOf(flat []token) map[string]string {
	tables := map[string]string{}
	depth, from := 0, false
	for i, t := range flat {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		}
		if depth != 0 {
			continue
		}
		if t.oneOf(append([]string{"WHERE", "SET", "ON", "VALUES"}, endOfWhere...)...) {
			from = false
		}
		names := t.oneOf("FROM", "JOIN", "INTO", "USING") || t.is("UPDATE") && (i == 0 || !flat[i-1].is("DO")) || t.is(",") && from
		if t.is("FROM") || t.is("JOIN") {
			from = true
		}
		if !names || i+1 >= len(flat) || flat[i+1].kind != word {
			continue
		}
		name, alias := flat[i+1].text, flat[i+1].text
		if next := i + 2; next < len(flat) {
			if flat[next].is("AS") {
				next++
			}
			if next < len(flat) && flat[next].kind == word && !slices.Contains(keywords, strings.ToUpper(flat[next].text)) {
				alias = flat[next].text
			}
		}
		tables[alias] = name
	}
	return tables
}

// conditions gives what must hold of every row: the parts of WHERE and of each ON between
// their ANDs. Where an OR stands between them, nothing must.
func conditions(flat []token) [][]token {
	var all [][]token
	for i, t := range flat {
		var ends []string
		switch {
		case t.is("WHERE"):
			ends = endOfWhere
		case t.is("ON") && i+1 < len(flat) && !flat[i+1].is("CONFLICT"):
			ends = append([]string{"WHERE", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS"}, endOfWhere...)
		default:
			continue
		}
		clause := flat[i+1 : find(flat, i+1, ends...)]
		if len(split(clause, "OR")) == 1 {
			all = append(all, split(clause, "AND")...)
		}
	}
	return all
}

func readQueries(t *testing.T) []query {
	t.Helper()
	files, err := filepath.Glob("queries/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries: %v", err)
	}
	var all []query
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		queries, err := parseQueries(string(text))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, queries...)
	}
	return all
}

func TestQueriesKeepToTheRules(t *testing.T) {
	text := textColumns(t)
	excepted := map[string]bool{}
	for _, q := range readQueries(t) {
		for _, wrong := range lintQuery(q, text) {
			t.Errorf("%s: %s", q, wrong)
		}
		excepted[q.name] = true
	}
	for name := range everyPractice {
		if !excepted[name] {
			t.Errorf("%s is excepted from the rules and does not exist", name)
		}
	}
}

func TestTheLintOfQueriesFindsWhatIsWrong(t *testing.T) {
	text := map[string]bool{"name": true}
	for _, c := range []struct{ sql, want string }{
		{"SELECT name FROM clients WHERE id = $1", "clients is not held to one practice"},
		{"SELECT name FROM clients WHERE practice_id = 'p' AND id = $1", "clients is not held to one practice"},
		{"SELECT name FROM clients WHERE practice_id = $1 OR id = $2", "clients is not held to one practice"},
		{"SELECT name FROM clients WHERE NOT practice_id = $1", "clients is not held to one practice"},
		{"SELECT name FROM clients WHERE practice_id <> $1", "clients is not held to one practice"},
		{"SELECT v.id FROM visits v JOIN clients c ON c.id = v.client_id WHERE v.practice_id = $1", "clients is not held to one practice"},
		{"SELECT v.id FROM visits v JOIN clients c ON c.practice_id = $1 AND c.id = v.client_id WHERE v.practice_id = $1", "clients is joined without"},
		{"SELECT v.id FROM visits v, clients c WHERE v.practice_id = $1 AND c.id = v.client_id", "clients is not held to one practice"},
		{"SELECT v.id FROM visits v JOIN clients c ON c.practice_id = v.practice_id WHERE practice_id = $1", "practice_id without its table"},
		{"SELECT name FROM clients WHERE practice_id = $1 AND id IN (SELECT client_id FROM visits)", "visits is not held to one practice"},
		{"SELECT name FROM clients WHERE practice_id = $1 AND id IN (SELECT client_id FROM visits WHERE practice_id = $2)", "want one parameter"},
		{"SELECT 1 FROM notes WHERE practice_id = $1 UNION SELECT 1 FROM visits", "visits is not held to one practice"},
		{"UPDATE clients SET name = $1 WHERE id = $2", "clients is not held to one practice"},
		{"UPDATE clients SET practice_id = $1 WHERE practice_id = $1 AND id = $2", "practice_id is changed"},
		{"UPDATE clients SET created_at = EXTRACT($2) WHERE practice_id = $1", "function EXTRACT"},
		{"UPDATE clients SET id = gen_random_uuid() WHERE practice_id = $1", "function gen_random_uuid"},
		{"UPDATE clients SET created_at = CURRENT_TIMESTAMP WHERE practice_id = $1", "the time is a parameter"},
		{"DELETE FROM grants WHERE id = $1", "grants is not held to one practice"},
		{"INSERT INTO clients (id, practice_id) VALUES ($1, $2)", "does not name practice_id first"},
		{"INSERT INTO clients (practice_id, id) VALUES ('p', $1)", "does not take practice_id from a parameter"},
		{"INSERT INTO clients (practice_id, id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", "ON CONFLICT does not name practice_id first"},
		{"INSERT INTO clients (practice_id, id) VALUES ($1, $2) ON CONFLICT (practice_id, id) DO UPDATE SET at = random()", "function random"},
		{"INSERT INTO notes (practice_id, n) VALUES ($1, (SELECT MAX(n) FROM notes WHERE practice_id = $1))", "a query stands in VALUES"},
		{"INSERT INTO notes (practice_id, n) VALUES ($1, 1), ($1, (SELECT MAX(n) FROM notes WHERE practice_id = $1))", "a query stands in VALUES"},
		{"SELECT * FROM clients WHERE practice_id = $1 AND id = $2", "* instead of columns"},
		{"SELECT c.* FROM clients c WHERE c.practice_id = $1 AND c.id = $2", "* instead of columns"},
		{"DELETE FROM grants WHERE practice_id = $1 RETURNING *", "* instead of columns"},
		{"SELECT name FROM clients WHERE practice_id = $1 AND name = '$2'", "which conn.go would take for a parameter"},
		{"select name FROM clients WHERE practice_id = $1", "keyword select is not in upper case"},
		{"SELECT name FROM clients WHERE practice_id = $1 ORDER by id", "keyword by is not in upper case"},
		{"SELECT name FROM clients WHERE practice_id = $1 AND name LIKE $2", "LIKE without ESCAPE"},
		{"SELECT name FROM clients WHERE practice_id = $1 AND name ILIKE $2", "ILIKE is not known to both"},
		{"SELECT id FROM clients WHERE practice_id = $1 AND id = ANY($2)", "ANY is not known to both"},
		{"SELECT id FROM clients WHERE practice_id = $1 FOR UPDATE", "FOR is not known to both"},
		{"SELECT id::text FROM clients WHERE practice_id = $1", ":: is not the same"},
		{"SELECT profile ->> 'k' FROM clients WHERE practice_id = $1", "->> is not the same"},
		{"SELECT id FROM clients WHERE practice_id = $1", "many rows in no order"},
		{"SELECT id FROM clients WHERE practice_id = $1 ORDER BY name, id", `ORDER BY name: text is ordered with COLLATE "C"`},
	} {
		queries, err := parseQueries("-- name: Planted :many\n" + c.sql + ";\n")
		if err != nil {
			t.Fatalf("%s: %v", c.sql, err)
		}
		got := lintQuery(queries[0], text)
		if !slices.ContainsFunc(got, func(wrong string) bool { return strings.Contains(wrong, c.want) }) {
			t.Errorf("%s\n\tthe lint finds %q, want %q", c.sql, got, c.want)
		}
	}
}

func TestTheLintOfQueriesLetsGoodOnesPass(t *testing.T) {
	for _, sql := range []string{
		`SELECT COUNT(*) FROM clients WHERE practice_id = $1 AND (name = $2 OR called = $2) ORDER BY name COLLATE "C" DESC, id LIMIT $3`,
		"SELECT v.id FROM visits v LEFT JOIN notes n ON n.practice_id = v.practice_id AND n.visit_id = v.id WHERE v.practice_id = $1 ORDER BY v.starts_at",
		"SELECT v.id FROM visits AS v JOIN notes AS n ON n.practice_id = v.practice_id JOIN files f ON f.practice_id = n.practice_id WHERE $1 = f.practice_id ORDER BY v.id",
		"SELECT c.id FROM clients c WHERE c.practice_id = $1 AND EXISTS (SELECT 1 FROM visits v WHERE v.practice_id = c.practice_id AND v.client_id = c.id) ORDER BY c.id",
		"UPDATE clients SET version = version + 1, name = COALESCE($3, name) WHERE practice_id = $1 AND id = $2",
		"INSERT INTO clients (practice_id, id) VALUES ($1, $2) ON CONFLICT (practice_id, id) DO UPDATE SET name = excluded.name",
		"DELETE FROM grants WHERE practice_id = $1 AND at BETWEEN $2 AND $3",
		"SELECT name FROM clients WHERE practice_id = $1 AND name = 'O''Brien; $' AND called LIKE CAST($2 AS TEXT) ESCAPE '!' ORDER BY id",
	} {
		queries, err := parseQueries("-- name: Good :many\n" + sql + ";\n")
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		if got := lintQuery(queries[0], map[string]bool{"name": true}); len(got) > 0 {
			t.Errorf("%s\n\tthe lint finds %q, want nothing", sql, got)
		}
	}
}

func TestAQueryFileIsReadAsItStands(t *testing.T) {
	for _, broken := range []string{
		"-- name: NoKind\nSELECT 1;",
		"-- name: NoEnd :one\nSELECT 1",
		"-- name: Two :one\nSELECT 1; SELECT 2;",
		"-- name: Open :one\nSELECT 'a;",
		"-- name: Empty :one\n",
	} {
		if q, err := parseQueries(broken); err == nil {
			t.Errorf("parseQueries(%q) = %v, want an error", broken, q)
		}
	}
}
