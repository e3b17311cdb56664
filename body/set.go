package body

import "math/bits"

// Set is a set of cells. The zero Set is empty and ready to use.
type Set struct{ words []uint64 }

// SetOf makes a set of the given cells.
func SetOf(cells ...CellID) Set {
	var s Set
	for _, c := range cells {
		s.Add(c)
	}
	return s
}

// Add puts a cell into the set.
func (s *Set) Add(c CellID) {
	i := int(c >> 6)
	for len(s.words) <= i {
		s.words = append(s.words, 0)
	}
	s.words[i] |= 1 << (c & 63)
}

// Remove takes a cell out of the set.
func (s *Set) Remove(c CellID) {
	if i := int(c >> 6); i < len(s.words) {
		s.words[i] &^= 1 << (c & 63)
	}
}

// Has tells whether the cell is in the set.
func (s Set) Has(c CellID) bool {
	i := int(c >> 6)
	return i < len(s.words) && s.words[i]&(1<<(c&63)) != 0
}

// Len counts the cells.
func (s Set) Len() (n int) {
	for _, w := range s.words {
		n += bits.OnesCount64(w)
	}
	return n
}

// All yields the cells in rising order.
func (s Set) All(yield func(CellID) bool) {
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			if !yield(CellID(i<<6 + bits.TrailingZeros64(w))) {
				return
			}
		}
	}
}

// Union gives the cells that are in s, in t or in both.
func (s Set) Union(t Set) Set { return combine(s, t, func(a, b uint64) uint64 { return a | b }) }

// Intersect gives the cells that are in both s and t.
func (s Set) Intersect(t Set) Set { return combine(s, t, func(a, b uint64) uint64 { return a & b }) }

// Minus gives the cells of s that are not in t.
func (s Set) Minus(t Set) Set { return combine(s, t, func(a, b uint64) uint64 { return a &^ b }) }

func combine(s, t Set, f func(a, b uint64) uint64) Set {
	out := Set{words: make([]uint64, max(len(s.words), len(t.words)))}
	for i := range out.words {
		var a, b uint64
		if i < len(s.words) {
			a = s.words[i]
		}
		if i < len(t.words) {
			b = t.words[i]
		}
		out.words[i] = f(a, b)
	}
	return out
}
