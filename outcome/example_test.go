package outcome_test

import (
	"fmt"

	"knead/outcome"
)

func Example() {
	peg, _ := outcome.Standard().Instrument("peg")
	first, _ := peg.Score(outcome.Answers{"pain": 7, "enjoyment": 6, "activity": 5})
	last, _ := peg.Score(outcome.Answers{"pain": 4, "enjoyment": 4, "activity": 4})
	from, _ := first.Number()
	to, _ := last.Number()
	change := peg.Change(first, last)
	fmt.Printf("%s: %.1f to %.1f\n", peg.Name, from, to)
	fmt.Printf("%s by %.1f, more than the smallest change that matters: %s\n", change.Direction, change.By, change.Matters)
	// Output:
	// Pain and daily life: 6.0 to 4.0
	// better by 2.0, more than the smallest change that matters: yes
}
