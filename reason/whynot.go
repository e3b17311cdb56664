package reason

import (
	"cmp"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
)

// WhyNot is the answer to 'why not this one?' about any point of the atlas.
type WhyNot struct {
	Point   *atlas.Point
	Side    body.Side
	Place   int  // on the list, from 1; 0 when it is not there
	Band    Band // empty when it is not on the list
	Weight  float64
	Bound   float64
	Alone   float64           // its weight if there were no other cause
	Felt    []body.RegionSide // where it is often felt
	Painted []body.RegionSide // where it can be felt and something is painted
	Clear   []Clear
	Prior   float64 // how often it is counted on before anything is known, over the mean of all points
	Studied bool
	Rivals  []Rival
	Moved   []Moved // findings that moved it
	Words   string
}

// Rival is a candidate that accounts for the same paint.
type Rival struct {
	Point  *atlas.Point
	Side   body.Side
	Factor float64 // by how much the odds would certainly be higher without it, > 1
}

// What counts as a rival, and how many are named (chosen, for reading only). They are
// told when all of them together make a difference that factorScale has a word for.
const (
	rivalLeast = 1.05
	mostRivals = 3
)

// WhyNot says why a muscle does not stand higher on the list, or not on it: about its
// weightiest point on that side. An error says what is wrong with a finding or the name.
func (m *Model) WhyNot(d body.Drawing, findings []Finding, muscle atlas.MuscleID, side body.Side, o Options) (WhyNot, error) {
	return m.whyNot(d, findings, Finding{Muscle: muscle, Side: side}, o)
}

// WhyNotPoint is WhyNot about one point.
func (m *Model) WhyNotPoint(d body.Drawing, findings []Finding, point atlas.PointID, side body.Side, o Options) (WhyNot, error) {
	return m.whyNot(d, findings, Finding{Point: point, Side: side}, o)
}

func (m *Model) whyNot(d body.Drawing, findings []Finding, asked Finding, o Options) (WhyNot, error) {
	asked.Tender = Yes // marks the points that are meant
	meant, err := m.hands([]Finding{asked})
	if err != nil {
		return WhyNot{}, err
	}
	q, err := m.inquire(d, findings, o)
	if err != nil {
		return WhyNot{}, err
	}
	best := -1
	for j := range meant {
		if meant[j].any(Yes) && (best < 0 || q.is.beliefs[j].weight > q.is.beliefs[best].weight) {
			best = j
		}
	}
	w := q.whyNot(q.ranking, best)
	w.Words = q.whyNotWords(&w, best)
	q.close()
	return w, nil
}

func (q *inquiry) whyNot(r Ranking, j int) WhyNot {
	m, c := q.m, &q.m.causes[j]
	w := WhyNot{
		Point: c.point, Side: c.side, Weight: q.is.beliefs[j].weight, Bound: q.is.beliefs[j].bound,
		Alone: q.alone(j).weight, Clear: q.clear(j), Prior: m.priorFactor(j), Studied: c.studied,
	}
	for i := range r.Candidates {
		if r.Candidates[i].Point == c.point && r.Candidates[i].Side == c.side {
			w.Place, w.Band = i+1, r.Candidates[i].Band
		}
	}
	for _, region := range c.core {
		w.Felt = append(w.Felt, m.regions[region])
	}
	for i, cell := range q.cells {
		reached := m.at(cell)
		if q.places[q.at[i]].told && slices.ContainsFunc(reached, func(x reach) bool { return int(x.cause) == j }) {
			w.Painted = appendNew(w.Painted, q.places[q.at[i]].RegionSide)
		}
	}
	w.Rivals = q.rivals(r, j)
	for _, f := range q.moved() {
		if s := f.at(j).sure(); strengthOf(s) != factorScale[0].word {
			w.Moved = append(w.Moved, Moved{Finding: f.finding, Factor: f.at(j).mid, Sure: s, Words: m.movedWords(f.finding, s)})
		}
	}
	return w
}

// rivals are the candidates of the first two bands that weigh more and without which
// this one would weigh more.
func (q *inquiry) rivals(r Ranking, j int) []Rival {
	var out []Rival
	for i := range r.Candidates {
		c := &r.Candidates[i]
		k := q.m.cause(c.Point, c.Side)
		if c.Band == AlsoPossible || k == j || q.is.beliefs[k].weight <= q.is.beliefs[j].weight {
			continue
		}
		if f := q.without(k)[j].odds().over(q.is.beliefs[j].odds()).sure(); f >= rivalLeast {
			out = append(out, Rival{c.Point, c.Side, f})
		}
	}
	slices.SortStableFunc(out, func(a, b Rival) int { return cmp.Compare(b.Factor, a.Factor) })
	return out[:min(mostRivals, len(out))]
}

func (q *inquiry) whyNotWords(w *WhyNot, j int) string {
	var s []string
	add := func(key string, pairs ...any) { s = append(s, say(key, pairs...)) }
	name := pointName(w.Point, w.Side)
	switch {
	case len(q.cells) == 0 && !anyYes(q.is.hands):
		return say("whynot.nothing", "point", name)
	case w.Place == 1:
		add("whynot.leads", "point", name)
	case w.Place > 1:
		add("whynot.listed."+bandWords[w.Band], "point", name, "place", w.Place)
	default:
		add("whynot.unlisted", "point", name)
	}
	if len(w.Painted) == 0 {
		add("whynot.not-painted", "places", q.m.inWords(w.Felt, mostTold))
	} else {
		add("whynot.painted", "places", q.m.inWords(w.Painted, mostTold))
		if t := q.m.clearWords(w.Clear); t != "" {
			s = append(s, t)
		}
	}
	if t := q.rivalWords(w, j); t != "" {
		s = append(s, t)
	}
	for _, f := range w.Moved {
		s = append(s, f.Words)
	}
	if w.Point.Recalled() {
		add("whynot.recalled")
	}
	s = append(s, q.m.priorWords(j))
	if w.Point.Muscle.Refer != "" {
		add("why.refer", "what", strings.TrimSuffix(w.Point.Muscle.Refer, "."))
	}
	return strings.Join(s, " ")
}

// rivalWords names the rivals, and says what would be without all of them; empty where
// that is hardly anything.
func (q *inquiry) rivalWords(w *WhyNot, j int) string {
	var names []string
	var causes []int
	for _, r := range w.Rivals {
		causes = append(causes, q.m.cause(r.Point, r.Side))
		if name := muscleName(r.Point.Muscle, r.Side); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	points := catalogue().List(names)
	factor := q.without(causes...)[j].odds().over(q.is.beliefs[j].odds()).sure()
	switch n := atLeast(factor); {
	case factor < factorScale[1].from:
		return ""
	case n >= 2:
		return catalogue().Count("whynot.rivals.times", len(names), "points", points, "times", n)
	}
	return catalogue().Count("whynot.rivals", len(names), "points", points)
}
