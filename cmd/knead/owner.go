package main

import (
	"context"
	"fmt"
	"strings"

	"knead"
	"knead/internal/practice"
)

// ownerCommand is for whoever has the machine: they have the record in any case.
type ownerCommand struct {
	Reset ownerResetCommand `cmd:"" help:"Print a link by which the owner sets up their sign-in anew."`
}

type ownerResetCommand struct {
	Data     string `default:"knead-data" env:"KNEAD_DATA" help:"Folder of the record." type:"path"`
	Database string `env:"KNEAD_DATABASE" help:"The record's PostgreSQL, by its address." placeholder:"DSN"`
	KeyFile  string `env:"KNEAD_KEY_FILE" help:"The key with which the record is encrypted." placeholder:"FILE" type:"path"`
	URL      string `default:"http://localhost:8080" env:"KNEAD_URL" help:"The address under which Knead runs." placeholder:"URL"`
	Email    string `help:"The owner's mail address, where there is more than one owner." placeholder:"ADDRESS"`
}

// Run prints the link. What opened before opens until it is used.
func (c *ownerResetCommand) Run(std streams) error {
	ctx := context.Background()
	house, closeRecord, err := openHouse(ctx, recordPlace{Data: c.Data, Database: c.Database, KeyFile: c.KeyFile})
	if err != nil {
		return err
	}
	defer closeRecord()
	by, owner, err := c.owner(ctx, house)
	if err != nil {
		return err
	}
	bearer, l, err := house.ResetLink(ctx, by, owner.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s sets up their sign-in anew at\n\n  %s/%s/%s\n\nIt works once, until %s. Knead must be running.\n",
		owner.Email, strings.TrimSuffix(c.URL, "/"), l.Purpose, bearer, l.Expires.Time().Local().Format("15:04"))
	return nil
}

// owner finds the one owner who is meant.
func (c *ownerResetCommand) owner(ctx context.Context, house *practice.House) (by practice.Actor, owner knead.Member, err error) {
	practices, err := house.Practices(ctx)
	if err != nil {
		return by, owner, err
	}
	var found []knead.Member
	var names []string
	for _, p := range practices {
		program := practice.Program(p.ID, "command line")
		members, err := house.Members(ctx, program)
		if err != nil {
			return by, owner, err
		}
		for _, m := range members {
			if m.Role != knead.Owner || !m.Active(house.Now()) || c.Email != "" && !strings.EqualFold(m.Email, strings.TrimSpace(c.Email)) {
				continue
			}
			by, found, names = program, append(found, m), append(names, m.Email)
		}
	}
	switch {
	case len(practices) == 0:
		return by, owner, &knead.InputError{Text: "there is no practice in this record yet; start Knead and set it up, or name the right folder with --data"}
	case len(found) == 0:
		return by, owner, &knead.InputError{Text: "no owner who may sign in has this mail address"}
	case len(found) > 1:
		return by, owner, &knead.InputError{Text: "there is more than one owner; choose one with --email: " + strings.Join(names, ", ")}
	}
	return by, found[0], nil
}
