package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/internal/server"
	"knead/screen"
)

// doorway is where the forms of a flow lead: the visit of a therapist and a client, or
// somebody alone who wants to know what may be behind a pain.
type doorway struct {
	Start, Paint, Read, Questions, Assess, Print, Keep, Begin, Table, Lift string
	About, Touch, Consent, Done                                            string // with the record alone
}

var (
	visitDoor = doorway{Start: "/", Paint: "/paint", Read: "/read", Questions: "/questions", Assess: "/assess", Print: "/print"}
	aloneDoor = doorway{Start: href("where"), Paint: href("where"), Read: href("where", "read"), Questions: href("where", "questions"), Assess: href("where", "answers")}
)

// whereRoutes are the flow of somebody alone: where does it hurt, the same questions as
// before a massage, and then general reading. Nothing is stored, not even in the tab;
// no page of it ranks anything or plans anything. It needs a server.
func (s *site) whereRoutes() map[string]server.Handler {
	again := func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, aloneDoor.Start, http.StatusSeeOther)
		return nil
	}
	return map[string]server.Handler{
		"GET " + aloneDoor.Start:      s.where,
		"POST " + aloneDoor.Paint:     s.wherePaint,
		"POST " + aloneDoor.Read:      s.read,
		"POST " + aloneDoor.Questions: s.whereQuestions,
		"POST " + aloneDoor.Assess:    s.whereAnswers,
		"GET " + aloneDoor.Questions:  again,
		"GET " + aloneDoor.Assess:     again,
	}
}

// readAlone reads the fields of the flow; nobody but the person holds the screen.
func readAlone(r *http.Request) (work, error) {
	w, err := readWork(r)
	w.alone, w.client, w.anyway = true, false, false
	return w, err
}

func (s *site) where(rw http.ResponseWriter, r *http.Request) error {
	return s.showPaint(rw, r, http.StatusOK, work{alone: true}, paintForm{})
}

func (s *site) wherePaint(rw http.ResponseWriter, r *http.Request) error {
	w, err := readAlone(r)
	if err != nil {
		return err
	}
	form := s.takePaint(&w, r)
	return s.showPaint(rw, r, paintStatus(form), w, form)
}

func paintStatus(form paintForm) int {
	if form.sayError != "" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (s *site) whereQuestions(rw http.ResponseWriter, r *http.Request) error {
	w, err := readAlone(r)
	if err != nil {
		return err
	}
	form := s.takePaint(&w, r)
	if form.sayError == "" && painted(w.visit.Drawing).Len() == 0 {
		form.sayError = s.words.say("where.nothing-marked")
	}
	if form.sayError != "" {
		return s.showPaint(rw, r, paintStatus(form), w, form)
	}
	if r.PostForm.Get("back") != "" {
		w.unanswer()
	}
	return s.showQuestions(rw, r, http.StatusOK, w, answersForm{})
}

func (s *site) whereAnswers(rw http.ResponseWriter, r *http.Request) error {
	w, err := readAlone(r)
	if err != nil {
		return err
	}
	var form answersForm
	if r.PostForm.Get("asked") != "" {
		form = s.takeAnswers(&w, r, true)
	}
	cells := painted(w.visit.Drawing)
	result := screen.Run(cells, w.visit.Answers, w.visit.Client)
	switch {
	case result.Level == screen.Emergency, result.Level == screen.SameDay:
		return s.showStop(rw, r, w, result, screen.Questions(cells, w.visit.Client))
	case r.PostForm.Get("now") != "": // one urgent answer was sent ahead of the others, and it stops nothing
		return s.showQuestions(rw, r, http.StatusOK, w, answersForm{age: form.age})
	case form.ageError != "" || len(form.wantErrors) > 0 || len(result.Missing) > 0:
		form.problem = s.words.count("questions.still", max(1, len(result.Missing)))
		form.missing = map[screen.QuestionID]bool{}
		for _, id := range result.Missing {
			form.missing[id] = true
		}
		return s.showQuestions(rw, r, http.StatusUnprocessableEntity, w, form)
	case cells.Len() == 0:
		return s.showPaint(rw, r, http.StatusUnprocessableEntity, w, paintForm{sayError: s.words.say("where.nothing-marked")})
	}
	return s.showLearn(rw, r, w, result)
}

// learnPage is what anybody may read about a place: nothing on it is about the reader
// but what the screening says to them.
type learnPage struct {
	publicPage
	State      string
	Figure     string
	To         doorway
	Marked     []string // what was marked, in words
	Places     []link
	Seek       []seekRow // who should look, as the screening says
	Say        []string  // what else the screening says to the person
	Limited    bool      // an answer limits something
	Conditions []learnCondition
	Patterns   []learnPattern
	Muscles    []link // by name
	Exercises  []learnExercise
	Held       bool     // exercises were left out because of an answer
	Before     bool     // nothing at home before somebody has looked
	Emergency  []string // what may come later: call, or see a doctor the same day
	SameDay    []string
	Pictures   []picture
}

// seekRow is a reason to ask a clinician: the answer, and what to do.
type seekRow struct{ Say, Because string }

type learnCondition struct {
	link
	Lay, Client string
	Refer       []string
}

// learnPattern is a nerve or a joint to ask about.
type learnPattern struct {
	link
	Lay, Quality string
	Refer        []string
}

type learnExercise struct {
	exerciseRow
	Stop, Who string
}

func (s *site) showLearn(rw http.ResponseWriter, r *http.Request, w work, result screen.Result) error {
	state, err := w.state()
	if err != nil {
		return err
	}
	p := learnPage{
		publicPage: publicPage{
			Title: s.words.say("learn.title"), Description: s.words.say("where.description"),
			Path: aloneDoor.Start, Kind: "learn", Crumbs: append(s.crumbs(), link{aloneDoor.Start, s.words.say("where.name")}), NoIndex: true,
		},
		State: state, Figure: w.figure.String(), To: aloneDoor,
	}
	for _, row := range s.markRows(w.visit.Drawing) {
		p.Marked = append(p.Marked, row.Words)
	}
	cells := painted(w.visit.Drawing)
	places := placesOf(cells)
	for _, id := range places {
		p.Places = append(p.Places, s.placeLink(id))
	}
	s.seek(&p, result, screen.Questions(cells, w.visit.Client))
	p.Conditions = s.learnConditions(places)
	p.Patterns = s.learnPatterns(places)
	p.Muscles = s.musclesAt(places)
	p.Exercises, p.Held, p.Before = s.exercisesFor(places, cells, result)
	p.Emergency, p.SameDay = asksThere(cells)
	if p.Pictures, err = s.placesPictures(places, s.words.say("learn.marked")); err != nil {
		return err
	}
	return s.showPublic(rw, r, http.StatusOK, p)
}

// leastPainted is how much of a place must be painted, or of the paint must lie in it,
// for the place to be meant. Chosen: a stroke over an edge does not name the neighbour.
const leastPainted = 0.12

// placesOf are the places that are meant, in the order of the list of places.
func placesOf(cells body.Set) []body.RegionID {
	skin := body.Skin()
	in := map[body.RegionID]float64{}
	whole := map[body.RegionID]float64{}
	var all float64
	for c := range body.CellID(skin.Len()) {
		area := skin.Area(c)
		whole[skin.Region(c)] += area / 2 // of one side
		if cells.Has(c) {
			in[skin.Region(c)] += area
			all += area
		}
	}
	var out []body.RegionID
	for _, r := range body.Regions() {
		if in[r.ID] > 0 && (in[r.ID] >= leastPainted*all || in[r.ID] >= 2*leastPainted*whole[r.ID]) {
			out = append(out, r.ID)
		}
	}
	return out
}

// seek sorts what the screening says: who should look because of which answer, and
// whatever else it says to the person.
func (s *site) seek(p *learnPage, result screen.Result, questions []screen.Question) {
	text := map[screen.QuestionID]string{}
	for _, q := range questions {
		text[q.ID] = q.Text
	}
	seen := map[string]bool{}
	for _, f := range result.Fired {
		p.Limited = p.Limited || f.Level == screen.WithLimits
		if f.Level != screen.Refer && f.Level != screen.NotCleared {
			if f.Say != "" && !slices.Contains(p.Say, f.Say) {
				p.Say = append(p.Say, f.Say)
			}
			continue
		}
		row := seekRow{Say: cmp.Or(f.Say, s.words.say("learn.refer"))}
		if t := text[f.Question]; t != "" {
			key := "stop.told-yes"
			if f.NotSure {
				key = "stop.told-not-sure"
			}
			row.Because = s.words.say(key, t)
		}
		if !seen[row.Say+row.Because] {
			seen[row.Say+row.Because] = true
			p.Seek = append(p.Seek, row)
		}
	}
}

// learnConditions are those that are felt in the places, by name.
func (s *site) learnConditions(places []body.RegionID) []learnCondition {
	var out []learnCondition
	for _, c := range s.shelf().atlas.Conditions {
		if slices.ContainsFunc(c.Regions, func(id body.RegionID) bool { return slices.Contains(places, id) }) {
			out = append(out, learnCondition{s.conditionLink(c), c.Lay, c.Client, c.Refer})
		}
	}
	slices.SortFunc(out, func(a, b learnCondition) int { return byName(a.link, b.link) })
	return out
}

// learnPatterns are the nerves and joints that are often felt in the places, by name.
func (s *site) learnPatterns(places []body.RegionID) []learnPattern {
	var out []learnPattern
	for _, p := range s.shelf().atlas.Patterns {
		if slices.ContainsFunc(places, func(id body.RegionID) bool { return s.oftenFelt(p, id) }) {
			out = append(out, learnPattern{s.patternLink(p), p.Lay, s.qualities(p.Quality), p.Refer})
		}
	}
	slices.SortFunc(out, func(a, b learnPattern) int { return byName(a.link, b.link) })
	return out
}

// musclesAt are those that lie or are felt in the places, by name: reading, no finding.
func (s *site) musclesAt(places []body.RegionID) []link {
	var out []link
	for _, id := range places {
		r, ok := s.shelf().region[id]
		if !ok {
			continue
		}
		p := placePage{R: r}
		s.felt(&p)
		out = append(out, p.Lie...)
		for _, row := range append(p.Often, p.Sometimes...) {
			out = append(out, row.link)
		}
	}
	slices.SortFunc(out, byName)
	return slices.Compact(out)
}

func byName(a, b link) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)), cmp.Compare(a.Path, b.Path))
}

// exercisesFor are those for the places that the answers leave open, by name. held tells
// that some were left out, before that none may be done until somebody has looked.
func (s *site) exercisesFor(places []body.RegionID, cells body.Set, result screen.Result) (out []learnExercise, held, before bool) {
	allowed, ok := result.Clearance()
	if !ok {
		return nil, false, true
	}
	home := homeRules{clear: allowed, result: result}
	for _, m := range result.Limits.Masked {
		if !result.Standing(m.Rule) {
			home.shut = home.shut.Union(m.Cells)
		}
	}
	for _, e := range s.exercisesAt(places) {
		if !home.allow(e, cells) {
			held = true
			continue
		}
		out = append(out, learnExercise{s.exerciseRow(e), e.Stop, e.Who})
	}
	slices.SortFunc(out, func(a, b learnExercise) int { return byName(a.link, b.link) })
	return out, held, false
}

// fewExercises is how many a place has of its own for those of the conditions that are
// felt there to be listed, too. Chosen.
const fewExercises = 3

func (s *site) exercisesAt(places []body.RegionID) []*atlas.Exercise {
	there := func(id body.RegionID) bool { return slices.Contains(places, id) }
	var out []*atlas.Exercise
	for _, e := range s.shelf().atlas.Exercises {
		if slices.ContainsFunc(e.Regions, there) {
			out = append(out, e)
		}
	}
	if len(out) >= fewExercises {
		return out
	}
	for _, c := range s.shelf().atlas.Conditions {
		if !slices.ContainsFunc(c.Regions, there) {
			continue
		}
		for _, id := range c.Exercises {
			if e, ok := s.shelf().atlas.Exercise(id); ok && !slices.Contains(out, e) {
				out = append(out, e)
			}
		}
	}
	return out
}

// homeRules hold what the screening leaves open at home, where nobody trained looks on:
// they are never looser than those of a plan.
type homeRules struct {
	clear  screen.Clearance
	result screen.Result
	shut   body.Set // skin that an answer masks
}

// leastPressure is what a limit must leave open for somebody to press themselves with a
// ball or a roller. Chosen: as for a plan, gentle strokes are no pressing.
const leastPressure = 3

func (h homeRules) allow(e *atlas.Exercise, painted body.Set) bool {
	free := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { ok, _ := h.clear.Allows(name); return !ok })
	}
	var skin body.Set
	neck := false
	for _, id := range e.Regions {
		skin = skin.Union(body.Skin().RegionCells(id, body.Right)).Union(body.Skin().RegionCells(id, body.Left))
		if r, ok := body.RegionByID(id); ok {
			neck = neck || r.Group == "Neck" || r.Group == "Head"
		}
	}
	if ok, _ := h.clear.AllowsPosition(string(e.Position)); !ok {
		return false
	}
	if skin.Intersect(h.shut).Len() > 0 || painted.Intersect(h.shut).Len() > 0 {
		return false
	}
	switch {
	case e.Kind == "heat":
		return free("heat")
	case neck && !free("neck-stretch"):
		return false
	case e.Kind == "stretch":
		return free("stretching", "end-range")
	case e.Kind == "self-release":
		most, _ := h.clear.MaxPressure(skin)
		open := 2*skin.Intersect(h.clear.Masked()).Len() < skin.Len() // most of it is no place to stay away from
		return free("trigger-point", "deep-tissue") && most >= leastPressure && open && mayPress(e)
	}
	return true
}

// mayPress tells whether every muscle of an exercise may be pressed by oneself.
func mayPress(e *atlas.Exercise) bool {
	return !slices.ContainsFunc(e.Muscles, func(id atlas.MuscleID) bool {
		m, ok := atlas.Standard().Muscle(id)
		return ok && (!m.SelfCare.Allowed || m.Refer != "")
	})
}
