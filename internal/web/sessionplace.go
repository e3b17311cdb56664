package web

import (
	"slices"
	"strings"
	"sync"

	"knead/body"
	"knead/plan"
)

// placeWire is what the words of a place mean, for the script: it cannot read them.
type placeWire struct {
	Words string      `json:"words"`
	At    [][2]string `json:"at"` // region and side
}

func placeWireOf(words string) (placeWire, bool) {
	place, err := body.Find(words)
	if err != nil {
		return placeWire{}, false
	}
	w := placeWire{Words: place.Words, At: make([][2]string, 0, len(place.Regions))}
	for _, r := range place.Regions {
		w.At = append(w.At, [2]string{string(r.Region), r.Side.String()})
	}
	return w, true
}

// areaWords says the area of a step in words that [body.Find] reads back; none for a step
// without an area. Long lists are several entries, since nobody reads one that long.
func areaWords(x plan.Step) []string {
	const most = 300 // letters of one entry; chosen
	var entries []string
	line := ""
	for _, place := range body.Describe(stepCells(x)) {
		if _, err := body.Find(place.Words); err != nil {
			continue // held by a test to never happen
		}
		if line != "" && len(line)+len(place.Words) > most {
			entries = append(entries, line)
			line = ""
		}
		if line != "" {
			line += "; "
		}
		line += place.Words
	}
	if line != "" {
		entries = append(entries, line)
	}
	return entries
}

// notByHand are regions that a step added at the table does not offer: to work there is
// planned beforehand or not done [chosen].
var notByHand = []body.RegionID{"eye", "mouth", "nose", "throat", "breast", "groin", "pubic", "armpit", "bladder-area", "navel", "coccyx"}

// addKey names a place of the form that adds a step.
func addKey(region body.RegionID, side string) string { return string(region) + " " + side }

// addPlace is a place that can be added.
type addPlace struct {
	words string
	cells body.Set
	wires map[string]placeWire // what its words mean, see [learnPlace]
}

// addPlaces are the places that can be added, by [addKey].
var addPlaces = sync.OnceValue(func() map[string]addPlace {
	places := map[string]addPlace{}
	for _, r := range body.Regions() {
		if slices.Contains(notByHand, r.ID) {
			continue
		}
		right, left := body.Skin().RegionCells(r.ID, body.Right), body.Skin().RegionCells(r.ID, body.Left)
		for side, set := range map[string]body.Set{"right": right, "left": left, "both": right.Union(left)} {
			var parts []string
			for _, place := range body.Describe(set) {
				parts = append(parts, place.Words)
			}
			phrase := strings.Join(parts, "; ")
			place, err := body.Find(phrase)
			if err != nil {
				continue // a test counts them
			}
			p := addPlace{words: phrase, cells: place.Cells, wires: map[string]placeWire{}}
			learnPlace(p.wires, phrase)
			places[addKey(r.ID, side)] = p
		}
	}
	return places
})
