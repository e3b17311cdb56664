package body

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Shape is a piece of skin as data files write it, always for the right side:
//
//	skin trunk h T3..T9 az 62..122                      a box in the coordinates of a part
//	skin trunk poly h az: C6 80, C6 166, T1 150         a polygon in two of them
//	skin trunk ellipse h az: S2.2 164 r 2.1 6.5         an ellipse: middle and radii
//	skin head rest                                      the whole part
//	skin region infraspinous                            a region
//	spot r 1.8: head az 56 el 28                        a disc of so many cm on the skin
//	band r 2.6: neck h 0.4 az 134 > trunk h C6.6 az 138 a ribbon along a line of places
//
// Spots and bands cross from one part into the next without a seam.
type Shape struct {
	kind   shapeKind
	part   Part
	box    []span
	a, b   int          // axes of polygon and ellipse
	pts    [][2]float64 // corners; an ellipse has its middle and its radii
	lo, hi [2]float64   // of the corners
	region RegionID
	radius float64 // cm
	line   []Coord
}

type shapeKind uint8

const (
	boxShape shapeKind = iota
	polyShape
	ellipseShape
	restShape
	regionShape
	bandShape
)

// span is a stretch of one coordinate, lo included, hi not.
type span struct {
	axis   int
	lo, hi float64
}

// maxRadius bounds spots and bands, in cm (chosen: wider than any zone; a body is
// about 170 cm tall).
const maxRadius = 30

// maxPlaces bounds the corners of a polygon and the places of a band (chosen).
const maxPlaces = 64

// ParseShape reads a shape.
func ParseShape(s string) (Shape, error) {
	sh, err := parseShape(strings.Fields(s))
	if err != nil {
		return Shape{}, fmt.Errorf("shape %q: %w", s, err)
	}
	return sh, nil
}

func parseShape(f []string) (Shape, error) {
	if len(f) == 0 {
		return Shape{}, fmt.Errorf("is empty: write skin, spot or band")
	}
	switch f[0] {
	case "spot", "band":
		return parseBand(f)
	case "skin":
		if len(f) == 3 && f[1] == "region" {
			return Shape{kind: regionShape, region: RegionID(f[2])}, nil
		}
		return parseClause(f[1:])
	}
	return Shape{}, fmt.Errorf("begins with %q: write skin, spot or band", f[0])
}

// parseClause reads a shape within one part: "part axis lo..hi ...", "part poly a b: ...",
// "part ellipse a b: x y r rx ry" or "part rest".
func parseClause(f []string) (Shape, error) {
	if len(f) < 2 {
		return Shape{}, fmt.Errorf("needs a part and what it takes of it")
	}
	p, err := ParsePart(f[0])
	if err != nil {
		return Shape{}, err
	}
	sh := Shape{part: p}
	switch f[1] {
	case "rest":
		if len(f) > 2 {
			return sh, fmt.Errorf("%q after rest: rest takes the whole part", f[2])
		}
		sh.kind = restShape
		return sh, nil
	case "poly", "ellipse":
		return parseCorners(sh, f[1:])
	}
	if len(f)%2 == 0 {
		return sh, fmt.Errorf("every axis needs a stretch lo..hi")
	}
	for i := 1; i < len(f); i += 2 {
		r := span{}
		if r.axis, err = axisOf(p, f[i]); err != nil {
			return sh, err
		}
		lo, hi, ok := strings.Cut(f[i+1], "..")
		if !ok {
			return sh, fmt.Errorf("%q is not a stretch: write lo..hi", f[i+1])
		}
		if r.lo, err = ParseAxis(p, r.axis, lo); err != nil {
			return sh, err
		}
		if r.hi, err = ParseAxis(p, r.axis, hi); err != nil {
			return sh, err
		}
		if r.lo >= r.hi {
			return sh, fmt.Errorf("stretch %q does not rise: write the smaller number first", f[i+1])
		}
		if slices.ContainsFunc(sh.box, func(o span) bool { return o.axis == r.axis }) {
			return sh, fmt.Errorf("axis %s twice", f[i])
		}
		sh.box = append(sh.box, r)
	}
	return sh, nil
}

func axisOf(p Part, name string) (int, error) {
	if i := slices.Index(partAxes[p], name); i >= 0 {
		return i, nil
	}
	return 0, fmt.Errorf("%s has no axis %q, it has %s", p, name, strings.Join(partAxes[p], " "))
}

// parseCorners reads what follows "poly" or "ellipse".
func parseCorners(sh Shape, f []string) (Shape, error) {
	word, rest := f[0], strings.Join(f[1:], " ")
	axes, list, ok := strings.Cut(rest, ":")
	ax := strings.Fields(axes)
	if !ok || len(ax) != 2 {
		return sh, fmt.Errorf("write %s AXIS AXIS: numbers", word)
	}
	var err error
	if sh.a, err = axisOf(sh.part, ax[0]); err != nil {
		return sh, err
	}
	if sh.b, err = axisOf(sh.part, ax[1]); err != nil {
		return sh, err
	}
	if sh.a == sh.b {
		return sh, fmt.Errorf("%s needs two different axes", word)
	}
	if word == "ellipse" {
		return parseEllipse(sh, strings.Fields(list))
	}
	sh.kind = polyShape
	for corner := range strings.SplitSeq(list, ",") {
		n := strings.Fields(corner)
		if len(n) != 2 {
			return sh, fmt.Errorf("corner %q: write two numbers", strings.TrimSpace(corner))
		}
		var q [2]float64
		if q[0], err = ParseAxis(sh.part, sh.a, n[0]); err != nil {
			return sh, err
		}
		if q[1], err = ParseAxis(sh.part, sh.b, n[1]); err != nil {
			return sh, err
		}
		sh.pts = append(sh.pts, q)
	}
	if len(sh.pts) < 3 || len(sh.pts) > maxPlaces {
		return sh, fmt.Errorf("a polygon has 3 to %d corners, this one has %d", maxPlaces, len(sh.pts))
	}
	sh.lo, sh.hi = sh.pts[0], sh.pts[0]
	for _, q := range sh.pts {
		for k := range q {
			sh.lo[k], sh.hi[k] = min(sh.lo[k], q[k]), max(sh.hi[k], q[k])
		}
	}
	return sh, nil
}

func parseEllipse(sh Shape, n []string) (Shape, error) {
	if len(n) != 5 || n[2] != "r" {
		return sh, fmt.Errorf("write ellipse AXIS AXIS: x y r rx ry")
	}
	sh.kind = ellipseShape
	var mid, r [2]float64
	var err error
	for k, axis := range []int{sh.a, sh.b} {
		if mid[k], err = ParseAxis(sh.part, axis, n[k]); err != nil {
			return sh, err
		}
		if r[k], err = parseNumber(n[3+k]); err != nil {
			return sh, err
		}
		if r[k] <= 0 {
			return sh, fmt.Errorf("radius %s: write a number above 0", n[3+k])
		}
	}
	sh.pts = [][2]float64{mid, r}
	return sh, nil
}

// parseBand reads "spot r CM: place" and "band r CM: place > place > ...".
func parseBand(f []string) (Shape, error) {
	head, list, ok := strings.Cut(strings.Join(f, " "), ":")
	h := strings.Fields(head)
	if !ok || len(h) != 3 || h[1] != "r" {
		return Shape{}, fmt.Errorf("write %s r CM: place", f[0])
	}
	r, err := strconv.ParseFloat(h[2], 64)
	if err != nil || !(r > 0 && r <= maxRadius) {
		return Shape{}, fmt.Errorf("radius %q: write cm, more than 0 and at most %d", h[2], maxRadius)
	}
	sh := Shape{kind: bandShape, radius: r}
	for place := range strings.SplitSeq(list, ">") {
		c, err := ParseCoord(place)
		if err != nil {
			return Shape{}, err
		}
		sh.line = append(sh.line, c)
	}
	switch {
	case f[0] == "spot" && len(sh.line) != 1:
		return Shape{}, fmt.Errorf("a spot has one place; write band for a line of %d", len(sh.line))
	case f[0] == "band" && len(sh.line) < 2:
		return Shape{}, fmt.Errorf("a band has two places or more; write spot for one")
	case len(sh.line) > maxPlaces:
		return Shape{}, fmt.Errorf("a band has at most %d places", maxPlaces)
	}
	return sh, nil
}

// String writes the shape so that ParseShape reads it back.
func (sh Shape) String() string {
	var b strings.Builder
	switch sh.kind {
	case regionShape:
		return "skin region " + string(sh.region)
	case bandShape:
		b.WriteString("spot")
		if len(sh.line) > 1 {
			b.Reset()
			b.WriteString("band")
		}
		b.WriteString(" r " + strconv.FormatFloat(sh.radius, 'g', -1, 64) + ":")
		for i, c := range sh.line {
			if i > 0 {
				b.WriteString(" >")
			}
			b.WriteString(" " + c.String())
		}
		return b.String()
	}
	b.WriteString("skin " + sh.part.String())
	num := func(axis int, v float64) string { return exactNumber(sh.part, axis, v) }
	switch sh.kind {
	case restShape:
		b.WriteString(" rest")
	case ellipseShape:
		fmt.Fprintf(&b, " ellipse %s %s: %s %s r %s %s", partAxes[sh.part][sh.a], partAxes[sh.part][sh.b],
			num(sh.a, sh.pts[0][0]), num(sh.b, sh.pts[0][1]), exactNumber(Head, 0, sh.pts[1][0]), exactNumber(Head, 0, sh.pts[1][1]))
	case polyShape:
		fmt.Fprintf(&b, " poly %s %s:", partAxes[sh.part][sh.a], partAxes[sh.part][sh.b])
		for i, q := range sh.pts {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(" " + num(sh.a, q[0]) + " " + num(sh.b, q[1]))
		}
	default:
		for _, r := range sh.box {
			b.WriteString(" " + partAxes[sh.part][r.axis] + " " + num(r.axis, r.lo) + ".." + num(r.axis, r.hi))
		}
	}
	return b.String()
}

// exactNumber writes a coordinate so that reading gives the same number again, as a
// spine level where it can.
func exactNumber(p Part, axis int, v float64) string {
	if p == Trunk && axis == 0 {
		if s := levelName(v); s != "" {
			if w, err := parseLevel(s); err == nil && w == v {
				return s
			}
		}
	}
	return strconv.FormatFloat(v+0, 'f', -1, 64)
}

// holds tells whether a shape within one part (not a band or a region) takes in
// a place of that part.
func (sh *Shape) holds(v [3]float64) bool {
	switch sh.kind {
	case restShape:
		return true
	case boxShape:
		for _, r := range sh.box {
			x := v[r.axis]
			if turns(sh.part, r.axis) {
				x = r.lo + math.Mod(x-r.lo+720, 360)
			}
			if x < r.lo || x >= r.hi {
				return false
			}
		}
		return true
	case ellipseShape:
		dx, dy := (v[sh.a]-sh.pts[0][0])/sh.pts[1][0], (v[sh.b]-sh.pts[0][1])/sh.pts[1][1]
		return dx*dx+dy*dy < 1
	case polyShape:
		x, y := v[sh.a], v[sh.b]
		if x < sh.lo[0] || x > sh.hi[0] || y < sh.lo[1] || y > sh.hi[1] {
			return false
		}
		in := false
		for i, j := 0, len(sh.pts)-1; i < len(sh.pts); j, i = i, i+1 {
			p, q := sh.pts[i], sh.pts[j]
			if (p[1] > y) != (q[1] > y) && x < (q[0]-p[0])*(y-p[1])/(q[1]-p[1])+p[0] {
				in = !in
			}
		}
		return in
	}
	return false
}
