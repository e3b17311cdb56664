package screen

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead/body"
)

// answered gives "no" to everything and then the exceptions.
func answered(c Client, but map[QuestionID]Answer) Result {
	painted := body.Skin().RegionCells("calf-outer", body.Right)
	answers := map[QuestionID]Answer{}
	for _, q := range Questions(painted, c) {
		answers[q.ID] = Answer{Value: No}
	}
	for id, a := range but {
		answers[id] = a
	}
	return Run(painted, answers, c)
}

func TestATherapistLiftsAStopAndIsNamed(t *testing.T) {
	for _, tt := range []struct {
		name  string
		but   map[QuestionID]Answer
		level Level
		rule  RuleID
	}{
		{"fever", map[QuestionID]Answer{"g6": {Value: Yes}}, SameDay, "g6"},
		{"a failing heart", map[QuestionID]Answer{"g15": {Value: Yes}}, Refer, "g15"},
		{"a glass at lunch", map[QuestionID]Answer{"g17": {Value: Yes, Detail: "alcohol"}}, NotCleared, "g17-alcohol"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := answered(Client{Age: 40}, tt.but)
			if _, ok := r.Clearance(); ok || r.Level != tt.level || !slices.Contains(r.Stopping(), tt.rule) {
				t.Fatalf("level %s, stopping %v: want %s by %s", r.Level, r.Stopping(), tt.level, tt.rule)
			}
			c, err := r.Lift(" Ana Perez ", "the GP has seen it and agrees")
			if err != nil || !c.OK() {
				t.Fatalf("Lift: OK %v, %v", c.OK(), err)
			}
			lift, ok := c.Lifted()
			want := Lift{By: "Ana Perez", Reason: "the GP has seen it and agrees", Rules: r.Stopping()}
			if diff := cmp.Diff(want, lift); !ok || diff != "" {
				t.Errorf("Lifted (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNobodyLiftsAnEmergencyAGapOrAConsent(t *testing.T) {
	painted := body.Skin().RegionCells("calf-outer", body.Right)
	for name, r := range map[string]Result{
		"an emergency":               answered(Client{Age: 40}, map[QuestionID]Answer{"g1": {Value: Yes}}),
		"fever, and an emergency":    answered(Client{Age: 40}, map[QuestionID]Answer{"g1": {Value: NotSure}, "g6": {Value: Yes}}),
		"nothing answered":           Run(painted, nil, Client{Age: 40}),
		"fever, one answer missing":  answered(Client{Age: 40}, map[QuestionID]Answer{"g6": {Value: Yes}, "g2": {}}),
		"a place that is not named":  answered(Client{Age: 40}, map[QuestionID]Answer{"g13": {Value: Yes}}),
		"a child without a guardian": answered(Client{Age: 12}, map[QuestionID]Answer{"ch1": {Value: No}}),
		"nothing that stops":         answered(Client{Age: 40}, nil),
		"a result that no Run made":  {Level: SameDay, Fired: []Fired{{Rule: "g6", Level: SameDay}}},
		"the zero result":            {},
	} {
		if c, err := r.Lift("Ana Perez", "I think so"); !errors.Is(err, ErrLift) || c.OK() {
			t.Errorf("%s: Lift gave OK %v, error %v", name, c.OK(), err)
		}
	}
}

func TestALiftNeedsANameAReasonAndTheRule(t *testing.T) {
	r := answered(Client{Age: 40}, map[QuestionID]Answer{"g6": {Value: Yes}})
	for _, l := range []Lift{
		{},
		{By: "Ana", Rules: r.Stopping()},
		{Reason: "seen by a doctor", Rules: r.Stopping()},
		{By: " \u00a0", Reason: "seen by a doctor", Rules: r.Stopping()},
		{By: "Ana\x1b[2J", Reason: "seen by a doctor", Rules: r.Stopping()},
		{By: "Ana", Reason: strings.Repeat("a", longestReason+1), Rules: r.Stopping()},
		{By: "Ana", Reason: "seen by a doctor"},
		{By: "Ana", Reason: "seen by a doctor", Rules: []RuleID{"g7"}},
	} {
		if c, err := r.LiftWith(l); !errors.Is(err, ErrLift) || c.OK() {
			t.Errorf("LiftWith(%+v) gave OK %v, error %v", l, c.OK(), err)
		}
	}
}

func TestALiftHoldsForTheRulesThatWereShown(t *testing.T) {
	before := answered(Client{Age: 40}, map[QuestionID]Answer{"g6": {Value: Yes}})
	lift := Lift{By: "Ana Perez", Reason: "the GP agrees", Rules: before.Stopping()}
	after := answered(Client{Age: 40}, map[QuestionID]Answer{"g6": {Value: Yes}, "g7": {Value: Yes}})
	if c, err := after.LiftWith(lift); !errors.Is(err, ErrLift) || c.OK() {
		t.Errorf("a lift of %v went past %v: OK %v, error %v", lift.Rules, after.Stopping(), c.OK(), err)
	}
}

func TestALiftKeepsEveryLimit(t *testing.T) {
	place := body.Place{Words: "left calf", Cells: body.Skin().RegionCells("calf-outer", body.Left)}
	stopping := []QuestionID{"g6", "g15", "g24", "g7", "g22"}
	limiting := []QuestionID{"g10", "g12", "g13", "g14", "g16", "g20", "g25", "g27", "n1", "n6"}
	lifted := 0
	rapid.Check(t, func(t *rapid.T) {
		but := map[QuestionID]Answer{}
		for _, id := range rapid.SliceOfN(rapid.SampledFrom(limiting), 0, 4).Draw(t, "limits") {
			but[id] = Answer{Value: Yes, Where: []body.Place{place}}
		}
		for _, id := range rapid.SliceOfN(rapid.SampledFrom(stopping), 1, 2).Draw(t, "stops") {
			but[id] = Answer{Value: Yes, Where: []body.Place{place}}
		}
		r := answered(Client{Age: rapid.IntRange(18, 90).Draw(t, "age")}, but)
		clearance, err := r.Lift("Ana Perez", "the doctor agrees")
		if err != nil {
			return // an emergency, or nothing that stops
		}
		lifted++
		if r.Level == Emergency || len(r.Missing) > 0 {
			t.Fatalf("lifted in spite of level %s, missing %v", r.Level, r.Missing)
		}
		if diff := cmp.Diff(r.Limits, clearance.Limits(), sameSets); diff != "" {
			t.Fatalf("the limits changed (-screened +lifted):\n%s", diff)
		}
		if lost := masks(r, "").Minus(clearance.Masked()); lost.Len() > 0 {
			t.Fatalf("%d masked cells were opened", lost.Len())
		}
		for _, x := range r.Limits.Removed {
			if ok, _ := clearance.Allows(x.Technique); ok {
				t.Fatalf("%s came back", x.Technique)
			}
		}
	})
	if lifted < 20 {
		t.Errorf("%d stops were lifted: too few to tell", lifted)
	}
}
