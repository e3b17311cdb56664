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
