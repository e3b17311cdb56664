package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"knead"
)

type assessCommand struct {
	JSON bool   `help:"Print the whole answer as JSON (docs/assess.md)."`
	File string `arg:"" help:"The visit file, or - for standard input."`
}

// Run reads a visit and prints what Knead has to say about it.
func (c *assessCommand) Run(std streams) error {
	data, err := readInput(c.File, std.in, knead.MaxVisitBytes)
	if err != nil {
		return err
	}
	visit, err := knead.ReadVisit(data)
	if err != nil {
		return fmt.Errorf("%s: %w", inputName(c.File), err)
	}
	assessment, err := knead.Assess(visit)
	if err != nil {
		return err
	}
	if c.JSON {
		out, err := assessment.Report().JSON()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "%s\n", out)
		return err
	}
	return writeAssessment(std.out, assessment)
}

// readInput reads a file or standard input, a little more than the limit at most, so
// that a wrong file is refused and not swallowed.
func readInput(file string, in io.Reader, most int64) ([]byte, error) {
	if file != "-" {
		f, err := os.Open(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &knead.InputError{Text: fmt.Sprintf("there is no file %q", file)}
		case err != nil:
			return nil, &knead.InputError{Text: fmt.Sprintf("cannot open %q: %v", file, errors.Unwrap(err))}
		}
		defer f.Close() //nolint:errcheck // it was only read
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, &knead.InputError{Text: fmt.Sprintf("cannot read %s: %v", inputName(file), err)}
	}
	return data, nil
}

func inputName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}
