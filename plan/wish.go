package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"knead/atlas"
	"knead/body"
	"knead/screen"
)

const neverWanted = "the client never wants it"

// carries are what goes with a technique that is never wanted: its strokes, and what the
// screening calls it.
var carries = map[atlas.TechniqueID][]string{
	"stretching": {"stretch", "end-range", "neck-stretch"},
}

// checkWishes refuses what cannot be meant.
func (p Preferences) checkWishes() error {
	for _, c := range p.Caps {
		if c.Max < 1 || c.Max > screen.MaxPressure {
			return fmt.Errorf("pressure %d on %s: write 1 to 5: %w", c.Max, c.Place.Words, ErrPreferences)
		}
	}
	for _, id := range p.Never {
		if _, ok := atlas.Standard().Technique(id); !ok {
			return fmt.Errorf("technique %q is not in the atlas: %w", id, ErrPreferences)
		}
	}
	for _, id := range p.NotHome {
		if _, ok := atlas.Standard().Exercise(id); !ok {
			return fmt.Errorf("exercise %q is not in the atlas: %w", id, ErrPreferences)
		}
	}
	return nil
}

// without is the permission without what the client never wants.
func (p Preferences) without(c screen.Clearance) screen.Clearance {
	for _, id := range p.Never {
		c = c.Without(neverWanted, append([]string{string(id)}, carries[id]...)...)
	}
	return c
}

// liked is what the client likes without what they never want.
func (p Preferences) liked() Preferences {
	p.Techniques = slices.DeleteFunc(slices.Clone(p.Techniques), func(id atlas.TechniqueID) bool { return slices.Contains(p.Never, id) })
	return p
}

// leaveNever says what the client never wants, and what made it worse at home.
func (s *session) leaveNever() {
	for _, id := range s.prefs.Never {
		if t, ok := atlas.Standard().Technique(id); ok {
			s.leave(t.Name, neverWanted)
		}
	}
	for _, id := range s.prefs.NotHome {
		if e, ok := atlas.Standard().Exercise(id); ok {
			s.leave(e.Name, "it made it worse at home: not proposed until the therapist says so")
		}
	}
}

// adviseNot takes out advice on what the client never wants: its kind is the technique's name.
func (s *session) adviseNot(list []Advice) []Advice {
	return slices.DeleteFunc(list, func(a Advice) bool { return slices.Contains(s.prefs.Never, atlas.TechniqueID(a.Kind)) })
}

// most is the cap that binds a step most; none where the client said nothing of its skin.
func (s *session) most(x Step) (c Cap, bound bool) {
	if len(s.prefs.Caps) == 0 {
		return c, false
	}
	skin := skinOfStep(x)
	for _, other := range s.prefs.Caps {
		if (!bound || other.Max < c.Max) && touches(other.Place.Cells, skin) {
			c, bound = other, true
		}
	}
	return c, bound
}

// Equal tells whether two caps bind the same place alike.
func (c Cap) Equal(other Cap) bool { return c.Place.Words == other.Place.Words && c.Max == other.Max }

func (c Cap) why() string {
	if c.Used > 0 {
		return fmt.Sprintf("It was sore after pressure %d on %s, so no more than %d there.", c.Used, c.Place.Words, c.Max)
	}
	return fmt.Sprintf("The client wants no more than pressure %d on %s.", c.Max, c.Place.Words)
}

// skinOfStep is the skin that a step works.
func skinOfStep(x Step) (cells body.Set) {
	skin := body.Skin()
	if x.Point != nil {
		cell := x.Point.Cell(*x.Side)
		cells = body.SetOf(skin.Near(skin.Centre(cell), fingertip)...)
		cells.Add(cell)
		return cells
	}
	for _, id := range x.Regions {
		for _, side := range []body.Side{body.Right, body.Left} {
			if x.Side == nil || *x.Side == side {
				cells = cells.Union(skin.RegionCells(id, side))
			}
		}
	}
	return cells
}

// soften lowers the pressure where the client wants less than the plan has. It comes last
// and changes nothing else: the same work for the same minutes, so that a wish for one
// place raises the pressure nowhere.
func (s *session) soften(steps []*step) []*step {
	kept := steps[:0]
	for _, x := range steps {
		c, bound := s.most(x.Step)
		if !bound || x.Pressure <= c.Max {
			kept = append(kept, x)
			continue
		}
		s.softenStep(&x.Step, c)
		if n := len(kept); n > 0 && !x.Pinned && sameWork(kept[n-1].Step, x.Step) {
			kept[n-1].minutes += x.minutes // strong work and the broad strokes after it are now the same
			continue
		}
		kept = append(kept, x)
	}
	return kept
}

func (s *session) softenStep(x *Step, c Cap) {
	why := c.why()
	if x.Pinned {
		s.leave(fmt.Sprintf("pressure %d: %s", x.Pressure, x.Words), strings.TrimSuffix(strings.ToLower(why[:1])+why[1:], "."))
	}
	t, _ := atlas.Standard().Technique(x.Technique)
	switch {
	case x.Kind == Warm, x.Technique == "stretching":
	case x.Point != nil:
		if x.Hold == (Hold{}) || c.Max >= t.PressureMin {
			break
		}
		s.handOver(x, s.gentlest(c.Max), c.Max)
	default:
		s.handOver(x, s.gentlest(c.Max), c.Max)
	}
	if x.Pressure >= strong { // why it was strong is no reason any more
		x.Reason = why
	} else {
		x.Reason += " " + why
	}
	x.Pressure = c.Max
}

// handOver lets a technique for general work do a step, at a pressure up to medium.
func (s *session) handOver(x *Step, t *atlas.Technique, pressure int) {
	switch {
	case x.Point != nil:
		x.Hold, x.Words = Hold{}, pointWords(x.Point, *x.Side)+": "+s.gently()
		x.Strokes = s.strokes(t, "effleurage", "hold", "rocking")
	case x.Kind == Warm:
		x.Words, x.Strokes = "Warm up: "+s.broadWords()+", "+x.Place, s.broadStrokes(t)
	case pressure <= broadPressure:
		x.Words, x.Strokes = capital(s.broadWords())+", "+x.Place, s.broadStrokes(t)
	default:
		x.Words, x.Strokes = s.medium()+", "+x.Place, s.strokes(t, "petrissage", "effleurage", "compression")
	}
	if x.Technique != t.ID {
		x.Technique, x.Source = t.ID, firstSource(t)
	}
}

// gentlest is the first technique for general work that can be so gentle, or the gentlest.
func (s *session) gentlest(pressure int) *atlas.Technique {
	if i := slices.IndexFunc(s.styles, func(t *atlas.Technique) bool { return t.PressureMin <= pressure }); i >= 0 {
		return s.styles[i]
	}
	return slices.MinFunc(s.styles, func(a, b *atlas.Technique) int { return cmp.Compare(a.PressureMin, b.PressureMin) })
}

// sameWork tells whether two steps that follow each other are one.
func sameWork(a, b Step) bool {
	return a.Kind == Work && b.Kind == Work && a.Point == nil && b.Point == nil &&
		a.Technique == b.Technique && a.Pressure == b.Pressure && a.Place == b.Place && a.Position == b.Position && a.Technique != "stretching"
}
