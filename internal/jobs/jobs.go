// Package jobs is the door for the clock: it takes what waits in the table of jobs and
// calls internal/practice, as the web calls it for a person.
//
// A job is leased, not taken away: a worker that is killed loses its jobs to the next one
// when the lease has run out. So everything a job does inside the record is done once,
// because it and the end of the job are one transaction.
//
// A mail cannot be part of a transaction. Before one is handed to the mail server, the job
// is marked; the mark is taken off when the server has said no. Whoever finds a mark that
// nobody took off knows that the mail may have gone, and asks a person instead of sending
// it again. The same holds when the line breaks after the last word of a mail
// ([notify.MayHaveGone]). SMTP offers no more than that: there is no way to ask a server
// whether it took a mail. A mail that is tried again has the same id and the same link.
//
// Start at [Worker.Run]. [Worker.Once] is one round of it.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"knead"
	"knead/internal/notify"
	"knead/internal/practice"
)

// Sender carries a mail out of the house; [notify.Mailer] is one.
type Sender interface {
	Send(ctx context.Context, m notify.Message) error
}

// Worker does the jobs of all practices of a house. Several workers may share a record.
type Worker struct {
	House *practice.House
	Mail  Sender // nil: no mail server is set up
	Base  string // the address under which clients reach the links; empty: none is known, so no link is mailed
	Log   *slog.Logger
}

const (
	pause = 5 * time.Second // between two looks for jobs (chosen: a letter goes while somebody still looks)
	batch = 20              // jobs leased at a time (chosen)
	lease = 20 * time.Minute
	// A mail takes at most half a minute (notify.Settings.Timeout), so a batch is done within its lease.

	unknownAgain = time.Hour
)

// again is how long a mail waits after each try that failed. Chosen: a greylisting server
// takes it after some minutes; a question about yesterday makes no sense tomorrow.
var again = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// Run does jobs until ctx ends. What has been begun is finished first.
func (w *Worker) Run(ctx context.Context) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if _, err := w.Once(ctx); err != nil && ctx.Err() == nil {
			w.log().Error("jobs", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Once does what is due now in every practice, and says how many jobs it took.
func (w *Worker) Once(ctx context.Context) (taken int, err error) {
	list, err := w.House.Practices(ctx)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, p := range list {
		n, err := w.practice(ctx, p.ID)
		taken += n
		errs = append(errs, err)
	}
	return taken, errors.Join(errs...)
}

func (w *Worker) practice(ctx context.Context, p knead.PracticeID) (taken int, err error) {
	for ctx.Err() == nil {
		due, err := w.House.JobsDue(ctx, p)
		if err != nil || !due {
			return taken, err
		}
		list, err := w.House.TakeJobs(ctx, p, batch, lease)
		if err != nil || len(list) == 0 {
			return taken, err
		}
		for i, j := range list {
			if ctx.Err() != nil {
				return taken, w.putBack(context.WithoutCancel(ctx), list[i:])
			}
			taken++
			if err := w.do(context.WithoutCancel(ctx), j); err != nil {
				w.log().Error("job", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "error", err)
			}
		}
	}
	return taken, nil
}

// putBack gives jobs back that were leased and not begun, so that nobody waits for the
// end of the lease.
func (w *Worker) putBack(ctx context.Context, list []practice.Job) error {
	var errs []error
	for _, j := range list {
		if j.Handed == 0 { // one that may have been done keeps its mark
			errs = append(errs, w.House.RetryJob(ctx, j, 0, ""))
		}
	}
	return errors.Join(errs...)
}

// do carries out one job. An error leaves the lease to run out.
func (w *Worker) do(ctx context.Context, j practice.Job) (err error) {
	defer func() {
		if r := recover(); r != nil { // a broken job must not stop the others
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	switch j.Kind {
	case practice.CheckinJob:
		err = w.House.AskCheckin(ctx, j, w.CanMail())
	case practice.MailJob:
		err = w.letter(ctx, j)
	default:
		return w.House.RetryJob(ctx, j, unknownAgain, "this version of Knead knows no job of this kind")
	}
	if err != nil && (knead.KindOf(err) == knead.NotFound || int(j.Attempts) > len(again)) { // it never will be done
		return errors.Join(err, w.House.FinishJob(ctx, j, string(knead.KindOf(err))))
	}
	return err
}

// CanMail tells whether a link can be mailed at all.
func (w *Worker) CanMail() bool { return w.Mail != nil && w.Base != "" }

// letter sends a letter.
func (w *Worker) letter(ctx context.Context, j practice.Job) error {
	switch {
	case j.Handed != 0: // a worker ended while the mail server had it
		return w.House.GiveUpLetter(ctx, j, practice.MailUnsure)
	case !w.CanMail():
		return w.House.GiveUpLetter(ctx, j, practice.NoMailServer)
	}
	l, err := w.House.WriteLetter(ctx, j)
	if err != nil {
		return w.retry(ctx, j, err)
	}
	if l.To == "" {
		return w.House.GiveUpLetter(ctx, j, practice.NoAddress)
	}
	m, err := w.compose(j, l)
	if err != nil {
		return w.retry(ctx, j, err)
	}
	if err := w.House.HandOver(ctx, j); err != nil {
		return err
	}
	err = w.Mail.Send(ctx, m)
	switch {
	case err == nil:
		return w.House.FinishJob(ctx, j, "")
	case notify.MayHaveGone(err):
		w.log().Warn("a mail may have gone", "job", j.ID, "error", err)
		return w.House.GiveUpLetter(ctx, j, practice.MailUnsure)
	case notify.KindOf(err) == notify.Permanent:
		return w.House.GiveUpLetter(ctx, j, said(err))
	}
	return w.retry(ctx, j, err)
}

// retry puts a letter back, or gives it up after the last try.
func (w *Worker) retry(ctx context.Context, j practice.Job, err error) error {
	w.log().Warn("a mail did not go", "job", j.ID, "attempt", j.Attempts, "error", err)
	if int(j.Attempts) > len(again) {
		return w.House.GiveUpLetter(ctx, j, said(err))
	}
	return w.House.RetryJob(ctx, j, again[j.Attempts-1], said(err))
}

// said is what a person may read of an error.
func said(err error) string {
	if e, ok := errors.AsType[*notify.Error](err); ok {
		return e.Say
	}
	if e, ok := errors.AsType[*knead.Error](err); ok && e.Say != "" {
		return e.Say
	}
	return "unexpected"
}

func (w *Worker) log() *slog.Logger {
	if w.Log != nil {
		return w.Log
	}
	return slog.Default()
}
