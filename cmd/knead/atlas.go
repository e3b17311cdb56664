package main

import (
	"fmt"

	"knead/atlas"
)

type atlasCommand struct {
	Lint   atlasLint   `cmd:"" help:"Check the atlas: zones, sources, words."`
	List   atlasList   `cmd:"" help:"List the muscles and how many points each has, then the patterns."`
	Export atlasExport `cmd:"" help:"Write the atlas as open data (docs/open-data.md)."`
	Import atlasImport `cmd:"" help:"Read an export and write it as a data file."`
}

type atlasLint struct{}

// Run prints each problem as file:line: words, and fails if there is a fault.
func (c *atlasLint) Run(std streams) error {
	a, err := atlas.Embedded()
	if err != nil {
		fmt.Fprintln(std.out, err)
		return errReported
	}
	problems := a.Lint()
	for _, p := range problems {
		fmt.Fprintln(std.out, p)
	}
	fmt.Fprintf(std.out, "%d muscles, %d points, %d patterns, %d sources: %d problems\n", len(a.Muscles), len(a.Points()), len(a.Patterns), len(a.Sources), len(problems))
	if len(problems) > 0 {
		return errReported
	}
	return nil
}

type atlasList struct{}

// Run prints one line a muscle, and then one a pattern.
func (c *atlasList) Run(std streams) error {
	for _, m := range atlas.Standard().Muscles {
		if _, err := fmt.Fprintf(std.out, "%-34s %d points  %s\n", m.Name, len(m.Points), m.Group); err != nil {
			return err
		}
	}
	for _, p := range atlas.Standard().Patterns {
		if _, err := fmt.Fprintf(std.out, "%-34s %s\n", p.ID, p.Kind); err != nil {
			return err
		}
	}
	return nil
}
