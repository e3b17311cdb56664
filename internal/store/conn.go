package store

import (
	"context"
	"database/sql"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"knead"
	"knead/internal/store/db"
)

// conn passes statements on to a transaction. On SQLite it first turns `$2` into `?2`:
// SQLite takes `$2` for a name and numbers names by their first appearance, so that
// `SET x = $2 WHERE id = $1` would write the wrong row without an error.
type conn struct {
	kind kind
	tx   db.DBTX
}

var (
	dollar    = regexp.MustCompile(`\$(\d+)`)
	rewritten sync.Map // statement -> the same for SQLite; as many as there are queries
)

// forSQLite rewrites a statement once. No statement has `$` and a digit in a literal;
// a test holds that.
func forSQLite(query string) string {
	if q, ok := rewritten.Load(query); ok {
		return q.(string) //nolint:forcetypeassert // only strings are stored
	}
	q := dollar.ReplaceAllString(query, "?$1")
	rewritten.Store(query, q)
	return q
}

func (c conn) text(query string) string {
	if c.kind == sqlite {
		return forSQLite(query)
	}
	return query
}

// checkArgs puts right what the drivers take differently.
func checkArgs(args []any) ([]any, error) {
	for i, arg := range args {
		switch v := reflect.ValueOf(arg); {
		case v.Kind() == reflect.Pointer && v.IsNil():
		case v.Kind() == reflect.Pointer && !isText(v.Elem()), v.Kind() == reflect.String && !isText(v):
			// SQLite would take it, and the record could not move to PostgreSQL.
			return nil, &knead.Error{Kind: knead.Invalid, Say: "A text holds signs that are no text. Type it again instead of pasting it."}
		case v.Kind() == reflect.Slice && v.IsNil():
			args[i] = nil // the driver of SQLite makes it an empty value, that of PostgreSQL NULL
		}
	}
	return args, nil
}

func isText(v reflect.Value) bool {
	return v.Kind() != reflect.String || utf8.ValidString(v.String()) && !strings.Contains(v.String(), "\x00")
}

func (c conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	args, err := checkArgs(args)
	if err != nil {
		return nil, err
	}
	return c.tx.ExecContext(ctx, c.text(query), args...)
}

func (c conn) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return c.tx.PrepareContext(ctx, c.text(query))
}

func (c conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	args, err := checkArgs(args)
	if err != nil {
		return nil, err
	}
	return c.tx.QueryContext(ctx, c.text(query), args...)
}

// QueryRowContext has no way to refuse a text; the statements that give one row look one
// up, and what is no text is not found.
func (c conn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return c.tx.QueryRowContext(ctx, c.text(query), args...)
}
