package practice_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"knead"
	"knead/body"
	"knead/internal/practice"
	"knead/screen"
)

// feverish answers a visit so that it is stopped for the day.
func feverish(t *testing.T, h *practice.House, by practice.Actor, id knead.VisitID) {
	t.Helper()
	_, err := h.ChangeVisit(context.Background(), by, id, func(v *knead.VisitRecord) error {
		v.Asked, v.Input.Answers = true, map[screen.QuestionID]screen.Answer{}
		for _, q := range screen.Questions(body.Set{}, v.Input.Client) {
			v.Input.Answers[q.ID] = screen.Answer{Value: screen.No}
		}
		v.Input.Answers["g6"] = screen.Answer{Value: screen.Yes}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestALiftIsKeptWithTheVisitAlsoWhenItIsTakenBack(t *testing.T) {
	h, owner, clock := house(t)
	ctx := context.Background()
	id := openVisit(t, h, owner, addClient(t, h, owner, "Kim Sun"))
	feverish(t, h, owner, id)

	for _, reason := range []string{"", " \n ", strings.Repeat("a", 401), "bell\a"} {
		_, err := h.LiftStop(ctx, owner, id, reason)
		wantKind(t, "LiftStop for "+reason, err, knead.Invalid)
		if known, ok := errors.AsType[*knead.Error](err); !ok || known.Field != "reason" {
			t.Errorf("%q: %v is not about the reason", reason, err)
		}
	}
	for _, role := range []knead.Role{knead.Desk, knead.Substitute, knead.Auditor} {
		by := practice.Actor{Practice: owner.Practice, Member: owner.Member, Name: "Somebody", Role: role}
		_, err := h.LiftStop(ctx, by, id, "I know better")
		wantKind(t, "LiftStop by "+string(role), err, knead.NotAllowed)
		wantKind(t, "TakeBackLift by "+string(role), h.TakeBackLift(ctx, by, id), knead.NotAllowed)
	}
	v, err := h.LiftStop(ctx, owner, id, " A doctor saw her\n at nine ")
	if err != nil || v.Input.Lift == nil || v.Input.Lift.By != "Noor Haddad" || v.Input.Lift.Reason != "A doctor saw her at nine" {
		t.Fatalf("LiftStop = %+v, %v", v.Input.Lift, err)
	}
	if _, err := h.LiftStop(ctx, owner, id, "A better reason"); err != nil {
		t.Fatal(err)
	}
	clock.pass(1)
	if err := h.TakeBackLift(ctx, owner, id); err != nil {
		t.Fatal(err)
	}
	if err := h.TakeBackLift(ctx, owner, id); err != nil {
		t.Errorf("taking back twice: %v", err)
	}
	if v, err = h.Visit(ctx, owner, id); err != nil || v.Input.Lift != nil || v.Verdict.Level != string(screen.SameDay) {
		t.Errorf("the visit is %+v, %v", v, err)
	}
	list, err := h.Lifts(ctx, owner, id)
	if err != nil || len(list) != 2 || list[0].Undone == 0 || list[1].Undone == 0 || list[1].Reason != "A better reason" || list[0].Member != owner.Member {
		t.Errorf("Lifts = %+v, %v", list, err)
	}
	if _, err := h.VerifyAudit(ctx, owner.Practice); err != nil {
		t.Error(err)
	}
}

func TestALetterIsKeptWithItsVisitAndForThoseWhoSeeTheChart(t *testing.T) {
	h, owner, _ := house(t)
	ctx := context.Background()
	client := addClient(t, h, owner, "Kim Sun")
	id, other := openVisit(t, h, owner, client), openVisit(t, h, owner, addClient(t, h, owner, "Fatou Diallo"))
	l := knead.Letter{To: "General practitioner", Reason: "See below.", Findings: "“Pain at night”", Done: "Nothing.", Urgency: "Soon.", From: "Noor Haddad"}
	empty := l
	empty.Findings = ""
	_, err := h.AddReferral(ctx, owner, id, empty)
	wantKind(t, "a letter that says nothing", err, knead.Invalid)
	letter, err := h.AddReferral(ctx, owner, id, l)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h.Referral(ctx, owner, id, letter); err != nil || got.Letter != l || got.Member != owner.Member {
		t.Errorf("Referral = %+v, %v", got, err)
	}
	if list, err := h.ReferralsOf(ctx, owner, client); err != nil || len(list) != 1 {
		t.Errorf("ReferralsOf = %+v, %v", list, err)
	}
	if list, err := h.Referrals(ctx, owner, other); err != nil || len(list) != 0 {
		t.Errorf("Referrals of another visit = %+v, %v", list, err)
	}
	_, err = h.Referral(ctx, owner, other, letter)
	wantKind(t, "a letter under another visit", err, knead.NotFound)
	stranger := practice.Actor{Practice: "01a224a0-6a40-71ae-9076-88139713aec4", Member: owner.Member, Role: knead.Owner}
	_, err = h.Referral(ctx, stranger, id, letter)
	wantKind(t, "a letter of another practice", err, knead.NotFound)
	desk := practice.Actor{Practice: owner.Practice, Member: owner.Member, Role: knead.Desk}
	_, err = h.Referral(ctx, desk, id, letter)
	wantKind(t, "a letter at the front desk", err, knead.NotAllowed)
	auditor := practice.Actor{Practice: owner.Practice, Member: owner.Member, Role: knead.Auditor}
	if _, err := h.Referral(ctx, auditor, id, letter); err != nil {
		t.Errorf("an auditor reads: %v", err)
	}
	_, err = h.AddReferral(ctx, auditor, id, l)
	wantKind(t, "an auditor writes", err, knead.NotAllowed)
}
