package fhir

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"knead/atlas"
	"knead/body"
)

// The structure is checked by internal/fhir/validate.test.mjs against FHIR's own
// definitions; here stand the rules that they cannot express.

func TestTerminologyIsWrittenAlikeEachTime(t *testing.T) {
	first, err := Terminology(atlas.Standard()).JSON()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Terminology(atlas.Standard()).JSON()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, again) {
		t.Error("two bundles of one atlas differ")
	}
}

// A code as R4 section 2.24.0.1 has it: no blanks at the ends, single ones inside.
var code = regexp.MustCompile(`^\S+( \S+)*$`)

func TestEveryCodeIsKnownOnce(t *testing.T) {
	b := Terminology(atlas.Standard())
	known := map[string]map[string]bool{}
	urls := map[string]bool{}
	for _, e := range b.Entry {
		if urls[e.FullURL] || !strings.HasPrefix(e.FullURL, "urn:uuid:") {
			t.Errorf("the url %s stands twice or is no UUID", e.FullURL)
		}
		urls[e.FullURL] = true
		if s, ok := e.Resource.(CodeSystem); ok {
			known[s.URL] = codes(t, s)
		}
	}
	if len(known) != 4 || len(b.Entry) != 11 {
		t.Fatalf("%d code systems in %d entries", len(known), len(b.Entry))
	}
	for _, e := range b.Entry {
		switch r := e.Resource.(type) {
		case ValueSet:
			if len(r.Compose.Include) != 1 || known[r.Compose.Include[0].System] == nil {
				t.Errorf("the value set %s includes %+v", r.Name, r.Compose)
			}
		case ConceptMap:
			checkMap(t, r, known)
		}
	}
}

func codes(t *testing.T, s CodeSystem) map[string]bool {
	t.Helper()
	rules := map[string]string{}
	for _, p := range s.Property {
		rules[p.Code] = p.Type
	}
	seen := map[string]bool{}
	var walk func(list []Concept)
	walk = func(list []Concept) {
		for _, c := range list {
			if seen[c.Code] || !code.MatchString(c.Code) || c.Display == "" {
				t.Errorf("%s: the code %q stands twice, is none or has no display", s.Name, c.Code)
			}
			seen[c.Code] = true
			for _, p := range c.Property {
				given := ""
				for kind, is := range map[string]bool{"code": p.ValueCode != "", "string": p.ValueString != "", "integer": p.ValueInteger != nil, "boolean": p.ValueBoolean != nil} {
					if is {
						given += kind
					}
				}
				if given != rules[p.Code] {
					t.Errorf("%s: %s has %s of type %q, the rule says %q", s.Name, c.Code, p.Code, given, rules[p.Code])
				}
			}
			walk(c.Concept)
		}
	}
	walk(s.Concept)
	if len(seen) != s.Count {
		t.Errorf("%s counts %d codes and has %d", s.Name, s.Count, len(seen))
	}
	return seen
}

func checkMap(t *testing.T, m ConceptMap, known map[string]map[string]bool) {
	t.Helper()
	for _, g := range m.Group {
		for _, e := range g.Element {
			if !known[g.Source][e.Code] {
				t.Errorf("%s maps %s, which is no code", m.Name, e.Code)
			}
			for _, to := range e.Target {
				if to.Code == "" || to.Comment == "" { // cmd-1: narrower and inexact need a comment
					t.Errorf("%s maps %s to %+v", m.Name, e.Code, to)
				}
			}
		}
	}
}

func TestEveryRegionIsMappedToCHOIRWithItsMirrorImage(t *testing.T) {
	byCode := map[string]Element{}
	for _, e := range choirElements() {
		byCode[e.Code] = e
		if len(e.Target) == 0 {
			t.Errorf("%s is in no segment", e.Code)
		}
	}
	for _, r := range body.Regions() {
		right, left := byCode[sided(r.ID, body.Right)], byCode[sided(r.ID, body.Left)]
		if len(right.Target) != len(left.Target) {
			t.Errorf("%s: %d segments on the right, %d on the left", r.ID, len(right.Target), len(left.Target))
		}
	}
	want := []Target{{"103", "wider", "100 percent of the region lies in the segment"}}
	if got := byCode["ear-right"].Target; len(got) != 1 || got[0] != want[0] {
		t.Errorf("ear-right is mapped to %+v, want %+v", got, want)
	}
}
