package main

type serveCommand struct {
	Addr string `default:"localhost:8080" help:"Where to listen."`
}

// Run serves until it is told to stop.
func (c *serveCommand) Run(std streams) error { return errReported }
