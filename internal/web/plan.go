package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/screen"
)

// planPart is the plan as it stands below the ranking.
type planPart struct {
	Minutes      int
	MinutesError string
	Plan         *planView
	NoPlan       string
	NoPlanKind   string
	Pressures    []int
	PrefPressure int
	Techniques   []techniqueChoice
	HomeMinutes  int
	MaxHome      int
	Avoid        string
	AvoidError   string
	Caps         string
	CapsError    string
	Dropped      []string
}

type techniqueChoice struct {
	ID    atlas.TechniqueID
	Name  string
	On    bool // liked
	Never bool // not wanted
}

// techniquesOf reads the techniques that were ticked in a form.
func techniquesOf(ticked []string) (list []atlas.TechniqueID) {
	for _, id := range ticked {
		if t, ok := atlas.Standard().Technique(atlas.TechniqueID(id)); ok {
			list = append(list, t.ID)
		}
	}
	return list
}

type planView struct {
	Steps     []stepRow
	Positions []positionRun
	Worked    int
	Unused    int
	UnusedWhy string
	Limit     int
	LeftOut   []plan.LeftOut
	Changes   []string // what ten minutes more or less would make
	HomeTotal int      // minutes of exercises a day
	Advice    []adviceGroup
}

type stepRow struct {
	ID                string
	N                 int
	Title, Sub, Short string
	Technique         string
	Minutes, Pressure int
	Limit             int
	Stones            []string // class of each of five stones; none where nobody is touched
	Why, Source       string
	PositionWords     string
	Turn, Ask, Pinned bool
	Movable           bool
	Order             int // place among the steps that can be moved, from 1
}

// positionRun is how long the client stays as they lie.
type positionRun struct {
	Words   string
	Minutes int
}

// adviceGroup is advice under one heading.
type adviceGroup struct {
	Kind string
	Home bool // goes on the printed page
	Rows []adviceRow
}

type adviceRow struct {
	Words, Dose, Source string
	Minutes             int // a day, about; 0 for none
}

// editForm is what was typed into the plan and could not be taken.
type editForm struct{ minutesError, avoid, avoidError, caps, capsError string }

// keepPlan notes the plan that the therapist has before them, before a change is taken: the
// next one does not shuffle it.
func (w *work) keepPlan() {
	if !w.client {
		w.visit.KeepPlan()
	}
}

// takeEdits reads the fields of the plan: minutes, what the client likes, and one
// change to one step, written as "what step".
func (s *site) takeEdits(w *work, r *http.Request) editForm {
	var form editForm
	if text := strings.TrimSpace(r.PostForm.Get("minutes")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < knead.MinMinutes || n > knead.MaxMinutes {
			form.minutesError = s.words.say("plan.minutes-error", knead.MinMinutes, knead.MaxMinutes)
		} else {
			w.visit.Minutes = n
		}
	}
	if _, sent := r.PostForm["pref-pressure"]; sent {
		s.takePreferences(w, r, &form)
	}
	what, step, ok := strings.Cut(r.PostForm.Get("edit"), " ")
	if ok {
		w.edit(what, step, r)
	}
	return form
}

func (s *site) takePreferences(w *work, r *http.Request, form *editForm) {
	p := &w.visit.Preferences
	p.Pressure, p.Avoid, p.HomeMinutes = 0, nil, 0
	p.Techniques, p.Never = techniquesOf(r.PostForm["pref-technique"]), techniquesOf(r.PostForm["pref-never"])
	if n, err := strconv.Atoi(r.PostForm.Get("pref-home")); err == nil && n >= 1 && n <= plan.MaxHomeMinutes && n != plan.UsualHomeMinutes {
		p.HomeMinutes = n
	}
	if n, err := strconv.Atoi(r.PostForm.Get("pref-pressure")); err == nil && n >= 1 && n <= screen.MaxPressure {
		p.Pressure = n
	}
	for part := range strings.SplitSeq(r.PostForm.Get("pref-avoid"), ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		place, err := body.Find(part)
		if err != nil {
			form.avoid, form.avoidError = r.PostForm.Get("pref-avoid"), s.placeProblem(err)
			continue
		}
		p.Avoid = append(p.Avoid, place)
	}
	if caps, sent := r.PostForm["pref-caps"]; sent {
		s.takeCaps(p, last(caps), form)
	}
}

// takeCaps reads places with the pressure behind each: "back of the neck 2; left calf 1".
// What a place was sore after stays while its line does.
func (s *site) takeCaps(p *plan.Preferences, text string, form *editForm) {
	before := p.Caps
	p.Caps = nil
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		words := strings.TrimRight(part, "0123456789")
		most, err := strconv.Atoi(part[len(words):])
		if err != nil || most < 1 || most > screen.MaxPressure {
			form.caps, form.capsError = text, s.words.say("prefs.caps-error")
			continue
		}
		place, err := body.Find(words)
		if err != nil {
			form.caps, form.capsError = text, s.placeProblem(err)
			continue
		}
		c := plan.Cap{Place: place, Max: most}
		if i := slices.IndexFunc(before, c.Equal); i >= 0 {
			c = before[i]
		}
		p.Caps = append(p.Caps, c)
	}
}

// capWords writes caps as they are typed.
func capWords(caps []plan.Cap) string {
	words := make([]string, 0, len(caps))
	for _, c := range caps {
		words = append(words, c.Place.Words+" "+strconv.Itoa(c.Max))
	}
	return strings.Join(words, "; ")
}

// edit changes one step. The other pins stay, so that only the rest is planned again.
func (w *work) edit(what, step string, r *http.Request) {
	pins := slices.Clone(w.visit.Pins)
	i := slices.IndexFunc(pins, func(p plan.Pin) bool { return p.Step == step })
	if what == "free" {
		if i >= 0 {
			pins = slices.Delete(pins, i, i+1)
		}
		w.visit.Pins = pins
		return
	}
	if i < 0 {
		i = len(pins)
		pins = append(pins, plan.Pin{Step: step})
	}
	p := &pins[i]
	switch what {
	case "pin":
	case "drop":
		*p = plan.Pin{Step: step, Drop: true}
	case "set":
		if n, err := strconv.Atoi(r.PostForm.Get("pm-" + step)); err == nil && n >= 1 && n <= 60 {
			p.Minutes = n
		}
		if n, err := strconv.Atoi(r.PostForm.Get("pp-" + step)); err == nil && n >= 1 && n <= screen.MaxPressure {
			p.Pressure = n
		}
	case "up", "down", "to":
		order := w.order(step)
		var to int
		switch what {
		case "up":
			to = order - 1
		case "down":
			to = order + 1
		default:
			to, _ = strconv.Atoi(r.PostForm.Get("to")) // what is no number is 0, which is refused below
		}
		if order == 0 || to < 1 {
			return
		}
		p.Order = to
	default:
		return
	}
	w.visit.Pins = pins
}

// order is the place of a step among the work steps of the plan as it stands, from 1.
func (w *work) order(step string) int {
	a, err := knead.Assess(w.visit)
	if err != nil || a.Plan == nil {
		return 0
	}
	n := 0
	for _, s := range a.Plan.Steps {
		if s.Kind != plan.Work {
			continue
		}
		if n++; s.ID == step {
			return n
		}
	}
	return 0
}

func (s *site) planPart(w work, a knead.Assessment, form editForm) planPart {
	p := planPart{
		Minutes: w.visit.Minutes, MinutesError: form.minutesError, NoPlan: a.NoPlan, NoPlanKind: "refer",
		Pressures: []int{1, 2, 3, 4, 5}, PrefPressure: w.visit.Preferences.Pressure,
		HomeMinutes: cmp.Or(w.visit.Preferences.HomeMinutes, plan.UsualHomeMinutes), MaxHome: plan.MaxHomeMinutes,
		Avoid: placeWords(w.visit.Preferences.Avoid), AvoidError: form.avoidError,
		Caps: capWords(w.visit.Preferences.Caps), CapsError: form.capsError,
	}
	if form.avoid != "" {
		p.Avoid = form.avoid
	}
	if form.caps != "" {
		p.Caps = form.caps
	}
	if p.Minutes == 0 {
		p.Minutes = knead.DefaultMinutes
	}
	if a.Screening.Level == screen.SameDay {
		p.NoPlanKind = "today"
	}
	for _, t := range atlas.Standard().Techniques {
		wishes := w.visit.Preferences
		p.Techniques = append(p.Techniques, techniqueChoice{t.ID, t.Name, slices.Contains(wishes.Techniques, t.ID), slices.Contains(wishes.Never, t.ID)})
	}
	for _, pin := range w.visit.Pins {
		if pin.Drop {
			p.Dropped = append(p.Dropped, pin.Step)
		}
	}
	if a.Plan != nil {
		p.Plan = s.planView(*a.Plan)
	}
	return p
}

func (s *site) planView(p plan.Plan) *planView {
	v := &planView{Worked: p.Worked, Unused: p.Unused, UnusedWhy: p.UnusedWhy, Limit: p.Limit, LeftOut: p.LeftOut}
	order := 0
	for i, step := range p.Steps {
		row := s.stepRow(step, limitOf(step, p.Limit))
		row.N = i + 1
		if row.Movable {
			order++
			row.Order = order
		}
		v.Steps = append(v.Steps, row)
		if n := len(v.Positions); n > 0 && v.Positions[n-1].Words == row.PositionWords {
			v.Positions[n-1].Minutes += row.Minutes
		} else {
			v.Positions = append(v.Positions, positionRun{row.PositionWords, row.Minutes})
		}
	}
	for _, c := range []*plan.Otherwise{p.More, p.Less} {
		if c != nil {
			v.Changes = append(v.Changes, s.otherLength(*c))
		}
	}
	for _, a := range p.Advice {
		group := adviceGroup{Kind: s.words.or("advice."+strings.ReplaceAll(string(a.Kind), " ", "-"), capital(string(a.Kind))), Home: a.Kind == plan.AdviceHeat || a.Kind == plan.AdviceExercise || a.Kind == plan.AdviceNext || a.Kind == plan.AdviceDoctor}
		row := adviceRow{Words: a.Words, Dose: strings.TrimSuffix(strings.ReplaceAll(a.Dose, "(chosen)", s.words.say("exercise.chosen")), "."), Source: s.sourceName(a.Source), Minutes: a.Minutes}
		v.HomeTotal += a.Minutes
		if n := len(v.Advice); n == 0 || v.Advice[n-1].Kind != group.Kind {
			v.Advice = append(v.Advice, group)
		}
		last := &v.Advice[len(v.Advice)-1]
		last.Rows = append(last.Rows, row)
	}
	return v
}

// otherLength says what a session of other length would have.
func (s *site) otherLength(c plan.Otherwise) string {
	worth, what := "nothing", strings.Join(c.What, "; ")
	if len(c.What) > 0 {
		worth = string(c.Worth)
	}
	if c.Minutes < 0 {
		return s.words.say("plan.less."+worth, -c.Minutes, what)
	}
	return s.words.say("plan.more."+worth, c.Minutes, what)
}

func (s *site) stepRow(step plan.Step, limit int) stepRow {
	row := stepRow{
		Limit: limit, ID: step.ID, Minutes: (step.Seconds + 59) / 60, Pressure: step.Pressure, Why: step.Reason,
		Source: s.sourceName(step.Source), Turn: step.Kind == plan.Turn, Ask: step.Ask, Pinned: step.Pinned,
		Movable: step.Kind == plan.Work, PositionWords: s.words.or("position."+string(step.Position), string(step.Position)),
	}
	row.Title, row.Sub = s.stepTitle(step), step.Words
	if said, ok := strings.CutPrefix(row.Sub, row.Title+": "); ok { // "Warm up: broad strokes" under the title "Warm up"
		row.Sub = capital(said)
	}
	row.Short = s.stepShort(step)
	if t, ok := atlas.Standard().Technique(step.Technique); ok && step.Pressure > 0 {
		row.Technique = t.Name
	}
	if step.Pressure > 0 {
		for n := 1; n <= screen.MaxPressure; n++ {
			switch {
			case n <= step.Pressure:
				row.Stones = append(row.Stones, "on")
			case n > limit:
				row.Stones = append(row.Stones, "no")
			default:
				row.Stones = append(row.Stones, "")
			}
		}
	}
	return row
}

// stepTitle is what the hands do: the first stroke of a work step, else its kind.
func (s *site) stepTitle(step plan.Step) string {
	switch {
	case step.Kind != plan.Work:
		return s.words.say("step." + string(step.Kind))
	case step.Hold.Seconds > 0:
		return s.words.say("step.press")
	case len(step.Strokes) > 0:
		return s.words.or("stroke."+string(step.Strokes[0]), capital(string(step.Strokes[0])))
	}
	return s.words.say("step.work")
}

// stepShort fits into a column of the landscape.
func (s *site) stepShort(step plan.Step) string {
	switch {
	case step.Kind != plan.Work:
		return s.words.say("step." + string(step.Kind) + ".short")
	case step.Muscle != nil:
		return capital(step.Muscle.Name)
	}
	if r, ok := body.RegionByID(step.Region); ok {
		return r.Lay
	}
	return capital(step.Words)
}

// sourceName is short enough to stand in a line: "Do TP et al., 2018"; a convention
// is called one.
func (s *site) sourceName(id atlas.SourceID) string {
	src, ok := atlas.Standard().Sources[id]
	if !ok {
		return ""
	}
	if strings.HasPrefix(src.Authors, "(") || src.Authors == "" && strings.HasPrefix(src.Title, "(") {
		return s.words.say("plan.convention")
	}
	name := src.Authors
	if first, rest, several := strings.Cut(name, ", "); several && rest != "" && !strings.Contains(name, "et al") {
		name = first + " et al."
	}
	if name == "" {
		name = src.In
	}
	if name == "" {
		name = src.Title
	}
	if src.Year > 0 {
		name += ", " + strconv.Itoa(src.Year)
	}
	return name
}
