package trial

import (
	"math/rand/v2"
	"slices"

	"knead/reason"
)

// mostChecks is when a session is given up.
const mostChecks = 30

// press tells whether pressing a point brings on the familiar pain. Pressed again, it
// says the same.
func (t *Trial) press(c Client, cause int) bool { return t.shows(c, cause, 0, t.Numbers.Familiar) }

// shows tells whether a sign is there, as often at active points and as seldom at others
// as the numbers have it.
func (t *Trial) shows(c Client, cause, sign int, s reason.Sign) bool {
	chance := 1 - s.Specificity
	if slices.Contains(c.Active, cause) {
		chance = s.Sensitivity
	}
	return rand.New(rand.NewPCG(c.seed, uint64(1+sign)<<32+uint64(cause))).Float64() < chance
}

// finding is what pressing a point said.
func (t *Trial) finding(cause int, familiar reason.Check) reason.Finding {
	return reason.Finding{Point: t.Causes[cause].Point.ID, Side: t.Causes[cause].Side, Familiar: familiar}
}

// examine looks for every sign at a point.
func (t *Trial) examine(c Client, cause int) reason.Finding {
	n := t.Numbers
	f := t.finding(cause, reason.NotChecked)
	for i, s := range []struct {
		found *reason.Check
		sign  reason.Sign
	}{{&f.Familiar, n.Familiar}, {&f.Tender, n.Tender}, {&f.Limited, n.Limited}, {&f.Resisted, n.Resisted}} {
		if *s.found = reason.No; t.shows(c, cause, i, s.sign) {
			*s.found = reason.Yes
		}
	}
	return f
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
		{"list", "down the first list, point by point", list, down},
		{"muscle by muscle", "down the first list, but all listed points of a muscle before the next muscle", t.byMuscle, down},
		{"region", "every point that lies in a painted region, then every point whose zone is touched, in the order of the atlas", t.byRegion, down},
		{"top again", "what leads the list, which is ranked again after each check", list, func(first []int, r reason.Ranking, pressed []int) int {
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

func (t *Trial) byMuscle(_ Client, r reason.Ranking) (out []int) {
	order := t.order(r)
	for _, j := range order {
		for _, k := range order {
			if t.muscle(k) == t.muscle(j) && !slices.Contains(out, k) {
				out = append(out, k)
			}
		}
	}
	return out
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

// An Aim is when a session has found what it looks for.
type Aim int

// The aims: an active point that brings on the familiar pain, or every one that does.
const (
	FirstPoint Aim = iota
	EveryPoint
)

// Found is what a session came to.
type Found struct {
	Checks   int // until what it looks for was found; mostChecks when it was not
	Found    bool
	Findings []reason.Finding
}

// Session presses point after point until what it looks for was found, or so many were
// pressed. A point that is not active and seems to be (one in thirteen) does not count.
func (t *Trial) Session(c Client, w Way, aim Aim, most int) (s Found) {
	want := 1
	if aim == EveryPoint {
		want = t.answering(c)
	}
	r := t.rank(c, nil)
	first := w.start(c, r)
	var pressed []int
	for len(pressed) < most {
		j := w.next(first, r, pressed)
		if j < 0 {
			break
		}
		pressed = append(pressed, j)
		f := t.finding(j, reason.No)
		if t.press(c, j) {
			f.Familiar = reason.Yes
		}
		s.Findings = append(s.Findings, f)
		if f.Familiar == reason.Yes && slices.Contains(c.Active, j) {
			if want--; want == 0 {
				return Found{len(pressed), true, s.Findings}
			}
		}
		r = t.rank(c, s.Findings)
	}
	s.Checks = mostChecks
	return s
}

// answering counts the active points that bring on the familiar pain when pressed.
func (t *Trial) answering(c Client) (n int) {
	for _, j := range c.Active {
		if t.press(c, j) {
			n++
		}
	}
	return n
}

// Checks is what sessions with clients took in one order.
type Checks struct {
	Way   Way
	Mean  float64               // checks; one that did not find it counts mostChecks
	Found Share                 // sessions that found it
	By    [mostChecks + 1]Share // that found it with so many checks
}

// Checks holds a session with each client in whom there is something to find: an active
// point, or for every point one that answers.
func (t *Trial) Checks(clients []Client, w Way, aim Aim) Checks {
	out := Checks{Way: w}
	for _, c := range clients {
		if len(c.Active) == 0 || aim == EveryPoint && t.answering(c) == 0 {
			continue
		}
		s := t.Session(c, w, aim, mostChecks)
		out.Mean += float64(s.Checks)
		out.Found.count(s.Found)
		for n := range out.By {
			out.By[n].count(s.Found && s.Checks <= n)
		}
	}
	out.Mean /= float64(max(out.Found.Of, 1))
	return out
}

// Until is how many checks it takes to find it in as many sessions as that; 0 where so
// many checks are not enough.
func (c Checks) Until(hits int) int {
	for n, s := range c.By {
		if s.Hits >= hits {
			return n
		}
	}
	return 0
}
