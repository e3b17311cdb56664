package plan

import (
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// pointStep is the id of the step of a point.
func pointStep(id atlas.PointID, side body.Side) string {
	return fmt.Sprintf("point.%s.%s", id, side)
}

// step is the id of the step of a target.
func (t *target) step() string { return pointStep(t.candidate.Point.ID, t.candidate.Side) }

// names tells whether a step id may belong to a piece.
func names(id string, p *piece) bool {
	parts := strings.Split(id, ".")
	if len(parts) < 2 || parts[0] == "point" || parts[0] == "turn" || parts[0] == "rest" || parts[1] != p.area.id {
		return false
	}
	other := p.side.Other().String()
	return !slices.Contains(parts[2:], other)
}

// id names a strand within the session: its area, its side where only one is worked,
// and the pose where only its points are worked.
func (st *strand) id() string {
	id := st.area.id
	if st.side != nil {
		id += "." + st.side.String()
	}
	if st.only {
		id += "." + strings.ReplaceAll(strings.ReplaceAll(lying(st.pose), " ", "-"), ",", "")
	}
	return id
}

func pointWords(p *atlas.Point, side body.Side) string {
	return fmt.Sprintf("%s %s (%s)", side, p.Muscle.Name, p.Where)
}

// howToPress says how to press a point. Where the skin is delicate or pressure is
// limited, the pain to aim for is lower [dosing of fragile clients: chosen].
func howToPress(t *target) string {
	words := "press slowly to a good pain of 4 to 6 out of 10, never 7"
	if t.piece.area.pressure <= gentleOnly || t.limit <= usualPressure {
		words = "press slowly to a mild pain of 3 to 4 out of 10"
	}
	if slices.Equal(t.candidate.Point.Muscle.Grips, []atlas.Grip{atlas.Pincer}) {
		words = "between fingers and thumb, one side at a time, " + words
	}
	return words
}

// region is the region that stands for a strand: where a point lies, or the first.
func (st *strand) region() body.RegionID {
	for _, d := range st.points {
		id := body.Skin().Region(d.target.candidate.Point.Cell(d.target.candidate.Side))
		if slices.Contains(st.pieces[0].open, id) {
			return id
		}
	}
	return st.pieces[0].open[0]
}

// regions are all that may be worked of a strand.
func (st *strand) regions() []body.RegionID {
	var list []body.RegionID
	for _, p := range st.pieces {
		for _, id := range p.open {
			if !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	return list
}

// words say what a strand is worked on, and what of it is left out.
func (st *strand) words() string {
	words := st.area.words
	if st.side != nil {
		words += ", " + st.side.String() + " side"
	}
	var without []string
	for _, id := range st.pieces[0].closed {
		if r, ok := body.RegionByID(id); ok {
			without = append(without, strings.ToLower(r.Lay))
		}
	}
	if len(without) > 0 {
		words += " (not: " + strings.Join(without, ", ") + ")"
	}
	return words
}

// reason says why a strand is worked.
func (st *strand) reason(relaxed bool) string {
	painted := slices.ContainsFunc(st.pieces, func(p *piece) bool { return p.painted })
	switch {
	case relaxed:
		return "A share of a session for rest: nothing was painted."
	case st.along:
		return "The other side, so that both are even."
	case st.filling:
		return "Time is left: broad work here calms and adds no dose where it hurts."
	case len(st.points) == 0 && !painted && st.linked() == "jaw":
		return "With a sore jaw the neck and the base of the skull are worked too (convention)."
	case len(st.points) == 0 && !painted && st.linked() != "":
		return "With a headache neck and base of the skull are worked too, the base of the skull last (convention)."
	case len(st.points) > 0 && painted:
		return fmt.Sprintf("Pain was painted here, and %s to check here.", count(len(st.points), "point is", "points are"))
	case len(st.points) > 0:
		return fmt.Sprintf("%s to check here that can send pain elsewhere.", capital(count(len(st.points), "point is", "points are")))
	case painted:
		return "Pain was painted here."
	default:
		return "Muscles that can send pain elsewhere lie here; broad work reaches them in part."
	}
}

// linked gives the area that hurts and for which the strand is worked.
func (st *strand) linked() string {
	for _, p := range st.pieces {
		if p.linked != "" {
			return p.linked
		}
	}
	return ""
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// strokes gives those of the wanted strokes that the technique has and the screening
// allows; if none, whatever else of it is allowed.
func (s *session) strokes(t *atlas.Technique, wanted ...atlas.Stroke) []atlas.Stroke {
	allowed := func(x atlas.Stroke) bool { ok, _ := s.clear.Allows(string(x)); return ok }
	var list, rest []atlas.Stroke
	for _, w := range wanted {
		if slices.Contains(t.Strokes, w) && allowed(w) {
			list = append(list, w)
		}
	}
	if len(list) > 0 {
		return list
	}
	for _, x := range t.Strokes {
		if allowed(x) {
			rest = append(rest, x)
		}
	}
	return rest
}

// dry tells that the session goes through clothes: no oil, and so no gliding strokes.
func (s *session) dry() bool { return len(s.styles) > 0 && s.styles[0].ID == "thai" }

// broadStrokes and broadWords are the strokes that warm and smooth.
func (s *session) broadStrokes(t *atlas.Technique) []atlas.Stroke {
	if s.dry() {
		return s.strokes(t, "rocking", "compression", "vibration")
	}
	return s.strokes(t, "effleurage", "hold")
}

func (s *session) broadWords() string {
	if s.dry() {
		return "palms and rocking, through clothes"
	}
	return "broad strokes"
}

// between is what comes between narrower strokes.
func (s *session) between() string {
	if s.dry() {
		return "rocking every few minutes"
	}
	return "a long stroke every few minutes"
}

func (s *session) medium() string {
	if s.dry() {
		return "Medium pressing, through clothes"
	}
	return "Medium strokes"
}

// gently is how a point is touched that is not pressed.
func (s *session) gently() string {
	if s.dry() {
		return "hold softly through clothes, no pressing"
	}
	return "slow, gentle strokes, no pressing"
}

func (s *session) verb(t *atlas.Technique, st *strand, pressure int) string {
	switch {
	case s.dry() && (st.area.region == "head" || t.ID != "thai"):
		return "Press lightly with the fingers, without oil, the"
	case t.ID == "thai" && s.stretches(st):
		return "Press and stretch, through clothes, the"
	case t.ID == "thai":
		return "Press, through clothes, the"
	case t.ID == "swedish" && pressure == 1: // the weight of the hand does not knead
		return "Stroke lightly over the"
	case t.ID == "swedish":
		return "Knead the"
	case t.ID == "myofascial-release":
		return "Hold and follow, slowly, the"
	case t.ID == "sports":
		return "Work briskly on the"
	default:
		return "Work slowly and firmly on the"
	}
}

func firstSource(t *atlas.Technique) atlas.SourceID {
	if len(t.Sources) > 0 {
		return t.Sources[0]
	}
	return habit
}

func joined(words []string) string {
	slices.Sort(words)
	return strings.Join(slices.Compact(words), ", ")
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
