package reason

import "testing"

func TestWeighingAllocatesNothingOnceWarm(t *testing.T) {
	m := Standard()
	drawings, c := clientDrawings(m, 40, 12), m.Case()
	weigh := func() {
		for _, d := range drawings {
			c.Draw(d)
			for _, nodes := range []int{0, 30} { // exact, and a search cut short
				if _, _, err := c.Weigh(Options{Nodes: nodes}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for range 15 {
		weigh()
	}
	if n := testing.AllocsPerRun(3, weigh); n > 0 {
		t.Errorf("%v allocations for %d drawings", n, len(drawings))
	}
}
