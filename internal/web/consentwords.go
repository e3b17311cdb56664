package web

import (
	"strings"

	"knead"
)

// consentWords are the words of a consent as they are shown and kept; an edition is their
// digest, so that changed words ask again by themselves.
func (s *site) consentWords(kind knead.ConsentKind) (title string, paragraphs []string) {
	title = s.words.say("consent." + string(kind) + ".title")
	for _, n := range []string{"1", "2", "3", "4", "5", "6", "7", "8"} {
		if text := s.words.or("consent."+string(kind)+"."+n, ""); text != "" {
			paragraphs = append(paragraphs, text)
		}
	}
	return title, paragraphs
}

func (s *site) consentEditions() map[knead.ConsentKind]string {
	editions := map[knead.ConsentKind]string{}
	for _, kind := range knead.ConsentKinds() {
		title, paragraphs := s.consentWords(kind)
		editions[kind] = knead.Edition(title + "\n" + strings.Join(paragraphs, "\n"))
	}
	return editions
}
