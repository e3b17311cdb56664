package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/reason"
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
				p.named = p.named || !pin.Drop && names(id, p)
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
	p.painted = true
}

// isFirst tells whether a clinician should see first what is felt in most of a region.
func (s *session) isFirst(id body.RegionID, side body.Side) bool {
	cells := s.order.skin[id][side]
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
		t.weight = weightOf(c.Weight)
		if pin, ok := s.pins[pointStep(c.Point.ID, c.Side)]; ok {
			t.pin = &pin
		}
		s.targets = append(s.targets, t)
	}
	s.holdPlace()
	for i, t := range s.targets {
		t.rank = i
		t.piece.targets = append(t.piece.targets, t)
	}
	// Points that are worked one after the other stand from the head down, so that a
	// weight that changes a little does not change their order.
	down := slices.Clone(s.targets)
	slices.SortStableFunc(down, func(a, b *target) int {
		return cmp.Or(cmp.Compare(b.height, a.height), cmp.Compare(a.candidate.Point.ID, b.candidate.Point.ID), cmp.Compare(a.candidate.Side, b.candidate.Side))
	})
	for i, t := range down {
		t.place = i
	}
}

// likeliest gives the points that may be worked in some poses and a region: the likeliest
// that can be reached there, as many as the doses allow in all and in one muscle of one
// side. It tells why the others are not. No point is pressed for the sake of being quick
// to reach while a likelier one would have been left out.
func (s *session) likeliest(minutes int, region string, poses []pose) (list []*target, why map[*target]string) {
	type muscleSide struct {
		muscle atlas.MuscleID
		side   body.Side
	}
	inMuscle := map[muscleSide]int{}
	why = map[*target]string{}
	for _, t := range s.targets {
		key := muscleSide{t.candidate.Point.Muscle.ID, t.candidate.Side}
		switch {
		case !s.mayWork(t.piece.area, region) && t.pin == nil:
			why[t] = "its area is not worked in this session"
		case reach(poses, t.access, t.candidate.Side) < 0:
			why[t] = "would need another turn of the client"
		case inMuscle[key] == maxPointsAMuscle:
			why[t] = fmt.Sprintf("%d points in one muscle are enough", maxPointsAMuscle)
		case len(list) == pointsIn(minutes):
			why[t] = fmt.Sprintf("%d points are enough for %d minutes", len(list), minutes)
		default:
			inMuscle[key]++
			list = append(list, t)
		}
	}
	return list, why
}

const notNow = 3

// rank orders candidates: pinned, check first, check next; the rest is not worked.
func (s *session) rank(c reason.Candidate) int {
	if c.Point != nil {
		if pin, ok := s.pins[pointStep(c.Point.ID, c.Side)]; ok && !pin.Drop {
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
	t := &target{candidate: c, piece: p, why: s.gentle, access: access(c, p.area), height: skin.Centre(cell)[1]}
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

// outOfReach is why something cannot be worked in any pose that the client can take.
func (s *session) outOfReach() string {
	if s.asked {
		return "cannot be reached in the positions that were asked for"
	}
	return "cannot be reached in the positions that are left"
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

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

// reach is how well the poses reach something: 0 is best, -1 not at all.
func reach(poses []pose, positions []atlas.Position, side body.Side) int {
	i, ok := bestPose(poses, positions, side, false)
	if !ok {
		return -1
	}
	rank, _ := poses[i].reaches(positions, side)
	return rank
}

// last is the area that comes last where it can: after a headache's neck and shoulders.
const last = "skull-base"
