package web

import (
	"slices"
	"testing"

	"knead/body"
)

// What is painted stands in the first views, each mark where most of it is seen.
func TestTheFirstViewsShowEveryMark(t *testing.T) {
	f := newFigures()
	for _, x := range []struct {
		places []string
		want   []string // the first views
	}{
		{nil, []string{"front"}},
		{[]string{"inside edge of the right shoulder blade"}, []string{"back"}},
		{[]string{"right side of the neck"}, []string{"head-right"}},
		{[]string{"inside edge of the right shoulder blade", "right side of the neck"}, []string{"back"}},
		{[]string{"right knee", "left palm"}, []string{"front"}},
	} {
		var d body.Drawing
		for _, place := range x.places {
			found, err := body.Find(place)
			if err != nil {
				t.Fatal(err)
			}
			var m body.Mark
			m.Paint(found.Cells, 5)
			d.Marks = append(d.Marks, m)
		}
		if got := f.viewsOf(d); len(got) < len(x.want) || !slices.Equal(got[:len(x.want)], x.want) {
			t.Errorf("%q: %q; want %q first", x.places, got, x.want)
		}
	}
}
