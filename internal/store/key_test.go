package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"knead"
	"knead/internal/store"
)

func TestAKeyIsReadFromAFileThatOthersCannotRead(t *testing.T) {
	const digits = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	dir, elsewhere := t.TempDir(), t.TempDir()
	for _, c := range []struct {
		name    string
		mode    fs.FileMode
		content string
		handed  string
		say     string // "" if the key is taken
	}{
		{"the owner's", 0o600, digits, "", ""},
		{"with a line end", 0o400, digits + "\n", "", ""},
		{"the group's", 0o640, digits, "", "can be read by others"},
		{"everybody's", 0o604, digits, "", "can be read by others"},
		{"handed over by systemd", 0o440, digits, dir, ""},
		{"handed over to somebody else", 0o440, digits, elsewhere, "can be read by others"},
		{"handed over, and open to all", 0o444, digits, dir, "can be read by others"},
		{"handed over, and the group may write", 0o460, digits, dir, "can be read by others"},
		{"too short", 0o600, digits[2:], "", "64 hexadecimal digits"},
		{"not digits", 0o600, strings.Repeat("x", 64), "", "64 hexadecimal digits"},
	} {
		file := filepath.Join(dir, c.name)
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, c.mode); err != nil { // no umask in between
			t.Fatal(err)
		}
		key, err := store.ReadKey(file, c.handed)
		if c.say == "" {
			if err != nil || len(key) != store.KeyBytes || key[31] != 0x1f {
				t.Errorf("%s: a key of %d bytes, %v, want the key", c.name, len(key), err)
			}
			continue
		}
		if knead.KindOf(err) != knead.Invalid || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s: %v, want %q", c.name, err, c.say)
		}
	}
	if _, err := store.ReadKey(filepath.Join(dir, "missing"), ""); knead.KindOf(err) != knead.Invalid {
		t.Errorf("a missing file: %v, want an error of kind invalid", err)
	}
}
