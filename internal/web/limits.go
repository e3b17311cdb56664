package web

import (
	"cmp"
	"slices"

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
	for _, c := range tightest(a) {
		l.Strong = append(l.Strong, s.words.say("limits.cap", c.Max, c.Words))
	}
	seen := map[string]bool{}
	for _, m := range r.Limits.Masked {
		if standing(a, m.Rule) {
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

// tightest gives the caps that answers set, without those that another one covers.
func tightest(a knead.Assessment) []screen.Cap {
	var caps []screen.Cap
	for _, c := range a.Screening.Limits.Caps {
		if c.Rule != "" && c.Max < screen.MaxPressure && !standing(a, c.Rule) {
			caps = append(caps, c)
		}
	}
	slices.SortStableFunc(caps, func(x, y screen.Cap) int {
		return cmp.Or(cmp.Compare(x.Max, y.Max), cmp.Compare(y.Cells.Len(), x.Cells.Len()))
	})
	var kept []screen.Cap
	for _, c := range caps {
		if !slices.ContainsFunc(kept, func(k screen.Cap) bool { return c.Cells.Minus(k.Cells).Len() == 0 }) {
			kept = append(kept, c)
		}
	}
	return kept[:min(4, len(kept))]
}

// standing tells that a rule holds for everybody, such as the endangerment sites:
// no answer set it off.
func standing(a knead.Assessment, rule screen.RuleID) bool {
	return !slices.ContainsFunc(a.Screening.Fired, func(f screen.Fired) bool { return f.Rule == rule })
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
