package practice

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"knead"
	"knead/internal/store/db"
	"knead/plan"
	"knead/screen"
)

// visit reads a visit whose client the actor may see.
func (c *change) visit(id knead.VisitID) (knead.VisitRecord, error) {
	row, err := c.q.Visit(c.ctx, c.by.Practice, id)
	if err != nil {
		return knead.VisitRecord{}, missing(err, "visit")
	}
	if c.by.ByLink() && c.by.Visit != id {
		return knead.VisitRecord{}, errNotYours("visit")
	}
	if err := c.mayClient(row.ClientID); err != nil {
		return knead.VisitRecord{}, errNotYours("visit")
	}
	return visitOf(row)
}

func visitOf(r db.Visit) (knead.VisitRecord, error) {
	v := knead.VisitRecord{
		ID: r.ID, Client: r.ClientID, Therapist: r.TherapistID, Starts: r.StartsAt, Zone: r.Zone, State: knead.VisitState(r.State),
		Asked: r.Asked, Plan: r.Plan, Created: r.CreatedAt, Updated: r.UpdatedAt, Version: r.Version,
	}
	var err error
	if r.Input != "" {
		if v.Input, err = knead.ReadVisit([]byte(r.Input)); err != nil {
			return v, fmt.Errorf("read the input of visit %s: %w", r.ID, err)
		}
	}
	if v.Verdict, err = decode[knead.Verdict](r.Verdict); err != nil {
		return v, err
	}
	v.Intake, err = decode[knead.Intake](r.Intake)
	return v, err
}

// writeInput writes what was painted and answered in the format of a visit file, which is
// strict and versioned. What could not be read again is not kept.
func writeInput(v knead.Visit) (string, error) {
	input, err := knead.WriteVisit(v)
	if err != nil {
		return "", fmt.Errorf("write the input of a visit: %w", err)
	}
	if _, err := knead.ReadVisit(input); err != nil {
		say := "What was painted or answered cannot be kept."
		if wrong, ok := errors.AsType[*knead.InputError](err); ok {
			say += " " + capital(wrong.Text) + "."
		}
		return "", &knead.Error{Kind: knead.Invalid, Say: say, Err: err}
	}
	return string(input), nil
}

// putVisit stores a changed visit.
func (c *change) putVisit(v knead.VisitRecord) error {
	input, err := writeInput(v.Input)
	if err != nil {
		return err
	}
	verdict, err := encode(v.Verdict)
	if err != nil {
		return err
	}
	intake, err := encode(v.Intake)
	if err != nil {
		return err
	}
	return one(c.q.ChangeVisit(c.ctx, db.ChangeVisitParams{
		PracticeID: c.by.Practice, ID: v.ID, State: string(v.State), Input: input, Asked: v.Asked, Verdict: verdict, Plan: v.Plan, Intake: intake,
		UpdatedAt: c.now, StartsAt: v.Starts, TherapistID: v.Therapist, Version: v.Version,
	}))
}

// OpenVisit opens a visit for a client. The client's wishes are taken over, and what
// their birth date says of their age.
func (h *House) OpenVisit(ctx context.Context, by Actor, v knead.VisitRecord) (knead.VisitID, error) {
	v.ID = knead.VisitID(newID())
	err := h.do(ctx, by, OpenVisit, func(c *change) error {
		client, err := c.client(v.Client)
		if err != nil {
			return err
		}
		if client.Archived != 0 || client.Merged != "" || client.Erased != 0 {
			return &knead.Error{Kind: knead.Invalid, Say: "This client is archived. Bring them back before opening a visit."}
		}
		therapist, err := c.q.Member(c.ctx, by.Practice, v.Therapist)
		if err != nil {
			return missing(err, "therapist")
		}
		if !canTreat(knead.Role(therapist.Role)) {
			return &knead.Error{Kind: knead.Invalid, Field: "therapist", Say: "Choose somebody who gives massages."}
		}
		p, err := c.q.Practice(c.ctx, by.Practice)
		if err != nil {
			return err
		}
		if v.Zone == "" {
			v.Zone = p.Zone
		}
		settings, err := decode[knead.Settings](p.Settings)
		if err != nil {
			return err
		}
		if v.Input.Minutes == 0 {
			v.Input.Minutes = settings.WithDefaults().Minutes
		}
		if err := c.takeWishes(&v.Input, client, v.Starts); err != nil {
			return err
		}
		if err := c.ease(&v); err != nil {
			return err
		}
		input, err := writeInput(v.Input)
		if err != nil {
			return err
		}
		c.about("visit", string(v.ID), v.Client, nil)
		return c.q.AddVisit(c.ctx, db.AddVisitParams{
			PracticeID: by.Practice, ID: v.ID, ClientID: v.Client, TherapistID: v.Therapist, StartsAt: v.Starts, Zone: v.Zone,
			State: string(knead.VisitOpen), Input: input, CreatedAt: c.now,
		})
	})
	return v.ID, err
}

func canTreat(r knead.Role) bool {
	return r == knead.Owner || r == knead.Therapist || r == knead.Substitute
}

// takeWishes puts what is known of a client into a new visit.
func (c *change) takeWishes(v *knead.Visit, client knead.Client, at knead.Instant) error {
	if years, ok := client.AgeAt(at.Time()); ok && v.Client.Age == 0 {
		v.Client.Age = max(1, years)
	}
	p := client.Profile
	if v.Preferences.Pressure == 0 {
		v.Preferences.Pressure = p.Pressure
	}
	if len(v.Preferences.Techniques) == 0 {
		v.Preferences.Techniques = p.Techniques
	}
	if len(v.Preferences.Positions) == 0 {
		v.Preferences.Positions = p.Positions
	}
	if len(v.Client.Medicines) == 0 {
		v.Client.Medicines = p.Medicines
	}
	scope, err := c.agreed(client.ID)
	v.Rewish(plan.Preferences{}, knead.Bounds(p, scope))
	return err
}

// Visit reads one visit. Who may not see the chart gets when and whose, without what was
// painted or answered.
func (h *House) Visit(ctx context.Context, by Actor, id knead.VisitID) (v knead.VisitRecord, err error) {
	act := SeeNames
	if by.ByLink() {
		act = SeeChart
	}
	err = h.see(ctx, by, act, func(c *change) error {
		v, err = c.visit(id)
		if !by.May(SeeChart) {
			v.Input, v.Verdict, v.Plan, v.Intake = knead.Visit{}, knead.Verdict{}, "", knead.Intake{}
		}
		return err
	})
	return v, err
}

// ChangeVisit changes what a visit holds: f gets the visit as it is now and changes the
// value; whether anything changed is found out afterwards. It runs again when somebody
// else was quicker, so that two people who answer at once lose nothing.
//
// The verdict is stored as the screening gives it, and the state follows: a visit is
// ready when nothing that must be asked is missing.
func (h *House) ChangeVisit(ctx context.Context, by Actor, id knead.VisitID, f func(*knead.VisitRecord) error) (v knead.VisitRecord, err error) {
	err = h.tries(func() error {
		return h.do(ctx, by, EditChart, func(c *change) error {
			v, err = c.changeVisit(id, f)
			return err
		})
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "visit", Visit: id, Client: v.Client})
	}
	return v, err
}

// tries runs an act again when somebody else was quicker.
func (h *House) tries(act func() error) (err error) {
	for range 8 {
		if err = act(); knead.KindOf(err) != knead.Conflict || errors.Is(err, errOver) {
			break
		}
	}
	return err
}

// errOver is a conflict that no second try mends.
var errOver = errors.New("the visit is closed")

// changeVisit is [House.ChangeVisit] within a transaction.
func (c *change) changeVisit(id knead.VisitID, f func(*knead.VisitRecord) error) (knead.VisitRecord, error) {
	v, err := c.visit(id)
	if err != nil {
		return v, err
	}
	if v.State == knead.VisitClosed || v.State == knead.VisitCancelled {
		return v, &knead.Error{Kind: knead.Conflict, Say: "The note of this visit is signed, so nothing in it changes any more. Write an addendum instead.", Err: errOver}
	}
	before, err := writeParts(v)
	if err != nil {
		return v, err
	}
	old := v
	if err := f(&v); err != nil {
		return v, err
	}
	after, err := writeParts(v)
	if err != nil {
		return v, err
	}
	if before == after && old.Asked == v.Asked && old.State == v.State {
		c.unchanged()
		return v, nil
	}
	judge(&v, c.now)
	c.about("visit", string(id), v.Client, nil)
	if err := c.putVisit(v); err != nil {
		return v, err
	}
	v.Version++
	return v, c.alertOfStop(old.Verdict, v)
}

// writeParts writes what a person may change in a visit, to see whether they did.
func writeParts(v knead.VisitRecord) (string, error) {
	input, err := knead.WriteVisit(v.Input)
	if err != nil {
		return "", err
	}
	intake, err := encode(v.Intake)
	return string(input) + intake, err
}

// alertOfStop tells the practice when a client's own answers stop a visit while nobody
// sits beside them.
func (c *change) alertOfStop(before knead.Verdict, v knead.VisitRecord) error {
	level := screen.Level(v.Verdict.Level)
	stops := level == screen.Emergency || level == screen.SameDay
	if !c.by.ByLink() || !stops || before.Level == v.Verdict.Level {
		return nil
	}
	return c.addAlert(string(v.ID)+"-"+v.Verdict.Level, "stopped", v.Client, v.ID, strings.Join(v.Verdict.Say, " "))
}

// judge runs the screening and moves the state along. States past 'ready' stay.
func judge(v *knead.VisitRecord, now knead.Instant) {
	result := v.Input.Screen()
	v.Verdict = knead.Verdict{Rules: result.Version, Level: string(result.Level), Say: result.Say, At: now}
	for _, f := range result.Fired {
		v.Verdict.Fired = append(v.Verdict.Fired, string(f.Rule)+" "+string(f.Question))
	}
	switch v.State {
	case knead.VisitOpen, knead.VisitIntake, knead.VisitReady:
		v.State = knead.VisitIntake
		if v.Asked && len(result.Missing) == 0 {
			v.State = knead.VisitReady
		}
	}
}

// Changed tells that today's rules judge a visit otherwise than when its verdict was
// stored, and what they say now. It is shown, never silent.
func Changed(v knead.VisitRecord) (now screen.Result, changed bool) {
	now = v.Input.Screen()
	return now, v.Verdict.At != 0 && v.Verdict.Level != string(now.Level)
}

// VisitsOf lists a client's visits, newest first. more tells that the list was cut.
func (h *House) VisitsOf(ctx context.Context, by Actor, client knead.ClientID, most int) (visits []knead.VisitRecord, more bool, err error) {
	err = h.see(ctx, by, SeeNames, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		rows, err := c.q.VisitsOf(ctx, by.Practice, client, int32(most+1))
		if err != nil {
			return err
		}
		if more = len(rows) > most; more {
			rows = rows[:most]
		}
		visits, err = c.visits(rows)
		return err
	})
	return visits, more, err
}

func (c *change) visits(rows []db.Visit) ([]knead.VisitRecord, error) {
	visits := make([]knead.VisitRecord, 0, len(rows))
	for _, r := range rows {
		if c.mayClient(r.ClientID) != nil {
			continue
		}
		v, err := visitOf(r)
		if err != nil {
			return nil, err
		}
		if !c.by.May(SeeChart) {
			v.Input, v.Verdict, v.Plan, v.Intake = knead.Visit{}, knead.Verdict{}, "", knead.Intake{}
		}
		visits = append(visits, v)
	}
	return visits, nil
}

// CancelVisit takes a visit off the day. What was answered stays in the record.
func (h *House) CancelVisit(ctx context.Context, by Actor, id knead.VisitID) error {
	return h.setState(ctx, by, id, knead.VisitCancelled)
}

// RestoreVisit takes a cancellation back.
func (h *House) RestoreVisit(ctx context.Context, by Actor, id knead.VisitID) error {
	return h.setState(ctx, by, id, knead.VisitOpen)
}

func (h *House) setState(ctx context.Context, by Actor, id knead.VisitID, state knead.VisitState) error {
	return h.do(ctx, by, OpenVisit, func(c *change) error {
		v, err := c.visit(id)
		if err != nil {
			return err
		}
		if state == knead.VisitCancelled && !v.State.Early() || state == knead.VisitOpen && v.State != knead.VisitCancelled {
			return &knead.Error{Kind: knead.Conflict, Say: "This visit has begun, so it cannot be taken off the day."}
		}
		v.State = state
		if state == knead.VisitOpen && v.Verdict.At != 0 {
			judge(&v, c.now)
		}
		c.about("visit", string(id), v.Client, map[string]string{"state": string(v.State)})
		return c.putVisit(v)
	})
}
