package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// deployed reads a file of docs/deploy.
func deployed(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../../docs/deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// understands parses a command line as Knead would, and gives what serve was told.
func understands(t *testing.T, args []string) serveCommand {
	t.Helper()
	var cli commands
	parser, err := kong.New(&cli, kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	ctx, err := parser.Parse(args)
	if err != nil {
		t.Fatalf("knead does not understand %q: %v", args, err)
	}
	if ctx.Command() != "serve" {
		t.Fatalf("%q is the command %s, want serve", args, ctx.Command())
	}
	return cli.Serve
}

// unit is a unit of systemd: the values of each key of [Service], in order. An empty
// value forgets those before it.
type unit map[string][]string

func (u unit) read(t *testing.T, text string) {
	t.Helper()
	section := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || section == "" {
			t.Fatalf("line %d: %q is no setting", i+1, line)
		}
		if section != "[Service]" {
			continue
		}
		if value == "" {
			u[key] = nil
			continue
		}
		u[key] = append(u[key], value)
	}
}

func (u unit) one(t *testing.T, key string) string {
	t.Helper()
	if len(u[key]) != 1 {
		t.Fatalf("%s= has the values %q, want one", key, u[key])
	}
	return u[key][0]
}

// start gives the command line of the unit, with what systemd puts in.
func (u unit) start(t *testing.T) []string {
	t.Helper()
	line := u.one(t, "ExecStart")
	state := "/var/lib/" + u.one(t, "StateDirectory")
	line = strings.ReplaceAll(line, "${STATE_DIRECTORY}", state)
	line = strings.ReplaceAll(line, "${CREDENTIALS_DIRECTORY}", "/run/credentials/knead.service")
	if strings.Contains(line, "$") {
		t.Errorf("ExecStart=%s: not all that it asks for is known", line)
	}
	words := strings.Fields(line)
	if words[0] != "/usr/local/bin/knead" {
		t.Errorf("ExecStart= starts %s, want /usr/local/bin/knead", words[0])
	}
	serve := understands(t, words[1:])
	if serve.Data != state {
		t.Errorf("the record is kept in %s, want %s, the only folder that the service may write to", serve.Data, state)
	}
	name, _, _ := strings.Cut(u.one(t, "LoadCredential"), ":")
	if path.Base(serve.KeyFile) != name || path.Dir(serve.KeyFile) != "/run/credentials/knead.service" {
		t.Errorf("the key is read from %s, but systemd hands over %s", serve.KeyFile, name)
	}
	return words
}

func TestTheUnitStartsKneadAndShutsItIn(t *testing.T) {
	u := unit{}
	u.read(t, deployed(t, "knead.service"))
	u.start(t)
	for key, want := range map[string]string{
		"DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
		"PrivateDevices": "yes", "PrivateUsers": "yes", "MemoryDenyWriteExecute": "yes", "RestrictNamespaces": "yes",
		"StateDirectoryMode": "0700", "UMask": "0077", "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
	} {
		if got := u.one(t, key); got != want {
			t.Errorf("%s=%s, want %s", key, got, want)
		}
	}
	if set, ok := u["CapabilityBoundingSet"]; !ok || len(set) != 0 {
		t.Errorf("CapabilityBoundingSet= is %q, want it there and empty", set)
	}
}

func TestTheGuideNamesOnlyFlagsThatExist(t *testing.T) {
	var cli commands
	parser, err := kong.New(&cli, kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, node := range parser.Model.Children {
		if node.Name == "serve" {
			for _, flag := range node.Flags {
				known[flag.Name] = true
			}
		}
	}
	found := regexp.MustCompile("`--([a-z-]+)").FindAllStringSubmatch(deployed(t, "README.md"), -1)
	if len(found) < 3 {
		t.Errorf("only %d flags are named: the test reads the guide wrongly", len(found))
	}
	for _, flag := range found {
		if !known[flag[1]] {
			t.Errorf("the guide names --%s, which knead serve does not have", flag[1])
		}
	}
}
