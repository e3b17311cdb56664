package reason

import (
	"cmp"
	"math/bits"
	"slices"

	"knead/body"
)

// feeling is what the quality of a pain says about where it comes from.
type feeling uint8

// Where marks with several feelings overlap, the last of them counts.
const (
	nerveFeeling feeling = iota // burning, tingling, numb
	noFeeling                   // none was said
	sharpFeeling                // sharp, stabbing: muscles, joints and some nerves
	otherFeeling
	feelings // how many there are
)

func feelingOf(q body.Quality) feeling {
	switch {
	case q == "":
		return noFeeling
	case nerveQuality(q):
		return nerveFeeling
	case q.IsSharp():
		return sharpFeeling
	}
	return otherFeeling
}

// likeness is how a cause is felt: like muscles and joints, like a nerve, or like a nerve
// that comes in sharp attacks.
type likeness uint8

const (
	muscleLike likeness = iota
	nerveLike
	sharpNerve
	likenesses // how many there are
)

// likenessOf is how a pattern is felt, after the qualities of its row.
func likenessOf(qualities []body.Quality) likeness {
	switch {
	case !slices.ContainsFunc(qualities, nerveQuality):
		return muscleLike
	case slices.ContainsFunc(qualities, body.Quality.IsSharp):
		return sharpNerve
	}
	return nerveLike
}

func nerveQuality(q body.Quality) bool {
	return q == body.Burning || q == body.Tingling || q == body.Numb
}

// cellPaint is the paint of a cell: its level in the low four bits, above them its
// feeling. 0 is clear.
type cellPaint uint8

func (p cellPaint) level() uint8     { return uint8(p & 15) }
func (p cellPaint) feeling() feeling { return feeling(p >> 4) }

// over takes two marks on one cell together: the highest level, and the last feeling.
func (p cellPaint) over(q cellPaint) cellPaint {
	if q == 0 {
		return p
	}
	return max(p&^15, q&^15) | max(p&15, q&15)
}

// evidence is a drawing as the model reads it: cell by cell, and summed up patch by
// patch. Drawing anew costs only the patches that changed, and the sums are the same to
// the last bit as those of a fresh evidence, because a patch is always summed up whole.
type evidence struct {
	m *Model

	paint   []cellPaint // by cell
	painted []uint64    // the painted cells, one bit each
	fresh   []cellPaint // the same for a drawing that is being read; clear otherwise
	freshly []uint64
	changed []bool // by fine patch: to be summed up again
	peak    uint8  // the highest level
	lowest  uint8

	patches []patch // by fine patch
	count   []int32 // by fine patch: painted cells
	sums    []sums  // by place in Model.around
}

// sums is what the painted cells of a patch say of a cause that is around.
type sums struct {
	strength, heart float64           // of what the cause does to a cell, times the cell's size in patches
	share           [nManners]float64 // of a cell's shares of the zones of the cause
}

// patch sums up the painted cells of a fine patch.
type patch struct {
	size  float64 // in patches; 0 for a clear patch
	level float64 // sum of size times level
	area  float64 // cm2
}

func newEvidence(m *Model) *evidence {
	cells, words := m.skin.Len(), (m.skin.Len()+63)/64
	return &evidence{
		m: m, paint: make([]cellPaint, cells), fresh: make([]cellPaint, cells),
		painted: make([]uint64, words), freshly: make([]uint64, words),
		changed: make([]bool, m.fine.count), patches: make([]patch, m.fine.count),
		count: make([]int32, m.fine.count),
		sums:  make([]sums, len(m.around)),
	}
}

// paintable tells whether paint counts: levels outside 1-10 and cells that cannot be seen
// do not.
func (m *Model) paintable(c body.CellID, level uint8) bool {
	return level >= 1 && level <= body.MaxLevel && int(c) < len(m.fine.of) && m.fine.of[c] >= 0
}

// draw takes a drawing in the place of the one before.
func (e *evidence) draw(d body.Drawing) {
	for _, mark := range d.Marks {
		feels := cellPaint(feelingOf(mark.Quality)) << 4
		for c, level := range mark.Levels {
			if e.m.paintable(c, level) {
				e.fresh[c] = e.fresh[c].over(feels | cellPaint(level))
				e.freshly[c>>6] |= 1 << (c & 63)
			}
		}
	}
	e.peak, e.lowest = 0, body.MaxLevel
	for i, now := range e.freshly {
		for w := now | e.painted[i]; w != 0; w &= w - 1 {
			c := i<<6 + bits.TrailingZeros64(w)
			if level := e.fresh[c].level(); level > 0 {
				e.peak, e.lowest = max(e.peak, level), min(e.lowest, level)
			}
			if e.paint[c] != e.fresh[c] {
				p := e.m.fine.of[c]
				e.changed[p] = true
				if e.paint[c] == 0 {
					e.count[p]++
				} else if e.fresh[c] == 0 {
					e.count[p]--
				}
				e.paint[c] = e.fresh[c]
			}
			e.fresh[c] = 0
		}
		e.painted[i], e.freshly[i] = now, 0
	}
	for p := range e.changed {
		if e.changed[p] {
			e.changed[p] = false
			e.sumUp(p)
		}
	}
}

// sumUp sums up the painted cells of a patch.
func (e *evidence) sumUp(p int) {
	m := e.m
	if e.count[p] == 0 {
		e.patches[p] = patch{} // nobody looks at the sums of a clear patch
		return
	}
	around := e.around(int32(p))
	clear(around)
	sum := patch{}
	for _, c := range m.cells[p] {
		paint := e.paint[c]
		if paint == 0 {
			continue
		}
		size, feels := m.size[c], paint.feeling()
		var counts [likenesses]float64
		for like := range counts {
			counts[like] = size * m.fits[like][feels]
		}
		sum.size += size
		sum.level += size * float64(paint.level())
		sum.area += m.skin.Area(c)
		reached := m.at(c)
		for i := range reached {
			r := &reached[i]
			s, strength := &around[r.slot], counts[r.like]*float64(r.strength)
			s.strength += strength
			if r.heart {
				s.heart += strength
			}
			s.share[r.manner] += float64(r.share)
		}
	}
	for i := range around {
		around[i].strength += sum.size * m.numbers.AnyhowPainted
	}
	e.patches[p] = sum
}

// around gives what the paint of a patch says of the causes around it.
func (e *evidence) around(p int32) []sums {
	return e.sums[e.m.aroundFirst[p]:e.m.aroundFirst[p+1]]
}

// area is the painted area in cm2.
func (e *evidence) area() (sum float64) {
	for p := range e.patches {
		sum += e.patches[p].area
	}
	return sum
}

// graded tells whether the levels of the drawing say more than where it hurts.
func (e *evidence) graded() bool {
	return gradeOf(float64(e.lowest), e.peak) < gradeOf(float64(e.peak), e.peak)
}

// gradeOf is the third of the highest level in which a level lies: 1, 2 or 3.
func gradeOf(level float64, peak uint8) int {
	switch level *= 3; {
	case level <= float64(peak):
		return 1
	case level <= 2*float64(peak):
		return 2
	}
	return 3
}

// heavier is 1 when more is painted on the right at the first patch where the sides
// differ, -1 when more is on the left, and 0 when the sides are mirror images as far as
// the model can tell.
func (e *evidence) heavier() int {
	m := e.m
	half := m.fine.count / 2
	for p := range half {
		right, left := &e.patches[p], &e.patches[p+half]
		if right.size == 0 && left.size == 0 {
			continue
		}
		if d := cmp.Or(cmp.Compare(right.size, left.size), cmp.Compare(right.level, left.level)); d != 0 {
			return d
		}
		r, l := e.around(int32(p)), e.around(int32(p+half))
		for i := range r {
			d := cmp.Or(
				cmp.Compare(r[i].strength, l[i].strength), cmp.Compare(r[i].heart, l[i].heart),
				cmp.Compare(r[i].share[often], l[i].share[often]), cmp.Compare(r[i].share[seldom], l[i].share[seldom]),
			)
			if d != 0 {
				return d
			}
		}
	}
	return 0
}
