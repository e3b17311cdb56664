package web

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"knead"
	"knead/body"
	"knead/internal/chart"
	"knead/internal/practice"
	"knead/outcome"
)

// course is what is known of a client over time: drawings, answers, check-ins.
type course struct {
	visits   []knead.VisitRecord // not the cancelled ones, earliest first
	drawings []drawn
	measures []practice.Measure
	checkins []knead.Checkin
}

// drawn is the drawing of one visit. An empty one counts where the client was asked: then
// nothing hurts.
type drawn struct {
	N       int // from 1, in the order of time: it stays the same when visits are added
	Visit   knead.VisitRecord
	Date    string
	Short   string // the same, for the head of a column
	Drawing body.Drawing
}

// visitsInCourse is how many visits are looked back on (chosen: years of weekly ones).
const visitsInCourse = 400

func (s *site) course(r *http.Request, d desk, client knead.ClientID) (c course, err error) {
	ctx, by := r.Context(), d.Person.Actor
	visits, _, err := s.house.VisitsOf(ctx, by, client, visitsInCourse)
	if err != nil {
		return c, err
	}
	slices.Reverse(visits)
	for _, v := range visits {
		if v.State == knead.VisitCancelled {
			continue
		}
		c.visits = append(c.visits, v)
		if len(v.Input.Drawing.Marks) > 0 || v.Asked {
			c.drawings = append(c.drawings, drawn{len(c.drawings) + 1, v, d.Day(v.Starts), d.shortDay(v.Starts), v.Input.Drawing})
		}
	}
	if c.measures, err = s.house.Measures(ctx, by, client); err != nil {
		return c, err
	}
	c.checkins, err = s.house.Checkins(ctx, by, client)
	return c, err
}

// treated tells whether hands were laid on at a visit.
func treated(v knead.VisitRecord) bool {
	return v.State == knead.VisitStarted || v.State == knead.VisitEnded || v.State == knead.VisitClosed
}

// scored is one answered instrument with its score.
type scored struct {
	practice.Measure

	score outcome.Score
}

// of gives the answers to an instrument, earliest first, of some moments or of all. A
// check-in that was answered again counts as it was answered last.
func (c course) of(id outcome.ID, moments ...string) []scored {
	var list []scored
	for _, m := range c.measures {
		if m.Instrument != string(id) || len(moments) > 0 && !slices.Contains(moments, m.Moment) {
			continue
		}
		if score, err := m.Score(); err == nil { // answers that today's rules cannot read are kept and not drawn
			list = append(list, scored{m, score})
		}
	}
	slices.SortStableFunc(list, func(a, b scored) int { return int(max(-1, min(1, a.At-b.At))) })
	kept := list[:0]
	for i, x := range list {
		again := func(y scored) bool { return y.Visit == x.Visit && y.Moment == x.Moment }
		if asked := x.Moment == "day1" || x.Moment == "day3"; asked && slices.ContainsFunc(list[i+1:], again) {
			continue
		}
		kept = append(kept, x)
	}
	return kept
}

// trendCard is one picture of answers over time with its table.
type trendCard struct {
	ID, Title string
	SVG       template.HTML
	Table     chart.TrendTable
	Changes   []string
}

// trendCards draws all that was answered, in pictures that belong together.
func (s *site) trendCards(d desk, c course) ([]trendCard, error) {
	t := trends{s: s, d: d, c: c, shown: map[outcome.ID]bool{"painted-area": true, "since-session": true}}
	for _, card := range []struct {
		id     string
		panels func() []chart.TrendPanel
	}{
		{"pain", t.pain},
		{"function", func() []chart.TrendPanel { return t.subject(outcome.Function) }},
		{"beside", t.beside},
		{"other", t.others},
	} {
		if err := t.card(card.id, card.panels()); err != nil {
			return nil, err
		}
	}
	return t.cards, nil
}

type trends struct {
	s       *site
	d       desk
	c       course
	shown   map[outcome.ID]bool
	changes []string // of the panels made since the last card
	cards   []trendCard
}

func (t *trends) card(id string, panels []chart.TrendPanel) error {
	changes := t.changes
	t.changes = nil
	if len(panels) == 0 {
		return nil
	}
	title := t.s.words.say("trend." + id)
	trend := chart.Trend{
		ID: "trend-" + id, Title: title, Summary: strings.Join(append(slices.Clone(changes), t.s.words.say("trend.table-below")), " "),
		Missing: t.s.words.say("trend.missing"), Session: t.s.words.say("trend.session"), Panels: panels,
		Least: (7 * 24 * time.Hour).Microseconds(), // chosen: what came of one visit stands together
	}
	for _, v := range t.c.visits {
		if treated(v) {
			trend.Sessions = append(trend.Sessions, t.time(v.Starts))
		}
	}
	drawing, err := trend.HTML()
	if err != nil {
		return err
	}
	t.cards = append(t.cards, trendCard{ID: id, Title: title, SVG: drawing, Table: trend.Table(), Changes: changes})
	return nil
}

func (t *trends) time(at knead.Instant) chart.TrendTime {
	return chart.TrendTime{At: int64(at), Words: t.d.shortDay(at)}
}

// shortDay writes a date for pictures and heads of columns.
func (d desk) shortDay(at knead.Instant) string {
	return at.Time().In(d.Person.zone).Format("2 Jan 06")
}

func (t *trends) points(list []scored) []chart.TrendPoint {
	points := make([]chart.TrendPoint, 0, len(list))
	for _, x := range list {
		n, known := x.score.Number()
		points = append(points, chart.TrendPoint{TrendTime: t.time(x.At), Value: n, Known: known, Text: plainNumber(n)})
	}
	return points
}

// plainNumber writes a number with at most one decimal.
func plainNumber(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// panel draws an instrument, and notes what became of it.
func (t *trends) panel(id outcome.ID, moments ...string) (chart.TrendPanel, bool) {
	in, ok := outcome.Standard().Instrument(id)
	list := t.c.of(id, moments...)
	if !ok || len(list) == 0 {
		return chart.TrendPanel{}, false
	}
	t.shown[id] = true
	if words := t.s.changeWords(t.d, in, list); words != "" {
		t.changes = append(t.changes, words)
	}
	w := t.s.words
	return chart.InstrumentPanel(in, in.Name, w.say("trend.better."+string(in.Better)), w.say("trend.small"), w.say("trend.large"), t.points(list)), true
}

// line adds a second or third measure to a panel.
func (t *trends) line(p *chart.TrendPanel, first, label string, list []scored) {
	if len(list) == 0 {
		return
	}
	if len(p.Lines) == 1 {
		p.Lines[0].Label = first
	}
	p.Lines = append(p.Lines, chart.TrendLine{Label: label, Points: t.points(list)})
}

// arrival are the moments at which a client is asked before anything is done.
var arrival = []string{"intake", "before", "review"}

func (t *trends) pain() (panels []chart.TrendPanel) {
	w := t.s.words
	if p, ok := t.panel("nprs-now", arrival...); ok {
		t.line(&p, w.say("trend.before"), w.say("trend.after"), t.c.of("nprs-now", "after"))
		t.line(&p, w.say("trend.before"), w.say("trend.checkin"), t.c.of("nprs-now", "day1", "day3"))
		panels = append(panels, p)
	} else if p, ok := t.panel("nprs-now"); ok {
		panels = append(panels, p)
	}
	if p, ok := t.panel("nprs-average"); ok {
		t.line(&p, w.say("trend.usual"), w.say("trend.worst"), t.c.of("nprs-worst"))
		t.shown["nprs-worst"] = true
		p.Label = w.say("trend.week")
		panels = append(panels, p)
	} else if p, ok := t.panel("nprs-worst"); ok {
		panels = append(panels, p)
	}
	panels = append(panels, t.askedPlaces()...)
	if p, ok := t.paintedPlaces(); ok {
		panels = append(panels, p)
	}
	return panels
}

// linesInPanel is how many lines can be told apart, and placesDrawn how many places have a
// panel of their own (chosen: more is read in the table).
const (
	linesInPanel = 3
	placesDrawn  = 3
)

// askedPlaces draws how strong the pain is at the places that were asked about most, on
// arrival and after the session.
func (t *trends) askedPlaces() (panels []chart.TrendPanel) {
	t.shown["nprs-place"] = true
	in, ok := outcome.Standard().Instrument("nprs-place")
	if !ok {
		return nil
	}
	by := map[string][]scored{}
	var order []string
	for _, x := range t.c.of(in.ID) {
		if by[x.Place] == nil {
			order = append(order, x.Place)
		}
		by[x.Place] = append(by[x.Place], x)
	}
	slices.SortStableFunc(order, func(a, b string) int { return len(by[b]) - len(by[a]) })
	w := t.s.words
	for _, place := range order[:min(placesDrawn, len(order))] {
		before, after := splitPain(by[place])
		if len(before) == 0 {
			before, after = after, nil
		}
		named := *in
		named.Name = w.say("trend.asked-place", place)
		if words := t.s.changeWords(t.d, &named, before); words != "" {
			t.changes = append(t.changes, words)
		}
		p := chart.InstrumentPanel(&named, named.Name, w.say("trend.better."+string(in.Better)), w.say("trend.small"), w.say("trend.large"), t.points(before))
		t.line(&p, w.say("trend.before"), w.say("trend.after"), after)
		panels = append(panels, p)
	}
	return panels
}

// splitPain parts what was answered on arrival from what was answered after a session.
func splitPain(list []scored) (before, after []scored) {
	for _, x := range list {
		if slices.Contains(arrival, x.Moment) {
			before = append(before, x)
		} else {
			after = append(after, x)
		}
	}
	return before, after
}

// paintedPlaces draws the highest level that was painted at the places that were painted
// most. A place that a drawing leaves out does not hurt.
func (t *trends) paintedPlaces() (chart.TrendPanel, bool) {
	p := chart.TrendPanel{Label: t.s.words.say("trend.painted-places"), Better: t.s.words.say("trend.better.lower"), High: 10}
	if len(t.c.drawings) < 2 {
		return p, false
	}
	places := paintedPlaces(t.c.drawings)
	for _, place := range places[:min(linesInPanel, len(places))] {
		line := chart.TrendLine{Label: place.words}
		for i, d := range t.c.drawings {
			line.Points = append(line.Points, chart.TrendPoint{TrendTime: t.time(d.Visit.Starts), Value: float64(place.levels[i]), Known: true})
		}
		p.Lines = append(p.Lines, line)
	}
	return p, len(p.Lines) > 0
}

type paintedPlace struct {
	words  string
	levels []int // the highest of each drawing
	sum    int
}

// paintedPlaces lists the places that were painted in any drawing, in the words in which
// all of them together are read back, first where it hurt most for longest.
func paintedPlaces(drawings []drawn) []paintedPlace {
	var all body.Set
	for _, d := range drawings {
		all = all.Union(d.Drawing.Cells())
	}
	var list []paintedPlace
	for _, words := range body.Describe(all) {
		p := paintedPlace{words: capital(words.Words)}
		for _, d := range drawings {
			top := uint8(0)
			for _, m := range d.Drawing.Marks {
				for cell, level := range m.Levels {
					if level > top && words.Cells.Has(cell) {
						top = level
					}
				}
			}
			p.levels = append(p.levels, int(top))
			p.sum += int(top)
		}
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b paintedPlace) int { return b.sum - a.sum })
	return list
}

func (t *trends) subject(subject outcome.Subject) (panels []chart.TrendPanel) {
	for _, in := range outcome.Standard().Instruments {
		if in.Subject != subject || t.shown[in.ID] {
			continue
		}
		if p, ok := t.panel(in.ID); ok {
			panels = append(panels, p)
		}
	}
	return panels
}

// beside draws stress, sleep and mood below each other with pain on one line of time. It
// shows nothing where only pain is known: that stands above already.
func (t *trends) beside() []chart.TrendPanel {
	panels := slices.Concat(t.subject(outcome.Stress), t.subject(outcome.Sleep), t.subject(outcome.Mood))
	if len(panels) == 0 {
		return nil
	}
	changes := t.changes                // what became of pain is told above
	pain, ok := t.panel("nprs-average") // drawn above as well
	if !ok {
		pain, ok = t.panel("nprs-now", arrival...)
	}
	if ok {
		panels = slices.Insert(panels, 0, pain)
	}
	t.changes = changes
	return panels
}

// others draws painted skin and whatever else was asked.
func (t *trends) others() (panels []chart.TrendPanel) {
	if p, ok := t.skin(); ok {
		panels = append(panels, p)
	}
	for _, in := range outcome.Standard().Instruments {
		if t.shown[in.ID] {
			continue
		}
		if p, ok := t.panel(in.ID); ok {
			panels = append(panels, p)
		}
	}
	return panels
}

func (t *trends) skin() (chart.TrendPanel, bool) {
	in, ok := outcome.Standard().Instrument("painted-area")
	if !ok || len(t.c.drawings) < 2 {
		return chart.TrendPanel{}, false
	}
	points := make([]chart.TrendPoint, 0, len(t.c.drawings))
	high := 0.0
	for _, d := range t.c.drawings {
		share := paintedShare(d.Drawing)
		high = max(high, share)
		points = append(points, chart.TrendPoint{TrendTime: t.time(d.Visit.Starts), Value: share, Known: true, Text: plainNumber(share) + " %"})
	}
	top := 100.0
	for _, step := range []float64{5, 10, 20, 50} {
		if high <= step {
			top = step
			break
		}
	}
	return chart.TrendPanel{
		Label: t.s.words.say("trend.skin"), Better: t.s.words.say("trend.better." + string(in.Better)), High: top, Lines: []chart.TrendLine{{Points: points}},
	}, true
}

var wholeSkin = sync.OnceValue(func() (cm2 float64) {
	for c := range body.CellID(body.Skin().Len()) {
		cm2 += body.Skin().Area(c)
	}
	return cm2
})

// paintedShare is how much of the skin is painted, in percent.
func paintedShare(d body.Drawing) float64 { return 100 * d.Area() / wholeSkin() }

// changeWords says how the last answer differs from the first, and whether that is a
// change that matters. It never says why.
func (s *site) changeWords(d desk, in *outcome.Instrument, list []scored) string {
	if len(list) < 2 {
		return ""
	}
	first, last := list[0], list[len(list)-1]
	a, b := first.score, last.score
	if in.Own.Most > 0 {
		a, b = sameActivities(in, first, last)
	}
	c := in.Change(a, b)
	x, _ := a.Number()
	y, _ := b.Number()
	why := s.words.say("trend.why." + string(c.Why))
	switch {
	case c.Why == outcome.NotAnswered, c.Why == outcome.NotAlike:
		return ""
	case c.Why == outcome.JudgesItself:
		return s.words.say("trend.said", in.Name, d.Day(last.At), labelOf(in, last.score))
	case c.Direction == "":
		return s.words.say("trend.not-compared", in.Name, why)
	case c.Direction == outcome.ToSame:
		return s.words.say("trend.same", in.Name, plainNumber(x), d.Day(first.At), d.Day(last.At))
	}
	return s.words.say("trend.change."+string(c.Direction), in.Name, plainNumber(x), d.Day(first.At), plainNumber(y), d.Day(last.At), plainNumber(c.By), why)
}

// labelOf is what the number of a single item means, in words.
func labelOf(in *outcome.Instrument, score outcome.Score) string {
	n, _ := score.Number()
	for _, item := range in.Items {
		for _, l := range item.Labels {
			if l.Value == n {
				return l.Text
			}
		}
	}
	return plainNumber(n)
}

// sameActivities gives two scores in which a number stands for the same activity, by the
// client's words. What the last one has beyond those of the first is left out where the
// instrument has no more room.
func sameActivities(in *outcome.Instrument, first, last scored) (outcome.Score, outcome.Score) {
	number := map[string]int{}
	renumber := func(m practice.Measure) outcome.Answers {
		answers := outcome.Answers{}
		for n := 1; n <= in.Own.Most; n++ {
			x, err := strconv.ParseFloat(m.Answers[strconv.Itoa(n)], 64)
			if err != nil {
				continue // not answered
			}
			words := practice.Fold(m.Answers[practice.ActivityOf(n)])
			if words == "" {
				words = fmt.Sprint(n)
			}
			if number[words] == 0 {
				number[words] = len(number) + 1
			}
			if number[words] <= in.Own.Most {
				answers[outcome.ItemID(strconv.Itoa(number[words]))] = x
			}
		}
		return answers
	}
	a, errA := in.Score(renumber(first.Measure))
	b, errB := in.Score(renumber(last.Measure))
	if errA != nil || errB != nil {
		return first.score, last.score
	}
	return a, b
}

// strip draws small figures in the order of time.
func (s *site) strip(id string, list []drawn) (template.HTML, error) {
	strip := chart.Strip{ID: id, Label: s.words.say("overtime.strip")}
	for _, d := range list {
		strip.Visits = append(strip.Visits, chart.StripVisit{Date: d.Date, Note: s.drawnNote(d.Drawing), Alt: s.drawnWords(d), Drawing: d.Drawing})
	}
	return strip.HTML()
}

func (s *site) drawnNote(d body.Drawing) string {
	top := 0
	for _, m := range d.Marks {
		top = max(top, topLevel(m))
	}
	if top == 0 {
		return s.words.say("overtime.nothing")
	}
	return s.words.say("overtime.note", top, int(d.Area()+0.5))
}

func (s *site) drawnWords(d drawn) string {
	var places []string
	for _, m := range d.Drawing.Marks {
		places = append(places, s.markWords(m))
	}
	if len(places) == 0 {
		return s.words.say("overtime.alt-nothing", d.Date)
	}
	return s.words.say("overtime.alt", d.Date, strings.Join(places, "; "))
}

// comparison is two drawings beside each other and what changed between them.
type comparison struct {
	From, To drawn
	Beside   template.HTML
	Figures  []template.HTML
	Key      template.HTML
	Rows     []becameRow
}

type becameRow struct {
	Words  string
	Places []string
	Area   int // cm2
}

// comparison compares an earlier drawing with a later one. id is unique on the page.
func (s *site) comparison(id string, from, to drawn) (*comparison, error) {
	c := &comparison{From: from, To: to}
	var err error
	if c.Beside, err = s.strip(id+"-pair", []drawn{from, to}); err != nil {
		return nil, err
	}
	changes := body.Difference(from.Drawing, to.Drawing)
	var rows []chart.KeyRow
	for _, k := range changes.Read() {
		row := becameRow{Words: s.words.say("compare." + string(k.Kind)), Area: int(k.Area + 0.5)}
		for _, place := range k.Places {
			row.Places = append(row.Places, place.Words)
		}
		c.Rows = append(c.Rows, row)
		rows = append(rows, chart.KeyRow{Kind: k.Kind, Words: row.Words})
	}
	if len(rows) == 0 {
		return c, nil
	}
	for i, v := range chart.DifferenceViews(changes) {
		f := chart.DifferenceFigure{
			ID: fmt.Sprintf("%s-%d", id, i), Alt: s.words.say("compare.alt", from.Date, to.Date, s.words.say("view."+v.Name)), View: v, Change: changes,
		}
		if files, err := s.figures.view(body.Neutral, v.Name); err == nil { // without its picture the figure is flat
			f.Clay = files.url("jpg")
		}
		drawing, err := f.SVG()
		if err != nil {
			return nil, err
		}
		c.Figures = append(c.Figures, drawing)
	}
	c.Key, err = chart.DifferenceKey(id+"-key", s.words.say("compare.key"), rows)
	return c, err
}
