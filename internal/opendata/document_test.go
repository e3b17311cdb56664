package opendata

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"knead/atlas"
)

const guide = "../../docs/open-data.md"

// The lists of fields and tables in the guide are made from the same tables as the
// export.
func TestDocumentFields(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	marker := []byte("internal/opendata/dictionary.txt. -->\n")
	head, _, ok := bytes.Cut(text, marker)
	if !ok {
		t.Fatalf("%s has lost the comment above its tables", guide)
	}
	var b bytes.Buffer
	b.Write(head)
	b.Write(marker)
	writeFields(&b)
	writeTables(&b)
	golden(t, guide, b.Bytes())
}

func writeFields(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n### header\n\n%s\n\n| field | holds | |\n|---|---|---|\n", meaning("header"))
	for _, m := range header(atlas.Standard()) {
		holds := "text"
		if _, ok := m.value.(float64); ok {
			holds = "whole number"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", m.name, holds, meaning("header."+m.name))
	}
	for _, s := range sections {
		writeKind(b, s.name, s.kind)
		if s.kind == "muscle" {
			writeKind(b, "points", "point")
		}
	}
	writeRest(b, "regions", "region", [][2]string{
		{"id", "id"},
		{"lay", "text"},
		{"name", "text"},
		{"aliases", "texts"},
		{"group", "text"},
		{"midline", "true or false"},
		{"choir_right", "whole number"},
		{"choir_left", "whole number"},
		{"fma", "digits, optional"},
		{"uberon", "digits, optional"},
		{"cells", "cell ids"},
	})
	writeRest(b, "parts", "part", [][2]string{{"id", "text"}, {"axes", "texts"}})
	writeRest(b, "surface", "surface", [][2]string{
		{"half", "whole number"},
		{"cells.part", "texts"},
		{"cells.side", "right or left"},
		{"cells.at", "lists of numbers"},
		{"cells.x", "numbers"},
		{"cells.y", "numbers"},
		{"cells.z", "numbers"},
		{"cells.area", "numbers"},
		{"cells.region", "region ids"},
		{"cells.choir", "whole numbers"},
		{"cells.hidden", "true or false"},
	})
}

func writeKind(b *bytes.Buffer, title, kind string) {
	fields := [][2]string{{"id", "id"}}
	for _, k := range kindNamed(kind).Keys {
		key := nameOf(kind, k.Name)
		form, many := flat(k)
		holds := holdsWords(form, many)
		if !k.Need && !many {
			holds += ", optional"
		}
		fields = append(fields, [2]string{key, holds})
		fields = append(fields, partFields(key, form)...)
	}
	switch kind {
	case "muscle":
		fields = append(fields, [2]string{"skin.cells", "cell ids"}, [2]string{"skin.weights", "numbers"}, [2]string{"points", "points"})
	case "point":
		fields = append(fields, [2]string{"recalled", "true or false"}, [2]string{"cell", "cell id"},
			[2]string{"zone.essential.cells", "cell ids"}, [2]string{"zone.essential.weights", "numbers"},
			[2]string{"zone.spillover.cells", "cell ids"}, [2]string{"zone.spillover.weights", "numbers"})
	case "pattern":
		fields = append(fields, [2]string{"recalled", "true or false"},
			[2]string{"zone.essential.cells", "cell ids"}, [2]string{"zone.essential.weights", "numbers"},
			[2]string{"zone.spillover.cells", "cell ids"}, [2]string{"zone.spillover.weights", "numbers"})
	}
	writeRest(b, title, kind, fields)
}

func partFields(path string, f atlas.Form) [][2]string {
	var out [][2]string
	for _, p := range f.Parts {
		form, many := p.Form, p.Form.Holds == atlas.List
		if many {
			form = *form.Item
		}
		holds := holdsWords(form, many)
		if p.Optional {
			holds += ", optional"
		}
		out = append(out, [2]string{path + "." + p.Name, holds})
		out = append(out, partFields(path+"."+p.Name, form)...)
	}
	return out
}

// holdsWords says in words what a value holds.
func holdsWords(f atlas.Form, many bool) string {
	s := map[bool]string{true: "s"}[many]
	switch f.Holds {
	case atlas.ID:
		if f.Of == "" {
			return "id" + s
		}
		return f.Of + " id" + s
	case atlas.Word:
		if many {
			return "any of: " + strings.Join(f.From, ", ")
		}
		return "one of: " + strings.Join(f.From, ", ")
	case atlas.Whole, atlas.Number:
		return fmt.Sprintf("%s, %d to %d", map[bool]string{true: "whole number", false: "number"}[f.Holds == atlas.Whole], f.Low, f.High)
	case atlas.YesNo:
		return "true or false"
	case atlas.Reference:
		return "text with one of " + strings.Join(f.From, " ") + " in front"
	case atlas.Record:
		return map[bool]string{true: "list of objects", false: "object"}[many]
	}
	return string(f.Holds) + s
}

func writeRest(b *bytes.Buffer, title, kind string, fields [][2]string) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n| field | holds | |\n|---|---|---|\n", title, meaning(kind))
	for _, f := range fields {
		fmt.Fprintf(b, "| %s | %s | %s |\n", f[0], f[1], meaning(kind+"."+f[0]))
	}
}

func writeTables(b *bytes.Buffer) {
	b.WriteString("\n## Tables\n\nThe first columns are the key: one, or as many as are in bold.\n\n| table | columns | |\n|---|---|---|\n")
	for _, t := range tables(atlas.Standard()) {
		var columns []string
		for i, c := range t.columns {
			name := c.name
			if i < t.key {
				name = "**" + name + "**"
			}
			if c.refers != "" {
				name += " (" + c.refers + ")"
			}
			columns = append(columns, name)
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", t.name, strings.Join(columns, ", "), t.about)
	}
}
