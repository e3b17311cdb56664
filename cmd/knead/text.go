package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"knead"
	"knead/plan"
	"knead/reason"
	"knead/screen"
)

// shown is how many candidates the text lists; --json has all.
const shown = 12

// width is where the text is broken.
const width = 96

// writeAssessment prints the assessment for a therapist, with reasons where they were
// asked for. Where the answers call for a doctor today, there is nothing to check.
func writeAssessment(w io.Writer, a knead.Assessment, why *reason.Explanation, whyNot []reason.WhyNot) error {
	t := &text{}
	t.marks(a)
	t.screening(a.Screening)
	if a.Screening.Level != screen.Emergency && a.Screening.Level != screen.SameDay {
		t.ranking(a.Ranking, why)
		t.whyNot(whyNot)
	}
	t.plan(a)
	t.course(a.Course)
	t.head("About this")
	t.para("", knead.Purpose)
	_, err := io.WriteString(w, strings.TrimLeft(t.String(), "\n"))
	return err
}

type text struct{ strings.Builder }

func (t *text) head(words string) {
	fmt.Fprintf(t, "\n%s\n", strings.ToUpper(words))
}

// para prints words broken at spaces, each line behind the indent.
func (t *text) para(indent, words string) {
	line := indent
	for word := range strings.FieldsSeq(words) {
		if len(line)+1+len(word) > width && line != indent {
			fmt.Fprintln(t, line)
			line = strings.Repeat(" ", len(indent))
		}
		if strings.TrimSpace(line) != "" && !strings.HasSuffix(line, " ") {
			line += " "
		}
		line += word
	}
	fmt.Fprintln(t, line)
}

func (t *text) marks(a knead.Assessment) {
	t.head("Where it hurts")
	if len(a.Marks) == 0 {
		t.para("  ", "Nothing was marked.")
	}
	for i, m := range a.Marks {
		about := fmt.Sprintf("%d of 10", m.Level)
		if m.Quality != "" {
			about += ", " + string(m.Quality)
		}
		if m.Depth != "" {
			about += ", " + string(m.Depth)
		}
		t.para(fmt.Sprintf("  %c  ", 'A'+i%26), fmt.Sprintf("%s (%s)", strings.Join(m.Words, "; "), about))
	}
}

// levelWords say what each level means, in the voice of the page.
var levelWords = map[screen.Level]string{
	screen.NoFlags:    "No flags in the answers.",
	screen.WithLimits: "Treat within the limits below.",
	screen.Refer:      "A clinician first, for the areas or the massage named below.",
	screen.NotCleared: "Not cleared: answers are missing.",
	screen.SameDay:    "No massage today. A doctor or urgent care, today.",
	screen.Emergency:  "Emergency signs. No massage. Call the emergency number now.",
}

func (t *text) screening(r screen.Result) {
	t.head("Screening")
	t.para("  ", levelWords[r.Level])
	for _, words := range r.Say {
		t.para("  Say: ", words)
	}
	for _, f := range r.Fired {
		t.para("  - ", fmt.Sprintf("%s [%s, %s]", f.Why, f.Rule, f.Mark.Words()))
	}
	for _, c := range r.Tightest() {
		t.para("  - ", fmt.Sprintf("Pressure up to %d of 5: %s.", c.Max, c.Words))
	}
	for _, n := range r.Limits.Notes {
		t.para("  - ", n)
	}
	if len(r.Missing) > 0 {
		ids := make([]string, len(r.Missing))
		for i, id := range r.Missing {
			ids[i] = string(id)
		}
		t.para("  Missing: ", strings.Join(ids, " ")+" (docs/screening.md has the questions)")
	}
}

// whyNot prints the answers to 'why not this one?'.
func (t *text) whyNot(answers []reason.WhyNot) {
	if len(answers) == 0 {
		return
	}
	t.head("Why not")
	for _, w := range answers {
		t.para("  - ", w.Words)
	}
}

func (t *text) ranking(r reason.Ranking, why *reason.Explanation) {
	t.head("What to check")
	t.para("  ", "An order for the hands, not a finding. Where it is felt varies between people.")
	if r.Other.Leads() {
		first := r.Other.Patterns[0]
		t.para("  ", fmt.Sprintf("This is felt more like the %s (%s) than like any muscle: see 'Something else' below.", first.Pattern.Name, first.Side))
	}
	var band reason.Band
	for i, c := range r.Candidates {
		if i == shown {
			break
		}
		if c.Band != band {
			band = c.Band
			fmt.Fprintf(t, "\n  %s\n", strings.ToUpper(string(band[:1]))+string(band[1:]))
		}
		t.para(fmt.Sprintf("  %2d. ", i+1), fmt.Sprintf("%s, %s: %s", c.Point.Muscle.Name, c.Side, c.Point.Where))
		t.para("      ", c.Why)
		if why != nil {
			t.reasons(c, why.Places, why.Reasons[i])
		}
	}
	fmt.Fprintln(t)
	t.other(r.Other)
	if n := r.Next; n != nil {
		t.para("  Next check: ", fmt.Sprintf("%s, %s (%s). %s", n.Point.Muscle.Name, n.Side, n.Point.Where, n.Why))
	}
	if why != nil {
		for _, c := range why.Changes {
			t.para("  What would change this: ", c.Words)
		}
		t.para("  How sure: ", why.Sure)
	}
}

// patternsShown is how many nerves and joints are printed (chosen: more than that is a
// list to get lost in).
const patternsShown = 3

// other prints what is no muscle, and which nerves and joints are felt like this.
func (t *text) other(o reason.Other) {
	t.para("  Something else: ", o.Why)
	for _, like := range o.Patterns[:min(patternsShown, len(o.Patterns))] {
		t.para("  - ", fmt.Sprintf("Felt like the %s, %s (%s). A reason to ask, not a finding.", like.Pattern.Name, like.Side, like.Pattern.Lay))
		for _, ask := range like.Pattern.Ask {
			t.para("      ", ask)
		}
		t.para("      Send on: ", strings.Join(like.Pattern.Refer, " "))
	}
}

// reasons prints a bar for each painted place of which there is any share, and then why, leaving out what was said.
func (t *text) reasons(c reason.Candidate, places []reason.PlaceCredit, why reason.Reason) {
	for i, s := range why.Shares {
		if s.Share >= leastShare {
			fmt.Fprintf(t, "      %s  %s: %s\n", shareBar(s.Share), places[i].Words, s.Word)
		}
	}
	for _, words := range slices.Concat(why.Words, why.Sure) {
		if !strings.Contains(c.Why, words) {
			t.para("      - ", words)
		}
	}
}

// leastShare is the smallest share that is drawn (chosen: less is hardly any of it).
const leastShare = 0.02

// shareBar draws a share, from leastShare to 1, in ten signs; the first is always there.
func shareBar(share float64) string {
	n := max(int(math.Round(10*share)), 1)
	return strings.Repeat("#", n) + strings.Repeat(".", 10-n)
}

func (t *text) plan(a knead.Assessment) {
	t.head("Plan")
	if a.Plan == nil {
		t.para("  ", "None. "+a.NoPlan)
		return
	}
	p := a.Plan
	t.para("  ", fmt.Sprintf("%d minutes, pressure up to %d of 5. A draft: the therapist confirms or changes it.", p.Minutes, p.Limit))
	start := 0
	for _, s := range p.Steps {
		where := fmt.Sprintf("  %s  %-5s ", clock(start), duration(s.Seconds))
		words := s.Words
		if s.Kind == plan.Work || s.Kind == plan.Warm {
			words += fmt.Sprintf(" (pressure %d, %s)", s.Pressure, s.Position)
		}
		if s.Ask {
			words += " Ask: still comfortable?"
		}
		t.para(where, words)
		start += s.Seconds
	}
	if p.Unused > 0 {
		t.para("  ", fmt.Sprintf("%d minutes are left over. %s", p.Unused, p.UnusedWhy))
	}
	t.change("more would add", p.More)
	t.change("less would cost", p.Less)
	for _, l := range p.LeftOut {
		t.para("  Left out: ", l.Words+": "+l.Why)
	}
	home := 0
	for _, x := range p.Advice {
		words := x.Words
		if x.Dose != "" {
			words += " " + x.Dose
		}
		if x.Minutes > 0 {
			words += fmt.Sprintf(" About %d min a day.", x.Minutes)
			home += x.Minutes
		}
		t.para("  + ", words)
	}
	if home > 0 {
		t.para("  ", fmt.Sprintf("The exercises take about %d minutes a day.", home))
	}
}

// change says what a session of other length would have.
func (t *text) change(verb string, c *plan.Otherwise) {
	if c == nil {
		return
	}
	what := strings.Join(c.What, "; ")
	if what == "" {
		what = "nothing that the doses allow"
	}
	t.para("  ", fmt.Sprintf("%d minutes %s %s: %s.", max(c.Minutes, -c.Minutes), verb, c.Worth, what))
}

func (t *text) course(k plan.Course) {
	t.head("Care plan")
	for _, l := range knead.CourseLines(k) {
		t.para("  ", l.Words+sourcesOf(l))
	}
	for _, s := range k.Sessions {
		t.para("  - ", knead.SittingWords(k, s))
	}
	for _, f := range k.Focus {
		t.para("  About: ", knead.FocusWords(f)+".")
	}
}

// sourcesOf says what the numbers of a line rest on.
func sourcesOf(l knead.CourseLine) string {
	var words []string
	for _, id := range l.Sources {
		words = append(words, string(id))
	}
	if l.Chosen {
		words = append(words, "chosen")
	}
	if len(words) == 0 {
		return ""
	}
	return " [" + strings.Join(words, ", ") + "]"
}

func clock(seconds int) string { return fmt.Sprintf("%3d:%02d", seconds/60, seconds%60) }

func duration(seconds int) string {
	if seconds%60 == 0 {
		return fmt.Sprintf("%d min", seconds/60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
