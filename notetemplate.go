package knead

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Part is one thing that a note says: a placeholder of a template.
type Part string

// The parts of a note.
const (
	PartClientWords Part = "client-words"
	PartDrawing     Part = "drawing"
	PartFlags       Part = "flags"
	PartSinceLast   Part = "since-last"
	PartFindings    Part = "findings"
	PartMovement    Part = "movement"
	PartSeen        Part = "seen"
	PartLevels      Part = "levels" // pain before and after
	PartImpression  Part = "impression"
	PartConsent     Part = "consent"
	PartTreatment   Part = "treatment"
	PartChanges     Part = "changes" // of the plan, and why
	PartReaction    Part = "reaction"
	PartStops       Part = "stops"
	PartRemarks     Part = "remarks"
	PartHomeCare    Part = "home-care"
	PartNext        Part = "next"
)

// Parts are all of them, in the order of the standard template.
var Parts = []Part{
	PartClientWords, PartDrawing, PartFlags, PartSinceLast, PartFindings, PartMovement, PartSeen, PartLevels,
	PartImpression, PartConsent, PartTreatment, PartChanges, PartReaction, PartStops, PartRemarks, PartHomeCare, PartNext,
}

// needed are the parts that no template may leave out: who reads a note relies on what
// it does not say.
var needed = []Part{PartFlags, PartConsent, PartTreatment, PartChanges, PartStops}

// Template says under which headings the parts of a note stand. [ReadTemplate] makes one;
// the zero Template is [StandardTemplate].
type Template struct{ sections []templateSection }

type templateSection struct {
	heading string
	lines   []templateLine
}

// templateLine is words and parts in turn: words before each part, and words at the end.
type templateLine struct {
	before []string
	parts  []Part
	end    string
}

// alone tells that the line is one part and nothing else.
func (l templateLine) alone() bool { return len(l.parts) == 1 && l.before[0] == "" && l.end == "" }

// TemplateError says what is wrong with a template, and in which line.
type TemplateError struct {
	Line int // from 1; 0 for the template as a whole
	Text string
}

func (e *TemplateError) Error() string {
	if e.Line == 0 {
		return e.Text
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Text)
}

// What a template may have.
const (
	maxTemplateBytes = 8 << 10
	maxHeading       = 80 // letters
)

//go:embed soap.txt
var soapText string

var standardTemplate = sync.OnceValue(func() Template {
	t, err := ReadTemplate(soapText)
	if err != nil {
		panic("soap.txt: " + err.Error()) // a mistake in the program: every test finds it
	}
	return t
})

// StandardTemplate is subjective, objective, assessment and plan.
func StandardTemplate() Template { return standardTemplate() }

// StandardTemplateText is its text, to begin one's own from.
func StandardTemplateText() string { return soapText }

// ReadTemplate reads the template of a practice. A line in [brackets] is a heading. Any
// other line is words and {parts}; it is left out of a note in which none of its parts
// has anything to say. A line that begins with # is for whoever edits the template.
// Every error is a [*TemplateError].
func ReadTemplate(text string) (Template, error) {
	if len(text) > maxTemplateBytes || !utf8.ValidString(text) {
		return Template{}, &TemplateError{Text: fmt.Sprintf("a template is UTF-8 text of at most %d bytes", maxTemplateBytes)}
	}
	var t Template
	seen := map[Part]int{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := t.line(line, n, seen); err != nil {
			return Template{}, err
		}
	}
	for _, part := range needed {
		if seen[part] == 0 {
			return Template{}, &TemplateError{Text: fmt.Sprintf("{%s} is missing; a note always says it", part)}
		}
	}
	return t, nil
}

func (t *Template) line(line string, n int, seen map[Part]int) error {
	wrong := func(format string, args ...any) error {
		return &TemplateError{Line: n, Text: oneLine(fmt.Sprintf(format, args...))}
	}
	if strings.ContainsFunc(line, unseen) {
		return wrong("there are characters in it that cannot be seen")
	}
	if heading, ok := strings.CutPrefix(line, "["); ok {
		heading, ok = strings.CutSuffix(heading, "]")
		heading = strings.TrimSpace(heading)
		switch {
		case !ok || strings.ContainsAny(heading, "[]{}"):
			return wrong("write a heading as [Heading], alone on its line")
		case heading == "" || utf8.RuneCountInString(heading) > maxHeading:
			return wrong("a heading has 1 to %d letters", maxHeading)
		case slices.ContainsFunc(t.sections, func(s templateSection) bool { return s.heading == heading }):
			return wrong("the heading %q stands here twice", heading)
		}
		t.sections = append(t.sections, templateSection{heading: heading})
		return nil
	}
	if len(t.sections) == 0 {
		return wrong("a template begins with a heading, such as [Subjective]")
	}
	var l templateLine
	for rest := line; ; {
		words, after, open := strings.Cut(rest, "{")
		if strings.Contains(words, "}") {
			return wrong("there is a } without its {")
		}
		if !open {
			l.end = words
			break
		}
		name, next, closed := strings.Cut(after, "}")
		part := Part(name)
		switch {
		case !closed:
			return wrong("there is a { without its }")
		case !slices.Contains(Parts, part):
			return wrong("there is no part {%.40s}; there are: %s", name, partNames())
		case seen[part] > 0:
			return wrong("{%s} stands in line %d already", part, seen[part])
		}
		seen[part] = n
		l.before, l.parts = append(l.before, words), append(l.parts, part)
		rest = next
	}
	if len(l.parts) == 0 {
		return wrong("there is no {part} in this line, so it would stand in every note")
	}
	s := &t.sections[len(t.sections)-1]
	s.lines = append(s.lines, l)
	return nil
}

func partNames() string {
	names := make([]string, len(Parts))
	for i, p := range Parts {
		names[i] = "{" + string(p) + "}"
	}
	return strings.Join(names, " ")
}

// fill puts what the parts say under the headings.
func (t Template) fill(says map[Part][]string) Note {
	var n Note
	for _, s := range t.sections {
		section := NoteSection{Heading: s.heading}
		for _, l := range s.lines {
			section.Paragraphs = append(section.Paragraphs, l.fill(says)...)
		}
		if len(section.Paragraphs) == 0 {
			section.Paragraphs = []string{say("note.nothing")}
		}
		n.Sections = append(n.Sections, section)
	}
	return n
}

func (l templateLine) fill(says map[Part][]string) []string {
	if l.alone() {
		return says[l.parts[0]]
	}
	var line strings.Builder
	said := false
	for i, part := range l.parts {
		line.WriteString(l.before[i])
		line.WriteString(strings.Join(says[part], " "))
		said = said || len(says[part]) > 0
	}
	line.WriteString(l.end)
	if !said {
		return nil
	}
	return []string{strings.TrimSpace(line.String())}
}
