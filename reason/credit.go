package reason

import (
	"iter"

	"knead/body"
)

// Who accounts for a painted place. At a cell of skin the causes that can make it hurt
// and whatever is not on the list are weighed against each other, as the model does:
//
//	something else = e / (e + (1-e) * p),  e = 1 - (1-leak) * product over patterns of 1 - s*w
//	                                       p = 1 - product over points of 1 - s*w
//	share of a point = (1 - something else) * s*w / sum over points of s*w
//
// with s the chance that the active cause makes a client paint there, and w its weight.
// A place's share is the mean over its painted skin. The shares of all points and of
// something else add up to 1.

// credit is how one place is divided.
type credit struct {
	causes []float64 // by cause
	low    []float64 // by cause: no less than this, whatever the bounds of the weights hide
	other  float64
}

// credits divides every place by these weights.
func (e *explainer) credits(beliefs []belief) []credit {
	out := make([]credit, len(e.places))
	for k := range out {
		out[k] = credit{causes: make([]float64, len(beliefs)), low: make([]float64, len(beliefs))}
	}
	mid, low, high := e.m.weights(beliefs, 0), e.m.weights(beliefs, -1), e.m.weights(beliefs, 1)
	for i, c := range e.cells {
		to, part := &out[e.at[i]], e.part(i)
		feels := e.places[e.at[i]].feels
		other, most := e.m.elseAt(c, feels, mid), e.m.elseAt(c, feels, low)
		sum, sumHigh := 0.0, 0.0
		for j, s := range e.m.pointsAt(c, feels) {
			sum += s * mid[j]
			sumHigh += s * high[j]
		}
		to.other += part * other
		if sum == 0 {
			continue
		}
		for j, s := range e.m.pointsAt(c, feels) {
			to.causes[j] += part * (1 - other) * s * mid[j] / sum
			if least := s * low[j]; least > 0 {
				to.low[j] += part * (1 - most) * least / (sumHigh - s*high[j] + least)
			}
		}
	}
	return out
}

// others is the share of each place that is left to something else.
func (e *explainer) others(weight []float64) []float64 {
	out := make([]float64, len(e.places))
	for i, c := range e.cells {
		out[e.at[i]] += e.part(i) * e.m.elseAt(c, e.places[e.at[i]].feels, weight)
	}
	return out
}

// part is a cell's part of the paint of its place.
func (e *explainer) part(i int) float64 { return e.m.skin.Area(e.cells[i]) / e.places[e.at[i]].area }

// elseAt is the share of one painted cell that is left to something else.
func (m *Model) elseAt(c body.CellID, feels feeling, weight []float64) float64 {
	quiet, other := 1.0, 1-m.numbers.Leak
	for j, s := range m.strengthsAt(c, feels) {
		if int(j) < m.points {
			quiet *= 1 - s*weight[j]
		} else {
			other *= 1 - s*weight[j]
		}
	}
	other = 1 - other
	return other / (other + (1-other)*(1-quiet))
}

// strengthsAt goes through the causes in and around whose reach a cell lies, with the
// chance that each makes a client paint there what feels so.
func (m *Model) strengthsAt(c body.CellID, feels feeling) iter.Seq2[int32, float64] {
	return func(yield func(int32, float64) bool) {
		reached := m.at(c) // all of them are around, too, and both lists are in one order
		for _, j := range m.aroundPatch(m.fine.of[c]) {
			s := m.numbers.AnyhowPainted
			if len(reached) > 0 && int32(reached[0].cause) == j {
				s += m.fits[reached[0].like][feels] * float64(reached[0].strength)
				reached = reached[1:]
			}
			if !yield(j, min(s, 1)) {
				return
			}
		}
	}
}

// pointsAt is strengthsAt for the trigger points only.
func (m *Model) pointsAt(c body.CellID, feels feeling) iter.Seq2[int32, float64] {
	return func(yield func(int32, float64) bool) {
		for j, s := range m.strengthsAt(c, feels) {
			if int(j) < m.points && !yield(j, s) {
				return
			}
		}
	}
}

// weights are the middle (0) of beliefs, or the ends at which the trigger points account
// for least (-1) and for most (1): theirs lower and the rivals' upper, or the other way.
func (m *Model) weights(beliefs []belief, end float64) []float64 {
	out := make([]float64, len(beliefs))
	for j, b := range beliefs {
		if j == m.points {
			end = -end
		}
		out[j] = min(max(b.weight+end*b.bound, 0), 1)
	}
	return out
}
