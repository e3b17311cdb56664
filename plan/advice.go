package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

// Bounds of advice. Chosen: more than a few exercises are not done.
const (
	maxExercises = 3
)

// advise gathers what goes home with the client.
func (s *session) advise(steps []*step, r reason.Ranking, deep bool) []Advice {
	var list []Advice
	list = append(list, s.heat(), s.rub())
	list = append(list, s.exercises(steps, r)...)
	list = append(list, next(deep))
	if s.minutes <= 30 && !s.relaxed {
		list = append(list, Advice{
			Kind: AdviceDose, Source: shortSource, Dose: "60 minutes where it can be had",
			Words: "In one trial on long-standing neck pain, sessions of 30 minutes did no better than waiting; this one stays within one region.",
		})
	}
	list = append(list, Advice{
		Kind: AdviceTraction, Source: "wegner-2013",
		Words: "Traction or pulling is not supported: studies found little or no difference. Knead does not plan it.",
	})
	for _, w := range screen.Watches() {
		if w.When == "after" {
			list = append(list, Advice{Kind: AdviceDoctor, Words: w.Text})
		}
	}
	return s.adviseNot(list)
}

func (s *session) heat() Advice {
	if ok, rule := s.clear.Allows("heat"); !ok {
		return Advice{Kind: AdviceHeat, Words: "No heat: " + s.removal(rule), Source: "mpft-heat"}
	}
	return Advice{
		Kind: AdviceHeat, Source: "mpft-heat",
		Words: "A warm pack before the session or at home, if it is liked: through several layers of towel, look at the skin after 5 minutes. " +
			"Not on numb, broken, hot or swollen skin, not over a patch or a rub, not in the first 72 hours after an injury.",
		Dose: fmt.Sprintf("%d to %d minutes, up to 3 times a day", minHeatMinutes, maxHeatMinutes),
	}
}

func (s *session) rub() Advice {
	if ok, rule := s.clear.Allows("rub"); !ok {
		return Advice{Kind: AdviceRub, Words: "No rub or gel without a doctor or pharmacist: " + s.removal(rule), Source: "derry-2015"}
	}
	return Advice{
		Kind: AdviceRub, Source: "derry-2015",
		Words: "Some pain gels help a fresh sprain or strain: ask a pharmacist. Not on broken skin, not under heat or a tight wrap.",
	}
}

func (s *session) removal(rule screen.RuleID) string {
	for _, x := range s.clear.Limits().Removed {
		if x.Rule == rule {
			return x.Why
		}
	}
	return string(rule)
}

// next is when to come again: 24 hours after light work, 48 on the same place after
// strong or pressing work, 72 when it is still sore (chosen, after how long soreness
// lasts [cambron-2007]).
func next(deep bool) Advice {
	a := Advice{
		Kind: AdviceNext, Source: spacing,
		Words: "Come again when nothing is sore. Once or twice a week for 4 weeks, then look whether it helped before going on.",
		Dose:  "24 hours at the earliest",
	}
	if deep {
		a.Dose = "48 hours at the earliest on the same place, 72 if soreness reached 4 out of 10 or is still there"
	}
	return a
}

// exercises chooses two or three that fit what was worked.
func (s *session) exercises(steps []*step, r reason.Ranking) []Advice {
	type scored struct {
		exercise *atlas.Exercise
		score    float64
	}
	muscles, regions := s.interest(steps, r)
	var list []scored
	for _, e := range atlas.Standard().Exercises {
		if e.Kind == "heat" || !s.mayDo(e) {
			continue
		}
		x := scored{exercise: e}
		for _, m := range e.Muscles {
			x.score += muscles[m]
		}
		for _, id := range e.Regions {
			x.score += regions[id] / 4
		}
		if s.relaxed && (e.Kind == "breathing" || e.ID == "shoulder-blade-squeeze") {
			x.score = 1
		}
		if x.score > 0 {
			list = append(list, x)
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var advice []Advice
	kinds := map[atlas.ExerciseKind]int{}
	for _, x := range list {
		e := x.exercise
		if len(advice) == maxExercises || kinds[e.Kind] == 2 || e.Kind == "self-release" && kinds[e.Kind] == 1 {
			continue
		}
		kinds[e.Kind]++
		words := []string{e.Name + ". " + e.How, e.Stop}
		if e.Who != "" {
			words = append(words, e.Who)
		}
		advice = append(advice, Advice{Kind: AdviceExercise, Words: strings.Join(words, " "), Dose: e.Dose, Source: e.Sources[0]})
	}
	return advice
}

// interest is which muscles and regions the session was about.
func (s *session) interest(steps []*step, r reason.Ranking) (map[atlas.MuscleID]float64, map[body.RegionID]float64) {
	muscles, regions := map[atlas.MuscleID]float64{}, map[body.RegionID]float64{}
	for _, c := range r.Candidates {
		if c.Point == nil || c.Point.Muscle == nil || c.Band == reason.AlsoPossible {
			continue
		}
		muscles[c.Point.Muscle.ID] = max(muscles[c.Point.Muscle.ID], c.Weight/4) // what is not worked counts little (chosen)
		for _, e := range c.Explains {
			regions[e.Region] = max(regions[e.Region], e.Share*c.Weight)
		}
	}
	for _, x := range steps {
		if x.Point != nil {
			muscles[x.Point.Muscle.ID]++
			regions[x.Region]++
		}
	}
	return muscles, regions
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
