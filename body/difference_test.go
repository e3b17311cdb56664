package body

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestEveryPaintedCellChangesInOneWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := anyDrawing(t), anyDrawing(t)
		c := Difference(before, after)
		total := 0
		for _, k := range ChangeKinds() {
			total += c.Cells(k).Len()
		}
		if union := before.Cells().Union(after.Cells()); total != union.Len() || !sameCells(c.All(), union) {
			t.Fatalf("the kinds hold %d cells, %d of them different; %d are painted", total, c.All().Len(), union.Len())
		}
		for cell := range c.All().All {
			was, now := before.Level(cell), after.Level(cell)
			want := IsSame
			switch {
			case now == 0:
				want = IsGone
			case was == 0:
				want = IsNew
			case now < was:
				want = IsEased
			case now > was:
				want = IsWorse
			}
			if !c.Cells(want).Has(cell) {
				t.Fatalf("cell %d went from %d to %d and is not %s", cell, was, now, want)
			}
		}
	})
}

func TestADrawingDoesNotDifferFromItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDrawing(t)
		c := Difference(d, d)
		if !sameCells(c.Same, d.Cells()) || c.All().Minus(c.Same).Len() > 0 {
			t.Fatalf("of %d cells %d are the same", d.Cells().Len(), c.Same.Len())
		}
	})
}

func TestLookingBackTurnsTheChangesRound(t *testing.T) {
	turned := map[ChangeKind]ChangeKind{IsGone: IsNew, IsNew: IsGone, IsEased: IsWorse, IsWorse: IsEased, IsSame: IsSame}
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyDrawing(t), anyDrawing(t)
		there, back := Difference(a, b), Difference(b, a)
		for k, other := range turned {
			if !sameCells(there.Cells(k), back.Cells(other)) {
				t.Fatalf("%d cells are %s, and looking back %d are %s", there.Cells(k).Len(), k, back.Cells(other).Len(), other)
			}
		}
	})
}

func TestADifferenceIsReadBackInWordsAndArea(t *testing.T) {
	find := func(words string) Set {
		p, err := Find(words)
		if err != nil {
			t.Fatal(err)
		}
		return p.Cells
	}
	blade, nape, knee := find("right shoulder blade"), find("back of the neck"), find("left knee")
	before, after := Drawing{Marks: []Mark{{}, {}}}, Drawing{Marks: []Mark{{}}}
	before.Marks[0].Paint(blade, 7)
	before.Marks[1].Paint(nape, 4)
	after.Marks[0].Paint(blade, 3)
	after.Marks[0].Paint(knee, 5)
	var kinds []ChangeKind
	for _, w := range Difference(before, after).Read() {
		kinds = append(kinds, w.Kind)
		want := map[ChangeKind]Set{IsGone: nape.Minus(blade), IsEased: blade, IsNew: knee}[w.Kind]
		if !sameCells(w.Cells, want) || abs(w.Area-Skin().areaOf(want)) > 1e-9 || len(w.Places) == 0 {
			t.Errorf("%s: %d cells, %.1f cm2, %v; want %d cells", w.Kind, w.Cells.Len(), w.Area, w.Places, want.Len())
		}
	}
	if !slices.Equal(kinds, []ChangeKind{IsGone, IsEased, IsNew}) {
		t.Errorf("the kinds are %v", kinds)
	}
	if got := Difference(Drawing{}, Drawing{}).Read(); got != nil {
		t.Errorf("nothing was painted, and it reads %v", got)
	}
}

func BenchmarkDifference(b *testing.B) {
	before, after := fourSites(), fourSites()
	after.Marks = after.Marks[1:]
	b.Run("cells", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Difference(before, after)
		}
	})
	b.Run("words", func(b *testing.B) {
		for b.Loop() {
			Difference(before, after).Read()
		}
	})
}
