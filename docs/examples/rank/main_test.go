package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	kneadatlas "knead/atlas"
	"knead/internal/opendata"
)

// export writes the atlas as the command does, and gives the JSON file and the folder
// of the tables.
func export(t *testing.T) (file, folder string) {
	t.Helper()
	folder = t.TempDir()
	text, err := opendata.JSON(kneadatlas.Standard())
	if err != nil {
		t.Fatal(err)
	}
	tables, err := opendata.CSV(kneadatlas.Standard())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(tables, opendata.File{Name: "atlas.json", Data: text}) {
		if err := os.WriteFile(filepath.Join(folder, f.Name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "atlas.json"), folder
}

func TestTheExamplesRun(t *testing.T) {
	file, folder := export(t)
	var out strings.Builder
	if err := run([]string{file, "temple", "eyebrow"}, &out); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(out.String(), "\n"); len(lines) != 11 || !strings.Contains(lines[0], "temporalis-1") {
		t.Errorf("rank of temple and eyebrow:\n%s", &out)
	}
	if err := run([]string{file, "wing"}, &out); err == nil {
		t.Error("rank took a region that does not exist")
	}

	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal("the Python examples need python3; install it, or let tools/setup.sh do so")
	}
	ranked, err := exec.Command(python, "../rank.py", folder, "temple", "eyebrow").Output()
	if err != nil || string(ranked) != out.String() {
		t.Errorf("rank.py gave %v and\n%s\nthe Go example\n%s", err, ranked, &out)
	}
	drawn, err := exec.Command(python, "../zone.py", file, "levator-scapulae-1").Output()
	if err != nil || strings.Count(string(drawn), `fill="#b3261e"`) < 50 || !strings.HasSuffix(string(drawn), "</svg>\n") {
		t.Errorf("zone.py gave %v and %d bytes", err, len(drawn))
	}
}
