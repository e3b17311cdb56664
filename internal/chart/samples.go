package chart

import (
	"sync"

	"knead/body"
)

// samples knows for each cell where it is seen in a view's map.
type samples struct {
	first []int32 // where a cell's samples begin in at; one more at the end
	at    []int32
}

var sampled sync.Map // *body.View -> *samples; views are loaded once and never change

func samplesOf(v *body.View) *samples {
	if known, ok := sampled.Load(v); ok {
		if s, ok := known.(*samples); ok {
			return s
		}
	}
	s := newSamples(v.Map(), body.Skin().Len())
	sampled.Store(v, s)
	return s
}

func newSamples(ids []uint16, cells int) *samples {
	s := &samples{first: make([]int32, cells+1)}
	for _, id := range ids {
		if id > 0 {
			s.first[id]++
		}
	}
	for c := range cells {
		s.first[c+1] += s.first[c]
	}
	s.at = make([]int32, s.first[cells])
	next := append([]int32(nil), s.first...)
	for i, id := range ids {
		if id > 0 {
			s.at[next[id-1]] = int32(i)
			next[id-1]++
		}
	}
	return s
}

// of lists the samples of a cell; a cell that does not exist has none.
func (s *samples) of(c body.CellID) []int32 {
	if int(c)+1 >= len(s.first) {
		return nil
	}
	return s.at[s.first[c]:s.first[c+1]]
}
