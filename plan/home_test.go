package plan

import (
	"testing"

	"pgregory.net/rapid"

	"knead/atlas"
)

// someHomework draws exercises with what they are for.
func someHomework(t *rapid.T) (list []homework, weights map[aim]int) {
	weights = map[aim]int{}
	for _, id := range []atlas.MuscleID{"a", "b", "c", "d"} {
		weights[aim{muscle: id}] = rapid.IntRange(1, 9).Draw(t, "weight")
	}
	kinds := []atlas.ExerciseKind{"stretch", "strength", "self-release"}
	for range rapid.IntRange(0, 9).Draw(t, "exercises") {
		x := homework{exercise: &atlas.Exercise{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Minutes: rapid.IntRange(1, 6).Draw(t, "takes")}}
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]atlas.MuscleID{"a", "b", "c", "d"}), 1, 3, rapid.ID[atlas.MuscleID]).Draw(t, "for") {
			x.aims = append(x.aims, aim{muscle: id})
			x.alone += weights[aim{muscle: id}]
		}
		list = append(list, x)
	}
	return byWorth(list), weights
}

// worthOfAll is what some exercises are worth together; false where they may not be done
// together.
func worthOfAll(chosen []homework, weights map[aim]int, minutes int) (worth int, ok bool) {
	reached, kinds, used := map[aim]int{}, map[atlas.ExerciseKind]int{}, 0
	for _, x := range chosen {
		used += x.exercise.Minutes
		kinds[x.exercise.Kind]++
		for _, a := range x.aims {
			reached[a]++
		}
	}
	for a, n := range reached {
		worth += weights[a]
		if n > 1 {
			worth += weights[a] / secondShare
		}
	}
	return worth, used <= minutes && len(chosen) <= maxExercises && kinds["stretch"] <= maxOfKind && kinds["strength"] <= maxOfKind && kinds["self-release"] <= maxSelfRelease
}

func TestNoProgrammeForHomeIsBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list, weights := someHomework(t)
		minutes := rapid.IntRange(1, 15).Draw(t, "minutes")
		best := 0
		for set := range 1 << len(list) {
			var chosen []homework
			for i, x := range list {
				if set&(1<<i) != 0 {
					chosen = append(chosen, x)
				}
			}
			if worth, ok := worthOfAll(chosen, weights, minutes); ok {
				best = max(best, worth)
			}
		}
		var chosen []homework
		for _, e := range programme(list, weights, minutes) {
			for _, x := range list {
				if x.exercise == e {
					chosen = append(chosen, x)
				}
			}
		}
		if worth, ok := worthOfAll(chosen, weights, minutes); !ok || worth != best {
			t.Fatalf("worth %d (allowed: %v), trying everything finds %d", worth, ok, best)
		}
	})
}

func TestExercisesFitTheMinutesOfTheDay(t *testing.T) {
	for _, minutes := range []int{0, 1, 3, 5, 10, 30} {
		p := stiffNeck.plan(t, 60, Preferences{HomeMinutes: minutes})
		sum := 0
		for _, a := range advised(p, AdviceExercise) {
			if a.Minutes < 1 {
				t.Errorf("%s: %d minutes", a.Words, a.Minutes)
			}
			sum += a.Minutes
		}
		most := minutes
		if most == 0 {
			most = UsualHomeMinutes
		}
		if sum > most || most >= 3 && sum == 0 {
			t.Errorf("%d minutes of exercises in %d", sum, most)
		}
	}
}
