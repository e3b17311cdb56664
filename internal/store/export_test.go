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

// Everything hands on all rows of all practices, secrets too.
func (s *Store) Everything(ctx context.Context, put Put) error {
	return s.stream(ctx, func(c conn) error {
		practices, err := c.queries().Practices(ctx)
		if err != nil {
			return err
		}
		for _, p := range practices {
			for _, t := range Tables() {
				if err := c.dump(ctx, t, p.PracticeID, nil, put); err != nil {
					return err
				}
			}
		}
		return nil
	})
}
