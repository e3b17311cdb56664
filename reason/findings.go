package reason

import (
	"fmt"

	"knead/atlas"
	"knead/body"
)

// signs is what is known about one point on one side.
type signs struct{ familiar, tender, limited, resisted Check }

func (s *signs) any(c Check) bool {
	return s.familiar == c || s.tender == c || s.limited == c || s.resisted == c
}

// hands collects findings by cause. A finding at a muscle holds for all its points
// on that side; one at a point holds there and goes before that of its muscle.
// Saying the same twice changes nothing; saying yes and no is an error.
func (m *Model) hands(findings []Finding) ([]signs, error) {
	atMuscle, atPoint := make([]signs, len(m.causes)), make([]signs, len(m.causes))
	for _, f := range findings {
		switch {
		case f.Side != body.Right && f.Side != body.Left:
			return nil, fmt.Errorf("finding at %s%s: say right or left", f.Point, f.Muscle)
		case f.Point != "" && f.Muscle != "":
			return nil, fmt.Errorf("finding at point %s and muscle %s: name one of the two", f.Point, f.Muscle)
		case f.Point != "":
			p, ok := m.atlas.Point(f.Point)
			if !ok {
				return nil, fmt.Errorf("finding at point %q: the atlas has no such point", f.Point)
			}
			if err := atPoint[m.cause(p, f.Side)].note(f); err != nil {
				return nil, err
			}
		default:
			mu, ok := m.atlas.Muscle(f.Muscle)
			if !ok {
				return nil, fmt.Errorf("finding at muscle %q: the atlas has no such muscle", f.Muscle)
			}
			for _, p := range mu.Points {
				if err := atMuscle[m.cause(p, f.Side)].note(f); err != nil {
					return nil, err
				}
			}
		}
	}
	for j := range atPoint {
		atPoint[j].fill(atMuscle[j])
	}
	return atPoint, nil
}

// note adds a finding to what is known.
func (s *signs) note(f Finding) error {
	for _, x := range []struct {
		known *Check
		said  Check
		name  string
	}{
		{&s.familiar, f.Familiar, "familiar"},
		{&s.tender, f.Tender, "tender"},
		{&s.limited, f.Limited, "limited"},
		{&s.resisted, f.Resisted, "resisted"},
	} {
		switch {
		case x.said > No:
			return fmt.Errorf("finding at %s%s: %s is neither yes nor no", f.Point, f.Muscle, x.name)
		case x.said == NotChecked:
		case *x.known == NotChecked:
			*x.known = x.said
		case *x.known != x.said:
			return fmt.Errorf("findings at %s%s, %s: %s is both yes and no; keep one", f.Point, f.Muscle, f.Side, x.name)
		}
	}
	return nil
}

// fill takes over what is known of the muscle and not of the point.
func (s *signs) fill(o signs) {
	for _, x := range []struct {
		mine   *Check
		theirs Check
	}{{&s.familiar, o.familiar}, {&s.tender, o.tender}, {&s.limited, o.limited}, {&s.resisted, o.resisted}} {
		if *x.mine == NotChecked {
			*x.mine = x.theirs
		}
	}
}

// ratio is by how much the findings multiply the odds of a point. Familiar pain and
// tenderness are two views of one press: where they agree, only the stronger counts.
func (n *Numbers) ratio(s signs) float64 {
	familiar, tender := n.Familiar.of(s.familiar), n.Tender.of(s.tender)
	press := familiar * tender
	if familiar >= 1 && tender >= 1 {
		press = max(familiar, tender)
	} else if familiar <= 1 && tender <= 1 {
		press = min(familiar, tender)
	}
	return press * n.Limited.of(s.limited) * n.Resisted.of(s.resisted)
}

func (s Sign) of(c Check) float64 {
	switch c {
	case Yes:
		return s.Yes()
	case No:
		return s.No()
	}
	return 1
}

// cause is the number of a point on a side.
func (m *Model) cause(p *atlas.Point, side body.Side) int {
	return 2*m.pointAt[p.ID] + int(side)
}
