package trial

import (
	"slices"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// Reach is how few checks any order of pressing the listed points could take until an
// active one brings on the familiar pain, as the model itself believes. It is about the
// sessions that find one: in all orders the same.
//
// Until one is found every answer is no (a point that is not active and seems to be is
// taken to be seen through), so whoever chooses each check from the answers so far, by
// whatever rule, goes down a fixed order. F(S), the chance that a set S of points holds an
// active one that answers, is the chance of a union, to which each further point adds the
// less the larger S is. So for any sets G and S
//
//	F(S) <= F(G) + sum over S of (F(G and j) - F(G))
//	     <= F(G) + the |S| largest of these gains
//
// and the least of the right-hand sides over some G bounds what k checks can find. The
// checks expected of an order are the sum over k of 1 - F(first k)/F(all).
type Reach struct {
	List   float64 // checks down the first list
	Greedy float64 // checks where each is the likeliest after the answers so far
	Least  float64 // no order takes fewer
}

// pressing is a model whose hands seldom miss by naming, but do by silence.
func (t *Trial) pressing() *reason.Model {
	n := t.Numbers
	n.Familiar.Specificity = 1
	return reason.NewModel(atlas.Standard(), body.Skin(), n)
}

// Reaches works it out for the clients for whom anything is listed.
func (t *Trial) Reaches(m *reason.Model, clients []Client) (out []Reach) {
	all := sideBySide(clients, func(c Client) Reach { return t.reach(m, c, len(t.Causes)) })
	return slices.DeleteFunc(all, func(r Reach) bool { return r.List == 0 })
}

// mean is the mean of each.
func mean(of []Reach) (m Reach) {
	n := float64(max(len(of), 1))
	for _, r := range of {
		m.List += r.List / n
		m.Greedy += r.Greedy / n
		m.Least += r.Least / n
	}
	return m
}

// reach works it out for one client and the points at the top of the list.
func (t *Trial) reach(m *reason.Model, c Client, top int) (out Reach) {
	list := t.order(t.rank(c, nil))
	list = list[:min(top, len(list))]
	h := m.Case()
	h.Draw(c.Drawing)
	down := []float64{0} // F after so many of the list
	for i, j := range list {
		down = append(down, grown(down[i], t.answers(h, list[:i], j)))
	}
	all := down[len(list)]
	most := slices.Repeat([]float64{all}, len(list)+1) // F of so many points, at most
	most[0] = 0
	greedy, taken, left := []float64{0}, []int{}, slices.Clone(list)
	for len(left) > 0 {
		f := greedy[len(taken)]
		gains, best := make([]float64, len(left)), 0
		for i, j := range left {
			if gains[i] = grown(f, t.answers(h, taken, j)) - f; gains[i] > gains[best] {
				best = i
			}
		}
		greedy, taken, left = append(greedy, f+gains[best]), append(taken, left[best]), slices.Delete(left, best, best+1)
		slices.Sort(gains)
		for k, gain := range slices.Backward(gains) {
			f += gain
			most[len(gains)-k] = min(most[len(gains)-k], f)
		}
	}
	for k := range list {
		out.List += 1 - down[k]/all
		out.Greedy += 1 - greedy[k]/all
		out.Least += 1 - most[k]/all
	}
	return out
}

// grown is the chance of a union of which the one part has chance f, and the other chance
// p where the one does not hold.
func grown(f, p float64) float64 { return f + (1-f)*p }

// answers is the chance that a point is active and answers, when others did not.
func (t *Trial) answers(h *reason.Case, silent []int, j int) float64 {
	var no []reason.Finding
	for _, k := range silent {
		no = append(no, t.finding(k, reason.No))
	}
	if err := h.Find(no); err != nil {
		panic(err) // the findings are ours
	}
	if _, _, err := h.Weigh(reason.Options{}); err != nil {
		panic(err) // nobody cancels
	}
	w, _ := h.Weight(t.Causes[j].Point, t.Causes[j].Side)
	return w * t.Numbers.Familiar.Sensitivity
}
