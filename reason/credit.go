package reason

// Who accounts for a painted place. If it were known which causes are active, each of
// them, and whatever is not on the list, would share a spot in proportion to its chance to
// make a client paint there:
//
//	share of a cause = s / (leak + sum of s over the active causes)
//
// What is active is not known, and the weights know already that the spot is painted: to
// weigh by them what each can do would count the spot twice. The expectation over the sets
// of active causes, with the chances that the evidence leaves them, is near
//
//	share of a cause = s*v / (leak + sum of s*v)
//
// with v the weight that a cause would have if one observation here were not made. That is
// worked out from the weight w, the others taken to be independent without it:
//
//	odds(v) = odds(w) * (1-q) / (1 - q*(1-s)),  q = (1-leak) * product over the others of 1 - s*v
//
// and again from these v, so many rounds. A v never falls when weights rise, so the ends of
// the weights bracket it. Patterns of nerves and joints count with something else. A
// place's share is the mean over its paint. The shares of all points and of something else
// add up to 1. TestSharesLieNearWhatSetsOfCausesSay measures how near they are.

// rounds is how many rounds are worth it: four come as near as sixty (measured).
const rounds = 4

// piece is the paint of a place in one patch.
type piece struct {
	place    int
	part     float64   // of the paint of the place
	causes   []int32   // around the patch
	strength []float64 // by them: the chance that it makes a client paint there, mean over the paint
}

// certain is the most that a strength counts as: what is sure to be painted anyhow leaves
// nothing to divide by.
const certain = 1 - 1e-6

// cut cuts the places into pieces.
func (e *explainer) cut() []piece {
	m := e.m
	var out []piece
	at := map[[2]int32]int{} // by place and patch: its piece
	for i, c := range e.cells {
		k, p := e.at[i], m.fine.of[c]
		key := [2]int32{int32(k), p}
		n, ok := at[key]
		if !ok {
			n = len(out)
			at[key] = n
			causes := m.aroundPatch(p)
			out = append(out, piece{place: k, causes: causes, strength: make([]float64, len(causes))})
		}
		x, part := &out[n], e.part(i)
		x.part += part
		for _, r := range m.at(c) {
			x.strength[r.slot] += part * m.fits[r.like][e.places[k].feels] * float64(r.strength)
		}
	}
	for n := range out {
		x := &out[n]
		for i := range x.strength {
			x.strength[i] = min(x.strength[i]/x.part+m.numbers.AnyhowPainted, certain)
		}
	}
	return out
}

// part is a cell's part of the paint of its place.
func (e *explainer) part(i int) float64 { return e.m.skin.Area(e.cells[i]) / e.places[e.at[i]].area }

// unseen works out v from w, both by cause of the piece.
func (x *piece) unseen(leak float64, w, v []float64) {
	copy(v, w)
	for range rounds {
		quiet := 1 - leak
		for i, s := range x.strength {
			quiet *= 1 - s*v[i]
		}
		for i, s := range x.strength {
			q := quiet / (1 - s*v[i])
			less := w[i] * (1 - q) / (1 - q*(1-s))
			v[i] = less / (1 - w[i] + less)
		}
	}
}

// division is how pieces are divided, one after the other. The claims are by cause of the
// piece: what each can do there, s*v; with the weights as they are, and at their ends.
type division struct {
	m              *Model
	w              []float64
	mid, low, high []float64
	all, allHigh   float64 // of all claims, and of the leak
	other          span    // the share of something else
}

// divide divides a piece by these weights.
func (d *division) divide(x *piece, beliefs []belief) {
	leak := d.m.numbers.Leak
	d.w = sized(d.w, len(x.causes))
	claims := func(v *[]float64, end float64) (points, patterns float64) {
		*v = sized(*v, len(x.causes))
		for i, j := range x.causes {
			d.w[i] = min(max(beliefs[j].weight+end*beliefs[j].bound, 0), 1)
		}
		x.unseen(leak, d.w, *v)
		for i, j := range x.causes {
			if (*v)[i] *= x.strength[i]; int(j) < d.m.points {
				points += (*v)[i]
			} else {
				patterns += (*v)[i]
			}
		}
		return points, leak + patterns
	}
	points, other := claims(&d.mid, 0)
	pointsLow, otherLow := claims(&d.low, -1)
	pointsHigh, otherHigh := claims(&d.high, 1)
	d.all, d.allHigh = points+other, pointsHigh+otherHigh
	d.other = span{otherLow / (otherLow + pointsHigh), other / d.all, otherHigh / (otherHigh + pointsLow)}
}

// credit is how one place is divided.
type credit struct {
	causes []float64 // by cause
	low    []float64 // by cause: no less than this, whatever the bounds of the weights hide
	other  span
}

// credits divides every place by these weights.
func (q *inquiry) credits(beliefs []belief) []credit {
	out := make([]credit, len(q.places))
	for k := range out {
		out[k] = credit{causes: make([]float64, len(beliefs)), low: make([]float64, len(beliefs))}
	}
	for n := range q.pieces {
		x, d := &q.pieces[n], &q.division
		d.divide(x, beliefs)
		to := &out[x.place]
		to.other.add(x.part, d.other)
		for i, j := range x.causes {
			if int(j) < q.m.points {
				to.causes[j] += x.part * d.mid[i] / d.all
				to.low[j] += x.part * d.low[i] / (d.allHigh - d.high[i] + d.low[i])
			}
		}
	}
	return out
}

// others is the share of each place that is left to something else.
func (q *inquiry) others(beliefs []belief) []span {
	out := make([]span, len(q.places))
	for n := range q.pieces {
		x := &q.pieces[n]
		q.division.divide(x, beliefs)
		out[x.place].add(x.part, q.division.other)
	}
	return out
}

// add adds a part of another number.
func (a *span) add(part float64, b span) {
	a.low += part * b.low
	a.mid += part * b.mid
	a.high += part * b.high
}
