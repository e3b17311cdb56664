package outcome

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheEmbeddedDataCanBeRead(t *testing.T) {
	if _, err := standard(); err != nil {
		t.Fatal(err)
	}
}

func cases(t *testing.T, file string) (out []string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.SplitSeq(string(content), "\n") {
		if l != "" && l[0] != '#' {
			out = append(out, l)
		}
	}
	return out
}

// answersOf reads "1..3=2 worry=1".
func answersOf(t *testing.T, text string) Answers {
	t.Helper()
	out := Answers{}
	for f := range strings.FieldsSeq(text) {
		id, value, ok := strings.Cut(f, "=")
		x, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil {
			t.Fatalf("%q is no answer", f)
		}
		from, to, many := strings.Cut(id, "..")
		if !many {
			out[ItemID(id)] = x
			continue
		}
		a, _ := strconv.Atoi(from)
		b, _ := strconv.Atoi(to)
		for n := a; n <= b; n++ {
			out[ItemID(strconv.Itoa(n))] = x
		}
	}
	return out
}

func instrument(t testing.TB, id string) *Instrument {
	t.Helper()
	in, ok := Standard().Instrument(ID(id))
	if !ok {
		t.Fatalf("there is no instrument %q", id)
	}
	return in
}

// plainly writes a number to at most six places.
func plainly(x float64, known bool) string {
	if !known {
		return "unknown"
	}
	return strconv.FormatFloat(math.Round(x*1e6)/1e6, 'f', -1, 64)
}

// said is a score as testdata writes it.
func said(s Score, err error) string {
	var bad *Error
	if errors.As(err, &bad) {
		return "refused " + string(bad.Item)
	}
	words := []string{plainly(s.Number())}
	if s.Band != "" {
		words = append(words, s.Band)
	}
	for _, p := range s.Parts {
		words = append(words, string(p.ID)+"="+plainly(p.Number()))
	}
	if s.Script != nil {
		words = append(words, "script")
	}
	return strings.Join(words, " ")
}

func TestScoresAreThoseOfThePublishedRules(t *testing.T) {
	for _, c := range cases(t, "testdata/scores.txt") {
		left, want, _ := strings.Cut(c, " -> ")
		id, answers, _ := strings.Cut(left, ":")
		if got := said(instrument(t, id).Score(answersOf(t, answers))); got != want {
			t.Errorf("%s: got %s, want %s", left, got, want)
		}
	}
}

func TestChangesAreJudgedByWhatTheSourcesCallImportant(t *testing.T) {
	for _, c := range cases(t, "testdata/changes.txt") {
		left, want, _ := strings.Cut(c, " -> ")
		id, both, _ := strings.Cut(left, ":")
		first, last, _ := strings.Cut(both, ">")
		in := instrument(t, id)
		a, err := in.Score(answersOf(t, first))
		b, err2 := in.Score(answersOf(t, last))
		if err != nil || err2 != nil {
			t.Errorf("%s: %v, %v", left, err, err2)
			continue
		}
		ch := in.Change(a, b)
		way := string(ch.Direction)
		if way == "" {
			way = "?"
		}
		if got := fmt.Sprintf("%s %s, %s %s", way, plainly(ch.By, true), ch.Matters, ch.Why); got != want {
			t.Errorf("%s: got %s, want %s", left, got, want)
		}
	}
}

func TestScoresOfDifferentInstrumentsAreNotCompared(t *testing.T) {
	now, worst := instrument(t, "nprs-now"), instrument(t, "nprs-worst")
	a, _ := now.Score(Answers{"now": 8})
	b, _ := worst.Score(Answers{"worst": 2})
	if c := now.Change(a, b); c.Matters != Unclear || c.Why != NotAlike || c.Direction != "" {
		t.Errorf("Change of two instruments = %+v", c)
	}
	turned := b
	turned.Instrument, turned.Better = "nprs-now", Higher
	if c := now.Change(a, turned); c.Why != NotAlike {
		t.Errorf("Change of two directions = %+v", c)
	}
}

// anyAnswers answers some items of an instrument.
func anyAnswers(t *rapid.T, in *Instrument, label string) Answers {
	out := Answers{}
	if in.Rule == Typed {
		out[EnteredItem] = math.Round(rapid.Float64Range(in.Range.Low, in.Range.High).Draw(t, label))
		return out
	}
	items := slices.Clone(in.Items)
	for i := range in.Own.Most {
		items = append(items, Item{ID: ItemID(strconv.Itoa(i + 1)), Range: in.Own.Range})
	}
	for _, item := range items {
		if rapid.IntRange(0, 9).Draw(t, label+" given") > 0 {
			out[item.ID] = float64(rapid.IntRange(int(item.Range.Low), int(item.Range.High)).Draw(t, label))
		}
	}
	return out
}

func TestEveryScoreLiesInItsRangeAndNothingIsFilledIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(Standard().Instruments).Draw(t, "instrument")
		answers := anyAnswers(t, in, "answer")
		s, err := in.Score(answers)
		if err != nil {
			t.Fatal(err)
		}
		x, known := s.Number()
		if known != (len(s.Answered) >= in.Need) {
			t.Errorf("%s: %d answers of %d needed, known is %t", in.ID, len(s.Answered), in.Need, known)
		}
		if known && (x < in.Range.Low-dust || x > in.Range.High+dust) {
			t.Errorf("%s: %g lies outside %v", in.ID, x, in.Range)
		}
		if len(s.Answered) != len(answers) {
			t.Errorf("%s: %d answers were given and %d counted", in.ID, len(answers), len(s.Answered))
		}
	})
}

func TestTheWayBackIsTheOtherWay(t *testing.T) {
	turned := map[Direction]Direction{ToBetter: ToWorse, ToWorse: ToBetter, ToSame: ToSame, "": ""}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(Standard().Instruments).Draw(t, "instrument")
		a, _ := in.Score(anyAnswers(t, in, "first"))
		b, _ := in.Score(anyAnswers(t, in, "last"))
		there, back := in.Change(a, b), in.Change(b, a)
		if back.Direction != turned[there.Direction] || math.Abs(there.By-back.By) > dust {
			t.Errorf("%s: there %+v, back %+v", in.ID, there, back)
		}
		if in.Sure.Percent == 0 && in.Least.Percent == 0 && there.Matters != back.Matters {
			t.Errorf("%s has no percent, and the verdicts are %s and %s", in.ID, there.Matters, back.Matters)
		}
		if same := in.Change(a, a); same.Direction != "" && (same.Direction != ToSame || same.Matters == Yes) {
			t.Errorf("%s: no change is %+v", in.ID, same)
		}
	})
}

func TestABiggerChangeNeverMattersLess(t *testing.T) {
	rank := map[Verdict]int{No: 0, Unclear: 1, Yes: 2}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(Standard().Instruments).Draw(t, "instrument")
		from := rapid.Float64Range(in.Range.Low, in.Range.High).Draw(t, "from")
		small := rapid.Float64Range(0, 20).Draw(t, "small")
		large := small + rapid.Float64Range(0, 20).Draw(t, "more")
		a, _ := in.judge(from, small)
		b, _ := in.judge(from, large)
		if rank[a] > rank[b] {
			t.Errorf("%s from %g: %g is %s and %g is %s", in.ID, from, small, a, large, b)
		}
		inner, outer, ok := in.Around(from)
		if !ok {
			return
		}
		if x := from + small; x < inner.High-dust && a != No || x > outer.High+dust && x <= in.Range.High && a != Yes {
			t.Errorf("%s from %g: %g is %s, around are %v and %v", in.ID, from, x, a, inner, outer)
		}
	})
}

func TestWhatMayNotBeShippedHasNoWords(t *testing.T) {
	for _, id := range []string{"ndi", "odi", "quickdash", "hit-6", "promis-burden", "promis-ability"} {
		in := instrument(t, id)
		for _, item := range in.Items {
			if item.Text != "" || len(item.Labels) > 0 {
				t.Errorf("%s: item %s carries words", id, item.ID)
			}
		}
		if in.TextShipped() || in.Use != Entered {
			t.Errorf("%s: text %t, use %s", id, in.TextShipped(), in.Use)
		}
	}
	if _, ok := Standard().Instrument("pss-4"); ok {
		t.Error("the PSS-4 is here, and commercial use of it needs permission")
	}
}

func TestEveryQuestionThatIsAskedHasWords(t *testing.T) {
	for _, in := range Standard().Instruments {
		if in.Use == Entered {
			continue
		}
		if in.Own.Most > 0 && in.Ask == "" {
			t.Errorf("%s: the client names the items and nobody asks for them", in.ID)
		}
		for _, item := range in.Items {
			if item.Text == "" {
				t.Errorf("%s: item %s has no words", in.ID, item.ID)
			}
		}
	}
}

func TestCodesComeWithTheNotice(t *testing.T) {
	coded := 0
	for _, in := range Standard().Instruments {
		if in.Coded() {
			coded++
		}
	}
	if coded == 0 || !strings.Contains(Standard().Notices["loinc"], "loinc.org/license") {
		t.Errorf("%d instruments carry codes and the notice is %q", coded, Standard().Notices["loinc"])
	}
}

// What clients read is short, says what to do and names no disease.
func TestTheScriptDoesNotDiagnose(t *testing.T) {
	s := instrument(t, "phq-4").Script
	if s == nil {
		t.Fatal("phq-4 has no script")
	}
	all := strings.ToLower(strings.Join(append(slices.Clone(s.Client), s.Therapist...), " "))
	for _, banned := range []string{"you have a", "depression", "depressed", "anxiety disorder", "suffer", "caused"} {
		if strings.Contains(all, banned) {
			t.Errorf("the script says %q", banned)
		}
	}
	for _, wanted := range []string{"not a diagnosis", "doctor", "crisis line", "emergency number"} {
		if !strings.Contains(all, wanted) {
			t.Errorf("the script does not say %q", wanted)
		}
	}
	for _, line := range s.Client {
		if n := len(strings.Fields(line)); n > 30 {
			t.Errorf("a line for clients has %d words: %q", n, line)
		}
	}
}

func TestTheFormatIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for kind, list := range map[string]string{
		"instrument": names(instrumentKeys), "item": names(itemKeys), "part": names(partKeys), "script": names(scriptKeys),
		"source": names(sourceKeys), "notice": names(noticeKeys), "occasion": names(occasionKeys),
	} {
		_, section, ok := strings.Cut(string(doc), "\n## "+kind+"\n")
		if !ok {
			t.Errorf("FORMAT.md has no section %q", kind)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for name := range strings.SplitSeq(list, ", ") {
			if !strings.Contains(section, "| "+name+" ") && !strings.Contains(section, "| "+name+",") && !strings.Contains(section, ", "+name+" ") && !strings.Contains(section, ", "+name+",") {
				t.Errorf("FORMAT.md does not explain %s of %s", name, kind)
			}
		}
	}
}

// small is a book of one instrument.
const small = `# a comment
source s
  cite: Somebody 2001
  id: doi:10.1/x
instrument two
  name: Two
  measures: two things
  subject: pain
  use: core
  range: 0..6
  better: lower
  score: sum
  need: 2
  missing: both are needed,
    always
  least: 1 points or 30 percent
  sure: 2 points
  change: S; s; it was so
  band: S; 0..2; few
  band: M; 3..6; many
  code: S; loinc 70272-0; sum
  cite: s
  holder: nobody
  terms: free
  checked: 2026-11-28
  text: yes
  licence: S
item a
  text: A?
  range: 0..3
  label: 0; none; LA6568-5
item b
  text: B?
  range: 0..3
part p
  name: P
  items: a
  high: 3
script x
  client: Talk.
  therapist: Listen.
  source: s
  mark: X
occasion first-visit
  name: First
  ask: two
  every: 14 days or 4 sessions
  takes: 30
  source: X
`

func TestASmallBookIsRead(t *testing.T) {
	b, err := ParseText("a.txt", small)
	if err != nil {
		t.Fatal(err)
	}
	in, ok := b.Instrument("two")
	if !ok || in.Missing != "both are needed, always" || in.Least != (Yardstick{1, 30, true}) || len(in.Items) != 2 || in.Items[0].Labels[0].Code != "LA6568-5" {
		t.Errorf("Instrument gave %+v, %t", in, ok)
	}
	s, err := in.Score(Answers{"a": 3, "b": 3})
	if err != nil || s.Band != "few" {
		t.Errorf("Score gave band %q and %v; the band of 6 is not verified and must not be shown", s.Band, err)
	}
}

func TestParseSaysWhereAndWhatToDo(t *testing.T) {
	swap := func(from, to string) string { return strings.Replace(small, from, to, 1) }
	for name, c := range map[string]struct {
		text      string
		line, col int
		says      string
	}{
		"unknown key":           {swap("  need: 2", "  needs: 2"), 13, 3, "no line"},
		"key twice":             {swap("  need: 2", "  need: 2\n  need: 1"), 14, 3, "twice"},
		"key missing":           {swap("  terms: free\n", ""), 5, 1, "no terms"},
		"empty value":           {swap("name: Two", "name:"), 6, 3, "key: text"},
		"no colon":              {swap("name: Two", "name Two"), 6, 3, "key: text"},
		"tab":                   {swap("  name: Two", "  name: T\two"), 6, 10, "UTF-8"},
		"not UTF-8":             {swap("two things", "tw\xff things"), 7, 15, "UTF-8"},
		"indent":                {swap("    always", "   always"), 15, 4, "indent"},
		"orphan":                {"  name: x\n" + small, 1, 3, "before any record"},
		"nothing to go on with": {swap("instrument two\n", "instrument two\n    more\n"), 6, 5, "no line above"},
		"no such record":        {swap("part p", "piece p"), 35, 1, "no record"},
		"two ids":               {swap("part p", "part p q"), 35, 1, "a kind and an id"},
		"capital":               {swap("part p", "part P"), 35, 1, "small letters"},
		"id twice":              {small + "source s\n  cite: again\n", 50, 1, "already"},
		"item of nothing":       {"item a\n  text: A?\n  range: 0..3\n" + small, 1, 1, "belongs to no instrument"},
		"subject":               {swap("subject: pain", "subject: joy"), 8, 12, "one of"},
		"range":                 {swap("range: 0..6", "range: 6..0"), 10, 10, "lower first"},
		"yardstick":             {swap("least: 1 points or", "least: 1 miles or"), 16, 10, "2 points"},
		"mark":                  {swap("change: S;", "change: Z;"), 18, 11, "one of"},
		"statement":             {swap("change: S; s; it was so", "change: S; s"), 18, 11, "what was found"},
		"code":                  {swap("70272-0", "70272-1"), 21, 9, "last digit"},
		"answer code":           {swap("LA6568-5", "6568-5"), 31, 10, "answer code"},
		"label outside":         {swap("label: 0; none", "label: 4; none"), 28, 1, "outside"},
		"day":                   {swap("2026-11-28", "28.11.2026"), 25, 12, "a day"},
		"reference":             {swap("doi:10.1/x", "10.1/x"), 4, 7, "doi:"},
		"unknown source":        {swap("cite: s", "cite: t"), 5, 1, "does not exist"},
		"unknown instrument":    {swap("ask: two", "ask: three"), 44, 1, "no instrument"},
		"every":                 {swap("14 days or 4 sessions", "14 days"), 47, 10, "14 days or 4 sessions"},
		"text that may not":     {swap("text: yes", "text: no"), 5, 1, "may not stand here"},
		"too little needed":     {swap("need: 2", "need: 1"), 5, 1, "a sum needs all"},
		"too much needed":       {swap("need: 2", "need: 3"), 5, 1, "number of its items"},
		"score outside":         {swap("range: 0..6", "range: 0..9"), 5, 1, "outside 'range'"},
		"part of nothing":       {swap("items: a", "items: c"), 5, 1, "no item"},
		"high without words":    {small[:strings.Index(small, "script")], 5, 1, "no script"},
		"words without high":    {swap("  high: 3\n", ""), 5, 1, "never shown"},
		"bands overlap":         {swap("3..6", "2..6"), 5, 1, "bands"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseText("a.txt", c.text)
			var all SyntaxErrors
			if !errors.As(err, &all) {
				t.Fatalf("ParseText gave %v, want SyntaxErrors", err)
			}
			hit := func(e SyntaxError) bool {
				return e.File == "a.txt" && e.Line == c.line && e.Col == c.col && strings.Contains(e.What, c.says)
			}
			if !slices.ContainsFunc(all, hit) {
				t.Errorf("ParseText gave %v, want a.txt:%d:%d with %q", all, c.line, c.col, c.says)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	files, err := fs.Glob(dataFiles, "data/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(dataFiles, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("instrument i\n  items: 10 of 0..5\n  score: scaled\n  range: 0..100\n  need: 9\n")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseText("a.txt", text)
		if err != nil {
			var all SyntaxErrors
			if !errors.As(err, &all) || len(all) == 0 || all[0].Line < 1 || all[0].Col < 1 {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		for _, in := range b.Instruments {
			for _, end := range []func(Range) float64{func(r Range) float64 { return r.Low }, func(r Range) float64 { return r.High }} {
				answers := Answers{}
				for _, item := range in.Items {
					answers[item.ID] = end(item.Range)
				}
				s, err := in.Score(answers)
				if err != nil {
					continue // a range with fractions has no whole number at its end
				}
				if x, known := s.Number(); known && (x < in.Range.Low-dust || x > in.Range.High+dust) {
					t.Fatalf("%s: %g lies outside %v", in.ID, x, in.Range)
				}
			}
		}
	})
}

func BenchmarkScore(b *testing.B) {
	in := instrument(b, "phq-4")
	answers := Answers{"nervous": 1, "worry": 2, "interest": 0, "down": 3}
	for b.Loop() {
		if _, err := in.Score(answers); err != nil {
			b.Fatal(err)
		}
	}
}
