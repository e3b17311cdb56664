package reason

import (
	"cmp"
	"math"
	"slices"

	"knead/body"
)

// Rank orders the trigger points by how much they are worth checking. The error says
// what is wrong with a finding; a drawing is never wrong. Without paint and without a
// positive finding there is nothing to explain, and no candidate.
func (m *Model) Rank(d body.Drawing, findings []Finding, o Options) (Ranking, error) {
	hands, err := m.hands(findings)
	if err != nil {
		return Ranking{}, err
	}
	budget := o.Nodes
	if budget <= 0 {
		budget = DefaultNodes
	}
	p := m.read(d)
	v := m.weigh(p, hands, budget)

	r := Ranking{Nodes: v.nodes}
	if len(p.cells) == 0 && !anyYes(hands) {
		r.Other = Other{Weight: 1, Why: "Nothing was painted."}
		return r, nil
	}
	for _, b := range v.beliefs {
		r.Bound = max(r.Bound, b.bound)
	}
	r.Candidates = m.candidates(v, hands)
	e := m.explainer(d)
	r.Sites = e.sites()
	e.explain(r.Candidates, hands)
	r.Other = m.other(v, d, p)
	r.Next = m.next(r.Candidates, hands)
	return r, nil
}

// verdict is what the model makes of the evidence.
type verdict struct {
	beliefs []belief
	nodes   int
	other   float64 // share of the painted evidence that no cause accounts for
	reached []bool  // by cause: it can make at least one painted site hurt
}

// weigh works out the weights. A drawing and its mirror image are the same case, so
// it always works on one of the two, and the last bit of the answer is the same.
func (m *Model) weigh(p paint, hands []signs, budget int) verdict {
	turn := m.handedness(p, hands)
	if turn < 0 {
		p, hands = p.mirrored(m.skin), mirroredHands(hands)
	}
	odds := m.clearFactors(p)
	for j := range odds {
		if hands[j].familiar == Yes {
			odds[j] = 1 // it refers as this client feels it, not as it commonly does
		}
		odds[j] *= m.causes[j].odds * m.numbers.ratio(hands[j])
	}
	sites := m.sites(p)
	n := m.net(sites, odds)
	v := verdict{reached: make([]bool, len(odds))}
	v.beliefs, v.nodes = n.solve(budget)
	for j := range odds {
		from := j
		if turn < 0 {
			from = j ^ 1
		}
		v.reached[j] = len(n.edges[from]) > 0
	}
	v.other = m.unexplained(sites, v.beliefs)
	for j := 0; j < len(v.beliefs); j += 2 {
		right, left := &v.beliefs[j], &v.beliefs[j+1]
		switch {
		case turn < 0:
			*right, *left = *left, *right
		case turn == 0: // what is the same on both sides gets the same weight
			mean := (right.weight + left.weight) / 2
			bound := max(right.bound, left.bound) + math.Abs(right.weight-left.weight)/2
			*right, *left = belief{mean, bound}, belief{mean, bound}
		}
	}
	return v
}

// handedness is 1 when the evidence is heavier on the right at the first place where
// the sides differ, -1 when it is heavier on the left, 0 when they do not differ.
func (m *Model) handedness(p paint, hands []signs) int {
	turn := p.heavier(m.skin)
	for j := 0; turn == 0 && j < len(hands); j += 2 {
		turn = cmp.Or(
			cmp.Compare(hands[j].familiar, hands[j+1].familiar),
			cmp.Compare(hands[j].tender, hands[j+1].tender),
			cmp.Compare(hands[j].limited, hands[j+1].limited),
			cmp.Compare(hands[j].resisted, hands[j+1].resisted),
		)
	}
	return turn
}

func mirroredHands(hands []signs) []signs {
	out := make([]signs, len(hands))
	for j := range hands {
		out[j] = hands[j^1]
	}
	return out
}

func anyYes(hands []signs) bool {
	return slices.ContainsFunc(hands, func(s signs) bool { return s.any(Yes) })
}

// unexplained is the share of the painted evidence that no cause accounts for: at
// each site, the leak against the chance that at least one active cause painted it,
// the causes taken one by one with their weights.
func (m *Model) unexplained(sites []site, beliefs []belief) float64 {
	leak := m.numbers.Leak
	sum, total := 0.0, 0.0
	for _, s := range sites {
		quiet := 1.0
		for j, w := range s.strength {
			quiet *= 1 - w*beliefs[j].weight
		}
		sum += s.weight * leak / (leak + (1-leak)*(1-quiet))
		total += s.weight
	}
	if total == 0 {
		return 0
	}
	return min(sum/total, 1)
}

// candidates picks, bands and orders what is worth checking: everything that the
// paint reaches or that a finding speaks for.
func (m *Model) candidates(v verdict, hands []signs) []Candidate {
	var order []int
	for j := range m.causes {
		if v.reached[j] || hands[j].any(Yes) {
			order = append(order, j)
		}
	}
	worth := m.worthChecking(order, v)
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(
			cmp.Compare(worth[b], worth[a]),
			cmp.Compare(m.causes[a].point.ID, m.causes[b].point.ID),
			cmp.Compare(m.causes[a].side, m.causes[b].side),
		)
	})
	order = order[:min(listMax, len(order))]

	mayLead := func(j int) bool { return !m.causes[j].point.Recalled() || hands[j].familiar == Yes }
	best := 0.0
	for _, j := range order {
		if mayLead(j) {
			best = max(best, v.beliefs[j].weight)
		}
	}
	var banded [3][]Candidate
	for _, j := range order {
		c := Candidate{
			Point: m.causes[j].point, Side: m.causes[j].side, Studied: m.causes[j].studied,
			Weight: v.beliefs[j].weight, Bound: v.beliefs[j].bound,
		}
		n := band(c.Weight, best)
		if n == 0 && !mayLead(j) {
			n = 1
		}
		c.Band = [...]Band{CheckFirst, CheckNext, AlsoPossible}[n]
		banded[n] = append(banded[n], c)
	}
	return slices.Concat(banded[0], banded[1], banded[2])
}

// band is where a weight stands beside the best of the ranking, from 0, to be checked
// first, to 2. A band is a range of weights: equal weights are never told apart.
func band(weight, best float64) int {
	switch {
	case weight >= max(firstWeight, firstShare*best), weight >= max(nextWeight, best):
		return 0 // the best leads even a list of little
	case weight >= max(nextWeight, nextShare*best):
		return 1
	}
	return 2
}

// worthChecking is the weight of the causes in the order, by cause; but each further
// point of a muscle counts a third of the one before: hands that check the first are
// there already, and a list that names one muscle five times hides the others.
func (m *Model) worthChecking(order []int, v verdict) []float64 {
	worth := make([]float64, len(m.causes))
	for _, j := range order {
		worth[j] = v.beliefs[j].weight
		for _, k := range m.causes[j].mates {
			if other := v.beliefs[k].weight; other > v.beliefs[j].weight || other == v.beliefs[j].weight && k < j {
				worth[j] *= furtherPoint
			}
		}
	}
	return worth
}
