package atlas

import (
	"os"
	"regexp"
	"testing"
)

// TestHowSureNamesItsSources holds docs/how-sure.md to sources that exist.
func TestHowSureNamesItsSources(t *testing.T) {
	text, err := os.ReadFile("../docs/how-sure.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\[([a-z0-9-]+)\](?:[^(]|$)`).FindAllStringSubmatch(string(text), -1)
	if len(named) < 20 {
		t.Fatalf("only %d sources are named in brackets", len(named))
	}
	for _, m := range named {
		if _, ok := Standard().Sources[SourceID(m[1])]; !ok {
			t.Errorf("[%s] is no source of the atlas", m[1])
		}
	}
}
