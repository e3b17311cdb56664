package chart

import (
	"bytes"
	"image/color"
	"image/png"
	"io"
	"math"
	"testing"

	"knead/atlas"
	"knead/body"
)

func view(t testing.TB, name string) *body.View {
	t.Helper()
	v, err := body.LoadView(body.Neutral, name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func upperTrapezius(t testing.TB) *atlas.Muscle {
	t.Helper()
	m, ok := atlas.Standard().Muscle("upper-trapezius")
	if !ok {
		t.Fatal("the atlas has no upper trapezius")
	}
	return m
}

func bounds(rings []ring) (lo, hi point) {
	lo, hi = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, r := range rings {
		for _, p := range r {
			lo = point{min(lo.x, p.x), min(lo.y, p.y)}
			hi = point{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	return lo, hi
}

func TestEveryZonePathStaysInItsViewAndCanBeReadBack(t *testing.T) {
	for _, name := range body.Views() {
		v := view(t, name)
		margin := v.Scale // a path may go on beside the outline, where it is clipped
		for _, p := range upperTrapezius(t).Points {
			for _, side := range []body.Side{body.Right, body.Left} {
				d := ZonePaths(v, p.Zone(side).Essential)
				rings, err := readPath(d)
				if err != nil {
					t.Fatalf("%s of %s: %v", name, p.ID, err)
				}
				if d == "" {
					continue
				}
				lo, hi := bounds(rings)
				if lo.x < -margin || lo.y < -margin || hi.x > float64(v.W)+margin || hi.y > float64(v.H)+margin {
					t.Errorf("%s %s in %s reaches from %v to %v, beyond %d x %d", p.ID, side, name, lo, hi, v.W, v.H)
				}
			}
		}
	}
}

func TestZonesOfTheTwoSidesAreMirrorImages(t *testing.T) {
	v := view(t, "back")
	for _, p := range upperTrapezius(t).Points {
		right, left := zoneRings(v, p.Zone(body.Right).Essential), zoneRings(v, p.Zone(body.Left).Essential)
		rlo, rhi := bounds(right)
		llo, lhi := bounds(left)
		for what, d := range map[string]float64{
			"outer edge": rhi.x - (float64(v.W) - llo.x), "inner edge": rlo.x - (float64(v.W) - lhi.x),
			"top": rlo.y - llo.y, "foot": rhi.y - lhi.y,
		} {
			if math.Abs(d) > 3 {
				t.Errorf("%s: the %s differs by %.1f view units between right and left", p.ID, what, d)
			}
		}
	}
}

func TestAMarkerLiesWhereItsCellIsSeen(t *testing.T) {
	for _, p := range upperTrapezius(t).Points {
		v := view(t, "right")
		c := p.Cell(body.Right)
		x, y, ok := Marker(v, c)
		if !ok {
			t.Errorf("%s is not seen from the right", p.ID)
			continue
		}
		at, seen := v.Cell(int(x)*v.MapW/v.W, int(y)*v.MapH/v.H)
		if !seen {
			t.Errorf("%s: the marker at %.0f,%.0f lies on paper", p.ID, x, y)
			continue
		}
		skin := body.Skin()
		a, b := skin.Centre(at), skin.Centre(c)
		if d := math.Hypot(a[0]-b[0], math.Hypot(a[1]-b[1], a[2]-b[2])); d > 2 {
			t.Errorf("%s: the marker lies %.1f cm from its cell", p.ID, d)
		}
	}
	if _, _, ok := Marker(view(t, "hand-palmar"), upperTrapezius(t).Points[0].Cell(body.Right)); ok {
		t.Error("the shoulder is seen in the picture of the palm")
	}
}

func TestASmallMarkIsStillDrawn(t *testing.T) {
	v := view(t, "front")
	skin := body.Skin()
	c := skin.At(body.Coord{Part: body.Trunk, V: [3]float64{6, 60}}, body.Right)
	cells := map[body.CellID]uint8{c: 5}
	for _, n := range skin.Neighbours(c) {
		cells[n] = 5
	}
	if paths := DrawingPaths(v, body.Drawing{Marks: []body.Mark{{Levels: cells}}}); len(paths) != 1 {
		t.Errorf("a mark of %d cells gives %d paths, want 1", len(cells), len(paths))
	}
}

func TestLevelsArePaintedFromLowToHigh(t *testing.T) {
	v := view(t, "back")
	skin := body.Skin()
	marks := map[body.CellID]uint8{}
	for c := range skin.RegionCells("infraspinous", body.Right).All {
		marks[c] = 3
	}
	n := 0
	for c := range marks {
		if n++; n%2 == 0 && skin.Centre(c)[1] > 130 {
			marks[c] = 7
		}
	}
	last := uint8(0)
	for _, p := range DrawingPaths(v, body.Drawing{Marks: []body.Mark{{Levels: marks}}}) {
		if p.Level <= last {
			t.Errorf("level %d comes after %d", p.Level, last)
		}
		last = p.Level
	}
	if last == 0 {
		t.Error("nothing was drawn")
	}
}

func BenchmarkZonePaths(b *testing.B) {
	v := view(b, "back")
	z := upperTrapezius(b).Points[0].Zone(body.Right)
	b.ReportAllocs()
	for b.Loop() {
		ZonePaths(v, z.Essential)
	}
}

func BenchmarkMarker(b *testing.B) {
	v, c := view(b, "back"), upperTrapezius(b).Points[0].Cell(body.Right)
	for b.Loop() {
		Marker(v, c)
	}
}

func BenchmarkRegionPaths(b *testing.B) {
	v := view(b, "back")
	for b.Loop() {
		RegionPaths(v)
	}
}

func TestAMuscleSheetShowsZoneAndPoint(t *testing.T) {
	m := upperTrapezius(t)
	var buf bytes.Buffer
	if err := MuscleSheet(&buf, m); err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(&buf); err != nil {
		t.Fatal(err)
	}
	v, pt := view(t, "head-right"), m.Points[0]
	z := pt.Zone(body.Right)
	panels, err := pointPanel(v, pt, z, atlas.Cells(body.Skin(), m.Shape, body.Right))
	if err != nil || len(panels) != 1 {
		t.Fatalf("pointPanel gave %d panels and %v", len(panels), err)
	}
	p := panels[0]
	x, y, ok := Marker(v, pt.Cell(body.Right))
	if !ok {
		t.Fatalf("%s is not seen in %s", pt.ID, v.Name)
	}
	at := p.at(point{x, y})
	if got := p.RGBAAt(int(at.x), int(at.y)); !alike(got, zone) {
		t.Errorf("the cross at %v has colour %v, want %v", at, got, zone)
	}
	hatched := 0
	for _, c := range z.Essential {
		x, y, ok := Marker(v, c.Cell)
		if q := p.at(point{x, y}); ok && c.W > 0.9 && alike(p.RGBAAt(int(q.x), int(q.y)), zone) {
			hatched++
		}
	}
	if hatched < 10 {
		t.Errorf("%d cells of the zone are hatched, want at least 10", hatched)
	}
}

func alike(a color.RGBA, b color.NRGBA) bool {
	d := func(x, y uint8) int { return max(int(x), int(y)) - min(int(x), int(y)) }
	return d(a.R, b.R)+d(a.G, b.G)+d(a.B, b.B) < 60
}

func twoMarks() body.Drawing {
	skin := body.Skin()
	one, two := map[body.CellID]uint8{}, map[body.CellID]uint8{}
	for c := range skin.RegionCells("infraspinous", body.Right).All {
		one[c] = 6
	}
	for c := range skin.RegionCells("nape", body.Left).All {
		two[c] = 3
	}
	return body.Drawing{Marks: []body.Mark{{Levels: one, Quality: body.Aching}, {Levels: two}}}
}

func TestADiscNeverCoversPaintOrAnotherDisc(t *testing.T) {
	d := twoMarks()
	v := view(t, "back")
	const w, h = 26, 14
	labels := Labels(v, d, w, h)
	if len(labels) != 2 {
		t.Fatalf("%d labels, want 2", len(labels))
	}
	painted := map[body.CellID]bool{}
	for _, m := range d.Marks {
		for c := range m.Levels {
			painted[c] = true
		}
	}
	for _, l := range labels {
		for y := l.Y - h; y <= l.Y+h; y += 2 {
			for x := l.X - w; x <= l.X+w; x += 2 {
				if c, ok := v.Cell(int(x)*v.MapW/v.W, int(y)*v.MapH/v.H); ok && painted[c] {
					t.Fatalf("the disc of mark %d at %.0f,%.0f covers paint at %.0f,%.0f", l.Mark, l.X, l.Y, x, y)
				}
			}
		}
	}
	if math.Abs(labels[0].X-labels[1].X) < 2*w && math.Abs(labels[0].Y-labels[1].Y) < 2*h {
		t.Errorf("the discs %v cover each other", labels)
	}
}

func TestStrokesDoNotCancelWhereTheyOverlap(t *testing.T) {
	c := newCanvas(40, 40)
	s := c.strokes()
	s.disc(point{12, 20}, 6)
	s.segment(point{12, 20}, point{28, 20}, 12)
	s.segment(point{28, 20}, point{12, 20}, 12)
	s.onto(c, ink)
	for x := 10; x < 32; x++ {
		if got := c.RGBAAt(x, 20); !alike(got, ink) {
			t.Errorf("the stroke has a hole at %d: %v", x, got)
		}
	}
}

func TestADrawingSheetIsAPicture(t *testing.T) {
	for name, d := range map[string]body.Drawing{"two marks": twoMarks(), "nothing": {}} {
		var buf bytes.Buffer
		if err := DrawingSheet(&buf, d); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := png.Decode(&buf); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a sheet shows of a pattern, a page shows, too: every view of the figures, and the
// zone drawn in each.
func TestAPatternIsDrawnWhereItIsFelt(t *testing.T) {
	for _, id := range []atlas.PatternID{"c6-root", "t10-root", "temporomandibular-joint"} {
		p, ok := atlas.Standard().Pattern(id)
		if !ok {
			t.Fatalf("the atlas has no pattern %s", id)
		}
		var buf bytes.Buffer
		if err := PatternSheet(&buf, p); err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(&buf); err != nil {
			t.Fatal(err)
		}
		figures := PatternFigures(p)
		if len(figures) == 0 {
			t.Fatalf("%s is drawn in no view", id)
		}
		for _, f := range figures {
			if len(f.Layers) != 1 || f.Layers[0].Often+f.Layers[0].Sometimes == "" || len(f.Layers[0].Crosses) > 0 {
				t.Errorf("%s in %s is %+v, want its zone and nothing to press", id, f.View.Name, f.Layers)
			}
		}
	}
}

func BenchmarkMuscleSheet(b *testing.B) {
	m := upperTrapezius(b)
	for b.Loop() {
		if err := MuscleSheet(io.Discard, m); err != nil {
			b.Fatal(err)
		}
	}
}

func TestEveryRegionHasATapTarget(t *testing.T) {
	found := map[body.RegionID]bool{}
	for _, name := range body.Views() {
		v := view(t, name)
		titles := map[string]bool{}
		for _, p := range RegionPaths(v) {
			rings, err := readPath(p.Path)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, p.Title, err)
			}
			lo, hi := bounds(rings)
			if lo.x < 0 || lo.y < 0 || hi.x > float64(v.W) || hi.y > float64(v.H) {
				t.Errorf("%s, %s reaches from %v to %v", name, p.Title, lo, hi)
			}
			if titles[p.Title] {
				t.Errorf("%s: two targets are called %q", name, p.Title)
			}
			titles[p.Title] = true
			found[p.Region] = true
		}
	}
	for _, r := range body.Regions() {
		if !found[r.ID] {
			t.Errorf("%s is a target in no view", r.ID)
		}
	}
}
