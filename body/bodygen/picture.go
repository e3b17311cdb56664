package main

import (
	"bytes"
	"image"
	"image/jpeg"
	"sync"
)

// picture shades a view with ss x ss samples a pixel. Where there is no figure the
// clay of its edge flows on, so that a vector outline can clip it cleanly.
func (md *Model) picture(c *Camera, buf []Frag, ss int) *image.RGBA {
	lt := md.light(c, buf)
	col := make([]rgb, c.W*c.H)
	has := make([]bool, c.W*c.H)
	var wg sync.WaitGroup
	const bands = 4
	for band := range bands {
		wg.Go(func() {
			for y := band; y < c.H; y += bands {
				for x := range c.W {
					var acc rgb
					hit := 0
					for sy := range ss {
						for sx := range ss {
							if f := &buf[(y*ss+sy)*c.W*ss+x*ss+sx]; f.Face >= 0 {
								hit++
								acc = acc.add(md.shade(f, lt))
							}
						}
					}
					if hit > 0 {
						col[y*c.W+x], has[y*c.W+x] = acc.scale(1/float64(hit)), true
					}
				}
			}
		})
	}
	wg.Wait()
	flow(col, has, c.W, c.H)
	img := image.NewRGBA(image.Rect(0, 0, c.W, c.H))
	for i, v := range col {
		copy(img.Pix[4*i:], []uint8{sRGB(v[0]), sRGB(v[1]), sRGB(v[2]), 255})
	}
	return img
}

// flow fills the pixels that have no colour from those that have, by halving the
// picture until everything is filled: near the edge the edge's colour, farther
// away an ever wider mean.
func flow(col []rgb, has []bool, w, h int) {
	if w <= 1 && h <= 1 {
		return
	}
	w2, h2 := (w+1)/2, (h+1)/2
	small, got := make([]rgb, w2*h2), make([]bool, w2*h2)
	count := make([]float64, w2*h2)
	full := true
	for y := range h {
		for x := range w {
			i, k := y*w+x, (y/2)*w2+x/2
			if has[i] {
				small[k], got[k] = small[k].add(col[i]), true
				count[k]++
			} else {
				full = false
			}
		}
	}
	if full {
		return
	}
	for k, n := range count {
		if n > 0 {
			small[k] = small[k].scale(1 / n)
		}
	}
	flow(small, got, w2, h2)
	for y := range h {
		for x := range w {
			if i := y*w + x; !has[i] { // bilinear from the half size
				fx, fy := Clamp(float64(x)/2-0.25, 0, float64(w2-1)), Clamp(float64(y)/2-0.25, 0, float64(h2-1))
				x0, y0 := int(fx), int(fy)
				x1, y1 := min(x0+1, w2-1), min(y0+1, h2-1)
				u, v := fx-float64(x0), fy-float64(y0)
				col[i] = small[y0*w2+x0].scale((1 - u) * (1 - v)).add(small[y0*w2+x1].scale(u * (1 - v))).
					add(small[y1*w2+x0].scale((1 - u) * v)).add(small[y1*w2+x1].scale(u * v))
			}
		}
	}
}

func jpegOf(img image.Image, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}
