package web

import (
	"fmt"

	"knead/reason"
)

// mostLike is how many nerves and joints the page names. Chosen: more than that is a
// list to get lost in.
const mostLike = 3

// likeRow is a nerve or a joint that is commonly felt where the client painted: what to
// ask next, and when to send on. It is never a finding.
type likeRow struct {
	Key        string
	Name, Side string
	Lay        string
	Ask, Refer []string
	Page       string
}

func (s *site) likeRows(like []reason.LikePattern, p *assessPage, lit string) []likeRow {
	var out []likeRow
	for i, l := range like {
		if likeKey(i) == lit {
			p.Lit = lit
		}
		out = append(out, likeRow{
			Key: likeKey(i), Name: capital(l.Pattern.Name), Side: s.words.say("side." + l.Side.String()), Lay: l.Pattern.Lay,
			Ask: l.Pattern.Ask, Refer: l.Pattern.Refer, Page: href("patterns", string(l.Pattern.ID)),
		})
	}
	return out
}

// likeFirst says which nerve or joint comes before the points, if one does.
func (s *site) likeFirst(o reason.Other) string {
	if !o.Leads() {
		return ""
	}
	first := o.Patterns[0]
	return s.words.say("like.first", capital(first.Pattern.Name), s.words.say("side."+first.Side.String()))
}

func likeKey(i int) string { return fmt.Sprintf("n%d", i) }
