package trial

import (
	"math/rand/v2"
	"slices"

	"knead/reason"
)

// mostChecks is when a session is given up.
const mostChecks = 30

// press tells whether pressing a point brings on the familiar pain, as often for active
// points and as seldom for others as the numbers have it. Pressed again, it says the same.
func (t *Trial) press(c Client, cause int) bool {
	n := t.Numbers.Familiar
	chance := 1 - n.Specificity
	if slices.Contains(c.Active, cause) {
		chance = n.Sensitivity
	}
	return rand.New(rand.NewPCG(c.seed, 1<<32+uint64(cause))).Float64() < chance
}

// A Way picks the point to press next, -1 for none.
type Way struct {
	Name string
	Says string
	// start is asked once, with the ranking of the drawing; next before each check.
	start func(Client, reason.Ranking) []int
	next  func(first []int, r reason.Ranking, pressed []int) int
}

// Ways are the orders in which a therapist may check.
func (t *Trial) Ways() []Way {
	down := func(first []int, _ reason.Ranking, pressed []int) int { return unpressed(first, pressed) }
	list := func(_ Client, r reason.Ranking) []int { return t.order(r) }
	return []Way{
		{"list", "down the first list, from top to bottom", list, down},
		{"region", "every point that lies in a painted region, then every point whose zone is touched, in the order of the atlas", t.byRegion, down},
		{"top", "what leads the list, which is ranked again after each check", list, func(first []int, r reason.Ranking, pressed []int) int {
			return unpressed(append(t.order(r), first...), pressed)
		}},
		{"next check", "what Knead names as the next best check", list, func(first []int, r reason.Ranking, pressed []int) int {
			if r.Next != nil {
				return t.number[pointSide{r.Next.Point.ID, r.Next.Side}]
			}
			return unpressed(append(t.order(r), first...), pressed)
		}},
	}
}

func unpressed(order, pressed []int) int {
	for _, j := range order {
		if !slices.Contains(pressed, j) {
			return j
		}
	}
	return -1
}

func (t *Trial) byRegion(c Client, _ reason.Ranking) []int {
	cells := c.Drawing.Cells()
	painted, touched := make([]bool, len(t.Causes)), make([]bool, len(t.Causes))
	regions := map[string]bool{}
	for cell := range cells.All {
		regions[string(t.skin.Region(cell))+t.skin.Side(cell).String()] = true
		for _, j := range t.touched[cell] {
			touched[j] = true
		}
	}
	var in, near []int
	for j, s := range t.spot {
		painted[j] = regions[string(t.skin.Region(s))+t.skin.Side(s).String()]
		switch {
		case painted[j]:
			in = append(in, j)
		case touched[j]:
			near = append(near, j)
		}
	}
	return append(in, near...)
}

// Session presses point after point until an active one brings on the familiar pain,
// and says how many that took. A point that is not active and seems to (one in thirteen)
// does not end it. It is given up after mostChecks.
func (t *Trial) Session(c Client, w Way) (checks int, found bool) {
	r := t.rank(c, nil)
	first := w.start(c, r)
	var pressed []int
	var findings []reason.Finding
	for len(pressed) < mostChecks {
		j := w.next(first, r, pressed)
		if j < 0 {
			break
		}
		pressed = append(pressed, j)
		f := reason.Finding{Point: t.Causes[j].Point.ID, Side: t.Causes[j].Side, Familiar: reason.No}
		if t.press(c, j) {
			if f.Familiar = reason.Yes; slices.Contains(c.Active, j) {
				return len(pressed), true
			}
		}
		findings = append(findings, f)
		r = t.rank(c, findings)
	}
	return len(pressed), false
}
