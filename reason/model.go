package reason

import (
	"knead/atlas"
	"knead/body"
)

// Model is everything about ranking that does not depend on the client. It never
// changes and may be shared.
type Model struct {
	atlas *atlas.Atlas
	skin  *body.Surface
}

// NewModel builds the model of an atlas on a surface.
func NewModel(a *atlas.Atlas, s *body.Surface) *Model { return &Model{atlas: a, skin: s} }

// Rank orders the trigger points by how much they are worth checking.
func (m *Model) Rank(d body.Drawing, findings []Finding, o Options) (Ranking, error) {
	return Ranking{}, nil
}
