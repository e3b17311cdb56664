package web

import (
	"net/http"
	"slices"

	"knead"
	"knead/outcome"
)

// summaryPage is one to two sheets for the client or a clinician: what was painted and
// answered, and when. It holds no diagnosis and no cause.
type summaryPage struct {
	desk
	Client   knead.Client
	Age      int
	AgeKnown bool
	From, To string
	Sessions []string // dates
	Compare  *comparison
	Cards    []trendCard
	Places   *placesTable
	Sources  []summarySource
	Purpose  string
	By       string
	Today    string
}

type summarySource struct{ Text, Link string }

func (s *site) summary(w http.ResponseWriter, r *http.Request, p person) error {
	client, c, d, err := s.clientCourse(r, p, "summary", s.words.say("summary.title"))
	if err != nil {
		return err
	}
	page := summaryPage{desk: d, Client: client, Purpose: knead.Purpose, By: p.Name, Today: d.Day(s.house.Now())}
	page.Age, page.AgeKnown = client.AgeAt(s.house.Now().Time().In(p.zone))
	for _, v := range c.visits {
		if treated(v) {
			page.Sessions = append(page.Sessions, d.Day(v.Starts))
		}
	}
	if n := len(c.visits); n > 0 {
		page.From, page.To = d.Day(c.visits[0].Starts), d.Day(c.visits[n-1].Starts)
	}
	if n := len(c.drawings); n > 1 {
		if page.Compare, err = s.comparison("summary", c.drawings[0], c.drawings[n-1]); err != nil {
			return err
		}
	}
	if page.Cards, err = s.trendCards(d, c); err != nil {
		return err
	}
	page.Places = s.placesTable(c.drawings)
	page.Sources = summarySources(c)
	return s.showDesk(w, r, http.StatusOK, "summary", page)
}

// summarySources are the publications behind the instruments that were answered and behind
// what is called a change that matters.
func summarySources(c course) (list []summarySource) {
	book := outcome.Standard()
	var ids []outcome.SourceID
	for _, in := range book.Instruments {
		if len(c.of(in.ID)) == 0 {
			continue
		}
		ids = append(ids, in.Cite...)
		if len(c.of(in.ID)) > 1 {
			for _, change := range in.Changes {
				if change.Mark.Verified() {
					ids = append(ids, change.Source)
				}
			}
		}
	}
	for i, id := range ids {
		if src, ok := book.Sources[id]; ok && !slices.Contains(ids[:i], id) {
			list = append(list, summarySource{src.Cite, sourceLink(src.Ref)})
		}
	}
	return list
}
