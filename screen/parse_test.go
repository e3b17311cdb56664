package screen

import (
	"errors"
	"strings"
	"testing"
)

func TestTheEmbeddedRulesParse(t *testing.T) {
	if _, err := parse("rules.txt", rulesText); err != nil {
		t.Fatal(err)
	}
}

func TestABrokenRulesFileSaysWhereAndWhat(t *testing.T) {
	head := "rules 1\n  date: d\n  reviewed: r\n"
	question := "question g1\n  for: everyone\n  level: emergency\n  mark: S\n  text: Pain?\n  why: w\n  source: s\n"
	for _, tt := range []struct{ name, text, want string }{
		{"tab", "rules 1\n\tdate: d\n", "r.txt:2:1:"},
		{"no id", "rules\n", "r.txt:1:1:"},
		{"unknown kind", head + "quiz g1\n", "r.txt:4:1:"},
		{"indent", head + "question g1\n   text: x\n", "r.txt:5:4:"},
		{"no text", "rules 1\n  date:\n", "r.txt:2:3:"},
		{"orphan", "  date: d\n", "r.txt:1:3:"},
		{"unknown line", head + question + "  colour: red\n", "r.txt:11:11:"},
		{"twice", head + question + question, "r.txt:11:10:"},
		{"line twice", head + question + "  why: w\n", "r.txt:9:8:"},
		{"level", head + strings.Replace(question, "emergency", "urgent", 1), "r.txt:6:10:"},
		{"mark", head + strings.Replace(question, "mark: S", "mark: Q", 1), "r.txt:7:9:"},
		{"missing line", head + strings.Replace(question, "  why: w\n", "", 1), "r.txt:4:10:"},
		{"area", head + strings.Replace(question, "everyone", "elbow", 1), "r.txt:5:8:"},
		{"ages", head + question + "  ages: old\n", "r.txt:11:9:"},
		{"technique", head + question + "  do: remove magic\n", "r.txt:11:7:"},
		{"pressure", head + question + "  do: cap 9 all\n", "r.txt:11:7:"},
		{"place", head + question + "  do: mask place\n", "r.txt:4:10:"},
		{"kind", head + question + "  kind: surgery\n", "r.txt:11:9:"},
		{"unsaid", head + question + "  unsaid: surgery\n", "r.txt:11:11:"},
		{"region", head + "area a\n  words: a\n  regions: moon\n", "r.txt:6:12:"},
		{"shape", head + "site a\n  words: a\n  why: w\n  source: s\n  shape: moon\n", "r.txt:8:10:"},
		{"condition", head + question + "rule r\n  when: g77\n  level: refer\n  mark: S\n  why: w\n  source: s\n", "r.txt:12:9:"},
		{"no condition", head + question + "rule r\n  level: refer\n  mark: S\n  why: w\n  source: s\n", "r.txt:11:6:"},
		{"no version", question, "r.txt:1:1:"},
	} {
		_, err := parse("r.txt", tt.text)
		var syntax *syntaxError
		if !errors.As(err, &syntax) || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want an error at %s", tt.name, err, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("rules 1\n  date: d\n  reviewed: r\n")
	f.Add("question g1\n  for: everyone\n  level: emergency\n  mark: S\n  text: Pain?\n  why: w\n  source: s\n")
	f.Add("rule r\n  when: g1 | age >= 65\n  level: refer\n  mark: S\n  why: w\n  source: s\n")
	f.Add("area a\n  words: a\n  parts: thigh\n    and: more\n")
	f.Add(rulesText)
	f.Fuzz(func(t *testing.T, text string) {
		var syntax *syntaxError
		if _, err := parse("r.txt", text); err != nil && !errors.As(err, &syntax) {
			t.Fatalf("an error without a place: %v", err)
		}
	})
}
