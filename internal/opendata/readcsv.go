package opendata

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"knead/atlas"
)

// description names the file of a data package that describes its tables.
const description = "datapackage.json"

// ReadTables reads what [CSV] writes, by its file names. The columns may stand in any
// order. The tables of the skin are left aside; those of zones and muscle cells, where
// they are given, must follow from the shapes. Every error is [Errors].
func ReadTables(files []File) (*atlas.Atlas, error) {
	t := tableReader{tables: map[string]*sheet{}, lines: map[string]string{}}
	for _, f := range files {
		t.open(f)
	}
	top := t.top()
	if len(t.found) > 0 {
		return nil, t.found
	}
	data, err := encode(top)
	if err != nil {
		return nil, Errors{{"", err.Error()}}
	}
	a, err := Read(data)
	if err != nil {
		return nil, t.translate(err)
	}
	for _, follows := range derivedTables(a) {
		if s := t.tables[follows.name]; s != nil && !slices.EqualFunc(s.cells, follows.rows, slices.Equal[[]string]) {
			t.addf(follows.name+".csv", "this table does not follow from the shapes of the rows; change those, and leave this one out")
		}
	}
	if len(t.found) > 0 {
		return nil, t.found
	}
	return a, nil
}

// sheet is one table as it was read. Its cells stand in the order of the file.
type sheet struct {
	column map[string]int
	cells  [][]string
}

// cell is the text of a column in a row; empty when the table has no such column.
func (s *sheet) cell(row int, name string) string {
	if i, ok := s.column[name]; ok {
		return s.cells[row][i]
	}
	return ""
}

type tableReader struct {
	tables map[string]*sheet
	header any
	lines  map[string]string // by JSON pointer of a row: "points.csv line 3"
	found  Errors
}

func (t *tableReader) addf(at, format string, args ...any) {
	t.found = append(t.found, Error{at, fmt.Sprintf(format, args...)})
}

// open reads one file; what is no part of a data package is left aside.
func (t *tableReader) open(f File) {
	if f.Name == description {
		var d map[string]any
		if err := json.Unmarshal(f.Data, &d); err != nil {
			t.addf(f.Name, "this is not JSON: %v", err)
			return
		}
		t.header = d["knead"]
		return
	}
	name, ok := strings.CutSuffix(f.Name, ".csv")
	if !ok || slices.ContainsFunc(skinTables(), func(of *table) bool { return of.name == name }) {
		return
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(f.Data, []byte("\ufeff")))) // spreadsheets write a byte order mark
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		t.addf(f.Name, "the table is empty; its first line names the columns")
		return
	}
	s := &sheet{column: map[string]int{}}
	for i, c := range head {
		s.column[c] = i
	}
	if err == nil {
		s.cells, err = r.ReadAll()
	}
	if err != nil {
		t.addf(f.Name, "the table cannot be read: %v", err)
		return
	}
	t.tables[name] = s
}

// top puts the tables together as the JSON file has them.
func (t *tableReader) top() object {
	if t.header == nil {
		t.addf(description, "this file is missing, or it has no member \"knead\"; it says which data these are")
		return nil
	}
	top := object{{"header", plainValue(t.header)}}
	for _, s := range sections {
		rows := t.rows(s.name, s.kind)
		if s.kind == "muscle" {
			t.points(rows)
		}
		all := list{}
		for i, row := range rows {
			t.lines[fmt.Sprintf("/%s/%d", s.name, i)] = fmt.Sprintf("%s.csv line %d", s.name, i+2)
			all = append(all, row)
		}
		top = append(top, member{s.name, all})
	}
	return top
}

// points puts the points under their muscles.
func (t *tableReader) points(muscles []object) {
	sheet, rows := t.tables["points"], t.rows("points", "point")
	of := map[string]list{}
	for i, row := range rows {
		muscle := sheet.cell(i, "muscle")
		at := slices.IndexFunc(muscles, func(o object) bool { return o[0].value == muscle })
		if at < 0 {
			t.addf(fmt.Sprintf("points.csv line %d", i+2), "there is no muscle %q; mend the id", muscle)
			continue
		}
		t.lines[fmt.Sprintf("/muscles/%d/points/%d", at, len(of[muscle]))] = fmt.Sprintf("points.csv line %d", i+2)
		of[muscle] = append(of[muscle], row)
	}
	for i, m := range muscles {
		id, _ := m[0].value.(string)
		if of[id] != nil {
			muscles[i] = append(m, member{"points", of[id]})
		}
	}
}

// rows reads the table of one kind together with the tables of its lists.
func (t *tableReader) rows(name, kind string) []object {
	s := t.tables[name]
	if s == nil {
		t.addf(name+".csv", "this table is missing")
		return nil
	}
	known := []string{"id"}
	switch kind {
	case "point":
		known = append(known, "muscle", "recalled", "cell")
	case "pattern":
		known = append(known, "recalled")
	}
	keys := kindNamed(kind).Keys
	lists := make([]map[string]list, len(keys))
	for i, k := range keys {
		key := nameOf(kind, k.Name)
		form, many := flat(k)
		switch {
		case inOwnTable(k):
			lists[i] = t.list(kind, key, form)
		case form.Holds == atlas.Record && !many:
			for _, p := range form.Parts {
				known = append(known, key+"_"+p.Name)
			}
		default:
			known = append(known, key)
		}
	}
	for column := range s.column {
		if !slices.Contains(known, column) {
			t.addf(name+".csv", "the column %q is not known; take it out or mend its name", column)
		}
	}
	var out []object
	ids := map[string]bool{}
	for row := range s.cells {
		ids[s.cell(row, "id")] = true
	}
	for i, k := range keys {
		for _, id := range slices.Sorted(maps.Keys(lists[i])) {
			if !ids[id] {
				t.addf(fmt.Sprintf("%s_%s.csv", kind, nameOf(kind, k.Name)), "there is no %s %q; mend the id", kind, id)
			}
		}
	}
	for row := range s.cells {
		at := fmt.Sprintf("%s.csv line %d", name, row+2)
		id := s.cell(row, "id")
		o := object{{"id", id}}
		for i, k := range keys {
			key := nameOf(kind, k.Name)
			form, many := flat(k)
			switch {
			case inOwnTable(k):
				if items := lists[i][id]; items != nil {
					o = append(o, member{key, items})
				}
			case form.Holds == atlas.Record:
				if record := t.record(at, form, func(part string) string { return s.cell(row, key+"_"+part) }); len(record) > 0 {
					o = append(o, member{key, record})
				}
			case many:
				items := list{}
				if text := s.cell(row, key); text != "" {
					for one := range strings.SplitSeq(text, between) {
						items = append(items, one)
					}
				}
				o = append(o, member{key, items})
			default:
				if text := s.cell(row, key); text != "" {
					o = append(o, member{key, t.value(at, form, text)})
				}
			}
		}
		out = append(out, o)
	}
	return out
}

// list reads a table of its own for one key: the items by the id of their row.
func (t *tableReader) list(kind, key string, form atlas.Form) map[string]list {
	name := kind + "_" + key
	s := t.tables[name]
	if s == nil {
		t.addf(name+".csv", "this table is missing")
		return nil
	}
	column := form.Of
	if form.Of == kind {
		column = key
	}
	order := make([]int, len(s.cells))
	for i := range order {
		order[i] = i
	}
	place := func(row int) int {
		n, err := strconv.Atoi(s.cell(row, "n"))
		if err != nil {
			t.addf(fmt.Sprintf("%s.csv line %d", name, row+2), "n is %q; write the number of the value in its list, from 1", s.cell(row, "n"))
		}
		return n
	}
	places := make([]int, len(order))
	for _, row := range order {
		places[row] = place(row)
	}
	slices.SortStableFunc(order, func(a, b int) int { return places[a] - places[b] })
	out := map[string]list{}
	for _, row := range order {
		id := s.cell(row, kind)
		var item any = s.cell(row, column)
		if form.Holds == atlas.Record {
			item = t.record(fmt.Sprintf("%s.csv line %d", name, row+2), form, func(part string) string { return s.cell(row, part) })
		}
		out[id] = append(out[id], item)
	}
	return out
}

func (t *tableReader) record(at string, form atlas.Form, cell func(part string) string) object {
	var o object
	for _, p := range form.Parts {
		if text := cell(p.Name); text != "" {
			o = append(o, member{p.Name, t.value(at, p.Form, text)})
		}
	}
	return o
}

// value reads one cell.
func (t *tableReader) value(at string, form atlas.Form, text string) any {
	if form.Holds == atlas.YesNo {
		if text != "true" && text != "false" {
			t.addf(at, "%q stands here; write true or false", text)
		}
		return text == "true"
	}
	v, err := valueOf(form, text)
	if err != nil {
		t.addf(at, "%v", err)
		return text
	}
	return v
}

// translate names the line of a table in place of the JSON pointer of its row.
func (t *tableReader) translate(err error) error {
	all, ok := errors.AsType[Errors](err)
	if !ok {
		return err
	}
	out := make(Errors, len(all))
	for i, e := range all {
		row, rest := e.At, ""
		for row != "" && t.lines[row] == "" {
			cut := strings.LastIndexByte(row, '/')
			row, rest = row[:cut], row[cut:]+rest
		}
		if row != "" {
			e.At = strings.TrimSpace(t.lines[row] + " " + strings.TrimPrefix(rest, "/"))
		}
		out[i] = e
	}
	return out
}

// plainValue turns what was read from JSON into the values that are written.
func plainValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		var o object
		for _, name := range slices.Sorted(maps.Keys(v)) {
			o = append(o, member{name, plainValue(v[name])})
		}
		return o
	case []any:
		out := list{}
		for _, item := range v {
			out = append(out, plainValue(item))
		}
		return out
	}
	return v
}
