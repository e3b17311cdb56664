package store

import (
	"context"

	"knead/internal/store/db"
)

// Statements hands out a transaction as the generated statements see it, which no other
// package gets, so that a test can send a statement of its own through conn.go.
func (s *Store) Statements(ctx context.Context, f func(db.DBTX) error) error {
	return s.again(ctx, func() error {
		tx, err := s.write.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
		if err := f(conn{s.kind, tx}); err != nil {
			return err
		}
		return tx.Commit()
	})
}
