package screen

import (
	"cmp"
	"slices"

	"knead/body"
)

// MaxPressure is the highest pressure there is: level 5, deep.
const MaxPressure = 5

// Clearance is permission to plan, with its limits. Only [Result.Clearance] and
// [Result.Lift] make one that is worth anything: the zero Clearance allows nothing.
type Clearance struct {
	ok     bool
	limits Limits
	masked body.Set
	lift   *Lift // nil where the rules gave the permission
}

// Clearance gives the permission to plan, or false when there is none: emergency,
// same day, a clinician before any massage, or an answer missing. What a therapist can
// do then is [Result.Lift].
func (r Result) Clearance() (Clearance, bool) {
	if !r.cleared {
		return Clearance{}, false
	}
	return r.permit(), true
}

// permit makes the permission, with every limit and every mask.
func (r Result) permit() Clearance {
	c := Clearance{ok: true, limits: r.Limits}
	for _, m := range r.Limits.Masked {
		c.masked = c.masked.Union(m.Cells)
	}
	return c
}

// Wish is the rule of what a client does not want: it is theirs, not the screening's.
const Wish RuleID = "the client's wish"

// Without gives the permission without some techniques, strokes or home measures that the
// client does not want. A permission can only be narrowed.
func (c Clearance) Without(why string, techniques ...string) Clearance {
	c.limits.Removed = slices.Clone(c.limits.Removed)
	for _, t := range techniques {
		c.limits.Removed = append(c.limits.Removed, Removal{Technique: t, Rule: Wish, Why: why})
	}
	return c
}

// OK tells whether this is a permission at all.
func (c Clearance) OK() bool { return c.ok }

// MaxPressure gives the highest pressure (0-5) allowed on all of the cells, and the
// rules that lowered it. It is 0 without permission. Masked skin is a question of its
// own: see [Clearance.Masked].
func (c Clearance) MaxPressure(cells body.Set) (int, []RuleID) {
	if !c.ok {
		return 0, nil
	}
	highest := MaxPressure
	var rules []RuleID
	for _, limit := range c.limits.Caps {
		switch {
		case limit.Max > highest || limit.Max == MaxPressure || limit.Cells.Intersect(cells).Len() == 0:
		case limit.Max < highest:
			highest, rules = limit.Max, []RuleID{limit.Rule}
		default:
			rules = append(rules, limit.Rule)
		}
	}
	return highest, rules
}

// Masked gives all skin that is left alone.
func (c Clearance) Masked() body.Set { return c.masked }

// Allows tells whether a technique, stroke or home measure may be used, and if not,
// by which rule. Nothing is allowed without permission.
func (c Clearance) Allows(technique string) (bool, RuleID) {
	for _, r := range c.limits.Removed {
		if r.Technique == technique {
			return false, r.Rule
		}
	}
	return c.ok, ""
}

// AllowsPosition tells whether the client may lie or sit so, and if not, by which rule.
func (c Clearance) AllowsPosition(position string) (bool, RuleID) {
	for _, p := range c.limits.Positions {
		if p.Position == position {
			return false, p.Rule
		}
	}
	return c.ok, ""
}

// Limits gives the bounds in full, for showing.
func (c Clearance) Limits() Limits { return c.limits }

// Standing tells that a rule holds for everybody, such as the endangerment sites: no
// answer set it off.
func (r Result) Standing(rule RuleID) bool {
	return !slices.ContainsFunc(r.Fired, func(f Fired) bool { return f.Rule == rule })
}

// Tightest gives the caps that answers set, lowest first, without those that another
// one covers: what a therapist needs to be told.
func (r Result) Tightest() []Cap {
	var caps []Cap
	for _, c := range r.Limits.Caps {
		if c.Max < MaxPressure && !r.Standing(c.Rule) {
			caps = append(caps, c)
		}
	}
	slices.SortStableFunc(caps, func(a, b Cap) int {
		return cmp.Or(cmp.Compare(a.Max, b.Max), cmp.Compare(b.Cells.Len(), a.Cells.Len()))
	})
	var kept []Cap
	for _, c := range caps {
		if !slices.ContainsFunc(kept, func(k Cap) bool { return c.Cells.Minus(k.Cells).Len() == 0 }) {
			kept = append(kept, c)
		}
	}
	return kept
}
