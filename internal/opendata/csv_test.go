package opendata

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"knead/atlas"
)

// The descriptor as Frictionless Data Package 1 has it, as far as it is used.
type descriptor struct {
	Profile  string `json:"profile"`
	Name     string `json:"name"`
	Licenses []struct {
		Name string `json:"name"`
	} `json:"licenses"`
	Resources []resource `json:"resources"`
}

type resource struct {
	Profile  string `json:"profile"`
	Name     string `json:"name"`
	Path     string `json:"path"`
	Format   string `json:"format"`
	Encoding string `json:"encoding"`
	Hash     string `json:"hash"`
	Bytes    int    `json:"bytes"`
	Schema   struct {
		Fields      []fieldSpec `json:"fields"`
		PrimaryKey  []string    `json:"primaryKey"`
		ForeignKeys []struct {
			Fields    []string `json:"fields"`
			Reference struct {
				Resource string   `json:"resource"`
				Fields   []string `json:"fields"`
			} `json:"reference"`
		} `json:"foreignKeys"`
	} `json:"schema"`
}

type fieldSpec struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Constraints struct {
		Required  bool     `json:"required"`
		Enum      []string `json:"enum"`
		Minimum   *float64 `json:"minimum"`
		Maximum   *float64 `json:"maximum"`
		Pattern   string   `json:"pattern"`
		MaxLength *int     `json:"maxLength"`
	} `json:"constraints"`
}

// checkPackage holds the files to their descriptor, as a reader of data packages would.
func checkPackage(t failing, files []File) {
	t.Helper()
	byName := map[string][]byte{}
	for _, f := range files {
		if _, twice := byName[f.Name]; twice {
			t.Errorf("the file %s is there twice", f.Name)
		}
		byName[f.Name] = f.Data
	}
	var d descriptor
	if err := json.Unmarshal(byName["datapackage.json"], &d); err != nil {
		t.Fatalf("datapackage.json: %v", err)
	}
	if d.Profile != "tabular-data-package" || d.Name != "knead-atlas" || d.Licenses[0].Name != "CC-BY-4.0" || len(d.Resources) != len(files)-1 {
		t.Errorf("the descriptor is %+v", d)
	}
	keys := map[string]map[string]bool{} // values of the first column of each table
	rows := map[string][][]string{}
	for _, r := range d.Resources {
		rows[r.Name] = checkResource(t, r, byName[r.Path])
		keys[r.Name] = map[string]bool{}
		for _, row := range rows[r.Name] {
			keys[r.Name][row[0]] = true
		}
	}
	for _, r := range d.Resources {
		for _, k := range r.Schema.ForeignKeys {
			if keys[k.Reference.Resource] == nil || !slices.Equal(k.Reference.Fields, []string{"id"}) {
				t.Errorf("%s refers to %+v, which is no key of a table", r.Name, k.Reference)
				continue
			}
			i := slices.IndexFunc(r.Schema.Fields, func(f fieldSpec) bool { return f.Name == k.Fields[0] })
			for n, row := range rows[r.Name] {
				if row[i] != "" && !keys[k.Reference.Resource][row[i]] {
					t.Errorf("%s, row %d: %s %q is not in %s", r.Name, n+1, k.Fields[0], row[i], k.Reference.Resource)
				}
			}
		}
	}
}

// checkTable holds one table to its description.
func checkTable(t failing, table *table, f File) {
	t.Helper()
	text, err := encode(table.resource(f))
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	var r resource
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	checkResource(t, r, f.Data)
}

var resourceName = regexp.MustCompile(`^[a-z0-9._-]+$`)

func checkResource(t failing, r resource, data []byte) [][]string {
	t.Helper()
	sum := sha256.Sum256(data)
	if len(data) == 0 || r.Bytes != len(data) || r.Hash != "sha256:"+hex.EncodeToString(sum[:]) {
		t.Errorf("%s: %d bytes with hash %s, the file has %d bytes and another hash or is not there", r.Name, r.Bytes, r.Hash, len(data))
	}
	if !resourceName.MatchString(r.Name) || r.Profile != "tabular-data-resource" || r.Format != "csv" || r.Encoding != "utf-8" {
		t.Errorf("the resource is %+v", r)
	}
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll() // refuses rows of unequal length
	if err != nil || len(rows) == 0 {
		t.Fatalf("%s: %v", r.Path, err)
	}
	var head []string
	for _, f := range r.Schema.Fields {
		head = append(head, f.Name)
	}
	if !slices.Equal(head, rows[0]) || len(slices.Compact(slices.Sorted(slices.Values(head)))) != len(head) {
		t.Errorf("%s has the columns %v, its schema %v", r.Path, rows[0], head)
	}
	seen := map[string]bool{}
	for n, row := range rows[1:] {
		for i, f := range r.Schema.Fields {
			if why := refuses(f, row[i]); why != "" {
				t.Errorf("%s, row %d: %s is %q: %s", r.Path, n+1, f.Name, row[i], why)
			}
		}
		key := strings.Join(row[:len(r.Schema.PrimaryKey)], "\x00")
		if seen[key] || !slices.Equal(head[:len(r.Schema.PrimaryKey)], r.Schema.PrimaryKey) {
			t.Errorf("%s, row %d: its key %q stands twice, or %v are not the first columns", r.Path, n+1, key, r.Schema.PrimaryKey)
		}
		seen[key] = true
	}
	return rows[1:]
}

// refuses says why Table Schema refuses a value.
func refuses(f fieldSpec, s string) string {
	c := f.Constraints
	if s == "" {
		if c.Required {
			return "it is required"
		}
		return ""
	}
	switch f.Type {
	case "integer", "number":
		x, err := strconv.ParseFloat(s, 64)
		if f.Type == "integer" && err == nil {
			_, err = strconv.Atoi(s)
		}
		if err != nil {
			return "no " + f.Type
		}
		if c.Minimum != nil && x < *c.Minimum || c.Maximum != nil && x > *c.Maximum {
			return "out of range"
		}
	case "boolean":
		if s != "true" && s != "false" {
			return "neither true nor false"
		}
	case "date":
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			return "no date"
		}
	case "string":
		if c.Pattern != "" && !regexp.MustCompile(c.Pattern).MatchString(s) {
			return "not as " + c.Pattern
		}
		if c.MaxLength != nil && len(s) > *c.MaxLength {
			return "too long"
		}
	default:
		return "no type " + f.Type
	}
	if len(c.Enum) > 0 && !slices.Contains(c.Enum, s) {
		return "none of " + strings.Join(c.Enum, ", ")
	}
	return ""
}

func TestTablesAreADataPackage(t *testing.T) {
	a := atlas.Standard()
	files, err := CSV(a)
	if err != nil {
		t.Fatal(err)
	}
	checkPackage(t, files)
	again, err := CSV(a)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(files, again, func(x, y File) bool { return x.Name == y.Name && bytes.Equal(x.Data, y.Data) }) {
		t.Error("two exports of one atlas differ")
	}
	for _, table := range tables(a) {
		if len(table.columns) == 0 || len(table.rows) > 0 && len(table.rows[0]) != len(table.columns) {
			t.Errorf("%s has %d columns and rows of %d", table.name, len(table.columns), len(table.rows[0]))
		}
	}
}

func TestTablesHoldWhatTheTextSays(t *testing.T) {
	files, err := CSV(small(t))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"muscles.csv":            "biceps,biceps,biceps brachii muscle,musculus biceps brachii,front of the upper arm,guns | biceps brachii,,arm,1,,",
		"points.csv":             "biceps-1,biceps,lower third,upper-arm t 0.7 theta 0,superficial,supine | seated,",
		"muscle_sources.csv":     "biceps,1,page-1\n",
		"condition_phase.csv":    "tennis-elbow,1,first weeks,limited,light strokes only\n",
		"condition_evidence.csv": "tennis-elbow,1,deep-tissue,low,page-1,short term\n",
		"condition_help.csv":     "tennis-elbow,1,load,moderate,page-1,\n",
		"exercise_pose.csv":      "curl,1,start,\"elbow flexion 90, shoulder flexion -5\"\n",
		"study_percent.csv":      "one,2,triceps,4,M\n",
		"studies.csv":            "one,page-1,sore arm,12,true,false\n",
		"sources.csv":            "page-1,page,,A page,,,url:https://example.org/a#b,secondary,what it says\n",
		"regions.csv":            "\near,Ear,auricle,",
		"parts.csv":              "trunk,h | az | x\n",
		"zones.csv":              "biceps-1,essential,",
		"cells.csv":              "\n0,",
	}
	for _, f := range files {
		if line, ok := want[f.Name]; ok && !strings.Contains(string(f.Data), line) {
			t.Errorf("%s does not hold %q:\n%.600s", f.Name, line, f.Data)
		}
		delete(want, f.Name)
	}
	for name := range want {
		t.Errorf("there is no %s", name)
	}
}

func TestATextThatWouldSplitACellIsRefused(t *testing.T) {
	a, err := atlas.ParseText("small", strings.Replace(smallText, "  how: or pinch", "  how: or | pinch", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CSV(a); err == nil {
		t.Error("CSV took a text with a | in a shared cell")
	}
}
