//go:build unix

package practice_test

import (
	"archive/zip"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead"
	"knead/body"
	"knead/internal/kneadtest"
	"knead/internal/practice"
	"knead/internal/store"
	"knead/screen"
)

// world is one practice on one database, with what has happened there: the n-th client of
// one world is the n-th of its twin, whatever their ids are.
type world struct {
	*practice.House
	store  *store.Store
	clock  *clock
	owner  practice.Actor
	cast   []practice.Actor // the owner first
	people []knead.ClientID
	visits []knead.VisitID
	merges []string
	files  []ofClient[knead.FileID]
	links  []ofClient[knead.LinkID]
	events int
	signed map[knead.VisitID]signed
}

type ofClient[T any] struct {
	id     T
	client knead.ClientID
}

// newWorld makes a practice with one member of each role. The substitute was given the
// first client.
func newWorld(t rapid.TB, s *store.Store) *world {
	t.Helper()
	w := &world{store: s, clock: &clock{t: begin}, signed: map[knead.VisitID]signed{}}
	w.House = practice.New(practice.Options{Store: s, Now: w.clock.now})
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	_, w.owner, err = w.SetUpAndEnter(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@example.org"}, "test")
	must(err)
	w.cast = []practice.Actor{w.owner}
	first, err := w.AddClient(ctx, w.owner, knead.Client{Name: "Ana Lopez", Born: "1984-03-10"})
	must(err)
	w.people = []knead.ClientID{first}
	for _, role := range []knead.Role{knead.Therapist, knead.Substitute, knead.Desk, knead.Auditor} {
		in := practice.Invitation{Name: string(role), Email: string(role) + "@example.org", Role: role}
		if role == knead.Substitute {
			in.Until, in.Clients = knead.InstantOf(begin.AddDate(0, 3, 0)), w.people
		}
		_, link, err := w.Invite(ctx, w.owner, in)
		must(err)
		w.cast = append(w.cast, practice.Actor{Practice: w.owner.Practice, Member: link.Member, Name: in.Name, Role: role})
	}
	return w
}

// step is something that somebody does. It names people and visits by their number.
type step struct {
	act        string
	by         int
	a, b, n    int
	text       string
	minor, yes bool
}

func (s step) String() string {
	return fmt.Sprintf("%s by %d (%d, %d, %d, %q, %v %v)", s.act, s.by, s.a, s.b, s.n, s.text, s.minor, s.yes)
}

// texts are what people type, and what programs have stumbled over.
var texts = []string{"x", "neck again", "O'Brien-สมชาย", `"><script>alert('x')</script>`, "=1+1", "\u202bعربى\u202c", "line\nand line", "", "e\u0301 is not \u00e9", strings.Repeat("long ", 300)}

func aStep(acts []string) *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		return step{
			act: evenly(t, acts, "act"), by: rapid.SampledFrom([]int{0, 0, 0, 0, 0, 1, 1, 2, 3, 4}).Draw(t, "by"),
			a: rapid.IntRange(0, 3).Draw(t, "a"), b: rapid.IntRange(0, 3).Draw(t, "b"), n: rapid.IntRange(0, 10).Draw(t, "n"),
			text: evenly(t, texts, "text"), minor: rapid.Bool().Draw(t, "minor"), yes: rapid.Bool().Draw(t, "yes"),
		}
	})
}

// evenly draws one of a list bit by bit: rapid likes the first of a list best, and each is
// to have its turn.
func evenly(t *rapid.T, list []string, name string) string {
	n := 0
	for range 10 {
		n *= 2
		if rapid.Bool().Draw(t, name) {
			n++
		}
	}
	return list[n%len(list)]
}

// pick is the n-th of a list, round and round; the zero value of an empty one, which no
// record has.
func pick[T any](list []T, n int) (one T) {
	if len(list) > 0 {
		one = list[n%len(list)]
	}
	return one
}

// drawn is a sore place.
func drawn() body.Drawing {
	v, err := knead.ReadVisit([]byte(sore))
	if err != nil {
		panic(err)
	}
	return v.Drawing
}

// acts are what a step can be. Whatever a method of the House changes in the record is
// here; how people sign in has tests of its own.
var acts = map[string]func(ctx context.Context, w *world, by practice.Actor, s step) error{
	"time passes": func(_ context.Context, w *world, _ practice.Actor, s step) error {
		w.clock.pass([]time.Duration{time.Minute, time.Hour, 25 * time.Hour, 80 * time.Hour, -time.Hour, 15 * 24 * time.Hour, 4 * 365 * 24 * time.Hour}[s.n%7])
		return nil
	},
	"add a client": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		c := knead.Client{Name: s.text, Born: "1990-01-01", Profile: knead.ClientProfile{Tags: []string{"tag"}, Medicines: []string{s.text}, Pressure: s.n % 7}}
		if s.minor {
			c.Born = "2014-01-01"
		}
		id, err := w.AddClient(ctx, by, c)
		if err == nil {
			w.people = append(w.people, id)
		}
		return err
	},
	"change a client": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.ChangeClient(ctx, by, pick(w.people, s.a), 0, func(c *knead.Client) error {
			c.Called, c.Email, c.Profile.History = s.text, "a@example.org", s.text
			if s.yes {
				c.Profile.Medicines = append(slices.Clone(c.Profile.Medicines), s.text)
			}
			return nil
		})
	},
	"archive": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.ChangeClient(ctx, by, pick(w.people, s.a), 0, func(c *knead.Client) error {
			if c.Archived = 0; s.yes {
				c.Archived = w.Now()
			}
			return nil
		})
	},
	"set the touch map": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.SetTouch(ctx, by, pick(w.people, s.a), []knead.TouchArea{{Kind: knead.TouchKinds()[s.n%3], Drawing: drawn().Encode(), Words: s.text}})
	},
	"open a visit": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		id, err := w.OpenVisit(ctx, by, knead.VisitRecord{
			Client: pick(w.people, s.a), Therapist: pick(w.cast, s.b).Member, Starts: w.Now().Add(time.Duration(s.n-5) * time.Hour),
		})
		if err == nil {
			w.visits = append(w.visits, id)
		}
		return err
	},
	"answer": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		_, err := w.ChangeVisit(ctx, by, pick(w.visits, s.b), func(v *knead.VisitRecord) error {
			v.Asked, v.Input.AllNo, v.Input.Answers = true, true, nil
			if v.Input.Drawing = drawn(); s.n > 8 {
				v.Input.Answers = map[screen.QuestionID]screen.Answer{"g6": {Value: screen.Yes}} // a fever
			}
			return nil
		})
		return err
	},
	"take an intake": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		var list []practice.Measure
		if s.yes {
			list = []practice.Measure{{Visit: pick(w.visits, s.b), Instrument: "nprs-now", Moment: "intake", Answers: map[string]string{"now": fmt.Sprint(s.n)}}}
		}
		_, err := w.TakeIntake(ctx, by, pick(w.visits, s.b), list, func(c *knead.Client, v *knead.VisitRecord) error {
			c.Profile.Conditions, v.Asked = []string{s.text}, true
			v.Input.Answers = map[screen.QuestionID]screen.Answer{"g1": {Value: screen.No}, "h1": {Value: screen.NotSure, Detail: s.text}}
			return nil
		})
		return err
	},
	"consent": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		v, _ := w.Visit(ctx, w.owner, pick(w.visits, s.b))
		treatment := knead.Consent{Kind: knead.ConsentTreatment, Act: "given", Edition: "e1", Words: "I agree", SignedName: "Kim Sun", Scope: agreed(), Visit: v.ID}
		if s.n > 7 {
			treatment.Act, treatment.Scope = "withdrawn", knead.ConsentScope{}
		}
		if s.minor {
			treatment.Guardian = s.text
		}
		return w.AddConsents(ctx, by, v.Client, []knead.Consent{treatment, {Kind: knead.ConsentData, Act: "given", Edition: "d1", Words: s.text, SignedName: "Kim Sun", Guardian: treatment.Guardian}})
	},
	"lift a stop": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		_, err := w.LiftStop(ctx, by, pick(w.visits, s.b), s.text)
		return err
	},
	"take a lift back": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.TakeBackLift(ctx, by, pick(w.visits, s.b))
	},
	"begin a session": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.BeginSession(ctx, by, pick(w.visits, s.b), editions)
	},
	"tap": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		log, err := w.SessionLog(ctx, w.owner, pick(w.visits, s.b))
		if err != nil || len(log.Plan.Steps) == 0 {
			return err
		}
		on := pick(log.Plan.Steps, s.n).ID
		events := []knead.SessionEvent{
			happened(w.events+1, w.clock.now(), knead.SessionEvent{Kind: knead.EventBegin, Step: on}),
			happened(w.events+2, w.clock.now(), knead.SessionEvent{Kind: knead.EventComfort, Step: on, Value: s.n}),
			happened(w.events+3, w.clock.now(), knead.SessionEvent{Kind: knead.EventDone, Step: on}),
		}
		if s.yes {
			events[2] = happened(w.events+3, w.clock.now(), knead.SessionEvent{Kind: knead.EventUndo, Undoes: events[1].ID})
		}
		for range 2 { // a device sends again what it is not sure of
			if _, err := w.AddSessionEvents(ctx, by, log.Visit.ID, events); err != nil {
				return err
			}
		}
		w.events += 3
		return nil
	},
	"end a session": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		_, err := w.EndSession(ctx, by, pick(w.visits, s.b))
		return err
	},
	"answer a check-in": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		bearer, l, err := w.SendLink(ctx, by, pick(w.visits, s.b), practice.ForCheckin)
		if err != nil {
			return err
		}
		w.links = append(w.links, ofClient[knead.LinkID]{l.ID, l.Client})
		link, _, err := w.Follow(ctx, bearer, practice.ForCheckin, here)
		if err != nil {
			return err
		}
		answers := fine()
		if answers.Soreness, answers.Message = &s.n, s.text; s.minor {
			answers.Signs, answers.NoSigns = []knead.EmergencySign{knead.SignDarkUrine}, false
		}
		_, err = w.AnswerCheckin(ctx, link, answers)
		return err
	},
	"send a link": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		_, l, err := w.SendLink(ctx, by, pick(w.visits, s.b), practice.ForIntake)
		if err == nil {
			w.links = append(w.links, ofClient[knead.LinkID]{l.ID, l.Client})
		}
		return err
	},
	"revoke a link": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		l := pick(w.links, s.n)
		return w.RevokeLink(ctx, by, l.client, l.id)
	},
	"save a note": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		n, err := w.Note(ctx, by, pick(w.visits, s.b))
		if err != nil {
			return err
		}
		_, err = w.SaveNote(ctx, by, pick(w.visits, s.b), n.Version-int64(s.n/9), note(s.text), s.minor)
		return err
	},
	"sign a note": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		n, err := w.Note(ctx, by, pick(w.visits, s.b))
		if err != nil {
			return err
		}
		return w.SignNote(ctx, by, pick(w.visits, s.b), n.Version-int64(s.n/9))
	},
	"add to a note": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.AddAddendum(ctx, by, pick(w.visits, s.b), "forgotten", s.text)
	},
	"write a letter": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		_, err := w.AddReferral(ctx, by, pick(w.visits, s.b), knead.Letter{To: "A doctor", Reason: s.text, Findings: "x", Done: "x", Urgency: "soon", From: "x"})
		return err
	},
	"measure": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.AddMeasures(ctx, by, pick(w.people, s.a), []practice.Measure{
			{Instrument: "nprs-now", Place: s.text, Moment: "review", Answers: map[string]string{"now": fmt.Sprint(s.n)}},
			{Instrument: "psfs", Moment: "review", Answers: map[string]string{"1": fmt.Sprint(s.n), practice.ActivityOf(1): s.text}},
		}[s.n%2:s.n%2+1])
	},
	"log an incident": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.AddIncident(ctx, by, practice.Incident{Client: pick(w.people, s.a), Kind: "other", Severity: "minor", Onset: s.n, Words: s.text})
	},
	"end an incident": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		list, _, err := w.Incidents(ctx, w.owner, pick(w.people, s.a), 10)
		if err != nil {
			return err
		}
		return w.ResolveIncident(ctx, by, pick(list, s.n).ID, s.yes)
	},
	"deal with an alert": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		list, err := w.Inbox(ctx, w.owner)
		if err != nil {
			return err
		}
		inOrder(list)
		return w.SetAlert(ctx, by, pick(list, s.n).ID, s.yes)
	},
	"add a file": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		id, err := w.AddFile(ctx, by, pick(w.people, s.a), s.text+".pdf", strings.NewReader(strings.Repeat(pdf, 1+s.n)))
		if err == nil {
			w.files = append(w.files, ofClient[knead.FileID]{id, pick(w.people, s.a)})
		}
		return err
	},
	"take a file away": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		f := pick(w.files, s.n)
		return w.SetFileRemoved(ctx, by, f.client, f.id, s.yes)
	},
	"cancel": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		if s.yes {
			return w.CancelVisit(ctx, by, pick(w.visits, s.b))
		}
		return w.RestoreVisit(ctx, by, pick(w.visits, s.b))
	},
	"move a visit": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.MoveVisit(ctx, by, pick(w.visits, s.b), pick(w.people, s.a), s.text)
	},
	"join doubles": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		id, err := w.MergeClients(ctx, by, pick(w.people, s.a), pick(w.people, s.b))
		if err == nil {
			w.merges = append(w.merges, id)
		}
		return err
	},
	"take apart": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.UndoMerge(ctx, by, pick(w.merges, s.n))
	},
	"hold": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.SetHold(ctx, by, pick(w.people, s.a), s.text)
	},
	"erase": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		if _, err := w.PreviewErasure(ctx, by, pick(w.people, s.a)); err != nil {
			return err
		}
		_, err := w.EraseClient(ctx, by, pick(w.people, s.a), s.text)
		return err
	},
	"take a record out": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		r, err := w.ExportClient(ctx, by, pick(w.people, s.a))
		if err != nil {
			return err
		}
		_, err = r.JSON()
		return err
	},
	"keep a draft": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.SaveDraft(ctx, by, "note:"+string(pick(w.visits, s.b)), s.text)
	},
	"change the practice": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.ChangePractice(ctx, by, 0, func(p *knead.Practice) error {
			p.Settings.Contact, p.Settings.RetentionYears = s.text, 3+s.n%4
			return nil
		})
	},
	"let a substitute in": func(ctx context.Context, w *world, by practice.Actor, s step) error {
		return w.SetGrants(ctx, by, w.cast[2].Member, []knead.ClientID{pick(w.people, s.a), pick(w.people, s.b)})
	},
}

// do lets a step happen, and gives what the person would be told.
func (w *world) do(s step) string {
	w.clock.pass(time.Second)
	if err := acts[s.act](context.Background(), w, w.cast[s.by], s); err != nil {
		return fmt.Sprintf("%s: %v", knead.KindOf(err), err)
	}
	return "done"
}

// inOrder puts alerts of one moment, whose ids are made from others, into an order that
// does not hang on ids.
func inOrder(list []practice.Alert) {
	slices.SortStableFunc(list, func(a, b practice.Alert) int {
		return strings.Compare(fmt.Sprint(b.At, a.Kind, a.Words), fmt.Sprint(a.At, b.Kind, b.Words))
	})
}

// reads is all that can be read of a world: by each of the cast what a page shows, by the
// owner everything. Links and drafts stay where they were made, and are not in an export.
func (w *world) reads(here bool) []string {
	ctx := context.Background()
	var lines []string
	for n, by := range w.cast {
		say := func(what string, v any, err error) {
			text, failed := json.Marshal(v, json.Deterministic(true), json.WithMarshalers(json.JoinMarshalers(
				json.MarshalFunc(func(v knead.Visit) ([]byte, error) { return knead.WriteVisit(v) }),
				json.MarshalFunc(func(s body.Set) ([]byte, error) { return json.Marshal(s.Len()) }),
			)))
			if failed != nil {
				panic(fmt.Sprintf("%s cannot be compared: %v", what, failed))
			}
			lines = append(lines, fmt.Sprintf("%d %s: %s %v", n, what, text, err))
		}
		all, more, err := w.Clients(ctx, by, "", 100)
		say("clients", all, err)
		found, _, err := w.Clients(ctx, by, "alert", 100)
		say("found", found, err)
		audit, more2, err := w.Audit(ctx, by, 0, 1000)
		say("audit", audit, err)
		say("more", []bool{more, more2}, nil)
		inbox, err := w.Inbox(ctx, by)
		inOrder(inbox)
		say("inbox", inbox, err)
		unsigned, err := w.Unsigned(ctx, by, w.Now())
		say("unsigned", unsigned, err)
		day, err := w.Day(ctx, by, w.Now().Add(-48*time.Hour), w.Now().Add(48*time.Hour))
		say("day", day, err)
		for _, id := range w.people {
			one, err := w.Client(ctx, by, id)
			say("client", one, err)
			visits, _, err := w.VisitsOf(ctx, by, id, 100)
			say("visits", visits, err)
			consents, err := w.Consents(ctx, by, id)
			say("consents", consents, err)
			retention, err := w.Retention(ctx, by, id)
			say("retention", retention, err)
		}
		for _, id := range w.visits {
			v, err := w.Visit(ctx, by, id)
			say("visit", v, err)
			note, err := w.Note(ctx, by, id)
			say("note", note, err)
			if draft, err := w.Draft(ctx, by, "note:"+string(id)); here {
				say("draft", draft, err)
			}
		}
		if n > 0 {
			continue
		}
		for _, id := range w.people {
			measures, err := w.Measures(ctx, by, id)
			say("measures", measures, err)
			checkins, err := w.Checkins(ctx, by, id)
			say("checkins", checkins, err)
			incidents, _, err := w.Incidents(ctx, by, id, 100)
			say("incidents", incidents, err)
			files, err := w.Files(ctx, by, id)
			say("files", files, err)
			merges, err := w.Merges(ctx, by, id)
			say("merges", merges, err)
			erasures, err := w.Erasures(ctx, by, id)
			say("erasures", erasures, err)
			letters, err := w.ReferralsOf(ctx, by, id)
			say("letters", letters, err)
			if links, err := w.Links(ctx, by, id); here {
				say("links", links, err)
			}
		}
		for _, id := range w.visits {
			log, err := w.SessionLog(ctx, by, id)
			say("session", []any{log.Events, log.Agreed}, err)
			lifts, err := w.Lifts(ctx, by, id)
			say("lifts", lifts, err)
			past, err := w.Past(ctx, by, id)
			say("past", practice.Hints(past), err)
			last, there, err := w.LastAnswered(ctx, by, id)
			say("last", []any{last, there}, err)
			due, _, err := w.DueMeasures(ctx, by, id)
			say("due", len(due), err)
		}
		members, err := w.Members(ctx, by)
		say("members", members, err)
		p, err := w.Practice(ctx, by)
		say("practice", p, err)
		expired, _, err := w.ExpiredClients(ctx, by)
		say("expired", expired, err)
	}
	return lines
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// numbered puts in the place of each id how many came before it: two worlds have their own
// ids, and the same numbers.
func numbered(lines []string) []string {
	numbers := map[string]string{}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = anID.ReplaceAllStringFunc(line, func(id string) string {
			if numbers[id] == "" {
				numbers[id] = fmt.Sprintf("#%d", len(numbers))
			}
			return numbers[id]
		})
	}
	return out
}

// signed is a signed note as it was seen: its text, and what was added to it.
type signed struct {
	text    string
	addenda []practice.AddendumRecord
}

// keepSigned holds that a signed note says for ever what it said. Only an erasure takes
// it, and takes all of it; addenda are only added. They stand by their dates, so that one
// written after the clock was set back stands before its elders.
func (w *world) keepSigned(t rapid.TB) {
	t.Helper()
	for _, id := range w.visits {
		n, err := w.Note(context.Background(), practice.Program(w.owner.Practice, "test"), id)
		if knead.KindOf(err) == knead.NotFound {
			delete(w.signed, id) // erased with the visit
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if n.Signed == 0 {
			if _, was := w.signed[id]; was {
				t.Fatalf("the note of %s was signed and is not any more: %+v", id, n)
			}
			continue
		}
		text, err := n.Note.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		now := signed{fmt.Sprint(n.ID, n.Author, n.Private, n.Created, n.Updated, n.Signed, n.Digest, n.Version, string(text)), n.Addenda}
		was, seen := w.signed[id]
		if seen && now.text != was.text {
			t.Fatalf("a signed note changed:\nwas %s\nnow %s", was.text, now.text)
		}
		for _, a := range was.addenda {
			if !slices.Contains(now.addenda, a) {
				t.Fatalf("%s lost %+v: it has %+v", id, a, now.addenda)
			}
		}
		w.signed[id] = now
	}
}

// counts holds that the number beside the inbox is what stands in it, for who sees all and
// for who sees some.
func (w *world) counts(t rapid.TB) {
	t.Helper()
	for _, by := range []practice.Actor{w.owner, w.cast[2]} {
		list, err := w.Inbox(context.Background(), by)
		n, err2 := w.Waiting(context.Background(), by)
		if err != nil || err2 != nil || n != len(list) {
			t.Fatalf("%d are said to wait for the %s, and %d do: %v, %v", n, by.Role, len(list), err, err2)
		}
	}
}

// holds checks the chain of acts and the digests of notes.
func (w *world) holds(t rapid.TB) {
	t.Helper()
	if _, err := w.VerifyAudit(context.Background(), w.owner.Practice); err != nil {
		t.Fatalf("the chain: %v", err)
	}
	checked, changed, err := w.VerifyNotes(context.Background(), w.owner.Practice)
	if err != nil || len(changed) > 0 || checked != len(w.signed) {
		t.Fatalf("%d of %d signed notes were checked, changed are %v, %v", checked, len(w.signed), changed, err)
	}
}

// belong holds that what hangs on a visit is about the visit's client, so that an erasure
// takes all of it and an export shows nobody else's.
func (w *world) belong(t rapid.TB) {
	t.Helper()
	of := map[any]any{}
	err := w.store.Dump(context.Background(), w.owner.Practice, func(table string, columns []string, row []any) error {
		field := func(name string) any {
			if i := slices.Index(columns, name); i >= 0 {
				return row[i]
			}
			return nil
		}
		client, visit := field("client_id"), field("visit_id")
		if table == "visits" {
			of[field("id")] = client
		} else if client != nil && visit != nil && of[visit] != client {
			return fmt.Errorf("%s %v at visit %v is about %v, the visit about %v", table, field("id"), visit, client, of[visit])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// export is everything of the practice as an archive.
func export(t rapid.TB, s *store.Store, p knead.PracticeID) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	if err := s.Export(context.Background(), p, func(name string) (io.Writer, error) { return z.Create(name) }); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// usual is a course in which everything goes well once. A drawn course begins with some of
// it: most of what can go wrong needs something to go wrong with.
var usual = []step{
	{act: "add a client", text: "Ben"},
	{act: "let a substitute in", a: 1, b: 1},
	{act: "open a visit"},
	{act: "answer", n: 9},
	{act: "lift a stop", text: "a doctor saw her"},
	{act: "take a lift back"},
	{act: "answer"},
	{act: "send a link"},
	{act: "revoke a link"},
	{act: "consent"},
	{act: "begin a session"},
	{act: "tap", n: 3},
	{act: "end a session"},
	{act: "keep a draft", text: "half a"},
	{act: "save a note", text: "x"},
	{act: "sign a note"},
	{act: "add to a note", text: "y"},
	{act: "write a letter", text: "x"},
	{act: "add a file", text: "x"},
	{act: "take a file away", yes: true},
	{act: "measure", n: 4},
	{act: "time passes", n: 2},
	{act: "answer a check-in", n: 9, minor: true, text: "sore"},
	{act: "deal with an alert", yes: true},
	{act: "log an incident", text: "x"},
	{act: "end an incident", yes: true},
	{act: "change a client", a: 1, text: "B"},
	{act: "set the touch map", a: 1},
	{act: "open a visit", a: 1},
	{act: "take an intake", b: 1, yes: true, text: "migraine"},
	{act: "cancel", b: 1, yes: true},
	{act: "cancel", b: 1},
	{act: "join doubles", a: 1},
	{act: "take apart"},
	{act: "move a visit", a: 1, text: "the wrong Ana"},
	{act: "change the practice", n: 4},
	{act: "take a record out", a: 1},
	{act: "archive", a: 1, yes: true},
	{act: "hold", a: 1, text: "a claim"},
	{act: "hold", a: 1},
	{act: "time passes", n: 6},
	{act: "erase", a: 1, text: "asked"},
}

// sequences lets a law be tried a few times, unless somebody asks for more by
// -rapid.checks: each sequence makes, fills, moves and reads two practices.
func sequences(t *testing.T, n int) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	if was := checks.Value.String(); was == checks.DefValue {
		if err := flag.Set(checks.Name, fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { flag.Set(checks.Name, was) })
	}
}

// TestTheUsualCourseGoesWell holds that every act can succeed in the law below, and that
// none is missing from it.
func TestTheUsualCourseGoesWell(t *testing.T) {
	w := newWorld(t, kneadtest.Open(t, store.Options{Dir: t.TempDir()}))
	played := map[string]bool{}
	for _, s := range usual {
		played[s.act] = true
		if got := w.do(s); got != "done" {
			t.Errorf("%s: %s", s, got)
		}
		w.keepSigned(t)
		w.counts(t)
	}
	for name := range acts {
		if !played[name] {
			t.Errorf("%q is not in the usual course", name)
		}
	}
	w.holds(t)
	w.belong(t)
}

// TestAnyCourseOfAPracticeIsTheSameOnEachDatabase lets anybody do anything, in any order,
// in twin practices on SQLite and PostgreSQL. Both answer the same, say the same when all
// is read, keep signed notes and the chain of acts; and either moves to the other database
// and back without a byte lost.
func TestAnyCourseOfAPracticeIsTheSameOnEachDatabase(t *testing.T) {
	sequences(t, 30)
	onSQLite, awayFromSQLite := kneadtest.Open(t, store.Options{Dir: t.TempDir()}), kneadtest.Open(t, store.Options{Dir: t.TempDir()})
	// What is compared is what they answer, not what outlives a crash.
	onPostgres := kneadtest.Open(t, store.Options{DSN: kneadtest.PostgresRecord(t) + "&synchronous_commit=off"})
	awayFromPostgres := kneadtest.Open(t, store.Options{DSN: kneadtest.PostgresRecord(t) + "&synchronous_commit=off"})
	var names []string
	for name := range acts {
		names = append(names, name)
	}
	slices.Sort(names)
	// What the laws are about comes up more often.
	names = append(names, "answer", "answer", "consent", "consent", "save a note", "save a note", "save a note", "sign a note", "sign a note", "move a visit", "move a visit", "take an intake")
	rapid.Check(t, func(t *rapid.T) {
		a, b := newWorld(t, onSQLite), newWorld(t, onPostgres)
		course := rapid.SliceOfN(aStep(names), 10, 50).Draw(t, "course")
		course = append(usual[:rapid.IntRange(0, len(usual)).Draw(t, "usual"):len(usual)], course...)
		for _, s := range course {
			onA, onB := a.do(s), b.do(s)
			if onA = numbered([]string{onA})[0]; onA != numbered([]string{onB})[0] {
				t.Fatalf("%s\non SQLite:     %s\non PostgreSQL: %s", s, onA, onB)
			}
			if strings.HasPrefix(onA, ":") {
				t.Fatalf("%s: an error of no kind: %s", s, onA)
			}
			a.keepSigned(t)
			b.keepSigned(t)
			a.counts(t)
			b.counts(t)
		}
		if d := cmp.Diff(numbered(a.reads(true)), numbered(b.reads(true))); d != "" {
			t.Fatalf("SQLite (-) and PostgreSQL (+) differ:\n%s", d)
		}
		for _, move := range []struct {
			w  *world
			to *store.Store
		}{{a, awayFromPostgres}, {b, awayFromSQLite}} {
			move.w.holds(t)
			move.w.belong(t)
			first := export(t, move.w.store, move.w.owner.Practice)
			z, err := zip.NewReader(bytes.NewReader(first), int64(len(first)))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := move.to.Import(context.Background(), z); err != nil {
				t.Fatalf("import: %v", err)
			}
			if second := export(t, move.to, move.w.owner.Practice); !bytes.Equal(first, second) {
				t.Fatal("what was imported from an export is exported otherwise")
			}
			there := *move.w
			there.store, there.House = move.to, practice.New(practice.Options{Store: move.to, Now: move.w.clock.now})
			there.holds(t)
			if d := cmp.Diff(move.w.reads(false), there.reads(false)); d != "" {
				t.Fatalf("before (-) and after (+) moving:\n%s", d)
			}
		}
	})
}
