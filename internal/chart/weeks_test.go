package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// someWeeks draws a course of up to a dozen sessions in any order of kinds.
func someWeeks(t *rapid.T) Weeks {
	w := Weeks{ID: "w", Title: "Weeks", Week: "Week", Pain: "Pain", Today: rapid.Float64Range(-1, 80).Draw(t, "today"), Now: "today"}
	row := WeekRow{Label: "As it went"}
	day := 0.0
	for i := range rapid.IntRange(1, 12).Draw(t, "sessions") {
		row.Dots = append(row.Dots, WeekDot{
			Day: day, Minutes: rapid.IntRange(0, 120).Draw(t, "minutes"), N: i + 1, Review: rapid.Bool().Draw(t, "review"),
			Kind: rapid.SampledFrom([]DotKind{DotHad, DotToCome, DotPlanned}).Draw(t, "kind"),
		})
		w.Levels = append(w.Levels, WeekLevel{day, rapid.IntRange(0, 10).Draw(t, "level")})
		day += rapid.Float64Range(1, 28).Draw(t, "gap")
	}
	if rapid.Bool().Draw(t, "end") {
		row.End = &WeekEnd{Day: day, Kind: "refer", Words: "somebody <else>"}
	}
	w.Rows = []WeekRow{row}
	return w
}

func TestEverySessionOfTheWeeksLiesWithinThePictureAndInTheOrderOfTime(t *testing.T) {
	fonts, err := newFonts()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		w := someWeeks(t)
		for _, width := range []int{trendNarrow, trendWide} {
			d := w.lay(width, ruler{fonts.small})
			last := 0.0
			for i, dot := range d.Rows[0].Dots {
				if dot.X < last || dot.X > float64(width) || dot.Y+dot.R > d.Bottom || dot.Y-dot.R < 0 {
					t.Fatalf("at %d pixels session %d lies at %g, %g (%g) in %d x %d, after %g", width, i+1, dot.X, dot.Y, dot.R, d.W, d.H, last)
				}
				last = dot.X
			}
			if e := d.Rows[0].End; e != nil && (e.X < last || e.X > float64(width)) {
				t.Fatalf("the end lies at %g, the last session at %g, of %d", e.X, last, width)
			}
		}
	})
}

func TestTheDotOfALongerSessionIsLarger(t *testing.T) {
	for _, pair := range [][2]int{{15, 30}, {30, 60}, {60, 90}, {90, 120}} {
		if a, b := dotRadius(pair[0]), dotRadius(pair[1]); b <= a {
			t.Errorf("%d minutes: %g, %d minutes: %g", pair[0], a, pair[1], b)
		}
	}
	if a, b := dotRadius(30), dotRadius(120); b/a < 1.9 || b/a > 2.1 {
		t.Errorf("four times as long: %g times as wide, want 2: the area tells the minutes", b/a)
	}
}

func TestTheWeeksAreWholeAndEscaped(t *testing.T) {
	w := Weeks{
		ID: "w", Title: "A <course>", Summary: "see the list", Week: "Week", Pain: "Pain", Today: 8, Now: "today",
		Levels: []WeekLevel{{0, 7}, {7, 4}},
		Rows: []WeekRow{{Label: "As it went & is to come", Dots: []WeekDot{
			{Day: 0, Minutes: 60, Kind: DotHad, N: 1}, {Day: 7, Minutes: 30, Kind: DotHad, N: 2}, {Day: 21, Minutes: 60, Kind: DotToCome, N: 3, Review: true},
		}, End: &WeekEnd{Day: 28, Kind: "finish", Words: "finish"}}},
	}
	html, err := w.HTML()
	if err != nil {
		t.Fatal(err)
	}
	var words, kinds []string
	d := xml.NewDecoder(strings.NewReader(string(html)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, html)
		}
		switch x := token.(type) {
		case xml.CharData:
			words = append(words, strings.TrimSpace(string(x)))
		case xml.StartElement:
			for _, a := range x.Attr {
				if a.Name.Local == "class" && strings.HasPrefix(a.Value, "sitting ") {
					kinds = append(kinds, strings.TrimPrefix(a.Value, "sitting "))
				}
			}
		}
	}
	for _, want := range []string{"A <course>", "see the list", "Week 1", "4", "As it went & is to come", "14", "today", "finish"} {
		if !slices.Contains(words, want) {
			t.Errorf("%q does not stand in the picture: %q", want, words)
		}
	}
	if want := []string{"had", "had", "to-come", "had", "had", "to-come"}; !slices.Equal(kinds, want) {
		t.Errorf("the dots are %v, want %v: once for each width", kinds, want)
	}
}
