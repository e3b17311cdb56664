package practice_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"knead"
	"knead/internal/practice"
	"knead/internal/store"
)

func TestTheDemoIsARecordLikeAnyOther(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	end := time.Date(2026, 4, 15, 10, 7, 0, 0, time.UTC) // its months hold the night on which the clocks change
	now := end.AddDate(0, 1, 0)
	h := practice.New(practice.Options{Store: s, Now: func() time.Time { return now }})
	settings := practice.DemoSettings{End: end, Consent: func(_ knead.Practice, k knead.ConsentKind) (edition, words string) {
		return "1", "words for " + string(k)
	}}
	for range 2 { // the second time there is nothing to do
		if err := h.Demo(ctx, settings); err != nil {
			t.Fatal(err)
		}
	}
	list, err := h.Practices(ctx)
	if err != nil || len(list) != 1 || !list[0].Demo {
		t.Fatalf("practices: %v, %v", list, err)
	}
	by := practice.Program(list[0].ID, "test")
	if lines, err := h.VerifyAudit(ctx, list[0].ID); err != nil || lines < 300 {
		t.Errorf("the chain has %d lines, %v", lines, err)
	}
	signed, changed, err := h.VerifyNotes(ctx, list[0].ID)
	if err != nil || changed != nil || signed < 40 {
		t.Errorf("%d signed notes, %v changed, %v", signed, changed, err)
	}
	clients, _, err := h.Clients(ctx, by, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	states := map[knead.VisitState]int{}
	come := map[knead.MemberID][]knead.Instant{}
	for _, c := range clients {
		visits, _, err := h.VisitsOf(ctx, by, c.ID, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range visits {
			states[v.State]++
			if v.State.Early() {
				come[v.Therapist] = append(come[v.Therapist], v.Starts)
			}
			if v.Created.Time().After(end) {
				t.Errorf("visit %s was opened after the end", v.ID)
			}
			if v.Created > v.Starts {
				t.Errorf("visit %s was opened after it began", v.ID)
			}
		}
	}
	for member, starts := range come {
		slices.Sort(starts)
		for i := 1; i < len(starts); i++ {
			if between := starts[i].Sub(starts[i-1]); between < time.Hour {
				t.Errorf("%s has two clients within %s", member, between)
			}
		}
	}
	if states[knead.VisitOpen] == 0 || states[knead.VisitReady] == 0 || states[knead.VisitClosed] == 0 || states[knead.VisitEnded] == 0 {
		t.Errorf("visits are %v; a demo shows each state", states)
	}
}

// In these months somebody turns 65, and the screening says more than it did.
func TestTheDemoGoesThroughABirthday(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	end := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	h := practice.New(practice.Options{Store: s, Now: func() time.Time { return end }})
	err = h.Demo(t.Context(), practice.DemoSettings{End: end, Consent: func(_ knead.Practice, k knead.ConsentKind) (edition, words string) {
		return "1", "words for " + string(k)
	}})
	if err != nil {
		t.Fatal(err)
	}
}
