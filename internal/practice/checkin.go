package practice

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"knead"
	"knead/atlas"
	"knead/internal/store/db"
	"knead/outcome"
)

// afterSession is how long after a session a check-in of a moment is due.
func afterSession(moment string) time.Duration {
	occasion := outcome.DayAfter
	if moment == "day3" {
		occasion = outcome.ThreeDaysAfter
	}
	o, ok := outcome.Standard().Occasion(occasion)
	if !ok {
		return 0
	}
	return time.Duration(o.AfterHours) * time.Hour
}

func checkinOf(r db.Checkin) (knead.Checkin, error) {
	answers, err := decode[knead.CheckinAnswers](r.Answers)
	return knead.Checkin{
		ID: r.ID, Visit: r.VisitID, Moment: r.Moment, Due: r.DueAt, Ended: r.DueAt.Add(-afterSession(r.Moment)), Answered: r.AnsweredAt, Answers: answers,
	}, err
}

func checkinsOf(rows []db.Checkin) ([]knead.Checkin, error) {
	list := make([]knead.Checkin, 0, len(rows))
	for _, r := range rows {
		k, err := checkinOf(r)
		if err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, nil
}

// Checkins lists the check-ins of a client, earliest first, answered or not.
func (h *House) Checkins(ctx context.Context, by Actor, client knead.ClientID) (list []knead.Checkin, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		if _, err := c.client(client); err != nil {
			return err
		}
		rows, err := c.q.CheckinsOfClient(ctx, by.Practice, client)
		if err != nil {
			return err
		}
		list, err = checkinsOf(rows)
		return err
	})
	return list, err
}

// Checkin gives the check-in that a link is about: of the visit's, the last one that is
// due. A link of the first day that is opened on the fourth asks about today.
func (h *House) Checkin(ctx context.Context, by Actor) (k knead.Checkin, err error) {
	err = h.see(ctx, by, SeeChart, func(c *change) error {
		k, err = c.checkin(by.Visit)
		return err
	})
	return k, err
}

func (c *change) checkin(visit knead.VisitID) (knead.Checkin, error) {
	if _, err := c.visit(visit); err != nil {
		return knead.Checkin{}, err
	}
	rows, err := c.q.CheckinsOf(c.ctx, c.by.Practice, visit)
	if err != nil {
		return knead.Checkin{}, err
	}
	if len(rows) == 0 {
		return knead.Checkin{}, errNotYours("check-in")
	}
	now := rows[0] // made by hand before its time
	for _, r := range rows {
		if r.DueAt <= c.now {
			now = r
		}
	}
	return checkinOf(now)
}

// AnswerCheckin stores what a client says, and puts into the inbox what a therapist must
// see. Answers can be put right: what was said before stays among the measures, and what
// is said again is not told twice.
func (h *House) AnswerCheckin(ctx context.Context, by Actor, a knead.CheckinAnswers) (k knead.Checkin, err error) {
	if !by.ByLink() || by.Purpose != ForCheckin {
		return k, errNotAllowed(EditChart)
	}
	if err := a.Check(); err != nil {
		return k, err
	}
	ids := []string{newID(), newID(), newID()}
	told := false
	err = h.do(ctx, by, EditChart, func(c *change) error {
		if k, err = c.checkin(by.Visit); err != nil {
			return err
		}
		v, err := c.visit(k.Visit)
		if err != nil {
			return err
		}
		p, _, err := c.log(v)
		if err != nil {
			return err
		}
		a := a.AboutProgramme(knead.Programme(p.Advice))
		answers, err := encode(a)
		if err != nil {
			return err
		}
		old, err := encode(k.Answers)
		if err != nil {
			return err
		}
		if k.Answered != 0 && old == answers {
			c.unchanged()
			return nil
		}
		before, err := c.painBefore(by.Client, k.Visit)
		if err != nil {
			return err
		}
		if err := c.hurtAtHome(by.Client, func(p *knead.ClientProfile) { p.Hurt(k, a, c.now) }); err != nil {
			return err
		}
		c.about("checkin", k.ID, by.Client, map[string]string{"moment": k.Moment})
		if err := one(c.q.AnswerCheckin(ctx, by.Practice, k.ID, c.now, answers)); err != nil {
			return err
		}
		if err := c.addMeasures(by.Client, checkinMeasures(ids, k, a)); err != nil {
			return err
		}
		k.Answers, k.Answered = a, c.now
		for _, alarm := range a.Alarms(c.now.Sub(k.Ended), before) {
			id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(k.ID+" "+alarm.Kind+" "+alarm.Words)).String()
			if err := c.addAlert(id, alarm.Kind, by.Client, k.Visit, alarm.Words); err != nil {
				return err
			}
			told = true
		}
		if err := c.easeComing(by.Client); err != nil {
			return err
		}
		_, err = c.q.FinishLink(ctx, by.Practice, by.Link, c.now) // done already, when it is answered again
		return err
	})
	if err == nil {
		kind := "checkin"
		if told {
			kind = "alert"
		}
		h.watch.tell(by.Practice, Event{Kind: kind, Visit: by.Visit, Client: by.Client})
	}
	return k, err
}

// hurtAtHome changes which exercises are not proposed to a client, also in the visits to
// come.
func (c *change) hurtAtHome(id knead.ClientID, f func(*knead.ClientProfile)) error {
	client, err := c.client(id)
	if err != nil {
		return err
	}
	old := client.Profile
	if f(&client.Profile); slices.Equal(old.HomeHurt, client.Profile.HomeHurt) {
		return nil
	}
	return c.putProfile(client, old)
}

// ProposeAgain lets an exercise be proposed again that the client said made it worse.
func (h *House) ProposeAgain(ctx context.Context, by Actor, id knead.ClientID, exercise atlas.ExerciseID) error {
	err := h.tries(func() error {
		return h.do(ctx, by, PlanCourse, func(c *change) error {
			c.unchanged()
			return c.hurtAtHome(id, func(p *knead.ClientProfile) {
				p.HomeHurt = slices.DeleteFunc(slices.Clone(p.HomeHurt), func(h knead.HomeHurt) bool {
					if h.Exercise == exercise {
						c.quiet = false
					}
					return h.Exercise == exercise
				})
			})
		})
	})
	if err == nil {
		h.watch.tell(by.Practice, Event{Kind: "client", Client: id})
	}
	return err
}

// checkinMeasures are the answers that are drawn over time.
func checkinMeasures(ids []string, k knead.Checkin, a knead.CheckinAnswers) []Measure {
	var list []Measure
	add := func(instrument, item string, n *int) {
		if n != nil {
			list = append(list, Measure{ID: ids[len(list)], Visit: k.Visit, Instrument: instrument, Moment: k.Moment, Answers: map[string]string{item: strconv.Itoa(*n)}})
		}
	}
	add("soreness", "soreness", a.Soreness)
	if n, said := map[outcome.Direction]int{outcome.ToBetter: 1, outcome.ToSame: 0, outcome.ToWorse: -1}[a.Since]; said {
		add("since-session", "since", &n)
	}
	add("nprs-now", "now", a.Pain)
	return list
}

// painBefore is the pain with which a client came to a visit: as asked before the session,
// else as answered or painted before the visit; nil where nobody knows.
func (c *change) painBefore(client knead.ClientID, visit knead.VisitID) (*int, error) {
	list, err := c.measures(client)
	if err != nil {
		return nil, err
	}
	v, err := c.visit(visit)
	if err != nil {
		return nil, err
	}
	return painOnArrival(v, list), nil
}

func painOnArrival(v knead.VisitRecord, list []Measure) *int {
	overall, places, asked := painAt(v, list, "before", "intake")
	if n, ok := overall["before"]; ok {
		return &n
	}
	if n, ok := overall["intake"]; ok && !asked {
		return &n
	}
	if places != nil {
		return places
	}
	return knead.PaintedPain(v.Input.Drawing)
}

// painOnLeaving is the pain after the session: of the whole, or the worst of the places.
func painOnLeaving(v knead.VisitRecord, list []Measure) *int {
	overall, places, _ := painAt(v, list, "after")
	if n, ok := overall["after"]; ok {
		return &n
	}
	return places
}

// painAt reads what was answered at a visit at some moments: the pain as a whole, by
// moment; the worst of the places, nil where none was asked; and whether anybody asked
// about places at the table.
func painAt(v knead.VisitRecord, list []Measure, moments ...string) (overall map[string]int, places *int, asked bool) {
	overall = map[string]int{}
	for _, m := range list {
		if m.Visit != v.ID || !slices.Contains(moments, m.Moment) || m.Instrument != "nprs-now" && m.Instrument != painAtPlace {
			continue
		}
		score, err := m.Score()
		if err != nil {
			continue // what cannot be read any more says nothing
		}
		x, known := score.Number()
		n := int(x)
		switch {
		case !known:
		case m.Instrument != painAtPlace:
			overall[m.Moment] = n
		default:
			if places == nil || n > *places {
				places = &n
			}
			asked = asked || m.Moment == "before"
		}
	}
	return overall, places, asked
}
