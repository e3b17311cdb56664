package body

import "testing"

func TestLexiconReads(t *testing.T) {
	l, err := readLexicon(lexiconFile, regionMap().regions)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d places, %d names", len(l.all), len(l.places))
	for _, p := range l.all {
		if p.right().Len() == 0 {
			t.Errorf("place %q has no skin", p.name)
		}
	}
}
