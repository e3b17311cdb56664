package practice

import (
	"context"
	"strings"
	"unicode/utf8"

	"knead"
	"knead/internal/store/db"
	"knead/screen"
)

// LiftRecord is a stop of the screening that a therapist lifted, as the record keeps it.
type LiftRecord struct {
	Member knead.MemberID
	Level  string // what the screening said
	Reason string
	At     knead.Instant
	Undone knead.Instant // when it was taken back; 0: it was not
}

// LiftStop lifts a screening that stops treatment: a named therapist says why. It is kept
// with the visit and in the chain. The verdict stays as it was shown.
func (h *House) LiftStop(ctx context.Context, by Actor, id knead.VisitID, reason string) (v knead.VisitRecord, err error) {
	reason = strings.Join(strings.Fields(reason), " ")
	if err := checkReason(reason); err != nil {
		return v, err
	}
	liftID := newID()
	err = h.do(ctx, by, LiftStop, func(c *change) error {
		if v, err = c.visit(id); err != nil {
			return err
		}
		if !v.State.Early() {
			return errBegun()
		}
		result := v.Input.Screen()
		lift := screen.Lift{By: by.Name, Reason: reason, Rules: result.Stopping()}
		if _, err := result.LiftWith(lift); err != nil {
			return &knead.Error{Kind: knead.NotCleared, Say: "This stop cannot be lifted: " + whyNotLifted(result), Err: err}
		}
		v.Input.Lift = &lift
		if _, err := c.q.UndoLifts(ctx, by.Practice, id, c.now); err != nil { // one lift holds at a time
			return err
		}
		if err := c.q.AddLift(ctx, db.AddLiftParams{PracticeID: by.Practice, ID: liftID, VisitID: id, MemberID: by.Member, Level: string(result.Level), Reason: reason, At: c.now}); err != nil {
			return err
		}
		c.about("visit", string(id), v.Client, map[string]string{"level": string(result.Level), "reason": reason})
		err = c.putVisit(v)
		v.Version++
		return err
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "visit", Visit: id, Client: v.Client})
	}
	return v, err
}

// mostReason is how long the reason of a lift may be, as package screen has it.
const mostReason = 400

func checkReason(reason string) error {
	switch {
	case reason == "":
		return &knead.Error{Kind: knead.Invalid, Field: "reason", Say: "Say why treatment is right all the same, such as who saw the client and what they said."}
	case utf8.RuneCountInString(reason) > mostReason:
		return &knead.Error{Kind: knead.Invalid, Field: "reason", Say: "Please say it in at most 400 letters. Nothing was lost; it still stands in the field."}
	}
	return knead.CheckLine("reason", reason, mostReason)
}

func whyNotLifted(r screen.Result) string {
	switch {
	case r.Level == screen.Emergency:
		return "these are signs of an emergency."
	case len(r.Missing) > 0:
		return "answers are missing. Complete them with the client first."
	case len(r.Stopping()) == 0:
		return "nothing stops the session."
	}
	return "it asks for a consent that only the client or the guardian gives."
}

func errBegun() error {
	return &knead.Error{Kind: knead.Conflict, Say: "This visit has begun, so what it rests on does not change any more."}
}

// TakeBackLift takes a lift back before the session begins: the stop holds again. That it
// was lifted, and that it was taken back, stays in the record.
func (h *House) TakeBackLift(ctx context.Context, by Actor, id knead.VisitID) error {
	var client knead.ClientID
	err := h.do(ctx, by, LiftStop, func(c *change) error {
		v, err := c.visit(id)
		if err != nil {
			return err
		}
		client = v.Client
		if !v.State.Early() {
			return errBegun()
		}
		if v.Input.Lift == nil {
			c.unchanged()
			return nil
		}
		v.Input.Lift = nil
		if _, err := c.q.UndoLifts(ctx, by.Practice, id, c.now); err != nil {
			return err
		}
		c.about("visit", string(id), v.Client, map[string]string{"lift": "taken back"})
		return c.putVisit(v)
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "visit", Visit: id, Client: client})
	}
	return err
}

// Lifts lists the lifts of a visit, oldest first, with those that were taken back.
func (h *House) Lifts(ctx context.Context, by Actor, id knead.VisitID) (list []LiftRecord, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() {
			return errNotYours("visit")
		}
		if _, err := c.visit(id); err != nil {
			return err
		}
		rows, err := c.q.LiftsOf(ctx, by.Practice, id)
		list = make([]LiftRecord, 0, len(rows))
		for _, r := range rows {
			list = append(list, LiftRecord{r.MemberID, r.Level, r.Reason, r.At, r.UndoneAt})
		}
		return err
	})
	return list, err
}
