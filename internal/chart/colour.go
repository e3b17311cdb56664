package chart

import (
	"image/color"
	"math"
)

// The colours of the sheets, in OKLCH (lightness, chroma, hue in degrees). The page
// has the same ones in its style sheet.
var (
	paper     = oklch(0.969, 0.009, 84)
	ink       = oklch(0.262, 0.016, 60)
	inkSoft   = oklch(0.420, 0.018, 60)
	line      = oklch(0.868, 0.014, 80)
	clay      = oklch(0.790, 0.040, 65)
	zone      = oklch(0.330, 0.054, 200)
	zoneHalo  = oklch(0.985, 0.006, 80)
	paintRim  = oklch(0.180, 0.030, 330)
	onPaint   = oklch(0.992, 0.004, 80)
	painLevel = [11]color.NRGBA{
		1: oklch(0.725, 0.098, 345), 2: oklch(0.675, 0.114, 343), 3: oklch(0.626, 0.126, 340),
		4: oklch(0.576, 0.133, 338), 5: oklch(0.526, 0.135, 335), 6: oklch(0.477, 0.133, 333),
		7: oklch(0.427, 0.127, 330), 8: oklch(0.377, 0.117, 328), 9: oklch(0.328, 0.105, 325),
		10: oklch(0.278, 0.092, 323),
	}
)

// oklch turns a colour of the OKLCH space into sRGB (Björn Ottosson's matrices).
func oklch(lightness, chroma, hue float64) color.NRGBA {
	a, b := chroma*math.Cos(hue*math.Pi/180), chroma*math.Sin(hue*math.Pi/180)
	cube := func(x float64) float64 { return x * x * x }
	l := cube(lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(lightness - 0.0894841775*a - 1.2914855480*b)
	return color.NRGBA{
		R: gamma(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		G: gamma(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		B: gamma(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
		A: 255,
	}
}

func gamma(x float64) uint8 {
	x = min(max(x, 0), 1)
	if x <= 0.0031308 {
		x *= 12.92
	} else {
		x = 1.055*math.Pow(x, 1/2.4) - 0.055
	}
	return uint8(math.Round(255 * x))
}

// faded is a colour that covers only partly, 0 <= share <= 1.
func faded(c color.NRGBA, share float64) color.NRGBA {
	c.A = uint8(math.Round(255 * share))
	return c
}
