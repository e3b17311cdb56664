package atlas

import (
	"slices"
	"testing"
)

func TestEveryKeySaysWhatItHolds(t *testing.T) {
	var check func(at string, f Form)
	check = func(at string, f Form) {
		switch f.Holds {
		case "":
			t.Errorf("%s does not say what it holds", at)
		case Word:
			if len(f.From) == 0 {
				t.Errorf("%s is a word out of none", at)
			}
		case List:
			check(at+"[]", *f.Item)
		case Record:
			for i, p := range f.Parts {
				check(at+"."+p.Name, p.Form)
				if p.Optional && i < len(f.Parts)-1 {
					t.Errorf("%s.%s may be missing and is not the last part", at, p.Name)
				}
			}
		}
	}
	for _, k := range Kinds() {
		for _, key := range k.Keys {
			check(k.Name+"."+key.Name, key.Form)
		}
	}
}

// The rows of the whole atlas use no kind and no key that Kinds does not list.
func TestKindsListWhatRowsHave(t *testing.T) {
	kinds := map[string]Kind{}
	for _, k := range Kinds() {
		kinds[k.Name] = k
	}
	for _, r := range Standard().Rows() {
		k, ok := kinds[r.Kind]
		if !ok {
			t.Fatalf("Kinds has no %s", r.Kind)
		}
		for _, l := range r.Lines {
			if !slices.ContainsFunc(k.Keys, func(key Key) bool { return key.Name == l.Key }) {
				t.Errorf("%s %s: Kinds has no key %s", r.Kind, r.ID, l.Key)
			}
		}
	}
}
