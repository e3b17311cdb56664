package web

import (
	"knead/atlas"
)

type claimsPage struct {
	publicPage
	Groups []claimGroup
}

type claimGroup struct {
	Name, Key string
	Rows      []claimRow
}

// claimRow is a claim in a list: what people say, and the verdict.
type claimRow struct {
	link
	Verdict string // the class and the sign
	Words   string
	Short   string
}

func (s *site) claimsPage(string) (publicView, error) {
	p := claimsPage{publicPage: publicPage{
		Title: s.words.say("claims.title"), Description: s.words.say("claims.description"),
		Path: href("claims"), Kind: "claims", Door: "claims", Crumbs: s.crumbs(),
	}}
	for _, t := range atlas.ClaimTopics {
		group := claimGroup{Name: s.words.say("topic." + plainKey(string(t))), Key: plainKey(string(t))}
		for _, c := range s.shelf().atlas.Claims {
			if c.Topic == t {
				group.Rows = append(group.Rows, s.claimRow(c))
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	return p, nil
}

// claimPage is one thing that is commonly said, the verdict, and the proof.
type claimPage struct {
	publicPage
	C          *atlas.Claim
	Verdict    string
	Words      string
	Scale      []scaleStep
	Evidence   []shownRow
	Conditions []link
	Techniques []link
	Others     []claimRow // of the same topic
	More       link       // to all of it
	Sources    []citedSource
	Seen       []seenRow
}

type scaleStep struct {
	Words string
	On    bool
}

// shownRow is what one source shows.
type shownRow struct {
	Shows string
	Cited []int
}

func (s *site) claimPage(id string) (publicView, error) {
	a := s.shelf().atlas
	c, ok := a.Claim(atlas.ClaimID(id))
	if !ok {
		return nil, lost("claim", id)
	}
	cited := s.citations()
	p := claimPage{
		C: c, Verdict: string(c.Verdict), Words: s.words.say("claim-verdict." + string(c.Verdict)),
	}
	p.publicPage = publicPage{
		Title: s.words.say("claim.title", c.Claim, p.Words), Description: describe(p.Words+".", c.Short),
		Path: href("claims", id), Kind: "claim", Door: "claims", Crumbs: s.crumbs("claims"),
	}
	p.Crumbs = append(p.Crumbs, link{href("claims") + "#" + plainKey(string(c.Topic)), s.words.say("topic." + plainKey(string(c.Topic)))})
	for _, v := range atlas.ClaimVerdicts {
		p.Scale = append(p.Scale, scaleStep{s.words.say("claim-verdict." + string(v)), v == c.Verdict})
	}
	for _, e := range c.Evidence {
		p.Evidence = append(p.Evidence, shownRow{capital(e.Shows), cited.cite(e.Source)})
	}
	for _, id := range c.Conditions {
		if about, ok := a.Condition(id); ok {
			p.Conditions = append(p.Conditions, s.conditionLink(about))
		}
	}
	for _, id := range c.Techniques {
		if about, ok := a.Technique(id); ok {
			p.Techniques = append(p.Techniques, s.techniqueLink(about))
		}
	}
	p.Others, p.More = s.othersOf(c)
	p.Sources, p.Seen = cited.Rows, s.seenRows(cited)
	return p, nil
}

// mostOthers is how many other claims a page names. Chosen.
const mostOthers = 5

// othersOf gives the claims that follow one in its topic, round and round.
func (s *site) othersOf(c *atlas.Claim) ([]claimRow, link) {
	var topic []*atlas.Claim
	at := 0
	for _, other := range s.shelf().atlas.Claims {
		if other.Topic == c.Topic {
			if other == c {
				at = len(topic)
			}
			topic = append(topic, other)
		}
	}
	var out []claimRow
	for i := 1; i < len(topic) && i <= mostOthers; i++ {
		out = append(out, s.claimRow(topic[(at+i)%len(topic)]))
	}
	return out, link{href("claims") + "#" + plainKey(string(c.Topic)), s.words.say("claim.more")}
}

func (s *site) claimRow(c *atlas.Claim) claimRow {
	return claimRow{
		link{href("claims", string(c.ID)), capital(c.Claim)},
		string(c.Verdict), s.words.say("claim-verdict." + string(c.Verdict)), c.Short,
	}
}
