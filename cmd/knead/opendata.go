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
	File string `arg:"" help:"What knead atlas export wrote, changed or not: the JSON file, or the folder of the tables; - for JSON from standard input."`
	Out  string `short:"o" help:"Where to write the atlas in the text format of its data files; default standard output." placeholder:"FILE"`
}

// Run reads an export and writes it as a data file, or says what is wrong with it.
func (c *atlasImport) Run(std streams) error {
	a, err := c.read(std)
	if all, ok := errors.AsType[opendata.Errors](err); ok {
		return &knead.InputError{Text: fmt.Sprintf("%s cannot be read; nothing was written\n%v", inputName(c.File), all)}
	}
	if err != nil {
		return err
	}
	if err := writeOut(c.Out, []byte(a.Text()), std); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d muscles, %d points, %d patterns, %d sources; the checks of `knead atlas lint` find %d problems\n", len(a.Muscles), len(a.Points()), len(a.Patterns), len(a.Sources), len(a.Lint()))
	return nil
}

// read reads a JSON file, or the tables of a folder.
func (c *atlasImport) read(std streams) (*atlas.Atlas, error) {
	info, err := os.Stat(c.File)
	if c.File == "-" || err != nil || !info.IsDir() {
		data, err := readInput(c.File, std.in, opendata.MaxBytes)
		if err != nil {
			return nil, err
		}
		return opendata.Read(data)
	}
	entries, err := os.ReadDir(c.File)
	if err != nil {
		return nil, &knead.InputError{Text: fmt.Sprintf("cannot read the folder %s: %v", c.File, because(err))}
	}
	var files []opendata.File
	for _, entry := range entries {
		if ext := filepath.Ext(entry.Name()); entry.IsDir() || ext != ".csv" && ext != ".json" {
			continue
		}
		data, err := readInput(filepath.Join(c.File, entry.Name()), std.in, opendata.MaxBytes)
		if err != nil {
			return nil, err
		}
		files = append(files, opendata.File{Name: entry.Name(), Data: data})
	}
	return opendata.ReadTables(files)
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
