package atlas

import (
	"slices"
	"testing"
)

func TestNearestMusclesAreMeant(t *testing.T) {
	for said, want := range map[string]string{
		"infraspinatis":          "infraspinatus",
		"lavator scapula":        "levator scapulae",
		"Upper-Trapzius":         "upper trapezius",
		"piriformes":             "piriformis",
		"ghastrocnemius lateral": "gastrocnemius, lateral head",
	} {
		if got := Standard().NearestMuscles(said, 3); len(got) != 3 || got[0] != want {
			t.Errorf("%q: %q, want first %q", said, got, want)
		}
	}
	if got := Standard().NearestMuscles("trapezius", 3); !slices.Contains(got, "upper trapezius") || !slices.Contains(got, "lower trapezius") {
		t.Errorf("trapezius: %q", got)
	}
	if got := Standard().NearestMuscles("", 2); len(got) != 2 {
		t.Errorf("nothing: %q", got)
	}
}

func TestEveryMuscleHasAPoint(t *testing.T) {
	for _, m := range Standard().Muscles {
		if len(m.Points) == 0 {
			t.Errorf("%s has no point: 'why not?' has no answer for it", m.ID)
		}
	}
}
