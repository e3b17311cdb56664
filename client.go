package knead

import (
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

	maxTagLetters = 40
	maxTags       = 20
)

// Check tells what is wrong with the client's fields, if anything.
func (c Client) Check() error {
	if strings.TrimSpace(c.Name) == "" {
		return &Error{Kind: Invalid, Field: "name", Say: "A client needs a name, in whatever form they use."}
	}
	for field, text := range map[string]string{
		"name": c.Name, "called": c.Called, "email": c.Email, "phone": c.Phone,
		"pronouns": c.Profile.Pronouns, "language": c.Profile.Language, "guardian": c.Profile.Guardian.Name, "emergency": c.Profile.Emergency.Name,
	} {
		if err := CheckLine(field, text, MaxNameLetters); err != nil {
			return err
		}
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

// CheckText refuses a text that is too long, is no UTF-8, or holds control characters.
func CheckText(field, text string, most int) error {
	switch {
	case !utf8.ValidString(text):
		return &Error{Kind: Invalid, Field: field, Say: "This text holds bytes that are no letters. Type it again, or paste it as plain text."}
	case utf8.RuneCountInString(text) > most:
		return &Error{Kind: Invalid, Field: field, Say: "This text is too long. Please shorten it; nothing was lost, it still stands in the field."}
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return &Error{Kind: Invalid, Field: field, Say: "This text holds control characters that cannot be stored. Type it again, or paste it as plain text."}
	}
	return nil
}
