package reason

import (
	"cmp"
	"slices"

	"knead/atlas"
	"knead/body"
)

// place is the paint of one mark in one region on one side.
type place struct {
	body.RegionSide

	mark  int
	feels feeling
	area  float64 // cm2
	level uint8   // the highest
	told  bool    // large enough to be told
}

// explainer knows where the paint of a drawing lies.
type explainer struct {
	m       *Model
	places  []place
	cells   []body.CellID // painted, mark by mark
	at      []int         // by place in cells: its place in places
	painted []bool        // by region: something is painted there
}

// What counts in words (chosen, for reading only; the weights do not depend on it).
const (
	placeLeast   = 0.08 // of a mark's paint: less in a region is a slip of the brush
	explainLeast = 0.25 // of a place's paint in the zone: less is not called explained
	partLeast    = 0.04 // but for one that explains nothing more, this
	notFeltLeast = 0.20 // of an essential zone in a region, to miss it there
)

func (m *Model) explainer(d body.Drawing) *explainer {
	e := &explainer{m: m, painted: make([]bool, len(m.regions))}
	number := make([]int, len(m.regions)) // by region: its place in this mark + 1
	for k, mark := range d.Marks {
		var cells body.Set
		for c, level := range mark.Levels {
			if m.paintable(c, level) {
				cells.Add(c)
			}
		}
		clear(number)
		from, total := len(e.places), 0.0
		for c := range cells.All {
			r := m.region[c]
			if number[r] == 0 {
				e.painted[r] = true
				e.places = append(e.places, place{mark: k, feels: feelingOf(mark.Quality), RegionSide: m.regions[r]})
				number[r] = len(e.places)
			}
			e.cells = append(e.cells, c)
			e.at = append(e.at, number[r]-1)
			pl := &e.places[number[r]-1]
			pl.area += m.skin.Area(c)
			pl.level = max(pl.level, mark.Levels[c])
			total += m.skin.Area(c)
		}
		for i := from; i < len(e.places); i++ {
			e.places[i].told = e.places[i].area >= placeLeast*total
		}
	}
	return e
}

// sites are the places that are large enough to be told.
func (e *explainer) sites() []Site {
	var out []Site
	for _, pl := range e.places {
		if pl.told {
			words := e.m.inWords([]body.RegionSide{pl.RegionSide}, 1)
			out = append(out, Site{pl.Region, pl.Side, pl.mark, int(pl.level), words})
		}
	}
	return out
}

// manner is how a cause comes to be felt at a cell.
type manner uint8

const (
	often   manner = iota // in its essential zone
	seldom                // in its spillover zone
	locally               // over the muscle itself
	nManners
)

// inZone is how far a cell lies in the skin where a cause is felt: 1 for spillover and
// more, less over the muscle itself and in soft edges.
func (m *Model) inZone(r *reach) float64 {
	return min(float64(r.strength)/m.numbers.SometimesPainted, 1)
}

// share is how much of a place's paint lies in a candidate's skin, by manner.
type share [nManners]float64

func (s share) all() float64 { return min(s[often]+s[seldom]+s[locally], 1) }

func (s share) main() manner {
	switch {
	case s[often] >= s[seldom] && s[often] >= s[locally]:
		return often
	case s[seldom] >= s[locally]:
		return seldom
	}
	return locally
}

// explain adds to each candidate what it explains, what it does not, and why.
func (e *explainer) explain(list []Candidate, hands []signs) {
	shares := e.shares(list)
	for i := range list {
		c := &list[i]
		var felt [nManners][]body.RegionSide
		var only []body.RegionSide
		least := e.least(shares, i)
		for k, pl := range e.places {
			s := shares[k][i]
			if !pl.told || s.all() < least {
				continue
			}
			alone := true
			for o := range list {
				alone = alone && (o == i || list[o].Band == AlsoPossible || shares[k][o].all() < explainLeast)
			}
			c.Explains = append(c.Explains, Explains{Region: pl.Region, Side: pl.Side, Mark: pl.mark, Share: s.all(), Only: alone})
			felt[s.main()] = appendNew(felt[s.main()], pl.RegionSide)
			if alone {
				only = appendNew(only, pl.RegionSide)
			}
		}
		slices.SortStableFunc(c.Explains, func(a, b Explains) int { return cmp.Compare(b.Share, a.Share) })
		j := e.m.cause(c.Point, c.Side)
		for _, r := range e.m.causes[j].core {
			if !e.painted[r] {
				c.NotFelt = append(c.NotFelt, e.m.regions[r])
			}
		}
		c.Why = e.why(c, hands[j], felt, only)
	}
}

// least is the share from which a candidate is said to explain a place: explainLeast,
// or less for one that lies across many places and fills none of them.
func (e *explainer) least(shares [][]share, candidate int) float64 {
	best := 0.0
	for k, pl := range e.places {
		if pl.told {
			best = max(best, shares[k][candidate].all())
		}
	}
	if best >= explainLeast || best < partLeast {
		return explainLeast
	}
	return max(best/2, partLeast)
}

// shares works out the share of each place, by place and candidate.
func (e *explainer) shares(list []Candidate) [][]share {
	out := make([][]share, len(e.places))
	for k := range out {
		out[k] = make([]share, len(list))
	}
	slot := make([]int, len(e.m.causes)) // by cause: its candidate + 1
	for i, c := range list {
		slot[e.m.cause(c.Point, c.Side)] = i + 1
	}
	for i, c := range e.cells {
		pl := e.at[i]
		part := e.part(i)
		reached := e.m.at(c)
		for k := range reached {
			if r := &reached[k]; slot[r.cause] > 0 {
				out[pl][slot[r.cause]-1][r.manner] += part * e.m.inZone(r)
			}
		}
	}
	return out
}

// core lists the regions that hold a good part of an essential zone, the largest
// part first.
func (m *Model) core(z atlas.Zone) []int16 {
	part, total := map[int16]float64{}, 0.0
	for _, w := range z.Essential {
		a := w.W * m.skin.Area(w.Cell)
		part[m.region[w.Cell]] += a
		total += a
	}
	var out []int16
	for r, a := range part {
		if a >= notFeltLeast*total {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b int16) int { return cmp.Or(cmp.Compare(part[b], part[a]), cmp.Compare(a, b)) })
	return out
}
