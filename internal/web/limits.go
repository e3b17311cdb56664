package web

import (
	"knead"
	"knead/screen"
)

// limits is the line that is always on screen.
type limits struct {
	Kind   string // "clear", "limits", "refer", "today", "note"
	Icon   string
	Strong []string
	Rest   []string
	Asked  string
}

type ruleRow struct{ Why, Question, Say, Source string }

// limits puts the verdict of the screening into one line.
func (s *site) limits(a knead.Assessment) limits {
	r := a.Screening
	l := limits{Kind: "limits", Icon: "limits"}
	switch r.Level {
	case screen.SameDay, screen.Emergency:
		l.Kind, l.Icon = "today", "today"
		l.Strong = append(l.Strong, s.words.say("limits.same-day"))
		l.Rest = r.Say
	case screen.NotCleared:
		l.Kind, l.Icon = "note", "warn"
		l.Strong = append(l.Strong, s.words.say("limits.not-cleared"))
		l.Asked = s.words.count("limits.missing", len(r.Missing))
		return l
	case screen.Refer:
		l.Kind, l.Icon = "refer", "refer"
		l.Strong = append(l.Strong, s.words.say("limits.refer"))
		for _, f := range r.Fired {
			if f.Level == screen.Refer && len(l.Rest) < 2 {
				l.Rest = append(l.Rest, f.Why)
			}
		}
	}
	caps := a.Screening.Tightest()
	for _, c := range caps[:min(4, len(caps))] {
		l.Strong = append(l.Strong, s.words.say("limits.cap", c.Max, c.Words))
	}
	seen := map[string]bool{}
	for _, m := range r.Limits.Masked {
		if a.Screening.Standing(m.Rule) {
			continue
		}
		if text := s.words.say("limits.mask", m.Words); !seen[text] && len(seen) < 4 {
			seen[text] = true
			l.Strong = append(l.Strong, text)
		}
	}
	if len(l.Strong) == 0 {
		l.Kind = "clear"
		l.Strong = []string{s.words.say("limits.none")}
		l.Rest = []string{s.words.say("limits.always")}
	}
	l.Asked = s.words.count("limits.asked", len(a.Questions))
	return l
}

func (s *site) ruleRows(a knead.Assessment) []ruleRow {
	text := map[screen.QuestionID]string{}
	for _, q := range a.Questions {
		text[q.ID] = q.Text
	}
	var rows []ruleRow
	for _, f := range a.Screening.Fired {
		row := ruleRow{Why: capital(f.Why), Say: f.Say, Source: f.Mark.Words()}
		if t := text[f.Question]; t != "" {
			key := "limits.answered-yes"
			if f.NotSure {
				key = "limits.answered-not-sure"
			}
			row.Question = s.words.say(key, t)
		}
		if f.Source != "" && f.Source != row.Source {
			row.Source = f.Source + " (" + row.Source + ")"
		}
		rows = append(rows, row)
	}
	return rows
}
