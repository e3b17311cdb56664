package screen

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/screening.md")

const document = "../docs/screening.md"

// TestTheDocumentIsFresh holds docs/screening.md to what rules.txt says.
func TestTheDocumentIsFresh(t *testing.T) {
	want := writeDocument(standard())
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/screening.md is not what rules.txt says: run go test ./screen -run Document -update")
	}
}

func writeDocument(b *book) string {
	var w strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&w, format+"\n", args...) }
	line("# Screening, as tables\n")
	line("Made from `screen/rules.txt` (version %d, %s) by `go test ./screen -run Document -update`. Do not edit here.\n", b.version, b.date)
	line("%s. Nothing here diagnoses; the therapist decides. Red flags have little proven accuracy, so Knead errs on the side of stopping.\n", capital(b.reviewed))
	line("- **Level** is what a 'yes' leads to by itself. Strictest wins; an answer that is missing never clears.")
	line("- 'Not sure' counts as yes for emergency, same-day and limits; for refer it is a flag for the therapist.")
	line("- **Known** says how the source was seen: %s, %s, %s, %s.\n", Seen.Words(), SeenPart.Words(), Convention.Words(), Unchecked.Words())

	line("## Levels\n")
	line("| level | what the person hears | what the therapist does |\n|---|---|---|")
	for _, l := range []Level{Emergency, SameDay, NotCleared, Refer, WithLimits, NoFlags} {
		line("| %s | %s | %s |", l, b.levels[l].say, b.levels[l].do)
	}

	line("\n## Questions\n")
	line("| id | asked of | question | level | thought of, and what follows | known | source |\n|---|---|---|---|---|---|---|")
	for _, r := range b.rules {
		if q := b.question[r.question]; q != nil {
			line("| %s | %s | %s%s | %s | %s | %s | %s |", q.ID, audience(q), q.Text, choices(q), r.level, consequences(b, r), r.mark.Words(), r.source)
		}
	}

	line("\n## Rules that join answers, medicines and ages\n")
	line("| rule | when | level | why, and what follows | known | source |\n|---|---|---|---|---|---|")
	for _, r := range b.rules {
		if r.question == "" {
			line("| %s | %s | %s | %s | %s | %s |", r.id, condition(b, r), r.level, consequences(b, r), r.mark.Words(), r.source)
		}
	}

	line("\n## Never worked: endangerment sites\n")
	line("| site | why |\n|---|---|")
	for _, s := range b.sites {
		line("| %s | %s |", s.words, s.why)
	}
	line("\n## Areas\n")
	line("| area | regions |\n|---|---|")
	for _, a := range b.areas {
		names := make([]string, 0, len(a.regions)+len(a.parts))
		for _, id := range a.regions {
			names = append(names, string(id))
		}
		for _, p := range a.parts {
			names = append(names, partNames[p])
		}
		line("| %s (%s) | %s |", a.name, a.words, strings.Join(names, ", "))
	}
	line("\n## Medicines\n")
	line("| class | recognised by |\n|---|---|")
	for _, m := range b.medicines {
		names := strings.Join(m.names, ", ")
		if len(m.unless) > 0 {
			names += "; not as " + strings.Join(m.unless, ", ")
		}
		line("| %s (%s) | %s |", m.class, m.title, names)
	}
	line("\n## During the session and after it\n")
	line("| when | level | what | known |\n|---|---|---|---|")
	for _, x := range b.watches {
		line("| %s | %s | %s | %s |", x.When, x.Level, x.Text, x.Mark.Words())
	}
	return w.String()
}

func audience(q *question) string {
	var who []string
	switch {
	case q.pregnant:
		who = append(who, "pregnant, or 'yes' to g11")
	case q.Only != "":
		who = append(who, fmt.Sprintf("'yes' to %s", q.Only))
	case q.everyone && q.ageMax == 0:
		who = append(who, "everybody")
	}
	for _, a := range q.areas {
		who = append(who, a.words)
	}
	switch {
	case q.ageMin > 0 && q.ageMax > 0:
		who = append(who, fmt.Sprintf("age %d to %d", q.ageMin, q.ageMax))
	case q.ageMin > 0:
		who = append(who, fmt.Sprintf("age %d or more, or not known", q.ageMin))
	case q.ageMax > 0:
		who = append(who, fmt.Sprintf("age up to %d", q.ageMax))
	}
	if q.Again {
		who = append(who, "again before every visit")
	}
	return strings.Join(who, "; ")
}

func choices(q *question) string {
	var w strings.Builder
	for _, k := range q.kinds {
		fmt.Fprintf(&w, "<br>%s: %s", k.Key, k.Kind.Words)
	}
	if len(q.unsaid) > 0 {
		fmt.Fprintf(&w, "<br>(not said: %s)", strings.Join(q.unsaid, ", "))
	}
	if len(q.unread) > 0 {
		fmt.Fprintf(&w, "<br>(not understood: %s)", strings.Join(q.unread, ", "))
	}
	if q.Alarm == No {
		w.WriteString("<br>('no' fires)")
	}
	return w.String()
}

func consequences(b *book, r *rule) string {
	parts := []string{r.why}
	for _, e := range r.effects {
		on := e.target
		if a := b.area[on]; a != nil {
			on = a.words
		}
		switch e.verb {
		case mask:
			parts = append(parts, "leave alone: "+on)
		case lower:
			parts = append(parts, fmt.Sprintf("pressure at most %d: %s", e.n, on))
		case remove:
			parts = append(parts, "no "+e.name)
		case notPosition:
			parts = append(parts, "not "+e.name)
		case beforeAny:
			parts = append(parts, "**no massage before a clinician has agreed**")
		case atMost:
			parts = append(parts, fmt.Sprintf("at most %d minutes", e.n))
		}
	}
	parts = append(parts, r.notes...)
	if r.say != "" {
		parts = append(parts, fmt.Sprintf("says: %q", r.say))
	}
	return strings.Join(parts, "; ")
}

func condition(b *book, r *rule) string {
	var all []string
	for _, line := range r.when {
		var items []string
		for _, t := range line {
			items = append(items, termWords(t))
		}
		all = append(all, strings.Join(items, " or "))
	}
	return strings.Join(all, "; and ")
}

func termWords(t term) string {
	compare := func(what string) string {
		if t.below > 0 {
			return fmt.Sprintf("%s under %d", what, t.below)
		}
		return fmt.Sprintf("%s %d or more", what, t.least)
	}
	switch {
	case t.always:
		return "always"
	case t.pregnant:
		return "pregnant"
	case t.painted != nil:
		return "painted: " + t.painted.words
	case t.medicine != "":
		return "medicine: " + t.medicine
	case t.age:
		return compare("age")
	case t.weeks:
		return compare("weeks of pregnancy")
	case t.kind != "":
		return fmt.Sprintf("%s (%s)", t.question.ID, t.kind)
	default:
		return string(t.question.ID)
	}
}
