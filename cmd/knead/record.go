package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"knead/internal/practice"
	"knead/internal/store"
)

// recordPlace is where a record is kept.
type recordPlace struct{ Data, Database, KeyFile string }

// openStore opens the record at a place. An empty place becomes a new record.
func openStore(ctx context.Context, p recordPlace) (*store.Store, error) {
	o := store.Options{Dir: p.Data, DSN: p.Database}
	if p.KeyFile != "" {
		key, err := store.ReadKey(p.KeyFile, os.Getenv("CREDENTIALS_DIRECTORY"))
		if err != nil {
			return nil, err
		}
		o.Key = key
	}
	return store.Open(ctx, o)
}

// openHouse opens the record and what can be done with it.
func openHouse(ctx context.Context, p recordPlace) (h *practice.House, closeRecord func(), err error) {
	s, err := openStore(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	return practice.New(practice.Options{Store: s}), func() {
		if err := s.Close(); err != nil {
			slog.Error("close the record", "error", err)
		}
	}, nil
}

func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}
