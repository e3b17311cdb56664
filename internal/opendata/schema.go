package opendata

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"knead/atlas"
	"knead/body"
)

// schemaURI is the dialect in which the schema is written.
const schemaURI = "https://json-schema.org/draft/2020-12/schema"

// Schema gives the JSON Schema of what [JSON] writes: docs/atlas.schema.json. Its
// descriptions are the data dictionary.
func Schema() ([]byte, error) {
	properties := object{{"header", described("header", headerSchema())}}
	for _, s := range sections {
		properties = append(properties, member{s.name, described(s.kind, arrayOf(rowSchema(s.kind)))})
	}
	properties = append(properties,
		member{"regions", described("region", arrayOf(regionSchema()))},
		member{"parts", described("part", arrayOf(partSchema()))},
		member{"surface", described("surface", surfaceSchema())})
	b, err := encode(object{
		{"$schema", schemaURI},
		{"title", Title},
		{"description", "The Knead atlas as open data: the output of `knead atlas export --format json`. docs/open-data.md explains it."},
		{"type", "object"},
		{"additionalProperties", false},
		{"required", texts(names(properties))},
		{"properties", properties},
	})
	if err != nil {
		return nil, err
	}
	v := jsontext.Value(b)
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		return nil, err
	}
	return append(bytes.TrimSpace(v), '\n'), nil
}

// described puts the meaning of a path before a schema.
func described(path string, schema object) object {
	return append(object{{"description", meaning(path)}}, schema...)
}

func rowSchema(kind string) object {
	props := []property{prop("id", id())}
	for _, k := range kindNamed(kind).Keys {
		key := nameOf(kind, k.Name)
		schema := formSchema(kind+"."+key, k.Form)
		if k.Many {
			schema = arrayOf(schema)
		}
		if k.Need && (k.Many || k.Form.Holds == atlas.List) {
			schema = append(schema, member{"minItems", 1.0})
		}
		props = append(props, property{key, schema, k.Need || k.Many || k.Form.Holds == atlas.List})
	}
	switch kind {
	case "muscle":
		props = append(props, prop("skin", cellsSchema("muscle.skin")), prop("points", arrayOf(rowSchema("point"))))
	case "point":
		props = append(props, prop("recalled", object{{"type", "boolean"}}), prop("cell", cellID()), prop("zone", zoneSchema("point.zone")))
	case "pattern":
		props = append(props, prop("recalled", object{{"type", "boolean"}}), prop("zone", zoneSchema("pattern.zone")))
	}
	return record(kind, props...)
}

// formSchema is the schema of one value.
func formSchema(path string, f atlas.Form) object {
	switch f.Holds {
	case atlas.ID:
		return id()
	case atlas.Word:
		return oneOf(f.From)
	case atlas.Whole:
		return object{{"type", "integer"}, {"minimum", float64(f.Low)}, {"maximum", float64(f.High)}}
	case atlas.Number:
		return object{{"type", "number"}, {"minimum", float64(f.Low)}, {"maximum", float64(f.High)}}
	case atlas.YesNo:
		return object{{"type", "boolean"}}
	case atlas.Date:
		return object{{"type", "string"}, {"format", "date"}}
	case atlas.Reference:
		return object{{"type", "string"}, {"pattern", "^(" + strings.Join(f.From, "|") + `)\S+$`}}
	case atlas.List:
		return arrayOf(formSchema(path, *f.Item))
	case atlas.Record:
		var props []property
		for _, p := range f.Parts {
			props = append(props, property{p.Name, formSchema(path+"."+p.Name, p.Form), !p.Optional})
		}
		return record(path, props...)
	}
	return text()
}

// property is one member of a record.
type property struct {
	name   string
	schema object
	need   bool
}

func prop(name string, schema object) property { return property{name, schema, true} }

// record is the schema of an object whose members are described in the dictionary.
func record(path string, props ...property) object {
	var required list
	var properties object
	for _, p := range props {
		if p.need {
			required = append(required, p.name)
		}
		properties = append(properties, member{p.name, described(path+"."+p.name, p.schema)})
	}
	return object{{"type", "object"}, {"additionalProperties", false}, {"required", required}, {"properties", properties}}
}

func headerSchema() object {
	var props []property
	for _, m := range header(atlas.Standard()) {
		schema := text()
		switch m.name {
		case "format":
			schema = object{{"const", float64(Format)}}
		case "licence":
			schema = object{{"const", atlas.Licence}}
		case "body":
			schema = object{{"type", "integer"}, {"minimum", 1.0}}
		case "surface_sha256":
			schema = object{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}}
		}
		props = append(props, prop(m.name, schema))
	}
	return record("header", props...)
}

func regionSchema() object {
	return record("region",
		prop("id", id()), prop("lay", text()), prop("name", text()), prop("aliases", arrayOf(text())),
		prop("group", text()), prop("midline", object{{"type", "boolean"}}),
		prop("choir_right", choir()), prop("choir_left", choir()),
		property{"fma", digits(), false}, property{"uberon", digits(), false},
		prop("cells", arrayOf(cellID())))
}

func partSchema() object {
	return record("part", prop("id", oneOf(partNames())), prop("axes", arrayOf(text())))
}

func surfaceSchema() object {
	columns := record("surface.cells",
		prop("part", arrayOf(oneOf(partNames()))),
		prop("side", arrayOf(oneOf(sides()))),
		prop("at", arrayOf(arrayOf(number()))),
		prop("x", arrayOf(number())), prop("y", arrayOf(number())), prop("z", arrayOf(number())),
		prop("area", arrayOf(number())),
		prop("region", arrayOf(object{{"type", "string"}})),
		prop("choir", arrayOf(choir())),
		prop("hidden", arrayOf(object{{"type", "boolean"}})))
	return record("surface", prop("half", object{{"type", "integer"}}), prop("cells", columns))
}

func zoneSchema(path string) object {
	return record(path, prop("essential", cellsSchema(path+".essential")), prop("spillover", cellsSchema(path+".spillover")))
}

func cellsSchema(path string) object {
	return record(path, prop("cells", arrayOf(cellID())),
		prop("weights", arrayOf(object{{"type", "number"}, {"exclusiveMinimum", 0.0}, {"maximum", 1.0}})))
}

func arrayOf(item object) object { return object{{"type", "array"}, {"items", item}} }

func oneOf(from []string) object { return object{{"enum", texts(from)}} }

func text() object { return object{{"type", "string"}, {"minLength", 1.0}} }

func id() object {
	return object{{"type", "string"}, {"pattern", idPattern}, {"maxLength", 80.0}}
}

// idPattern is the rule of plainID.
const idPattern = "^[a-z0-9]+(-[a-z0-9]+)*$"

func digits() object { return object{{"type", "string"}, {"pattern", "^[0-9]+$"}} }

func number() object { return object{{"type", "number"}} }

func choir() object { return object{{"type", "integer"}, {"minimum", 0.0}, {"maximum", 238.0}} }

func cellID() object {
	return object{{"type", "integer"}, {"minimum", 0.0}, {"maximum", float64(body.Skin().Len() - 1)}}
}

func partNames() []string {
	var out []string
	for p := range body.NumParts {
		out = append(out, p.String())
	}
	return out
}

func sides() []string { return []string{body.Right.String(), body.Left.String()} }

func names(o object) []string {
	var out []string
	for _, m := range o {
		out = append(out, m.name)
	}
	return out
}
