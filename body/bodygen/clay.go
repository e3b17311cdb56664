package main

import (
	"math"
	"slices"
)

// The middle of the clay is oklch(.790 .040 65), after the palette. Light is worked
// out as one number, the tone, and only then becomes a colour: that keeps it matte,
// and the figure within a narrow range on which paint and lines stay legible.

const (
	clayL, clayC, clayH = 0.790, 0.040, 65
	clothL, clothC      = 0.690, 0.034
	contrast            = 0.92
	deepest             = -0.27 // tone of the deepest cleft
	sectionL, sectionC  = 0.730, 0.040
)

type rgb [3]float64 // linear light

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

// gamma turns linear light into the stored scale 0..1, linear turns it back.
func gamma(x float64) float64 {
	if x <= 0.0031308 {
		return 12.92 * x
	}
	return 1.055*math.Pow(x, 1/2.4) - 0.055
}

func linear(x float64) float64 {
	if x <= 0.04045 {
		return x / 12.92
	}
	return math.Pow((x+0.055)/1.055, 2.4)
}

// sRGB is one channel as it is stored.
func sRGB(x float64) uint8 { return uint8(gamma(Clamp(x, 0, 1))*255 + 0.5) }

// material turns a tone (0 = the middle of the clay, about -0.3..0.12, steps of
// OKLab lightness) into colour; cloth is 0 for skin, 1 for cloth.
//
// Only the luma follows the tone; the colour difference of the middle stays. In
// shadow the same difference is a fuller brown, in light a paler one, as clay is,
// and a JPEG keeps a constant difference without a trace of blocks.
func material(tone, cloth float64) rgb {
	l, c := clayL+(clothL-clayL)*cloth, clayC+(clothC-clayC)*cloth
	var mid [3]float64
	for k, x := range oklch(l, c, clayH) {
		mid[k] = gamma(x)
	}
	luma := 0.299*mid[0] + 0.587*mid[1] + 0.114*mid[2]
	grey := gamma(math.Pow(math.Max(0, l+tone), 3)) + luma - gamma(l*l*l)
	keep := Smooth(0, 0.30, grey) // the deepest tones do not burn
	var out rgb
	for k := range out {
		out[k] = linear(grey + keep*(mid[k]-luma))
	}
	return out
}

// light is how a view is lit: from the upper left of the picture.
type light struct {
	key, fill, eye, up Vec
	exposure           float64
}

// light turns the lamp for a view and sets the exposure so that the median of the
// skin is the middle of the clay.
func (md *Model) light(c *Camera, buf []Frag) *light {
	eye := c.Dir.Mul(-1)
	lt := &light{
		key:      c.Right.Mul(-0.48).Add(c.Up.Mul(0.62)).Add(eye.Mul(0.62)).Norm(),
		fill:     c.Right.Mul(0.75).Add(c.Up.Mul(0.10)).Add(eye.Mul(0.65)).Norm(),
		eye:      eye,
		up:       c.Up.Add(eye.Mul(0.6)).Norm(),
		exposure: 1,
	}
	var seen []float64
	for i := 0; i < len(buf); i += 61 { // a prime step: an even sample
		if f := &buf[i]; f.Face >= 0 && !f.Back {
			e, _ := md.lit(f, lt)
			seen = append(seen, e)
		}
	}
	if len(seen) > 0 {
		slices.Sort(seen)
		lt.exposure = 1 / seen[len(seen)/2]
	}
	return lt
}

// lit is the light that a sample sends back (1 = the middle of the clay) and its cloth.
func (md *Model) lit(f *Frag, lt *light) (e, in float64) {
	n := f.Vec(md.N).Norm()
	sky, rel := f.Num(md.Sky), f.Num(md.Relief)
	cl := clothAt(f.Vec(md.Dress), f.Num(md.Arm))
	if cl.in > 0 { // cloth spans the furrows
		n = n.Lerp(f.Vec(md.Drape).Norm(), 0.7*cl.in).Norm()
		sky += (math.Max(sky, 0.82) - sky) * 0.65 * cl.in
		rel *= 1 - 0.8*cl.in
	}

	amb := math.Pow(sky, 1.25)
	k := Smooth(-0.35, 1.05, n.Dot(lt.key)) // wrapped lambert: a soft terminator
	fill := math.Max(0, 0.5+0.5*n.Dot(lt.fill))
	e = 0.66*k*(0.55+0.45*amb) + 0.18*fill*amb + 0.36*amb*(0.72+0.28*n.Dot(lt.up))
	e *= 1 + Clamp(rel, -0.30, 0.20)
	rim := 1 - 0.34*math.Pow(1-math.Max(0, n.Dot(lt.eye)), 3.2) // the drawn contour of an illustration
	return e * rim * cl.tone * lt.exposure, cl.in
}

// shade gives the colour of one sample. Lightness goes with the cube root of light.
func (md *Model) shade(f *Frag, lt *light) rgb {
	if f.Back {
		return oklch(sectionL, sectionC, clayH)
	}
	e, in := md.lit(f, lt)
	tone := contrast * (math.Cbrt(e) - 1)
	if tone < deepest/2 { // clefts stay readable: the darkest tones are pressed together
		tone = deepest - deepest/2*math.Exp((tone-deepest/2)/(-deepest/2))
	}
	return material(tone, in)
}
