package plan

import (
	"fmt"
	"slices"
)

// Otherwise is what a longer or a shorter session would have otherwise.
type Otherwise struct {
	Minutes int // 10 or -10
	Benefit int // gained or lost, as in Plan
	What    []string
	Worth   Worth
}

// Worth is a benefit in a word, against that of the plan as it is.
type Worth string

// The worths of a change: under a twentieth of the plan's benefit, under a sixth, and more
// (chosen).
const (
	Little Worth = "little"
	Some   Worth = "some"
	Much   Worth = "much"
)

// changeMinutes is by how much a session is tried longer and shorter.
const changeMinutes = 10

// otherwise tells what a session of other length would have; nil where there is none.
func (s *session) otherwise(is choice, by int) *Otherwise {
	minutes := is.minutes + by
	if minutes < MinMinutes || minutes > MaxMinutes || minutes > s.longest() {
		return nil
	}
	would := s.choose(minutes)
	c := &Otherwise{Minutes: by, Benefit: would.benefit() - is.benefit()}
	if by > 0 {
		c.What = s.beyond(is, would, "more")
	} else {
		c.What = s.beyond(would, is, "less")
	}
	c.Worth = worthOf(max(c.Benefit, -c.Benefit), is.benefit())
	return c
}

func worthOf(change, of int) Worth {
	switch {
	case 20*change < of:
		return Little
	case 6*change < of:
		return Some
	default:
		return Much
	}
}

// longest is the most minutes that the screening allows.
func (s *session) longest() int {
	if limit := s.clear.Limits().Minutes; limit > 0 {
		return limit
	}
	return MaxMinutes
}

// beyond lists what the longer of two sessions has and the shorter has not.
func (s *session) beyond(short, long choice, word string) (list []string) {
	had := short.minutesOf()
	for _, st := range long.strands {
		for _, d := range st.points {
			if !short.works(d.target) {
				list = append(list, pointWords(d.target.candidate.Point, d.target.candidate.Side))
			}
		}
	}
	has := long.minutesOf()
	for _, a := range s.order.areas {
		switch n := has[a] - had[a]; {
		case n <= 0:
		case had[a] == 0:
			list = append(list, fmt.Sprintf("%s: %d min", a.words, n))
		default:
			list = append(list, fmt.Sprintf("%s: %d min %s", a.words, n, word))
		}
	}
	if len(long.poses) > len(short.poses) {
		list = append(list, "another turn of the client")
	}
	return list
}

// minutesOf are the minutes on each area, its points apart.
func (c choice) minutesOf() map[*area]int {
	minutes := map[*area]int{}
	for _, st := range c.strands {
		minutes[st.area] += st.minutes
	}
	return minutes
}

func (c choice) works(t *target) bool {
	return slices.ContainsFunc(c.strands, func(st *strand) bool {
		return slices.ContainsFunc(st.points, func(d dosed) bool { return d.target == t })
	})
}
