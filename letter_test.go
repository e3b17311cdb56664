package knead

import (
	"slices"
	"strings"
	"testing"
	"time"

	"knead/body"
	"knead/screen"
)

// letterOf writes the letter of somebody whose low back hurts and who says yes to some
// questions.
func letterOf(t *testing.T, where string, client screen.Client, yes ...screen.QuestionID) (Letter, Assessment) {
	t.Helper()
	place, err := body.Find(where)
	if err != nil {
		t.Fatal(err)
	}
	m := body.Mark{Quality: body.Aching}
	m.Paint(place.Cells, 5)
	v := Visit{Drawing: body.Drawing{Marks: []body.Mark{m}}, AllNo: true, Client: client, Answers: map[screen.QuestionID]screen.Answer{}}
	for _, id := range yes {
		v.Answers[id] = screen.Answer{Value: screen.Yes, Detail: ""}
	}
	a, err := Assess(v)
	if err != nil {
		t.Fatal(err)
	}
	return ComposeLetter(LetterInput{Assessment: a, Zone: time.UTC, From: []string{"Noor Haddad", "Clay"}}), a
}

func TestALetterGoesToWhomTheFindingBelongs(t *testing.T) {
	adult := screen.Client{Age: 55}
	for _, c := range []struct {
		where   string
		client  screen.Client
		yes     []screen.QuestionID
		to      string
		urgency string
	}{
		{"low back", adult, []screen.QuestionID{"g1", "g6"}, "emergency", "emergency"},
		{"low back", adult, []screen.QuestionID{"g6"}, "same-day", "same-day"},
		{"low back", adult, []screen.QuestionID{"g6", "g7"}, "limb", "same-day"},
		{"low back", adult, []screen.QuestionID{"l5"}, "nerve", "refer"},
		{"low back", adult, []screen.QuestionID{"g22"}, "doctor", "soon"},
		{"both shoulders", adult, []screen.QuestionID{"s5"}, "inflammatory", "soon"},
		{"forehead", adult, []screen.QuestionID{"h2"}, "inflammatory", "same-day"},
		{"forehead", adult, []screen.QuestionID{"h9"}, "headache", "soon"},
		{"jaw", adult, []screen.QuestionID{"j4"}, "dentist", "same-day"},
		{"jaw", adult, []screen.QuestionID{"j5"}, "department", "same-day"},
		{"low back", screen.Client{Age: 30, PregnantWeeks: 20}, []screen.QuestionID{"p3"}, "maternity", "same-day"},
		{"low back", adult, []screen.QuestionID{"g18"}, "mood", "other"},
		{"low back", adult, nil, "doctor", "other"},
	} {
		l, a := letterOf(t, c.where, c.client, c.yes...)
		if want := say("letter.to." + c.to); l.To != want {
			t.Errorf("%s, yes to %v: the letter goes to %q, want %q (%v)", c.where, c.yes, l.To, want, a.Screening.Level)
		}
		if want := say("letter.urgency." + c.urgency); l.Urgency != want {
			t.Errorf("%s, yes to %v: %q, want %q", c.where, c.yes, l.Urgency, want)
		}
		for _, id := range c.yes {
			i := slices.IndexFunc(a.Questions, func(q screen.Question) bool { return q.ID == id })
			if i < 0 || !strings.Contains(l.Findings, a.Questions[i].Text) {
				t.Errorf("%s: the letter lacks the question %s in %q", c.where, id, l.Findings)
			}
		}
		if err := l.Check(); err != nil {
			t.Errorf("%s, yes to %v: the letter as it was written is refused: %v", c.where, c.yes, err)
		}
	}
}

// TestALetterNamesNoDisease asks every question that may be answered with yes, and looks
// for what the rules suspect: that is for whoever reads the letter to find.
func TestALetterNamesNoDisease(t *testing.T) {
	letters := 0
	for _, where := range []string{"low back", "forehead", "jaw", "back of the neck", "right calf", "both shoulders", "right foot"} {
		_, a := letterOf(t, where, screen.Client{Age: 55})
		for _, q := range a.Questions {
			l, with := letterOf(t, where, screen.Client{Age: 55}, q.ID)
			letters++
			text := strings.ToLower(strings.Join([]string{l.To, l.Reason, l.Findings, l.Onset, l.Done, l.Urgency, l.From}, "\n"))
			for _, f := range with.Screening.Fired {
				if suspicion := strings.ToLower(f.Why); strings.Contains(text, suspicion) {
					t.Errorf("%s, yes to %s: the letter says %q", where, q.ID, suspicion)
				}
			}
		}
	}
	if letters < 200 {
		t.Errorf("only %d letters were written", letters)
	}
}

func TestEveryAddresseeBelongsToARule(t *testing.T) {
	for who, ids := range addressees {
		if _, ok := wordsByKey()["letter.to."+who]; !ok {
			t.Errorf("%s has no words", who)
		}
		for _, id := range ids {
			if !screen.KnownRule(screen.RuleID(id)) {
				t.Errorf("%s: there is no rule %s", who, id)
			}
		}
	}
}

func TestALetterMayNotBeEmpty(t *testing.T) {
	l, _ := letterOf(t, "low back", screen.Client{Age: 40}, "g6")
	for field, change := range map[string]func(*Letter){
		"to": func(l *Letter) { l.To = " " }, "reason": func(l *Letter) { l.Reason = "" }, "findings": func(l *Letter) { l.Findings = "\n" },
		"done": func(l *Letter) { l.Done = "" }, "urgency": func(l *Letter) { l.Urgency = "" }, "from": func(l *Letter) { l.From = "" },
		"onset": func(l *Letter) { l.Onset = strings.Repeat("a", MaxTextLetters+1) },
	} {
		wrong := l
		change(&wrong)
		if err, ok := wrong.Check().(*Error); !ok || err.Field != field || err.Kind != Invalid {
			t.Errorf("without %s: %v", field, err)
		}
	}
}
