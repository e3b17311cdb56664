package web

import (
	"strconv"
	"strings"

	"knead"
)

// consentWords are the words of a consent as they are shown and kept; an edition is their
// digest, so that changed words ask again by themselves. What a practice decides, such as
// how long it keeps its records, is part of the words.
func (s *site) consentWords(p knead.Practice, kind knead.ConsentKind) (title string, paragraphs []string) {
	title = s.words.say("consent." + string(kind) + ".title")
	fill := strings.NewReplacer("{0}", p.Name, "{1}", strconv.Itoa(p.Settings.WithDefaults().RetentionYears))
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
		if text := s.words.or("consent."+string(kind)+"."+n, ""); text != "" {
			paragraphs = append(paragraphs, fill.Replace(text))
		}
	}
	return title, paragraphs
}

// consentName is what those who treat call a consent; its own title speaks to the client.
func (s *site) consentName(kind knead.ConsentKind) string {
	return s.words.say("consent.name." + string(kind))
}

// ConsentWords gives the edition and the words of a consent as the pages show them, for
// those who make a record without a page, such as the demo.
func ConsentWords() (func(knead.Practice, knead.ConsentKind) (edition, words string), error) {
	s, err := newSite()
	if err != nil {
		return nil, err
	}
	return func(p knead.Practice, kind knead.ConsentKind) (edition, words string) {
		title, paragraphs := s.consentWords(p, kind)
		return s.consentEditions(p)[kind], title + "\n" + strings.Join(paragraphs, "\n")
	}, nil
}

func (s *site) consentEditions(p knead.Practice) map[knead.ConsentKind]string {
	editions := map[knead.ConsentKind]string{}
	for _, kind := range knead.ConsentKinds() {
		title, paragraphs := s.consentWords(p, kind)
		editions[kind] = knead.Edition(title + "\n" + strings.Join(paragraphs, "\n"))
	}
	return editions
}
