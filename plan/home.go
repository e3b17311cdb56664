package plan

import (
	"cmp"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// The programme for home: the exercises that together reach most of what the ranking
// leads to in the minutes that the client has.

// The minutes a day that a client is taken to have for exercises, unless they say
// otherwise, and the most that may be asked for (chosen: more are not done).
const (
	UsualHomeMinutes = 10
	MaxHomeMinutes   = 60
)

// Bounds of a programme. Chosen: more than a few exercises, or minutes, are not done.
const (
	maxExercises   = 4
	maxOfKind      = 2 // exercises of one kind
	secondShare    = 4 // what a second exercise for the same adds: a quarter
	maxSelfRelease = 1 // pressing on oneself, of all of them
)

// aim is what an exercise can be for: a muscle, a region, or rest.
type aim struct {
	muscle atlas.MuscleID
	region body.RegionID
	rest   atlas.ExerciseID
}

// homework is an exercise with what it is for.
type homework struct {
	exercise *atlas.Exercise
	aims     []aim
	alone    int // what it is worth if nothing else is done
}

// home chooses the exercises.
func (s *session) home(steps []*step, r reason.Ranking) (list []Advice) {
	minutes := cmp.Or(s.prefs.HomeMinutes, UsualHomeMinutes)
	weights := s.aims(steps, r)
	for _, e := range programme(s.homework(weights), weights, minutes) {
		words := []string{e.Name + ". " + e.How, e.Stop}
		if e.Who != "" {
			words = append(words, e.Who)
		}
		list = append(list, Advice{Kind: AdviceExercise, Words: strings.Join(words, " "), Dose: e.Dose, Minutes: e.Minutes, Exercise: e.ID, Source: e.Sources[0]})
	}
	return list
}

// aims is what the session was about, each with its weight in thousandths: muscles of the
// ranking, those that were worked twice as much, and the regions that they explain, at a
// quarter (chosen).
func (s *session) aims(steps []*step, r reason.Ranking) map[aim]int {
	weights := map[aim]int{}
	raise := func(a aim, weight int) { weights[a] = max(weights[a], weight) }
	for _, c := range r.Candidates {
		if c.Point == nil || c.Point.Muscle == nil || c.Band == reason.AlsoPossible {
			continue
		}
		weight := weightOf(c.Weight)
		worked := slices.ContainsFunc(steps, func(x *step) bool {
			return x.Point != nil && x.Muscle == c.Point.Muscle && *x.Side == c.Side
		})
		if worked {
			weight *= 2
		}
		raise(aim{muscle: c.Point.Muscle.ID}, weight)
		for _, e := range c.Explains {
			raise(aim{region: e.Region}, int(e.Share*float64(weight))/4)
		}
	}
	return weights
}

// homework are the exercises that may be done and are for something.
func (s *session) homework(weights map[aim]int) (list []homework) {
	for _, e := range atlas.Standard().Exercises {
		if e.Kind == "heat" || slices.Contains(s.prefs.NotHome, e.ID) || !s.mayDo(e) {
			continue
		}
		x := homework{exercise: e}
		add := func(a aim) {
			if weights[a] > 0 {
				x.aims = append(x.aims, a)
				x.alone += weights[a]
			}
		}
		for _, m := range e.Muscles {
			add(aim{muscle: m})
		}
		for _, id := range e.Regions {
			add(aim{region: id})
		}
		if s.relaxed && (e.Kind == "breathing" || e.ID == "shoulder-blade-squeeze") {
			weights[aim{rest: e.ID}] = 1000
			add(aim{rest: e.ID})
		}
		if x.alone > 0 {
			list = append(list, x)
		}
	}
	return byWorth(list)
}

// byWorth sorts exercises by what they are worth alone, the best first.
func byWorth(list []homework) []homework {
	slices.SortStableFunc(list, func(a, b homework) int { return cmp.Compare(b.alone, a.alone) })
	return list
}

// programme finds the exercises with the most weight of aims reached in so many minutes a
// day: all of them are looked at, but for those that cannot win. An aim counts for the
// first exercise that reaches it, and a part of it for a second. Of
// programmes that are as good the one with fewer minutes wins. The list begins with what
// is worth most alone.
func programme(list []homework, weights map[aim]int, minutes int) []*atlas.Exercise {
	var best, chosen []*atlas.Exercise
	bestWorth, bestMinutes := 0, 0
	reached := map[aim]int{}
	kinds := map[atlas.ExerciseKind]int{}
	var look func(from, worth, used int)
	look = func(from, worth, used int) {
		if worth > bestWorth || worth == bestWorth && used < bestMinutes {
			best, bestWorth, bestMinutes = slices.Clone(chosen), worth, used
		}
		left := maxExercises - len(chosen)
		for i := from; i < len(list) && left > 0; i++ {
			ceiling := worth
			for _, x := range list[i:min(i+left, len(list))] { // nothing after is worth more alone
				ceiling += x.alone
			}
			if ceiling < bestWorth {
				return
			}
			e := list[i].exercise
			if used+e.Minutes > minutes || kinds[e.Kind] == maxOfKind || e.Kind == "self-release" && kinds[e.Kind] == maxSelfRelease {
				continue
			}
			more := 0
			for _, a := range list[i].aims {
				switch reached[a] {
				case 0:
					more += weights[a]
				case 1:
					more += weights[a] / secondShare
				}
				reached[a]++
			}
			kinds[e.Kind]++
			chosen = append(chosen, e)
			if more > 0 {
				look(i+1, worth+more, used+e.Minutes)
			}
			chosen = chosen[:len(chosen)-1]
			kinds[e.Kind]--
			for _, a := range list[i].aims {
				reached[a]--
			}
		}
	}
	look(0, 0, 0)
	return best
}

// mayDo tells whether the screening leaves an exercise open.
func (s *session) mayDo(e *atlas.Exercise) bool {
	free := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { ok, _ := s.clear.Allows(name); return !ok })
	}
	neck := slices.ContainsFunc(e.Regions, func(id body.RegionID) bool {
		a := s.order.of[id]
		return a != nil && (a.id == "neck" || a.id == last || a.id == "side-of-neck")
	})
	switch {
	case e.Kind == "stretch" && !free("stretching", "end-range"),
		neck && e.Kind != "heat" && !free("neck-stretch"),
		e.Kind == "self-release" && (!free(string(pressing), "deep-tissue", "self-massage") || s.overall() <= gentleOnly):
		return false
	}
	if ok, _ := s.clear.AllowsPosition(string(e.Position)); !ok {
		return false
	}
	// What the screening or the client leaves alone is not exercised either.
	for _, id := range e.Regions {
		for _, side := range []body.Side{body.Right, body.Left} {
			if _, shut := s.shut[side][id]; shut {
				return false
			}
		}
	}
	if e.Kind != "self-release" {
		return true
	}
	return !slices.ContainsFunc(e.Muscles, func(id atlas.MuscleID) bool {
		m, ok := atlas.Standard().Muscle(id)
		return ok && !m.SelfCare.Allowed
	})
}
