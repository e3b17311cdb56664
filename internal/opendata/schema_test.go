package opendata

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"knead/atlas"
)

var update = flag.Bool("update", false, "rewrite the generated pages in docs")

// golden holds a file to what is made now.
func golden(t *testing.T, file string, made []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(kept, made) {
		t.Errorf("%s is not what the code makes; run make docs and look at the difference", file)
	}
}

const schemaFile = "../../docs/atlas.schema.json"

func TestDocumentSchema(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, schemaFile, schema)
}

func TestTheSchemaTakesTheExportAndNothingElse(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	data := export(t, atlas.Standard())
	fresh := func(data []byte) map[string]any {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		return v.(map[string]any)
	}
	if err := schema.Validate(fresh(data)); err != nil {
		t.Errorf("the schema refuses the export: %v", err)
	}
	little := withSmallSkin(t, export(t, small(t)))
	if err := schema.Validate(fresh(little)); err != nil {
		t.Errorf("the schema refuses a small export: %v", err)
	}
	first := func(top map[string]any, name string) map[string]any { return top[name].([]any)[0].(map[string]any) }
	for name, spoil := range map[string]func(map[string]any){
		"an unknown key":     func(top map[string]any) { first(top, "muscles")["colour"] = "red" },
		"no name":            func(top map[string]any) { delete(first(top, "muscles"), "name") },
		"a group of its own": func(top map[string]any) { first(top, "muscles")["group"] = "wing" },
		"a fifth layer":      func(top map[string]any) { first(top, "muscles")["layer"] = 5.0 },
		"an id with blanks":  func(top map[string]any) { first(top, "sources")["id"] = "a b" },
		"a bare reference":   func(top map[string]any) { first(top, "sources")["ref"] = "10.1/x" },
		"another licence":    func(top map[string]any) { top["header"].(map[string]any)["licence"] = "MIT" },
		"no surface":         func(top map[string]any) { delete(top, "surface") },
	} {
		top := fresh(little)
		spoil(top)
		if schema.Validate(top) == nil {
			t.Errorf("the schema takes an export with %s", name)
		}
	}
}

// withSmallSkin puts a skin without cells in the place of the whole one.
func withSmallSkin(t *testing.T, data []byte) []byte {
	t.Helper()
	columns := map[string]list{}
	for _, m := range surface()[1].value.(object) {
		columns[m.name] = list{}
	}
	skin, err := json.Marshal(map[string]any{"half": 1, "cells": columns})
	if err != nil {
		t.Fatal(err)
	}
	rows := bytes.TrimSuffix(withoutSkin(data), []byte("}"))
	return append(rows, ",\"regions\":[],\"parts\":[],\"surface\":"+string(skin)+"}"...)
}

// Every property has a description; every line of the dictionary is used.
func TestTheDictionaryIsComplete(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	var walk func(at string, v any)
	walk = func(at string, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			return
		}
		if items, ok := o["items"]; ok {
			walk(at, items)
		}
		properties, _ := o["properties"].(map[string]any)
		for name, p := range properties {
			words, _ := p.(map[string]any)["description"].(string)
			if words == "" {
				t.Errorf("%s/%s has no description; write one in dictionary.txt", at, name)
			}
			used[words] = true
			walk(at+"/"+name, p)
		}
	}
	walk("", schema)
	for _, table := range tables(atlas.Standard()) {
		used[table.about] = true
		for _, c := range table.columns {
			used[c.about] = true
			if c.about == "" {
				t.Errorf("%s.%s has no description; write one in dictionary.txt", table.name, c.name)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(dictionary())) {
		words := dictionary()[path]
		if !used[words] {
			t.Errorf("dictionary.txt: %s is no field", path)
		}
		if !strings.HasSuffix(words, ".") {
			t.Errorf("dictionary.txt: %s does not end as a sentence", path)
		}
	}
}
