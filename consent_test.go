package knead_test

import (
	"slices"
	"testing"

	"knead"
	"knead/atlas"
	"knead/body"
	"knead/plan"
	"knead/screen"
)

func area(t *testing.T, id string) knead.ConsentArea {
	t.Helper()
	a, ok := knead.AreaByID(id)
	if !ok {
		t.Fatalf("there is no area %q", id)
	}
	return a
}

func TestEveryPieceOfSkinLiesInOneConsentArea(t *testing.T) {
	var all body.Set
	for _, a := range knead.ConsentAreas() {
		if n := all.Intersect(a.Cells()).Len(); n > 0 {
			t.Errorf("%d cells of %s lie in another area, too", n, a.ID)
		}
		all = all.Union(a.Cells())
	}
	for c := range body.CellID(body.Skin().Len()) {
		if body.Skin().Region(c) != "" && !all.Has(c) {
			t.Fatalf("cell %d of %s lies in no area", c, body.Skin().Region(c))
		}
	}
}

func TestConsentIsAskedAgainOnlyWhenWordsOrRiskChange(t *testing.T) {
	scope := knead.ConsentScope{
		Areas: []string{"neck", "upper-back"}, Draped: []string{"buttock"}, NotAreas: []string{"belly"},
		Techniques: []string{"swedish"}, Without: []string{"thai"}, Level: screen.WithLimits, Rules: []string{"g12"},
	}
	given := knead.Consent{Kind: knead.ConsentTreatment, Act: knead.ConsentGiven, Edition: "one", Scope: scope}
	need := func(change func(*knead.ConsentNeed)) knead.ConsentNeed {
		n := knead.ConsentNeed{Areas: []knead.ConsentArea{area(t, "neck"), area(t, "belly"), area(t, "buttock")}, Techniques: []string{"swedish", "thai"}, Level: screen.WithLimits, Rules: []string{"g12"}}
		change(&n)
		return n
	}
	same := func(*knead.ConsentNeed) {}
	for _, tt := range []struct {
		name    string
		acts    []knead.Consent
		edition string
		need    knead.ConsentNeed
		want    []knead.ConsentLack
	}{
		{"never asked", nil, "one", need(same), []knead.ConsentLack{knead.LackNever}},
		{"all is covered", []knead.Consent{given}, "one", need(same), nil},
		{"less risk", []knead.Consent{given}, "one", need(func(n *knead.ConsentNeed) { n.Level, n.Rules = screen.NoFlags, nil }), nil},
		{"other words", []knead.Consent{given}, "two", need(same), []knead.ConsentLack{knead.LackWords}},
		{"a higher level", []knead.Consent{given}, "one", need(func(n *knead.ConsentNeed) { n.Level = screen.Refer }), []knead.ConsentLack{knead.LackRisk}},
		{"another rule", []knead.Consent{given}, "one", need(func(n *knead.ConsentNeed) { n.Rules = []string{"g9"} }), []knead.ConsentLack{knead.LackRisk}},
		{"a new place", []knead.Consent{given}, "one", need(func(n *knead.ConsentNeed) { n.Areas = append(n.Areas, area(t, "knee")) }), []knead.ConsentLack{knead.LackAreas}},
		{"a new technique", []knead.Consent{given}, "one", need(func(n *knead.ConsentNeed) { n.Techniques = []string{"deep-tissue"} }), []knead.ConsentLack{knead.LackTechnique}},
		{"taken back", []knead.Consent{given, {Kind: knead.ConsentTreatment, Act: knead.ConsentWithdrawn}}, "one", need(same), []knead.ConsentLack{knead.LackRefused}},
	} {
		state := knead.Consents(tt.acts, map[knead.ConsentKind]string{knead.ConsentTreatment: tt.edition})[knead.ConsentTreatment]
		if got := state.Lacks(tt.need); !slices.Equal(got, tt.want) {
			t.Errorf("%s: Lacks() = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestAPlaceCanBeTakenBackAndTheRestHolds(t *testing.T) {
	acts := []knead.Consent{
		{Kind: knead.ConsentTreatment, Act: knead.ConsentGiven, Edition: "one", Scope: knead.ConsentScope{Areas: []string{"neck", "belly"}, Draped: []string{"buttock"}}},
		{Kind: knead.ConsentTreatment, Act: knead.ConsentWithdrawn, Scope: knead.ConsentScope{Areas: []string{"belly"}}},
	}
	state := knead.Consents(acts, map[knead.ConsentKind]string{knead.ConsentTreatment: "one"})[knead.ConsentTreatment]
	if !state.Given() || !slices.Equal(state.Scope.Areas, []string{"neck"}) || !slices.Equal(state.Scope.NotAreas, []string{"belly"}) {
		t.Errorf("after the belly was taken back: given %v, scope %+v", state.Given(), state.Scope)
	}
	left := knead.LeftAlone(knead.ClientProfile{}, state.Scope)
	var cells body.Set
	for _, p := range left {
		cells = cells.Union(p.Cells)
	}
	if lost := area(t, "belly").Cells().Minus(cells).Len(); lost > 0 {
		t.Errorf("%d cells of the belly are not left alone", lost)
	}
	if len(acts[0].Scope.Areas) != 2 {
		t.Error("what was signed has changed")
	}
}

func TestRewishKeepsWhatATherapistAdded(t *testing.T) {
	place := func(words string) body.Place {
		p, err := body.Find(words)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	knee, foot, elbow := place("left knee"), place("right heel"), place("left elbow")
	var v knead.Visit
	v.Preferences.Avoid = []body.Place{elbow}
	v.Preferences.Never = []atlas.TechniqueID{"thai"}
	some := func(never atlas.TechniqueID, most int, avoid ...body.Place) plan.Preferences {
		return plan.Preferences{Avoid: avoid, Caps: []plan.Cap{{Place: knee, Max: most}}, Never: []atlas.TechniqueID{never}}
	}
	v.Rewish(plan.Preferences{}, some("sports", 3, knee, foot))
	v.Rewish(some("sports", 3, knee, foot), some("heat", 2, foot))
	if p := v.Preferences; !slices.Equal(p.Never, []atlas.TechniqueID{"heat", "thai"}) || len(p.Caps) != 1 || p.Caps[0].Max != 2 {
		t.Errorf("never %v, caps %v", p.Never, p.Caps)
	}
	var words []string
	for _, p := range v.Preferences.Avoid {
		words = append(words, p.Words)
	}
	want := []string{elbow.Words, foot.Words}
	slices.Sort(want)
	if !slices.Equal(words, want) {
		t.Errorf("left alone: %v, want %v", words, want)
	}
}
