package store

import (
	"context"

	"knead/internal/store/db"
)

// Statements hands out a transaction as the generated statements see it, which no other
// package gets, so that a test can send a statement of its own through conn.go.
func (s *Store) Statements(ctx context.Context, f func(db.DBTX) error) error {
	return s.transaction(ctx, func(c conn) error { return f(c) })
}
