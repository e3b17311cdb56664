package knead

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"knead/plan"
)

// NoteInput is what a note is written from. All of it is optional but the Assessment:
// what is not given, the note does not say, or says that it is not recorded.
type NoteInput struct {
	Assessment  Assessment // with its Visit
	Session     Session
	ClientWords string    // why the client came, as the client put it
	Since       *FollowUp // how it went after the last session; nil: there was none
	Movements   []Movement
	Seen        string        // posture, skin, swelling: what the therapist saw
	Consent     ConsentState  // to treatment
	Reaction    string        // how the client took it, in the therapist's words
	HomeCare    []plan.Advice // what the therapist gave to take home
	Booked      Instant       // the next session; 0: not booked
	Window      *Window       // when it is best booked
	Zone        *time.Location
	Template    Template // zero: the standard one
}

// Movement is how far a movement went.
type Movement struct {
	Words  string // "turning the head to the right"
	Before string // "about half"
	After  string // empty: not looked at again
}

// Note is what a session leaves for a colleague.
type Note struct {
	Sections []NoteSection
}

// NoteSection is a heading and what stands under it.
type NoteSection struct {
	Heading    string
	Paragraphs []string
}

// Text gives the note as plain text.
func (n Note) Text() string {
	var b strings.Builder
	for i, s := range n.Sections {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintln(&b, s.Heading)
		for _, p := range s.Paragraphs {
			fmt.Fprintln(&b, p)
		}
	}
	return b.String()
}

// The note as it is signed. Its form never changes: a signature is for its bytes.
type noteFile struct {
	Form     int               `json:"knead_note"`
	Sections []noteSectionFile `json:"sections"`
}

type noteSectionFile struct {
	Heading    string   `json:"heading"`
	Paragraphs []string `json:"paragraphs"`
}

// Canonical gives the bytes that are signed: JSON in the canonical form of RFC 8785, so
// that anybody can make them again.
func (n Note) Canonical() ([]byte, error) {
	f := noteFile{Form: 1, Sections: make([]noteSectionFile, 0, len(n.Sections))}
	for _, s := range n.Sections {
		f.Sections = append(f.Sections, noteSectionFile{Heading: s.Heading, Paragraphs: nonNil(s.Paragraphs)})
	}
	out, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("write a note of %d sections: %w", len(n.Sections), err)
	}
	value := jsontext.Value(out)
	if err := value.Canonicalize(); err != nil {
		return nil, fmt.Errorf("write a note of %d sections: %w", len(n.Sections), err)
	}
	return value, nil
}

// ReadNote reads what [Note.Canonical] wrote.
func ReadNote(data []byte) (Note, error) {
	var f noteFile
	if err := json.Unmarshal(data, &f, json.RejectUnknownMembers(true)); err != nil {
		return Note{}, fmt.Errorf("read a note of %d bytes: %w", len(data), err)
	}
	if f.Form != 1 {
		return Note{}, fmt.Errorf("read a note of form %d: this Knead knows form 1", f.Form)
	}
	n := Note{Sections: make([]NoteSection, 0, len(f.Sections))}
	for _, s := range f.Sections {
		n.Sections = append(n.Sections, NoteSection(s))
	}
	return n, nil
}

// Digest is the SHA-256 of [Note.Canonical] in hex: what a signature is made over. It
// fails on a note that is not UTF-8.
func (n Note) Digest() (string, error) {
	out, err := n.Canonical()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(out)
	return hex.EncodeToString(sum[:]), nil
}

// Addendum is added to a signed note. The note itself never changes.
type Addendum struct {
	At     Instant
	Author string
	Reason string
	Text   string
}

// maxAddendum is how long the text of an addendum may be, in letters.
const maxAddendum = 10_000

// Check refuses an addendum without time, author, reason or text.
func (a Addendum) Check() error {
	if a.At < earliestAt || a.At > latestAt {
		return badInput("/at", "say when this was added")
	}
	if err := plainWords("/author", a.Author, must, maxWords); err != nil {
		return err
	}
	if err := plainWords("/reason", a.Reason, must, maxWords); err != nil {
		return err
	}
	lines := strings.ReplaceAll(strings.ReplaceAll(a.Text, "\n", " "), "\t", " ") // paragraphs are welcome here
	return plainWords("/text", lines, must, maxAddendum)
}

// ComposeNote writes the note of a session from what was planned and what was done. It
// says what was seen, felt and done; it names no disease, and no cause of a change. The
// therapist reads and edits it before it is signed.
func ComposeNote(in NoteInput) Note {
	t := in.Template
	if len(t.sections) == 0 {
		t = StandardTemplate()
	}
	w := writer{in: in, a: in.Assessment, s: in.Session}
	says := map[Part][]string{}
	for part, write := range map[Part]func() []string{
		PartClientWords: w.clientWords, PartDrawing: w.drawing, PartFlags: w.flags, PartSinceLast: w.sinceLast,
		PartFindings: w.findings, PartMovement: w.movement, PartSeen: w.seen, PartLevels: w.levels,
		PartImpression: w.impression, PartConsent: w.consent, PartTreatment: w.treatment, PartChanges: w.changes,
		PartReaction: w.reaction, PartStops: w.stops, PartRemarks: w.remarks, PartHomeCare: w.homeCare, PartNext: w.next,
	} {
		says[part] = write()
	}
	return t.fill(says)
}
