package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"knead"
	"knead/body"
	"knead/internal/chart"
)

// touchPage is the map of where hands must take care, painted by the same brush as pain.
// The kind of a place travels as its level.
type touchPage struct {
	paintPage
	Kinds []touchKind
	Kind  string // with which the list and the words paint
}

type touchKind struct {
	Kind   string
	Level  int
	Symbol string
}

// The levels under which the painter carries the kinds, and their signs on the body.
var (
	touchLevels  = map[string]uint8{knead.TouchAvoid: 9, knead.TouchAskFirst: 5, knead.TouchLight: 3, knead.TouchTicklish: 2}
	touchSymbols = map[string]string{knead.TouchAvoid: "×", knead.TouchAskFirst: "?", knead.TouchLight: "–", knead.TouchTicklish: "~"}
)

func touchKindOf(level uint8) string {
	for kind, l := range touchLevels {
		if l == level {
			return kind
		}
	}
	return knead.TouchAvoid // what is not known is left alone
}

// Symbol is the sign of a level.
func (p touchPage) Symbol(level int) string { return touchSymbols[touchKindOf(uint8(level))] }

// touchRow is a place of the touch map in words.
type touchRow struct {
	Kind, Title, Symbol string
	Places              []string
	Words               string
}

// touchRows writes the touch map in words, the places to be avoided first.
func (s *site) touchRows(areas []knead.TouchArea) []touchRow {
	var rows []touchRow
	for _, kind := range knead.TouchKinds() {
		for _, a := range areas {
			if a.Kind != kind {
				continue
			}
			row := touchRow{Kind: kind, Title: s.words.say("touch.kind." + kind), Symbol: touchSymbols[kind], Words: a.Words}
			for _, place := range body.Describe(a.Cells()) {
				row.Places = append(row.Places, place.Words)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// touchWords says in two lines where no hand goes, and where it takes care.
func (s *site) touchWords(left []string, areas []knead.TouchArea) (not, care string) {
	left = slices.Clone(left)
	var cares []string
	for _, row := range s.touchRows(areas) {
		if row.Kind == knead.TouchAvoid {
			left = append(left, row.Places...)
			continue
		}
		cares = append(cares, row.Title+": "+strings.Join(row.Places, ", ")+".")
	}
	return strings.Join(left, ", "), strings.Join(cares, " ")
}

// touchLayer is the touch map on a view, as outlines.
type touchLayer struct{ Kind, Path string }

func touchLayers(v *body.View, areas []knead.TouchArea) []touchLayer {
	var layers []touchLayer
	for _, a := range areas {
		var cells []body.Weighted
		for c := range a.Cells().All {
			cells = append(cells, body.Weighted{Cell: c, W: 1})
		}
		if d := chart.ZonePaths(v, cells); d != "" {
			layers = append(layers, touchLayer{a.Kind, d})
		}
	}
	return layers
}

// touchDrawing is the touch map as the painter has it: a mark for each kind.
func touchDrawing(areas []knead.TouchArea) body.Drawing {
	var d body.Drawing
	for _, a := range areas {
		var m body.Mark
		m.Paint(a.Cells(), touchLevels[a.Kind])
		if len(m.Levels) > 0 {
			d.Marks = append(d.Marks, m)
		}
	}
	return d
}

// touchAreas reads the painter's marks: all places of a kind are one.
func touchAreas(d body.Drawing) []knead.TouchArea {
	byKind := map[string]body.Set{}
	for _, m := range d.Marks {
		for c, level := range m.Levels {
			kind := touchKindOf(level)
			var one body.Set
			one.Add(c)
			byKind[kind] = byKind[kind].Union(one)
		}
	}
	var areas []knead.TouchArea
	for _, kind := range knead.TouchKinds() {
		if cells := byKind[kind]; cells.Len() > 0 {
			var m body.Mark
			m.Paint(cells, touchLevels[kind])
			areas = append(areas, knead.TouchArea{Kind: kind, Drawing: body.Drawing{Marks: []body.Mark{m}}.Encode()})
		}
	}
	return areas
}

func (s *site) touch(w http.ResponseWriter, r *http.Request, p passage) error {
	return s.showTouch(w, r, http.StatusOK, p, touchDrawing(p.client.Profile.Touch), paintForm{view: r.URL.Query().Get("view")}, "")
}

func (s *site) showTouch(w http.ResponseWriter, r *http.Request, code int, p passage, d body.Drawing, form paintForm, kind string) error {
	work := p.work()
	work.visit.Drawing = d
	page := touchPage{Kind: kind}
	var err error
	if page.paintPage, err = s.paintPage(work, form); err != nil {
		return err
	}
	page.Title, page.Screen, page.Path, page.Step = s.words.say("touch.title"), "touch", p.to.Touch, 3
	page.To.Paint, page.To.Read, page.To.Questions = p.to.Touch, p.to.Touch+"/read", p.to.Touch
	for i := range page.Marks {
		page.Marks[i].Detail = s.words.say("touch.kind." + touchKindOf(uint8(page.Marks[i].Level)))
	}
	if !slices.Contains(knead.TouchKinds(), page.Kind) {
		page.Kind = knead.TouchAvoid
	}
	for _, k := range knead.TouchKinds() {
		page.Kinds = append(page.Kinds, touchKind{k, int(touchLevels[k]), touchSymbols[k]})
	}
	return s.show(w, r, code, "intake/touch", page)
}

// touchForm reads the map from the form: as painted, or with one change by list or words.
func (s *site) touchForm(r *http.Request, p passage) (body.Drawing, paintForm, string, error) {
	if err := r.ParseForm(); err != nil {
		return body.Drawing{}, paintForm{}, "", bad(err)
	}
	w := p.work()
	w.visit.Drawing = touchDrawing(p.client.Profile.Touch)
	if paint, sent := r.PostForm["paint"]; sent {
		d, err := parsePaint(last(paint))
		if err != nil {
			return body.Drawing{}, paintForm{}, "", bad(err)
		}
		w.visit.Drawing = d
	}
	kind := r.PostForm.Get("kind")
	level, known := touchLevels[kind]
	if !known {
		kind, level = knead.TouchAvoid, touchLevels[knead.TouchAvoid]
	}
	r.PostForm.Set("say-level", fmt.Sprint(level)) // the list and the words paint with the kind
	for name := range maps.Clone(r.PostForm) {
		if strings.HasPrefix(name, "l-") {
			r.PostForm.Set(name, fmt.Sprint(level))
		}
	}
	for _, chosen := range r.PostForm["r"] {
		id, _, _ := strings.Cut(chosen, ":")
		r.PostForm.Set("l-"+id, fmt.Sprint(level))
	}
	form := s.takePaint(&w, r)
	return w.visit.Drawing, form, kind, nil
}

func (s *site) takeTouch(w http.ResponseWriter, r *http.Request, p passage) error {
	d, form, kind, err := s.touchForm(r, p)
	if err != nil {
		return err
	}
	areas := touchAreas(d)
	if err := s.house.SetTouch(r.Context(), p.by, p.client.ID, areas); err != nil {
		return err
	}
	if r.PostForm.Get("done") != "" && form.sayError == "" {
		to := p.to.About
		if !p.by.ByLink() {
			to = p.to.Start
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	return s.showTouch(w, r, paintStatus(form), p, touchDrawing(areas), form, kind)
}

// readTouch stores a stroke of the touch map as soon as it is made, and reads it back.
func (s *site) readTouch(w http.ResponseWriter, r *http.Request, p passage) error {
	if err := r.ParseForm(); err != nil {
		return bad(err)
	}
	say := strings.TrimSpace(r.PostForm.Get("say"))
	r.PostForm.Del("say") // the painter adds what was found, and sends it
	d, _, _, err := s.touchForm(r, p)
	if err != nil {
		return err
	}
	if err := s.house.SetTouch(r.Context(), p.by, p.client.ID, touchAreas(d)); err != nil {
		return err
	}
	a := readAnswer{Marks: s.markRows(d)}
	for i := range a.Marks {
		a.Marks[i].Detail = s.words.say("touch.kind." + touchKindOf(uint8(a.Marks[i].Level)))
	}
	if say != "" {
		place, err := body.Find(say)
		if err != nil {
			a.Problem = s.placeProblem(err)
		} else {
			a.Found = runs(slices.Collect(place.Cells.All))
		}
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(a); err != nil {
		return fmt.Errorf("read back: %w", err)
	}
	return nil
}
