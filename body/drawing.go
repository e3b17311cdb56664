package body

import "errors"

// Quality is how a pain feels; empty when it was not said.
type Quality string

// Depth is how deep a pain feels; empty when it was not said.
type Depth string

// The qualities and depths a mark can have.
const (
	Aching    Quality = "aching"
	Sharp     Quality = "sharp"
	Burning   Quality = "burning"
	Tingling  Quality = "tingling"
	Numb      Quality = "numb"
	Throbbing Quality = "throbbing"
	Stabbing  Quality = "stabbing"
	Tight     Quality = "tight"

	AtSurface Depth = "surface"
	Deep      Depth = "deep"
)

// Mark is one pain that a client drew.
type Mark struct {
	Quality Quality
	Depth   Depth
	Levels  map[CellID]uint8 // 1 (hardly there) to 10 (worst)
}

// Drawing is what a client painted: a list of marks, each a level per cell.
type Drawing struct{ Marks []Mark }

// Encode writes the drawing as short text.
func (d Drawing) Encode() string { return "" }

// DecodeDrawing reads what Encode wrote.
func DecodeDrawing(s string) (Drawing, error) { return Drawing{}, errors.New("drawings are not ready") }
