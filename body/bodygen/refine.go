package main

// Refine is one Catmull-Clark step. Child k of quad f is face 4*f+k and touches
// corner k, so a cell is a block of consecutive faces at any deeper level.
func (m *Mesh) Refine() *Mesh {
	nv := len(m.P)
	type edge struct{ a, b int32 }
	key := func(a, b int32) edge {
		if a > b {
			a, b = b, a
		}
		return edge{a, b}
	}
	eid := make(map[edge]int32, 2*nv)
	var edges []edge
	var eface [][2]int32
	for f, q := range m.Q {
		for k := range q {
			e := key(q[k], q[(k+1)&3])
			id, ok := eid[e]
			if !ok {
				id = int32(len(edges))
				eid[e] = id
				edges = append(edges, e)
				eface = append(eface, [2]int32{int32(f), -1})
			} else {
				eface[id][1] = int32(f)
			}
		}
	}
	fp := make([]Vec, len(m.Q))
	for f, q := range m.Q {
		fp[f] = m.P[q[0]].Add(m.P[q[1]]).Add(m.P[q[2]]).Add(m.P[q[3]]).Mul(0.25)
	}
	out := &Mesh{P: make([]Vec, nv, nv+len(edges)+len(m.Q))}
	ep := make([]Vec, len(edges))
	sumF, sumE := make([]Vec, nv), make([]Vec, nv)
	sumB, nB := make([]Vec, nv), make([]int, nv)
	nF, nE := make([]int, nv), make([]int, nv)
	for i, e := range edges {
		mid := m.P[e.a].Add(m.P[e.b]).Mul(0.5)
		if eface[i][1] < 0 { // border (eye sockets, mouth): keep the curve
			ep[i] = mid
			for _, v := range [2]int32{e.a, e.b} {
				sumB[v] = sumB[v].Add(mid)
				nB[v]++
			}
		} else {
			ep[i] = mid.Mul(0.5).Add(fp[eface[i][0]].Add(fp[eface[i][1]]).Mul(0.25))
		}
		for _, v := range [2]int32{e.a, e.b} {
			sumE[v] = sumE[v].Add(mid)
			nE[v]++
		}
	}
	for f, q := range m.Q {
		for _, v := range q {
			sumF[v] = sumF[v].Add(fp[f])
			nF[v]++
		}
	}
	for v := range m.P {
		switch {
		case nB[v] >= 2:
			out.P[v] = m.P[v].Mul(0.5).Add(sumB[v].Mul(0.5 / float64(nB[v])))
		case nF[v] == 0:
			out.P[v] = m.P[v]
		default:
			n := float64(nE[v])
			F := sumF[v].Mul(1 / float64(nF[v]))
			R := sumE[v].Mul(1 / n)
			out.P[v] = F.Add(R.Mul(2)).Add(m.P[v].Mul(n - 3)).Mul(1 / n)
		}
	}
	out.P = append(out.P, ep...)
	out.P = append(out.P, fp...)
	for f, q := range m.Q {
		var e [4]int32
		for k := range q {
			e[k] = int32(nv) + eid[key(q[k], q[(k+1)&3])]
		}
		c := int32(nv + len(edges) + f)
		// Every child lists its old corner first, then runs round in the same sense.
		out.Q = append(out.Q,
			[4]int32{q[0], e[0], c, e[3]}, [4]int32{q[1], e[1], c, e[0]},
			[4]int32{q[2], e[2], c, e[1]}, [4]int32{q[3], e[3], c, e[2]})
	}
	return out
}

// RefineScalar carries a per-vertex attribute through Refine (linear, not smoothed).
func RefineScalar(m, fine *Mesh, a []float64) []float64 {
	out := make([]float64, len(fine.P))
	copy(out, a)
	for f, q := range m.Q {
		c := fine.Q[4*f][2]
		out[c] = (a[q[0]] + a[q[1]] + a[q[2]] + a[q[3]]) / 4
		for k := range q {
			out[fine.Q[4*f+k][1]] = (a[q[k]] + a[q[(k+1)&3]]) / 2
		}
	}
	return out
}
