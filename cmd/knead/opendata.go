package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"knead"
	"knead/atlas"
	"knead/internal/fhir"
	"knead/internal/opendata"
)

type atlasExport struct {
	Format string `default:"json" enum:"json,csv,fhir" help:"json: one file that import reads; csv: a data package of tables; fhir: codes of regions, muscles and points as a FHIR R4 bundle."`
	Out    string `short:"o" help:"Where to write: a file, or for csv a folder; default standard output (not for csv)." placeholder:"PATH"`
}

// Run writes the atlas as open data.
func (c *atlasExport) Run(std streams) error {
	a := atlas.Standard()
	switch c.Format {
	case "csv":
		if c.Out == "" || c.Out == "-" {
			return &knead.InputError{Text: "the tables are many files; name a folder for them: knead atlas export --format csv -o DIR"}
		}
		files, err := opendata.CSV(a)
		if err != nil {
			return err
		}
		return writeFolder(c.Out, files, std.err)
	case "fhir":
		data, err := fhir.Terminology(a).JSON()
		if err != nil {
			return err
		}
		return writeOut(c.Out, data, std)
	default:
		data, err := opendata.JSON(a)
		if err != nil {
			return err
		}
		return writeOut(c.Out, data, std)
	}
}

type atlasImport struct {
	File string `arg:"" help:"What knead atlas export --format json wrote, changed or not; - for standard input."`
	Out  string `short:"o" help:"Where to write the atlas in the text format of its data files; default standard output." placeholder:"FILE"`
}

// Run reads an export and writes it as a data file, or says what is wrong with it.
func (c *atlasImport) Run(std streams) error {
	data, err := readInput(c.File, std.in, opendata.MaxBytes)
	if err != nil {
		return err
	}
	a, err := opendata.Read(data)
	if all, ok := errors.AsType[opendata.Errors](err); ok {
		return &knead.InputError{Text: fmt.Sprintf("%s cannot be read; nothing was written\n%v", inputName(c.File), all)}
	}
	if err != nil {
		return err
	}
	if err := writeOut(c.Out, []byte(a.Text()), std); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d muscles, %d points, %d sources; the checks of `knead atlas lint` find %d problems\n", len(a.Muscles), len(a.Points()), len(a.Sources), len(a.Lint()))
	return nil
}

// writeOut writes to a file, or to standard output when none is named.
func writeOut(name string, data []byte, std streams) error {
	if name == "" || name == "-" {
		if _, err := std.out.Write(data); err != nil {
			return fmt.Errorf("write to standard output: %w", err)
		}
		return nil
	}
	if err := replaceFile(name, data); err != nil {
		return err
	}
	fmt.Fprintln(std.err, "wrote", name)
	return nil
}

// writeFolder writes the files into a folder, all of them or none.
func writeFolder(dir string, files []opendata.File, log io.Writer) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // public data
		return &knead.InputError{Text: fmt.Sprintf("cannot make the folder %s: %v", dir, because(err))}
	}
	all := map[string][]byte{}
	for _, f := range files {
		all[filepath.Join(dir, f.Name)] = f.Data
	}
	if err := replaceFiles(all); err != nil {
		return err
	}
	fmt.Fprintf(log, "wrote %d files to %s\n", len(files), dir)
	return nil
}
