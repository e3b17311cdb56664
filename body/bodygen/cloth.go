package main

import "math"

// The figure wears plain briefs and a band, so that a chart can stand in a
// waiting room. Both are drawn, not modelled.
type cloth struct {
	in   float64 // 0 skin .. 1 cloth
	tone float64 // factor on the light: the hem's shadow and its seam
}

// clothAt gives the cloth at a place of the neutral rest skin (dm).
func clothAt(p Vec, arm float64) cloth {
	d := clothEdge(p, arm)
	c := cloth{in: Smooth(-0.010, 0.010, d), tone: 1}
	switch {
	case d < -0.10:
	case d < 0: // the cloth's own thickness throws a thin soft shadow on the skin
		c.tone = 1 - 0.16*Smooth(-0.10, 0, d)
	default: // a rolled hem: light on its rise, a fine seam behind it
		c.tone = 1 + 0.07*math.Exp(-sq((d-0.030)/0.024)) - 0.10*math.Exp(-sq((d-0.088)/0.016))
	}
	return c
}

func sq(x float64) float64 { return x * x }

// clothEdge is about the distance (dm) inside the cloth's edge.
func clothEdge(p Vec, arm float64) float64 {
	x := math.Abs(p[0])
	az := math.Abs(Deg(math.Atan2(p[0], p[2]-0.1))) // 0 front, 180 back
	top := 4.26 - 0.26*Smooth(35, 80, az) - 0.09*Smooth(90, 150, az)
	bot := 3.30 + 0.13*Smooth(60, 150, az)
	band := math.Min(math.Min(top-p[1], p[1]-bot), (0.42-arm)*1.5)
	back := Smooth(75, 125, az)
	waist := 1.18 + 0.10*Smooth(40, 100, az) + 0.02*back
	leg := (-0.44+0.62*x)*(1-back) + back*(-0.50+0.06*x+0.15*x*x)
	briefs := math.Min(waist-p[1], (p[1]-leg)*0.86)
	return math.Max(band, briefs)
}

// dress gives the places at which the cut is asked on a figure of another shape:
// those of the neutral rest skin, but with heights that make a level hem level on
// the figure that is drawn.
func dress(neutral, drawn []Vec) []Vec {
	const lo, hi, step = -1.5, 6.0, 0.1
	n := int((hi - lo) / step)
	rise, count := make([]float64, n), make([]float64, n)
	for i, p := range neutral {
		if k := int((p[1] - lo) / step); p[1] > lo && k < n && math.Abs(p[0]) < 1.4 {
			rise[k] += drawn[i][1] - p[1]
			count[k]++
		}
	}
	var t table
	for k := range rise {
		if count[k] > 0 {
			t = append(t, [2]float64{lo + (float64(k)+0.5)*step, rise[k] / count[k]})
		}
	}
	t.smooth(8)
	out := make([]Vec, len(neutral))
	for i, p := range neutral {
		out[i] = Vec{p[0], drawn[i][1] - t.at(p[1]), p[2]}
	}
	return out
}
