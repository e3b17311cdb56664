package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"knead"
	"knead/body"
	"knead/screen"
)

const liftedReason = "Her doctor saw her at nine: a cold, massage agreed"

// answers paints a low back and answers everything that is asked so that nothing stands
// against a massage, but for the questions that are named.
func (o *office) answers(yes ...screen.QuestionID) {
	o.t.Helper()
	where, err := body.Find("low back")
	if err != nil {
		o.t.Fatal(err)
	}
	m := body.Mark{Quality: body.Aching}
	m.Paint(where.Cells, 5)
	_, err = o.house.ChangeVisit(context.Background(), o.owner, o.visit, func(v *knead.VisitRecord) error {
		v.Asked, v.Input.Drawing, v.Input.Answers = true, body.Drawing{Marks: []body.Mark{m}}, map[screen.QuestionID]screen.Answer{}
		for _, q := range screen.Questions(v.Input.Drawing.Cells(), v.Input.Client) {
			a := screen.Answer{Value: screen.No}
			if q.Alarm == screen.No {
				a.Value = screen.Yes
			}
			v.Input.Answers[q.ID] = a
		}
		for _, id := range yes {
			v.Input.Answers[id] = screen.Answer{Value: screen.Yes}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestAStopIsLiftedWithAReasonAndTakenBack(t *testing.T) {
	o := newOffice(t)
	o.answers("g6")
	code, page := o.get(o.cookie, o.at()+"/assess")
	if code != http.StatusOK {
		t.Fatalf("the stop page is %d", code)
	}
	o.holds("the stop page", page, "Do you have fever or chills", `name="reason"`, `action="`+o.at()+`/lift"`, `href="`+o.at()+`"`, `href="`+o.at()+`/letter"`)

	code, _, page = o.post(o.cookie, o.at()+"/lift", url.Values{"reason": {"  "}})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a lift without a reason is %d", code)
	}
	o.holds("the refusal", page, `id="lift-err"`, `aria-invalid="true"`, "Say why treatment is right")
	code, _, page = o.post(o.cookie, o.at()+"/lift", url.Values{"anyway": {"1"}, "reason": {strings.Repeat("long ", 100)}})
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a lift with a book for a reason is %d", code)
	}
	o.holds("the refusal beside the plan", page, `id="plan"`, "long ", "at most 400 letters")

	code, to, _ := o.post(o.cookie, o.at()+"/lift", url.Values{"reason": {liftedReason}})
	if code != http.StatusSeeOther || to != o.at()+"/assess" {
		t.Fatalf("the lift leads to %d %q", code, to)
	}
	_, page = o.get(o.cookie, to)
	o.holds("the plan", page, "Noor Haddad lifted a stop", "4 May 2026, 11:00", liftedReason, "May be an infection", "It rests on a stop that Noor Haddad lifted", `name="undo"`, `id="s-`)
	_, page = o.get(o.cookie, o.at()+"/print")
	o.holds("the print", page, "Noor Haddad lifted a stop", liftedReason)
	_, page = o.get(o.cookie, o.at()+"/note")
	o.holds("the note", page, liftedReason)
	v, err := o.house.Visit(t.Context(), o.owner, o.visit)
	if err != nil || v.Verdict.Level != string(screen.SameDay) || v.Verdict.Rules == 0 {
		t.Errorf("the verdict is %+v, %v; it stays as it was shown", v.Verdict, err)
	}

	if code, to, _ = o.post(o.cookie, o.at()+"/lift", url.Values{"undo": {"1"}}); code != http.StatusSeeOther {
		t.Fatalf("taking back is %d", code)
	}
	_, page = o.get(o.cookie, to)
	o.holds("the stop page", page, `name="reason"`)
	o.lacks("the stop page", page, "lifted a stop")
	lifts, err := o.house.Lifts(t.Context(), o.owner, o.visit)
	if err != nil || len(lifts) != 1 || lifts[0].Undone == 0 || lifts[0].Reason != liftedReason {
		t.Errorf("the record keeps %+v, %v", lifts, err)
	}
}

func TestARuleThatAsksForAClinicianFirstIsLiftedBesideThePlan(t *testing.T) {
	o := newOffice(t)
	o.answers("g15")
	_, page := o.get(o.cookie, o.at()+"/assess")
	o.holds("the page", page, `id="plan"`, `name="reason"`, "heart failure", `href="`+o.at()+`/letter"`)
	o.post(o.cookie, o.at()+"/lift", url.Values{"reason": {liftedReason}})
	o.answers("g15", "g6") // another rule stops now, which nobody lifted
	_, page = o.get(o.cookie, o.at()+"/assess?anyway=1")
	o.holds("the page", page, `name="reason"`, "Do you have fever or chills")
	o.lacks("the page", page, "It rests on a stop")
}

func TestSomeStopsAreNotLifted(t *testing.T) {
	o := newOffice(t)
	therapist := o.cookie
	auditor := o.member(knead.Auditor, "ada@example.org")
	try := func(what, cookie string, want int) {
		t.Helper()
		_, page := o.get(cookie, o.at()+"/assess?anyway=1")
		o.lacks(what, page, `name="reason"`)
		if code, _, _ := o.post(cookie, o.at()+"/lift", url.Values{"reason": {liftedReason}}); code != want {
			t.Errorf("%s: lifting is %d, want %d", what, code, want)
		}
		if v, err := o.house.Visit(t.Context(), o.owner, o.visit); err != nil || v.Input.Lift != nil {
			t.Errorf("%s: lifted all the same: %v", what, err)
		}
	}
	o.answers()
	try("a visit that nothing stops", therapist, http.StatusConflict)
	o.answers("g1")
	try("an emergency", therapist, http.StatusConflict)
	o.answers("g6")
	try("an auditor", auditor, http.StatusForbidden)
	_, err := o.house.ChangeVisit(t.Context(), o.owner, o.visit, func(v *knead.VisitRecord) error {
		delete(v.Input.Answers, "g9")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	try("answers that are missing", therapist, http.StatusConflict)
	_, err = o.house.ChangeVisit(t.Context(), o.owner, o.visit, func(v *knead.VisitRecord) error {
		v.Input.Client.Age = 15
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	o.answers()
	o.turnConsentDown()
	try("a guardian who is not there", therapist, http.StatusConflict)
}

// turnConsentDown answers that no guardian is here.
func (o *office) turnConsentDown() {
	o.t.Helper()
	_, err := o.house.ChangeVisit(context.Background(), o.owner, o.visit, func(v *knead.VisitRecord) error {
		v.Input.Answers["ch1"] = screen.Answer{Value: screen.No}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func TestALiftDoesNotChangeOnceTheSessionHasBegun(t *testing.T) {
	o := newOffice(t)
	o.answers("g6")
	o.post(o.cookie, o.at()+"/lift", url.Values{"reason": {liftedReason}})
	agreeTo(t, o.house, o.owner, o.visit, func(*knead.ConsentScope) {})
	if code, _, page := o.post(o.cookie, o.at()+"/begin", nil); code != http.StatusSeeOther {
		t.Fatalf("begin: %d %s", code, page)
	}
	_, page := o.get(o.cookie, o.at()+"/assess")
	o.holds("the page", page, "Noor Haddad lifted a stop")
	o.lacks("the page", page, `name="undo"`)
	for _, fields := range []url.Values{{"undo": {"1"}}, {"reason": {liftedReason}}} {
		if code, _, _ := o.post(o.cookie, o.at()+"/lift", fields); code != http.StatusConflict {
			t.Errorf("POST lift %v after the session began is %d", fields, code)
		}
	}
}
