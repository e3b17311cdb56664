package practice

import (
	"slices"

	"knead"
)

// Actor is who acts: a member who signed in, a client who came by a link, or the program.
type Actor struct {
	Practice knead.PracticeID
	Member   knead.MemberID
	Name     string // of the member, for the audit line's reader
	Role     knead.Role
	Signin   string // which device; empty for a link

	// A client who came by a link may act on this client and this visit alone.
	Link    knead.LinkID
	Purpose Purpose
	Client  knead.ClientID
	Visit   knead.VisitID
}

// Program is the actor of jobs and of the command line.
func Program(p knead.PracticeID, name string) Actor {
	return Actor{Practice: p, Name: name, Role: program}
}

// program is the role of jobs and of the command line: whoever runs the machine.
const program knead.Role = "program"

// byLink is the role of a client who came by a link.
const byLink knead.Role = "link"

// ByLink tells that a client acts, who came by a link.
func (a Actor) ByLink() bool { return a.Role == byLink }

// Text names the actor in the audit chain: by id, so that a name can change or go.
func (a Actor) Text() string {
	switch a.Role {
	case byLink:
		return "link:" + string(a.Link)
	case program:
		return "program:" + a.Name
	}
	return "member:" + string(a.Member)
}

// Act is something that can be done. Its name stands in the audit chain.
type Act string

// The acts, and below them who may.
const (
	SeeNames       Act = "see-names"  // names, contact, times: what the front desk needs
	SeeChart       Act = "see-chart"  // body, answers, plan, notes, outcomes
	EditNames      Act = "edit-names" // add and change clients, archive
	EditChart      Act = "edit-chart" // what is painted, answered, planned, consented, measured
	OpenVisit      Act = "open-visit"
	PlanCourse     Act = "plan-course" // how far apart sessions are, how many before the review, when a course begins
	SendLink       Act = "send-link"
	RunSession     Act = "run-session"
	WriteNote      Act = "write-note"
	LiftStop       Act = "lift-stop"
	MergeAct       Act = "merge" // join doubles, move a visit to the right client
	LogIncident    Act = "log-incident"
	SeeInbox       Act = "see-inbox"
	ChangePractice Act = "change-practice"
	ChangeMembers  Act = "change-members"
	SeeAudit       Act = "see-audit"
	ExportPractice Act = "export-practice"
	ExportClient   Act = "export-client"
	Erase          Act = "erase-client"
	ChangeSelf     Act = "change-self" // own password, passkeys, devices
)

// may is the access matrix. A substitute's and a link's rights are narrower still: only
// the clients they were given; see [House.mayClient].
var may = map[Act][]knead.Role{
	SeeNames:       {knead.Owner, knead.Therapist, knead.Desk, knead.Substitute, knead.Auditor},
	SeeChart:       {knead.Owner, knead.Therapist, knead.Substitute, knead.Auditor, byLink},
	EditNames:      {knead.Owner, knead.Therapist, knead.Desk},
	EditChart:      {knead.Owner, knead.Therapist, knead.Substitute, byLink},
	OpenVisit:      {knead.Owner, knead.Therapist, knead.Desk, knead.Substitute},
	PlanCourse:     {knead.Owner, knead.Therapist, knead.Substitute},
	SendLink:       {knead.Owner, knead.Therapist, knead.Desk, knead.Substitute},
	RunSession:     {knead.Owner, knead.Therapist, knead.Substitute},
	WriteNote:      {knead.Owner, knead.Therapist, knead.Substitute},
	LiftStop:       {knead.Owner, knead.Therapist},
	MergeAct:       {knead.Owner, knead.Therapist},
	LogIncident:    {knead.Owner, knead.Therapist, knead.Substitute},
	SeeInbox:       {knead.Owner, knead.Therapist, knead.Substitute},
	ChangePractice: {knead.Owner},
	ChangeMembers:  {knead.Owner},
	SeeAudit:       {knead.Owner, knead.Auditor},
	ExportPractice: {knead.Owner},
	ExportClient:   {knead.Owner, knead.Therapist},
	Erase:          {knead.Owner},
	ChangeSelf:     {knead.Owner, knead.Therapist, knead.Desk, knead.Substitute, knead.Auditor},
}

// Acts lists all acts in no order.
func Acts() []Act {
	acts := make([]Act, 0, len(may))
	for a := range may {
		acts = append(acts, a)
	}
	slices.Sort(acts)
	return acts
}

// May tells whether the actor's role allows the act at all.
func (a Actor) May(act Act) bool {
	return a.Role == program || slices.Contains(may[act], a.Role)
}

// errNotYours answers for what does not exist and for what is somebody else's.
func errNotYours(what string) error {
	return &knead.Error{Kind: knead.NotFound, Say: "There is no such " + what + "."}
}

func errNotAllowed(act Act) error {
	return &knead.Error{Kind: knead.NotAllowed, Say: "Your role in this practice does not include this. Ask the owner if you need it.", Err: actError(act)}
}

// NotAllowed is the answer to whoever's role does not include an act.
func NotAllowed(act Act) error { return errNotAllowed(act) }

// actError names the act for the log.
type actError Act

func (e actError) Error() string { return "act " + string(e) }
