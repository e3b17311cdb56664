package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"knead"
	"knead/internal/practice"
	"knead/internal/store"
)

type doctorCommand struct {
	recordFlags
	Mail mailFlags `embed:"" prefix:"smtp-"`
}

// finding is one thing that the doctor looked at.
type finding struct {
	what string
	say  string
	bad  bool
}

// Run looks at everything that can go wrong without anybody noticing, and says so.
func (c *doctorCommand) Run(std streams) error {
	ctx := context.Background()
	if err := c.existing(); err != nil {
		return err
	}
	house, s, closeRecord, err := openBoth(ctx, c.place())
	if err != nil {
		return err
	}
	defer closeRecord()
	var list []finding
	list = append(list, c.tables(ctx, s), c.integrity(ctx, s), c.disk(), c.clock(ctx, house))
	list = append(list, c.chains(ctx, house)...)
	list = append(list, c.mail(ctx))
	bad := 0
	for _, f := range list {
		mark := "ok  "
		if f.bad {
			mark, bad = "BAD ", bad+1
		}
		fmt.Fprintf(std.out, "%s %-10s %s\n", mark, f.what, f.say)
	}
	if bad > 0 {
		fmt.Fprintf(std.err, "knead: %d of %d things need a look\n", bad, len(list))
		return errReported
	}
	return nil
}

func verdict(what, good string, err error) finding {
	if err == nil {
		return finding{what, good, false}
	}
	if known, ok := errors.AsType[*knead.Error](err); ok && known.Say != "" {
		return finding{what, known.Say, true}
	}
	return finding{what, err.Error(), true}
}

func (c *doctorCommand) tables(ctx context.Context, s *store.Store) finding {
	have, newest, err := s.Version(ctx)
	return verdict("tables", fmt.Sprintf("version %d of %d", have, newest), err)
}

func (c *doctorCommand) integrity(ctx context.Context, s *store.Store) finding {
	return verdict("integrity", "the database finds nothing wrong in itself", s.Check(ctx))
}

// leastFree is the least free space in bytes (chosen: a week of a busy practice
// with photos, and room for the copy that a backup makes).
const leastFree = 1 << 30

func (c *doctorCommand) disk() finding {
	if c.Database != "" {
		return finding{"disk", "not looked at: the database is elsewhere", false}
	}
	free, err := freeSpace(c.Data)
	if err != nil {
		return finding{"disk", "cannot be looked at: " + err.Error(), true}
	}
	size := int64(0)
	if info, err := os.Stat(filepath.Join(c.Data, store.FileName)); err == nil {
		size = info.Size()
	}
	say := fmt.Sprintf("%d MB free, the record has %d MB", free>>20, size>>20)
	return finding{"disk", say, free < leastFree || free < 2*size}
}

// clock compares the machine's time with the newest act: a clock that was set back would
// put what happens now before what happened then.
func (c *doctorCommand) clock(ctx context.Context, house *practice.House) finding {
	newest, err := house.NewestAct(ctx)
	if err != nil {
		return verdict("clock", "", err)
	}
	now := house.Now()
	if newest > now.Add(time.Minute) {
		return finding{"clock", fmt.Sprintf("the newest act is %s ahead of this machine's clock; set the clock", newest.Sub(now).Round(time.Second)), true}
	}
	zone, _ := time.Now().Zone()
	return finding{"clock", time.Now().Format("2006-01-02 15:04:05 ") + zone, false}
}

func (c *doctorCommand) chains(ctx context.Context, house *practice.House) []finding {
	list, err := house.Practices(ctx)
	if err != nil {
		return []finding{verdict("practices", "", err)}
	}
	var out []finding
	for _, p := range list {
		lines, err := house.VerifyAudit(ctx, p.ID)
		out = append(out, verdict("audit", fmt.Sprintf("%s: %d lines, the chain holds", p.Name, lines), err))
		signed, changed, err := house.VerifyNotes(ctx, p.ID)
		if err == nil && len(changed) > 0 {
			ids := make([]string, 0, len(changed))
			for _, id := range changed {
				ids = append(ids, string(id))
			}
			err = fmt.Errorf("%s: changed after signing: %s", p.Name, strings.Join(ids, ", "))
		}
		out = append(out, verdict("notes", fmt.Sprintf("%s: %d signed notes, none changed", p.Name, signed), err))
	}
	return out
}

func (c *doctorCommand) mail(ctx context.Context) finding {
	if c.Mail.Host == "" {
		return finding{"mail", "not set up: links are handed over by hand", false}
	}
	mailer, err := c.Mail.mailer()
	if err != nil {
		return verdict("mail", "", err)
	}
	ctx, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	return verdict("mail", "the mail server takes letters", mailer.Check(ctx))
}
