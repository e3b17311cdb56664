package main

import (
	"archive/zip"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"knead"
	"knead/internal/store"
)

// recordFlags say where a record is, for every command that opens one.
type recordFlags struct {
	Data     string `default:"knead-data" env:"KNEAD_DATA" help:"Folder of the record." type:"path"`
	Database string `env:"KNEAD_DATABASE" help:"The record's PostgreSQL, by its address." placeholder:"DSN"`
	KeyFile  string `env:"KNEAD_KEY_FILE" help:"The key with which the record is encrypted." placeholder:"FILE" type:"path"`
}

func (f recordFlags) place() recordPlace {
	return recordPlace(f)
}

// existing refuses a folder without a record, which would otherwise become a new one.
func (f recordFlags) existing() error {
	if f.Database != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(f.Data, store.FileName)); err != nil {
		return &knead.InputError{Text: fmt.Sprintf("there is no record in %s; name its folder with --data", f.Data)}
	}
	return nil
}

type keyCommand struct {
	File string `arg:"" help:"The file to write; it must not exist." type:"path"`
}

// Run makes a key that encrypts a record at rest.
func (c *keyCommand) Run(std streams) error {
	key := make([]byte, store.KeyBytes)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return &knead.InputError{Text: fmt.Sprintf("cannot write %s: %v", c.File, because(err))}
	}
	_, err = fmt.Fprintln(f, hex.EncodeToString(key))
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "The key is in %s. Keep a copy of it away from this machine: without it nobody can read the record.\n", c.File)
	return nil
}

type backupCommand struct {
	recordFlags
	To             string   `arg:"" help:"The file to write; it must not exist." type:"path"`
	Recipient      []string `help:"Who can open the backup: an age recipient, such as age1..." placeholder:"AGE1..."`
	PassphraseFile string   `env:"KNEAD_PASSPHRASE_FILE" help:"A file whose first line opens the backup." placeholder:"FILE" type:"path"`
}

// Run writes a sealed backup while Knead may be running.
func (c *backupCommand) Run(std streams) error {
	ctx := context.Background()
	if err := c.existing(); err != nil {
		return err
	}
	recipients, err := c.recipients()
	if err != nil {
		return err
	}
	s, err := openStore(ctx, c.place())
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // it was read
	beside := c.To + ".part"
	if _, err := os.Stat(c.To); err == nil {
		return &knead.InputError{Text: c.To + " is there already; choose another name, so that no backup is lost"}
	}
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return &knead.InputError{Text: fmt.Sprintf("cannot write %s: %v", beside, because(err))}
	}
	err = s.Backup(ctx, f, megabytes(std.err), recipients...)
	fmt.Fprintln(std.err)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(beside))
	}
	if err := os.Rename(beside, c.To); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "The backup is in %s. Try it now and then: knead restore %s --data ANOTHER-FOLDER\n", c.To, c.To)
	return nil
}

func (c *backupCommand) recipients() ([]age.Recipient, error) {
	var list []age.Recipient
	for _, text := range c.Recipient {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, &knead.InputError{Text: fmt.Sprintf("--recipient %s is no age recipient; it looks like age1...", text)}
		}
		list = append(list, r)
	}
	if c.PassphraseFile != "" {
		words, err := firstLine(c.PassphraseFile)
		if err != nil {
			return nil, err
		}
		r, err := age.NewScryptRecipient(words)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	if len(list) == 0 {
		return nil, &knead.InputError{Text: "a backup is never written open: give --passphrase-file FILE or --recipient age1..."}
	}
	return list, nil
}

// firstLine reads a secret from a file, never from the command line, where others see it.
func firstLine(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", &knead.InputError{Text: fmt.Sprintf("cannot read %s: %v", file, because(err))}
	}
	line, _, _ := strings.Cut(string(content), "\n")
	if line = strings.TrimRight(line, "\r"); len(line) < 12 {
		return "", &knead.InputError{Text: "the first line of " + file + " is too short for a passphrase; take at least 12 characters"}
	}
	return line, nil
}

// megabytes draws how much is done, for a person who watches.
func megabytes(to io.Writer) store.Progress {
	b := bar{to: to}
	return func(done, total int64) {
		const mb = 1 << 20
		b.show(int(done/mb), int(max(total, done)/mb)+1)
	}
}

type restoreCommand struct {
	recordFlags
	From           string `arg:"" help:"The backup." type:"path"`
	IdentityFile   string `help:"The age identity that opens the backup." placeholder:"FILE" type:"path"`
	PassphraseFile string `env:"KNEAD_PASSPHRASE_FILE" help:"A file whose first line opens the backup." placeholder:"FILE" type:"path"`
}

// Run brings a backup to an empty place, after it has been checked whole.
func (c *restoreCommand) Run(std streams) error {
	ctx := context.Background()
	identities, err := c.identities()
	if err != nil {
		return err
	}
	f, err := os.Open(c.From)
	if err != nil {
		return &knead.InputError{Text: fmt.Sprintf("cannot read %s: %v", c.From, because(err))}
	}
	defer f.Close() //nolint:errcheck // only read
	o, err := storeOptions(c.place())
	if err != nil {
		return err
	}
	err = store.Restore(ctx, f, identities, o, megabytes(std.err))
	fmt.Fprintln(std.err)
	if err != nil {
		return err
	}
	fmt.Fprintln(std.out, "The record is back, and was checked. Everybody who was signed in when the backup was made still is.")
	return nil
}

func (c *restoreCommand) identities() ([]age.Identity, error) {
	switch {
	case c.IdentityFile != "":
		f, err := os.Open(c.IdentityFile)
		if err != nil {
			return nil, &knead.InputError{Text: fmt.Sprintf("cannot read %s: %v", c.IdentityFile, because(err))}
		}
		defer f.Close() //nolint:errcheck // only read
		list, err := age.ParseIdentities(f)
		if err != nil {
			return nil, &knead.InputError{Text: c.IdentityFile + " holds no age identity"}
		}
		return list, nil
	case c.PassphraseFile != "":
		words, err := firstLine(c.PassphraseFile)
		if err != nil {
			return nil, err
		}
		i, err := age.NewScryptIdentity(words)
		return []age.Identity{i}, err
	}
	return nil, &knead.InputError{Text: "say what opens the backup: --passphrase-file FILE or --identity-file FILE"}
}

type exportCommand struct {
	Practice exportPracticeCommand `cmd:"" help:"Everything of a practice as open formats: JSON, CSV tables, files."`
}

type exportPracticeCommand struct {
	recordFlags
	To       string `arg:"" help:"The archive to write, such as practice.zip; it must not exist." type:"path"`
	Practice string `help:"Which practice, by its id, where there are several." placeholder:"ID"`
}

// Run writes the archive.
func (c *exportPracticeCommand) Run(std streams) error {
	ctx := context.Background()
	if err := c.existing(); err != nil {
		return err
	}
	house, s, closeRecord, err := openBoth(ctx, c.place())
	if err != nil {
		return err
	}
	defer closeRecord()
	list, err := house.Practices(ctx)
	if err != nil {
		return err
	}
	id := knead.PracticeID(c.Practice)
	switch {
	case len(list) == 0:
		return &knead.InputError{Text: "there is no practice in this record yet"}
	case id == "" && len(list) > 1:
		names := make([]string, 0, len(list))
		for _, p := range list {
			names = append(names, fmt.Sprintf("%s (%s)", p.ID, p.Name))
		}
		return &knead.InputError{Text: "there are several practices; choose one with --practice: " + strings.Join(names, ", ")}
	case id == "":
		id = list[0].ID
	}
	f, err := os.OpenFile(c.To, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return &knead.InputError{Text: fmt.Sprintf("cannot write %s: %v", c.To, because(err))}
	}
	archive := zip.NewWriter(f)
	err = s.Export(ctx, id, archive.Create)
	if err = errors.Join(err, archive.Close(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(c.To))
	}
	if err := house.NoteExport(ctx, id); err != nil {
		return err
	}
	fmt.Fprintf(std.out, "Everything of the practice is in %s. It is not encrypted: treat it as you treat the record.\n", c.To)
	return nil
}

type importCommand struct {
	Practice importPracticeCommand `cmd:"" help:"Read a practice's export into a record that does not have it."`
}

type importPracticeCommand struct {
	recordFlags
	From string `arg:"" help:"The archive or folder that knead export practice wrote." type:"path"`
}

// Run reads the archive or folder.
func (c *importPracticeCommand) Run(std streams) error {
	ctx := context.Background()
	s, err := openStore(ctx, c.place())
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // every write is committed
	info, err := os.Stat(c.From)
	if err != nil {
		return &knead.InputError{Text: fmt.Sprintf("cannot read %s: %v", c.From, because(err))}
	}
	var id knead.PracticeID
	if info.IsDir() {
		id, err = s.Import(ctx, os.DirFS(c.From))
	} else {
		archive, openErr := zip.OpenReader(c.From)
		if openErr != nil {
			return &knead.InputError{Text: c.From + " is no archive; name what knead export practice wrote"}
		}
		defer archive.Close() //nolint:errcheck // only read
		id, err = s.Import(ctx, archive)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "The practice %s is in the record. Its members sign in anew: begin with knead owner reset.\n", id)
	return nil
}
