package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/internal/chart"
)

type renderCommand struct {
	Muscle  renderMuscle  `cmd:"" help:"A muscle's sheet: its shape, points and zones in every view."`
	Pattern renderPattern `cmd:"" help:"A pattern's sheet: where a nerve root, a nerve or a joint is felt, in every view."`
	Drawing renderDrawing `cmd:"" help:"A drawing's sheet, from its compact form or from a visit file."`
}

type renderMuscle struct {
	Name string `arg:"" help:"Working name or id, such as 'levator scapulae'; 'all' draws every muscle into the folder given by --out."`
	Out  string `short:"o" help:"Where to write the PNG; default NAME.png." placeholder:"FILE"`
}

// Run draws one sheet, or all of them.
func (c *renderMuscle) Run(std streams) error {
	a := atlas.Standard()
	if c.Name == "all" {
		return renderAll("muscle", a.Muscles, func(m *atlas.Muscle) string { return string(m.ID) }, chart.MuscleSheet, c.Out, std)
	}
	m, ok := a.MuscleByName(c.Name)
	if !ok {
		return &knead.InputError{Text: fmt.Sprintf("there is no muscle %q in the atlas; `knead atlas list` names them", c.Name)}
	}
	file := c.Out
	if file == "" {
		file = string(m.ID) + ".png"
	}
	return writeFile(file, std.err, func(w io.Writer) error { return chart.MuscleSheet(w, m) })
}

type renderPattern struct {
	ID  string `arg:"" help:"Id of a pattern, such as 'c6-root'; 'all' draws every pattern into the folder given by --out."`
	Out string `short:"o" help:"Where to write the PNG; default ID.png." placeholder:"FILE"`
}

// Run draws one sheet, or all of them.
func (c *renderPattern) Run(std streams) error {
	a := atlas.Standard()
	if c.ID == "all" {
		return renderAll("pattern", a.Patterns, func(p *atlas.Pattern) string { return string(p.ID) }, chart.PatternSheet, c.Out, std)
	}
	p, ok := a.Pattern(atlas.PatternID(c.ID))
	if !ok {
		return &knead.InputError{Text: fmt.Sprintf("there is no pattern %q in the atlas; `knead atlas list` names them", c.ID)}
	}
	file := c.Out
	if file == "" {
		file = string(p.ID) + ".png"
	}
	return writeFile(file, std.err, func(w io.Writer) error { return chart.PatternSheet(w, p) })
}

// renderAll draws the sheets of all rows of a kind into a folder.
func renderAll[T any](kind string, rows []T, id func(T) string, sheet func(io.Writer, T) error, dir string, std streams) error {
	if dir == "" {
		return &knead.InputError{Text: fmt.Sprintf("name a folder for the sheets: knead render %s all --out DIR", kind)}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for i, row := range rows {
		fmt.Fprintf(std.err, "%d of %d ", i+1, len(rows))
		file := dir + string(os.PathSeparator) + id(row) + ".png"
		if err := writeFile(file, std.err, func(w io.Writer) error { return sheet(w, row) }); err != nil {
			return err
		}
	}
	return nil
}

type renderDrawing struct {
	File string `arg:"" help:"A visit file or a compact drawing; - for standard input."`
	Out  string `short:"o" default:"drawing.png" help:"Where to write the PNG." placeholder:"FILE"`
}

// Run draws what a client painted.
func (c *renderDrawing) Run(std streams) error {
	data, err := readInput(c.File, std.in, knead.MaxVisitBytes)
	if err != nil {
		return err
	}
	d, err := readDrawing(data)
	if err != nil {
		return fmt.Errorf("%s: %w", inputName(c.File), err)
	}
	return writeFile(c.Out, std.err, func(w io.Writer) error { return chart.DrawingSheet(w, d) })
}

func readDrawing(data []byte) (body.Drawing, error) {
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] != '{' {
		d, err := body.DecodeDrawing(string(trimmed))
		if err != nil {
			return body.Drawing{}, &knead.InputError{Text: err.Error()}
		}
		return d, nil
	}
	v, err := knead.ReadVisit(data)
	return v.Drawing, err
}

// writeFile writes a whole file or none: a picture that could not be finished does
// not stay behind.
func writeFile(name string, log io.Writer, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	if err := replaceFile(name, b.Bytes()); err != nil {
		return err
	}
	fmt.Fprintln(log, "wrote", name)
	return nil
}
