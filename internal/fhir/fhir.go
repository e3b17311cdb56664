// Package fhir is the door for health systems: FHIR R4. It has its own small structs
// with the elements that Knead fills in, and no others.
//
// Start at [Terminology]: the regions, muscles and points as code systems and value
// sets, and maps from them to other systems. It is not a FHIR server, and nothing
// here is about a client.
package fhir

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bundle is a list of resources (R4, section 2.36).
type Bundle struct {
	ResourceType string  `json:"resourceType"`
	ID           string  `json:"id"`
	Type         string  `json:"type"`
	Entry        []Entry `json:"entry"`
}

// Entry is one resource of a bundle.
type Entry struct {
	FullURL  string `json:"fullUrl"`
	Resource any    `json:"resource"`
}

// Conformance is what code systems, value sets and concept maps begin with. The url
// names the resource and is no address; see names.
type Conformance struct {
	ResourceType string `json:"resourceType"`
	ID           string `json:"id"`
	URL          string `json:"url"`
	Version      string `json:"version"`
	Name         string `json:"name"`
	Title        string `json:"title"`
	Status       string `json:"status"`
	Experimental bool   `json:"experimental"`
	Publisher    string `json:"publisher"`
	Description  string `json:"description"`
	Copyright    string `json:"copyright,omitzero"`
}

// CodeSystem is a list of codes with their meaning (R4, section 4.8).
type CodeSystem struct {
	Conformance
	CaseSensitive    bool           `json:"caseSensitive"`
	ValueSet         string         `json:"valueSet,omitzero"`
	HierarchyMeaning string         `json:"hierarchyMeaning,omitzero"`
	Content          string         `json:"content"`
	Count            int            `json:"count,omitzero"` // of all concepts, also below others
	Property         []PropertyRule `json:"property,omitempty"`
	Concept          []Concept      `json:"concept,omitempty"`
}

// PropertyRule says what a property of a concept means.
type PropertyRule struct {
	Code        string `json:"code"`
	Description string `json:"description"`
	Type        string `json:"type"`
}

// Concept is one code.
type Concept struct {
	Code        string        `json:"code"`
	Display     string        `json:"display"`
	Definition  string        `json:"definition,omitzero"`
	Designation []Designation `json:"designation,omitempty"`
	Property    []Property    `json:"property,omitempty"`
	Concept     []Concept     `json:"concept,omitempty"`
}

// Designation is another name of a concept.
type Designation struct {
	Language string `json:"language"`
	Value    string `json:"value"`
}

// Property is one fact about a concept: exactly one of its values is given.
type Property struct {
	Code         string `json:"code"`
	ValueCode    string `json:"valueCode,omitzero"`
	ValueString  string `json:"valueString,omitzero"`
	ValueInteger *int   `json:"valueInteger,omitzero"`
	ValueBoolean *bool  `json:"valueBoolean,omitzero"`
}

// ValueSet is a choice of codes (R4, section 4.9).
type ValueSet struct {
	Conformance
	Compose Compose `json:"compose"`
}

// Compose says which codes a value set has.
type Compose struct {
	Include []Include `json:"include"`
}

// Include takes a whole code system.
type Include struct {
	System string `json:"system"`
}

// ConceptMap says what the codes of one system are in another (R4, section 4.10).
type ConceptMap struct {
	Conformance
	SourceCanonical string  `json:"sourceCanonical"`
	Group           []Group `json:"group,omitempty"`
}

// Group maps from one system to one other.
type Group struct {
	Source  string    `json:"source"`
	Target  string    `json:"target"`
	Element []Element `json:"element"`
}

// Element maps one code.
type Element struct {
	Code    string   `json:"code"`
	Display string   `json:"display"`
	Target  []Target `json:"target"`
}

// Target is a code of the other system. Equivalence reads from the source: the
// target is wider, narrower, or overlaps.
type Target struct {
	Code        string `json:"code"`
	Equivalence string `json:"equivalence"`
	Comment     string `json:"comment,omitzero"`
}

// JSON writes the bundle, indented, always in the same way.
func (b Bundle) JSON() ([]byte, error) {
	out, err := json.Marshal(b, json.Deterministic(true), jsontext.WithIndent("  "))
	return append(out, '\n'), err
}
