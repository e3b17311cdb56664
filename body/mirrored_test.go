package body

import "testing"

func TestTheMirroredHandIsTheOtherHand(t *testing.T) {
	right, err := LoadView(Neutral, "hand-palmar")
	if err != nil {
		t.Fatal(err)
	}
	left, err := right.Mirrored()
	if err != nil {
		t.Fatal(err)
	}
	for y := range right.MapH {
		for x := range right.MapW {
			r, seen := right.Cell(x, y)
			l, also := left.Cell(right.MapW-1-x, y)
			if seen != also || seen && l != Skin().Mirror(r) {
				t.Fatalf("at %d, %d: right %d (%t), left %d (%t)", x, y, r, seen, l, also)
			}
		}
	}
	if left.RightOn != "none" || left.Title == right.Title {
		t.Errorf("left hand is called %q and has its right on %q", left.Title, left.RightOn)
	}
}

func TestMirrorPathTurnsLinesAndCurvesOver(t *testing.T) {
	for path, want := range map[string]string{
		"M10 20l5-3":        "M90 20l-5 -3",
		"M1 2L3 4H5h6V7v8z": "M99 2L97 4H95h-6V7v8z",
		"M0 0Q10 5 20 0":    "M100 0Q90 5 80 0",
		"m1.5.5 2 3":        "m-1.5 0.5 -2 3",
		"":                  "",
	} {
		got, err := mirrorPath(path, 100)
		if err != nil || got != want {
			t.Errorf("mirrorPath(%q) = %q, %v; want %q", path, got, err, want)
		}
	}
	if _, err := mirrorPath("M0 0A1 1 0 0 1 2 2", 100); err == nil {
		t.Error("an arc was taken for a line")
	}
}
