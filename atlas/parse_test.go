package atlas

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"knead/body"
)

// small is an atlas of one muscle with one point.
const small = `# a comment
source page-1
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
`

func parseOne(text string) (*Atlas, error) {
	return ParseText("a.txt", text)
}

func TestParseReadsASmallAtlas(t *testing.T) {
	a, err := parseOne(small)
	if err != nil {
		t.Fatal(err)
	}
	m, ok := a.MuscleByName("Biceps-Brachii")
	if !ok || m.Layer != 1 || len(m.How) != 2 || !m.SelfCare.Allowed || m.Place != "a.txt:9" {
		t.Errorf("MuscleByName gave %+v, %t", m, ok)
	}
	p, ok := a.Point("biceps-1")
	if !ok || p.Muscle != m || p.Recalled() || len(p.Access) != 2 {
		t.Errorf("Point gave %+v, %t", p, ok)
	}
}

func TestParseSaysWhereAndWhatToDo(t *testing.T) {
	swap := func(from, to string) string { return strings.Replace(small, from, to, 1) }
	for name, c := range map[string]struct {
		text string
		line int
		col  int
		says string
	}{
		"unknown key":            {swap("  lay: ", "  layman: "), 13, 3, "has no"},
		"key twice":              {swap("  to: radius", "  to: radius\n  to: ulna"), 19, 3, "twice"},
		"key missing":            {swap("  nerve: musculocutaneous nerve\n", ""), 9, 1, "no nerve"},
		"empty value":            {swap("A page", ""), 4, 3, "empty"},
		"layer too high":         {swap("layer: 1", "layer: 9"), 16, 10, "from 1 to 4"},
		"unknown group":          {swap("group: arm", "group: wing"), 15, 10, "one of"},
		"unknown source":         {swap("    sources: page-1", "    sources: page-2"), 31, 3, "does not exist"},
		"list with an empty end": {swap("guns |", "guns | |"), 14, 12, "empty item"},
		"self-care without why":  {swap("yes; with the other hand", "yes"), 27, 13, "yes or no"},
		"bad place":              {swap("at: upper-arm t 0.7 theta 0", "at: upper-arm t 0.7"), 33, 9, "theta"},
		"bad shape":              {swap("spot r 3:", "spat r 3:"), 36, 16, ""},
		"no colon":               {swap("action: bends", "action bends"), 19, 3, "colon"},
		"no such block":          {swap("muscle biceps", "muscel biceps"), 9, 1, "no block"},
		"id with a capital":      {swap("muscle biceps", "muscle Biceps"), 9, 1, "small letters"},
		"comment after a value":  {swap("layer: 1", "layer: 1 # skin"), 16, 10, "line of its own"},
		"key before any block":   {"name: x\n" + small, 1, 1, "before any block"},
		"not UTF-8":              {swap("A page", "A p\xffge"), 4, 13, "UTF-8"},
		"point of another":       {swap("point biceps-1", "point triceps-1"), 31, 3, "biceps-"},
		"the same id again":      {small + "\nmuscle biceps\n", 40, 1, "already"},
		"recalled with a number": {swap("seen: secondary", "seen: recalled"), 2, 1, "must not carry"},
		"present for all":        {swap("  layer: 1\n", "  layer: 1\n  present: 100\n"), 17, 12, "from 1 to 99"},
		"phase without verdict":  {small + "\ncondition c\n  phase: acute; rest\n", 41, 10, "name; verdict"},
		"verdict of a phase":     {small + "\ncondition c\n  phase: acute; maybe; rest\n", 41, 10, "one of allowed"},
		"evidence of a claim":    {small + "\nclaim c\n  evidence: page-1\n", 41, 13, "what it shows"},
		"source of a condition":  {small + "\ncondition c\n  help: rest; low; page-9\n", 40, 1, "does not exist"},
		"joint of a pose":        {small + "\nexercise e\n  pose: start; tail flexion 9\n", 41, 9, "one of neck"},
		"degrees of a pose":      {small + "\nexercise e\n  pose: start; knee flexion 200\n", 41, 9, "-180 to 180"},
		"kind of a pattern":      {small + "\npattern p\n  kind: muscle\n", 41, 9, "one of nerve root"},
		"quality of a pattern":   {small + "\npattern p\n  quality: purple\n", 41, 12, "one of aching"},
		"ratio without a reason": {small + "\npattern p\n  ratio: 0.5\n", 41, 10, "what it rests on"},
		"ratio too high":         {small + "\npattern p\n  ratio: 4; chosen\n", 41, 10, "from 0 to 3"},
		"ratio that is none":     {small + "\npattern p\n  ratio: NaN; chosen\n", 41, 10, "from 0 to 3"},
		"source of a pattern":    {small + "\npattern p\n  sources: page-9\n", 40, 1, "does not exist"},
		"id of a source":         {swap("url:https", "https"), 5, 7, "doi:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseOne(c.text)
			var all Errors
			if !errors.As(err, &all) {
				t.Fatalf("Parse gave %v, want Errors", err)
			}
			hit := func(e Error) bool {
				return e.File == "a.txt" && e.Line == c.line && e.Col == c.col && strings.Contains(e.What, c.says)
			}
			if !slices.ContainsFunc(all, hit) {
				t.Errorf("Parse gave %v, want a.txt:%d:%d with %q", all, c.line, c.col, c.says)
			}
		})
	}
}

func TestParseFindsSeveralMistakesAtOnce(t *testing.T) {
	text := strings.NewReplacer("layer: 1", "layer: 9", "group: arm", "group: wing", "depth: superficial", "depth: skin").Replace(small)
	_, err := parseOne(text)
	var all Errors
	if !errors.As(err, &all) || len(all) != 3 {
		t.Errorf("Parse gave %v, want three mistakes", err)
	}
}

func TestAPointWithoutASeenSourceSaysSo(t *testing.T) {
	text := strings.Replace(small, "  id: url:https://example.org/a#b\n  seen: secondary", "  seen: recalled", 1)
	a, err := parseOne(text)
	if err != nil {
		t.Fatal(err)
	}
	if p := a.Points()[0]; !p.Recalled() {
		t.Errorf("%s has only a recalled source and Recalled() is false", p.ID)
	}
}

// equal compares atlases without places in files and without what is worked out.
var equal = cmp.Options{
	cmp.AllowUnexported(Atlas{}, Study{}),
	cmpopts.IgnoreUnexported(Muscle{}, Point{}, Pattern{}),
	cmpopts.IgnoreFields(Muscle{}, "Place"), cmpopts.IgnoreFields(Point{}, "Place", "Muscle"), cmpopts.IgnoreFields(Pattern{}, "Place"),
	cmpopts.IgnoreFields(Source{}, "Place"), cmpopts.IgnoreFields(Technique{}, "Place"),
	cmpopts.IgnoreFields(Condition{}, "Place"), cmpopts.IgnoreFields(Claim{}, "Place"), cmpopts.IgnoreFields(Term{}, "Place"),
	cmpopts.IgnoreFields(Change{}, "Place"), cmpopts.IgnoreFields(Exercise{}, "Place"), cmpopts.IgnoreFields(Study{}, "Place"),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b body.Shape) bool { return a.String() == b.String() }),
	cmp.Comparer(func(a, b body.Coord) bool { return a.String() == b.String() }),
}

func TestWritingAndReadingGivesTheSameAtlas(t *testing.T) {
	a := Standard()
	b, err := parseOne(a.Text())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b, equal); d != "" {
		t.Errorf("Parse(a.Text()) differs from a:\n%s", d)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(small)
	f.Add("list banned-phrases\nitem: a\nitem: b\n")
	f.Add("study s\nsource: recalled\ncomplaint: x\nn: 3\nactive: yes\ncontrol: no\npercent: a-b 3.5 S* | c 4 M\n")
	f.Add("technique t\nname: n\nlay: l\nstrokes: hold | heat\npressure: 1..3\nseconds: 10..60\nclient: c\nhow: h\nsources: recalled\n")
	f.Add("condition c\nname: n\nlay: l\ngroup: knee\nclient: c\nphase: p; limited; w\nevidence: a; low; recalled; x; y\nhelp: b; strong; recalled\nrefer: r\nsources: recalled\n")
	f.Add("pattern p\nname: n\nlay: l\nkind: nerve\nessential: skin region nape\nquality: numb | burning\nratio: 0.25; chosen; x\nclient: c\nask: a\nrefer: r\nscreening: n3\nsources: recalled\n")
	f.Add("claim c\nclaim: c\ntopic: body\nverdict: false\nshort: s\ntext: t\nevidence: recalled; x; y\nconditions: a | b\n")
	f.Add("term t\nname: n\ntext: t\nsee: a | b\n")
	f.Add("exercise e\nname: n\nkind: heat\nhow: h\ndose: d\nstop: s\npose: start; knee flexion 90, hip flexion -5\nevidence: e\nsources: recalled\n")
	f.Add("exercise e\nname: n\nkind: heat\nhow: h\ndose: d\nstop: s\nevidence: e\nsources: recalled\n")
	f.Fuzz(func(t *testing.T, text string) {
		text = "source recalled\ntype: teaching\ntitle: t\nseen: recalled\nstates: s\n" + text
		a, err := parseOne(text)
		if err != nil {
			return
		}
		written := a.Text()
		b, err := parseOne(written)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
		if d := cmp.Diff(a, b, equal); d != "" {
			t.Errorf("written and read again:\n%s", d)
		}
	})
}

func TestTheFormatIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	for block, list := range map[string]string{
		"muscle": keys(muscleFields), "point": keys(pointFields), "source": keys(sourceFields),
		"pattern": keys(patternFields), "technique": keys(techniqueFields), "exercise": keys(exerciseFields),
		"study":     keys(studyFields),
		"condition": keys(conditionFields), "claim": keys(claimFields), "term": keys(termFields),
	} {
		_, section, ok := strings.Cut(string(doc), "\n## "+block+"\n")
		if !ok {
			t.Errorf("FORMAT.md has no section %q", block)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for key := range strings.SplitSeq(list, ", ") {
			if !strings.Contains(section, "| "+key+" ") && !strings.Contains(section, "| "+key+",") && !strings.Contains(section, ", "+key+" |") {
				t.Errorf("FORMAT.md does not explain key %s of a %s", key, block)
			}
		}
	}
}

func BenchmarkParse(b *testing.B) {
	data, err := fs.Sub(dataFiles, "data")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkZone(b *testing.B) {
	p := Standard().Points()[0]
	body.Skin()
	b.ReportAllocs()
	for b.Loop() {
		split(Cells(body.Skin(), p.Essential, body.Right), Cells(body.Skin(), p.Spillover, body.Right))
	}
}
