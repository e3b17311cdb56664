package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"knead"
	"knead/reason"
)

type assessCommand struct {
	JSON    bool     `help:"Print the whole answer as JSON (docs/assess.md)."`
	Explain bool     `help:"Say why each candidate stands where it stands, and what would change it."`
	WhyNot  []string `help:"Say why a muscle or point does not stand higher, such as 'left infraspinatus'. May be given again." placeholder:"MUSCLE" sep:"none"`
	File    string   `arg:"" help:"The visit file, or - for standard input."`
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
	var why *reason.Explanation
	if c.Explain {
		x, err := assessment.Explain()
		if err != nil {
			return err
		}
		why = &x
	}
	var whyNot []reason.WhyNot
	for _, name := range c.WhyNot {
		answers, err := assessment.WhyNot(name)
		if err != nil {
			return fmt.Errorf("--why-not: %w", err)
		}
		whyNot = append(whyNot, answers...)
	}
	if c.JSON {
		report := assessment.Report()
		if why != nil {
			report.Explanation = knead.NewExplanationReport(*why)
		}
		for _, w := range whyNot {
			report.WhyNot = append(report.WhyNot, knead.NewWhyNotReport(w))
		}
		out, err := report.JSON()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "%s\n", out)
		return err
	}
	return writeAssessment(std.out, assessment, why, whyNot)
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
