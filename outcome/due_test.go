package outcome

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// asked writes what is due as words; what may be left out stands in brackets.
func asked(list []Ask) string {
	var words []string
	for _, a := range list {
		w := string(a.Instrument.ID)
		if a.Optional {
			w = "(" + w + ")"
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// on makes a history at a day, with sessions on earlier days.
func on(today int64, sessions []int64, answers ...Given) History {
	h := History{Now: today * day}
	for _, s := range sessions {
		h.Sessions = append(h.Sessions, s*day)
	}
	for _, a := range answers {
		h.Answers = append(h.Answers, Given{a.Instrument, a.At*day + hour})
	}
	return h
}

func TestWhatIsDueFollowsTheScheme(t *testing.T) {
	first := []Given{{"nprs-now", 0}, {"nprs-average", 0}, {"nprs-worst", 0}, {"psfs", 0}, {"peg", 0}, {"painted-area", 0}, {"stress", 0}}
	with := func(more ...Given) []Given { return append(append([]Given{}, first...), more...) }
	for name, c := range map[string]struct {
		occasion OccasionID
		h        History
		want     string
	}{
		"the first visit": {
			SessionStart, on(0, nil),
			"nprs-now nprs-average nprs-worst psfs peg painted-area (phq-4) (stress) (sleep) (medicine-days) (headache-days)",
		},
		"a session a week later":      {SessionStart, on(7, []int64{0}, first...), "nprs-now soreness"},
		"the end of a session":        {SessionEnd, on(7, []int64{0}, first...), "nprs-now"},
		"a day later":                 {DayAfter, on(8, []int64{0, 7}, first...), "soreness since-session"},
		"thirteen days later":         {SessionStart, on(13, []int64{0, 7}, first...), "nprs-now soreness"},
		"two weeks later":             {SessionStart, on(14, []int64{0, 7}, first...), "nprs-now soreness peg psfs pgic painted-area (stress)"},
		"the fourth session after":    {SessionStart, on(8, []int64{0, 2, 4, 6}, first...), "nprs-now soreness peg psfs pgic painted-area (stress)"},
		"the third session after":     {SessionStart, on(6, []int64{0, 2, 4}, first...), "nprs-now soreness"},
		"after a review":              {SessionStart, on(21, []int64{0, 7, 15}, with(Given{"peg", 15}, Given{"psfs", 15}, Given{"pgic", 15}, Given{"painted-area", 15}, Given{"stress", 15})...), "nprs-now soreness"},
		"what was skipped at first":   {SessionStart, on(2, []int64{0}, Given{"peg", 0}), "nprs-now soreness psfs painted-area"},
		"the last session":            {Discharge, on(30, []int64{0, 7}, first...), "peg psfs nprs-now nprs-average nprs-worst pgic (stress)"},
		"eight weeks after that":      {EightWeeksAfter, on(90, []int64{0, 7}, first...), "peg psfs nprs-now nprs-average nprs-worst pgic"},
		"an occasion that is unknown": {"birthday", on(0, nil), ""},
	} {
		if got := asked(Standard().Due(c.occasion, c.h)); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestWhatWasAnsweredForThisOccasionIsNotAskedAgain(t *testing.T) {
	h := on(7, []int64{0}, Given{"nprs-now", 6})
	h.Opened = 6 * day
	if got := asked(Standard().Due(SessionStart, h)); strings.Contains(got, "nprs-now") {
		t.Errorf("answered through the link yesterday, and asked again: %s", got)
	}
	h.Opened = 7 * day
	if got := asked(Standard().Due(SessionStart, h)); !strings.Contains(got, "nprs-now") {
		t.Errorf("an answer from before the link counts for this session: %s", got)
	}
}

func TestEveryOccasionOfTheProgramIsInTheData(t *testing.T) {
	for _, id := range []OccasionID{FirstVisit, SessionStart, SessionEnd, DayAfter, ThreeDaysAfter, Review, Discharge, EightWeeksAfter} {
		if _, ok := Standard().Occasion(id); !ok {
			t.Errorf("there is no occasion %q", id)
		}
	}
}

func TestFollowUpsHaveTheirTime(t *testing.T) {
	for id, want := range map[OccasionID]int64{DayAfter: day, ThreeDaysAfter: 3 * day, EightWeeksAfter: 56 * day} {
		o, _ := Standard().Occasion(id)
		if at, ok := o.At(5); !ok || at != 5+want {
			t.Errorf("%s is due at %d, %t; want %d", id, at, ok, 5+want)
		}
	}
	if o, _ := Standard().Occasion(SessionEnd); o != nil {
		if _, ok := o.At(5); ok {
			t.Error("the end of a session has a time of its own")
		}
	}
}

func TestNothingIsAskedTwiceAndTheOrderOfAHistoryDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := rapid.SampledFrom(Standard().Occasions).Draw(t, "occasion")
		h := History{Now: 100 * day, Opened: rapid.Int64Range(0, 100).Draw(t, "opened") * day}
		for range rapid.IntRange(0, 8).Draw(t, "sessions") {
			h.Sessions = append(h.Sessions, rapid.Int64Range(0, 99).Draw(t, "session")*day)
		}
		for range rapid.IntRange(0, 20).Draw(t, "answers") {
			in := rapid.SampledFrom(Standard().Instruments).Draw(t, "instrument")
			h.Answers = append(h.Answers, Given{in.ID, rapid.Int64Range(0, 100).Draw(t, "at") * day})
		}
		list := Standard().Due(o.ID, h)
		seen := map[ID]bool{}
		for _, a := range list {
			if seen[a.Instrument.ID] {
				t.Fatalf("%s is asked twice", a.Instrument.ID)
			}
			seen[a.Instrument.ID] = true
			for _, g := range h.Answers {
				if g.Instrument == a.Instrument.ID && h.Opened > 0 && g.At >= h.Opened {
					t.Fatalf("%s was answered for this occasion", g.Instrument)
				}
			}
		}
		shuffled := h
		shuffled.Sessions = rapid.Permutation(h.Sessions).Draw(t, "other order")
		shuffled.Answers = rapid.Permutation(h.Answers).Draw(t, "other order")
		if got, want := asked(Standard().Due(o.ID, shuffled)), asked(list); got != want {
			t.Fatalf("another order of the history: %s, want %s", got, want)
		}
	})
}
