package main

import (
	"math"
	"strings"
)

// Camera is an orthographic camera. Right and Up are unit vectors of the picture,
// Dir looks from the eye into the scene.
type Camera struct {
	Name, Title    string
	RightOn        string // where the figure's right is seen
	Right, Up, Dir Vec
	Centre         Vec     // drawn in the middle
	Scale          float64 // view units per dm
	W, H           int
	Keep           func(rest Vec) bool // what to draw, asked at every sample of the neutral rest skin; nil = all
	Even           bool                // the figure is its own mirror image here
	MirrorOf       string              // the view that shows the same from the other side
}

// Project gives picture coordinates (view units, y down) and depth (smaller = nearer).
func (c *Camera) Project(p Vec) (x, y, z float64) {
	q := p.Sub(c.Centre)
	return float64(c.W)/2 + q.Dot(c.Right)*c.Scale, float64(c.H)/2 - q.Dot(c.Up)*c.Scale, q.Dot(c.Dir)
}

// level gives the camera a horizontal look: az 0 looks at the front, 90 at the figure's left.
func level(c Camera, az float64) Camera {
	s, co := math.Sincos(Rad(az))
	c.Right, c.Up, c.Dir = Vec{co, 0, -s}, Vec{0, 1, 0}, Vec{-s, 0, -co}
	return c
}

// cameras of a figure. What is kept in a view is asked of the neutral figure (b);
// centres and scale follow the figure that is drawn.
func cameras(b, drawn *Body) []Camera {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range drawn.Posed.P {
		lo, hi = math.Min(lo, p[1]), math.Max(hi, p[1])
	}
	const front, back, left, right = 0, 180, 90, -90
	whole := Camera{Centre: Vec{0, (lo + hi) / 2, 0.3}, Scale: 1395 / (hi - lo), W: 700, H: 1480}
	side := whole
	side.W = 560
	var out []Camera
	add := func(c Camera, name, title, rightOn string) {
		c.Name, c.Title, c.RightOn = name, title, rightOn
		c.Even = c.Keep == nil && (rightOn == "left" || rightOn == "right")
		if rightOn == "none" {
			c.MirrorOf = strings.Replace(name, "left", "right", 1)
		}
		out = append(out, c)
	}
	add(level(whole, front), "front", "Front", "left")
	add(level(whole, back), "back", "Back", "right")
	add(level(side, left), "left", "Left side", "none")
	add(level(side, right), "right", "Right side", "all")

	head := Camera{Centre: drawn.JP["head"].Add(Vec{0, -0.14, -0.09}), Scale: 170, W: 640, H: 640}
	add(level(head, front), "head-front", "Face and throat", "left")
	add(level(head, back), "head-back", "Back of the head and neck", "right")
	add(level(head, left), "head-left", "Left side of the head", "none")
	add(level(head, right), "head-right", "Right side of the head", "all")

	elbow, wrist := b.J["r-elbow"], b.J["r-hand"]
	hand := Camera{Centre: drawn.JP["r-hand"].Lerp(drawn.JP["r-finger-3-4"], 0.52), Scale: 290, W: 520, H: 720}
	hand.Keep = func(p Vec) bool {
		t, d := segParam(p, elbow, wrist)
		return p[0] < -3 && p[1] < 3.5 && t > 0.80 && d < 3
	}
	add(level(hand, front), "hand-palmar", "Palm of the right hand", "all")
	add(level(hand, back), "hand-dorsal", "Back of the right hand", "all")

	foot := Camera{Centre: drawn.JP["r-ankle"].Lerp(drawn.JP["r-toe-3-1"], 0.62), Scale: 250, W: 420, H: 720, Up: Vec{0, 0, 1}}
	foot.Keep = func(p Vec) bool { return p[1] < -7.05 && p[0] < 0 }
	foot.Right, foot.Dir = Vec{-1, 0, 0}, Vec{0, -1, 0}
	add(foot, "foot-dorsal", "Top of the right foot", "all")
	foot.Right, foot.Dir = Vec{1, 0, 0}, Vec{0, 1, 0}
	add(foot, "foot-plantar", "Sole of the right foot", "all")

	hip := drawn.JP["r-upper-leg"]
	leg := Camera{Scale: whole.Scale, W: 420, H: 900}
	leg.Centre = Vec{hip[0], lo + 430/leg.Scale, hip[2]}
	leg.Keep = func(p Vec) bool {
		return p[0] < 0 && legPlane(p) < 0 && !isArmSide(p) || p[0] < 0 && p[1] < -2 && p[0] > -3
	}
	add(level(leg, left), "inner-leg", "Inner side of the right leg", "all")

	noArm := level(side, right)
	noArm.Keep = func(p Vec) bool { return p[0] > 0 || armPlane(p) < -0.02 || p[1] < 1 && p[0] > -2.2 }
	add(noArm, "right-no-arm", "Right side without the arm", "all")
	return out
}

// legPlane is below zero on the leg at rest: a slanting cut along the groin.
func legPlane(p Vec) float64 { return p[1] + 0.05 - 0.55*(math.Abs(p[0])-0.2) }
