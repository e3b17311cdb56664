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
	flag.Parse()
	if err := run(*mesh, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bodygen:", err)
		os.Exit(1)
	}
}

func run(mesh, out string) error {
	b, level, err := loadFigure(mesh, "neutral")
	if err != nil {
		return err
	}
	lay, err := NewLayout(level, b.Mirror, b.J, level.Refine().Refine())
	if err != nil {
		return err
	}
	rest := b.Rest.Refine().Refine()
	posed1 := b.Posed.Refine()
	posed := posed1.Refine()
	sky := RefineScalar(posed1, posed, SmoothScalar(Occlusion(posed1, posed1.Normals(), 160, 700), posed1.Neighbours(), 2))
	cells, err := lay.Cells(posed, rest.P, posed.Normals(), sky, NewChart(b), lowest(posed.P))
	if err != nil {
		return err
	}
	file, err := surfaceFile(cells)
	if err != nil {
		return err
	}
	summary(cells)
	return os.WriteFile(filepath.Join(out, "surface.bin.gz"), file, 0o644)
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
