package screen

import (
	"strings"
	"testing"
)

func TestAccentsAndCaseDoNotMatter(t *testing.T) {
	for written, want := range map[string]string{
		"Rivaroxabán": "rivaroxaban", "rivaroxaba\u0301n": "rivaroxaban", "  Co-Codamol, 30/500 ": "co codamol 30 500", "Größe": "grosse", "": "",
	} {
		if got := plain(written); got != want {
			t.Errorf("plain(%q) = %q, want %q", written, got, want)
		}
	}
}

func TestOneWrongLetterIsForgivenInALongName(t *testing.T) {
	for _, tt := range []struct {
		text, name string
		want       bool
	}{
		{"apixiban 5 mg", "apixaban", true},
		{"apixabn", "apixaban", true},
		{"apixxaban", "apixaban", true},
		{"apxiaban", "apixaban", true},
		{"apxixban", "apixaban", false},
		{"iran", "iron", false},
		{"statins", "statin", true},
	} {
		if got := mentions(tt.text, tt.name); got != tt.want {
			t.Errorf("mentions(%q, %q) = %v", tt.text, tt.name, got)
		}
	}
}

func TestNoTwoClassesAreConfusedByOneLetter(t *testing.T) {
	for i, a := range standard().medicines {
		for _, b := range standard().medicines[i+1:] {
			for _, x := range a.names {
				for _, y := range b.names {
					if mentions(x, y) || mentions(y, x) {
						if !strings.Contains(x, " ") && !strings.Contains(y, " ") {
							t.Errorf("%s (%s) and %s (%s)", x, a.class, y, b.class)
						}
					}
				}
			}
		}
	}
}

func TestWhatIsNotUnderstoodIsTakenAsTheStrictest(t *testing.T) {
	for id, want := range map[QuestionID]string{"g9": "open", "g13": "surgery", "g17": "alcohol", "g11": "pregnant"} {
		if kinds := standard().question[id].kindsIn("zzz qqq"); !kinds[want] {
			t.Errorf("%s: %v, want %s", id, kinds, want)
		}
	}
}
