package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"knead/body"
)

const (
	maxCellCM2 = 1.2  // a promise of package body
	splitCM2   = 1.10 // a quad above this at rest is cut; leaves room for what posing stretches
	bentCM2    = 0.95 // the same near shoulder and elbow, where posing stretches more
	hiddenSky  = 0.03 // a cell whose corners all see less of the sky than this is hidden
)

// Layout cuts the skin into cells: a base quad, its quarters or its sixteenths. It
// is worked out on the rest skin of the neutral figure before any edit, so that
// ids stay the same when pose and look improve. Right cells come first, in the
// order of the source's quads and of the children's corners; left cells follow in
// the order of their mirror cells.
type Layout struct {
	Half   int
	Facets [][]int32 // facets (after two subdivisions) of each right cell
	Cell   []int32   // facet -> cell, both sides
}

// NewLayout wants the rest skin, its vertex mirror map, its joints and the twice refined skin.
func NewLayout(m *Mesh, mirror []int32, joints map[string]Vec, fine *Mesh) (*Layout, error) {
	area := facetAreas(fine)
	partner, err := mirrorQuads(m, mirror)
	if err != nil {
		return nil, err
	}
	l := &Layout{Cell: make([]int32, len(fine.Q))}
	type cut struct{ first, level int }
	cuts := map[int]cut{}
	for f, q := range m.Q {
		if quadX(m, q) > 0 {
			continue
		}
		level, split := 0, splitCM2
		if p := m.P[q[0]]; p.Dist(joints["r-shoulder"]) < 1.5 || p.Dist(joints["r-elbow"]) < 1 {
			split = bentCM2
		}
		if sum(area[16*f:16*f+16]) > split {
			level = 1
			for k := range 4 {
				if sum(area[16*f+4*k:16*f+4*k+4]) > split {
					level = 2
				}
			}
		}
		cuts[f] = cut{len(l.Facets), level}
		per := 16 >> (2 * level)
		for k := range 1 << (2 * level) {
			var facets []int32
			for i := 16*f + k*per; i < 16*f+(k+1)*per; i++ {
				l.Cell[i] = int32(len(l.Facets))
				facets = append(facets, int32(i))
			}
			l.Facets = append(l.Facets, facets)
		}
	}
	l.Half = len(l.Facets)
	if 2*l.Half > math.MaxUint16 {
		return nil, fmt.Errorf("%d cells do not fit 16 bits", 2*l.Half)
	}
	// A mirrored quad runs the other way round: child k touches corner k, so child
	// k of the left quad is child (off-k) of the right one, and within a child the
	// corners 1 and 3 change places.
	flip := [4]int{0, 3, 2, 1}
	for f, q := range m.Q {
		if quadX(m, q) <= 0 {
			continue
		}
		g := partner[f]
		off := slices.Index(m.Q[g][:], mirror[q[0]])
		for k := range 16 {
			twin := ((off-k/4+4)&3)*4 + flip[k%4]
			l.Cell[16*f+k] = l.Cell[16*int(g)+twin] + int32(l.Half)
		}
	}
	return l, nil
}

func quadX(m *Mesh, q [4]int32) float64 {
	return m.P[q[0]][0] + m.P[q[1]][0] + m.P[q[2]][0] + m.P[q[3]][0]
}

func sum(a []float64) (s float64) {
	for _, x := range a {
		s += x
	}
	return s
}

// facetAreas gives the area of each facet in cm2.
func facetAreas(m *Mesh) []float64 {
	out := make([]float64, len(m.Q))
	for i, q := range m.Q {
		out[i] = 50 * m.P[q[2]].Sub(m.P[q[0]]).Cross(m.P[q[3]].Sub(m.P[q[1]])).Len()
	}
	return out
}

func mirrorQuads(m *Mesh, mirror []int32) ([]int32, error) {
	key := func(q [4]int32) [4]int32 { slices.Sort(q[:]); return q }
	at := map[[4]int32]int32{}
	for f, q := range m.Q {
		at[key(q)] = int32(f)
	}
	out := make([]int32, len(m.Q))
	for f, q := range m.Q {
		var twin [4]int32
		for k, v := range q {
			twin[k] = mirror[v]
		}
		g, ok := at[key(twin)]
		if !ok || int(g) == f {
			return nil, errors.New("a quad has no mirror image")
		}
		out[f] = g
	}
	return out, nil
}

// Cell is what is known about a cell of the right side; lengths in cm.
type Cell struct {
	Centre, Normal Vec
	Area           float64
	At             body.Coord
	Hidden         bool
	Neighbours     []int32 // both sides
}

// Cells measures the cells on the posed neutral figure. soles is the height (dm)
// that becomes y = 0.
func (l *Layout) Cells(posed *Mesh, rest []Vec, normals []Vec, sky []float64, ch *Chart, soles float64) ([]Cell, error) {
	area := facetAreas(posed)
	out := make([]Cell, l.Half)
	for i, facets := range l.Facets {
		c := &out[i]
		c.Hidden = true
		var r Vec
		for _, f := range facets {
			c.Area += area[f]
			for _, v := range posed.Q[f] {
				c.Centre = c.Centre.Add(posed.P[v])
				r = r.Add(rest[v])
				c.Normal = c.Normal.Add(normals[v])
				c.Hidden = c.Hidden && sky[v] <= hiddenSky
			}
		}
		n := 1 / float64(4*len(facets))
		c.Centre, r, c.Normal = c.Centre.Mul(n), r.Mul(n), c.Normal.Norm()
		c.At = ch.At(r, c.Centre, c.Normal)
		c.Centre[1] -= soles
		c.Centre = c.Centre.Mul(10)
		if c.Area > maxCellCM2 {
			return nil, fmt.Errorf("cell %d has %.3f cm2: lower splitCM2, which changes the cells' version", i, c.Area)
		}
	}
	l.join(posed, out)
	return out, nil
}

// join finds the cells that share an edge.
func (l *Layout) join(m *Mesh, cells []Cell) {
	type edge [2]int32
	last := map[edge]int32{}
	for f, q := range m.Q {
		for k := range q {
			e := edge{min(q[k], q[(k+1)&3]), max(q[k], q[(k+1)&3])}
			g, ok := last[e]
			if !ok {
				last[e] = int32(f)
				continue
			}
			a, b := l.Cell[f], l.Cell[g]
			for range 2 {
				if a != b && int(a) < l.Half && !slices.Contains(cells[a].Neighbours, b) {
					cells[a].Neighbours = append(cells[a].Neighbours, b)
				}
				a, b = b, a
			}
		}
	}
	for i := range cells {
		slices.Sort(cells[i].Neighbours)
	}
}
