package atlas

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"knead/body"
)

// The tables below are the format: the keys of each block in the order in which
// they are written. FORMAT.md explains them and a test holds it to them.

var muscleFields = []field[Muscle]{
	text("name", func(m *Muscle) *string { return &m.Name }),
	text("ta2", func(m *Muscle) *string { return &m.TA2 }),
	text("latin", func(m *Muscle) *string { return &m.Latin }),
	text("lay", func(m *Muscle) *string { return &m.Lay }),
	list("aliases", func(m *Muscle) *[]string { return &m.Aliases }).optional(),
	text("fma", func(m *Muscle) *string { return &m.FMA }).optional(),
	choice("group", func(m *Muscle) *Group { return &m.Group }, Groups),
	number("layer", func(m *Muscle) *int { return &m.Layer }, 1, 4),
	number("present", func(m *Muscle) *int { return &m.Present }, 1, 99).optional(),
	text("from", func(m *Muscle) *string { return &m.From }),
	text("to", func(m *Muscle) *string { return &m.To }),
	text("action", func(m *Muscle) *string { return &m.Action }),
	text("nerve", func(m *Muscle) *string { return &m.Nerve }),
	shapes("shape", func(m *Muscle) *[]body.Shape { return &m.Shape }),
	text("refer", func(m *Muscle) *string { return &m.Refer }).optional(),
	text("client", func(m *Muscle) *string { return &m.Client }),
	choices("position", func(m *Muscle) *[]Position { return &m.Positions }, Positions),
	grips("grip", func(m *Muscle) *[]Grip { return &m.Grips }),
	number("pressure", func(m *Muscle) *int { return &m.Pressure }, 1, 5).optional(),
	lines("how", func(m *Muscle) *[]string { return &m.How }),
	lines("caution", func(m *Muscle) *[]string { return &m.Cautions }).optional(),
	lines("avoid", func(m *Muscle) *[]string { return &m.Avoid }).optional(),
	one("selfcare", func(m *Muscle) *SelfCare { return &m.SelfCare }, parseSelfCare, SelfCare.String).as(selfCareForm),
	lines("sore", func(m *Muscle) *[]string { return &m.Sore }),
	ids("related", func(m *Muscle) *[]MuscleID { return &m.Related }).optional(),
	ids("sources", func(m *Muscle) *[]SourceID { return &m.Sources }),
}

var pointFields = []field[Point]{
	text("where", func(p *Point) *string { return &p.Where }),
	one("at", func(p *Point) *body.Coord { return &p.At }, body.ParseCoord, body.Coord.String).as(Form{Holds: Place}),
	choice("depth", func(p *Point) *Depth { return &p.Depth }, []Depth{Superficial, Middle, Deep}),
	positionWords("access", func(p *Point) *[]Position { return &p.Access }),
	shapes("essential", func(p *Point) *[]body.Shape { return &p.Essential }),
	shapes("spillover", func(p *Point) *[]body.Shape { return &p.Spillover }).optional(),
	ids("sources", func(p *Point) *[]SourceID { return &p.Sources }),
	text("note", func(p *Point) *string { return &p.Note }).optional(),
}

var patternFields = []field[Pattern]{
	text("name", func(p *Pattern) *string { return &p.Name }),
	text("lay", func(p *Pattern) *string { return &p.Lay }),
	list("aliases", func(p *Pattern) *[]string { return &p.Aliases }).optional(),
	choice("kind", func(p *Pattern) *PatternKind { return &p.Kind }, PatternKinds),
	shapes("essential", func(p *Pattern) *[]body.Shape { return &p.Essential }),
	shapes("spillover", func(p *Pattern) *[]body.Shape { return &p.Spillover }).optional(),
	choices("quality", func(p *Pattern) *[]body.Quality { return &p.Quality }, body.Qualities()).optional(),
	{key: "ratio", need: true, form: ratioForm, set: parseRatio, show: showRatio},
	text("client", func(p *Pattern) *string { return &p.Client }),
	lines("ask", func(p *Pattern) *[]string { return &p.Ask }),
	lines("refer", func(p *Pattern) *[]string { return &p.Refer }),
	ids("conditions", func(p *Pattern) *[]ConditionID { return &p.Conditions }).optional(),
	ids("screening", func(p *Pattern) *[]string { return &p.Screening }).optional(),
	ids("sources", func(p *Pattern) *[]SourceID { return &p.Sources }),
	text("note", func(p *Pattern) *string { return &p.Note }).optional(),
}

var sourceFields = []field[Source]{
	choice("type", func(s *Source) *SourceType { return &s.Type }, SourceTypes),
	text("authors", func(s *Source) *string { return &s.Authors }).optional(),
	text("title", func(s *Source) *string { return &s.Title }),
	text("in", func(s *Source) *string { return &s.In }).optional(),
	number("year", func(s *Source) *int { return &s.Year }, 1500, 2100).optional(),
	one("id", func(s *Source) *string { return &s.Ref }, parseRef, show[string]).as(Form{Holds: Reference, From: refSchemes}).optional(),
	choice("seen", func(s *Source) *Seen { return &s.Seen }, seenAll),
	text("states", func(s *Source) *string { return &s.States }),
}

var techniqueFields = []field[Technique]{
	text("name", func(t *Technique) *string { return &t.Name }),
	text("lay", func(t *Technique) *string { return &t.Lay }),
	choices("strokes", func(t *Technique) *[]Stroke { return &t.Strokes }, Strokes),
	span("pressure", func(t *Technique) *int { return &t.PressureMin }, func(t *Technique) *int { return &t.PressureMax }, 1, 5),
	span("seconds", func(t *Technique) *int { return &t.SecondsMin }, func(t *Technique) *int { return &t.SecondsMax }, 1, 3600),
	text("client", func(t *Technique) *string { return &t.Client }),
	lines("how", func(t *Technique) *[]string { return &t.How }),
	lines("caution", func(t *Technique) *[]string { return &t.Cautions }).optional(),
	text("note", func(t *Technique) *string { return &t.Note }).optional(),
	ids("sources", func(t *Technique) *[]SourceID { return &t.Sources }),
}

var exerciseFields = []field[Exercise]{
	text("name", func(e *Exercise) *string { return &e.Name }),
	choice("kind", func(e *Exercise) *ExerciseKind { return &e.Kind }, ExerciseKinds),
	ids("muscles", func(e *Exercise) *[]MuscleID { return &e.Muscles }).optional(),
	ids("regions", func(e *Exercise) *[]body.RegionID { return &e.Regions }).optional(),
	choice("position", func(e *Exercise) *Position { return &e.Position }, Positions).optional(),
	text("how", func(e *Exercise) *string { return &e.How }),
	text("dose", func(e *Exercise) *string { return &e.Dose }),
	number("minutes", func(e *Exercise) *int { return &e.Minutes }, 1, 60),
	text("stop", func(e *Exercise) *string { return &e.Stop }),
	text("who", func(e *Exercise) *string { return &e.Who }).optional(),
	each("pose", func(e *Exercise) *[]Pose { return &e.Poses }, parsePose, Pose.String).as(poseForm).optional(),
	text("evidence", func(e *Exercise) *string { return &e.Evidence }),
	ids("sources", func(e *Exercise) *[]SourceID { return &e.Sources }),
}

var conditionFields = []field[Condition]{
	text("name", func(c *Condition) *string { return &c.Name }),
	text("lay", func(c *Condition) *string { return &c.Lay }),
	list("aliases", func(c *Condition) *[]string { return &c.Aliases }).optional(),
	choice("group", func(c *Condition) *ConditionGroup { return &c.Group }, ConditionGroups),
	ids("regions", func(c *Condition) *[]body.RegionID { return &c.Regions }).optional(),
	text("client", func(c *Condition) *string { return &c.Client }),
	each("phase", func(c *Condition) *[]Phase { return &c.Phases }, parsePhase, Phase.String).as(phaseForm),
	each("evidence", func(c *Condition) *[]Evidence { return &c.Evidence }, parseEvidence, Evidence.String).as(evidenceForm).optional(),
	each("help", func(c *Condition) *[]Help { return &c.Help }, parseHelp, Help.String).as(helpForm).optional(),
	lines("refer", func(c *Condition) *[]string { return &c.Refer }),
	lines("caution", func(c *Condition) *[]string { return &c.Cautions }).optional(),
	lines("home", func(c *Condition) *[]string { return &c.Home }).optional(),
	ids("exercises", func(c *Condition) *[]ExerciseID { return &c.Exercises }).optional(),
	ids("muscles", func(c *Condition) *[]MuscleID { return &c.Muscles }).optional(),
	ids("screening", func(c *Condition) *[]string { return &c.Screening }).optional(),
	ids("sources", func(c *Condition) *[]SourceID { return &c.Sources }),
}

var claimFields = []field[Claim]{
	text("claim", func(c *Claim) *string { return &c.Claim }),
	choice("topic", func(c *Claim) *ClaimTopic { return &c.Topic }, ClaimTopics),
	choice("verdict", func(c *Claim) *ClaimVerdict { return &c.Verdict }, ClaimVerdicts),
	text("short", func(c *Claim) *string { return &c.Short }),
	text("text", func(c *Claim) *string { return &c.Text }),
	text("say", func(c *Claim) *string { return &c.Say }).optional(),
	each("evidence", func(c *Claim) *[]Cited { return &c.Evidence }, parseCited, Cited.String).as(citedForm),
	ids("conditions", func(c *Claim) *[]ConditionID { return &c.Conditions }).optional(),
	ids("techniques", func(c *Claim) *[]TechniqueID { return &c.Techniques }).optional(),
}

var termFields = []field[Term]{
	text("name", func(t *Term) *string { return &t.Name }),
	list("aliases", func(t *Term) *[]string { return &t.Aliases }).optional(),
	text("text", func(t *Term) *string { return &t.Text }),
	ids("see", func(t *Term) *[]TermID { return &t.See }).optional(),
	ids("sources", func(t *Term) *[]SourceID { return &t.Sources }).optional(),
}

var changeFields = []field[Change]{
	one("date", func(c *Change) *string { return &c.Date }, parseDate, show[string]).as(Form{Holds: Date}),
	text("title", func(c *Change) *string { return &c.Title }),
	text("text", func(c *Change) *string { return &c.Text }),
	items("rows", func(c *Change) *[]Ref { return &c.Rows }, parseRowRef, Ref.String).as(listForm(" | ", refForm)).optional(),
}

var studyFields = []field[Study]{
	one("source", func(s *Study) *SourceID { return &s.Source }, anID[SourceID], show[SourceID]).as(idForm[SourceID]()),
	text("complaint", func(s *Study) *string { return &s.Complaint }),
	number("n", func(s *Study) *int { return &s.N }, 1, 1_000_000),
	yes("active", func(s *Study) *bool { return &s.Active }),
	yes("control", func(s *Study) *bool { return &s.Control }),
	{key: "percent", need: true, form: percentForm, set: parsePercent, show: showPercent},
}

// words is a list that the lint uses.
type words struct{ items []string }

var wordFields = []field[words]{
	lines("item", func(w *words) *[]string { return &w.items }),
}

func grips(key string, at func(*Muscle) *[]Grip) field[Muscle] {
	return spaced(key, at, []Grip{Flat, Pincer})
}

func positionWords(key string, at func(*Point) *[]Position) field[Point] {
	return spaced(key, at, Positions)
}

// spaced is a list of words out of a choice, with spaces (or ' | ') between them.
func spaced[T any, S ~string](key string, at func(*T) *[]S, from []S) field[T] {
	f := choices(key, at, from).as(listForm(" ", wordForm(from)))
	read := f.set
	f.set = func(t *T, s string) error {
		return read(t, strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '|' }), " | "))
	}
	f.show = func(t *T) []string {
		var out []string
		for _, v := range *at(t) {
			out = append(out, string(v))
		}
		return []string{strings.Join(out, " ")}
	}
	return f
}

func (s SelfCare) String() string { return yesNo(s.Allowed) + "; " + s.Why }

func parseSelfCare(s string) (SelfCare, error) {
	word, why, _ := strings.Cut(s, ";")
	word, why = strings.TrimSpace(word), strings.TrimSpace(why)
	if word != "yes" && word != "no" || why == "" {
		return SelfCare{}, fmt.Errorf("%q: write yes or no, then ';' and why", s)
	}
	return SelfCare{Allowed: word == "yes", Why: why}, nil
}

// refSchemes are the kinds of reference that a source may carry.
var refSchemes = []string{"doi:", "pmid:", "pmc:", "isbn:", "url:"}

func parseRef(s string) (string, error) {
	for _, scheme := range refSchemes {
		if rest, ok := strings.CutPrefix(s, scheme); ok && rest != "" && !strings.ContainsAny(rest, " \t") {
			return s, nil
		}
	}
	return "", fmt.Errorf("%q: write one of %s and the id without spaces, as it was seen", s, strings.Join(refSchemes, " "))
}

// figureMarks say how a figure of a study was seen: S checked, S* the study was
// seen and the figure was not checked again, M not verified.
var figureMarks = []string{"S", "S*", "M"}

func parsePercent(s *Study, value string) error {
	s.Percent, s.marks, s.order, s.Uncertain = map[MuscleID]float64{}, map[MuscleID]string{}, nil, false
	for item := range strings.SplitSeq(value, "|") {
		f := strings.Fields(item)
		if len(f) != 3 || !plainID(f[0]) {
			return fmt.Errorf("%q: write 'muscle percent mark', mark S, S* or M, ' | ' between them", strings.TrimSpace(item))
		}
		id := MuscleID(f[0])
		if _, twice := s.Percent[id]; twice {
			return fmt.Errorf("%s stands twice; keep one", id)
		}
		p, err := strconv.ParseFloat(f[1], 64)
		if err != nil || math.IsNaN(p) || p < 0 || p > 100 {
			return fmt.Errorf("%q: write a percentage from 0 to 100", f[1])
		}
		mark, err := oneOf(figureMarks)(f[2])
		if err != nil {
			return err
		}
		s.Percent[id], s.marks[id], s.order = p, mark, append(s.order, id)
		s.Uncertain = s.Uncertain || mark != "S"
	}
	return nil
}

func showPercent(s *Study) []string {
	var out []string
	for _, id := range s.order {
		out = append(out, fmt.Sprintf("%s %s %s", id, strconv.FormatFloat(s.Percent[id], 'f', -1, 64), s.marks[id]))
	}
	return []string{strings.Join(out, " | ")}
}
