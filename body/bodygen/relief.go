package main

// smoothed lets every vertex follow its neighbours for some rounds.
func smoothed(p []Vec, nb [][]int32, rounds int) []Vec {
	for range rounds {
		q := make([]Vec, len(p))
		for i := range p {
			var s Vec
			for _, k := range nb[i] {
				s = s.Add(p[k])
			}
			q[i] = p[i].Lerp(s.Mul(1/float64(len(nb[i]))), 0.6)
		}
		p = q
	}
	return p
}

// Curvature is a signed measure of how much a vertex stands out (+) or lies in a
// furrow (-), found at the scale of a few smoothing rounds.
func Curvature(m *Mesh, nrm []Vec, nb [][]int32, rounds int) []float64 {
	p := smoothed(m.P, nb, rounds)
	out := make([]float64, len(p))
	for i := range p {
		out[i] = m.P[i].Sub(p[i]).Dot(nrm[i])
	}
	return out
}

// SmoothScalar averages a value over neighbours for some rounds.
func SmoothScalar(a []float64, nb [][]int32, rounds int) []float64 {
	for range rounds {
		q := make([]float64, len(a))
		for i := range a {
			s := a[i] * 2
			for _, k := range nb[i] {
				s += a[k]
			}
			q[i] = s / float64(2+len(nb[i]))
		}
		a = q
	}
	return a
}
