package atlas

import (
	"os"
	"strings"
	"testing"
)

// genitives are whole muscles as they stand behind one of their parts.
var genitives = strings.NewReplacer(
	"musculi occipitofrontalis", "musculus occipitofrontalis", "musculi trapezii", "musculus trapezius",
	"musculi deltoidei", "musculus deltoideus", "masseteris", "musculus masseter",
	"musculi gastrocnemii", "musculus gastrocnemius", "musculi bicipitis femoris", "musculus biceps femoris",
	"musculi longissimi thoracis", "musculus longissimus thoracis", "musculi iliocostalis lumborum", "musculus iliocostalis lumborum",
)

// Every Latin and English name stands in a list of Terminologia Anatomica, as a whole
// muscle or as a part and its muscle; what the list lacks is written there with a reason.
func TestNamesStandInTheTerminology(t *testing.T) {
	text, err := os.ReadFile("testdata/terminology.txt")
	if err != nil {
		t.Fatal(err)
	}
	english := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimPrefix(line, "+ "), " | ")
		if want := 2 + strings.Count(line[:1], "+"); len(f) != want {
			t.Fatalf("%q has %d fields, want %d", line, len(f), want)
		}
		latin, name := f[0], f[1]
		if line[0] != '+' && !strings.HasSuffix(name, "muscles") {
			switch {
			case strings.HasPrefix(latin, "musculus "):
				name += " muscle"
			case strings.HasPrefix(latin, "musculi "):
				name = strings.TrimSuffix(name, "s") + " muscles" // lumbricals
			}
		}
		english[latin] = name
	}
	for _, m := range Standard().Muscles {
		if want, ok := termOf(m.Latin, english); !ok || !sameTerm(m.TA2, want) {
			t.Errorf("%s: %q | %q; the list has %q for the Latin name (known: %t)", m.Place, m.Latin, m.TA2, want, ok)
		}
	}
}

// termOf finds the English term of a Latin one.
func termOf(latin string, english map[string]string) (string, bool) {
	if name, ok := english[latin]; ok {
		return name, true
	}
	for where, of := range map[string]string{" manus": " of hand", " pedis": " of foot"} {
		if short, cut := strings.CutSuffix(latin, where); cut {
			name, ok := english[short]
			return name + of, ok
		}
	}
	for _, part := range []string{"pars ", "venter ", "caput "} {
		if !strings.HasPrefix(latin, part) {
			continue
		}
		words := strings.SplitN(latin, " ", 3)
		if len(words) < 3 {
			return "", false
		}
		name, ok := english[words[0]+" "+words[1]]
		whole, known := english[genitives.Replace(words[2])]
		return name + " of " + whole, ok && known
	}
	return "", false
}

// sameTerm compares English terms; 'interossei' and 'masseter' need no 'muscle'.
func sameTerm(a, b string) bool {
	plain := func(s string) string {
		return strings.Join(strings.Fields(strings.NewReplacer(" muscles", "", " muscle", "").Replace(s)), " ")
	}
	return plain(a) == plain(b)
}
