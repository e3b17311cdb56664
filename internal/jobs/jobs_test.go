package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"knead"
	"knead/internal/jobs"
	"knead/internal/kneadtest"
	"knead/internal/notify"
	"knead/internal/practice"
	"knead/internal/store"
	"knead/internal/store/db"
)

var begin = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)

// desk is a practice whose session with a client has ended, with its check-ins due.
type desk struct {
	store  *store.Store
	house  *practice.House
	owner  practice.Actor
	client knead.ClientID
	visit  knead.VisitID

	mu  sync.Mutex
	now time.Time
}

func (d *desk) clock() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *desk) pass(t time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(t)
}

func newDesk(t *testing.T, s *store.Store, client knead.Client, consent string) *desk {
	t.Helper()
	d := &desk{store: s, now: begin}
	d.house = practice.New(practice.Options{Store: s, Now: d.clock})
	ctx := t.Context()
	var err error
	if d.owner, err = d.house.SetUp(ctx, practice.Setup{Practice: "Pain Clinic", Zone: "Europe/Berlin", Owner: "Noor", Email: "noor@example.org", Password: "seven warm stones in a row"}); err != nil {
		t.Fatal(err)
	}
	if d.client, err = d.house.AddClient(ctx, d.owner, client); err != nil {
		t.Fatal(err)
	}
	if d.visit, err = d.house.OpenVisit(ctx, d.owner, knead.VisitRecord{Client: d.client, Therapist: d.owner.Member, Starts: knead.InstantOf(begin)}); err != nil {
		t.Fatal(err)
	}
	if consent != "" {
		if err := d.house.AddConsents(ctx, d.owner, d.client, []knead.Consent{{Kind: knead.ConsentData, Act: consent, Edition: "1", Words: "w", SignedName: client.Name}}); err != nil {
			t.Fatal(err)
		}
	}
	for moment, after := range map[string]time.Duration{"day1": 24 * time.Hour, "day3": 72 * time.Hour} {
		d.add(t, moment, after)
	}
	return d
}

// add makes a check-in and its job, as the end of a session does.
func (d *desk) add(t *testing.T, moment string, after time.Duration) {
	t.Helper()
	err := d.store.Write(t.Context(), func(q *db.Queries) error {
		p, due := d.owner.Practice, knead.InstantOf(begin.Add(after))
		if err := q.AddCheckin(t.Context(), db.AddCheckinParams{PracticeID: p, ID: "k-" + moment, VisitID: d.visit, Moment: moment, DueAt: due}); err != nil {
			return err
		}
		body := fmt.Sprintf(`{"checkin":"k-%s","visit":%q}`, moment, d.visit)
		return q.AddJob(t.Context(), db.AddJobParams{PracticeID: p, ID: "j-" + moment, Kind: "checkin", Body: body, RunAt: due})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) alerts(t *testing.T) []string {
	t.Helper()
	list, err := d.house.Inbox(t.Context(), d.owner)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range list {
		out = append(out, a.Kind+" "+a.Words)
	}
	slices.Sort(out)
	return out
}

func (d *desk) worker(mail jobs.Sender) *jobs.Worker {
	return &jobs.Worker{House: d.house, Mail: mail, Base: "https://knead.example", Log: slog.New(slog.DiscardHandler)}
}

func once(t *testing.T, w *jobs.Worker) {
	t.Helper()
	if _, err := w.Once(t.Context()); err != nil {
		t.Fatalf("Once: %v", err)
	}
}

// postbox stands for the world outside: it keeps what it is given and answers as told.
type postbox struct {
	mu     sync.Mutex
	sent   []notify.Message
	answer func(n int) error // to the n-th mail, from 1
}

func (p *postbox) Send(_ context.Context, m notify.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	if p.answer != nil {
		return p.answer(len(p.sent))
	}
	return nil
}

var sam = knead.Client{Name: "Sam O'Brien-สมชาย", Called: "Sam", Email: "sam@example.org"}

func TestACheckinIsMailedWhenItIsDue(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		d, box := newDesk(t, s, sam, "given"), &postbox{}
		w := d.worker(box)
		d.pass(24*time.Hour - time.Second)
		once(t, w)
		if len(box.sent) != 0 {
			t.Fatalf("a mail went before its time: %+v", box.sent)
		}
		d.pass(time.Second)
		once(t, w)
		once(t, w)
		if len(box.sent) != 1 {
			t.Fatalf("%d mails went, want 1", len(box.sent))
		}
		m := box.sent[0]
		if m.To != "sam@example.org" || m.ID == "" || !strings.Contains(m.Text, "Hello Sam,") || !strings.Contains(m.Text, "call 112") {
			t.Errorf("the mail is %+v", m)
		}
		if regexp.MustCompile(`(?i)pain|sore|massage|clinic|session|treat`).MatchString(m.Subject) {
			t.Errorf("the subject %q speaks of health", m.Subject)
		}
		bearer := regexp.MustCompile(`https://knead\.example/c/(\S+)`).FindStringSubmatch(m.Text)
		if bearer == nil {
			t.Fatalf("no link in:\n%s", m.Text)
		}
		by, _, err := d.house.Follow(t.Context(), bearer[1], practice.ForCheckin, netip.MustParseAddr("192.0.2.1"))
		if err != nil || by.Visit != d.visit {
			t.Fatalf("Follow = %+v, %v", by, err)
		}
		zero := 0
		if _, err := d.house.AnswerCheckin(t.Context(), by, knead.CheckinAnswers{NoSigns: true, NoEffects: true, Soreness: &zero, Since: "better"}); err != nil {
			t.Fatal(err)
		}
		d.pass(48 * time.Hour)
		once(t, w)
		if len(box.sent) != 2 || box.sent[1].ID == m.ID {
			t.Errorf("after three days %d mails went, want a second one of its own", len(box.sent))
		}
		if got := d.alerts(t); len(got) != 0 {
			t.Errorf("the inbox holds %q, want nothing", got)
		}
	})
}

func TestAnAnsweredCheckinIsNotAskedAgain(t *testing.T) {
	d, box := newDesk(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}), sam, "given"), &postbox{}
	d.pass(80 * time.Hour) // nobody looked for days: the last one asks about now
	bearer, _, err := d.house.SendLink(t.Context(), d.owner, d.visit, practice.ForCheckin)
	if err != nil {
		t.Fatal(err)
	}
	by, _, err := d.house.Follow(t.Context(), bearer, practice.ForCheckin, netip.MustParseAddr("192.0.2.1"))
	if err != nil {
		t.Fatal(err)
	}
	zero := 0
	k, err := d.house.AnswerCheckin(t.Context(), by, knead.CheckinAnswers{NoSigns: true, NoEffects: true, Soreness: &zero, Since: "same"})
	if err != nil || k.Moment != "day3" {
		t.Fatalf("AnswerCheckin = %+v, %v", k, err)
	}
	once(t, d.worker(box))
	if len(box.sent) != 1 { // the first day's
		t.Errorf("%d mails went, want 1", len(box.sent))
	}
}

func TestWhereNoMailMayGoThePracticeSendsByHand(t *testing.T) {
	silent := knead.Client{Name: "Kim"}
	for _, c := range []struct {
		name    string
		client  knead.Client
		consent string
		mail    jobs.Sender
		base    string
		want    string
	}{
		{"never asked", sam, "", &postbox{}, "https://knead.example", "send-checkin no-consent"},
		{"refused", sam, "refused", &postbox{}, "https://knead.example", "send-checkin no-consent"},
		{"withdrawn", sam, "withdrawn", &postbox{}, "https://knead.example", "send-checkin no-consent"},
		{"no address", silent, "given", &postbox{}, "https://knead.example", "send-checkin no-address"},
		{"no mail server", sam, "given", nil, "https://knead.example", "send-checkin no-mail"},
		{"no address for links", sam, "given", &postbox{}, "", "send-checkin no-mail"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}), c.client, c.consent)
			w := d.worker(c.mail)
			w.Base = c.base
			d.pass(25 * time.Hour)
			once(t, w)
			once(t, w)
			if got := d.alerts(t); !slices.Equal(got, []string{c.want}) {
				t.Errorf("the inbox holds %q, want %q", got, c.want)
			}
			if box, ok := c.mail.(*postbox); ok && len(box.sent) > 0 {
				t.Errorf("a mail went: %+v", box.sent)
			}
		})
	}
}

// lateness is longer than any lease.
const lateness = time.Hour

func TestALetterOfAKilledWorkerIsSentByTheNext(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		d, box := newDesk(t, s, sam, "given"), &postbox{}
		if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForIntake); err != nil {
			t.Fatal(err)
		}
		taken, err := d.house.TakeJobs(t.Context(), d.owner.Practice, 10, 20*time.Minute) // and killed
		if err != nil || len(taken) != 1 {
			t.Fatalf("TakeJobs = %v, %v", taken, err)
		}
		once(t, d.worker(box))
		if len(box.sent) != 0 {
			t.Fatal("a job was done while somebody had its lease")
		}
		d.pass(lateness)
		once(t, d.worker(box))
		if len(box.sent) != 1 || len(d.alerts(t)) != 0 {
			t.Errorf("%d mails went, inbox %q", len(box.sent), d.alerts(t))
		}
		// who lost the lease changes nothing any more
		if err := d.house.FinishJob(t.Context(), taken[0], ""); knead.KindOf(err) != knead.Conflict {
			t.Errorf("FinishJob of a lost lease: %v", err)
		}
	})
}

func TestALetterThatMayHaveGoneIsNotSentAgain(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		d, box := newDesk(t, s, sam, "given"), &postbox{}
		queue := func() {
			t.Helper()
			if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForIntake); err != nil {
				t.Fatal(err)
			}
		}
		queue()
		taken, err := d.house.TakeJobs(t.Context(), d.owner.Practice, 10, 20*time.Minute)
		if err != nil || len(taken) != 1 {
			t.Fatalf("TakeJobs = %v, %v", taken, err)
		}
		if err := d.house.HandOver(t.Context(), taken[0]); err != nil { // and killed while the server had it
			t.Fatal(err)
		}
		d.pass(lateness)
		once(t, d.worker(box))
		d.pass(lateness)
		once(t, d.worker(box))
		if len(box.sent) != 0 || !slices.Equal(d.alerts(t), []string{"send-intake unsure"}) {
			t.Errorf("%d mails went, inbox %q", len(box.sent), d.alerts(t))
		}
		queue() // the line breaks after the last word
		box.answer = func(int) error {
			return &notify.Error{Kind: notify.Temporary, Say: "broke off", Unsure: true}
		}
		for range 3 {
			once(t, d.worker(box))
			d.pass(24 * time.Hour)
		}
		sentIntake := 0
		for _, m := range box.sent {
			if strings.Contains(m.Text, "/l/") {
				sentIntake++
			}
		}
		if sentIntake != 1 {
			t.Errorf("the mail was handed over %d times, want once", sentIntake)
		}
	})
}

func TestATemporaryTroubleIsTriedAgainWithTheSameLetter(t *testing.T) {
	d, box := newDesk(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}), sam, "given"), &postbox{}
	box.answer = func(n int) error {
		if n < 4 {
			return &notify.Error{Kind: notify.Temporary, Say: "busy"}
		}
		return nil
	}
	if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForIntake); err != nil {
		t.Fatal(err)
	}
	if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForIntake); err != nil { // pressed twice
		t.Fatal(err)
	}
	w := d.worker(box)
	for _, wait := range []time.Duration{0, time.Minute, 5 * time.Minute, 15 * time.Minute} {
		if wait > 0 {
			d.pass(wait - time.Second)
			before := len(box.sent)
			once(t, w)
			if len(box.sent) != before {
				t.Fatalf("tried again before %v were over", wait)
			}
			d.pass(time.Second)
		}
		once(t, w)
	}
	if len(box.sent) != 4 {
		t.Fatalf("%d tries, want 4", len(box.sent))
	}
	for _, m := range box.sent[1:] {
		if m != box.sent[0] {
			t.Errorf("the letter changed between tries:\n%+v\n%+v", box.sent[0], m)
		}
	}
	links, err := d.house.Links(t.Context(), d.owner, d.client)
	if err != nil || len(links) != 1 {
		t.Errorf("%d links were made, %v; want 1", len(links), err)
	}
	if got := d.alerts(t); len(got) != 0 {
		t.Errorf("the inbox holds %q", got)
	}
}

func TestALetterThatNeverGoesComesToTheInbox(t *testing.T) {
	for _, c := range []struct {
		name  string
		err   error
		tries int
	}{
		{"refused for good", &notify.Error{Kind: notify.Permanent, Say: "no such address"}, 1},
		{"the server is away for hours", &notify.Error{Kind: notify.Temporary, Say: "no such address"}, 7},
		{"a setting is wrong", &notify.Error{Kind: notify.Misconfigured, Say: "no such address"}, 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, box := newDesk(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}), sam, "given"), &postbox{answer: func(int) error { return c.err }}
			if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForIntake); err != nil {
				t.Fatal(err)
			}
			for range 20 {
				once(t, d.worker(box))
				d.pass(time.Hour)
			}
			if len(box.sent) != c.tries || !slices.Equal(d.alerts(t), []string{"send-intake no such address"}) {
				t.Errorf("%d tries, inbox %q; want %d and an alert", len(box.sent), d.alerts(t), c.tries)
			}
		})
	}
}

func TestManyWorkersSendEachLetterOnce(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		d, box := newDesk(t, s, sam, "given"), &postbox{}
		const letters = 12
		for i := range letters {
			v, err := d.house.OpenVisit(t.Context(), d.owner, knead.VisitRecord{Client: d.client, Therapist: d.owner.Member, Starts: knead.InstantOf(begin.Add(time.Duration(i) * time.Hour))})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.house.QueueLetter(t.Context(), d.owner, v, practice.ForIntake); err != nil {
				t.Fatal(err)
			}
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := d.worker(box).Once(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		once(t, d.worker(box))
		seen := map[string]int{}
		for _, m := range box.sent {
			seen[m.ID]++
		}
		if len(seen) != letters || len(box.sent) != letters {
			t.Errorf("%d letters in %d mails, want %d once each", len(seen), len(box.sent), letters)
		}
	})
}

func TestAWorkerEndsWithWhatItHasBegun(t *testing.T) {
	d, box := newDesk(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}), sam, "given"), &postbox{}
	ctx, stop := context.WithCancel(t.Context())
	box.answer = func(int) error { stop(); return nil } // told to end while a mail is on its way
	if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForIntake); err != nil {
		t.Fatal(err)
	}
	if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForCheckin); err != nil {
		t.Fatal(err)
	}
	if err := d.worker(box).Run(ctx); err != nil {
		t.Fatal(err)
	}
	if len(box.sent) != 1 {
		t.Fatalf("%d mails went, want the one that was begun", len(box.sent))
	}
	box.answer = nil
	once(t, d.worker(box)) // the other was put back: nobody waits for the end of its lease
	if len(box.sent) != 2 || len(d.alerts(t)) != 0 {
		t.Errorf("%d mails, inbox %q", len(box.sent), d.alerts(t))
	}
}

func TestABrokenJobDoesNotStopTheOthers(t *testing.T) {
	d, box := newDesk(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}), sam, "given"), &postbox{}
	err := d.store.Write(t.Context(), func(q *db.Queries) error {
		var errs []error
		for id, kind := range map[string]string{"a": "mail", "b": "checkin", "c": "dance"} {
			errs = append(errs, q.AddJob(t.Context(), db.AddJobParams{PracticeID: d.owner.Practice, ID: id, Kind: kind, Body: "no document"}))
		}
		return errors.Join(errs...)
	})
	if err != nil {
		t.Fatal(err)
	}
	d.pass(25 * time.Hour)
	once(t, d.worker(box))
	if len(box.sent) != 1 {
		t.Errorf("%d mails went, want that of the whole job", len(box.sent))
	}
}

func TestALetterNeedsAnAddressAndNoObjection(t *testing.T) {
	for _, c := range []struct {
		name    string
		client  knead.Client
		consent string
		want    knead.Kind
	}{
		{"not asked yet", sam, "", ""}, // the intake is where it is asked
		{"given", sam, "given", ""},
		{"withdrawn", sam, "withdrawn", knead.NotCleared},
		{"no address", knead.Client{Name: "Kim"}, "given", knead.Invalid},
	} {
		d := newDesk(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}), c.client, c.consent)
		if err := d.house.QueueLetter(t.Context(), d.owner, d.visit, practice.ForIntake); knead.KindOf(err) != c.want {
			t.Errorf("%s: QueueLetter: %v, want kind %q", c.name, err, c.want)
		}
	}
}
