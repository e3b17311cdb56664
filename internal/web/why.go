package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
	"knead/reason"
)

// shareRow is a painted place and the part of it that a candidate accounts for.
type shareRow struct {
	Letter string
	Level  int
	Where  string
	Width  float64 // of the bar, 0 to 100
	Words  string
}

// lights are what a candidate lights on the body: by painted place the step of the
// scale, by mark the width of the bar under its disc.
type lights struct {
	places []int
	marks  []float64
}

// Places and Marks are the lights as the script reads them.
func (l lights) Places() string { return strings.Trim(fmt.Sprint(l.places), "[]") }

// Marks are the widths by mark.
func (l lights) Marks() string { return strings.Trim(fmt.Sprint(l.marks), "[]") }

// placePath is a painted place in a view, and how strongly it is lit.
type placePath struct {
	N, Step int
	Path    string
}

// leastShare is the smallest share that gets a bar (chosen: less is hardly any of it),
// and mostShares how many bars a candidate has.
const (
	leastShare = 0.02
	mostShares = 10
)

// explain adds to a candidate who accounts for what, and why it stands where it stands.
// What the short reason says already is not said again.
func (s *site) explain(out *cand, c reason.Candidate, places []reason.PlaceCredit, why reason.Reason) {
	type part struct{ area, share, low float64 }
	marks := make([]part, len(out.Discs))
	for i, place := range places {
		share := why.Shares[i]
		step, words := reason.ShareWord(share.Low)
		out.Lights.places = append(out.Lights.places, step)
		if place.Mark < len(marks) {
			m := &marks[place.Mark]
			m.area += place.Area
			m.share += place.Area * share.Share
			m.low += place.Area * share.Low
		}
		if share.Share >= leastShare && len(out.Shares) < mostShares {
			out.Shares = append(out.Shares, shareRow{
				Letter: markLetter(place.Mark), Level: place.Level, Where: capital(place.Words), Width: percent(share.Share), Words: words,
			})
		}
	}
	var said []string
	for i, m := range marks {
		if m.area == 0 {
			out.Lights.marks = append(out.Lights.marks, 0)
			continue
		}
		out.Discs[i].Width = percent(m.share / m.area)
		out.Lights.marks = append(out.Lights.marks, out.Discs[i].Width)
		if _, words := reason.ShareWord(m.low / m.area); m.share/m.area >= leastShare {
			said = append(said, s.words.say("cand.accounts", out.Discs[i].Letter, words))
		}
	}
	if len(said) > 0 {
		out.ExplainsWords = s.words.say("cand.explains-how-much", out.ExplainsWords, strings.Join(said, "; "))
	}
	out.Reasons, out.Sure = notSaid(c.Why, why.Words), notSaid(c.Why, why.Sure)
}

func notSaid(said string, sentences []string) []string {
	var out []string
	for _, words := range sentences {
		if !strings.Contains(said, words) {
			out = append(out, words)
		}
	}
	return out
}

// percent is a share as a width, in whole hundredths: more is not seen.
func percent(share float64) float64 { return float64(int(100*share + 0.5)) }

// lit is the candidate whose zones are drawn.
func (p *assessPage) lit() *cand {
	for i := range p.Bands {
		for j := range p.Bands[i].Cands {
			if c := &p.Bands[i].Cands[j]; c.Key == p.Lit {
				return c
			}
		}
	}
	return &cand{}
}

// lightPlaces draws the painted places in each view, lit as one candidate lights them.
func lightPlaces(views []assessView, d body.Drawing, places []reason.PlaceCredit, lit *cand) {
	skin := body.Skin()
	for n, place := range places {
		var cells []body.Weighted
		for c := range skin.RegionCells(place.Region, place.Side).All {
			if d.Marks[place.Mark].Levels[c] > 0 {
				cells = append(cells, body.Weighted{Cell: c, W: 1})
			}
		}
		for i := range views {
			path := placePath{N: n, Path: chart.ZonePaths(views[i].View, cells)}
			if n < len(lit.Lights.places) {
				path.Step = lit.Lights.places[n]
			}
			if path.Path != "" {
				views[i].Places = append(views[i].Places, path)
			}
		}
	}
	for i := range views {
		for j := range views[i].Discs {
			if disc := &views[i].Discs[j]; disc.Mark < len(lit.Lights.marks) {
				disc.Bar = true
				disc.Width = lit.Lights.marks[disc.Mark]
			}
		}
	}
}

// whyNotPart is the question 'why not this one?' and its answer.
type whyNotPart struct {
	Muscles []string // to choose from
	Asked   string
	Side    string // right, left, or empty for both
	Answers []string
	Error   string
	Near    []string // names that may have been meant
}

// whyNotPart answers what was asked. The side goes with the name; a side within the name
// goes before it.
func (s *site) whyNotPart(a knead.Assessment, r *http.Request) (whyNotPart, error) {
	p := whyNotPart{Asked: strings.Join(strings.Fields(r.PostForm.Get("whynot")), " "), Side: r.PostForm.Get("whynot-side")}
	if near := r.PostForm.Get("whynot-near"); near != "" {
		p.Asked = near
	}
	for _, m := range atlas.Standard().Muscles {
		p.Muscles = append(p.Muscles, m.Name)
	}
	if len(p.Asked) > longestQuery {
		p.Asked = strings.ToValidUTF8(p.Asked[:longestQuery], "")
	}
	if p.Asked == "" {
		return p, nil
	}
	side, err := body.ParseSide(p.Side)
	if err != nil {
		p.Side = ""
	}
	answers, err := a.WhyNot(p.Asked)
	if _, wrong := errors.AsType[*knead.InputError](err); wrong {
		p.Near = atlas.Standard().NearestMuscles(p.Asked, 3)
		p.Error = s.words.say("whynot.unknown", p.Asked)
		return p, nil
	}
	if err != nil {
		return p, fmt.Errorf("why not: %w", err)
	}
	for _, w := range answers {
		if p.Side == "" || w.Side == side || len(answers) == 1 {
			p.Answers = append(p.Answers, w.Words)
		}
	}
	return p, nil
}
