package main

import "math"

// flattenNipples irons the skin round the foremost point of each breast.
func flattenNipples(m *Mesh, nb [][]int32, mirror []int32) {
	tip := -1
	for i, p := range m.P {
		if p[0] > 0.5 && p[0] < 1.6 && p[1] > 3.3 && p[1] < 4.5 && (tip < 0 || p[2] > m.P[tip][2]) {
			tip = i
		}
	}
	c := m.P[tip]
	w := make([]float64, len(m.P))
	for i, p := range m.P {
		w[i] = Smooth(0.80, 0.42, p.Dist(c)) * Smooth(0.05, 0.25, p[0]) // the midline stays
	}
	for range 500 {
		q := make([]Vec, len(m.P))
		copy(q, m.P)
		for i := range m.P {
			if w[i] > 0 {
				var s Vec
				for _, k := range nb[i] {
					s = s.Add(m.P[k])
				}
				q[i] = m.P[i].Lerp(s.Mul(1/float64(len(nb[i]))), 0.8*w[i])
			}
		}
		m.P = q
	}
	for i, k := range mirror {
		if m.P[i][0] > 0 {
			m.P[k] = m.P[i].MirrorX()
		}
	}
}

// calmMouth closes the lips (subdivision draws them apart by half a millimetre,
// and a side view would show daylight through the mouth) and gives the straight
// line between them a bow: a dip in the middle, a rise beside it.
func calmMouth(m *Mesh) {
	c := Vec{0, 6.66, 1.45}
	for i, p := range m.P {
		if p[2] < 0.9 {
			continue
		}
		near := Smooth(0.50, 0.15, p.Dist(c))
		x := math.Abs(p[0])
		if p[1] < 6.688+0.10*x {
			m.P[i][1] += 0.007 * near
		}
		m.P[i][1] += near * (0.006*math.Exp(-sq((x-0.15)/0.08)) - 0.008*math.Exp(-sq(x/0.09)))
	}
}

// softenFace lets some sky into mouth corners and lid folds, which would else be
// drawn as black slots.
func softenFace(sky []float64, rest []Vec, j map[string]Vec) {
	mouth := Vec{0, 6.68, 1.35}
	for i, p := range rest {
		p[0] = math.Abs(p[0])
		w := math.Max(Smooth(0.42, 0.22, p.Dist(mouth)), Smooth(0.34, 0.2, p.Dist(j["l-eye"])))
		if w > 0 {
			sky[i] = math.Max(sky[i], 0.62*w)
		}
	}
}
