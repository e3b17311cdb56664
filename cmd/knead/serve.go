package main

import (
	"context"
	"fmt"
	"log/slog"
	"os/signal"
	"syscall"

	"knead/internal/server"
	"knead/internal/web"
)

type serveCommand struct {
	Addr string `default:"localhost:8080" help:"Where to listen."`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(std streams) error {
	routes, err := web.New()
	if err != nil {
		return fmt.Errorf("prepare the page: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	log := slog.New(slog.NewTextHandler(std.err, nil))
	return server.New(routes, server.Options{Addr: c.Addr, Log: log}).Run(ctx, func(addr string) {
		fmt.Fprintf(std.out, "Knead is at http://%s (stop it with Ctrl-C)\n", addr)
	})
}
