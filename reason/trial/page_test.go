package trial

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"knead/reason"
)

var update = flag.Bool("update", false, "write docs/calibration.md and its pictures (some minutes)")

const (
	document = "../../docs/calibration.md"
	pictures = "../../docs/img/calibration"
)

func standard() *Trial { return New(reason.Standard(), reason.Chosen()) }

// TestCalibration holds the main figures, on a small sample and with margins, and that
// the document says what the sample gives.
func TestCalibration(t *testing.T) {
	tr := standard()
	if *update {
		writePage(t, tr)
	}
	s := tr.Sample()
	for _, j := range s.Worlds {
		first, next, also := *j.Weights.Band[reason.CheckFirst], *j.Weights.Band[reason.CheckNext], *j.Weights.Band[reason.AlsoPossible]
		if !(first.Part() > next.Part() && next.Part() > also.Part()) {
			t.Errorf("%s: of the bands %v, %v and %v are active; each should have more than the next", j.Name, first, next, also)
		}
		for i, k := range j.Knead {
			if random := j.Rules[3][i].Part(); k.Part() < random+0.1 {
				t.Errorf("%s: a hit is among the first %d for %v, and for %.2f in a random order", j.Name, Tops[i], k, random)
			}
		}
	}
	for name, least := range map[string]float64{"as the model": 0.25, "one complaint": 0.25, "clumsy": 0.10, "half something else": 0.10} {
		for _, j := range s.Worlds {
			if first := j.Weights.Band[reason.CheckFirst]; j.Name == name && first.Part() < least {
				t.Errorf("%s: of %d candidates to be checked first %d are active, want %.0f in 100", name, first.Of, first.Hits, 100*least)
			}
		}
	}
	model := s.Worlds[0]
	for i, least := range []float64{0.40, 0.68, 0.78} {
		if model.Knead[i].Part() < least || model.Knead[i].Part() <= model.Rules[0][i].Part()-0.02 {
			t.Errorf("%s: the first %d hit for %v, and by overlap for %v; want at least %.2f", model.Name, Tops[i], model.Knead[i], model.Rules[0][i], least)
		}
	}
	if s.Next.Mean > 1.1*s.List.Mean || s.Next.Found.Hits < s.List.Found.Hits-2 || s.Next.Mean > 0.8*s.Region.Mean {
		t.Errorf("as Knead names them, an active point takes %.2f checks (found %v); down the list %.2f (%v), by region %.2f", s.Next.Mean, s.Next.Found, s.List.Mean, s.List.Found, s.Region.Mean)
	}
	if r := s.Reach; !(r.Least <= r.Greedy && r.Greedy <= r.List) || r.Least < 0.6*r.List {
		t.Errorf("checks to be expected: %+v; the document says that no order could save a third", r)
	}
	checkDocument(t, s)
}

// near is how far a figure of the document may lie from what the sample gives, in its
// own unit: a change of the engine in the third digit turns single clients round.
const near = 5

var figure = regexp.MustCompile(`\d+(\.\d+)?`)

func checkDocument(t *testing.T, s Sample) {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	_, part, ok := strings.Cut(string(text), "## Small sample\n")
	if !ok {
		t.Fatalf("%s has no small sample; run make calibration", document)
	}
	_, part, _ = strings.Cut(part, "\n| ")
	_, want, _ := strings.Cut("\n"+s.Table(), "\n| ")
	if got, want := strings.TrimSpace(figure.ReplaceAllString(part, "#")), figure.ReplaceAllString(want, "#"); got != want {
		t.Fatalf("the small sample of %s reads\n%s\nwant\n%s\nrun make calibration", document, got, want)
	}
	told := figure.FindAllString(part, -1)
	for i, f := range figure.FindAllString(want, -1) {
		a, _ := strconv.ParseFloat(told[i], 64)
		if b, _ := strconv.ParseFloat(f, 64); a > b+near || a < b-near {
			t.Errorf("figure %d of the small sample is %v in %s and %v now; run make calibration", i+1, a, document, b)
		}
	}
}

func writePage(t *testing.T, tr *Trial) {
	t.Helper()
	p, err := tr.WritePage(Full)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(document, []byte(p.Text), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, svg := range p.Pictures {
		if err := os.WriteFile(filepath.Join(pictures, name), []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
