package body

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Coord is a place on the skin in the coordinates of one part, always written as
// for the right side. What the numbers of V mean depends on the part:
//
//	head       az el       degrees; az 0 front, 90 side, 180 back; el up from the middle of the head
//	neck       h az        h 0 at the base, 1 at jaw and nuchal line; az degrees
//	trunk      h az x      h the spine level (C7 = 0, T1 = 1 .. T12 = 12, L1 = 13 .. S4 = 21, coccyx 22);
//	                       az degrees on the ellipse of the cross-section; x cm from the midline
//	upper-arm  t theta     t 0 shoulder .. 1 elbow; theta degrees, 0 front, 90 side, 180 back, -90 inside
//	forearm    t theta     t 0 elbow .. 1 wrist, palms forward
//	hand       ray seg phi ray 1 thumb .. 5; seg 0 wrist, 1 knuckle, 2, 3, 4 tip; phi 0 palm .. 180 back
//	thigh      t theta     t 0 hip joint .. 1 knee
//	leg        t theta     t 0 knee .. 1 ankle
//	foot       len side phi len 0 heel .. 1 toe tip; side 0 inner .. 1 outer edge; phi 0 top .. 180 sole
//
// The x of the trunk follows from h and az; it may be left out when a place is
// written, and it is not used to find one.
type Coord struct {
	Part Part
	V    [3]float64
}

var partNames = [NumParts]string{"head", "neck", "trunk", "upper-arm", "forearm", "hand", "thigh", "leg", "foot"}

var partAxes = [NumParts][]string{
	{"az", "el"},
	{"h", "az"},
	{"h", "az", "x"},
	{"t", "theta"},
	{"t", "theta"},
	{"ray", "seg", "phi"},
	{"t", "theta"},
	{"t", "theta"},
	{"len", "side", "phi"},
}

func (p Part) String() string {
	if p < NumParts {
		return partNames[p]
	}
	return fmt.Sprintf("part %d", uint8(p))
}

// Axes names the part's coordinates in the order of Coord.V.
func (p Part) Axes() []string { return slices.Clone(partAxes[p]) }

// ParsePart reads a part as it is written in data files.
func ParsePart(s string) (Part, error) {
	if i := slices.Index(partNames[:], s); i >= 0 {
		return Part(i), nil
	}
	return 0, fmt.Errorf("no part %q: write one of %s", s, strings.Join(partNames[:], ", "))
}

// ParseCoord reads a place as data files write it: the part, then pairs of axis
// and number in any order, "trunk h T1.2 az 146".
func ParseCoord(s string) (Coord, error) {
	f := strings.Fields(s)
	if len(f) == 0 {
		return Coord{}, errors.New("empty place: write a part and its coordinates, such as \"trunk h T4 az 150\"")
	}
	p, err := ParsePart(f[0])
	if err != nil {
		return Coord{}, err
	}
	c, axes := Coord{Part: p}, partAxes[p]
	if len(f)%2 == 0 {
		return Coord{}, fmt.Errorf("place %q: every axis needs one number (%s has %s)", s, p, strings.Join(axes, " "))
	}
	var seen [3]bool
	for i := 1; i < len(f); i += 2 {
		a := slices.Index(axes, f[i])
		if a < 0 {
			return Coord{}, fmt.Errorf("place %q: %s has no axis %q, it has %s", s, p, f[i], strings.Join(axes, " "))
		}
		if seen[a] {
			return Coord{}, fmt.Errorf("place %q: axis %s twice", s, f[i])
		}
		seen[a] = true
		if c.V[a], err = ParseAxis(p, a, f[i+1]); err != nil {
			return Coord{}, fmt.Errorf("place %q: %w", s, err)
		}
	}
	for a, name := range axes {
		if !seen[a] && !(p == Trunk && a == 2) {
			return Coord{}, fmt.Errorf("place %q: axis %s is missing", s, name)
		}
	}
	return c, nil
}

// ParseAxis reads one number of a part's axis; spine levels (T4.5, L3, S2, Co) are
// allowed for the trunk's h.
func ParseAxis(p Part, axis int, s string) (float64, error) {
	if p == Trunk && axis == 0 {
		return parseLevel(s)
	}
	return parseNumber(s)
}

func parseNumber(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1000 {
		return 0, fmt.Errorf("%q is not a number that fits here", s)
	}
	return v, nil
}

// spineSections gives the h of each section's vertebra 0.
var spineSections = map[byte]float64{'C': -7, 'T': 0, 'L': 12, 'S': 17}

func parseLevel(s string) (float64, error) {
	if s == "Co" {
		return 22, nil
	}
	if s == "" {
		return 0, errors.New("empty spine level: write C7, T4.5, L3, S2, Co or a number")
	}
	base, ok := spineSections[s[0]]
	if !ok {
		return parseNumber(s)
	}
	v, err := parseNumber(s[1:])
	if err != nil {
		return 0, fmt.Errorf("%q is not a spine level: write C7, T4.5, L3, S2, Co or a number", s)
	}
	return base + v, nil
}

// levelName writes a spine level as a person would: C7, T4.5, L3, S2.
func levelName(h float64) string {
	switch {
	case h > -7 && h < 1:
		return "C" + shortNumber(h+7)
	case h >= 1 && h < 13:
		return "T" + shortNumber(h)
	case h >= 13 && h < 18:
		return "L" + shortNumber(h-12)
	case h >= 18 && h < 22:
		return "S" + shortNumber(h-17)
	}
	return shortNumber(h)
}

func shortNumber(x float64) string {
	return strconv.FormatFloat(math.Round(x*1000)/1000+0, 'f', -1, 64)
}

// String writes the place so that ParseCoord reads it back, to a thousandth.
func (c Coord) String() string {
	var b strings.Builder
	b.WriteString(c.Part.String())
	if c.Part >= NumParts {
		return b.String()
	}
	for i, a := range partAxes[c.Part] {
		if c.Part == Trunk && i == 2 {
			continue
		}
		n := shortNumber(c.V[i])
		if c.Part == Trunk && i == 0 {
			n = levelName(c.V[i])
		}
		b.WriteString(" " + a + " " + n)
	}
	return b.String()
}
