package knead_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"knead/atlas"
)

// A number in the README that nobody counts is soon wrong.
func TestTheReadmeCountsTheAtlas(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	a := atlas.Standard()
	for what, n := range map[string]int{
		"muscles": len(a.Muscles), "trigger points": len(a.Points()), "conditions": len(a.Conditions),
		"common claims": len(a.Claims), "exercises": len(a.Exercises),
	} {
		if said := fmt.Sprintf("%d %s", n, what); !strings.Contains(string(text), said) {
			t.Errorf("README.md does not say %q", said)
		}
	}
}
