//go:build unix

package kneadtest

import (
	"context"
	"testing"

	"knead/internal/store"
)

// Places runs a subtest for each place where a record can be kept: an SQLite file, an
// encrypted one, and a PostgreSQL. Each place is empty and goes with its subtest.
func Places(t *testing.T, f func(t *testing.T, place store.Options)) {
	t.Helper()
	key := make(store.Key, store.KeyBytes)
	for i := range key {
		key[i] = byte(7 * i)
	}
	t.Run("SQLite", func(t *testing.T) { f(t, store.Options{Dir: t.TempDir()}) })
	t.Run("SQLite encrypted", func(t *testing.T) { f(t, store.Options{Dir: t.TempDir(), Key: key}) })
	t.Run("PostgreSQL", func(t *testing.T) { f(t, store.Options{DSN: PostgresRecord(t)}) })
}

// PostgresRecord is [Postgres] with the tables of an empty record, which saves the time to
// make them.
func PostgresRecord(t testing.TB) string {
	t.Helper()
	return PostgresFrom(t, "record", empty)
}

// Stores is [Places] with an open, empty record in each.
func Stores(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	Places(t, func(t *testing.T, place store.Options) { f(t, Open(t, place)) })
}

// Open opens a record for the length of a test.
func Open(t testing.TB, place store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// empty makes the tables of an empty record.
func empty(dsn string) error {
	s, err := store.Open(context.Background(), store.Options{DSN: dsn})
	if err != nil {
		return err
	}
	return s.Close()
}
