package body

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// Surface is the skin of the neutral figure, cut into cells of at most 1.2 cm2.
// Cells of the right side come first; the mirror cell of the right cell i is i
// plus half of all. A Surface never changes and may be shared.
type Surface struct {
	half    int
	centre  []Vec     // all cells
	normal  []Vec     // all cells
	area    []float64 // right side only
	coord   []Coord   // right side only
	hidden  []bool    // right side only
	nbFirst []uint32  // right side: where a cell's neighbours begin in nb
	nb      []CellID
	grid    grid
	index   [NumParts][]CellID // right cells of a part, sorted by their first coordinate
}

// Skin gives the embedded surface. It is decoded on first use.
func Skin() *Surface { return skin() }

var skin = sync.OnceValue(func() *Surface {
	s, err := decodeSurface(surfaceFile)
	if err != nil {
		panic(err) // the embedded file is broken; a test holds it
	}
	return s
})

// Fingerprint is the SHA-256 of the embedded surface file: where it is the same, a
// cell id means the same skin.
func Fingerprint() string {
	sum := sha256.Sum256(surfaceFile)
	return hex.EncodeToString(sum[:])
}

// Len counts the cells of both sides.
func (s *Surface) Len() int { return 2 * s.half }

// Centre is the middle of a cell on the neutral figure, in cm.
func (s *Surface) Centre(c CellID) Vec { return s.centre[c] }

// Normal is the unit vector out of the skin.
func (s *Surface) Normal(c CellID) Vec { return s.normal[c] }

// Area is the size of a cell in cm2.
func (s *Surface) Area(c CellID) float64 { return s.area[s.right(c)] }

// Mirror is the same cell on the other side.
func (s *Surface) Mirror(c CellID) CellID {
	if int(c) < s.half {
		return c + CellID(s.half)
	}
	return c - CellID(s.half)
}

// Side tells on which side of the midline a cell lies.
func (s *Surface) Side(c CellID) Side {
	if int(c) < s.half {
		return Right
	}
	return Left
}

// Coord is the place of a cell's centre, written as for the right side.
func (s *Surface) Coord(c CellID) Coord { return s.coord[s.right(c)] }

// Hidden tells whether a cell can never be seen from outside: the inside of the
// mouth and the nostrils, and what lies behind the closed lids.
func (s *Surface) Hidden(c CellID) bool { return s.hidden[s.right(c)] }

// Neighbours lists the cells that share an edge with c, in rising order.
func (s *Surface) Neighbours(c CellID) []CellID {
	r := s.right(c)
	out := append([]CellID(nil), s.nb[s.nbFirst[r]:s.nbFirst[r+1]]...)
	if int(c) >= s.half {
		for i := range out {
			out[i] = s.Mirror(out[i])
		}
		sortCells(out)
	}
	return out
}

// right is the cell itself or, for a left cell, its mirror cell.
func (s *Surface) right(c CellID) CellID {
	if int(c) >= s.half {
		return c - CellID(s.half)
	}
	return c
}
