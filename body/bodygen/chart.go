package main

import (
	"fmt"
	"math"
	"slices"

	"knead/body"
)

// spine gives the height (dm, neutral figure) of each level's spinous process.
var spine = []float64{
	5.72, 5.50, 5.27, 5.04, 4.81, 4.58, 4.35, 4.11, 3.87, 3.63, 3.38, 3.12, 2.85,
	2.56, 2.26, 1.95, 1.63, 1.33, 1.13, 0.95, 0.78, 0.61, 0.30,
}

// LevelOf turns a height into a spine level; it goes on evenly at both ends.
func LevelOf(y float64) float64 {
	n := len(spine)
	if y >= spine[0] {
		return (spine[0] - y) / 0.22
	}
	for i := 1; i < n; i++ {
		if y >= spine[i] {
			return float64(i-1) + (spine[i-1]-y)/(spine[i-1]-spine[i])
		}
	}
	return float64(n-1) + (spine[n-1]-y)/0.20
}

// table interpolates (Catmull-Rom) between knots sorted by their first number.
type table [][2]float64

func (t table) at(x float64) float64 {
	n := len(t)
	if x <= t[0][0] {
		return t[0][1]
	}
	for i := 1; i < n; i++ {
		if x <= t[i][0] {
			h := t[i][0] - t[i-1][0]
			slope := func(k int) float64 {
				lo, hi := max(0, k-1), min(n-1, k+1)
				return (t[hi][1] - t[lo][1]) / (t[hi][0] - t[lo][0])
			}
			u := (x - t[i-1][0]) / h
			m0, m1 := slope(i-1)*h, slope(i)*h
			u2, u3 := u*u, u*u*u
			return (2*u3-3*u2+1)*t[i-1][1] + (u3-2*u2+u)*m0 + (3*u2-2*u3)*t[i][1] + (u3-u2)*m1
		}
	}
	return t[n-1][1]
}

// smooth irons the values; the ends stay.
func (t table) smooth(rounds int) {
	for range rounds {
		o := slices.Clone(t)
		for i := 1; i+1 < len(t); i++ {
			t[i][1] = (o[i-1][1] + 2*o[i][1] + o[i+1][1]) / 4
		}
	}
}

var (
	// lower edge of the head: height over azimuth (chin, jaw angle, mastoid, nuchal line)
	jawLine = table{{0, 6.27}, {30, 6.33}, {60, 6.48}, {80, 6.60}, {100, 6.66}, {120, 6.72}, {150, 6.90}, {180, 6.97}}
	// upper edge of the thigh: height over the angle round the hip (0 front, 90 lateral)
	groinLine = table{{-180, -0.46}, {-135, -0.44}, {-90, -0.30}, {-45, 0.10}, {0, 0.62}, {40, 0.78}, {90, 0.28}, {135, -0.22}, {180, -0.46}}
)

// Chart works out surface coordinates on the neutral figure.
type Chart struct {
	j, jp            map[string]Vec
	trunkA, trunkB   table // half width, half depth over height
	trunkZ           table // middle of the depth over height
	rays             [6][5]Vec
	footLo, footHi   float64
	footHeel, footAx Vec
}

func NewChart(b *Body) *Chart {
	c := &Chart{j: b.J, jp: b.JP}
	// Cross-sections of the trunk, from the rest skin without arms.
	for y := -0.6; y <= 5.9; y += 0.1 {
		a, zl, zh := 0.0, math.Inf(1), math.Inf(-1)
		for i, p := range b.Rest.P {
			if math.Abs(p[1]-y) > 0.13 || isArmSide(p) || b.Leg[i] > 0.6 && y < -0.3 {
				continue
			}
			a = math.Max(a, math.Abs(p[0]))
			zl, zh = math.Min(zl, p[2]), math.Max(zh, p[2])
		}
		c.trunkA = append(c.trunkA, [2]float64{y, a})
		c.trunkB = append(c.trunkB, [2]float64{y, (zh - zl) / 2})
		c.trunkZ = append(c.trunkZ, [2]float64{y, (zh + zl) / 2})
	}
	c.trunkA.smooth(6)
	c.trunkB.smooth(6)
	c.trunkZ.smooth(6)
	// Hand bones at rest, where the fingers are spread: wrist, knuckle, joints, tip.
	w := b.J["l-hand"]
	for f := 1; f <= 5; f++ {
		k := func(n int) Vec { return b.J[fmt.Sprintf("l-finger-%d-%d", f, n)] }
		root := w.Lerp(k(1), 0.12)
		if f == 1 { // the thumb's metacarpal runs from its joint 1 to 2
			c.rays[f] = [5]Vec{w, k(1), k(2), k(3), k(4)}
		} else {
			c.rays[f] = [5]Vec{root, k(1), k(2), k(3), k(4)}
		}
	}
	// Foot: along the line from the ankle to the second toe.
	c.footAx = b.JP["l-toe-2-4"].Sub(b.JP["l-ankle"])
	c.footAx[1] = 0
	c.footAx = c.footAx.Norm()
	c.footHeel = b.JP["l-ankle"]
	c.footLo, c.footHi = math.Inf(1), math.Inf(-1)
	for i, p := range b.Posed.P {
		if p[0] > 0 && b.Rest.P[i][1] < b.J["l-ankle"][1] {
			s := p.Sub(c.footHeel).Dot(c.footAx)
			c.footLo, c.footHi = math.Min(c.footLo, s), math.Max(c.footHi, s)
		}
	}
	return c
}

// isArmSide: outside a nearly upright plane through acromion and axilla, at rest.
func isArmSide(p Vec) bool { return armPlane(p) > 0 }

func armPlane(p Vec) float64 { return math.Abs(p[0]) + 0.12*(p[1]-5.02) - 1.48 }

// round gives the angle of v about the downward axis d: 0 front, 90 lateral.
func round(v, d Vec) float64 {
	front := Vec{0, 0, 1}
	front = front.Sub(d.Mul(front.Dot(d))).Norm()
	lat := Vec{1, 0, 0}
	lat = lat.Sub(d.Mul(lat.Dot(d))).Sub(front.Mul(lat.Dot(front))).Norm()
	return Deg(math.Atan2(v.Dot(lat), v.Dot(front)))
}

// At gives the coordinates of a skin point from its places at rest and posed.
func (c *Chart) At(rest, posed, n Vec) body.Coord {
	if rest[0] < 0 {
		rest, posed, n = rest.MirrorX(), posed.MirrorX(), n.MirrorX()
	}
	return c.at(rest, posed, n)
}

func (c *Chart) at(r, p, n Vec) body.Coord {
	if isArmSide(r) && r[1] > -1 {
		return c.arm(p, r)
	}
	hd := c.j["head"]
	v := r.Sub(hd)
	az := Deg(math.Atan2(v[0], v[2]))
	if r[1] > jawLine.at(az) {
		el := Deg(math.Atan2(v[1], math.Hypot(v[0], v[2])))
		return body.Coord{Part: body.Head, V: [3]float64{az, el}}
	}
	base := neckBase(r)
	if r[1] > base {
		ax := c.j["neck"].Lerp(hd, Clamp((r[1]-c.j["neck"][1])/(hd[1]-c.j["neck"][1]), -0.3, 1))
		a := Deg(math.Atan2(r[0], r[2]-ax[2]+0.02))
		top := jawLine.at(az)
		return body.Coord{Part: body.Neck, V: [3]float64{(r[1] - base) / (top - base), a}}
	}
	hip := c.j["l-upper-leg"]
	if r[1] < 1.0 {
		ha := Deg(math.Atan2(r[0]-hip[0], r[2]-hip[2]))
		if r[1] < groinLine.at(ha)-0.25*Smooth(0.16, 0.02, r[0])*Smooth(-0.6, -0.3, r[1]) {
			return c.leg(p, n)
		}
	}
	a, b, z := c.trunkA.at(r[1]), c.trunkB.at(r[1]), c.trunkZ.at(r[1])
	t := Deg(math.Atan2(r[0]/a, (r[2]-z)/b))
	return body.Coord{Part: body.Trunk, V: [3]float64{LevelOf(r[1]), t, r[0] * 10}}
}

// neckBase is the height of the neck's lower edge above or below a rest point.
func neckBase(r Vec) float64 {
	return 5.585 - 0.319*r[2] + 0.45*Smooth(0.28, 0.75, math.Abs(r[0]))
}

func (c *Chart) arm(p, r Vec) body.Coord {
	sh, el, wr := c.jp["l-shoulder"], c.jp["l-elbow"], c.jp["l-hand"]
	rs, re, rw := c.j["l-shoulder"], c.j["l-elbow"], c.j["l-hand"]
	tf, _ := segParam(r, re, rw)
	tu, _ := segParam(r, rs, re)
	// the elbow is cut by the plane that halves its angle
	if r.Sub(re).Dot(rw.Sub(re).Norm().Add(re.Sub(rs).Norm())) < 0 {
		d := el.Sub(sh).Norm()
		return body.Coord{Part: body.UpperArm, V: [3]float64{tu, round(p.Sub(sh), d)}}
	}
	if tf < 1 {
		d := wr.Sub(el).Norm()
		return body.Coord{Part: body.Forearm, V: [3]float64{math.Max(tf, 0), round(p.Sub(el), d)}}
	}
	return c.hand(r)
}

func (c *Chart) hand(p Vec) body.Coord {
	palm := palmNormal(c.j)
	best := math.Inf(1)
	out := body.Coord{Part: body.Hand}
	for f := 1; f <= 5; f++ {
		for s := range 4 {
			a, b := c.rays[f][s], c.rays[f][s+1]
			t, d := segParam(p, a, b)
			if d < best {
				best = d
				q := a.Lerp(b, Clamp(t, 0, 1))
				v := p.Sub(q)
				ax := b.Sub(a).Norm()
				up := palm.Sub(ax.Mul(palm.Dot(ax))).Norm()
				out.V = [3]float64{float64(f), float64(s) + Clamp(t, 0, 0.9999), Deg(math.Acos(Clamp(v.Norm().Dot(up), -1, 1)))}
			}
		}
	}
	return out
}

func (c *Chart) leg(p, n Vec) body.Coord {
	hip, kn, an := c.jp["l-upper-leg"], c.jp["l-knee"], c.jp["l-ankle"]
	if p[1] > kn[1] {
		t, _ := segParam(p, hip, kn)
		return body.Coord{Part: body.Thigh, V: [3]float64{t, round(p.Sub(hip), kn.Sub(hip).Norm())}}
	}
	if p[1] > an[1] {
		t, _ := segParam(p, kn, an)
		return body.Coord{Part: body.Leg, V: [3]float64{t, round(p.Sub(kn), an.Sub(kn).Norm())}}
	}
	v := p.Sub(c.footHeel)
	l := (v.Dot(c.footAx) - c.footLo) / (c.footHi - c.footLo)
	side := v.Dot(Vec{c.footAx[2], 0, -c.footAx[0]}) // lateral of the axis
	half := table{{0, 0.30}, {0.25, 0.36}, {0.7, 0.50}, {0.85, 0.48}, {1, 0.40}}.at(l)
	return body.Coord{Part: body.Foot, V: [3]float64{l, Clamp(0.5+side/(2*half), 0, 1), Deg(math.Acos(Clamp(n[1], -1, 1)))}}
}
