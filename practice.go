package knead

import "knead/atlas"

// Practice is one practice: a therapist alone, or a few who share clients and rooms.
type Practice struct {
	ID       PracticeID
	Name     string
	Zone     string // IANA name of the place's time zone, such as "Europe/Berlin"
	Settings Settings
	Demo     bool // filled with invented people
	Created  Instant
	Version  int64
}

// Settings are what a practice decides for itself. The zero value is filled by
// [Settings.WithDefaults].
type Settings struct {
	RetentionYears  int      `json:"retentionYears,omitzero"`  // after the last visit; default 10, the longest of the rules seen
	MinorUntilAge   int      `json:"minorUntilAge,omitzero"`   // a minor's clock starts at this age; default 18
	IdleMinutes     int      `json:"idleMinutes,omitzero"`     // until the screen locks; default 15
	EmergencyNumber string   `json:"emergencyNumber,omitzero"` // default: [Practice.Emergency]
	Minutes         int      `json:"minutes,omitzero"`         // of a usual session; default 60
	NoteTemplate    string   `json:"noteTemplate,omitzero"`    // empty: S, O, A, P
	Phrases         []Phrase `json:"phrases,omitzero"`
	PrivateNotes    bool     `json:"privateNotes,omitzero"` // a new note can be read by its author only
	AskMood         bool     `json:"askMood,omitzero"`      // clients are asked about worry and mood
	Contact         string   `json:"contact,omitzero"`      // shown to clients: how to reach the practice
}

// Phrase is a piece of text that is put into a note by one tap.
type Phrase struct {
	Label string `json:"label"`
	Words string `json:"words"`
}

// WithDefaults fills what the practice left open.
func (s Settings) WithDefaults() Settings {
	if s.RetentionYears == 0 {
		s.RetentionYears = 10
	}
	if s.MinorUntilAge == 0 {
		s.MinorUntilAge = 18
	}
	if s.IdleMinutes == 0 {
		s.IdleMinutes = 15
	}
	if s.Minutes == 0 {
		s.Minutes = DefaultMinutes
	}
	return s
}

// Role is what a member may do; internal/practice has the table.
type Role string

// The roles of a practice.
const (
	Owner      Role = "owner"
	Therapist  Role = "therapist"
	Desk       Role = "desk"       // front desk: names and times, nothing of the body
	Substitute Role = "substitute" // a therapist for named clients, until a day
	Auditor    Role = "auditor"    // reads, changes nothing
)

// Roles lists the roles from most to least.
func Roles() []Role { return []Role{Owner, Therapist, Desk, Substitute, Auditor} }

// Member is somebody who works for a practice and signs in.
type Member struct {
	ID       MemberID
	Name     string
	Email    string // lower case
	Role     Role
	Profile  MemberProfile
	Until    Instant // a substitute's last moment; 0: no end
	Disabled Instant
	Created  Instant
	Version  int64
}

// MemberProfile is what others may know of a member.
type MemberProfile struct {
	Techniques     []atlas.TechniqueID `json:"techniques,omitzero"`
	Qualifications []string            `json:"qualifications,omitzero"`
	Phone          string              `json:"phone,omitzero"`
}

// Active tells whether the member may act at a time.
func (m Member) Active(now Instant) bool {
	return m.Disabled == 0 && (m.Until == 0 || now < m.Until)
}
