package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What is felt like a nerve stands under 'something else' with what to ask, whom to see
// and its page, and is said before the muscles where it is likelier than not.
func TestWhatIsFeltLikeANerveIsNamed(t *testing.T) {
	h := door(t)
	for name, c := range map[string]struct {
		place, quality string
		like, first    bool
	}{
		"tingling": {"middle finger", "tingling", true, true},
		"aching":   {"middle finger", "aching", true, false},
		"the jaw":  {"jaw", "aching", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			mark := func(place string) string {
				return `{"where":"left ` + place + `","level":5,"quality":"` + c.quality + `"}`
			}
			marks := mark(c.place)
			if c.like {
				marks += "," + mark("thumb") + "," + mark("index finger")
			}
			text := `{"marks":[` + marks + `],"answers":"all-no","minutes":60}`
			w := post(t, h, "/assess", url.Values{"visit": {text}})
			page, paper := w.Body.String(), post(t, h, "/print", url.Values{"visit": {text}}).Body.String()
			if w.Code != http.StatusOK {
				t.Fatalf("POST /assess gave %d", w.Code)
			}
			for what, want := range map[string]bool{
				`href="/atlas/patterns/median-nerve-wrist"`:                   c.like,
				`Ask whether it wakes the client`:                             c.like,
				`This is felt more like the Median nerve at the wrist (left)`: c.first,
			} {
				if strings.HasPrefix(what, "This is felt") && strings.Contains(paper, what) != want {
					t.Errorf("the print has %q: %t, want %t", what, !want, want)
				}
				if strings.Contains(page, what) != want {
					t.Errorf("the page has %q: %t, want %t", what, !want, want)
				}
			}
		})
	}
}
