package knead

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// MaxVisitBytes is the largest visit file that is read.
const MaxVisitBytes = 1 << 20

// How long the lists of a visit may be: far longer than a person needs, and short
// enough that a wrong file is answered at once.
const (
	maxMarks     = 100
	maxPlaces    = 50  // in one answer
	maxAvoided   = 250 // a client may want all but the back left alone
	maxMedicines = 100
	maxFindings  = 400
	maxPins      = 200
	maxPlanned   = 200
	maxWords     = 400 // letters of a detail, a medicine, a step
)

// The visit file. docs/assess.md describes it; docs/visit.schema.json is its schema.
type visitFile struct {
	Marks       []markFile       `json:"marks,omitempty"`
	Drawing     string           `json:"drawing,omitempty"`
	Answers     jsontext.Value   `json:"answers,omitempty"`
	Client      *clientFile      `json:"client,omitempty"`
	Findings    []findingFile    `json:"findings,omitempty"`
	Minutes     *int             `json:"minutes,omitempty"`
	Preferences *preferencesFile `json:"preferences,omitempty"`
	Pins        []pinFile        `json:"pins,omitempty"`
	Planned     []plannedFile    `json:"planned,omitempty"`
	Lift        *liftFile        `json:"lift,omitempty"`
	Past        []pastFile       `json:"past,omitempty"`
	Course      *courseFile      `json:"course,omitempty"`
}

type markFile struct {
	Where   string `json:"where"`
	Level   *int   `json:"level"`
	Quality string `json:"quality,omitempty"`
	Depth   string `json:"depth,omitempty"`
}

type answerFile struct {
	Answer string   `json:"answer"`
	Where  []string `json:"where,omitempty"`
	Detail string   `json:"detail,omitempty"`
}

type clientFile struct {
	Age           *int     `json:"age,omitempty"`
	PregnantWeeks *int     `json:"pregnant_weeks,omitempty"`
	Medicines     []string `json:"medicines,omitempty"`
}

type findingFile struct {
	Point    string `json:"point,omitempty"`
	Muscle   string `json:"muscle,omitempty"`
	Side     string `json:"side"`
	Familiar *bool  `json:"familiar,omitempty"`
	Tender   *bool  `json:"tender,omitempty"`
	Limited  *bool  `json:"limited,omitempty"`
	Resisted *bool  `json:"resisted,omitempty"`
}

type preferencesFile struct {
	Pressure    *int      `json:"pressure,omitempty"`
	Techniques  []string  `json:"techniques,omitempty"`
	Avoid       []string  `json:"avoid,omitempty"`
	Positions   []string  `json:"positions,omitempty"`
	Caps        []capFile `json:"caps,omitempty"`
	Never       []string  `json:"never,omitempty"`
	HomeMinutes *int      `json:"home_minutes,omitempty"`
	NotHome     []string  `json:"not_home,omitempty"`
}

type capFile struct {
	Where string `json:"where"`
	Max   int    `json:"max"`
	After int    `json:"sore_after,omitzero"`
}

type pinFile struct {
	Step     string `json:"step"`
	Minutes  int    `json:"minutes,omitzero"`
	Pressure int    `json:"pressure,omitzero"`
	Order    int    `json:"order,omitzero"`
	Drop     bool   `json:"drop,omitzero"`
}

// plannedFile is also what a report says of its plan.
type plannedFile struct {
	What     string         `json:"what"`
	Position atlas.Position `json:"position"`
	Minutes  int            `json:"minutes"`
	Heat     bool           `json:"heat,omitzero"`
}

type liftFile struct {
	By     string   `json:"by"`
	Reason string   `json:"reason"`
	Rules  []string `json:"rules"`
}

// allNo answers every applicable question with no.
const allNo = "all-no"

// ReadVisit reads a visit file. Every error is an [InputError].
func ReadVisit(data []byte) (Visit, error) {
	if err := jsonObject(data, MaxVisitBytes, "1 MB", "a visit"); err != nil {
		return Visit{}, err
	}
	var f visitFile
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return Visit{}, jsonError(err)
	}
	return f.visit()
}

// jsonObject refuses what cannot be one JSON object, before it is read.
func jsonObject(data []byte, most int, size, what string) error {
	if len(data) > most {
		return badInput("", "the input is larger than %s; %s is a few kilobytes, check that this is the right file", size, what)
	}
	if !utf8.Valid(data) {
		return badInput("", "the input is not UTF-8 text; save it as UTF-8 and try again")
	}
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		return badInput("", "the file begins with a byte order mark; save it as UTF-8 without one")
	}
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) == 0 {
		return badInput("", "the input is empty; %s is one JSON object", what)
	}
	if trimmed[0] != '{' {
		return badInput("", "%s is one JSON object; it begins with {", what)
	}
	return nil
}

func (f visitFile) visit() (Visit, error) {
	var v Visit
	for _, read := range []func(*Visit) error{
		f.readDrawing, f.readAnswers, f.readClient, f.readFindings, f.readMinutes, f.readPreferences, f.readPins, f.readPlanned, f.readLift, f.readPast, f.readCourse,
	} {
		if err := read(&v); err != nil {
			return Visit{}, err
		}
	}
	return v, nil
}

func (f visitFile) readDrawing(v *Visit) error {
	if f.Drawing != "" && len(f.Marks) > 0 {
		return badInput("/drawing", "give either marks or a drawing, not both")
	}
	if f.Drawing != "" {
		d, err := body.DecodeDrawing(f.Drawing)
		if err != nil {
			return because("/drawing", err)
		}
		v.Drawing = d
		return nil
	}
	if err := tooMany("/marks", len(f.Marks), maxMarks); err != nil {
		return err
	}
	for i, m := range f.Marks {
		at := fmt.Sprintf("/marks/%d", i)
		switch {
		case m.Level == nil:
			return badInput(at+"/level", "the level is missing; write a whole number from 1 (hardly there) to 10 (worst)")
		case *m.Level < 1 || *m.Level > 10:
			return badInput(at+"/level", "the level is %d; write a whole number from 1 (hardly there) to 10 (worst)", *m.Level)
		case strings.TrimSpace(m.Where) == "":
			return badInput(at+"/where", "the place is missing; write it in words, such as \"right temple\"")
		}
		place, err := body.Find(m.Where)
		if err != nil {
			return because(at+"/where", err)
		}
		quality, err := oneOrNone(at+"/quality", m.Quality, body.Qualities())
		if err != nil {
			return err
		}
		depth, err := oneOrNone(at+"/depth", m.Depth, body.Depths())
		if err != nil {
			return err
		}
		mark := body.Mark{Quality: quality, Depth: depth}
		mark.Paint(place.Cells, uint8(*m.Level))
		v.Drawing.Marks = append(v.Drawing.Marks, mark)
	}
	return nil
}

func (f visitFile) readAnswers(v *Visit) error {
	switch f.Answers.Kind() {
	case jsontext.KindInvalid: // left out: nothing was answered
		return nil
	case '"':
		var word string
		if err := json.Unmarshal(f.Answers, &word); err != nil || word != allNo {
			return badInput("/answers", "%s: write %q, or an object such as {\"g1\": \"no\"}", f.Answers, allNo)
		}
		v.AllNo = true
		return nil
	case '{':
	default:
		return badInput("/answers", "write %q, or an object such as {\"g1\": \"no\"}", allNo)
	}
	var raw map[string]jsontext.Value
	if err := json.Unmarshal(f.Answers, &raw); err != nil {
		return jsonError(err)
	}
	v.Answers = make(map[screen.QuestionID]screen.Answer, len(raw))
	for _, id := range slices.Sorted(maps.Keys(raw)) {
		at := "/answers/" + id
		if !screen.Known(screen.QuestionID(id)) {
			return badInput(at, "there is no question %q; docs/screening.md lists them", id)
		}
		a, err := readAnswer(at, raw[id])
		if err != nil {
			return err
		}
		v.Answers[screen.QuestionID(id)] = a
	}
	return nil
}

var answerWords = map[string]screen.Value{"no": screen.No, "yes": screen.Yes, "not-sure": screen.NotSure}

func readAnswer(at string, raw jsontext.Value) (screen.Answer, error) {
	var f answerFile
	switch raw.Kind() {
	case '"':
		if err := json.Unmarshal(raw, &f.Answer); err != nil {
			return screen.Answer{}, jsonError(err)
		}
	case '{':
		if err := json.Unmarshal(raw, &f, json.RejectUnknownMembers(true)); err != nil {
			wrong := jsonError(err)
			wrong.At = at + wrong.At
			return screen.Answer{}, wrong
		}
	default:
		return screen.Answer{}, badInput(at, `write "yes", "no" or "not-sure", or an object with "answer" and "where"`)
	}
	value, ok := answerWords[f.Answer]
	if !ok {
		return screen.Answer{}, badInput(at, `the answer is %q; write "yes", "no" or "not-sure"`, f.Answer)
	}
	if err := cmp.Or(tooMany(at+"/where", len(f.Where), maxPlaces), tooLong(at+"/detail", f.Detail)); err != nil {
		return screen.Answer{}, err
	}
	a := screen.Answer{Value: value, Detail: f.Detail}
	for i, words := range f.Where {
		place, err := body.Find(words)
		if err != nil {
			return screen.Answer{}, because(fmt.Sprintf("%s/where/%d", at, i), err)
		}
		a.Where = append(a.Where, place)
	}
	return a, nil
}

func (f visitFile) readClient(v *Visit) error {
	if f.Client == nil {
		return nil
	}
	c := f.Client
	if c.Age != nil {
		if *c.Age < 1 || *c.Age > 120 {
			return badInput("/client/age", "the age is %d; write whole years from 1 to 120, or leave it out when it is not known", *c.Age)
		}
		v.Client.Age = *c.Age
	}
	if c.PregnantWeeks != nil {
		if *c.PregnantWeeks < 0 || *c.PregnantWeeks > 45 {
			return badInput("/client/pregnant_weeks", "%d weeks; write whole weeks from 0 (not pregnant) to 45", *c.PregnantWeeks)
		}
		v.Client.PregnantWeeks = *c.PregnantWeeks
	}
	if err := tooMany("/client/medicines", len(c.Medicines), maxMedicines); err != nil {
		return err
	}
	for i, words := range c.Medicines {
		if err := tooLong(fmt.Sprintf("/client/medicines/%d", i), words); err != nil {
			return err
		}
	}
	v.Client.Medicines = c.Medicines
	return nil
}

func (f visitFile) readFindings(v *Visit) error {
	if err := tooMany("/findings", len(f.Findings), maxFindings); err != nil {
		return err
	}
	var err error
	v.Findings, err = readFindings("/findings", f.Findings)
	return err
}

func readFindings(at string, files []findingFile) (findings []reason.Finding, err error) {
	a := atlas.Standard()
	for i, g := range files {
		at := fmt.Sprintf("%s/%d", at, i)
		finding := reason.Finding{
			Familiar: check(g.Familiar), Tender: check(g.Tender),
			Limited: check(g.Limited), Resisted: check(g.Resisted),
		}
		side, err := body.ParseSide(g.Side)
		if err != nil {
			return nil, because(at+"/side", err)
		}
		finding.Side = side
		switch {
		case (g.Point == "") == (g.Muscle == ""):
			return nil, badInput(at, "name either a point or a muscle")
		case g.Point != "":
			p, ok := a.Point(atlas.PointID(g.Point))
			if !ok {
				return nil, badInput(at+"/point", "there is no point %q; take the id from the ranking", g.Point)
			}
			finding.Point = p.ID
		default:
			m, ok := a.MuscleByName(g.Muscle)
			if !ok {
				near := a.NearestMuscles(g.Muscle, 3)
				return nil, badInput(at+"/muscle", "there is no muscle %q in the atlas; the nearest are %q, %q and %q", g.Muscle, near[0], near[1], near[2])
			}
			finding.Muscle = m.ID
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

func check(b *bool) reason.Check {
	switch {
	case b == nil:
		return reason.NotChecked
	case *b:
		return reason.Yes
	}
	return reason.No
}

func (f visitFile) readMinutes(v *Visit) error {
	v.Minutes = DefaultMinutes
	if f.Minutes == nil {
		return nil
	}
	v.Minutes = *f.Minutes
	return minutesOutOfRange(v.Minutes)
}

func (f visitFile) readPreferences(v *Visit) error {
	if f.Preferences == nil {
		return nil
	}
	p := f.Preferences
	if p.Pressure != nil {
		if *p.Pressure < 1 || *p.Pressure > 5 {
			return badInput("/preferences/pressure", "the pressure is %d; write 1 (lotion) to 5 (deep)", *p.Pressure)
		}
		v.Preferences.Pressure = *p.Pressure
	}
	if p.HomeMinutes != nil {
		if *p.HomeMinutes < 1 || *p.HomeMinutes > plan.MaxHomeMinutes {
			return badInput("/preferences/home_minutes", "%d minutes a day; write 1 to %d", *p.HomeMinutes, plan.MaxHomeMinutes)
		}
		v.Preferences.HomeMinutes = *p.HomeMinutes
	}
	if err := cmp.Or(tooMany("/preferences/techniques", len(p.Techniques), maxPlaces),
		tooMany("/preferences/avoid", len(p.Avoid), maxAvoided),
		tooMany("/preferences/positions", len(p.Positions), maxPlaces),
		tooMany("/preferences/caps", len(p.Caps), maxAvoided),
		tooMany("/preferences/never", len(p.Never), maxPlaces),
		tooMany("/preferences/not_home", len(p.NotHome), maxPlaces)); err != nil {
		return err
	}
	var techniques []atlas.TechniqueID
	for _, t := range atlas.Standard().Techniques {
		techniques = append(techniques, t.ID)
	}
	for field, list := range map[string]struct {
		names []string
		to    *[]atlas.TechniqueID
	}{"techniques": {p.Techniques, &v.Preferences.Techniques}, "never": {p.Never, &v.Preferences.Never}} {
		for i, name := range list.names {
			id, err := oneOf(fmt.Sprintf("/preferences/%s/%d", field, i), name, techniques)
			if err != nil {
				return err
			}
			*list.to = append(*list.to, id)
		}
	}
	var exercises []atlas.ExerciseID
	for _, e := range atlas.Standard().Exercises {
		exercises = append(exercises, e.ID)
	}
	for i, name := range p.NotHome {
		id, err := oneOf(fmt.Sprintf("/preferences/not_home/%d", i), name, exercises)
		if err != nil {
			return err
		}
		v.Preferences.NotHome = append(v.Preferences.NotHome, id)
	}
	for i, words := range p.Avoid {
		place, err := body.Find(words)
		if err != nil {
			return because(fmt.Sprintf("/preferences/avoid/%d", i), err)
		}
		v.Preferences.Avoid = append(v.Preferences.Avoid, place)
	}
	for i, c := range p.Caps {
		at := fmt.Sprintf("/preferences/caps/%d", i)
		place, err := body.Find(c.Where)
		if err != nil {
			return because(at+"/where", err)
		}
		if c.Max < 1 || c.Max > screen.MaxPressure {
			return badInput(at+"/max", "the pressure is %d; write 1 (lotion) to 5 (deep)", c.Max)
		}
		if c.After < 0 || c.After > screen.MaxPressure {
			return badInput(at+"/sore_after", "the pressure is %d; write 1 to 5, or leave it out", c.After)
		}
		v.Preferences.Caps = append(v.Preferences.Caps, plan.Cap{Place: place, Max: c.Max, Used: c.After})
	}
	for i, word := range p.Positions {
		position, err := oneOf(fmt.Sprintf("/preferences/positions/%d", i), word, atlas.Positions)
		if err != nil {
			return err
		}
		v.Preferences.Positions = append(v.Preferences.Positions, position)
	}
	return nil
}

func (f visitFile) readPins(v *Visit) error {
	if err := tooMany("/pins", len(f.Pins), maxPins); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, p := range f.Pins {
		at := fmt.Sprintf("/pins/%d", i)
		switch {
		case p.Step == "":
			return badInput(at+"/step", "name the step that is held, by its id in the plan")
		case seen[p.Step]:
			return badInput(at+"/step", "the step %.40q is held twice; keep one", p.Step)
		case p.Minutes < 0 || p.Minutes > MaxMinutes:
			return badInput(at+"/minutes", "%d minutes; write 1 to %d, or leave it out", p.Minutes, MaxMinutes)
		case p.Pressure < 0 || p.Pressure > 5:
			return badInput(at+"/pressure", "the pressure is %d; write 1 to 5, or leave it out", p.Pressure)
		case p.Order < 0 || p.Order > maxPins:
			return badInput(at+"/order", "the place %d; write 1 for the first work step", p.Order)
		}
		seen[p.Step] = true
		v.Pins = append(v.Pins, plan.Pin(p))
	}
	return nil
}

func (f visitFile) readPlanned(v *Visit) error {
	if err := tooMany("/planned", len(f.Planned), maxPlanned); err != nil {
		return err
	}
	for i, p := range f.Planned {
		at := fmt.Sprintf("/planned/%d", i)
		switch {
		case p.What == "" || len(p.What) > maxWords:
			return badInput(at+"/what", "name what was planned, as a plan names it under \"planned\"")
		case !slices.Contains(atlas.Positions, p.Position):
			return badInput(at+"/position", "%.40q is no position; write prone, supine, side-lying or seated", p.Position)
		case p.Minutes < 1 || p.Minutes > MaxMinutes:
			return badInput(at+"/minutes", "%d minutes; write 1 to %d", p.Minutes, MaxMinutes)
		}
		v.Planned = append(v.Planned, plan.Planned(p))
	}
	return nil
}

func (f visitFile) readLift(v *Visit) error {
	if f.Lift == nil {
		return nil
	}
	if err := tooMany("/lift/rules", len(f.Lift.Rules), maxPlaces); err != nil {
		return err
	}
	l := screen.Lift{By: strings.TrimSpace(f.Lift.By), Reason: strings.TrimSpace(f.Lift.Reason)}
	for i, id := range f.Lift.Rules {
		if !screen.KnownRule(screen.RuleID(id)) {
			return badInput(fmt.Sprintf("/lift/rules/%d", i), "there is no rule %.40q; docs/screening.md lists them", id)
		}
		l.Rules = append(l.Rules, screen.RuleID(id))
	}
	if err := l.Check(); err != nil {
		return because("/lift", err)
	}
	v.Lift = &l
	return nil
}

// tooMany refuses a list that is longer than anybody needs.
func tooMany(at string, n, most int) error {
	if n > most {
		return badInput(at, "%d entries are too many; at most %d are read", n, most)
	}
	return nil
}

// tooLong refuses words that are longer than anybody writes.
func tooLong(at, words string) error {
	if n := utf8.RuneCountInString(words); n > maxWords {
		return badInput(at, "%d letters are too many; write at most %d", n, maxWords)
	}
	return nil
}

// minutesOutOfRange refuses a session that is too short or too long.
func minutesOutOfRange(minutes int) error {
	if minutes < MinMinutes || minutes > MaxMinutes {
		return badInput("/minutes", "%d minutes; a session lasts %d to %d", minutes, MinMinutes, MaxMinutes)
	}
	return nil
}

// oneOrNone reads one of a list of words; the empty word means not said.
func oneOrNone[S ~string](at, word string, list []S) (S, error) {
	if word == "" {
		return "", nil
	}
	return oneOf(at, word, list)
}

// oneOf reads one of a list of words.
func oneOf[S ~string](at, word string, list []S) (S, error) {
	if slices.Contains(list, S(word)) {
		return S(word), nil
	}
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = string(s)
	}
	return "", badInput(at, "%q is not known here; there are: %s", word, strings.Join(names, ", "))
}
