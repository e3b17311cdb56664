package knead_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"knead"
	"knead/outcome"
	"knead/plan"
	"knead/reason"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// assessStory gives the assessment of a story of testdata/visits.
func assessStory(t *testing.T, name string) knead.Assessment {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata/visits", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := newStory()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "expect ") {
			continue
		}
		if err := s.line(line); err != nil {
			t.Fatalf("%s: %s: %v", name, line, err)
		}
	}
	a, err := knead.Assess(s.visit)
	if err != nil {
		t.Fatalf("%s: Assess: %v", name, err)
	}
	return a
}

// worked is a log in which a plan is carried out to the minute.
func workedToTheMinute(p plan.Plan) *tape {
	l := &tape{}
	second := 0
	l.on(second, knead.EventStart, "")
	for _, x := range p.Steps {
		l.on(second, knead.EventBegin, x.ID)
		if x.Ask {
			l.add(second+20, knead.SessionEvent{Kind: knead.EventComfort, Step: x.ID, Value: 4})
		}
		second += x.Seconds
		l.on(second, knead.EventDone, x.ID)
	}
	l.on(second, knead.EventEnd, "")
	return l
}

// firstPoint gives the finding of the first point that a plan presses or strokes.
func firstPoint(p plan.Plan) (reason.Finding, bool) {
	for _, x := range p.Steps {
		if x.Point != nil {
			return reason.Finding{Point: x.Point.ID, Side: *x.Side, Familiar: reason.Yes, Tender: reason.Yes}, true
		}
	}
	return reason.Finding{}, false
}

// homeCare is what a therapist might choose of the advice.
func homeCare(p *plan.Plan) (chosen []plan.Advice) {
	if p == nil {
		return nil
	}
	for _, x := range p.Advice {
		if x.Kind == plan.AdviceExercise || x.Kind == plan.AdviceHeat {
			chosen = append(chosen, x)
		}
	}
	return chosen
}

// noteOf writes the note of a story with a session that went as planned.
func noteOf(t *testing.T, name string) knead.NoteInput {
	t.Helper()
	a := assessStory(t, name)
	in := knead.NoteInput{Assessment: a, Consent: agreed(knead.ConsentScope{}), HomeCare: homeCare(a.Plan)}
	if a.Plan == nil {
		return in
	}
	l := workedToTheMinute(*a.Plan)
	if g, ok := firstPoint(*a.Plan); ok {
		g.Tender = reason.No
		l.add(30, knead.SessionEvent{Kind: knead.EventFinding, Finding: g})
	}
	for i, m := range a.Marks {
		l.add(9000, knead.SessionEvent{Kind: knead.EventPainAfter, Mark: i, Value: m.Level / 2})
	}
	in.Session = knead.RunSession(*a.Plan, l.events)
	return in
}

// agreed is a client's consent to treatment.
func agreed(scope knead.ConsentScope) knead.ConsentState {
	return knead.ConsentState{Kind: knead.ConsentTreatment, Last: &knead.Consent{Kind: knead.ConsentTreatment, Act: "given", Edition: "0f3a9c", Scope: scope}}
}

func TestTheNoteSaysWhoConsentedAndWhenTheWordsChanged(t *testing.T) {
	template, err := knead.ReadTemplate("[A]\n{consent}\n[B]\n{flags}{treatment}{changes}{stops}")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		act, name, guardian string
		stale               bool
		want                string
	}{
		{"given", "", "", false, "Consent to treatment given by the client."},
		{"given", "Mara Lind", "", true, "Consent to treatment given by Mara Lind. The text has changed since."},
		{"given", "Mara Lind", "Jo Lind", false, "Consent to treatment given by Jo Lind, guardian."},
		{"refused", "", "", false, "Consent to treatment refused by the client."},
		{"withdrawn", "", "", false, "Consent to treatment withdrawn by the client."},
		{"asked", "", "", false, "Consent to treatment: it is not recorded what the client decided."},
	} {
		c := knead.Consent{Kind: knead.ConsentTreatment, Act: tt.act, SignedName: tt.name, Guardian: tt.guardian}
		in := knead.NoteInput{Template: template, Consent: knead.ConsentState{Last: &c, Stale: tt.stale}}
		if got := knead.ComposeNote(in).Sections[0].Paragraphs[0]; got != tt.want {
			t.Errorf("%+v: the note says %q", tt, got)
		}
	}
}

func soreness(n int) *int { return &n }

// notes are the golden notes, each with what happened in the session.
var notes = map[string]func(t *testing.T) knead.NoteInput{
	// All went as planned.
	"desk-upper-back": func(t *testing.T) knead.NoteInput {
		in := noteOf(t, "desk-upper-back")
		in.ClientWords = "It aches between the shoulder blades when the day is over."
		in.Movements = []knead.Movement{{Words: "turning the head to the right", Before: "about half", After: "nearly full"}}
		in.Seen = "Shoulders held high, more on the right."
		in.Consent = agreed(knead.ConsentScope{Techniques: []string{"Swedish massage", "pressing of points"}, Draping: "all but the worked area"})
		in.Reaction = "Breathed slowly from the second half on."
		in.Booked = knead.InstantOf(time.Date(2024, 5, 13, 9, 0, 0, 0, time.UTC))
		in.Zone = time.FixedZone("CEST", 2*60*60)
		return in
	},
	// Less pressure than planned, a step broken off, one left out, one added, and limits.
	"rheumatoid-hot-knee": func(t *testing.T) knead.NoteInput {
		a := assessStory(t, "rheumatoid-hot-knee")
		var works []plan.Step
		for _, x := range a.Plan.Steps {
			if x.Kind == plan.Work {
				works = append(works, x)
			}
		}
		l := workedToTheMinute(*a.Plan)
		l.events = slices.DeleteFunc(l.events, func(e knead.SessionEvent) bool { return e.Step == works[1].ID })
		begun := 0
		for i, e := range l.events {
			if e.Step == works[0].ID && e.Kind == knead.EventBegin {
				begun = int(e.At.Sub(nine) / time.Second)
			}
			if e.Step == works[0].ID && e.Kind == knead.EventDone {
				l.events[i].At = at(begun + 60)
				l.events[i].Kind, l.events[i].Text = knead.EventSkip, "the client asked for the feet instead"
			}
		}
		l.add(begun+20, knead.SessionEvent{Kind: knead.EventLess, Step: works[0].ID})
		l.add(begun+61, knead.SessionEvent{Kind: knead.EventAdd, Step: "added", Text: "left forearm", Technique: "swedish", Value: 3})
		l.add(begun+61, knead.SessionEvent{Kind: knead.EventBegin, Step: "added"})
		if g, ok := firstPoint(*a.Plan); ok {
			l.add(1, knead.SessionEvent{Kind: knead.EventPressure, Step: "point." + string(g.Point) + "." + g.Side.String(), Value: 1})
			l.add(2, knead.SessionEvent{Kind: knead.EventRemark, Step: "point." + string(g.Point) + "." + g.Side.String(), Text: "flinched at first"})
		}
		l.add(3, knead.SessionEvent{Kind: knead.EventPressure, Step: works[2].ID, Value: 3})
		l.add(begun+75, knead.SessionEvent{Kind: knead.EventRemark, Text: "warmer room next time"})
		return knead.NoteInput{
			Assessment: a, Session: knead.RunSession(*a.Plan, l.events), Consent: agreed(knead.ConsentScope{NotAreas: []string{"abdomen"}}),
			Since: &knead.FollowUp{Soreness24: soreness(3), Soreness72: soreness(0), Effects: []knead.SideEffect{knead.EffectTired}, Change: outcome.ToSame},
		}
	},
	// Stopped for dizziness, and consent withdrawn before.
	"tension-headache": func(t *testing.T) knead.NoteInput {
		in := noteOf(t, "tension-headache")
		l := workedToTheMinute(*in.Assessment.Plan)
		l.add(600, knead.SessionEvent{Kind: knead.EventWithdrawn, Text: "front of the neck"})
		l.add(1500, knead.SessionEvent{Kind: knead.EventStop, Rule: knead.StopDizzy, Text: "lay still for 5 minutes, sat up slowly, was well and walked home with a friend"})
		l.add(1600, knead.SessionEvent{Kind: knead.EventStop, Rule: knead.StopPain, Value: 8})
		in.Session = knead.RunSession(*in.Assessment.Plan, l.events)
		in.Window = &knead.Window{From: at(48 * 3600), Until: at(7 * 24 * 3600), Wait: true}
		return in
	},
	// A therapist goes past a stop.
	"fever-that-the-doctor-has-seen": func(t *testing.T) knead.NoteInput { return noteOf(t, "fever-that-the-doctor-has-seen") },
	// Nobody is treated.
	"heart-attack-look-alike": func(t *testing.T) knead.NoteInput {
		in := noteOf(t, "heart-attack-look-alike")
		in.Consent = knead.ConsentState{}
		return in
	},
}

func TestNotesReadAsAColleagueExpects(t *testing.T) {
	for name, write := range notes {
		t.Run(name, func(t *testing.T) {
			got := knead.ComposeNote(write(t)).Text()
			file := filepath.Join("testdata/notes", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("note (-want +got), go test -run Notes -update . rewrites it:\n%s", diff)
			}
		})
	}
}

// banned is what no note says, whatever the story: a disease that the client has, or what
// made a change.
var banned = []string{
	"you have", "the client has ", "suffers from", "diagnos", "massage caused", "caused by the massage", "healed", "cured", "thanks to",
	"because of the massage", "due to the massage", "improved by", "treatment worked", "toxin", "proves", "guarantee",
}

// question is what the client was asked, word for word: asking says nothing.
var question = regexp.MustCompile(`[^.\n]*\?`)

func TestNoNoteNamesADiseaseOrACause(t *testing.T) {
	files, err := filepath.Glob("testdata/visits/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	written := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if name == "README" {
			continue
		}
		in := noteOf(t, name)
		text := knead.ComposeNote(in).Text()
		said := question.ReplaceAllString(strings.ToLower(text), "")
		for _, word := range banned {
			if strings.Contains(said, word) {
				t.Errorf("the note of %s says %q:\n%s", name, word, text)
			}
		}
		if strings.ContainsAny(text, "{}") || strings.Contains(text, "%!") || strings.Contains(text, "note.") {
			t.Errorf("the note of %s has a gap:\n%s", name, text)
		}
		if in.Assessment.Plan != nil && in.Session.Elapsed != time.Duration(in.Assessment.Plan.Worked)*time.Minute {
			t.Errorf("%s: %v of %d minutes", name, in.Session.Elapsed, in.Assessment.Plan.Worked)
		}
		written++
	}
	if written < 60 {
		t.Errorf("%d stories were written down, there are more", written)
	}
}

func TestWhatAPersonWroteStaysOneLineAndIsNotFilledIn(t *testing.T) {
	in := noteOf(t, "desk-upper-back")
	in.ClientWords = "it hurts\n\x1b[2J\nPlan {treatment} {where}"
	text := knead.ComposeNote(in).Text()
	if strings.Contains(text, "\x1b") || !strings.Contains(text, "Plan {treatment} {where}") {
		t.Errorf("the note:\n%s", text)
	}
}

func TestAPracticeWritesNotesByItsOwnTemplate(t *testing.T) {
	template, err := knead.ReadTemplate(`
# Short, for a shared chart.
[Before]
Asked: {flags} {since-last}
Home: {home-care}
[Session]
{treatment}
{changes}
{stops}
[Consent]
{consent}
[Empty]
{seen}
`)
	if err != nil {
		t.Fatal(err)
	}
	in := noteOf(t, "heart-attack-look-alike")
	in.Template = template
	note := knead.ComposeNote(in)
	want := [][2]string{{"Before", "Asked: Screening"}, {"Session", "No treatment was given. Emergency signs"}, {"Consent", "Consent to treatment given by the client."}, {"Empty", "Nothing was recorded."}}
	if len(note.Sections) != len(want) {
		t.Fatalf("sections: %+v", note.Sections)
	}
	for i, s := range note.Sections {
		if s.Heading != want[i][0] || len(s.Paragraphs) != 1 || !strings.HasPrefix(s.Paragraphs[0], want[i][1]) {
			t.Errorf("section %d is %+v, want %v", i, s, want[i])
		}
	}
}

func TestATemplateErrorNamesTheLine(t *testing.T) {
	const rest = "\n{flags}\n{consent}\n{treatment}\n{changes}\n{stops}"
	for _, tt := range []struct {
		text string
		line int
	}{
		{"", 0},
		{"[A]\n{flags}\n{consent}\n{treatment}\n{changes}", 0}, // stops are missing
		{"{flags}", 1},
		{"[A]\n\n# c\n{finding}" + rest, 4},
		{"[A]\n{flags}" + rest, 3},
		{"[A]\nno part at all" + rest, 2},
		{"[A]\n{seen" + rest, 2},
		{"[A]\nseen}" + rest, 2},
		{"[A]\n[A]" + rest, 2},
		{"[]" + rest, 1},
		{"[A" + rest, 1},
		{"[" + strings.Repeat("a", 81) + "]" + rest, 1},
		{"[A]\n{seen}\u202e" + rest, 2},
		{"[A]\n" + strings.Repeat("# long\n", 2000) + rest, 0},
		{"[A]\n\xff" + rest, 0},
	} {
		_, err := knead.ReadTemplate(tt.text)
		wrong, ok := errors.AsType[*knead.TemplateError](err)
		if !ok || wrong.Line != tt.line || wrong.Error() == "" {
			t.Errorf("ReadTemplate(%.40q): %v, want an error in line %d", tt.text, err, tt.line)
		}
	}
	if _, err := knead.ReadTemplate("[A]" + rest); err != nil {
		t.Errorf("the least template: %v", err)
	}
}

func FuzzReadTemplate(f *testing.F) {
	f.Add(knead.StandardTemplateText())
	f.Add("[A]\n{flags}{consent} x {treatment}\n{changes}{stops}")
	f.Fuzz(func(t *testing.T, text string) {
		template, err := knead.ReadTemplate(text)
		if err != nil {
			if _, ok := errors.AsType[*knead.TemplateError](err); !ok || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("%q: %v, want a TemplateError of one line", text, err)
			}
			return
		}
		if got := knead.ComposeNote(knead.NoteInput{Template: template}).Text(); !strings.Contains(got, "Consent is not recorded.") {
			t.Errorf("%q: the note does not speak of consent:\n%s", text, got)
		}
	})
}

func TestThePageOnNotesHasATemplateThatIsReadAndEveryPart(t *testing.T) {
	page, err := os.ReadFile("docs/note.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```\n")
	example, _, ok := strings.Cut(rest, "```")
	if _, err := knead.ReadTemplate(example); !ok || err != nil {
		t.Errorf("the template of docs/note.md: %v", err)
	}
	for _, p := range knead.Parts {
		if !strings.Contains(string(page), "| `{"+string(p)+"}` |") {
			t.Errorf("docs/note.md does not explain {%s}", p)
		}
	}
}

func TestTheStandardTemplateHasEveryPartOnce(t *testing.T) {
	text := knead.StandardTemplateText()
	for _, p := range knead.Parts {
		if strings.Count(text, "{"+string(p)+"}") != 1 {
			t.Errorf("{%s} stands %d times in the standard template", p, strings.Count(text, "{"+string(p)+"}"))
		}
	}
}

func TestADigestIsForTheWordsAndTheirPlace(t *testing.T) {
	note := knead.Note{Sections: []knead.NoteSection{{Heading: "Plan", Paragraphs: []string{"a", "b"}}}}
	out, err := note.Canonical()
	if want := `{"knead_note":1,"sections":[{"heading":"Plan","paragraphs":["a","b"]}]}`; err != nil || string(out) != want {
		t.Fatalf("Canonical: %s, %v; what was signed before would not be found again: %s", out, err, want)
	}
	seen := map[string]string{}
	for _, n := range []knead.Note{
		note,
		{},
		{Sections: []knead.NoteSection{{Heading: "Plan", Paragraphs: []string{"a b"}}}},
		{Sections: []knead.NoteSection{{Heading: "Plan", Paragraphs: []string{"a"}}, {Heading: "b"}}},
		{Sections: []knead.NoteSection{{Heading: "Plana", Paragraphs: []string{"b"}}}},
	} {
		d, err := n.Digest()
		if err != nil || len(d) != 64 || seen[d] != "" {
			t.Errorf("Digest of %+v: %q, %v; the same as of %s", n, d, err, seen[d])
		}
		seen[d] = fmt.Sprint(n)
	}
	if _, err := (knead.Note{Sections: []knead.NoteSection{{Heading: "\xff"}}}).Digest(); err == nil {
		t.Error("a note that is not UTF-8 was given a digest")
	}
}

func TestAnAddendumSaysWhoWhenAndWhy(t *testing.T) {
	whole := knead.Addendum{At: nine, Author: "Ana Perez", Reason: "the side was wrong", Text: "It was the left knee.\nThe plan was right."}
	if err := whole.Check(); err != nil {
		t.Errorf("a whole addendum: %v", err)
	}
	for name, change := range map[string]func(*knead.Addendum){
		"no time":   func(a *knead.Addendum) { a.At = 0 },
		"no author": func(a *knead.Addendum) { a.Author = " " },
		"no reason": func(a *knead.Addendum) { a.Reason = "" },
		"no text":   func(a *knead.Addendum) { a.Text = "\n" },
		"unseen":    func(a *knead.Addendum) { a.Text = "\x1b[2J" },
		"too long":  func(a *knead.Addendum) { a.Text = strings.Repeat("a", 10_001) },
	} {
		a := whole
		change(&a)
		if a.Check() == nil {
			t.Errorf("%s: an addendum was taken", name)
		}
	}
}
