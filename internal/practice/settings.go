package practice

import (
	"fmt"
	"strings"

	"knead"
)

// checkPractice holds what a practice may decide for itself.
func checkPractice(p *knead.Practice) error {
	p.Name = strings.TrimSpace(p.Name)
	if p.Name == "" {
		return &knead.Error{Kind: knead.Invalid, Field: "practice", Say: "Give the practice a name."}
	}
	if err := knead.CheckLine("practice", p.Name, knead.MaxNameLetters); err != nil {
		return err
	}
	if err := checkZone(p.Zone); err != nil {
		return err
	}
	s := &p.Settings
	for _, n := range []struct {
		field       string
		value       int
		least, most int
		what        string
	}{
		{"minutes", s.Minutes, 10, 240, "minutes"},
		{"idle", s.IdleMinutes, 1, 240, "minutes"},
		{"retention", s.RetentionYears, 1, 50, "years"},
		{"minors", s.MinorUntilAge, 14, 25, "years"},
	} {
		if n.value < n.least || n.value > n.most {
			return &knead.Error{Kind: knead.Invalid, Field: n.field, Say: fmt.Sprintf("Between %d and %d %s.", n.least, n.most, n.what)}
		}
	}
	if strings.Trim(s.EmergencyNumber, "0123456789 +") != "" || len(s.EmergencyNumber) > 20 {
		return &knead.Error{Kind: knead.Invalid, Field: "emergency", Say: "A number to dial, such as 112."}
	}
	if err := knead.CheckText("contact", s.Contact, 500); err != nil {
		return err
	}
	return checkWriting(s)
}

// checkWriting holds what notes are written with.
func checkWriting(s *knead.Settings) error {
	if s.NoteTemplate != "" {
		if err := knead.CheckText("template", s.NoteTemplate, knead.MaxTextLetters); err != nil {
			return err
		}
		if _, err := knead.ReadTemplate(s.NoteTemplate); err != nil {
			return &knead.Error{Kind: knead.Invalid, Field: "template", Say: err.Error()}
		}
	}
	const most = 100 // chosen: more than anybody finds again
	if len(s.Phrases) > most {
		return &knead.Error{Kind: knead.Invalid, Field: "phrases", Say: fmt.Sprintf("At most %d phrases.", most)}
	}
	for _, p := range s.Phrases {
		if err := knead.CheckLine("phrases", p.Label, 60); err != nil {
			return err
		}
		if err := knead.CheckText("phrases", p.Words, 2000); err != nil {
			return err
		}
		if p.Label == "" || p.Words == "" {
			return &knead.Error{Kind: knead.Invalid, Field: "phrases", Say: "Each phrase has a short name and the words it puts into the note."}
		}
	}
	return nil
}
