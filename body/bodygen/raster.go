package main

import "math"

// Frag is what the rasteriser leaves at one sample: the face and where on it.
type Frag struct {
	Face       int32 // quad, -1 = background
	I0, I1, I2 int32 // vertices of the triangle
	B0, B1     float32
	Z          float32
	Back       bool // inside of the skin, seen through a cut
}

// Raster draws the quads as two triangles each into a z-buffer of
// (W*ss) x (H*ss) samples.
func Raster(m *Mesh, v *Camera, ss int, rest []Vec) []Frag {
	W, H := v.W*ss, v.H*ss
	buf := make([]Frag, W*H)
	for i := range buf {
		buf[i] = Frag{Face: -1, Z: math.MaxFloat32}
	}
	n := len(m.P)
	X, Y, Z := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, p := range m.P {
		x, y, z := v.Project(p)
		X[i], Y[i], Z[i] = x*float64(ss), y*float64(ss), z
	}
	for f, q := range m.Q {
		cut := v.Keep != nil
		if cut && !v.Keep(rest[q[0]]) && !v.Keep(rest[q[1]]) && !v.Keep(rest[q[2]]) && !v.Keep(rest[q[3]]) {
			continue
		}
		for t := range 2 {
			a, b, c := q[0], q[1+t], q[2+t]
			ax, ay, bx, by, cx, cy := X[a], Y[a], X[b], Y[b], X[c], Y[c]
			area := (bx-ax)*(cy-ay) - (cx-ax)*(by-ay)
			if area == 0 || area > 0 && !cut { // facing away (y is down)
				continue
			}
			x0 := max(0, int(math.Ceil(min(ax, bx, cx)-0.5)))
			x1 := min(W-1, int(math.Floor(max(ax, bx, cx)-0.5)))
			y0 := max(0, int(math.Ceil(min(ay, by, cy)-0.5)))
			y1 := min(H-1, int(math.Floor(max(ay, by, cy)-0.5)))
			inv := 1 / area
			for y := y0; y <= y1; y++ {
				py := float64(y) + 0.5
				for x := x0; x <= x1; x++ {
					px := float64(x) + 0.5
					w0 := ((bx-px)*(cy-py) - (cx-px)*(by-py)) * inv
					w1 := ((cx-px)*(ay-py) - (ax-px)*(cy-py)) * inv
					w2 := 1 - w0 - w1
					if w0 < -1e-9 || w1 < -1e-9 || w2 < -1e-9 {
						continue
					}
					z := float32(w0*Z[a] + w1*Z[b] + w2*Z[c])
					if d := &buf[y*W+x]; z < d.Z {
						fr := Frag{int32(f), a, b, c, float32(w0), float32(w1), z, area > 0}
						if !cut || v.Keep(fr.Vec(rest)) {
							*d = fr
						}
					}
				}
			}
		}
	}
	return buf
}

func (f *Frag) Vec(a []Vec) Vec {
	w0, w1 := float64(f.B0), float64(f.B1)
	return a[f.I0].Mul(w0).Add(a[f.I1].Mul(w1)).Add(a[f.I2].Mul(1 - w0 - w1))
}

func (f *Frag) Num(a []float64) float64 {
	w0, w1 := float64(f.B0), float64(f.B1)
	return a[f.I0]*w0 + a[f.I1]*w1 + a[f.I2]*(1-w0-w1)
}

// Occlusion gives each vertex the share of the sky it sees (0..1, cosine
// weighted), found with depth pictures from n directions on a sphere.
func Occlusion(m *Mesh, nrm []Vec, dirs, size int) []float64 {
	lo, hi := m.P[0], m.P[0]
	for _, p := range m.P {
		for c := range p {
			lo[c], hi[c] = math.Min(lo[c], p[c]), math.Max(hi[c], p[c])
		}
	}
	centre := lo.Add(hi).Mul(0.5)
	sum, tot := make([]float64, len(m.P)), make([]float64, len(m.P))
	for k := range dirs {
		// Fibonacci sphere
		y := 1 - 2*(float64(k)+0.5)/float64(dirs)
		r := math.Sqrt(1 - y*y)
		s, c := math.Sincos(float64(k) * 2.399963229728653)
		d := Vec{r * c, y, r * s} // towards the light
		up := Vec{0, 1, 0}
		if math.Abs(y) > 0.9 {
			up = Vec{0, 0, 1}
		}
		right := up.Cross(d).Norm()
		v := Camera{Right: right, Up: d.Cross(right), Dir: d.Mul(-1), Centre: centre, W: size, H: size}
		v.Scale = float64(size) / (hi.Sub(lo).Len() * 1.02)
		buf := Raster(m, &v, 1, nil)
		for i, p := range m.P {
			cs := nrm[i].Dot(d)
			if cs <= 0 {
				continue
			}
			x, yy, z := v.Project(p.Add(nrm[i].Mul(0.03)))
			w := cs * (0.65 + 0.35*d[1]) // the sky is brighter than the floor
			tot[i] += w
			xi, yi := int(x), int(yy)
			if float64(buf[yi*size+xi].Z) > z-0.035 {
				sum[i] += w
			}
		}
	}
	for i := range sum {
		if tot[i] > 0 {
			sum[i] /= tot[i]
		}
	}
	return sum
}
