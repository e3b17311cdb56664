package web

import (
	"net/http"
	"strconv"
	"strings"

	"knead"
)

// settingsPage is what the practice decides for itself.
type settingsPage struct {
	desk
	mistake
	Values   map[string]string
	Private  bool
	Mood     bool // worry and mood are asked about
	Zones    []string
	Standard string // the note template that is used where none is given
	Version  int64
	Saved    bool
}

func (s *site) settings(w http.ResponseWriter, r *http.Request, p person) error {
	k := p.practice
	page := settingsPage{Private: k.Settings.PrivateNotes, Mood: k.Settings.AskMood, Version: k.Version, Saved: r.URL.Query().Get("done") != "", Values: map[string]string{
		"practice": k.Name, "zone": k.Zone, "contact": k.Settings.Contact, "emergency": k.Emergency(),
		"minutes": strconv.Itoa(k.Settings.Minutes), "idle": strconv.Itoa(k.Settings.IdleMinutes),
		"retention": strconv.Itoa(k.Settings.RetentionYears), "minors": strconv.Itoa(k.Settings.MinorUntilAge),
		"template": k.Settings.NoteTemplate, "phrases": phraseText(k.Settings.Phrases),
	}}
	return s.showSettings(w, r, p, http.StatusOK, page)
}

func (s *site) showSettings(w http.ResponseWriter, r *http.Request, p person, code int, page settingsPage) error {
	page.desk = s.desk(r.Context(), p, "settings", "settings", s.words.say("settings.title"))
	page.Zones, page.Standard = zones(), knead.StandardTemplateText()
	return s.showDesk(w, r, code, "settings", page)
}

func (s *site) changeSettings(w http.ResponseWriter, r *http.Request, p person) error {
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // none: whatever stands there now
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue(name)))
		if err != nil {
			return -1 // is out of every range
		}
		return n
	}
	err := s.house.ChangePractice(r.Context(), p.Actor, version, func(k *knead.Practice) error {
		k.Name, k.Zone = r.PostFormValue("practice"), strings.TrimSpace(r.PostFormValue("zone"))
		k.Settings.Contact = strings.TrimSpace(tidy(r.PostFormValue("contact")))
		k.Settings.EmergencyNumber = strings.TrimSpace(r.PostFormValue("emergency"))
		k.Settings.Minutes, k.Settings.IdleMinutes = number("minutes"), number("idle")
		k.Settings.RetentionYears, k.Settings.MinorUntilAge = number("retention"), number("minors")
		k.Settings.PrivateNotes = r.PostFormValue("private") != ""
		k.Settings.AskMood = r.PostFormValue("mood") != ""
		k.Settings.NoteTemplate = strings.TrimRight(tidy(r.PostFormValue("template")), " \n")
		k.Settings.Phrases = readPhrases(tidy(r.PostFormValue("phrases")))
		return nil
	})
	if err != nil {
		page := settingsPage{Values: map[string]string{}, Private: r.PostFormValue("private") != "", Mood: r.PostFormValue("mood") != "", Version: version}
		if page.Field, page.Problem = saidOf(err); page.Problem == "" || knead.KindOf(err) != knead.Invalid {
			return err
		}
		for _, name := range []string{"practice", "zone", "contact", "emergency", "minutes", "idle", "retention", "minors", "template", "phrases"} {
			page.Values[name] = r.PostFormValue(name)
		}
		return s.showSettings(w, r, p, http.StatusUnprocessableEntity, page)
	}
	http.Redirect(w, r, "/settings?done=1", http.StatusSeeOther)
	return nil
}

// tidy gives a text from a browser the line ends of everywhere else.
func tidy(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// phraseText writes phrases as they are typed: a line each, its name and its words parted
// by a colon.
func phraseText(list []knead.Phrase) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.Label + ": " + strings.ReplaceAll(p.Words, "\n", " ") + "\n")
	}
	return b.String()
}

func readPhrases(text string) []knead.Phrase {
	var list []knead.Phrase
	for line := range strings.SplitSeq(text, "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		label, words, _ := strings.Cut(line, ":")
		list = append(list, knead.Phrase{Label: strings.TrimSpace(label), Words: strings.TrimSpace(words)})
	}
	return list
}
