package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"knead/body"
)

func TestAPaintedFigureStandsByItself(t *testing.T) {
	d := twoMarks()
	views := PaintedViews(d)
	if len(views) == 0 {
		t.Fatal("no view shows the drawing")
	}
	for _, v := range views {
		f := PaintedFigure{ID: "v1", Alt: `<script>alert("&")</script>`, View: v, Drawing: d}
		first, err := f.SVG()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := f.SVG(); err != nil || first != again {
			t.Errorf("%s is drawn otherwise the second time, %v", v.Name, err)
		}
		for _, bad := range []string{"<script", "class=", "href=", "ZgotmplZ"} {
			if strings.Contains(string(first), bad) {
				t.Errorf("%s holds %s", v.Name, bad)
			}
		}
		decoder := xml.NewDecoder(strings.NewReader(string(first)))
		var told, paint int
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s is no XML: %v", v.Name, err)
			}
			switch tok := token.(type) {
			case xml.StartElement:
				if tok.Name.Local == "path" {
					for _, a := range tok.Attr {
						if a.Name.Local == "fill-opacity" {
							paint++
						}
					}
				}
			case xml.CharData:
				if string(tok) == `<script>alert("&")</script>` {
					told++
				}
			}
		}
		if told != 1 || paint == 0 || !strings.Contains(string(first), "A 6") && !strings.Contains(string(first), "B 3") {
			t.Errorf("%s tells its words %d times and holds %d pieces of paint", v.Name, told, paint)
		}
	}
	if views := PaintedViews(body.Drawing{}); len(views) != 0 {
		t.Errorf("nothing was painted, and %d views show it", len(views))
	}
}
