package main

// Model is a subdivided figure ready for drawing: one vertex list, several things
// known about each vertex.
type Model struct {
	*Layout

	M      *Mesh     // posed, of the figure drawn
	N      []Vec     // its normals
	Drape  []Vec     // normals of the ironed skin: how cloth lies over it
	Dress  []Vec     // where the cloth's cut is asked: the rest skin, at the drawn figure's own level
	Rest   []Vec     // the same vertices at rest on the neutral figure, where coordinates live
	Sky    []float64 // share of the sky a vertex sees, 0..1
	Relief []float64 // furrow (-) or ridge (+), about -0.3..0.2
	Arm    []float64 // weight of the arm, 0..1
	Lines  []Line    // landmarks, laid on the neutral figure
}

// newModel builds a figure for drawing. Relief is found at three scales: wrinkles,
// muscles, masses.
func newModel(b, drawn *Body, lay *Layout, dirs int) *Model {
	rest1 := b.Rest.Refine()
	rest2 := rest1.Refine()
	pose1 := drawn.Posed.Refine()
	pose2 := pose1.Refine()
	md := &Model{M: pose2, Rest: rest2.P, Layout: lay}
	md.Dress = dress(rest2.P, drawn.Rest.Refine().Refine().P)
	md.Arm = RefineScalar(rest1, rest2, RefineScalar(b.Rest, rest1, b.Arm))
	md.N = pose2.Normals()
	n1, nb1 := pose1.Normals(), pose1.Neighbours()
	ironedSkin := &Mesh{P: smoothed(pose1.P, nb1, 90), Q: pose1.Q}
	md.Drape = ironedSkin.Refine().Normals()
	md.Sky = RefineScalar(pose1, pose2, SmoothScalar(Occlusion(pose1, n1, dirs, 700), nb1, 2))
	fine, mid, wide := Curvature(pose1, n1, nb1, 5), Curvature(pose1, n1, nb1, 30), Curvature(pose1, n1, nb1, 120)
	for i := range fine {
		fine[i] = Clamp(5*fine[i], -0.12, 0.06) + Clamp(2.0*mid[i], -0.10, 0.07) + Clamp(0.45*wide[i], -0.06, 0.06)
	}
	md.Relief = RefineScalar(pose1, pose2, SmoothScalar(fine, nb1, 2))
	return md
}

// carve lifts the skin along the landmark lines, for the pictures alone: the bones
// and muscles that a hand would find. height is in mm.
func (md *Model) carve(height []float64) {
	for i, h := range height {
		if h != 0 {
			md.M.P[i] = md.M.P[i].Add(md.N[i].Mul(0.01 * h))
			md.Relief[i] += 0.022 * h
		}
	}
	md.N = md.M.Normals()
}
