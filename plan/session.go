package plan

import (
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/reason"
	"knead/screen"
)

// session is one plan in the making.
type session struct {
	order   *order
	clear   screen.Clearance
	prefs   Preferences
	pins    map[string]Pin
	minutes int // to be planned: those asked, or fewer where a rule says so

	closed body.Set                    // masked by an answer, or to be avoided
	first  body.Set                    // what is felt here is for a clinician first: it leads no hand elsewhere
	masked body.Set                    // closed and the endangerment sites
	shut   [2]map[body.RegionID]string // regions that closed touches, by side, and why

	poses  []pose             // that the client can take
	asked  bool               // the client asked for these poses
	flat   bool               // one of them is face down or face up
	styles []*atlas.Technique // for general work, the preferred first
	press  *atlas.Technique   // for points; nil where points are stroked
	gentle string             // why they are stroked

	pieces  [][2]*piece // by area and side
	targets []*target   // the points that can be worked, the likeliest first
	left    []LeftOut
	relaxed bool    // nothing hurts
	desk    desk    // for the search
	brief   *choice // the best session that is short; nil until it is asked for

	earlier []Planned // the plan that is there already
	staying bool      // the search counts what of it stays
}

// piece is one area on one side.
type piece struct {
	area    *area
	side    body.Side
	open    []body.RegionID // may be worked
	closed  []body.RegionID
	limit   int // the highest pressure on what is open
	painted bool
	first   bool   // painted, and for a clinician first
	named   bool   // a pin names it
	linked  string // the area that hurts and for which it is worked; empty for none
	targets []*target
}

// hurts tells whether something leads to the piece.
func (p *piece) hurts() bool { return p.painted || p.linked != "" || len(p.targets) > 0 }

// target is a point worth checking and where it can be reached.
type target struct {
	candidate reason.Candidate
	piece     *piece
	weight    int // in thousandths
	limit     int // highest pressure on it
	access    []atlas.Position
	why       string // it is stroked and not pressed
	pin       *Pin   // nil for none
	height    float64
	rank      int // among all points, the likeliest first
	place     int // among all points, from the head down
}

// pose is a position; lying on the side, it says which side is up.
type pose struct {
	position atlas.Position
	up       body.Side
}

// poseOrder is the order in which poses follow each other: back first (convention).
var poseOrder = []pose{
	{position: atlas.Prone},
	{position: atlas.SideLying, up: body.Right},
	{position: atlas.SideLying, up: body.Left},
	{position: atlas.Supine},
	{position: atlas.Seated},
}

// reaches tells whether something on a side can be worked in the pose, and how well it
// suits: 0 is best.
func (p pose) reaches(positions []atlas.Position, side body.Side) (rank int, ok bool) {
	rank = slices.Index(positions, p.position)
	return rank, rank >= 0 && (!p.lyingOnSide() || p.up == side)
}

func (p pose) lyingOnSide() bool { return p.position == atlas.SideLying }

// Build plans a session of 15 to 120 minutes. The same input gives the same plan. It
// fails with ErrNotCleared, ErrMinutes, ErrPreferences or ErrPin.
func Build(r reason.Ranking, c screen.Clearance, minutes int, p Preferences, pins ...Pin) (Plan, error) {
	return build(nil, r, c, minutes, p, pins)
}

func build(earlier []Planned, r reason.Ranking, c screen.Clearance, minutes int, p Preferences, pins []Pin) (Plan, error) {
	if !c.OK() {
		return Plan{}, ErrNotCleared
	}
	if minutes < MinMinutes || minutes > MaxMinutes {
		return Plan{}, fmt.Errorf("%d minutes: %w", minutes, ErrMinutes)
	}
	s := &session{order: standard(), clear: p.without(c), prefs: p.liked(), pins: map[string]Pin{}, minutes: minutes, earlier: earlier}
	if limit := c.Limits().Minutes; limit > 0 {
		s.minutes = min(minutes, limit)
	}
	if err := s.check(pins); err != nil {
		return Plan{}, err
	}
	s.close()
	s.leaveNever()
	s.choosePoses()
	s.chooseStyle()
	s.cut()
	s.aim(r)
	best := s.settle(s.minutes)
	s.leaveRest(best)
	s.withoutHeat()
	steps := s.calm(s.reorder(s.pinned(s.write(best))))
	plan := s.finish(s.soften(steps), r, minutes)
	plan.Planned = best.planned()
	plan.Benefit, plan.More, plan.Less = best.benefit(), s.otherwise(best, changeMinutes), s.otherwise(best, -changeMinutes)
	return plan, nil
}

// check refuses what cannot be meant.
func (s *session) check(pins []Pin) error {
	if s.prefs.Pressure < 0 || s.prefs.Pressure > screen.MaxPressure {
		return fmt.Errorf("pressure %d: write 1 to 5, or 0 for not said: %w", s.prefs.Pressure, ErrPreferences)
	}
	if s.prefs.HomeMinutes < 0 || s.prefs.HomeMinutes > MaxHomeMinutes {
		return fmt.Errorf("%d minutes at home: write 1 to %d, or 0 for not said: %w", s.prefs.HomeMinutes, MaxHomeMinutes, ErrPreferences)
	}
	for _, id := range s.prefs.Techniques {
		if _, ok := atlas.Standard().Technique(id); !ok {
			return fmt.Errorf("technique %q is not in the atlas: %w", id, ErrPreferences)
		}
	}
	for _, position := range s.prefs.Positions {
		if !slices.Contains(atlas.Positions, position) {
			return fmt.Errorf("position %q: write prone, supine, side-lying or seated: %w", position, ErrPreferences)
		}
	}
	if err := s.prefs.checkWishes(); err != nil {
		return err
	}
	for _, pin := range pins {
		if pin.Step == "" || pin.Minutes < 0 || pin.Minutes > MaxMinutes || pin.Pressure < 0 || pin.Pressure > screen.MaxPressure || pin.Order < 0 {
			return fmt.Errorf("pin of %q: minutes 0 to 120, pressure 0 to 5, order from 0: %w", pin.Step, ErrPin)
		}
		if _, twice := s.pins[pin.Step]; twice {
			return fmt.Errorf("two pins of %q: write one: %w", pin.Step, ErrPin)
		}
		s.pins[pin.Step] = pin
	}
	return nil
}

// siteRule is how the rules of endangerment sites begin: their skin is small and is
// left alone by hand, so it does not close the region it lies in.
const siteRule = "site-"

// close works out the skin that is not touched, and says so.
func (s *session) close() {
	s.shut = [2]map[body.RegionID]string{{}, {}}
	for _, m := range s.clear.Limits().Masked {
		if strings.HasPrefix(string(m.Rule), siteRule) {
			continue
		}
		s.closeCells(m.Cells, m.Why)
		if m.First {
			s.first = s.first.Union(m.Cells)
		}
		s.leave(m.Words, "not worked: "+m.Why)
	}
	for _, place := range s.prefs.Avoid {
		s.closeCells(place.Cells, "the client wants it left alone")
		s.leave(place.Words, "the client wants it left alone")
	}
	s.masked = s.closed.Union(s.clear.Masked())
}

func (s *session) closeCells(cells body.Set, why string) {
	skin := body.Skin()
	s.closed = s.closed.Union(cells)
	for c := range cells.All {
		if int(c) >= skin.Len() {
			break
		}
		if id, side := skin.Region(c), skin.Side(c); id != "" {
			if _, ok := s.shut[side][id]; !ok {
				s.shut[side][id] = why
			}
		}
	}
}

// leave notes once that something is not in the plan.
func (s *session) leave(words, why string) {
	if words == "" {
		return
	}
	if l := (LeftOut{Words: words, Why: why}); !slices.Contains(s.left, l) {
		s.left = append(s.left, l)
	}
}

// choosePoses works out how the client can lie or sit.
func (s *session) choosePoses() {
	allowed := func(position atlas.Position) bool {
		ok, _ := s.clear.AllowsPosition(string(position))
		return ok
	}
	wanted := func(position atlas.Position) bool {
		return len(s.prefs.Positions) == 0 || slices.Contains(s.prefs.Positions, position)
	}
	for _, out := range s.clear.Limits().Positions {
		s.leave("position "+out.Position, out.Why)
	}
	for _, p := range poseOrder {
		// A table is assumed: sitting is for those who ask for it, or cannot lie.
		seated := p.position == atlas.Seated && len(s.prefs.Positions) == 0
		if allowed(p.position) && wanted(p.position) && !seated {
			s.poses = append(s.poses, p)
		}
	}
	s.asked = len(s.prefs.Positions) > 0
	defer func() {
		s.flat = slices.ContainsFunc(s.poses, func(p pose) bool { return p.position == atlas.Prone || p.position == atlas.Supine })
	}()
	if len(s.poses) > 0 {
		return
	}
	if s.asked {
		s.asked = false
		s.leave("the positions that the client prefers", "the screening rules them out")
	}
	// Sitting is only for those who cannot lie at all.
	for _, sitting := range []bool{false, true} {
		for _, p := range poseOrder {
			if allowed(p.position) && sitting == (p.position == atlas.Seated) {
				s.poses = append(s.poses, p)
			}
		}
		if len(s.poses) > 0 {
			return
		}
	}
}

// general are the techniques for work on a whole area, the gentlest first.
var general = []atlas.TechniqueID{"swedish", "myofascial-release", "thai", "sports", "deep-tissue"}

// pressing is the technique for points.
const pressing atlas.TechniqueID = "trigger-point"

// chooseStyle takes the gentlest style that the client prefers; without a preference
// it is Swedish, because nothing stronger was shown to do better [cherkin-2011].
func (s *session) chooseStyle() {
	liked := func(id atlas.TechniqueID) bool { return slices.Contains(s.prefs.Techniques, id) }
	var first, then []*atlas.Technique
	for _, id := range general {
		t, known := atlas.Standard().Technique(id)
		ok, rule := s.clear.Allows(string(id))
		switch {
		case !known:
		case !ok:
			if liked(id) {
				s.leave(t.Name, "not today: "+s.removal(rule))
			}
		case liked(id):
			first = append(first, t)
		case id == "deep-tissue" && len(s.prefs.Techniques) == 0 && s.prefs.Pressure >= strong:
			first = append(first, t) // asked for by its pressure
		case id == "swedish" || id == "myofascial-release":
			then = append(then, t) // to fall back on where nothing preferred is gentle enough
		}
	}
	// Of what is liked, the gentlest that can give the pressure asked for.
	slices.SortStableFunc(first, func(a, b *atlas.Technique) int { return s.short(a) - s.short(b) })
	s.styles = slices.Concat(first, then)
	s.choosePressing(liked)
	for _, id := range s.prefs.Techniques {
		if t, known := atlas.Standard().Technique(id); known && unplanned[id] != "" {
			s.leave(t.Name, unplanned[id])
		}
	}
}

// unplanned are the techniques that stand in the atlas for those who ask, with the
// reason why no session has them.
var unplanned = map[atlas.TechniqueID]string{
	"traction":     "never planned: see the advice",
	"rub":          "never planned: see the advice",
	"self-massage": "for home, not for the session",
	"friction":     "never planned: whether it helps is uncertain",
}

// short tells how much of the wanted pressure a technique cannot give.
func (s *session) short(t *atlas.Technique) int { return max(0, s.wanted()-t.PressureMax) }

func (s *session) wanted() int {
	if s.prefs.Pressure > 0 {
		return s.prefs.Pressure
	}
	if slices.Contains(s.prefs.Techniques, "deep-tissue") && !slices.Contains(s.prefs.Techniques, "swedish") {
		return strong
	}
	return usualPressure
}

func (s *session) choosePressing(liked func(atlas.TechniqueID) bool) {
	t, known := atlas.Standard().Technique(pressing)
	ok, rule := s.clear.Allows(string(pressing))
	switch {
	case !known || !ok:
		s.gentle = "no pressing today: " + s.removal(rule)
		s.leave("pressing on points", s.gentle)
	case s.prefs.Pressure > 0 && s.prefs.Pressure <= gentleOnly:
		s.gentle = "the client likes light pressure"
	case slices.ContainsFunc(general, liked) && !liked(pressing) && !slices.ContainsFunc(general[2:], liked):
		s.gentle = "the client prefers gentle techniques"
	default:
		s.press = t
	}
}

// cut makes the pieces: what of each area is open on each side.
func (s *session) cut() {
	for _, a := range s.order.areas {
		var both [2]*piece
		for _, side := range []body.Side{body.Right, body.Left} {
			p := &piece{area: a, side: side}
			for _, id := range a.regions {
				if _, shut := s.shut[side][id]; shut {
					p.closed = append(p.closed, id)
				} else {
					p.open = append(p.open, id)
				}
			}
			if s.mostlyClosed(p) {
				p.open, p.closed = nil, a.regions
			}
			p.limit = s.limit(p)
			both[side] = p
		}
		s.pieces = append(s.pieces, both)
	}
}

// mostClosed is the share of an area's skin beyond which the rest is not worked either
// (chosen): too little is left for a hand.
const mostClosed = 0.6

func (s *session) mostlyClosed(p *piece) bool {
	closed := s.order.skinOf(p.closed, p.side)
	return float64(closed.Len()) > mostClosed*float64(p.area.skin[p.side].Len())
}

// limit is the highest pressure on what is open of a piece.
func (s *session) limit(p *piece) int {
	cells := p.area.skin[p.side]
	if len(p.closed) > 0 {
		cells = s.order.skinOf(p.open, p.side)
	}
	highest, _ := s.clear.MaxPressure(cells)
	return min(highest, p.area.pressure)
}

// pieceOf gives the piece to which a region on a side belongs.
func (s *session) pieceOf(id body.RegionID, side body.Side) *piece {
	a := s.order.of[id]
	if a == nil {
		return nil
	}
	return s.pieces[a.place][side]
}
