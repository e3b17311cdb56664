package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"knead/body"
	"knead/internal/chart"
)

// paintPage is the screen on which the client shows where it hurts.
type paintPage struct {
	layout
	Paint     string // the drawing as the script reads it
	CellsURL  string
	View      viewOnPage
	Views     []viewButton
	Marks     []markRow
	Levels    []int
	Qualities []body.Quality
	Depths    []body.Depth
	Groups    []regionGroup
	Figures   []choice
	LastTime  string // the day whose drawing can be taken over
	Say       string // words that were not understood
	SayError  string
}

type choice struct {
	Name string
	On   bool
}

// viewButton chooses a view and tells the script where its files are.
type viewButton struct {
	*viewFiles
	Name, Kind, Short, Lead    string // Lead names the family while it is folded
	Picture, Map, Small, Shape string
	SmallW, SmallH             int
	LeftWords, RightWords, Alt string
	On                         bool
	Open                       bool // its family is offered in full
}

// viewOnPage is one view with what was painted on it.
type viewOnPage struct {
	*viewFiles
	Picture               string
	Outline, Landmarks    string
	Paint                 []chart.LevelPath
	Discs                 []disc
	LeftWords, RightWords string
	Alt                   string
}

// markRow is one mark, read back in words.
type markRow struct {
	Index  int    `json:"index"`
	Level  int    `json:"level"`
	Words  string `json:"words"`
	Detail string `json:"detail"`
}

type regionGroup struct {
	Name    string
	Regions []regionRow
}

type regionRow struct {
	Index     int
	ID        body.RegionID
	Lay, Name string
	Find      string // lower-case words for the search field
}

// paintForm is what was typed on the paint screen and has to be shown again.
type paintForm struct {
	view     string
	say      string
	sayError string
}

var (
	levels    = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	qualities = []body.Quality{body.Aching, body.Sharp, body.Burning, body.Tight, body.Throbbing, body.Stabbing, body.Tingling, body.Numb}
	depths    = []body.Depth{body.Deep, body.AtSurface}
)

func (s *site) start(rw http.ResponseWriter, r *http.Request) error {
	return s.showPaint(rw, r, http.StatusOK, work{fresh: true}, paintForm{})
}

// paint is the paint screen again: with a mark more or less, another view or figure.
func (s *site) paint(rw http.ResponseWriter, r *http.Request) error {
	w, err := readWork(r)
	if err != nil {
		return err
	}
	form := s.takePaint(&w, r)
	status := http.StatusOK
	if form.sayError != "" {
		status = http.StatusUnprocessableEntity
	}
	return s.showPaint(rw, r, status, w, form)
}

// takePaint adds to the drawing what the list and the words name.
func (s *site) takePaint(w *work, r *http.Request) paintForm {
	form := paintForm{view: last(r.PostForm["view"])}
	if text := r.PostForm.Get("remove"); text != "" {
		if i, err := strconv.Atoi(text); err == nil && i >= 0 && i < len(w.visit.Drawing.Marks) {
			w.visit.Drawing.Marks = slices.Delete(slices.Clone(w.visit.Drawing.Marks), i, i+1)
		}
	}
	if _, script := r.PostForm["paint"]; !script { // with script the list paints by itself
		s.takeList(w, r)
	}
	if say := strings.TrimSpace(r.PostForm.Get("say")); say != "" {
		place, err := body.Find(say)
		if err != nil {
			form.say, form.sayError = say, s.placeProblem(err)
		} else {
			w.add(place.Cells, level(r.PostForm.Get("say-level")))
		}
	}
	return form
}

func (s *site) takeList(w *work, r *http.Request) {
	for _, chosen := range r.PostForm["r"] {
		id, sideWord, _ := strings.Cut(chosen, ":")
		side, err := body.ParseSide(sideWord)
		if _, known := body.RegionByID(body.RegionID(id)); err != nil || !known {
			continue // not one of our boxes
		}
		w.add(body.Skin().RegionCells(body.RegionID(id), side), level(r.PostForm.Get("l-"+id)))
	}
}

func (w *work) add(cells body.Set, level uint8) {
	if cells.Len() == 0 {
		return
	}
	marks := slices.Clone(w.visit.Drawing.Marks)
	if len(marks) == body.MaxMarks { // more places than anybody tells apart: they join the last mark
		m := marks[len(marks)-1]
		m.Levels = maps.Clone(m.Levels)
		m.Paint(cells, level)
		marks[len(marks)-1] = m
	} else {
		var m body.Mark
		m.Paint(cells, level)
		marks = append(marks, m)
	}
	w.visit.Drawing.Marks = marks
}

func level(text string) uint8 {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 10 {
		return 5 // the middle, where the level list stands
	}
	return uint8(n)
}

// placeProblem says what to do about words that name no place.
func (s *site) placeProblem(err error) string {
	var unknown *body.UnknownPlaceError
	var sideless *body.NoSideError
	switch {
	case errors.As(err, &unknown):
		near := slices.DeleteFunc(slices.Clone(unknown.Nearest[:]), func(n string) bool { return n == "" })
		if len(near) == 0 {
			return s.words.say("place.unknown", unknown.Phrase)
		}
		return s.words.say("place.unknown-near", unknown.Phrase, strings.Join(near, ", "))
	case errors.As(err, &sideless):
		return s.words.say("place.sideless", sideless.Place)
	}
	return err.Error()
}

func (s *site) showPaint(rw http.ResponseWriter, r *http.Request, status int, w work, form paintForm) error {
	p, err := s.paintPage(w, form)
	if err != nil {
		return err
	}
	return s.show(rw, r, status, "paint", p)
}

// paintPage is the page with the figure as it was chosen and what is painted on it.
func (s *site) paintPage(w work, form paintForm) (paintPage, error) {
	l, err := s.layout("paint", "/", 1, w)
	if err != nil {
		return paintPage{}, err
	}
	p := paintPage{
		layout: l, Paint: writePaint(w.visit.Drawing), CellsURL: s.figures.cellsURL(),
		Marks: s.markRows(w.visit.Drawing), Levels: levels, Qualities: qualities, Depths: depths,
		Groups: regionGroups(), Say: form.say, SayError: form.sayError,
	}
	name := form.view
	if !slices.Contains(viewNames, name) {
		name = s.figures.bestView(w.visit.Drawing)
		if len(w.visit.Drawing.Marks) == 0 && w.client && w.kept != nil { // most pain that people bring lies behind
			name = "back"
		}
	}
	if p.View, err = s.viewOnPage(w.figure, name, w.visit.Drawing, "your"); err != nil {
		return paintPage{}, err
	}
	if p.Views, err = s.viewButtons(w.figure, name); err != nil {
		return paintPage{}, err
	}
	for _, f := range []body.Figure{body.Neutral, body.Feminine, body.Masculine} {
		p.Figures = append(p.Figures, choice{f.String(), f == w.figure})
	}
	if w.kept != nil && w.kept.last != nil && len(w.visit.Drawing.Marks) == 0 && len(w.kept.last.Input.Drawing.Marks) > 0 {
		p.LastTime = w.kept.day(w.kept.last.Starts)
	}
	return p, nil
}

func (s *site) viewButtons(fig body.Figure, on string) ([]viewButton, error) {
	var buttons []viewButton
	for _, name := range viewNames {
		v, err := s.figures.view(fig, name)
		if err != nil {
			return nil, err
		}
		kind := viewKind(name)
		b := viewButton{
			viewFiles: v, Name: name, Kind: kind, Short: s.words.say("view." + name), On: name == on,
			Lead: s.words.or("view.lead."+name, ""), Open: kind == "body" || kind == viewKind(on),
			Picture: v.url("jpg"), Map: v.url("map"), Small: v.url("small"), Shape: v.url("shape"),
			SmallW: v.smallW, SmallH: smallHeight, Alt: s.words.say("paint.alt", v.Title),
		}
		b.LeftWords, b.RightWords = s.sideWords(v.View, "your")
		buttons = append(buttons, b)
	}
	return buttons, nil
}

// sideWords says what stands at the left and the right edge of a view; whose is
// "your" to a client and "client" to a therapist.
func (s *site) sideWords(v *body.View, whose string) (left, right string) {
	r, l := s.words.say("side."+whose+"-right"), s.words.say("side."+whose+"-left")
	switch v.RightOn {
	case "left":
		return r, l
	case "right":
		return l, r
	case "all":
		return r, ""
	case "none":
		return l, ""
	}
	return "", ""
}

func (s *site) viewOnPage(fig body.Figure, name string, d body.Drawing, whose string) (viewOnPage, error) {
	v, err := s.figures.view(fig, name)
	if err != nil {
		return viewOnPage{}, err
	}
	p := viewOnPage{
		viewFiles: v, Picture: v.url("jpg"), Outline: v.Outline(), Landmarks: v.Landmarks(),
		Paint: chart.DrawingPaths(v.View, d), Discs: discs(v.View, d), Alt: s.words.say("paint.alt", v.Title),
	}
	p.LeftWords, p.RightWords = s.sideWords(v.View, whose)
	return p, nil
}

// markRows reads the marks back in words.
func (s *site) markRows(d body.Drawing) []markRow {
	rows := make([]markRow, 0, len(d.Marks))
	for i, m := range d.Marks {
		rows = append(rows, markRow{Index: i, Level: topLevel(m), Words: s.markWords(m), Detail: s.markDetail(m)})
	}
	return rows
}

func topLevel(m body.Mark) int {
	top := 0
	for _, l := range m.Levels {
		top = max(top, int(l))
	}
	return top
}

func (s *site) markWords(m body.Mark) string {
	var words []string
	for _, place := range body.Describe(m.Cells()) {
		words = append(words, place.Words)
	}
	switch {
	case len(words) == 0:
		return s.words.say("mark.somewhere")
	case len(words) > 2:
		words = append(words[:2:2], s.words.say("mark.more"))
	}
	return capital(strings.Join(words, "; "))
}

func (s *site) markDetail(m body.Mark) string {
	var parts []string
	if m.Quality != "" {
		parts = append(parts, s.words.say("quality."+string(m.Quality)))
	}
	if m.Depth != "" {
		parts = append(parts, s.words.say("depth."+string(m.Depth)))
	}
	return strings.ToLower(strings.Join(parts, ", "))
}

func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func regionGroups() []regionGroup {
	var groups []regionGroup
	at := map[string]int{}
	for i, r := range body.Regions() {
		k, ok := at[r.Group]
		if !ok {
			k = len(groups)
			at[r.Group] = k
			groups = append(groups, regionGroup{Name: r.Group})
		}
		row := regionRow{Index: i, ID: r.ID, Lay: r.Lay, Name: r.Name}
		if strings.EqualFold(row.Name, row.Lay) {
			row.Name = ""
		}
		row.Find = strings.ToLower(strings.Join(append([]string{r.Lay, r.Name, r.Group}, r.Aliases...), " "))
		groups[k].Regions = append(groups[k].Regions, row)
	}
	return groups
}

// readAnswer is what the script asks for after each stroke: the marks in words, and
// the cells of a place that was named.
type readAnswer struct {
	Marks   []markRow `json:"marks"`
	Found   string    `json:"found,omitempty"`   // cells of the words, as runs
	Problem string    `json:"problem,omitempty"` // what to do about the words
	State   string    `json:"state"`             // the visit with this drawing
}

func (s *site) read(rw http.ResponseWriter, r *http.Request) error {
	w, err := readWork(r)
	if err != nil {
		return err
	}
	return s.readBack(rw, r, w)
}

// readBack answers with the marks in words, and with the place that was named.
func (s *site) readBack(rw http.ResponseWriter, r *http.Request, w work) error {
	var err error
	a := readAnswer{Marks: s.markRows(w.visit.Drawing)}
	if say := strings.TrimSpace(r.PostForm.Get("say")); say != "" {
		place, err := body.Find(say)
		if err != nil {
			a.Problem = s.placeProblem(err)
		} else {
			a.Found = runs(slices.Collect(place.Cells.All))
		}
	}
	if w.kept == nil {
		if a.State, err = w.state(); err != nil {
			return err
		}
	}
	rw.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(rw).Encode(a); err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	return nil
}
