package web

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"knead"
	"knead/reason"
)

// What the page draws is what the model says: for each candidate and mark the mean over
// its places, and for each place the step of the scale.
func TestBarsAreTheSharesOfTheModel(t *testing.T) {
	v, err := knead.ReadVisit([]byte(visit))
	if err != nil {
		t.Fatal(err)
	}
	a, err := knead.Assess(v)
	if err != nil {
		t.Fatal(err)
	}
	x, err := a.Explain()
	if err != nil {
		t.Fatal(err)
	}
	page := post(t, door(t), "/assess", url.Values{"visit": {visit}}).Body.String()
	found := regexp.MustCompile(`data-places="([^"]*)" data-marks="([^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(found) == 0 || len(found) > len(x.Reasons) {
		t.Fatalf("%d candidates on the page, %d in the model", len(found), len(x.Reasons))
	}
	for i, row := range found {
		var steps []string
		area, share := make([]float64, len(v.Drawing.Marks)), make([]float64, len(v.Drawing.Marks))
		for k, place := range x.Places {
			s := x.Reasons[i].Shares[k]
			step, _ := reason.ShareWord(s.Low)
			steps = append(steps, fmt.Sprint(step))
			area[place.Mark] += place.Area
			share[place.Mark] += place.Area * s.Share
		}
		var widths []string
		for m := range area {
			widths = append(widths, fmt.Sprintf("%.0f", 100*share[m]/area[m]))
		}
		if row[1] != strings.Join(steps, " ") || row[2] != strings.Join(widths, " ") {
			t.Errorf("candidate %d: places %q and marks %q, want %q and %q", i, row[1], row[2], steps, widths)
		}
	}
}

func TestWhyNotOnThePage(t *testing.T) {
	h := door(t)
	for _, tt := range []struct {
		name, asked, side, near string
		want                    string
		answers                 int
	}{
		{"either side", "soleus", "", "", "soleus (right)", 2},
		{"one side", "soleus", "left", "", "soleus (left)", 1},
		{"the side in the name goes first", "right soleus", "left", "", "soleus (right)", 1},
		{"a name that was meant", "soleas", "left", "soleus", "soleus (left)", 1},
		{"a name that nobody knows", "soleas <b>", "", "", "soleas &lt;b&gt;", 0},
		{"nothing asked", "", "left", "", `id="ask-whynot"`, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := post(t, h, "/assess", url.Values{"visit": {visit}, "whynot": {tt.asked}, "whynot-side": {tt.side}, "whynot-near": {tt.near}}).Body.String()
			_, part, _ := strings.Cut(page, `<section class="whynot"`)
			part, _, _ = strings.Cut(part, "</section>")
			_, answer, _ := strings.Cut(part, `class="whynot-said`)
			if !strings.Contains(part, tt.want) || strings.Count(answer, "<p>") != tt.answers {
				t.Errorf("%d answers, want %d with %q:\n%s", strings.Count(answer, "<p>"), tt.answers, tt.want, answer)
			}
		})
	}
}
