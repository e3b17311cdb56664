package practice

import (
	"context"
	"time"

	"knead"
	"knead/internal/store/db"
)

// Job is something that is to be done at a time. It is stored in the transaction that
// causes it, so that neither is there without the other.
type Job struct {
	Practice knead.PracticeID
	ID       string
	Kind     string
	Body     string
	RunAt    knead.Instant
	Attempts int64         // this one is counted
	Handed   knead.Instant // when an attempt that did not come back let something leave the house; 0: none did
}

// JobsDue tells whether a practice has jobs that wait to be done now.
func (h *House) JobsDue(ctx context.Context, p knead.PracticeID) (due bool, err error) {
	err = h.store.Read(ctx, func(q *db.Queries) error {
		n, err := q.JobsDue(ctx, p, h.Now())
		due = n > 0
		return err
	})
	return due, err
}

// TakeJobs leases jobs that are due. Nobody else gets them until the lease is over; a
// worker that is killed loses them to the next one then.
func (h *House) TakeJobs(ctx context.Context, p knead.PracticeID, most int, lease time.Duration) (jobs []Job, err error) {
	err = h.store.Write(ctx, func(q *db.Queries) error {
		now := h.Now()
		rows, err := q.LeaseJobs(ctx, p, now.Add(lease), now, int32(most))
		jobs = make([]Job, 0, len(rows))
		for _, r := range rows {
			jobs = append(jobs, Job{Practice: r.PracticeID, ID: r.ID, Kind: r.Kind, Body: r.Body, RunAt: r.RunAt, Attempts: r.Attempts, Handed: r.HandedAt})
		}
		return err
	})
	return jobs, err
}

// HandOver notes that something is about to leave the house for this job. Whoever finds
// the note after the lease has run out does not do it again.
func (h *House) HandOver(ctx context.Context, j Job) error {
	return h.job(ctx, func(c *change) (int64, error) { return c.q.HandJob(ctx, j.Practice, j.ID, j.Attempts, c.now) })
}

// FinishJob notes that a job is done. failure says why it never will be; empty: it was.
func (h *House) FinishJob(ctx context.Context, j Job, failure string) error {
	return h.job(ctx, func(c *change) (int64, error) { return c.finishJob(j, failure) })
}

func (c *change) finishJob(j Job, failure string) (int64, error) {
	return c.q.FinishJob(c.ctx, db.FinishJobParams{PracticeID: j.Practice, ID: j.ID, Attempts: j.Attempts, DoneAt: c.now, Failure: failure})
}

// RetryJob puts a job back for later. Nothing of it left the house.
func (h *House) RetryJob(ctx context.Context, j Job, after time.Duration, failure string) error {
	return h.job(ctx, func(c *change) (int64, error) {
		return c.q.RetryJob(ctx, db.RetryJobParams{PracticeID: j.Practice, ID: j.ID, Attempts: j.Attempts, RunAt: c.now.Add(after), Failure: failure})
	})
}

// job changes the row of a job, which is no act on anybody's record. A row that does not
// change belongs to somebody else by now.
func (h *House) job(ctx context.Context, f func(*change) (int64, error)) error {
	return h.store.Write(ctx, func(q *db.Queries) error {
		return one(f(&change{ctx: ctx, q: q, now: h.Now()}))
	})
}

// addJob puts a job into the transaction that causes it.
func (c *change) addJob(id, kind string, body any, at knead.Instant) error {
	text, err := encode(body)
	if err != nil {
		return err
	}
	return c.q.AddJob(c.ctx, db.AddJobParams{PracticeID: c.by.Practice, ID: id, Kind: kind, Body: text, RunAt: at})
}
