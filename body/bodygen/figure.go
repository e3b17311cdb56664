package main

import (
	"fmt"
	"maps"
)

// Shapes are weights of morph targets. Only targets that were compared with the
// CC0 originals and found equal are used (see PROVENANCE.md). There is no equal
// target of a muscular man, so his muscle is the woman's: muscular minus average.
var shapes = map[string]map[string]float64{
	"neutral":   shape(0.5, 0.35),
	"feminine":  shape(0, 0.25),
	"masculine": shape(1, 0.55),
}

var figureOrder = []string{"neutral", "feminine", "masculine"}

// lipsAtLayout is the lip closure with which the cells of version 1 were laid out.
const lipsAtLayout = 0.40

// shape mixes sex (0 female .. 1 male) and muscle (0 average .. 1 full), with the
// mean of the source's faces, lids and lips closed.
func shape(male, muscle float64) map[string]float64 {
	const macro = "macrodetails/"
	return map[string]float64{
		units + "eye-left-closure":  1,
		units + "eye-right-closure": 1,
		units + "mouth-compression": 0.10,

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

const units = "expression/units/caucasian/"

// loadFigure reads the source, gives it a shape and poses it.
func loadFigure(path, name string) (*Body, error) {
	rest, mirror, joints, err := morphed(path, shapes[name])
	if err != nil {
		return nil, err
	}
	calmMouth(rest)
	flattenNipples(rest, rest.Neighbours(), mirror)
	return NewBody(rest, joints, mirror), nil
}

// loadLayout cuts the cells on the neutral skin as it comes, without pose or edits.
func loadLayout(path string) (*Layout, error) {
	weights := maps.Clone(shapes["neutral"])
	weights[units+"mouth-compression"] = lipsAtLayout
	rest, mirror, joints, err := morphed(path, weights)
	if err != nil {
		return nil, err
	}
	return NewLayout(rest, mirror, joints, rest.Refine().Refine())
}

func morphed(path string, weights map[string]float64) (rest *Mesh, mirror []int32, joints map[string]Vec, err error) {
	src, err := LoadSource(path)
	if err != nil {
		return nil, nil, nil, err
	}
	mirror, worst := MirrorMap(src.Skin().P)
	if worst > 2e-3 {
		return nil, nil, nil, fmt.Errorf("the source is not symmetric: %g dm", worst)
	}
	if err := src.Morph(weights); err != nil {
		return nil, nil, nil, err
	}
	rest = src.Skin()
	Symmetrise(rest.P, mirror)
	return rest, mirror, src.Joints(), nil
}
