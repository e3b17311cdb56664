// Package opendata gives the atlas to other programs and takes it back: as one JSON
// file, and as a data package of CSV tables.
//
// It is no second description of the atlas. The keys, and what each of them holds,
// come from [atlas.Kinds]; what they mean stands in dictionary.txt; the JSON Schema,
// the table schemas and the field lists of docs/open-data.md are made of the two.
//
// Start at [JSON] and [Read], or for tables at [CSV] and [ReadTables]. What comes in is
// strict: it is turned into the text format and read by package atlas, so that no other
// rules hold here than there.
package opendata

import (
	"knead"
	"knead/atlas"
	"knead/body"
)

// Format numbers the JSON format. It changes when a reader of the old one would
// misunderstand the new one.
const Format = 1

// Title names the data.
const Title = "Knead atlas"

// header says what the file is, under which terms, and on which skin.
func header(a *atlas.Atlas) object {
	return object{
		{"format", float64(Format)},
		{"title", Title},
		{"purpose", knead.Purpose},
		{"version", a.Version},
		{"knead", knead.Version},
		{"licence", atlas.Licence},
		{"licence_url", atlas.LicenceURL},
		{"credit", atlas.Credit},
		{"cite", a.Cite(knead.Version)},
		{"body", float64(body.Version)},
		{"surface_sha256", body.Fingerprint()},
	}
}

// section is one list of rows at the top of the JSON file.
type section struct{ name, kind string }

// sections in the order of the file. Points stand below their muscle.
var sections = []section{
	{"muscles", "muscle"},
	{"patterns", "pattern"},
	{"techniques", "technique"},
	{"conditions", "condition"},
	{"claims", "claim"},
	{"exercises", "exercise"},
	{"terms", "term"},
	{"changes", "change"},
	{"studies", "study"},
	{"sources", "source"},
	{"lists", "list"},
}

// nameOf gives the name of a key in JSON and CSV: the same as in the text format, but
// for the reference of a source, whose key there is also called id.
func nameOf(kind, key string) string {
	if kind == "source" && key == "id" {
		return "ref"
	}
	return key
}

func kindNamed(name string) atlas.Kind {
	for _, k := range atlas.Kinds() {
		if k.Name == name {
			return k
		}
	}
	panic("opendata: there is no kind " + name) // the sections name kinds; a test holds them
}
