package knead

import (
	"bytes"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"knead/atlas"
)

// Client is a person whom the practice treats.
type Client struct {
	ID       ClientID
	Name     string // in full, in the order and the letters the person uses
	Called   string // how to call them; empty: by their name
	Born     string // 2006-01-02, or empty
	Email    string
	Phone    string
	Profile  ClientProfile
	Hold     string // why nothing may be erased for now; empty: no hold
	Created  Instant
	Updated  Instant
	Archived Instant
	Erased   Instant
	Merged   ClientID // the client that this double was joined with
	Version  int64
}

// ClientProfile is what the practice remembers from visit to visit.
type ClientProfile struct {
	Pronouns   string              `json:"pronouns,omitzero"`
	Language   string              `json:"language,omitzero"`
	Guardian   Person              `json:"guardian,omitzero"`
	Emergency  Person              `json:"emergency,omitzero"`
	Pressure   int                 `json:"pressure,omitzero"` // 1-5; 0: not said
	Techniques []atlas.TechniqueID `json:"techniques,omitzero"`
	Never      []atlas.TechniqueID `json:"never,omitzero"`     // techniques that they do not want
	Position   string              `json:"position,omitzero"`  // in words, such as how to be helped up
	Positions  []atlas.Position    `json:"positions,omitzero"` // in which they can be; empty: not said
	Room       string              `json:"room,omitzero"`
	Oils       string              `json:"oils,omitzero"`
	Touch      []TouchArea         `json:"touch,omitzero"`
	Conditions []string            `json:"conditions,omitzero"`
	Medicines  []string            `json:"medicines,omitzero"`
	Allergies  []string            `json:"allergies,omitzero"`
	History    string              `json:"history,omitzero"`
	Tags       []string            `json:"tags,omitzero"`
	Figure     string              `json:"figure,omitzero"` // the body they chose to be drawn on
	Course     CourseWishes        `json:"course,omitzero"`
	HomeHurt   []HomeHurt          `json:"home_hurt,omitzero"` // exercises that are not proposed
}

// Person is somebody near the client.
type Person struct {
	Name     string `json:"name,omitzero"`
	Relation string `json:"relation,omitzero"`
	Phone    string `json:"phone,omitzero"`
}

// TouchArea is a place that hands must know about before they touch it.
type TouchArea struct {
	Kind    string `json:"kind"`            // one of [TouchKinds]
	Drawing string `json:"drawing"`         // cells, as body.Drawing.Encode writes them
	Words   string `json:"words,omitempty"` // in the client's words, if they said why
}

// CalledName is how to call the client.
func (c Client) CalledName() string {
	if c.Called != "" {
		return c.Called
	}
	return c.Name
}

// AgeAt gives the client's age in whole years on a day, and whether it is known.
func (c Client) AgeAt(day time.Time) (years int, known bool) {
	born, err := time.Parse(time.DateOnly, c.Born)
	if err != nil {
		return 0, false
	}
	years = day.Year() - born.Year()
	if day.Month() < born.Month() || day.Month() == born.Month() && day.Day() < born.Day() {
		years--
	}
	return max(0, years), true
}

// The longest texts that the record takes, in letters. Chosen: above what people write.
const (
	MaxNameLetters = 200
	MaxTextLetters = 8000

	maxLineLetters = 400
	maxListed      = 50
	maxTagLetters  = 40
	maxTags        = 20
)

// Check tells what is wrong with the client's fields, if anything.
func (c Client) Check() error {
	if strings.TrimSpace(c.Name) == "" {
		return &Error{Kind: Invalid, Field: "name", Say: "A client needs a name, in whatever form they use."}
	}
	for field, text := range map[string]string{
		"name": c.Name, "called": c.Called, "email": c.Email, "phone": c.Phone,
	} {
		if err := CheckLine(field, text, MaxNameLetters); err != nil {
			return err
		}
	}
	if err := c.Profile.check(); err != nil {
		return err
	}
	if len(c.Profile.Tags) > maxTags {
		return &Error{Kind: Invalid, Field: "tags", Say: "A client has 20 tags at most. Take some away."}
	}
	for _, tag := range c.Profile.Tags {
		if err := CheckLine("tags", tag, maxTagLetters); err != nil {
			return err
		}
	}
	if err := CheckText("history", c.Profile.History, MaxTextLetters); err != nil {
		return err
	}
	if c.Born != "" {
		born, err := time.Parse(time.DateOnly, c.Born)
		if err != nil || born.Year() < 1890 {
			return &Error{Kind: Invalid, Field: "born", Say: "The birth date is not a date. Write it as 1980-05-31, or leave it empty."}
		}
	}
	if c.Email != "" && !plausibleAddress(c.Email) {
		return &Error{Kind: Invalid, Field: "email", Say: "This is not a mail address. It looks like name@example.org."}
	}
	for _, a := range c.Profile.Touch {
		if err := a.Check(); err != nil {
			return err
		}
	}
	if c.Profile.Pressure < 0 || c.Profile.Pressure > 5 {
		return &Error{Kind: Invalid, Field: "pressure", Say: "Pressure is a number from 1 to 5."}
	}
	return nil
}

// check tells what is wrong with the texts of a profile, each under the name of its field.
func (p ClientProfile) check() error {
	for field, text := range map[string]string{
		"pronouns": p.Pronouns, "language": p.Language, "room": p.Room, "oils": p.Oils, "position": p.Position,
		"guardian": p.Guardian.Name, "guardian-relation": p.Guardian.Relation, "guardian-phone": p.Guardian.Phone,
		"emergency": p.Emergency.Name, "emergency-relation": p.Emergency.Relation, "emergency-phone": p.Emergency.Phone,
	} {
		if err := CheckLine(field, text, maxLineLetters); err != nil {
			return err
		}
	}
	for field, list := range map[string][]string{"conditions": p.Conditions, "medicines": p.Medicines, "allergies": p.Allergies} {
		if len(list) > maxListed {
			return &Error{Kind: Invalid, Field: field, Say: "These are more than 50. Put together what belongs together."}
		}
		for _, one := range list {
			if err := CheckLine(field, one, maxLineLetters); err != nil {
				return err
			}
		}
	}
	return nil
}

// plausibleAddress refuses what cannot be a mail address; whether it is one, only a mail
// can tell.
func plausibleAddress(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(s, " \t,;<>\"\r\n") && !strings.Contains(host, "@")
}

// CheckLine refuses a text for one line that is too long or holds what cannot be stored
// or seen.
func CheckLine(field, text string, most int) error {
	if strings.ContainsAny(text, "\r\n\t") {
		return &Error{Kind: Invalid, Field: field, Say: "Please keep this to one line."}
	}
	return CheckText(field, text, most)
}

// CheckText refuses a text that is too long, is no UTF-8, holds control characters, or
// would turn the reading direction of what stands after it.
func CheckText(field, text string, most int) error {
	switch {
	case !utf8.ValidString(text):
		return &Error{Kind: Invalid, Field: field, Say: "This text holds bytes that are no letters. Type it again, or paste it as plain text."}
	case utf8.RuneCountInString(text) > most:
		return &Error{Kind: Invalid, Field: field, Say: "This text is too long. Please shorten it; nothing was lost, it still stands in the field."}
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return &Error{Kind: Invalid, Field: field, Say: "This text holds control characters that cannot be stored. Type it again, or paste it as plain text."}
	case leavesTurned(text):
		return &Error{Kind: Invalid, Field: field, Say: "This text holds a sign that turns the reading direction, and none that turns it back. Type it again, or paste it as plain text."}
	}
	return nil
}

// leavesTurned tells that a text embeds or overrides a reading direction (UAX #9, 2.1 to
// 2.5) and does not end that: the time that stands beside a name would be read backwards.
// Scripts that run from right to left need none of these signs.
func leavesTurned(text string) bool {
	const (
		pop        = '\u202c' // ends the last embedding or override
		popIsolate = '\u2069' // ends the last isolate, and what was begun in it
		embedding  = 'e'
		isolate    = 'i'
		embeddings = "\u202a\u202b\u202d\u202e"
		isolates   = "\u2066\u2067\u2068"
	)
	var open []byte
	for _, r := range text {
		switch {
		case strings.ContainsRune(embeddings, r):
			open = append(open, embedding)
		case strings.ContainsRune(isolates, r):
			open = append(open, isolate)
		case r == pop && len(open) > 0 && open[len(open)-1] == embedding:
			open = open[:len(open)-1]
		case r == popIsolate:
			if i := bytes.LastIndexByte(open, isolate); i >= 0 {
				open = open[:i]
			}
		}
	}
	return len(open) > 0
}
