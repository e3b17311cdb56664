package knead

import (
	"slices"
	"strings"
	"time"

	"knead/screen"
)

// Letter is a letter to another clinician: what a client reported, and what was and was
// not done. It never says what may be behind it.
type Letter struct {
	To       string `json:"to"`
	Reason   string `json:"reason"`
	Findings string `json:"findings"` // in the client's words
	Onset    string `json:"onset,omitzero"`
	Done     string `json:"done"`
	Urgency  string `json:"urgency"`
	From     string `json:"from"` // the therapist, and how to reach them
}

// Check tells what is wrong with the letter, if anything.
func (l Letter) Check() error {
	for _, field := range []struct{ name, text, missing string }{
		{"to", l.To, "Say to whom the letter goes."},
		{"reason", l.Reason, "Say why you write."},
		{"findings", l.Findings, "Say what the client told you."},
		{"onset", l.Onset, ""},
		{"done", l.Done, "Say what was done, or that nothing was."},
		{"urgency", l.Urgency, "Say how soon somebody should look."},
		{"from", l.From, "Say who you are and how to reach you."},
	} {
		if strings.TrimSpace(field.text) == "" && field.missing != "" {
			return &Error{Kind: Invalid, Field: field.name, Say: field.missing}
		}
		if err := CheckText(field.name, field.text, MaxTextLetters); err != nil {
			return err
		}
	}
	return nil
}

// LetterInput is what a letter is written from.
type LetterInput struct {
	Assessment Assessment // with its Visit
	Session    Session
	Since      Instant // when the client first painted one of these places; 0: not before
	Zone       *time.Location
	From       []string // lines: name, qualifications, practice, how to reach it
}

// addressees name to whom a finding goes, by the question or the rule that found it.
// Emergencies and what is not listed go by their level.
var addressees = map[string][]string{
	"limb":         {"g7"},
	"maternity":    {"p1", "p2", "p3", "p4", "h7"},
	"nerve":        {"n11", "l5"},
	"inflammatory": {"h2", "s5", "l6"},
	"headache":     {"h1", "h8", "h9", "h10"},
	"dentist":      {"j4", "j6"},
	"department":   {"j5"},
	"skin":         {"a5", "g23", "f4"},
	"cancer-team":  {"g9-open"},
	"surgeon":      {"g13-surgery"},
	"mood":         {"g18"},
}

// urgent are findings that a clinician should see soon although not the same day.
var urgent = []screen.QuestionID{"g10", "g21", "g22", "h1", "h8", "h9", "h10", "s5", "l6"}

// ComposeLetter writes a letter from a visit, for the therapist to read and change. It
// says what the client answered and not why that was asked, since the reasons name
// diseases.
func ComposeLetter(in LetterInput) Letter {
	found := worthALetter(in.Assessment.Screening)
	level := screen.NoFlags
	if len(found) > 0 {
		level = found[0].Level
	}
	w := writer{in: NoteInput{Assessment: in.Assessment, Session: in.Session, Zone: in.Zone}, a: in.Assessment, s: in.Session}
	l := Letter{
		To:       say("letter.to." + addressee(found)),
		Reason:   say("letter.reason." + letterLevel(level)),
		Urgency:  say("letter.urgency." + letterUrgency(found)),
		Findings: strings.Join(w.letterFindings(found), "\n"),
		Done:     strings.Join(w.letterDone(), "\n"),
		From:     strings.Join(in.From, "\n"),
	}
	if in.Since != 0 && in.Zone != nil {
		l.Onset = say("letter.onset", "day", in.Since.Time().In(in.Zone).Format("2 January 2006"))
	}
	return l
}

// worthALetter are the findings that somebody else has to see, those of the strictest
// level first.
func worthALetter(r screen.Result) []screen.Fired {
	return slices.DeleteFunc(slices.Clone(r.Fired), func(f screen.Fired) bool {
		return f.Level.Rank() < screen.Refer.Rank() && !f.Before && !slices.Contains(addressees["mood"], string(f.Rule))
	})
}

// addressee is the key of the words for whom the findings go to: the first of the
// strictest level that has somebody of its own.
func addressee(found []screen.Fired) string {
	if len(found) == 0 {
		return "doctor"
	}
	level := found[0].Level
	if level == screen.Emergency {
		return "emergency"
	}
	for _, f := range found {
		for who, ids := range addressees {
			if f.Level == level && (slices.Contains(ids, string(f.Rule)) || slices.Contains(ids, string(f.Question))) {
				return who
			}
		}
	}
	if level == screen.SameDay {
		return "same-day"
	}
	return "doctor"
}

func letterLevel(level screen.Level) string {
	switch level {
	case screen.Emergency, screen.SameDay, screen.Refer:
		return string(level)
	}
	return "other"
}

func letterUrgency(found []screen.Fired) string {
	if len(found) == 0 {
		return "other"
	}
	level := letterLevel(found[0].Level)
	if level == string(screen.Refer) && slices.ContainsFunc(found, func(f screen.Fired) bool { return slices.Contains(urgent, f.Question) }) {
		return "soon"
	}
	return level
}

// letterFindings say what was painted and answered.
func (w writer) letterFindings(found []screen.Fired) []string {
	lines := w.drawing()
	for _, f := range found {
		i := slices.IndexFunc(w.a.Questions, func(q screen.Question) bool { return q.ID == f.Question })
		a, ok := w.a.Visit.Answers[f.Question]
		if i < 0 || !ok {
			continue
		}
		if text := answerWordsOf(w.a.Questions[i].Text, a); !slices.Contains(lines, text) {
			lines = append(lines, text)
		}
	}
	if takes := w.a.Visit.Client.Medicines; len(takes) > 0 {
		lines = append(lines, say("note.medicines", "list", oneLine(list(takes))))
	}
	return lines
}

// letterDone says what the hands did, and what they left alone.
func (w writer) letterDone() []string {
	if w.s.Started == 0 {
		return []string{say("letter.not-treated")}
	}
	lines := slices.Concat(w.treatment(), w.stops())
	if l := w.a.Lifted; l != nil {
		lines = append(lines, say("letter.lifted", "reason", oneLine(l.Reason)))
	}
	return lines
}
