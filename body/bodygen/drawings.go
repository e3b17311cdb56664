package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"knead/body"
)

// drawings writes every view as an SVG: outline, region paths, landmarks. It works
// from the committed maps and the regions file, without the mesh.
func drawings(out string) error {
	for f := range figureOrder {
		total := 0
		for _, name := range body.Views() {
			v, err := body.LoadView(body.Figure(f), name)
			if err != nil {
				return err
			}
			svg := drawing(v)
			total += len(svg)
			path := filepath.Join(out, "views", body.Figure(f).String(), name+".svg")
			if err := os.WriteFile(path, []byte(svg), 0o644); err != nil {
				return err
			}
		}
		fmt.Printf("%s: %d bytes of SVG\n", body.Figure(f), total)
	}
	return nil
}

// drawing is one view. Region paths run over the figure's edge and are clipped by
// the outline, so that no sliver of clay is left without a region.
func drawing(v *body.View) string {
	s := body.Skin()
	regions := body.Regions()
	index := map[body.RegionID]int32{}
	for i, r := range regions {
		index[r.ID] = int32(i)
	}
	labels := make([]int32, v.MapW*v.MapH)
	for i, n := range v.Map() {
		if n == 0 {
			continue
		}
		c := body.CellID(n - 1)
		if id := s.Region(c); id != "" {
			labels[i] = 1 + 2*index[id] + int32(s.Side(c))
		}
	}
	// A cell is about 0.6 cm wide: teeth of that size go.
	radius := max(2, int(math.Round(0.35*v.Scale*float64(v.MapW)/float64(v.W))))
	for range 3 {
		labels = body.Settle(labels, v.MapW, v.MapH, radius)
	}
	grow(labels, v.MapW, v.MapH, 3)
	clay, line := css(oklch(clayL, clayC, clayH)), css(oklch(0.45, 0.03, 55))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n", v.W, v.H, v.Title)
	fmt.Fprintf(&b, `<defs><path id="%s-edge" d="%s"/><clipPath id="%s-skin"><use href="#%s-edge"/></clipPath></defs>`+"\n", v.Name, v.Outline(), v.Name, v.Name)
	fmt.Fprintf(&b, `<use href="#%s-edge" fill="%s"/>`+"\n", v.Name, clay)
	fmt.Fprintf(&b, `<g class="regions" clip-path="url(#%s-skin)" fill="%s" stroke="%s" stroke-width=".6" stroke-opacity=".55">`+"\n", v.Name, clay, line)
	traced := body.Trace(labels, v.MapW, v.MapH, 0.4)
	keys := make([]int32, 0, len(traced))
	for k := range traced {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		r, side := regions[(k-1)/2], body.Side((k-1)%2)
		fmt.Fprintf(&b, `<path id="%s-%s-%s" d="%s"><title>%s, %s</title></path>`+"\n",
			v.Name, r.ID, side, pathOf(traced[k], float64(v.MapW)/float64(v.W), true), r.Lay, side)
	}
	b.WriteString("</g>\n")
	fmt.Fprintf(&b, `<path class="landmarks" d="%s" fill="none" stroke="%s" stroke-width=".8" stroke-opacity=".5" stroke-linecap="round"/>`+"\n", v.Landmarks(), line)
	fmt.Fprintf(&b, `<use class="outline" href="#%s-edge" fill="none" stroke="%s"/>`+"\n</svg>\n", v.Name, line)
	return b.String()
}

// grow lets every label spread over paper by some samples.
func grow(labels []int32, w, h, rounds int) {
	for range rounds {
		src := slices.Clone(labels)
		for i, l := range src {
			if l != 0 {
				continue
			}
			x, y := i%w, i/w
			switch {
			case x > 0 && src[i-1] != 0:
				labels[i] = src[i-1]
			case x < w-1 && src[i+1] != 0:
				labels[i] = src[i+1]
			case y > 0 && src[i-w] != 0:
				labels[i] = src[i-w]
			case y < h-1 && src[i+w] != 0:
				labels[i] = src[i+w]
			}
		}
	}
}

func css(c rgb) string {
	return fmt.Sprintf("#%02x%02x%02x", sRGB(math.Max(0, c[0])), sRGB(math.Max(0, c[1])), sRGB(math.Max(0, c[2])))
}
