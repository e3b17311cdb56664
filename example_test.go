package knead_test

import (
	"fmt"

	"knead"
	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// The whole flow, step by step: what [knead.Assess] does in one call.
func Example() {
	// Paint: a place in words becomes cells, cells become a drawing.
	place, err := body.Find("inside edge of the right shoulder blade")
	if err != nil {
		panic(err)
	}
	mark := body.Mark{Quality: body.Aching}
	mark.Paint(place.Cells, 6)
	drawing := body.Drawing{Marks: []body.Mark{mark}}
	fmt.Println("painted:", place.Words)

	// Answer: what must be asked, and what the answers mean.
	answers := map[screen.QuestionID]screen.Answer{}
	for _, q := range screen.Questions(place.Cells, screen.Client{Age: 41}) {
		answers[q.ID] = screen.Answer{Value: screen.No}
	}
	result := screen.Run(place.Cells, answers, screen.Client{Age: 41})
	fmt.Println("level:", result.Level)

	// Assess: which trigger points are worth checking first.
	ranking, err := reason.Standard().Rank(drawing, nil, reason.Options{})
	if err != nil {
		panic(err)
	}
	fmt.Println("band:", ranking.Candidates[0].Band)

	// Plan: no plan without the clearance.
	if _, err := plan.Build(ranking, screen.Clearance{}, 60, plan.Preferences{}); err != nil {
		fmt.Println("without clearance:", err)
	}
	clearance, _ := result.Clearance()
	session, err := plan.Build(ranking, clearance, 60, plan.Preferences{})
	if err != nil {
		panic(err)
	}
	fmt.Println("minutes:", session.Worked+session.Unused)
	// Output:
	// painted: inner edge of the right shoulder blade
	// level: no-flags
	// band: check first
	// without clearance: not cleared: complete the screening first
	// minutes: 60
}

// From a visit file to the published answer, as the command does it.
func ExampleAssess() {
	visit, err := knead.ReadVisit([]byte(`{
		"marks": [{"where": "left chest", "level": 7}],
		"answers": {"g1": "yes"}
	}`))
	if err != nil {
		panic(err)
	}
	assessment, err := knead.Assess(visit)
	if err != nil {
		panic(err)
	}
	fmt.Println(assessment.Screening.Level)
	fmt.Println(assessment.NoPlan)
	// Output:
	// emergency
	// Emergency signs: no massage. Call the emergency number.
}

// From a plan to the note: what the tablet wrote down at the table, and what of it a
// colleague reads.
func ExampleComposeNote() {
	visit, err := knead.ReadVisit([]byte(`{
		"marks": [{"where": "between the shoulder blades", "level": 5}],
		"answers": "all-no",
		"minutes": 30
	}`))
	if err != nil {
		panic(err)
	}
	assessment, err := knead.Assess(visit)
	if err != nil {
		panic(err)
	}
	events, err := knead.ReadSessionEvents([]byte(`{"events": [
		{"id": "0197a3c0-0000-7000-8000-000000000001", "device": "tablet", "at": 1714986000000000, "seq": 0, "kind": "step-begin", "step": "warm.back"},
		{"id": "0197a3c0-0000-7000-8000-000000000002", "device": "tablet", "at": 1714986240000000, "seq": 1, "kind": "stop", "rule": "client", "text": "the client was cold"},
		{"id": "0197a3c0-0000-7000-8000-000000000003", "device": "tablet", "at": 1714986300000000, "seq": 2, "kind": "pain-after", "mark": 0, "value": 4}
	]}`))
	if err != nil {
		panic(err)
	}
	session := knead.RunSession(*assessment.Plan, events)
	fmt.Println(session.At(events[2].At).Stop.Rule.Do())

	template, err := knead.ReadTemplate("[Done]\n{treatment}\n{changes}\n{stops}\n{levels}\n[Before]\n{flags}\n{consent}")
	if err != nil {
		panic(err)
	}
	fmt.Println(knead.ComposeNote(knead.NoteInput{Assessment: assessment, Session: session, Template: template}).Text())
	// Output:
	// Stop. No reason is needed. Ask what the client would like now.
	// Done
	// Session: 4 of 30 min.
	// Worked: upper and middle back: Swedish massage, 4 of 4 min at pressure 2.
	// Positions: prone.
	// Changes of the plan: after the stop 8 steps were left.
	// Stopped after 4 min: the client said stop. Done: the client was cold
	// Pain from 0 to 10: between the shoulder blades: 5 before, 4 after.
	//
	// Before
	// Screening (rules version 1): nothing that limits the session was said.
	// Consent is not recorded.
}
