package main

import "math"

// The clay is a ramp in OKLCH, after the palette: its middle is oklch(.790 .040
// 65); shadows go warmer and fuller, lights paler. Light is worked out as one
// number, the tone, and only then becomes a colour: that keeps it matte, and the
// figure within a narrow range on which paint and lines stay legible.
type rgb [3]float64 // linear light

const (
	clayL, clayC, clayH = 0.790, 0.040, 65
	clothL, clothC      = 0.695, 0.020
	sectionL, sectionC  = 0.700, 0.030
)

// oklch turns lightness, chroma and hue (degrees) into linear light.
func oklch(l, c, h float64) rgb {
	s, co := math.Sincos(Rad(h))
	a, b := c*co, c*s
	x := l + 0.3963377774*a + 0.2158037573*b
	y := l - 0.1055613458*a - 0.0638541728*b
	z := l - 0.0894841775*a - 1.2914855480*b
	x, y, z = x*x*x, y*y*y, z*z*z
	return rgb{
		4.0767416621*x - 3.3077115913*y + 0.2309699292*z,
		-1.2684380046*x + 2.6097574011*y - 0.3413193965*z,
		-0.0041960863*x - 0.7034186147*y + 1.7076147010*z,
	}
}

func (a rgb) add(b rgb) rgb       { return rgb{a[0] + b[0], a[1] + b[1], a[2] + b[2]} }
func (a rgb) scale(s float64) rgb { return rgb{a[0] * s, a[1] * s, a[2] * s} }

// sRGB is one channel as it is stored.
func sRGB(x float64) uint8 {
	x = Clamp(x, 0, 1)
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return uint8(x*255 + 0.5)
}

// material turns a tone (0 = the middle of the clay, about -0.4..0.12, steps of
// OKLab lightness) into colour; cloth is 0 for skin, 1 for cloth.
func material(tone, cloth float64) rgb {
	l := clayL + (clothL-clayL)*cloth
	c := clayC + (clothC-clayC)*cloth
	if tone < 0 { // shadow
		c += 0.020 * Smooth(0, -0.28, tone) * (1 - 0.4*cloth)
		return oklch(l+tone, c, clayH-9*Smooth(0, -0.3, tone))
	}
	return oklch(l+tone, c-0.010*Smooth(0, 0.12, tone), clayH+6*Smooth(0, 0.12, tone))
}

// light is how a view is lit: from the upper left of the picture.
type light struct{ key, fill, eye, up Vec }

func lightOf(c *Camera) light {
	eye := c.Dir.Mul(-1)
	return light{
		key:  c.Right.Mul(-0.48).Add(c.Up.Mul(0.62)).Add(eye.Mul(0.62)).Norm(),
		fill: c.Right.Mul(0.75).Add(c.Up.Mul(0.10)).Add(eye.Mul(0.65)).Norm(),
		eye:  eye,
		up:   c.Up.Add(eye.Mul(0.6)).Norm(),
	}
}

// shade gives the colour of one sample.
func (md *Model) shade(f *Frag, lt *light) rgb {
	if f.Back {
		return oklch(sectionL, sectionC, clayH)
	}
	n := f.Vec(md.N).Norm()
	sky, rel := f.Num(md.Sky), f.Num(md.Relief)
	cl := clothAt(f.Vec(md.Rest), f.Num(md.Arm))
	sky += (math.Max(sky, 0.80) - sky) * 0.55 * cl.in // cloth spans the furrows
	rel *= 1 - 0.7*cl.in

	amb := math.Pow(sky, 1.25)
	k := Smooth(-0.35, 1.05, n.Dot(lt.key)) // wrapped lambert: a soft terminator
	fill := math.Max(0, 0.5+0.5*n.Dot(lt.fill))
	e := 0.66*k*(0.55+0.45*amb) + 0.18*fill*amb + 0.36*amb*(0.72+0.28*n.Dot(lt.up))
	e *= 1 + Clamp(rel, -0.30, 0.20)
	rim := 1 - 0.34*math.Pow(1-math.Max(0, n.Dot(lt.eye)), 3.2) // the drawn contour of an illustration
	e *= rim * cl.tone
	// e is about 0.2 .. 1.2; 0.86 is the middle. Lightness goes with the cube root.
	return material(0.80*(math.Cbrt(e)-math.Cbrt(0.86)), cl.in)
}
