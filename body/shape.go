package body

import "errors"

// Shape is a piece of skin as data files write it, for the right side.
type Shape struct{ text string }

// Weighted is a cell with the strength at which a shape holds there, 0 < W <= 1.
type Weighted struct {
	Cell CellID
	W    float64
}

// ParseShape reads a shape.
func ParseShape(s string) (Shape, error) { return Shape{}, errors.New("shapes are not ready") }

// String writes the shape as it was read.
func (sh Shape) String() string { return sh.text }

// Cells gives the cells of the shape on one side, sorted, with a soft edge.
func (sh Shape) Cells(s *Surface, side Side) []Weighted { return nil }
