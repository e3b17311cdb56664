package main

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"knead/internal/server"
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

func TestTheUnitForTheWorldHasOneCapabilityMore(t *testing.T) {
	u := unit{}
	u.read(t, deployed(t, "knead.service"))
	u.read(t, deployed(t, "https.conf"))
	words := u.start(t)
	if !slices.Contains(words, "--acme-host") {
		t.Errorf("%q fetches no certificate", words)
	}
	for _, key := range []string{"CapabilityBoundingSet", "AmbientCapabilities"} {
		if got := u.one(t, key); got != "CAP_NET_BIND_SERVICE" {
			t.Errorf("%s=%s, want CAP_NET_BIND_SERVICE alone", key, got)
		}
	}
}

// instruction is a line of a Containerfile.
type instruction struct{ name, rest string }

func containerfile(t *testing.T) []instruction {
	t.Helper()
	var all []instruction
	for _, line := range strings.Split(strings.ReplaceAll(deployed(t, "Containerfile"), "\\\n", " "), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		all = append(all, instruction{name, strings.TrimSpace(rest)})
	}
	return all
}

// words reads the form of CMD and ENTRYPOINT that starts no shell: there is none.
func words(t *testing.T, text string) []string {
	t.Helper()
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatalf("%s is no list of words: %v", text, err)
	}
	return list
}

func TestTheImageStartsKneadAsNobody(t *testing.T) {
	lines := containerfile(t)
	last := 0
	for i, line := range lines {
		if line.name == "FROM" {
			last = i
		}
	}
	if lines[last].rest != "scratch" {
		t.Errorf("the image is made FROM %s, want scratch", lines[last].rest)
	}
	final := map[string]string{}
	copied := map[string]string{} // where to -> all of the instruction
	for _, line := range lines[last+1:] {
		if line.name == "COPY" {
			parts := strings.Fields(line.rest)
			copied[parts[len(parts)-1]] = line.rest
			continue
		}
		if final[line.name] != "" {
			t.Errorf("%s stands twice", line.name)
		}
		final[line.name] = line.rest
	}
	user, _, _ := strings.Cut(final["USER"], ":")
	if id, err := strconv.Atoi(user); err != nil || id == 0 {
		t.Errorf("USER %s: want a number that is not root's; there is no list of users to look a name up in", final["USER"])
	}
	program := words(t, final["ENTRYPOINT"])
	if len(program) != 1 || copied[program[0]] == "" {
		t.Errorf("ENTRYPOINT %s is not copied into the image", final["ENTRYPOINT"])
	}
	serve := understands(t, words(t, final["CMD"]))
	if volume := words(t, final["VOLUME"]); len(volume) != 1 || volume[0] != serve.Data {
		t.Errorf("VOLUME %s, but the record is kept in %s", final["VOLUME"], serve.Data)
	}
	if !strings.Contains(copied[serve.Data], "--chown="+final["USER"]) {
		t.Errorf("COPY %s: the folder of the record does not belong to %s", copied[serve.Data], final["USER"])
	}
	if !server.OnlyThisMachine(serve.Addr) { // without a certificate it would refuse to start
		t.Errorf("the image's own command listens at %s, which others reach, and has no certificate", serve.Addr)
	}
}

func TestTheImageIsBuiltWithTheGoOfTheModule(t *testing.T) {
	module, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(string(module))
	if want == nil {
		t.Fatal("go.mod names no Go")
	}
	lines := containerfile(t)
	if got := lines[0]; got.name != "FROM" || got.rest != "golang:"+want[1]+" AS build" {
		t.Errorf("%s %s, want the Go of go.mod, %s", got.name, got.rest, want[1])
	}
	build := slices.IndexFunc(lines, func(i instruction) bool { return i.name == "RUN" && strings.Contains(i.rest, "go build") })
	if build < 0 || !strings.Contains(lines[build].rest, "CGO_ENABLED=0 ") || !strings.HasSuffix(lines[build].rest, " ./cmd/knead") {
		t.Errorf("no line builds ./cmd/knead without a C library, which an empty image lacks")
	}
}

func TestTheGuideNamesOnlyFlagsThatExist(t *testing.T) {
	var cli commands
	parser, err := kong.New(&cli, kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"secret": true} // of podman
	for _, node := range parser.Model.Children {
		if node.Name == "serve" {
			for _, flag := range node.Flags {
				known[flag.Name] = true
			}
		}
	}
	found := regexp.MustCompile("`--([a-z-]+)").FindAllStringSubmatch(deployed(t, "README.md"), -1)
	if len(found) < 4 {
		t.Errorf("only %d flags are named: the test reads the guide wrongly", len(found))
	}
	for _, flag := range found {
		if !known[flag[1]] {
			t.Errorf("the guide names --%s, which knead serve does not have", flag[1])
		}
	}
}
