package practice

import (
	"context"
	"slices"

	"knead"
	"knead/outcome"
	"knead/plan"
)

// Course is a client's sessions up to a moment, as a care plan reads them.
type Course struct {
	All     []Past // all that is looked back on, earliest first
	Past    []Past // of this course
	History plan.History
	Wishes  knead.CourseWishes
}

// Course reads the sessions of a client up to now.
func (h *House) Course(ctx context.Context, by Actor, client knead.ClientID) (k Course, err error) {
	return h.courseAt(ctx, by, client, nil)
}

// CourseAt reads the sessions before a visit, and what is known at its beginning.
func (h *House) CourseAt(ctx context.Context, by Actor, visit knead.VisitRecord) (Course, error) {
	return h.courseAt(ctx, by, visit.Client, &visit)
}

func (h *House) courseAt(ctx context.Context, by Actor, client knead.ClientID, visit *knead.VisitRecord) (k Course, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if by.ByLink() {
			return errNotYours("course")
		}
		who, err := c.client(client)
		if err != nil {
			return err
		}
		at := c.now
		if visit != nil {
			at = visit.Starts
		}
		past, err := c.past(client, at)
		if err != nil {
			return err
		}
		measures, err := c.measures(client)
		if err != nil {
			return err
		}
		k = courseOf(who, past, measures, at)
		if visit != nil {
			k.History.Pain = painOnArrival(*visit, measures)
		}
		return nil
	})
	return k, err
}

// courseOf puts together what the plan reads.
func courseOf(client knead.Client, past []Past, measures []Measure, at knead.Instant) Course {
	k := Course{All: past, Past: Since(past, client), Wishes: client.Profile.Course}
	k.History = plan.History{Done: knead.DoneOf(records(k.Past), at), Wishes: k.Wishes.Wishes()}
	n := len(plan.Look(k.History).Done)
	k.Past = k.Past[len(k.Past)-n:]
	if n > 0 {
		k.History.Changes = changesSince(k.Past[0].Visit, measures, at)
	}
	return k
}

// Since leaves out the sessions before a therapist said that a new course begins.
func Since(past []Past, client knead.Client) []Past {
	begun := client.Profile.Course.Begun
	return slices.DeleteFunc(slices.Clone(past), func(p Past) bool { return p.Visit.Starts < begun })
}

func records(past []Past) []knead.PastSession {
	sessions := make([]knead.PastSession, 0, len(past))
	for _, p := range past {
		sessions = append(sessions, p.record())
	}
	return sessions
}

// judgedBy are the measures, beside pain on arrival, by which a course is judged.
var judgedBy = []outcome.ID{"nprs-average", "peg", "psfs"}

// changesSince compares the first answers since a visit with the latest ones.
func changesSince(first knead.VisitRecord, measures []Measure, until knead.Instant) (changes []outcome.Change) {
	for _, id := range judgedBy {
		in, ok := outcome.Standard().Instrument(id)
		if !ok {
			continue
		}
		var scores []outcome.Score
		for _, m := range measures { // oldest first
			if m.Instrument != string(id) || m.Visit != first.ID && m.At < first.Starts || m.At > until {
				continue
			}
			if score, err := m.Score(); err == nil { // what cannot be read any more says nothing
				scores = append(scores, score)
			}
		}
		if len(scores) > 1 {
			changes = append(changes, in.Change(scores[0], scores[len(scores)-1]))
		}
	}
	return changes
}

// SetCourse stores what a therapist decided about a client's course.
func (h *House) SetCourse(ctx context.Context, by Actor, client knead.ClientID, w knead.CourseWishes) error {
	if err := w.Check(); err != nil {
		return err
	}
	err := h.do(ctx, by, PlanCourse, func(c *change) error {
		who, err := c.client(client)
		if err != nil {
			return err
		}
		if who.Profile.Course == w {
			c.unchanged()
			return nil
		}
		who.Profile.Course = w
		if err := c.putClient(who); err != nil {
			return err
		}
		c.about("course", string(client), client, w)
		return nil
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "client", Client: client})
	}
	return err
}
