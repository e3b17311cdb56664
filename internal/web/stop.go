package web

import (
	"net/http"

	"knead"
	"knead/screen"
)

// stopPage is the whole screen when a person has to be helped before anything else.
type stopPage struct {
	layout
	Kind    string // "emergency" or "same-day"
	Heading string
	Say     []string
	Todo    []string
	Told    []string // the answers that led here, to be read out
	MayLook bool     // a therapist may see the ranking all the same
	Lift    liftPart
}

func (s *site) showStop(rw http.ResponseWriter, r *http.Request, w work, result screen.Result, questions []screen.Question) error {
	kind := string(result.Level)
	l, err := s.layout("stop", "/assess", 0, w)
	if err != nil {
		return err
	}
	say := func(key string) string { // somebody alone was not going to have a massage
		if w.alone {
			return s.words.or(key+".alone", s.words.say(key, l.Number))
		}
		return s.words.say(key, l.Number)
	}
	p := stopPage{layout: l, Kind: kind, Heading: say("stop." + kind + ".title")}
	p.Title = p.Heading
	text := map[screen.QuestionID]string{}
	for _, q := range questions {
		text[q.ID] = q.Text
	}
	told := map[screen.QuestionID]bool{}
	for _, f := range result.Fired {
		if f.Level != result.Level {
			continue
		}
		if f.Say != "" && len(p.Say) < 2 {
			p.Say = append(p.Say, f.Say)
		}
		if f.Question != "" && !told[f.Question] && text[f.Question] != "" {
			told[f.Question] = true
			key := "stop.told-yes"
			if f.NotSure {
				key = "stop.told-not-sure"
			}
			p.Told = append(p.Told, s.words.say(key, text[f.Question]))
		}
	}
	if len(p.Say) == 0 {
		p.Say = []string{say("stop." + kind + ".lead")}
	}
	for _, key := range []string{"1", "2", "3"} {
		p.Todo = append(p.Todo, say("stop."+kind+".todo-"+key))
	}
	p.MayLook = kind == string(screen.SameDay) && !w.alone && !p.Link
	if p.Lift, err = s.liftPart(r, w, knead.Assessment{Screening: result, Questions: questions}); err != nil {
		return err
	}
	return s.show(rw, r, w.code(), "stop", p)
}

// handbackPage ends the client's part: nothing of the ranking is on it.
type handbackPage struct {
	layout
	Say []string
}

func (s *site) showHandback(rw http.ResponseWriter, r *http.Request, w work, a knead.Assessment) error {
	l, err := s.layout("handback", "/assess", 2, w)
	if err != nil {
		return err
	}
	return s.show(rw, r, http.StatusOK, "handback", handbackPage{l, a.Screening.Say})
}
