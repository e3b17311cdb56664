// Package body is the skin: one surface, cut into cells, on which every place in
// Knead is written down. A drawing, a referral zone, the shape of a muscle and a
// masked area are all sets of cells; pictures are only views of them.
//
// The surface is symmetric. Everything is written for the right side and mirrored.
// Start at [Skin] (the surface), [Find] (words to places), [Drawing] (what a client
// painted) and [Shape] (how data files write a piece of skin).
//
// It is pure: the surface is embedded, nothing is read or kept elsewhere.
package body

import "fmt"

// Version numbers the cells. Stored drawings carry it; it changes only when cell
// ids change their meaning.
const Version = 1

// CellID names one cell of the surface, 0 <= id < Skin().Len().
type CellID uint16

// Side is the body's own right or left.
type Side uint8

// The two sides.
const (
	Right Side = iota
	Left
)

// Other gives the opposite side.
func (s Side) Other() Side { return 1 - s }

func (s Side) String() string {
	if s == Left {
		return "left"
	}
	return "right"
}

// ParseSide reads "right" or "left".
func ParseSide(s string) (Side, error) {
	switch s {
	case "right":
		return Right, nil
	case "left":
		return Left, nil
	}
	return Right, fmt.Errorf("side %q: write right or left", s)
}

// Part is one of the nine pieces of skin, each with its own surface coordinates.
type Part uint8

// The parts, in the order of the figure from top to bottom.
const (
	Head Part = iota
	Neck
	Trunk
	UpperArm
	Forearm
	Hand
	Thigh
	Leg
	Foot
	NumParts
)

// Vec is a place or a direction on the neutral figure in anatomical position, in
// centimetres: +x towards the figure's left, +y up, +z forward.
type Vec [3]float64
