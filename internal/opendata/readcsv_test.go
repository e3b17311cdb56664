package opendata

import (
	"slices"
	"strings"
	"testing"

	"knead/atlas"
)

func TestTablesComeBackAsTheSameAtlas(t *testing.T) {
	files, err := CSV(atlas.Standard())
	if err != nil {
		t.Fatal(err)
	}
	tablesRoundTrip(t, atlas.Standard(), files)
}

func TestTablesAreReadInAnyOrderOfColumnsAndWithAByteOrderMark(t *testing.T) {
	a := small(t)
	files, err := CSV(a)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if f.Name != "study_percent.csv" {
			continue
		}
		var turned strings.Builder
		turned.WriteString("\ufeff")
		for line := range strings.Lines(string(f.Data)) {
			cells := strings.Split(strings.TrimSpace(line), ",")
			slices.Reverse(cells)
			turned.WriteString(strings.Join(cells, ",") + "\r\n")
		}
		files[i].Data = []byte(turned.String())
	}
	tablesRoundTrip(t, a, files)
}

// Each line: the table, what is changed in it, and where and what the mistake is.
func TestReadTablesSaysWhereAndWhatToDo(t *testing.T) {
	for name, c := range map[string]struct{ file, from, to, says string }{
		"a column of one's own": {"muscles.csv", "id,name", "id,colour", `muscles.csv: the column "colour" is not known`},
		"layer as a word":       {"muscles.csv", ",arm,1,", ",arm,deep,", `muscles.csv line 2: "deep" is no number`},
		"layer too high":        {"muscles.csv", ",arm,1,", ",arm,9,", "muscles.csv line 2 layer: "},
		"nobody's point":        {"points.csv", "biceps-1,biceps,", "biceps-1,wings,", `points.csv line 2: there is no muscle "wings"`},
		"depth of a point":      {"points.csv", "superficial", "shallow", "points.csv line 2 depth: "},
		"nobody's source":       {"muscle_sources.csv", "biceps,1,page-1", "wings,1,page-1", `muscle_sources.csv: there is no muscle "wings"`},
		"number of an item":     {"muscle_sources.csv", "biceps,1,page-1", "biceps,first,page-1", "muscle_sources.csv line 2: n is"},
		"yes for true":          {"muscles.csv", "true", "yes", `"yes" stands here; write true or false`},
		"a torn line":           {"muscles.csv", ",arm,1,", ",arm,1\n", "muscles.csv: the table cannot be read"},
		"zones of one's own":    {"zones.csv", "biceps-1,essential,", "biceps-1,spillover,", "zones.csv: this table does not follow"},
		"an empty table":        {"terms.csv", "", "", "terms.csv: the table is empty"},
		"no description":        {"datapackage.json", `"knead":`, `"other":`, "datapackage.json: this file is missing"},
		"broken description":    {"datapackage.json", "{", "", "datapackage.json: this is not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := CSV(small(t))
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(files, func(f File) bool { return f.Name == c.file })
			data := ""
			if c.from != "" {
				if data = strings.Replace(string(files[i].Data), c.from, c.to, 1); data == string(files[i].Data) {
					t.Fatalf("%s has no %q: %.300s", c.file, c.from, data)
				}
			}
			files[i].Data = []byte(data)
			if _, err := ReadTables(files); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("ReadTables says %v, want %q", err, c.says)
			}
		})
	}
	files, err := CSV(small(t))
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f File) bool { return f.Name == "claims.csv" || f.Name == "condition_phase.csv" })
	_, err = ReadTables(files)
	for _, want := range []string{"claims.csv: this table is missing", "condition_phase.csv: this table is missing"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ReadTables says %v, want %q", err, want)
		}
	}
}

// rowTables is an export without the skin, which is large and the same in every one.
func rowTables(a *atlas.Atlas) ([]File, error) {
	about, err := encode(object{{"knead", header(a)}})
	if err != nil {
		return nil, err
	}
	files := []File{{description, about}}
	for _, table := range atlasTables(a) {
		f, err := table.file()
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func FuzzReadTables(f *testing.F) {
	files, err := rowTables(small(f))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("points.csv", []byte("id,muscle\nbiceps-1,biceps\n"))
	f.Add("muscles.csv", []byte("\ufeffid\n\"x\n"))
	f.Add("claim_evidence.csv", []byte("claim,n,source,shows\na,9999999999999999999,b,c\n"))
	f.Add("datapackage.json", []byte(`{"knead":{"format":[1,{"a":null}]}}`))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		changed := slices.Clone(files)
		for i, file := range changed {
			if file.Name == name {
				changed[i].Data = data
			}
		}
		a, err := ReadTables(changed)
		if err != nil {
			return
		}
		again, err := rowTables(a)
		if err != nil {
			return // a text with a | that only one row has
		}
		tablesRoundTrip(t, a, again)
	})
}
