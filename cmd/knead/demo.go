package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"knead/internal/practice"
	"knead/internal/store"
	"knead/internal/web"
)

type demoCommand struct {
	Data string    `default:"knead-demo" help:"Folder of the demo practice." type:"path"`
	End  time.Time `format:"2006-01-02T15:04" help:"When the invented six months end, in UTC (2026-05-29T10:00); now if it is left out."`
}

// Run makes the demo practice anew: what was typed into it is wiped.
func (c *demoCommand) Run(std streams) error {
	ctx := context.Background()
	if err := wipeDemo(ctx, c.Data); err != nil {
		return err
	}
	house, closeRecord, err := openHouse(ctx, recordPlace{Data: c.Data})
	if err != nil {
		return err
	}
	defer closeRecord()
	if err := makeDemo(ctx, house, c.End, std); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "The demo practice is new. See it with: knead serve --demo --data %s\n", c.Data)
	return nil
}

// wipeDemo removes the record in a folder, if it is a demo and nothing else.
func wipeDemo(ctx context.Context, data string) error {
	path := data + string(os.PathSeparator) + store.FileName
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return nil
	}
	house, closeRecord, err := openHouse(ctx, recordPlace{Data: data})
	if err != nil {
		return err
	}
	list, err := house.Practices(ctx)
	closeRecord()
	if err != nil {
		return err
	}
	for _, p := range list {
		if !p.Demo {
			return fmt.Errorf("the record in %s is not a demo, so it is left alone; choose another folder with --data", data)
		}
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	return nil
}

// makeDemo fills an empty record with the demo practice, whose six months run until end
// or, if that is zero, until now; and says how far it is.
func makeDemo(ctx context.Context, house *practice.House, end time.Time, std streams) error {
	consent, err := web.ConsentWords()
	if err != nil {
		return err
	}
	told := false
	err = house.Demo(ctx, practice.DemoSettings{Consent: consent, End: end, Progress: func(done, total int) {
		if !told {
			fmt.Fprint(std.err, "Making the demo practice (once) ")
			told = true
		}
		if done*20/total != (done-1)*20/total {
			fmt.Fprint(std.err, ".")
		}
	}})
	if told {
		fmt.Fprintln(std.err)
	}
	return err
}
