package store_test

import (
	"context"
	"testing"

	"knead"
	"knead/internal/store"
	"knead/internal/store/db"
)

func TestOpenMakesARecordAndOpensItAgain(t *testing.T) {
	ctx := context.Background()
	for _, key := range []store.Key{nil, make(store.Key, store.KeyBytes)} {
		dir := t.TempDir()
		for range 2 {
			s, err := store.Open(ctx, store.Options{Dir: dir, Key: key})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Write(ctx, func(q *db.Queries) error {
				_, err := q.Practice(ctx, "p")
				if knead.KindOf(err) != "" || err == nil {
					return nil // the second time it is there
				}
				return q.AddPractice(ctx, db.AddPracticeParams{PracticeID: "p", Name: "Clay", Zone: "UTC", Settings: "{}", CreatedAt: 1})
			})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Read(ctx, func(q *db.Queries) error {
				p, err := q.Practice(ctx, "p")
				if err == nil && p.Name != "Clay" {
					t.Errorf("practice is called %q", p.Name)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := store.Open(ctx, store.Options{Dir: dir, Key: append(make(store.Key, store.KeyBytes-1), 1)}); err == nil {
			t.Errorf("a record with key %v opened with another key", key != nil)
		}
	}
}
