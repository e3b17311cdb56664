// Command knead is Knead: the flow from where it hurts to a plan, at the command
// line (assess, render, atlas lint) and in a browser (serve). It wires; the rules
// stand in the packages below it.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	_ "time/tzdata" // time zones where the machine has none, as in a container

	"github.com/alecthomas/kong"

	"knead"
)

// The exit codes. A script can tell a wrong input from a fault of Knead.
const (
	exitFault = 1
	exitInput = 2
)

// errReported ends a command whose message has been written already.
var errReported = errors.New("already reported")

// streams are the process's three files, so that commands can be run in a test.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

type commands struct {
	Assess  assessCommand    `cmd:"" help:"From marks and answers to a ranking and a plan: reads a visit file, prints what to check and the session."`
	Demo    demoCommand      `cmd:"" help:"Make the demo practice anew; what was typed into it is wiped."`
	Serve   serveCommand     `cmd:"" help:"Start Knead: the practice's record, and the pages for those who work with it; with --public, the atlas for everybody."`
	Owner   ownerCommand     `cmd:"" help:"For whoever has the machine: let an owner in again."`
	Backup  backupCommand    `cmd:"" help:"Write a sealed copy of the whole record, while Knead may be running."`
	Restore restoreCommand   `cmd:"" help:"Bring a backup back to an empty place, after checking all of it."`
	Doctor  doctorCommand    `cmd:"" help:"Look at what can go wrong unnoticed: tables, integrity, audit chain, notes, clock, disk, mail."`
	Export  exportCommand    `cmd:"" help:"Take everything of a practice out in open formats."`
	Import  importCommand    `cmd:"" help:"Read a practice's export into another record."`
	Key     keyCommand       `cmd:"" help:"Make a key that encrypts a record at rest."`
	Site    siteCommand      `cmd:"" help:"Write the public atlas as a static web site into a folder."`
	Render  renderCommand    `cmd:"" help:"Draw a muscle's sheet or a drawing as PNG."`
	Atlas   atlasCommand     `cmd:"" help:"Look into the atlas: list it, check it, take it out as open data and in again."`
	Version kong.VersionFlag `help:"Print the version and stop."`
}

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

func run(args []string, std streams) (code int) {
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("knead"),
		kong.Description(knead.Purpose),
		kong.Vars{"version": "knead " + knead.Version},
		kong.Writers(std.out, std.err),
		kong.Exit(func(n int) { panic(exited(n)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(std, (*streams)(nil)),
	)
	if err != nil {
		fmt.Fprintln(std.err, "knead:", err)
		return exitFault
	}
	// --help and --version end the parser by its Exit hook.
	defer func() {
		if r := recover(); r != nil {
			n, ok := r.(exited)
			if !ok { // a fault of ours must not look like a wrong input
				fmt.Fprintf(std.err, "knead: this is a fault in Knead, please report it: %v\n%s", r, debug.Stack())
				n = exitFault
			}
			code = int(n)
		}
	}()
	ctx, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(std.err, "knead: %v; see knead --help\n", err)
		return exitInput
	}
	return exitCode(ctx.Run(std), std.err)
}

type exited int

func exitCode(err error, to io.Writer) int {
	switch input := (*knead.InputError)(nil); {
	case err == nil:
		return 0
	case errors.Is(err, errReported):
		return exitFault
	case errors.As(err, &input):
		fmt.Fprintln(to, "knead:", err)
		return exitInput
	case knead.KindOf(err) != "":
		known, _ := errors.AsType[*knead.Error](err)
		fmt.Fprintln(to, "knead:", cmp.Or(known.Say, err.Error()))
		if known.Kind == knead.Invalid || known.Kind == knead.NotFound {
			return exitInput
		}
		return exitFault
	default:
		fmt.Fprintln(to, "knead:", err)
		return exitFault
	}
}
