package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/store"
	"knead/internal/store/db"
)

// benchPlaces are those of [kneadtest.Places], for benchmarks.
func benchPlaces(b *testing.B) map[string]store.Options {
	b.Helper()
	return map[string]store.Options{
		"SQLite":           {Dir: b.TempDir()},
		"SQLite-encrypted": {Dir: b.TempDir(), Key: otherKey},
		"PostgreSQL":       {DSN: kneadtest.PostgresRecord(b)},
	}
}

// BenchmarkVisitChange measures what a change of a visit costs: reading it, writing it,
// and the line of the audit chain, in one transaction. Beside it runs the least that a
// database can do: one INSERT and COMMIT of a row as long as the visit. The ratio tells
// more than either, since both wait for the same disk.
func BenchmarkVisitChange(b *testing.B) {
	input := strings.Repeat(`{"k":"mark"},`, 150) // 2 kB, as a painted visit has
	for name, place := range benchPlaces(b) {
		b.Run(name, func(b *testing.B) {
			ctx := b.Context()
			s := kneadtest.Open(b, place)
			fill(b, s, "p")
			err := s.Write(ctx, func(q *db.Queries) error {
				if err := q.AddMember(ctx, db.AddMemberParams{PracticeID: "p", ID: "m", Role: "owner"}); err != nil {
					return err
				}
				if err := q.AddClient(ctx, db.AddClientParams{PracticeID: "p", ID: "c"}); err != nil {
					return err
				}
				return q.AddVisit(ctx, db.AddVisitParams{PracticeID: "p", ID: "v", ClientID: "c", TherapistID: "m", State: "open", Input: input})
			})
			if err != nil {
				b.Fatal(err)
			}
			change := func(n int) error {
				return s.Write(ctx, func(q *db.Queries) error {
					v, err := q.Visit(ctx, "p", "v")
					if err != nil {
						return err
					}
					_, err = q.ChangeVisit(ctx, db.ChangeVisitParams{
						PracticeID: "p", ID: "v", State: v.State, Input: v.Input, Asked: true, Verdict: "{}", Plan: v.Plan,
						UpdatedAt: knead.Instant(n), StartsAt: v.StartsAt, TherapistID: v.TherapistID, Version: v.Version,
					})
					if err != nil {
						return err
					}
					head, err := q.TakeAuditHead(ctx, "p")
					if err != nil {
						return err
					}
					digest := fmt.Sprint(n)
					err = q.AddAudit(ctx, db.AddAuditParams{PracticeID: "p", Seq: head.Seq, ActID: knead.ActID(digest), Previous: head.Digest, Digest: digest})
					if err != nil {
						return err
					}
					_, err = q.SetAuditHead(ctx, "p", digest)
					return err
				})
			}
			insert := func(n int) error {
				return s.Statements(ctx, func(tx db.DBTX) error {
					_, err := tx.ExecContext(ctx, "INSERT INTO session_events (practice_id, id, visit_id, body, received_at) VALUES ($1, $2, $3, $4, $5)", "p", fmt.Sprint(n), "v", input, 1)
					return err
				})
			}
			var changes, inserts time.Duration
			n := 0
			for b.Loop() {
				n++
				begun := time.Now()
				if err := change(n); err != nil {
					b.Fatal(err)
				}
				between := time.Now()
				if err := insert(n); err != nil {
					b.Fatal(err)
				}
				changes += between.Sub(begun)
				inserts += time.Since(between)
			}
			b.ReportMetric(float64(changes.Microseconds())/float64(n), "us/change")
			b.ReportMetric(float64(inserts.Microseconds())/float64(n), "us/insert")
			b.ReportMetric(changes.Seconds()/inserts.Seconds(), "change/insert")
		})
	}
}

// BenchmarkDay measures the list of a day among 100,000 visits, 20 a day, with the names
// of the clients. Beside it runs the reading of one visit by its id.
func BenchmarkDay(b *testing.B) {
	const visits, perDay = 100_000, 20
	for name, place := range benchPlaces(b) {
		b.Run(name, func(b *testing.B) {
			ctx := b.Context()
			s := kneadtest.Open(b, place)
			fill(b, s, "p")
			err := s.Write(ctx, func(q *db.Queries) error {
				if err := q.AddMember(ctx, db.AddMemberParams{PracticeID: "p", ID: "m", Role: "owner"}); err != nil {
					return err
				}
				if err := q.AddClient(ctx, db.AddClientParams{PracticeID: "p", ID: "c"}); err != nil {
					return err
				}
				for i := range visits {
					err := q.AddVisit(ctx, db.AddVisitParams{PracticeID: "p", ID: knead.VisitID(fmt.Sprint(i)), ClientID: "c", TherapistID: "m", StartsAt: knead.Instant(i), State: "open", Input: "{}"})
					if err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			var days, ones time.Duration
			n := 0
			for b.Loop() {
				n++
				at := knead.Instant(n * 7919 % (visits - perDay))
				begun := time.Now()
				err := s.Read(ctx, func(q *db.Queries) error {
					day, err := q.DayVisits(ctx, "p", at, at+perDay)
					if err == nil && len(day) != perDay {
						err = fmt.Errorf("%d visits", len(day))
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				between := time.Now()
				err = s.Read(ctx, func(q *db.Queries) error {
					_, err := q.Visit(ctx, "p", knead.VisitID(fmt.Sprint(int64(at))))
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				days += between.Sub(begun)
				ones += time.Since(between)
			}
			b.ReportMetric(float64(days.Microseconds())/float64(n), "us/day")
			b.ReportMetric(float64(ones.Microseconds())/float64(n), "us/visit")
			b.ReportMetric(days.Seconds()/ones.Seconds(), "day/visit")
		})
	}
}
