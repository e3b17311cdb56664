package web

import (
	"net/http"
	"strings"
	"time"

	"knead"
)

// findPage is what was found by the search at the head of the workspace: clients, the
// visits of a day, and pages of the atlas.
type findPage struct {
	desk
	Query   string
	Clients []knead.Client
	More    bool
	Date    string
	Visits  []findVisit
	Atlas   []hitGroup
}

type findVisit struct{ URL, At, Name, State string }

// How many of each are listed; chosen so that both groups are seen without scrolling far.
const (
	mostFoundClients = 20
	mostFoundPages   = 12
)

func (s *site) find(w http.ResponseWriter, r *http.Request, p person) error {
	ctx := r.Context()
	page := findPage{desk: s.desk(ctx, p, "find", "", s.words.say("find.title")), Query: strings.ToValidUTF8(strings.TrimSpace(r.URL.Query().Get("q")), "")}
	page.Nav = "find"
	if len(page.Query) > longestQuery {
		page.Query = strings.ToValidUTF8(page.Query[:longestQuery], "")
	}
	if page.Query == "" {
		return s.showDesk(w, r, http.StatusOK, "find", page)
	}
	var err error
	if page.Clients, page.More, err = s.house.Clients(ctx, p.Actor, page.Query, mostFoundClients); err != nil {
		return err
	}
	if day, ok := dayNamed(page.Query, s.house.Now().Time().In(p.zone)); ok {
		visits, err := s.house.Day(ctx, p.Actor, knead.InstantOf(day), knead.InstantOf(day.AddDate(0, 0, 1)))
		if err != nil {
			return err
		}
		page.Date = day.Format("Monday, 2 January 2006")
		for _, v := range visits {
			page.Visits = append(page.Visits, findVisit{"/visits/" + string(v.Visit.ID), page.Clock(v.Visit.Starts), page.Name(v.Client), s.words.say("visit.state." + string(v.Visit.State))})
		}
	}
	page.Atlas = s.hitGroups(s.shelf().index().Search(page.Query, mostFoundPages))
	return s.showDesk(w, r, http.StatusOK, "find", page)
}

// dayNamed reads a day as people write it. Without a year it is the one nearest to now.
func dayNamed(text string, now time.Time) (time.Time, bool) {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, ",", " ")), " ")
	for _, form := range []string{time.DateOnly, "2 January 2006", "2 Jan 2006", "January 2 2006", "Jan 2 2006", "2.1.2006", "2. January 2006"} {
		if d, err := time.ParseInLocation(form, text, now.Location()); err == nil && d.Year() > 1970 && d.Year() < 2200 {
			return d, true
		}
	}
	for _, form := range []string{"2 January", "2 Jan", "January 2", "Jan 2", "2.1.", "2. January"} {
		d, err := time.Parse(form+" 2006", text+" 2000") // a leap year, so that 29 February is a day
		if err != nil {
			continue
		}
		best := time.Time{}
		for year := now.Year() - 1; year <= now.Year()+1; year++ {
			t := time.Date(year, d.Month(), d.Day(), 0, 0, 0, 0, now.Location())
			if t.Day() == d.Day() && (best.IsZero() || t.Sub(now).Abs() < best.Sub(now).Abs()) {
				best = t
			}
		}
		return best, !best.IsZero()
	}
	return time.Time{}, false
}
