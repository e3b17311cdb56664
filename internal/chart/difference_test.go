package chart

import (
	"encoding/xml"
	"errors"
	"html/template"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"knead/body"
)

// twoVisits are drawings between which something is gone, eased, the same, worse and new.
func twoVisits(t testing.TB) (before, after body.Drawing) {
	t.Helper()
	paint := func(d *body.Drawing, words string, level uint8) {
		p, err := body.Find(words)
		if err != nil {
			t.Fatal(err)
		}
		var m body.Mark
		m.Paint(p.Cells, level)
		d.Marks = append(d.Marks, m)
	}
	for _, site := range []struct {
		words    string
		was, now uint8
	}{
		{"back of the neck", 4, 0},
		{"right shoulder blade", 7, 3},
		{"left shoulder blade", 5, 5},
		{"left lower back", 3, 6},
		{"right buttock", 0, 4},
	} {
		if site.was > 0 {
			paint(&before, site.words, site.was)
		}
		if site.now > 0 {
			paint(&after, site.words, site.now)
		}
	}
	return before, after
}

// elements reads markup back: the start of every element, and the words between them.
func elements(t testing.TB, markup template.HTML) (starts []xml.StartElement, words []string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<div>" + string(markup) + "</div>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return starts, words
		}
		if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, markup)
		}
		switch token := token.(type) {
		case xml.StartElement:
			starts = append(starts, token.Copy())
		case xml.CharData:
			if text := strings.TrimSpace(string(token)); text != "" {
				words = append(words, text)
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestEveryKindOfChangeIsDrawnInItsOwnPattern(t *testing.T) {
	change := body.Difference(twoVisits(t))
	f := DifferenceFigure{ID: "d", Alt: `what <changed> & "how"`, Clay: "/back.jpg", View: view(t, "back"), Change: change}
	markup, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	starts, _ := elements(t, markup)
	ids, fills := map[string]bool{}, map[string]string{}
	for _, e := range starts {
		if id := attribute(e, "id"); id != "" {
			if ids[id] {
				t.Errorf("the id %s is there twice", id)
			}
			ids[id] = true
		}
		if kind, ok := strings.CutPrefix(attribute(e, "class"), "change "); ok {
			fills[kind] = attribute(e, "fill")
		}
		if e.Name.Local == "svg" && attribute(e, "aria-label") != f.Alt {
			t.Errorf("the picture says %q, want %q", attribute(e, "aria-label"), f.Alt)
		}
		if e.Name.Local == "image" && attribute(e, "href") != f.Clay {
			t.Errorf("the clay comes from %q, want %q", attribute(e, "href"), f.Clay)
		}
	}
	seen := map[string]bool{}
	for _, k := range body.ChangeKinds() {
		fill, drawn := fills[string(k)]
		if !drawn || seen[fill] {
			t.Errorf("%s is drawn: %t, filled with %q; another kind has that too: %t", k, drawn, fill, seen[fill])
		}
		seen[fill] = true
		if fill != "" && !ids[strings.TrimSuffix(strings.TrimPrefix(fill, "url(#"), ")")] {
			t.Errorf("%s is filled with %s, which is not defined", k, fill)
		}
	}
	if colour := regexp.MustCompile(`(fill|stroke)="[^u"]|style=|rgb|oklch`).FindString(string(markup)); colour != "" {
		t.Errorf("colours come from the style sheet, and the picture has %q", colour)
	}
}

func TestADrawingComparedWithItselfIsDrawnAsTheSame(t *testing.T) {
	d, _ := twoVisits(t)
	for _, p := range DifferencePaths(view(t, "back"), body.Difference(d, d)) {
		if p.Kind != body.IsSame {
			t.Errorf("%s is drawn", p.Kind)
		}
	}
	if views := DifferenceViews(body.Changes{}); views != nil {
		t.Errorf("nothing was painted, and %d views show it", len(views))
	}
}

func TestADifferenceIsShownFromWhereItIsSeen(t *testing.T) {
	views := DifferenceViews(body.Difference(twoVisits(t)))
	if len(views) == 0 || views[0].Name != "back" {
		t.Errorf("the first of %d views is not the back", len(views))
	}
}

func TestTheKeyDefinesWhatItShows(t *testing.T) {
	var rows []KeyRow
	for _, k := range body.ChangeKinds() {
		rows = append(rows, KeyRow{k, "words for " + string(k)})
	}
	markup, err := DifferenceKey("k", "What changed", rows)
	if err != nil {
		t.Fatal(err)
	}
	starts, words := elements(t, markup)
	var ids []string
	for _, e := range starts {
		ids = append(ids, attribute(e, "id"))
	}
	for _, e := range starts {
		if fill, ok := strings.CutPrefix(attribute(e, "fill"), "url(#"); ok && !slices.Contains(ids, strings.TrimSuffix(fill, ")")) {
			t.Errorf("a swatch is filled with %s, which is not defined", fill)
		}
	}
	for _, r := range rows {
		if !slices.Contains(words, r.Words) {
			t.Errorf("the key does not say %q", r.Words)
		}
	}
}

func TestAStripShowsEachVisitOnTheSameBody(t *testing.T) {
	before, after := twoVisits(t)
	strip := Strip{ID: "s", Label: "Drawings", Visits: []StripVisit{
		{Date: "3 January", Note: "worst 7", Alt: "neck & shoulder blades", Drawing: before},
		{Date: "10 January", Alt: "buttock", Drawing: after},
		{Date: "17 January", Alt: "nothing painted"},
	}}
	markup, err := strip.HTML()
	if err != nil {
		t.Fatal(err)
	}
	starts, words := elements(t, markup)
	ids, pictures, paint := map[string]bool{}, []string{}, []int{}
	for _, e := range starts {
		if id := attribute(e, "id"); id != "" {
			if ids[id] {
				t.Errorf("the id %s is there twice", id)
			}
			ids[id] = true
		}
		if attribute(e, "role") == "img" {
			pictures, paint = append(pictures, attribute(e, "aria-label")), append(paint, 0)
		}
		if strings.HasPrefix(attribute(e, "class"), "rub p") {
			paint[len(paint)-1]++
		}
		if href, ok := strings.CutPrefix(attribute(e, "href"), "#"); ok && !ids[href] {
			t.Errorf("the body %s is used before it is there", href)
		}
	}
	if want := []string{"neck & shoulder blades", "buttock", "nothing painted"}; !slices.Equal(pictures, want) {
		t.Errorf("the pictures say %q, want %q", pictures, want)
	}
	if len(paint) == 3 && (paint[0] == 0 || paint[1] == 0 || paint[2] != 0) {
		t.Errorf("the pictures hold %v painted pieces; the last was not painted", paint)
	}
	if want := []string{"3 January", "worst 7", "10 January", "17 January"}; !slices.Equal(words, want) {
		t.Errorf("the strip says %q, want %q", words, want)
	}
	if n := strings.Count(string(markup), body.Views()[0]); n == 0 {
		t.Error("the front is missing")
	}
}

func BenchmarkDifferenceFigure(b *testing.B) {
	f := DifferenceFigure{ID: "d", View: view(b, "back"), Change: body.Difference(twoVisits(b))}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.SVG(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStrip(b *testing.B) {
	before, after := twoVisits(b)
	s := Strip{ID: "s"}
	for range 6 {
		s.Visits = append(s.Visits, StripVisit{Drawing: before}, StripVisit{Drawing: after})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.HTML(); err != nil {
			b.Fatal(err)
		}
	}
}
