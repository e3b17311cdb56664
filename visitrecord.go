package knead

// VisitState is how far a visit has come.
type VisitState string

// The states, in their usual order. A visit is closed when its note is signed.
const (
	VisitOpen      VisitState = "open"    // made, nothing answered
	VisitIntake    VisitState = "intake"  // the client has begun to paint or answer
	VisitReady     VisitState = "ready"   // everything asked is answered
	VisitStarted   VisitState = "started" // at the table
	VisitEnded     VisitState = "ended"   // the session is over, the note is not signed
	VisitClosed    VisitState = "closed"
	VisitCancelled VisitState = "cancelled"
)

// Early tells that nothing has been done at the table yet.
func (s VisitState) Early() bool { return s == VisitOpen || s == VisitIntake || s == VisitReady }

// VisitRecord is one visit of one client as the record keeps it.
type VisitRecord struct {
	ID        VisitID
	Client    ClientID
	Therapist MemberID
	Starts    Instant
	Zone      string
	State     VisitState
	Input     Visit   // what was painted, answered, found and wished
	Asked     bool    // the questions were shown and sent, so that what is missing is missing
	Verdict   Verdict // of the screening, as it was shown
	Intake    Intake  // how far the client has come with filling in
	Plan      string  // the plan as it was when the session began, see session.go; empty before
	Created   Instant
	Updated   Instant
	Version   int64
}

// Verdict is what the screening said when it was shown, beside the version of its rules.
type Verdict struct {
	Rules int      `json:"rules"`
	Level string   `json:"level"`
	Say   []string `json:"say,omitzero"`
	Fired []string `json:"fired,omitzero"` // the questions and rules that spoke
	At    Instant  `json:"at"`
}
