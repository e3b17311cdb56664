package atlas

import (
	"strings"
	"testing"
	"testing/fstest"
)

const changeBlock = "change first\n  date: 2026-11-21\n  title: The first\n  text: Something is new.\n  rows: muscle soleus\n"

func parseChange(src string) (*Atlas, error) {
	return Parse(fstest.MapFS{"a.txt": {Data: []byte(src)}})
}

func TestAChangeIsRead(t *testing.T) {
	a, err := parseChange(changeBlock + strings.ReplaceAll(strings.ReplaceAll(changeBlock, "first", "second"), "11-21", "12-01"))
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Changes) != 2 || a.Changes[0].ID != "second" || a.Changes[1].Rows[0] != (Ref{"muscle", "soleus"}) {
		t.Fatalf("changes %+v, want two, the newest first", a.Changes)
	}
	again, err := parseChange(a.Text())
	if err != nil || again.Text() != a.Text() {
		t.Errorf("written and read again: %v\n%s", err, a.Text())
	}
}

func TestAChangeIsReadStrictly(t *testing.T) {
	for name, edit := range map[string][2]string{
		"a day that is none":   {"2026-11-21", "2026-13-21"},
		"a date in words":      {"2026-11-21", "yesterday"},
		"no title":             {"  title: The first\n", ""},
		"a row without a kind": {"muscle soleus", "soleus"},
		"a row of no page":     {"muscle soleus", "point soleus-1"},
		"an unknown key":       {"  text:", "  words:"},
	} {
		if _, err := parseChange(strings.Replace(changeBlock, edit[0], edit[1], 1)); err == nil {
			t.Errorf("%s is read without complaint", name)
		}
	}
}

func TestAChangeNamesRowsThatAreThere(t *testing.T) {
	a, err := parseChange(changeBlock)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range a.Lint() {
		if strings.Contains(p.String(), "change first names muscle soleus") {
			return
		}
	}
	t.Error("the lint says nothing of a row that is not in the atlas")
}
