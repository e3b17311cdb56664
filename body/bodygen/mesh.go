package main

import (
	"math"
	"slices"
)

// Mesh is a quad mesh of the skin.
type Mesh struct {
	P []Vec
	Q [][4]int32
}

// Skin returns the body group. Its vertices are the first 13,380 of the file.
func (s *Source) Skin() *Mesh {
	m := &Mesh{Q: s.Groups["body"]}
	var last int32
	for _, q := range m.Q {
		for _, v := range q {
			last = max(last, v)
		}
	}
	m.P = slices.Clone(s.V[:last+1])
	return m
}

// MirrorMap pairs each vertex with its mirror image by position and reports the
// worst distance. It must be made on the symmetric base shape.
func MirrorMap(p []Vec) (mirror []int32, worst float64) {
	type key [3]int32
	const cell = 0.02
	at := func(v Vec) key {
		return key{int32(math.Floor(v[0] / cell)), int32(math.Floor(v[1] / cell)), int32(math.Floor(v[2] / cell))}
	}
	grid := map[key][]int32{}
	for i, v := range p {
		grid[at(v)] = append(grid[at(v)], int32(i))
	}
	mirror = make([]int32, len(p))
	for i, v := range p {
		m := v.MirrorX()
		k, best, bd := at(m), int32(-1), math.Inf(1)
		for dx := int32(-1); dx <= 1; dx++ {
			for dy := int32(-1); dy <= 1; dy++ {
				for dz := int32(-1); dz <= 1; dz++ {
					for _, c := range grid[key{k[0] + dx, k[1] + dy, k[2] + dz}] {
						if d := p[c].Dist(m); d < bd {
							best, bd = c, d
						}
					}
				}
			}
		}
		mirror[i] = best
		worst = math.Max(worst, bd)
	}
	return mirror, worst
}

// Symmetrise averages every vertex with its mirror image and reports how far
// the worst pair was apart (some morph targets are not symmetric).
func Symmetrise(p []Vec, mirror []int32) (worst float64) {
	for i, m := range mirror {
		if int(m) >= i {
			worst = math.Max(worst, p[i].Dist(p[m].MirrorX()))
			a := p[i].Add(p[m].MirrorX()).Mul(0.5)
			if int(m) == i {
				a[0] = 0
			}
			p[i], p[m] = a, a.MirrorX()
		}
	}
	return worst
}

// Neighbours lists the edge neighbours of each vertex.
func (m *Mesh) Neighbours() [][]int32 {
	n := make([][]int32, len(m.P))
	for _, q := range m.Q {
		for k := range q {
			a, b := q[k], q[(k+1)&3]
			if !slices.Contains(n[a], b) {
				n[a] = append(n[a], b)
				n[b] = append(n[b], a)
			}
		}
	}
	return n
}

// Normals are area-weighted vertex normals.
func (m *Mesh) Normals() []Vec {
	n := make([]Vec, len(m.P))
	for _, q := range m.Q {
		d := m.P[q[2]].Sub(m.P[q[0]]).Cross(m.P[q[3]].Sub(m.P[q[1]]))
		for _, v := range q {
			n[v] = n[v].Add(d)
		}
	}
	for i := range n {
		n[i] = n[i].Norm()
	}
	return n
}
