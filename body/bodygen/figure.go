package main

import "fmt"

// Shapes are weights of morph targets. Only targets that were compared with the
// CC0 originals and found equal are used (see PROVENANCE.md). There is no equal
// target of a muscular man, so his muscle is the woman's: muscular minus average.
var shapes = map[string]map[string]float64{
	"neutral":   shape(0.5, 0.35),
	"feminine":  shape(0, 0.25),
	"masculine": shape(1, 0.55),
}

var figureOrder = []string{"neutral", "feminine", "masculine"}

// shape mixes sex (0 female .. 1 male) and muscle (0 average .. 1 full), with the
// mean of the source's faces, lids and lips closed.
func shape(male, muscle float64) map[string]float64 {
	const macro, lids = "macrodetails/", "expression/units/caucasian/"
	return map[string]float64{
		lids + "eye-left-closure":  1,
		lids + "eye-right-closure": 1,
		lids + "mouth-compression": 0.40,

		macro + "caucasian-male-young":   male / 3,
		macro + "african-male-young":     male / 3,
		macro + "asian-male-young":       male / 3,
		macro + "caucasian-female-young": (1 - male) / 2,
		macro + "african-female-young":   (1 - male) / 2,

		macro + "universal-male-young-averagemuscle-averageweight":   male,
		macro + "universal-female-young-averagemuscle-averageweight": 1 - male - muscle,
		macro + "universal-female-young-maxmuscle-averageweight":     muscle,
	}
}

// loadFigure reads the source, gives it a shape and poses it. level is the
// untouched rest skin, on which the cells are laid out.
func loadFigure(path, name string) (b *Body, level *Mesh, err error) {
	src, err := LoadSource(path)
	if err != nil {
		return nil, nil, err
	}
	mirror, worst := MirrorMap(src.Skin().P)
	if worst > 2e-3 {
		return nil, nil, fmt.Errorf("the source is not symmetric: %g dm", worst)
	}
	if err := src.Morph(shapes[name]); err != nil {
		return nil, nil, err
	}
	rest := src.Skin()
	Symmetrise(rest.P, mirror)
	level = &Mesh{P: append([]Vec(nil), rest.P...), Q: rest.Q}
	closeLips(rest)
	flattenNipples(rest, rest.Neighbours(), mirror)
	return NewBody(rest, src.Joints(), mirror), level, nil
}
