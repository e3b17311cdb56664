package plan

import (
	"fmt"

	"knead/reason"
	"knead/screen"
)

// advise gathers what goes home with the client.
func (s *session) advise(steps []*step, r reason.Ranking, deep bool) []Advice {
	var list []Advice
	list = append(list, s.heat(), s.rub())
	list = append(list, s.home(steps, r)...)
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
