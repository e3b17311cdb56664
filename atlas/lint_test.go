package atlas

import (
	"bufio"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestLintFindsNoFault(t *testing.T) {
	for _, p := range Standard().Lint() {
		if p.Severity == Fault {
			t.Error(p)
		} else {
			t.Log(p)
		}
	}
}

// Stored visits and links name points by their ids: an id may be added, but never
// taken away or given another meaning.
func TestIDsAreNeverTakenAway(t *testing.T) {
	const golden = "testdata/ids.txt"
	var now []string
	for _, m := range Standard().Muscles {
		now = append(now, "muscle "+string(m.ID))
	}
	for _, p := range Standard().Points() {
		now = append(now, "point "+string(p.ID))
	}
	slices.Sort(now)
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(now, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if _, ok := slices.BinarySearch(now, lines.Text()); !ok {
			t.Errorf("%s is gone; ids that were released stay", lines.Text())
		}
	}
}
