// Package docs holds the guides that a page shows as they are written here, so that
// the guide and the page cannot say different things.
package docs

import _ "embed"

// HowSure says what the atlas, the ranking and the evidence rest on. A word in square
// brackets is the id of a source of the atlas.
//
//go:embed how-sure.md
var HowSure string
