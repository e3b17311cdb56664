package chart

import "math"

// contour gives the closed lines along which the field crosses a level, in samples
// of the map (the middle of sample x lies at x + 0.5), the higher side on the right
// hand as seen. Marching squares with linear interpolation.
func (f field) contour(level float32) []ring {
	next := make([]int32, 2*f.w*f.h) // edge -> the edge where the line leaves the square, plus one
	for y := range f.h - 1 {
		for x := range f.w - 1 {
			f.square(x, y, level, next)
		}
	}
	var rings []ring
	for start := range next {
		if next[start] == 0 {
			continue
		}
		var r ring
		for e := int32(start); next[e] != 0; {
			r = append(r, f.crossing(int(e), level))
			e, next[e] = next[e]-1, 0
		}
		if math.Abs(r.area()) >= 1.5 { // chosen: what is smaller is a speck
			rings = append(rings, r)
		}
	}
	return rings
}

// square joins the crossed edges of one square of four samples.
func (f field) square(x, y int, level float32, next []int32) {
	i := y*f.w + x
	a, b, c, d := f.v[i], f.v[i+1], f.v[i+f.w+1], f.v[i+f.w] // clockwise from the upper left
	k := 0
	for bit, v := range [4]float32{a, b, c, d} {
		if v >= level {
			k |= 1 << bit
		}
	}
	top, right, bottom, left := 2*i, 2*(i+1)+1, 2*(i+f.w), 2*i+1
	join := func(from, to int) { next[from] = int32(to) + 1 }
	switch k {
	case 1:
		join(left, top)
	case 2:
		join(top, right)
	case 3:
		join(left, right)
	case 4:
		join(right, bottom)
	case 6:
		join(top, bottom)
	case 7:
		join(left, bottom)
	case 8:
		join(bottom, left)
	case 9:
		join(bottom, top)
	case 11:
		join(bottom, right)
	case 12:
		join(right, left)
	case 13:
		join(right, top)
	case 14:
		join(top, left)
	case 5, 10: // a saddle: the middle decides which corners hang together
		middle := (a+b+c+d)/4 >= level
		switch {
		case k == 5 && middle:
			join(left, bottom)
			join(right, top)
		case k == 5:
			join(left, top)
			join(right, bottom)
		case middle:
			join(top, left)
			join(bottom, right)
		default:
			join(top, right)
			join(bottom, left)
		}
	}
}

// crossing is where the level lies on an edge.
func (f field) crossing(edge int, level float32) point {
	i := edge / 2
	x, y := float64(f.x0+i%f.w)+0.5, float64(f.y0+i/f.w)+0.5
	j := i + 1
	if edge%2 == 1 {
		j = i + f.w
	}
	t := 0.5
	if d := f.v[j] - f.v[i]; d != 0 {
		t = float64((level - f.v[i]) / d)
	}
	if edge%2 == 1 {
		return point{x, y + t}
	}
	return point{x + t, y}
}

// area is twice signed; only its size and sign matter.
func (r ring) area() (sum float64) {
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += p.x*q.y - q.x*p.y
	}
	return sum / 2
}

// simplify leaves out points that lie within eps of the line through the others.
func (r ring) simplify(eps float64) ring {
	if len(r) < 8 {
		return r
	}
	far := 0
	for i, p := range r {
		if math.Hypot(p.x-r[0].x, p.y-r[0].y) > math.Hypot(r[far].x-r[0].x, r[far].y-r[0].y) {
			far = i
		}
	}
	out := thin(r[:far+1], eps)
	back := append(append(ring(nil), r[far:]...), r[0])
	back = thin(back, eps)
	return append(out, back[1:len(back)-1]...)
}

// thin is the Ramer-Douglas-Peucker algorithm on an open line.
func thin(r ring, eps float64) ring {
	if len(r) < 3 {
		return append(ring(nil), r...)
	}
	a, b := r[0], r[len(r)-1]
	dx, dy := b.x-a.x, b.y-a.y
	length := math.Hypot(dx, dy)
	worst, at := eps, -1
	for i := 1; i < len(r)-1; i++ {
		d := math.Hypot(r[i].x-a.x, r[i].y-a.y)
		if length > 0 {
			d = math.Abs(dx*(r[i].y-a.y)-dy*(r[i].x-a.x)) / length
		}
		if d > worst {
			worst, at = d, i
		}
	}
	if at < 0 {
		return ring{a, b}
	}
	left := thin(r[:at+1], eps)
	return append(left, thin(r[at:], eps)[1:]...)
}
