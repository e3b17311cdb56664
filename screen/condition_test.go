package screen

import (
	"testing"

	"knead/atlas"
)

func TestConditionsOfTheAtlasNameQuestionsAndRulesThatExist(t *testing.T) {
	rules := map[string]bool{}
	for _, rule := range standard().rules {
		rules[string(rule.id)] = true
	}
	for _, c := range atlas.Standard().Conditions {
		for _, id := range c.Screening {
			if !Known(QuestionID(id)) && !rules[id] {
				t.Errorf("%s: condition %s names screening %q; mend the id", c.Place, c.ID, id)
			}
		}
	}
}
