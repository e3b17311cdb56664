package atlas

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Each line: what people type, and what must be among the first so many hits.
func TestSearchForgivesSpellingAndKnowsLayWords(t *testing.T) {
	ix := NewIndex(Standard())
	for _, c := range []struct {
		query string
		first int
		want  string
	}{
		{"levator", 1, "muscle levator-scapulae"},
		{"levator scap", 1, "muscle levator-scapulae"},
		{"levater scapuli", 2, "muscle levator-scapulae"},
		{"stiff neck muscle", 1, "muscle levator-scapulae"},
		{"nape", 1, "place nape"},
		{"shoulder blade", 3, "place infraspinous"},
		{"inside edge of the shoulder blade", 1, "place interscapular-lower"},
		{"pain under the heel", 1, "place heel-pad"},
		{"outer knee", 1, "place knee-outside"},
		{"lower back", 4, "place lumbar-paraspinal"},
		{"lower back pain", 1, "condition low-back-pain-acute"},
		{"upper back", 1, "condition upper-back-pain"},
		{"upper back", 4, "place interscapular-lower"},
		{"my back hurts", 8, "place lumbar-paraspinal"},
		{"sternocleidomastoid", 3, "muscle sternocleidomastoid-sternal"},
		{"SCM", 3, "muscle sternocleidomastoid-sternal"},
		{"rotator cuf", 4, "muscle supraspinatus"},
		{"sholder blade", 4, "place infraspinous"},
		{"trapezius", 4, "muscle upper-trapezius"},
		{"musculus trapezius pars descendens", 1, "muscle upper-trapezius"},
		{"swedish", 1, "technique swedish"},
		{"sweedish masage", 1, "technique swedish"},
		{"deep tissue", 1, "technique deep-tissue"},
		{"meralgia", 1, "pattern lateral-femoral-cutaneous-nerve"},
		{"funny bone", 2, "pattern ulnar-nerve-elbow"},
		{"pinched nerve", 4, "pattern c6-root"},
		{"slipped disc in the neck", 4, "pattern c7-root"},
		{"SI joint", 3, "pattern sacroiliac-joint"},
		{"nose to armpit", 1, "exercise levator-stretch"},
	} {
		hits := ix.Search(c.query, 10)
		var got []string
		for _, h := range hits {
			got = append(got, fmt.Sprintf("%s %s", h.Kind, h.ID))
		}
		if at := slices.Index(got, c.want); at < 0 || at >= c.first {
			t.Errorf("Search(%q) = %s, want %s among the first %d", c.query, strings.Join(got, ", "), c.want, c.first)
		}
	}
}

// A phrase that is a place means that place, not others that share its words.
func TestSearchForAPlaceLeavesOutOthersThatShareItsWords(t *testing.T) {
	ix := NewIndex(Standard())
	for query, not := range map[string]string{"upper back": "triceps", "bum": "neck-base", "my back hurts": "occiput"} {
		for i, h := range ix.Search(query, 12) {
			if h.Kind == PlaceHit && h.ID == not {
				t.Errorf("Search(%q) names %s as number %d", query, h.Name, i+1)
			}
		}
	}
}

// A word that is a name is not taken for a misspelling of another.
func TestSearchForANameLeavesOutWordsThatAreSpeltMuchTheSame(t *testing.T) {
	for _, h := range NewIndex(Standard()).Search("nape", 12) {
		if h.Kind == TermHit || h.Kind == ClaimHit {
			t.Errorf("Search(nape) names %s %q, which has only 'name'", h.Kind, h.Name)
		}
	}
}

func TestSearchFindsNothingInNothing(t *testing.T) {
	ix := NewIndex(Standard())
	for _, q := range []string{"", "   ", "the of my", "zzzzqqqq", "!!!", "\x00\xff", strings.Repeat("levator ", 500)[:0]} {
		if hits := ix.Search(q, 10); len(hits) != 0 {
			t.Errorf("Search(%q) found %v", q, hits)
		}
	}
}

func TestMeantPutsTheSpellingRight(t *testing.T) {
	ix := NewIndex(Standard())
	for query, want := range map[string]string{
		"rotator cuf": "rotator cuff", "sweedish": "swedish", "levater": "levator", "sholder blade": "shoulder blade",
		"levator": "", "levator scap": "", "nape": "", "": "", "zzzzqqqq": "", "pain under the heel": "",
	} {
		if got := ix.Meant(query); got != want {
			t.Errorf("Meant(%q) = %q, want %q", query, got, want)
		}
	}
}

func TestEveryRowIsFoundByItsName(t *testing.T) {
	a := Standard()
	ix := NewIndex(a)
	finds := func(kind HitKind, id, name string) {
		hits := ix.Search(name, 5)
		if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Kind == kind && h.ID == id }) {
			t.Errorf("Search(%q) does not find %s %s among the first five: %v", name, kind, id, hits)
		}
	}
	for _, m := range a.Muscles {
		finds(MuscleHit, string(m.ID), m.Name)
	}
	for _, c := range a.Conditions {
		finds(ConditionHit, string(c.ID), c.Name)
	}
	for _, c := range a.Claims {
		finds(ClaimHit, string(c.ID), c.Claim)
	}
	for _, e := range a.Exercises {
		finds(ExerciseHit, string(e.ID), e.Name)
	}
}

func FuzzSearch(f *testing.F) {
	ix := NewIndex(Standard())
	for _, s := range []string{"levator", "rotator cuf", "pain under the heel", "ü", "' '", "a|b", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		hits := ix.Search(query, 10)
		for i, h := range hits {
			if h.Score <= 0 || h.Score > 1 || i > 0 && h.Score > hits[i-1].Score {
				t.Fatalf("Search(%q): scores are out of order or range: %v", query, hits)
			}
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	ix := NewIndex(Standard())
	for b.Loop() {
		ix.Search("rotator cuf of the sholder", 20)
	}
}
