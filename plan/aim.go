package plan

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/reason"
)

// Weights of choice, not of dose (all chosen): what leads the hands.
const (
	paintScore   = 0.3  // a painted place by itself, against a point's weight of up to 1
	pinScore     = 10   // what a therapist pinned comes before all else
	leastScore   = 0.05 // a point counts even if its weight is next to nothing
	missCost     = 0.2  // of not reaching a place that was painted: more than a turn
	linkScore    = 0.15 // neck and base of the skull when the head or the jaw hurts
	stretchScore = 0.4  // for a client who likes it, what can be stretched against what can be worked
	turnCost     = 0.15 // share of everything that a turn must win: more than one point in passing
	rankCost     = 0.04 // of a position that suits less well
	sideCost     = 0.20 // of lying on the side where face down or face up is open: one half of the body only, pillows
)

// aim reads the ranking: which pieces it leads to, and which points can be worked.
func (s *session) aim(r reason.Ranking) {
	s.relaxed = len(r.Candidates) == 0 && len(r.Sites) == 0
	for _, c := range r.Candidates {
		for _, e := range c.Explains {
			s.paint(e.Region, e.Side)
		}
	}
	for _, site := range r.Sites {
		s.paint(site.Region, site.Side)
	}
	s.points(r)
	s.link()
	for id, pin := range s.pins {
		for _, both := range s.pieces {
			for _, p := range both {
				p.named = p.named || s.forced && !pin.Drop && names(id, p)
			}
		}
	}
	for _, both := range s.pieces {
		for _, p := range both {
			if p.named {
				p.score += pinScore
			}
		}
	}
}

// links are what is worked with a head or a jaw that hurts: the neck first, the base of
// the skull last (convention).
var links = map[string][]string{
	"head":         {"neck", last},
	"back-of-head": {"neck", last},
	"jaw":          {"neck", "side-of-neck", last},
}

// link adds what is worked with what was painted.
func (s *session) link() {
	for _, both := range s.pieces {
		for _, p := range both {
			if !p.painted || p.first {
				continue
			}
			for _, other := range s.pieces {
				if q := other[p.side]; slices.Contains(links[p.area.id], q.area.id) && q.linked == "" {
					q.score += linkScore
					q.linked = p.area.id
				}
			}
		}
	}
}

func (s *session) paint(id body.RegionID, side body.Side) {
	p := s.pieceOf(id, side)
	if p == nil {
		return
	}
	p.first = p.first || s.isFirst(id, side)
	if !p.painted {
		p.painted = true
		p.score += paintScore
	}
}

// isFirst tells whether a clinician should see first what is felt in most of a region.
func (s *session) isFirst(id body.RegionID, side body.Side) bool {
	cells := body.Skin().RegionCells(id, side)
	return 2*cells.Intersect(s.first).Len() > cells.Len()
}

// clinicianFirst tells whether most of what a point would explain is for a clinician to
// see first: working the point from elsewhere would be treating it all the same.
func (s *session) clinicianFirst(c reason.Candidate) bool {
	var first, all float64
	for _, e := range c.Explains {
		all += e.Share
		if s.isFirst(e.Region, e.Side) {
			first += e.Share
		}
	}
	return 2*first > all
}

// points finds where each point that is to be checked first or next (or is pinned) can
// be worked; those that cannot are left out with a reason.
func (s *session) points(r reason.Ranking) {
	order := slices.Clone(r.Candidates)
	slices.SortStableFunc(order, func(a, b reason.Candidate) int { return cmp.Compare(s.rank(a), s.rank(b)) })
	for _, c := range order {
		if c.Point == nil || c.Point.Muscle == nil || s.rank(c) == notNow {
			continue
		}
		words := pointWords(c.Point, c.Side)
		if s.pins[pointStep(c.Point.ID, c.Side)].Drop {
			s.leave(words, "the therapist left it out")
			continue
		}
		t, why := s.target(c)
		if why != "" {
			s.leave(words, why)
			continue
		}
		s.targets = append(s.targets, t)
		t.piece.score += max(c.Weight, leastScore)
		if s.rank(c) == 0 {
			t.piece.score += pinScore
			t.pinned = true
		}
	}
}

// few chooses the points for some pieces in some poses: the likeliest that can be reached
// there, as many as the doses allow. It tells why the others are not chosen.
func (s *session) few(pieces []*piece, poses []pose) (chosen []*target, why map[*target]string) {
	type muscleSide struct {
		muscle atlas.MuscleID
		side   body.Side
	}
	room := pointsIn(s.minutes)
	inMuscle := map[muscleSide]int{}
	why = map[*target]string{}
	for _, t := range s.targets {
		c := t.candidate
		key := muscleSide{c.Point.Muscle.ID, c.Side}
		switch {
		case !slices.Contains(pieces, t.piece):
			why[t] = "its area is not worked in this session"
		case reach(poses, access(c, t.piece.area), c.Side) == 0:
			why[t] = "would need another turn of the client"
		case room == 0:
			why[t] = fmt.Sprintf("%d points are enough for %d minutes", pointsIn(s.minutes), s.minutes)
		case inMuscle[key] == maxPointsAMuscle:
			why[t] = fmt.Sprintf("%d points in one muscle are enough", maxPointsAMuscle)
		default:
			room--
			inMuscle[key]++
			chosen = append(chosen, t)
		}
	}
	return chosen, why
}

const notNow = 3

// rank orders candidates: pinned, check first, check next; the rest is not worked.
func (s *session) rank(c reason.Candidate) int {
	if c.Point != nil {
		if pin, ok := s.pins[pointStep(c.Point.ID, c.Side)]; ok && !pin.Drop && s.forced {
			return 0
		}
	}
	switch c.Band {
	case reason.CheckFirst:
		return 1
	case reason.CheckNext:
		return 2
	default:
		return notNow
	}
}

// fingertip is the radius of what a pressing finger touches, in cm (chosen).
const fingertip = 0.8

// target works out how a point can be worked, or why not.
func (s *session) target(c reason.Candidate) (*target, string) {
	if refer := c.Point.Muscle.Refer; refer != "" {
		return nil, "outside the scope of massage: " + strings.TrimSuffix(refer, ".")
	}
	skin := body.Skin()
	cell := c.Point.Cell(c.Side)
	p := s.pieceOf(skin.Region(cell), c.Side)
	if p == nil {
		return nil, "it lies where Knead plans no work"
	}
	touched := body.SetOf(skin.Near(skin.Centre(cell), fingertip)...)
	touched.Add(cell)
	switch {
	case s.masked.Has(cell):
		return nil, "not worked: " + s.whyMasked(cell)
	case touches(s.closed, touched):
		return nil, "too close to skin that is left alone"
	case s.clinicianFirst(c):
		return nil, "what it would explain is for a clinician to see first"
	case slices.Contains(p.closed, skin.Region(cell)):
		return nil, "part of its region is left alone: " + s.shut[c.Side][skin.Region(cell)]
	case strings.Contains(c.Point.Where, "inside the mouth"):
		return nil, "reached inside the mouth: only with training, gloves and consent of its own"
	case len(s.styles) == 0:
		return nil, "no technique is left to work it with"
	case !slices.ContainsFunc(s.poses, func(x pose) bool { _, ok := x.reaches(access(c, p.area), c.Side); return ok }):
		return nil, s.outOfReach()
	}
	t := &target{candidate: c, piece: p, why: s.gentle}
	var rules []string
	limit, by := s.clear.MaxPressure(touched)
	for _, rule := range by {
		rules = append(rules, string(rule))
	}
	if most := c.Point.Muscle.Pressure; most > 0 && most < limit {
		limit, rules = most, []string{"care for this muscle"}
	}
	if limit < leastOnPoint {
		return nil, fmt.Sprintf("no more than a light hand is allowed there (%s)", joined(rules))
	}
	t.limit = limit
	if t.why == "" && limit <= gentleOnly {
		t.why = fmt.Sprintf("pressure is at most %d here (%s)", limit, joined(rules))
	}
	return t, ""
}

// touches tells whether a few cells lie in a set.
func touches(set, few body.Set) bool {
	for c := range few.All {
		if set.Has(c) {
			return true
		}
	}
	return false
}

func (s *session) whyMasked(cell body.CellID) string {
	for _, m := range s.clear.Limits().Masked {
		if m.Cells.Has(cell) {
			return fmt.Sprintf("%s: %s", m.Words, m.Why)
		}
	}
	return "the client wants it left alone"
}

// choose takes the pieces that the session works, and the poses in which it does.
func (s *session) choose() ([]*piece, []pose) {
	var pieces []*piece
	for _, both := range s.pieces {
		for _, p := range both {
			if s.relaxed && p.area.relax > 0 {
				p.score += float64(p.area.relax)
			}
			if p.score > 0 && len(p.open) > 0 && len(s.styles) > 0 {
				pieces = append(pieces, p)
			} else if p.painted && len(p.open) == 0 {
				s.leave(p.area.words+", "+p.side.String(), "most or all of it is left alone today")
			}
		}
	}
	pieces = s.narrow(pieces)
	poses := s.cover(pieces)
	chosen, why := s.few(pieces, poses)
	for _, t := range chosen {
		t.piece.points = append(t.piece.points, t)
	}
	for _, t := range s.targets {
		if why[t] != "" {
			s.leave(pointWords(t.candidate.Point, t.candidate.Side), why[t])
		}
	}
	pieces = slices.DeleteFunc(pieces, func(p *piece) bool { return !s.worthWorking(p) })
	kept := pieces[:0]
	for _, p := range pieces {
		if s.place(p, poses) {
			kept = append(kept, p)
			continue
		}
		why := "would need another turn of the client"
		if reach(s.poses, p.area.positions, p.side) == 0 {
			why = s.outOfReach()
		}
		s.leave(p.area.words+", "+p.side.String(), why)
	}
	s.planned = poses
	return kept, poses
}

// outOfReach is why something cannot be worked in any pose that the client can take.
func (s *session) outOfReach() string {
	if s.asked {
		return "cannot be reached in the positions that were asked for"
	}
	return "cannot be reached in the positions that are left"
}

// worthWorking tells whether a piece still has a reason to be worked once the points have
// been chosen.
func (s *session) worthWorking(p *piece) bool {
	return s.relaxed || p.painted || p.linked != "" || p.named || len(p.points) > 0
}

// narrow keeps the areas that fit the session: a short one stays within one region
// [sherman-2014], a longer one has its main, second and linked areas.
func (s *session) narrow(pieces []*piece) []*piece {
	score := map[*area]float64{}
	region := map[string]float64{}
	var areas []*area
	for _, p := range pieces {
		if score[p.area] == 0 {
			areas = append(areas, p.area)
		}
		score[p.area] += p.score
		region[p.area.region] += p.score
	}
	slices.SortStableFunc(areas, func(a, b *area) int { return cmp.Compare(score[b], score[a]) })
	if s.minutes < shortSession && !s.relaxed && len(areas) > 0 {
		best := areas[0].region
		for _, a := range areas {
			if region[a.region] > region[best] {
				best = a.region
			}
		}
		areas = slices.DeleteFunc(areas, func(a *area) bool { return a.region != best })
	}
	// What is worked only because something near it hurts takes nobody's place.
	linked := func(a *area) bool {
		return !slices.ContainsFunc(pieces, func(p *piece) bool { return p.area == a && !p.onlyLinked() })
	}
	slices.SortStableFunc(areas, func(a, b *area) int { return cmp.Compare(number(linked(a)), number(linked(b))) })
	n := areasIn(s.minutes, s.relaxed)
	for n < len(areas) && s.minutes >= shortSession && linked(areas[n]) && n > 0 {
		n++
	}
	areas = areas[:min(n, len(areas))]
	return slices.DeleteFunc(pieces, func(p *piece) bool {
		if slices.Contains(areas, p.area) || p.named {
			return false
		}
		why := "other areas come first in this time"
		if s.minutes < shortSession {
			why = "a short session stays within one region"
		}
		if !s.relaxed && !p.onlyLinked() {
			s.leave(p.area.words+", "+p.side.String(), why)
		}
		return true
	})
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// onlyLinked tells that nothing but its neighbour's pain brings the piece in.
func (p *piece) onlyLinked() bool { return p.linked != "" && p.score <= linkScore }

// access is how a point can be reached: as the atlas says, but face down only where its
// area can be; and lying on the side where the atlas says face down and the area allows
// it (chosen, for those who cannot lie face down).
func access(c reason.Candidate, a *area) []atlas.Position {
	list := c.Point.Access
	if !slices.Contains(a.positions, atlas.Prone) {
		list = slices.DeleteFunc(slices.Clone(list), func(p atlas.Position) bool { return p == atlas.Prone })
		if len(list) == 0 {
			return a.positions
		}
		return list
	}
	if slices.Contains(list, atlas.Prone) && !slices.Contains(list, atlas.SideLying) && slices.Contains(a.positions, atlas.SideLying) {
		return append(slices.Clone(list), atlas.SideLying)
	}
	return list
}

// turns tells whether the session has a turn in any case: nobody should lie face down for
// so long, and a rest for the whole body has a front and a back (chosen).
func (s *session) turns() bool {
	return s.minutes >= turnFrom || s.relaxed && s.minutes >= shortSession
}

// cover chooses the poses: as few as reach what matters.
func (s *session) cover(pieces []*piece) []pose {
	most := posesIn(s.minutes)
	flat := slices.ContainsFunc(s.poses, func(p pose) bool { return p.position == atlas.Prone || p.position == atlas.Supine })
	if !slices.ContainsFunc(s.poses, func(p pose) bool { return p.position != atlas.SideLying }) {
		most = max(most, 2) // on the side, both sides need a turn
	}
	least := 1
	if s.turns() {
		least = 2
	}
	total := 0.0
	for _, p := range pieces {
		total += p.score / 2
	}
	likeliest, _ := s.few(pieces, s.poses)
	for _, t := range likeliest {
		total += t.worth()
	}
	var best []pose
	bestValue := math.Inf(-1)
	for subset := 1; subset < 1<<len(s.poses); subset++ {
		var poses []pose
		for i, p := range s.poses {
			if subset&(1<<i) != 0 {
				poses = append(poses, p)
			}
		}
		if len(poses) > most || len(poses) < min(least, len(s.poses)) {
			continue
		}
		value := s.value(pieces, poses) - turnCost*total*float64(len(poses)-1)
		for _, p := range poses {
			if flat && p.position == atlas.SideLying {
				value -= sideCost * total
			}
		}
		for _, p := range pieces {
			if p.painted && reach(poses, p.area.positions, p.side) == 0 {
				value -= missCost * total
			}
		}
		if value > bestValue+1e-12 || value > bestValue-1e-12 && len(poses) < len(best) {
			best, bestValue = poses, value
		}
	}
	return best
}

// value is what can be worked in some poses.
func (s *session) value(pieces []*piece, poses []pose) (value float64) {
	for _, p := range pieces {
		value += p.score / 2 * reach(poses, p.area.positions, p.side)
		if slices.Contains(s.prefs.Techniques, "stretching") {
			value += stretchScore * p.score * reach(poses, p.area.stretch, p.side)
		}
	}
	points, _ := s.few(pieces, poses)
	for _, t := range points {
		value += t.worth() * reach(poses, access(t.candidate, t.piece.area), t.candidate.Side)
	}
	return value
}

// worth is what a point counts when the poses are chosen.
func (t *target) worth() float64 {
	if t.pinned {
		return t.candidate.Weight + pinScore
	}
	return t.candidate.Weight
}

// reach is how well the poses reach something: 0 not at all, up to 1.
func reach(poses []pose, positions []atlas.Position, side body.Side) (best float64) {
	for _, p := range poses {
		if rank, ok := p.reaches(positions, side); ok {
			best = max(best, 1-rankCost*float64(rank))
		}
	}
	return best
}

// last is the area that comes last where it can: after a headache's neck and shoulders.
const last = "skull-base"

// place gives each point of a piece its pose, the best of those chosen; it tells
// whether anything of the piece can be worked.
func (s *session) place(p *piece, poses []pose) bool {
	home, ok := best(poses, p.area.positions, p)
	p.home, p.housed = home, ok
	kept := p.points[:0]
	for _, t := range p.points {
		pose, ok := best(poses, access(t.candidate, p.area), p)
		if _, here := home.reaches(access(t.candidate, p.area), p.side); here && p.housed {
			pose = home
		}
		if !ok {
			s.leave(pointWords(t.candidate.Point, t.candidate.Side), "would need another turn of the client")
			continue
		}
		t.pose = pose
		kept = append(kept, t)
	}
	p.points = kept
	return p.housed && s.worthWorking(p) || len(kept) > 0
}

// best gives the chosen pose that suits best; for the area that comes last, the last.
func best(poses []pose, positions []atlas.Position, p *piece) (found pose, ok bool) {
	rank := len(positions)
	for _, candidate := range poses {
		if n, reached := candidate.reaches(positions, p.side); reached && (n < rank || p.area.id == last) {
			found, rank, ok = candidate, n, true
		}
	}
	return found, ok
}
