package main

import (
	"encoding/json"
	"os"
	"testing"
)

// The schema that is handed out is the one in docs, so that a link to either is right.
func TestTheSchemaIsOfferedAsItIsDocumented(t *testing.T) {
	want, err := os.ReadFile("../../docs/atlas.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range offer() {
		got, err := d.Make()
		if err != nil {
			t.Fatalf("%s: %v", d.Name, err)
		}
		if d.Key != "csv" && !json.Valid(got) {
			t.Errorf("%s is not JSON", d.Name)
		}
		if d.Key == "schema" {
			if string(got) != string(want) {
				t.Errorf("%s differs from docs/atlas.schema.json", d.Name)
			}
			return
		}
	}
	t.Error("no schema is offered")
}
