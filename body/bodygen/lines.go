package main

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"knead/body"
)

//go:embed landmarks.txt
var landmarkText string

// Line is a landmark of the right side, laid on the neutral posed figure.
type Line struct {
	Name          string // "" is relief alone
	Height, Width float64
	Spot          bool
	Midline       bool
	Vertex        []int32 // nearest vertex of each step
	Off           []Vec   // from that vertex to the step
	P             []Vec   // the steps, dm
}

// places lets coordinates be found on the finely divided neutral figure.
type places struct {
	p, n   []Vec
	at     []body.Coord
	byPart [body.NumParts][]int32 // vertices of the right side
}

func newPlaces(md *Model, ch *Chart) *places {
	pl := &places{p: md.M.P, n: md.N, at: make([]body.Coord, len(md.M.P))}
	for i := range pl.p {
		if md.Rest[i][0] > 1e-9 || md.Sky[i] <= hiddenSky {
			continue
		}
		pl.at[i] = ch.At(md.Rest[i], pl.p[i], pl.n[i])
		pl.byPart[pl.at[i].Part] = append(pl.byPart[pl.at[i].Part], int32(i))
	}
	return pl
}

func (pl *places) find(c body.Coord) int32 {
	best, gap := int32(-1), math.Inf(1)
	for _, i := range pl.byPart[c.Part] {
		if g := pl.at[i].Gap(c); g < gap {
			best, gap = i, g
		}
	}
	return best
}

func (pl *places) nearest(p Vec) int32 {
	best, gap := int32(-1), math.Inf(1)
	for part := range pl.byPart {
		for _, i := range pl.byPart[part] {
			if g := pl.p[i].Sub(p).Dot(pl.p[i].Sub(p)); g < gap {
				best, gap = i, g
			}
		}
	}
	return best
}

// parseLines reads landmarks.txt.
func (pl *places) parseLines(text string) ([]Line, error) {
	var out []Line
	for n, row := range strings.Split(text, "\n") {
		row, _, _ = strings.Cut(row, "#")
		if strings.TrimSpace(row) == "" {
			continue
		}
		l, err := pl.parseLine(row)
		if err != nil {
			return nil, fmt.Errorf("landmarks.txt:%d: %w", n+1, err)
		}
		out = append(out, l)
	}
	return out, nil
}

func (pl *places) parseLine(row string) (Line, error) {
	head, tail, _ := strings.Cut(row, ":")
	f := strings.Fields(head)
	if len(f) < 4 || (f[0] == "ring") != (len(f) == 5) {
		return Line{}, fmt.Errorf("%q: write kind, name, height, width and, for a ring, its radius", head)
	}
	num := make([]float64, 3)
	for i, s := range f[2:] {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return Line{}, err
		}
		num[i] = v
	}
	var at []body.Coord
	for s := range strings.SplitSeq(tail, ">") {
		c, err := body.ParseCoord(s)
		if err != nil {
			return Line{}, err
		}
		at = append(at, c)
	}
	l := Line{Name: strings.TrimPrefix(f[1], "-"), Height: num[0], Width: num[1], Spot: f[0] == "spot"}
	var steps []int32
	switch f[0] {
	case "line":
		steps = pl.course(at)
	case "spot":
		steps = []int32{pl.find(at[0])}
	case "ring":
		steps = pl.ring(pl.find(at[0]), num[2]/10)
	default:
		return Line{}, fmt.Errorf("%q is not line, spot or ring", f[0])
	}
	l.Midline = len(steps) > 1
	for _, i := range steps {
		l.Vertex = append(l.Vertex, i)
		l.P = append(l.P, pl.p[i])
		l.Midline = l.Midline && pl.p[i][0] > -0.05
	}
	switch f[0] {
	case "line":
		l.P = ironed(l.P, 6, false)
	case "ring":
		l.P = ironed(l.P, 2, steps[0] == steps[len(steps)-1])
	}
	for k, i := range l.Vertex {
		if l.Midline {
			l.P[k][0] = 0
		}
		l.Off = append(l.Off, l.P[k].Sub(pl.p[i]))
	}
	return l, nil
}

// course walks over the skin from place to place in steps of about 4 mm.
func (pl *places) course(at []body.Coord) []int32 {
	var out []int32
	add := func(i int32) {
		if len(out) == 0 || out[len(out)-1] != i {
			out = append(out, i)
		}
	}
	for k := 0; k+1 < len(at); k++ {
		a, b := at[k], at[k+1]
		i, j := pl.find(a), pl.find(b)
		n := 1 + int(pl.p[i].Dist(pl.p[j])/0.04)
		for s := 0; s <= n; s++ {
			t := float64(s) / float64(n)
			if a.Part != b.Part {
				add(pl.nearest(pl.p[i].Lerp(pl.p[j], t)))
				continue
			}
			c := a
			for x := range c.V {
				c.V[x] += t * (b.V[x] - a.V[x])
			}
			add(pl.find(c))
		}
	}
	return out
}

// ring walks round a vertex at a distance r (dm). On the midline it walks the right
// half alone, from top to bottom; its mirror image closes it.
func (pl *places) ring(c int32, r float64) []int32 {
	n := pl.n[c]
	side := Vec{0, 1, 0}.Cross(n).Norm()
	if side[0] > 0 {
		side = side.Mul(-1)
	}
	up := side.Cross(n).Norm()
	if up[1] < 0 {
		up = up.Mul(-1)
	}
	steps, turn := 40, 2*math.Pi
	if pl.p[c][0] > -0.05 {
		steps, turn = 20, math.Pi
	}
	var out []int32
	for k := range steps + 1 {
		s, co := math.Sincos(turn * float64(k) / float64(steps))
		i := pl.nearest(pl.p[c].Add(up.Mul(r * co)).Add(side.Mul(r * s)))
		if len(out) == 0 || out[len(out)-1] != i {
			out = append(out, i)
		}
	}
	if steps == 40 && out[len(out)-1] != out[0] {
		out = append(out, out[0])
	}
	return out
}

// ironed smooths a line; the ends of an open one stay.
func ironed(p []Vec, rounds int, ring bool) []Vec {
	for range rounds {
		q := slices.Clone(p)
		for i := 1; i+1 < len(p); i++ {
			q[i] = p[i-1].Add(p[i].Mul(2)).Add(p[i+1]).Mul(0.25)
		}
		if n := len(p); ring && n > 2 {
			q[0] = p[n-2].Add(p[0].Mul(2)).Add(p[1]).Mul(0.25)
			q[n-1] = q[0]
		}
		p = q
	}
	return p
}

// heightAt is how far (mm) the line lifts the skin at a point of the right side.
func (l *Line) heightAt(p Vec) float64 {
	w := l.Width / 10
	if l.Spot || len(l.P) == 1 {
		d := p.Dist(l.P[0]) / w
		return l.Height * math.Exp(-d*d)
	}
	var run, at float64
	best := math.Inf(1)
	for i := 0; i+1 < len(l.P); i++ {
		a, b := l.P[i], l.P[i+1]
		step := a.Dist(b)
		if step > 0 {
			t, d := segParam(p, a, b)
			if d < best {
				best, at = d, run+step*Clamp(t, 0, 1)
			}
		}
		run += step
	}
	if best > 3*w {
		return 0
	}
	h := l.Height * math.Exp(-best*best/(w*w))
	if l.P[0] != l.P[len(l.P)-1] { // an open line rises and ends gently
		soft := math.Min(run/3, 0.25)
		h *= Smooth(0, soft, at) * Smooth(0, soft, run-at)
	}
	return h
}

// lift gives the height (mm) of every vertex of the neutral figure.
func lift(md *Model, lines []Line) []float64 {
	out := make([]float64, len(md.M.P))
	for i := range lines {
		l := &lines[i]
		lo, hi := l.P[0], l.P[0]
		for _, p := range l.P {
			for c := range p {
				lo[c], hi[c] = min(lo[c], p[c]), max(hi[c], p[c])
			}
		}
		reach := 0.3 * l.Width
		for v, p := range md.M.P {
			if p[0] > 0 {
				p = p.MirrorX()
			}
			if p[0] < lo[0]-reach || p[0] > hi[0]+reach || p[1] < lo[1]-reach || p[1] > hi[1]+reach || p[2] < lo[2]-reach || p[2] > hi[2]+reach {
				continue
			}
			out[v] += l.heightAt(p)
		}
	}
	return out
}
