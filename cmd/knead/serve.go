package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"knead"
	"knead/internal/jobs"
	"knead/internal/server"
	"knead/internal/web"
)

type serveCommand struct {
	Addr       string `default:"localhost:8080" help:"Where Knead listens. Other devices reach it by https alone."`
	Data       string `default:"knead-data" env:"KNEAD_DATA" help:"Folder of the record. It is made if it is missing." type:"path"`
	Database   string `env:"KNEAD_DATABASE" help:"Keep the record in a PostgreSQL instead, by its address." placeholder:"DSN"`
	KeyFile    string `env:"KNEAD_KEY_FILE" help:"Encrypt the record's file with the key in this file (make one with: knead key)." placeholder:"FILE" type:"path"`
	Demo       bool   `help:"Show a practice of invented people, in a folder of its own."`
	NoRecord   bool   `help:"Keep nothing: the visit lives in the browser's tab."`
	Public     bool   `help:"Show the atlas to everybody, too, without the practice's pages."`
	PublicAddr string `default:":8081" help:"Where everybody finds the atlas."`
	PublicURL  string `help:"The address at which the world sees the atlas, such as https://example.org." placeholder:"URL"`

	Door door      `embed:""`
	Mail mailFlags `embed:"" prefix:"smtp-"`
}

// demoData is the folder of the demo practice, so that it never mixes with a real record.
const demoData = "knead-demo"

// routes makes the door: with the record, unless nothing is to be kept. With a record
// comes the worker that does what waits for its time.
func (c *serveCommand) routes(ctx context.Context, record web.Record, std streams) (routes *server.Router, worker *jobs.Worker, closeRecord func(), err error) {
	if c.NoRecord {
		routes, err = web.New(offer()...)
		return routes, nil, func() {}, err
	}
	mail, err := c.Mail.sender(c.Demo)
	if err != nil {
		return nil, nil, nil, err
	}
	house, closeRecord, err := openHouse(ctx, c.place())
	if err != nil {
		return nil, nil, nil, err
	}
	if c.Demo {
		if err := makeDemo(ctx, house, time.Time{}, std); err != nil {
			closeRecord()
			return nil, nil, nil, fmt.Errorf("prepare the demo practice: %w", err)
		}
	}
	worker = &jobs.Worker{House: house, Mail: mail, Base: record.Base, Log: slog.New(slog.NewTextHandler(std.err, nil))}
	record.House, record.Mail = house, worker.CanMail()
	var code string
	if code, record.SetupCode, err = setupCode(ctx, house, c.Addr, record.Base); err == nil {
		routes, err = web.NewWithRecord(record, offer()...)
	}
	if err != nil {
		closeRecord()
		return nil, nil, nil, fmt.Errorf("prepare the page: %w", err)
	}
	if code != "" {
		fmt.Fprintf(std.out, "The first page asks for this code: %s\n", code)
	}
	return routes, worker, closeRecord, nil
}

func (c *serveCommand) place() recordPlace {
	p := recordPlace{Data: c.Data, Database: c.Database, KeyFile: c.KeyFile}
	if c.Demo && p.Database == "" && p.Data == absolute("knead-data") {
		p.Data = demoData
	}
	return p
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(std streams) error {
	options, record, err := c.Door.ways(c.Addr, c.place().Data)
	if err != nil {
		return err
	}
	if c.NoRecord && !server.OnlyThisMachine(c.Addr) {
		return &knead.InputError{Text: fmt.Sprintf("--addr %s would show the visit to others: --no-record has no sign-in. Use an address of this machine, such as localhost:8080", c.Addr)}
	}
	world, err := worldAddress("--public-url", c.PublicURL, false)
	if err != nil {
		return err
	}
	if world != nil && !c.Public {
		return &knead.InputError{Text: "--public-url is for the public atlas; add --public"}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(std.err, nil))
	options.Log = log
	routes, worker, closeRecord, err := c.routes(ctx, record, std)
	if err != nil {
		return err
	}
	defer closeRecord()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return server.New(routes, options).Run(ctx, func(addr string) { //nolint:contextcheck // a request brings its own
			fmt.Fprintf(std.out, "Knead is at %s (stop it with Ctrl-C)\n", inWords(addr, c.Addr, record.Base))
		})
	})
	if worker != nil {
		group.Go(func() error { return worker.Run(ctx) })
	}
	if c.Public {
		options := server.Options{Addr: c.PublicAddr, Log: log}
		base := ""
		if world != nil {
			options.Name, base = world.Hostname(), world.String()
		}
		public, err := web.NewPublic(base, offer()...)
		if err != nil {
			return fmt.Errorf("prepare the atlas: %w", err)
		}
		group.Go(func() error {
			err := server.New(public, options).Run(ctx, func(addr string) { //nolint:contextcheck // a request brings its own
				fmt.Fprintf(std.out, "The atlas is for everybody at %s\n", addr)
			})
			if err != nil {
				return errors.Join(errors.New("the public atlas (--public-addr)"), err)
			}
			return nil
		})
	}
	return group.Wait()
}
