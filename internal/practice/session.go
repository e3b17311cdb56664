package practice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"knead"
	"knead/internal/store/db"
	"knead/plan"
)

// maxSessionEvents is how many events one session may hold: far more than hands can tap
// in two hours, and no more than a log that is read at once.
const maxSessionEvents = 5000

// maxAhead is how far the clock of a device may run ahead (chosen: a wrong zone is less
// than a day). One event of next year would make the session's time stand still.
const maxAhead = 24 * time.Hour

// CheckinJob is the kind of a job that asks a client how it went. Its body is a
// [CheckinTask].
const CheckinJob = "checkin"

// CheckinTask is the body of a [CheckinJob].
type CheckinTask struct {
	Checkin string        `json:"checkin"`
	Visit   knead.VisitID `json:"visit"`
	Moment  string        `json:"moment"`
}

// checkins are when a client is asked how it went: the next day, and on the third.
var checkins = []struct {
	moment string
	after  time.Duration
}{{"day1", 24 * time.Hour}, {"day3", 72 * time.Hour}}

// SessionRecord is a session as the record keeps it: the plan as it was when it began,
// and everything that happened since, in the order in which it came in.
type SessionRecord struct {
	Visit  knead.VisitRecord
	Plan   plan.Plan
	Events []knead.SessionEvent
	Agreed knead.ConsentScope // what the client agreed to, as it holds now
}

// BeginSession freezes the plan of a visit and opens its log. It needs a screening that
// lets a plan be made and a consent to treatment whose words are those of today; edition
// names today's words. A session that has begun is not begun again.
func (h *House) BeginSession(ctx context.Context, by Actor, id knead.VisitID, edition map[knead.ConsentKind]string) error {
	begun := false
	err := h.do(ctx, by, RunSession, func(c *change) error {
		v, err := c.visit(id)
		if err != nil {
			return err
		}
		if begun = inSession(v.State); begun {
			c.unchanged()
			return nil
		}
		if v.State == knead.VisitCancelled {
			return &knead.Error{Kind: knead.Conflict, Say: "This visit was taken off the day. Put it back first."}
		}
		p, consent, err := c.agreedPlan(v, edition)
		if err != nil {
			return err
		}
		frozen, err := knead.WritePlan(p)
		if err != nil {
			return fmt.Errorf("freeze the plan of visit %s: %w", id, err)
		}
		judge(&v, c.now)
		v.State, v.Plan = knead.VisitStarted, string(frozen)
		c.about("visit", string(id), v.Client, map[string]any{"state": string(v.State), "minutes": p.Worked, "consent": consent.Last.ID})
		return c.putVisit(v)
	})
	if err == nil && !begun {
		h.watch.tell(by.Practice, Event{Kind: "session", Visit: id})
	}
	return err
}

func inSession(s knead.VisitState) bool {
	return s == knead.VisitStarted || s == knead.VisitEnded || s == knead.VisitClosed
}

// agreedPlan makes the plan of a visit without what the client said no to, and demands the
// consents without which nobody is treated: they must cover what this plan needs, its
// areas, its techniques, and what the screening says of the risk. It gives the consent to
// the treatment as well.
func (c *change) agreedPlan(v knead.VisitRecord, edition map[knead.ConsentKind]string) (p plan.Plan, consent knead.ConsentState, err error) {
	acts, err := c.consents(v.Client)
	if err != nil {
		return p, consent, err
	}
	states := knead.Consents(acts, edition)
	consent = states[knead.ConsentTreatment]
	in := v.Input
	in.Rewish(plan.Preferences{}, knead.Bounds(knead.ClientProfile{}, consent.Scope))
	a, err := knead.Assess(in)
	switch {
	case err != nil:
		return p, consent, errHeldStep(err)
	case a.Plan == nil: // no consent replaces a screening
		return p, consent, &knead.Error{Kind: knead.NotCleared, Field: "screening", Say: a.NoPlan}
	}
	need := knead.NeedOf(in, a)
	for _, kind := range knead.ConsentKinds() {
		if lacks := states[kind].Lacks(need); kind.Needed() && len(lacks) > 0 {
			return p, consent, &knead.Error{Kind: knead.NotCleared, Field: "consent", Say: lackSay[lacks[0]]}
		}
	}
	if len(a.Plan.Steps) == 0 {
		return p, consent, &knead.Error{Kind: knead.Conflict, Field: "plan", Say: "The plan has no steps. Put something into it, then begin."}
	}
	return *a.Plan, consent, nil
}

// lackSay tells the therapist why a consent does not do.
var lackSay = map[knead.ConsentLack]string{
	knead.LackNever:     "The client has not agreed yet, to the treatment or to what is kept about them. Ask for the consent, then begin.",
	knead.LackRefused:   "The client said no, or took the consent back. Ask again before you begin.",
	knead.LackWords:     "The words of the consent have changed since the client agreed. Ask again, then begin.",
	knead.LackRisk:      "The screening says more than it did when the client agreed. Ask again, then begin.",
	knead.LackAreas:     "The plan has a place of which the client was not asked. Ask again, then begin.",
	knead.LackTechnique: "The plan has a technique of which the client was not asked. Ask again, then begin.",
}

func errHeldStep(err error) error {
	return &knead.Error{Kind: knead.Conflict, Field: "plan", Say: "A step that is held fast cannot be kept, perhaps because the client does not want to be touched there. Free it, then begin.", Err: err}
}

// SessionLog reads a session. One that has not begun has no plan and no events.
func (h *House) SessionLog(ctx context.Context, by Actor, id knead.VisitID) (r SessionRecord, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		r, err = c.session(id)
		return err
	})
	return r, err
}

func (c *change) session(id knead.VisitID) (r SessionRecord, err error) {
	if r.Visit, err = c.visit(id); err != nil {
		return r, err
	}
	acts, err := c.consents(r.Visit.Client)
	if err != nil {
		return r, err
	}
	r.Agreed = knead.Consents(acts, nil)[knead.ConsentTreatment].Scope
	r.Plan, r.Events, err = c.log(r.Visit)
	return r, err
}

// log reads the plan of a session and what happened since; both are empty where it has
// not begun.
func (c *change) log(v knead.VisitRecord) (p plan.Plan, all []knead.SessionEvent, err error) {
	if v.Plan == "" {
		return p, nil, nil
	}
	if p, err = knead.ReadPlan([]byte(v.Plan)); err != nil {
		return p, nil, fmt.Errorf("read the plan of visit %s: %w", v.ID, err)
	}
	rows, err := c.q.SessionEvents(c.ctx, c.by.Practice, v.ID)
	if err != nil {
		return p, nil, err
	}
	for _, row := range rows {
		events, err := knead.ReadSessionEvents([]byte(row.Body))
		if err != nil {
			return p, nil, fmt.Errorf("read event %s of visit %s: %w", row.ID, v.ID, err)
		}
		all = append(all, events...)
	}
	return p, all, nil
}

// AddSessionEvents adds what happened at the table. Devices send again what they are not
// sure of: an event that is there already is passed over. Events also come in after the
// end, from a device that was out of reach; nothing that was tapped is lost. An event
// without an id gets one. It gives the session as it is now.
func (h *House) AddSessionEvents(ctx context.Context, by Actor, id knead.VisitID, events []knead.SessionEvent) (r SessionRecord, err error) {
	events = slices.Clone(events)
	for i := range events {
		if events[i].ID == "" {
			events[i].ID = knead.EventID(newID())
		}
	}
	for i, e := range events {
		if err := e.Check(); err != nil {
			return r, &knead.Error{Kind: knead.Invalid, Say: fmt.Sprintf("Entry %d of the log cannot be meant: %v.", i+1, err), Err: err}
		}
		if e.At > h.Now().Add(maxAhead) {
			return r, &knead.Error{Kind: knead.Invalid, Field: "at", Say: "The clock of this device is more than a day ahead. Set it right, then go on."}
		}
	}
	added := 0
	err = h.do(ctx, by, RunSession, func(c *change) error {
		added = 0
		if r, err = c.session(id); err != nil {
			return err
		}
		if !inSession(r.Visit.State) {
			return &knead.Error{Kind: knead.Conflict, Say: "This session has not begun. Begin it from the plan."}
		}
		if len(r.Events)+len(events) > maxSessionEvents {
			return &knead.Error{Kind: knead.Invalid, Say: "This session has more entries than anybody can tap. End it and write the rest into the note."}
		}
		if added, err = c.addSessionEvents(&r, events); err != nil {
			return err
		}
		if added == 0 {
			c.unchanged()
			return nil
		}
		c.about("session", string(id), r.Visit.Client, map[string]int{"events": added})
		return nil
	})
	if err == nil && added > 0 {
		h.watch.tell(by.Practice, Event{Kind: "session", Visit: id, Client: r.Visit.Client})
	}
	return r, err
}

// addSessionEvents adds to a log what is not in it yet, and does what follows from it. It
// gives how many were added.
func (c *change) addSessionEvents(r *SessionRecord, events []knead.SessionEvent) (added int, err error) {
	before := r.Events
	for _, e := range events {
		text, err := knead.WriteSessionEvents([]knead.SessionEvent{e})
		if err != nil {
			return 0, err
		}
		n, err := c.q.AddSessionEvent(c.ctx, db.AddSessionEventParams{PracticeID: c.by.Practice, ID: string(e.ID), VisitID: r.Visit.ID, Body: string(text), ReceivedAt: c.now})
		if err != nil {
			return 0, err
		}
		if n > 0 {
			added++
			r.Events = append(r.Events, e)
		}
	}
	if added == 0 {
		return 0, nil
	}
	if err := c.followStops(*r, before); err != nil {
		return added, err
	}
	if err := c.followPain(*r, before); err != nil {
		return added, err
	}
	return added, c.followEnd(r)
}

// followStops puts each stop that came in into the inbox, and takes out those that were
// pressed by mistake.
func (c *change) followStops(r SessionRecord, before []knead.SessionEvent) error {
	stood, stands := stops(before), stops(r.Events)
	for id, e := range stands {
		if _, known := stood[id]; known {
			continue
		}
		rule := e.Rule
		if e.Kind == knead.EventComfort {
			rule = knead.StopPain
		}
		words := strings.TrimSpace(capital(rule.Words()) + ". " + e.Text)
		if err := c.addAlert(string(id), "session-stopped", r.Visit.Client, r.Visit.ID, words); err != nil {
			return err
		}
		if _, err := c.q.SetAlertDone(c.ctx, c.by.Practice, string(id), 0, ""); err != nil { // undone, and undone again
			return err
		}
	}
	for id := range stood {
		if _, still := stands[id]; still {
			continue
		}
		if _, err := c.q.SetAlertDone(c.ctx, c.by.Practice, string(id), c.now, c.by.Text()); err != nil {
			return err
		}
	}
	return nil
}

// stops are the events of a log that stop the session, by their id.
func stops(events []knead.SessionEvent) map[knead.EventID]knead.SessionEvent {
	found := map[knead.EventID]knead.SessionEvent{}
	for _, e := range knead.StandingEvents(events) {
		if e.StopsSession() {
			found[e.ID] = e
		}
	}
	return found
}

// capital begins a sentence. The words of the stop rules begin with plain letters.
func capital(words string) string { return strings.ToUpper(words[:1]) + words[1:] }

// followEnd moves the visit along when the log says that the session is over, and back
// when the end was undone.
func (c *change) followEnd(r *SessionRecord) error {
	ended := knead.RunSession(r.Plan, r.Events).Ended
	switch {
	case ended != 0 && r.Visit.State == knead.VisitStarted:
		r.Visit.State = knead.VisitEnded
		if err := c.addCheckins(r.Visit.ID, ended); err != nil {
			return err
		}
	case ended == 0 && r.Visit.State == knead.VisitEnded:
		r.Visit.State = knead.VisitStarted
	default:
		return nil
	}
	if err := c.putVisit(r.Visit); err != nil {
		return err
	}
	r.Visit.Version++
	return nil
}

// addCheckins makes the two check-ins after a session, with the jobs that ask them. Their
// ids follow from the visit, so that they are made once however often it ends.
func (c *change) addCheckins(visit knead.VisitID, ended knead.Instant) error {
	for _, k := range checkins {
		id := uuid.NewSHA1(uuid.NameSpaceOID, []byte("checkin "+string(visit)+" "+k.moment)).String()
		due := ended.Add(k.after)
		if err := c.q.AddCheckin(c.ctx, db.AddCheckinParams{PracticeID: c.by.Practice, ID: id, VisitID: visit, Moment: k.moment, DueAt: due}); err != nil {
			return err
		}
		task, err := encode(CheckinTask{Checkin: id, Visit: visit, Moment: k.moment})
		if err != nil {
			return err
		}
		if err := c.q.AddJob(c.ctx, db.AddJobParams{PracticeID: c.by.Practice, ID: id, Kind: CheckinJob, Body: task, RunAt: due}); err != nil {
			return err
		}
	}
	return nil
}

// EndSession ends a session whose screen nobody has ended.
func (h *House) EndSession(ctx context.Context, by Actor, id knead.VisitID) (SessionRecord, error) {
	r, err := h.SessionLog(ctx, by, id)
	if err != nil || r.Visit.State != knead.VisitStarted {
		return r, err
	}
	at := h.Now()
	for _, e := range r.Events {
		at = max(at, e.At) // a device's clock may run ahead; the end comes last
	}
	end := knead.SessionEvent{Device: "record", At: at, Kind: knead.EventEnd}
	return h.AddSessionEvents(ctx, by, id, []knead.SessionEvent{end})
}
