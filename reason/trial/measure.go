package trial

import (
	"math"
	"slices"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// muscle is a muscle on one side: what hands find their way to.
type muscle struct {
	id   atlas.MuscleID
	side body.Side
}

func (t *Trial) muscle(cause int) muscle {
	return muscle{t.Causes[cause].Point.Muscle.ID, t.Causes[cause].Side}
}

// place is where the first muscle with an active point stands in the list of muscles
// that an order of causes makes, from 1; 0 where none is listed.
func (t *Trial) place(order, active []int) int {
	want := map[muscle]bool{}
	for _, j := range active {
		want[t.muscle(j)] = true
	}
	seen := map[muscle]bool{}
	for _, j := range order {
		if want[t.muscle(j)] {
			return len(seen) + 1
		}
		seen[t.muscle(j)] = true
	}
	return 0
}

// Share is how many of how many.
type Share struct{ Hits, Of int }

func (s *Share) count(hit bool) {
	s.Of++
	if hit {
		s.Hits++
	}
}

// Part is the share as a number from 0 to 1.
func (s Share) Part() float64 { return float64(s.Hits) / float64(max(s.Of, 1)) }

// Margin is how far the share can be from that of all clients of the world, in 95 of
// 100 trials (Wilson 1927, J Am Stat Assoc 22:209, half of the interval).
func (s Share) Margin() float64 {
	const z = 1.96
	n, p := float64(max(s.Of, 1)), s.Part()
	return z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n)) / (1 + z*z/n)
}

// Tops are the places up to which is counted who is right.
var Tops = [...]int{1, 3, 5}

// Hits is how often a muscle with an active point is among the first muscles of an
// order, by the places of Tops.
type Hits [len(Tops)]Share

// Hits counts who is right. Clients without an active point do not count.
func (t *Trial) Hits(clients []Client, orders [][]int) (h Hits) {
	for i, c := range clients {
		if len(c.Active) == 0 {
			continue
		}
		p := t.place(orders[i], c.Active)
		for k, top := range Tops {
			h[k].count(p > 0 && p <= top)
		}
	}
	return h
}

// Weights tells how far the weights and bands of a ranking can be taken at their word.
type Weights struct {
	Decile [10]Decile
	Band   map[reason.Band]*Share // candidates that are active
	Size   map[reason.Band]float64
	Led    Share // rankings with something to check first, of those whose pain comes from a point
}

// Decile is the candidates of one tenth of the scale of weights.
type Decile struct {
	Share          // of them that are active
	Weight float64 // their mean weight
}

// Weights compares weights and bands with what is active. A candidate that is active
// and could not make anything hurt does not count as active.
func (t *Trial) Weights(clients []Client, rankings []reason.Ranking) Weights {
	w := Weights{Band: map[reason.Band]*Share{}, Size: map[reason.Band]float64{}}
	for _, b := range Bands {
		w.Band[b] = &Share{}
	}
	for i, c := range clients {
		active := map[int]bool{}
		for _, j := range c.Active {
			active[j] = true
		}
		led := false
		for _, k := range rankings[i].Candidates {
			d := &w.Decile[min(int(10*k.Weight), 9)]
			d.count(active[t.cause(k)])
			d.Weight += k.Weight
			w.Band[k.Band].count(active[t.cause(k)])
			w.Size[k.Band] += 1 / float64(len(clients))
			led = led || k.Band == reason.CheckFirst
		}
		if len(c.Active) > 0 {
			w.Led.count(led)
		}
	}
	for i := range w.Decile {
		w.Decile[i].Weight /= float64(max(w.Decile[i].Of, 1))
	}
	return w
}

// Bands are the bands of a ranking, from first to last.
var Bands = [...]reason.Band{reason.CheckFirst, reason.CheckNext, reason.AlsoPossible}

// Error is the mean distance between what the weights say and what is, weighted by how
// many candidates there are.
func (w Weights) Error() float64 {
	sum, n := 0.0, 0
	for _, d := range w.Decile {
		sum += float64(d.Of) * math.Abs(d.Weight-d.Part())
		n += d.Of
	}
	return sum / float64(max(n, 1))
}

// Other tells how well 'something else' says that the pain does not come from a point.
type Other struct {
	Wins    Share   // clients for whom it weighs more than every candidate: whose pain comes from no point
	Finds   Share   // clients whose pain comes from no point: for whom it weighs more than every candidate
	Apart   float64 // the chance that it weighs more in one of these than in another client: 0.5 is a toss
	Named   Share   // clients whose pain comes from a nerve or joint of the atlas: for whom it is named
	Falsely Share   // clients whose pain comes from a point: for whom any nerve or joint is named
}

// Other looks at 'something else'.
func (t *Trial) Other(clients []Client, rankings []reason.Ranking) (o Other) {
	var with, without []float64
	for i, c := range clients {
		r := rankings[i]
		wins := true
		for _, k := range r.Candidates {
			wins = wins && r.Other.Weight > k.Weight
		}
		if wins {
			o.Wins.count(len(c.Active) == 0)
		}
		if len(c.Active) > 0 {
			with = append(with, r.Other.Weight)
			o.Falsely.count(len(r.Other.Patterns) > 0)
			continue
		}
		without = append(without, r.Other.Weight)
		o.Finds.count(wins)
		if c.Pattern != nil {
			o.Named.count(slices.ContainsFunc(r.Other.Patterns, func(l reason.LikePattern) bool { return l.Pattern == c.Pattern }))
		}
	}
	for _, a := range without {
		for _, b := range with {
			switch {
			case a > b:
				o.Apart++
			case a == b:
				o.Apart += 0.5
			}
		}
	}
	o.Apart /= float64(max(len(with)*len(without), 1))
	return o
}
