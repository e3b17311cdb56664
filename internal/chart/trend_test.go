package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"knead/outcome"
)

// answers are points a week apart; below zero is an answer that is missing.
func answers(values ...float64) (out []TrendPoint) {
	for i, v := range values {
		out = append(out, TrendPoint{TrendTime: TrendTime{int64(i) * 7, fmt.Sprintf("week %d", i+1)}, Value: v, Known: v >= 0})
	}
	return out
}

func measure(t testing.TB, id outcome.ID) *outcome.Instrument {
	t.Helper()
	in, ok := outcome.Standard().Instrument(id)
	if !ok {
		t.Fatalf("there is no instrument %q", id)
	}
	return in
}

func painAndStress(t testing.TB) Trend {
	t.Helper()
	pain, stress := answers(7, 6, -1, 5, 3), answers(8, 7, 7, 4, 4)
	trend := Trend{
		ID: "t", Title: "Pain and stress", Summary: "Pain went from 7 to 3.", Missing: "no answer", Session: "a session",
		Panels: []TrendPanel{
			InstrumentPanel(measure(t, "nprs-now"), "Pain now", "lower is better", "too small to matter", "not clear", pain),
			InstrumentPanel(measure(t, "stress"), "Stress", "lower is better", "too small to matter", "not clear", stress),
		},
	}
	for _, p := range pain {
		trend.Sessions = append(trend.Sessions, p.TrendTime)
	}
	return trend
}

// svg draws a trend and reads it back as XML: the words, by the element they stand in.
func svg(t testing.TB, trend Trend, width int) (whole string, words []string) {
	t.Helper()
	drawn, err := trend.SVG(width)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(string(drawn)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return string(drawn), words
		}
		if err != nil {
			t.Fatalf("not well formed: %v\n%s", err, drawn)
		}
		if text, ok := token.(xml.CharData); ok && strings.TrimSpace(string(text)) != "" {
			words = append(words, strings.TrimSpace(string(text)))
		}
	}
}

func TestATrendHasATextInItsPlace(t *testing.T) {
	whole, words := svg(t, painAndStress(t), trendWide)
	for _, want := range []string{`role="img"`, `aria-labelledby="t-700-title t-700-summary"`, `<title id="t-700-title">`} {
		if !strings.Contains(whole, want) {
			t.Errorf("the picture has no %s", want)
		}
	}
	for _, want := range []string{"Pain and stress", "Pain went from 7 to 3.", "Pain now", "Stress", "week 1", "week 5", "too small to matter", "a session"} {
		if !slices.Contains(words, want) {
			t.Errorf("the picture does not say %q; it says %q", want, words)
		}
	}
}

func TestATrendSaysNothingOfItsOwn(t *testing.T) {
	said := []string{"Pain and stress", "Pain went from 7 to 3.", "no answer", "a session", "Pain now", "Stress", "lower is better", "too small to matter", "not clear"}
	number := regexp.MustCompile(`^(−?[0-9.]+|week [0-9])$`)
	for _, width := range []int{trendNarrow, trendWide} {
		_, words := svg(t, painAndStress(t), width)
		for _, w := range words {
			if !slices.Contains(said, w) && !number.MatchString(w) {
				t.Errorf("%d wide: %q was not given to it", width, w)
			}
		}
	}
}

func TestATrendNamesNoColourAndRunsNoScript(t *testing.T) {
	trend := painAndStress(t)
	trend.Title, trend.Panels[0].Label = `<script>alert(1)</script>`, `a" onload="x`
	whole, words := svg(t, trend, trendWide)
	if colour := regexp.MustCompile(`(fill|stroke|style)=|#[0-9a-f]{3}|rgb|oklch`).FindString(whole); colour != "" {
		t.Errorf("colours come from the style sheet, and the picture has %q", colour)
	}
	if strings.Contains(whole, "<script") || strings.Contains(whole, `" onload="`) {
		t.Errorf("a text got out of its place: %s", whole)
	}
	if !slices.Contains(words, trend.Title) || !slices.Contains(words, trend.Panels[0].Label) {
		t.Errorf("a text came out changed: %q", words)
	}
}

func TestAMissingAnswerIsAGap(t *testing.T) {
	for _, c := range []struct {
		values []float64
		pieces int
		dots   int
	}{
		{[]float64{7, 6, 5}, 1, 3},
		{[]float64{7, 6, -1, 5, 3}, 2, 4},
		{[]float64{7, -1, 5}, 0, 2}, // two lone answers, no line between them
		{[]float64{-1, 6, 5, -1}, 1, 2},
		{[]float64{-1}, 0, 0},
	} {
		trend := Trend{Panels: []TrendPanel{{Label: "x", High: 10, Lines: []TrendLine{{Points: answers(c.values...)}}}}}
		f, err := newFonts()
		if err != nil {
			t.Fatal(err)
		}
		l := trend.lay(trendWide, ruler{f.small}).Panels[0].Lines[0]
		if got := strings.Count(l.Paths, "M"); got != c.pieces || len(l.Dots) != c.dots {
			t.Errorf("%v: %d pieces and %d dots, want %d and %d", c.values, got, len(l.Dots), c.pieces, c.dots)
		}
	}
}

func TestTheTableHoldsWhatThePictureShows(t *testing.T) {
	trend := painAndStress(t)
	late := TrendPoint{TrendTime: TrendTime{30, "later"}, Value: 2, Known: true, Text: "2 of 10"}
	trend.Panels[1].Lines[0].Points = append(trend.Panels[1].Lines[0].Points, late)
	got := trend.Table()
	want := TrendTable{
		Head: []string{"Pain now", "Stress"},
		Rows: []TrendRow{
			{"week 1", []string{"7", "8"}},
			{"week 2", []string{"6", "7"}},
			{"week 3", []string{"no answer", "7"}},
			{"week 4", []string{"5", "4"}},
			{"week 5", []string{"3", "4"}},
			{"later", []string{"", "2 of 10"}}, // pain was not asked
		},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("Table() =\n%v, want\n%v", got, want)
	}
}

func TestWhatBelongsToOneDayIsDrawnTogether(t *testing.T) {
	trend := Trend{Sessions: []TrendTime{{At: 1000}, {At: 1010}}, Least: 1000}
	if x := trend.times(0, 100); x(1000) != 49.5 || x(1010) != 50.5 {
		t.Errorf("of a width of 1000 ten are drawn from %g to %g, want 49.5 to 50.5", x(1000), x(1010))
	}
	trend.Least = 10
	if x := trend.times(0, 100); x(1000) != 0 || x(1010) != 100 {
		t.Errorf("what is as long as the width is drawn from %g to %g, want 0 to 100", x(1000), x(1010))
	}
}

func TestTheBandLiesAroundTheFirstAnswer(t *testing.T) {
	points := append([]TrendPoint{{TrendTime: TrendTime{At: -5}}}, answers(7, 3)...) // the very first was not given
	p := InstrumentPanel(measure(t, "nprs-now"), "", "", "", "", points)
	if p.Band == nil || p.Band.Small != (outcome.Range{Low: 5.5, High: 8.5}) || p.Band.Large.Low < 4.89 || p.Band.Large.Low > 4.91 {
		t.Errorf("the band is %+v", p.Band)
	}
	if p := InstrumentPanel(measure(t, "stress"), "", "", "", "", points); p.Band != nil {
		t.Errorf("nothing is known about what matters for stress, and it has the band %+v", p.Band)
	}
}

func TestNumbersNeverCoverEachOtherOrADot(t *testing.T) {
	f, err := newFonts()
	if err != nil {
		t.Fatal(err)
	}
	r := ruler{f.small}
	rapid.Check(t, func(t *rapid.T) {
		trend := Trend{ID: "t", Sessions: []TrendTime{{0, "1 January"}, {9, "2 February"}}, Session: "a session"}
		for range rapid.IntRange(0, 3).Draw(t, "panels") {
			p := TrendPanel{Label: "Some measure", Better: "lower is better", High: float64(rapid.IntRange(1, 100).Draw(t, "high"))}
			for range rapid.IntRange(1, 3).Draw(t, "lines") {
				var l TrendLine
				for range rapid.IntRange(0, 14).Draw(t, "points") {
					l.Points = append(l.Points, TrendPoint{
						TrendTime: TrendTime{At: rapid.Int64Range(0, 400).Draw(t, "at")},
						Value:     rapid.Float64Range(0, p.High).Draw(t, "value"), Known: rapid.IntRange(0, 5).Draw(t, "known") > 0,
					})
				}
				p.Lines = append(p.Lines, l)
			}
			trend.Panels = append(trend.Panels, p)
		}
		width := rapid.SampledFrom([]int{trendNarrow, trendWide}).Draw(t, "width")
		d := trend.lay(width, r)
		for _, p := range d.Panels {
			var boxes []box
			for _, v := range p.Values {
				w := r.width(v.Text) / 2
				boxes = append(boxes, box{v.X - w, v.Y - 12, v.X + w, v.Y})
			}
			for i, a := range boxes {
				if a.y0 < 0 || a.y1 > float64(d.H) {
					t.Fatalf("the number %v lies outside the picture", p.Values[i])
				}
				for _, b := range boxes[:i] {
					if a.hits(b) {
						t.Fatalf("two numbers cover each other: %v and %v", a, b)
					}
				}
			}
			for _, l := range p.Lines {
				for _, dot := range l.Dots {
					if dot.X < p.X0 || dot.X > p.X1 || dot.Y < p.Top || dot.Y > p.Bottom {
						t.Fatalf("the dot %v lies outside its panel %v..%v, %v..%v", dot, p.X0, p.X1, p.Top, p.Bottom)
					}
					for _, b := range boxes {
						if b.hits(box{dot.X - 5, dot.Y - 5, dot.X + 5, dot.Y + 5}) {
							t.Fatalf("the number at %v covers the dot %v", b, dot)
						}
					}
				}
			}
		}
	})
}

func BenchmarkTrend(b *testing.B) {
	trend := painAndStress(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := trend.HTML(); err != nil {
			b.Fatal(err)
		}
	}
}
