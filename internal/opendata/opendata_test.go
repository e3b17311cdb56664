package opendata

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"knead/atlas"
)

func export(t testing.TB, a *atlas.Atlas) []byte {
	t.Helper()
	data, err := JSON(a)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// failing is what the laws below need of a test.
type failing interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// roundTrip holds the law: what was written is read as an equal atlas. The text
// format carries all of an atlas, which a test of package atlas holds.
func roundTrip(t failing, a *atlas.Atlas) {
	t.Helper()
	data, err := JSON(a)
	if err != nil {
		t.Fatalf("JSON: %v", err)
	}
	if a != atlas.Standard() {
		data = withoutSkin(data)
	}
	b, err := Read(data)
	if err != nil {
		t.Fatalf("Read(JSON(a)): %v\n%s", err, a.Text())
	}
	if d := cmp.Diff(a.Text(), b.Text()); d != "" {
		t.Errorf("Read(JSON(a)) differs from a:\n%s", d)
	}
	again, err := JSON(b)
	if err != nil || !bytes.HasPrefix(again, bytes.TrimSuffix(data, []byte("}"))) {
		t.Errorf("JSON(Read(JSON(a))) differs from JSON(a), or %v", err)
	}
}

// withoutSkin cuts the surface off, which is large and the same in every export.
func withoutSkin(data []byte) []byte {
	rows, _, _ := bytes.Cut(data, []byte(",\n\"regions\": ["))
	return append(bytes.Clone(rows), '}')
}

func TestWritingAndReadingGivesTheSameAtlas(t *testing.T) {
	roundTrip(t, atlas.Standard())
}

func TestWritingTwiceGivesTheSameBytes(t *testing.T) {
	if a := atlas.Standard(); !bytes.Equal(export(t, a), export(t, a)) {
		t.Error("two exports of one atlas differ")
	}
}

func TestSmallAtlasesComeBackEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawAtlas(t)
		a, err := atlas.ParseText("drawn", text)
		if err != nil {
			t.Fatalf("the drawn atlas cannot be read: %v\n%s", err, text)
		}
		roundTrip(t, a)
		for _, table := range atlasTables(a) {
			f, err := table.file()
			if err != nil {
				t.Fatalf("CSV: %v", err)
			}
			checkTable(t, table, f)
		}
		files, err := rowTables(a)
		if err != nil {
			t.Fatal(err)
		}
		tablesRoundTrip(t, a, files)
	})
}

// tablesRoundTrip holds the same law for the tables.
func tablesRoundTrip(t failing, a *atlas.Atlas, files []File) {
	t.Helper()
	b, err := ReadTables(files)
	if err != nil {
		t.Fatalf("ReadTables(CSV(a)): %v\n%s", err, a.Text())
	}
	if d := cmp.Diff(a.Text(), b.Text()); d != "" {
		t.Errorf("ReadTables(CSV(a)) differs from a:\n%s", d)
	}
}

// drawAtlas writes a small atlas with any keys and any words in it.
func drawAtlas(t *rapid.T) string {
	var b strings.Builder
	for i, kind := range append([]atlas.Kind{named("source")}, atlas.Kinds()...) {
		if kind.Name == "point" || kind.Name == "list" {
			continue
		}
		for n := range rapid.IntRange(0, 2).Draw(t, kind.Name) + boolInt(i == 0) {
			id := fmt.Sprintf("%s-%d-%d", kind.Name, i, n)
			drawRow(t, &b, kind, id)
			for p := range rapid.IntRange(0, 2).Draw(t, "points") * boolInt(kind.Name == "muscle") {
				drawRow(t, &b, named("point"), fmt.Sprintf("%s-%d", id, p))
			}
		}
	}
	return b.String()
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func named(name string) atlas.Kind { return kindNamed(name) }

func drawRow(t *rapid.T, b *strings.Builder, kind atlas.Kind, id string) {
	fmt.Fprintf(b, "%s %s\n", kind.Name, id)
	recalled := kind.Name == "source" && rapid.Bool().Draw(t, "recalled")
	for _, k := range kind.Keys {
		switch {
		case kind.Name == "source" && k.Name == "seen":
			fmt.Fprintf(b, "  seen: %s\n", map[bool]string{true: "recalled", false: "abstract"}[recalled])
			continue
		case recalled && k.Name == "id":
			continue
		case !k.Need && rapid.Bool().Draw(t, "left out"):
			continue
		}
		for range 1 + rapid.IntRange(0, 2).Draw(t, "more")*boolInt(k.Many) {
			fmt.Fprintf(b, "  %s: %s\n", k.Name, drawValue(t, kind.Name, k.Name, k.Form))
		}
	}
}

// drawValue writes one value in the text format.
func drawValue(t *rapid.T, kind, key string, f atlas.Form) string {
	switch f.Holds {
	case atlas.ID:
		if f.Of == "source" {
			return "source-0-0"
		}
		return rapid.StringMatching(`[a-z0-9]{1,4}(-[a-z]{1,3})?`).Draw(t, "id")
	case atlas.Word:
		return rapid.SampledFrom(f.From).Draw(t, "word")
	case atlas.Whole:
		return fmt.Sprint(rapid.IntRange(f.Low, f.High).Draw(t, "whole"))
	case atlas.Number:
		return fmt.Sprint(float64(rapid.IntRange(f.Low*10, f.High*10).Draw(t, "tenths")) / 10)
	case atlas.YesNo:
		return rapid.SampledFrom([]string{"yes", "no"}).Draw(t, "yes")
	case atlas.Date:
		return fmt.Sprintf("20%02d-%02d-%02d", rapid.IntRange(0, 99).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	case atlas.Place:
		return rapid.SampledFrom([]string{"trunk h T4.5 az 150", "head az -3.25 el 20", "foot len 0.5 side 0.2 phi 0"}).Draw(t, "place")
	case atlas.Shape:
		return rapid.SampledFrom([]string{"spot r 1.5: hand ray 1 seg 0.5 phi 0", "band r 2: neck h 0.4 az 134 > trunk h C6.6 az 138", "skin region infraspinous", "skin trunk h T3..T9 az 62..122"}).Draw(t, "shape")
	case atlas.Reference:
		return rapid.SampledFrom(f.From).Draw(t, "scheme") + rapid.StringMatching(`[a-z0-9./;|:%"]{1,8}`).Draw(t, "reference")
	case atlas.List:
		if f.Item.Holds == atlas.Record || f.Item.Of == "source" {
			return drawValue(t, kind, key, *f.Item)
		}
		items := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string { return drawValue(t, kind, key, *f.Item) }), 1, 2, rapid.ID[string]).Draw(t, "items")
		return strings.Join(items, f.Sep)
	case atlas.Record:
		if f.Sep == ".." {
			n := rapid.IntRange(f.Parts[0].Form.Low, f.Parts[0].Form.High).Draw(t, "n")
			return fmt.Sprintf("%d..%d", n, f.Parts[1].Form.High)
		}
		var parts []string
		for _, p := range f.Parts {
			if p.Optional && rapid.Bool().Draw(t, "no "+p.Name) {
				break
			}
			parts = append(parts, drawValue(t, kind, key, p.Form))
		}
		return strings.Join(parts, f.Sep)
	}
	return rapid.StringMatching(`[a-zA-Zéß"'<>&\\,.()%*-]{1,3}( [a-z"{}\[\],=~/]{1,4}){0,2}`).Draw(t, "text")
}

// spoilt gives the export of a small atlas with one thing changed.
func spoilt(t *testing.T, from, to string) []byte {
	t.Helper()
	text := string(withoutSkin(export(t, small(t))))
	if !strings.Contains(text, from) {
		t.Fatalf("the export has no %s", from)
	}
	return []byte(strings.Replace(text, from, to, 1))
}

func small(t testing.TB) *atlas.Atlas {
	t.Helper()
	a, err := atlas.ParseText("small", smallText)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

const smallText = `source page-1
  type: page
  title: A page
  id: url:https://example.org/a#b
  seen: secondary
  states: what it says

muscle biceps
  name: biceps
  ta2: biceps brachii muscle
  latin: musculus biceps brachii
  lay: front of the upper arm
  aliases: guns | biceps brachii
  group: arm
  layer: 1
  from: shoulder blade
  to: radius
  action: bends the elbow
  nerve: musculocutaneous nerve
  shape: band r 2: upper-arm t 0.3 theta 5 > upper-arm t 0.8 theta 5
  client: It bends the arm.
  position: supine | seated
  grip: flat pincer
  how: press
  how: or pinch
  selfcare: yes; with the other hand
  sore: lifting
  sources: page-1

  point biceps-1
    where: lower third
    at: upper-arm t 0.7 theta 0
    depth: superficial
    access: supine seated
    essential: spot r 3: upper-arm t 0.1 theta 0
    spillover: spot r 2: upper-arm t 0.9 theta 0
    sources: page-1

condition tennis-elbow
  name: tennis elbow
  lay: sore outer elbow
  group: shoulder and arm
  client: The outer elbow aches.
  phase: first weeks; limited; light strokes only
  evidence: deep-tissue; low; page-1; short term
  help: load; moderate; page-1
  refer: numb fingers: a doctor soon
  muscles: biceps
  sources: page-1

exercise curl
  name: curl
  kind: strength
  muscles: biceps
  how: Bend the arm.
  dose: chosen
  minutes: 2
  stop: when it hurts
  pose: start; elbow flexion 90, shoulder flexion -5
  evidence: not studied
  sources: page-1

pattern funny-bone
  name: ulnar nerve at the elbow
  lay: the funny bone
  kind: nerve
  essential: skin region little-finger
  quality: numb
  ratio: 0.5; chosen: seldom; as far as we know
  client: The little finger tingles.
  ask: Does bending the elbow bring it on?
  refer: See a doctor if it stays.
  conditions: tennis-elbow
  screening: g14
  sources: page-1

study one
  source: page-1
  complaint: sore arm
  n: 12
  active: yes
  control: no
  percent: biceps 35.5 S* | triceps 4 M
`

func TestReadSaysWhereAndWhatToDo(t *testing.T) {
	for name, c := range map[string]struct{ from, to, at, says string }{
		"a text for a number":      {`"layer":1`, `"layer":"1"`, "/muscles/0/layer", "a text stands here; write a number from 1 to 4"},
		"a number out of range":    {`"layer":1`, `"layer":9`, "/muscles/0/layer", "from 1 to 4"},
		"half a number":            {`"layer":1`, `"layer":1.5`, "/muscles/0/layer", "whole number"},
		"a huge number":            {`"layer":1`, `"layer":1e300`, "/muscles/0/layer", "from 1 to 4"},
		"null":                     {`"layer":1`, `"layer":null`, "/muscles/0/layer", "null"},
		"an unknown key":           {`"layer":1`, `"layer":1,"layre":2`, "/muscles/0/layre", "no key \"layre\""},
		"a key twice":              {`"layer":1`, `"layer":1,"layer":1`, "/muscles/0/layer", "twice"},
		"a key missing":            {`"layer":1,`, ``, "/muscles/0/layer", "missing"},
		"an unknown word":          {`"group":"arm"`, `"group":"wing"`, "/muscles/0/group", "one of head"},
		"an unknown source":        {`"sources":["page-1"],"skin"`, `"sources":["page-2"],"skin"`, "/muscles/0", "does not exist"},
		"a text for a list":        {`"how":["press","or pinch"]`, `"how":"press"`, "/muscles/0/how", "write a list"},
		"a list for a text":        {`"from":"shoulder blade"`, `"from":["a"]`, "/muscles/0/from", "write a text"},
		"an empty text":            {`"from":"shoulder blade"`, `"from":""`, "/muscles/0/from", "empty"},
		"an empty list":            {`"how":["press","or pinch"]`, `"how":[]`, "/muscles/0/how", "missing"},
		"a line break in a text":   {`"from":"shoulder blade"`, `"from":"a\nmuscle b"`, "/muscles/0/from", "control character"},
		"a blank at the end":       {`"from":"shoulder blade"`, `"from":"a "`, "/muscles/0/from", "blank"},
		"a comment in a text":      {`"from":"shoulder blade"`, `"from":"a # b"`, "/muscles/0/from", "comment"},
		"a separator in a list":    {`"guns"`, `"guns | fists"`, "/muscles/0/aliases", "separator"},
		"a separator in a record":  {`"name":"first weeks"`, `"name":"first; weeks"`, "/conditions/0/phase/0", "separator"},
		"a line break in an id":    {`"id":"biceps"`, `"id":"b\nsource c"`, "/muscles/0/id", "id of small letters"},
		"a number for an id":       {`"id":"biceps"`, `"id":7`, "/muscles/0/id", "id of small letters"},
		"a text for true":          {`"allowed":true`, `"allowed":"yes"`, "/muscles/0/selfcare/allowed", "true or false"},
		"a part missing":           {`"allowed":true,`, ``, "/muscles/0/selfcare/allowed", "missing"},
		"a part too many":          {`"allowed":true`, `"allowed":true,"who":"me"`, "/muscles/0/selfcare/who", "no key"},
		"a text for a record":      {`{"allowed":true,"why":"with the other hand"}`, `"yes"`, "/muscles/0/selfcare", "write an object"},
		"a bad shape":              {`"spot r 3: upper-arm t 0.1 theta 0"`, `"spat"`, "/muscles/0/points/0/essential/0", "skin, spot or band"},
		"a bad place":              {`"at":"upper-arm t 0.7 theta 0"`, `"at":"upper-arm t 0.7"`, "/muscles/0/points/0/at", "theta"},
		"a point of another":       {`"id":"biceps-1"`, `"id":"triceps-1"`, "/muscles/0/points/0", "begin its id"},
		"a zone that was changed":  {`"recalled":false`, `"recalled":true`, "/muscles/0/points/0/recalled", "does not follow"},
		"rows that are no list":    {`"terms": [`, `"terms": 7, "x": [`, "/terms", "list of rows"},
		"a row that is none":       {`"terms": [`, `"terms": [7`, "/terms/0", "a row"},
		"no header":                {`"header"`, `"heading"`, "/header", "no header"},
		"no list of points":        {`"points":[`, `"points":null,"x":[`, "/muscles/0/points", "list of rows"},
		"a stranger in the header": {`"format":1`, `"format":1,"licenze":"mine"`, "/header/licenze", "no key"},
		"another skin":             {`"terms": [`, `"regions": [7], "terms": [`, "/regions", "not the skin"},
		"parts that are none":      {`"terms": [`, `"parts": "all", "terms": [`, "/parts", "not the skin"},
		"another format":           {`"format":1`, `"format":2`, "/header/format", "reads format 1"},
		"not JSON":                 {`"header"`, `header`, "", "not JSON"},
		"not UTF-8":                {`shoulder blade`, "sh\xffulder", "", "UTF-8"},
		"a list":                   {`{`, `[{`, "", "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(spoilt(t, c.from, c.to))
			all, ok := errors.AsType[Errors](err)
			if !ok {
				t.Fatalf("Read gave %v, want Errors", err)
			}
			for _, e := range all {
				if e.At == c.at && strings.Contains(e.What, c.says) {
					return
				}
			}
			t.Errorf("Read gave\n%v\nwant %s with %q", all, c.at, c.says)
		})
	}
}

func TestReadFindsSeveralMistakesAtOnce(t *testing.T) {
	text := strings.NewReplacer(`"layer":1`, `"layer":"x"`, `"from":"shoulder blade"`, `"from":7`).Replace(string(withoutSkin(export(t, small(t)))))
	_, err := Read([]byte(text))
	if all, ok := errors.AsType[Errors](err); !ok || len(all) != 2 {
		t.Errorf("Read gave %v, want two mistakes", err)
	}
}

func TestReadStopsLookingWhenEverythingIsWrong(t *testing.T) {
	_, err := Read([]byte(`{"header":{"format":1},"muscles":[{}` + strings.Repeat(",{}", 100_000) + `]}`))
	if all, ok := errors.AsType[Errors](err); !ok || len(all) < mostFound || len(all) > mostFound+100 {
		t.Errorf("Read found %d mistakes, want about %d", len(all), mostFound)
	}
}

func TestReadTakesAnExportWithoutWhatFollows(t *testing.T) {
	a := small(t)
	b, err := Read(withoutSkin(export(t, a)))
	if err != nil || a.Text() != b.Text() {
		t.Errorf("Read without regions, parts and surface: %v", err)
	}
}

func TestErrorsFitALineAndAScreen(t *testing.T) {
	var all Errors
	for range 100 {
		all = append(all, Error{"/" + strings.Repeat("x", 5000), "a\x1b[2Jb\nc"})
	}
	text := all.Error()
	if lines := strings.Split(text, "\n"); len(lines) != maxShown+1 || len(lines[0]) > 900 || strings.Contains(text, "\x1b") {
		t.Errorf("%d mistakes are shown as %d lines, the first of %d bytes", len(all), len(lines), len(lines[0]))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(withoutSkin(export(f, small(f))))
	f.Add([]byte(`{"header":{"format":1}}`))
	f.Add([]byte(`{"header":{"format":1},"sources":[{"id":"a","type":"page","title":"t","seen":"recalled","states":"s"}]}`))
	f.Add([]byte(`{"header":{"format":1},"lists":[{"id":"easy-words","item":["a","b|c"]}]}`))
	f.Add([]byte(`{"header":{"format":1},"muscles":[{"id":"a","points":[{"id":"a-1","essential":["x"],"at":{}}]}]}`))
	f.Add([]byte(`{"header":{"format":1},"terms":[{"id":"a\nsource b","name":"\u0000","text":"# x"}],"claims":[[[[]]]]}`))
	f.Add([]byte(strings.Repeat("[", 20000)))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := Read(data)
		if err != nil {
			if all, ok := errors.AsType[Errors](err); !ok || len(all) == 0 {
				t.Fatalf("Read gave %v, want Errors", err)
			}
			return
		}
		// What was taken is kept: written and read again it is the same.
		again, err := JSON(a)
		if err != nil {
			t.Fatalf("JSON: %v", err)
		}
		b, err := Read(again)
		if err != nil {
			t.Fatalf("Read(JSON(Read(data))): %v", err)
		}
		if d := cmp.Diff(a.Text(), b.Text()); d != "" {
			t.Errorf("read, written and read again:\n%s", d)
		}
	})
}

func BenchmarkJSON(b *testing.B) {
	a := atlas.Standard()
	for _, p := range a.Points() {
		p.Zone(0)
	}
	b.ReportAllocs()
	for b.Loop() {
		export(b, a)
	}
}

func BenchmarkRead(b *testing.B) {
	data := export(b, atlas.Standard())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}
