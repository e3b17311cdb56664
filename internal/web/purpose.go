package web

// purposePage is the intended purpose, in the words that stand everywhere.
type purposePage struct{ publicPage }

func (s *site) purposePage(string) (publicView, error) {
	return purposePage{publicPage{
		Title: s.words.say("purpose.title"), Description: s.words.say("purpose.description"),
		Path: href("purpose"), Kind: "purpose", Door: "purpose", Crumbs: s.crumbs(),
	}}, nil
}
