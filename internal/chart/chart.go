// Package chart draws what is known about a body: zones, muscles, drawings and
// rankings over the views of package body, as SVG path data for pages and print
// and as PNG sheets.
//
// It decides nothing and reads nothing but its arguments. Paint is the client's
// (filled), line is the book's (hatched where a point is often felt, dotted where
// sometimes), a cross is where to press.
//
// Start at [ZonePaths] and [DrawingPaths] for the web, at [MuscleSheet] for a picture.
package chart

import (
	"io"

	"knead/atlas"
	"knead/body"
)

// ZonePaths gives the outline of weighted cells in a view as smooth SVG path data
// in view units, "" when nothing of it is visible. Clip it with the view's outline.
func ZonePaths(v *body.View, cells []body.Weighted) string { return "" }

// LevelPath is the skin of one mark that was painted at one level.
type LevelPath struct {
	Mark  int // index in the drawing
	Level uint8
	Path  string // SVG path data in view units
}

// DrawingPaths gives what was painted, mark by mark, the lowest level first; each
// level's path holds the higher levels too, so that painting them in order covers.
func DrawingPaths(v *body.View, d body.Drawing) []LevelPath { return nil }

// Marker gives the place of a cell in a view; false when it is turned away.
func Marker(v *body.View, c body.CellID) (x, y float64, visible bool) { return 0, 0, false }

// RegionPath is a region of one side as it is seen in a view.
type RegionPath struct {
	Region body.RegionID
	Side   body.Side
	Title  string // "Right shoulder blade"
	Path   string // SVG path data in view units
}

// RegionPaths gives the regions of a view as tap targets.
func RegionPaths(v *body.View) []RegionPath { return nil }

// MuscleSheet writes a PNG of all views in which the muscle, a point or a zone is
// seen, with names and a key.
func MuscleSheet(w io.Writer, m *atlas.Muscle) error { return nil }

// DrawingSheet writes a PNG of all views in which something was painted.
func DrawingSheet(w io.Writer, d body.Drawing) error { return nil }
