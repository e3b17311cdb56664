package store

import (
	"context"
	"database/sql"
	"regexp"
	"sync"

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

func (c conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return c.tx.ExecContext(ctx, c.text(query), args...)
}

func (c conn) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return c.tx.PrepareContext(ctx, c.text(query))
}

func (c conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return c.tx.QueryContext(ctx, c.text(query), args...)
}

func (c conn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return c.tx.QueryRowContext(ctx, c.text(query), args...)
}
