package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"knead/internal/web"
)

type siteCommand struct {
	Dir string `arg:"" help:"The folder to write; new, empty, or written by Knead before."`
	URL string `help:"The address at which the site will stand, such as https://example.org/atlas." placeholder:"URL"`
}

// Run writes the public atlas as a static site, with a bar on the way.
func (c *siteCommand) Run(std streams) error {
	world, err := worldAddress("--url", c.URL, true)
	if err != nil {
		return err
	}
	base := ""
	if world != nil {
		base = world.String()
	}
	bar := bar{to: std.err}
	files := 0
	err = web.WriteSite(c.Dir, base, func(done, known int) {
		files = done
		bar.show(done, known)
	}, offer()...)
	bar.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(std.out, "%d files in %s; open index.html, or put the folder on any web space\n", files, c.Dir)
	return err
}

// bar draws progress on one line of a terminal, and nothing elsewhere.
type bar struct {
	to    io.Writer
	shown string
}

const barWidth = 32

func (b *bar) show(done, all int) {
	if !isTerminal(b.to) {
		return
	}
	full := barWidth * done / max(all, 1)
	line := fmt.Sprintf("\r[%s%s] %d of %d", strings.Repeat("#", full), strings.Repeat(".", barWidth-full), done, all)
	if line != b.shown {
		fmt.Fprint(b.to, line)
		b.shown = line
	}
}

// isTerminal tells whether somebody watches.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (b *bar) end() {
	if b.shown != "" {
		fmt.Fprintln(b.to)
	}
}
