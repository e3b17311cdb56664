package screen

import (
	"testing"

	"knead/atlas"
)

func TestConditionsAndPatternsOfTheAtlasNameQuestionsAndRulesThatExist(t *testing.T) {
	rules := map[string]bool{}
	for _, rule := range standard().rules {
		rules[string(rule.id)] = true
	}
	check := func(place string, ids []string) {
		for _, id := range ids {
			if !Known(QuestionID(id)) && !rules[id] {
				t.Errorf("%s: names screening %q; mend the id", place, id)
			}
		}
	}
	for _, c := range atlas.Standard().Conditions {
		check(c.Place, c.Screening)
	}
	for _, p := range atlas.Standard().Patterns {
		check(p.Place, p.Screening)
	}
}
