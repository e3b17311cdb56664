package body

import "fmt"

// Place is what a phrase means on the skin.
type Place struct {
	Words   string       // read-back: "left shoulder blade, inner edge"
	Regions []RegionSide // the regions it lies in, largest share first
	Cells   Set
}

// UnknownPlaceError says that a phrase, or a word in it, names no known place.
type UnknownPlaceError struct {
	Phrase  string
	Word    string    // the word that was not understood, if one stands out
	Nearest [3]string // known places with the most similar names
}

func (e *UnknownPlaceError) Error() string {
	return fmt.Sprintf("%q is not a place Knead knows; the nearest are %q, %q and %q", e.Phrase, e.Nearest[0], e.Nearest[1], e.Nearest[2])
}

// NoSideError says that a place which exists on both sides was named without one.
type NoSideError struct {
	Phrase string
	Place  string
}

func (e *NoSideError) Error() string {
	return fmt.Sprintf("%q: which side? write left, right or both, as in \"left %s\"", e.Phrase, e.Place)
}

// Find turns a phrase as clients speak into a place.
func Find(phrase string) (Place, error) { return Place{}, &UnknownPlaceError{Phrase: phrase} }
