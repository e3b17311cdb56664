package plan

import (
	"fmt"

	"knead/reason"
	"knead/screen"
)

// finish turns the steps into the plan.
func (s *session) finish(steps []*step, r reason.Ranking, asked int) Plan {
	p := Plan{Minutes: asked, Limit: s.overall()}
	strongest, pressed := 0, false
	for _, x := range steps {
		x.Seconds = 60 * x.minutes
		if x.Hold != (Hold{}) {
			x.Hold = holdFor(x.minutes)
			x.Words += fmt.Sprintf("; hold %d seconds, %d times, %d seconds between", x.Hold.Seconds, x.Hold.Repeats, x.Hold.Rest)
			pressed = true
		}
		x.Words = capital(x.Words)
		if x.Limit = s.allowed(x); x.Limit > 0 {
			if c, bound := s.most(x.Step); bound {
				x.Limit = min(x.Limit, c.Max)
			}
		}
		x.Instead = s.instead(x)
		strongest = max(strongest, x.Pressure)
		p.Worked += x.minutes
		p.Steps = append(p.Steps, x.Step)
	}
	p.Unused = asked - p.Worked
	p.UnusedWhy = s.whyUnused(p, asked)
	p.LeftOut = s.left
	p.Advice = s.advise(steps, r, pressed || strongest >= strong)
	return p
}

// overall is the highest pressure allowed anywhere: what limits all skin.
func (s *session) overall() int {
	highest := screen.MaxPressure
	for _, limit := range s.clear.Limits().Caps {
		if limit.Words == "everywhere" {
			highest = min(highest, limit.Max)
		}
	}
	return highest
}

func (s *session) whyUnused(p Plan, asked int) string {
	switch {
	case p.Unused == 0:
		return ""
	case s.minutes < asked && p.Worked == s.minutes:
		return fmt.Sprintf("The screening allows %d minutes.", s.minutes)
	case len(s.styles) == 0:
		return "No technique is left that may be used."
	case s.minutes < shortSession && !s.relaxed:
		return "A short session stays within one region, and more there would pass the doses."
	default:
		return "More would pass the doses; what else could be worked is left alone or needs another turn. End early, or use the time to talk."
	}
}
