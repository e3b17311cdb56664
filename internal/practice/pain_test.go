package practice_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"knead"
)

const twoPlaces = `{"marks":[{"where":"between the shoulder blades","level":5},{"where":"back of the neck","level":7}],"answers":"all-no","client":{"age":29},"minutes":30}`

// pains lists the measures of pain at a place: "moment place level".
func (x *table) pains(t testing.TB) []string {
	t.Helper()
	list, err := x.Measures(context.Background(), x.owner, x.client)
	if err != nil {
		t.Fatal(err)
	}
	var pains []string
	for _, m := range list {
		if m.Instrument == "nprs-place" && m.Visit == x.visit {
			pains = append(pains, fmt.Sprintf("%s %s %s", m.Moment, m.Place, m.Answers["place"]))
		}
	}
	slices.Sort(pains)
	return pains
}

func (x *table) tap(t testing.TB, events ...knead.SessionEvent) {
	t.Helper()
	if _, err := x.AddSessionEvents(context.Background(), x.owner, x.visit, events); err != nil {
		t.Fatal(err)
	}
}

func TestPainAtTheTableIsMeasuredOncePerPlace(t *testing.T) {
	x := newTable(t, twoPlaces)
	x.begin(t)
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	want := func(when string, pains ...string) {
		t.Helper()
		if diff := cmp.Diff(pains, x.pains(t)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}

	want("before anything happened")
	x.tap(t, happened(1, at(0), knead.SessionEvent{Kind: knead.EventStart}))
	want("begun: as painted", "intake back of the neck 7", "intake between the shoulder blades 5")
	x.tap(t, happened(2, at(10), knead.SessionEvent{Kind: knead.EventPainBefore, Mark: 1, Value: 6}))
	want("asked at the table", "before back of the neck 6", "intake between the shoulder blades 5")

	after := happened(3, at(1800), knead.SessionEvent{Kind: knead.EventPainAfter, Mark: 1, Value: 3})
	x.tap(t, after)
	x.tap(t, after) // a device that was not sure
	again := happened(4, at(1810), knead.SessionEvent{Kind: knead.EventPainAfter, Mark: 1, Value: 4})
	again.Device = "phone"
	x.tap(t, again, after)
	x.tap(t, happened(5, at(1820), knead.SessionEvent{Kind: knead.EventPainAfter, Mark: 9, Value: 4})) // no such mark
	want("asked twice on two devices", "after back of the neck 4", "before back of the neck 6", "intake between the shoulder blades 5")
	x.tap(t, happened(6, at(1830), knead.SessionEvent{Kind: knead.EventUndo, Undoes: again.ID}))
	want("the second answer was taken back", "after back of the neck 3", "before back of the neck 6", "intake between the shoulder blades 5")
	x.tap(t, happened(7, at(1840), knead.SessionEvent{Kind: knead.EventUndo, Undoes: after.ID}))
	want("and the first", "before back of the neck 6", "intake between the shoulder blades 5")
}

// However a log is cut up, repeated and mixed on its way, it leaves the same measures.
func TestPainDoesNotDependOnHowALogArrives(t *testing.T) {
	x := newTable(t, twoPlaces)
	x.begin(t)
	log := []knead.SessionEvent{happened(1, begin, knead.SessionEvent{Kind: knead.EventStart})}
	for i, e := range []knead.SessionEvent{
		{Kind: knead.EventPainBefore, Mark: 0, Value: 4},
		{Kind: knead.EventPainBefore, Mark: 0, Value: 6},
		{Kind: knead.EventPainAfter, Mark: 0, Value: 2},
		{Kind: knead.EventPainAfter, Mark: 1, Value: 1},
		{Kind: knead.EventUndo, Undoes: "00000000-0000-4000-8000-000000000005"},
		{Kind: knead.EventPainAfter, Mark: 1, Value: 5},
	} {
		log = append(log, happened(2+i, begin.Add(time.Duration(i+1)*time.Second), e))
	}
	want := []string{"after back of the neck 5", "after between the shoulder blades 2", "before between the shoulder blades 6", "intake back of the neck 7"}
	rapid.Check(t, func(r *rapid.T) {
		x.visit = openVisit(t, x.House, x.owner, x.client)
		in, err := knead.ReadVisit([]byte(twoPlaces))
		if err != nil {
			r.Fatal(err)
		}
		if _, err := x.ChangeVisit(context.Background(), x.owner, x.visit, func(v *knead.VisitRecord) error { v.Input, v.Asked = in, true; return nil }); err != nil {
			r.Fatal(err)
		}
		if err := x.BeginSession(context.Background(), x.owner, x.visit, editions); err != nil {
			r.Fatal(err)
		}
		sent := slices.Concat(log, rapid.SliceOfN(rapid.SampledFrom(log), 0, 6).Draw(r, "twice"))
		sent = rapid.Permutation(sent).Draw(r, "order")
		for len(sent) > 0 {
			n := rapid.IntRange(1, len(sent)).Draw(r, "batch")
			batch := slices.Clone(sent[:n])
			for i := range batch { // ids belong to a practice: each visit has its own
				batch[i].ID = idIn(x.visit, batch[i].ID)
				batch[i].Undoes = idIn(x.visit, batch[i].Undoes)
			}
			x.tap(t, batch...)
			sent = sent[n:]
		}
		if diff := cmp.Diff(want, x.pains(t)); diff != "" {
			r.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func idIn(v knead.VisitID, id knead.EventID) knead.EventID {
	if id == "" {
		return ""
	}
	return knead.EventID(uuid.NewSHA1(uuid.NameSpaceOID, []byte(string(v)+string(id))).String())
}
