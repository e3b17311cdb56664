package main

import "math"

// Vec is a point or a direction. The generator works in decimetres, the unit of
// the source; what it writes is in centimetres. +x is the figure's left, +y up,
// +z forward.
type Vec [3]float64

func (a Vec) Add(b Vec) Vec             { return Vec{a[0] + b[0], a[1] + b[1], a[2] + b[2]} }
func (a Vec) Sub(b Vec) Vec             { return Vec{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }
func (a Vec) Mul(s float64) Vec         { return Vec{a[0] * s, a[1] * s, a[2] * s} }
func (a Vec) Dot(b Vec) float64         { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }
func (a Vec) Len() float64              { return math.Sqrt(a.Dot(a)) }
func (a Vec) Lerp(b Vec, t float64) Vec { return a.Add(b.Sub(a).Mul(t)) }
func (a Vec) MirrorX() Vec              { return Vec{-a[0], a[1], a[2]} }
func (a Vec) Dist(b Vec) float64        { return a.Sub(b).Len() }
func (a Vec) Cross(b Vec) Vec {
	return Vec{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

func (a Vec) Norm() Vec {
	l := a.Len()
	if l == 0 {
		return a
	}
	return a.Mul(1 / l)
}

// Rotate turns p about the axis (unit) through c by ang radians (Rodrigues).
func Rotate(p, c, axis Vec, ang float64) Vec {
	v := p.Sub(c)
	s, co := math.Sincos(ang)
	r := v.Mul(co).Add(axis.Cross(v).Mul(s)).Add(axis.Mul(axis.Dot(v) * (1 - co)))
	return c.Add(r)
}

// Smooth is the cubic smoothstep from 0 at a to 1 at b (a may exceed b).
func Smooth(a, b, x float64) float64 {
	t := Clamp((x-a)/(b-a), 0, 1)
	return t * t * (3 - 2*t)
}

func Clamp(x, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, x)) }
func Deg(r float64) float64           { return r * 180 / math.Pi }
func Rad(d float64) float64           { return d * math.Pi / 180 }
