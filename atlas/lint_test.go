package atlas

import (
	"bufio"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestLintFindsNothing(t *testing.T) {
	for _, p := range Standard().Lint() {
		t.Error(p)
	}
}

func TestTheWholeBodyIsThere(t *testing.T) {
	a := Standard()
	for _, c := range []struct {
		what      string
		got, want int
	}{
		{"muscles", len(a.Muscles), 130},
		{"points", len(a.Points()), 270},
		{"patterns", len(a.Patterns), 55},
		{"conditions", len(a.Conditions), 32},
		{"claims", len(a.Claims), 32},
		{"exercises", len(a.Exercises), 70},
		{"terms", len(a.Terms), 60},
	} {
		if c.got < c.want {
			t.Errorf("%d %s, want at least %d", c.got, c.what, c.want)
		}
	}
	for _, m := range a.Muscles {
		if found, ok := a.MuscleByName(m.Name); !ok || found != m {
			t.Errorf("MuscleByName(%q) does not find it", m.Name)
		}
	}
}

// Stored visits and links name points and patterns by their ids: an id may be added, but never
// taken away or given another meaning.
func TestIDsAreNeverTakenAway(t *testing.T) {
	const golden = "testdata/ids.txt"
	var now []string
	for _, m := range Standard().Muscles {
		now = append(now, "muscle "+string(m.ID))
	}
	for _, p := range Standard().Points() {
		now = append(now, "point "+string(p.ID))
	}
	for _, p := range Standard().Patterns {
		now = append(now, "pattern "+string(p.ID))
	}
	slices.Sort(now)
	if *update {
		if err := os.WriteFile(golden, []byte(strings.Join(now, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if _, ok := slices.BinarySearch(now, lines.Text()); !ok {
			t.Errorf("%s is gone; ids that were released stay", lines.Text())
		}
	}
}

// condition is a small condition with one more line.
func condition(line string) string {
	return "\ncondition c\nname: n\nlay: l\ngroup: knee\nclient: It is sore.\nphase: first day; limited; Be gentle.\nrefer: See a doctor.\nsources: page-1\n" + line + "\n"
}

// pattern is a small pattern with some of its text replaced.
func pattern(pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace("\npattern p\nname: n\nlay: l\nkind: nerve\nessential: skin region little-finger\n" +
		"quality: numb\nratio: 0.5; chosen: few\nclient: It is sore.\nask: Is it numb?\nrefer: See a doctor.\nsources: page-1\n")
}

func TestLintFindsWhatAnEditorWould(t *testing.T) {
	swap := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(small) }
	twin := "\n  point biceps-2\n    where: the same\n    at: upper-arm t 0.6 theta 0\n    depth: deep\n    access: seated\n" +
		"    essential: spot r 3: upper-arm t 0.1 theta 0\n    spillover: spot r 2: upper-arm t 0.9 theta 0\n    sources: page-1\n"
	for name, c := range map[string]struct {
		text, says string
		severity   Severity
	}{
		"zone on the left":              {swap("spot r 3: upper-arm t 0.1 theta 0", "spot r 3: trunk h T5 az -30", "    spillover: spot r 2: upper-arm t 0.9 theta 0\n", ""), "right side", Fault},
		"zone nowhere":                  {swap("spot r 3: upper-arm t 0.1 theta 0", "skin trunk h 100..101 az 0..1"), "nowhere", Fault},
		"shape nowhere":                 {swap("band r 2: upper-arm t 0.3 theta 5 > upper-arm t 0.8 theta 5", "skin region no-such-region"), "nowhere", Fault},
		"point far off":                 {swap("at: upper-arm t 0.7 theta 0", "at: forearm t 0.9 theta 0"), "cm from the shape", Fault},
		"two points alike":              {small + twin, "same zone", Fault},
		"banned words":                  {swap("It bends the arm.", "You have knots, dear client."), "banned", Fault},
		"long sentence":                 {swap("It bends the arm.", strings.Repeat("it bends the arm and ", 8)), "words", Fault},
		"hard words":                    {swap("It bends the arm.", "Musculoskeletal hyperirritability necessitates individualised rehabilitation."), "grade", Fault},
		"level without a number":        {swap("  sources: page-1\n\n", "  caution: A nerve lies close: level 2 at most.\n  sources: page-1\n\n"), "names level 2", Fault},
		"related to itself":             {swap("  sources: page-1\n\n", "  related: biceps\n  sources: page-1\n\n"), "itself", Fault},
		"related to nobody":             {swap("  sources: page-1\n\n", "  related: wings\n  sources: page-1\n\n"), "does not exist", Gap},
		"source without use":            {small + "\nsource page-2\n  type: page\n  title: Another\n  seen: secondary\n  states: nothing\n", "nothing uses", Gap},
		"one source twice":              {swap("sources: page-1\n\n", "sources: page-1 | page-2\n\n") + "\nsource page-2\n  type: page\n  title: A\n  id: url:https://example.org/a#b\n  seen: secondary\n  states: s\n", "same as", Gap},
		"region without a reason":       {small + "\nlist unreached-regions\nitem: nape\n", "region; why", Fault},
		"condition of a wing":           {small + condition("regions: wing"), "does not exist", Fault},
		"condition of no muscle":        {small + condition("muscles: wing"), "names muscle", Gap},
		"exercise without its position": {small + "\nexercise e\nname: e\nkind: strength\nhow: Lie on your back.\ndose: chosen\nminutes: 1\nstop: Stop.\nevidence: not studied\nsources: page-1\n", "position: supine", Fault},
		"unknown technique":             {small + condition("evidence: magic; low; page-1"), "names technique", Gap},
		"condition, banned words":       {small + condition("home: You have it."), "banned", Fault},
		"pattern nowhere":               {small + pattern("little-finger", "wing"), "nowhere", Fault},
		"pattern on the left":           {small + pattern("skin region little-finger", "spot r 3: trunk h T5 az -30"), "right side", Fault},
		"patterns alike":                {small + pattern() + pattern("pattern p", "pattern q"), "same zone", Fault},
		"pattern, banned words":         {small + pattern("It is sore.", "You have it."), "banned", Fault},
		"pattern, banned question":      {small + pattern("Is it numb?", "Say: you have it."), "banned", Fault},
		"pattern without a quality":     {small + pattern("quality: numb\n", ""), "no quality", Fault},
		"pattern sharp by nobody":       {small + pattern("quality: numb", "quality: numb | stabbing"), "none of its sources", Fault},
		"pattern of no condition":       {small + pattern("sources: page-1", "conditions: wing\nsources: page-1"), "names condition", Gap},
		"pattern that never is":         {small + pattern("0.5", "0"), "is 0", Fault},
		"ratio from nowhere":            {small + pattern("chosen: few", "it is common"), "ratio of p names no source", Fault},
		"claim that was not seen":       {small + "\nsource r\ntype: teaching\ntitle: t\nseen: recalled\nstates: s\n\nclaim c\nclaim: It cures all.\ntopic: body\nverdict: false\nshort: No.\ntext: No.\nevidence: r; no\n", "no source that was seen", Fault},
		"term that leads nowhere":       {small + "\nterm t\nname: t\ntext: It is so.\nsee: wing\n", "names term", Gap},
		"two rows of one name":          {small + "\nterm t\nname: t\ntext: It is so.\n\nterm u\nname: T\ntext: It is so.\n", "called like", Fault},
		"region that nobody feels":      {small, "region nape is reached by 0", Gap},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := parseOne(c.text + "\nlist banned-phrases\nitem: you have\n\nlist reached-groups\nitem: Neck\n")
			if err != nil {
				t.Fatal(err)
			}
			hit := func(p Problem) bool { return p.Severity == c.severity && strings.Contains(p.What, c.says) }
			if found := a.Lint(); !slices.ContainsFunc(found, hit) {
				t.Errorf("Lint found %v, want a %s with %q", found, c.severity, c.says)
			}
		})
	}
}
