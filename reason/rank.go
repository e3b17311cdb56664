package reason

import (
	"cmp"
	"slices"

	"knead/body"
)

// Rank orders the trigger points by how much they are worth checking. The error says
// what is wrong with a finding, or is ErrCancelled; a drawing is never wrong. Without
// paint and without a positive finding there is nothing to explain, and no candidate.
// It may be called by many at once.
func (m *Model) Rank(d body.Drawing, findings []Finding, o Options) (Ranking, error) {
	c := m.borrow()
	c.Draw(d)
	var r Ranking
	err := c.Find(findings)
	if err == nil {
		r, err = c.Rank(o)
	}
	m.giveBack(c)
	return r, err
}

// Rank is [Model.Rank] for the drawing and the findings of the case.
func (c *Case) Rank(o Options) (Ranking, error) { return c.rank(c.m.explainer(c.drawing), o) }

// rank ranks, and explains by what is known of where the paint lies.
func (c *Case) rank(e *explainer, o Options) (Ranking, error) {
	m := c.m
	bound, nodes, err := c.Weigh(o)
	if err != nil {
		return Ranking{}, err
	}
	r := Ranking{Nodes: nodes}
	if len(c.touched) == 0 && !anyYes(c.hands) {
		r.Other = Other{Weight: 1, Why: say("else.nothing")}
		return r, nil
	}
	r.Bound = bound
	r.Candidates = c.candidates()
	r.Sites = e.sites()
	e.explain(r.Candidates, c.hands)
	r.Other = c.somethingElse()
	r.Next = m.next(r.Candidates, c.hands)
	return r, nil
}

func anyYes(hands []signs) bool {
	return slices.ContainsFunc(hands, func(s signs) bool { return s.any(Yes) })
}

// candidates picks, bands and orders what is worth checking: everything that the
// paint reaches or that a finding speaks for.
func (c *Case) candidates() []Candidate {
	m, hands := c.m, c.hands
	var order []int
	for j := range m.points {
		if c.reached[j] || hands[j].any(Yes) {
			order = append(order, j)
		}
	}
	worth := c.worthChecking(order)
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
			best = max(best, c.beliefs[j].weight)
		}
	}
	var banded [3][]Candidate
	for _, j := range order {
		x := Candidate{
			Point: m.causes[j].point, Side: m.causes[j].side, Studied: m.causes[j].studied,
			Weight: c.beliefs[j].weight, Bound: c.beliefs[j].bound,
		}
		n := band(x.Weight, best)
		if n == 0 && !mayLead(j) {
			n = 1
		}
		x.Band = [...]Band{CheckFirst, CheckNext, AlsoPossible}[n]
		banded[n] = append(banded[n], x)
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
func (c *Case) worthChecking(order []int) []float64 {
	m := c.m
	worth := make([]float64, len(m.causes))
	for _, j := range order {
		worth[j] = c.beliefs[j].weight
		for _, k := range m.causes[j].mates {
			if other := c.beliefs[k].weight; other > c.beliefs[j].weight || other == c.beliefs[j].weight && k < j {
				worth[j] *= furtherPoint
			}
		}
	}
	return worth
}
