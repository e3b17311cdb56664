package knead_test

import (
	"testing"
	"time"

	"knead"
	"knead/body"
	"knead/screen"
)

var lastStart = knead.InstantOf(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))

// painted is a visit with marks at places, written in words.
func visitAt(t *testing.T, places ...string) knead.Visit {
	t.Helper()
	var v knead.Visit
	for _, words := range places {
		place, err := body.Find(words)
		if err != nil {
			t.Fatal(err)
		}
		var m body.Mark
		m.Paint(place.Cells, 5)
		v.Drawing.Marks = append(v.Drawing.Marks, m)
	}
	return v
}

// answered is a visit in the past whose questions were all answered: no, but for those
// named.
func answered(t *testing.T, v knead.Visit, but map[screen.QuestionID]screen.Answer) knead.VisitRecord {
	t.Helper()
	v.Answers = map[screen.QuestionID]screen.Answer{}
	for _, q := range screen.Questions(v.Drawing.Cells(), v.Client) {
		v.Answers[q.ID] = screen.Answer{Value: screen.No}
		if q.Alarm == screen.No {
			v.Answers[q.ID] = screen.Answer{Value: screen.Yes}
		}
		if a, ok := but[q.ID]; ok {
			v.Answers[q.ID] = a
		}
	}
	if missing := v.Screen().Missing; len(missing) > 0 {
		t.Fatalf("the visit lacks answers: %v", missing)
	}
	return knead.VisitRecord{ID: "last", Starts: lastStart, Input: v, Asked: true, Verdict: knead.Verdict{Rules: screen.Version()}}
}

func ids(questions []screen.Question) map[screen.QuestionID]bool {
	set := map[screen.QuestionID]bool{}
	for _, q := range questions {
		set[q.ID] = true
	}
	return set
}

func hold(last knead.VisitRecord, now knead.Visit, later time.Duration) (knead.Holding, map[screen.QuestionID]bool) {
	h := knead.HoldOn(last, now, lastStart.Add(later))
	return h, ids(h.Asked(screen.Questions(now.Drawing.Cells(), now.Client)))
}

const week = 7 * 24 * time.Hour

func TestAReturningClientIsAskedWhatMayBeNewAndNothingElse(t *testing.T) {
	v := visitAt(t, "left nape", "right low back")
	h, asked := hold(answered(t, v, nil), v, week)
	for _, q := range screen.Questions(v.Drawing.Cells(), v.Client) {
		must := q.Level == screen.Emergency && q.Only == ""
		for _, id := range []screen.QuestionID{"g6", "g7", "g8", "g13", "g17", "g23", "g24", "g26", "g27"} {
			must = must || q.ID == id
		}
		_, holds := h.Answers[q.ID]
		switch {
		case must && (holds || !asked[q.ID]):
			t.Errorf("%s is not asked again", q.ID)
		case !must && q.Only == "" && (!holds || asked[q.ID]):
			t.Errorf("%s is asked again, its answer was no", q.ID)
		}
		if holds && h.From[q.ID] != (knead.Carried{Visit: "last", At: lastStart}) {
			t.Errorf("%s holds on from %+v", q.ID, h.From[q.ID])
		}
	}
	if asked["p1"] {
		t.Error("a follow-up of pregnancy is asked although nobody is pregnant")
	}
}

func TestANewPlaceAsksItsQuestions(t *testing.T) {
	last := answered(t, visitAt(t, "left nape"), nil)
	h, asked := hold(last, visitAt(t, "left nape", "right calf"), week)
	for _, id := range []screen.QuestionID{"c1", "c2"} {
		if _, holds := h.Answers[id]; holds || !asked[id] {
			t.Errorf("%s of the calf is not asked, though the calf is new", id)
		}
	}
	if asked["n3"] {
		t.Error("n3 of the neck is asked again, though the neck was painted before")
	}
}

func TestOnlyPlainAnswersHoldOn(t *testing.T) {
	v := visitAt(t, "left nape")
	chest, err := body.Find("left upper chest")
	if err != nil {
		t.Fatal(err)
	}
	last := answered(t, v, map[screen.QuestionID]screen.Answer{
		"g16": {Value: screen.Yes, Where: []body.Place{chest}}, // a device stays
		"g19": {Value: screen.NotSure},
		"g10": {Value: screen.Yes}, // sends to a clinician
		"g11": {Value: screen.Yes, Detail: "pregnant 20"},
	})
	h, asked := hold(last, v, week)
	if a := h.Answers["g16"]; a.Value != screen.Yes || len(a.Where) != 1 || asked["g16"] {
		t.Errorf("a device that was named does not hold on: %+v", a)
	}
	for _, id := range []screen.QuestionID{"g19", "g10", "g11", "p1"} {
		if _, holds := h.Answers[id]; holds || !asked[id] {
			t.Errorf("%s is not asked again", id)
		}
	}
}

func TestAnswersHoldOnForAYearCountedFromWhenTheyWereGiven(t *testing.T) {
	v := visitAt(t, "left nape")
	last := answered(t, v, nil)
	if h, _ := hold(last, v, 400*24*time.Hour); len(h.Answers) > 0 {
		t.Errorf("after 400 days %d answers hold on", len(h.Answers))
	}
	earlier := knead.Carried{Visit: "first", At: lastStart.Add(-300 * 24 * time.Hour)}
	last.Intake.Carried = map[screen.QuestionID]knead.Carried{"g9": earlier}
	h, _ := hold(last, v, week)
	if h.From["g9"] != earlier {
		t.Errorf("g9 holds on from %+v, want from the first visit", h.From["g9"])
	}
	if h, asked := hold(last, v, 80*24*time.Hour); !asked["g9"] || h.Answers["g10"].Value != screen.No {
		t.Error("after a year from the first answer, that one alone is to be asked again")
	}
}

func TestNothingHoldsOnFromAVisitThatWasNotAnswered(t *testing.T) {
	v := visitAt(t, "left nape")
	for name, spoil := range map[string]func(*knead.VisitRecord){
		"not sent":    func(r *knead.VisitRecord) { r.Asked = false },
		"other rules": func(r *knead.VisitRecord) { r.Verdict.Rules++ },
		"a gap":       func(r *knead.VisitRecord) { delete(r.Input.Answers, "g9") },
	} {
		last := answered(t, v, nil)
		spoil(&last)
		h, asked := hold(last, v, week)
		if len(h.Answers) > 0 || len(asked) != len(screen.Questions(v.Drawing.Cells(), v.Client)) {
			t.Errorf("%s: %d answers hold on, %d questions are asked", name, len(h.Answers), len(asked))
		}
	}
}

func TestReachGoesOnlyForward(t *testing.T) {
	var i knead.Intake
	for _, step := range []struct{ step, want knead.IntakeStep }{
		{knead.IntakeQuestions, knead.IntakeQuestions},
		{knead.IntakePaint, knead.IntakeQuestions},
		{knead.IntakeConsent, knead.IntakeConsent},
		{knead.IntakeAbout, knead.IntakeConsent},
		{knead.IntakeDone, knead.IntakeDone},
		{knead.IntakeDone, knead.IntakeDone},
	} {
		if i.Reach(step.step); i.Reached != step.want {
			t.Errorf("Reach(%s): %s, want %s", step.step, i.Reached, step.want)
		}
	}
}
