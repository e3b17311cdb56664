package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"knead"
	"knead/atlas"
	"knead/internal/practice"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// beforePart is what came of the last time: what the next plan should mind, the last
// drawing beside today's, the last plan and what the client said afterwards.
type beforePart struct {
	Hints    []hintRow
	Sore     []string // where it was sore, and the pressure that is left there
	Ease     bool     // the wishes go beyond that
	Window   string   // when the next session is best
	Compare  *comparison
	Date     string // of the last session; empty: there was none
	Steps    []beforeStep
	Findings []string
	Said     []checkinRow
}

type hintRow struct {
	Words  string
	Urgent bool
	Source string
}

type beforeStep struct {
	Title, Sub              string
	Planned, Done           int // minutes
	Pressure, Used, Comfort string
}

// before gathers what came of the last time; nil where nothing did.
func (s *site) before(r *http.Request, w work, past []practice.Past) (*beforePart, error) {
	p := w.kept
	if p == nil || p.by.ByLink() {
		return nil, nil //nolint:nilnil // no record, no last time
	}
	d := desk{Person: p.person}
	b := &beforePart{}
	var err error
	if b.Compare, err = s.sinceLastDrawing(r, d, p.visit); err != nil {
		return nil, err
	}
	if len(past) == 0 {
		if b.Compare == nil {
			return nil, nil //nolint:nilnil // the first visit
		}
		return b, nil
	}
	hints := practice.Hints(practice.Since(past, p.client))
	for _, h := range hints.Hints {
		if h.Kind == knead.HintLower {
			b.Sore = append(b.Sore, capital(h.Words))
			continue
		}
		b.Hints = append(b.Hints, hintRow{h.Words, h.Urgency != "" && h.Urgency.Rank() >= screen.Refer.Rank(), s.hintSource(h)})
	}
	wished := w.visit.Preferences.Caps
	b.Ease = !slices.EqualFunc(wished, hints.Apply(w.visit.Preferences).Caps, plan.Cap.Equal)
	b.Window = s.windowWords(d, hints.Window)
	s.lastSession(d, b, past[len(past)-1])
	return b, nil
}

// sinceLastDrawing compares today's drawing with the one before; nil while nothing is
// painted or asked today, since an empty drawing would then say that all is gone.
func (s *site) sinceLastDrawing(r *http.Request, d desk, now knead.VisitRecord) (*comparison, error) {
	if len(now.Input.Drawing.Marks) == 0 && !now.Asked {
		return nil, nil //nolint:nilnil // nothing to compare yet
	}
	visits, _, err := s.house.VisitsOf(r.Context(), d.Person.Actor, now.Client, visitsShown)
	if err != nil {
		return nil, err
	}
	for _, v := range visits { // newest first
		if v.Starts >= now.Starts || v.State == knead.VisitCancelled || len(v.Input.Drawing.Marks) == 0 && !v.Asked {
			continue
		}
		return s.comparison("before", drawn{N: 1, Visit: v, Date: d.Day(v.Starts), Drawing: v.Input.Drawing}, drawn{N: 2, Visit: now, Date: s.words.say("before.today"), Drawing: now.Input.Drawing})
	}
	return nil, nil //nolint:nilnil // nothing was painted before
}

// hintSource names where a hint comes from, and that its number is ours.
func (s *site) hintSource(h knead.Hint) string {
	if h.Chosen || h.Source == "convention" {
		return s.words.say("before.chosen")
	}
	return s.sourceName(h.Source)
}

func (s *site) windowWords(d desk, w *knead.Window) string {
	switch {
	case w == nil:
		return ""
	case w.Wait:
		return s.words.say("before.wait")
	}
	return s.words.say("before.window", d.Day(w.From), d.Day(w.Until))
}

func (s *site) lastSession(d desk, b *beforePart, p practice.Past) {
	b.Date = d.Day(p.Visit.Starts)
	for _, a := range p.Session.Steps {
		if a.Step.Kind != plan.Work {
			continue
		}
		row := s.stepRow(a.Step, p.Plan.Limit)
		step := beforeStep{Title: row.Title, Sub: row.Sub, Planned: row.Minutes, Done: int(a.Worked.Round(time.Minute) / time.Minute)}
		if a.Step.Pressure > 0 {
			step.Pressure = strconv.Itoa(a.Step.Pressure)
		}
		if light, strong, ok := a.Pressures(); ok {
			step.Used = strconv.Itoa(strong)
			if light != strong {
				step.Used = s.words.say("before.from-to", light, strong)
			}
		}
		var felt []string
		for _, n := range a.Comfort {
			felt = append(felt, strconv.Itoa(n))
		}
		step.Comfort = strings.Join(felt, ", ")
		b.Steps = append(b.Steps, step)
	}
	for _, f := range slices.Concat(p.Visit.Input.Findings, p.Session.Findings) {
		if words := s.findingWords(f); words != "" && !slices.Contains(b.Findings, words) {
			b.Findings = append(b.Findings, words)
		}
	}
	b.Said = s.checkinRows(d, p.Checkins)
}

func (s *site) findingWords(f reason.Finding) string {
	name := ""
	if point, ok := atlas.Standard().Point(f.Point); ok {
		name = point.Muscle.Name
	} else if m, ok := atlas.Standard().Muscle(f.Muscle); ok {
		name = m.Name
	}
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%s %s: %s", capital(name), s.words.say("side."+f.Side.String()), s.found(f))
}

// easing are the hints that a form takes over into the wishes; none where it does not.
func (s *site) easing(r *http.Request, p passage) (knead.Hints, error) {
	if r.PostFormValue("ease") == "" {
		return knead.Hints{}, nil
	}
	past, err := s.house.Past(r.Context(), p.by, p.visit.ID)
	return practice.Hints(past), err
}
