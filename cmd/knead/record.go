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
	o, err := storeOptions(p)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, o)
}

func storeOptions(p recordPlace) (store.Options, error) {
	o := store.Options{Dir: p.Data, DSN: p.Database}
	if p.KeyFile != "" {
		key, err := store.ReadKey(p.KeyFile, os.Getenv("CREDENTIALS_DIRECTORY"))
		if err != nil {
			return o, err
		}
		o.Key = key
	}
	return o, nil
}

// openBoth opens the record with the database below it, for commands that look after it.
func openBoth(ctx context.Context, p recordPlace) (h *practice.House, s *store.Store, closeRecord func(), err error) {
	if s, err = openStore(ctx, p); err != nil {
		return nil, nil, nil, err
	}
	return practice.New(practice.Options{Store: s}), s, func() {
		if err := s.Close(); err != nil {
			slog.Error("close the record", "error", err)
		}
	}, nil
}

// openHouse opens the record and what can be done with it.
func openHouse(ctx context.Context, p recordPlace) (h *practice.House, closeRecord func(), err error) {
	h, _, closeRecord, err = openBoth(ctx, p)
	return h, closeRecord, err
}

func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}
