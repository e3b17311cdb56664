package main

import (
	"archive/zip"
	"bytes"
	"fmt"

	"knead/atlas"
	"knead/internal/fhir"
	"knead/internal/opendata"
	"knead/internal/web"
)

// offer is the atlas as files for programs, which the public pages hand out.
func offer() []web.Download {
	return []web.Download{
		{Name: "knead-atlas.json", Key: "json", Kind: "application/json", Make: func() ([]byte, error) {
			return opendata.JSON(atlas.Standard())
		}},
		{Name: "knead-atlas.schema.json", Key: "schema", Kind: "application/schema+json", Make: opendata.Schema},
		{Name: "knead-atlas-csv.zip", Key: "csv", Kind: "application/zip", Make: tables},
		{Name: "knead-atlas-fhir.json", Key: "fhir", Kind: "application/fhir+json", Make: func() ([]byte, error) {
			return fhir.Terminology(atlas.Standard()).JSON()
		}},
	}
}

// tables packs the data package. No file carries a time, so that the same atlas gives
// the same bytes.
func tables() ([]byte, error) {
	files, err := opendata.CSV(atlas.Standard())
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		w, err := z.Create(f.Name)
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.Name, err)
		}
		if _, err := w.Write(f.Data); err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack the tables: %w", err)
	}
	return b.Bytes(), nil
}
