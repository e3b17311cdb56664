package knead_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"knead"
	"knead/plan"
	"knead/reason"
)

// visits are inputs that must be read; they seed the fuzzer too.
var visits = []string{
	`{}`,
	`{"answers":"all-no"}`,
	`{"marks":[{"where":"right temple","level":5},{"where":"base of the skull","level":10,"quality":"aching","depth":"deep"}],"answers":"all-no"}`,
	`{"answers":{"g1":"no","g13":{"answer":"yes","where":["left forearm"]},"g12":"not-sure"}}`,
	`{"client":{"age":70,"pregnant_weeks":0,"medicines":["warfarin","O'Brien's สมชาย"]},"minutes":120}`,
	`{"findings":[{"muscle":"upper trapezius","side":"right","familiar":true,"tender":false}],"minutes":15}`,
	`{"preferences":{"pressure":2,"avoid":["left foot"],"positions":["side-lying"]}}`,
	`{"preferences":{"caps":[{"where":"back of the neck","max":2},{"where":"both calves","max":1}],"never":["stretching"]}}`,
	`{"pins":[{"step":"work-1","minutes":5,"pressure":2,"order":1},{"step":"work-2","drop":true}]}`,
	`{"marks":[{"where":"back of the neck","level":5}],"answers":"all-no","planned":[{"what":"neck","position":"prone","minutes":20,"heat":true},{"what":"point.levator-scapulae-1.left","position":"prone","minutes":3}]}`,
	`{"marks":[{"where":"back of the neck","level":5}],"answers":"all-no","past":[{"days_ago":7.5,"minutes":60,"worked":[{"where":"back of the neck","pressure":4,"pressed":true}],"pain_before":6,"pain_after":4,"soreness_24h":5,"soreness_72h":0,"sore":["back of the neck"],"marked":true,"since":"worse","findings":[{"muscle":"upper trapezius","side":"right","familiar":true}]}],"course":{"every_days":5,"sessions":3}}`,
	`{"answers":"all-no","lift":{"by":"Ana Perez","reason":"the GP agrees","rules":["g6","g17-alcohol"]}}`,
}

func TestReadVisitReadsBackWhatWriteVisitWrote(t *testing.T) {
	for _, in := range visits {
		v, err := knead.ReadVisit([]byte(in))
		if err != nil {
			t.Errorf("ReadVisit(%s): %v", in, err)
			continue
		}
		roundTrip(t, v)
	}
}

func roundTrip(t *testing.T, v knead.Visit) {
	t.Helper()
	out, err := knead.WriteVisit(v)
	if err != nil {
		t.Fatalf("WriteVisit: %v", err)
	}
	back, err := knead.ReadVisit(out)
	if err != nil {
		t.Fatalf("ReadVisit(WriteVisit(v)) of %s: %v", out, err)
	}
	if diff := cmp.Diff(v, back, cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
		t.Errorf("the visit changed on its way through %s (-was +is):\n%s", out, diff)
	}
}

func TestReadVisitRefusesWhatIsTooLarge(t *testing.T) {
	in := `{"client":{"medicines":["` + strings.Repeat("a", knead.MaxVisitBytes) + `"]}}`
	wantInputError(t, []byte(in))
}

func TestReadVisitRefusesBrokenUTF8(t *testing.T) {
	wantInputError(t, []byte("{\"client\":{\"medicines\":[\"\xff\"]}}"))
}

func TestReadVisitSaysThatNothingCame(t *testing.T) {
	for _, in := range []string{"", " \n"} {
		if _, err := knead.ReadVisit([]byte(in)); err == nil || !strings.Contains(err.Error(), "empty") {
			t.Errorf("ReadVisit(%q): %v, want that the input is empty", in, err)
		}
	}
}

func TestReadVisitRefusesListsThatNobodyNeeds(t *testing.T) {
	many := strings.Repeat(`"left foot",`, 1000) + `"left foot"`
	for _, in := range []string{
		`{"answers":{"g13":{"answer":"yes","where":[` + many + `]}}}`,
		`{"preferences":{"avoid":[` + many + `]}}`,
		`{"client":{"medicines":[` + many + `]}}`,
		`{"client":{"medicines":["` + strings.Repeat("a", 1000) + `"]}}`,
		`{"pins":[{"step":"a"},{"step":"a"}]}`,
		`{"planned":[{"position":"prone","minutes":3}]}`,
		`{"planned":[{"what":"neck","position":"upside-down","minutes":3}]}`,
		`{"planned":[{"what":"neck","position":"prone","minutes":0}]}`,
		`{"preferences":{"techniques":[""]}}`,
		`{"preferences":{"positions":[""]}}`,
		`{"preferences":{"caps":[{"where":"left foot"}]}}`,
		`{"preferences":{"caps":[{"where":"left foot","max":6}]}}`,
		`{"preferences":{"caps":[{"where":"the moon","max":1}]}}`,
		`{"preferences":{"never":["magic"]}}`,
		`{"lift":{}}`,
		`{"lift":{"by":"Ana","reason":"the GP agrees"}}`,
		`{"lift":{"by":"Ana","reason":" ","rules":["g6"]}}`,
		`{"lift":{"by":"Ana","reason":"the GP agrees","rules":["g666"]}}`,
		`{"lift":{"by":"Ana\u001b[2J","reason":"the GP agrees","rules":["g6"]}}`,
	} {
		wantInputError(t, []byte(in))
	}
}

func TestErrorsCannotMoveTheCursor(t *testing.T) {
	for _, in := range []string{`{"\u001b[31m\nX":1}`, `{"answers":{"\u001b\u202e":"no"}}`, `{"marks":[{"where":"\u001b[2J","level":5}]}`, strings.Repeat(`{"a":`, 20000)} {
		_, err := knead.ReadVisit([]byte(in))
		if err == nil {
			t.Errorf("ReadVisit(%.60q) took it", in)
			continue
		}
		if text := err.Error(); strings.ContainsAny(text, "\x1b\n\u202e") || len(text) > 600 {
			t.Errorf("ReadVisit(%.60q): the error has %d bytes or moves the cursor: %.200q", in, len(text), text)
		}
	}
}

func TestAssessCallsContradictingFindingsWrongInput(t *testing.T) {
	v, err := knead.ReadVisit([]byte(`{"findings":[{"muscle":"levator scapulae","side":"left","familiar":true},{"muscle":"levator scapulae","side":"left","familiar":false}]}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = knead.Assess(v)
	if _, ok := errors.AsType[*knead.InputError](err); !ok {
		t.Errorf("Assess with findings yes and no: %v, want an InputError", err)
	}
}

func wantInputError(t *testing.T, in []byte) {
	t.Helper()
	_, err := knead.ReadVisit(in)
	if _, ok := errors.AsType[*knead.InputError](err); !ok {
		t.Errorf("ReadVisit(%.60q): error %v, want an InputError", in, err)
	}
	if err != nil && strings.ContainsAny(err.Error(), "\n\r") {
		t.Errorf("ReadVisit(%.60q): the error has more than one line: %q", in, err)
	}
}

func FuzzReadVisit(f *testing.F) {
	for _, v := range visits {
		f.Add([]byte(v))
	}
	f.Add([]byte(`{"marks":[{"where":"right right left","level":1}]}`))
	f.Add([]byte(`{"answers":{"g1":{"answer":"yes","answer":"no"}}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		v, err := knead.ReadVisit(in)
		if err != nil {
			wantInputError(t, in)
			return
		}
		roundTrip(t, v)
		_, err = knead.Assess(v)
		if _, ok := errors.AsType[*knead.InputError](err); err != nil && !ok {
			t.Errorf("Assess of %q: %v", in, err)
		}
	})
}

func TestSchemasDescribeWhatGoesInAndOut(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	in, err := compiler.Compile("docs/visit.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	out, err := compiler.Compile("docs/assessment.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range visits {
		if err := in.Validate(value(t, []byte(text))); err != nil {
			t.Errorf("the visit schema refuses %s: %v", text, err)
		}
		v, err := knead.ReadVisit([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		a, err := knead.Assess(v)
		if err != nil {
			t.Fatalf("Assess(%s): %v", text, err)
		}
		explanation, err := a.Explain()
		if err != nil {
			t.Fatal(err)
		}
		whyNot, err := a.WhyNot("infraspinatus")
		if err != nil {
			t.Fatal(err)
		}
		plain, full := a.Report(), a.Report()
		full.Explanation = knead.NewExplanationReport(explanation)
		for _, w := range whyNot {
			full.WhyNot = append(full.WhyNot, knead.NewWhyNotReport(w))
		}
		for _, r := range []knead.Report{plain, full} {
			report, err := r.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if err := out.Validate(value(t, report)); err != nil {
				t.Errorf("the assessment schema refuses the answer to %s: %v", text, err)
			}
		}
	}
	for _, text := range []string{`{"minutes":14}`, `{"marks":[],"drawing":""}`, `{"answers":"all-yes"}`, `{"x":1}`, `{"lift":{"by":"Ana"}}`, `{"past":[{}]}`, `{"course":{"every_days":1}}`} {
		if in.Validate(value(t, []byte(text))) == nil {
			t.Errorf("the visit schema takes %s", text)
		}
	}
}

func value(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

func TestDocsExampleIsRead(t *testing.T) {
	doc, err := os.ReadFile("docs/assess.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```json\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/assess.md has no JSON example")
	}
	if _, err := knead.ReadVisit([]byte(example)); err != nil {
		t.Errorf("the example of docs/assess.md: %v", err)
	}
}

// TestAFindingDoesNotShuffleThePlan finds nothing at the second point to check of every
// story, and counts the steps that are there no more, with and without the plan before.
func TestAFindingDoesNotShuffleThePlan(t *testing.T) {
	files, err := filepath.Glob("testdata/visits/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	gone := func(was, is *plan.Plan) (n int) {
		for _, x := range was.Steps {
			if !slices.ContainsFunc(is.Steps, func(y plan.Step) bool { return x.ID == y.ID && x.Seconds == y.Seconds }) {
				n++
			}
		}
		return n
	}
	plans, anew, kept := 0, 0, 0
	for _, file := range files {
		a := assessStory(t, strings.TrimSuffix(filepath.Base(file), ".txt"))
		if a.Plan == nil || len(a.Ranking.Candidates) < 2 {
			continue
		}
		plans++
		v, second := a.Visit, a.Ranking.Candidates[1]
		v.KeepPlan()
		if again := assess(t, v); gone(a.Plan, again.Plan) != 0 || len(v.Planned) == 0 {
			t.Errorf("%s: nothing changed, and the plan did", file)
		}
		v.Findings = append(slices.Clone(v.Findings), reason.Finding{Point: second.Point.ID, Side: second.Side, Familiar: reason.No, Tender: reason.No})
		kept += gone(a.Plan, assess(t, v).Plan)
		v.Planned = nil
		anew += gone(a.Plan, assess(t, v).Plan)
	}
	t.Logf("%d plans: %d steps are other ones when the plan is made anew, %d when it is made again", plans, anew, kept)
	if kept >= anew {
		t.Errorf("in %d plans %d steps changed, and %d without the plan before", plans, kept, anew)
	}
}

func assess(t *testing.T, v knead.Visit) knead.Assessment {
	t.Helper()
	a, err := knead.Assess(v)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
