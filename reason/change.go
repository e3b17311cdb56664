package reason

import (
	"cmp"
	"math"
	"slices"

	"knead/atlas"
	"knead/body"
)

// ChangeKind is what would have to be different.
type ChangeKind string

// What is tried: pressing a point brings the familiar pain on, or does not; a place hurt
// as well, or did not hurt.
const (
	IfFamiliar    ChangeKind = "familiar"
	IfNotFamiliar ChangeKind = "not-familiar"
	IfPainted     ChangeKind = "painted"
	IfClear       ChangeKind = "clear"
)

// Change is something that would move the order, found by solving the case with it.
type Change struct {
	Kind   ChangeKind
	Point  *atlas.Point    // that is pressed
	Side   body.Side       // of the point
	Region body.RegionSide // that is painted or clear
	Leader Candidate       // who would lead the list, without reasons
	Leads  bool            // that is another than now, and the bounds leave no doubt of it
	Turned int             // pairs of the first five, before or after, that would change places
	Words  string
}

// try is a change and the list that it makes.
type try struct {
	change Change
	list   []Candidate
}

// Tried are so many candidates of the first two bands, so many regions in which they
// would also be felt, and so many painted places.
const (
	triedPoints = 10
	triedPlaces = 6
	firstFive   = 5
)

// tries solves the case with everything that might be found out next.
func (q *inquiry) tries(r Ranking) []try {
	defer func() { q.as.Draw(q.d) }()
	var out []try
	var regions []body.RegionSide
	for i := range r.Candidates {
		c := &r.Candidates[i]
		if c.Band == AlsoPossible || i == triedPoints {
			break
		}
		j := q.m.cause(c.Point, c.Side)
		if q.is.hands[j].familiar == NotChecked {
			for _, t := range []struct {
				kind ChangeKind
				said Check
			}{{IfFamiliar, Yes}, {IfNotFamiliar, No}} {
				hands := slices.Clone(q.is.hands)
				hands[j].familiar = t.said
				out = append(out, q.try(r, Change{Kind: t.kind, Point: c.Point, Side: c.Side}, hands))
			}
		}
		if len(c.NotFelt) > 0 && len(regions) < triedPlaces {
			regions = appendNew(regions, c.NotFelt[0])
		}
	}
	for _, rs := range regions {
		q.as.Draw(q.withPaint(rs))
		out = append(out, q.try(r, Change{Kind: IfPainted, Region: rs}, q.is.hands))
	}
	var cleared []body.RegionSide
	for _, s := range r.Sites {
		cleared = appendNew(cleared, body.RegionSide{Region: s.Region, Side: s.Side})
	}
	if len(cleared) < 2 {
		return out // without it nothing would hurt
	}
	for _, rs := range cleared[:min(triedPlaces, len(cleared))] {
		q.as.Draw(q.withoutPaint(rs))
		out = append(out, q.try(r, Change{Kind: IfClear, Region: rs}, q.is.hands))
	}
	return out
}

// withPaint is the drawing with a region painted as strongly as anything in it.
func (q *inquiry) withPaint(rs body.RegionSide) body.Drawing {
	peak := uint8(1)
	for _, mark := range q.d.Marks {
		for c, level := range mark.Levels {
			if q.m.paintable(c, level) {
				peak = max(peak, level)
			}
		}
	}
	more := body.Mark{Levels: map[body.CellID]uint8{}}
	for c := range q.m.skin.RegionCells(rs.Region, rs.Side).All {
		more.Levels[c] = peak
	}
	return body.Drawing{Marks: append(slices.Clone(q.d.Marks), more)}
}

// withoutPaint is the drawing without a region.
func (q *inquiry) withoutPaint(rs body.RegionSide) body.Drawing {
	out := body.Drawing{Marks: slices.Clone(q.d.Marks)}
	for i, mark := range out.Marks {
		left := map[body.CellID]uint8{}
		for c, level := range mark.Levels {
			if q.m.skin.Region(c) != rs.Region || q.m.skin.Side(c) != rs.Side {
				left[c] = level
			}
		}
		out.Marks[i].Levels = left
	}
	return out
}

// try solves the case as it is drawn by now, with other hands.
func (q *inquiry) try(r Ranking, change Change, hands []signs) try {
	as := q.solve(hands, q.retry)
	t := try{change, as.candidates()}
	if len(t.list) == 0 || len(r.Candidates) == 0 {
		return t
	}
	t.change.Leader = t.list[0]
	t.change.Leads = !same(&t.list[0], &r.Candidates[0]) && !slices.ContainsFunc(t.list[1:], func(c Candidate) bool {
		return math.Abs(t.list[0].Weight-c.Weight) <= t.list[0].Bound+c.Bound
	})
	t.change.Turned = turned(r.Candidates, t.list)
	t.change.Words = q.changeWords(&t.change, &r.Candidates[0])
	return t
}

func same(a, b *Candidate) bool { return a.Point == b.Point && a.Side == b.Side }

// turned counts the pairs that stand the other way round in the second list, among those
// that are of the first five in one of the two. Who is missing stands behind all.
func turned(before, after []Candidate) int {
	place := func(list []Candidate, c *Candidate) int {
		if i := slices.IndexFunc(list, func(o Candidate) bool { return same(&o, c) }); i >= 0 {
			return i
		}
		return len(list)
	}
	heads := slices.Clone(before[:min(firstFive, len(before))])
	for _, c := range after[:min(firstFive, len(after))] {
		if place(heads, &c) == len(heads) {
			heads = append(heads, c)
		}
	}
	n := 0
	for i := range heads {
		for j := range i {
			was := cmp.Compare(place(before, &heads[i]), place(before, &heads[j]))
			is := cmp.Compare(place(after, &heads[i]), place(after, &heads[j]))
			if was*is < 0 {
				n++
			}
		}
	}
	return n
}

// changes are the check, the pain more and the pain less that would move the order most:
// each brings another point to the top and, of its kind, turns the most pairs.
func changes(tries []try) []Change {
	var out []Change
	for _, kinds := range [][]ChangeKind{{IfFamiliar, IfNotFamiliar}, {IfPainted}, {IfClear}} {
		var best *Change
		for i := range tries {
			t := &tries[i].change
			if t.Leads && slices.Contains(kinds, t.Kind) && (best == nil || t.Turned > best.Turned) {
				best = t
			}
		}
		if best != nil {
			out = append(out, *best)
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return cmp.Compare(b.Turned, a.Turned) })
	return out
}

// change is what would move one candidate most: for the leader, what would put another
// first; for another one, what would put it first, told by something else than pressing
// it where there is such a thing.
func (q *inquiry) change(r Ranking, tries []try, i int) *Change {
	c := &r.Candidates[i]
	var best *Change
	for k := range tries {
		t := &tries[k].change
		pressed := best != nil && best.Point == c.Point && best.Side == c.Side
		switch {
		case !t.Leads || i > 0 && !same(&t.Leader, c):
		case best == nil, i == 0 && t.Turned > best.Turned, i > 0 && pressed && t.Point == nil:
			best = t
		}
	}
	return best
}
