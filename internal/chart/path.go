package chart

import (
	"fmt"
	"strconv"
	"strings"
)

// pathData writes rings as smooth SVG path data: the points are the handles of
// quadratic curves between the middles of the sides.
func pathData(rings []ring) string {
	var b []byte
	for _, r := range rings {
		if len(r) < 3 {
			continue
		}
		m := middle(r[len(r)-1], r[0])
		b = append(b, 'M')
		b = pair(b, m)
		b = append(b, 'Q')
		for i, p := range r {
			if i > 0 {
				b = append(b, ' ')
			}
			b = pair(b, p)
			b = append(b, ' ')
			b = pair(b, middle(p, r[(i+1)%len(r)]))
		}
		b = append(b, 'Z')
	}
	return string(b)
}

func middle(a, b point) point { return point{(a.x + b.x) / 2, (a.y + b.y) / 2} }

func pair(b []byte, p point) []byte {
	b = tenth(b, p.x)
	b = append(b, ' ')
	return tenth(b, p.y)
}

// tenth writes a number to one place behind the point, and none when it is whole.
func tenth(b []byte, x float64) []byte {
	b = strconv.AppendFloat(b, x, 'f', 1, 64)
	if n := len(b); b[n-1] == '0' {
		b = b[:n-2]
	}
	return b
}

// readPath turns SVG path data into rings of short straight lines. It knows what
// Knead writes: M, L, H, V, Q, C and Z, upper or lower case.
func readPath(d string) ([]ring, error) {
	r := pathReader{rest: d}
	for r.next() {
		if err := r.step(); err != nil {
			return nil, fmt.Errorf("path data: %w", err)
		}
	}
	r.close()
	return r.rings, nil
}

type pathReader struct {
	rest  string
	cmd   byte
	at    point
	ring  ring
	rings []ring
}

// next finds the command of the next step; a command holds until another comes.
func (r *pathReader) next() bool {
	r.rest = strings.TrimLeft(r.rest, " ,\n\t")
	if r.rest == "" {
		return false
	}
	if c := r.rest[0]; c >= 'A' && c <= 'z' {
		r.cmd, r.rest = c, r.rest[1:]
	} else if r.cmd == 'M' {
		r.cmd = 'L'
	} else if r.cmd == 'm' {
		r.cmd = 'l'
	}
	return true
}

func (r *pathReader) step() error {
	need := map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'Q': 4, 'C': 6, 'Z': 0}
	n, ok := need[r.cmd&^0x20]
	if !ok {
		return fmt.Errorf("command %q is not known", r.cmd)
	}
	var v [6]float64
	for i := range n {
		x, err := r.number()
		if err != nil {
			return err
		}
		v[i] = x
	}
	var base point
	if r.cmd >= 'a' {
		base = r.at
	}
	at := func(i int) point { return point{v[i] + base.x, v[i+1] + base.y} }
	switch r.cmd &^ 0x20 {
	case 'M':
		r.close()
		r.line(at(0))
	case 'L':
		r.line(at(0))
	case 'H':
		r.line(point{v[0] + base.x, r.at.y})
	case 'V':
		r.line(point{r.at.x, v[0] + base.y})
	case 'Q':
		r.curve(r.at, at(0), at(0), at(2), true)
	case 'C':
		r.curve(r.at, at(0), at(2), at(4), false)
	case 'Z':
		if len(r.ring) > 0 {
			r.at = r.ring[0]
		}
		r.close()
	}
	return nil
}

func (r *pathReader) line(p point) { r.ring, r.at = append(r.ring, p), p }

func (r *pathReader) curve(a, b, c, d point, quadratic bool) {
	const steps = 6
	for i := 1; i <= steps; i++ {
		t := float64(i) / steps
		u := 1 - t
		if quadratic {
			r.line(point{u*u*a.x + 2*u*t*b.x + t*t*d.x, u*u*a.y + 2*u*t*b.y + t*t*d.y})
			continue
		}
		r.line(point{
			u*u*u*a.x + 3*u*u*t*b.x + 3*u*t*t*c.x + t*t*t*d.x,
			u*u*u*a.y + 3*u*u*t*b.y + 3*u*t*t*c.y + t*t*t*d.y,
		})
	}
}

func (r *pathReader) close() {
	if len(r.ring) > 1 {
		r.rings = append(r.rings, r.ring)
	}
	r.ring = nil
}

func (r *pathReader) number() (float64, error) {
	s := strings.TrimLeft(r.rest, " ,\n\t")
	i, dot := 0, false
	for ; i < len(s); i++ {
		c := s[i]
		if c == '.' && !dot {
			dot = true
		} else if (c < '0' || c > '9') && !(i == 0 && (c == '-' || c == '+')) {
			break
		}
	}
	x, err := strconv.ParseFloat(s[:i], 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", s[:min(len(s), 12)])
	}
	r.rest = s[i:]
	return x, nil
}
