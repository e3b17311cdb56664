package main

import (
	"path/filepath"
	"strings"
	"testing"

	"knead/internal/practice"
)

func TestADemoIsNeverMadeOverARealRecord(t *testing.T) {
	data := filepath.Join(t.TempDir(), "record")
	house, closeRecord, err := openHouse(t.Context(), recordPlace{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	_, err = house.SetUp(t.Context(), practice.Setup{Practice: "Clay", Zone: "UTC", Owner: "Noor", Email: "noor@example.org", Password: "seven warm stones in a row"})
	closeRecord()
	if err != nil {
		t.Fatal(err)
	}
	if err := wipeDemo(t.Context(), data); err == nil || !strings.Contains(err.Error(), "not a demo") {
		t.Errorf("wipeDemo of a real record: %v", err)
	}
	house, closeRecord, err = openHouse(t.Context(), recordPlace{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	defer closeRecord()
	if list, err := house.Practices(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("afterwards there are %d practices, %v", len(list), err)
	}
}
