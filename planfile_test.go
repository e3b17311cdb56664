package knead_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"knead"
	"knead/plan"
)

func TestEveryPlanIsKeptAsItWas(t *testing.T) {
	files, err := filepath.Glob("testdata/visits/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		a := assessStory(t, name)
		if a.Plan == nil {
			continue
		}
		out, err := knead.WritePlan(*a.Plan)
		if err != nil {
			t.Fatalf("%s: WritePlan: %v", name, err)
		}
		back, err := knead.ReadPlan(out)
		if err != nil {
			t.Fatalf("%s: ReadPlan: %v", name, err)
		}
		a.Plan.Planned, a.Plan.Benefit, a.Plan.More, a.Plan.Less = nil, 0, nil, nil // what it was worth to the planner is not kept
		same := cmp.Options{cmpopts.EquateEmpty(), cmp.Exporter(func(reflect.Type) bool { return true }), samePointers}
		if diff := cmp.Diff(*a.Plan, back, same); diff != "" {
			t.Errorf("%s: the plan changed (-was +is):\n%s", name, diff)
		}
	}
}

// samePointers holds points and muscles to be the atlas's own, not copies.
var samePointers = cmp.FilterPath(func(p cmp.Path) bool {
	name := p.Last().String()
	return name == ".Point" || name == ".Muscle"
}, cmp.Comparer(func(a, b any) bool { return a == b }))

func TestAPlanOfAnEarlierAtlasIsStillRead(t *testing.T) {
	in := `{"minutes":60,"worked":1,"unused":59,"limit":5,"steps":[{"id":"point.gone-1.left","kind":"work","place":"left gone (somewhere)",` +
		`"words":"Left gone: press","muscle":"gone","point":"gone-1","side":"left","technique":"trigger-point","pressure":3,"limit":5,"seconds":60,"hold":[45,1,15]}],"left_out":[],"advice":[]}`
	p, err := knead.ReadPlan([]byte(in))
	if err != nil || len(p.Steps) != 1 || p.Steps[0].Point != nil || p.Steps[0].Place != "left gone (somewhere)" || p.Steps[0].Hold != (plan.Hold{Seconds: 45, Repeats: 1, Rest: 15}) {
		t.Errorf("ReadPlan: %+v, %v", p, err)
	}
}

func FuzzReadPlan(f *testing.F) {
	p := planOf(f, deskBack)
	out, err := knead.WritePlan(p)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(out)
	f.Add([]byte(`{"minutes":60,"worked":0,"unused":60,"limit":6,"steps":[],"left_out":[],"advice":[]}`))
	f.Add([]byte(`{"steps":[{"id":"a","kind":"walk"}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := knead.ReadPlan(in)
		if err != nil {
			if _, ok := errors.AsType[*knead.InputError](err); !ok || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q: %v, want an InputError of one line", in, err)
			}
			return
		}
		once, err := knead.WritePlan(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := knead.ReadPlan(once)
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		if twice, err := knead.WritePlan(back); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s became %s, %v", once, twice, err)
		}
	})
}
