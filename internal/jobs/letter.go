package jobs

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"knead/internal/notify"
	"knead/internal/practice"
)

// The words of the letters: a subject, an empty line, the text. Subjects say nothing of
// health or of the practice, since they show on locked screens.
//
//go:embed mail/*.txt
var mailFiles embed.FS

// letterWords is what is filled into the words of a letter.
type letterWords struct {
	Called, Practice, Contact, Emergency string
	Link                                 string
	Day, Clock, Zone, Until              string
}

// compose writes a letter as a mail.
func (w *Worker) compose(j practice.Job, l practice.Letter) (notify.Message, error) {
	zone, err := time.LoadLocation(l.Practice.Zone)
	if err != nil {
		return notify.Message{}, fmt.Errorf("zone of the practice: %w", err)
	}
	path := map[practice.Purpose]string{practice.ForCheckin: "/c/", practice.ForIntake: "/l/"}[l.Purpose]
	if path == "" {
		return notify.Message{}, fmt.Errorf("no letter is for %q", l.Purpose)
	}
	name := "mail/" + string(l.Purpose) + ".txt"
	words, err := template.ParseFS(mailFiles, name)
	if err != nil {
		return notify.Message{}, fmt.Errorf("read the words of a letter: %w", err)
	}
	starts := l.Starts.Time().In(zone)
	var out strings.Builder
	err = words.Execute(&out, letterWords{
		Called: l.Called, Practice: l.Practice.Name, Contact: l.Practice.Settings.Contact, Emergency: l.Practice.Emergency(),
		Link: strings.TrimSuffix(w.Base, "/") + path + l.Bearer, Zone: l.Practice.Zone,
		Day: starts.Format("Monday, 2 January"), Clock: starts.Format("15:04"), Until: l.Expires.Time().In(zone).Format("Monday, 2 January, 15:04"),
	})
	if err != nil {
		return notify.Message{}, fmt.Errorf("fill %s: %w", name, err)
	}
	head, text, ok := strings.Cut(out.String(), "\n\n")
	subject, isSubject := strings.CutPrefix(head, "Subject: ")
	if !ok || !isSubject {
		return notify.Message{}, fmt.Errorf("%s does not begin with a subject and an empty line", name)
	}
	return notify.Message{ID: j.ID, To: l.To, ToName: l.ToName, Subject: subject, Text: text}, nil
}
