package atlas

import (
	"io/fs"
	"testing"
)

func TestEmbeddedDataAreRead(t *testing.T) {
	data, err := fs.Sub(dataFiles, "data")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(data); err != nil {
		t.Errorf("Parse(embedded data) found mistakes:\n%v", err)
	}
}
