package atlas

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"knead/body"
)

// listNames are the lists that the lint knows: phrases that no text for a client
// may have, long words that everybody knows, and the groups of regions that the
// points must reach, and the regions that they need not reach, with the reason.
var listNames = []string{"banned-phrases", "easy-words", "reached-groups", "unreached-regions"}

// Severity of a problem.
type Severity string

// A Fault is wrong and must be mended. A Gap is missing: what is there is right.
const (
	Fault Severity = "fault"
	Gap   Severity = "gap"
)

// Problem is something that the parser cannot see.
type Problem struct {
	Severity Severity
	Place    string // "muscles/scalenes.txt:12", empty when it concerns the whole
	What     string // what is wrong and what to do
}

func (p Problem) String() string {
	if p.Place == "" {
		return string(p.Severity) + ": " + p.What
	}
	return p.Place + ": " + string(p.Severity) + ": " + p.What
}

// Lint reads the atlas as a careful editor would. No problem means an empty list.
func (a *Atlas) Lint() []Problem {
	l := linter{atlas: a, skin: body.Skin()}
	for _, m := range a.Muscles {
		l.muscle(m)
	}
	for _, p := range a.points {
		l.point(p)
	}
	for _, p := range a.Patterns {
		l.pattern(p)
	}
	l.twins()
	l.coverage()
	for _, t := range a.Techniques {
		l.technique(t)
	}
	for _, e := range a.Exercises {
		l.exercise(e)
	}
	for _, c := range a.Conditions {
		l.condition(c)
	}
	for _, c := range a.Claims {
		l.claim(c)
	}
	for _, t := range a.Terms {
		l.term(t)
	}
	for _, c := range a.Changes {
		l.change(c)
	}
	for _, s := range a.Studies {
		for _, id := range s.order {
			l.knows(s.Place, id)
		}
	}
	l.names()
	l.sources()
	return l.found
}

// linter gathers problems.
type linter struct {
	atlas *Atlas
	skin  *body.Surface
	found []Problem
}

func (l *linter) faultf(place, format string, args ...any) {
	l.found = append(l.found, Problem{Fault, place, fmt.Sprintf(format, args...)})
}

func (l *linter) gapf(place, format string, args ...any) {
	l.found = append(l.found, Problem{Gap, place, fmt.Sprintf(format, args...)})
}

func (l *linter) knows(place string, id MuscleID) {
	if _, ok := l.atlas.muscle[id]; !ok {
		l.gapf(place, "names muscle %q, which does not exist; add it or mend the id", id)
	}
}

func (l *linter) muscle(m *Muscle) {
	if len(m.Points) == 0 {
		l.faultf(m.Place, "%s has no point; add one below it", m.ID)
	}
	if len(Cells(l.skin, m.Shape, body.Right)) == 0 {
		l.faultf(m.Place, "the shape of %s lies nowhere on the skin; look at its coordinates", m.ID)
	}
	for _, r := range m.Related {
		if r == m.ID {
			l.faultf(m.Place, "%s is related to itself; take it out", m.ID)
		}
		l.knows(m.Place, r)
	}
	for _, n := range m.ownNames() {
		if other := l.atlas.named[plainName(n)]; other != m {
			l.faultf(m.Place, "%q means %s already; give one of them another name", n, other.ID)
		}
	}
	l.forClients(m.Place, m.Client, m.SelfCare.Why)
	l.banned(m.Place, m.Lay)
	l.pressure(m)
}

// namedLevel is a level of pressure in a therapist's text: "level 2", "level 1 to 3".
var namedLevel = regexp.MustCompile(`(?i)\blevel (\d)(?: (?:to|or) (\d))?\b`)

// pressure holds the highest pressure of a muscle to what its texts say: a plan reads
// the number and not the words. What is said of weak bones is the screening's.
func (l *linter) pressure(m *Muscle) {
	for _, text := range append(slices.Clone(m.How), m.Cautions...) {
		for clause := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(".,;:", r) }) {
			found := namedLevel.FindStringSubmatch(clause)
			if found == nil || strings.Contains(clause, "weak bones") {
				continue
			}
			most := cmp.Or(found[2], found[1])
			if m.Pressure == 0 || strconv.Itoa(m.Pressure) > most {
				l.faultf(m.Place, "the text of %s names level %s: %q; write 'pressure: %s', so that a plan keeps to it", m.ID, most, text, most)
			}
		}
	}
}

// near is how far, in cm, a point may lie from its muscle's shape (chosen: shapes
// are simple and points are written from words).
const near = 3.0

func (l *linter) point(p *Point) {
	if !l.zone(p.zoned()) {
		return
	}
	at := l.skin.Centre(p.Cell(body.Right))
	best := math.Inf(1)
	for _, c := range Cells(l.skin, p.Muscle.Shape, body.Right) {
		best = min(best, distance(at, l.skin.Centre(c.Cell)))
	}
	if best > near {
		l.faultf(p.Place, "%s lies %.1f cm from the shape of %s, allowed are %.0f; mend the one or the other", p.ID, best, p.Muscle.ID, near)
	}
}

// zoned is what has a zone: a point or a pattern.
type zoned struct {
	place, id            string
	essential, spillover []body.Shape
	zone                 func(body.Side) Zone
}

func (p *Point) zoned() zoned {
	return zoned{p.Place, string(p.ID), p.Essential, p.Spillover, p.Zone}
}

func (p *Pattern) zoned() zoned {
	return zoned{p.Place, string(p.ID), p.Essential, p.Spillover, p.Zone}
}

// zone checks that a zone lies on the skin and on the right side, and that the left
// one mirrors it. It tells whether there is a zone at all.
func (l *linter) zone(z zoned) bool {
	right := z.zone(body.Right)
	if len(right.Essential) == 0 {
		l.faultf(z.place, "the essential zone of %s lies nowhere on the skin; look at its coordinates", z.id)
		return false
	}
	if share := l.onSide(body.Right, right); share < 0.6 { // chosen: a zone may reach over the midline
		l.faultf(z.place, "only %.0f %% of the zone of %s lies on the right side; write it for the right side", 100*share, z.id)
	}
	left := split(Cells(l.skin, z.essential, body.Left), Cells(l.skin, z.spillover, body.Left))
	if now := z.zone(body.Left); !slices.Equal(left.Essential, now.Essential) || !slices.Equal(left.Spillover, now.Spillover) {
		l.faultf(z.place, "the left zone of %s is not the mirror image of the right one", z.id)
	}
	return true
}

func (l *linter) pattern(p *Pattern) {
	l.zone(p.zoned())
	l.forClients(p.Place, p.Client)
	l.forClients(p.Place, p.Refer...)
	l.banned(p.Place, p.Lay)
	for _, ask := range p.Ask {
		l.banned(p.Place, ask)
	}
	mentions(l, p.Place, "condition", p.Conditions, l.atlas.Condition)
	if p.nerve() && len(p.Quality) == 0 {
		l.faultf(p.Place, "%s is a nerve and no quality speaks for it; write burning, tingling or numb", p.ID)
	}
	if p.nerve() && slices.ContainsFunc(p.Quality, body.Quality.IsSharp) && !slices.ContainsFunc(p.Sources, l.atlas.statesSharp) {
		l.faultf(p.Place, "%s is felt sharp or stabbing and none of its sources that were seen says so; name one, or take the quality out", p.ID)
	}
	if p.Ratio == 0 {
		l.faultf(p.Place, "the ratio of %s is 0: it would never be thought of; write what it is, or take it out", p.ID)
	}
	named := func(id SourceID) bool {
		return strings.Contains(p.RatioWhy, string(id)) && l.atlas.seen([]SourceID{id})
	}
	if !chosen(p.RatioWhy) && !slices.ContainsFunc(p.Sources, named) {
		l.faultf(p.Place, "the ratio of %s names no source that was seen; name one of its sources, or write 'chosen' and why", p.ID)
	}
}

// statesSharp tells whether a source that was seen says that a pain is sharp: most nerves
// burn or tingle, and the ranking takes the few others at their word.
func (a *Atlas) statesSharp(id SourceID) bool {
	s, ok := a.Source(id)
	words := ""
	if ok && a.seen([]SourceID{id}) {
		words = strings.ToLower(s.States)
	}
	return strings.Contains(words, "sharp") || strings.Contains(words, "stabbing")
}

func distance(a, b body.Vec) float64 { return math.Hypot(a[0]-b[0], math.Hypot(a[1]-b[1], a[2]-b[2])) }

// onSide is the share of a zone that lies on one side.
func (l *linter) onSide(side body.Side, z Zone) float64 {
	var in, all float64
	for _, list := range [][]body.Weighted{z.Essential, z.Spillover} {
		for _, c := range list {
			w := c.W * l.skin.Area(c.Cell)
			if all += w; l.skin.Side(c.Cell) == side {
				in += w
			}
		}
	}
	return in / all
}

// twins finds points, or patterns, whose zones are the same: nobody could tell them
// apart.
func (l *linter) twins() {
	const same = 0.97 // share of the skin in common; chosen
	find := func(all []zoned) {
		for i, p := range all {
			for _, q := range all[:i] {
				mine, other := p.zone(body.Right), q.zone(body.Right)
				if common(mine.Essential, other.Essential) >= same && common(mine.Spillover, other.Spillover) >= same {
					l.faultf(p.place, "%s has the same zone as %s; tell them apart, or make them one", p.id, q.id)
				}
			}
		}
	}
	var points, patterns []zoned
	for _, p := range l.atlas.points {
		points = append(points, p.zoned())
	}
	for _, p := range l.atlas.Patterns {
		patterns = append(patterns, p.zoned())
	}
	find(points)
	find(patterns)
}

// common is the weight that two lists share, as a part of what either has.
func common(a, b []body.Weighted) float64 {
	var both, either float64
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].Cell < b[0].Cell:
			either += a[0].W
			a = a[1:]
		case len(a) == 0 || b[0].Cell < a[0].Cell:
			either += b[0].W
			b = b[1:]
		default:
			both, either = both+min(a[0].W, b[0].W), either+max(a[0].W, b[0].W)
			a, b = a[1:], b[1:]
		}
	}
	if either == 0 {
		return 1
	}
	return both / either
}

// coverage looks for regions to which fewer than two points refer.
func (l *linter) coverage() {
	const inside = 0.5 // chosen: within the drawn edge of a zone
	reached := map[body.RegionID]int{}
	for _, p := range l.atlas.points {
		mine := map[body.RegionID]bool{}
		z := p.Zone(body.Right)
		for _, c := range append(slices.Clone(z.Essential), z.Spillover...) {
			if c.W >= inside {
				mine[l.skin.Region(c.Cell)] = true
			}
		}
		for r := range mine {
			reached[r]++
		}
	}
	excused := l.excused()
	for _, r := range body.Regions() {
		n := reached[r.ID]
		switch _, ok := excused[r.ID]; {
		case ok && n >= 2:
			l.faultf("", "region %s is reached by %d points; take it out of unreached-regions", r.ID, n)
		case !ok && n < 2 && slices.Contains(l.atlas.lists["reached-groups"], r.Group):
			l.gapf("", "region %s is reached by %d points, want at least two, or a reason in unreached-regions", r.ID, n)
		}
	}
}

// excused are the regions that need not be reached, with the reason.
func (l *linter) excused() map[body.RegionID]string {
	out := map[body.RegionID]string{}
	for _, item := range l.atlas.lists["unreached-regions"] {
		id, why, _ := strings.Cut(item, ";")
		if why = strings.TrimSpace(why); why == "" {
			l.faultf("", "unreached region %q: write 'region; why'", item)
		}
		l.regions("", []body.RegionID{body.RegionID(id)})
		out[body.RegionID(id)] = why
	}
	return out
}

func (l *linter) technique(t *Technique) {
	l.forClients(t.Place, t.Client)
	l.banned(t.Place, t.Lay)
	if !l.atlas.seen(t.Sources) && !chosen(t.Note) {
		l.faultf(t.Place, "pressure and seconds of %s have no source that was seen; name one, or say in its note what was chosen and why", t.ID)
	}
}

// lying are the words by which an exercise tells how the body lies.
var lying = []struct {
	words    string
	position Position
}{
	{"Lie on your back", Supine},
	{"Lie on the floor", Supine},
	{"Lie with bent knees", Supine},
	{"Lie face down", Prone},
	{"Lie on your belly.", Prone},
	{"Lie on your side", SideLying},
	{"Lie on one side", SideLying},
}

func (l *linter) exercise(e *Exercise) {
	l.forClients(e.Place, e.How, e.Dose, e.Stop, e.Who)
	for _, said := range lying {
		if strings.Contains(e.How, said.words) && e.Position != said.position {
			l.faultf(e.Place, "%s says %q; write 'position: %s', so that nobody is offered it who may not lie so", e.ID, said.words, said.position)
		}
	}
	for _, id := range e.Muscles {
		l.knows(e.Place, id)
	}
	l.regions(e.Place, e.Regions)
	if !l.atlas.seen(e.Sources) && !chosen(e.Dose) && !chosen(e.Evidence) {
		l.faultf(e.Place, "the dose of %s has no source that was seen; name one, or write 'chosen' and why", e.ID)
	}
}

// regions checks that all regions exist.
func (l *linter) regions(place string, ids []body.RegionID) {
	for _, id := range ids {
		if _, ok := body.RegionByID(id); !ok {
			l.faultf(place, "region %q does not exist; mend the id", id)
		}
	}
}

// mentions checks that all rows that are named exist.
func mentions[ID ~string, T any](l *linter, place, kind string, ids []ID, get func(ID) (T, bool)) {
	for _, id := range ids {
		if _, ok := get(id); !ok {
			l.gapf(place, "names %s %q, which does not exist; add it or mend the id", kind, id)
		}
	}
}

func (l *linter) condition(c *Condition) {
	a := l.atlas
	l.forClients(c.Place, c.Client)
	for _, p := range c.Phases {
		l.forClients(c.Place, p.What)
	}
	for _, texts := range [][]string{c.Refer, c.Home} {
		l.forClients(c.Place, texts...)
	}
	l.banned(c.Place, c.Lay)
	l.regions(c.Place, c.Regions)
	mentions(l, c.Place, "exercise", c.Exercises, a.Exercise)
	mentions(l, c.Place, "muscle", c.Muscles, a.Muscle)
	for _, e := range c.Evidence {
		mentions(l, c.Place, "technique", []TechniqueID{e.Technique}, a.Technique)
		if e.Grade != "not studied" && !l.atlas.seen([]SourceID{e.Source}) {
			l.faultf(c.Place, "grade %q of %s rests on a source that was not seen; name one that was, or take the row out", e.Grade, e.Technique)
		}
	}
}

func (l *linter) claim(c *Claim) {
	l.forClients(c.Place, c.Short, c.Text, c.Say)
	mentions(l, c.Place, "condition", c.Conditions, l.atlas.Condition)
	mentions(l, c.Place, "technique", c.Techniques, l.atlas.Technique)
	if !l.atlas.seen(c.cited()) {
		l.faultf(c.Place, "the verdict on %s rests on no source that was seen; name one", c.ID)
	}
}

func (l *linter) term(t *Term) {
	l.forClients(t.Place, t.Text)
	mentions(l, t.Place, "term", t.See, l.atlas.Term)
}

func (l *linter) change(c *Change) {
	l.forClients(c.Place, c.Title, c.Text)
	for _, r := range c.Rows {
		if !l.atlas.Has(r) {
			l.faultf(c.Place, "change %s names %s, which does not exist; mend the id or take it out", c.ID, r)
		}
	}
}

func chosen(s string) bool { return strings.Contains(strings.ToLower(s), "chosen") }

// names looks for rows of one kind that a reader could not tell apart in a list.
func (l *linter) names() {
	first := map[string]string{}
	see := func(kind, name, place string) {
		key := kind + " " + plainName(name)
		if other, ok := first[key]; ok {
			l.faultf(place, "%s %q is called like the one in %s; give it another name, or make them one", kind, name, other)
		}
		first[key] = place
	}
	for _, p := range l.atlas.Patterns {
		see("pattern", p.Name, p.Place)
	}
	for _, t := range l.atlas.Techniques {
		see("technique", t.Name, t.Place)
	}
	for _, e := range l.atlas.Exercises {
		see("exercise", e.Name, e.Place)
	}
	for _, c := range l.atlas.Conditions {
		see("condition", c.Name, c.Place)
	}
	for _, c := range l.atlas.Claims {
		see("claim", c.Claim, c.Place)
	}
	for _, t := range l.atlas.Terms {
		see("term", t.Name, t.Place)
	}
}

// sources looks for sources that nothing uses or that stand twice, and for points
// that rest on common teaching only.
func (l *linter) sources() {
	a := l.atlas
	used := map[SourceID]bool{"recalled": true}
	use := func(ids ...SourceID) {
		for _, id := range ids {
			used[id] = true
		}
	}
	seen := 0
	for _, m := range a.Muscles {
		use(m.Sources...)
	}
	for _, p := range a.points {
		use(p.Sources...)
		if !p.Recalled() {
			seen++
		}
	}
	for _, p := range a.Patterns {
		use(p.Sources...)
	}
	for _, t := range a.Techniques {
		use(t.Sources...)
	}
	for _, e := range a.Exercises {
		use(e.Sources...)
	}
	for _, c := range a.Conditions {
		use(c.cited()...)
	}
	for _, c := range a.Claims {
		use(c.cited()...)
	}
	for _, t := range a.Terms {
		use(t.Sources...)
	}
	for _, s := range a.Studies {
		use(s.Source)
	}
	if n := len(a.points); 10*seen < 9*n {
		l.gapf("", "%d of %d points have a source that was seen, want 90 %%", seen, n)
	}
	first := map[string]SourceID{}
	for _, id := range slices.Sorted(maps.Keys(a.Sources)) {
		s := a.Sources[id]
		if !used[id] {
			l.gapf(s.Place, "nothing uses source %s; use it or take it out", id)
		}
		if other, ok := first[s.Ref]; ok && s.Ref != "" {
			l.gapf(s.Place, "source %s is the same as %s; keep one", id, other)
		}
		first[s.Ref] = id
	}
}
