// Command bodygen makes the skin surface and the views of package body from the
// source mesh. It is a developer's tool: `make body` runs it and compares; nobody
// who builds or runs Knead needs the mesh. PROVENANCE.md tells where it comes from.
//
//	go run ./body/bodygen -mesh MESH -out body            all
//	go run ./body/bodygen -svg -out body                  only the SVGs, without the mesh
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	mesh := flag.String("mesh", "", "the source mesh, human_full_size.json, in its unpacked package")
	out := flag.String("out", "body", "folder of package body, where the results are written")
	figures := flag.String("figures", "", "draw only these figures, comma separated")
	views := flag.String("views", "", "draw only these views, comma separated; \"none\" for the surface alone")
	ss := flag.Int("ss", 3, "samples per pixel side; fewer for a quick look")
	svg := flag.Bool("svg", false, "only draw the SVGs, from the committed maps and regions")
	flag.Parse()
	var err error
	if *svg {
		err = drawings(*out)
	} else {
		err = run(*mesh, *out, *figures, *views, *ss)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bodygen:", err)
		os.Exit(1)
	}
}

func run(mesh, out, figures, views string, ss int) error {
	b, err := loadFigure(mesh, "neutral")
	if err != nil {
		return err
	}
	lay, err := loadLayout(mesh)
	if err != nil {
		return err
	}
	var lines []Line
	var height []float64
	for _, name := range figureOrder {
		if name != "neutral" && (!wanted(figures, name) || views == "none") {
			continue
		}
		drawn := b
		if name != "neutral" {
			if drawn, err = loadFigure(mesh, name); err != nil {
				return err
			}
		}
		md := newModel(b, drawn, lay, 160)
		if name == "neutral" {
			if err := writeSurface(filepath.Join(out, "surface.bin.gz"), b, md); err != nil {
				return err
			}
			if lines, err = newPlaces(md, NewChart(b)).parseLines(landmarkText); err != nil {
				return err
			}
			height = lift(md, lines)
		}
		md.Lines = lines
		md.carve(height)
		softenFace(md.Sky, md.Rest, b.J)
		dir := filepath.Join(out, "views", name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for _, c := range cameras(b, drawn) {
			if wanted(figures, name) && wanted(views, c.Name) {
				if err := md.writeView(&c, ss, dir); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func writeSurface(path string, b *Body, md *Model) error {
	cells, err := md.Cells(md.M, md.Rest, md.N, md.Sky, NewChart(b), lowest(md.M.P))
	if err != nil {
		return err
	}
	file, err := surfaceFile(cells)
	if err != nil {
		return err
	}
	summary(cells)
	return os.WriteFile(path, file, 0o644)
}

func lowest(p []Vec) float64 {
	y := p[0][1]
	for _, v := range p {
		y = min(y, v[1])
	}
	return y
}

func summary(cells []Cell) {
	hidden, total, largest := 0, 0.0, 0.0
	for _, c := range cells {
		if c.Hidden {
			hidden++
			continue
		}
		total += c.Area
		largest = max(largest, c.Area)
	}
	fmt.Printf("cells: %d on a side, %d of them hidden; %.0f cm2 seen on both; largest %.3f cm2\n", len(cells), hidden, 2*total, largest)
}
