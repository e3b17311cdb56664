package opendata

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"knead"
	"knead/atlas"
	"knead/body"
)

// File is one file of a package of files.
type File struct {
	Name string
	Data []byte
}

// between stands between the texts of one cell of a table.
const between = " | "

// table is one CSV file: the first columns of a table are its key.
type table struct {
	name    string
	about   string
	key     int // how many columns make a row unique
	columns []column
	rows    [][]string
	wrong   error
}

// column is one column: how it is checked, and to which table its values belong.
type column struct {
	name   string
	about  string
	holds  string // a type of Table Schema
	limits object // constraints of Table Schema
	refers string // the table whose first column has the values
}

// CSV gives the atlas as a data package: one CSV file a table, and datapackage.json,
// which describes them (Frictionless Data Package 1, profile tabular-data-package).
func CSV(a *atlas.Atlas) ([]File, error) {
	var files []File
	var resources list
	for _, t := range tables(a) {
		f, err := t.file()
		if err != nil {
			return nil, err
		}
		files, resources = append(files, f), append(resources, t.resource(f))
	}
	b, err := encode(object{
		{"profile", "tabular-data-package"},
		{"name", "knead-atlas"},
		{"title", Title},
		{"description", knead.Purpose + " How to cite: " + a.Cite(knead.Version)},
		{"version", a.Version},
		{"licenses", list{object{{"name", atlas.Licence}, {"path", atlas.LicenceURL}, {"title", atlas.Credit}}}},
		{"knead", header(a)},
		{"resources", resources},
	})
	if err != nil {
		return nil, err
	}
	v := jsontext.Value(b)
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		return nil, err
	}
	return append(files, File{"datapackage.json", append(bytes.TrimSpace(v), '\n')}), nil
}

// tables are all tables: those of the atlas, and those of the skin, which are the same
// in every export.
func tables(a *atlas.Atlas) []*table { return append(atlasTables(a), skinTables()...) }

var skinTables = sync.OnceValue(func() []*table { return []*table{regionTable(), partTable(), cellTable()} })

// atlasTables lays the rows of the atlas out. A key with one value is a column; texts of
// a list share a cell; ids of a list, and values with parts that may be many, are
// rows of a table of their own.
func atlasTables(a *atlas.Atlas) []*table {
	var all []*table
	of := map[string]*layout{}
	add := func(name, kind string, before, after []column) {
		of[kind] = newLayout(name, kind, before, after)
		all = append(all, of[kind].main)
		all = append(all, of[kind].others...)
	}
	for _, s := range sections {
		var after []column
		if s.kind == "pattern" {
			after = []column{{"recalled", meaning("pattern.recalled"), "boolean", nil, ""}}
		}
		add(s.name, s.kind, nil, after)
		if s.kind == "muscle" {
			add("points", "point",
				[]column{{"muscle", meaning("point.muscle"), "string", nil, "muscles"}},
				[]column{{"recalled", meaning("point.recalled"), "boolean", nil, ""}, {"cell", meaning("point.cell"), "integer", nil, "cells"}})
		}
	}
	for _, r := range a.Rows() {
		switch r.Kind {
		case "point":
			p, _ := a.Point(atlas.PointID(r.ID))
			of[r.Kind].add(r, []string{string(p.Muscle.ID)}, []string{strconv.FormatBool(p.Recalled()), decimal(float64(p.Cell(body.Right)))})
		case "pattern":
			p, _ := a.Pattern(atlas.PatternID(r.ID))
			of[r.Kind].add(r, nil, []string{strconv.FormatBool(p.Recalled())})
		default:
			of[r.Kind].add(r, nil, nil)
		}
	}
	return append(all, derivedTables(a)...)
}

// layout puts the rows of one kind into their tables.
type layout struct {
	kind   atlas.Kind
	main   *table
	others []*table          // the tables of its lists
	by     map[string]*table // the same by key
}

func newLayout(name, kind string, before, after []column) *layout {
	l := &layout{kind: kindNamed(kind), by: map[string]*table{}}
	l.main = &table{name: name, about: meaning(kind), key: 1, columns: []column{{"id", meaning(kind + ".id"), "string", id()[1:], ""}}}
	l.main.columns = append(l.main.columns, before...)
	for _, k := range l.kind.Keys {
		path := kind + "." + nameOf(kind, k.Name)
		form, many := flat(k)
		if inOwnTable(k) {
			l.list(path, nameOf(kind, k.Name), name, form)
			continue
		}
		if form.Holds == atlas.Record {
			for _, p := range form.Parts {
				l.main.columns = append(l.main.columns, columnOf(path+"."+p.Name, nameOf(kind, k.Name)+"_"+p.Name, p.Form, k.Need))
			}
			continue
		}
		if many {
			form = atlas.Form{Holds: atlas.Text}
		}
		l.main.columns = append(l.main.columns, columnOf(path, nameOf(kind, k.Name), form, k.Need))
	}
	l.main.columns = append(l.main.columns, after...)
	return l
}

// inOwnTable tells whether a key has a table of its own: ids that belong to another
// table, and values with parts, of which there may be many.
func inOwnTable(k atlas.Key) bool {
	form, many := flat(k)
	return many && (form.Holds == atlas.Record || form.Holds == atlas.ID && form.Of != "")
}

// flat gives the form of one value of a key, and whether there may be many.
func flat(k atlas.Key) (atlas.Form, bool) {
	if k.Form.Holds == atlas.List {
		return *k.Form.Item, true
	}
	return k.Form, k.Many
}

// list makes the table of a key that has many values.
func (l *layout) list(path, key, parent string, form atlas.Form) {
	t := &table{name: l.kind.Name + "_" + key, about: meaning(path), key: 2, columns: []column{
		{l.kind.Name, meaning(l.kind.Name + ".id"), "string", nil, parent},
		{"n", meaning("n"), "integer", object{{"minimum", 1.0}}, ""},
	}}
	if form.Holds == atlas.ID {
		column := columnOf(path, form.Of, form, true)
		if form.Of == l.kind.Name {
			column.name = key
		}
		t.columns = append(t.columns, column)
	}
	for _, p := range form.Parts {
		t.columns = append(t.columns, columnOf(path+"."+p.Name, p.Name, p.Form, !p.Optional))
	}
	l.others = append(l.others, t)
	l.by[key] = t
}

// columnOf says how a value stands in a table.
func columnOf(path, name string, f atlas.Form, need bool) column {
	c := column{name: name, about: meaning(path), holds: "string"}
	limits := formSchema(path, f)
	switch f.Holds {
	case atlas.ID:
		c.refers = tableOf(f.Of)
		limits = nil
	case atlas.Whole:
		c.holds, limits = "integer", limits[1:]
	case atlas.Number:
		c.holds, limits = "number", limits[1:]
	case atlas.YesNo:
		c.holds, limits = "boolean", nil
	case atlas.Date:
		c.holds, limits = "date", nil
	case atlas.Reference:
		limits = limits[1:]
	case atlas.Word:
	default:
		limits = nil
	}
	if need {
		limits = append(object{{"required", true}}, limits...)
	}
	c.limits = limits
	return c
}

func tableOf(kind string) string {
	for _, s := range sections {
		if s.kind == kind {
			return s.name
		}
	}
	if kind == "region" {
		return "regions"
	}
	return ""
}

func (l *layout) add(r atlas.Row, before, after []string) {
	row := append([]string{r.ID}, before...)
	for _, k := range l.kind.Keys {
		form, many := flat(k)
		var values []string
		for _, line := range r.Lines {
			switch {
			case line.Key != k.Name:
			case k.Form.Holds == atlas.List:
				values = append(values, split(k.Form, line.Value, -1)...)
			default:
				values = append(values, line.Value)
			}
		}
		if t, ok := l.by[nameOf(r.Kind, k.Name)]; ok {
			for i, v := range values {
				t.rows = append(t.rows, append([]string{r.ID, strconv.Itoa(i + 1)}, fields(form, v)...))
			}
			continue
		}
		if form.Holds == atlas.Record {
			row = append(row, fields(form, strings.Join(values, ""))...)
			continue
		}
		for i, v := range values {
			if many && strings.Contains(v, "|") {
				l.main.wrong = fmt.Errorf("%s %s: %s: %q holds a | and would share a cell with others; write it without", r.Kind, r.ID, k.Name, v)
			}
			values[i] = fields(form, v)[0]
		}
		row = append(row, strings.Join(values, between))
	}
	l.main.rows = append(l.main.rows, append(row, after...))
}

// fields gives the fields of one value: one a part of a record.
func fields(f atlas.Form, s string) []string {
	switch f.Holds {
	case atlas.YesNo:
		return []string{strconv.FormatBool(s == "yes")}
	case atlas.ID:
		return []string{s}
	case atlas.Record:
		parts := split(f, s, len(f.Parts))
		out := make([]string, len(f.Parts))
		for i, p := range f.Parts {
			if i < len(parts) && p.Form.Holds != atlas.List {
				out[i] = fields(p.Form, parts[i])[0]
			} else if i < len(parts) {
				out[i] = parts[i]
			}
		}
		return out
	}
	return []string{s}
}

// derivedTables are those that follow from the shapes of the rows.
func derivedTables(a *atlas.Atlas) []*table {
	return []*table{zones(a), patternZones(a), muscleCells(a)}
}

// zones is the table that most readers want: which point is felt where.
func zones(a *atlas.Atlas) *table {
	t := zoneTable("zones", "point", "points")
	for _, p := range a.Points() {
		t.addZone(string(p.ID), p.Zone(body.Right))
	}
	return t
}

// patternZones tells which pattern is felt where.
func patternZones(a *atlas.Atlas) *table {
	t := zoneTable("pattern_zones", "pattern", "patterns")
	for _, p := range a.Patterns {
		t.addZone(string(p.ID), p.Zone(body.Right))
	}
	return t
}

var feltWords = []string{"essential", "spillover"}

func zoneTable(name, of, refers string) *table {
	return &table{name: name, about: meaning(name), key: 3, columns: []column{
		{of, meaning(name + "." + of), "string", nil, refers},
		{"felt", meaning(name + ".felt"), "string", oneOf(feltWords), ""},
		{"cell", meaning(name + ".cell"), "integer", nil, "cells"},
		{"weight", meaning(name + ".weight"), "number", weightLimits, ""},
	}}
}

func (t *table) addZone(id string, z atlas.Zone) {
	for i, cells := range [][]body.Weighted{z.Essential, z.Spillover} {
		for _, c := range cells {
			t.rows = append(t.rows, []string{id, feltWords[i], strconv.Itoa(int(c.Cell)), decimal(rounded(c.W, 1000))})
		}
	}
}

var weightLimits = object{{"minimum", 0.0}, {"maximum", 1.0}}

func muscleCells(a *atlas.Atlas) *table {
	t := &table{name: "muscle_cells", about: meaning("muscle_cells"), key: 2, columns: []column{
		{"muscle", meaning("muscle_cells.muscle"), "string", nil, "muscles"},
		{"cell", meaning("muscle_cells.cell"), "integer", nil, "cells"},
		{"weight", meaning("muscle_cells.weight"), "number", weightLimits, ""},
	}}
	for _, m := range a.Muscles {
		for _, c := range atlas.Cells(body.Skin(), m.Shape, body.Right) {
			t.rows = append(t.rows, []string{string(m.ID), strconv.Itoa(int(c.Cell)), decimal(rounded(c.W, 1000))})
		}
	}
	return t
}

func regionTable() *table {
	c := func(name, holds string, limits object) column {
		return column{name, meaning("region." + name), holds, limits, ""}
	}
	needed := object{{"required", true}}
	t := &table{name: "regions", about: meaning("region"), key: 1, columns: []column{
		c("id", "string", id()[1:]), c("lay", "string", needed), c("name", "string", needed), c("aliases", "string", nil),
		c("group", "string", needed), c("midline", "boolean", needed), c("choir_right", "integer", needed), c("choir_left", "integer", needed),
		c("fma", "string", digits()[1:]), c("uberon", "string", digits()[1:]),
	}}
	for _, r := range body.Regions() {
		t.rows = append(t.rows, []string{
			string(r.ID), r.Lay, r.Name, strings.Join(r.Aliases, between), r.Group, strconv.FormatBool(r.Midline),
			strconv.Itoa(r.CHOIRRight), strconv.Itoa(r.CHOIRLeft), r.FMA, r.UBERON,
		})
	}
	return t
}

func partTable() *table {
	t := &table{name: "parts", about: meaning("part"), key: 1, columns: []column{
		{"id", meaning("part.id"), "string", nil, ""},
		{"axes", meaning("part.axes"), "string", object{{"required", true}}, ""},
	}}
	for p := range body.NumParts {
		t.rows = append(t.rows, []string{p.String(), strings.Join(p.Axes(), between)})
	}
	return t
}

func cellTable() *table {
	c := func(name, holds string, limits object, refers string) column {
		return column{name, meaning("cells." + name), holds, limits, refers}
	}
	needed := object{{"required", true}}
	t := &table{name: "cells", about: meaning("cells"), key: 1, columns: []column{
		c("id", "integer", cellID()[1:], ""), c("part", "string", needed, "parts"), c("side", "string", oneOf(sides()), ""),
		c("u", "number", needed, ""), c("v", "number", needed, ""), c("w", "number", nil, ""),
		c("x", "number", needed, ""), c("y", "number", needed, ""), c("z", "number", needed, ""),
		c("area", "number", needed, ""), c("region", "string", nil, "regions"),
		c("choir", "integer", choir()[1:], ""), c("hidden", "boolean", needed, ""),
	}}
	for i := range body.Skin().Len() {
		v := cellOf(body.CellID(i))
		at := []string{"", "", ""}
		for k, x := range v.at {
			at[k] = decimal(x)
		}
		t.rows = append(t.rows, slices.Concat([]string{strconv.Itoa(i), v.part, v.side}, at,
			[]string{decimal(v.centre[0]), decimal(v.centre[1]), decimal(v.centre[2]), decimal(v.area)},
			[]string{v.region, strconv.Itoa(v.choir), strconv.FormatBool(v.hidden)}))
	}
	return t
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func (t *table) file() (File, error) {
	if t.wrong != nil {
		return File{}, t.wrong
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	var head []string
	for _, c := range t.columns {
		head = append(head, c.name)
	}
	if err := w.WriteAll(append([][]string{head}, t.rows...)); err != nil {
		return File{}, err
	}
	return File{t.name + ".csv", b.Bytes()}, nil
}

// resource describes the table: Table Schema with its key and its foreign keys.
func (t *table) resource(f File) object {
	var columns, key, foreign list
	for i, c := range t.columns {
		field := object{{"name", c.name}, {"type", c.holds}, {"description", c.about}}
		if len(c.limits) > 0 {
			field = append(field, member{"constraints", c.limits})
		}
		columns = append(columns, field)
		if i < t.key {
			key = append(key, c.name)
		}
		if c.refers != "" {
			foreign = append(foreign, object{
				{"fields", list{c.name}},
				{"reference", object{{"resource", c.refers}, {"fields", list{"id"}}}},
			})
		}
	}
	schema := object{{"fields", columns}, {"primaryKey", key}}
	if len(foreign) > 0 {
		schema = append(schema, member{"foreignKeys", foreign})
	}
	sum := sha256.Sum256(f.Data)
	return object{
		{"profile", "tabular-data-resource"},
		{"name", t.name},
		{"path", f.Name},
		{"description", t.about},
		{"format", "csv"},
		{"mediatype", "text/csv"},
		{"encoding", "utf-8"},
		{"bytes", float64(len(f.Data))},
		{"hash", "sha256:" + hex.EncodeToString(sum[:])},
		{"schema", schema},
	}
}
