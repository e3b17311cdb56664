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
)

// TouchKinds are the kinds of a [TouchArea], the one that forbids most first.
func TouchKinds() []string { return []string{TouchAvoid, TouchAskFirst, TouchTicklish} }

// Check tells what is wrong with a place on the touch map.
func (a TouchArea) Check() error {
	if !slices.Contains(TouchKinds(), a.Kind) {
		return &Error{Kind: Invalid, Field: "touch", Say: "A place is to be avoided, to be asked about first, or ticklish."}
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
func (p ClientProfile) Avoided() (cells body.Set) {
	for _, a := range p.Touch {
		if a.Kind == TouchAvoid {
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
	for _, region := range body.Regions() {
		for _, side := range []body.Side{body.Left, body.Right} {
			whole := skin.RegionCells(region.ID, side)
			if whole.Intersect(cells).Minus(held).Len() == 0 {
				continue
			}
			place := wholePlace(region, side, whole)
			places = append(places, place)
			held = held.Union(place.Cells)
		}
	}
	return places
}

// wholePlace finds words for a region on one side: the first that mean all of it.
func wholePlace(region body.Region, side body.Side, whole body.Set) body.Place {
	phrases := []string{side.String() + " " + region.Lay, side.String() + " " + region.Name}
	if region.Midline {
		phrases = slices.Insert(phrases, 0, region.Lay, region.Name)
	}
	for _, d := range body.Describe(whole) {
		phrases = append(phrases, d.Words)
	}
	phrases = append(phrases, side.String()+" "+region.Group, region.Group, "both "+region.Group)
	for _, phrase := range phrases {
		place, err := body.Find(phrase)
		if err == nil && whole.Minus(place.Cells).Len() == 0 {
			return place
		}
	}
	panic(fmt.Sprintf("no words mean the %s %s", side, region.ID)) // a test finds words for every region
}
