package body

// PlaceWords is one chip of a drawing read back in words that [Find] understands.
type PlaceWords struct {
	Words   string // "both shoulders, front"
	Regions []RegionSide
	Cells   Set     // the cells of the drawing that the words stand for
	Area    float64 // cm2
}

// Describe puts a set of cells into a handful of words, the largest place first.
func Describe(cells Set) []PlaceWords { return nil }
