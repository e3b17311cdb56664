package knead

import (
	"fmt"
	"slices"

	"knead/body"
)

// The kinds of a [TouchArea].
const (
	TouchAvoid    = "avoid"
	TouchTicklish = "ticklish"
	TouchAskFirst = "ask-first"
	TouchLight    = "light" // no more than [MostOnLight]
)

// MostOnLight is the most pressure on a place where the client wants a light hand (chosen:
// it moves the skin and does not knead).
const MostOnLight = 2

// TouchKinds are the kinds of a [TouchArea], the one that forbids most first.
func TouchKinds() []string { return []string{TouchAvoid, TouchAskFirst, TouchLight, TouchTicklish} }

// Check tells what is wrong with a place on the touch map.
func (a TouchArea) Check() error {
	if !slices.Contains(TouchKinds(), a.Kind) {
		return &Error{Kind: Invalid, Field: "touch", Say: "A place is to be avoided, to be asked about first, to be touched lightly, or ticklish."}
	}
	if _, err := body.DecodeDrawing(a.Drawing); err != nil {
		return &Error{Kind: Invalid, Field: "touch", Say: "A painted place could not be read. Paint it again.", Err: err}
	}
	return CheckText("touch", a.Words, 400)
}

// Cells gives the skin of the place.
func (a TouchArea) Cells() body.Set {
	d, err := body.DecodeDrawing(a.Drawing)
	if err != nil { // [TouchArea.Check] let no such thing in
		return body.Set{}
	}
	return d.Cells()
}

// Avoided gives the skin that the client wants no hand on.
func (p ClientProfile) Avoided() body.Set { return p.touched(TouchAvoid) }

// touched gives the skin of all places of a kind.
func (p ClientProfile) touched(kind string) (cells body.Set) {
	for _, a := range p.Touch {
		if a.Kind == kind {
			cells = cells.Union(a.Cells())
		}
	}
	return cells
}

// WholePlaces gives whole places that hold the cells, in words that are understood again:
// what is to be left alone is better too large than too small.
func WholePlaces(cells body.Set) []body.Place {
	skin := body.Skin()
	var places []body.Place
	var held body.Set
	add := func(whole body.Set, phrases ...string) bool {
		place, ok := meansAll(whole, phrases)
		if !ok { // the slow way, for regions whose name is read otherwise with a side
			place, ok = meansAll(whole, described(whole))
		}
		if ok {
			places, held = append(places, place), held.Union(place.Cells)
		}
		return ok
	}
	for _, region := range body.Regions() {
		left, right := skin.RegionCells(region.ID, body.Left), skin.RegionCells(region.ID, body.Right)
		both := left.Union(right)
		open := func(side body.Set) bool { return side.Intersect(cells).Minus(held).Len() > 0 }
		if open(left) && open(right) && add(both, "both "+region.Lay, region.Lay) {
			continue
		}
		for _, side := range []body.Side{body.Left, body.Right} {
			whole := skin.RegionCells(region.ID, side)
			if !open(whole) {
				continue
			}
			if !add(whole, side.String()+" "+region.Lay, side.String()+" "+region.Name, side.String()+" "+region.Group) && !add(both, region.Lay, region.Name, region.Group, "both "+region.Group) {
				panic(fmt.Sprintf("no words mean the %s %s", side, region.ID)) // a test finds words for every region
			}
		}
	}
	return places
}

func described(cells body.Set) []string {
	var words []string
	for _, d := range body.Describe(cells) {
		words = append(words, d.Words)
	}
	return words
}

// meansAll finds the first phrase that means all of the cells.
func meansAll(whole body.Set, phrases []string) (body.Place, bool) {
	for _, phrase := range phrases {
		place, err := body.Find(phrase)
		if err == nil && whole.Minus(place.Cells).Len() == 0 {
			return place, true
		}
	}
	return body.Place{}, false
}
