package reason

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"knead/atlas"
	"knead/body"
)

// ErrCancelled is the answer to work that was cancelled.
var ErrCancelled = errors.New("the ranking was cancelled")

// Case is one client's drawing and findings, and what the model makes of them. It keeps
// what it has worked out, so a stroke or a finding costs only what it changes; the
// answers are the same to the last bit as those of a new case. A case is for one
// goroutine at a time; a [Model] is for all.
//
// The first answer may be asked for with a few nodes and its bound, and then again with
// more: [Options].
type Case struct {
	m        *Model
	drawing  body.Drawing
	read     *evidence
	hands    []signs // by cause
	ruledOut []bool  // by cause: as if it could not be
	solver   solver
	solved   []solvedNet // what was worked out last, to be found again
	newest   int

	// Of the last answer.
	beliefs []belief // by cause
	nodes   int
	other   float64   // share of the painted evidence that no trigger point accounts for
	given   []float64 // by cause: the odds, given clear skin and findings
	reached []bool    // by cause: it can make at least one painted site hurt
	groups  []group
	sites   []site
	members []int32   // arena of the groups' causes
	shares  []float64 // arena of the sites' strengths

	// While weighing.
	turned   bool      // the case is worked out as its mirror image
	touched  []int32   // the painted patches, in the order in which they are read
	scale    []float64 // by area: how much one patch of paint counts there
	often    []float64 // by cause: share of the essential zone that is painted
	sometime []float64
	group    []int32 // by place in touched: union-find
	roots    []root
	inGroup  []int32   // the patches of a group
	bases    []base    // by site of a group
	last     []int32   // by cause: a place in touched that it reaches, + 1
	local    []int32   // by cause: its number in its group, + 1
	level    []uint8   // by area of the right half: the grid in which it is read
	siteOf   [][]int32 // by grid, by patch of it: its site in the group + 1
	bit      []int32   // by place in the group's patches: its site
	inArea   []int32   // by area of the right half: sites of the group
	heart    []float64 // by site and cause of the group
	net      net
	out      []belief
}

// group is painted patches that share no cause with the others, and their causes.
type group struct {
	causes             []int32 // their numbers in the model
	firstSite, endSite int
}

// root stands for a group by the place in touched of its first patch.
type root struct {
	at      int32
	patches int
}

// site is a painted piece of skin as the net sees it.
type site struct {
	weight   float64   // observations, > 0
	level    float64   // mean level, 1-10
	strength []float64 // by cause of its group: the chance that it makes a client paint here
}

// Case begins a case with nothing painted and nothing found.
func (m *Model) Case() *Case {
	causes := len(m.causes)
	c := &Case{
		m: m, read: newEvidence(m), hands: make([]signs, causes), ruledOut: make([]bool, causes),
		beliefs: make([]belief, causes), given: make([]float64, causes), reached: make([]bool, causes), scale: make([]float64, m.areas.count),
		often: make([]float64, causes), sometime: make([]float64, causes), last: make([]int32, causes), local: make([]int32, causes),
		level: make([]uint8, m.areas.count/2), inArea: make([]int32, m.areas.count/2),
	}
	for _, g := range m.grids {
		c.siteOf = append(c.siteOf, make([]int32, g.count))
	}
	return c
}

// borrow gives a case with memory that was used before, to be given back.
func (m *Model) borrow() *Case {
	if c, ok := m.spare.Get().(*Case); ok {
		return c
	}
	return m.Case()
}

// giveBack keeps a borrowed case for the next, who draws and finds anew. It is not to be
// deferred: what a panic left half done would go on to another client.
func (m *Model) giveBack(c *Case) {
	c.drawing = body.Drawing{}
	c.solver.cancel = nil
	clear(c.ruledOut)
	m.spare.Put(c)
}

// Draw takes a drawing in the place of the one before. A drawing is never wrong: levels
// outside 1-10 and cells that are not on the skin are left out. It must not be changed
// before the next [Case.Rank].
func (c *Case) Draw(d body.Drawing) {
	c.drawing = d
	c.read.draw(d)
}

// Find takes findings in the place of those before. The error says what is wrong with one.
func (c *Case) Find(findings []Finding) error {
	if len(findings) == 0 {
		clear(c.hands)
		return nil
	}
	hands, err := c.m.hands(findings)
	if err == nil {
		copy(c.hands, hands)
	}
	return err
}

// Weigh works out the weight of every cause. It gives the largest bound of them all and
// the nodes that were spent, or ErrCancelled. It allocates nothing once the case has seen
// as large a drawing.
func (c *Case) Weigh(o Options) (bound float64, nodes int, err error) {
	budget := o.Nodes
	if budget <= 0 {
		budget = DefaultNodes
	}
	c.solver.cancel = o.Cancel
	if err := c.weigh(budget); err != nil {
		return 0, 0, err
	}
	for _, b := range c.beliefs {
		bound = max(bound, b.bound)
	}
	return bound, c.nodes, nil
}

// Weight is what the last [Case.Weigh] found for a point on a side.
func (c *Case) Weight(p *atlas.Point, side body.Side) (weight, bound float64) {
	b := c.beliefs[c.m.cause(p, side)]
	return b.weight, b.bound
}

// weigh works out the weights. A drawing and its mirror image are the same case, so
// it always works on one of the two, and the last bit of the answer is the same.
func (c *Case) weigh(budget int) error {
	m := c.m
	turn := c.handedness()
	c.turned = turn < 0
	c.touch()
	c.nodes = 0
	c.groups, c.sites, c.members, c.shares = c.groups[:0], c.sites[:0], c.members[:0], c.shares[:0]
	clear(c.reached)
	for j := range m.causes {
		odds := c.odds(j)
		c.given[j] = odds
		c.beliefs[j] = belief{odds / (1 + odds), rounding} // holds for causes that nothing painted needs
	}
	if err := c.weighGroups(budget); err != nil {
		return err
	}
	c.other = c.unexplained()
	if turn == 0 { // what is the same on both sides gets the same weight
		for j := 0; j < len(c.beliefs); j += 2 {
			right, left := &c.beliefs[j], &c.beliefs[j+1]
			mean := (right.weight + left.weight) / 2
			bound := max(right.bound, left.bound) + math.Abs(right.weight-left.weight)/2
			*right, *left = belief{mean, bound}, belief{mean, bound}
		}
	}
	return nil
}

// handedness is 1 when the evidence is heavier on the right at the first place where
// the sides differ, -1 when it is heavier on the left, 0 when they do not differ.
func (c *Case) handedness() int {
	turn := c.read.heavier()
	for j := 0; turn == 0 && j < len(c.hands); j += 2 {
		right, left := &c.hands[j], &c.hands[j+1]
		turn = cmp.Or(
			cmp.Compare(right.familiar, left.familiar),
			cmp.Compare(right.tender, left.tender),
			cmp.Compare(right.limited, left.limited),
			cmp.Compare(right.resisted, left.resisted),
		)
		if c.ruledOut[j] != c.ruledOut[j+1] && turn == 0 {
			turn = 1
			if c.ruledOut[j+1] {
				turn = -1
			}
		}
	}
	return turn
}

// touch lists the painted patches and adds up what is painted of each zone. In each area
// of the body, paint counts as the square root of its size in patches, but at least as
// one observation: two hundred square centimetres painted in one sweep are not so many
// witnesses, and a small mark is a mark.
func (c *Case) touch() {
	m := c.m
	half := int32(m.fine.count / 2)
	c.touched = c.touched[:0]
	clear(c.scale)
	clear(c.often)
	clear(c.sometime)
	for i := range 2 * half {
		p := i
		if c.turned {
			p = (i + half) % (2 * half)
		}
		size := c.read.patches[p].size
		if size == 0 {
			continue
		}
		c.touched = append(c.touched, p)
		c.scale[m.areas.of[p]] += size
		around := c.read.around(p)
		for k, j := range m.aroundPatch(p) {
			c.often[j] += around[k].share[often]
			c.sometime[j] += around[k].share[seldom]
		}
	}
	for a, full := range c.scale {
		if full > 0 {
			c.scale[a] = math.Sqrt(max(full, 1)) / full
		}
	}
}

// odds are the odds of a cause, given the clear skin of its zone and the findings.
func (c *Case) odds(j int) float64 {
	m := c.m
	if c.ruledOut[j] {
		return 0
	}
	cause, hands := &m.causes[j], c.hands[j]
	odds := cause.odds
	if hands != (signs{}) {
		odds *= m.numbers.ratio(hands)
	}
	if hands.familiar == Yes {
		return odds // it refers as this client feels it, not as it commonly does
	}
	return odds * m.clearFactor(cause, c.often[j], c.sometime[j])
}

// clearFactor is by how much the clear skin of its zone multiplies a cause's odds, when
// these shares of it are painted.
func (m *Model) clearFactor(c *cause, often, sometimes float64) float64 {
	n := &m.numbers
	loss := 0.0
	if open := 1 - often/n.EnoughPainted; open > 0 {
		loss += m.logOftenClear * open
	}
	if open := 1 - sometimes/n.EnoughPainted; open > 0 && len(c.zone.Spillover) > 0 {
		loss += m.logSometimesClear * open
	}
	if loss == m.logOftenClear+m.logSometimesClear {
		return m.allClear // of most causes nothing is painted
	}
	return math.Exp(loss)
}

// weighGroups finds the groups of patches that share no cause, and weighs them one by
// one, the smallest first so that it leaves what it does not need to the larger ones.
func (c *Case) weighGroups(budget int) error {
	m := c.m
	c.group = sized(c.group, len(c.touched))
	for i := range c.group {
		c.group[i] = int32(i)
	}
	find := func(i int32) int32 {
		for c.group[i] != i {
			c.group[i] = c.group[c.group[i]]
			i = c.group[i]
		}
		return i
	}
	clear(c.last)
	for i, p := range c.touched {
		for _, j := range m.aroundPatch(p) {
			if k := c.last[j]; k > 0 {
				a, b := find(int32(i)), find(k-1)
				c.group[max(a, b)] = min(a, b)
			}
			c.last[j] = int32(i + 1)
		}
	}
	c.roots = c.roots[:0]
	for i := range c.group {
		if c.group[i] = find(int32(i)); c.group[i] == int32(i) {
			c.roots = append(c.roots, root{at: int32(i)})
		}
		for k := range c.roots {
			if c.roots[k].at == c.group[i] {
				c.roots[k].patches++
			}
		}
	}
	slices.SortFunc(c.roots, func(a, b root) int {
		return cmp.Or(cmp.Compare(a.patches, b.patches), cmp.Compare(a.at, b.at))
	})
	for i, r := range c.roots {
		if err := c.weighGroup(r.at, max((budget-c.nodes)/(len(c.roots)-i), 1)); err != nil {
			return err
		}
	}
	return nil
}

// weighGroup gives the causes of one group their weights.
func (c *Case) weighGroup(root int32, budget int) error {
	c.gather(root)
	work, ok := c.resolve()
	c.measure()
	c.tie()
	causes := c.groups[len(c.groups)-1].causes
	c.out = sized(c.out, len(causes))
	if err := c.settle(work, ok, budget); err != nil {
		return err
	}
	for i, j := range causes {
		c.beliefs[j] = c.out[i]
		c.reached[j] = true
	}
	return nil
}

// gather opens a group: its patches, and its causes numbered in the order in which the
// patches name them.
func (c *Case) gather(root int32) {
	m := c.m
	clear(c.local)
	c.inGroup = c.inGroup[:0]
	first := len(c.members)
	for i, p := range c.touched {
		if c.group[i] != root {
			continue
		}
		c.inGroup = append(c.inGroup, p)
		for _, j := range m.aroundPatch(p) {
			if c.local[j] == 0 {
				c.members = append(c.members, j)
				c.local[j] = int32(len(c.members) - first)
			}
		}
	}
	c.groups = append(c.groups, group{causes: c.members[first:], firstSite: len(c.sites)})
}

// solvedNet is a net with its answer.
type solvedNet struct {
	net     net
	exact   bool
	budget  int // of the search; an exact answer is that of any budget
	nodes   int
	beliefs []belief
}

// remembered is how many nets a case keeps with their answers: about as many as a
// drawing has groups.
const remembered = 12

// settle solves the net of the group, or finds it among those solved before. The answer
// and the nodes are the same either way.
func (c *Case) settle(work int, planned bool, budget int) error {
	exact := planned && nodesOf(work) <= budget
	for i := range c.solved {
		known := &c.solved[i]
		if known.exact == exact && (exact || known.budget == budget) && known.net.equals(&c.net) {
			copy(c.out, known.beliefs)
			c.nodes += known.nodes
			return nil
		}
	}
	nodes, cancelled := c.solver.settle(&c.net, work, planned, budget, c.out)
	if cancelled {
		return ErrCancelled
	}
	c.nodes += nodes
	if len(c.solved) < remembered {
		c.solved = append(c.solved, solvedNet{})
		c.newest = len(c.solved) - 1
	} else {
		c.newest = (c.newest + 1) % remembered
	}
	slot := &c.solved[c.newest]
	slot.net.copy(&c.net)
	slot.exact, slot.budget, slot.nodes = exact, budget, nodes
	slot.beliefs = append(slot.beliefs[:0], c.out...)
	return nil
}

// unexplained is how much of the painted evidence the trigger points leave: at each site,
// the leak and the patterns of nerves and joints against the chance that at least one
// active point painted it, the causes taken one by one with their weights. These know the
// site already, so it is less than the expected share, which credit.go works out; but it
// tells pain that comes from no point apart better (docs/reasoning.md).
func (c *Case) unexplained() float64 {
	sum, total := 0.0, 0.0
	for _, g := range c.groups {
		for i := g.firstSite; i < g.endSite; i++ {
			s := &c.sites[i]
			quiet, other := 1.0, 1-c.m.numbers.Leak
			for k, j := range g.causes {
				if left := 1 - s.strength[k]*c.beliefs[j].weight; int(j) < c.m.points {
					quiet *= left
				} else {
					other *= left
				}
			}
			other = 1 - other
			sum += s.weight * other / (other + (1-other)*(1-quiet))
			total += s.weight
		}
	}
	if total == 0 {
		return 0
	}
	return min(sum/total, 1)
}
