package body

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// phraseCase is a line of testdata/phrases.txt.
type phraseCase struct {
	line   int
	phrase string
	fails  string
	terms  []string
	cm2    float64
}

func readPhrases(t testing.TB) []phraseCase {
	t.Helper()
	text, err := os.ReadFile("testdata/phrases.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []phraseCase
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		c := phraseCase{line: i + 1}
		if phrase, kind, ok := strings.Cut(line, " ! "); ok {
			c.phrase, c.fails = phrase, kind
			out = append(out, c)
			continue
		}
		phrase, want, ok := strings.Cut(line, " = ")
		terms, area, ok2 := strings.Cut(want, " ~ ")
		if !ok || !ok2 {
			t.Fatalf("phrases.txt:%d: %q is no case", i+1, line)
		}
		c.phrase, c.terms = phrase, strings.Fields(terms)
		if c.cm2, err = strconv.ParseFloat(area, 64); err != nil {
			t.Fatalf("phrases.txt:%d: %v", i+1, err)
		}
		out = append(out, c)
	}
	return out
}

// failKind names the kind of a Find error.
func failKind(err error) string {
	var unknown *UnknownPlaceError
	var noSide *NoSideError
	var both *ContradictionError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &unknown):
		return "unknown"
	case errors.As(err, &noSide):
		return "no-side"
	case errors.As(err, &both):
		return "contradiction"
	}
	return err.Error()
}

// termCells gives the regions of a term such as "temple:R" or "Upper_arm:B".
func termCells(t *testing.T, term string) []Set {
	t.Helper()
	name, side, _ := strings.Cut(term, ":")
	on := map[string][]Side{"R": {Right}, "L": {Left}, "B": {Right, Left}}[side]
	var out []Set
	for _, r := range Regions() {
		if string(r.ID) == name || r.Group == strings.ReplaceAll(name, "_", " ") {
			for _, s := range on {
				out = append(out, Skin().RegionCells(r.ID, s))
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("term %q names nothing", term)
	}
	return out
}

func TestFindUnderstandsPhrases(t *testing.T) {
	s := Skin()
	good, bad := 0, 0
	for _, c := range readPhrases(t) {
		place, err := Find(c.phrase)
		if got := failKind(err); got != c.fails {
			t.Errorf("phrases.txt:%d: Find(%q) gave error %v (%s), want %q", c.line, c.phrase, err, got, c.fails)
			continue
		}
		if c.fails != "" {
			bad++
			continue
		}
		good++
		area := s.areaOf(place.Cells)
		if area < 0.75*c.cm2 || area > 1.25*c.cm2 {
			t.Errorf("phrases.txt:%d: Find(%q) takes %.0f cm2, want about %.0f", c.line, c.phrase, area, c.cm2)
		}
		var all Set
		for _, term := range c.terms {
			for _, region := range termCells(t, term) {
				all = all.Union(region)
				if part := s.areaOf(region.Intersect(place.Cells)); part < 0.4*s.areaOf(region) && part < 0.03*area {
					t.Errorf("phrases.txt:%d: Find(%q) takes %.1f cm2 of %s", c.line, c.phrase, part, term)
				}
			}
		}
		if in := s.areaOf(place.Cells.Intersect(all)); in < 0.75*area {
			t.Errorf("phrases.txt:%d: Find(%q): %.0f of %.0f cm2 lie in %v; regions are %v", c.line, c.phrase, in, area, c.terms, place.Regions)
		}
	}
	if good < 400 || bad < 60 {
		t.Errorf("phrases.txt has %d places and %d failures, want at least 400 and 60", good, bad)
	}
}

func sameCells(a, b Set) bool { return a.Minus(b).Len() == 0 && b.Minus(a).Len() == 0 }

// reporter is what both tests and property checks report to.
type reporter interface {
	Errorf(format string, args ...any)
}

// readsBack checks that the words of a place mean the same place.
func readsBack(t reporter, phrase string, p Place) {
	back, err := Find(p.Words)
	if err != nil {
		t.Errorf("Find(%q) reads back as %q, which fails: %v", phrase, p.Words, err)
	} else if !sameCells(back.Cells, p.Cells) || back.Words != p.Words {
		t.Errorf("Find(%q) reads back as %q, which means other cells or %q", phrase, p.Words, back.Words)
	}
}

func TestWordsOfAPlaceMeanThePlace(t *testing.T) {
	for _, c := range readPhrases(t) {
		if p, err := Find(c.phrase); err == nil {
			readsBack(t, c.phrase, p)
		}
	}
	for _, p := range words().all {
		for on := onRight; on <= onBoth; on++ {
			if p.fixed != 0 && on != p.fixed {
				continue
			}
			said := (&part{place: p, rel: noRelation}).words(on)
			got, err := Find(said)
			if err != nil {
				t.Errorf("Find(%q): %v", said, err)
			} else if !sameCells(got.Cells, Skin().onSides(p.right(), on)) {
				t.Errorf("Find(%q) reads %q and means other cells than %s", said, got.Words, p.name)
			}
		}
	}
}

func TestPlacesAreOnTheSkinAndNotEmpty(t *testing.T) {
	for _, p := range words().all {
		right := p.right()
		if right.Len() == 0 {
			t.Errorf("place %q has no skin", p.name)
		}
		for c := range right.All {
			if Skin().Hidden(c) || Skin().Side(c) == Left {
				t.Errorf("place %q has cell %d, which is hidden or on the left", p.name, c)
				break
			}
		}
	}
}

func TestEveryNameIsUnderstoodAndAsksForItsSide(t *testing.T) {
	l := words()
	for i, name := range l.names {
		_, err := Find(name)
		want := ""
		if p := l.nameOf[i]; !p.midline {
			want = "no-side"
		}
		if got := failKind(err); got != want && !strings.HasSuffix(name, "s") && !strings.Contains(name, "of the spine") {
			t.Errorf("Find(%q) gives %q, want %q (%v)", name, got, want, err)
		}
	}
}

func TestLeftIsTheMirrorImageOfRight(t *testing.T) {
	swap := strings.NewReplacer("right", "left", "left", "right", "Right", "Left", "R shoulder", "L shoulder", "L knee", "R knee", "Rt", "Lt", "(L)", "(R)", "RIGHT", "LEFT")
	for _, c := range readPhrases(t) {
		if strings.Contains(c.phrase, "1") || strings.Contains(c.phrase, "20") {
			continue // CHOIR numbers have their side
		}
		if strings.HasPrefix(c.phrase, "right be") {
			continue // "right behind" may mean just behind, "left behind" may not
		}
		a, err1 := Find(c.phrase)
		b, err2 := Find(swap.Replace(c.phrase))
		if failKind(err1) != failKind(err2) {
			t.Errorf("Find(%q): %v, its mirror image: %v", c.phrase, err1, err2)
		} else if err1 == nil && !sameCells(Skin().mirrored(a.Cells), b.Cells) {
			t.Errorf("Find(%q) and its mirror image differ", c.phrase)
		}
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	var unknown *UnknownPlaceError
	_, err := Find("left sholder")
	if !errors.As(err, &unknown) || unknown.Word != "sholder" || unknown.Nearest[0] != "shoulder" {
		t.Errorf("Find(left sholder): %v", err)
	}
	for _, n := range unknown.Nearest {
		if n == "" {
			t.Errorf("fewer than three suggestions: %q", unknown.Nearest)
		}
	}
	var noSide *NoSideError
	_, err = Find("under the heel")
	if !errors.As(err, &noSide) || !strings.Contains(err.Error(), "which side") || !strings.Contains(err.Error(), "underside of the left heel") {
		t.Errorf("Find(under the heel): %v", err)
	}
	for _, phrase := range []string{"", "   ", strings.Repeat("left knee ", 100), "left \xff knee", "\x00"} {
		if _, err := Find(phrase); !errors.As(err, &unknown) || !utf8.ValidString(err.Error()) {
			t.Errorf("Find(%.20q): %v", phrase, err)
		}
	}
}

func TestFindNeverDropsAWord(t *testing.T) {
	// A word that nobody knows is an error wherever it stands.
	for _, c := range readPhrases(t) {
		if c.fails != "" || strings.Contains(c.phrase, "when") || strings.Contains(c.phrase, "after") || strings.Contains(c.phrase, "since") {
			continue
		}
		f := strings.Fields(c.phrase)
		for _, i := range []int{0, len(f) / 2, len(f)} {
			with := strings.Join(append(append(append([]string{}, f[:i]...), "qzqz"), f[i:]...), " ")
			if _, err := Find(with); failKind(err) != "unknown" {
				t.Errorf("Find(%q): error %v, want an unknown word", with, err)
			}
		}
	}
}

// anyPhrase draws words of the lexicon at random.
func anyPhrase(t *rapid.T) string {
	l := words()
	small := []string{"left", "right", "both", "inner", "outer edge", "upper", "back", "front", "middle", "tip", "of the", "my", "and", ",", ";", "to", "from", "except", "above", "below", "near", "between", "around", "behind", "half", "area", "side", "sides", "when I sit"}
	var f []string
	for range rapid.IntRange(1, 7).Draw(t, "words") {
		if rapid.Bool().Draw(t, "place") {
			f = append(f, rapid.SampledFrom(l.names).Draw(t, "name"))
		} else {
			f = append(f, rapid.SampledFrom(small).Draw(t, "small"))
		}
	}
	return strings.Join(f, " ")
}

func TestAnyPhraseReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		phrase := anyPhrase(t)
		p, err := Find(phrase)
		if err != nil {
			failKind(err)
			return
		}
		if p.Cells.Len() == 0 {
			t.Errorf("Find(%q) is empty", phrase)
		}
		readsBack(t, phrase, p)
	})
}

func FuzzFind(f *testing.F) {
	for _, c := range readPhrases(f) {
		f.Add(c.phrase)
	}
	f.Fuzz(func(t *testing.T, phrase string) {
		p, err := Find(phrase)
		if err != nil {
			if k := failKind(err); k != "unknown" && k != "no-side" && k != "contradiction" {
				t.Errorf("Find(%q): unexpected error %v", phrase, err)
			}
			return
		}
		readsBack(t, phrase, p)
	})
}

func BenchmarkFind(b *testing.B) {
	for _, phrase := range []string{"right temple", "inside edge of the left shoulder blade", "right arm down to the thumb", "my left sholder"} {
		b.Run(strings.ReplaceAll(phrase, " ", "-"), func(b *testing.B) {
			for b.Loop() {
				_, _ = Find(phrase)
			}
		})
	}
}
