package practice_test

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"knead"
	"knead/body"
	"knead/internal/practice"
	"knead/internal/store"
	"knead/screen"
)

// begin is the time at which every test starts; none looks at a clock.
var begin = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)

type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

var here = netip.MustParseAddr("192.0.2.1")

const password = "seven warm stones in a row"

// house is a practice on a real database, its owner signed in, and a clock.
func house(t *testing.T) (*practice.House, practice.Actor, *clock) {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c := &clock{t: begin}
	h := practice.New(practice.Options{Store: s, Now: c.now})
	owner, err := h.SetUp(context.Background(), practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "Noor@Example.org", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return h, owner, c
}

func addClient(t *testing.T, h *practice.House, by practice.Actor, name string) knead.ClientID {
	t.Helper()
	id, err := h.AddClient(context.Background(), by, knead.Client{Name: name, Born: "1984-03-10"})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func openVisit(t *testing.T, h *practice.House, by practice.Actor, c knead.ClientID) knead.VisitID {
	t.Helper()
	id, err := h.OpenVisit(context.Background(), by, knead.VisitRecord{Client: c, Therapist: by.Member, Starts: knead.InstantOf(begin.Add(time.Hour))})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func wantKind(t *testing.T, call string, err error, kind knead.Kind) {
	t.Helper()
	if knead.KindOf(err) != kind {
		t.Errorf("%s: got %v, want an error of kind %q", call, err, kind)
	}
}

func TestSignInTakesThePasswordAndNothingElse(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	proof := practice.Proof{Email: " noor@example.org", Password: password, From: here, Agent: "test"}
	bearer, by, err := h.SignIn(ctx, owner.Practice, proof)
	if err != nil || by.Member != owner.Member || by.Role != knead.Owner {
		t.Fatalf("SignIn = %+v, %v", by, err)
	}
	again, signin, err := h.Resume(ctx, bearer)
	if err != nil || again.Member != owner.Member || signin.Locked {
		t.Errorf("Resume = %+v, %+v, %v", again, signin, err)
	}
	for what, bad := range map[string]practice.Proof{
		"wrong password":  {Email: proof.Email, Password: "seven warm stones in a ro", From: here},
		"unknown address": {Email: "nobody@example.org", Password: password, From: here},
		"no password":     {Email: proof.Email, From: here},
	} {
		_, _, err := h.SignIn(ctx, owner.Practice, bad)
		wantKind(t, what, err, knead.NotAllowed)
	}
	_, _, err = h.SignIn(ctx, "01a224a0-6a40-71ae-9076-88139713aec4", proof)
	wantKind(t, "unknown practice", err, knead.NotAllowed)
	for _, junk := range []string{"", "x", bearer + "x", bearer[:len(bearer)-1], strings.Repeat("a", 5000)} {
		_, _, err := h.Resume(ctx, junk)
		wantKind(t, "Resume with junk", err, knead.NotFound)
	}
	if err := h.SignOut(ctx, again, ""); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.Resume(ctx, bearer)
	wantKind(t, "Resume after signing out", err, knead.NotFound)
}

func TestAnIdleScreenLocksAndStaysLocked(t *testing.T) {
	h, owner, clock := house(t)
	ctx := context.Background()
	bearer, by, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@example.org", Password: password, From: here})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 { // in use, it stays open
		clock.pass(10 * time.Minute)
		if _, s, err := h.Resume(ctx, bearer); err != nil || s.Locked {
			t.Fatalf("after ten minutes: %+v, %v", s, err)
		}
	}
	clock.pass(16 * time.Minute)
	for range 2 {
		if _, s, err := h.Resume(ctx, bearer); err != nil || !s.Locked {
			t.Fatalf("after 16 idle minutes: %+v, %v; want locked", s, err)
		}
	}
	wantKind(t, "Unlock", h.Unlock(ctx, by, "no", here), knead.NotAllowed)
	if err := h.Unlock(ctx, by, password, here); err != nil {
		t.Fatal(err)
	}
	if _, s, err := h.Resume(ctx, bearer); err != nil || s.Locked {
		t.Errorf("after unlocking: %+v, %v", s, err)
	}
	clock.pass(8 * 24 * time.Hour)
	_, _, err = h.Resume(ctx, bearer)
	wantKind(t, "Resume after eight days", err, knead.NotFound)
}

func TestASetBackClockLocksNobodyOutForever(t *testing.T) {
	h, owner, clock := house(t)
	ctx := context.Background()
	bearer, _, err := h.SignIn(ctx, owner.Practice, practice.Proof{Email: "noor@example.org", Password: password, From: here})
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(-time.Hour)
	if _, s, err := h.Resume(ctx, bearer); err != nil || s.Locked {
		t.Errorf("with the clock an hour back: %+v, %v", s, err)
	}
	client := addClient(t, h, owner, "Sam O'Brien-สมชาย")
	openVisit(t, h, owner, client)
	if _, err := h.VerifyAudit(ctx, owner.Practice); err != nil {
		t.Errorf("audit chain after the clock went back: %v", err)
	}
}

func TestClientsAreFoundByAnyPartOfTheirName(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	for _, name := range []string{"Sam O'Brien-สมชาย", "Zoë Müller-Lüdenscheidt", "김민지", "Émile Zola", "100% Cotton_Person"} {
		addClient(t, h, owner, name)
	}
	for query, want := range map[string]string{
		"obrien": "Sam O'Brien-สมชาย", "o’brien": "Sam O'Brien-สมชาย", "สมชาย": "Sam O'Brien-สมชาย", "zoe mull": "Zoë Müller-Lüdenscheidt",
		"MÜLLER": "Zoë Müller-Lüdenscheidt", "민지": "김민지", "emile": "Émile Zola", "100%": "100% Cotton_Person", "cotton_": "100% Cotton_Person",
	} {
		got, _, err := h.Clients(ctx, owner, query, 10)
		if err != nil || len(got) != 1 || got[0].Name != want {
			t.Errorf("Clients(%q) = %v, %v; want %s", query, got, err, want)
		}
	}
	for _, query := range []string{"%", "_"} {
		if got, _, err := h.Clients(ctx, owner, query, 10); err != nil || len(got) != 1 {
			t.Errorf("Clients(%q) found %d, %v; the sign is a letter like others", query, len(got), err)
		}
	}
	all, _, err := h.Clients(ctx, owner, "", 10)
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
	}
	if want := []string{"100% Cotton_Person", "Émile Zola", "Sam O'Brien-สมชาย", "Zoë Müller-Lüdenscheidt", "김민지"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("Clients stand as %q, %v; want %q: an accent does not move a name", names, err, want)
	}
	if got, more, err := h.Clients(ctx, owner, "", 3); err != nil || len(got) != 3 || !more {
		t.Errorf("Clients of all, three at most: %d, more %v, %v", len(got), more, err)
	}
}

func TestBadNamesAreRefusedWithWords(t *testing.T) {
	h, owner, _ := house(t)
	for what, c := range map[string]knead.Client{
		"no name": {}, "only spaces": {Name: "  "}, "a megabyte": {Name: strings.Repeat("x", 1<<20)}, "NUL": {Name: "a\x00b"},
		"broken UTF-8": {Name: "a\xffb"}, "two lines": {Name: "a\nb"}, "no date": {Name: "a", Born: "31.5.1980"}, "no address": {Name: "a", Email: "a@b"},
	} {
		_, err := h.AddClient(context.Background(), owner, c)
		wantKind(t, what, err, knead.Invalid)
		if err != nil && strings.TrimPrefix(err.Error(), "invalid: ") == "" {
			t.Errorf("%s: the error says nothing", what)
		}
	}
}

func TestTwoPeopleWhoAnswerAtOnceLoseNothing(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	visit := openVisit(t, h, owner, addClient(t, h, owner, "Ana"))
	questions := screen.Questions(body.Set{}, screen.Client{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, err := h.ChangeVisit(ctx, owner, visit, func(v *knead.VisitRecord) error {
				if v.Input.Answers == nil {
					v.Input.Answers = map[screen.QuestionID]screen.Answer{}
				}
				v.Input.Answers[questions[i].ID] = screen.Answer{Value: screen.No}
				return nil
			})
			if err != nil {
				t.Errorf("writer %d: %v", i, err)
			}
		}()
	}
	wg.Wait()
	v, err := h.Visit(ctx, owner, visit)
	if err != nil || len(v.Input.Answers) != 8 {
		t.Errorf("%d answers are stored, %v; want 8", len(v.Input.Answers), err)
	}
}

func TestALinkOpensOneVisitUntilItEnds(t *testing.T) {
	h, owner, clock := house(t)
	ctx := context.Background()
	mine, other := addClient(t, h, owner, "Ana"), addClient(t, h, owner, "Ben")
	visit, foreign := openVisit(t, h, owner, mine), openVisit(t, h, owner, other)
	bearer, link, err := h.SendLink(ctx, owner, visit, practice.ForIntake)
	if err != nil {
		t.Fatal(err)
	}
	by, _, err := h.Follow(ctx, bearer, practice.ForIntake, here)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Visit(ctx, by, visit); err != nil {
		t.Errorf("the client's own visit: %v", err)
	}
	_, err = h.Visit(ctx, by, foreign)
	wantKind(t, "somebody else's visit", err, knead.NotFound)
	_, err = h.Client(ctx, by, other)
	wantKind(t, "somebody else", err, knead.NotFound)
	_, _, err = h.Clients(ctx, by, "", 10)
	wantKind(t, "all clients", err, knead.NotAllowed)
	_, _, err = h.Audit(ctx, by, 0, 10)
	wantKind(t, "the audit", err, knead.NotAllowed)
	_, _, err = h.Follow(ctx, bearer, practice.ForCheckin, here)
	wantKind(t, "for another purpose", err, knead.NotFound)

	clock.pass(15 * 24 * time.Hour)
	_, _, err = h.Follow(ctx, bearer, practice.ForIntake, here)
	wantKind(t, "after it ended", err, knead.NotFound)
	clock.pass(-15 * 24 * time.Hour)
	if _, _, err := h.Follow(ctx, bearer, practice.ForIntake, here); err != nil {
		t.Errorf("with the clock set back: %v", err)
	}
	if err := h.RevokeLink(ctx, owner, mine, link.ID); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.Follow(ctx, bearer, practice.ForIntake, here)
	wantKind(t, "after it was revoked", err, knead.NotFound)
}

func TestWhatIsNotYoursIsNotFound(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ana")
	visit := openVisit(t, h, owner, client)
	stranger, err := h.SetUp(ctx, practice.Setup{Practice: "Elsewhere", Zone: "UTC", Owner: "Kai Lund", Email: "kai@example.org", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Client(ctx, stranger, client)
	wantKind(t, "Client", err, knead.NotFound)
	_, err = h.Visit(ctx, stranger, visit)
	wantKind(t, "Visit", err, knead.NotFound)
	_, err = h.ChangeVisit(ctx, stranger, visit, func(*knead.VisitRecord) error { t.Error("f was called"); return nil })
	wantKind(t, "ChangeVisit", err, knead.NotFound)
	_, _, err = h.SendLink(ctx, stranger, visit, practice.ForIntake)
	wantKind(t, "SendLink", err, knead.NotFound)
	if list, _, err := h.Clients(ctx, stranger, "", 10); err != nil || len(list) != 0 {
		t.Errorf("a stranger sees %d clients, %v", len(list), err)
	}
}

func TestTheDeskSeesNothingOfTheBody(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	id, err := h.AddClient(ctx, owner, knead.Client{Name: "Ana", Profile: knead.ClientProfile{Conditions: []string{"migraine"}, History: "much", Pronouns: "she"}})
	if err != nil {
		t.Fatal(err)
	}
	visit := openVisit(t, h, owner, id)
	_, err = h.ChangeVisit(ctx, owner, visit, func(v *knead.VisitRecord) error {
		v.Input.AllNo, v.Asked = true, true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	desk := owner
	desk.Role = knead.Desk
	c, err := h.Client(ctx, desk, id)
	if err != nil || c.Profile.Conditions != nil || c.Profile.History != "" || c.Profile.Pronouns != "she" {
		t.Errorf("the desk sees %+v, %v", c.Profile, err)
	}
	v, err := h.Visit(ctx, desk, visit)
	if err != nil || v.Input.AllNo || v.Verdict.Level != "" {
		t.Errorf("the desk sees %+v of a visit, %v", v.Verdict, err)
	}
	_, err = h.Measures(ctx, desk, id)
	wantKind(t, "Measures", err, knead.NotAllowed)
	// what the desk changes does not wipe what it cannot see
	if err := h.ChangeClient(ctx, desk, id, 0, func(c *knead.Client) error { c.Phone = "030 1"; return nil }); err != nil {
		t.Fatal(err)
	}
	if c, err := h.Client(ctx, owner, id); err != nil || len(c.Profile.Conditions) != 1 || c.Phone != "030 1" {
		t.Errorf("after the desk's change: %+v, %v", c, err)
	}
}

func TestTheAuditChainHoldsAndShowsWhatWasChanged(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Ana")
	openVisit(t, h, owner, client)
	lines, err := h.VerifyAudit(ctx, owner.Practice)
	if err != nil || lines != 3 {
		t.Errorf("VerifyAudit = %d, %v; want the set-up, a client, a visit", lines, err)
	}
	list, more, err := h.Audit(ctx, owner, 0, 2)
	if err != nil || len(list) != 2 || !more || list[0].Act != practice.OpenVisit || list[0].Client != client {
		t.Errorf("Audit = %+v, more %v, %v", list, more, err)
	}
}

func TestJoinedDoublesCanBeTakenApart(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	keep, err := h.AddClient(ctx, owner, knead.Client{Name: "Ana Lopez", Phone: "1", Profile: knead.ClientProfile{Medicines: []string{"warfarin"}}})
	if err != nil {
		t.Fatal(err)
	}
	double, err := h.AddClient(ctx, owner, knead.Client{Name: "A. Lopez", Email: "ana@example.org", Profile: knead.ClientProfile{Allergies: []string{"nut oil"}}})
	if err != nil {
		t.Fatal(err)
	}
	visit := openVisit(t, h, owner, double)
	id, err := h.MergeClients(ctx, owner, double, keep)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.Visit(ctx, owner, visit)
	c, _ := h.Client(ctx, owner, keep)
	if err != nil || v.Client != keep || c.Email != "ana@example.org" || len(c.Profile.Allergies) != 1 || len(c.Profile.Medicines) != 1 {
		t.Errorf("joined: visit of %s, client %+v, %v", v.Client, c, err)
	}
	if list, _, _ := h.Clients(ctx, owner, "lopez", 10); len(list) != 1 {
		t.Errorf("after joining, %d entries are found; want 1", len(list))
	}
	_, err = h.MergeClients(ctx, owner, double, keep)
	wantKind(t, "joining twice", err, knead.Invalid)
	if err := h.UndoMerge(ctx, owner, id); err != nil {
		t.Fatal(err)
	}
	v, _ = h.Visit(ctx, owner, visit)
	c, _ = h.Client(ctx, owner, keep)
	if v.Client != double || c.Email != "" || c.Profile.Allergies != nil {
		t.Errorf("taken apart: visit of %s, client %+v", v.Client, c)
	}
	wantKind(t, "taking apart twice", h.UndoMerge(ctx, owner, id), knead.Conflict)
	if _, err := h.VerifyAudit(ctx, owner.Practice); err != nil {
		t.Error(err)
	}
}

func TestErasingLeavesWhatTheLawMakesStay(t *testing.T) {
	h, owner, clock := house(t)
	ctx := context.Background()
	id, err := h.AddClient(ctx, owner, knead.Client{Name: "Ana Lopez", Email: "ana@example.org", Profile: knead.ClientProfile{Oils: "none"}})
	if err != nil {
		t.Fatal(err)
	}
	visit := openVisit(t, h, owner, id)
	_, err = h.ChangeVisit(ctx, owner, visit, func(v *knead.VisitRecord) error { v.State = knead.VisitEnded; return nil })
	if err != nil {
		t.Fatal(err)
	}
	if err := h.SetHold(ctx, owner, id, "a claim is open"); err != nil {
		t.Fatal(err)
	}
	_, err = h.EraseClient(ctx, owner, id, "asked by the client")
	wantKind(t, "erasing under a hold", err, knead.Conflict)
	if err := h.SetHold(ctx, owner, id, ""); err != nil {
		t.Fatal(err)
	}

	e, err := h.EraseClient(ctx, owner, id, "asked by the client")
	if err != nil || e.Until == 0 || len(e.Kept) == 0 {
		t.Fatalf("within the retention: %+v, %v", e, err)
	}
	if got, want := e.Until.Time().Year(), begin.Year()+10; got != want {
		t.Errorf("kept until %d, want %d", got, want)
	}
	c, err := h.Client(ctx, owner, id)
	if err != nil || c.Name != "Ana Lopez" || c.Email != "" || c.Profile.Oils != "" || c.Archived == 0 {
		t.Errorf("after a first erasure: %+v, %v", c, err)
	}
	if list, _, err := h.ExpiredClients(ctx, owner); err != nil || len(list) != 0 {
		t.Errorf("expired already: %v, %v", list, err)
	}

	clock.pass(11 * 365 * 24 * time.Hour)
	if list, _, err := h.ExpiredClients(ctx, owner); err != nil || len(list) != 1 {
		t.Errorf("eleven years later %d are expired, %v; want 1", len(list), err)
	}
	if e, err = h.EraseClient(ctx, owner, id, "time is over"); err != nil || e.Until != 0 || e.Erased["visits"] != 1 {
		t.Fatalf("after the retention: %+v, %v", e, err)
	}
	_, err = h.Visit(ctx, owner, visit)
	wantKind(t, "an erased visit", err, knead.NotFound)
	if c, _ = h.Client(ctx, owner, id); c.Name == "Ana Lopez" {
		t.Error("the name is still there")
	}
	lines, _, err := h.Audit(ctx, owner, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l.Client == id && strings.Contains(l.Payload, "asked") {
			t.Errorf("line %d still says %s", l.Seq, l.Payload)
		}
	}
	if _, err := h.VerifyAudit(ctx, owner.Practice); err != nil {
		t.Errorf("the chain after erasing: %v", err)
	}
	if list, err := h.Erasures(ctx, owner, id); err != nil || len(list) != 2 {
		t.Errorf("%d erasures are on record, %v; want 2", len(list), err)
	}
}

func TestAMinorsRecordStaysLonger(t *testing.T) {
	s := knead.Settings{}
	last := knead.InstantOf(begin)
	grown := practice.KeepUntil(knead.Client{Born: "1984-03-10"}, last, s, time.UTC)
	child := practice.KeepUntil(knead.Client{Born: "2016-03-10"}, last, s, time.UTC)
	if grown.Time().Year() != 2036 || child.Time().Year() != 2044 {
		t.Errorf("kept until %v and %v; want 2036, and ten years from the 18th birthday", grown.Time(), child.Time())
	}
}

func note(words string) knead.Note {
	return knead.Note{Sections: []knead.NoteSection{{Heading: "Subjective", Paragraphs: []string{words}}}}
}

func TestASignedNoteNeverChanges(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	visit := openVisit(t, h, owner, addClient(t, h, owner, "Ana"))
	n, err := h.SaveNote(ctx, owner, visit, 0, note("first"), false)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.SaveNote(ctx, owner, visit, n.Version+1, note("from an older page"), false)
	wantKind(t, "saving over a draft that was not seen", err, knead.Conflict)
	if n, err = h.SaveNote(ctx, owner, visit, n.Version, note("second"), false); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "signing what was not seen", h.SignNote(ctx, owner, visit, n.Version-1), knead.Conflict)
	wantKind(t, "an addendum to a draft", h.AddAddendum(ctx, owner, visit, "why", "what"), knead.Conflict)
	if err := h.SignNote(ctx, owner, visit, n.Version); err != nil {
		t.Fatal(err)
	}
	_, err = h.SaveNote(ctx, owner, visit, n.Version+1, note("third"), false)
	wantKind(t, "changing a signed note", err, knead.Conflict)
	wantKind(t, "signing twice", h.SignNote(ctx, owner, visit, n.Version+1), knead.Conflict)
	_, err = h.ChangeVisit(ctx, owner, visit, func(v *knead.VisitRecord) error { v.Input.Minutes = 30; return nil })
	wantKind(t, "changing a closed visit", err, knead.Conflict)
	if err := h.AddAddendum(ctx, owner, visit, "forgot", "Left shoulder, too."); err != nil {
		t.Fatal(err)
	}
	got, err := h.Note(ctx, owner, visit)
	if err != nil || got.Note.Sections[0].Paragraphs[0] != "second" || len(got.Addenda) != 1 || got.Digest == "" {
		t.Errorf("the note is %+v, %v", got, err)
	}
	if checked, changed, err := h.VerifyNotes(ctx, owner.Practice); err != nil || checked != 1 || changed != nil {
		t.Errorf("VerifyNotes = %d, %v, %v", checked, changed, err)
	}
}

func TestAPrivateNoteIsForItsAuthor(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	visit := openVisit(t, h, owner, addClient(t, h, owner, "Ana"))
	if _, err := h.SaveNote(ctx, owner, visit, 0, note("for me alone"), true); err != nil {
		t.Fatal(err)
	}
	other := owner
	other.Member, other.Role = "01a224a0-6a40-71ae-9076-88139713aec4", knead.Therapist
	n, err := h.Note(ctx, other, visit)
	if err != nil || !n.Hidden || n.Note.Sections != nil {
		t.Errorf("another therapist reads %+v, %v", n, err)
	}
	_, err = h.SaveNote(ctx, other, visit, n.Version, note("mine now"), false)
	wantKind(t, "taking over somebody's note", err, knead.NotAllowed)
	wantKind(t, "adding to a note that is hidden", h.AddAddendum(ctx, other, visit, "a", "b"), knead.NotFound)
	wantKind(t, "signing somebody's note", h.SignNote(ctx, other, visit, n.Version), knead.NotAllowed)
}

func TestAVisitMovesToTheRightClientAndTheNoteSaysSo(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	wrong, right := addClient(t, h, owner, "Ana"), addClient(t, h, owner, "Ben")
	visit := openVisit(t, h, owner, wrong)
	n, err := h.SaveNote(ctx, owner, visit, 0, note("words"), false)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.SignNote(ctx, owner, visit, n.Version); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "moving without a reason", h.MoveVisit(ctx, owner, visit, right, ""), knead.Invalid)
	if err := h.MoveVisit(ctx, owner, visit, right, "opened under the wrong name"); err != nil {
		t.Fatal(err)
	}
	v, _ := h.Visit(ctx, owner, visit)
	got, err := h.Note(ctx, owner, visit)
	if err != nil || v.Client != right || len(got.Addenda) != 1 || got.Note.Sections[0].Paragraphs[0] != "words" {
		t.Errorf("moved: visit of %s, note %+v, %v", v.Client, got, err)
	}
}
