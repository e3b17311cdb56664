package plan

// The search. What can be had in a session is a list of lots; each lot can be had in one
// of several ways, or be left. fill works out the most that can be gained from them in
// every number of minutes, exactly, by dynamic programming, and pick tells how.
//
// It is used three times: for the points of a strand, for the strands of an area and for
// the areas of a session, so that one test against brute force serves all three.

// lot is something that a session may have.
type lot struct {
	ways  []way
	must  bool  // cannot be left out
	after uint8 // poses that must be in use before it
}

// way is how a lot may be had: what each number of minutes gains.
type way struct {
	poses uint8 // the poses, as bits, in which it makes a turn worth while
	gain  []int // by minutes
}

// impossible is the gain of what cannot be had.
const impossible = -1 << 50

// waysOfPoses are all sets of the poses of one session, as bits.
const waysOfPoses = 1 << mostPoses

// tally is the table of all that can be gained: layers[i] stands before lot i, by the
// poses in use, and gives the most for each number of minutes.
type tally struct {
	lots   []lot
	layers [][waysOfPoses][]int
}

// Whether the minutes of a tally are what may be used or what must be.
const (
	atMost  = false
	exactly = true
)

// desk is what tables are written on. It is wiped when one way to lie has been searched
// and the next is begun.
type desk struct {
	sheet []int
	used  int
}

// row gives n entries in which nothing can be had yet.
func (d *desk) row(n int) []int {
	if d.used+n > len(d.sheet) { // what was given out before stays valid on the sheet it is on
		d.sheet, d.used = make([]int, max(2*len(d.sheet), 1<<13, n)), 0
	}
	row := d.sheet[d.used : d.used+n : d.used+n]
	d.used += n
	for i := range row {
		row[i] = impossible
	}
	return row
}

func (d *desk) wipe() { d.used = 0 }

// fill works out the most that the lots gain in each number of minutes. With exactly, an
// entry is for using its minutes up.
func (d *desk) fill(lots []lot, minutes int, exact bool) *tally {
	t := &tally{lots: lots, layers: make([][waysOfPoses][]int, len(lots)+1)}
	start := d.row(minutes + 1)
	for m := range start {
		if m == 0 || !exact {
			start[m] = 0
		}
	}
	t.layers[0][0] = start
	for i, l := range lots {
		before, after := &t.layers[i], &t.layers[i+1]
		for poses, row := range before {
			if row != nil && !l.must {
				after[poses] = d.row(minutes + 1)
				copy(after[poses], row)
			}
		}
		for poses, row := range before {
			if row == nil || l.after&^uint8(poses) != 0 {
				continue
			}
			first, row := possible(row)
			for _, w := range l.ways {
				to := &after[uint8(poses)|w.poses]
				if *to == nil {
					*to = d.row(minutes + 1)
				}
				raise((*to)[first:], row, w.gain)
			}
		}
	}
	return t
}

// possible cuts what cannot be from both ends of a row, and tells where the rest begins.
func possible(row []int) (first int, rest []int) {
	for len(row) > 0 && row[len(row)-1] < impossible/2 {
		row = row[:len(row)-1]
	}
	for first < len(row) && row[first] < impossible/2 {
		first++
	}
	return first, row[first:]
}

// raise sets each entry to the best of itself and of what it would be with one of
// the gains.
func raise(to, from, gains []int) {
	for minutes, gain := range gains {
		if gain == impossible || minutes >= len(to) {
			continue
		}
		to := to[minutes:]
		for m, had := range from[:min(len(from), len(to))] {
			if sum := had + gain; sum > to[m] {
				to[m] = sum
			}
		}
	}
}

// settled marks as impossible what comes from something impossible, and tells whether
// anything else is left.
func settled(gains []int) (some bool) {
	for m, gain := range gains {
		if gain < impossible/2 {
			gains[m] = impossible
		} else {
			some = true
		}
	}
	return some
}

// most is the most that can be gained with the poses in use.
func (t *tally) most(poses uint8, minutes int) int {
	if row := t.layers[len(t.lots)][poses]; row != nil && row[minutes] > impossible/2 {
		return row[minutes]
	}
	return impossible
}

// part is what one lot has in the best choice.
type part struct {
	taken   bool
	way     int
	minutes int
}

// pick tells how the first so many lots gain the most, one by one. Of choices that are as
// good it takes the one that leaves the last lots out, and then the one with the fewest
// minutes there.
func (t *tally) pick(lots int, poses uint8, minutes int) []part {
	parts := make([]part, lots)
	for i := lots - 1; i >= 0; i-- {
		parts[i] = t.partOf(i, &poses, &minutes)
	}
	return parts
}

// partOf finds what lot i has, and sets what is left for those before it.
func (t *tally) partOf(i int, poses *uint8, minutes *int) part {
	want := t.layers[i+1][*poses][*minutes]
	l := t.lots[i]
	if row := t.layers[i][*poses]; row != nil && !l.must && row[*minutes] == want {
		return part{}
	}
	for w, way := range l.ways {
		for m, gain := range way.gain[:min(len(way.gain), *minutes+1)] {
			for from, row := range t.layers[i] {
				if row == nil || uint8(from)|way.poses != *poses || l.after&^uint8(from) != 0 || row[*minutes-m]+gain != want {
					continue
				}
				*poses, *minutes = uint8(from), *minutes-m
				return part{taken: true, way: w, minutes: m}
			}
		}
	}
	return part{}
}
