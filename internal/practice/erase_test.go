package practice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"knead"
	"knead/internal/kneadtest"
	"knead/internal/practice"
	"knead/internal/store"
)

// treated opens a visit and ends it, so that the retention rule runs.
func treated(t *testing.T, h *practice.House, by practice.Actor, client knead.ClientID) knead.VisitID {
	t.Helper()
	visit := openVisit(t, h, by, client)
	if _, err := h.ChangeVisit(t.Context(), by, visit, func(v *knead.VisitRecord) error { v.State = knead.VisitEnded; return nil }); err != nil {
		t.Fatal(err)
	}
	return visit
}

func TestThePreviewOfAnErasureIsWhatHappens(t *testing.T) {
	h, owner, clock := house(t)
	ctx := t.Context()
	id := addClient(t, h, owner, "Ana")
	visit := treated(t, h, owner, id)
	addFile(t, h, owner, id, "letter.pdf", []byte(pdf))
	if err := h.SaveDraft(ctx, owner, "note:"+string(visit), "half a sentence"); err != nil {
		t.Fatal(err)
	}
	for _, wait := range []time.Duration{0, 11 * 365 * 24 * time.Hour} {
		clock.pass(wait)
		before, err := h.PreviewErasure(ctx, owner, id)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := h.PreviewErasure(ctx, owner, id); err != nil || !cmp.Equal(before, again) {
			t.Fatalf("looking twice shows %+v, then %+v, %v: looking changes nothing", before, again, err)
		}
		e, err := h.EraseClient(ctx, owner, id, "asked by the client")
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(before.Erased, e.Erased); d != "" || before.Until != e.Until || !cmp.Equal(before.Kept, e.Kept) {
			t.Errorf("what was shown (-) and what went (+) differ:\n%s", d)
		}
	}
	_, err := h.PreviewErasure(ctx, owner, id)
	wantKind(t, "looking at the erasure of who was erased", err, knead.Conflict)
	if list, err := h.Files(ctx, owner, id); err != nil || len(list) != 0 {
		t.Errorf("files after erasing: %v, %v", list, err)
	}
	if words, err := h.Draft(ctx, owner, "note:"+string(visit)); err != nil || words != "" {
		t.Errorf("the draft of a note is still %q, %v", words, err)
	}
}

func TestTheDraftOfAClientWithoutAVisitIsErased(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	id, other := addClient(t, h, owner, "Ana"), addClient(t, h, owner, "Bo")
	for _, c := range []knead.ClientID{id, other} {
		if err := h.SaveDraft(ctx, owner, "client "+string(c), "name=half+typed"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.EraseClient(ctx, owner, id, "asked by the client"); err != nil {
		t.Fatal(err)
	}
	if words, err := h.Draft(ctx, owner, "client "+string(id)); err != nil || words != "" {
		t.Errorf("what was typed is still %q, %v", words, err)
	}
	if words, err := h.Draft(ctx, owner, "client "+string(other)); err != nil || words == "" {
		t.Errorf("somebody else's draft has gone, %v", err)
	}
}

// TestFilesGoTheSameWayOnEveryDatabase takes a file in, out, over to another entry and
// away, on each database.
func TestFilesGoTheSameWayOnEveryDatabase(t *testing.T) {
	kneadtest.Stores(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		c := &clock{t: begin}
		h := practice.New(practice.Options{Store: s, Now: c.now})
		owner, err := h.SetUp(ctx, practice.Setup{Practice: "Clay", Zone: "Europe/Berlin", Owner: "Noor Haddad", Email: "noor@example.org", Password: password})
		if err != nil {
			t.Fatal(err)
		}
		keep, double := addClient(t, h, owner, "Ana"), addClient(t, h, owner, "Ana (double)")
		visit := treated(t, h, owner, double)
		if err := h.SaveDraft(ctx, owner, "note:"+string(visit), "half a sentence"); err != nil {
			t.Fatal(err)
		}
		letter, photo := addFile(t, h, owner, double, "letter.pdf", []byte(pdf)), addFile(t, h, owner, double, "shoulder.png", picture(t, 90))
		if _, err := h.MergeClients(ctx, owner, double, keep); err != nil {
			t.Fatal(err)
		}
		if _, content, err := h.File(ctx, owner, keep, letter); err != nil || string(content) != pdf {
			t.Errorf("the letter of the double has %d bytes, %v", len(content), err)
		}
		if small, err := h.Thumbnail(ctx, owner, keep, photo); err != nil || len(small) == 0 {
			t.Errorf("the thumbnail has %d bytes, %v", len(small), err)
		}
		c.pass(11 * 365 * 24 * time.Hour)
		before, err := h.PreviewErasure(ctx, owner, keep)
		if err != nil {
			t.Fatal(err)
		}
		if list, err := h.Files(ctx, owner, keep); err != nil || len(list) != 2 {
			t.Fatalf("looking at the erasure left %d files, %v", len(list), err)
		}
		e, err := h.EraseClient(ctx, owner, keep, "time is over")
		if err != nil || !cmp.Equal(e.Erased, before.Erased) || e.Erased["files"] != 2 || e.Erased["drafts"] != 1 || e.Erased["joined-doubles"] != 1 {
			t.Errorf("EraseClient = %v, %v; the preview said %v", e.Erased, err, before.Erased)
		}
		if _, err := h.VerifyAudit(ctx, owner.Practice); err != nil {
			t.Error(err)
		}
	})
}

func TestErasingTakesJoinedDoublesAlong(t *testing.T) {
	h, owner, clock := house(t)
	ctx := t.Context()
	keep := addClient(t, h, owner, "Ana Lopez")
	double, err := h.AddClient(ctx, owner, knead.Client{Name: "A. Lopez", Email: "ana@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	treated(t, h, owner, double)
	merge, err := h.MergeClients(ctx, owner, double, keep)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.EraseClient(ctx, owner, double, "asked by the client")
	wantKind(t, "erasing the double alone", err, knead.Conflict)
	e, err := h.EraseClient(ctx, owner, keep, "asked by the client")
	if err != nil || e.Until == 0 || e.Erased["joined-doubles"] != 1 {
		t.Fatalf("EraseClient = %+v, %v; the visits of the double make the record stay", e, err)
	}
	c, err := h.Client(ctx, owner, double)
	if err != nil || c.Email != "" || strings.Contains(c.Name, "Lopez") {
		t.Errorf("the double is still %+v, %v", c, err)
	}
	if err := h.UndoMerge(ctx, owner, merge); err == nil {
		t.Error("the joining was undone, which brought the double's contact back")
	}
	clock.pass(11 * 365 * 24 * time.Hour)
	if _, err := h.EraseClient(ctx, owner, keep, "time is over"); err != nil {
		t.Errorf("erasing all that is left: %v", err)
	}
	if _, err := h.VerifyAudit(ctx, owner.Practice); err != nil {
		t.Error(err)
	}
}

func TestRetentionSaysWhyARecordStays(t *testing.T) {
	h, owner, clock := house(t)
	ctx := t.Context()
	grown := addClient(t, h, owner, "Ana")
	child, err := h.AddClient(ctx, owner, knead.Client{Name: "Bo", Born: "2016-05-01"})
	if err != nil {
		t.Fatal(err)
	}
	if r, err := h.Retention(ctx, owner, grown); err != nil || r.Last != 0 || r.Until != 0 || !r.Over(h.Now()) {
		t.Errorf("never treated: %+v, %v; no rule makes it stay", r, err)
	}
	treated(t, h, owner, grown)
	treated(t, h, owner, child)
	if r, err := h.Retention(ctx, owner, grown); err != nil || r.Grown != 0 || r.Until.Time().Year() != 2036 || r.Over(h.Now()) || r.Years != 10 {
		t.Errorf("a grown-up: %+v, %v", r, err)
	}
	if r, err := h.Retention(ctx, owner, child); err != nil || r.Grown.Time().Year() != 2034 || r.Until.Time().Year() != 2044 {
		t.Errorf("a child: %+v, %v", r, err)
	}
	if err := h.SetHold(ctx, owner, grown, "a claim is open"); err != nil {
		t.Fatal(err)
	}
	clock.pass(11 * 366 * 24 * time.Hour)
	if r, err := h.Retention(ctx, owner, grown); err != nil || r.Over(h.Now()) || r.Hold == "" {
		t.Errorf("under a hold: %+v, %v; it stays", r, err)
	}
	list, more, err := h.ExpiredClients(ctx, owner)
	if err != nil || more || len(list) != 1 || list[0].Client.Hold == "" {
		t.Errorf("ExpiredClients = %+v, more %v, %v; the list shows the hold", list, more, err)
	}
}

func TestTheDeskFindsNobodyByTheirTags(t *testing.T) {
	h, owner, _ := house(t)
	ctx := t.Context()
	for _, c := range []knead.Client{
		{Name: "Ana Lopez", Phone: "+49 30 1234", Profile: knead.ClientProfile{Tags: []string{"pregnant", "Monday"}}},
		{Name: "Prego Nantes"},
	} {
		if _, err := h.AddClient(ctx, owner, c); err != nil {
			t.Fatal(err)
		}
	}
	desk := owner
	desk.Role = knead.Desk
	for query, want := range map[string][2]int{"pregnant": {1, 0}, "monday": {1, 0}, "ana lopez": {1, 1}, "49301234": {1, 1}, "lopez pregnant": {1, 0}, "pre nan": {2, 1}, "": {2, 2}} {
		for i, by := range []practice.Actor{owner, desk} {
			if got, _, err := h.Clients(ctx, by, query, 10); err != nil || len(got) != want[i] {
				t.Errorf("%s looks for %q and finds %d, %v; want %d", by.Role, query, len(got), err, want[i])
			}
		}
	}
	for what, tags := range map[string][]string{"too many": make([]string, 21), "a novel": {strings.Repeat("x", 41)}, "two lines": {"a\nb"}} {
		_, err := h.AddClient(ctx, owner, knead.Client{Name: "Ana", Profile: knead.ClientProfile{Tags: tags}})
		wantKind(t, what+" as tags", err, knead.Invalid)
	}
}
